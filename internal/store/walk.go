package store

import (
	"context"

	"stoa/internal/good"
)

// GoodsAfter returns up to limit goods whose ids come after an id, in order.
func (r reads) GoodsAfter(ctx context.Context, after good.ID, limit int) ([]*good.Good, error) {
	var out []*good.Good
	err := each(ctx, r.q, Q(`SELECT `+goodColumns+` FROM goods g WHERE g.id > $1 ORDER BY g.id LIMIT $2`), []any{after, limit}, func(scan func(...any) error) error {
		g, err := readGood(scan)
		out = append(out, g)
		return err
	})
	return out, err
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
