package communities

import (
	"cmp"
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
	MembersShown = 500
	pastShown    = 30
	eventsShown  = 100
	callsShown   = 10
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
		g, err := standing(ctx, a.DB, about)
		if err != nil {
			return out, err
		}
		if g == nil {
			return out, &good.Error{Kind: good.Invalid, Key: "community.error.goods", Field: "good", Args: map[string]any{"Name": good.Short(about)}}
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
	if out.Mine, err = db.CommunitiesWith(ctx, who.Person); err != nil {
		return out, err
	}
	err = a.MayFound(ctx, who)
	out.Founds = err == nil
	if kind := good.KindOf(err); err != nil && kind != good.Forbidden && kind != good.Unauthenticated {
		return out, err
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
	Bodies  []good.Body // organisations that belong to it, by name, MembersShown at most
	People  []Person    // keepers first, then who came last; those who wish to be named, to keepers all; MembersShown at most
	Members int         // people who belong to it
	Ahead   []community.Meeting
	Past    []community.Meeting
	Events  []community.Event
	Own     []good.Body // for which who reads acts
	Joined  bool        // who reads belongs to it themselves
	Named   bool        // and agreed to be named
	Keeps   bool
	Names   bool // who reads may say who is a keeper
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
	v := &View{Community: *c.Community, Keeps: c.may(who, access.KeepCommunity), Names: c.appoints(whole) == nil, Hides: c.may(who, access.HideCommunity)}
	if err := a.about(ctx, v, c); err != nil {
		return nil, err
	}
	if err := a.members(ctx, v, who); err != nil {
		return nil, err
	}
	return v, a.dates(ctx, v)
}

// Follow shows when a community meets and met, and what happened to it, and no
// more: what programs ask for again and again.
func (a *App) Follow(ctx context.Context, who access.Who, key string) (*View, error) {
	c, err := find(ctx, a.DB.Primary(), who, key)
	if err != nil {
		return nil, err
	}
	v := &View{Community: *c.Community, Keeps: c.may(who, access.KeepCommunity), Hides: c.may(who, access.HideCommunity)}
	return v, a.dates(ctx, v)
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
	needs, err := db.NeedsIn(ctx, c.Needs)
	if err != nil {
		return err
	}
	for _, n := range ordered(needs, c.Needs, func(n need.Record) good.ID { return n.ID }) {
		if n.Visibility == need.Public && n.Outcome != need.Hidden {
			v.Needs = append(v.Needs, n)
		}
	}
	boards, err := db.SourcingBoardsIn(ctx, c.Boards)
	if err != nil {
		return err
	}
	for _, b := range ordered(boards, c.Boards, func(b sourcing.Board) good.ID { return b.ID }) {
		if b.Public {
			v.Boards = append(v.Boards, b)
		}
	}
	if len(c.SDGs) == 0 {
		return nil
	}
	calls, err := db.OpenCalls(ctx)
	for _, x := range calls {
		if len(v.Calls) < callsShown && slices.ContainsFunc(x.SDGs, func(n int) bool { return slices.Contains(c.SDGs, n) }) {
			v.Calls = append(v.Calls, x)
		}
	}
	return err
}

// ordered is a list in the order in which a community names what is on it.
func ordered[T any](list []T, ids []good.ID, id func(T) good.ID) []T {
	slices.SortFunc(list, func(a, b T) int { return cmp.Compare(slices.Index(ids, id(a)), slices.Index(ids, id(b))) })
	return list
}

// members adds who belongs to it.
func (a *App) members(ctx context.Context, v *View, who access.Who) (err error) {
	db := a.DB.Primary()
	if v.Members, err = db.CountCommunityPeople(ctx, v.ID); err != nil {
		return err
	}
	people, err := db.CommunityPeople(ctx, v.ID, !v.Names, MembersShown)
	if err != nil {
		return err
	}
	for _, p := range people {
		one := Person{Keeper: p.Keeper}
		if p.Named {
			one.Name = p.Name
		}
		if v.Names {
			one.Pseudonym = p.Pseudonym
		}
		if one != (Person{Keeper: p.Keeper}) {
			v.People = append(v.People, one)
		}
	}
	if v.Bodies, err = db.CommunityBodies(ctx, v.ID, "", MembersShown); err != nil || who.Person == "" {
		return err
	}
	if v.Own, err = db.BodiesOf(ctx, who.Person); err != nil {
		return err
	}
	if v.Belongs, err = db.CommunityBodies(ctx, v.ID, who.Person, MembersShown); err != nil {
		return err
	}
	m, err := db.CommunityMember(ctx, v.ID, who.Person, "")
	if m != nil {
		v.Joined, v.Named = true, m.Named
	}
	return err
}

// dates adds when it meets and met, and what happened to it; by whom is for
// those who look after it.
func (a *App) dates(ctx context.Context, v *View) error {
	db := a.DB.Primary()
	now := a.Now()
	from := now.Add(-community.MaxMinutes * time.Minute) // what is under way is ahead, too
	list, err := db.Meetings(ctx, v.ID, from.UnixMilli(), 0, community.MaxAhead*2)
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
	before, err := db.Meetings(ctx, v.ID, 0, from.UnixMilli(), pastShown)
	if err != nil {
		return err
	}
	v.Past = append(v.Past, before...)
	v.Events, err = db.CommunityEvents(ctx, v.ID, eventsShown)
	if !v.Keeps && !v.Hides {
		for i := range v.Events {
			v.Events[i].By = ""
		}
	}
	return err
}
