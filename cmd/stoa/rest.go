package main

import (
	"context"
	"log/slog"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

const (
	restEvery = 5 * time.Second
	// quietBytes is what a program that only waits may allocate meanwhile.
	quietBytes = 2 << 20
	// busyBytes is what has to have been allocated for giving back to be worth
	// a collection.
	busyBytes = 16 << 20
)

// rest gives back what the start and busy times needed, once they are over: a
// small server has other things to do with its memory, and the runtime alone
// keeps for minutes what it once had. So does the database, by way of more.
func rest(ctx context.Context, log *slog.Logger, more func(context.Context) error) {
	tick := time.NewTicker(restEvery)
	defer tick.Stop()
	for seen, given := uint64(0), uint64(0); ; {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		all := allocated()
		if all-seen < quietBytes && all-given > busyBytes {
			if err := more(ctx); err != nil {
				continue // somebody is busy after all
			}
			debug.FreeOSMemory()
			if err := unmap(); err != nil {
				log.Warn("idle", "err", err)
			}
			given = all
		}
		seen = all
	}
}

// allocated is how many bytes the program has allocated since its start.
func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
