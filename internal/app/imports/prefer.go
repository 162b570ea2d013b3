package imports

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/store"
)

// TaskWeigh is the kind of the task that makes goods anew where a source counts
// for more or less than before.
const TaskWeigh = "weigh-source"

// Queue puts tasks away within a transaction.
type Queue interface {
	Enqueue(ctx context.Context, tx *store.Tx, task good.Task) error
}

// Bounds of a preference.
const (
	mostPriority = 90 // persons go before every source
	mostReason   = 2000
)

// Preferences lists the sources there are, by id, with how much each counts.
func (a *App) Preferences(ctx context.Context, who access.Who) ([]good.Source, error) {
	if _, err := access.As(who, access.Harvest, access.Thing{}); err != nil {
		return nil, err
	}
	sources, err := a.DB.Sources(ctx)
	if err != nil {
		return nil, err
	}
	out := slices.Collect(maps.Values(sources))
	slices.SortFunc(out, func(a, b good.Source) int { return strings.Compare(a.ID, b.ID) })
	return slices.DeleteFunc(out, func(s good.Source) bool { return s.Person }), nil
}

// Prefer says for which fields a source counts otherwise than its priority says;
// fields is all of them. The goods that it changes are made anew by a task, or at
// once where there is no queue.
func (a *App) Prefer(ctx context.Context, who access.Who, source string, fields map[good.Field]int, reason string) (good.Source, error) {
	actor, err := access.As(who, access.Harvest, access.Thing{})
	if err != nil {
		return good.Source{}, err
	}
	reason = strings.TrimSpace(reason)
	switch {
	case reason == "":
		return good.Source{}, &good.Error{Kind: good.Invalid, Key: "error.reason.missing", Field: "reason"}
	case utf8.RuneCountInString(reason) > mostReason || !utf8.ValidString(reason):
		return good.Source{}, &good.Error{Kind: good.Invalid, Key: "assess.error.long", Field: "reason", Args: map[string]any{"Max": mostReason}}
	}
	for field, n := range fields {
		if !slices.Contains(good.Merging, field) {
			return good.Source{}, &good.Error{Kind: good.Invalid, Key: "error.edit.field", Field: string(field), Args: map[string]any{"Field": string(field)}}
		}
		if n < 1 || n > mostPriority {
			return good.Source{}, &good.Error{Kind: good.Invalid, Key: "clash.error.priority", Field: string(field), Args: map[string]any{"Most": mostPriority}}
		}
	}
	var s good.Source
	_, err = a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		sources, err := tx.Sources(ctx)
		if err != nil {
			return err
		}
		var known bool
		if s, known = sources[source]; !known || s.Person {
			return &good.Error{Kind: good.NotFound, Key: "harvest.error.unknown", Args: map[string]any{"Source": source}}
		}
		if maps.Equal(s.Fields, fields) {
			return &good.Error{Kind: good.Invalid, Key: "error.edit.nothing"}
		}
		s.Fields = maps.Clone(fields)
		if err := tx.PutSource(ctx, s); err != nil {
			return err
		}
		tx.Append(good.SourceDeclared, nil, store.NamedValue{Name: "source", Value: s}, store.NamedValue{Name: "reason", Value: reason})
		if a.Queue == nil {
			return nil
		}
		args, err := json.Marshal(source)
		if err != nil {
			return err
		}
		return a.Queue.Enqueue(ctx, tx, good.Task{Kind: TaskWeigh, Key: string(tx.NewID()), Args: args})
	})
	if err == nil && a.Queue == nil {
		err = a.Weigh(ctx, source)
	}
	return s, err
}

// DoWeigh does Weigh as a task.
func (a *App) DoWeigh(ctx context.Context, task good.Task) error {
	var source string
	if err := json.Unmarshal(task.Args, &source); err != nil {
		return err
	}
	return a.Weigh(ctx, source)
}

// Weigh makes those goods anew that a source states and that are not as the
// sources make them now. It bears a repeat.
func (a *App) Weigh(ctx context.Context, source string) error {
	for after := ""; ; {
		ids, last, err := a.DB.Primary().GoodsStatedBy(ctx, source, after, 200)
		if err != nil || len(ids) == 0 {
			return err
		}
		after = last
		for part := range slices.Chunk(ids, lapseSize) {
			if err := a.weigh(ctx, source, part); err != nil {
				return err
			}
		}
		if a.CatchUp != nil {
			if err := a.CatchUp(ctx); err != nil {
				return err
			}
		}
	}
}

// weigh looks at a few goods, and writes those that change in one transaction.
func (a *App) weigh(ctx context.Context, source string, ids []good.ID) error {
	sources, err := a.DB.Primary().Sources(ctx)
	if err != nil {
		return err
	}
	goods, err := a.DB.Primary().Goods(ctx, ids)
	if err != nil {
		return err
	}
	records, err := a.DB.Primary().RecordsOf(ctx, ids)
	if err != nil {
		return err
	}
	var stale []good.ID
	for _, id := range ids {
		if g := goods[id]; g != nil && g.Tombstone == nil {
			next := g.Restate(records[id], sources)
			if same, err := alike(*g, next); err != nil {
				return err
			} else if !same {
				stale = append(stale, id)
			}
		}
	}
	if len(stale) == 0 {
		return nil
	}
	_, err = a.DB.Do(ctx, good.Actor{Role: access.Importer}, func(ctx context.Context, tx *store.Tx) error {
		sources, err := tx.Sources(ctx)
		if err != nil {
			return err
		}
		tx.Append(good.SourceDeclared, stale, store.NamedValue{Name: "source", Value: sources[source]})
		for _, id := range stale {
			g, err := tx.Good(ctx, id)
			if err != nil {
				return err
			}
			if err := restate(ctx, tx, g, sources); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

func alike(a, b good.Good) (bool, error) {
	x, err := json.Marshal(a)
	if err != nil {
		return false, err
	}
	y, err := json.Marshal(b)
	return string(x) == string(y), err
}
