package topic

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"

	app "stoa/internal/app/countries"
	"stoa/internal/deploy"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/web/page"
)

// readiness is what the page of a country's checklist shows, and its form.
type readiness struct {
	*page.Frame
	app.Readiness
	Form *page.Form
}

// readyOf is the checklist of a country. To say where the page stands is the
// caller's.
func (l Lands) readyOf(r *http.Request, f *page.Frame) (*readiness, error) {
	v, err := l.App.Ready(r.Context(), f.Reader(), r.PathValue("iso"))
	if err != nil {
		return nil, err
	}
	f.Here, f.Title = "countries", f.Tell("land.ready.of", "Name", f.Country(v.Code))
	return &readiness{Frame: f, Readiness: v}, nil
}

// ready answers /countries/{iso}/readiness.
func (l Lands) ready(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	c, here, err := found(w, r, f)
	if err != nil || !here {
		return err
	}
	m, err := l.readyOf(r, f)
	if err != nil {
		return err
	}
	f.Path, f.Description = "/countries/"+c.Alpha2+"/readiness", m.say(m.Set.Summary)
	if page.Fresh(w, r, f) {
		return nil
	}
	return page.Write(w, r, f, http.StatusOK, ready(m))
}

// readyTable answers /countries/{iso}/readiness.csv: every question, answered
// or not.
func (l Lands) readyTable(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	m, err := l.readyOf(r, f)
	if err != nil || page.Fresh(w, r, f) {
		return err
	}
	return page.WriteTable(w, "readiness-"+m.Readiness.Code, l.App.Now(), func(row func(...string)) error {
		row("country", "standard", "area", "question", "text", "answer", "evidence", "as_of")
		for _, i := range m.Set.Leaves() {
			for _, q := range i.Questions {
				a, _ := m.Readiness.Answer(q.ID)
				row(m.Readiness.Code, m.Key, i.ID, q.ID, m.say(q.Label), a.Answer, a.Evidence, string(a.Date))
			}
		}
		return nil
	})
}

// answers answers /countries/{iso}/readiness/edit.
func (l Lands) answers(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return l.writeAnswers(w, r, f, http.StatusOK, nil)
}

func (l Lands) writeAnswers(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, form *page.Form) error {
	m, err := l.readyOf(r, f)
	if err != nil {
		return err
	}
	if !m.Keeps {
		return &good.Error{Kind: good.Forbidden, Key: "land.error.stranger", Args: map[string]any{"Name": f.Country(m.Readiness.Code)}}
	}
	m.Form = form
	f.Path, f.Unlisted = "/countries/"+m.Readiness.Code+"/readiness/edit", true
	return page.Write(w, r, f, status, answers(m))
}

// answered answers POST /countries/{iso}/readiness.
func (l Lands) answered(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	now, err := l.App.Ready(r.Context(), f.Reader(), r.PathValue("iso"))
	if err != nil {
		return err
	}
	fields := []string{"version"}
	for _, q := range now.Now.Questions() {
		fields = append(fields, q.ID, q.ID+"-evidence", q.ID+"-date")
	}
	v, err := page.Sent(r, fields...)
	if err != nil {
		return err
	}
	var list []deploy.Ready
	for _, q := range now.Now.Questions() {
		said := deploy.Ready{Question: q.ID, Answer: v.Get(q.ID), Evidence: v.Get(q.ID + "-evidence"), Date: good.Date(v.Get(q.ID + "-date"))}
		was, _ := now.Answer(q.ID)
		anew := said.Evidence != was.Evidence && said.Evidence != "" || said.Date != was.Date && said.Date != ""
		if said.Answer != "" || anew { // what is typed beside no answer is refused; of one that is taken back, what stood goes with it
			list = append(list, said)
		}
	}
	_, _, err = l.App.Answer(r.Context(), f.Reader(), now.Code, list, changed(v))
	form := &page.Form{Values: v}
	if err != nil && form.Add(f, err) {
		return l.writeAnswers(w, r, f, http.StatusUnprocessableEntity, form)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, f.Prefix+"/countries/"+now.Code+"/readiness", http.StatusSeeOther)
	return nil
}

// changed is the version that a form changes; nil, for whichever stands, where
// it names none.
func changed(v url.Values) *int64 {
	n, err := strconv.ParseInt(v.Get("version"), 10, 64)
	if err != nil {
		return nil
	}
	return &n
}

func (m *readiness) say(t good.Text) string { return said(m.Frame, t) }

// said is a text of a criteria set, which is in every language of the house.
func said(f *page.Frame, t good.Text) string {
	text, _ := t.In(f.Code)
	return text
}

// standing is an answer in words.
func standing(f *page.Frame, answer string) string {
	return f.T("standard." + cmp.Or(answer, "open"))
}

// asks is a question by its id, in words; one that is asked no more is its id.
func (m *readiness) asks(id string) string {
	for _, s := range []*standard.Set{m.Set, m.Now} {
		if q, ok := s.Question(id); ok {
			return m.say(q.Label)
		}
	}
	return id
}

// stood is the answer that stands for a question.
func (m *readiness) stood(id string) deploy.Ready {
	a, _ := m.Readiness.Answer(id)
	return a
}

// choice is the field of a question.
func (m *readiness) choice(q standard.Question) page.Field {
	d := page.Field{Name: q.ID, Label: m.say(q.Label), Hint: m.say(q.Help), Options: []page.Option{{Value: "", Label: m.T("standard.open")}}}
	for _, a := range deploy.Answers {
		d.Options = append(d.Options, page.Option{Value: a, Label: standing(m.Frame, a)})
	}
	d.Value = m.stood(q.ID).Answer
	return m.Form.Field(d)
}

// proof are the fields of what shows an answer, and of when it was so.
func (m *readiness) proof(q standard.Question) (page.Field, page.Field) {
	was := m.stood(q.ID)
	return m.Form.Field(page.Field{Name: q.ID + "-evidence", Kind: "url", Label: m.T("land.ready.evidence"), Value: was.Evidence, Max: 2048}),
		m.Form.Field(page.Field{Name: q.ID + "-date", Kind: "date", Label: m.T("land.ready.date"), Value: string(was.Date)})
}

// tally says in words how many questions of an area are answered how.
func tally(f *page.Frame, a app.Area) string {
	var out []string
	for _, n := range []struct {
		key string
		n   int
	}{{"yes", a.Yes}, {"partly", a.Partly}, {"no", a.No}, {"open", a.Open}} {
		if n.n > 0 {
			out = append(out, standing(f, n.key)+": "+f.Number(n.n))
		}
	}
	return f.Terms(out)
}

// area is the name of a part of a checklist.
func area(f *page.Frame, s *standard.Set, id string) string {
	i, _ := s.Indicator(id)
	return said(f, i.Title)
}
