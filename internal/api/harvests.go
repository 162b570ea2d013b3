package api

import (
	"net/http"
	"reflect"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/access"
	"stoa/internal/app/imports/runs"
	"stoa/internal/good"
)

// Harvest is a source that is read by itself.
type Harvest struct {
	Source   string            `json:"source" doc:"Id of the source; see /api/v1/sources." example:"italia"`
	Name     string            `json:"name" example:"Catalogue of public software"`
	URL      string            `json:"url,omitempty" doc:"Where people look at it."`
	Issuer   string            `json:"issuer,omitempty" doc:"Who recognises goods there."`
	Licence  string            `json:"licence,omitempty" doc:"Of its data."`
	Priority int               `json:"priority" doc:"Of two sources the word of the higher counts; persons go before all."`
	Kind     string            `json:"kind" doc:"How it is read; see docs/connectors.md." example:"publiccode"`
	Address  string            `json:"address" example:"https://api.example.org/v1"`
	Options  map[string]string `json:"options,omitempty" doc:"What its kind asks for besides."`
	Keeper   string            `json:"keeper,omitempty" doc:"The office or organisation that looks after it."`
	Hours    int               `json:"hours" doc:"From one reading to the next; 0: when somebody asks."`
	Rate     int               `json:"rate,omitempty" doc:"Requests a minute to one host, at most; 0 for 120."`
	Most     int               `json:"most,omitempty" doc:"Records of one run, at most; 0 for 5,000,000."`
	Agreed   bool              `json:"agreed,omitempty" doc:"Who runs it agreed, whatever its robots.txt says."`
	Paused   bool              `json:"paused,omitempty"`
	Version  int64             `json:"version" doc:"For the next change."`
	Due      *time.Time        `json:"due,omitempty" doc:"When it is read next."`
	Running  *good.Run         `json:"running,omitempty" doc:"The run under way."`
	Last     *good.Run         `json:"last,omitempty" doc:"The last run that ended."`
}

// HarvestList are all of them.
type HarvestList struct {
	Items []Harvest   `json:"items"`
	Kinds []runs.Kind `json:"kinds" doc:"The kinds of source that can be read, and what each asks for."`
}

// HarvestSetting is how a source is to be read.
type HarvestSetting struct {
	Name     string            `json:"name"`
	URL      string            `json:"url,omitempty" doc:"Where people look at it; its address where empty."`
	Issuer   string            `json:"issuer,omitempty" doc:"Who recognises goods there; a standing with anybody else is not taken."`
	Licence  string            `json:"licence,omitempty"`
	Priority int               `json:"priority,omitempty" doc:"1 to 90; 0 for what its kind is worth."`
	Kind     string            `json:"kind"`
	Address  string            `json:"address"`
	Options  map[string]string `json:"options,omitempty"`
	Keeper   string            `json:"keeper,omitempty"`
	Hours    int               `json:"hours"`
	Rate     int               `json:"rate,omitempty"`
	Most     int               `json:"most,omitempty"`
	Agreed   bool              `json:"agreed,omitempty"`
	Paused   bool              `json:"paused,omitempty"`
	Version  int64             `json:"version,omitempty" doc:"That was read; 0 for a new one."`
}

// HarvestPause pauses or resumes.
type HarvestPause struct {
	Paused bool `json:"paused"`
}

// HarvestRuns are runs of a source, the newest first.
type HarvestRuns struct {
	Items []good.Run `json:"items"`
}

// HarvestFaults are records of a run that could not be read.
type HarvestFaults struct {
	Items []good.RunFault `json:"items" doc:"1,000 at most; kept for 20 runs."`
}

// HarvestOf is a source as programs read it.
func HarvestOf(s runs.Source) Harvest {
	return Harvest{Source: s.Source, Name: s.About.Name, URL: s.About.URL, Issuer: s.About.Issuer, Licence: s.About.Licence, Priority: s.About.Priority,
		Kind: s.Kind, Address: s.Address, Options: s.Options, Keeper: s.Keeper, Hours: s.Hours, Rate: s.Rate, Most: s.Most, Agreed: s.Agreed, Paused: s.Paused,
		Version: s.Version, Due: maybe(s.Due), Running: s.Run, Last: s.Last}
}

// Set is what is to be set for a source.
func (h HarvestSetting) Set(source string) runs.Source {
	return runs.Source{Harvest: good.Harvest{Source: source, Kind: h.Kind, Address: h.Address, Options: h.Options, Keeper: h.Keeper, Hours: h.Hours, Rate: h.Rate, Most: h.Most, Agreed: h.Agreed, Paused: h.Paused},
		About: good.Source{Name: h.Name, URL: h.URL, Issuer: h.Issuer, Licence: h.Licence, Priority: h.Priority}, Version: h.Version}
}

// harvesting are the operations on sources that are read by themselves.
func (f *face) harvesting(d describer) []operation {
	text := func(name, said, example string) *huma.Param {
		p := param(name, "path", said, &huma.Schema{Type: "string"}, example)
		p.Required = true
		return p
	}
	one := text("source", "Id of the source.", "italia")
	return []operation{
		d.read("list-harvests", "/api/v1/harvests", "registry", "Which sources are read by themselves", "Where, how often, and how the last run ended.",
			nil, f.harvests, d.of(reflect.TypeFor[HarvestList]())),
		d.read("get-harvest", "/api/v1/harvests/{source}", "registry", "How one source is read", "", []*huma.Param{one}, f.oneHarvest, d.of(reflect.TypeFor[Harvest]()), 404),
		d.read("list-harvest-runs", "/api/v1/harvests/{source}/runs", "registry", "The last runs of a source", "The hundred newest.", []*huma.Param{one}, f.harvestRuns, d.of(reflect.TypeFor[HarvestRuns]()), 404),
		d.read("list-harvest-faults", "/api/v1/harvests/{source}/runs/{n}/faults", "registry", "What could not be read in a run", "Each with its id and why: a key of the sentence with its values.",
			[]*huma.Param{one, text("n", "Number of the run.", "1")}, f.harvestFaults, d.of(reflect.TypeFor[HarvestFaults]()), 404),
		d.call(call{act: access.Harvest, method: http.MethodPut, path: "/api/v1/harvests/{source}", id: "set-harvest", tag: "registry", summary: "Say how a source is read",
			text: "A new one is read within a minute. Another address begins anew.", params: []*huma.Param{one}, takes: reflect.TypeFor[HarvestSetting](), gives: reflect.TypeFor[Harvest](), handle: f.setHarvest, statuses: []int{404, 409}}),
		d.call(call{act: access.Harvest, method: http.MethodPost, path: "/api/v1/harvests/{source}/runs", id: "run-harvest", tag: "registry", summary: "Have a source read now",
			text: "It begins within a minute.", params: []*huma.Param{one}, handle: f.runHarvest, statuses: []int{404, 409}}),
		d.call(call{act: access.Harvest, method: http.MethodPut, path: "/api/v1/harvests/{source}/pause", id: "pause-harvest", tag: "registry", summary: "Pause the reading of a source, or resume it",
			text: "It goes on where it stood.", params: []*huma.Param{one}, takes: reflect.TypeFor[HarvestPause](), handle: f.pauseHarvest, statuses: []int{404, 409}}),
	}
}

// reading is what reads sources, where something does.
func (f *face) reading() (*runs.App, error) {
	if f.cfg.Harvests == nil {
		return nil, &good.Error{Kind: good.NotFound, Key: "api.detail.path"}
	}
	return f.cfg.Harvests, nil
}

func (f *face) harvests(w http.ResponseWriter, r *http.Request) error {
	if err := onlyKnown(r); err != nil {
		return err
	}
	app, err := f.reading()
	if err != nil {
		return err
	}
	list, err := app.Sources(r.Context())
	if err != nil {
		return err
	}
	return f.write(w, r, HarvestList{Items: some(each(list, HarvestOf)), Kinds: runs.Kinds()})
}

func (f *face) oneHarvest(w http.ResponseWriter, r *http.Request) error {
	if err := onlyKnown(r); err != nil {
		return err
	}
	app, err := f.reading()
	if err != nil {
		return err
	}
	s, err := app.Show(r.Context(), r.PathValue("source"))
	if err != nil {
		return err
	}
	return f.write(w, r, HarvestOf(*s))
}

func (f *face) harvestRuns(w http.ResponseWriter, r *http.Request) error {
	if err := onlyKnown(r); err != nil {
		return err
	}
	app, err := f.reading()
	if err != nil {
		return err
	}
	if _, err := app.Show(r.Context(), r.PathValue("source")); err != nil {
		return err
	}
	list, err := app.Runs(r.Context(), r.PathValue("source"), 0, 100)
	if err != nil {
		return err
	}
	return f.write(w, r, HarvestRuns{Items: some(list)})
}

func (f *face) harvestFaults(w http.ResponseWriter, r *http.Request) error {
	if err := onlyKnown(r); err != nil {
		return err
	}
	app, err := f.reading()
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil || n < 1 {
		return &good.Error{Kind: good.NotFound, Key: "api.detail.path"}
	}
	if _, err := app.Show(r.Context(), r.PathValue("source")); err != nil {
		return err
	}
	list, err := app.Faults(r.Context(), r.PathValue("source"), n, 1000)
	if err != nil {
		return err
	}
	return f.write(w, r, HarvestFaults{Items: some(list)})
}

func (f *face) setHarvest(w http.ResponseWriter, r *http.Request) error {
	app, err := f.reading()
	if err != nil {
		return err
	}
	doc, err := received[HarvestSetting](r)
	if err != nil {
		return err
	}
	s, err := app.Set(r.Context(), who(r), doc.Set(r.PathValue("source")))
	if err != nil {
		return err
	}
	return f.write(w, r, HarvestOf(*s))
}

func (f *face) runHarvest(w http.ResponseWriter, r *http.Request) error {
	app, err := f.reading()
	if err != nil {
		return err
	}
	return done(w, app.Hurry(r.Context(), who(r), r.PathValue("source")))
}

func (f *face) pauseHarvest(w http.ResponseWriter, r *http.Request) error {
	app, err := f.reading()
	if err != nil {
		return err
	}
	doc, err := received[HarvestPause](r)
	if err != nil {
		return err
	}
	return done(w, app.Pause(r.Context(), who(r), r.PathValue("source"), doc.Paused))
}
