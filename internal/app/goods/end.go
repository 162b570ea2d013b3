package goods

import (
	"context"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/store"
)

// Rename gives a good another address; the old one redirects for ever.
func (a *App) Rename(ctx context.Context, actor good.Actor, slugOrID, slug, reason string) (*good.Good, int64, error) {
	if err := needReason(reason); err != nil {
		return nil, 0, err
	}
	if slug == "" || good.Slugify(slug) != slug || good.ID(slug).Valid() {
		return nil, 0, &good.Error{Kind: good.Invalid, Key: "error.slug.form", Field: "slug", Args: map[string]any{"Slug": slug}}
	}
	return a.change(ctx, actor, access.Rename, slugOrID, 0, func(ctx context.Context, tx *store.Tx, g *good.Good) error {
		other, _, err := tx.GoodBySlug(ctx, slug)
		if err == nil && other.ID != g.ID {
			return &good.Error{Kind: good.Conflict, Key: "error.slug.taken", Field: "slug", Args: map[string]any{"Slug": slug, "Name": other.Name}}
		}
		if err != nil && good.KindOf(err) != good.NotFound {
			return err
		}
		g.Slug = slug
		tx.Append(good.GoodRenamed, []good.ID{g.ID}, store.NamedValue{Name: "slug", Value: slug}, store.NamedValue{Name: "reason", Value: reason})
		return nil
	})
}

// Remove takes a good away and leaves a tombstone that says why, when and by
// which role. Its history stays; Restore brings it back.
func (a *App) Remove(ctx context.Context, actor good.Actor, slugOrID, reason string) (*good.Good, int64, error) {
	if err := needReason(reason); err != nil {
		return nil, 0, err
	}
	return a.change(ctx, actor, access.Remove, slugOrID, 0, func(_ context.Context, tx *store.Tx, g *good.Good) error {
		if g.Tombstone != nil {
			return &good.Error{Kind: good.Gone, Key: "error.good.gone", Args: map[string]any{"Name": g.Name}}
		}
		g.Tombstone = &good.Tombstone{Reason: reason, At: tx.Now(), By: actor.Role}
		*g = g.Restate(nil, nil)
		tx.Append(good.GoodRemoved, []good.ID{g.ID}, store.NamedValue{Name: "reason", Value: reason})
		return nil
	})
}

// Restore brings a removed good back as its records state it.
func (a *App) Restore(ctx context.Context, actor good.Actor, slugOrID, reason string) (*good.Good, int64, error) {
	if err := needReason(reason); err != nil {
		return nil, 0, err
	}
	return a.change(ctx, actor, access.Remove, slugOrID, 0, func(ctx context.Context, tx *store.Tx, g *good.Good) error {
		if g.Tombstone == nil || g.Tombstone.Into != "" {
			return &good.Error{Kind: good.Invalid, Key: "error.good.present", Args: map[string]any{"Name": g.Name}}
		}
		g.Tombstone = nil
		tx.Append(good.GoodRestored, []good.ID{g.ID}, store.NamedValue{Name: "reason", Value: reason})
		return restate(ctx, tx, g)
	})
}

// Merge declares two goods one: from's records become into's, and from's
// addresses redirect for ever.
func (a *App) Merge(ctx context.Context, actor good.Actor, from, into, reason string) (*good.Good, int64, error) {
	if err := needReason(reason); err != nil {
		return nil, 0, err
	}
	return a.change(ctx, actor, access.Merge, into, 0, func(ctx context.Context, tx *store.Tx, g *good.Good) error {
		old, _, err := find(ctx, tx, from)
		if err != nil {
			return err
		}
		if old.ID == g.ID || old.Tombstone != nil || g.Tombstone != nil {
			return &good.Error{Kind: good.Invalid, Key: "error.merge.same", Args: map[string]any{"From": old.Name, "Into": g.Name}}
		}
		if err := tx.MergeGood(ctx, old, g.ID, reason, true); err != nil {
			return err
		}
		return restate(ctx, tx, g)
	})
}

// Part undoes a merge: the good that went is brought back with all that moved
// with it, and the one that held it is as it would be without. Nothing that was
// stated since is lost.
func (a *App) Part(ctx context.Context, actor good.Actor, slugOrID, reason string) (*good.Good, int64, error) {
	if err := needReason(reason); err != nil {
		return nil, 0, err
	}
	if err := access.Can(actor, access.Merge); err != nil {
		return nil, 0, err
	}
	var old *good.Good
	position, err := a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) (err error) {
		if old, _, err = find(ctx, tx, slugOrID); err != nil {
			return err
		}
		return tx.Part(ctx, old, reason)
	})
	if err == nil && a.CatchUp != nil {
		err = a.CatchUp(ctx)
	}
	return old, position, err
}
