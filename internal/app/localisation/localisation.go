// Package localisation holds what people do so that goods speak more languages:
// tasks that one person translates and another reviews, the words of each good,
// and what is known of how much of it speaks which language.
package localisation

import (
	"context"
	"slices"
	"time"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/l10n"
	"stoa/internal/store"
)

// App is the noun's verbs and views.
type App struct {
	DB  *store.DB
	Now func() time.Time
	// Tell has a person told, once for a key; nil where nobody is told.
	Tell func(ctx context.Context, tx *store.Tx, key string, n good.Notice) error
	// Reader reads repositories, and Queue has it done; nil where none are read.
	Reader Reader
	Queue  Queue
}

func value(name string, v any) store.NamedValue { return store.NamedValue{Name: name, Value: v} }

// reader is what finds goods and tasks.
type reader interface {
	Good(ctx context.Context, id good.ID) (*good.Good, error)
	GoodBySlug(ctx context.Context, slug string) (*good.Good, bool, error)
	OwnersOf(ctx context.Context, id good.ID) ([]good.ID, error)
	LocalisationTask(ctx context.Context, id good.ID) (*l10n.Task, error)
	PersonByPseudonym(ctx context.Context, pseudonym string) (*good.Person, error)
}

// find is the good that somebody named by slug or id.
func find(ctx context.Context, db reader, key string) (*good.Good, error) {
	g, err := store.GoodNamed(ctx, db, key)
	switch {
	case err != nil:
		return nil, err
	case g == nil || g.Tombstone != nil:
		kind := good.NotFound
		if g != nil {
			kind = good.Gone
		}
		return nil, &good.Error{Kind: kind, Key: "l10n.error.good", Field: "good", Args: map[string]any{"Name": good.Short(key)}}
	}
	return g, nil
}

func task(ctx context.Context, db reader, id good.ID) (*l10n.Task, error) {
	t, err := db.LocalisationTask(ctx, id)
	if err == nil && t == nil {
		err = &good.Error{Kind: good.NotFound, Key: "l10n.error.unknown"}
	}
	return t, err
}

// behind are the persons behind pseudonyms; who is gone is left out.
func behind(ctx context.Context, db reader, pseudonyms ...string) ([]good.ID, error) {
	var out []good.ID
	for _, p := range pseudonyms {
		if p == "" {
			continue
		}
		one, err := db.PersonByPseudonym(ctx, p)
		if err != nil {
			return out, err
		}
		if one != nil {
			out = append(out, one.ID)
		}
	}
	return out, nil
}

// owner is the thing that a task is to an act: of its translator where the act
// is about translating or reviewing, else of who opened it and who owns the good.
func owner(ctx context.Context, db reader, t *l10n.Task, act access.Act) (access.Thing, error) {
	if act == access.Translate || act == access.ReviewLocalisation {
		list, err := behind(ctx, db, t.Translator)
		return access.Thing{Owners: list}, err
	}
	return keepers(ctx, db, t.Good, t.Opener)
}

// keepers are the owners of a good and the others named.
func keepers(ctx context.Context, db reader, id good.ID, pseudonyms ...string) (access.Thing, error) {
	list, err := behind(ctx, db, pseudonyms...)
	if err != nil {
		return access.Thing{}, err
	}
	owners, err := db.OwnersOf(ctx, id)
	return access.Thing{Owners: append(list, owners...)}, err
}

// step is what a verb made of a task.
type step struct {
	verb   good.Verb
	values []store.NamedValue
	told   string   // kind of the notice
	people []string // pseudonyms of those who are told
	owners bool     // those of the good are told, too
}

// move runs a verb on one task for whoever may do act to it.
func (a *App) move(ctx context.Context, who access.Who, id good.ID, act access.Act, do func(ctx context.Context, tx *store.Tx, t *l10n.Task) (step, error)) (*l10n.Task, int64, error) {
	t, err := task(ctx, a.DB.Primary(), id)
	if err != nil {
		return nil, 0, err
	}
	thing, err := owner(ctx, a.DB.Primary(), t, act)
	if err != nil {
		return nil, 0, err
	}
	actor, err := access.As(who, act, thing)
	if act == access.ReviewLocalisation && who.Person != "" && slices.Contains(thing.Owners, who.Person) {
		err = &good.Error{Kind: good.Forbidden, Key: "l10n.error.own"}
	}
	if err != nil {
		return nil, 0, err
	}
	position, err := a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		if t, err = task(ctx, tx, id); err != nil {
			return err
		}
		s, err := do(ctx, tx, t)
		if err != nil {
			return err
		}
		return a.write(ctx, tx, t, s)
	})
	return t, position, err
}

// write writes a task and, where a verb was, says so in the journal. What may
// name a person stands for itself there, so that it can be erased.
func (a *App) write(ctx context.Context, tx *store.Tx, t *l10n.Task, s step) error {
	if err := tx.PutLocalisationTask(ctx, t); err != nil || s.verb == "" {
		return err
	}
	public := *t
	public.Name, public.Note, public.Version, public.Ready, public.Machine = "", "", 0, 0, 0
	values := append([]store.NamedValue{value("task", public)}, s.values...)
	if t.Note != "" {
		values = append(values, value("reason", t.Note))
	}
	tx.Append(s.verb, []good.ID{t.Good, t.ID}, values...)
	return a.tell(ctx, tx, t, s)
}

func (a *App) tell(ctx context.Context, tx *store.Tx, t *l10n.Task, s step) error {
	if a.Tell == nil || s.told == "" {
		return nil
	}
	people, err := behind(ctx, tx, s.people...)
	if err != nil {
		return err
	}
	if s.owners {
		owners, err := tx.OwnersOf(ctx, t.Good)
		if err != nil {
			return err
		}
		people = append(people, owners...)
	}
	g, err := tx.Good(ctx, t.Good)
	if err != nil || g == nil {
		return err
	}
	slices.Sort(people)
	for _, p := range slices.Compact(people) {
		n := good.Notice{Person: p, Kind: s.told, About: t.Good, Args: map[string]string{"Good": g.Name, "Name": title(g, t)}, Path: "/localisation/" + string(t.ID)}
		if err := a.Tell(ctx, tx, s.told+"/"+string(t.ID)+"/"+t.Moved.UTC().Format(time.RFC3339), n); err != nil {
			return err
		}
	}
	return nil
}

// title is what is translated, in the words of who opened it.
func title(g *good.Good, t *l10n.Task) string {
	if t.Name == "" {
		return g.Name
	}
	return t.Name
}
