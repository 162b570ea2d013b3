package apply

import (
	"net/http"
	"slices"
	"strings"

	"stoa/internal/access"
	"stoa/internal/app/checks"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/web/page"
)

// look answers POST /apply/{id}/look: a machine looks, and fills in.
func (c Config) look(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.act(w, r, f, []string{"target"}, "#seen", c.showWhole, func(m *model) error {
		begun, err := c.Checks.Begin(r.Context(), f.Reader(), checks.Start{Application: m.ID, Target: strings.TrimSpace(m.Form.Values.Get("target"))})
		if err == nil {
			_, err = c.Checks.Wait(r.Context(), f.Reader(), begun.ID)
		}
		return err
	})
}

// lookAt has a machine look at what an application was begun with. That it
// cannot is no reason not to begin.
func (c Config) lookAt(r *http.Request, f *page.Frame, id good.ID, address string) {
	if c.Checks == nil {
		return
	}
	if begun, err := c.Checks.Begin(r.Context(), f.Reader(), checks.Start{Application: id, Target: address}); err == nil {
		_, _ = c.Checks.Wait(r.Context(), f.Reader(), begun.ID) // the page shows how it is
	}
}

// endLook answers POST /apply/{id}/look/end.
func (c Config) endLook(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.act(w, r, f, []string{"check"}, "#seen", c.showWhole, func(m *model) error {
		if err := c.see(r, m); err != nil {
			return err
		}
		id := good.ID(m.Form.Values.Get("check"))
		if m.Sight.Last == nil || m.Sight.Last.ID != id {
			return &good.Error{Kind: good.NotFound, Key: "assess.error.check"}
		}
		_, err := c.Checks.Cancel(r.Context(), f.Reader(), id)
		return err
	})
}

// dispute answers POST /apply/{id}/dispute.
func (c Config) dispute(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.act(w, r, f, []string{"probe", "reason"}, "#seen", c.showWhole, func(m *model) error {
		return c.Checks.Dispute(r.Context(), f.Reader(), m.ID, m.Form.Values.Get("probe"), strings.TrimSpace(m.Form.Values.Get("reason")))
	})
}

// see adds what a machine saw.
func (c Config) see(r *http.Request, m *model) (err error) {
	if c.Checks == nil {
		m.Sight = &checks.Sight{}
		return nil
	}
	m.Looks = m.may(access.EditApplication) && m.State.WithApplicant()
	m.Sight, err = c.Checks.Beside(r.Context(), m.Reader(), m.ID)
	return err
}

// seen are the questions of which something was found, in order.
func (m *model) seen() []seenOf {
	var out []seenOf
	for _, a := range m.Full.Asked {
		if s, ok := m.Sight.Of[a.Question.ID]; ok && len(s.Findings) > 0 {
			out = append(out, seenOf{a.Question, s, m.indicatorOf(a.Question.ID)})
		}
	}
	return out
}

// indicatorOf is the indicator to which a question belongs.
func (m *model) indicatorOf(question string) string {
	for _, i := range m.Set.Indicators {
		if slices.ContainsFunc(i.Questions, func(q standard.Question) bool { return q.ID == question }) {
			return i.ID
		}
	}
	return ""
}

// seenOf is a question with what was found of it.
type seenOf struct {
	standard.Question
	checks.Seen
	Indicator string
}

// disputing is where the viewer can dispute findings, "" for nowhere.
func (m *model) disputing() string {
	if !m.may(access.EditApplication) {
		return ""
	}
	return m.at("/dispute")
}
