package store

import (
	"context"
	"database/sql"
	"encoding/json"

	"github.com/pressly/goose/v3"

	"stoa/internal/good"
)

// written are the steps of the schema that SQL alone cannot take. Their SQL is
// of their day: what the schema became later is not there yet.
func (db *DB) written() []*goose.Migration {
	keys := goose.NewGoMigration(18, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
		return keyNominations(ctx, &Tx{reads: reads{q: db.dialect.fit(tx)}, tx: tx, db: db})
	}}, nil)
	keys.Source = "00018_nominations_known.go"
	return []*goose.Migration{keys}
}

// keyNominations says of the nominations that wait by what they are known.
func keyNominations(ctx context.Context, tx *Tx) error {
	const slice = 1000
	for last := good.ID(""); ; {
		var list []Nomination
		err := each(ctx, tx.q, Q(`SELECT id, doc FROM nominations WHERE settled = 0 AND id > $1 ORDER BY id LIMIT $2`), []any{last, slice}, func(scan func(...any) error) error {
			var n Nomination
			var doc []byte
			if err := scan(&n.ID, &doc); err != nil {
				return err
			}
			list = append(list, n)
			return json.Unmarshal(doc, &list[len(list)-1].Nomination)
		})
		if err != nil {
			return err
		}
		for _, n := range list {
			last = n.ID
			if err := tx.keyNomination(ctx, n); err != nil {
				return err
			}
		}
		if len(list) < slice {
			return nil
		}
	}
}
