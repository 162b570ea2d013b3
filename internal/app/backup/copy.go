package backup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	sumdb "golang.org/x/mod/sumdb/tlog"

	"stoa/internal/fault"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/tlog"
)

// lasting are the tables that only grow: a copy that was cut goes on in them
// where it stopped. The others are copied anew.
var lasting = map[string]bool{"journal": true, "journal_subjects": true, "journal_values": true, "log_hashes": true}

// Copied says what a copy holds.
type Copied struct {
	Entries int64
	Root    string
	Rows    int64 // of all tables, the same on both sides
	Resumed bool  // it went on where an earlier one had been cut
	Before  bool  // the whole copy had been there already
}

// Copy copies a database into another, which must be empty, on any engine. It
// may be cut at any time and run again. The journal's head is written last, so
// that half a copy is never taken for a whole one. The schemas must be equal.
func Copy(ctx context.Context, from, to *store.DB) (Copied, error) {
	var c Copied
	err := from.Still(ctx, func(s *store.Still) error {
		if err := state(ctx, s.Position, s.Hashes(ctx), &c); err != nil {
			return err
		}
		done, err := to.Position(ctx)
		if err != nil {
			return err
		}
		if done >= 0 {
			return same(ctx, s, to, &c)
		}
		if err := started(ctx, s, to, &c); err != nil {
			return err
		}
		if err := everything(ctx, s, to, c.Resumed); err != nil {
			return err
		}
		return equal(ctx, s, to, &c)
	})
	return c, err
}

// state reads how far a log goes and its root.
func state(ctx context.Context, position func(context.Context) (int64, error), hashes sumdb.HashReader, c *Copied) error {
	last, err := position(ctx)
	if err != nil {
		return err
	}
	edge, err := tlog.NewEdge(last+1, hashes)
	if err != nil {
		return err
	}
	root, err := edge.Root()
	c.Entries, c.Root = last+1, root.String()
	return err
}

// same accepts a whole copy that is there already, and nothing else.
func same(ctx context.Context, s *store.Still, to *store.DB, c *Copied) error {
	c.Before = true
	if err := equal(ctx, s, to, c); err != nil {
		return &good.Error{Kind: good.Conflict, Key: "error.copy.full", Err: err}
	}
	return nil
}

// started looks for an earlier copy that was cut, which must be of this very
// log: leaves hold random numbers, so that those of two logs never agree.
func started(ctx context.Context, s *store.Still, to *store.DB, c *Copied) error {
	return to.Still(ctx, func(t *store.Still) error {
		next, err := t.Next(ctx, "journal")
		if err != nil {
			return err
		}
		goods, err := t.Rows(ctx, "goods")
		if err != nil {
			return err
		}
		if c.Resumed = next > 0 || goods > 0; next == 0 {
			return nil
		}
		theirs, err := t.Leaves(ctx, next-1, 1)
		if err != nil {
			return err
		}
		ours, err := s.Leaves(ctx, next-1, 1)
		if err != nil {
			return err
		}
		if len(ours) != 1 || len(theirs) != 1 || string(ours[0]) != string(theirs[0]) {
			return &good.Error{Kind: good.Conflict, Key: "error.copy.full", Err: fmt.Errorf("entry %d is of another log", next-1)}
		}
		return nil
	})
}

// everything copies the tables, each piece in a transaction of its own.
func everything(ctx context.Context, s *store.Still, to *store.DB, resumed bool) error {
	var anew []string
	for _, table := range store.Tables() {
		if !lasting[table] {
			anew = append(anew, table)
		}
	}
	// The head goes with them, and with it the mark that the copy is whole.
	if err := to.Load(ctx, func(l *store.Loading) error {
		if err := l.Clear(ctx, anew...); err != nil {
			return err
		}
		return l.Put(ctx, store.Rows{Table: "log_head", Columns: []string{"one", "size"}, N: 1, Lines: []byte("[1,0]\n")})
	}); err != nil {
		return err
	}
	for _, table := range store.Tables() {
		if table == "log_head" {
			continue // last of all
		}
		if err := one(ctx, s, to, table); err != nil {
			return err
		}
		fault.At("copy: a table is copied")
	}
	if resumed { // what was erased since the first part was copied
		erased, err := s.Erased(ctx)
		if err != nil {
			return err
		}
		if err := to.Load(ctx, func(l *store.Loading) error { return l.Erase(ctx, erased) }); err != nil {
			return err
		}
	}
	fault.At("copy: all but the head is copied")
	return s.EachRows(ctx, "log_head", -1, pieceSize, func(r store.Rows) error {
		return to.Load(ctx, func(l *store.Loading) error {
			return errors.Join(l.Clear(ctx, "log_head"), l.Put(ctx, r))
		})
	})
}

// one copies a table, from where an earlier copy of it ended.
func one(ctx context.Context, s *store.Still, to *store.DB, table string) error {
	from := int64(-1)
	if lasting[table] {
		// The last key may have been cut in the middle of its rows.
		if err := to.Load(ctx, func(l *store.Loading) (err error) {
			from, err = l.Reopen(ctx, table)
			return err
		}); err != nil {
			return err
		}
	}
	return s.EachRows(ctx, table, from, pieceSize, func(r store.Rows) error {
		return to.Load(ctx, func(l *store.Loading) error { return l.Put(ctx, r) })
	})
}

// equal compares root, counts and ids.
func equal(ctx context.Context, s *store.Still, to *store.DB, c *Copied) error {
	return to.Still(ctx, func(t *store.Still) error {
		var there Copied
		if err := state(ctx, t.Position, t.Hashes(ctx), &there); err != nil {
			return err
		}
		if there.Entries != c.Entries || there.Root != c.Root {
			return fmt.Errorf("the copy's log has %d entries and the root %s, not %d and %s", there.Entries, there.Root, c.Entries, c.Root)
		}
		c.Rows = 0
		for _, table := range store.Tables() {
			ours, err := s.Rows(ctx, table)
			if err != nil {
				return err
			}
			theirs, err := t.Rows(ctx, table)
			if err != nil {
				return err
			}
			if ours != theirs {
				return fmt.Errorf("the table %s has %d rows, its copy %d", table, ours, theirs)
			}
			c.Rows += ours
		}
		ours, err := ids(ctx, s)
		if err != nil {
			return err
		}
		theirs, err := ids(ctx, t)
		if err == nil && ours != theirs {
			err = errors.New("the copy's goods have other ids or addresses")
		}
		return err
	})
}

// ids is a digest of the ids and addresses of all goods, past ones too.
func ids(ctx context.Context, s *store.Still) (string, error) {
	sum := sha256.New()
	err := s.EachRows(ctx, "slugs", -1, pieceSize, func(r store.Rows) error {
		_, err := sum.Write(r.Lines)
		return err
	})
	return hex.EncodeToString(sum.Sum(nil)), err
}
