package apply

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/assessment"
	"stoa/internal/app/checks"
	"stoa/internal/assess"
	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/web/page"
	"stoa/internal/web/page/ask"
)

// model is what the pages of one application show.
type model struct {
	*page.Frame
	*assessment.Full
	Form    page.Form
	Brought *assessment.Imported // what just became of a file of answers

	Sight *checks.Sight // what a machine saw
	Looks bool          // the viewer can have it look
}

// load reads the application a request is about.
func (c Config) load(r *http.Request, f *page.Frame) (*model, error) {
	id := good.ID(strings.ToUpper(r.PathValue("application")))
	if !id.Valid() {
		return nil, &good.Error{Kind: good.NotFound, Key: "assess.error.unknown"}
	}
	full, err := c.Views.Application(r.Context(), f.Reader(), id)
	if err != nil {
		return nil, err
	}
	f.Work, f.Here = true, "apply"
	return &model{Frame: f, Full: full}, nil
}

// at is the address of a page of the application.
func (m *model) at(rest string) string { return "/apply/" + string(m.ID) + rest }

func (m *model) partAt(indicator string) string { return m.at("/part/" + page.PathEscape(indicator)) }

// help is where help with an indicator can be asked for, in one step; "" for an
// application without a good.
func (m *model) help(indicator string) string {
	if m.Application.Good == "" || indicator == "general" {
		return ""
	}
	return "/support/requests/new?good=" + string(m.Application.Good) + "&indicator=" + page.PathEscape(indicator)
}

// say is a text of the standard in the reader's language.
func (m *model) say(t good.Text) string { s, _ := t.In(m.Code); return s }

// asked are the questions of one part, as they are asked now.
func (m *model) asked(indicator string) []standard.Asked {
	return slices.DeleteFunc(slices.Clone(m.Full.Asked), func(a standard.Asked) bool { return a.Question.Indicator != indicator })
}

// parts are the parts of the form that ask this good anything.
func (m *model) parts() []standard.Indicator {
	return slices.DeleteFunc(m.Set.Leaves(), func(i standard.Indicator) bool { return len(m.asked(i.ID)) == 0 })
}

// gaps are what is missing in a part.
func (m *model) gaps(indicator string) []standard.Gap {
	return slices.DeleteFunc(slices.Clone(m.Gaps), func(g standard.Gap) bool { return g.Indicator != indicator })
}

// complete is how many parts lack nothing.
func (m *model) complete() int {
	n := 0
	for _, i := range m.parts() {
		if len(m.gaps(i.ID)) == 0 {
			n++
		}
	}
	return n
}

// begun says whether anything in a part is answered.
func (m *model) begun(indicator string) bool {
	return slices.ContainsFunc(m.asked(indicator), func(a standard.Asked) bool { return !m.Answers[a.Question.ID].Answer.Empty() })
}

// numbered is the title of a part with its number, where it has one.
func (m *model) numbered(i standard.Indicator) string {
	if i.Informative || strings.Trim(i.ID, "0123456789abcdefgh") != "" {
		return m.say(i.Title)
	}
	return i.ID + " · " + m.say(i.Title)
}

// gap is what is missing, in words.
func (m *model) gap(g standard.Gap) string {
	kv := []any{}
	for k, v := range g.Args {
		s, isText := v.(string)
		switch {
		case isText && k == "Kind":
			v = m.Frame.Kind(good.Kind(s))
		case isText && k == "Value":
			if q, ok := m.Set.Question(g.Question); ok {
				v = ask.Shown(m.Frame, m.Set, q, s)
			}
		}
		kv = append(kv, k, v)
	}
	return m.Tell(g.Key, kv...)
}

// label is the question a gap is about.
func (m *model) label(g standard.Gap) string {
	q, _ := m.Set.Question(g.Question)
	return m.say(q.Label)
}

func (m *model) may(act access.Act) bool { return m.May[act] }

// editable says whether answers of a part can be changed now.
func (m *model) editable(indicator string) bool {
	return m.May[access.EditApplication] && m.MayAnswer(indicator)
}

// day is a moment as a date in words.
func (m *model) day(t time.Time) string { return m.Date(good.Date(t.UTC().Format(time.DateOnly))) }

// name is what a person is called here.
func (m *model) name(id good.ID) string {
	if id == m.Reader().Person {
		return m.T("apply.you")
	}
	if p, ok := m.People[id]; ok && p.Name != "" {
		return p.Name
	}
	return m.T("apply.somebody")
}

// waiting are the suggestions nobody has settled.
func (m *model) waiting() []assessment.Suggested {
	return slices.DeleteFunc(slices.Clone(m.Suggestions), func(s assessment.Suggested) bool { return !s.Settled.IsZero() })
}

// path is where the application stood so far: what others did about it that
// moved it nowhere is nothing to the applicant.
func (m *model) path() []assess.Passed {
	if m.Record == nil {
		return nil
	}
	return slices.CompactFunc(slices.Clone(m.Record.Path), func(a, b assess.Passed) bool { return a.To == b.To })
}

// whole answers GET /apply/{id}: where the application stands.
func (c Config) whole(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	m, err := c.load(r, f)
	if err != nil {
		return err
	}
	return c.showWhole(w, r, http.StatusOK, m)
}

func (c Config) showWhole(w http.ResponseWriter, r *http.Request, status int, m *model) error {
	m.Title = m.Tell("apply.whole", "Name", m.Name)
	if err := c.see(r, m); err != nil {
		return err
	}
	return page.Write(w, r, m.Frame, status, overview(m))
}

// check answers GET /apply/{id}/check: every gap before it is handed in.
func (c Config) check(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	m, err := c.load(r, f)
	if err != nil {
		return err
	}
	return c.showCheck(w, r, http.StatusOK, m)
}

func (c Config) showCheck(w http.ResponseWriter, r *http.Request, status int, m *model) error {
	m.Title = m.T("apply.check")
	return page.Write(w, r, m.Frame, status, checkPage(m))
}

// act runs a step of an application and leads on, or shows the page it was
// asked from with what is wrong.
func (c Config) act(w http.ResponseWriter, r *http.Request, f *page.Frame, fields []string, next string,
	show func(http.ResponseWriter, *http.Request, int, *model) error, do func(m *model) error) error {
	v, err := page.Sent(r, fields...)
	if err != nil {
		return err
	}
	m, err := c.load(r, f)
	if err != nil {
		return err
	}
	m.Form.Values = v
	if err := do(m); err != nil {
		if m.Form.Add(f, err) {
			return show(w, r, edge.Status(w.Header(), err), m)
		}
		return err
	}
	return to(w, r, f, m.ID, next)
}

// authorise answers POST /apply/{id}/authority.
func (c Config) authorise(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.act(w, r, f, []string{"authority"}, "/check", c.showCheck, func(m *model) error {
		_, err := c.Steps.Authorise(r.Context(), f.Reader(), m.ID, strings.TrimSpace(m.Form.Values.Get("authority")))
		return err
	})
}

// submit answers POST /apply/{id}/submit.
func (c Config) submit(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.act(w, r, f, []string{"version"}, "", c.showCheck, func(m *model) error {
		if !m.Submitted.IsZero() && m.State != assess.Draft && m.State != assess.Returned {
			return nil // sent twice: it is in
		}
		_, _, err := c.Steps.Submit(r.Context(), f.Reader(), m.ID, ask.Number(m.Form.Values.Get("version")))
		return err
	})
}

// withdraw answers POST /apply/{id}/withdraw.
func (c Config) withdraw(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.act(w, r, f, []string{"reason", "version"}, "", c.showWhole, func(m *model) error {
		_, _, err := c.Steps.Withdraw(r.Context(), f.Reader(), m.ID, ask.Number(m.Form.Values.Get("version")), strings.TrimSpace(m.Form.Values.Get("reason")))
		return err
	})
}

// reply answers POST /apply/{id}/reply.
func (c Config) reply(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.act(w, r, f, []string{"indicator", "text"}, "", c.showWhole, func(m *model) error {
		_, _, err := c.Replies.Reply(r.Context(), f.Reader(), m.ID, m.Form.Values.Get("indicator"), strings.TrimSpace(m.Form.Values.Get("text")))
		return err
	})
}

// more answers POST /apply/{id}/more.
func (c Config) more(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.act(w, r, f, []string{"why"}, "", c.showWhole, func(m *model) error {
		_, _, err := c.Replies.AskMore(r.Context(), f.Reader(), m.ID, strings.TrimSpace(m.Form.Values.Get("why")))
		return err
	})
}

// appeal answers POST /apply/{id}/appeal.
func (c Config) appeal(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.act(w, r, f, []string{"grounds", "links"}, "", c.showWhole, func(m *model) error {
		_, _, err := c.Replies.Appeal(r.Context(), f.Reader(), m.ID, strings.TrimSpace(m.Form.Values.Get("grounds")), ask.Links(m.Form.Values.Get("links")))
		return err
	})
}

// settle answers POST /apply/{id}/suggestion.
func (c Config) settle(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.act(w, r, f, []string{"suggestion", "accept"}, "", c.showWhole, func(m *model) error {
		return c.Answers.Settle(r.Context(), f.Reader(), m.ID, good.ID(m.Form.Values.Get("suggestion")), m.Form.Values.Get("accept") == "yes")
	})
}

// leave answers POST /apply/{id}/leave: somebody works on it no more.
func (c Config) leave(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.act(w, r, f, []string{"person"}, "", c.showWhole, func(m *model) error {
		_, err := c.Answers.RemoveOwner(r.Context(), f.Reader(), m.ID, good.ID(m.Form.Values.Get("person")))
		return err
	})
}

// open is the first part that lacks something, else the first; "" where there
// is none.
func (m *model) open() string {
	parts := m.parts()
	for _, p := range parts {
		if len(m.gaps(p.ID)) > 0 {
			return p.ID
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return parts[0].ID
}

// ready says whether it can be handed in.
func (m *model) ready() bool { return len(m.Gaps) == 0 && m.Authority != nil }

// appealable says whether the decision can be appealed still.
func (m *model) appealable() bool {
	d := m.Decision()
	return d != nil && d.Outcome == assess.NotEligible && m.Full.Appeal == nil && m.State == assess.Decided
}

// withdrawable says whether it can be taken back still.
func (m *model) withdrawable() bool {
	return m.Application.Kind != assess.Challenge && slices.ContainsFunc(assess.Transitions, func(t assess.Transition) bool {
		return t.Step == assess.StepWithdraw && slices.Contains(t.From, m.State)
	})
}

// replied is a reply as it was sent, where something was wrong with it.
func (m *model) replied(indicator string) string {
	if m.Form.Values.Get("indicator") == indicator {
		return m.Form.Values.Get("text")
	}
	return ""
}

// opens is the day on which the renewal of what holds still opens; "" where it
// is open, or there is nothing that holds.
func (m *model) opens() good.Date {
	for _, r := range m.Full.Good.Recognitions {
		if !r.Reported && r.State == good.Recognised && r.Until != "" {
			return assess.DateOf(m.Settings.RenewalOpensAt(r.Until))
		}
	}
	return ""
}
