package duplicates

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/match"
	"stoa/internal/store"
)

// Item is a pair with its two goods.
type Item struct {
	match.Pair
	A, B *good.Good // One and Other
	// Name and Aliases are those that the two have as one good: the name that
	// counts most, and every other name of either.
	Name    string
	Aliases []string
}

// Held is the good that went, where the two are merged; nil otherwise.
func (i Item) Held() *good.Good {
	for _, g := range []*good.Good{i.A, i.B} {
		if g.Tombstone != nil && g.Tombstone.Into != "" && i.State == match.Merged {
			return g
		}
	}
	return nil
}

// Queue lists up to limit pairs of a state, and how many there are in each.
// Open ones come with the likeliest first, others with the newest decision.
func (a *App) Queue(ctx context.Context, who access.Who, state match.State, offset, limit int) ([]Item, map[match.State]int, error) {
	if _, err := access.As(who, access.SeeDuplicates, access.Thing{}); err != nil {
		return nil, nil, err
	}
	var pairs []match.Pair
	var err error
	switch state {
	case match.Open, "":
		pairs, err = a.DB.OpenPairs(ctx, offset, limit)
	case match.Merged, match.Apart:
		pairs, err = a.DB.DecidedPairs(ctx, state, offset, limit)
	default:
		err = &good.Error{Kind: good.Invalid, Key: "match.error.state", Field: "state", Args: map[string]any{"Value": string(state)}}
	}
	if err != nil {
		return nil, nil, err
	}
	items, err := a.items(ctx, pairs)
	if err != nil {
		return nil, nil, err
	}
	counts, err := a.DB.CountPairs(ctx)
	return items, counts, err
}

func (a *App) items(ctx context.Context, pairs []match.Pair) ([]Item, error) {
	if len(pairs) == 0 {
		return nil, nil
	}
	var ids []good.ID
	for _, p := range pairs {
		ids = append(ids, p.One, p.Other)
	}
	goods, err := a.DB.Goods(ctx, ids)
	if err != nil {
		return nil, err
	}
	records, err := a.DB.RecordsOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	sources, err := a.DB.Sources(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]Item, 0, len(pairs))
	for _, p := range pairs {
		if x, y := goods[p.One], goods[p.Other]; x != nil && y != nil {
			both := good.Merge(slices.Concat(records[p.One], records[p.Other]), sources)
			out = append(out, Item{Pair: p, A: x, B: y, Name: both.Name, Aliases: both.Aliases})
		}
	}
	return out, nil
}

// One is a pair, with what was decided about it so far, the newest first.
func (a *App) One(ctx context.Context, who access.Who, id good.ID) (Item, []good.Entry, error) {
	if _, err := access.As(who, access.SeeDuplicates, access.Thing{}); err != nil {
		return Item{}, nil, err
	}
	p, err := a.DB.Pair(ctx, id)
	if err != nil {
		return Item{}, nil, err
	}
	items, err := a.items(ctx, []match.Pair{*p})
	if err != nil || len(items) == 0 {
		return Item{}, nil, cmp.Or[error](err, &good.Error{Kind: good.NotFound, Key: "match.error.unknown"})
	}
	history, err := a.DB.History(ctx, p.One, mostHistory)
	history = slices.DeleteFunc(history, func(e good.Entry) bool {
		return e.Verb != good.GoodMerged && e.Verb != good.GoodParted && e.Verb != good.GoodKeptApart || !slices.Contains(e.Subjects, p.Other)
	})
	return items[0], history, err
}

// Bounds of what is read and said.
const (
	mostHistory = 500
	mostWords   = 2000
)

// The ways to decide.
const (
	ToMerge = "merge"
	ToKeep  = "apart"
	ToUndo  = "undo"
)

// Ways lists them in the order they are offered.
var Ways = []string{ToMerge, ToKeep, ToUndo}

// Decision is what a person decides about a pair.
type Decision struct {
	How    string
	Into   string // of a merge: slug or id of the good that stays; "" for what is recognised or came first
	Reason string // public
}

// Decide does what was decided about a pair.
func (a *App) Decide(ctx context.Context, who access.Who, id good.ID, d Decision) (Item, int64, error) {
	actor, err := access.As(who, access.SettleDuplicates, access.Thing{})
	if err != nil {
		return Item{}, 0, err
	}
	d.Reason = strings.TrimSpace(d.Reason)
	switch {
	case !slices.Contains(Ways, d.How):
		return Item{}, 0, &good.Error{Kind: good.Invalid, Key: "match.error.which", Field: "decision"}
	case d.Reason == "":
		return Item{}, 0, &good.Error{Kind: good.Invalid, Key: "error.reason.missing", Field: "reason"}
	case utf8.RuneCountInString(d.Reason) > mostWords || !utf8.ValidString(d.Reason):
		return Item{}, 0, &good.Error{Kind: good.Invalid, Key: "assess.error.long", Field: "reason", Args: map[string]any{"Max": mostWords}}
	}
	position, err := a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error { return decide(ctx, tx, id, d) })
	if err == nil && a.CatchUp != nil {
		err = a.CatchUp(ctx)
	}
	if err != nil {
		return Item{}, 0, err
	}
	p, err := a.DB.Primary().Pair(ctx, id)
	if err != nil {
		return Item{}, 0, err
	}
	items, err := a.items(ctx, []match.Pair{*p})
	if err != nil || len(items) == 0 {
		return Item{}, 0, err
	}
	return items[0], position, nil
}

func decide(ctx context.Context, tx *store.Tx, id good.ID, d Decision) error {
	p, err := tx.Pair(ctx, id)
	if err != nil {
		return err
	}
	goods, err := tx.Goods(ctx, []good.ID{p.One, p.Other})
	if err != nil {
		return err
	}
	i := Item{Pair: *p, A: goods[p.One], B: goods[p.Other]}
	switch {
	case d.How == ToUndo && p.State == match.Apart:
		return tx.KeepApart(ctx, p.One, p.Other, false, d.Reason)
	case d.How == ToUndo && i.Held() != nil:
		return tx.Part(ctx, i.Held(), d.Reason)
	case d.How == ToUndo:
		return &good.Error{Kind: good.Conflict, Key: "match.error.undone"}
	case p.State != match.Open:
		return &good.Error{Kind: good.Conflict, Key: "match.error.decided"}
	case i.A.Tombstone != nil || i.B.Tombstone != nil:
		return &good.Error{Kind: good.Conflict, Key: "match.error.gone"}
	case d.How == ToKeep:
		return tx.KeepApart(ctx, p.One, p.Other, true, d.Reason)
	}
	from, into := i.A, i.B
	switch {
	case d.Into == string(into.ID) || d.Into == into.Slug:
	case d.Into == string(from.ID) || d.Into == from.Slug, d.Into == "" && stays(from, into):
		from, into = into, from
	case d.Into != "":
		return &good.Error{Kind: good.Invalid, Key: "match.error.into", Field: "into", Args: map[string]any{"One": i.A.Slug, "Other": i.B.Slug}}
	}
	return merge(ctx, tx, from, into, d.Reason, true)
}

// Find looks at once for what a good may be one with and returns its pairs; the
// server does it by itself soon after each change.
func (a *App) Find(ctx context.Context, who access.Who, slugOrID string) ([]Item, error) {
	actor, err := access.As(who, access.SettleDuplicates, access.Thing{})
	if err != nil {
		return nil, err
	}
	g, _, err := a.DB.GoodBySlug(ctx, slugOrID)
	if id := good.ID(slugOrID); id.Valid() {
		g, err = a.DB.Good(ctx, id)
	}
	if err != nil {
		return nil, err
	}
	k, err := knowing(ctx, a.DB)
	if err != nil {
		return nil, err
	}
	l, err := a.look(ctx, k, g.ID, g)
	if err != nil {
		return nil, err
	}
	if _, err := a.DB.Do(ctx, actor, l.write); err != nil {
		return nil, err
	}
	pairs, err := a.DB.PairsOf(ctx, g.ID)
	if err != nil {
		return nil, err
	}
	return a.items(ctx, pairs)
}
