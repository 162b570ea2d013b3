package deployments

import (
	"context"
	"slices"

	"stoa/internal/access"
	"stoa/internal/deploy"
	"stoa/internal/good"
	"stoa/internal/store"
)

// Do enters the rows of a spreadsheet, some in each transaction, and notes how
// far it is. What was entered before a crash is not entered again.
func (a *App) Do(ctx context.Context, task good.Task) error {
	s, err := a.DB.Primary().Sheet(ctx, good.ID(task.Key))
	if err != nil || s == nil || s.State != deploy.SheetEntering {
		return err
	}
	who := access.Who{Person: s.Person, Pseudonym: s.Pseudonym, Roles: s.Roles}
	told := map[good.ID]bool{}
	for i := range s.Rows[:s.Done] {
		if s.Rows[i].Outcome == deploy.Fit {
			s.Rows[i].Outcome = deploy.Entered
		}
	}
	for s.Done < len(s.Rows) {
		if err := a.piece(ctx, who, s, told); err != nil {
			return err
		}
	}
	s.State = deploy.SheetDone
	_, err = a.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error { return tx.PutSheet(ctx, s) })
	return err
}

// waiting is a row that is ready to be written.
type waiting struct {
	row  int
	rec  *deploy.Record
	says as
}

// piece enters the next rows in one transaction: as many as one actor says.
func (a *App) piece(ctx context.Context, who access.Who, s *deploy.Sheet, told map[good.ID]bool) error {
	db := newMemo(a.DB.Primary()) // of what stands now, for the one before took its time
	var list []waiting
	next := s.Done
	for ; next < len(s.Rows) && len(list) < sheetPiece; next++ {
		row := &s.Rows[next]
		if row.Outcome != deploy.Fit {
			continue
		}
		r, says, err := a.row(ctx, db, who, s, *row)
		if err := outcome(row, err); err != nil {
			return err
		}
		if row.Outcome != deploy.Fit {
			continue
		}
		if len(list) > 0 && list[0].says.actor != says.actor {
			break // it begins the next transaction
		}
		list = append(list, waiting{next, r, says})
	}
	var actor good.Actor
	if len(list) > 0 {
		actor = list[0].says.actor
	}
	var made []deploy.Row
	_, err := a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		made = nil
		db := newMemo(tx)
		for _, w := range list {
			row, err := a.enter(ctx, tx, db, w, s.Rows[w.row], told)
			if err != nil {
				return err
			}
			made = append(made, row)
		}
		return tx.SheetDone(ctx, s.ID, next)
	})
	if err != nil {
		return err
	}
	for i, w := range list {
		s.Rows[w.row] = made[i]
	}
	s.Done = next
	return nil
}

// enter enters one row, if it can be still, and says what became of it.
func (a *App) enter(ctx context.Context, tx *store.Tx, db reader, w waiting, row deploy.Row, told map[good.ID]bool) (deploy.Row, error) {
	if err := outcome(&row, settle(ctx, db, w.rec)); err != nil || row.Outcome != deploy.Fit {
		return row, err
	}
	same, err := twin(ctx, db, w.rec)
	if err != nil {
		return row, err
	}
	if same != nil {
		row.Outcome, row.ID = deploy.There, same.ID
		return row, nil
	}
	err = a.write(ctx, tx, db, w, told)
	row.Outcome, row.ID = deploy.Entered, w.rec.ID
	return row, err
}

// write writes one deployment. The other side is told of the first only: the
// list of what waits for their word shows all.
func (a *App) write(ctx context.Context, tx *store.Tx, db reader, w waiting, told map[good.ID]bool) error {
	r := w.rec
	r.ID, r.Version = tx.NewID(), 0
	r.Say(r.Statement, w.says.Word)
	if err := state(ctx, tx, r); err != nil || a.Tell == nil {
		return err
	}
	people, err := asked(ctx, db, r)
	if err != nil {
		return err
	}
	people = slices.DeleteFunc(people, func(p good.ID) bool { return told[p] })
	if err := a.tell(ctx, tx, r, "deployment-waiting", r.Stated.At, people); err != nil {
		return err
	}
	for _, p := range people {
		told[p] = true
	}
	return nil
}
