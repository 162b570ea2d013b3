package season

import (
	"context"
	"slices"

	"stoa/internal/access"
	"stoa/internal/app/assessment"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/standard"
)

// turn does what an application waits for, by the first who may: a quarrel of
// earlier forbids some.
func (s *Season) turn(ctx context.Context, app *assess.Application) error {
	chiefs, others := s.people[access.Coordinator], s.people[access.Secretariat]
	at := int(chance(app, "chief", uint32(len(chiefs))))
	var err error
	for n := range len(chiefs) {
		err = s.try(ctx, app, chiefs[(at+n)%len(chiefs)], others[(at+n)%len(others)])
		if good.KindOf(err) != good.Forbidden {
			return err
		}
	}
	return err
}

func (s *Season) try(ctx context.Context, app *assess.Application, chief, second assessment.Person) error {
	fate := fateOf(app)
	if fate == Reconsider && app.State == assess.Review {
		_, _, err := s.App.Withdraw(ctx, s.owner(app), app.ID, 0, "We will come back.")
		return err
	}
	switch app.State {
	case assess.Draft, assess.Returned:
		if app.State == assess.Returned && fate == Silent {
			return nil
		}
		return s.hand(ctx, app)
	case assess.Screening:
		return s.screen(ctx, app, chief, fate)
	case assess.Queued:
		_, _, err := s.App.Assign(ctx, who(chief), app.ID, "")
		return err
	case assess.Review:
		return s.review(ctx, app, fate)
	case assess.Consolidation:
		found := map[string]assess.Finding{}
		for _, id := range app.Disputed {
			found[id] = assess.Finding{Verdict: assess.Pass, Reason: "On balance it is met."}
		}
		_, _, err := s.App.Consolidate(ctx, who(chief), app.ID, app.Version, found)
		return err
	case assess.Clarification:
		return s.reply(ctx, app, fate)
	case assess.Deciding:
		outcome := assess.Recognised
		if fate == Fails {
			outcome = assess.NotEligible
		}
		_, _, err := s.App.Propose(ctx, who(chief), app.ID, app.Version, outcome, nil)
		return err
	case assess.Proposed:
		_, _, err := s.App.Confirm(ctx, who(second), app.ID, app.Version)
		return err
	case assess.Decided:
		if app.Decision().Outcome == assess.NotEligible && app.Appeal == nil && chance(app, "appeal", 3) == 0 {
			_, _, err := s.App.Appeal(ctx, s.owner(app), app.ID, "It was misread.", nil)
			return err
		}
	case assess.Appealed, assess.AppealProposed: // two who did not decide
		return s.appeal(ctx, app)
	}
	return nil
}

// owner is the applicant as somebody who acts.
func (s *Season) owner(app *assess.Application) access.Who {
	for _, p := range s.people[""] {
		if app.Owned(p.ID) {
			return who(p)
		}
	}
	return access.Who{}
}

// hand fills an application in and submits it.
func (s *Season) hand(ctx context.Context, app *assess.Application) error {
	me := s.owner(app)
	file := assessment.AnswersFile{Standard: app.Standard, Answers: standard.Answers{}}
	for q, a := range s.full {
		file.Answers[q] = a
	}
	file.Answers["general.name"] = standard.Answer{Text: app.Name}
	if _, err := s.App.ImportAnswers(ctx, me, app.ID, file); err != nil {
		return err
	}
	if _, err := s.App.Authorise(ctx, me, app.ID, "I maintain it."); err != nil {
		return err
	}
	_, _, err := s.App.Submit(ctx, me, app.ID, 0)
	return err
}

func (s *Season) screen(ctx context.Context, app *assess.Application, chief assessment.Person, fate Fate) error {
	in := assessment.Screening{Decision: "accept", Screened: assess.Screened{Findings: map[string]assess.Finding{"1": {Verdict: assess.Pass}, "2": {Verdict: assess.Pass}}}}
	first := app.Screened == nil
	switch {
	case fate == Refused:
		in = assessment.Screening{Decision: "refuse", Screened: assess.Screened{Cause: assess.Causes[chance(app, "cause", uint32(len(assess.Causes)))], Reason: "It is no digital public good."}}
	case first && chance(app, "returned", 6) == 0:
		in = assessment.Screening{Decision: "return", Screened: assess.Screened{Reason: "The licence is not linked."}}
	}
	_, _, err := s.App.Screen(ctx, who(chief), app.ID, app.Version, in)
	return err
}

// review has each reviewer who is not done judge what is open.
func (s *Season) review(ctx context.Context, app *assess.Application, fate Fate) error {
	for n, seat := range app.Seats {
		i := slices.IndexFunc(s.people[access.Reviewer], func(p assessment.Person) bool { return p.ID == seat.Person })
		if seat.Done || i < 0 {
			continue
		}
		me := who(s.people[access.Reviewer][i])
		for _, id := range app.Scope {
			err := s.App.Verdict(ctx, me, app.ID, id, 0, s.verdict(app, id, n, fate))
			if good.KindOf(err) == good.Conflict { // found before the program was cut
				continue
			}
			if err != nil {
				return err
			}
		}
		if _, _, err := s.App.Finish(ctx, me, app.ID); err != nil {
			return err
		}
	}
	return nil
}

// verdict is what the n-th reviewer finds.
func (s *Season) verdict(app *assess.Application, indicator string, n int, fate Fate) assess.Finding {
	switch {
	case app.Round == 1 && indicator == "5" && (fate == Silent || chance(app, "clarify", 2) == 0):
		return assess.Finding{Verdict: assess.Clarify, Reason: "Where is the documentation?"}
	case fate == Fails && indicator == "4":
		return assess.Finding{Verdict: assess.Fail, Reason: "It needs a closed part."}
	case n == 0 && indicator == "6" && chance(app, "differ", 4) == 0:
		return assess.Finding{Verdict: assess.Fail, Reason: "The data cannot be taken out."}
	}
	return assess.Finding{Verdict: assess.Pass}
}

func (s *Season) reply(ctx context.Context, app *assess.Application, fate Fate) error {
	if fate == Silent {
		return nil
	}
	for _, c := range app.Open() {
		if _, _, err := s.App.Reply(ctx, s.owner(app), app.ID, c.Indicator, "It is linked now."); err != nil {
			return err
		}
	}
	return nil
}

// appeal has people who did not decide look once more.
func (s *Season) appeal(ctx context.Context, app *assess.Application) error {
	for _, p := range append(slices.Clone(s.people[access.Secretariat]), s.people[access.Coordinator]...) {
		if slices.Contains(app.Deciders(), p.ID) {
			continue
		}
		var err error
		if app.State == assess.Appealed {
			_, _, err = s.App.Propose(ctx, who(p), app.ID, app.Version, assess.NotEligible, nil)
		} else {
			_, _, err = s.App.Confirm(ctx, who(p), app.ID, app.Version)
		}
		if good.KindOf(err) != good.Forbidden { // else they proposed it, or have a conflict
			return err
		}
	}
	return nil
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
