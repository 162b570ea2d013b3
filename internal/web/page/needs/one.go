package needs

import (
	"bytes"
	"context"
	"net/http"
	"strconv"

	"stoa/internal/access"
	app "stoa/internal/app/needs"
	"stoa/internal/export"
	"stoa/internal/good"
	"stoa/internal/need"
	"stoa/internal/web/page"
)

// one is a need that is kept, as a page shows it.
type one struct {
	*page.Frame
	app.View
	Found []need.Ranked
	Aids  app.Aids
	Form  *page.Form // that was sent, with what is wrong
	Sent  string     // which form that was
	Today good.Date
}

// field is a field of one of the forms of the page, as it was sent if it was.
func (m *one) field(form string, d page.Field) page.Field {
	if m.Sent == form {
		return m.Form.Field(d)
	}
	return d
}

// version is the version of which the form that changes the need is: as it was
// sent if it was.
func (m *one) version() string {
	if m.Sent == "change" {
		return m.Form.Version(m.Version)
	}
	return strconv.FormatInt(m.Version, 10)
}

// address is where the need can be read.
func (m *one) address() string { return m.Site.Base + m.Prefix + "/needs/" + string(m.ID) }

func (c Config) look(r *http.Request, f *page.Frame) (*one, error) {
	m := &one{Frame: f, Today: good.Date(c.App.Now().UTC().Format("2006-01-02"))}
	var err error
	if m.View, err = c.App.Show(r.Context(), f.Reader(), good.ID(r.PathValue("need"))); err != nil {
		return nil, err
	}
	ask := m.Ask
	if m.Found, err = c.App.Match(r.Context(), &ask, 10); err != nil {
		return nil, err
	}
	m.Aids, err = c.App.Aids(r.Context(), &ask, m.Found)
	f.Title, f.Description, f.Work, f.Unlisted = m.Record.Title, page.Cut(m.Problem, 200), true, m.Visibility != need.Public
	return m, err
}

func (c Config) show(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.write(w, r, f, http.StatusOK, "", nil)
}

func (c Config) write(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, sent string, form *page.Form) error {
	m, err := c.look(r, f)
	if err != nil {
		return err
	}
	f.Path, m.Sent, m.Form = "/needs/"+string(m.ID), sent, form
	return page.Write(w, r, f, status, onePage(m))
}

// sent runs a verb that a form of the page asks for, and comes back to it.
func (c Config) sent(w http.ResponseWriter, r *http.Request, f *page.Frame, form string, do func(ctx context.Context, who access.Who, id good.ID, v *page.Form) error, fields ...string) error {
	v, err := page.Sent(r, fields...)
	if err != nil {
		return err
	}
	return c.answered(w, r, f, form, &page.Form{Values: v}, func(v *page.Form) error {
		return do(r.Context(), f.Reader(), good.ID(r.PathValue("need")), v)
	})
}

func (c Config) answered(w http.ResponseWriter, r *http.Request, f *page.Frame, form string, v *page.Form, do func(*page.Form) error) error {
	err := do(v)
	if err == nil {
		http.Redirect(w, r, string(f.Href("/needs/"+page.PathEscape(r.PathValue("need")))), http.StatusSeeOther)
		return nil
	}
	if !v.Add(f, err) {
		return err
	}
	return c.write(w, r, f, page.Status(w, err), form, v)
}

func (c Config) change(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	in, form, err := written(r, "version")
	if err != nil {
		return err
	}
	in.Version, _ = strconv.ParseInt(form.Values.Get("version"), 10, 64)
	return c.answered(w, r, f, "change", form, func(*page.Form) error {
		_, err := c.App.Change(r.Context(), f.Reader(), good.ID(r.PathValue("need")), in)
		return err
	})
}

func (c Config) short(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.sent(w, r, f, "short", func(ctx context.Context, who access.Who, id good.ID, v *page.Form) error {
		_, err := c.App.Short(ctx, who, id, v.Values.Get("good"), v.Values.Get("off") == "yes")
		return err
	}, "good", "off")
}

func (c Config) close(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.sent(w, r, f, "close", func(ctx context.Context, who access.Who, id good.ID, v *page.Form) error {
		_, err := c.App.Close(ctx, who, id, need.Outcome(v.Values.Get("outcome")), v.Values.Get("reason"))
		return err
	}, "outcome", "reason")
}

func (c Config) hide(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.sent(w, r, f, "hide", func(ctx context.Context, who access.Who, id good.ID, v *page.Form) error {
		_, err := c.App.Hide(ctx, who, id, v.Values.Get("reason"))
		return err
	}, "reason")
}

func (c Config) answer(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.sent(w, r, f, "answer", func(ctx context.Context, who access.Who, id good.ID, v *page.Form) error {
		_, err := c.App.Answer(ctx, who, id, v.Values.Get("body"), v.Values.Get("text"))
		return err
	}, "body", "text")
}

func (c Config) decide(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.sent(w, r, f, "decide", func(ctx context.Context, who access.Who, id good.ID, v *page.Form) error {
		_, err := c.App.Decide(ctx, who, id, good.ID(r.PathValue("answer")), v.Values.Get("verdict") == "accept")
		return err
	}, "verdict")
}

// brief is the need with its goods on one page to print.
func (c Config) brief(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	m, err := c.look(r, f)
	if err != nil {
		return err
	}
	f.Path, f.Unlisted = "/needs/"+string(m.ID)+"/brief", true
	return page.Write(w, r, f, http.StatusOK, briefPage(m))
}

// named has a browser keep what follows as a file.
func (c Config) named(w http.ResponseWriter, m *one, ending string) {
	w.Header().Set("Content-Disposition", `attachment; filename="need-`+string(m.ID)+ending+`"`)
}

// briefFile is the brief as one file that needs nothing besides.
func (c Config) briefFile(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	m, err := c.look(r, f)
	if err != nil {
		return err
	}
	c.named(w, m, ".html")
	return page.Write(w, r, f, http.StatusOK, standalone(m))
}

// briefText is the brief as a text document.
func (c Config) briefText(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	m, err := c.look(r, f)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := export.Document(&b, export.TextDocument{Title: m.Record.Title, Lang: f.Code, Lines: m.lines(), Made: m.Changed}); err != nil {
		return err
	}
	c.named(w, m, ".odt")
	w.Header().Set("Content-Type", export.TypeDocument)
	_, _ = w.Write(b.Bytes()) // a client that went away needs no answer
	return nil
}

// lines are the brief as a text document has it.
func (m *one) lines() []export.Line {
	out := []export.Line{{Text: m.Problem}}
	for _, p := range m.facts() {
		out = append(out, export.Line{Item: true, Text: p.Name + ": " + p.Value})
	}
	goods := func(title string, list []need.Ranked) {
		if len(list) == 0 {
			return
		}
		out = append(out, export.Line{Level: 2, Text: title})
		for _, r := range list {
			out = append(out, export.Line{Level: 3, Text: r.Good.Name})
			if text, _ := r.Good.Summary.In(m.Code); text != "" {
				out = append(out, export.Line{Text: page.Cut(text, 400)})
			}
			for _, x := range r.Reasons() {
				out = append(out, export.Line{Item: true, Text: says(m.Frame, x)})
			}
			for _, x := range r.Missing() {
				out = append(out, export.Line{Item: true, Text: m.T("need.lacks") + ": " + says(m.Frame, x)})
			}
		}
	}
	goods(m.T("need.short"), m.chosen())
	goods(m.T("need.found"), m.others())
	out = append(out, m.aidLines()...)
	return append(out, export.Line{Text: m.T("need.address") + ": " + m.address()}, export.Line{Text: m.Tell("need.asof", "Date", m.Date(m.Today))})
}

// chosen are the goods of the shortlist, each with its reasons where it is
// among those that were ranked.
func (m *one) chosen() []need.Ranked {
	var out []need.Ranked
	for _, g := range m.Short {
		r := need.Ranked{Good: g}
		for _, x := range m.Found {
			if x.Good.ID == g.ID {
				r = x
			}
		}
		out = append(out, r)
	}
	return out
}

// others are those that were ranked and are not on the shortlist.
func (m *one) others() []need.Ranked {
	var out []need.Ranked
	for _, r := range m.Found {
		if !m.Listed(r.Good.ID) {
			out = append(out, r)
		}
	}
	return out
}

// facts are what is asked besides the problem, by name.
func (m *one) facts() []page.Pair {
	var out []page.Pair
	add := func(key string, list ...string) {
		var some []string
		for _, s := range list {
			if s != "" {
				some = append(some, s)
			}
		}
		if len(some) > 0 {
			out = append(out, page.Pair{Name: m.T(key), Value: m.Frame.List(some)})
		}
	}
	in := func(prefix, v string) string {
		if v == "" {
			return ""
		}
		return m.T(prefix + v)
	}
	each := func(about need.About, values []string) (list []string) {
		for _, v := range values {
			list = append(list, value(m.Frame, about, v))
		}
		return list
	}
	v := values(m.Ask)
	add("need.use", m.Use)
	if m.Ask.Country != "" {
		add("deploy.country", m.Frame.Country(m.Ask.Country))
	}
	add("need.users", m.Users)
	if m.People > 0 {
		add("need.people", m.Number(int(m.People)))
	}
	add("need.languages", each(need.AboutLanguage, m.Tongues)...)
	add("need.sectors", each(need.AboutSector, m.Sectors)...)
	add("need.sdgs", each(need.AboutSDG, v["sdgs"])...)
	add("need.kinds", each(need.AboutKind, v["kinds"])...)
	var built, musts []string
	for _, b := range m.Blocks {
		built = append(built, m.T("vocab.block."+b))
	}
	for _, x := range m.Musts {
		musts = append(musts, m.T("need.must."+string(x)))
	}
	add("need.blocks", built...)
	add("need.musts", musts...)
	add("need.licence", in("need.family.", m.Ask.Licence))
	add("need.standards", m.Standards...)
	add("need.budget", in("need.budget.", m.Budget))
	add("need.time", in("need.time.", m.Ask.Time))
	return out
}

// changed is the form of the need: as it is kept, or as it was sent.
func (m *one) changed() *page.Form {
	if m.Sent == "change" {
		return m.Form
	}
	return &page.Form{Values: values(m.Ask)}
}

// id tells the reasons of two forms apart: the mistake is said beside the one
// that was sent.
func (m *one) id(form string) string {
	if m.Sent == form {
		return "reason"
	}
	return "reason-" + form
}

func bodies(m *one) []page.Option {
	var out []page.Option
	for _, b := range m.Bodies {
		out = append(out, page.Option{Value: string(b.ID), Label: b.Name})
	}
	return out
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}
