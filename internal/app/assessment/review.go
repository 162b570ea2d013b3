package assessment

import (
	"cmp"
	"context"
	"time"

	"stoa/internal/access"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/store"
)

// Screening is what somebody who screens decides.
type Screening struct {
	Decision string // "accept", "return" or "refuse"
	assess.Screened
}

// Screen lets an application in, sends it back or ends it. A good that was not
// known before is made when it is let in.
func (a *App) Screen(ctx context.Context, who access.Who, id good.ID, version int64, in Screening) (*assess.Application, int64, error) {
	return a.do(ctx, who, access.Screen, id, version, func(ctx context.Context, s *scene) (assess.Event, error) {
		if err := cmp.Or(short("reason", in.Reason), sound(s.set, in.Findings)); err != nil {
			return assess.Event{}, err
		}
		if in.Of != "" {
			g, err := findGood(ctx, s.tx, string(in.Of))
			if err != nil {
				return assess.Event{}, &good.Error{Kind: good.Invalid, Key: "assess.error.duplicate_of", Field: "of", Err: err}
			}
			in.Of = g.ID
		}
		switch in.Decision {
		case "accept":
			e, err := s.Accept(s.turn, in.Screened, screened(s.set))
			if err == nil && s.Good == "" && !s.set.Advisory {
				err = a.create(ctx, s)
			}
			return e, err
		case "return":
			return s.Return(s.turn, in.Screened)
		case "refuse":
			return s.Refuse(s.turn, in.Screened)
		}
		return assess.Event{}, &good.Error{Kind: good.Invalid, Key: "assess.error.screening_decision", Field: "decision"}
	})
}

// Claim takes a reviewer's seat for oneself.
func (a *App) Claim(ctx context.Context, who access.Who, id good.ID) (*assess.Application, int64, error) {
	return a.do(ctx, who, access.ClaimReview, id, 0, func(ctx context.Context, s *scene) (assess.Event, error) {
		return a.seat(ctx, s, Person{ID: who.Person, Pseudonym: who.Pseudonym})
	})
}

// Assign gives a seat to a reviewer; person "" to the one who suits best.
func (a *App) Assign(ctx context.Context, who access.Who, id, person good.ID) (*assess.Application, int64, error) {
	return a.do(ctx, who, access.Assign, id, 0, func(ctx context.Context, s *scene) (assess.Event, error) {
		reviewers, err := s.tx.ActingAs(ctx, access.Reviewer)
		if err != nil {
			return assess.Event{}, err
		}
		if person == "" {
			list, err := a.candidates(ctx, s.tx, s.Application, reviewers)
			if err != nil {
				return assess.Event{}, err
			}
			if list = assess.Candidates(s.Application, list, s.tx.Now(), s.turn.Settings); len(list) == 0 {
				return assess.Event{}, &good.Error{Kind: good.Conflict, Key: "assess.error.nobody"}
			}
			person = list[0].Person
		}
		for _, r := range reviewers {
			if r.ID == person {
				return a.seat(ctx, s, r)
			}
		}
		return assess.Event{}, &good.Error{Kind: good.NotFound, Key: "assess.error.person", Field: "person"}
	})
}

// seat gives somebody a seat, unless a conflict of interest or their load
// forbids it.
func (a *App) seat(ctx context.Context, s *scene, p Person) (assess.Event, error) {
	against, err := a.conflicts(ctx, s.tx, s.Application, []good.ID{p.ID})
	if err != nil {
		return assess.Event{}, err
	}
	load, err := s.tx.LoadOf(ctx, p.ID)
	if err != nil {
		return assess.Event{}, err
	}
	return s.Seat(s.turn, assess.Party{Person: p.ID, Pseudonym: p.Pseudonym, Role: access.Reviewer}, against[p.ID], load)
}

// Release gives one's own seat back, or takes somebody else's away.
func (a *App) Release(ctx context.Context, who access.Who, id, person good.ID, why assess.Vacancy) (*assess.Application, int64, error) {
	act := access.Assign
	if person == who.Person {
		if act = access.DeclareConflict; why != assess.InConflict {
			why = assess.GaveBack
		}
	}
	return a.do(ctx, who, act, id, 0, func(_ context.Context, s *scene) (assess.Event, error) {
		return s.Vacate(s.turn, person, why)
	})
}

// Verdict writes what the one who acts finds of an indicator in this round;
// version is that of their verdict as they saw it, 0 for a first one.
func (a *App) Verdict(ctx context.Context, who access.Who, id good.ID, indicator string, version int64, f assess.Finding) error {
	_, err := a.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		s, err := a.scene(ctx, tx, who, access.Review, id)
		if err != nil {
			return err
		}
		if err := s.CheckVerdict(s.turn, indicator, f); err != nil {
			return err
		}
		return tx.PutVerdict(ctx, id, store.StoredVerdict{Round: s.Round, Person: who.Person, Indicator: indicator, Finding: f, Version: version})
	})
	return err
}

// Advise writes what somebody from the community finds of an indicator: it
// counts as advice and decides nothing.
func (a *App) Advise(ctx context.Context, who access.Who, id good.ID, indicator string, version int64, f assess.Finding) error {
	_, err := a.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		s, err := a.scene(ctx, tx, who, access.Advise, id)
		if err != nil {
			return err
		}
		if err := cmp.Or(s.CheckAdvice(indicator, f), oneOf(s.set, indicator)); err != nil {
			return err
		}
		return tx.PutVerdict(ctx, id, store.StoredVerdict{Round: 0, Person: who.Person, Indicator: indicator, Finding: f, Version: version})
	})
	return err
}

// Note adds a note for those who review; indicator "" is the whole.
func (a *App) Note(ctx context.Context, who access.Who, id good.ID, indicator, text string) error {
	_, err := a.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		s, err := a.scene(ctx, tx, who, access.ReadNotes, id)
		if err != nil {
			return err
		}
		if err := needText("note", text); err != nil {
			return err
		}
		if indicator != "" {
			if err := oneOf(s.set, indicator); err != nil {
				return err
			}
		}
		return tx.PutNote(ctx, id, store.Note{ID: tx.NewID(), Indicator: indicator, Person: who.Person, Text: text})
	})
	return err
}

// Finish says that the one who acts is done with this round.
func (a *App) Finish(ctx context.Context, who access.Who, id good.ID) (*assess.Application, int64, error) {
	return a.do(ctx, who, access.Review, id, 0, func(ctx context.Context, s *scene) (assess.Event, error) {
		list, err := s.tx.Verdicts(ctx, id)
		if err != nil {
			return assess.Event{}, err
		}
		found := map[good.ID]map[string]assess.Finding{}
		for _, v := range list {
			if v.Round != s.Round {
				continue
			}
			if found[v.Person] == nil {
				found[v.Person] = map[string]assess.Finding{}
			}
			found[v.Person][v.Indicator] = v.Finding
		}
		return s.Finish(s.turn, found)
	})
}

// Consult asks an expert about one indicator.
func (a *App) Consult(ctx context.Context, who access.Who, id, expert good.ID, indicator, question string) (*assess.Application, int64, error) {
	return a.do(ctx, who, access.Consult, id, 0, func(ctx context.Context, s *scene) (assess.Event, error) {
		if err := needText("question", question); err != nil {
			return assess.Event{}, err
		}
		known, err := persons(ctx, s.tx, []good.ID{expert})
		if err != nil {
			return assess.Event{}, err
		}
		p, ok := known[expert]
		if !ok {
			return assess.Event{}, &good.Error{Kind: good.NotFound, Key: "assess.error.person", Field: "expert"}
		}
		against, err := a.conflicts(ctx, s.tx, s.Application, []good.ID{expert})
		if err != nil {
			return assess.Event{}, err
		}
		return s.Ask(s.turn, assess.Party{Person: expert, Pseudonym: p.Pseudonym, Role: access.Expert}, against[expert], indicator, question)
	})
}

// Opine answers as the expert who was asked; v may be "".
func (a *App) Opine(ctx context.Context, who access.Who, id good.ID, consultation int, v assess.Verdict, opinion string) (*assess.Application, int64, error) {
	return a.do(ctx, who, access.AnswerConsult, id, 0, func(_ context.Context, s *scene) (assess.Event, error) {
		if err := short("opinion", opinion); err != nil {
			return assess.Event{}, err
		}
		return s.Opine(s.turn, consultation, v, opinion)
	})
}

// Consolidate settles where two reviewers differ.
func (a *App) Consolidate(ctx context.Context, who access.Who, id good.ID, version int64, findings map[string]assess.Finding) (*assess.Application, int64, error) {
	return a.do(ctx, who, access.Consolidate, id, version, func(_ context.Context, s *scene) (assess.Event, error) {
		if err := sound(s.set, findings); err != nil {
			return assess.Event{}, err
		}
		return s.Consolidate(s.turn, findings)
	})
}

// Extend grants the applicant more time.
func (a *App) Extend(ctx context.Context, who access.Who, id good.ID) (*assess.Application, int64, error) {
	return a.do(ctx, who, access.Extend, id, 0, func(_ context.Context, s *scene) (assess.Event, error) {
		return s.Extend(s.turn)
	})
}

// Declare declares a conflict of interest of the one who acts: with a person,
// a good (slug or id) or an organisation.
func (a *App) Declare(ctx context.Context, who access.Who, d assess.Declared) error {
	actor, err := access.As(who, access.DeclareConflict, access.Thing{})
	if err != nil {
		return err
	}
	if err := needText("reason", d.Reason); err != nil {
		return err
	}
	if d.Person == "" && d.Good == "" && d.Organisation == "" || d.Person == who.Person {
		return &good.Error{Kind: good.Invalid, Key: "assess.error.conflict_with", Field: "with"}
	}
	if slug := good.Slugify(d.Organisation); slug != d.Organisation || len(slug) > good.MaxName {
		return &good.Error{Kind: good.Invalid, Key: "assess.error.organisation", Field: "organisation", Args: map[string]any{"Slug": d.Organisation}}
	}
	d.By = who.Person
	_, err = a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		if d.Good != "" {
			g, err := findGood(ctx, tx, string(d.Good))
			if err != nil {
				return err
			}
			d.Good = g.ID
		}
		if d.Person != "" {
			found, err := persons(ctx, tx, []good.ID{d.Person})
			if err != nil {
				return err
			}
			if _, ok := found[d.Person]; !ok {
				return &good.Error{Kind: good.NotFound, Key: "assess.error.person", Field: "person"}
			}
		}
		return tx.PutConflict(ctx, d)
	})
	return err
}

// SetProfile says what a reviewer knows and until when they are away, over the
// version that was seen. Whoever goes away gives their unfinished seats back.
func (a *App) SetProfile(ctx context.Context, who access.Who, p Profile) error {
	act := access.Assign
	if p.Person == who.Person {
		act = access.DeclareConflict
	}
	actor, err := access.As(who, act, access.Thing{})
	if err != nil {
		return err
	}
	var seats []good.ID
	_, err = a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		seats = nil
		if p.Away.After(tx.Now().Add(longAway)) {
			var err error
			if seats, err = tx.SeatedAt(ctx, p.Person); err != nil {
				return err
			}
		}
		return tx.PutReviewerProfile(ctx, p)
	})
	if err != nil {
		return err
	}
	_, err = a.vacate(ctx, p.Person, seats, assess.Absent, time.Time{})
	return err
}
