package languages

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	app "stoa/internal/app/localisation"
	"stoa/internal/good"
	"stoa/internal/l10n"
	"stoa/internal/web/page"
)

// spoken is what the page of a good's languages shows.
type spoken struct {
	*page.Frame
	app.Languages
	Form *page.Form
	Sent string
}

func (m *spoken) field(form string, d page.Field) page.Field {
	if m.Sent == form {
		return m.Form.Field(d)
	}
	return d
}

// stated are the languages as the form lists them.
func (m *spoken) stated() string {
	var b strings.Builder
	c := m.Coverage
	if c == nil { // what a machine saw is a good beginning
		c = m.Seen
	}
	if c != nil {
		for _, s := range c.Shares {
			b.WriteString(s.Language + " " + strconv.Itoa(s.Percent) + "\n")
		}
	}
	return b.String()
}

func (c Config) about(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.writeAbout(w, r, http.StatusOK, &spoken{Frame: f})
}

func (c Config) writeAbout(w http.ResponseWriter, r *http.Request, status int, m *spoken) (err error) {
	f := m.Frame
	if m.Languages, err = c.App.Languages(r.Context(), f.Reader(), r.PathValue("slug")); err != nil {
		return err
	}
	if at := "/goods/" + page.PathEscape(m.Languages.Good.Slug) + "/languages"; m.Languages.Good.Slug != r.PathValue("slug") && status == http.StatusOK {
		http.Redirect(w, r, string(f.Href(at)), http.StatusMovedPermanently)
		return nil
	}
	f.Path, f.Work = "/goods/"+m.Languages.Good.Slug+"/languages", true
	f.Title = f.Tell("l10n.languages", "Name", m.Languages.Good.Name)
	f.Description = f.Title
	if status == http.StatusOK && page.FreshUntil(w, r, f, time.Minute, m.Languages.Sight()) {
		return nil
	}
	return page.Write(w, r, f, status, about(m))
}

// land is what the page of a country's languages shows.
type land struct {
	*page.Frame
	app.Lacks
}

// percent is how much speaks a language, in words where nobody said.
func (m *land) percent(s app.Speech) string {
	if s.Percent < 0 {
		return m.T("l10n.country.unknown")
	}
	return m.T("l10n.percent", "Number", s.Percent)
}

func (c Config) country(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	found, err := c.App.Lacks(r.Context(), r.PathValue("iso"))
	if err != nil {
		return err
	}
	f.Path, f.Work = "/countries/"+found.Country+"/languages", true
	f.Title, f.Description = f.Tell("l10n.country", "Name", f.Country(found.Country)), f.T("l10n.country.lede")
	if page.Fresh(w, r, f) {
		return nil
	}
	return page.Write(w, r, f, http.StatusOK, country(&land{Frame: f, Lacks: found}))
}

func (c Config) back(w http.ResponseWriter, r *http.Request, f *page.Frame, what string, form *page.Form, err error) error {
	if err != nil {
		if !form.Add(f, err) {
			return err
		}
		return c.writeAbout(w, r, page.Status(w, err), &spoken{Frame: f, Form: form, Sent: what})
	}
	http.Redirect(w, r, string(f.Href("/goods/"+page.PathEscape(r.PathValue("slug"))+"/languages")), http.StatusSeeOther)
	return nil
}

// Shares reads what people list: a language and its percentage a line.
func Shares(text string) ([]l10n.Share, error) {
	var out []l10n.Share
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSpace(strings.Trim(strings.TrimSpace(line), "%"))
		if line == "" {
			continue
		}
		i := strings.LastIndexAny(line, " \t:=,")
		n, err := strconv.Atoi(strings.TrimSpace(line[i+1:]))
		if i < 0 || err != nil {
			return nil, &good.Error{Kind: good.Invalid, Key: "l10n.error.share", Field: "languages", Args: map[string]any{"Name": good.Short(line)}}
		}
		out = append(out, l10n.Share{Language: strings.Trim(line[:i], " \t:=,"), Percent: n})
	}
	return out, nil
}

func (c Config) cover(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, "languages", "source")
	if err != nil {
		return err
	}
	shares, err := Shares(v.Get("languages"))
	if err == nil {
		_, _, err = c.App.Cover(r.Context(), f.Reader(), r.PathValue("slug"), l10n.Coverage{Hand: true, Source: good.Address(v.Get("source")), Shares: shares})
	}
	return c.back(w, r, f, "cover", &page.Form{Values: v}, err)
}

func (c Config) read(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r)
	if err != nil {
		return err
	}
	return c.back(w, r, f, "read", &page.Form{Values: v}, c.App.Again(r.Context(), f.Reader(), r.PathValue("slug")))
}

func (c Config) say(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, "word", "language", "translation", "note")
	if err != nil {
		return err
	}
	_, _, err = c.App.SayTerm(r.Context(), f.Reader(), r.PathValue("slug"), l10n.Term{Word: v.Get("word"), Language: v.Get("language"), Translation: v.Get("translation"), Note: v.Get("note")})
	return c.back(w, r, f, "term", &page.Form{Values: v}, err)
}

func (c Config) drop(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, "term")
	if err != nil {
		return err
	}
	_, err = c.App.DropTerm(r.Context(), f.Reader(), r.PathValue("slug"), good.ID(v.Get("term")))
	var gone *good.Error
	if errors.As(err, &gone) && gone.Key == "l10n.error.term" {
		err = nil // somebody was faster
	}
	return c.back(w, r, f, "drop", &page.Form{Values: v}, err)
}
