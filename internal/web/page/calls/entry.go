package calls

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"stoa/internal/app/assessment"
	"stoa/internal/app/calls"
	"stoa/internal/call"
	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/nominate"
	"stoa/internal/standard"
	"stoa/internal/vocab"
	"stoa/internal/web/page"
	"stoa/internal/web/page/ask"
)

// decoy is the name of the field no person sees.
const decoy = "homepage"

// entering is the form of an entry, new or one's own.
type entering struct {
	*page.Frame
	Call    call.Call
	Set     *standard.Set
	Entry   *calls.EntryView // nil for a new one
	Form    page.Form
	Ticket  string
	Twin    bool // the same is entered already by somebody else
	Answers standard.Answers
}

// form answers GET /calls/{slug}/enter.
func (h *pages) form(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	c, err := h.Calls.Call(r.Context(), r.PathValue("slug"))
	if err != nil {
		return err
	}
	if err := c.MayEnter(h.Now()); err != nil {
		return err
	}
	return h.showForm(w, r, http.StatusOK, &entering{Frame: f, Call: c.Call, Set: c.Set})
}

func (h *pages) showForm(w http.ResponseWriter, r *http.Request, status int, m *entering) error {
	m.Work, m.Title = true, m.Tell("calls.enter.title", "Call", said(m.Frame, m.Call.Title))
	if m.Ticket == "" {
		var err error
		if m.Ticket, err = h.Tickets.Issue(h.Now(), h.Rand); err != nil {
			return err
		}
	}
	return page.Write(w, r, m.Frame, status, enterPage(m))
}

// fields are the names a form of an entry may have.
func fields(r *http.Request, set *standard.Set) []string {
	var all []standard.Asked
	for _, q := range set.Questions() {
		all = append(all, standard.Asked{Question: q})
	}
	out := append(ask.Names(all), "name", "link", "kinds*", "sdgs*", "country", "named", "distinct", "ticket", "version", decoy)
	_ = r.ParseForm() // Sent says what is wrong with it
	for name := range r.PostForm {
		if strings.HasPrefix(name, ask.PartItem) && len(name) < 200 {
			out = append(out, name)
		}
	}
	return out
}

// input is what a form says.
func input(f *page.Frame, set *standard.Set, v url.Values) calls.Input {
	in := calls.Input{Name: v.Get("name"), Link: v.Get("link"), Country: v.Get("country"), Lang: f.Code, Named: v.Get("named") != "", Distinct: v.Get("distinct") != "",
		Filled: nominate.Filled{Decoy: v.Get(decoy) != ""}, Answers: standard.Answers{}}
	for _, k := range v["kinds"] {
		in.Kinds = append(in.Kinds, good.Kind(k))
	}
	for _, s := range v["sdgs"] {
		n, _ := strconv.Atoi(s) // 0 is no goal: said beside the field
		in.SDGs = append(in.SDGs, n)
	}
	for _, q := range set.Questions() {
		if a := ask.Read(f, q, v); !a.Empty() {
			in.Answers[q.ID] = a
		}
	}
	return in
}

// enter answers POST /calls/{slug}/enter.
func (h *pages) enter(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	c, err := h.Calls.Call(r.Context(), r.PathValue("slug"))
	if err != nil {
		return err
	}
	v, err := page.Sent(r, fields(r, c.Set)...)
	if err != nil {
		return err
	}
	m := &entering{Frame: f, Call: c.Call, Set: c.Set, Form: page.Form{Values: v}, Ticket: v.Get("ticket")}
	in := input(f, c.Set, v)
	m.Answers = in.Answers
	if in.ID, in.Filled.Took, err = h.Tickets.Redeem(m.Ticket, h.Now()); err == nil {
		err = c.MayEnter(h.Now())
	}
	if good.KindOf(err) == good.Conflict { // a stale form, or too late: the sentence says which
		m.Form.Add(f, err)
		m.Ticket = ""
		return h.showForm(w, r, http.StatusConflict, m)
	}
	if m.wrong(h.Calls.Wrong(&c.Call, in)) {
		return h.showForm(w, r, http.StatusUnprocessableEntity, m)
	}
	if err == nil {
		err = h.Quota(r)
	}
	var e *call.Entry
	if err == nil {
		e, _, err = h.Calls.Enter(r.Context(), f.Reader(), c.Slug, in)
	}
	if err != nil {
		if !m.Form.Add(f, err) {
			return err
		}
		m.Twin, m.Ticket = good.KindOf(err) == good.Conflict && m.Form.Wrong[0].Field == "distinct", ""
		return h.showForm(w, r, edge.Status(w.Header(), err), m)
	}
	http.Redirect(w, r, f.Prefix+"/entries/"+string(e.ID)+"?sent=1", http.StatusSeeOther)
	return nil
}

// wrong notes what is wrong with an entry, beside the question it is about, and
// says whether anything is.
func (m *entering) wrong(list []error) bool {
	for _, err := range list {
		m.Form.Add(m.Frame, err)
	}
	for i := range m.Form.Wrong {
		p := &m.Form.Wrong[i]
		if _, ok := m.Set.Question(p.Field); ok {
			p.Field = ask.ID(p.Field)
		}
	}
	return len(list) > 0
}

// mistake is what is wrong with an answer.
func (m *entering) mistake(q standard.Question) string {
	for _, p := range m.Form.Wrong {
		if p.Field == ask.ID(q.ID) {
			return p.Text
		}
	}
	return ""
}

// field is a field of the head of an entry.
func (m *entering) field(name string) page.Field {
	d := page.Field{Name: name, Label: m.T("calls.entry." + name), Hint: m.Word("calls.entry." + name + ".hint"), Required: true}
	var e call.Entry
	if m.Entry != nil {
		e = *m.Entry.Entry
	}
	switch name {
	case "name":
		d.Value, d.Max = e.Name, good.MaxName
	case "link":
		d.Value, d.Kind = e.Link, "url"
	case "kinds":
		d.Chosen = each(e.Kinds, func(k good.Kind) string { return string(k) })
		for _, k := range good.Kinds {
			d.Options = append(d.Options, page.Option{Value: string(k), Label: m.Kind(k)})
		}
	case "sdgs":
		d.Chosen = each(e.SDGs, strconv.Itoa)
		for n := 1; n <= 17; n++ {
			d.Options = append(d.Options, page.Option{Value: strconv.Itoa(n), Label: m.Number(n) + " · " + m.Goal(n)})
		}
	case "country":
		d.Value = e.Country
		for _, code := range countries(m.Frame, m.Call.Countries) {
			d.Options = append(d.Options, page.Option{Value: code, Label: m.Country(code)})
		}
	case "named":
		d.Required = false
		if e.Named {
			d.Chosen = []string{"yes"}
		}
	}
	return m.Form.Field(d)
}

// countries are codes in the order of the reader's language; all where none are
// given.
func countries(f *page.Frame, codes []string) []string {
	out := slices.Clone(codes)
	if len(out) == 0 {
		for _, c := range vocab.Countries() {
			out = append(out, c.Alpha2)
		}
	}
	slices.SortFunc(out, f.CompareCountries)
	return out
}

// asks are the questions of the form, in the form's own order.
func (m *entering) asks() []standard.Asked {
	ks := each(m.field("kinds").Chosen, func(s string) string { return s })
	var of []good.Kind
	for _, k := range ks {
		of = append(of, good.Kind(k))
	}
	if len(of) == 0 {
		of = good.Kinds
	}
	return m.Set.Asked(of, m.Answers)
}

// own answers GET /entries.
func (h *pages) own(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	own, err := h.Calls.Own(r.Context(), f.Reader())
	if err != nil {
		return err
	}
	f.Work, f.Title = true, f.T("calls.own")
	return page.Write(w, r, f, http.StatusOK, ownPage(f, own))
}

// entry answers GET /entries/{entry}.
func (h *pages) entry(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	m, err := h.loadEntry(r, f)
	if err != nil {
		return err
	}
	return h.showEntry(w, r, http.StatusOK, m, r.URL.Query().Get("sent") != "")
}

func (h *pages) loadEntry(r *http.Request, f *page.Frame) (*entering, error) {
	v, err := h.Calls.Entry(r.Context(), f.Reader(), entryID(r))
	if err != nil {
		return nil, err
	}
	return &entering{Frame: f, Call: v.Of, Set: v.Set, Entry: v, Answers: v.Given}, nil
}

func entryID(r *http.Request) good.ID { return good.ID(strings.ToUpper(r.PathValue("entry"))) }

func (h *pages) showEntry(w http.ResponseWriter, r *http.Request, status int, m *entering, sent bool) error {
	m.Work, m.Title, m.Path = true, m.Entry.Name, "/entries/"+string(m.Entry.ID)
	return page.Write(w, r, m.Frame, status, entryPage(m, sent))
}

// amend answers POST /entries/{entry}.
func (h *pages) amend(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	m, err := h.loadEntry(r, f)
	if err != nil {
		return err
	}
	v, err := page.Sent(r, fields(r, m.Set)...)
	if err != nil {
		return err
	}
	in := input(f, m.Set, v)
	m.Form.Values, m.Answers = v, in.Answers
	if m.Entry.Amends && m.wrong(h.Calls.Wrong(&m.Call, in)) {
		return h.showEntry(w, r, http.StatusUnprocessableEntity, m, false)
	}
	if _, _, err = h.Calls.Amend(r.Context(), f.Reader(), m.Entry.ID, ask.Number(v.Get("version")), in); err != nil {
		if !m.Form.Add(f, err) {
			return err
		}
		m.Twin = m.Form.Wrong[0].Field == "distinct"
		return h.showEntry(w, r, edge.Status(w.Header(), err), m, false)
	}
	http.Redirect(w, r, f.Prefix+"/entries/"+string(m.Entry.ID)+"?sent=1", http.StatusSeeOther)
	return nil
}

// onEntry runs a verb with what a form on an entry's page holds.
func (h *pages) onEntry(w http.ResponseWriter, r *http.Request, f *page.Frame, do func(ctx context.Context, id good.ID, v url.Values) (to string, err error), names ...string) error {
	v, err := page.Sent(r, names...)
	if err != nil {
		return err
	}
	to, err := do(r.Context(), entryID(r), v)
	if err != nil {
		m, lerr := h.loadEntry(r, f)
		if lerr != nil {
			return err
		}
		if m.Form.Values = v; !m.Form.Add(f, err) {
			return err
		}
		return h.showEntry(w, r, edge.Status(w.Header(), err), m, false)
	}
	http.Redirect(w, r, f.Prefix+to, http.StatusSeeOther)
	return nil
}

// withdraw answers POST /entries/{entry}/withdraw.
func (h *pages) withdraw(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return h.onEntry(w, r, f, func(ctx context.Context, id good.ID, _ url.Values) (string, error) {
		_, _, err := h.Calls.Withdraw(ctx, f.Reader(), id)
		return "/entries/" + string(id), err
	})
}

// apply answers POST /entries/{entry}/apply: what was answered in the call is
// not asked again.
func (h *pages) apply(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return h.onEntry(w, r, f, func(ctx context.Context, id good.ID, _ url.Values) (string, error) {
		app, err := h.Apply.Start(ctx, f.Reader(), assessment.Start{Entry: id})
		if err != nil {
			return "", err
		}
		return "/apply/" + string(app.ID), nil
	})
}

// refuse answers POST /entries/{entry}/refuse.
func (h *pages) refuse(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return h.onEntry(w, r, f, func(ctx context.Context, id good.ID, v url.Values) (string, error) {
		_, _, err := h.Calls.Refuse(ctx, f.Reader(), id, v.Get("cause"), v.Get("reason"))
		return "/entries/" + string(id), err
	}, "cause", "reason")
}
