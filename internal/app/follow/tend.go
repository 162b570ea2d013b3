package follow

import (
	"context"
	"fmt"
	"time"

	"stoa/internal/catalog"
)

// Merging and building go on in slices beside the readers: so long at a time,
// then a rest.
const (
	workFor = 4 * time.Millisecond
	restFor = 2 * time.Millisecond
)

// keepEvery is how long changes stay in memory at most before they are kept in
// a file; until then a start reads them in the journal.
const keepEvery = 10 * time.Minute

// breath makes the pause between slices; it ends with ctx.
func (f *Follower) breath(ctx context.Context) func() error {
	began := f.Now()
	return func() error {
		if f.Now().Sub(began) > workFor {
			time.Sleep(restFor)
			began = f.Now()
		}
		return ctx.Err()
	}
}

// Run catches up every interval until ctx ends, so that a node sees what other
// nodes and the command line wrote, and merges the catalogue's parts meanwhile.
// What is not yet in a file then is kept before it returns.
func (f *Follower) Run(ctx context.Context, interval time.Duration) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f.every(ctx, interval, "look after the catalogue", f.Tend)
	}()
	f.every(ctx, interval, "catch up with the journal", f.CatchUp)
	<-done
	if _, err := f.merge(context.WithoutCancel(ctx), catalog.Flushed); err != nil {
		f.Log.Error("keep the catalogue", "err", err)
	}
}

func (f *Follower) every(ctx context.Context, interval time.Duration, what string, do func(context.Context) error) {
	t := time.NewTicker(interval)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			if err := do(ctx); err != nil && ctx.Err() == nil {
				f.Log.Error(what, "err", err)
			}
		}
	}
}

// Tend does what is due beside the readers: it builds the catalogue anew where
// it does not fit the journal or the program any more, and merges its parts.
// One call at a time.
func (f *Follower) Tend(ctx context.Context) error {
	if f.Now().Before(f.rest) {
		return nil
	}
	err := f.tend(ctx)
	if err != nil {
		f.rest = f.Now().Add(restAfterFailure)
	}
	return err
}

// restAfterFailure is how long nothing is tried again: a full disk does not
// become empty at once.
const restAfterFailure = time.Minute

func (f *Follower) tend(ctx context.Context) error {
	why, err := f.misfit(ctx)
	if err != nil {
		return err
	}
	if why != "" {
		f.Log.Warn("build the catalogue anew, while the old one serves", "why", why)
		return f.build(ctx, f.breath(ctx))
	}
	want := catalog.Usual
	if f.since.IsZero() {
		f.since = f.Now()
	}
	if f.Now().Sub(f.since) > keepEvery {
		want, f.since = catalog.Flushed, f.Now()
	}
	for more := true; more && err == nil; want = catalog.Usual {
		more, err = f.merge(ctx, want)
	}
	return err
}

// misfit says why the catalogue must be built anew, if it must: it was cut into
// words by another program, or the journal is not the one it was made of (a
// database can be restored under a running server).
func (f *Follower) misfit(ctx context.Context) (string, error) {
	f.mu.Lock()
	why := f.anew
	position := f.Live.Load().Position()
	f.mu.Unlock()
	if why != "" {
		return why, nil
	}
	head, err := f.head(ctx)
	if err != nil {
		return "", fmt.Errorf("follow the journal: %w", err)
	}
	if position > head {
		return fmt.Sprintf("the journal ends at %d, the catalogue is of %d", head, position), nil
	}
	if f.mark.Position != unknown {
		if same, err := f.same(ctx, f.mark); err != nil || !same {
			return "the journal is another", err
		}
	}
	if f.mark.Position != position {
		f.mark.Position = position
		f.mark.Root, err = f.Store.LogRoot(ctx, position+1)
	}
	return "", err
}

// merge does the next merge that is due and says whether there was one.
func (f *Follower) merge(ctx context.Context, want catalog.Want) (bool, error) {
	f.mu.Lock()
	if f.want == catalog.Rewritten {
		want, f.want = catalog.Rewritten, catalog.Usual
	}
	s := f.Live.Load()
	m := s.Due(f.Folder != nil, want)
	f.mu.Unlock()
	if m == nil {
		return false, f.keep(ctx, s, want)
	}
	var root [32]byte
	var err error
	if m.InFile() {
		root, err = f.Store.LogRoot(ctx, s.Position()+1)
	}
	if err == nil {
		err = m.Run(f.Folder, root, f.breath(ctx))
	}
	f.mu.Lock()
	if err != nil {
		m.Drop()
		if want == catalog.Rewritten {
			f.want = want
		}
	} else {
		f.Live.Store(f.Live.Load().Join(m))
	}
	f.mu.Unlock()
	if err == nil && m.InFile() {
		f.kept = s.Position()
		err = f.Folder.Keep(s.Join(m), root)
	}
	if err != nil {
		err = fmt.Errorf("merge the catalogue: %w", err)
	}
	return true, err
}

// keep notes in the folder that what is in files holds up to a later position.
func (f *Follower) keep(ctx context.Context, s *catalog.Snapshot, want catalog.Want) error {
	if f.Folder == nil || want == catalog.Usual || s.Position() == f.kept {
		return nil
	}
	root, err := f.Store.LogRoot(ctx, s.Position()+1)
	if err != nil {
		return fmt.Errorf("keep the catalogue: %w", err)
	}
	f.kept = s.Position()
	return f.Folder.Keep(s, root)
}
