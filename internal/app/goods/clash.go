package goods

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/store"
)

// Clash is a conflict between what a person corrected and what a source says
// since, with the good it is about.
type Clash struct {
	good.Clash
	Good  *good.Good
	Since time.Time
}

// Clashes are conflicts to settle, a part of them, and how many there are.
type Clashes struct {
	Items    []Clash
	All      int                // that fit what was asked for
	ByField  map[good.Field]int // a summary's languages together
	BySource map[string]int
	Sources  map[string]good.Source
}

// ClashQuery asks for conflicts of one field and with one source; "" for all.
type ClashQuery struct {
	Field         good.Field
	Source        string
	Offset, Limit int
}

// The ways to settle a conflict.
const (
	KeepCorrection = "keep" // the correction holds against what the sources say now
	TakeSource     = "take" // the correction is withdrawn
)

// SettleWays lists them in the order they are offered.
var SettleWays = []string{KeepCorrection, TakeSource}

// mostReason bounds a reason, in characters.
const mostReason = 2000

// WholeField is the field that a conflict counts under.
func WholeField(f good.Field) good.Field {
	whole, _, _ := strings.Cut(string(f), "/")
	return good.Field(whole)
}

// Conflicts lists what is to be settled, the oldest first.
func (a *App) Conflicts(ctx context.Context, who access.Who, q ClashQuery) (Clashes, error) {
	out := Clashes{ByField: map[good.Field]int{}, BySource: map[string]int{}}
	if _, err := access.As(who, access.Edit, access.Thing{}); err != nil {
		return out, err
	}
	if q.Field != "" && !slices.Contains(good.Merging, q.Field) {
		return out, &good.Error{Kind: good.Invalid, Key: "error.edit.field", Field: "field", Args: map[string]any{"Field": string(q.Field)}}
	}
	counts, err := a.DB.CountClashes(ctx)
	if err != nil {
		return out, err
	}
	for _, c := range counts {
		out.ByField[WholeField(c.Field)] += c.N
		out.BySource[c.Source] += c.N
		if (q.Field == "" || q.Field == WholeField(c.Field)) && (q.Source == "" || q.Source == c.Source) {
			out.All += c.N
		}
	}
	if out.Sources, err = a.DB.Sources(ctx); err != nil {
		return out, err
	}
	list, err := a.DB.Clashes(ctx, q.Field, q.Source, q.Offset, q.Limit)
	if err != nil {
		return out, err
	}
	out.Items, err = a.withGoods(ctx, list)
	return out, err
}

// ConflictsOf lists what is to be settled of one good, by field.
func (a *App) ConflictsOf(ctx context.Context, who access.Who, slugOrID string) ([]Clash, error) {
	if _, err := access.As(who, access.Edit, access.Thing{}); err != nil {
		return nil, err
	}
	g, err := a.Good(ctx, slugOrID)
	if err != nil {
		return nil, err
	}
	list, err := a.DB.ClashesOf(ctx, g.ID)
	if err != nil {
		return nil, err
	}
	return a.withGoods(ctx, list)
}

func (a *App) withGoods(ctx context.Context, list []store.Clash) ([]Clash, error) {
	var ids []good.ID
	for _, c := range list {
		ids = append(ids, c.Good)
	}
	goods, err := a.DB.Goods(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]Clash, 0, len(list))
	for _, c := range list {
		if g := goods[c.Good]; g != nil {
			out = append(out, Clash{c.Clash, g, c.Since})
		}
	}
	return out, nil
}

// SettleConflict ends the conflict of a field: the correction is kept, and holds
// until a source says something else again, or it is withdrawn. now is what the
// person who settles it read as the source's word, as JSON; where the source says
// something else meanwhile that is a Conflict. "" settles whatever is there.
func (a *App) SettleConflict(ctx context.Context, who access.Who, slugOrID string, field good.Field, how, now, reason string) (*good.Good, int64, error) {
	actor, err := access.As(who, access.Edit, access.Thing{})
	if err != nil {
		return nil, 0, err
	}
	reason = strings.TrimSpace(reason)
	switch {
	case !slices.Contains(SettleWays, how):
		return nil, 0, &good.Error{Kind: good.Invalid, Key: "clash.error.how", Field: "how"}
	case reason == "":
		return nil, 0, needReason(reason)
	case utf8.RuneCountInString(reason) > mostReason || !utf8.ValidString(reason):
		return nil, 0, &good.Error{Kind: good.Invalid, Key: "assess.error.long", Field: "reason", Args: map[string]any{"Max": mostReason}}
	}
	return a.change(ctx, actor, access.Edit, slugOrID, 0, func(ctx context.Context, tx *store.Tx, g *good.Good) error {
		list, err := tx.ClashesOf(ctx, g.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(c store.Clash) bool { return c.Field == field })
		if i < 0 {
			return &good.Error{Kind: good.Conflict, Key: "clash.error.none", Args: map[string]any{"Name": g.Name}}
		}
		if now != "" && now != string(list[i].Now) {
			return &good.Error{Kind: good.Conflict, Key: "clash.error.moved", Field: "how", Args: map[string]any{"Name": g.Name}}
		}
		return settle(ctx, tx, g, field, how, reason)
	})
}

// settle writes every person's record of g that states field: goods that became
// one may have several.
func settle(ctx context.Context, tx *store.Tx, g *good.Good, field good.Field, how, reason string) error {
	records, err := tx.Records(ctx, g.ID)
	if err != nil {
		return err
	}
	others, err := othersOf(ctx, tx, g.ID)
	if err != nil {
		return err
	}
	for _, r := range records {
		if r.Source != PersonSource || !r.States(field) {
			continue
		}
		next := r.Kept(field, others)
		if how == TakeSource {
			next = r.Without(field, others)
		}
		if err := say(ctx, tx, g, next, reason, store.NamedValue{Name: "settled", Value: map[string]string{"field": string(field), "how": how}}); err != nil {
			return err
		}
	}
	return nil
}
