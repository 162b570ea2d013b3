package store

import (
	"context"
	"time"

	"stoa/internal/good"
)

// GoodsAfter returns up to limit goods whose ids come after an id, in order.
func (r reads) GoodsAfter(ctx context.Context, after good.ID, limit int) ([]*good.Good, error) {
	return r.goods(ctx, Q(`SELECT `+goodColumns+` FROM goods g WHERE g.id > $1 ORDER BY g.id LIMIT $2`), after, limit)
}

// goods returns the goods that a query of goodColumns finds.
func (r reads) goods(ctx context.Context, query string, args ...any) ([]*good.Good, error) {
	var out []*good.Good
	err := each(ctx, r.q, query, args, func(scan func(...any) error) error {
		g, err := readGood(scan)
		out = append(out, g)
		return err
	})
	return out, err
}

// few is how many goods may have changed for their order to be made anew for
// each part that is asked for.
const few = 10_000

// GoodsChanged returns up to limit goods that last changed at a time or later and
// whose ids come after an id, in the order of ids.
func (r reads) GoodsChanged(ctx context.Context, since time.Time, after good.ID, limit int) ([]*good.Good, error) {
	return r.goodsChanged(ctx, since, after, limit, few)
}

func (r reads) goodsChanged(ctx context.Context, since time.Time, after good.ID, limit, few int) ([]*good.Good, error) {
	var n int
	if err := r.q.QueryRowContext(ctx, Q(`SELECT count(*) FROM (SELECT 1 FROM goods WHERE changed >= $1 LIMIT $2) AS changed`), millis(since), few+1).Scan(&n); err != nil {
		return nil, err
	}
	if n > few { // most are wanted: in the order in which they lie
		return r.goods(ctx, Q(`SELECT `+goodColumns+` FROM goods g WHERE g.id > $1 AND g.changed >= $2 ORDER BY g.id LIMIT $3`), after, millis(since), limit)
	}
	return r.goods(ctx, Q(`SELECT `+goodColumns+` FROM goods g WHERE g.id IN (SELECT id FROM goods WHERE changed >= $1 AND id > $2 ORDER BY id LIMIT $3) ORDER BY g.id`), millis(since), after, limit)
}

// Boundaries returns every n-th id of a good: the part after each holds at most
// n goods, and the last is never empty.
func (r reads) Boundaries(ctx context.Context, n int) ([]good.ID, error) {
	var out []good.ID
	err := each(ctx, r.q, Q(`SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS n, count(*) OVER () AS total FROM goods) AS numbered WHERE n % $1 = 0 AND n < total ORDER BY id`),
		[]any{n}, func(scan func(...any) error) error {
			var id good.ID
			err := scan(&id)
			out = append(out, id)
			return err
		})
	return out, err
}
