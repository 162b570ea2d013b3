package apply

import (
	"net/http"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/checks"
	"stoa/internal/finding"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/web/page"
)

// patience is how long a form waits for a machine that looks, so that its page
// shows what was seen also where no script runs; after that, the page says that
// it goes on.
const (
	patience = 4 * time.Second
	glance   = 150 * time.Millisecond
)

// look answers POST /apply/{id}/look: a machine looks, and fills in.
func (c Config) look(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.act(w, r, f, []string{"target"}, "#seen", c.showWhole, func(m *model) error {
		begun, err := c.Checks.Begin(r.Context(), f.Reader(), checks.Start{Application: m.ID, Target: strings.TrimSpace(m.Form.Values.Get("target"))})
		if err == nil {
			c.wait(r, f, begun)
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
		c.wait(r, f, begun)
	}
}

// wait waits for the end of a look, for a little while.
func (c Config) wait(r *http.Request, f *page.Frame, begun *checks.Check) {
	tick := time.NewTicker(glance)
	defer tick.Stop()
	for range patience / glance {
		if now, err := c.Checks.Show(r.Context(), f.Reader(), begun.ID); err != nil || !now.Open() {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-tick.C:
		}
	}
}

// endLook answers POST /apply/{id}/look/end.
func (c Config) endLook(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.act(w, r, f, []string{"check"}, "#seen", c.showWhole, func(m *model) error {
		now, err := c.Checks.Show(r.Context(), f.Reader(), good.ID(m.Form.Values.Get("check")))
		if err == nil && now.Application != m.ID {
			err = &good.Error{Kind: good.NotFound, Key: "assess.error.check"}
		}
		if err == nil {
			_, err = c.Checks.Cancel(r.Context(), f.Reader(), now.ID)
		}
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

// seen are the questions of which something was found, in order, and findings
// already shown left out: one finding may speak of several questions.
func (m *model) seen() []seenOf {
	var out []seenOf
	known := map[string]bool{}
	for _, a := range m.Full.Asked {
		s, ok := m.Sight.Of[a.Question.ID]
		if !ok || len(s.Findings) == 0 {
			continue
		}
		one := seenOf{Question: a.Question, Seen: s}
		for _, f := range s.Findings {
			if !known[f.Probe] {
				known[f.Probe] = true
				one.New = append(one.New, f)
			}
		}
		out = append(out, one)
	}
	return out
}

// seenOf is a question with what was found of it.
type seenOf struct {
	standard.Question
	checks.Seen
	New []finding.Finding // those that can be disputed here
}
