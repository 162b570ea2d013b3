package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"

	"stoa/internal/good"
	"stoa/internal/match"
)

func notFound(what string) error {
	return &good.Error{Kind: good.NotFound, Key: "error.good.unknown", Args: map[string]any{"Name": what}}
}

// goodColumns are those of goods g that readGood reads. A good's position is
// that of the last entry about it, whoever wrote it.
const goodColumns = `g.doc, g.version, COALESCE((SELECT MAX(position) FROM journal_subjects s WHERE s.good = g.id), -1)`

// readGood decodes a row of goods.
func readGood(scan func(...any) error) (*good.Good, error) {
	var doc []byte
	var g good.Good
	var version, position int64
	if err := scan(&doc, &version, &position); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(doc, &g); err != nil {
		return nil, fmt.Errorf("decode a good: %w", err)
	}
	g.Version, g.Position = version, position
	return &g, nil
}

// Good returns the good with that id.
func (r reads) Good(ctx context.Context, id good.ID) (*good.Good, error) {
	g, err := readGood(r.q.QueryRowContext(ctx, Q(`SELECT `+goodColumns+` FROM goods g WHERE g.id = $1`), id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, notFound(string(id))
	}
	return g, err
}

// GoodBySlug returns the good at a slug. current is false where slug is an old
// one or an identifier another registry gave, which redirect to the good's own.
func (r reads) GoodBySlug(ctx context.Context, slug string) (g *good.Good, current bool, err error) {
	g, err = readGood(r.q.QueryRowContext(ctx, Q(`SELECT `+goodColumns+` FROM goods g WHERE g.slug = $1`), slug).Scan)
	if err == nil {
		return g, true, nil
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return nil, false, err
	}
	g, err = readGood(r.q.QueryRowContext(ctx, Q(`SELECT `+goodColumns+` FROM slugs a JOIN goods g ON g.id = a.good WHERE a.slug = $1`), slug).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		g, err = readGood(r.q.QueryRowContext(ctx, Q(`SELECT `+goodColumns+` FROM identifiers i JOIN goods g ON g.id = i.good WHERE i.value = $1 ORDER BY i.scheme LIMIT 1`), slug).Scan)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, notFound(slug)
	}
	return g, false, err
}

// Slugs returns every address that leads to a good, old ones included.
func (r reads) Slugs(ctx context.Context) (map[string]good.ID, error) {
	out := map[string]good.ID{}
	return out, each(ctx, r.q, Q(`SELECT slug, good FROM slugs`), nil, func(scan func(...any) error) error {
		var slug string
		var id good.ID
		err := scan(&slug, &id)
		out[slug] = id
		return err
	})
}

// FindIdentifier returns the good another registry knows by value.
func (r reads) FindIdentifier(ctx context.Context, scheme, value string) (id good.ID, found bool, err error) {
	err = r.q.QueryRowContext(ctx, Q(`SELECT good FROM identifiers WHERE scheme = $1 AND value = $2`), scheme, value).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	return id, err == nil, err
}

// Goods returns the goods with those ids; unknown ids are missing.
func (r reads) Goods(ctx context.Context, ids []good.ID) (map[good.ID]*good.Good, error) {
	out := make(map[good.ID]*good.Good, len(ids))
	for chunk := range slices.Chunk(ids, 500) {
		list, err := json.Marshal(chunk)
		if err != nil {
			return nil, err
		}
		err = each(ctx, r.q, Q(`SELECT `+goodColumns+` FROM goods g WHERE g.id IN (SELECT value FROM json_each($1))`), []any{string(list)}, func(scan func(...any) error) error {
			g, err := readGood(scan)
			if err == nil {
				out[g.ID] = g
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// pageSize is how many rows a stream reads at a time.
const pageSize = 500

// EachGood streams every good in the order of ids, without holding a
// transaction open meanwhile.
func (r reads) EachGood(ctx context.Context) iter.Seq2[*good.Good, error] {
	return func(yield func(*good.Good, error) bool) {
		for after, more := good.ID(""), true; more; {
			page, err := r.GoodsAfter(ctx, after, pageSize)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, g := range page {
				if !yield(g, nil) {
					return
				}
				after = g.ID
			}
			more = len(page) == pageSize
		}
	}
}

// PutGood writes a good: a new one if its Version is 0, else a change of
// exactly that version. It sets Updated and Version of g; the position follows
// at the commit. An old slug goes on redirecting.
func (tx *Tx) PutGood(ctx context.Context, g *good.Good) error {
	g.Updated = tx.now
	if g.Created.IsZero() {
		g.Created = tx.now
	}
	doc, err := json.Marshal(g)
	if err != nil {
		return fmt.Errorf("encode a good: %w", err)
	}
	if g.Version == 0 {
		_, err = tx.q.ExecContext(ctx, Q(`INSERT INTO goods (id, slug, version, doc, reported, changed) VALUES ($1, $2, 1, $3, $4, $5)`), g.ID, g.Slug, string(doc), reported(g), millis(g.Updated))
		if err != nil {
			return tx.slugTaken(g, err)
		}
	} else if err := tx.update(ctx, g, string(doc)); err != nil {
		return err
	}
	if err := tx.recount(ctx, g); err != nil {
		return err
	}
	g.Version++
	if g.Tombstone != nil { // nothing is left to settle
		if err := tx.SetClashes(ctx, g.ID, nil); err != nil {
			return err
		}
	}
	// An address once given leads to the same good for ever.
	res, err := tx.q.ExecContext(ctx, Q(`INSERT INTO slugs (slug, good) VALUES ($1, $2) ON CONFLICT (slug) DO UPDATE SET good = excluded.good WHERE slugs.good = excluded.good`), g.Slug, g.ID)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return tx.slugTaken(g, errOther)
}

// reported is what the column of that name holds.
func reported(g *good.Good) int {
	if g.ReportedAlone() {
		return 1
	}
	return 0
}

var errOther = errors.New("it is or was the address of another good")

func (tx *Tx) update(ctx context.Context, g *good.Good, doc string) error {
	res, err := tx.q.ExecContext(ctx, Q(`UPDATE goods SET slug = $1, version = version + 1, doc = $2, reported = $3, changed = $4 WHERE id = $5 AND version = $6`), g.Slug, doc, reported(g), millis(g.Updated), g.ID, g.Version)
	if err != nil {
		return tx.slugTaken(g, err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return &good.Error{Kind: good.Conflict, Key: "error.good.changed", Args: map[string]any{"Name": g.Name}}
}

func (tx *Tx) slugTaken(g *good.Good, err error) error {
	if errors.Is(err, errOther) || tx.db.dialect.unique(err) {
		return &good.Error{Kind: good.Conflict, Key: "error.slug.taken", Field: "slug", Args: map[string]any{"Slug": g.Slug, "Name": g.Name}, Err: err}
	}
	return err
}

// AddIdentifier notes that another registry knows the good as value. A value
// that already names another good stays with it: the first claim stands.
func (tx *Tx) AddIdentifier(ctx context.Context, id good.ID, scheme, value string) error {
	_, err := tx.q.ExecContext(ctx, Q(`INSERT INTO identifiers (scheme, value, good) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`), scheme, value, id)
	return err
}

// MoveIdentifiers gives every identifier of one good to another.
func (tx *Tx) MoveIdentifiers(ctx context.Context, from, into good.ID) error {
	_, err := tx.q.ExecContext(ctx, Q(`UPDATE identifiers SET good = $1 WHERE good = $2`), into, from)
	return err
}

// Restate makes a good, the keys by which it is found again and its conflicts
// anew of its records; PutGood then writes it.
func (tx *Tx) Restate(ctx context.Context, g *good.Good, sources map[string]good.Source) error {
	records, err := tx.Records(ctx, g.ID)
	if err != nil {
		return err
	}
	*g = g.Restate(records, sources)
	return errors.Join(tx.SetMatchKeys(ctx, g.ID, match.KeysOf(records)), tx.SetClashes(ctx, g.ID, good.Clashes(records, sources)))
}

// SetMatchKeys replaces the identity keys of a good.
func (tx *Tx) SetMatchKeys(ctx context.Context, id good.ID, keys []string) error {
	if _, err := tx.q.ExecContext(ctx, Q(`DELETE FROM match_keys WHERE good = $1`), id); err != nil {
		return err
	}
	rows := make([][]any, 0, len(keys))
	for _, k := range keys {
		rows = append(rows, []any{k, string(id)})
	}
	return tx.insert(ctx, Q(`INSERT INTO match_keys (key, good) VALUES ($1, $2) ON CONFLICT DO NOTHING`), rows)
}

// KeysOfGood returns the identity keys of a good, sorted.
func (r reads) KeysOfGood(ctx context.Context, id good.ID) ([]string, error) {
	var out []string
	return out, each(ctx, r.q, Q(`SELECT key FROM match_keys WHERE good = $1 ORDER BY key`), []any{id}, func(scan func(...any) error) error {
		var key string
		err := scan(&key)
		out = append(out, key)
		return err
	})
}

// MatchKeys returns, for each key, the goods that have it. Until this
// transaction ends no other one is told about the same keys, so that two never
// both find a good missing and make it.
func (tx *Tx) MatchKeys(ctx context.Context, keys []string) (map[string][]good.ID, error) {
	if err := tx.Hold(ctx, keys...); err != nil {
		return nil, err
	}
	return tx.reads.MatchKeys(ctx, keys)
}

// Hold has every other transaction wait that wants to hold one of the same
// things, until this one ends.
func (tx *Tx) Hold(ctx context.Context, things ...string) error {
	lock := tx.db.dialect.lockKeys
	if lock == "" {
		return nil
	}
	list, err := json.Marshal(things)
	if err != nil {
		return err
	}
	_, err = tx.q.ExecContext(ctx, lock, string(list))
	return err
}

// MatchKeys returns, for each key, the goods that have it.
func (r reads) MatchKeys(ctx context.Context, keys []string) (map[string][]good.ID, error) {
	out := map[string][]good.ID{}
	for chunk := range slices.Chunk(keys, 500) {
		list, err := json.Marshal(chunk)
		if err != nil {
			return nil, err
		}
		err = each(ctx, r.q, Q(`SELECT key, good FROM match_keys WHERE key IN (SELECT value FROM json_each($1)) ORDER BY key, good`), []any{string(list)}, func(scan func(...any) error) error {
			var key string
			var id good.ID
			err := scan(&key, &id)
			out[key] = append(out[key], id)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}
