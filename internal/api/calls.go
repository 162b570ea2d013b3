package api

import (
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/access"
	"stoa/internal/app/calls"
	"stoa/internal/good"
)

// CallList are the open calls that were announced.
type CallList struct {
	Items []calls.Call `json:"items" doc:"Those that are open first, by when they close."`
}

// PartnerList are the organisations that run calls, or did.
type PartnerList struct {
	Items []calls.Partner `json:"items"`
}

// PartnerForm says why an organisation runs calls, or runs them no more.
type PartnerForm struct {
	Reason string `json:"reason" maxLength:"500"`
}

// calling are the operations on open calls.
func (f *face) calling(d describer) []operation {
	path := func(name, text, example string) *huma.Param {
		p := param(name, "path", text, &huma.Schema{Type: "string"}, example)
		p.Required = true
		return p
	}
	one := []*huma.Param{path("call", "Slug or id of the call.", "health-in-east-africa")}
	entry := []*huma.Param{path("entry", "Id of the entry.", "01KB0ZZZZZZZZZZZZZZZZZZZZZ")}
	house := []*huma.Param{path("organisation", "Slug or id of the organisation.", "venture-fund")}
	get := func(act access.Act, at, name, summary string, params []*huma.Param, gives reflect.Type, h answer) operation {
		return d.call(call{act: act, method: http.MethodGet, path: "/api/v1/" + at, id: name, tag: "calls", summary: summary, params: params, gives: gives, handle: h, statuses: []int{404}})
	}
	out := []operation{
		d.read("list-calls", "/api/v1/calls", "calls", "Open calls", "Every call that was announced, with what it asks, how it is judged and, where they are published, its results.", nil, f.callList, d.of(reflect.TypeFor[CallList]())),
		d.read("get-call", "/api/v1/calls/{call}", "calls", "One open call", "", one, f.oneCall, d.of(reflect.TypeFor[calls.Shown]()), 404),
		d.read("list-partners", "/api/v1/partners", "calls", "Sourcing partners", "The organisations that may run calls, or could.", nil, f.partnerList, d.of(reflect.TypeFor[PartnerList]())),
		d.call(call{act: access.ManagePartners, method: http.MethodPut, path: "/api/v1/partners/{organisation}", id: "make-partner", tag: "calls", summary: "Let an organisation run calls", params: house,
			takes: reflect.TypeFor[PartnerForm](), gives: reflect.TypeFor[calls.Partner](), handle: f.makePartner(true), statuses: []int{409}}),
		d.call(call{act: access.ManagePartners, method: http.MethodDelete, path: "/api/v1/partners/{organisation}", id: "end-partner", tag: "calls", summary: "Let an organisation run calls no more", params: house,
			takes: reflect.TypeFor[PartnerForm](), gives: reflect.TypeFor[calls.Partner](), handle: f.makePartner(false), statuses: []int{409}}),
		d.call(call{act: access.RunCall, method: http.MethodPost, path: "/api/v1/partners/{organisation}/calls", id: "begin-call", tag: "calls", summary: "Begin the draft of a call", params: house,
			takes: reflect.TypeFor[calls.Written](), gives: reflect.TypeFor[calls.Call](), handle: f.beginCall, statuses: []int{403}, created: true}),
		get(access.RunCall, "me/calls", "list-own-calls", "What one runs", nil, reflect.TypeFor[calls.Running](), f.ownCalls),
		get(access.SeeEntries, "calls/{call}/whole", "get-whole-call", "One call with its entries, scores and figures", one, reflect.TypeFor[calls.Whole](), f.wholeCall),
		get(access.ReadEntry, "me/entries", "list-own-entries", "What one entered, and what one has to score", nil, reflect.TypeFor[calls.Own](), f.ownEntries),
		get(access.ReadEntry, "entries/{entry}", "get-entry", "One entry, as the reader may see it", entry, reflect.TypeFor[calls.EntryView](), f.oneEntry),
		get(access.ScoreEntry, "entries/{entry}/part", "get-entry-part", "An entry as one of its jurors sees it", entry, reflect.TypeFor[calls.Part](), f.onePart),
	}
	for _, s := range calls.Steps {
		out = append(out, f.callStep(d, s, "calls/{call}", "call", one))
	}
	for _, s := range calls.EntrySteps {
		out = append(out, f.callStep(d, s, "entries/{entry}", "entry", entry))
	}
	return out
}

// callStep is the operation of one step on a call or an entry.
func (f *face) callStep(d describer, s calls.Step, at, name string, params []*huma.Param) operation {
	c := call{act: s.Act, method: http.MethodPost, path: "/api/v1/" + at + "/" + s.Name, id: name + "-" + s.Name, tag: "calls", summary: s.Summary, params: params, gives: reflect.TypeOf(s.Out), statuses: []int{404, 409}}
	if t := reflect.TypeOf(s.In); t.NumField() > 0 {
		c.takes = t
	}
	c.handle = func(w http.ResponseWriter, r *http.Request) error {
		a, err := f.called()
		if err != nil {
			return err
		}
		if s.Name == "enter" && f.cfg.Quota != nil {
			if err := f.cfg.Quota(r); err != nil {
				return err
			}
		}
		raw, err := body(r)
		if err != nil {
			return err
		}
		key := r.PathValue(name)
		if name == "entry" {
			key = strings.ToUpper(key)
		}
		out, err := s.Do(r.Context(), a, who(r), key, raw)
		if err != nil {
			return err
		}
		return f.write(w, r, out)
	}
	return d.call(c)
}

// called is the app of calls, where there is one.
func (f *face) called() (*calls.App, error) {
	if f.cfg.Calls == nil {
		return nil, &good.Error{Kind: good.NotFound, Key: "api.detail.path"}
	}
	return f.cfg.Calls, nil
}

// shows answers with what do reads.
func shows[T any](f *face, w http.ResponseWriter, r *http.Request, do func(a *calls.App) (T, error)) error {
	if err := onlyKnown(r); err != nil {
		return err
	}
	a, err := f.called()
	if err != nil {
		return err
	}
	out, err := do(a)
	if err != nil {
		return err
	}
	return f.write(w, r, out)
}

func (f *face) callList(w http.ResponseWriter, r *http.Request) error {
	return shows(f, w, r, func(a *calls.App) (CallList, error) {
		list, err := a.List(r.Context())
		return CallList{some(list)}, err
	})
}

func (f *face) oneCall(w http.ResponseWriter, r *http.Request) error {
	return shows(f, w, r, func(a *calls.App) (*calls.Shown, error) { return a.Call(r.Context(), r.PathValue("call")) })
}

func (f *face) partnerList(w http.ResponseWriter, r *http.Request) error {
	return shows(f, w, r, func(a *calls.App) (PartnerList, error) {
		list, err := a.Partners(r.Context())
		return PartnerList{some(list)}, err
	})
}

func (f *face) makePartner(partner bool) answer {
	return func(w http.ResponseWriter, r *http.Request) error {
		in, err := received[PartnerForm](r)
		if err != nil {
			return err
		}
		a, err := f.called()
		if err != nil {
			return err
		}
		p, _, err := a.MakePartner(r.Context(), who(r), r.PathValue("organisation"), partner, in.Reason)
		if err != nil {
			return err
		}
		return f.write(w, r, p)
	}
}

func (f *face) beginCall(w http.ResponseWriter, r *http.Request) error {
	in, err := received[calls.Written](r)
	if err != nil {
		return err
	}
	a, err := f.called()
	if err != nil {
		return err
	}
	c, err := a.Begin(r.Context(), who(r), r.PathValue("organisation"), in.Call())
	if err != nil {
		return err
	}
	return f.made(w, r, c)
}

func (f *face) ownCalls(w http.ResponseWriter, r *http.Request) error {
	return shows(f, w, r, func(a *calls.App) (calls.Running, error) {
		out, err := a.Running(r.Context(), who(r))
		return calls.Running{Partners: some(out.Partners), Calls: some(out.Calls)}, err
	})
}

func (f *face) wholeCall(w http.ResponseWriter, r *http.Request) error {
	return shows(f, w, r, func(a *calls.App) (*calls.Whole, error) { return a.Whole(r.Context(), who(r), r.PathValue("call")) })
}

func (f *face) ownEntries(w http.ResponseWriter, r *http.Request) error {
	return shows(f, w, r, func(a *calls.App) (calls.Own, error) {
		out, err := a.Own(r.Context(), who(r))
		return calls.Own{Entries: some(out.Entries), Parts: some(out.Parts)}, err
	})
}

func (f *face) oneEntry(w http.ResponseWriter, r *http.Request) error {
	return shows(f, w, r, func(a *calls.App) (*calls.EntryView, error) {
		return a.Entry(r.Context(), who(r), good.ID(strings.ToUpper(r.PathValue("entry"))))
	})
}

func (f *face) onePart(w http.ResponseWriter, r *http.Request) error {
	return shows(f, w, r, func(a *calls.App) (*calls.Part, error) {
		return a.Part(r.Context(), who(r), good.ID(strings.ToUpper(r.PathValue("entry"))))
	})
}
