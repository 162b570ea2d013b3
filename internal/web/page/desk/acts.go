package desk

import (
	"errors"
	"strings"

	"stoa/internal/access"
	"stoa/internal/app/assessment"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/standard"
)

// deeds are all that the forms on an application's page do.
var deeds = []deed{
	{"screen", access.Screen, []string{"version", "decision", "cause", "of", "reason", "verdict-", "reason-"}, (*pages).screen},
	{"claim", access.ClaimReview, nil, func(h *pages, s *sent) error { _, _, err := h.app.Claim(s.Context(), s.who, s.id); return err }},
	{"assign", access.Assign, []string{"person"}, func(h *pages, s *sent) error {
		_, _, err := h.app.Assign(s.Context(), s.who, s.id, good.ID(s.get("person")))
		s.to = "#people"
		return err
	}},
	{"release", access.DeclareConflict, []string{"person", "why"}, func(h *pages, s *sent) error {
		_, _, err := h.app.Release(s.Context(), s.who, s.id, good.ID(s.get("person")), assess.Vacancy(s.get("why")))
		s.to = "#people"
		return err
	}},
	{"conflict", access.DeclareConflict, []string{"reason"}, (*pages).conflict},
	{"verdict", access.Review, []string{"indicator", "version", "verdict", "reason"}, (*pages).verdict},
	{"advice", access.Advise, []string{"indicator", "version", "verdict", "reason"}, (*pages).advise},
	{"note", access.ReadNotes, []string{"indicator", "note"}, (*pages).note},
	{"suggest", access.Review, []string{"question", "text", "links", "choice*", "words", "item-", "reason"}, (*pages).suggest},
	{"finish", access.Review, nil, (*pages).finish},
	{"consult", access.Consult, []string{"expert", "indicator", "question"}, func(h *pages, s *sent) error {
		s.which = "consult-" + s.get("indicator")
		_, _, err := h.app.Consult(s.Context(), s.who, s.id, good.ID(s.get("expert")), s.get("indicator"), s.get("question"))
		return err
	}},
	{"opinion", access.AnswerConsult, []string{"consultation", "verdict", "opinion"}, (*pages).opine},
	{"consolidate", access.Consolidate, []string{"version", "verdict-", "reason-"}, func(h *pages, s *sent) error {
		_, _, err := h.app.Consolidate(s.Context(), s.who, s.id, s.version(), s.findings())
		return err
	}},
	{"extend", access.Extend, nil, func(h *pages, s *sent) error { _, _, err := h.app.Extend(s.Context(), s.who, s.id); return err }},
	{"propose", access.Decide, []string{"version", "outcome", "verdict-", "reason-"}, func(h *pages, s *sent) error {
		_, _, err := h.app.Propose(s.Context(), s.who, s.id, s.version(), assess.Outcome(s.get("outcome")), s.findings())
		return err
	}},
	{"confirm", access.Decide, []string{"version"}, func(h *pages, s *sent) error {
		_, _, err := h.app.Confirm(s.Context(), s.who, s.id, s.version())
		return err
	}},
	{"reject", access.Decide, []string{"version", "reason"}, func(h *pages, s *sent) error {
		_, _, err := h.app.Reject(s.Context(), s.who, s.id, s.version(), s.get("reason"))
		return err
	}},
	{"publish", access.Publish, nil, func(h *pages, s *sent) error { _, _, err := h.app.Publish(s.Context(), s.who, s.id); return err }},
}

// findings are those of a form with a verdict and a reason per indicator.
func (s *sent) findings() map[string]assess.Finding {
	out := map[string]assess.Finding{}
	for name := range s.v {
		if id, ok := strings.CutPrefix(name, "verdict-"); ok && s.get(name) != "" {
			out[id] = assess.Finding{Verdict: assess.Verdict(s.get(name)), Reason: s.get("reason-" + id)}
		}
	}
	return out
}

func (h *pages) screen(s *sent) error {
	in := assessment.Screening{Decision: s.get("decision"), Screened: assess.Screened{Findings: s.findings(), Reason: s.get("reason"), Of: good.ID(s.get("of"))}}
	if in.Decision == "refuse" {
		in.Cause = assess.Cause(s.get("cause"))
	}
	_, _, err := h.app.Screen(s.Context(), s.who, s.id, s.version(), in)
	return err
}

// conflict declares one with the application's good, else its owners, and gives
// back the seat.
func (h *pages) conflict(s *sent) error {
	full, err := h.app.Application(s.Context(), s.who, s.id)
	if err != nil {
		return err
	}
	list := []assess.Declared{{Good: full.Application.Good}}
	if full.Application.Good == "" {
		list = nil
		for _, o := range full.Owners {
			list = append(list, assess.Declared{Person: o})
		}
	}
	for _, d := range list {
		d.Reason = s.get("reason")
		if err := h.app.Declare(s.Context(), s.who, d); err != nil {
			return err
		}
	}
	if full.Seated(s.who.Person) {
		_, _, err = h.app.Release(s.Context(), s.who, s.id, s.who.Person, assess.InConflict)
	}
	s.to = "/desk"
	return err
}

// verdict saves one, and leads to what is still to be judged.
func (h *pages) verdict(s *sent) error {
	id := s.get("indicator")
	s.which = "verdict-" + id
	f := assess.Finding{Verdict: assess.Verdict(s.get("verdict")), Reason: s.get("reason")}
	err := h.app.Verdict(s.Context(), s.who, s.id, id, s.version(), f)
	if err != nil && !h.stands(s, err, id, f) {
		return err
	}
	full, err := h.app.Application(s.Context(), s.who, s.id)
	if err != nil {
		return err
	}
	left := (&review{Full: full, Me: s.who.Person}).unjudged()
	if s.to = "#finish"; len(left) > 0 {
		s.to = "#" + anchor(after(full.Scope, id, left))
	}
	if s.only != "" && len(left) > 0 {
		s.only = after(full.Scope, id, left)
	} else {
		s.only = ""
	}
	return nil
}

// stands says whether what was refused because it had changed meanwhile is what
// stands there now: the form was sent twice.
func (h *pages) stands(s *sent, err error, indicator string, f assess.Finding) bool {
	var e *good.Error
	if !errors.As(err, &e) || e.Kind != good.Conflict {
		return false
	}
	full, err := h.app.Application(s.Context(), s.who, s.id)
	if err != nil {
		return false
	}
	for _, v := range full.Verdicts {
		if v.Person == s.who.Person && v.Round == full.Round && v.Indicator == indicator {
			return v.Finding == f
		}
	}
	return false
}

// after is the first of left that comes after id in scope, else the first.
func after(scope []string, id string, left []string) string {
	passed := false
	for _, s := range scope {
		if passed {
			for _, l := range left {
				if l == s {
					return l
				}
			}
		}
		passed = passed || s == id
	}
	return left[0]
}

func (h *pages) advise(s *sent) error {
	id := s.get("indicator")
	s.which, s.to = "advice-"+id, "#"+anchor(id)
	return h.app.Advise(s.Context(), s.who, s.id, id, s.version(), assess.Finding{Verdict: assess.Verdict(s.get("verdict")), Reason: s.get("reason")})
}

func (h *pages) note(s *sent) error {
	id := s.get("indicator")
	if s.to = "#notes"; id != "" {
		s.to = "#" + anchor(id)
	}
	s.which = "note-" + id
	return h.app.Note(s.Context(), s.who, s.id, id, s.get("note"))
}

func (h *pages) opine(s *sent) error {
	s.which = "opinion-" + s.get("consultation")
	_, _, err := h.app.Opine(s.Context(), s.who, s.id, int(number(s.get("consultation"))), assess.Verdict(s.get("verdict")), s.get("opinion"))
	return err
}

// finish ends the reader's round, and leads to what waits for them next.
func (h *pages) finish(s *sent) error {
	if _, _, err := h.app.Finish(s.Context(), s.who, s.id); err != nil {
		return err
	}
	list, err := h.app.Queue(s.Context(), s.who, assessment.Filter{States: []assess.State{assess.Queued, assess.Review}, Person: s.who.Person, Part: assessment.PartReviewer, Undone: true, Deadline: true, Limit: 1})
	if err != nil {
		return err
	}
	if s.to = "/desk?done=1"; len(list.Items) > 0 {
		s.to = path(list.Items[0].ID) + "?done=1"
	}
	return nil
}

func (h *pages) suggest(s *sent) error {
	id := s.get("question")
	s.which = "suggest-" + id
	full, err := h.app.Application(s.Context(), s.who, s.id)
	if err != nil {
		return err
	}
	q, ok := full.Set.Question(id)
	if !ok {
		return &good.Error{Kind: good.Invalid, Key: "standard.answer.unknown-question", Args: map[string]any{"Question": id}}
	}
	a := answer(q, s)
	if a.Empty() {
		return &good.Error{Kind: good.Invalid, Key: "assess.error.text", Field: "text"}
	}
	_, err = h.app.Suggest(s.Context(), s.who, s.id, id, a, s.get("reason"))
	s.to = "#" + anchor(q.Indicator)
	return err
}

// answer reads an answer of a question's type from a form.
func answer(q standard.Question, s *sent) standard.Answer {
	var a standard.Answer
	switch q.Type {
	case standard.ShortText, standard.LongText, standard.Links:
		a.Text = s.get("text")
		for line := range strings.Lines(s.get("links")) {
			if line = strings.TrimSpace(line); line != "" {
				url, name, _ := strings.Cut(line, " ")
				a.Links = append(a.Links, good.Link{URL: url, Name: strings.TrimSpace(name)})
			}
		}
	case standard.Items:
		for name := range s.v {
			if item, ok := strings.CutPrefix(name, "item-"); ok && s.get(name) != "" {
				if a.Items == nil {
					a.Items = map[string]string{}
				}
				a.Items[item] = s.get(name)
			}
		}
	case standard.Licences, standard.Languages, standard.Countries:
		a.Choices = strings.FieldsFunc(s.get("words"), func(r rune) bool { return strings.ContainsRune(",،、;\n", r) })
		for i := range a.Choices {
			a.Choices[i] = strings.TrimSpace(a.Choices[i])
		}
	default:
		a.Choices = s.v["choice"]
	}
	return a
}
