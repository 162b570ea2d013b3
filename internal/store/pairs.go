package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"stoa/internal/good"
	"stoa/internal/match"
)

const pairColumns = `id, one, other, score, sure, reasons, found, state, decided, role, judged`

func readPair(scan func(...any) error) (match.Pair, error) {
	var p match.Pair
	var sure, found, decided, judged int64
	var reasons []byte
	if err := scan(&p.ID, &p.One, &p.Other, &p.Score, &sure, &reasons, &found, &p.State, &decided, &p.Role, &judged); err != nil {
		return match.Pair{}, err
	}
	p.Sure, p.Judged, p.Found, p.Decided = sure != 0, judged != 0, moment(found), moment(decided)
	return p, json.Unmarshal(reasons, &p.Reasons)
}

func (r reads) pairs(ctx context.Context, query string, args ...any) ([]match.Pair, error) {
	var out []match.Pair
	return out, each(ctx, r.q, query, args, func(scan func(...any) error) error {
		p, err := readPair(scan)
		out = append(out, p)
		return err
	})
}

// Pair returns one pair.
func (r reads) Pair(ctx context.Context, id good.ID) (*match.Pair, error) {
	p, err := readPair(r.q.QueryRowContext(ctx, Q(`SELECT `+pairColumns+` FROM pairs WHERE id = $1`), id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, &good.Error{Kind: good.NotFound, Key: "match.error.unknown"}
	}
	return &p, err
}

// PairsOf returns the pairs a good is in, the likeliest first.
func (r reads) PairsOf(ctx context.Context, id good.ID) ([]match.Pair, error) {
	return r.pairs(ctx, Q(`SELECT `+pairColumns+` FROM pairs WHERE one = $1 OR other = $1 ORDER BY score DESC, id`), id)
}

// OpenPairs returns pairs nobody decided about, the likeliest first.
func (r reads) OpenPairs(ctx context.Context, offset, limit int) ([]match.Pair, error) {
	return r.pairs(ctx, Q(`SELECT `+pairColumns+` FROM pairs WHERE state = 'open' ORDER BY score DESC, id LIMIT $1 OFFSET $2`), limit, offset)
}

// DecidedPairs returns pairs that are merged or kept apart, the newest decision
// first.
func (r reads) DecidedPairs(ctx context.Context, state match.State, offset, limit int) ([]match.Pair, error) {
	return r.pairs(ctx, Q(`SELECT `+pairColumns+` FROM pairs WHERE decided > 0 AND state = $1 ORDER BY decided DESC, id LIMIT $2 OFFSET $3`), string(state), limit, offset)
}

// CountPairs returns how many pairs there are in each state.
func (r reads) CountPairs(ctx context.Context) (map[match.State]int, error) {
	out := map[match.State]int{}
	return out, each(ctx, r.q, Q(`SELECT state, count(*) FROM pairs GROUP BY state`), nil, func(scan func(...any) error) error {
		var s match.State
		var n int
		err := scan(&s, &n)
		out[s] = n
		return err
	})
}

// EachJudged hands over the pairs a person decided about.
func (r reads) EachJudged(ctx context.Context, fn func(match.Pair) error) error {
	return each(ctx, r.q, Q(`SELECT `+pairColumns+` FROM pairs WHERE judged = 1 ORDER BY id`), nil, func(scan func(...any) error) error {
		p, err := readPair(scan)
		if err != nil {
			return err
		}
		return fn(p)
	})
}

// PairOf returns what there is of two goods; a pair without an id where there is
// nothing.
func (r reads) PairOf(ctx context.Context, a, b good.ID) (match.Pair, error) {
	p := match.PairOf(a, b)
	have, err := readPair(r.q.QueryRowContext(ctx, Q(`SELECT `+pairColumns+` FROM pairs WHERE one = $1 AND other = $2`), p.One, p.Other).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return p, nil
	}
	return have, err
}

// PutPair writes a pair.
func (tx *Tx) PutPair(ctx context.Context, p match.Pair) error {
	if p.ID == "" {
		p.ID, p.Found = tx.NewID(), tx.now
	}
	if p.Reasons == nil {
		p.Reasons = []match.Reason{}
	}
	reasons, err := json.Marshal(p.Reasons)
	if err != nil {
		return err
	}
	_, err = tx.q.ExecContext(ctx, Q(`INSERT INTO pairs (`+pairColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (one, other) DO UPDATE SET score = excluded.score, sure = excluded.sure, reasons = excluded.reasons, state = excluded.state,
		decided = excluded.decided, role = excluded.role, judged = excluded.judged`),
		p.ID, p.One, p.Other, p.Score, flag(p.Sure), string(reasons), millis(p.Found), string(p.State), millis(p.Decided), p.Role, flag(p.Judged))
	return err
}

// DropPair forgets a pair about which nobody decided.
func (tx *Tx) DropPair(ctx context.Context, id good.ID) error {
	_, err := tx.q.ExecContext(ctx, Q(`DELETE FROM pairs WHERE id = $1 AND state = 'open' AND judged = 0`), id)
	return err
}

// NearKeys returns goods that have one of keys, up to most for each: a key that
// more have says nothing.
func (r reads) NearKeys(ctx context.Context, keys []string, most int) ([]good.ID, error) {
	list, err := json.Marshal(keys)
	if err != nil {
		return nil, err
	}
	var out []good.ID
	return out, each(ctx, r.q, Q(`SELECT DISTINCT m.good FROM json_each($1) k JOIN match_keys m ON m.key = k.value
		WHERE (SELECT count(*) FROM (SELECT 1 FROM match_keys o WHERE o.key = k.value LIMIT $2) few) < $2`), []any{string(list), most}, func(scan func(...any) error) error {
		var id good.ID
		err := scan(&id)
		out = append(out, id)
		return err
	})
}

// decide notes in the pair of two goods what was decided, and who did.
func (tx *Tx) decide(ctx context.Context, a, b good.ID, state match.State, person bool) error {
	p, err := tx.PairOf(ctx, a, b)
	if err != nil {
		return err
	}
	p.State, p.Role, p.Decided = state, tx.actor.Role, tx.now
	if state == match.Open {
		p.Role, p.Decided = "", time.Time{}
	}
	p.Judged = p.Judged || person
	return tx.PutPair(ctx, p)
}

// KeepApart notes that two goods are two, or that this is open again.
func (tx *Tx) KeepApart(ctx context.Context, a, b good.ID, apart bool, reason string) error {
	state := match.Open
	if apart {
		state = match.Apart
	}
	p := match.PairOf(a, b)
	tx.Append(good.GoodKeptApart, []good.ID{p.One, p.Other}, NamedValue{Name: "apart", Value: apart}, NamedValue{Name: "reason", Value: reason})
	return tx.decide(ctx, a, b, state, true)
}
