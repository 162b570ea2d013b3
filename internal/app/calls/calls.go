// Package calls holds what can be done with open calls: a sourcing partner
// writes and announces one, people enter goods, jurors score them, the partner
// decides stage by stage and publishes what came of it. What may happen is said
// by package call; here it is loaded, asked for and saved in one transaction.
package calls

import (
	"context"
	"time"

	"stoa/internal/access"
	"stoa/internal/call"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/store"
)

// App is the noun's verbs and views.
type App struct {
	DB      *store.DB
	Library *standard.Library
	Now     func() time.Time
}

// What pages and programs are told as it is kept.
type (
	// Juror is somebody who scores entries of a call.
	Juror = store.CallJuror
	// Call is one open call.
	Call = call.Call
	// Partner is an organisation that may run calls.
	Partner = call.Partner
)

func today(t time.Time) good.Date { return good.Date(t.UTC().Format(time.DateOnly)) }

func value(name string, v any) store.NamedValue { return store.NamedValue{Name: name, Value: v} }

// members is what both a database and a transaction read of a partner.
type members interface {
	Members(ctx context.Context, body good.ID) ([]good.Member, error)
}

// thing is a call with those who act for its partner.
func thing(ctx context.Context, r members, c *call.Call) (access.Thing, error) {
	list, err := r.Members(ctx, c.Partner)
	var t access.Thing
	for _, m := range list {
		t.Owners = append(t.Owners, m.Person)
	}
	return t, err
}

// scene is one call in the midst of a transaction.
type scene struct {
	*call.Call
	tx  *store.Tx
	now time.Time
}

// do runs one step on one call: it loads the call, sees whether who may act on
// it, brings its clock up to date, lets step change it, and saves it with its
// journal entry. version, where not 0, is that of the call as who saw it.
func (a *App) do(ctx context.Context, who access.Who, act access.Act, key string, version int64, step func(context.Context, *scene) (good.Verb, error)) (*call.Call, int64, error) {
	var s *scene
	now := a.Now()
	position, err := a.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		c, err := held(ctx, tx, key)
		if err != nil {
			return err
		}
		t, err := thing(ctx, tx, c)
		if err != nil {
			return err
		}
		actor, err := access.As(who, act, t)
		if err != nil {
			return err
		}
		if version != 0 && version != c.Version {
			return &good.Error{Kind: good.Conflict, Key: "advisory.error.changed"}
		}
		if err := turn(ctx, tx, c, now); err != nil {
			return err
		}
		tx.ActAs(actor)
		s = &scene{Call: c, tx: tx, now: now}
		verb, err := step(ctx, s)
		if err != nil || verb == "" {
			return err
		}
		return s.save(ctx, verb)
	})
	if err != nil {
		return nil, 0, err
	}
	return s.Call, position, nil
}

// held loads a call so that of two who act on it one is first.
func held(ctx context.Context, tx *store.Tx, key string) (*call.Call, error) {
	c, err := tx.Call(ctx, key)
	if err != nil {
		return nil, err
	}
	if err := tx.Hold(ctx, string(c.ID)); err != nil {
		return nil, err
	}
	return tx.Call(ctx, string(c.ID))
}

// save writes the call and tells of it, unless it is still a draft.
func (s *scene) save(ctx context.Context, verb good.Verb) error {
	s.Changed = s.now.UTC()
	return save(ctx, s.tx, s.Call, verb)
}

func save(ctx context.Context, tx *store.Tx, c *call.Call, verb good.Verb) error {
	if err := tx.PutCall(ctx, c); err != nil {
		return err
	}
	if c.State != call.Draft {
		tx.Append(verb, []good.ID{c.ID}, value("call", c))
	}
	return nil
}

// turns are the verbs of what the clock does.
var turns = map[call.State]good.Verb{call.Open: good.CallOpened, call.Closed: good.CallClosed}

// turn writes down what the clock of a call has done by now, as the clock.
func turn(ctx context.Context, tx *store.Tx, c *call.Call, now time.Time) error {
	was := tx.Actor()
	defer tx.ActAs(was)
	for {
		state, turned := c.Turn(now)
		if !turned {
			return nil
		}
		tx.ActAs(good.Actor{Role: access.Clock})
		c.Changed = now.UTC()
		if err := save(ctx, tx, c, turns[state]); err != nil {
			return err
		}
	}
}

// Tick opens and closes what is due and says how many calls it turned. It may
// run as often as one likes.
func (a *App) Tick(ctx context.Context, now time.Time) (int, error) {
	due, err := a.DB.DueCalls(ctx, now)
	if err != nil {
		return 0, err
	}
	actor, err := access.As(access.Machine(access.Clock), access.TurnCall, access.Thing{})
	if err != nil {
		return 0, err
	}
	for n, id := range due {
		_, err := a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
			c, err := held(ctx, tx, string(id))
			if err != nil {
				return err
			}
			return turn(ctx, tx, c, now)
		})
		if err != nil {
			return n, err
		}
	}
	return len(due), nil
}

// Set is what a call asks of each entry: questions of its standard and its own.
func (a *App) Set(c *call.Call) *standard.Set {
	base, _ := a.Library.Find(c.Standard)
	on := standard.Indicator{ID: "call", Title: c.Title}
	for _, q := range c.Questions {
		own := standard.Question{ID: "call." + q.ID, Type: standard.Type(q.Type), Label: good.Text{c.Lang: q.Label}, Required: q.Required, By: standard.Anyone}
		if q.Help != "" {
			own.Help = good.Text{c.Lang: q.Help}
		}
		for _, o := range q.Options {
			own.Options = append(own.Options, standard.Option{ID: good.Slugify(o), Label: good.Text{c.Lang: o}})
		}
		on.Questions = append(on.Questions, own)
	}
	return standard.Upon(base, c.Asks, on)
}

// sound refuses a standard that is not there and questions it does not ask.
func (a *App) sound(c *call.Call) error {
	if c.Standard == "" && len(c.Asks) == 0 {
		return nil
	}
	base, ok := a.Library.Find(c.Standard)
	if !ok || base.Draft || base.About != "" {
		return &good.Error{Kind: good.Invalid, Key: "assess.error.standard", Field: "standard", Args: map[string]any{"Standard": c.Standard}}
	}
	c.Standard = base.Key()
	for _, id := range c.Asks {
		if q, ok := base.Question(id); !ok || q.Type == standard.Files {
			return &good.Error{Kind: good.Invalid, Key: "standard.answer.unknown-question", Field: "asks", Args: map[string]any{"Question": id}}
		}
	}
	return nil
}
