package guides

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/guide"
	"stoa/internal/standard"
	"stoa/internal/store"
)

var errUnknown = &good.Error{Kind: good.NotFound, Key: "guide.error.unknown"}

// Input is what a copy is about. Version is the one that was looked at, 0 for
// any.
type Input struct {
	Good    string // slug or id; of a new one
	Title   string
	Country string
	Body    string // slug or id of an organisation for which one acts; "" for nobody else
	Version int64
}

// find is a copy for who may see it: to everybody else it is not there. One that
// is shared with an organisation is for those who act for it: whoever shared it
// and acts for it no more keeps it no more.
func (a *App) find(ctx context.Context, db reader, who access.Who, id good.ID) (*store.KeptGuide, error) {
	k, err := db.Guide(ctx, id)
	if err != nil {
		return nil, err
	}
	if k == nil {
		return nil, errUnknown
	}
	owners := []good.ID{k.Owner}
	if k.Body != "" {
		members, err := db.Members(ctx, k.Body)
		if err != nil {
			return nil, err
		}
		if len(members) > 0 {
			owners = nil
		}
		for _, m := range members {
			owners = append(owners, m.Person)
		}
		if !slices.Contains(owners, k.Owner) {
			k.Owner = ""
		}
	}
	if who.Person == "" || !slices.Contains(owners, who.Person) {
		return nil, errUnknown
	}
	_, err = access.As(who, access.KeepGuide, access.Thing{Owners: owners})
	return k, err
}

// keep runs do on a copy of who, and writes what became of it.
func (a *App) keep(ctx context.Context, who access.Who, id good.ID, do func(context.Context, *store.Tx, *store.KeptGuide) error) (*guide.Copy, error) {
	var out *guide.Copy
	_, err := a.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		k, err := a.find(ctx, tx, who, id)
		if err != nil {
			return err
		}
		if err := do(ctx, tx, k); err != nil {
			return err
		}
		k.Changed, out = tx.Now(), &k.Copy
		return tx.PutGuide(ctx, k)
	})
	return out, err
}

// body is the organisation that somebody names and acts for.
func body(ctx context.Context, tx *store.Tx, who access.Who, key string) (good.ID, error) {
	if key = strings.TrimSpace(key); key == "" {
		return "", nil
	}
	held, err := tx.BodiesOf(ctx, who.Person)
	for _, b := range held {
		if key == b.Slug || key == string(b.ID) {
			return b.ID, nil
		}
	}
	return "", cmp.Or(err, error(&good.Error{Kind: good.Invalid, Key: "guide.error.body", Field: "body"}))
}

// Keep begins a copy of the checklist of a good.
func (a *App) Keep(ctx context.Context, who access.Who, in Input) (*guide.Copy, error) {
	if _, err := access.As(who, access.KeepGuide, access.Own(who.Person)); err != nil {
		return nil, err
	}
	set, err := a.list("")
	if err != nil {
		return nil, err
	}
	out := &store.KeptGuide{Owner: who.Person, Copy: guide.Copy{List: set.Key(), Title: in.Title, Country: in.Country}}
	if err := out.Check(); err != nil {
		return nil, err
	}
	_, err = a.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		g, err := find(ctx, tx, in.Good)
		if err != nil {
			return err
		}
		n, err := tx.CountGuides(ctx, who.Person)
		if err != nil {
			return err
		}
		if n >= guide.MaxCopies {
			return &good.Error{Kind: good.Limited, Key: "guide.error.full", Args: map[string]any{"Max": guide.MaxCopies}}
		}
		if out.Body, err = body(ctx, tx, who, in.Body); err != nil {
			return err
		}
		out.ID, out.Good, out.Created, out.Changed = tx.NewID(), g.ID, tx.Now(), tx.Now()
		return tx.PutGuide(ctx, out)
	})
	return &out.Copy, err
}

// Change says anew what a copy is about. With whom it is shared only who keeps
// it says.
func (a *App) Change(ctx context.Context, who access.Who, id good.ID, in Input) (*guide.Copy, error) {
	return a.keep(ctx, who, id, func(ctx context.Context, tx *store.Tx, k *store.KeptGuide) error {
		if in.Version != 0 && in.Version != k.Version {
			return &good.Error{Kind: good.Conflict, Key: "guide.error.changed"}
		}
		k.Title, k.Country = in.Title, in.Country
		if err := k.Check(); err != nil {
			return err
		}
		if k.Owner != who.Person {
			return nil
		}
		var err error
		k.Body, err = body(ctx, tx, who, in.Body)
		return err
	})
}

// Mark says how far an item is. seen is the version of the item that was looked
// at.
func (a *App) Mark(ctx context.Context, who access.Who, id good.ID, item string, m guide.Mark, seen int) (*guide.Copy, error) {
	return a.keep(ctx, who, id, func(_ context.Context, _ *store.Tx, k *store.KeptGuide) error {
		set, err := a.list(k.List)
		if err != nil {
			return err
		}
		if _, known := set.Question(item); !known {
			return &good.Error{Kind: good.NotFound, Key: "guide.error.item"}
		}
		return k.Say(item, m, seen, a.Now())
	})
}

// Renew takes a copy to the newest version of its checklist. Nothing that was
// written is lost.
func (a *App) Renew(ctx context.Context, who access.Who, id good.ID) (*guide.Copy, error) {
	return a.keep(ctx, who, id, func(_ context.Context, _ *store.Tx, k *store.KeptGuide) error {
		set, err := a.list("")
		if err != nil {
			return err
		}
		if set.Key() == k.List {
			return &good.Error{Kind: good.Conflict, Key: "guide.error.newest"}
		}
		replaces := map[string]string{}
		for _, q := range set.Questions() {
			if q.Replaces != "" {
				replaces[q.ID] = q.Replaces
			}
		}
		k.Renew(set.Key(), replaces)
		return nil
	})
}

// Drop deletes a copy: who keeps it does, or who acts for its organisation where
// nobody keeps it any more.
func (a *App) Drop(ctx context.Context, who access.Who, id good.ID) error {
	_, err := a.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		k, err := a.find(ctx, tx, who, id)
		if err != nil {
			return err
		}
		if k.Owner != "" && k.Owner != who.Person {
			return &good.Error{Kind: good.Forbidden, Key: "guide.error.theirs"}
		}
		return tx.DropGuide(ctx, id)
	})
	return err
}

// Row is a copy in a list.
type Row struct {
	guide.Copy
	Slug     string // of the good
	Name     string
	Progress guide.Progress
}

// Mine are the copies of who and those that are shared with them, the newest
// first.
func (a *App) Mine(ctx context.Context, who access.Who) ([]Row, error) {
	if _, err := access.As(who, access.KeepGuide, access.Own(who.Person)); err != nil {
		return nil, err
	}
	db := a.DB.Primary()
	list, err := db.GuidesOf(ctx, who.Person)
	if err != nil {
		return nil, err
	}
	var ids []good.ID
	for _, k := range list {
		ids = append(ids, k.Good)
	}
	goods, err := db.Goods(ctx, ids)
	if err != nil {
		return nil, err
	}
	today := good.Date(a.Now().UTC().Format(time.DateOnly))
	var out []Row
	for _, k := range list {
		r := Row{Copy: k.Copy, Slug: string(k.Good), Name: string(k.Good)}
		set, err := a.list(k.List)
		if err != nil {
			return nil, err
		}
		g := goods[k.Good]
		if g != nil && g.Tombstone != nil && g.Tombstone.Into != "" {
			if g, err = kept(ctx, db, k.Good); err != nil {
				return nil, err
			}
		}
		if g != nil {
			r.Slug, r.Name = g.Slug, g.Name
			r.Progress = k.Progress(items(set, g.Kinds), today)
		}
		out = append(out, r)
	}
	return out, nil
}

// kept is the good of a copy; of what was merged, the one it went into. One that
// was removed stays that of the copy.
func kept(ctx context.Context, db reader, id good.ID) (*good.Good, error) {
	g, err := find(ctx, db, string(id))
	if good.KindOf(err) == good.Gone {
		return db.Good(ctx, id)
	}
	return g, err
}

// items are the ids of what a checklist asks of a good of these kinds.
func items(set *standard.Set, kinds []good.Kind) []string {
	var out []string
	for _, q := range set.Questions() {
		if asks(q, kinds) {
			out = append(out, q.ID)
		}
	}
	return out
}

// View is a copy as who keeps it sees it.
type View struct {
	Guide
	Copy     guide.Copy
	Progress guide.Progress
	Body     *good.Body // that it is shared with
	Bodies   []good.Body
	Owns     bool              // it is theirs, not only shared with them
	Drops    bool              // they may delete it
	Gone     bool              // the good was removed
	Newer    *standard.Set     // a newer version of the checklist; nil for none
	Changes  []standard.Change // to that
	Left     []Left            // what was written on items that are asked no more
}

// Left is what was written on an item that is asked no more.
type Left struct {
	ID    string
	Label good.Text // "" where no version that is known here has it
	Mark  guide.Mark
}

// Show shows a copy.
func (a *App) Show(ctx context.Context, who access.Who, id good.ID) (*View, error) {
	db := a.DB.Primary()
	k, err := a.find(ctx, db, who, id)
	if err != nil {
		return nil, err
	}
	of, err := kept(ctx, db, k.Good)
	if err != nil {
		return nil, err
	}
	g, err := a.guide(ctx, db, of, k.Country, k.List)
	if err != nil {
		return nil, err
	}
	v := &View{Guide: *g, Copy: k.Copy, Owns: k.Owner == who.Person, Drops: k.Owner == "" || k.Owner == who.Person, Gone: of.Tombstone != nil, Progress: k.Progress(g.Items(), g.Today)}
	for p := range v.Parts {
		for i := range v.Parts[p].Items {
			v.Parts[p].Items[i].Mark = k.Mark(v.Parts[p].Items[i].ID)
		}
	}
	if v.Left, err = a.left(g, &k.Copy); err != nil {
		return nil, err
	}
	newest, err := a.list("")
	if err != nil {
		return nil, err
	}
	if newest.Key() != k.List {
		v.Newer, v.Changes = newest, standard.Diff(g.List, newest)
	}
	if v.Bodies, err = a.Bodies(ctx, who); err != nil {
		return nil, err
	}
	if k.Body != "" {
		v.Body, err = db.Body(ctx, string(k.Body))
	}
	return v, err
}

// left is what was written on items that are asked no more.
func (a *App) left(g *Guide, c *guide.Copy) ([]Left, error) {
	lib, err := a.Lists()
	if err != nil {
		return nil, err
	}
	asked := g.Items()
	var out []Left
	for _, id := range slices.Sorted(maps.Keys(c.Marks)) {
		if slices.Contains(asked, id) {
			continue
		}
		l := Left{ID: id, Mark: c.Marks[id]}
		for _, set := range lib.Sets() {
			if q, ok := set.Question(id); ok {
				l.Label = q.Label
				break
			}
		}
		out = append(out, l)
	}
	return out, nil
}
