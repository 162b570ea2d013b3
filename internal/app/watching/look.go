package watching

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/assess"
	"stoa/internal/finding"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/watch"
)

// Do does the task of a look. It bears to be called again: a look whose result
// is kept is not taken twice.
func (a *App) Do(ctx context.Context, t good.Task) error {
	var id good.ID
	if err := json.Unmarshal(t.Args, &id); err != nil {
		return err
	}
	return a.look(ctx, id)
}

// look looks at a good at which a look was begun, and keeps what it saw.
func (a *App) look(ctx context.Context, id good.ID) error {
	db := a.DB.Primary()
	w, err := db.Watched(ctx, id)
	if err != nil || w == nil || w.Began.IsZero() {
		return err
	}
	g, err := db.Good(ctx, id)
	if err != nil {
		return err
	}
	settings, err := db.Settings(ctx)
	if err != nil {
		return err
	}
	s, now := settings.Settings, a.Now()
	if !listed(g) || s.Watch == 0 {
		return a.do(ctx, access.Clock, func(ctx context.Context, tx *store.Tx) error { return a.unwatch(ctx, tx, id) })
	}
	r := result{good: g, whole: !now.Before(w.Whole)}
	a.see(ctx, &r)
	if ctx.Err() != nil { // the process ends: it is taken up again
		return ctx.Err()
	}
	err = a.do(ctx, access.Clock, func(ctx context.Context, tx *store.Tx) error { return a.keep(ctx, tx, &r, s) })
	if err != nil {
		return err
	}
	if a.Found != nil && r.report != nil {
		if err := a.Found(ctx, id, r.report); err != nil {
			return err
		}
	}
	return a.catchUp(ctx)
}

// unwatch ends the watch over a good.
func (a *App) unwatch(ctx context.Context, tx *store.Tx, id good.ID) error {
	w, err := tx.Watched(ctx, id)
	if err != nil || w == nil {
		return err
	}
	w.Due, w.Began = time.Time{}, time.Time{}
	return tx.PutWatched(ctx, *w)
}

// result is what one look saw.
type result struct {
	good    *good.Good
	whole   bool // all of it was to be looked at
	read    bool // and was
	seen    []watch.Seen
	failure *finding.Text
	report  *finding.Report // of all of it, where it was read
}

// keep judges what was seen, and says what follows: all of it, or nothing.
func (a *App) keep(ctx context.Context, tx *store.Tx, r *result, s assess.Settings) error {
	id := r.good.ID
	if err := tx.Hold(ctx, string(id)); err != nil {
		return err
	}
	w, err := tx.Watched(ctx, id)
	if err != nil || w == nil || w.Began.IsZero() { // it is kept already
		return err
	}
	all, err := tx.SignsOf(ctx, id)
	if err != nil {
		return err
	}
	stand := map[good.ID]*store.Sign{}
	var open []watch.Sign
	for i := range all {
		if all[i].Open() {
			stand[all[i].ID] = &all[i]
			open = append(open, all[i].Sign)
		}
	}
	noticed, well := w.Memory.Judge(tx.Now(), s.WatchTries, r.seen, open)
	for _, n := range noticed {
		sign := &store.Sign{Sign: watch.Sign{ID: tx.NewID(), Good: id}}
		stand[sign.ID] = sign
		if err := tx.TellSign(ctx, sign, good.SignNoticed, store.NamedValue{Name: "kind", Value: n.Kind}, store.NamedValue{Name: "seen", Value: n}); err != nil {
			return err
		}
	}
	for _, one := range well {
		sign := stand[one.ID]
		delete(stand, one.ID)
		if err := tx.TellSign(ctx, sign, good.SignMended); err != nil {
			return err
		}
		if err := closeCase(ctx, tx, sign); err != nil {
			return err
		}
	}
	return a.plan(ctx, tx, w, r, s, len(stand) > 0)
}

// closeCase closes the case of a sign that ended, if it was one.
func closeCase(ctx context.Context, tx *store.Tx, s *store.Sign) error {
	c, err := tx.CaseFor(ctx, good.FromWatch, string(s.ID))
	if err != nil || c == nil || c.Settlement != "" {
		return err
	}
	c.Settled, c.Settlement = tx.Now(), strings.TrimSuffix(string(s.End)+": "+s.Reason, ": ")
	return tx.PutCase(ctx, *c)
}

// plan says when the good is looked at next.
func (a *App) plan(ctx context.Context, tx *store.Tx, w *store.Watched, r *result, s assess.Settings, signs bool) error {
	now := tx.Now()
	w.Began, w.Failed, w.Failure, w.Host = time.Time{}, time.Time{}, nil, host(r.good)
	if r.clear() {
		w.Looked = now
	}
	if r.failure != nil {
		doc, err := json.Marshal(r.failure)
		if err != nil {
			return err
		}
		w.Failed, w.Failure = now, doc
	}
	w.Due = watch.Next(w.Good, now, s.Watch)
	switch {
	case r.read:
		w.Read, w.Whole = now, watch.Next(w.Good, now, s.WatchWhole)
	case r.whole: // what could not be read is not fetched every day
		w.Whole = now.Add(standing)
	}
	sooner := func(by time.Duration) {
		if at := now.Add(by); at.Before(w.Due) {
			w.Due = at
		}
	}
	if w.Whole.Before(w.Due) {
		w.Due = w.Whole
	}
	if signs {
		sooner(standing)
	}
	if len(w.Memory.Doubts) > 0 || !r.clear() {
		sooner(soon)
	}
	return tx.PutWatched(ctx, *w)
}

// Again has a good looked at again now, all of it, for its owners and those who
// see to the watch; not more than once in a little while.
func (a *App) Again(ctx context.Context, who access.Who, slugOrID string) error {
	g, err := a.find(ctx, slugOrID)
	if err != nil {
		return err
	}
	actor, err := a.as(ctx, who, access.Watch, g.ID)
	if err != nil {
		return err
	}
	_, err = a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error { return a.again(ctx, tx, g) })
	return err
}

func (a *App) again(ctx context.Context, tx *store.Tx, g *good.Good) error {
	settings, err := tx.Settings(ctx)
	if err != nil {
		return err
	}
	if !listed(g) || settings.Settings.Watch == 0 {
		return &good.Error{Kind: good.Conflict, Key: "sign.error.unwatched", Args: map[string]any{"Name": g.Name}}
	}
	w, err := tx.Watched(ctx, g.ID)
	if err != nil {
		return err
	}
	if w == nil || w.Due.IsZero() {
		if err := a.enrol(ctx, tx, []*good.Good{g}, settings.Settings); err != nil {
			return err
		}
		if w, err = tx.Watched(ctx, g.ID); err != nil {
			return err
		}
	}
	last := w.Looked
	if w.Failed.After(last) {
		last = w.Failed
	}
	if !w.Began.IsZero() || tx.Now().Sub(last) < calm {
		return &good.Error{Kind: good.Limited, Key: "sign.error.soon", Args: map[string]any{"Name": g.Name, "Minutes": int(calm / time.Minute)}, Retry: calm}
	}
	w.Due, w.Whole = tx.Now(), tx.Now()
	if err := tx.PutWatched(ctx, *w); err != nil {
		return err
	}
	return a.put(ctx, tx, g.ID, tx.Now())
}

// RunDue looks at once, one after the other, at the goods that are named, or at
// those that are due, as far as most allows; it is what the command does.
func (a *App) RunDue(ctx context.Context, who access.Who, names []string, most int) ([]good.ID, error) {
	var ids []good.ID
	for _, name := range names {
		if err := a.Again(ctx, who, name); err != nil {
			return ids, err
		}
		g, err := a.find(ctx, name)
		if err != nil {
			return ids, err
		}
		if err := a.look(ctx, g.ID); err != nil {
			return ids, err
		}
		ids = append(ids, g.ID)
	}
	if len(names) > 0 {
		return ids, nil
	}
	if _, err := access.As(who, access.Watch, access.Thing{}); err != nil {
		return nil, err
	}
	if err := a.Daily(ctx, a.Now()); err != nil {
		return nil, err
	}
	due, err := a.DB.Primary().DueWatched(ctx, a.Now(), most)
	if err != nil {
		return nil, err
	}
	for _, w := range due {
		err := a.do(ctx, access.Clock, func(ctx context.Context, tx *store.Tx) error { return a.put(ctx, tx, w.Good, a.Now()) })
		if err == nil {
			err = a.look(ctx, w.Good)
		}
		if err != nil {
			return ids, err
		}
		ids = append(ids, w.Good)
	}
	return ids, a.Tick(ctx, a.Now())
}

// find finds a good by slug, old slug, id or foreign id.
func (a *App) find(ctx context.Context, slugOrID string) (*good.Good, error) {
	if id := good.ID(strings.ToUpper(slugOrID)); id.Valid() {
		return a.DB.Good(ctx, id)
	}
	g, _, err := a.DB.GoodBySlug(ctx, slugOrID)
	return g, err
}

// as is who acts on a good: its owners are those who claimed it, and those for
// whom it was recognised.
func (a *App) as(ctx context.Context, who access.Who, act access.Act, id good.ID) (good.Actor, error) {
	owners, err := a.owners(ctx, id)
	if err != nil {
		return good.Actor{}, err
	}
	return access.As(who, act, access.Thing{Owners: owners})
}

// owners are those who claimed a good, and those for whom it was recognised last.
func (a *App) owners(ctx context.Context, id good.ID) ([]good.ID, error) {
	owners, err := a.DB.Primary().OwnersOf(ctx, id)
	if err != nil {
		return nil, err
	}
	list, err := a.DB.Primary().ApplicationsOf(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, app := range list {
		if app.Kind != assess.Challenge && app.State == assess.Published && app.Decision().Outcome == assess.Recognised {
			owners = append(owners, app.Owners...)
			break
		}
	}
	slices.Sort(owners)
	return slices.Compact(owners), nil
}
