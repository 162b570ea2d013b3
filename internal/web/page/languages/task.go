package languages

import (
	"net/http"
	"strconv"
	"strings"

	"stoa/internal/access"
	app "stoa/internal/app/localisation"
	"stoa/internal/good"
	"stoa/internal/l10n"
	"stoa/internal/web/page"
)

// one is what the page of a task shows.
type one struct {
	*page.Frame
	app.View
	Form *page.Form // that was sent, with what is wrong
	Sent string     // which form that was
	Told string     // what was done
}

// field is a field of one of the forms of the page, as it was sent if it was.
func (m *one) field(form string, d page.Field) page.Field {
	if m.Sent == form {
		return m.Form.Field(d)
	}
	return d
}

// past tells the history of the task.
func (m *one) past() page.Past { return page.Past{Frame: m.Frame} }

// who is what somebody is called.
func (m *one) who(pseudonym string) string { return m.Called(m.People[pseudonym], pseudonym) }

// target is what stands in the box of a text: what was sent, or what is kept.
func (m *one) target(u l10n.Unit) page.Field {
	return m.field("units", page.Field{Name: "t" + strconv.Itoa(u.N), Value: u.Target})
}

// terms are the words of the glossary that stand in a text.
func (m *one) terms(u l10n.Unit) []l10n.Term {
	var out []l10n.Term
	for _, t := range m.Words {
		if t.Within(u.Source) {
			out = append(out, t)
		}
	}
	return out
}

// on is the page's address with the texts behind a number.
func (m *one) on(after int) string {
	return "/localisation/" + string(m.ID) + "?after=" + strconv.Itoa(after)
}

// marks says of a translation what is to be known of it.
func (m *one) mark(u l10n.Unit) string {
	switch {
	case u.Origin == l10n.Machine && u.State == l10n.Doubtful:
		return m.T("l10n.machine.unseen")
	case u.Origin == l10n.Machine:
		return m.T("l10n.machine.seen")
	}
	return m.T("l10n.unit." + string(u.State))
}

func (c Config) show(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	m := &one{Frame: f}
	if v := r.URL.Query(); v.Has("taken") {
		taken, err := strconv.Atoi(v.Get("taken"))
		strange, bad := strconv.Atoi(v.Get("strange"))
		if err == nil && bad == nil {
			m.Told = f.T("l10n.brought", "Taken", taken, "Strange", strange)
		}
	}
	return c.write(w, r, http.StatusOK, r.URL.Query().Get("after"), m)
}

func (c Config) write(w http.ResponseWriter, r *http.Request, status int, behind string, m *one) (err error) {
	f, n := m.Frame, after(behind)
	if m.View, err = c.App.Show(r.Context(), f.Reader(), good.ID(r.PathValue("task")), n, app.UnitsShown); err != nil {
		return err
	}
	f.Path, f.Work = "/localisation/"+string(m.ID), true
	if n > 0 {
		f.Query = "after=" + strconv.Itoa(n)
	}
	f.Title = f.Tell("l10n.of", "Name", m.View.Work.Title, "Language", f.Language(m.View.Work.Language))
	f.Description = f.Title
	if status == http.StatusOK && m.Told == "" && page.Fresh(w, r, f) {
		return nil
	}
	return page.Write(w, r, f, status, shown(m))
}

// answer goes back to the task, or shows what is wrong with a form.
func (c Config) answer(w http.ResponseWriter, r *http.Request, f *page.Frame, what, behind string, form *page.Form, err error) error {
	if err == nil {
		to := "/localisation/" + page.PathEscape(r.PathValue("task"))
		if behind != "" {
			to += "?after=" + behind
		}
		http.Redirect(w, r, string(f.Href(to)), http.StatusSeeOther)
		return nil
	}
	said, ok := err.(*good.Error)
	if !form.Add(f, err) {
		if !ok || said.Kind != good.Conflict && said.Key != "l10n.error.own" {
			return err
		}
		form.Wrong = append(form.Wrong, page.Problem{Text: f.Say(said)})
	}
	return c.write(w, r, page.Status(w, err), behind, &one{Frame: f, Form: form, Sent: what})
}

// step is a verb that a small form asks for.
func (c Config) step(what string, do func(r *http.Request, who access.Who, id good.ID, f *page.Form) error, fields ...string) page.Handler {
	return func(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
		v, err := page.Sent(r, fields...)
		if err != nil {
			return err
		}
		form := &page.Form{Values: v}
		return c.answer(w, r, f, what, "", form, do(r, f.Reader(), good.ID(r.PathValue("task")), form))
	}
}

// translate keeps a page of texts, and goes on to the next.
func (c Config) translate(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	if err := r.ParseForm(); err != nil {
		return &good.Error{Kind: good.Invalid, Key: "form.error.unread", Err: err}
	}
	n := after(r.PostForm.Get("after"))
	fields := []string{"after", "go"}
	for i := n + 1; i <= n+app.UnitsShown; i++ {
		fields = append(fields, "t"+strconv.Itoa(i), "seen"+strconv.Itoa(i))
	}
	v, err := page.Sent(r, fields...)
	if err != nil {
		return err
	}
	var said []l10n.Said
	for i := n + 1; i <= n+app.UnitsShown; i++ {
		if name := strconv.Itoa(i); v.Has("t" + name) {
			said = append(said, l10n.Said{N: i, Target: v.Get("t" + name), Seen: v.Get("seen"+name) == "yes"})
		}
	}
	id := good.ID(r.PathValue("task"))
	t, _, err := c.App.Translate(r.Context(), f.Reader(), id, said)
	next := n
	if err == nil && v.Get("go") == "on" && n+app.UnitsShown < t.Units {
		next += app.UnitsShown
	}
	return c.answer(w, r, f, "units", strconv.Itoa(next), &page.Form{Values: v}, err)
}

// bring takes a file with translations back.
func (c Config) bring(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, file, format, err := sent(r, "machine")
	if err != nil {
		return err
	}
	if format == l10n.Plain && v.Get("format") == "" { // pasted: it says itself what it is
		if format = l10n.PO; strings.Contains(string(file), "<xliff") {
			format = l10n.XLIFF
		}
	}
	out, _, err := c.App.Import(r.Context(), f.Reader(), good.ID(r.PathValue("task")), format, file, v.Get("machine") == "yes")
	if err != nil {
		return c.answer(w, r, f, "import", "", &page.Form{Values: v}, err)
	}
	http.Redirect(w, r, string(f.Href("/localisation/"+page.PathEscape(r.PathValue("task"))))+"?taken="+strconv.Itoa(out.Taken)+"&strange="+strconv.Itoa(out.Strange), http.StatusSeeOther)
	return nil
}

// export gives the task away as a file.
func (c Config) export(format l10n.Format, media string) page.Handler {
	return func(w http.ResponseWriter, r *http.Request, _ *page.Frame) error {
		file, name, err := c.App.Export(r.Context(), good.ID(r.PathValue("task")), format)
		if err != nil {
			return err
		}
		w.Header().Set("Content-Type", media)
		w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
		_, _ = w.Write(file) // a client that went away needs no answer
		return nil
	}
}
