package alliance

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/alliance"
	app "stoa/internal/app/alliance"
	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/web/page"
)

// one is what the page of a member shows.
type one struct {
	*page.Frame
	app.View
	Form    *page.Form   // that was sent, with what is wrong
	Sent    string       // which form that was
	Promise *app.Promise // the one that the page is about, if it is about one
}

func (c Config) member(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.writeMember(w, r, f, http.StatusOK, "", nil)
}

func (c Config) writeMember(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, sent string, form *page.Form) error {
	v, err := c.App.Member(r.Context(), f.Reader(), r.PathValue("slug"))
	if err != nil {
		return err
	}
	f.Path, f.Title, f.Description, f.Work = "/alliance/"+v.Slug, v.Name, page.Cut(v.Summary, 160), true
	if status == http.StatusOK && page.FreshToday(w, r, f, v.Today) {
		return nil
	}
	return page.Write(w, r, f, status, memberPage(&one{Frame: f, View: v, Form: form, Sent: sent}))
}

func (c Config) commitment(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.writePromise(w, r, f, http.StatusOK, nil)
}

func (c Config) writePromise(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, form *page.Form) error {
	v, err := c.App.Member(r.Context(), f.Reader(), r.PathValue("slug"))
	if err != nil {
		return err
	}
	m := &one{Frame: f, View: v, Form: form}
	for _, p := range v.Promises {
		if string(p.ID) == r.PathValue("commitment") {
			m.Promise = &p
		}
	}
	if m.Promise == nil {
		return &good.Error{Kind: good.NotFound, Key: "alliance.error.commitment"}
	}
	f.Path, f.Title, f.Description, f.Work = promisePath(*m.Promise), page.Cut(m.Promise.Text, 70), page.Cut(m.Promise.Text, 160), true
	if status == http.StatusOK && page.FreshToday(w, r, f, v.Today) {
		return nil
	}
	return page.Write(w, r, f, status, promisePage(m))
}

// profile answers POST /alliance/{slug}: what is said of a member.
func (c Config) profile(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, "website", "summary", "role*", "leaves", "reason")
	if err != nil {
		return err
	}
	website, summary := v.Get("website"), v.Get("summary")
	p := app.Profile{Website: &website, Summary: &summary, Lang: f.Code, Leaves: v.Get("leaves") == "yes", Reason: v.Get("reason")}
	for _, role := range v["role"] {
		p.Roles = append(p.Roles, alliance.Role(role))
	}
	if _, err := c.App.Change(r.Context(), f.Reader(), r.PathValue("slug"), p); err != nil {
		form := &page.Form{Values: v}
		if !form.Add(f, err) {
			return err
		}
		return c.writeMember(w, r, f, edge.Status(w.Header(), err), "profile", form)
	}
	return back(w, r, f, "")
}

// commit answers POST /alliance/{slug}/commitments.
func (c Config) commit(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, "text", "due", "sdgs*", "countries")
	if err != nil {
		return err
	}
	in := alliance.Commitment{Text: v.Get("text"), Lang: f.Code, Due: good.Date(v.Get("due")), Countries: places(v.Get("countries"))}
	for _, s := range v["sdgs"] {
		n, err := strconv.Atoi(s)
		if err != nil {
			n = -1 // no goal has it: said beside the field
		}
		in.SDGs = append(in.SDGs, n)
	}
	out, _, err := c.App.Commit(r.Context(), f.Reader(), r.PathValue("slug"), in)
	if err != nil {
		form := &page.Form{Values: v}
		if !form.Add(f, err) {
			return err
		}
		return c.writeMember(w, r, f, edge.Status(w.Header(), err), "commit", form)
	}
	return back(w, r, f, "/commitments/"+string(out.ID))
}

// places are countries as people list them, with commas between them.
func places(s string) []string {
	var out []string
	for _, p := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == '،' || r == '、' || r == ';' || r == '\n' }) {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// report answers POST /alliance/{slug}/commitments/{commitment}.
func (c Config) report(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, "state", "percent", "report", "evidence", "due")
	if err != nil {
		return err
	}
	in := alliance.Report{State: alliance.State(v.Get("state")), Text: v.Get("report"), Lang: f.Code, Evidence: v.Get("evidence"), Due: good.Date(v.Get("due"))}
	if s := v.Get("percent"); s != "" {
		if in.Percent, err = strconv.Atoi(s); err != nil {
			in.Percent = -1 // said beside the field
		}
	}
	if _, _, err := c.App.Report(r.Context(), f.Reader(), good.ID(r.PathValue("commitment")), in); err != nil {
		form := &page.Form{Values: v}
		if !form.Add(f, err) {
			return err
		}
		return c.writePromise(w, r, f, edge.Status(w.Header(), err), form)
	}
	return back(w, r, f, "/commitments/"+page.PathEscape(r.PathValue("commitment")))
}

func back(w http.ResponseWriter, r *http.Request, f *page.Frame, rest string) error {
	http.Redirect(w, r, string(f.Href("/alliance/"+page.PathEscape(r.PathValue("slug"))+rest)), http.StatusSeeOther)
	return nil
}

// field is a field of one of the forms of the page, as it was sent if it was.
func (m *one) field(form string, d page.Field) page.Field {
	if m.Sent == form {
		return m.Form.Field(d)
	}
	return d
}

// tended is what the secretariat's page shows.
type tended struct {
	*page.Frame
	Form  *page.Form
	Today good.Date
	Queue []alliance.Joining
	Now   time.Time
}

func (c Config) desk(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.writeDesk(w, r, f, http.StatusOK, nil)
}

func (c Config) writeDesk(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, form *page.Form) error {
	f.Path, f.Title, f.Work, f.Here = "/desk/alliance", f.T("alliance.desk.title"), true, "desk"
	queue, err := c.App.Queue(r.Context(), f.Reader())
	if err != nil {
		return err
	}
	now := c.App.Now()
	return page.Write(w, r, f, status, deskPage(&tended{Frame: f, Form: form, Today: good.Date(now.UTC().Format(time.DateOnly)), Queue: queue, Now: now}))
}

// admit answers POST /desk/alliance/members.
func (c Config) admit(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, "name", "role*", "country", "website", "summary", "since", "keeper")
	if err != nil {
		return err
	}
	e := app.Entry{Keeper: v.Get("keeper"), Member: alliance.Member{Name: v.Get("name"), Country: v.Get("country"), Website: v.Get("website"), Summary: v.Get("summary"), Lang: f.Code, Since: good.Date(v.Get("since"))}}
	for _, role := range v["role"] {
		e.Roles = append(e.Roles, alliance.Role(role))
	}
	m, _, err := c.App.Admit(r.Context(), f.Reader(), e)
	if err != nil {
		form := &page.Form{Values: v}
		if !form.Add(f, err) {
			return err
		}
		return c.writeDesk(w, r, f, edge.Status(w.Header(), err), form)
	}
	http.Redirect(w, r, string(f.Href("/alliance/"+page.PathEscape(m.Slug))), http.StatusSeeOther)
	return nil
}

func manages(f *page.Frame) bool {
	_, err := access.As(f.Reader(), access.ManageAlliance, access.Thing{})
	return err == nil
}

func chosen(m alliance.Member) []string {
	var out []string
	for _, r := range m.Roles {
		out = append(out, string(r))
	}
	return out
}

// named are the countries that commitments are about.
func named(m *model) []page.Option {
	var out []page.Option
	for _, c := range m.Countries {
		out = append(out, page.Option{Value: c, Label: m.Country(c)})
	}
	return out
}

func years(m *model) []page.Option {
	var out []page.Option
	for _, y := range m.Years {
		n := strconv.Itoa(y)
		out = append(out, page.Option{Value: n, Label: m.Date(good.Date(n))})
	}
	return out
}
