package watching

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"stoa/internal/access"
	"stoa/internal/finding"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/watch"
)

// Sign is a sign as everybody may read it.
type Sign = watch.Sign

// Counts are how many goods are watched, and where they are.
type Counts = store.WatchCounts

// Seen is what the watch publicly says of a good.
type Seen struct {
	Watched bool      `json:"watched"`         // what is recognised is looked at again
	Looked  time.Time `json:"looked,omitzero"` // when it was last, as the journal says
	Signs   []Sign    `json:"signs,omitempty"` // the newest first
}

// Standing are the signs that stand still.
func (s Seen) Standing() []Sign {
	return slices.DeleteFunc(slices.Clone(s.Signs), func(s Sign) bool { return !s.Open() })
}

// Of is what the watch publicly says of a good.
func (a *App) Of(ctx context.Context, id good.ID) (Seen, error) {
	g, err := a.DB.Good(ctx, id)
	if err != nil {
		return Seen{}, err
	}
	w, err := a.DB.Watched(ctx, id)
	if err != nil {
		return Seen{}, err
	}
	out := Seen{Watched: listed(g)}
	if w != nil {
		out.Looked = w.Told
	}
	list, err := a.DB.SignsOf(ctx, id)
	for _, s := range list {
		out.Signs = append(out.Signs, s.Sign)
	}
	return out, err
}

// ByName is Of for whoever knows a good by slug or id.
func (a *App) ByName(ctx context.Context, slugOrID string) (*good.Good, Seen, error) {
	g, err := a.find(ctx, slugOrID)
	if err != nil {
		return nil, Seen{}, err
	}
	out, err := a.Of(ctx, g.ID)
	return g, out, err
}

// Mine says whether somebody may explain signs of a good.
func (a *App) Mine(ctx context.Context, who access.Who, id good.ID) (bool, error) {
	if who.Person == "" {
		return false, nil
	}
	owners, err := a.owners(ctx, id)
	return slices.Contains(owners, who.Person), err
}

// Row is how the watch of one good gets on.
type Row struct {
	Good    good.ID       `json:"good"`
	Slug    string        `json:"slug"`
	Name    string        `json:"name"`
	Host    string        `json:"host,omitempty"`
	Due     time.Time     `json:"due,omitzero"`
	Whole   time.Time     `json:"whole,omitzero"` // when all of it is due
	Began   time.Time     `json:"began,omitzero"`
	Looked  time.Time     `json:"looked,omitzero"`
	Read    time.Time     `json:"read,omitzero"`
	Failed  time.Time     `json:"failed,omitzero"`
	Failure *finding.Text `json:"failure,omitempty"`
	Doubts  int           `json:"doubts,omitempty"` // seen, but not often enough to count
}

// Standing is a sign that stands, with the good it is about.
type Standing struct {
	Sign
	Slug    string    `json:"slug"`
	Name    string    `json:"name"`
	Written time.Time `json:"written,omitzero"` // when its owners were written to last
}

// Board is how the watch gets on.
type Board struct {
	Counts  Counts     `json:"counts"`
	Off     bool       `json:"off"` // by the settings
	Signs   []Standing `json:"signs"`
	Running []Row      `json:"running"`
	Next    []Row      `json:"next"`
	Last    []Row      `json:"last"`
	Failed  []Row      `json:"failed"`
}

// Lengths of the board's lists.
const (
	signsShown = 200
	rowsShown  = 20
)

// Board shows how the watch gets on, to those who see to it.
func (a *App) Board(ctx context.Context, who access.Who) (*Board, error) {
	if _, err := access.As(who, access.SeeWatch, access.Thing{}); err != nil {
		return nil, err
	}
	settings, err := a.DB.Settings(ctx)
	if err != nil {
		return nil, err
	}
	out := &Board{Off: settings.Settings.Watch == 0}
	if out.Counts, err = a.DB.CountWatched(ctx, a.Now()); err != nil {
		return nil, err
	}
	signs, err := a.DB.OpenSigns(ctx, signsShown)
	if err != nil {
		return nil, err
	}
	lists := []struct {
		to   *[]Row
		read func(context.Context, int) ([]store.Watched, error)
		rows []store.Watched
	}{{&out.Running, a.DB.Watching, nil}, {&out.Next, a.DB.NextWatched, nil}, {&out.Last, a.DB.LastWatched, nil}, {&out.Failed, a.DB.FailedWatched, nil}}
	var ids []good.ID
	for i := range lists {
		if lists[i].rows, err = lists[i].read(ctx, rowsShown); err != nil {
			return nil, err
		}
		for _, w := range lists[i].rows {
			ids = append(ids, w.Good)
		}
	}
	for _, s := range signs {
		ids = append(ids, s.Good)
	}
	slices.Sort(ids)
	goods, err := a.DB.Goods(ctx, slices.Compact(ids))
	if err != nil {
		return nil, err
	}
	for _, l := range lists {
		for _, w := range l.rows {
			row, err := rowOf(w, goods[w.Good])
			if err != nil {
				return nil, err
			}
			*l.to = append(*l.to, row)
		}
	}
	for _, s := range signs {
		out.Signs = append(out.Signs, standingOf(s, goods[s.Good]))
	}
	return out, nil
}

func rowOf(w store.Watched, g *good.Good) (Row, error) {
	row := Row{Good: w.Good, Host: w.Host, Due: w.Due, Whole: w.Whole, Began: w.Began, Looked: w.Looked, Read: w.Read, Failed: w.Failed, Doubts: len(w.Memory.Doubts)}
	if g != nil {
		row.Slug, row.Name = g.Slug, g.Name
	}
	if len(w.Failure) > 0 {
		if err := json.Unmarshal(w.Failure, &row.Failure); err != nil {
			return row, err
		}
	}
	return row, nil
}

func standingOf(s store.Sign, g *good.Good) Standing {
	out := Standing{Sign: s.Sign, Written: s.Written}
	if g != nil {
		out.Slug, out.Name = g.Slug, g.Name
	}
	return out
}

// Case shows one sign, with the good it is about, to those who see to the watch.
func (a *App) Case(ctx context.Context, who access.Who, id good.ID) (Standing, *good.Good, error) {
	if _, err := access.As(who, access.SeeWatch, access.Thing{}); err != nil {
		return Standing{}, nil, err
	}
	s, err := a.DB.Primary().Sign(ctx, id)
	if err != nil {
		return Standing{}, nil, err
	}
	g, err := a.DB.Good(ctx, s.Good)
	if err != nil {
		return Standing{}, nil, err
	}
	return standingOf(*s, g), g, nil
}

// Row shows how the watch of one good gets on, to those who see to it; nil
// where it is not watched.
func (a *App) Row(ctx context.Context, who access.Who, slugOrID string) (*Row, error) {
	if _, err := access.As(who, access.SeeWatch, access.Thing{}); err != nil {
		return nil, err
	}
	g, err := a.find(ctx, slugOrID)
	if err != nil {
		return nil, err
	}
	w, err := a.DB.Primary().Watched(ctx, g.ID)
	if err != nil || w == nil {
		return nil, err
	}
	row, err := rowOf(*w, g)
	return &row, err
}
