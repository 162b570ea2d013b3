// Package standards holds the pages of the criteria sets: all of them, one
// version with everything it asks, and what changed between two.
package standards

import (
	_ "embed"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/web/page"
)

// Style is the style of these pages.
//
//go:embed standards.css
var Style []byte

// say is a set's text in the page's language.
func say(f *page.Frame, t good.Text) string {
	text, _ := t.In(f.Code)
	return text
}

// address is the path of a version.
func address(s *standard.Set) string {
	return "/standards/" + page.PathEscape(s.ID) + "/" + url.PathEscape(s.Version)
}

// state says whether a version is the current one, a draft or an older one.
func state(lib *standard.Library, s *standard.Set) string {
	now, _ := lib.Set(s.ID, "")
	switch {
	case s.Draft:
		return "draft"
	case now == s:
		return "current"
	}
	return "older"
}

// family is all versions of one set, the newest first.
type family struct {
	Now      *standard.Set // the current one; the newest where all are drafts
	Versions []*standard.Set
}

type shelf struct {
	*page.Frame
	Library  *standard.Library
	Families []family
}

// All answers /standards.
func All(lib *standard.Library) page.Handler {
	return func(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
		f.Title, f.Description = f.T("standard.title"), f.T("standard.lede")
		if page.Fresh(w, r, f) {
			return nil
		}
		m := &shelf{Frame: f, Library: lib}
		for _, s := range lib.Sets() {
			if n := len(m.Families); n == 0 || m.Families[n-1].Now.ID != s.ID {
				now, ok := lib.Set(s.ID, "")
				if !ok {
					now = s
				}
				m.Families = append(m.Families, family{Now: now})
			}
			last := &m.Families[len(m.Families)-1]
			last.Versions = append(last.Versions, s)
		}
		return page.Write(w, r, f, http.StatusOK, all(m))
	}
}

// Current answers /standards/{id}: it leads to the current version.
func Current(lib *standard.Library) page.Handler {
	return func(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
		s, ok := lib.Set(r.PathValue("id"), "")
		if !ok {
			return unknown(lib, r.PathValue("id"))
		}
		http.Redirect(w, r, f.Prefix+address(s), http.StatusFound)
		return nil
	}
}

func unknown(lib *standard.Library, key string) error {
	var keys []string
	for _, s := range lib.Sets() {
		keys = append(keys, s.Key())
	}
	return &good.Error{Kind: good.NotFound, Key: "standard.unknown", Args: map[string]any{"Key": key, "Keys": strings.Join(keys, ", ")}}
}

func find(lib *standard.Library, r *http.Request) (*standard.Set, error) {
	if s, ok := lib.Set(r.PathValue("id"), r.PathValue("version")); ok {
		return s, nil
	}
	return nil, unknown(lib, r.PathValue("id")+"@"+r.PathValue("version"))
}

// kindOf is the kind the reader asks about, "" for all.
func kindOf(r *http.Request, f *page.Frame) (good.Kind, error) {
	k := good.Kind(r.URL.Query().Get("kind"))
	if k != "" && !slices.Contains(good.Kinds, k) {
		return "", &good.Error{Kind: good.Invalid, Key: "standard.kind-unknown", Field: "kind", Args: map[string]any{"Kind": string(k)}}
	}
	if k != "" {
		f.Query = "kind=" + string(k)
		f.Unlisted = true
	}
	return k, nil
}

// asks says whether a question is put to a kind; "" is all of them.
func asks(q standard.Question, k good.Kind) bool {
	return k == "" || len(q.Kinds) == 0 || slices.Contains(q.Kinds, k)
}

type version struct {
	*page.Frame
	Set     *standard.Set
	State   string
	Current *standard.Set // where this is not it
	Before  *standard.Set // the version it follows, or nil
	Kind    good.Kind     // "": all
	Kinds   bool          // it tells kinds apart
	Parts   []part
}

// part is an indicator with those of its questions that are asked.
type part struct {
	standard.Indicator
	Above     string // title of the indicator it belongs to
	Level     string
	Questions []question
}

// One answers /standards/{id}/{version}.
func One(lib *standard.Library) page.Handler {
	return func(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
		s, err := find(lib, r)
		if err != nil {
			return err
		}
		m := &version{Frame: f, Set: s, State: state(lib, s)}
		if m.Kind, err = kindOf(r, f); err != nil {
			return err
		}
		f.Title = say(f, s.Name) + " " + s.Version
		f.Description = page.Cut(say(f, s.Summary), 160)
		if page.Fresh(w, r, f) {
			return nil
		}
		if now, ok := lib.Set(s.ID, ""); ok && now != s {
			m.Current = now
		}
		m.Before, _ = lib.Before(s)
		m.gather()
		return page.Write(w, r, f, http.StatusOK, one(m))
	}
}

func (m *version) gather() {
	for _, i := range m.Set.Indicators {
		p := part{Indicator: i}
		if above, ok := m.Set.Indicator(i.Parent); ok {
			p.Above = say(m.Frame, above.Title)
		}
		for _, l := range m.Set.Levels {
			if l.ID == i.Level {
				p.Level = say(m.Frame, l.Name)
			}
		}
		for _, q := range i.Questions {
			m.Kinds = m.Kinds || len(q.Kinds) > 0 || len(q.HelpBy) > 0
			if asks(q, m.Kind) {
				p.Questions = append(p.Questions, m.question(q))
			}
		}
		m.Parts = append(m.Parts, p)
	}
}

// mark is how an indicator is called on the page: its id where that says
// something to readers, as the numbers of the DPG Standard do.
func (p part) mark() string {
	if c := p.ID[0]; c >= '0' && c <= '9' {
		return p.ID
	}
	return ""
}
