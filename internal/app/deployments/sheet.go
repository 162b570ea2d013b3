package deployments

import (
	"context"
	"errors"
	"slices"
	"time"

	"stoa/internal/access"
	"stoa/internal/deploy"
	"stoa/internal/good"
	"stoa/internal/harvest"
	"stoa/internal/store"
)

// TaskSheet is the kind of task that enters a spreadsheet; its key is the id.
const TaskSheet = "deployment-sheet"

// Queue puts tasks away within a transaction.
type Queue interface {
	Enqueue(ctx context.Context, tx *store.Tx, task good.Task) error
}

// Bounds of spreadsheets.
const (
	MaxFile     = 16 << 20 // bytes
	sheetPiece  = 250      // rows entered in one transaction
	sheetKept   = 7 * 24 * time.Hour
	mostWaiting = 10 // spreadsheets of one person that wait to be entered
)

// Send reads a spreadsheet and says of each row whether it can be entered, for
// which side or organisation of theirs who speaks. Nothing is public yet.
func (a *App) Send(ctx context.Context, who access.Who, side deploy.Side, body string, raw []byte) (*deploy.Sheet, error) {
	if err := access.May(who, access.ClaimDeployment); err != nil {
		return nil, err
	}
	file, err := harvest.ReadSheet(raw, deploy.SheetColumns, deploy.SheetDays, deploy.MaxSheet)
	if err != nil {
		return nil, inFile(err)
	}
	s := &deploy.Sheet{Person: who.Person, Side: side, Body: body, Columns: file.Names, State: deploy.SheetShown, Sent: a.Now().UTC(), Pseudonym: who.Pseudonym, Roles: who.Roles}
	for _, need := range deploy.SheetColumns[:4] {
		if !slices.Contains(file.Names, need) && (need != "organisation" || body == "") {
			return nil, inFile(&good.Error{Kind: good.Invalid, Key: "deploy.sheet.column", Args: map[string]any{"Name": need}})
		}
	}
	for _, name := range file.Names {
		if name != "" && !slices.Contains(deploy.SheetColumns, name) {
			s.Unread = append(s.Unread, good.Short(name))
		}
	}
	for _, r := range file.Rows {
		row := deploy.Row{Number: r.Number, Cells: r.Cells}
		if r.Broken != "" {
			row.Outcome, row.Key = deploy.Wrong, r.Broken
		}
		s.Rows = append(s.Rows, row)
	}
	if len(s.Rows) == 0 {
		return nil, inFile(&good.Error{Kind: good.Invalid, Key: "deploy.sheet.empty"})
	}
	if err := a.look(ctx, who, s); err != nil {
		return nil, err
	}
	_, err = a.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		held, err := tx.SheetsOf(ctx, who.Person)
		if err == nil && who.Person != "" && len(held) >= mostWaiting {
			err = tx.DropSheet(ctx, held[len(held)-1].ID) // the oldest makes room
		}
		if err != nil {
			return err
		}
		s.ID = tx.NewID()
		return tx.PutSheet(ctx, s)
	})
	return s, err
}

// inFile puts a mistake beside the field of the file.
func inFile(err error) error {
	var e *good.Error
	if errors.As(err, &e) {
		said := *e
		said.Field = "file"
		return &said
	}
	return err
}

// look says of each row whether it can be entered.
func (a *App) look(ctx context.Context, who access.Who, s *deploy.Sheet) error {
	db := newMemo(a.DB.Primary())
	seen := map[string]bool{}
	for i := range s.Rows {
		row := &s.Rows[i]
		if row.Outcome == deploy.Wrong {
			continue
		}
		r, _, err := a.row(ctx, db, who, s, *row)
		if err == nil && seen[r.Same()] {
			err = &good.Error{Kind: good.Conflict, Key: "deploy.sheet.twice", Field: "organisation"}
		}
		if err == nil {
			seen[r.Same()] = true
			var same *deploy.Record
			if same, err = twin(ctx, db, r); err == nil && same != nil {
				row.Outcome, row.ID = deploy.There, same.ID
				continue
			}
		}
		if err := outcome(row, err); err != nil {
			return err
		}
	}
	return nil
}

// outcome notes what is wrong with a row, if a person can mend it; else it is an
// error of ours.
func outcome(row *deploy.Row, err error) error {
	row.Outcome = deploy.Fit
	if err == nil {
		return nil
	}
	var e *good.Error
	if !errors.As(err, &e) || e.Kind == good.Unauthenticated {
		return err
	}
	row.Outcome, row.Key, row.Field, row.Args = deploy.Wrong, e.Key, e.Field, e.Args
	return nil
}

// row is what a row says, by whom.
func (a *App) row(ctx context.Context, db reader, who access.Who, s *deploy.Sheet, row deploy.Row) (*deploy.Record, as, error) {
	said, err := deploy.Read(s.Cells(row))
	if err != nil {
		return nil, as{}, err
	}
	return a.prepare(ctx, db, who, &Input{Good: said.Good, Body: s.Body, Side: s.Side, Integrations: said.Integrations, Statement: said.Statement})
}

// Sheet returns a spreadsheet that who sent.
func (a *App) Sheet(ctx context.Context, who access.Who, id good.ID) (*deploy.Sheet, error) {
	s, err := a.DB.Sheet(ctx, id)
	if err == nil && (s == nil || s.Person != who.Person) { // the command line is nobody in particular
		err = &good.Error{Kind: good.NotFound, Key: "deploy.sheet.unknown"}
	}
	return s, err
}

// Sheets are those that who sent, the newest first.
func (a *App) Sheets(ctx context.Context, who access.Who) ([]deploy.Sheet, error) {
	return a.DB.SheetsOf(ctx, who.Person)
}

// Enter has the rows of a spreadsheet entered that can be: all of them, or those
// of the numbers that are given. Where tasks are done it is done by one of them,
// and the spreadsheet says how far it is; else it is done at once.
func (a *App) Enter(ctx context.Context, who access.Who, id good.ID, numbers []int) error {
	if err := access.May(who, access.ClaimDeployment); err != nil {
		return err
	}
	if _, err := a.Sheet(ctx, who, id); err != nil {
		return err
	}
	_, err := a.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		s, err := tx.Sheet(ctx, id)
		if err != nil {
			return err
		}
		if s == nil || s.State != deploy.SheetShown {
			return &good.Error{Kind: good.Conflict, Key: "deploy.sheet.entered"}
		}
		for i, r := range s.Rows {
			if r.Outcome == deploy.Fit && len(numbers) > 0 && !slices.Contains(numbers, r.Number) {
				s.Rows[i].Outcome = deploy.Left
			}
		}
		if s.Count(deploy.Fit) == 0 {
			return &good.Error{Kind: good.Invalid, Key: "deploy.sheet.none", Field: "row"}
		}
		s.State, s.Roles, s.Pseudonym = deploy.SheetEntering, who.Roles, who.Pseudonym
		if err := tx.PutSheet(ctx, s); err != nil || a.Tasks == nil {
			return err
		}
		return a.Tasks.Enqueue(ctx, tx, good.Task{Kind: TaskSheet, Key: string(id)})
	})
	if err != nil || a.Tasks != nil {
		return err
	}
	return a.Do(ctx, good.Task{Kind: TaskSheet, Key: string(id)})
}

// Drop forgets a spreadsheet; what was entered of it stays.
func (a *App) Drop(ctx context.Context, who access.Who, id good.ID) error {
	s, err := a.Sheet(ctx, who, id)
	if err != nil {
		return err
	}
	if s.State == deploy.SheetEntering {
		return &good.Error{Kind: good.Conflict, Key: "deploy.sheet.entered"}
	}
	_, err = a.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error { return tx.DropSheet(ctx, id) })
	return err
}
