package store

import (
	"context"
	"errors"
	"fmt"
)

// Count is how many rows a table has.
type Count struct {
	Of string
	N  int64
}

// Counts counts the public things, and the cases and contacts that are private.
func (r reads) Counts(ctx context.Context) ([]Count, error) {
	var out []Count
	for _, c := range []struct{ of, query string }{
		{"goods", Q(`SELECT count(*) FROM goods`)},
		{"records", Q(`SELECT count(*) FROM records`)},
		{"sources", Q(`SELECT count(*) FROM sources`)},
		{"journal entries", Q(`SELECT size FROM log_head WHERE one = 1`)},
		{"open cases", Q(`SELECT count(*) FROM cases WHERE settled = 0`)},
		{"contacts", Q(`SELECT count(*) FROM contacts`)},
	} {
		n := Count{Of: c.of}
		if err := r.q.QueryRowContext(ctx, c.query).Scan(&n.N); err != nil {
			return nil, fmt.Errorf("count %s: %w", c.of, err)
		}
		out = append(out, n)
	}
	return out, nil
}

// Check has the engine look for damage, and checks what no constraint holds:
// that positions are dense.
func (db *DB) Check(ctx context.Context) error {
	var errs []error
	if db.dialect.damage != "" {
		err := each(ctx, db.r, db.dialect.damage, nil, func(scan func(...any) error) error {
			var says string
			err := scan(&says)
			if says != "ok" {
				errs = append(errs, errors.New("the database file is damaged: "+says))
			}
			return err
		})
		if err != nil {
			return fmt.Errorf("check the database file: %w", err)
		}
	}
	var size, entries, last int64
	err := db.r.QueryRowContext(ctx, Q(`SELECT (SELECT size FROM log_head WHERE one = 1), (SELECT count(*) FROM journal), (SELECT coalesce(max(position), -1) FROM journal)`)).Scan(&size, &entries, &last)
	if err != nil {
		return fmt.Errorf("check the journal: %w", err)
	}
	if size != entries || last != size-1 {
		errs = append(errs, fmt.Errorf("the journal's head says %d entries, there are %d up to position %d", size, entries, last))
	}
	return errors.Join(errs...)
}
