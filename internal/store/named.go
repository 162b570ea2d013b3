package store

import (
	"context"
	"strings"

	"stoa/internal/good"
)

// Goods that are read one by one, outside a transaction and in one.
type oneGood interface {
	Good(ctx context.Context, id good.ID) (*good.Good, error)
	GoodBySlug(ctx context.Context, slug string) (*good.Good, bool, error)
}

// GoodNamed is the good with that slug or id; of what was merged, the one it
// went into. One that was removed is returned with its tombstone; nil for none.
func GoodNamed(ctx context.Context, db oneGood, key string) (g *good.Good, err error) {
	if id := good.ID(strings.TrimSpace(key)); id.Valid() {
		g, err = db.Good(ctx, id)
	} else {
		g, _, err = db.GoodBySlug(ctx, string(id))
	}
	switch {
	case good.KindOf(err) == good.NotFound:
		return nil, nil
	case err == nil && g != nil && g.Tombstone != nil && g.Tombstone.Into != "":
		return GoodNamed(ctx, db, string(g.Tombstone.Into))
	}
	return g, err
}
