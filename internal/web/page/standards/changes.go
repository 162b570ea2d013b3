package standards

import (
	"net/http"
	"net/url"

	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/web/page"
)

type comparison struct {
	*page.Frame
	Old, New *standard.Set
	Kind     good.Kind
	Kinds    bool
	Others   []*standard.Set // versions it can be compared with
	Changed  []changed
}

// changed is what changed in one indicator.
type changed struct {
	Indicator standard.Indicator
	Items     []item
}

// item is one change in words.
type item struct {
	Sort  string // standard.Added, …
	What  string // the question, "" for the indicator itself
	Why   string // why it went, where that is said
	Parts []string
	Texts []texts
}

// texts is one text before and after.
type texts struct{ Part, Before, After string }

// Changes answers /standards/{id}/{version}/changes: what changed since the
// version ?from=, else since the one before.
func Changes(lib *standard.Library) page.Handler {
	return func(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
		s, err := find(lib, r)
		if err != nil {
			return err
		}
		m := &comparison{Frame: f, New: s}
		if m.Kind, err = kindOf(r, f); err != nil {
			return err
		}
		if err := m.since(lib, r.URL.Query().Get("from")); err != nil {
			return err
		}
		f.Title = f.T("standard.changes.title", "Name", say(f, s.Name), "From", m.Old.Version, "To", s.Version)
		f.Description = f.Title
		if page.Fresh(w, r, f) {
			return nil
		}
		m.gather()
		return page.Write(w, r, f, http.StatusOK, changes(m))
	}
}

// since finds the version to compare with.
func (m *comparison) since(lib *standard.Library, from string) error {
	for _, o := range lib.Sets() {
		if o.ID == m.New.ID && o != m.New {
			m.Others = append(m.Others, o)
		}
	}
	ok := false
	if from == "" {
		m.Old, ok = lib.Before(m.New)
	} else {
		m.Old, ok = lib.Set(m.New.ID, from)
		query := url.Values{"from": {from}}
		if m.Kind != "" {
			query.Set("kind", string(m.Kind))
		}
		m.Query = query.Encode()
	}
	if !ok || from != "" && m.Old == m.New {
		if from == "" {
			return &good.Error{Kind: good.NotFound, Key: "standard.first", Args: map[string]any{"Version": m.New.Version}}
		}
		return unknown(lib, m.New.ID+"@"+from)
	}
	return nil
}

func (m *comparison) gather() {
	for _, s := range []*standard.Set{m.Old, m.New} {
		for _, q := range s.Questions() {
			m.Kinds = m.Kinds || len(q.Kinds) > 0
		}
	}
	for _, c := range standard.Diff(m.Old, m.New) {
		in, ok := m.New.Indicator(c.Indicator)
		if !ok {
			in, _ = m.Old.Indicator(c.Indicator)
		}
		it, shown := m.item(c)
		if !shown {
			continue
		}
		if n := len(m.Changed); n == 0 || m.Changed[n-1].Indicator.ID != in.ID {
			m.Changed = append(m.Changed, changed{Indicator: in})
		}
		last := &m.Changed[len(m.Changed)-1]
		last.Items = append(last.Items, it)
	}
}

// item puts a change into words; ok is false where it is not about the kind
// asked for.
func (m *comparison) item(c standard.Change) (it item, ok bool) {
	it = item{Sort: c.Sort}
	now, _ := m.New.Question(c.Question)
	was, _ := m.Old.Question(c.Question)
	if c.Was != "" {
		was, _ = m.Old.Question(c.Was)
	}
	switch {
	case c.Question == "":
	case c.Sort == standard.Removed:
		it.What, it.Why = say(m.Frame, was.Label), say(m.Frame, m.New.Retired[c.Question])
		return it, asks(was, m.Kind)
	default:
		it.What = say(m.Frame, now.Label)
		if !asks(now, m.Kind) {
			return it, false
		}
	}
	before, _ := m.Old.Indicator(c.Indicator)
	after, _ := m.New.Indicator(c.Indicator)
	for _, p := range c.Parts {
		var b, a good.Text
		switch {
		case p == "title":
			b, a = before.Title, after.Title
		case p == "requirement":
			b, a = before.Requirement, after.Requirement
		case p == "label":
			b, a = was.Label, now.Label
		case p == "example":
			b, a = was.Example, now.Example
		case p == "help" && was.Help["en"] != now.Help["en"]:
			b, a = was.Help, now.Help
		}
		if len(b) == 0 && len(a) == 0 {
			it.Parts = append(it.Parts, m.T("standard.part."+p))
			continue
		}
		it.Texts = append(it.Texts, texts{m.T("standard.part." + p), say(m.Frame, b), say(m.Frame, a)})
	}
	return it, true
}

// asking joins the parts of an address after the question mark.
func asking(parts ...string) string {
	out := ""
	for _, p := range parts {
		switch {
		case p == "":
		case out == "":
			out = "?" + p
		default:
			out += "&" + p
		}
	}
	return out
}

// about tells changes of an indicator from those of a question.
func about(it item) string {
	if it.What == "" {
		return ".indicator"
	}
	return ""
}
