package jobs

import (
	"context"
	"fmt"
	"slices"
	"time"

	"stoa/internal/good"
	"stoa/internal/store"
)

// Reader does something because of entries of the journal, each once: what it
// writes and how far it has come are one transaction.
type Reader struct {
	Name string // of its cursor; never changed
	// Begin does what there is to do about what was written before it first ran.
	// What is written meanwhile is read after it. It may run again; it may be nil:
	// that is history, of which nobody needs to hear.
	Begin func(ctx context.Context) error
	// Prepare is called before each slice of the journal; it may be nil.
	Prepare func(ctx context.Context) error
	// Wants says which verbs it cares for.
	Wants func(good.Verb) bool
	// Read says what to write because of an entry, or nil for nothing. It runs
	// outside of any transaction, and may run again.
	Read func(ctx context.Context, e good.Entry) (func(ctx context.Context, tx *store.Tx) error, error)
}

const (
	// readEvery is how often a reader looks for entries.
	readEvery = time.Second
	// readSlice is how many entries it looks through at a time.
	readSlice = 500
	// writeSlice is how many entries one transaction answers, at most.
	writeSlice = 10
	// patience is how often an entry is tried that cannot be read, before the
	// others go on without it.
	patience = 5
)

// follow reads until ctx ends.
func (r *Runner) follow(ctx context.Context, reader Reader) {
	t := time.NewTicker(readEvery)
	defer t.Stop()
	l := &lectern{Runner: r, Reader: reader}
	for {
		if err := l.catchUp(ctx); err != nil && ctx.Err() == nil && good.KindOf(err) != good.Conflict {
			r.cfg.Log.Error("read the journal", "reader", reader.Name, "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

// lectern is a reader at work.
type lectern struct {
	*Runner
	Reader
	at       int64 // the last position it has done
	begun    bool
	stuck    int64 // the position that could not be read
	attempts int   // at it
}

// catchUp does everything there is to do.
func (l *lectern) catchUp(ctx context.Context) error {
	position, err := l.cfg.DB.Primary().Position(ctx)
	if err != nil {
		return err
	}
	if !l.begun {
		if err := l.begin(ctx, position); err != nil {
			return err
		}
	}
	defer func() { l.note(position - l.at) }()
	for l.at < position {
		heads, err := l.cfg.DB.Primary().Heads(ctx, l.at+1, readSlice)
		if err != nil || len(heads) == 0 {
			return err
		}
		if l.Prepare != nil {
			if err := l.Prepare(ctx); err != nil {
				return err
			}
		}
		if err := l.slice(ctx, heads); err != nil {
			l.begun = false // another node may be faster
			return err
		}
	}
	return nil
}

// begin finds where it stopped.
func (l *lectern) begin(ctx context.Context, position int64) error {
	at, known, err := l.cfg.DB.Primary().Cursor(ctx, l.Name)
	if err != nil {
		return err
	}
	if !known {
		if l.Begin != nil {
			if err := l.Begin(ctx); err != nil {
				return err
			}
		}
		if err := l.do(ctx, func(ctx context.Context, tx *store.Tx) error { return tx.StartCursor(ctx, l.Name, position) }); err != nil {
			return err
		}
		if at, _, err = l.cfg.DB.Primary().Cursor(ctx, l.Name); err != nil {
			return err
		}
	}
	l.at, l.begun = at, true
	return nil
}

// slice answers entries, a few in each transaction.
func (l *lectern) slice(ctx context.Context, heads []good.Entry) error {
	last := heads[len(heads)-1].Position
	wanted := slices.DeleteFunc(slices.Clone(heads), func(e good.Entry) bool { return !l.Wants(e.Verb) })
	for len(wanted) > 0 {
		n := min(len(wanted), writeSlice)
		to := wanted[n-1].Position
		if n == len(wanted) {
			to = last
		}
		if err := l.answer(ctx, wanted[:n], to); err != nil {
			return err
		}
		wanted = wanted[n:]
	}
	if l.at < last {
		return l.move(ctx, nil, last)
	}
	return nil
}

func (l *lectern) answer(ctx context.Context, entries []good.Entry, to int64) error {
	var writes []func(context.Context, *store.Tx) error
	for _, head := range entries {
		write, err := l.one(ctx, head.Position)
		if err != nil {
			if l.stuck != head.Position {
				l.stuck, l.attempts = head.Position, 0
			}
			if l.attempts++; l.attempts < patience || ctx.Err() != nil {
				return fmt.Errorf("entry %d, %s: %w", head.Position, head.Verb, err)
			}
			l.cfg.Log.Error("an entry of the journal cannot be answered and is left out", "reader", l.Name, "position", head.Position, "verb", head.Verb, "err", err)
			l.count("reader "+l.Name, false)
			continue
		}
		if write != nil {
			writes = append(writes, write)
		}
	}
	return l.move(ctx, writes, to)
}

func (l *lectern) one(ctx context.Context, position int64) (func(context.Context, *store.Tx) error, error) {
	whole, err := l.cfg.DB.Primary().Entries(ctx, position, 1)
	if err != nil {
		return nil, err
	}
	return l.Read(ctx, whole[0])
}

// move writes, and moves the cursor, or neither.
func (l *lectern) move(ctx context.Context, writes []func(context.Context, *store.Tx) error, to int64) error {
	err := l.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, write := range writes {
			if err := write(ctx, tx); err != nil {
				return err
			}
		}
		return tx.MoveCursor(ctx, l.Name, l.at, to)
	})
	if err == nil {
		l.at = to
	}
	return err
}

func (l *lectern) note(behind int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.behind[l.Name] = behind
}

// Figures are what the operator watches.
type Figures struct {
	Open, Failed int64            // tasks
	Oldest       time.Duration    // age of the oldest open task
	Behind       map[string]int64 // entries that each reader has not read, by name
	Done, Erred  map[string]int64 // attempts of this process, by kind of task
}

// Figures reads them.
func (r *Runner) Figures(ctx context.Context) (Figures, error) {
	f := Figures{Behind: map[string]int64{}, Done: map[string]int64{}, Erred: map[string]int64{}}
	var oldest time.Time
	var err error
	if f.Open, f.Failed, oldest, err = r.cfg.DB.Primary().TaskFigures(ctx); err != nil {
		return f, err
	}
	if !oldest.IsZero() {
		f.Oldest = r.cfg.Now().Sub(oldest)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for name, n := range r.behind {
		f.Behind[name] = n
	}
	for o, n := range r.counts {
		if o.done {
			f.Done[o.kind] = n
		} else {
			f.Erred[o.kind] = n
		}
	}
	return f, nil
}
