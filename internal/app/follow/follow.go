// Package follow keeps the catalogue's snapshot up with the journal: it builds
// it once at start and applies what changed since its position, whoever wrote it.
package follow

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"log/slog"
	"slices"
	"sync"
	"time"

	"stoa/internal/catalog"
	"stoa/internal/good"
)

// Store is what a follower reads.
type Store interface {
	Position(ctx context.Context) (int64, error)
	Entries(ctx context.Context, from int64, limit int) ([]good.Entry, error)
	Goods(ctx context.Context, ids []good.ID) (map[good.ID]*good.Good, error)
	EachGood(ctx context.Context) iter.Seq2[*good.Good, error]
}

// slice is how many entries are applied at a time.
const slice = 1000

// Follower keeps Live up with Store.
type Follower struct {
	Store Store
	Live  *catalog.Live
	Log   *slog.Logger

	mu sync.Mutex
}

// Start builds the snapshot of everything there is. What is written meanwhile
// is applied by the next CatchUp.
func (f *Follower) Start(ctx context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	position, err := f.Store.Position(ctx) // before reading: later changes are applied twice at worst
	if err != nil {
		return fmt.Errorf("follow the journal: %w", err)
	}
	s, err := catalog.Build(f.Store.EachGood(ctx), position)
	if err != nil {
		return fmt.Errorf("build the catalogue: %w", err)
	}
	f.Live.Store(s)
	return nil
}

// CatchUp applies every entry committed before the call and not yet seen. A
// writer calls it before it answers, so that people find what they just wrote.
func (f *Follower) CatchUp(ctx context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for {
		s := f.Live.Load()
		entries, err := f.Store.Entries(ctx, s.Position()+1, slice)
		if err != nil {
			return fmt.Errorf("follow the journal: %w", err)
		}
		if len(entries) == 0 {
			return nil
		}
		next, err := f.apply(ctx, s, entries)
		if err != nil {
			return err
		}
		f.Live.Store(next)
	}
}

func (f *Follower) apply(ctx context.Context, s *catalog.Snapshot, entries []good.Entry) (*catalog.Snapshot, error) {
	var ids []good.ID
	for _, e := range entries {
		ids = append(ids, e.Subjects...)
	}
	slices.Sort(ids)
	goods, err := f.Store.Goods(ctx, slices.Compact(ids))
	if err != nil {
		return nil, fmt.Errorf("follow the journal: %w", err)
	}
	var changed []*good.Good
	var gone []good.ID
	for id, g := range goods {
		if g.Tombstone != nil {
			gone = append(gone, id)
		} else {
			changed = append(changed, g)
		}
	}
	slices.SortFunc(changed, func(a, b *good.Good) int { return cmp.Compare(a.ID, b.ID) })
	slices.Sort(gone)
	return s.Apply(changed, gone, entries[len(entries)-1].Position)
}

// Run catches up every interval until ctx ends, so that a node sees what other
// nodes and the command line wrote.
func (f *Follower) Run(ctx context.Context, interval time.Duration) {
	t := time.NewTicker(interval)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			if err := f.CatchUp(ctx); err != nil && ctx.Err() == nil {
				f.Log.Error("catch up with the journal", "err", err)
			}
		}
	}
}
