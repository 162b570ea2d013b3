package runs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"stoa/internal/good"
	"stoa/internal/store"
)

// missing ends a reading that came to its end. Of a listing that was whole, what
// it lacks is gone there; one that changed while it was read, has less than it
// says, or lacks half of what it had, is no proof of anything.
func (r *reading) missing(ctx context.Context) (good.Run, error) {
	if !r.now.Listing {
		return r.finish(ctx, good.RunWhole, nil, r.now.Run.Began)
	}
	missed, known, err := r.DB.Primary().CountMissed(ctx, r.Source, r.now.Pass)
	if err != nil {
		return r.now.Run, err
	}
	missed, known = missed+r.now.Run.Gone, known+r.now.Run.Gone // some of which may have been noted before a kill
	why := ""
	args := map[string]any{"Missing": fmt.Sprint(missed), "Known": fmt.Sprint(known), "Total": fmt.Sprint(r.now.Run.Total), "Seen": fmt.Sprint(r.now.Seen)}
	switch {
	case missed == 0:
	case r.now.Shifted:
		why = "harvest.why.shifted"
	case r.now.Seen+r.now.Run.Faulty < r.now.Run.Total:
		why = "harvest.why.total"
	case missed > halfGone && missed*2 > known:
		why = "harvest.why.half"
	}
	if why != "" {
		return r.finish(ctx, good.RunWhole, &good.Error{Key: why, Args: args}, r.now.Run.Began)
	}
	for after := ""; ; {
		list, err := r.DB.Primary().Missed(ctx, r.Source, r.now.Pass, after, 500)
		if err != nil {
			return r.now.Run, err
		}
		if len(list) == 0 {
			return r.finish(ctx, good.RunWhole, nil, r.now.Run.Began)
		}
		s := &sorted{had: map[string]store.Seen{}}
		for _, m := range list {
			s.had[m.ID], s.gone, after = m, append(s.gone, m.ID), m.ID
		}
		if err := r.Import.Lapse(ctx, r.actor, r.Source, s.gone, good.Date(r.Now().UTC().Format(time.DateOnly)), r.commit(s.lapsed)); err != nil {
			return r.now.Run, err
		}
	}
}

// end ends a run that cannot go on.
func (r *reading) end(ctx context.Context, err error) (good.Run, error) {
	var known *good.Error
	if !errors.As(err, &known) || known.Kind == good.Internal {
		return r.now.Run, err
	}
	end := good.RunFailed
	if r.now.Run.Pages > 0 {
		end = good.RunPartial
	}
	return r.finish(ctx, end, known, time.Time{})
}

// finish writes the report. since is when a reading began that came to its end,
// zero for one that did not.
func (r *reading) finish(ctx context.Context, end good.RunEnd, why *good.Error, since time.Time) (good.Run, error) {
	p := r.now
	p.Run.End = end
	retry := time.Duration(0)
	if why != nil {
		p.Run.Why, p.Run.Args, retry = why.Key, map[string]string{}, why.Retry
		for k, v := range why.Args {
			p.Run.Args[k] = short(fmt.Sprint(v))
		}
	}
	switch {
	case since.IsZero():
		p.Failed++
	case end == good.RunUnchanged:
		p.Failed = 0
	default:
		p.Failed, p.Whole = 0, p.State
		p.Whole.Cursor, p.Whole.Since = "", since
	}
	_, err := r.DB.Do(ctx, r.actor, func(ctx context.Context, tx *store.Tx) error {
		p.Run.Ended = tx.Now()
		tx.Append(good.SourceHarvested, nil, store.NamedValue{Name: "run", Value: p.Run})
		if err := errors.Join(tx.PutRun(ctx, p.Run), tx.ForgetFaults(ctx, r.Source, p.Run.N-keptReports), r.put(ctx, tx, p)); err != nil {
			return err
		}
		return tx.LeaveHarvest(ctx, r.Source, r.Holder, r.next(p, retry))
	})
	if err != nil {
		return r.now.Run, err
	}
	r.now = p
	if r.CatchUp != nil {
		err = r.CatchUp(ctx)
	}
	return p.Run, err
}

// next is when the source is to be read next: what failed sooner, what failed
// often later.
func (r *reading) next(p progress, retry time.Duration) time.Time {
	every := time.Duration(r.harvest.Hours) * time.Hour
	if every == 0 {
		return time.Time{}
	}
	if p.Failed == 0 {
		return later(p.Run.Began.Add(every), p.Run.Ended)
	}
	wait := min(time.Hour<<min(p.Failed-1, 6), cmp.Or(every, 24*time.Hour))
	return p.Run.Ended.Add(max(wait, retry))
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
