// Package assessment holds what can be done with applications, reviews,
// decisions, renewals and challenges: the verbs, one a file or a few that
// belong together, and the views (view_*.go). What may happen is said by
// package assess; here it is loaded, asked for and saved in one transaction.
package assessment

import (
	"cmp"
	"context"
	"time"

	"stoa/internal/access"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/store"
)

// SourceID is the source of what was decided here.
const SourceID = good.Here

// What the store keeps is handed to pages and operations as it is.
type (
	// Person is somebody with what they may do and for whom they act.
	Person = store.Acting
	// Filter narrows a list of applications.
	Filter = store.QueueFilter
	// Item is what a list shows of an application.
	Item = store.QueueItem
	// Verdict is what one reviewer finds of one indicator in one round.
	Verdict = store.StoredVerdict
	// Note is what a reviewer notes for those who review.
	Note = store.Note
	// Profile is what a reviewer knows, and until when they are away.
	Profile = store.ReviewerProfile
	// Announcement is what the secretariat says to many.
	Announcement = store.Announcement
	// SettingsVersion is one version of the settings: who set them, when and why.
	SettingsVersion = store.SettingsVersion
	// StateCount is how many applications of a kind are in a state.
	StateCount = store.StateCount
	// Reporter is who challenged a recognition.
	Reporter = store.Reporter
)

// The parts people have in an application, as a Filter and an Item name them.
const (
	PartOwner    = store.PartOwner
	PartReviewer = store.PartReviewer
	PartExpert   = store.PartExpert
	PartDecider  = store.PartDecider
)

// App is the noun's verbs and views.
type App struct {
	DB      *store.DB
	Library *standard.Library
	Now     func() time.Time
	Issuer  string // who recognises goods here: the instance's name
	// CatchUp makes the snapshot show what was just committed; nil where no
	// snapshot is served.
	CatchUp func(context.Context) error
}

// scene is one application in the midst of a transaction.
type scene struct {
	*assess.Application
	tx    *store.Tx
	set   *standard.Set
	turn  assess.Turn
	thing access.Thing
}

// do runs one step on one application: it loads the application, sees whether
// who may act on it, lets step change it, and saves it with its journal entry,
// its public record, what is due of it and what it makes of the good.
// version, where not 0, is that of the application as who saw it.
func (a *App) do(ctx context.Context, who access.Who, act access.Act, id good.ID, version int64,
	step func(context.Context, *scene) (assess.Event, error)) (*assess.Application, int64, error) {
	var s *scene
	position, err := a.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		var err error
		if s, err = a.scene(ctx, tx, who, act, id); err != nil {
			return err
		}
		if version != 0 && s.Version != version {
			return &good.Error{Kind: good.Conflict, Key: "assess.error.stale"}
		}
		was := *s.Application
		e, err := step(ctx, s)
		if err != nil {
			return err
		}
		return a.save(ctx, s, was, e)
	})
	if err != nil {
		return nil, 0, err
	}
	return s.Application, position, a.catchUp(ctx)
}

func (a *App) catchUp(ctx context.Context) error {
	if a.CatchUp == nil {
		return nil
	}
	return a.CatchUp(ctx)
}

// scene loads an application for somebody who wants to act on it.
func (a *App) scene(ctx context.Context, tx *store.Tx, who access.Who, act access.Act, id good.ID) (*scene, error) {
	if err := tx.Hold(ctx, string(id)); err != nil { // answers and verdicts lie beside it: of two steps at once one is first
		return nil, err
	}
	app, err := tx.Application(ctx, id)
	if err != nil {
		return nil, err
	}
	thing, err := a.thing(ctx, tx, who, app)
	if err != nil {
		return nil, err
	}
	if act == access.Decide && (app.State == assess.Appealed || app.State == assess.AppealProposed) {
		act = access.DecideAppeal // to sign on an appeal is another act
	}
	actor, err := access.As(who, act, thing)
	if err != nil {
		return nil, a.barred(ctx, tx, who, act, app, thing, err)
	}
	return a.enter(ctx, tx, app, who.Person, actor, thing)
}

// barred says why somebody may not do to an application what they may do to
// others: it is their own, or they have a conflict of interest.
func (a *App) barred(ctx context.Context, r reader, who access.Who, act access.Act, app *assess.Application, thing access.Thing, denied error) error {
	own, conflicted := app.Owned(who.Person), len(thing.Conflicted) > 0
	thing.Owners, thing.Conflicted = nil, nil
	if _, err := access.As(who, act, thing); err != nil || !own && !conflicted {
		return denied
	}
	if own {
		return &good.Error{Kind: good.Forbidden, Key: "assess.error.own", Err: denied}
	}
	found, err := a.conflicts(ctx, r, app, []good.ID{who.Person})
	if err != nil || len(found[who.Person]) == 0 {
		return cmp.Or(err, denied)
	}
	why := found[who.Person][0]
	return &good.Error{Kind: good.Forbidden, Key: "assess.error.conflict." + string(why.Cause), Args: map[string]any{"With": why.With}, Err: denied}
}

func (a *App) enter(ctx context.Context, tx *store.Tx, app *assess.Application, person good.ID, actor good.Actor, thing access.Thing) (*scene, error) {
	tx.ActAs(actor)
	settings, err := tx.Settings(ctx)
	if err != nil {
		return nil, err
	}
	set, ok := a.Library.Find(app.Standard)
	if !ok {
		return nil, &good.Error{Kind: good.NotFound, Key: "assess.error.standard", Args: map[string]any{"Standard": app.Standard}}
	}
	return &scene{Application: app, tx: tx, set: set, thing: thing,
		turn: assess.Turn{By: assess.Party{Person: person, Pseudonym: actor.Pseudonym, Role: actor.Role}, At: tx.Now(), Settings: settings.Settings}}, nil
}

// save writes what a step changed.
func (a *App) save(ctx context.Context, s *scene, was assess.Application, e assess.Event) error {
	if s.State != was.State && was.State != assess.Draft {
		if err := s.tx.AddSpent(ctx, s.Kind, was.State, was.Since, s.Since); err != nil {
			return err
		}
	}
	if err := s.tx.PutApplication(ctx, s.Application, s.turn.Settings); err != nil {
		return err
	}
	if err := s.tx.Tell(ctx, s.Application, e); err != nil {
		return err
	}
	return a.stand(ctx, s)
}

// reader is what both a database and a transaction read.
type reader interface {
	Conflicts(ctx context.Context, id good.ID, owners, people []good.ID) (map[good.ID][]assess.Reason, error)
	Good(ctx context.Context, id good.ID) (*good.Good, error)
	Acting(ctx context.Context, keys []string) ([]store.Acting, error)
}

// persons finds people by id.
func persons(ctx context.Context, r interface {
	Acting(ctx context.Context, keys []string) ([]store.Acting, error)
}, ids []good.ID) (map[good.ID]Person, error) {
	keys := make([]string, len(ids))
	for i, id := range ids {
		keys[i] = string(id)
	}
	list, err := r.Acting(ctx, keys)
	out := make(map[good.ID]Person, len(list))
	for _, p := range list {
		out[p.ID] = p
	}
	return out, err
}

// thing says how people are tied to an application, as far as it matters for
// what one of them wants to do.
func (a *App) thing(ctx context.Context, r reader, who access.Who, app *assess.Application) (access.Thing, error) {
	t := access.Thing{Owners: app.Owners, Consulted: app.Consulted(), Decided: app.Deciders()}
	for _, s := range app.Seats {
		t.Assigned = append(t.Assigned, s.Person)
	}
	if who.Person == "" || app.Owned(who.Person) || len(who.Roles) == 0 {
		return t, nil
	}
	found, err := a.conflicts(ctx, r, app, []good.ID{who.Person})
	if err != nil {
		return t, err
	}
	if len(found[who.Person]) > 0 {
		t.Conflicted = []good.ID{who.Person}
	}
	return t, nil
}

// open loads an application for somebody who may do something with it.
func (a *App) open(ctx context.Context, who access.Who, act access.Act, id good.ID) (*assess.Application, error) {
	app, err := a.DB.Application(ctx, id)
	if err != nil {
		return nil, err
	}
	thing, err := a.thing(ctx, a.DB, who, app)
	if err != nil {
		return nil, err
	}
	_, err = access.As(who, act, thing)
	return app, err
}

// conflicts finds why people must not judge an application.
func (a *App) conflicts(ctx context.Context, r reader, app *assess.Application, people []good.ID) (map[good.ID][]assess.Reason, error) {
	return r.Conflicts(ctx, app.Good, app.Owners, people)
}

// needText refuses a text that is missing or too long.
func needText(field, text string) error {
	if text == "" {
		return &good.Error{Kind: good.Invalid, Key: "assess.error.text", Field: field}
	}
	return short(field, text)
}

func short(field, text string) error {
	if len(text) > good.MaxAnswer {
		return &good.Error{Kind: good.Invalid, Key: "assess.error.long", Field: field, Args: map[string]any{"Max": good.MaxAnswer}}
	}
	return nil
}
