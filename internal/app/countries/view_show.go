package countries

import (
	"cmp"
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"time"

	"stoa/internal/access"
	"stoa/internal/alliance"
	"stoa/internal/call"
	"stoa/internal/community"
	"stoa/internal/deploy"
	"stoa/internal/good"
	"stoa/internal/need"
	"stoa/internal/store"
	"stoa/internal/vocab"
)

// Show returns a country as who sees it.
func (a *App) Show(ctx context.Context, who access.Who, key string) (View, error) {
	c, err := find(key)
	if err != nil {
		return View{}, err
	}
	all, err := figures(ctx, a.DB, []string{c.Alpha2})
	if err != nil {
		return View{}, err
	}
	v := View{Figures: all[0], Today: day(a.Now()), Keeps: a.keeps(ctx, who, c.Alpha2)}
	for _, part := range []func(context.Context, *View, vocab.Country) error{a.own, a.used, a.topics, a.latest, a.needed, a.open, a.allied} {
		if err := part(ctx, &v, c); err != nil {
			return v, err
		}
	}
	return v, nil
}

// own adds what the country says itself, and its past.
func (a *App) own(ctx context.Context, v *View, c vocab.Country) error {
	l, err := a.DB.Land(ctx, c.Alpha2)
	if err != nil || l == nil {
		return err
	}
	v.Land, v.Ready = *l, a.ready(l)
	v.History, err = a.DB.History(ctx, l.ID, historyShown)
	return err
}

// used adds which goods and organisations stand for most of what is confirmed.
func (a *App) used(ctx context.Context, v *View, c vocab.Country) error {
	list, err := a.DB.CountryUses(ctx, c.Alpha2, store.UseGood, topShown)
	if err != nil {
		return err
	}
	var ids []good.ID
	for _, u := range list {
		ids = append(ids, good.ID(u.Value))
	}
	if v.Circles, err = a.DB.CommunitiesAbout(ctx, ids, latestShown); err != nil {
		return err
	}
	goods, err := a.DB.Goods(ctx, ids)
	if err != nil {
		return err
	}
	for _, u := range list {
		if g := goods[good.ID(u.Value)]; g != nil {
			v.Top = append(v.Top, Used{ID: u.Value, Slug: g.Slug, Name: cmp.Or(g.Name, g.Slug), N: u.N})
		}
	}
	if list, err = a.DB.CountryUses(ctx, c.Alpha2, store.UseOrganisation, topShown); err != nil {
		return err
	}
	for _, u := range list {
		name, err := a.DB.OrganisationNamed(ctx, u.Value)
		if err != nil {
			return err
		}
		v.Bodies = append(v.Bodies, Used{Slug: u.Value, Name: name, N: u.N})
	}
	return nil
}

// topics adds what the goods in use serve, and for which SDG there is none.
func (a *App) topics(ctx context.Context, v *View, c vocab.Country) error {
	var around []string
	if r, ok := vocab.RegionOf(c); ok {
		around = codes(r.Countries())
	}
	if !slices.Contains(around, c.Alpha2) {
		around = append(around, c.Alpha2)
	}
	list, err := a.DB.UsesIn(ctx, around, store.UseSDG)
	if err != nil {
		return err
	}
	near, have := map[string][]string{}, map[string]int{}
	for _, u := range list {
		if u.Country == c.Alpha2 {
			have[u.Value] = u.N
		} else {
			near[u.Value] = append(near[u.Value], u.Country)
		}
	}
	for _, s := range vocab.SDGs() {
		value := strconv.Itoa(s.Number)
		if n := have[value]; n > 0 {
			v.SDGs = append(v.SDGs, Topic{value, n})
		} else {
			v.Gaps = append(v.Gaps, Gap{s.Number, near[value]})
		}
	}
	if list, err = a.DB.CountryUses(ctx, c.Alpha2, store.UseSector, topShown); err != nil {
		return err
	}
	for _, u := range list {
		v.Sectors = append(v.Sectors, Topic{u.Value, u.N})
	}
	return nil
}

// latest adds the newest deployments, whatever their state.
func (a *App) latest(ctx context.Context, v *View, c vocab.Country) error {
	var err error
	v.Latest, err = a.inUse(ctx, c.Alpha2, latestShown)
	return err
}

// inUse are the newest deployments of a country.
func (a *App) inUse(ctx context.Context, code string, limit int) ([]InUse, error) {
	list, err := a.DB.Deployments(ctx, store.DeploymentsThat{Country: code}, "", limit)
	if err != nil {
		return nil, err
	}
	var ids []good.ID
	for _, r := range list {
		ids = append(ids, r.Good)
	}
	goods, err := a.DB.Goods(ctx, ids)
	var out []InUse
	for _, r := range list {
		u := InUse{Record: r, Slug: string(r.Good)}
		if g := goods[r.Good]; g != nil {
			u.Slug, u.Name = g.Slug, g.Name
		}
		u.Name = cmp.Or(u.Name, u.Slug)
		out = append(out, u)
	}
	return out, err
}

// needed adds what is needed there, as far as it is public, and who offers help.
func (a *App) needed(ctx context.Context, v *View, c vocab.Country) error {
	that := store.NeedsThat{Country: c.Alpha2, State: "open"}
	var err error
	if v.Needed, err = a.DB.CountNeeds(ctx, that); err != nil {
		return err
	}
	if v.Needs, err = a.DB.PublicNeeds(ctx, that, "", latestShown); err != nil {
		return err
	}
	v.Offers, err = a.DB.Offers(ctx, store.SupportThat{Country: c.Alpha2}, "", topShown)
	return err
}

// Seen names what of a country's page no journal tells: the needs and
// communities that it shows, and the calls, which the clock opens and ends.
func (v View) Seen() string {
	return string(v.Today) + "." + strconv.Itoa(v.Needed) + "." + seen(v.Needs, v.Calls, v.Circles)
}

// seen names needs, calls and communities as they are now. It is short, for it goes with each
// answer.
func seen(needs []need.Record, calls []call.Call, circles []community.Community) string {
	h := fnv.New64a()
	for _, n := range needs {
		fmt.Fprintf(h, "%s-%d.", n.ID, n.Version)
	}
	for _, c := range calls {
		fmt.Fprintf(h, "%s-%d.", c.ID, c.Version)
	}
	for _, c := range circles {
		fmt.Fprintf(h, "%s-%d.", c.ID, c.Version)
	}
	return strconv.FormatUint(h.Sum64(), 36)
}

// open adds the calls that somebody from there can enter, or will be able to:
// the one that closes first comes first.
func (a *App) open(ctx context.Context, v *View, c vocab.Country) error {
	all, err := a.DB.Calls(ctx)
	for _, one := range all {
		if (one.State == call.Open || one.State == call.Announced) && a.Now().Before(one.Until) && (len(one.Countries) == 0 || slices.Contains(one.Countries, c.Alpha2)) {
			v.Calls = append(v.Calls, one)
		}
	}
	slices.SortFunc(v.Calls, func(a, b call.Call) int { return cmp.Or(a.Until.Compare(b.Until), cmp.Compare(a.ID, b.ID)) })
	return err
}

// allied adds who of the country belongs to the alliance, and what was promised
// that concerns it.
func (a *App) allied(ctx context.Context, v *View, c vocab.Country) error {
	members, err := a.DB.AllianceMembers(ctx)
	if err != nil {
		return err
	}
	by := map[good.ID]alliance.Member{}
	for _, m := range members {
		if by[m.ID] = m; m.Country == c.Alpha2 && m.Belongs() {
			v.Team = append(v.Team, m)
		}
	}
	slices.SortStableFunc(v.Team, func(a, b alliance.Member) int { // who leads comes first
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Name, b.Name))
	})
	list, err := a.DB.Commitments(ctx)
	for _, one := range list {
		m := by[one.Member]
		if m.Country == c.Alpha2 && leads(m, c.Alpha2) || slices.Contains(one.Countries, c.Alpha2) {
			v.Promises = append(v.Promises, Promise{one, m, one.State(v.Today)})
		}
	}
	slices.SortStableFunc(v.Promises, func(a, b Promise) int { return cmp.Compare(b.Until(), a.Until()) })
	v.Promises = v.Promises[:min(len(v.Promises), promiseShown)]
	return err
}

func rank(m alliance.Member) int {
	if slices.Contains(m.Roles, alliance.Pathfinder) {
		return 0
	}
	return 1
}

// Happening is something that is new of a country: a deployment, what its team
// said, a public need, or a call that somebody from there can enter now.
type Happening struct {
	Use  *InUse
	Said *good.Entry
	Need *need.Record
	Call *call.Call
	At   time.Time
}

// feedLength is how much of the news a feed holds.
const feedLength = 50

// News is what is new of a country.
type News struct {
	Code string      // ISO 3166-1 alpha-2
	List []Happening // the newest first
	Seen string      // names what of it no journal tells
}

// News returns what is new of a country.
func (a *App) News(ctx context.Context, key string) (News, error) {
	c, err := find(key)
	if err != nil {
		return News{}, err
	}
	uses, err := a.inUse(ctx, c.Alpha2, feedLength)
	if err != nil {
		return News{}, err
	}
	var out []Happening
	for _, u := range uses {
		out = append(out, Happening{Use: &u, At: spoken(u.Record)})
	}
	v := View{}
	for _, part := range []func(context.Context, *View, vocab.Country) error{a.own, a.open} {
		if err := part(ctx, &v, c); err != nil {
			return News{}, err
		}
	}
	v.Calls = slices.DeleteFunc(v.Calls, func(c call.Call) bool { return c.State != call.Open }) // nobody can enter the others yet
	needs, err := a.DB.PublicNeeds(ctx, store.NeedsThat{Country: c.Alpha2, State: "open"}, "", feedLength)
	if err != nil {
		return News{}, err
	}
	for _, n := range needs {
		out = append(out, Happening{Need: &n, At: n.Changed})
	}
	for _, one := range v.Calls {
		out = append(out, Happening{Call: &one, At: one.Changed})
	}
	for _, e := range v.History {
		out = append(out, Happening{Said: &e, At: e.Time})
	}
	slices.SortStableFunc(out, func(a, b Happening) int { return b.At.Compare(a.At) })
	return News{c.Alpha2, out[:min(len(out), feedLength)], seen(needs, v.Calls, nil)}, nil
}

// spoken is when somebody spoke of a deployment last.
func spoken(r deploy.Record) time.Time {
	if r.Confirmed != nil {
		return r.Confirmed.At
	}
	return r.Stated.At
}
