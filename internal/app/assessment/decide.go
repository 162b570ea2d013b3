package assessment

import (
	"cmp"
	"context"

	"stoa/internal/access"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/store"
)

// Propose signs a decision first, with public reasons per indicator. findings
// replace what was found; nil keeps it.
func (a *App) Propose(ctx context.Context, who access.Who, id good.ID, version int64, outcome assess.Outcome, findings map[string]assess.Finding) (*assess.Application, int64, error) {
	return a.do(ctx, who, access.Decide, id, version, func(ctx context.Context, s *scene) (assess.Event, error) {
		if err := cmp.Or(sound(s.set, findings), s.lookBeside(ctx)); err != nil {
			return assess.Event{}, err
		}
		return s.Propose(s.turn, outcome, findings)
	})
}

// Reject takes a proposal off the table, with a reason for those at work.
func (a *App) Reject(ctx context.Context, who access.Who, id good.ID, version int64, reason string) (*assess.Application, int64, error) {
	return a.do(ctx, who, access.Decide, id, version, func(ctx context.Context, s *scene) (assess.Event, error) {
		e, err := s.Reject(s.turn, reason)
		if err != nil {
			return e, err
		}
		return e, s.tx.PutNote(ctx, id, store.Note{ID: s.tx.NewID(), Person: who.Person, Text: reason})
	})
}

// Confirm signs a proposed decision second: now it counts. version is that of
// the application as the signer saw it.
func (a *App) Confirm(ctx context.Context, who access.Who, id good.ID, version int64) (*assess.Application, int64, error) {
	return a.do(ctx, who, access.Decide, id, version, func(ctx context.Context, s *scene) (assess.Event, error) {
		if err := s.lookBeside(ctx); err != nil {
			return assess.Event{}, err
		}
		return s.Confirm(s.turn)
	})
}

// Publish makes a decision take effect.
func (a *App) Publish(ctx context.Context, who access.Who, id good.ID) (*assess.Application, int64, error) {
	return a.do(ctx, who, access.Publish, id, 0, a.publish)
}

func (a *App) publish(ctx context.Context, s *scene) (assess.Event, error) {
	until := good.Date("")
	rec, err := own(ctx, s.tx, s.Good)
	if err != nil {
		return assess.Event{}, err
	}
	if rec != nil && rec.Facts.Standing != nil && (rec.Facts.Standing.State == good.Recognised || rec.Facts.Standing.State == good.RenewalDue) {
		until = rec.Facts.Standing.Until
	}
	if err := s.lookBeside(ctx); err != nil {
		return assess.Event{}, err
	}
	return s.Publish(s.turn, until)
}

// lookBeside has the turn know what else is under way about the good.
func (s *scene) lookBeside(ctx context.Context) error {
	if s.Good == "" {
		return nil
	}
	others, err := s.tx.ApplicationsOf(ctx, s.Good)
	s.turn.Beside = assess.BesideOf(s.Application, others)
	return err
}
