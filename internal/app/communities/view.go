package communities

import (
	"context"
	"slices"
	"time"

	"stoa/internal/access"
	"stoa/internal/call"
	"stoa/internal/community"
	"stoa/internal/good"
	"stoa/internal/need"
	"stoa/internal/sourcing"
)

// PageLength is how many communities a page lists.
const PageLength = 50

// What a community's page shows at most.
const (
	pastShown   = 30
	eventsShown = 100
	callsShown  = 10
)

// List is a page of communities, by address.
type List struct {
	Total       int
	Communities []community.Community
	Next        string     // after which the next page begins; "" at the end
	About       *good.Good // the good that was asked for
	Mine        []community.Community
	Founds      bool // who asks may found one
}

// List lists communities after one, "" for the first; those about a good alone
// where one is named by slug or id.
func (a *App) List(ctx context.Context, who access.Who, about, after string, limit int) (List, error) {
	var out List
	var of good.ID
	if about != "" {
		g, _, err := a.DB.GoodBySlug(ctx, about)
		if id := good.ID(about); id.Valid() {
			g, err = a.DB.Good(ctx, id)
		}
		if good.KindOf(err) == good.NotFound || err == nil && g == nil {
			return out, &good.Error{Kind: good.Invalid, Key: "community.error.goods", Field: "good", Args: map[string]any{"Name": good.Short(about)}}
		}
		if err != nil {
			return out, err
		}
		out.About, of = g, g.ID
	}
	db := a.DB.Primary()
	var err error
	if out.Total, err = db.CountCommunities(ctx, of); err != nil {
		return out, err
	}
	if out.Communities, err = db.Communities(ctx, of, after, limit+1); err != nil {
		return out, err
	}
	if len(out.Communities) > limit {
		out.Communities = out.Communities[:limit]
		out.Next = out.Communities[limit-1].Slug
	}
	if who.Person == "" {
		return out, nil
	}
	if out.Mine, err = a.mine(ctx, who); err != nil {
		return out, err
	}
	err = a.MayFound(ctx, who)
	out.Founds = err == nil
	if kind := good.KindOf(err); err != nil && kind != good.Forbidden && kind != good.Unauthenticated {
		return out, err
	}
	return out, nil
}

func (a *App) mine(ctx context.Context, who access.Who) ([]community.Community, error) {
	list, err := a.DB.Primary().CommunitiesOf(ctx, who.Person)
	if err != nil {
		return nil, err
	}
	var out []community.Community
	var last good.ID
	for _, m := range list {
		if m.Community == last {
			continue
		}
		last = m.Community
		c, err := a.DB.Primary().Community(ctx, string(m.Community))
		if err != nil {
			return nil, err
		}
		if c != nil {
			out = append(out, *c)
		}
	}
	return out, nil
}

// Person is a member as others may know them.
type Person struct {
	Name      string // "" for who does not wish to be named
	Pseudonym string // for keepers alone
	Keeper    bool
}

// View is a community as who sees it.
type View struct {
	community.Community
	Goods   []*good.Good
	Needs   []need.Record
	Boards  []sourcing.Board
	Calls   []call.Call // open ones for the same goals
	Bodies  []good.Body // organisations that belong to it
	People  []Person    // keepers first; those who wish to be named, to keepers all
	Members int         // people who belong to it
	Ahead   []community.Meeting
	Past    []community.Meeting
	Events  []community.Event
	Own     []good.Body // for which who reads acts
	Joined  bool        // who reads belongs to it themselves
	Named   bool        // and agreed to be named
	Keeps   bool
	Hides   bool
	Belongs []good.Body // of Own, those that belong to it
}

// Show shows a community.
func (a *App) Show(ctx context.Context, who access.Who, key string) (*View, error) {
	db := a.DB.Primary()
	c, err := find(ctx, db, who, key)
	if err != nil {
		return nil, err
	}
	whole := who
	whole.Scopes = nil
	_, keeps := access.As(whole, access.KeepCommunity, c.keepers())
	_, hides := access.As(whole, access.HideCommunity, access.Thing{})
	v := &View{Community: *c.Community, Keeps: keeps == nil, Hides: hides == nil}
	for _, fill := range []func(context.Context, access.Who, circle) error{
		func(ctx context.Context, who access.Who, c circle) error { return a.about(ctx, v, c) },
		func(ctx context.Context, who access.Who, c circle) error { return a.members(ctx, v, who, c) },
		func(ctx context.Context, who access.Who, c circle) error { return a.dates(ctx, v, c) },
	} {
		if err := fill(ctx, who, c); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// about adds what a community is about. What went since is left out; what was
// merged is shown as what it went into.
func (a *App) about(ctx context.Context, v *View, c circle) error {
	db := a.DB.Primary()
	goods, err := db.Goods(ctx, c.Goods)
	if err != nil {
		return err
	}
	for _, id := range c.Goods {
		g := goods[id]
		for hops := 0; g != nil && g.Tombstone != nil && g.Tombstone.Into != "" && hops < 10; hops++ {
			if g, err = db.Good(ctx, g.Tombstone.Into); err != nil {
				return err
			}
		}
		if g != nil && g.Tombstone == nil && !slices.ContainsFunc(v.Goods, func(o *good.Good) bool { return o.ID == g.ID }) {
			v.Goods = append(v.Goods, g)
		}
	}
	for _, id := range c.Needs {
		n, _, err := db.Need(ctx, id)
		if err != nil {
			return err
		}
		if n != nil && n.Visibility == need.Public && n.Outcome != need.Hidden {
			v.Needs = append(v.Needs, *n)
		}
	}
	for _, id := range c.Boards {
		b, err := db.SourcingBoard(ctx, string(id))
		if err != nil {
			return err
		}
		if b != nil && b.Public {
			v.Boards = append(v.Boards, *b)
		}
	}
	if len(c.SDGs) == 0 {
		return nil
	}
	calls, err := db.Calls(ctx)
	for _, x := range calls {
		if x.State == call.Open && len(v.Calls) < callsShown && slices.ContainsFunc(x.SDGs, func(n int) bool { return slices.Contains(c.SDGs, n) }) {
			v.Calls = append(v.Calls, x)
		}
	}
	return err
}

// members adds who belongs to it.
func (a *App) members(ctx context.Context, v *View, who access.Who, c circle) error {
	db := a.DB.Primary()
	var err error
	if who.Person != "" {
		if v.Own, err = db.BodiesOf(ctx, who.Person); err != nil {
			return err
		}
	}
	for _, m := range c.members {
		if m.Body != "" {
			b, err := db.Body(ctx, string(m.Body))
			if err != nil {
				return err
			}
			if b != nil {
				v.Bodies = append(v.Bodies, *b)
			}
			continue
		}
		v.Members++
		if m.Person == who.Person {
			v.Joined, v.Named = true, m.Named
		}
		if !m.Named && !v.Keeps {
			continue
		}
		p, err := db.Person(ctx, m.Person)
		if err != nil {
			return err
		}
		if p == nil || p.Name == "" && !v.Keeps {
			continue
		}
		one := Person{Keeper: m.Keeper}
		if m.Named {
			one.Name = p.Name
		}
		if v.Keeps {
			one.Pseudonym = p.Pseudonym
		}
		v.People = append(v.People, one)
	}
	for _, b := range v.Own {
		if slices.ContainsFunc(v.Bodies, func(x good.Body) bool { return x.ID == b.ID }) {
			v.Belongs = append(v.Belongs, b)
		}
	}
	slices.SortStableFunc(v.People, func(a, b Person) int {
		switch {
		case a.Keeper && !b.Keeper:
			return -1
		case b.Keeper && !a.Keeper:
			return 1
		}
		return 0
	})
	return nil
}

// dates adds when it meets and met, and what happened to it.
func (a *App) dates(ctx context.Context, v *View, c circle) (err error) {
	db := a.DB.Primary()
	now := a.Now()
	from := now.Add(-community.MaxMinutes * time.Minute) // what is under way is ahead, too
	list, err := db.Meetings(ctx, c.ID, from.UnixMilli(), 0, community.MaxAhead*2)
	if err != nil {
		return err
	}
	for _, m := range list {
		if m.End().After(now) {
			v.Ahead = append(v.Ahead, m)
		} else {
			v.Past = append([]community.Meeting{m}, v.Past...)
		}
	}
	before, err := db.Meetings(ctx, c.ID, 0, from.UnixMilli(), pastShown)
	if err != nil {
		return err
	}
	v.Past = append(v.Past, before...)
	v.Events, err = db.CommunityEvents(ctx, c.ID, eventsShown)
	return err
}
