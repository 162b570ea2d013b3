// Package guides holds what can be done with the guides of goods: a checklist
// from a first look to national use, filled with what is known here, and the
// copies that people keep of it. The checklist is public; a copy is private and
// no fact of the registry, so it is not in the journal.
package guides

import (
	"context"
	"encoding/json"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/community"
	"stoa/internal/good"
	"stoa/internal/guide"
	"stoa/internal/standard"
	"stoa/internal/store"
	"stoa/internal/vocab"
)

// App is the noun's verbs and views.
type App struct {
	DB  *store.DB
	Now func() time.Time
	// Lists are the checklists, read when they are first asked for.
	Lists func() (*standard.Library, error)
}

// adoption names the checklist of goods that are taken into use.
const adoption = "adoption"

// list is a version of the checklist; "" for the newest.
func (a *App) list(key string) (*standard.Set, error) {
	lib, err := a.Lists()
	if err != nil {
		return nil, err
	}
	if set, ok := lib.Find(key); ok && key != "" {
		return set, nil
	}
	set, ok := lib.Set(adoption, "")
	if !ok {
		return nil, &good.Error{Kind: good.NotFound, Key: "guide.error.none"}
	}
	return set, nil
}

// reader is what these verbs ask the store.
type reader interface {
	Good(ctx context.Context, id good.ID) (*good.Good, error)
	GoodBySlug(ctx context.Context, slug string) (*good.Good, bool, error)
	Guide(ctx context.Context, id good.ID) (*store.KeptGuide, error)
	Members(ctx context.Context, body good.ID) ([]good.Member, error)
}

// find is the good with that slug or id; of what was merged, the one it went
// into.
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

// Item is one thing to see to.
type Item struct {
	standard.Question
	Known []Known
	Mark  guide.Mark
}

// Part is a stage of the way with what is to be seen to in it.
type Part struct {
	standard.Indicator
	Items []Item
}

// Guide is the checklist of one good, filled with what is known here.
type Guide struct {
	Of          *good.Good
	List        *standard.Set
	For         string // the country for which it is filled; "" for none
	Parts       []Part
	Communities []community.Community // some that work with the good, by address
	Sources     map[string]good.Source
	Today       good.Date
	aside       string // what the journal does not tell, of all that it is filled with
}

// Items are the ids of all items.
func (g *Guide) Items() []string {
	var out []string
	for _, p := range g.Parts {
		for _, i := range p.Items {
			out = append(out, i.ID)
		}
	}
	return out
}

// Seen names what the guide is filled with of which the journal does not tell:
// what a country needs, who works together and what is translated are no facts of
// the registry.
func (g *Guide) Seen() string { return string(g.Today) + "." + g.aside }

// Moved says whether the good was asked for under another name than its slug.
func (g *Guide) Moved(key string) bool { return g.Of.Slug != key }

// Guide returns the checklist of a good, filled for a country where one is
// named. Anybody may read it.
func (a *App) Guide(ctx context.Context, key, country string) (*Guide, error) {
	g, err := a.Named(ctx, key, country)
	if err != nil {
		return nil, err
	}
	return g, a.Fill(ctx, g)
}

// Named is the guide of a good before it is filled: enough to know whether who
// asks has it already.
func (a *App) Named(ctx context.Context, key, country string) (*Guide, error) {
	if country = strings.TrimSpace(country); country != "" {
		c, ok := vocab.CountryByCode(strings.ToUpper(country))
		if !ok {
			if c, ok = vocab.FindCountry(country); !ok {
				return nil, &good.Error{Kind: good.Invalid, Key: "deploy.error.country", Field: "country", Args: map[string]any{"Value": good.Short(country)}}
			}
		}
		country = c.Alpha2
	}
	g, err := find(ctx, a.DB, key)
	if err != nil {
		return nil, err
	}
	return a.named(ctx, a.DB, g, country)
}

func (a *App) named(ctx context.Context, db reads, g *good.Good, country string) (*Guide, error) {
	out := &Guide{Of: g, For: country, Today: good.Date(a.Now().UTC().Format(time.DateOnly))}
	if g.Tombstone != nil {
		return out, nil
	}
	var err error
	if out.Communities, err = db.Communities(ctx, g.ID, "", shown); err != nil {
		return nil, err
	}
	said := []any{country, out.Communities}
	cover, err := db.Coverage(ctx, g.ID)
	if err != nil {
		return nil, err
	}
	if cover != nil {
		said = append(said, cover.Shares)
	}
	if country != "" {
		n, err := db.CountNeeds(ctx, store.NeedsThat{Country: country, State: "open"})
		if err != nil {
			return nil, err
		}
		said = append(said, n)
	}
	h := fnv.New64a()
	if err := json.NewEncoder(h).Encode(said); err != nil {
		return nil, err
	}
	out.aside = strconv.FormatUint(h.Sum64(), 36)
	return out, nil
}

// Fill fills the guide of a good.
func (a *App) Fill(ctx context.Context, g *Guide) error { return a.fill(ctx, a.DB, g, "") }

// asks says whether an item is for a good of these kinds: what no kind is known
// of is asked everything that is not for one kind alone.
func asks(q standard.Question, kinds []good.Kind) bool {
	return len(q.Kinds) == 0 || slices.ContainsFunc(q.Kinds, func(k good.Kind) bool { return slices.Contains(kinds, k) }) || len(kinds) == 0 && len(q.Kinds) > 1
}

// guide is the checklist of a good in a version, filled.
func (a *App) guide(ctx context.Context, db reads, g *good.Good, country, list string) (*Guide, error) {
	out, err := a.named(ctx, db, g, country)
	if err != nil {
		return nil, err
	}
	return out, a.fill(ctx, db, out, list)
}

// fill puts what is known into a guide; of a good that was removed, nothing is.
func (a *App) fill(ctx context.Context, db reads, out *Guide, list string) (err error) {
	if out.List, err = a.list(list); err != nil {
		return err
	}
	if out.Sources, err = db.Sources(ctx); err != nil {
		return err
	}
	var known *known
	if out.Of.Tombstone == nil {
		if known, err = knowing(ctx, db, out.Of, out.For); err != nil {
			return err
		}
	}
	for _, in := range out.List.Leaves() {
		p := Part{Indicator: in}
		for _, q := range in.Questions {
			if !asks(q, out.Of.Kinds) {
				continue
			}
			one := Item{Question: q, Mark: guide.Mark{State: guide.Open}}
			if known != nil {
				one.Known = known.of(q)
			}
			p.Items = append(p.Items, one)
		}
		if len(p.Items) > 0 {
			out.Parts = append(out.Parts, p)
		}
	}
	return nil
}

// Kept returns what is kept of a person here, for them to take away.
func (a *App) Kept(ctx context.Context, p good.Person) (any, error) {
	list, err := a.DB.Primary().GuidesOf(ctx, p.ID)
	var out []guide.Copy
	for _, k := range list {
		if k.Owner == p.ID {
			out = append(out, k.Copy)
		}
	}
	return out, err
}

// Forget deletes the copies of a person who is erased; one that they share with
// an organisation for which others act stays with that.
func Forget(ctx context.Context, tx *store.Tx, p good.Person) error {
	return tx.ForgetGuides(ctx, p.ID)
}

// Bodies are the organisations for which who acts.
func (a *App) Bodies(ctx context.Context, who access.Who) ([]good.Body, error) {
	if who.Person == "" {
		return nil, nil
	}
	return a.DB.Primary().BodiesOf(ctx, who.Person)
}
