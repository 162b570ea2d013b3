package assessment

import (
	"context"
	"slices"

	"stoa/internal/access"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/store"
)

// Renew opens the renewal of a good that is or was recognised here, prefilled
// with what was answered last; where it is open already, that one is returned.
// While the recognition still holds for long there is nothing to renew yet.
// It asks for confirmation where nothing changed, and for answers where the
// standard did.
func (a *App) Renew(ctx context.Context, who access.Who, slugOrID string) (*assess.Application, error) {
	var app *assess.Application
	_, err := a.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		g, err := findGood(ctx, tx, slugOrID)
		if err != nil {
			return err
		}
		last, open, err := lastOf(ctx, tx, g.ID)
		if err != nil {
			return err
		}
		if last == nil {
			return &good.Error{Kind: good.Conflict, Key: "assess.error.not_recognised", Args: map[string]any{"Name": g.Name}}
		}
		proved, err := tx.OwnersOf(ctx, g.ID)
		if err != nil {
			return err
		}
		actor, err := access.As(who, access.Renew, access.Thing{Owners: append(slices.Clone(last.Owners), proved...)})
		if err != nil {
			return err
		}
		tx.ActAs(actor)
		if app = open; app != nil {
			if !app.Owned(who.Person) { // who proved it meanwhile works on it once they are asked to
				return &good.Error{Kind: good.Conflict, Key: "apply.error.claimed", Field: "good", Args: map[string]any{"Name": g.Name}}
			}
			return nil
		}
		if !last.Owned(who.Person) {
			last.Owners = append(slices.Clone(last.Owners), who.Person)
		}
		if err := tooEarly(ctx, tx, g); err != nil {
			return err
		}
		app, err = a.openRenewal(ctx, tx, last, g)
		return err
	})
	return app, err
}

// tooEarly refuses the renewal of what holds beyond the days before its end
// when renewals open: by a word a day it would hold for ever.
func tooEarly(ctx context.Context, tx *store.Tx, g *good.Good) error {
	held, err := own(ctx, tx, g.ID)
	if err != nil || held == nil || held.Facts.Standing == nil || held.Facts.Standing.State != good.Recognised {
		return err
	}
	settings, err := tx.Settings(ctx)
	if err != nil {
		return err
	}
	opens := settings.Settings.RenewalOpensAt(held.Facts.Standing.Until)
	if !tx.Now().Before(opens) {
		return nil
	}
	return &good.Error{Kind: good.Conflict, Key: "assess.error.renewal_early", Args: map[string]any{"Name": g.Name, "Opens": assess.DateOf(opens)}}
}

// lastOf finds what a good was recognised by last, and its renewal if one is
// open.
func lastOf(ctx context.Context, db interface {
	ApplicationsOf(ctx context.Context, id good.ID) ([]*assess.Application, error)
}, id good.ID) (last, open *assess.Application, err error) {
	list, err := db.ApplicationsOf(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	for _, app := range list {
		switch {
		case app.Kind == assess.Challenge:
		case !app.State.Over():
			if app.Kind == assess.Renewal && open == nil {
				open = app
			}
		case last == nil && app.State == assess.Published && app.Decision().Outcome == assess.Recognised:
			last = app
		}
	}
	return last, open, nil
}

// openRenewal makes the draft of a renewal against the current version of the
// standard.
func (a *App) openRenewal(ctx context.Context, tx *store.Tx, last *assess.Application, g *good.Good) (*assess.Application, error) {
	carried, set, err := a.carry(ctx, tx, last)
	if err != nil {
		return nil, err
	}
	app := &assess.Application{ID: tx.NewID(), Good: g.ID, Kind: assess.Renewal, Standard: set.Key(), Name: last.Name, Link: last.Link, Goods: last.Goods,
		State: assess.Draft, Since: tx.Now(), Opened: tx.Now(), Owners: last.Owners, Findings: map[string]assess.Finding{}}
	for _, id := range judged(set) {
		if f, ok := last.Decision().Findings[id]; ok {
			app.Findings[id] = f
		}
	}
	person := good.ID("")
	if len(last.Owners) > 0 {
		person = last.Owners[0]
	}
	if err := a.begin(ctx, tx, app, carried.Answers, person); err != nil {
		return nil, err
	}
	return app, tx.CarryAttachments(ctx, last.ID, app.ID, func(question string) bool { return len(carried.Answers[question].Files) > 0 })
}

// carry takes the answers by which a good was recognised last to the current
// version of the standard.
func (a *App) carry(ctx context.Context, tx *store.Tx, last *assess.Application) (standard.Carried, *standard.Set, error) {
	old, ok := a.Library.Find(last.Standard)
	if !ok {
		return standard.Carried{}, nil, &good.Error{Kind: good.NotFound, Key: "assess.error.standard", Args: map[string]any{"Standard": last.Standard}}
	}
	set, err := a.standardOf(old.ID)
	if err != nil {
		return standard.Carried{}, nil, err
	}
	answers, err := answersOf(ctx, tx, last.ID)
	if err != nil {
		return standard.Carried{}, nil, err
	}
	return standard.Carry(old, set, last.Goods, answers), set, nil
}

// doubtedSince are the indicators that a challenge found to fail after a good
// was recognised last: nobody renews them by a word.
func doubtedSince(ctx context.Context, tx *store.Tx, last *assess.Application) (map[string]bool, error) {
	list, err := tx.ApplicationsOf(ctx, last.Good)
	out := map[string]bool{}
	for _, c := range list {
		if c.Kind != assess.Challenge || c.State != assess.Published || c.Since.Before(last.Since) {
			continue
		}
		for id, f := range c.Decision().Findings {
			out[id] = out[id] || f.Verdict == assess.Fail
		}
	}
	return out, err
}

// touch notes of which indicators a renewal changed an answer, or the standard
// asks anew.
func (a *App) touch(ctx context.Context, s *scene, answers standard.Answers) error {
	last, _, err := lastOf(ctx, s.tx, s.Good)
	if err != nil || last == nil {
		return err
	}
	carried, _, err := a.carry(ctx, s.tx, last)
	if err != nil {
		return err
	}
	anew, err := doubtedSince(ctx, s.tx, last)
	if err != nil {
		return err
	}
	for _, q := range append(carried.New, carried.Again...) {
		anew[q.Question.Indicator] = true
	}
	for _, q := range s.set.Questions() {
		if !same(answers[q.ID], carried.Answers[q.ID]) {
			anew[q.Indicator] = true
		}
	}
	s.Touched = nil
	for _, id := range judged(s.set) {
		if _, found := s.Findings[id]; anew[id] || !found {
			s.Touched = append(s.Touched, id)
		}
	}
	return nil
}

// Asks is what the next renewal of a good will newly ask.
type Asks struct {
	From, To string           // versions of the standard
	New      []standard.Asked // newly asked, or newly needed and not answered
	Again    []standard.Asked // answered, and to be confirmed
}

// NextRenewal says what the next renewal of a good will newly ask; nil where it
// was not recognised here.
func (a *App) NextRenewal(ctx context.Context, id good.ID) (*Asks, error) {
	list, err := a.DB.ApplicationsOf(ctx, id)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(list, func(app *assess.Application) bool {
		return app.State == assess.Published && app.Kind != assess.Challenge && app.Decision().Outcome == assess.Recognised
	})
	if i < 0 {
		return nil, nil
	}
	old, ok := a.Library.Find(list[i].Standard)
	if !ok {
		return nil, nil
	}
	set, err := a.standardOf(old.ID)
	if err != nil {
		return nil, err
	}
	answers, err := answersOf(ctx, a.DB, list[i].ID)
	if err != nil {
		return nil, err
	}
	carried := standard.Carry(old, set, list[i].Goods, answers)
	return &Asks{From: old.Key(), To: set.Key(), New: carried.New, Again: carried.Again}, nil
}
