package api

import (
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/access"
	"stoa/internal/app/assessment"
	"stoa/internal/assess"
	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/i18n"
	"stoa/internal/standard"
)

// ApplicationStart is what an application begins with.
type ApplicationStart struct {
	Good     string   `json:"good,omitempty" doc:"Slug or id of a good that is known; everything known of it is filled in." example:"opencrvs"`
	Name     string   `json:"name,omitempty" maxLength:"200" doc:"Name of a new good."`
	Link     string   `json:"link,omitempty" maxLength:"2048" doc:"Address of a new good."`
	Kinds    []string `json:"kinds,omitempty" doc:"Kinds of a new good."`
	Entry    string   `json:"entry,omitempty" doc:"Id of one's own entry in a call: what was answered there is not asked again."`
	Standard string   `json:"standard,omitempty" doc:"Version of a standard; the current one unless said." example:"dpg@1.1.7"`
}

// ApplicationList is a list of applications.
type ApplicationList struct {
	Total int               `json:"total"`
	Items []ApplicationItem `json:"items"`
}

// ApplicationItem is what a list shows of an application.
type ApplicationItem struct {
	assessment.State
	Reviewers []string `json:"reviewers,omitempty" doc:"Pseudonyms of those who review it."`
}

// ApplicationGaps is what an application still lacks.
type ApplicationGaps struct {
	Gaps []standard.Gap `json:"gaps" doc:"In the order of the form; the key names the sentence that says it."`
}

// ChallengeForm is what somebody holds against a recognition.
type ChallengeForm struct {
	Indicators   []string    `json:"indicators" doc:"Indicators that are doubted." example:"[\"4\"]"`
	Text         string      `json:"text" doc:"Why."`
	Links        []good.Link `json:"links,omitempty" doc:"Evidence."`
	Confidential bool        `json:"confidential,omitempty" doc:"Two roles alone know who it was, and the public reads no word of it."`
	Name         string      `json:"name,omitempty" doc:"Of who is not signed in; private."`
	Contact      string      `json:"contact,omitempty" doc:"How to reach them; private."`
}

// GoodRecord is the whole path of a good.
type GoodRecord struct {
	Applications []assess.Record   `json:"applications" doc:"The newest first."`
	Names        map[string]string `json:"names,omitempty" doc:"By pseudonym, of those who agreed to be named."`
	Next         *NextRenewal      `json:"next,omitempty" doc:"What the next renewal will newly ask; absent where the good was not recognised here."`
}

// NextRenewal is what the next renewal of a good will newly ask.
type NextRenewal struct {
	From  string            `json:"from" doc:"Version of the standard by which it was recognised last." example:"dpg@1.1.6"`
	To    string            `json:"to" doc:"Version by which it will be renewed." example:"dpg@1.1.7"`
	New   []RenewalQuestion `json:"new" doc:"Newly asked, or newly needed and not answered yet."`
	Again []RenewalQuestion `json:"again" doc:"Answered, and to be confirmed."`
}

// RenewalQuestion is a question that a renewal will ask.
type RenewalQuestion struct {
	Indicator string `json:"indicator" example:"2"`
	Question  string `json:"question" doc:"Its words stand in the version of the standard." example:"licence.whole"`
	Required  bool   `json:"required"`
}

// ConflictForm declares a conflict of interest of whoever sends it.
type ConflictForm struct {
	Person       string `json:"person,omitempty"`
	Good         string `json:"good,omitempty"`
	Organisation string `json:"organisation,omitempty"`
	Reason       string `json:"reason"`
}

// SettingsForm puts settings in force.
type SettingsForm struct {
	Version  int64           `json:"version" doc:"Of the settings they are made from."`
	Settings assess.Settings `json:"settings"`
	Reason   string          `json:"reason"`
}

// assessing are the operations on applications, reviews and decisions.
func (f *face) assessing(d describer) []operation {
	path := func(name, text, example string) *huma.Param {
		p := param(name, "path", text, &huma.Schema{Type: "string"}, example)
		p.Required = true
		return p
	}
	id := []*huma.Param{path("application", "Id of the application.", "01KB0ZZZZZZZZZZZZZZZZZZZZZ")}
	one := []*huma.Param{path("good", "Id or slug of the good.", "dhis2")}
	get := func(act access.Act, at, name, summary string, params []*huma.Param, gives reflect.Type, h answer, statuses ...int) operation {
		return d.call(call{act: act, method: http.MethodGet, path: "/api/v1/" + at, id: name, tag: "assessment", summary: summary, params: params, gives: gives, handle: h, statuses: statuses})
	}
	ops := []operation{
		d.call(call{act: access.Apply, method: http.MethodPost, path: "/api/v1/applications", id: "start-application", tag: "assessment", summary: "Begin an application",
			text: "Nothing of it is public until it is submitted.", takes: reflect.TypeFor[ApplicationStart](), gives: reflect.TypeFor[assessment.State](), handle: f.startApplication, statuses: []int{404, 410}, created: true}),
		get(access.ReadAccount, "applications", "list-applications", "One's own applications", nil, reflect.TypeFor[ApplicationList](), f.ownApplications),
		get(access.ReadApplication, "applications/{application}", "get-application", "One application, as the reader may see it", id, reflect.TypeFor[assessment.Document](), f.oneApplication, 404),
		get(access.ReadApplication, "applications/{application}/gaps", "get-application-gaps", "What an application still lacks", id, reflect.TypeFor[ApplicationGaps](), f.applicationGaps, 404),
		d.call(call{act: access.ReadApplication, method: http.MethodGet, path: "/api/v1/applications/{application}/answers", id: "export-answers", tag: "assessment", summary: "The answers as one file",
			text:   "JSON or YAML, as the header Accept or format asks. The YAML has each question above its answer, in the language of Accept-Language, and what is open too.",
			params: append(slices.Clone(id), param("format", "query", "Form of the file, whatever Accept says.", &huma.Schema{Type: "string", Enum: []any{"json", "yaml"}}, "yaml")),
			gives:  reflect.TypeFor[assessment.AnswersFile](), also: yamlType[0], handle: f.exportAnswers, statuses: []int{404}}),
		d.call(call{act: access.EditApplication, method: http.MethodPut, path: "/api/v1/applications/{application}/answers", id: "import-answers", tag: "assessment", summary: "Take the answers of a file over",
			text: "JSON or YAML. What it replaces and what the standard does not ask is told. It may be to another version of the standard, not to another one.", params: id, takes: reflect.TypeFor[assessment.AnswersFile](), also: yamlType[0], gives: reflect.TypeFor[assessment.Imported](), handle: f.importAnswers, statuses: []int{404, 409}}),
		d.call(call{act: access.SeeConfidential, method: http.MethodGet, path: "/api/v1/applications/{application}/reporter", id: "get-reporter", tag: "assessment", summary: "Who challenged",
			text: "No token may ask this: only somebody signed in, with a session.", params: id, gives: reflect.TypeFor[assessment.Reporter](), handle: f.reporter, statuses: []int{404}}),
		d.call(call{act: access.Renew, method: http.MethodPost, path: "/api/v1/goods/{good}/renewal", id: "renew-good", tag: "assessment", summary: "Open the renewal of a good",
			text: "Prefilled with what was answered last; an open one is answered as it is.", params: one, gives: reflect.TypeFor[assessment.State](), handle: f.renew, statuses: []int{404, 409}}),
		d.call(call{act: access.Challenge, method: http.MethodPost, path: "/api/v1/goods/{good}/challenges", id: "challenge-good", tag: "assessment", summary: "Doubt a recognition, with evidence",
			text: "Anyone may.", params: one, takes: reflect.TypeFor[ChallengeForm](), gives: reflect.TypeFor[assessment.State](), handle: f.challenge, statuses: []int{404, 409, 410}, created: true, anyoneMay: true}),
		d.call(call{act: access.DeclareConflict, method: http.MethodPost, path: "/api/v1/desk/conflicts", id: "declare-conflict", tag: "assessment", summary: "Declare a conflict of interest",
			takes: reflect.TypeFor[ConflictForm](), handle: f.declareConflict}),
		get(access.SeeDesk, "desk/applications", "list-queue", "Applications by age or deadline", f.queueParams(), reflect.TypeFor[ApplicationList](), f.queue),
		get(access.SeePipeline, "desk/board", "get-board", "Applications by state and kind", nil, reflect.TypeFor[Board](), f.board),
		get(access.SeePipeline, "desk/reviewers", "list-reviewers", "Reviewers with what they have to do", nil, reflect.TypeFor[ReviewerList](), f.reviewers),
		get(access.SeePipeline, "desk/settings", "get-settings", "The settings and their history", nil, reflect.TypeFor[SettingsHistory](), f.settings),
		d.call(call{act: access.ManageSettings, method: http.MethodPut, path: "/api/v1/desk/settings", id: "set-settings", tag: "assessment", summary: "Put settings in force",
			takes: reflect.TypeFor[SettingsForm](), handle: f.setSettings, statuses: []int{409}}),
		d.read("get-good-record", "/api/v1/goods/{good}/record", "assessment", "The whole path of a good", "Who decided what, when, by which version of which standard and why; what is public of every application.",
			one, f.record, d.of(reflect.TypeFor[GoodRecord]()), 404),
		d.read("get-statistics", "/api/v1/statistics", "assessment", "How many applications are where, and how long states last", "Median and 90th percentile in hours, by kind and month.",
			nil, f.statistics, d.of(reflect.TypeFor[assessment.Statistics]())),
	}
	return slices.Concat(ops, f.steps(d, id), f.keeping(d, id))
}

// Board counts applications.
type Board struct {
	States []assessment.StateCount `json:"states"`
}

// ReviewerList lists reviewers.
type ReviewerList struct {
	Reviewers []assess.Reviewer `json:"reviewers"`
}

// SettingsHistory are the settings that ever were, the newest first.
type SettingsHistory struct {
	Versions []assessment.SettingsVersion `json:"versions"`
}

// steps are the operations that do one thing with one application.
func (f *face) steps(d describer, id []*huma.Param) []operation {
	var out []operation
	for _, s := range assessment.Steps {
		c := call{act: s.Act, method: http.MethodPost, path: "/api/v1/applications/{application}/" + s.Name, id: "application-" + s.Name, tag: "assessment", summary: s.Summary,
			params: id, gives: reflect.TypeOf(s.Out), handle: f.step(s), statuses: []int{404, 409}}
		if t := reflect.TypeOf(s.In); t.NumField() > 0 {
			c.takes = t
		}
		out = append(out, d.call(c))
	}
	return out
}

func (f *face) step(s assessment.Step) answer {
	return f.assessed(func(w http.ResponseWriter, r *http.Request, a *assessment.App) error {
		raw, err := body(r)
		if err != nil {
			return err
		}
		out, err := s.Do(r.Context(), a, who(r), application(r), raw)
		if err != nil {
			return err
		}
		return f.write(w, r, out)
	})
}

func application(r *http.Request) good.ID {
	return good.ID(strings.ToUpper(r.PathValue("application")))
}

// assessed hands the assessment to a handler, where there is one.
func (f *face) assessed(h func(http.ResponseWriter, *http.Request, *assessment.App) error) answer {
	return func(w http.ResponseWriter, r *http.Request) error {
		if f.cfg.Assessment == nil {
			return &good.Error{Kind: good.NotFound, Key: "api.detail.path"}
		}
		return h(w, r, f.cfg.Assessment)
	}
}

func (f *face) startApplication(w http.ResponseWriter, r *http.Request) error {
	return f.assessed(func(w http.ResponseWriter, r *http.Request, a *assessment.App) error {
		doc, err := received[ApplicationStart](r)
		if err != nil {
			return err
		}
		in := assessment.Start{Good: doc.Good, Name: doc.Name, Link: doc.Link, Standard: doc.Standard, Entry: good.ID(strings.ToUpper(doc.Entry))}
		for _, k := range doc.Kinds {
			if !slices.Contains(good.Kinds, good.Kind(k)) {
				return &good.Error{Kind: good.Invalid, Key: "assess.error.shape", Field: "kinds"}
			}
			in.Kinds = append(in.Kinds, good.Kind(k))
		}
		app, err := a.Start(r.Context(), who(r), in)
		if err != nil {
			return err
		}
		w.Header().Set("Location", f.base+"/api/v1/applications/"+string(app.ID))
		return f.made(w, r, assessment.StateOf(app, 0))
	})(w, r)
}

func (f *face) ownApplications(w http.ResponseWriter, r *http.Request) error {
	return f.assessed(func(w http.ResponseWriter, r *http.Request, a *assessment.App) error {
		items, err := a.Mine(r.Context(), who(r))
		if err != nil {
			return err
		}
		return f.write(w, r, listed(assessment.List{Items: items, Total: len(items)}))
	})(w, r)
}

func listed(l assessment.List) ApplicationList {
	out := ApplicationList{Total: l.Total, Items: []ApplicationItem{}}
	for _, i := range l.Items {
		item := ApplicationItem{State: assessment.State{ID: i.ID, Good: i.Good, Kind: i.Kind, Standard: i.Standard, Name: i.Name, State: i.State, Since: i.Since, Submitted: i.Submitted, Deadline: i.Deadline, Version: i.Version}}
		for _, p := range i.People[assessment.PartReviewer] {
			item.Reviewers = append(item.Reviewers, l.People[p].Pseudonym)
		}
		out.Items = append(out.Items, item)
	}
	return out
}

func (f *face) oneApplication(w http.ResponseWriter, r *http.Request) error {
	return f.assessed(func(w http.ResponseWriter, r *http.Request, a *assessment.App) error {
		full, err := a.Application(r.Context(), who(r), application(r))
		if err != nil {
			return err
		}
		return f.write(w, r, full.Document())
	})(w, r)
}

func (f *face) applicationGaps(w http.ResponseWriter, r *http.Request) error {
	return f.assessed(func(w http.ResponseWriter, r *http.Request, a *assessment.App) error {
		gaps, err := a.Gaps(r.Context(), who(r), application(r))
		if err != nil {
			return err
		}
		return f.write(w, r, ApplicationGaps{Gaps: append([]standard.Gap{}, gaps...)})
	})(w, r)
}

func (f *face) exportAnswers(w http.ResponseWriter, r *http.Request) error {
	return f.assessed(func(w http.ResponseWriter, r *http.Request, a *assessment.App) error {
		if err := onlyKnown(r, "format"); err != nil {
			return err
		}
		edge.AddVary(w.Header(), "Accept", "Accept-Language")
		format := r.URL.Query().Get("format")
		switch {
		case format == "yaml", format == "" && prefers(r.Header, yamlType[0], jsonType[0]):
			raw, err := a.WriteAnswers(r.Context(), who(r), application(r), i18n.Negotiate(r.Header.Get("Accept-Language")).Code)
			if err == nil {
				f.send(w, r, yamlType, raw)
			}
			return err
		case format == "json", format == "":
			file, err := a.ExportAnswers(r.Context(), who(r), application(r))
			if err != nil {
				return err
			}
			return f.write(w, r, file)
		}
		bad := &badParameters{code: "invalid-parameter"}
		bad.add("format", format, "api.detail.value", nil)
		return bad
	})(w, r)
}

func (f *face) importAnswers(w http.ResponseWriter, r *http.Request) error {
	return f.assessed(func(w http.ResponseWriter, r *http.Request, a *assessment.App) error {
		raw, err := body(r)
		if err != nil {
			return err
		}
		file, err := assessment.ParseAnswers(raw)
		if err != nil {
			return err
		}
		out, err := a.ImportAnswers(r.Context(), who(r), application(r), file)
		if err != nil {
			return err
		}
		return f.write(w, r, out)
	})(w, r)
}
