package assessment

import (
	"context"
	"errors"
	"slices"
	"time"

	"stoa/internal/access"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/store"
)

// Ticked is what one tick did.
type Ticked struct {
	Reminded, Closed, Published, Opened, Lapsed, Vacated int
}

// dueAtOnce is how much one tick does; the next one goes on.
const dueAtOnce = 5000

// clock is who does what is due.
var clock = access.Machine(access.Clock)

// Tick does what is due by now. It may run as often as one likes: each thing is
// done once. What fails is told and tried again by the next tick, and keeps
// nothing else waiting.
func (a *App) Tick(ctx context.Context, now time.Time) (Ticked, error) {
	var done Ticked
	due, err := a.DB.Due(ctx, now, dueAtOnce)
	if err != nil {
		return done, err
	}
	send, skip := assess.Latest(due)
	var errs []error
	for _, d := range skip {
		errs = append(errs, a.skip(ctx, d))
	}
	for _, d := range send {
		if err := ctx.Err(); err != nil {
			return done, err
		}
		errs = append(errs, a.due(ctx, d, now, &done))
	}
	n, err := a.freeSeats(ctx)
	done.Vacated = n
	return done, errors.Join(append(errs, err)...)
}

func (a *App) due(ctx context.Context, d assess.Due, now time.Time, done *Ticked) error {
	var err error
	switch d.Kind {
	case assess.DueReminder, assess.DueLate:
		err = a.once(ctx, access.Remind, d, &done.Reminded, func(_ context.Context, s *scene) (assess.Event, error) { return s.Remind(s.turn, d), nil })
	case assess.DueClose:
		err = a.once(ctx, access.Lapse, d, &done.Closed, func(_ context.Context, s *scene) (assess.Event, error) { return s.Expire(s.turn) })
	case assess.DuePublish:
		err = a.once(ctx, access.Publish, d, &done.Published, a.publish)
		if good.KindOf(err) == good.Conflict { // something about the good comes first: the next tick looks again
			err = nil
		}
	case assess.DueRenewalReminder:
		err = a.remindRenewal(ctx, d, now, &done.Reminded)
	case assess.DueRenewalOpens:
		err = a.openDue(ctx, d, &done.Opened)
	case assess.DueLapse:
		err = a.lapse(ctx, d, now, &done.Lapsed)
	}
	return err
}

// errDone ends a step that somebody else took already.
var errDone = errors.New("done already")

// once takes a step of an application that is due, unless it was taken.
func (a *App) once(ctx context.Context, act access.Act, d assess.Due, n *int, step func(context.Context, *scene) (assess.Event, error)) error {
	_, _, err := a.do(ctx, clock, act, d.Subject, 0, func(ctx context.Context, s *scene) (assess.Event, error) {
		if !slices.ContainsFunc(s.Dues(s.turn.Settings), func(x assess.Due) bool { return x.Key == d.Key }) {
			if _, err := s.tx.TakeDue(ctx, d); err != nil {
				return assess.Event{}, err
			}
			return assess.Event{}, errDone
		}
		return step(ctx, s)
	})
	if errors.Is(err, errDone) {
		return nil
	}
	if err == nil {
		*n++
	}
	return err
}

// skip drops a reminder that a more pressing one makes needless.
func (a *App) skip(ctx context.Context, d assess.Due) error {
	if d.Kind == assess.DueReminder {
		_, _, err := a.do(ctx, clock, access.Remind, d.Subject, 0, func(_ context.Context, s *scene) (assess.Event, error) {
			s.Done = append(s.Done, d.Key)
			return assess.Event{}, nil
		})
		return err
	}
	_, err := a.DB.Do(ctx, good.Actor{Role: access.Clock}, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.TakeDue(ctx, d)
		return err
	})
	return err
}

// onGood does what is due of a recognition, in one transaction.
func (a *App) onGood(ctx context.Context, d assess.Due, act access.Act, do func(context.Context, *store.Tx, *good.Record, assess.Settings) error) error {
	actor, err := access.As(clock, act, access.Thing{})
	if err != nil {
		return err
	}
	_, err = a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		rec, err := own(ctx, tx, d.Subject)
		if err != nil {
			return err
		}
		settings, err := tx.Settings(ctx)
		if err != nil {
			return err
		}
		if rec == nil || rec.Facts.Standing == nil || !(assess.Held{Standing: *rec.Facts.Standing}).Has(d) { // erased, or of another recognition
			_, err := tx.TakeDue(ctx, d)
			return err
		}
		if g, err := tx.Good(ctx, d.Subject); err != nil || g.Tombstone != nil { // removed: it may come back
			return errors.Join(err, tx.PutOffDue(ctx, d.Subject, d.Kind, tx.Now().AddDate(0, 0, 1)))
		}
		return do(ctx, tx, rec, settings.Settings)
	})
	if err != nil {
		return err
	}
	return a.catchUp(ctx)
}

// remindRenewal tells the owner that a recognition ends. Lapsing then waits
// for as long as the owner needs to hear of it.
func (a *App) remindRenewal(ctx context.Context, d assess.Due, now time.Time, n *int) error {
	return a.onGood(ctx, d, access.Remind, func(ctx context.Context, tx *store.Tx, rec *good.Record, s assess.Settings) error {
		taken, err := tx.TakeDue(ctx, d)
		if err != nil || !taken || rec.Facts.Standing.Renewing != "" {
			return err
		}
		tx.Append(good.RenewalReminded, []good.ID{d.Subject}, store.NamedValue{Name: "reminder", Value: map[string]any{"days": d.Days, "until": rec.Facts.Standing.Until}})
		*n++
		return tx.PutOffDue(ctx, d.Subject, assess.DueLapse, now.AddDate(0, 0, s.Grace))
	})
}

// openDue opens a renewal and says so of the good.
func (a *App) openDue(ctx context.Context, d assess.Due, n *int) error {
	return a.onGood(ctx, d, access.Remind, func(ctx context.Context, tx *store.Tx, rec *good.Record, _ assess.Settings) error {
		taken, err := tx.TakeDue(ctx, d)
		if err != nil || !taken || rec.Facts.Standing.State != good.Recognised {
			return err
		}
		last, open, err := lastOf(ctx, tx, d.Subject)
		if err != nil {
			return err
		}
		if open == nil && last != nil {
			g, err := tx.Good(ctx, d.Subject)
			if err != nil {
				return err
			}
			if _, err := a.openRenewal(ctx, tx, last, g); err != nil {
				return err
			}
		}
		facts := rec.Facts
		facts.Standing = assess.RenewalDue(*facts.Standing)
		tx.Append(good.RenewalOpened, []good.ID{d.Subject}, store.NamedValue{Name: "until", Value: facts.Standing.Until})
		*n++
		return a.state(ctx, tx, d.Subject, facts)
	})
}

// lapse ends a recognition that nobody renewed; while a renewal is under review
// it waits.
func (a *App) lapse(ctx context.Context, d assess.Due, now time.Time, n *int) error {
	return a.onGood(ctx, d, access.Lapse, func(ctx context.Context, tx *store.Tx, rec *good.Record, _ assess.Settings) error {
		held, err := tx.DueOf(ctx, d.Subject)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(held, func(x assess.Due) bool { return x.Key == d.Key })
		if i < 0 || held[i].At.After(now) { // a reminder of this very tick put it off
			return nil
		}
		if rec.Facts.Standing.Renewing != "" {
			return tx.PutOffDue(ctx, d.Subject, assess.DueLapse, now.AddDate(0, 0, 1))
		}
		if _, err := tx.TakeDue(ctx, d); err != nil {
			return err
		}
		if st := rec.Facts.Standing.State; st != good.Recognised && st != good.RenewalDue {
			return nil
		}
		facts := rec.Facts
		facts.Standing = assess.Lapse(*facts.Standing)
		tx.Append(good.RecognitionLapsed, []good.ID{d.Subject}, store.NamedValue{Name: "until", Value: facts.Standing.Until})
		*n++
		return a.state(ctx, tx, d.Subject, facts)
	})
}

// freeSeats frees the seats of those who are no reviewers any more, or no more,
// and of those who are away for long, as they say on their account.
func (a *App) freeSeats(ctx context.Context) (int, error) {
	seated, err := a.DB.Seated(ctx)
	if err != nil || len(seated) == 0 {
		return 0, err
	}
	reviewers, err := a.DB.ActingAs(ctx, access.Reviewer)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, r := range reviewers {
		if mine := seated[r.ID]; len(mine) > 0 && assess.AwayUntil(r.Away, time.Time{}, a.Now()).After(a.Now().Add(longAway)) {
			freed, err := a.vacate(ctx, r.ID, mine, assess.Absent, assess.Midnight(r.Away.From))
			if err != nil {
				return n, err
			}
			n += freed
		}
		delete(seated, r.ID)
	}
	for person, apps := range seated {
		freed, err := a.vacate(ctx, person, apps, assess.Gone, time.Time{})
		if err != nil {
			return n, err
		}
		n += freed
	}
	return n, nil
}

// longAway is an absence that the reviews of who is away do not wait for.
const longAway = 7 * 24 * time.Hour

// vacate takes a person's seats away, for one reason: those that they had by a
// moment, where one is given. It returns how many there were.
func (a *App) vacate(ctx context.Context, person good.ID, apps []good.ID, why assess.Vacancy, by time.Time) (n int, err error) {
	for _, id := range apps {
		_, _, err := a.do(ctx, clock, access.Assign, id, 0, func(_ context.Context, s *scene) (assess.Event, error) {
			if !by.IsZero() && slices.ContainsFunc(s.Seats, func(x assess.Seat) bool { return x.Person == person && x.Since.After(by) }) {
				return assess.Event{}, errDone // taken since: they are back for this one
			}
			return s.Vacate(s.turn, person, why)
		})
		switch {
		case err == nil:
			n++
		case !errors.Is(err, errDone) && good.KindOf(err) != good.Conflict: // else finished, or free already
			return n, err
		}
	}
	return n, nil
}
