package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"stoa/internal/deploy"
	"stoa/internal/good"
)

func (r reads) sheets(ctx context.Context, query string, args ...any) ([]deploy.Sheet, error) {
	var out []deploy.Sheet
	err := each(ctx, r.q, query, args, func(scan func(...any) error) error {
		var doc []byte
		var s deploy.Sheet
		if err := scan(&s.Done, &doc); err != nil {
			return err
		}
		if err := json.Unmarshal(doc, &s); err != nil {
			return fmt.Errorf("decode a spreadsheet: %w", err)
		}
		for _, r := range s.Rows {
			for name, v := range r.Args {
				if n, ok := v.(float64); ok { // as JSON has every number
					r.Args[name] = int64(n)
				}
			}
		}
		out = append(out, s)
		return nil
	})
	return out, err
}

// Sheet returns a spreadsheet of deployments; nil if there is none.
func (r reads) Sheet(ctx context.Context, id good.ID) (*deploy.Sheet, error) {
	return first(r.sheets(ctx, Q(`SELECT done, doc FROM deployment_sheets WHERE id = $1`), id))
}

// SheetsOf returns the spreadsheets that a person sent, the newest first.
func (r reads) SheetsOf(ctx context.Context, person good.ID) ([]deploy.Sheet, error) {
	return r.sheets(ctx, Q(`SELECT done, doc FROM deployment_sheets WHERE person = $1 ORDER BY id DESC LIMIT 20`), person)
}

// PutSheet writes a spreadsheet.
func (tx *Tx) PutSheet(ctx context.Context, s *deploy.Sheet) error {
	doc, err := json.Marshal(s)
	if err != nil {
		return err
	}
	_, err = tx.q.ExecContext(ctx, Q(`INSERT INTO deployment_sheets (id, person, sent, done, doc) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (id) DO UPDATE SET done = excluded.done, doc = excluded.doc`), string(s.ID), string(s.Person), millis(s.Sent), s.Done, string(doc))
	return err
}

// SheetDone notes how many rows of a spreadsheet were looked at.
func (tx *Tx) SheetDone(ctx context.Context, id good.ID, n int) error {
	_, err := tx.q.ExecContext(ctx, Q(`UPDATE deployment_sheets SET done = $1 WHERE id = $2`), n, string(id))
	return err
}

// DropSheets forgets the spreadsheets of a person.
func (tx *Tx) DropSheets(ctx context.Context, person good.ID) error {
	_, err := tx.q.ExecContext(ctx, Q(`DELETE FROM deployment_sheets WHERE person = $1`), string(person))
	return err
}

// DropSheet forgets one spreadsheet.
func (tx *Tx) DropSheet(ctx context.Context, id good.ID) error {
	_, err := tx.q.ExecContext(ctx, Q(`DELETE FROM deployment_sheets WHERE id = $1`), string(id))
	return err
}

// SweepSheets forgets the spreadsheets that were sent before a time.
func (tx *Tx) SweepSheets(ctx context.Context, before time.Time) error {
	_, err := tx.q.ExecContext(ctx, Q(`DELETE FROM deployment_sheets WHERE sent < $1`), millis(before))
	return err
}
