package follow

import (
	"context"
	"time"
)

// Primary is what a follower asks where other nodes write, or a replica is
// read.
type Primary interface {
	Head(ctx context.Context) (int64, error)
	// Shown says that from now on nothing older than position may be read.
	Shown(position int64)
}

// How long a node waits for an entry that its asker has seen elsewhere: that
// long for its replica, and that long in all.
const (
	patience     = 300 * time.Millisecond
	longPatience = 2 * time.Second
	pace         = 20 * time.Millisecond
)

// shown is said before anybody sees a snapshot.
func (f *Follower) shown(position int64) {
	if f.Primary != nil {
		f.Primary.Shown(position)
	}
}

// Reach makes the snapshot show an entry that the asker has seen, on another
// node perhaps, and returns whether it does. It waits for a replica first and
// then reads the primary; two seconds are the end of it. A position that the
// journal does not have yet is not waited for.
func (f *Follower) Reach(ctx context.Context, position int64) bool {
	shows := func() bool { return f.Live.Load().Position() >= position }
	if shows() {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, longPatience)
	defer cancel()
	if head, err := f.Primary.Head(ctx); err != nil || head < position {
		return false
	}
	primary := time.AfterFunc(patience, func() { f.Primary.Shown(position) }) // from then on nothing older is read
	defer primary.Stop()
	for ctx.Err() == nil {
		if err := f.CatchUp(ctx); err != nil {
			f.Log.WarnContext(ctx, "catch up with the journal", "err", err)
		}
		if shows() {
			return true
		}
		select {
		case <-ctx.Done():
		case <-time.After(pace):
		}
	}
	return shows()
}
