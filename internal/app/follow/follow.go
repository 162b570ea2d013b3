// Package follow keeps the catalogue's snapshot up with the journal: it opens
// or builds it at start, applies what changed since its position, whoever
// wrote it, and merges its parts beside the readers.
package follow

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
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
	LogRoot(ctx context.Context, size int64) ([32]byte, error)
	Entries(ctx context.Context, from int64, limit int) ([]good.Entry, error)
	Goods(ctx context.Context, ids []good.ID) (map[good.ID]*good.Good, error)
	EachGood(ctx context.Context) iter.Seq2[*good.Good, error]
}

// slice is how many entries are applied at a time.
const slice = 1000

// Follower keeps Live up with Store.
type Follower struct {
	Store  Store
	Live   *catalog.Live
	Log    *slog.Logger
	Folder *catalog.Folder  // where segments are kept; nil keeps them in memory
	Now    func() time.Time // for Run and Tend
	// Primary is asked by Reach; nil where one node has its database alone.
	Primary Primary

	mu   sync.Mutex // of who changes Live
	want catalog.Want
	anew string // why the catalogue must be built anew; "" if it need not

	// Of who tends the catalogue, one at a time.
	mark  catalog.Mark // what the journal was last seen to be
	kept  int64        // the position up to which files have everything
	since time.Time    // when that was
	rest  time.Time    // nothing is tried until then: it failed
}

// Start opens the kept catalogue or, where there is none that can be used,
// builds it of everything there is. What is written meanwhile is applied by
// the next CatchUp.
func (f *Follower) Start(ctx context.Context) error {
	f.mark.Position = unknown
	f.mu.Lock()
	opened, err := f.open(ctx)
	f.mu.Unlock()
	if err != nil {
		return err
	}
	if opened {
		return f.CatchUp(ctx)
	}
	return f.build(ctx, ctx.Err)
}

// open opens what the folder holds, if it can be used.
func (f *Follower) open(ctx context.Context) (bool, error) {
	if f.Folder == nil {
		return false, nil
	}
	s, err := f.Folder.Open(func(m catalog.Mark) (bool, error) { return f.same(ctx, m) })
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case errors.Is(err, catalog.ErrOtherWords):
		f.anew = err.Error()
	case errors.Is(err, catalog.ErrUnusable):
		f.Log.Warn("build the catalogue anew", "why", err)
		return false, nil
	case err != nil:
		return false, fmt.Errorf("open the catalogue: %w", err)
	}
	behind, err := f.head(ctx)
	if err != nil {
		return false, fmt.Errorf("open the catalogue: %w", err)
	}
	if behind -= s.Position(); behind > farBehind+int64(s.Len()) {
		f.Log.Info("build the catalogue anew", "why", "the journal is far ahead", "entries", behind)
		return false, nil
	}
	f.kept = s.Position()
	f.shown(f.kept)
	f.Live.Store(s)
	return true, nil
}

// unknown is the position of no mark.
const unknown = -2

// farBehind is how many entries, and one more for each good, a kept catalogue
// may be behind the journal: to build it anew is quicker then.
const farBehind = 20_000

// head is the journal's last position, whatever a replica has.
func (f *Follower) head(ctx context.Context) (int64, error) {
	if f.Primary != nil {
		return f.Primary.Head(ctx)
	}
	return f.Store.Position(ctx)
}

// same says whether the log had that root at that position.
func (f *Follower) same(ctx context.Context, m catalog.Mark) (bool, error) {
	head, err := f.head(ctx)
	if err != nil || m.Position > head {
		return false, err
	}
	f.shown(m.Position) // a replica may not have it yet
	root, err := f.Store.LogRoot(ctx, m.Position+1)
	return root == m.Root, err
}

// build builds the catalogue of everything there is, while the one before
// serves, and puts it in its place.
func (f *Follower) build(ctx context.Context, breathe func() error) error {
	position, err := f.Store.Position(ctx) // before reading: later changes are applied twice at worst
	if err != nil {
		return fmt.Errorf("follow the journal: %w", err)
	}
	f.shown(position)
	s, err := f.buildAt(ctx, position, breathe)
	if err != nil {
		return fmt.Errorf("build the catalogue: %w", err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.anew, f.kept, f.mark.Position = "", position, unknown
	f.Live.Store(s)
	return f.catchUp(ctx)
}

// buildAt builds in the folder, or in memory where it cannot be written.
func (f *Follower) buildAt(ctx context.Context, position int64, breathe func() error) (*catalog.Snapshot, error) {
	if f.Folder != nil {
		root, err := f.Store.LogRoot(ctx, position+1)
		if err != nil {
			return nil, err
		}
		s, err := f.Folder.Build(f.Store.EachGood(ctx), catalog.Mark{Position: position, Root: root}, breathe)
		var unwritable *fs.PathError
		if !errors.As(err, &unwritable) {
			return s, err
		}
		f.Log.Error("the catalogue stays in memory", "err", err)
	}
	return catalog.Build(f.Store.EachGood(ctx), position)
}

// CatchUp applies every entry committed before the call and not yet seen. A
// writer calls it before it answers, so that people find what they just wrote.
func (f *Follower) CatchUp(ctx context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.catchUp(ctx)
}

func (f *Follower) catchUp(ctx context.Context) error {
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
		f.shown(next.Position())
		f.Live.Store(next)
	}
}

func (f *Follower) apply(ctx context.Context, s *catalog.Snapshot, entries []good.Entry) (*catalog.Snapshot, error) {
	var ids []good.ID
	for _, e := range entries {
		ids = append(ids, e.Subjects...)
		if e.Verb == good.ValueErased {
			f.want = catalog.Rewritten // what was erased must be in no file
		}
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
