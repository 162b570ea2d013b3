package api

import (
	"context"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/access"
	app "stoa/internal/app/countries"
	"stoa/internal/deploy"
	"stoa/internal/good"
)

// CountryList is what is counted of every country.
type CountryList struct {
	Items []app.Figures `json:"items" doc:"By English name. Only what both sides confirmed and what runs counts as use."`
}

// CountryDocument is what is known and said of a country.
type CountryDocument struct {
	app.Figures
	Says     *deploy.Land   `json:"says,omitempty" doc:"What the country's team says of it."`
	Used     []app.Used     `json:"goods_used" doc:"The goods with the most confirmed deployments."`
	Users    []app.Used     `json:"used_by" doc:"The organisations with the most."`
	SDGs     []app.Topic    `json:"sdgs" doc:"Goods in confirmed use by SDG."`
	Sectors  []app.Topic    `json:"sectors" doc:"Goods in confirmed use by sector, the most served first."`
	Gaps     []app.Gap      `json:"gaps" doc:"SDGs for which no good is in confirmed use, and where nearby there is one."`
	Needs    []CountryNeed  `json:"needs" doc:"The newest public needs that are open."`
	Needed   int            `json:"needs_open" doc:"How many public needs are open."`
	Offers   []CountryOffer `json:"offers" doc:"The newest offers of help there."`
	Calls    []CountryLink  `json:"calls" doc:"Open calls that somebody from there can enter, or will be able to."`
	Circles  []CountryLink  `json:"communities" doc:"Communities about the goods that are used most."`
	Alliance []CountryLink  `json:"alliance" doc:"Who of the country belongs to the alliance."`
}

// CountryLink is something that has a page of its own.
type CountryLink struct {
	Slug string `json:"slug"`
	Name string `json:"name"`
}

// CountryNeed is a public need of a country.
type CountryNeed struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// CountryOffer is an offer of help there.
type CountryOffer struct {
	ID           string   `json:"id"`
	Organisation string   `json:"organisation"`
	Kinds        []string `json:"kinds"`
}

// RegionDocument is what is counted of a part of the world.
type RegionDocument struct {
	Code      string        `json:"code" doc:"UN M49."`
	Name      string        `json:"name"`
	Slug      string        `json:"slug"`
	Within    string        `json:"within,omitempty" doc:"Code of the region it lies in."`
	Running   int           `json:"running" doc:"Confirmed deployments that run."`
	Other     int           `json:"other" doc:"Running ones that nobody vouches for."`
	Countries []app.Figures `json:"countries" doc:"Those from which somebody told of a deployment."`
}

// CountryForm is what a country's team says of it: all at once.
type CountryForm struct {
	Text    map[string]string `json:"text,omitempty" doc:"By language (BCP 47)." example:"{\"en\": \"Births first.\"}"`
	SDGs    []int             `json:"sdgs,omitempty" doc:"Goals that come first."`
	Sectors []string          `json:"sectors,omitempty"`
	Offices []OfficeForm      `json:"offices,omitempty" doc:"Where to ask; public. One for a role."`
	Links   []LinkForm        `json:"links,omitempty"`
	Version *int64            `json:"version,omitempty" doc:"The version that this changes, 0 where nothing was said yet; without it, whichever stands."`
}

// ReadyForm is a country's answers to its checklist: all at once.
type ReadyForm struct {
	Answers []ReadyAnswer `json:"answers" doc:"Those that are left out are not answered any more."`
	Version *int64        `json:"version,omitempty" doc:"The version that this changes, 0 where nothing was said yet; without it, whichever stands."`
}

// ReadyAnswer is the answer to one question of the checklist.
type ReadyAnswer struct {
	Question string `json:"question" example:"governance.lead"`
	Answer   string `json:"answer" enum:"yes,partly,no"`
	Evidence string `json:"evidence,omitempty" doc:"Address of what shows it; a yes needs one." example:"https://example.org/mandate"`
	Date     string `json:"date,omitempty" doc:"As of which day; without it, today, or the day that stood." example:"2026-10-01"`
}

// OfficeForm is where to ask a country.
type OfficeForm struct {
	Role string `json:"role" enum:"lead,technical,data-protection,training"`
	URL  string `json:"url" doc:"Page of an office, never the address of a person."`
}

// LinkForm is an address and what it is.
type LinkForm struct {
	URL  string `json:"url"`
	Name string `json:"name,omitempty" maxLength:"200"`
}

// lands are the operations on countries.
func (f *face) lands(d describer) []operation {
	iso := param("iso", "path", "ISO 3166-1 alpha-2.", &huma.Schema{Type: "string"}, "KE")
	region := param("region", "path", "UN M49 code, or the address of its name.", &huma.Schema{Type: "string"}, "eastern-africa")
	iso.Required, region.Required = true, true
	return []operation{
		d.read("list-countries", "/api/v1/countries", "countries", "What is counted of every country", "", nil, f.countries, d.of(reflect.TypeFor[CountryList]()), 404),
		d.read("get-country", "/api/v1/countries/{iso}", "countries", "What is known and said of a country", "", []*huma.Param{iso}, f.country, d.of(reflect.TypeFor[CountryDocument]()), 404),
		d.read("get-region", "/api/v1/regions/{region}", "countries", "What is counted of a part of the world", "", []*huma.Param{region}, f.region, d.of(reflect.TypeFor[RegionDocument]()), 404),
		d.call(call{act: access.KeepCountry, method: http.MethodPut, path: "/api/v1/countries/{iso}", id: "describe-country", tag: "countries", summary: "Say what the country says",
			text: "As one of those who keep what the country commits to in the alliance, or as the secretariat.", params: []*huma.Param{iso},
			takes: reflect.TypeFor[CountryForm](), gives: reflect.TypeFor[deploy.Land](), handle: f.describeCountry, statuses: []int{404, 409}}),
		d.read("get-readiness", "/api/v1/countries/{iso}/readiness", "countries", "How ready a country says it is", "Its answers to the checklist, area by area; they are never added up.", []*huma.Param{iso}, f.readiness, d.of(reflect.TypeFor[app.Readiness]()), 404),
		d.call(call{act: access.KeepCountry, method: http.MethodPut, path: "/api/v1/countries/{iso}/readiness", id: "answer-readiness", tag: "countries", summary: "Say how ready a country is",
			text: "As one of those who keep what the country commits to in the alliance, or as the secretariat.", params: []*huma.Param{iso},
			takes: reflect.TypeFor[ReadyForm](), gives: reflect.TypeFor[deploy.Land](), handle: f.answerReadiness, statuses: []int{404, 409}}),
	}
}

// inCountry runs do with what is known of countries; without it there is
// nothing here.
func (f *face) inCountry(r *http.Request, do func(ctx context.Context, a *app.App, key string) error) error {
	if f.cfg.Countries == nil {
		return &good.Error{Kind: good.NotFound, Key: "error.topic.unknown", Args: map[string]any{"Name": r.PathValue("iso")}}
	}
	return do(r.Context(), f.cfg.Countries, r.PathValue("iso"))
}

func (f *face) countries(w http.ResponseWriter, r *http.Request) error {
	if err := onlyKnown(r); err != nil {
		return err
	}
	return f.inCountry(r, func(ctx context.Context, a *app.App, _ string) error {
		all, err := a.All(ctx)
		if err != nil {
			return err
		}
		return f.write(w, r, CountryList{all})
	})
}

func (f *face) country(w http.ResponseWriter, r *http.Request) error {
	if err := onlyKnown(r); err != nil {
		return err
	}
	return f.inCountry(r, func(ctx context.Context, a *app.App, key string) error {
		v, err := a.Show(ctx, access.Who{}, key)
		if err != nil {
			return err
		}
		doc := CountryDocument{Figures: v.Figures, Used: some(v.Top), Users: some(v.Bodies), SDGs: some(v.SDGs), Sectors: some(v.Sectors), Gaps: some(v.Gaps), Needs: []CountryNeed{}, Needed: v.Needed, Offers: []CountryOffer{}, Calls: []CountryLink{}, Circles: []CountryLink{}, Alliance: []CountryLink{}}
		for _, n := range v.Needs {
			doc.Needs = append(doc.Needs, CountryNeed{string(n.ID), n.Title})
		}
		for _, o := range v.Offers {
			doc.Offers = append(doc.Offers, CountryOffer{string(o.ID), o.Organisation, o.Kinds})
		}
		if v.Land.ID != "" {
			doc.Says = &v.Land
		}
		for _, c := range v.Calls {
			title, _ := c.Title.In("en")
			doc.Calls = append(doc.Calls, CountryLink{c.Slug, title})
		}
		for _, c := range v.Circles {
			name, _ := c.Name.In("en")
			doc.Circles = append(doc.Circles, CountryLink{c.Slug, name})
		}
		for _, m := range v.Team {
			doc.Alliance = append(doc.Alliance, CountryLink{m.Slug, m.Name})
		}
		return f.write(w, r, doc)
	})
}

func (f *face) region(w http.ResponseWriter, r *http.Request) error {
	if err := onlyKnown(r); err != nil {
		return err
	}
	return f.inCountry(r, func(ctx context.Context, a *app.App, _ string) error {
		v, err := a.Region(ctx, r.PathValue("region"))
		if err != nil {
			return err
		}
		return f.write(w, r, RegionDocument{v.Code, v.Name, v.Slug, v.Within, v.Running, v.Other, some(v.Countries)})
	})
}

func (f *face) describeCountry(w http.ResponseWriter, r *http.Request) error {
	doc, err := received[CountryForm](r)
	if err != nil {
		return err
	}
	in := app.Description{Text: doc.Text, SDGs: doc.SDGs, Sectors: doc.Sectors, Version: doc.Version}
	for _, o := range doc.Offices {
		in.Offices = append(in.Offices, deploy.Office(o))
	}
	for _, l := range doc.Links {
		in.Links = append(in.Links, good.Link{Name: l.Name, URL: l.URL})
	}
	return f.inCountry(r, func(ctx context.Context, a *app.App, key string) error {
		l, _, err := a.Describe(ctx, who(r), key, in)
		if err != nil {
			return err
		}
		return f.write(w, r, l)
	})
}

func (f *face) readiness(w http.ResponseWriter, r *http.Request) error {
	if err := onlyKnown(r); err != nil {
		return err
	}
	return f.inCountry(r, func(ctx context.Context, a *app.App, key string) error {
		v, err := a.Ready(ctx, access.Who{}, key)
		if err != nil {
			return err
		}
		return f.write(w, r, v)
	})
}

func (f *face) answerReadiness(w http.ResponseWriter, r *http.Request) error {
	doc, err := received[ReadyForm](r)
	if err != nil {
		return err
	}
	var list []deploy.Ready
	for _, a := range doc.Answers {
		list = append(list, deploy.Ready{Question: a.Question, Answer: a.Answer, Evidence: a.Evidence, Date: good.Date(a.Date)})
	}
	return f.inCountry(r, func(ctx context.Context, a *app.App, key string) error {
		l, _, err := a.Answer(ctx, who(r), key, list, doc.Version)
		if err != nil {
			return err
		}
		return f.write(w, r, l)
	})
}
