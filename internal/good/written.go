package good

import (
	"context"
	"sync/atomic"
)

// Written remembers how far the journal reached when the newest write on
// somebody's behalf was committed, so that whoever answers them can say where
// it is found. It may be used by several goroutines.
type Written struct{ past atomic.Int64 } // one after the position, 0 for none

type writtenKey struct{}

// WithWritten returns a context within which writes are remembered.
func WithWritten(ctx context.Context) (context.Context, *Written) {
	w := &Written{}
	return context.WithValue(ctx, writtenKey{}, w), w
}

// Wrote remembers, where somebody asked for that, a write whose last entry
// stands at position.
func Wrote(ctx context.Context, position int64) {
	w, ok := ctx.Value(writtenKey{}).(*Written)
	if !ok {
		return
	}
	for have := w.past.Load(); position+1 > have && !w.past.CompareAndSwap(have, position+1); have = w.past.Load() {
	}
}

// Position is where the last entry of the newest write stands, and whether
// anything was written.
func (w *Written) Position() (int64, bool) {
	past := w.past.Load()
	return past - 1, past > 0
}
