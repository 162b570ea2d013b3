package season

import (
	"context"
	"net/http"
	"slices"

	"stoa/internal/access"
	"stoa/internal/app/assessment"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/standard"
)

// begin starts the n-th application.
func (s *Season) begin(ctx context.Context, n int) error {
	name := nameOf(n)
	err := s.ask(ctx, s.Cast.of("", n), http.MethodPost, "/api/v1/applications",
		map[string]any{"name": name, "link": "https://season.example/" + good.Slugify(name), "kinds": []good.Kind{good.Content}}, nil)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known[name] = true
	return nil
}

// turn does what an application waits for, by the first who may: a quarrel of
// earlier forbids some.
func (s *Season) turn(ctx context.Context, app Item) error {
	chiefs, others := s.Cast.by[access.Coordinator], s.Cast.by[access.Secretariat]
	at := int(chance(app.Name, "chief", uint32(len(chiefs))))
	var err error
	for n := range len(chiefs) {
		err = s.try(ctx, app, chiefs[(at+n)%len(chiefs)], others[(at+n)%len(others)])
		if refused(err) != http.StatusForbidden {
			return err
		}
	}
	return err
}

func (s *Season) try(ctx context.Context, app Item, chief, second Member) error {
	fate := s.fate(app)
	switch app.State.State {
	case assess.Draft, assess.Returned:
		return s.hand(ctx, app, fate)
	case assess.Screening:
		return s.screen(ctx, app, chief, fate)
	case assess.Queued:
		if _, err := s.step(ctx, chief, app.ID, "assign", assessment.Whom{}); err != nil {
			return err
		}
		_, err := s.step(ctx, chief, app.ID, "assign", assessment.Whom{})
		return err
	case assess.Review:
		if fate == Reconsider {
			_, err := s.step(ctx, s.owner(app), app.ID, "withdraw", assessment.Why{Reason: "We will come back, with " + app.Name})
			return err
		}
		return s.review(ctx, app, chief, fate)
	case assess.Consolidation:
		return s.consolidate(ctx, app, chief)
	case assess.Clarification:
		return s.reply(ctx, app, chief, fate)
	case assess.Deciding:
		return s.propose(ctx, app, chief, fate == Fails)
	case assess.Proposed:
		if chance(app.Name, "reject", 8) == 0 && s.once(app.ID, "reject") {
			_, err := s.step(ctx, second, app.ID, "reject", assessment.Why{Reason: "The words are not clear yet."})
			return err
		}
		_, err := s.step(ctx, second, app.ID, "confirm", assessment.Seen{Version: app.Version})
		return err
	case assess.Decided:
		return s.decided(ctx, app, chief, fate)
	case assess.Appealed, assess.AppealProposed: // two who did not decide
		return s.appeal(ctx, app)
	}
	return nil
}

// owner is the applicant: of a first application by its number, else as the
// program says.
func (s *Season) owner(app Item) Member {
	for n := range s.N {
		if nameOf(n) == app.Name {
			return s.Cast.of("", n)
		}
	}
	return Member{}
}

// hand fills an application in and submits it.
func (s *Season) hand(ctx context.Context, app Item, fate Fate) error {
	me := s.owner(app)
	if app.State.State == assess.Returned && fate == Silent || app.Kind == assess.Renewal && fate == Silent {
		return nil
	}
	if app.Kind == assess.First || fate == Fails { // a renewal in which something changed
		file := assessment.AnswersFile{Stoa: "answers/1", Standard: app.Standard, Answers: standard.Answers{}}
		for q, a := range s.full {
			file.Answers[q] = a
		}
		file.Answers["general.name"] = standard.Answer{Text: app.Name}
		for _, q := range s.Set.Questions() {
			if app.Kind == assess.Renewal && q.Indicator == "5" && q.Type == standard.Links {
				file.Answers[q.ID] = standard.Answer{Links: []good.Link{{URL: "https://season.example/second-edition"}}}
			}
		}
		if err := s.ask(ctx, me, http.MethodPut, "/api/v1/applications/"+string(app.ID)+"/answers", file, nil); err != nil {
			return err
		}
		s.keep(Found{Application: app.ID, Answers: file.Answers})
	}
	if _, err := s.step(ctx, me, app.ID, "authorise", assessment.Words{Text: "I maintain it."}); err != nil {
		return err
	}
	_, err := s.step(ctx, me, app.ID, "submit", assessment.Seen{})
	return err
}

func (s *Season) screen(ctx context.Context, app Item, chief Member, fate Fate) error {
	in := assessment.ScreeningIn{Version: app.Version, Decision: "accept", Findings: map[string]assess.Finding{"1": {Verdict: assess.Pass}, "2": {Verdict: assess.Pass}}}
	switch {
	case app.Kind != assess.First:
	case fate == Refused:
		in = assessment.ScreeningIn{Version: app.Version, Decision: "refuse", Cause: assess.Causes[chance(app.Name, "cause", uint32(len(assess.Causes)))], Reason: "It is no digital public good."}
	case chance(app.Name, "returned", 6) == 0 && s.once(app.ID, "return"):
		in = assessment.ScreeningIn{Version: app.Version, Decision: "return", Reason: "The licence is not linked."}
	}
	_, err := s.step(ctx, chief, app.ID, "screen", in)
	return err
}

// review has each reviewer who is not done judge what is open. In some an
// expert is asked first, in some a reviewer gives their seat back.
func (s *Season) review(ctx context.Context, app Item, chief Member, fate Fate) error {
	doc, err := s.read(ctx, chief, app.ID)
	if err != nil {
		return err
	}
	if chance(app.Name, "expert", 10) == 0 && s.once(app.ID, "expert") {
		if err := s.consult(ctx, doc, chief); err != nil {
			return err
		}
	}
	if chance(app.Name, "back", 20) == 0 && s.once(app.ID, "back") && !doc.Reviewers[0].Done {
		_, err := s.step(ctx, s.Cast.alias[doc.Reviewers[0].Pseudonym], app.ID, "release", assessment.Whom{})
		return err
	}
	for n, seat := range doc.Reviewers {
		if seat.Done {
			continue
		}
		if err := s.judge(ctx, doc, s.Cast.alias[seat.Pseudonym], n, fate); err != nil {
			return err
		}
	}
	return nil
}

// judge has the n-th reviewer judge every indicator that is open, and finish.
func (s *Season) judge(ctx context.Context, doc assessment.Document, me Member, n int, fate Fate) error {
	for _, id := range doc.Scope {
		f := verdict(doc, id, n, fate)
		err := s.ask(ctx, me, http.MethodPost, "/api/v1/applications/"+string(doc.ID)+"/judge", assessment.Judged{Indicator: id, Verdict: f.Verdict, Reason: f.Reason}, nil)
		if refused(err) == http.StatusConflict { // found before the program was killed
			continue
		}
		if err != nil {
			return err
		}
		s.keep(Found{Application: doc.ID, Round: doc.Round, Person: me.ID, Indicator: id, Finding: f})
	}
	_, err := s.step(ctx, me, doc.ID, "finish", nil)
	return err
}

// verdict is what the n-th reviewer finds.
func verdict(doc assessment.Document, indicator string, n int, fate Fate) assess.Finding {
	switch {
	case doc.Kind == assess.First && doc.Round == 1 && indicator == "5" && (fate == Silent || chance(doc.Name, "clarify", 2) == 0):
		return assess.Finding{Verdict: assess.Clarify, Reason: "Where is the documentation?"}
	case doc.Kind != assess.Renewal && fate == Fails && indicator == "4":
		return assess.Finding{Verdict: assess.Fail, Reason: "It needs a closed part."}
	case doc.Kind == assess.First && n == 0 && indicator == "6" && chance(doc.Name, "differ", 4) == 0:
		return assess.Finding{Verdict: assess.Fail, Reason: "The data cannot be taken out."}
	}
	return assess.Finding{Verdict: assess.Pass, Reason: "The evidence shows it."}
}

// consult asks an expert about one indicator, who answers.
func (s *Season) consult(ctx context.Context, doc assessment.Document, chief Member) error {
	expert := s.Cast.of(access.Expert, int(chance(doc.Name, "which expert", 3)))
	if _, err := s.step(ctx, chief, doc.ID, "consult", assessment.Asked{Expert: expert.ID, Indicator: doc.Scope[0], Question: "Is that so?"}); err != nil {
		return err
	}
	_, err := s.step(ctx, expert, doc.ID, "opine", assessment.Opinion{Consultation: len(doc.Consultations) + 1, Verdict: assess.Pass, Opinion: "It is."})
	return err
}

func (s *Season) consolidate(ctx context.Context, app Item, chief Member) error {
	doc, err := s.read(ctx, chief, app.ID)
	if err != nil {
		return err
	}
	found := map[string]assess.Finding{}
	for _, id := range doc.Disputed {
		found[id] = assess.Finding{Verdict: assess.Pass, Reason: "On balance it is met."}
	}
	_, err = s.step(ctx, chief, app.ID, "consolidate", assessment.Found{Version: doc.Version, Findings: found})
	return err
}

// reply answers what was asked back; some ask for more time first.
func (s *Season) reply(ctx context.Context, app Item, chief Member, fate Fate) error {
	if fate == Silent {
		return nil
	}
	me := s.owner(app)
	if chance(app.Name, "more", 6) == 0 && s.once(app.ID, "more") {
		if _, err := s.step(ctx, me, app.ID, "ask-more-time", assessment.Why{Reason: "We are few."}); err != nil {
			return err
		}
		_, err := s.step(ctx, chief, app.ID, "extend", nil)
		return err
	}
	doc, err := s.read(ctx, me, app.ID)
	if err != nil {
		return err
	}
	for _, c := range doc.Clarifications {
		if c.Round != doc.Round || !c.Answered.IsZero() {
			continue
		}
		if _, err := s.step(ctx, me, app.ID, "reply", assessment.Replied{Indicator: c.Indicator, Text: replied + app.Name}); err != nil {
			return err
		}
	}
	return nil
}

// replied is how every reply begins.
const replied = "It is linked now, says "

func (s *Season) propose(ctx context.Context, app Item, by Member, fails bool) error {
	in := assessment.Found{Version: app.Version, Outcome: assess.Recognised}
	if fails && app.Kind != assess.Renewal {
		in.Outcome = assess.NotEligible
	}
	_, err := s.step(ctx, by, app.ID, "propose", in)
	return err
}

// decided publishes some recognitions at once and leaves the others to the
// clock; a third of those who were refused appeal.
func (s *Season) decided(ctx context.Context, app Item, chief Member, fate Fate) error {
	if app.Kind == assess.First && fate == Fails {
		if chance(app.Name, "appeal", 3) != 0 || !s.once(app.ID, "appeal") {
			return nil
		}
		_, err := s.step(ctx, s.owner(app), app.ID, "appeal", assessment.Grounds{Text: "It was misread."})
		return err
	}
	if app.Kind == assess.Challenge || chance(app.Name, "publish", 2) == 0 {
		return nil
	}
	out, err := s.step(ctx, chief, app.ID, "publish", nil)
	if err == nil && app.Kind == assess.First && chance(app.Name, "doubt", 8) == 0 {
		s.mu.Lock()
		s.doubts[out.Good] = app.Name
		s.mu.Unlock()
	}
	return err
}

// appeal has people who did not decide look once more; half of the appeals are
// granted.
func (s *Season) appeal(ctx context.Context, app Item) error {
	in := assessment.Found{Version: app.Version, Outcome: assess.NotEligible}
	if chance(app.Name, "granted", 2) == 0 {
		in.Outcome, in.Findings = assess.Recognised, map[string]assess.Finding{"4": {Verdict: assess.Pass, Reason: "An open part does as well."}}
	}
	var err error
	for _, p := range slices.Concat(s.Cast.by[access.Secretariat], s.Cast.by[access.Coordinator]) {
		if app.State.State == assess.Appealed {
			_, err = s.step(ctx, p, app.ID, "propose", in)
		} else {
			_, err = s.step(ctx, p, app.ID, "confirm", assessment.Seen{Version: app.Version})
		}
		if refused(err) != http.StatusForbidden { // else they decided or proposed it, or have a conflict
			return err
		}
	}
	return err
}

// answersTo are sound answers to all that a good of content is asked.
func answersTo(set *standard.Set) standard.Answers {
	out := standard.Answers{}
	kinds := []good.Kind{good.Content}
	for range 10 {
		gaps := set.Gaps(kinds, out)
		if len(gaps) == 0 {
			break
		}
		for _, g := range gaps {
			q, _ := set.Question(g.Question)
			out[q.ID] = answerTo(q, out)
		}
	}
	return out
}

func answerTo(q standard.Question, given standard.Answers) standard.Answer {
	switch q.Type {
	case standard.YesNo:
		return standard.Answer{Choices: append(slices.Clone(q.Must), "no")[:1]}
	case standard.Choice, standard.Choices:
		if q.Fact == good.FieldKinds {
			return standard.Answer{Choices: []string{string(good.Content)}}
		}
		return standard.Answer{Choices: append(slices.Clone(q.Must), q.Options[0].ID)[:1]}
	case standard.Licences:
		return standard.Answer{Choices: []string{"CC-BY-4.0"}}
	case standard.SDGs:
		return standard.Answer{Choices: []string{"3", "4"}}
	case standard.Countries:
		return standard.Answer{Choices: []string{"KE"}}
	case standard.Languages:
		return standard.Answer{Choices: []string{"en"}}
	case standard.Items:
		a := standard.Answer{Items: map[string]string{}}
		for _, c := range given[q.Of].Choices {
			a.Items[c] = "It is used there."
		}
		return a
	case standard.Links:
		return standard.Answer{Links: []good.Link{{URL: "https://season.example/" + q.ID}}}
	}
	return standard.Answer{Text: "A sentence about " + q.ID + "."}
}
