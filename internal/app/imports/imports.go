// Package imports brings in what other registries say of goods: it decides
// which good each candidate is about, keeps what is new, asks a person where a
// machine cannot know, and settles what a person decided.
package imports

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"time"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/harvest"
	"stoa/internal/store"
)

// App is the noun's verbs and views.
type App struct {
	DB  *store.DB
	Now func() time.Time // the day on which something undated was seen
	// CatchUp makes the snapshot show what was just committed; nil where no
	// snapshot is served.
	CatchUp func(context.Context) error
	Queue   Queue // nil where what is put off is done by whoever asked
}

// Options of an import.
type Options struct {
	Seen     good.Date      // the day the source was seen; "" to find it out
	DryRun   bool           // decide and report, write nothing
	Report   io.Writer      // where the report goes, or nil
	Progress func(done int) // called after every record, or nil
}

// sliceTime is how long one transaction takes records in; others wait behind
// it for the only writer of the embedded database.
const sliceTime = 20 * time.Millisecond

// sliceSize and sliceBytes are how much is read before a transaction begins.
const (
	sliceSize  = 64
	sliceBytes = 4 << 20
)

// Import takes in every candidate of in. Each is in or out, never half; what
// was committed before an error stands, and running it again goes on where it
// stopped.
func (a *App) Import(ctx context.Context, actor good.Actor, in *harvest.Input, o Options) (Totals, error) {
	if err := access.Can(actor, access.Import); err != nil {
		return Totals{}, err
	}
	if slices.ContainsFunc(in.Sources, func(s good.Source) bool { return s.ID == good.Here }) { // a connector tells them apart
		return Totals{}, &good.Error{Kind: good.Forbidden, Key: "error.import.sources"}
	}
	run := &run{app: a, actor: actor, in: in, o: o, rep: newReport(o.Report)}
	var err error
	if run.sources, err = a.DB.Sources(ctx); err != nil {
		return Totals{}, err
	}
	for _, s := range in.Sources {
		s.Fields = run.sources[s.ID].Fields
		run.sources[s.ID] = s
	}
	if o.DryRun {
		run.rehearsal = newRehearsal(a.DB)
	}
	err = run.all(ctx)
	if err == nil && in.Complete {
		err = run.complete(ctx)
	}
	if err == nil && a.CatchUp != nil && !o.DryRun {
		err = a.CatchUp(ctx)
	}
	return run.rep.totals, errors.Join(err, run.rep.close())
}

// filled names what is noted of the last Fill.
const filled = "built-in catalogue"

// Fill takes in what comes with the program. It notes which edition that was and
// does nothing where it has been taken in before, so that a start need not
// compare every record.
func (a *App) Fill(ctx context.Context, actor good.Actor, in *harvest.Input, edition int64) error {
	have, known, err := a.DB.Cursor(ctx, filled)
	if err != nil || known && have == edition {
		return err
	}
	if _, err := a.Import(ctx, actor, in, Options{}); err != nil {
		return err
	}
	_, err = a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		if !known {
			return tx.StartCursor(ctx, filled, edition)
		}
		return tx.MoveCursor(ctx, filled, have, edition)
	})
	if good.KindOf(err) == good.Conflict { // another node was faster
		return nil
	}
	return err
}

// run is one import under way.
type run struct {
	app       *App
	actor     good.Actor
	in        *harvest.Input
	o         Options
	rep       *report
	sources   map[string]good.Source // as the connector declares them, and all others
	rehearsal *rehearsal             // nil when it is meant
	declared  bool
}

// all takes in the candidates in slices.
func (r *run) all(ctx context.Context) error {
	next, stop := iter.Pull2(r.in.Each)
	defer stop()
	for {
		slice, more, err := pull(next)
		if werr := r.take(ctx, slice); werr != nil {
			return werr
		}
		if err != nil || !more {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}

// pull reads the next candidates and says whether there may be more.
func pull(next func() (harvest.Candidate, error, bool)) (slice []harvest.Candidate, more bool, err error) {
	for bytes := 0; len(slice) < sliceSize && bytes < sliceBytes; {
		c, err, ok := next()
		if err != nil || !ok {
			return slice, false, err
		}
		slice = append(slice, c)
		bytes += len(c.Raw)
	}
	return slice, true, nil
}

// take decides on candidates and saves what changes.
func (r *run) take(ctx context.Context, slice []harvest.Candidate) error {
	for len(slice) > 0 {
		done, err := r.slice(ctx, slice)
		if err != nil {
			return err
		}
		for i, d := range done {
			if err := r.rep.add(slice[i], d); err != nil {
				return err
			}
			if r.o.Progress != nil {
				r.o.Progress(r.rep.totals.Records)
			}
		}
		slice = slice[len(done):]
	}
	return nil
}

// slice decides on as many candidates as one transaction may take; those that
// change nothing need none.
func (r *run) slice(ctx context.Context, slice []harvest.Candidate) (done []decision, err error) {
	if r.rehearsal != nil {
		for _, c := range slice {
			d, err := r.decide(ctx, r.rehearsal, c)
			if err != nil {
				return nil, err
			}
			r.rehearsal.remember(d)
			done = append(done, d)
		}
		return done, nil
	}
	for _, c := range slice {
		d, err := r.decide(ctx, r.app.DB, c)
		if err != nil {
			return nil, err
		}
		if !d.unchanged() {
			break
		}
		done = append(done, d)
	}
	if len(done) > 0 {
		return done, nil
	}
	_, err = r.app.DB.Do(ctx, r.actor, func(ctx context.Context, tx *store.Tx) (err error) {
		done, err = r.within(ctx, tx, slice) // a transaction may run twice
		return err
	})
	if err != nil {
		return nil, err
	}
	if r.app.DB.Contended() {
		return done, giveWay(ctx)
	}
	return done, nil
}

// within decides on, and saves, as many candidates as a transaction has time for.
func (r *run) within(ctx context.Context, tx *store.Tx, slice []harvest.Candidate) (done []decision, err error) {
	if err := r.declare(ctx, tx); err != nil {
		return nil, err
	}
	begun := r.app.Now()
	for _, c := range slice {
		d, err := r.decide(ctx, tx, c)
		if err != nil {
			return nil, err
		}
		if err := d.save(ctx, tx, c); err != nil {
			return nil, fmt.Errorf("save %s/%s: %w", c.Source, c.ForeignID, err)
		}
		if done = append(done, d); r.app.Now().Sub(begun) > sliceTime {
			break
		}
	}
	return done, nil
}

// giveWay lets those write who wait: people do.
func giveWay(ctx context.Context) error {
	select {
	case <-time.After(4 * sliceTime):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// declare makes sure the sources are known as the connector describes them.
func (r *run) declare(ctx context.Context, tx *store.Tx) error {
	if r.declared {
		return nil
	}
	have, err := tx.Sources(ctx)
	if err != nil {
		return err
	}
	for _, s := range r.in.Sources {
		s.AsOf = max(s.AsOf, have[s.ID].AsOf) // a dump knows it, a connector learns it at its end
		s.Fields = have[s.ID].Fields          // people set them here
		if s.Same(have[s.ID]) {
			continue
		}
		if err := tx.PutSource(ctx, s); err != nil {
			return err
		}
		tx.Append(good.SourceDeclared, nil, store.NamedValue{Name: "source", Value: s})
	}
	return nil
}

// today is the day of the app's clock.
func (a *App) today() good.Date { return good.Date(a.Now().UTC().Format(time.DateOnly)) }

// seen is the day on which a candidate's source said so: what the record
// itself says, what the caller says, what the file says, or today, but never
// later than the source could speak.
func (r *run) seen(c harvest.Candidate) good.Date {
	day := cmp.Or(c.Seen, r.o.Seen, r.in.AsOf, r.app.today())
	if r.in.Frozen != "" && r.o.Seen == "" {
		day = min(day, r.in.Frozen)
	}
	return day
}

// restate makes g anew of its records and writes it.
func restate(ctx context.Context, tx *store.Tx, g *good.Good, sources map[string]good.Source) error {
	if err := tx.Restate(ctx, g, sources); err != nil {
		return err
	}
	return tx.PutGood(ctx, g)
}
