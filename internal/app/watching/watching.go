// Package watching looks again at what is recognised, on a schedule: briefly at
// where it lives, and now and then at all of it. What changed becomes an entry
// of the journal, which its owners hear of, and, if it stays, a case for people.
// It never takes a recognition away.
package watching

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/assess"
	"stoa/internal/check/target"
	"stoa/internal/finding"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/store"
	"stoa/internal/watch"
)

// Task is the kind of the tasks that look; each waits for other people's hosts.
const Task = "watch"

// App is the noun's verbs and views.
type App struct {
	DB      *store.DB
	Queue   Queue
	Library *standard.Library
	Client  func() *http.Client // the fence, for one look
	Limits  target.Limits
	Now     func() time.Time
	Temp    string        // where what is fetched lies until it has been read
	Pause   time.Duration // between two requests to one host
	CatchUp func(context.Context) error
	// Tell keeps a notice for one person, once for its key; nil where nobody hears.
	Tell func(ctx context.Context, tx *store.Tx, key string, n good.Notice) error
	// Found is told what a whole look read of a good; nil where nobody wants it.
	Found func(ctx context.Context, id good.ID, report *finding.Report) error
	// Challenge doubts a recognition and returns the application that looks into it.
	Challenge func(ctx context.Context, who access.Who, in Doubt) (good.ID, error)
}

// Queue puts tasks away within a transaction.
type Queue interface {
	Enqueue(ctx context.Context, tx *store.Tx, task good.Task) error
}

// Bounds of the watch.
const (
	mostAtOnce = 4                // goods that are looked at together
	lost       = time.Hour        // after which a look that has not ended never will
	soon       = 24 * time.Hour   // to the next look where something is doubted, or went wrong
	standing   = 7 * soon         // where a sign stands
	calm       = 10 * time.Minute // between two looks that people ask for
	dueAtOnce  = 500              // due goods among which the next are chosen
	toldAtOnce = 200              // goods in one entry of the journal
)

var clock = access.Machine(access.Clock)

// listed says whether a good is watched: it is recognised, here or elsewhere.
func listed(g *good.Good) bool {
	return g.Tombstone == nil && (g.Stage == good.Recognised || g.Stage == good.RenewalDue)
}

// host is that of the first place that is asked for a good.
func host(g *good.Good) string {
	for _, address := range append(slices.Clone(urls(g.Repositories)), g.Website) {
		if u, err := url.Parse(target.Address(address)); err == nil && u.Host != "" {
			return strings.ToLower(u.Host)
		}
	}
	return ""
}

func urls(list []good.Link) []string {
	out := make([]string, len(list))
	for i, l := range list {
		out[i] = l.URL
	}
	return out
}

// Tick has what is due looked at, as far as it does not come in a burst, and
// makes cases of what stays. It may run as often as one likes.
func (a *App) Tick(ctx context.Context, now time.Time) error {
	settings, err := a.DB.Primary().Settings(ctx)
	if err != nil || settings.Settings.Watch == 0 {
		return err
	}
	if err := a.do(ctx, access.Clock, func(ctx context.Context, tx *store.Tx) error { return tx.FreeWatched(ctx, now.Add(-lost)) }); err != nil {
		return err
	}
	return errors.Join(a.stay(ctx, now, settings.Settings), a.begin(ctx, now))
}

func (a *App) do(ctx context.Context, role string, fn func(context.Context, *store.Tx) error) error {
	_, err := a.DB.Do(ctx, good.Actor{Role: role}, fn)
	return err
}

func (a *App) catchUp(ctx context.Context) error {
	if a.CatchUp == nil {
		return nil
	}
	return a.CatchUp(ctx)
}

// begin puts away the looks that are due: a few at a time, and one at each host.
func (a *App) begin(ctx context.Context, now time.Time) error {
	running, err := a.DB.Primary().Watching(ctx, mostAtOnce)
	if err != nil || len(running) >= mostAtOnce {
		return err
	}
	due, err := a.DB.Primary().DueWatched(ctx, now, dueAtOnce)
	if err != nil {
		return err
	}
	busy := map[string]bool{}
	for _, w := range running {
		busy[w.Host] = true
	}
	for _, w := range due {
		if busy[w.Host] && w.Host != "" {
			continue
		}
		busy[w.Host] = true
		if err := a.do(ctx, access.Clock, func(ctx context.Context, tx *store.Tx) error { return a.put(ctx, tx, w.Good, now) }); err != nil {
			return err
		}
		if running = append(running, w); len(running) >= mostAtOnce {
			return nil
		}
	}
	return nil
}

// put puts away a look at a good that nobody looks at, if it is due by a moment.
func (a *App) put(ctx context.Context, tx *store.Tx, id good.ID, by time.Time) error {
	w, err := tx.Watched(ctx, id)
	if err != nil || w == nil || !w.Began.IsZero() || w.Due.IsZero() || w.Due.After(by) {
		return err
	}
	args, err := json.Marshal(id)
	if err != nil {
		return err
	}
	w.Began = tx.Now()
	if err := tx.PutWatched(ctx, *w); err != nil {
		return err
	}
	return a.Queue.Enqueue(ctx, tx, good.Task{Kind: Task, Key: string(id) + "/" + strconv.FormatInt(tx.Now().UnixMilli(), 10), Args: args})
}

// stay makes cases of the signs that stand for too long.
func (a *App) stay(ctx context.Context, now time.Time, s assess.Settings) error {
	staying, err := a.DB.Primary().StayingSigns(ctx, now.AddDate(0, 0, -s.WatchStays), dueAtOnce)
	if err != nil || len(staying) == 0 {
		return err
	}
	for _, one := range staying {
		err := a.do(ctx, access.Clock, func(ctx context.Context, tx *store.Tx) error {
			sign, err := tx.Sign(ctx, one.ID)
			if err != nil || !sign.Open() || !sign.Stayed.IsZero() {
				return err
			}
			g, err := tx.Good(ctx, sign.Good)
			if err != nil {
				return err
			}
			if err := tx.TellSign(ctx, sign, good.SignStayed); err != nil {
				return err
			}
			return tx.PutCase(ctx, store.Case{OpenCase: good.OpenCase{ID: tx.NewID(), Source: good.FromWatch, ForeignID: string(sign.ID), Name: g.Name,
				Reasons: []string{string(sign.Kind) + ": " + sign.About}, Since: tx.Now()}})
		})
		if err != nil {
			return err
		}
	}
	return a.catchUp(ctx)
}

// Daily begins to watch what was recognised since, ends with what is listed no
// more, and says in the journal what was looked at.
func (a *App) Daily(ctx context.Context, now time.Time) error {
	settings, err := a.DB.Primary().Settings(ctx)
	if err != nil || settings.Settings.Watch == 0 {
		return err
	}
	var changed []*good.Good
	for g, err := range a.DB.Primary().EachGood(ctx) {
		if err != nil {
			return err
		}
		w, err := a.DB.Primary().Watched(ctx, g.ID)
		if err != nil {
			return err
		}
		if listed(g) != (w != nil && !w.Due.IsZero()) || w != nil && listed(g) && w.Host != host(g) {
			changed = append(changed, g)
		}
	}
	for some := range slices.Chunk(changed, 50) {
		if err := a.do(ctx, access.Clock, func(ctx context.Context, tx *store.Tx) error { return a.enrol(ctx, tx, some, settings.Settings) }); err != nil {
			return err
		}
	}
	return a.tell(ctx)
}

// enrol begins or ends the watch over goods.
func (a *App) enrol(ctx context.Context, tx *store.Tx, goods []*good.Good, s assess.Settings) error {
	for _, g := range goods {
		w, err := tx.Watched(ctx, g.ID)
		if err != nil {
			return err
		}
		if w == nil {
			w = &store.Watched{Good: g.ID}
		}
		w.Host = host(g)
		switch {
		case !listed(g):
			w.Due, w.Began = time.Time{}, time.Time{}
		case w.Due.IsZero(): // the first look is at all of it, to be held against later
			w.Due = watch.Next(g.ID, tx.Now(), s.Watch)
			w.Whole = w.Due
		}
		if err := tx.PutWatched(ctx, *w); err != nil {
			return err
		}
	}
	return nil
}

// tell says in the journal which goods were looked at since it last did.
func (a *App) tell(ctx context.Context) error {
	for {
		n := 0
		err := a.do(ctx, access.Clock, func(ctx context.Context, tx *store.Tx) error {
			list, err := tx.UntoldWatched(ctx, toldAtOnce)
			if n = len(list); err != nil || n == 0 {
				return err
			}
			var ids []good.ID
			for _, w := range list {
				w.Told = tx.Now()
				if err := tx.PutWatched(ctx, w); err != nil {
					return err
				}
				ids = append(ids, w.Good)
			}
			tx.Append(good.GoodsLooked, ids)
			return nil
		})
		if err != nil {
			return err
		}
		if n < toldAtOnce {
			return a.catchUp(ctx)
		}
	}
}

// said is an error as a person reads it.
func said(err error) *finding.Text {
	var known *good.Error
	if errors.As(err, &known) {
		return &finding.Text{Key: known.Key, Args: known.Args}
	}
	return &finding.Text{Key: "assess.check.failed"}
}
