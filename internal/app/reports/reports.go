// Package reports says how digital public goods do: in a year, in a country,
// for a goal, under a programme, and how one good does. Every number leads to
// the records it counts.
package reports

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"
	"time"

	"stoa/internal/good"
	"stoa/internal/store"
)

// Kind is what a report is of, as it stands in its address.
type Kind string

// The kinds.
const (
	Year      Kind = "years"      // "2026"
	Country   Kind = "countries"  // ISO 3166-1 alpha-2
	Goal      Kind = "goals"      // number of a sustainable development goal
	Programme Kind = "programmes" // address of the name of who pays for deployments
	Good      Kind = "goods"      // slug
)

// Kinds lists the kinds in the order in which they are shown.
var Kinds = []Kind{Year, Country, Goal, Programme, Good}

// Words is the vocabulary that the values of a figure are of.
type Words string

// The vocabularies.
const (
	OfStages   Words = "stage" // good.Stage
	OfKinds    Words = "kind"  // good.Kind
	Goals      Words = "sdg"   // numbers
	Countries  Words = "country"
	Years      Words = "year"
	Licences   Words = "licence"
	Running    Words = "deployment-stage" // deploy.Stage
	Relied     Words = "deployment-state" // deploy.State
	Names      Words = "name"             // Label says it
	Statistics Words = "number"           // names of single numbers
)

// Bar is one number of a figure.
type Bar struct {
	Value string `json:"value" doc:"As the registry writes it."`
	Label string `json:"label,omitempty" doc:"Its name, where the value is no word of a vocabulary."`
	Count int    `json:"count"`
	Link  string `json:"link" doc:"The records that are counted: an address on this site."`
}

// Figure is one count.
type Figure struct {
	Name  string `json:"name"`
	Words Words  `json:"words" doc:"The vocabulary its values are of."`
	Bars  []Bar  `json:"bars"`
}

// Report is how something does, as of a day.
type Report struct {
	Kind    Kind      `json:"kind"`
	Key     string    `json:"key"`
	Name    string    `json:"name,omitempty" doc:"Of a programme or a good."`
	AsOf    good.Date `json:"as_of"`
	Figures []Figure  `json:"figures" doc:"The first holds single numbers."`
}

// Goods is what is asked of the catalogue.
type Goods interface {
	Search(ctx context.Context, q good.Query) (good.Results, error)
	Good(ctx context.Context, slugOrID string) (*good.Good, error)
}

// App makes reports.
type App struct {
	DB    *store.DB
	Goods Goods
	Now   func() time.Time
}

// bounds of what is counted.
const (
	mostCounted    = 300
	mostProgrammes = 500
	firstYear      = 1970
)

// Of makes the report of something.
func (a *App) Of(ctx context.Context, kind Kind, key string) (*Report, error) {
	r := &Report{Kind: kind, Key: key, AsOf: good.Date(a.Now().UTC().Format(time.DateOnly))}
	m := &maker{App: a, ctx: ctx, Report: r}
	makers := map[Kind]func(*maker) error{Year: (*maker).year, Country: (*maker).country, Goal: (*maker).goal, Programme: (*maker).programme, Good: (*maker).good}
	do, ok := makers[kind]
	if !ok {
		return nil, unknown(string(kind))
	}
	return r, do(m)
}

func unknown(what string) error {
	return &good.Error{Kind: good.NotFound, Key: "impact.error.unknown", Args: map[string]any{"Name": good.Short(what)}}
}

// Index is of what there are reports.
type Index struct {
	Years      []Bar `json:"years"`
	Countries  []Bar `json:"countries"`
	Goals      []Bar `json:"goals"`
	Programmes []Bar `json:"programmes"`
}

// Index lists the reports there are. Each counts the goods, or for programmes
// the deployments, that it is about.
func (a *App) Index(ctx context.Context) (Index, error) {
	var out Index
	all, err := a.Goods.Search(ctx, good.Query{Limit: 1, EveryStage: true})
	if err != nil {
		return out, err
	}
	listed := func(kind Kind, facet good.Facet) (bars []Bar) {
		for _, c := range all.Facets[facet] {
			bars = append(bars, Bar{Value: c.Value, Count: c.Count, Link: Path(kind, c.Value)})
		}
		return bars
	}
	out.Years, out.Countries, out.Goals = listed(Year, good.FacetYear), listed(Country, good.FacetCountry), listed(Goal, good.FacetSDG)
	begun, err := a.DB.Begun(ctx, "")
	if err != nil {
		return out, err
	}
	for year := range begun {
		if !slices.ContainsFunc(out.Years, func(b Bar) bool { return b.Value == year }) {
			out.Years = append(out.Years, Bar{Value: year, Link: Path(Year, year)})
		}
	}
	slices.SortFunc(out.Years, func(x, y Bar) int { return cmp.Compare(y.Value, x.Value) })
	byNumber(out.Goals)
	programmes, err := a.DB.DeploymentsBy(ctx, store.DeploymentsThat{}, "programme", mostProgrammes)
	if err != nil {
		return out, err
	}
	for _, p := range programmes {
		name, err := a.nameOf(ctx, p.Of)
		if err != nil {
			return out, err
		}
		out.Programmes = append(out.Programmes, Bar{Value: p.Of, Label: name, Count: p.N, Link: Path(Programme, p.Of)})
	}
	return out, nil
}

// nameOf is how a programme is written in the newest deployment that names it.
func (a *App) nameOf(ctx context.Context, programme string) (string, error) {
	newest, err := a.DB.Deployments(ctx, store.DeploymentsThat{Programme: programme}, "", 1)
	if err != nil || len(newest) == 0 {
		return programme, err
	}
	return newest[0].Programme, nil
}

// Path is the address of a report.
func Path(kind Kind, key string) string {
	return "/reports/" + string(kind) + "/" + url.PathEscape(key)
}

func byNumber(bars []Bar) {
	slices.SortFunc(bars, func(x, y Bar) int {
		a, _ := strconv.Atoi(x.Value) // the catalogue gives only numbers
		b, _ := strconv.Atoi(y.Value)
		return a - b
	})
}
