package localisation

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/check/target"
	"stoa/internal/finding"
	"stoa/internal/good"
	"stoa/internal/l10n"
	"stoa/internal/store"
	"stoa/internal/watch"
)

// Task is the kind of the tasks that read the texts of a good's repository.
const Task = "languages"

// Queue puts tasks away within a transaction.
type Queue interface {
	Enqueue(ctx context.Context, tx *store.Tx, task good.Task) error
}

// Reader reads how much of a good's repositories speaks which language; the
// coverage says which of them, and at which commit.
type Reader interface {
	Read(ctx context.Context, addresses []string, now time.Time) (l10n.Coverage, error)
}

// Bounds of the reading.
const (
	everyDays  = 7                // between two readings of one good
	mostAtOnce = 3                // goods that are read together, each at a host of its own
	lost       = time.Hour        // after which a reading that has not ended never will
	calm       = 10 * time.Minute // between two readings that people ask for
	dueAtOnce  = 500              // due goods among which the next are chosen
)

// scheduled says whether a good is read by itself: it is recognised, and has a
// repository.
func scheduled(g *good.Good) bool {
	return g.Tombstone == nil && (g.Stage == good.Recognised || g.Stage == good.RenewalDue) && host(g) != ""
}

// host is that of a good's first repository; "" where it has none.
func host(g *good.Good) string {
	for _, r := range g.Repositories {
		if u, err := url.Parse(target.Address(r.URL)); err == nil && u.Host != "" {
			return strings.ToLower(u.Host)
		}
	}
	return ""
}

func (a *App) clock(ctx context.Context, fn func(context.Context, *store.Tx) error) error {
	_, err := a.DB.Do(ctx, good.Actor{Role: access.Clock}, fn)
	return err
}

// on says whether the instance looks at other people's hosts by itself.
func (a *App) on(ctx context.Context) (bool, error) {
	settings, err := a.DB.Primary().Settings(ctx)
	return err == nil && settings.Settings.Watch > 0, err
}

// Daily begins to read what was recognised since, and ends with what is listed
// no more.
func (a *App) Daily(ctx context.Context, _ time.Time) error {
	if on, err := a.on(ctx); err != nil || !on {
		return err
	}
	var changed []*good.Good
	for g, err := range a.DB.Primary().EachGood(ctx) {
		if err != nil {
			return err
		}
		l, err := a.DB.Primary().LanguagesLook(ctx, g.ID)
		if err != nil {
			return err
		}
		if due := l != nil && !l.Due.IsZero(); scheduled(g) != due || due && l.Host != host(g) {
			changed = append(changed, g)
		}
	}
	for some := range slices.Chunk(changed, 50) {
		if err := a.clock(ctx, func(ctx context.Context, tx *store.Tx) error { return enrol(ctx, tx, some) }); err != nil {
			return err
		}
	}
	return nil
}

// enrol begins or ends the reading of goods. Each has its own place in the week.
func enrol(ctx context.Context, tx *store.Tx, goods []*good.Good) error {
	for _, g := range goods {
		l, err := held(ctx, tx, g.ID)
		if err != nil {
			return err
		}
		if l == nil {
			l = &store.LanguagesLook{Good: g.ID}
		}
		switch l.Host = host(g); {
		case !scheduled(g):
			l.Due = time.Time{}
		case l.Due.IsZero():
			l.Due = watch.Next(g.ID, tx.Now(), everyDays)
		}
		if err := tx.PutLanguagesLook(ctx, *l); err != nil {
			return err
		}
	}
	return nil
}

// Tick has what is due read: a few goods at a time, and one at each host. It may
// run as often as one likes.
func (a *App) Tick(ctx context.Context, now time.Time) error {
	if err := a.clock(ctx, func(ctx context.Context, tx *store.Tx) error { return tx.FreeLanguages(ctx, now.Add(-lost)) }); err != nil {
		return err
	}
	if on, err := a.on(ctx); err != nil || !on || a.Queue == nil {
		return err
	}
	running, err := a.DB.Primary().ReadingLanguages(ctx, mostAtOnce)
	if err != nil || len(running) >= mostAtOnce {
		return err
	}
	due, err := a.DB.Primary().DueLanguages(ctx, now, dueAtOnce)
	if err != nil {
		return err
	}
	busy := map[string]bool{}
	for _, l := range running {
		busy[l.Host] = true
	}
	for n := len(running); n < mostAtOnce && len(due) > 0; due = due[1:] {
		l := due[0]
		if busy[l.Host] {
			continue
		}
		if err := a.clock(ctx, func(ctx context.Context, tx *store.Tx) error { return a.put(ctx, tx, l.Good, now) }); err != nil {
			return err
		}
		busy[l.Host] = true
		n++
	}
	return nil
}

// held is how the reading of a good gets on, which nobody else changes until the
// transaction ends.
func held(ctx context.Context, tx *store.Tx, id good.ID) (*store.LanguagesLook, error) {
	if err := tx.Hold(ctx, "languages/"+string(id)); err != nil {
		return nil, err
	}
	return tx.LanguagesLook(ctx, id)
}

// put puts away the reading of a good that nobody reads, if it is due by a moment.
func (a *App) put(ctx context.Context, tx *store.Tx, id good.ID, by time.Time) error {
	l, err := held(ctx, tx, id)
	if err != nil || l == nil || !l.Began.IsZero() || l.Due.IsZero() || l.Due.After(by) {
		return err
	}
	args, err := json.Marshal(id)
	if err != nil {
		return err
	}
	l.Began = tx.Now()
	if err := tx.PutLanguagesLook(ctx, *l); err != nil {
		return err
	}
	return a.Queue.Enqueue(ctx, tx, good.Task{Kind: Task, Key: string(id) + "/" + strconv.FormatInt(tx.Now().UnixMilli(), 10), Args: args})
}

// Do does the task of a reading. It bears to be called again: what is kept is
// not read twice.
func (a *App) Do(ctx context.Context, t good.Task) error {
	var id good.ID
	if err := json.Unmarshal(t.Args, &id); err != nil {
		return err
	}
	return a.look(ctx, id)
}

// look reads a good whose reading was begun, and keeps what it saw.
func (a *App) look(ctx context.Context, id good.ID) error {
	db := a.DB.Primary()
	l, err := db.LanguagesLook(ctx, id)
	if err != nil || l == nil || l.Began.IsZero() {
		return err
	}
	g, err := db.Good(ctx, id)
	if err != nil {
		return err
	}
	if g.Tombstone != nil {
		return a.clock(ctx, func(ctx context.Context, tx *store.Tx) error { return keep(ctx, tx, id, l10n.Coverage{}, nil) })
	}
	addresses := make([]string, 0, len(g.Repositories))
	for _, r := range g.Repositories {
		addresses = append(addresses, r.URL)
	}
	seen, failed := a.Reader.Read(ctx, addresses, a.Now())
	if ctx.Err() != nil { // the process ends: it is taken up again
		return ctx.Err()
	}
	return a.clock(ctx, func(ctx context.Context, tx *store.Tx) error { return keep(ctx, tx, id, seen, failed) })
}

// keep writes what was seen of a good. The journal says it where it says another
// thing than before: that it was looked at again is not public history.
func keep(ctx context.Context, tx *store.Tx, id good.ID, seen l10n.Coverage, failed error) error {
	l, err := held(ctx, tx, id)
	if err != nil || l == nil || l.Began.IsZero() { // it is kept already
		return err
	}
	g, err := tx.Good(ctx, id)
	if err != nil {
		return err
	}
	now := tx.Now()
	l.Began, l.Due, l.Failed, l.Failure = time.Time{}, time.Time{}, time.Time{}, nil
	if g.Tombstone != nil { // it was removed meanwhile, or went into another
		return tx.PutLanguagesLook(ctx, *l)
	}
	if scheduled(g) {
		l.Due = watch.Next(g.ID, now, everyDays)
	}
	if failed != nil {
		l.Failed = now
		if l.Failure, err = json.Marshal(said(failed)); err != nil {
			return err
		}
		return tx.PutLanguagesLook(ctx, *l)
	}
	l.Looked, l.Commit = now, seen.Commit
	if was := l.Seen; was == nil || was.Source != seen.Source || was.Partly != seen.Partly || !slices.Equal(was.Shares, seen.Shares) {
		seen.Good, seen.At = g.ID, now
		tx.Append(good.LocalisationSeen, []good.ID{g.ID}, value("coverage", seen))
		l.Seen = &seen
	}
	return tx.PutLanguagesLook(ctx, *l)
}

// said is an error as a person reads it.
func said(err error) finding.Text {
	var known *good.Error
	if errors.As(err, &known) {
		return finding.Text{Key: known.Key, Args: known.Args}
	}
	return finding.Text{Key: "assess.check.failed"}
}

// Again has a good read now, for its owners and the secretariat, recognised or
// not; not more than once in a little while.
func (a *App) Again(ctx context.Context, who access.Who, key string) error {
	_, err := a.again(ctx, who, key)
	return err
}

func (a *App) again(ctx context.Context, who access.Who, key string) (*good.Good, error) {
	g, err := find(ctx, a.DB.Primary(), key)
	if err != nil {
		return nil, err
	}
	thing, err := keepers(ctx, a.DB.Primary(), g.ID)
	if err != nil {
		return nil, err
	}
	actor, err := access.As(who, access.KeepLocalisation, thing)
	if err != nil {
		return nil, err
	}
	if host(g) == "" || a.Reader == nil || a.Queue == nil {
		return nil, &good.Error{Kind: good.Conflict, Key: "l10n.error.repository", Args: map[string]any{"Name": g.Name}}
	}
	_, err = a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		l, err := held(ctx, tx, g.ID)
		if err != nil {
			return err
		}
		if l == nil {
			l = &store.LanguagesLook{Good: g.ID}
		}
		if tx.Now().Sub(l.Began) > lost {
			l.Began = time.Time{}
		}
		others, err := tx.ReadingLanguages(ctx, mostAtOnce+1)
		if err != nil {
			return err
		}
		others = slices.DeleteFunc(others, func(o store.LanguagesLook) bool { return o.Good == g.ID || tx.Now().Sub(o.Began) > lost })
		if len(others) >= mostAtOnce || slices.ContainsFunc(others, func(o store.LanguagesLook) bool { return o.Host == host(g) }) {
			return &good.Error{Kind: good.Limited, Key: "l10n.error.busy", Args: map[string]any{"Minutes": int(calm / time.Minute)}}
		}
		last := l.Looked
		if l.Failed.After(last) {
			last = l.Failed
		}
		if !l.Began.IsZero() || tx.Now().Sub(last) < calm {
			return &good.Error{Kind: good.Limited, Key: "sign.error.soon", Args: map[string]any{"Name": g.Name, "Minutes": int(calm / time.Minute)}}
		}
		l.Host, l.Due = host(g), tx.Now()
		if err := tx.PutLanguagesLook(ctx, *l); err != nil {
			return err
		}
		return a.put(ctx, tx, g.ID, tx.Now())
	})
	return g, err
}

// ReadNow reads goods at once, one after the other; it is what the command does.
func (a *App) ReadNow(ctx context.Context, who access.Who, keys []string) ([]good.ID, error) {
	var ids []good.ID
	for _, key := range keys {
		g, err := a.again(ctx, who, key)
		if err == nil {
			err = a.look(ctx, g.ID)
		}
		if g != nil && ctx.Err() != nil { // nobody takes it up again
			err = errors.Join(err, a.clock(context.WithoutCancel(ctx), func(ctx context.Context, tx *store.Tx) error {
				l, err := held(ctx, tx, g.ID)
				if err != nil || l == nil {
					return err
				}
				l.Began = time.Time{}
				return tx.PutLanguagesLook(ctx, *l)
			}))
		}
		if err != nil {
			return ids, err
		}
		ids = append(ids, g.ID)
	}
	return ids, nil
}
