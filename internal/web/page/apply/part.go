package apply

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	"stoa/internal/app/assessment"
	"stoa/internal/edge"
	"stoa/internal/finding"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/web/page"
	"stoa/internal/web/page/ask"
)

// partModel is the page of one part of the form.
type partModel struct {
	*model
	Part    standard.Indicator
	Asks    []standard.Asked
	From    map[string]string // where prefilled answers come from
	Clashes []assessment.Clash
	Saved   bool
	Refused bool // a file that was sent
}

// wanting says whether something is lacking to the part: an answer, or what a
// machine looked for.
func (m *partModel) wanting() bool {
	return len(m.gaps(m.Part.ID)) > 0 || slices.ContainsFunc(m.Part.Questions, func(q standard.Question) bool { return m.Sight.Of[q.ID].State == finding.NotMet })
}

// part answers GET /apply/{id}/part/{indicator}.
func (c Config) part(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	m, err := c.loadPart(r, f)
	if err != nil {
		return err
	}
	m.Saved = r.URL.Query().Get("saved") != ""
	return c.showPart(w, r, http.StatusOK, m)
}

func (c Config) loadPart(r *http.Request, f *page.Frame) (*partModel, error) {
	m, err := c.load(r, f)
	if err != nil {
		return nil, err
	}
	p := &partModel{model: m}
	var ok bool
	if p.Part, ok = m.Set.Indicator(r.PathValue("indicator")); !ok || len(p.Part.Questions) == 0 {
		return nil, &good.Error{Kind: good.NotFound, Key: "assess.error.unknown"}
	}
	p.Asks = m.asked(p.Part.ID)
	if err := c.see(r, m); err != nil {
		return nil, err
	}
	p.From, err = c.Views.Prefilled(r.Context(), m.Full)
	return p, err
}

func (c Config) showPart(w http.ResponseWriter, r *http.Request, status int, m *partModel) error {
	m.Title = m.numbered(m.Part) + " · " + m.Name
	return page.Write(w, r, m.Frame, status, partPage(m))
}

// next is the part after this one, "" after the last.
func (m *partModel) next() string {
	parts := m.parts()
	for i, p := range parts {
		if p.ID == m.Part.ID && i+1 < len(parts) {
			return parts[i+1].ID
		}
	}
	return ""
}

func (m *partModel) before() string {
	last := ""
	for _, p := range m.parts() {
		if p.ID == m.Part.ID {
			return last
		}
		last = p.ID
	}
	return ""
}

// value is an answer as the form shows it: as it was sent, else as it stands.
func (m *partModel) value(q standard.Question) standard.Answer {
	if m.Form.Values.Has(ask.PartVersion+q.ID) && q.Type != standard.Files {
		return ask.Read(m.Frame, q, m.Form.Values)
	}
	return m.Answers[q.ID].Answer
}

// sent is a field as it was sent, else what it stands for.
func (m *partModel) sent(name, stands string) string {
	if v, ok := m.Form.Values[name]; ok {
		return v[0]
	}
	return stands
}

func (m *partModel) chosen(q standard.Question, choice string) bool {
	for _, c := range m.value(q).Choices {
		if c == choice {
			return true
		}
	}
	return false
}

// wrong is what is wrong with an answer.
func (m *partModel) wrong(q standard.Question) string {
	for _, p := range m.Form.Wrong {
		if p.Field == ask.ID(q.ID) {
			return p.Text
		}
	}
	return ""
}

// items are the chosen items a question goes through.
func (m *partModel) items(q standard.Question) []string {
	of, _ := m.Set.Question(q.Of)
	return m.value(of).Choices
}

// described names what describes the field of a question.
func (m *partModel) described(q standard.Question) string {
	out := []string{}
	if len(q.HelpFor(m.Application.Goods)) > 0 {
		out = append(out, ask.ID(q.ID)+"-hint")
	}
	if m.wrong(q) != "" {
		out = append(out, ask.ID(q.ID)+"-wrong")
	}
	return strings.Join(out, " ")
}

// rows is the height of a text's field: a list of names needs less than a
// paragraph.
func (m *partModel) rows(q standard.Question) string {
	if q.Fact != "" && q.Fact != good.FieldSummary {
		return "2"
	}
	return "6"
}

// lacks is how many answers a part lacks.
func (m *partModel) lacks() int { return len(m.gaps(m.Part.ID)) }

// save answers POST /apply/{id}/part/{indicator}: by button for people, one
// answer at a time for the script.
func (c Config) save(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	m, err := c.loadPart(r, f)
	if err != nil {
		return err
	}
	changed, err := c.receive(r, m)
	if err != nil {
		return err
	}
	every := make([]standard.Asked, 0, len(m.Part.Questions))
	for _, q := range m.Part.Questions { // one may have been asked when the form was made
		every = append(every, standard.Asked{Question: q})
	}
	v, err := page.Sent(r, append(ask.Names(every), itemNames(r, every)...)...)
	if err != nil {
		return err
	}
	m.Form.Values = v
	if id := v.Get("drop"); id != "" {
		if err := c.drop(r, m, id); err != nil {
			return err
		}
		changed = true
	}
	if changed {
		fresh, err := c.loadPart(r, f)
		if err != nil {
			return err
		}
		fresh.Form, fresh.Refused, m = m.Form, m.Refused, fresh
	}
	edits := m.edits(f)
	saved, err := c.Answers.Save(r.Context(), f.Reader(), m.ID, edits)
	if wantsJSON(r) {
		return m.answer(w, saved, err)
	}
	var clashes *assessment.Clashes
	code := http.StatusBadRequest
	switch {
	case errors.As(err, &clashes):
		m.Clashes = clashes.List
		m.Title = m.T("apply.clash")
		return page.Write(w, r, m.Frame, http.StatusConflict, mergePage(m))
	case err != nil:
		if code = edge.Status(w.Header(), err); !m.note(f, err) {
			return err
		}
	}
	if m.Refused {
		code = http.StatusUnprocessableEntity
	}
	if len(m.Form.Wrong) > 0 {
		return c.showPart(w, r, code, m)
	}
	if v.Get("next") != "" {
		if next := m.next(); next != "" {
			return to(w, r, f, m.ID, "/part/"+page.PathEscape(next))
		}
		return to(w, r, f, m.ID, "/check")
	}
	return to(w, r, f, m.ID, "/part/"+page.PathEscape(m.Part.ID)+"?saved=1")
}

// itemNames are the fields for items in what was sent: an item may have been
// chosen while the form lay open.
func itemNames(r *http.Request, asked []standard.Asked) []string {
	_ = r.ParseForm() // Sent says what is wrong with it
	var out []string
	for _, a := range asked {
		if a.Question.Type != standard.Items {
			continue
		}
		for name := range r.PostForm {
			if strings.HasPrefix(name, ask.PartItem+a.Question.ID+"/") && len(name) < 200 {
				out = append(out, name)
			}
		}
	}
	return out
}

// edits are the answers in the form that can be saved; what is wrong with the
// others is noted, and nothing of theirs is lost.
func (m *partModel) edits(f *page.Frame) []assessment.Edit {
	var out []assessment.Edit
	for _, q := range m.Part.Questions {
		if !m.Form.Values.Has(ask.PartVersion+q.ID) || q.Type == standard.Files {
			continue
		}
		e := assessment.Edit{Question: q.ID, Version: ask.Number(m.Form.Values.Get(ask.PartVersion + q.ID)), Answer: ask.Read(f, q, m.Form.Values)}
		if err := m.Set.Check(q.ID, e.Answer); err != nil {
			m.note(f, err)
			continue
		}
		out = append(out, e)
	}
	return out
}

// note notes an error beside the question it is about.
func (m *partModel) note(f *page.Frame, err error) bool {
	if !m.Form.Add(f, err) {
		return false
	}
	last := &m.Form.Wrong[len(m.Form.Wrong)-1]
	if _, ok := m.Set.Question(last.Field); ok {
		last.Field = ask.ID(last.Field)
	}
	return true
}

func wantsJSON(r *http.Request) bool { return r.Header.Get("Accept") == "application/json" }

// told is what the script is told of a save.
type told struct {
	Saved map[string]int64  `json:"saved"`           // versions by question
	Wrong map[string]string `json:"wrong,omitempty"` // by the field's id
	Clash string            `json:"clash,omitempty"` // the question somebody else changed
	Says  string            `json:"says"`
}

// answer tells the script what was saved.
func (m *partModel) answer(w http.ResponseWriter, saved []assessment.Saved, err error) error {
	out, code := told{Saved: map[string]int64{}, Wrong: map[string]string{}, Says: m.T("apply.saved")}, http.StatusOK
	for _, s := range saved {
		out.Saved[s.Question] = s.Version
	}
	var clashes *assessment.Clashes
	switch {
	case errors.As(err, &clashes):
		out.Clash, out.Says, code = clashes.List[0].Question, m.T("assess.error.clash"), http.StatusConflict
	case err != nil && !m.note(m.Frame, err):
		return err
	}
	for _, p := range m.Form.Wrong {
		out.Wrong[p.Field], out.Says, code = p.Text, p.Text, max(code, http.StatusBadRequest)
	}
	if m.Refused {
		code = http.StatusUnprocessableEntity
	}
	body, err := json.Marshal(out)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_, _ = w.Write(body) // a client that went away needs no answer
	return nil
}
