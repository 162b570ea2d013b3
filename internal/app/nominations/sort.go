package nominations

import (
	"cmp"
	"context"
	"strings"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/store"
)

// Sorting is what a person decides about a nomination that waits: exactly one
// of Publish, Into and Drop.
type Sorting struct {
	Publish bool
	Into    string // slug or id of the good it is about
	Drop    bool
	Spam    bool   // with Drop: spam or a test entry; needs no reason
	Reason  string // the nominator reads it, save where it is spam
	// Kind, Licence and SDG, where set, are put right first.
	Kind    good.Kind
	Licence string
	SDG     int
}

// How a settlement begins where a nomination was dropped.
const dropped, spam = "dropped: ", "spam: "

// Sort ends the wait of a nomination: it becomes a nominee, is noted as one
// more word about another good, or is dropped. It returns the slug of the good.
func (a *App) Sort(ctx context.Context, who access.Who, id good.ID, s Sorting) (slug string, position int64, err error) {
	actor, err := access.As(who, access.SortNominations, access.Thing{})
	if err != nil {
		return "", 0, err
	}
	if s.Reason == "" && !(s.Drop && s.Spam) {
		return "", 0, &good.Error{Kind: good.Invalid, Key: "error.reason.missing", Field: "reason"}
	}
	position, err = a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		n, err := tx.Nomination(ctx, id)
		if err != nil {
			return err
		}
		switch {
		case n == nil:
			return &good.Error{Kind: good.NotFound, Key: "nominate.error.unknown"}
		case !n.Settled.IsZero():
			return &good.Error{Kind: good.Conflict, Key: "nominate.error.sorted", Args: map[string]any{"Name": n.Name}}
		}
		if slug, err = s.do(ctx, tx, n); err != nil {
			return err
		}
		n.Settled = tx.Now()
		if err := tx.PutNomination(ctx, *n); err != nil {
			return err
		}
		return a.tell(ctx, tx, n.ID, "sorted")
	})
	if err == nil && a.CatchUp != nil {
		err = a.CatchUp(ctx)
	}
	return slug, position, err
}

func (s Sorting) do(ctx context.Context, tx *store.Tx, n *store.Nomination) (slug string, err error) {
	switch {
	case s.Drop && !s.Publish && s.Into == "":
		if n.Settlement = dropped + s.Reason; s.Spam {
			n.Settlement = strings.TrimSuffix(spam+s.Reason, ": ")
		}
		return "", nil
	case s.Drop || s.Publish == (s.Into != ""):
		return "", &good.Error{Kind: good.Invalid, Key: "nominate.error.which", Field: "sorting"}
	}
	n.Kind, n.Licence, n.SDG = cmp.Or(s.Kind, n.Kind), cmp.Or(s.Licence, n.Licence), cmp.Or(s.SDG, n.SDG)
	n.Clean()
	if m := n.Mistakes(); len(m) > 0 {
		return "", m[0]
	}
	if s.Into != "" {
		g, err := find(ctx, tx, s.Into)
		if err != nil {
			return "", err
		}
		n.Good, n.Settlement = g.ID, "into "+g.Slug+": "+s.Reason
		return g.Slug, state(ctx, tx, g, n)
	}
	if lacks := n.Lacks(); len(lacks) > 0 { // DPGS 1, DPGS 2
		return "", &good.Error{Kind: good.Invalid, Key: "nominate.error." + string(lacks[0]), Field: lacks[0].Field(), Args: map[string]any{"Value": n.Licence}}
	}
	if err := publish(ctx, tx, n, "published: "+s.Reason); err != nil {
		return "", err
	}
	g, err := tx.Good(ctx, n.Good)
	if err != nil {
		return "", err
	}
	return g.Slug, nil
}

// find is the good a person named by slug or id, if it is there still.
func find(ctx context.Context, db interface {
	Good(ctx context.Context, id good.ID) (*good.Good, error)
	GoodBySlug(ctx context.Context, slug string) (*good.Good, bool, error)
}, slugOrID string) (*good.Good, error) {
	g, _, err := db.GoodBySlug(ctx, slugOrID)
	if id := good.ID(slugOrID); id.Valid() {
		g, err = db.Good(ctx, id)
	}
	if err != nil {
		return nil, err
	}
	if g.Tombstone != nil {
		return nil, &good.Error{Kind: good.Gone, Key: "error.good.gone", Args: map[string]any{"Name": g.Name}}
	}
	return g, nil
}
