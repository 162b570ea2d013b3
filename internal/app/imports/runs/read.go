package runs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/imports"
	"stoa/internal/good"
	"stoa/internal/harvest/connect"
	"stoa/internal/store"
)

// reading is a source being read.
type reading struct {
	*App
	given
	now     progress       // as it is committed
	then    progress       // as it will be, once the transaction under way has committed
	step    int64          // of the committed one
	harvest good.Harvest   // how it is read
	source  good.Source    // whose records they are
	actor   good.Actor     // the program itself
	seen    func(good.Run) // nil where nobody looks
}

// read reads a source until the run ends, or until a moment unless it is zero.
// What is wrong with the source is in the report; an error is ours, or says
// that somebody else reads it.
func (a *App) read(ctx context.Context, g given, until time.Time, seen func(good.Run)) (good.Run, error) {
	r := &reading{App: a, given: g, actor: good.Actor{Role: access.Importer}, seen: seen}
	if err := r.load(ctx); err != nil {
		return good.Run{}, err
	}
	if !r.now.under() {
		r.begin()
	}
	c, err := connect.New(r.harvest.Kind, connect.Config{Source: r.source, Address: r.harvest.Address, Options: r.harvest.Options, Temp: a.Temp, Known: r.known},
		connect.NewClient(a.Client(), a.Hosts, r.manners()))
	if err != nil {
		return r.end(ctx, err)
	}
	run, err := r.pages(ctx, c, until)
	return run, errors.Join(err, connect.Close(c))
}

func (r *reading) load(ctx context.Context) error {
	db := r.DB.Primary()
	h, err := db.Harvest(ctx, r.Source)
	if err != nil {
		return err
	}
	if h.Paused {
		return &good.Error{Kind: good.Conflict, Key: "harvest.error.paused"}
	}
	if h.Holder != r.Holder {
		return &good.Error{Kind: good.Conflict, Key: "harvest.error.running"}
	}
	sources, err := db.Sources(ctx)
	if err != nil {
		return err
	}
	r.harvest, r.step, r.source = h.Harvest, h.Step, sources[r.Source]
	r.now, err = readProgress(h.Progress)
	return err
}

// begin begins a run: where the one before broke off, unless that could not
// read a page there either, or at the beginning.
func (r *reading) begin() {
	last, p := r.now.Run, &r.now
	goOn := last.End == good.RunPartial && last.Pages > 0 && !p.Read && !p.Circles
	p.Run = good.Run{Source: r.Source, N: last.N + 1, Began: r.Now().UTC().Truncate(time.Millisecond)}
	if !goOn {
		p.Pass, p.Page, p.Read, p.Listing, p.Shifted, p.Circles, p.Seen, p.Loop = p.Pass+1, 0, false, false, false, false, 0, loop{}
		p.State = p.Whole
		p.State.Cursor = ""
	}
}

// known are the marks of records as they were taken in last; one that was gone
// has to be read again.
func (r *reading) known(ctx context.Context, ids []string) (map[string]string, error) {
	had, err := r.DB.Primary().SeenOf(ctx, r.Source, ids)
	if err != nil {
		return nil, err
	}
	out := make(map[string]string, len(had))
	for id, s := range had {
		if !s.Gone {
			out[id] = s.Mark
		}
	}
	return out, nil
}

func (r *reading) manners() connect.Manners {
	m := r.Manners
	if r.harvest.Rate > 0 {
		m.Rate = float64(r.harvest.Rate) / 60
	}
	if u, err := url.Parse(r.harvest.Address); err == nil && r.harvest.Agreed {
		m.Agreed = u.Host
	}
	return m
}

// pages reads one page after the other.
func (r *reading) pages(ctx context.Context, c connect.Connector, until time.Time) (good.Run, error) {
	for !r.now.Read {
		if !until.IsZero() && r.Now().After(until) {
			return r.now.Run, r.leave(ctx, r.Now())
		}
		p, err := c.Page(ctx, r.now.State)
		if ctx.Err() != nil {
			return r.now.Run, ctx.Err()
		}
		if err == nil && p.Unchanged {
			return r.finish(ctx, good.RunUnchanged, nil, r.now.Run.Began)
		}
		if err == nil {
			err = r.checked(&p)
		}
		if err != nil {
			return r.end(ctx, err)
		}
		if err := r.take(ctx, p); err != nil {
			return r.now.Run, err
		}
		if r.seen != nil {
			r.seen(r.now.Run)
		}
		if err := r.endless(); err != nil {
			return r.end(ctx, err)
		}
	}
	return r.missing(ctx)
}

// endless says why a reading that has not come to its end never will.
func (r *reading) endless() error {
	most := cmp.Or(r.harvest.Most, MostRecords)
	switch {
	case r.now.Read:
	case r.now.Circles:
		return &good.Error{Kind: good.Invalid, Key: "harvest.error.circles", Args: map[string]any{"Address": r.harvest.Address}}
	case r.now.Run.Records()+r.now.Run.Faulty > most, r.now.Page > mostPages:
		return &good.Error{Kind: good.Invalid, Key: "harvest.error.many", Args: map[string]any{"Max": fmt.Sprint(most)}}
	}
	return nil
}

// checked says what is wrong with a page as a whole.
func (r *reading) checked(p *connect.Page) error {
	if len(p.Next.Cursor) > connect.MaxCursor || len(p.Next.Tags) > connect.MaxTags {
		return &good.Error{Kind: good.Invalid, Key: "harvest.error.cursor", Args: map[string]any{"Address": r.harvest.Address}}
	}
	if !p.Done && p.Next.Cursor == r.now.State.Cursor {
		r.now.Circles = true
		return &good.Error{Kind: good.Invalid, Key: "harvest.error.circles", Args: map[string]any{"Address": r.harvest.Address}}
	}
	return nil
}

// commit are the transactions of a step: change changes the progress as it was
// before each, and says what was seen of which records.
func (r *reading) commit(change func(next *progress, done []imports.Settled, left int) ([]store.Seen, []good.RunFault)) imports.Within {
	return imports.Within{
		Write: func(ctx context.Context, tx *store.Tx, done []imports.Settled, left int) error {
			r.then = r.now
			r.then.State.Tags = maps.Clone(r.now.State.Tags)
			had := min(r.now.Run.Faulty, keptFaults)
			seen, faults := change(&r.then, done, left)
			if err := errors.Join(tx.PutSeen(ctx, r.Source, seen), tx.PutFaults(ctx, r.Source, r.then.Run.N, had, faults[:min(len(faults), keptFaults-had)])); err != nil {
				return err
			}
			return r.put(ctx, tx, r.then)
		},
		Wrote: func() { r.now, r.step = r.then, r.step+1 },
	}
}

// put notes where the run stands.
func (r *reading) put(ctx context.Context, tx *store.Tx, p progress) error {
	return tx.StepHarvest(ctx, r.Source, r.Holder, r.step, encoded(p), tx.Now().Add(hold))
}

// leave lets somebody else go on.
func (r *reading) leave(ctx context.Context, due time.Time) error {
	_, err := r.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		return tx.LeaveHarvest(ctx, r.Source, r.Holder, due)
	})
	return err
}
