package imports

import (
	"context"
	"fmt"
	"time"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/store"
)

// asNew begins the settlement of a record that is a good of its own.
const asNew = "as-new: "

// Settlement is what a person decided about a record that needed one: exactly
// one of the three.
type Settlement struct {
	AsNew bool
	Into  string // slug or id of the good it is about
	Drop  bool
}

// Settle ends a case. The record, as far as it could be made clean, becomes a
// good of its own or one more statement about another, or nothing.
func (a *App) Settle(ctx context.Context, actor good.Actor, id good.ID, s Settlement, reason string) (slug string, position int64, err error) {
	if err := access.Can(actor, access.Settle); err != nil {
		return "", 0, err
	}
	if reason == "" {
		return "", 0, &good.Error{Kind: good.Invalid, Key: "error.reason.missing", Field: "reason"}
	}
	position, err = a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		c, err := tx.Case(ctx, id)
		if err != nil {
			return err
		}
		if c.Source == good.FromWatch {
			return &good.Error{Kind: good.Conflict, Key: "sign.error.case", Args: map[string]any{"Name": c.Name, "Sign": c.ForeignID}}
		}
		if c.Settlement != "" {
			return &good.Error{Kind: good.Conflict, Key: "error.case.settled", Args: map[string]any{"Name": c.Name, "Settlement": c.Settlement}}
		}
		slug, err = settle(ctx, tx, c, s, reason)
		if err != nil {
			return err
		}
		c.Settled = tx.Now()
		return tx.PutCase(ctx, *c)
	})
	if err == nil && a.CatchUp != nil {
		err = a.CatchUp(ctx)
	}
	return slug, position, err
}

// settle does what was decided and notes it in c.
func settle(ctx context.Context, tx *store.Tx, c *store.Case, s Settlement, reason string) (slug string, err error) {
	rec := good.Record{Source: c.Source, ForeignID: c.ForeignID, Facts: c.Facts, Seen: good.Date(c.Since.UTC().Format(time.DateOnly))}
	if st := c.Facts.Standing; st != nil && st.Last != "" {
		rec.Seen = st.Last
	}
	switch {
	case s.Drop && !s.AsNew && s.Into == "":
		c.Settlement = "drop: " + reason
		return "", nil
	case s.Drop || s.AsNew == (s.Into != ""):
		return "", &good.Error{Kind: good.Invalid, Key: "error.case.which", Field: "settlement"}
	case c.Facts.Name == "" && s.AsNew:
		return "", &good.Error{Kind: good.Invalid, Key: "error.case.nameless", Args: map[string]any{"Name": c.Name}}
	}
	old, err := tx.Record(ctx, c.Source, c.ForeignID)
	if err != nil {
		return "", err
	}
	if s.AsNew && old != nil {
		return "", &good.Error{Kind: good.Conflict, Key: "error.case.has-good", Args: map[string]any{"Name": c.Name}}
	}
	if s.AsNew {
		if slug, err = freeSlug(ctx, tx, rec); err != nil {
			return "", err
		}
		c.Settlement = asNew + reason
		return slug, state(ctx, tx, &rec, true, slug, reason)
	}
	g, err := target(ctx, tx, s.Into)
	if err != nil {
		return "", err
	}
	if old != nil && old.Good != g.ID {
		return "", &good.Error{Kind: good.Conflict, Key: "error.case.has-good", Args: map[string]any{"Name": c.Name}}
	}
	rec.Good = g.ID
	c.Settlement = "into " + g.Slug + ": " + reason
	return g.Slug, state(ctx, tx, &rec, false, g.Slug, reason)
}

// target is the good a record is settled into.
func target(ctx context.Context, tx *store.Tx, slugOrID string) (*good.Good, error) {
	g, _, err := tx.GoodBySlug(ctx, slugOrID)
	if id := good.ID(slugOrID); id.Valid() {
		g, err = tx.Good(ctx, id)
	}
	if err != nil {
		return nil, fmt.Errorf("settle into %q: %w", slugOrID, err)
	}
	if g.Tombstone != nil {
		return nil, &good.Error{Kind: good.Gone, Key: "error.good.gone", Args: map[string]any{"Name": g.Name}}
	}
	return g, nil
}

// OpenCases lists what needs a person, the oldest first.
func (a *App) OpenCases(ctx context.Context) ([]good.OpenCase, error) {
	cases, err := a.DB.OpenCases(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]good.OpenCase, 0, len(cases))
	for _, c := range cases {
		out = append(out, c.OpenCase)
	}
	return out, nil
}
