// Package communities holds what can be done with communities of practice: they
// are founded, joined and left, they name goods and needs, and they meet. What a
// community says of itself is its people's work and no fact of the registry: it
// is not in the journal, and has a history of its own.
package communities

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/alliance"
	"stoa/internal/community"
	"stoa/internal/good"
	"stoa/internal/need"
	"stoa/internal/store"
)

// App is the noun's verbs and views.
type App struct {
	DB  *store.DB
	Now func() time.Time
	// Queue has people told of meetings later; nil where nobody is told.
	Queue Queue
	// Tell has a person told, once for a key.
	Tell func(ctx context.Context, tx *store.Tx, key string, n good.Notice) error
}

func (a *App) do(ctx context.Context, fn func(context.Context, *store.Tx) error) error {
	_, err := a.DB.Do(ctx, good.Actor{}, fn)
	return err
}

// circle is a community and who keeps it.
type circle struct {
	*community.Community
	keepers []good.ID
}

func (c circle) thing() access.Thing { return access.Thing{Owners: c.keepers} }

// may says whether who may do an act with the community, whatever their token
// is for.
func (c circle) may(who access.Who, act access.Act) bool {
	who.Scopes = nil
	_, err := access.As(who, act, c.thing())
	return err == nil
}

// appoints says whether who may say who keeps it: its keepers and, where there
// is none, the secretariat.
func (c circle) appoints(who access.Who) error {
	_, err := access.As(who, access.KeepCommunity, c.thing())
	if err != nil && len(c.keepers) == 0 && c.may(who, access.HideCommunity) {
		_, err = access.As(who, access.HideCommunity, c.thing())
	}
	return err
}

// reader is what these verbs ask the store.
type reader interface {
	Community(ctx context.Context, key string) (*community.Community, error)
	CommunityKeepers(ctx context.Context, id good.ID) ([]good.ID, error)
	Good(ctx context.Context, id good.ID) (*good.Good, error)
	GoodBySlug(ctx context.Context, slug string) (*good.Good, bool, error)
}

func unknown(key string) error {
	return &good.Error{Kind: good.NotFound, Key: "community.error.unknown", Args: map[string]any{"Name": good.Short(key)}}
}

// held is a community, hidden or not.
func held(ctx context.Context, db reader, key string) (c circle, err error) {
	if c.Community, err = db.Community(ctx, strings.TrimSpace(key)); err != nil || c.Community == nil {
		return c, cmp.Or(err, unknown(key))
	}
	c.keepers, err = db.CommunityKeepers(ctx, c.ID)
	return c, err
}

// find is a community for who may see it: what is hidden is there for its
// keepers and the secretariat alone.
func find(ctx context.Context, db reader, who access.Who, key string) (circle, error) {
	c, err := held(ctx, db, key)
	if err == nil && c.Hidden != "" && !c.may(who, access.KeepCommunity) && !c.may(who, access.HideCommunity) {
		return circle{}, unknown(key)
	}
	return c, err
}

// keep runs do on a community of which who is a keeper, and says what happened.
func (a *App) keep(ctx context.Context, who access.Who, key string, do func(context.Context, *store.Tx, circle) (*community.Event, error)) error {
	return a.with(ctx, who, key, func(c circle) error {
		_, err := access.As(who, access.KeepCommunity, c.thing())
		return err
	}, do)
}

// with runs do on a community with which who may, and says what happened.
func (a *App) with(ctx context.Context, who access.Who, key string, may func(circle) error, do func(context.Context, *store.Tx, circle) (*community.Event, error)) error {
	return a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		c, err := find(ctx, tx, who, key)
		if err != nil {
			return err
		}
		if err := may(c); err != nil {
			return err
		}
		e, err := do(ctx, tx, c)
		if err != nil || e == nil {
			return err
		}
		return note(ctx, tx, who, c.ID, *e)
	})
}

// note says what happened to a community.
func note(ctx context.Context, tx *store.Tx, who access.Who, id good.ID, e community.Event) error {
	e.ID, e.At, e.By = tx.NewID(), tx.Now(), who.Pseudonym
	return tx.AddCommunityEvent(ctx, id, e)
}

// Input is what is said of a community. Goods, needs and boards are named by
// slug or id.
type Input struct {
	community.Community
	Goods, Needs, Boards []string
}

// resolve finds what a community names.
func resolve(ctx context.Context, tx *store.Tx, in Input) (community.Community, error) {
	c := in.Community
	c.Goods, c.Needs, c.Boards = nil, nil, nil
	bad := func(field, key string) error {
		return &good.Error{Kind: good.Invalid, Key: "community.error." + field, Field: field, Args: map[string]any{"Name": good.Short(key)}}
	}
	add := func(to *[]good.ID, id good.ID) {
		if !slices.Contains(*to, id) {
			*to = append(*to, id)
		}
	}
	if len(in.Goods)+len(in.Needs)+len(in.Boards) > 3*community.MaxLinks {
		return c, &good.Error{Kind: good.Invalid, Key: "deploy.error.many", Field: "goods", Args: map[string]any{"Max": community.MaxLinks}}
	}
	for _, key := range in.Goods {
		g, err := standing(ctx, tx, key)
		if err != nil {
			return c, err
		}
		if g == nil {
			return c, bad("goods", key)
		}
		add(&c.Goods, g.ID)
	}
	for _, key := range in.Needs {
		n, _, err := tx.Need(ctx, good.ID(strings.TrimSpace(key)))
		if err != nil {
			return c, err
		}
		if n == nil || n.Visibility != need.Public || n.Outcome == need.Hidden {
			return c, bad("needs", key)
		}
		add(&c.Needs, n.ID)
	}
	for _, key := range in.Boards {
		b, err := tx.SourcingBoard(ctx, strings.TrimSpace(key))
		if err != nil {
			return c, err
		}
		if b == nil || !b.Public {
			return c, bad("boards", key)
		}
		add(&c.Boards, b.ID)
	}
	return c, c.Check()
}

// standing is the good with that slug or id that can be named; nil for none.
func standing(ctx context.Context, db reader, key string) (*good.Good, error) {
	g, err := store.GoodNamed(ctx, db, key)
	if g != nil && g.Tombstone != nil {
		g = nil
	}
	return g, err
}

// MayFound says whether somebody may found a community: the secretariat, and
// those who act for a member of the alliance or a sourcing partner.
func (a *App) MayFound(ctx context.Context, who access.Who) error {
	var thing access.Thing
	if who.Person != "" {
		db := a.DB.Primary()
		allied, err := db.AllianceMembersOf(ctx, who.Person)
		if err != nil {
			return err
		}
		bodies, err := db.BodiesOf(ctx, who.Person)
		if err != nil {
			return err
		}
		partner := false
		today := good.Date(a.Now().UTC().Format(time.DateOnly))
		for _, b := range bodies {
			p, err := db.Partner(ctx, b.ID)
			if err != nil {
				return err
			}
			partner = partner || p != nil && p.Runs(today)
		}
		if alliance.Current(allied) || partner {
			thing = access.Own(who.Person)
		}
	}
	_, err := access.As(who, access.FoundCommunity, thing)
	return err
}

// Found founds a community, of which its founder is a keeper.
func (a *App) Found(ctx context.Context, who access.Who, in Input) (*community.Community, error) {
	if err := a.MayFound(ctx, who); err != nil {
		return nil, err
	}
	var out community.Community
	return &out, a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		n, err := tx.FoundedBy(ctx, who.Person, 0)
		if err != nil {
			return err
		}
		if who.Person != "" && n >= community.MaxFounded {
			return &good.Error{Kind: good.Limited, Key: "community.error.many", Field: "name", Args: map[string]any{"Max": community.MaxFounded}}
		}
		if out, err = resolve(ctx, tx, in); err != nil {
			return err
		}
		out.ID, out.Created, out.Changed, out.Version, out.Hidden = tx.NewID(), tx.Now(), tx.Now(), 0, ""
		out.Slug, err = good.FreeSlug(func(slug string) (bool, error) {
			c, err := tx.Community(ctx, slug)
			return c != nil || slug == "new", err
		}, cmp.Or(out.Name["en"], out.Name[out.Lang]), string(out.ID))
		if err != nil {
			return err
		}
		if err := tx.PutCommunity(ctx, &out, who.Person); err != nil {
			return err
		}
		if who.Person != "" {
			if err := tx.PutCommunityMember(ctx, community.Member{Community: out.ID, Person: who.Person, Keeper: true, Since: tx.Now()}); err != nil {
				return err
			}
		}
		return note(ctx, tx, who, out.ID, community.Event{What: community.Founded})
	})
}

// Change says anew what a community is for, as a whole. Version is the one that
// was looked at, 0 for any.
func (a *App) Change(ctx context.Context, who access.Who, key string, in Input) (*community.Community, error) {
	var out community.Community
	return &out, a.keep(ctx, who, key, func(ctx context.Context, tx *store.Tx, c circle) (*community.Event, error) {
		if in.Version != 0 && in.Version != c.Version {
			return nil, &good.Error{Kind: good.Conflict, Key: "community.error.changed"}
		}
		var err error
		if out, err = resolve(ctx, tx, in); err != nil {
			return nil, err
		}
		out.ID, out.Slug, out.Created, out.Hidden, out.Version, out.Changed = c.ID, c.Slug, c.Created, c.Hidden, c.Version, tx.Now()
		parts := differs(*c.Community, out)
		if len(parts) == 0 {
			return nil, nil
		}
		return &community.Event{What: community.Altered, Text: strings.Join(parts, " ")}, tx.PutCommunity(ctx, &out, "")
	})
}

// differs names what of a community was changed.
func differs(a, b community.Community) []string {
	var out []string
	add := func(name string, same bool) {
		if !same {
			out = append(out, name)
		}
	}
	text := func(x, y good.Text) bool {
		return !slices.ContainsFunc(community.Languages, func(l string) bool { return x[l] != y[l] })
	}
	add("name", text(a.Name, b.Name))
	add("purpose", text(a.Purpose, b.Purpose))
	add("lang", a.Lang == b.Lang)
	add("sdgs", slices.Equal(a.SDGs, b.SDGs))
	add("goods", slices.Equal(a.Goods, b.Goods))
	add("needs", slices.Equal(a.Needs, b.Needs))
	add("boards", slices.Equal(a.Boards, b.Boards))
	add("link", a.Link == b.Link)
	return out
}

// Hide has the secretariat take a community off the lists, or put it on them
// again, and say why.
func (a *App) Hide(ctx context.Context, who access.Who, key string, hide bool, reason string) error {
	if _, err := access.As(who, access.HideCommunity, access.Thing{}); err != nil {
		return err
	}
	if reason = strings.TrimSpace(reason); reason == "" {
		return &good.Error{Kind: good.Invalid, Key: "error.reason.missing", Field: "reason"}
	}
	if err := good.CheckText("reason", reason, community.MaxReason); err != nil {
		return err
	}
	return a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		c, err := find(ctx, tx, who, key)
		if err != nil {
			return err
		}
		if (c.Hidden != "") == hide {
			return &good.Error{Kind: good.Conflict, Key: "community.error.same"}
		}
		e := community.Event{What: community.ShownNow, Text: reason}
		if c.Hidden = ""; hide {
			c.Hidden, e.What = reason, community.HiddenNow
		}
		c.Changed = tx.Now()
		if err := tx.PutCommunity(ctx, c.Community, ""); err != nil {
			return err
		}
		return note(ctx, tx, who, c.ID, e)
	})
}
