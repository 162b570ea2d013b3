package countries

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"stoa/internal/access"
	"stoa/internal/alliance"
	"stoa/internal/call"
	"stoa/internal/community"
	"stoa/internal/deploy"
	"stoa/internal/good"
	"stoa/internal/need"
	"stoa/internal/store"
	"stoa/internal/support"
	"stoa/internal/vocab"
)

// Count is how many deployments there are in a stage: those that are confirmed,
// and those of which one side alone speaks, that are to be confirmed again or
// that are disputed. Withdrawn ones are in neither.
type Count struct {
	Stage     deploy.Stage `json:"stage"`
	Confirmed int          `json:"confirmed"`
	Other     int          `json:"other"`
}

// Figures are what is counted of a country.
type Figures struct {
	Code          string  `json:"code"`
	Stages        []Count `json:"stages"`        // those of which there are any, in their order
	Running       int     `json:"running"`       // confirmed deployments that are not retired
	Other         int     `json:"other"`         // running ones that nobody vouches for
	Goods         int     `json:"goods"`         // in confirmed use
	Organisations int     `json:"organisations"` // that use them
	Pathfinder    bool    `json:"pathfinder"`    // it leads others the way in the alliance
}

// Topic is how many goods in confirmed use serve something: the number of an
// SDG or the code of a sector.
type Topic struct {
	Value string `json:"value"`
	Goods int    `json:"goods"`
}

// Gap is an SDG for which no good is in confirmed use, and which countries
// nearby have one.
type Gap struct {
	SDG  int      `json:"sdg"`
	Near []string `json:"near,omitempty"` // ISO 3166-1 alpha-2
}

// Used is a good or an organisation with how many confirmed deployments there
// are of it in the country.
type Used struct {
	ID   string `json:"id"` // of a good
	Slug string `json:"slug"`
	Name string `json:"name"`
	N    int    `json:"deployments"`
}

// InUse is a deployment with its good.
type InUse struct {
	deploy.Record
	Slug, Name string
}

// Promise is a commitment that concerns a country, with whose it is.
type Promise struct {
	alliance.Commitment
	By    alliance.Member
	Stand alliance.State
}

// View is a country as somebody sees it.
type View struct {
	Figures
	Land     deploy.Land // what its team says; without ID where it said nothing yet
	Ready    []Area      // what it answered to the checklist; nil where it answered nothing
	Top      []Used      // goods, the most used first
	Bodies   []Used      // organisations, likewise
	SDGs     []Topic
	Sectors  []Topic // the most served first
	Gaps     []Gap
	Latest   []InUse
	Needs    []need.Record         // public and open, the newest first
	Needed   int                   // how many of these there are
	Offers   []support.Offer       // of help there, the newest first
	Calls    []call.Call           // that somebody from there can enter, or will be able to
	Circles  []community.Community // about the goods that are used most, by address
	Team     []alliance.Member
	Promises []Promise
	History  []good.Entry
	Today    good.Date
	Keeps    bool // the reader may say what the country says
}

// Bounds of what a page shows of a list.
const (
	topShown     = 10
	latestShown  = 5
	historyShown = 20
	promiseShown = 20
)

// figures puts together what is counted of some countries, in their order.
func figures(ctx context.Context, db *store.DB, codes []string) ([]Figures, error) {
	tallies, err := db.TalliesIn(ctx, codes)
	if err != nil {
		return nil, err
	}
	goods, organisations, err := db.UsesOf(ctx, codes)
	if err != nil {
		return nil, err
	}
	members, err := db.AllianceMembers(ctx)
	var out []Figures
	for _, code := range codes {
		f := Figures{Code: code, Stages: []Count{}, Goods: goods[code], Organisations: organisations[code]}
		f.Pathfinder = slices.ContainsFunc(members, func(m alliance.Member) bool { return leads(m, code) })
		f.count(tallies[code])
		out = append(out, f)
	}
	return out, err
}

func leads(m alliance.Member, code string) bool {
	return m.Country == code && m.Belongs() && slices.Contains(m.Roles, alliance.Pathfinder)
}

func (f *Figures) count(list []store.Tally) {
	by := map[deploy.Stage]*Count{}
	for _, t := range list {
		if t.State == deploy.Withdrawn {
			continue
		}
		c := by[t.Stage]
		if c == nil {
			c = &Count{Stage: t.Stage}
			by[t.Stage] = c
		}
		running := t.Stage != deploy.Retired
		if t.State == deploy.Confirmed {
			c.Confirmed += t.N
			if running {
				f.Running += t.N
			}
			continue
		}
		c.Other += t.N
		if running {
			f.Other += t.N
		}
	}
	for _, s := range deploy.Stages {
		if by[s] != nil {
			f.Stages = append(f.Stages, *by[s])
		}
	}
}

// All are the figures of every country, by English name.
func (a *App) All(ctx context.Context) ([]Figures, error) {
	return figures(ctx, a.DB, codes(vocab.Countries()))
}

// Confirmed is how many deployments are confirmed and running, by country.
func (a *App) Confirmed(ctx context.Context) (map[string]int, error) {
	out := map[string]int{}
	all, err := a.All(ctx)
	for _, f := range all {
		out[f.Code] = f.Running
	}
	return out, err
}

func codes(list []vocab.Country) []string {
	var out []string
	for _, c := range list {
		out = append(out, c.Alpha2)
	}
	return out
}

// Compared are two to four countries side by side.
type Compared struct {
	Figures
	Land  deploy.Land
	Ready []Area      // what it answered of what the current checklist asks; nil where it answered nothing
	SDGs  map[int]int // goods in confirmed use by SDG
}

// MaxCompared is how many countries stand side by side at most.
const MaxCompared = 4

// Compare puts countries side by side.
func (a *App) Compare(ctx context.Context, keys []string) ([]Compared, error) {
	var list []string
	for _, k := range keys {
		c, err := find(k)
		if err != nil {
			return nil, &good.Error{Kind: good.Invalid, Key: "deploy.error.country", Field: "c", Args: map[string]any{"Value": k}}
		}
		if !slices.Contains(list, c.Alpha2) {
			list = append(list, c.Alpha2)
		}
	}
	if len(list) > MaxCompared {
		return nil, &good.Error{Kind: good.Invalid, Key: "land.error.compare", Field: "c", Args: map[string]any{"Max": MaxCompared}}
	}
	if len(list) == 0 {
		return nil, nil
	}
	all, err := figures(ctx, a.DB, list)
	if err != nil {
		return nil, err
	}
	uses, err := a.DB.UsesIn(ctx, list, store.UseSDG)
	if err != nil {
		return nil, err
	}
	var out []Compared
	for _, f := range all {
		c := Compared{Figures: f, SDGs: map[int]int{}}
		for _, u := range uses {
			if n, err := strconv.Atoi(u.Value); err == nil && u.Country == f.Code {
				c.SDGs[n] = u.N
			}
		}
		if l, err := a.DB.Land(ctx, f.Code); err != nil {
			return nil, err
		} else if l != nil {
			c.Land = *l
			if s := a.Checklist(""); s != nil && len(l.Ready) > 0 {
				c.Ready = areas(s, l.Ready)
			}
		}
		out = append(out, c)
	}
	return out, nil
}

// RegionView is a part of the world: what is counted of its countries. Their
// deployments can be added up; goods cannot, for one may be in use in several.
type RegionView struct {
	vocab.Region
	Parts     []vocab.Region
	Countries []Figures // those with the most confirmed deployments first
	Running   int
	Other     int
	Silent    []string // countries without any deployment
}

// Region returns a part of the world by its M49 code or the address of its
// name.
func (a *App) Region(ctx context.Context, key string) (RegionView, error) {
	r, ok := vocab.FindRegion(key)
	if !ok {
		return RegionView{}, &good.Error{Kind: good.NotFound, Key: "error.topic.unknown", Args: map[string]any{"Name": key}}
	}
	out := RegionView{Region: r}
	for _, part := range vocab.Regions() {
		if part.Within == r.Code {
			out.Parts = append(out.Parts, part)
		}
	}
	all, err := figures(ctx, a.DB, codes(r.Countries()))
	for _, f := range all {
		out.Running += f.Running
		out.Other += f.Other
		if len(f.Stages) == 0 {
			out.Silent = append(out.Silent, f.Code)
			continue
		}
		out.Countries = append(out.Countries, f)
	}
	slices.SortStableFunc(out.Countries, func(a, b Figures) int {
		return cmp.Or(cmp.Compare(b.Running, a.Running), cmp.Compare(b.Other, a.Other), cmp.Compare(a.Code, b.Code))
	})
	return out, err
}

// keeps says whether who may say what a country says.
func (a *App) keeps(ctx context.Context, who access.Who, code string) bool {
	_, err := a.keeper(ctx, a.DB, who, code)
	return !who.Anonymous() && err == nil
}
