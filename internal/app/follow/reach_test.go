package follow

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"stoa/internal/catalog"
	"stoa/internal/good"
)

// journal is a journal of which a replica has only a part.
type journal struct {
	mu                      sync.Mutex // of replica and shown, which move by themselves
	replica, primary, shown int64
	down                    error
}

// arrive brings the replica to where the primary is.
func (j *journal) arrive() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.replica = j.primary
}

func (j *journal) Head(context.Context) (int64, error) { return j.primary, j.down }

func (j *journal) Shown(position int64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.shown = max(j.shown, position)
}

func (j *journal) Position(context.Context) (int64, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.replica, j.down
}

func (j *journal) LogRoot(context.Context, int64) (root [32]byte, err error) { return root, j.down }

func (j *journal) Entries(_ context.Context, from int64, limit int) ([]good.Entry, error) {
	last := j.last()
	var out []good.Entry
	for p := from; p <= last && len(out) < limit; p++ {
		out = append(out, good.Entry{Position: p, Verb: good.RecordStated})
	}
	return out, j.down
}

// last is the last position that is to be read.
func (j *journal) last() int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.shown > j.replica {
		return j.primary
	}
	return j.replica
}

func (j *journal) Goods(context.Context, []good.ID) (map[good.ID]*good.Good, error) { return nil, nil }

func (j *journal) EachGood(context.Context) iter.Seq2[*good.Good, error] {
	return func(func(*good.Good, error) bool) {}
}

// TestHowLongANodeWaits runs in a time of its own: a node shows at once what it
// has, waits a moment for its replica, then asks the primary, and never waits
// for what nobody has written.
func TestHowLongANodeWaits(t *testing.T) {
	for name, c := range map[string]struct {
		replica, primary, ask int64
		arrives               time.Duration // when the replica has it all
		down                  error
		shows                 bool
		within                time.Duration
	}{
		"shown already":    {9, 9, 9, 0, nil, true, 0},
		"on the replica":   {12, 12, 12, 0, nil, true, 0},
		"soon on it":       {9, 12, 12, 100 * time.Millisecond, nil, true, 150 * time.Millisecond},
		"not on it":        {9, 12, 12, 0, nil, true, patience + 2*pace},
		"not written yet":  {9, 12, 13, 0, nil, false, 0},
		"a database away":  {9, 12, 12, 0, errors.New("away"), false, 0},
		"years from today": {9, 12, 1 << 60, 0, nil, false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				j := &journal{replica: 9, primary: 9}
				f := &Follower{Store: j, Primary: j, Live: &catalog.Live{}, Log: slog.New(slog.DiscardHandler)}
				if err := f.Start(t.Context()); err != nil {
					t.Fatal(err)
				}
				j.replica, j.primary, j.down = c.replica, c.primary, c.down
				if c.arrives > 0 {
					time.AfterFunc(c.arrives, j.arrive)
				}
				begun := time.Now()
				shows := f.Reach(t.Context(), c.ask)
				if took := time.Since(begun); shows != c.shows || took > c.within {
					t.Errorf("shows %v after %v", shows, took)
				}
				if shows && f.Live.Load().Position() < c.ask {
					t.Errorf("it says so at %d", f.Live.Load().Position())
				}
			})
		})
	}
}
