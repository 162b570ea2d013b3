package api

import (
	"context"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/access"
	app "stoa/internal/app/deployments"
	"stoa/internal/deploy"
	"stoa/internal/good"
)

// DeploymentList is a page of deployments.
type DeploymentList struct {
	Total     int            `json:"total" doc:"How many fit."`
	Confirmed int            `json:"confirmed" doc:"How many of those are confirmed and not retired: the only ones that count as use."`
	States    map[string]int `json:"states" doc:"How many are in each state."`
	Stages    map[string]int `json:"stages" doc:"How many are in each stage."`
	Items     []GoodInUse    `json:"items" doc:"The newest first."`
	Next      string         `json:"next,omitempty" doc:"Address of the next page."`
}

// GoodInUse is a deployment, with who says so.
type GoodInUse struct {
	deploy.Record
	Slug     string           `json:"good_slug"`
	Contacts []deploy.Contact `json:"contacts,omitempty" doc:"Private: for those who keep the deployment alone."`
}

// MeasureForm is how large a deployment is.
type MeasureForm struct {
	Number int64     `json:"number" minimum:"0"`
	Unit   string    `json:"unit" enum:"people,users,facilities,transactions"`
	Date   good.Date `json:"date,omitempty" doc:"As of when: a year, month or day. Today without it." example:"2026"`
	Source string    `json:"source,omitempty" doc:"Address of who counted."`
}

// ContactForm is whom to ask; private.
type ContactForm struct {
	Role    string `json:"role" enum:"lead,technical,data-protection,training"`
	Address string `json:"address" format:"email"`
}

// DeploymentState is what is said of a deployment.
type DeploymentState struct {
	Release      string            `json:"release,omitempty" maxLength:"200" doc:"Version of the good."`
	Country      string            `json:"country,omitempty" doc:"ISO 3166-1 alpha-2." example:"KE"`
	Place        string            `json:"place,omitempty" maxLength:"200" doc:"Within the country."`
	Stage        string            `json:"stage" enum:"exploring,pilot,live,national-scale,retired"`
	Since        good.Date         `json:"since,omitempty" doc:"A year, month or day." example:"2024-05"`
	Until        good.Date         `json:"until,omitempty" doc:"Of what is retired."`
	Scale        []MeasureForm     `json:"scale,omitempty"`
	Languages    []string          `json:"languages,omitempty" doc:"BCP 47."`
	Hosting      string            `json:"hosting,omitempty" enum:"own,public,cloud,provider,devices"`
	Integrations []string          `json:"integrations,omitempty" doc:"Slugs or ids of other goods it works with."`
	Programme    string            `json:"programme,omitempty" maxLength:"200" doc:"That pays for it."`
	Evidence     []string          `json:"evidence,omitempty" doc:"Addresses."`
	Details      map[string]string `json:"details,omitempty" doc:"What is said of one kind of good alone, by name, such as data_use, ai_oversight, content_offline or standard_result; docs/deployments.md lists them. Values of a list are parted by spaces."`
	Contacts     *[]ContactForm    `json:"contacts,omitempty" doc:"Private; one for a role. What is left out stays."`
}

// DeploymentForm states a new deployment.
type DeploymentForm struct {
	Good         string `json:"good" doc:"Slug or id." example:"opencrvs"`
	As           string `json:"as,omitempty" enum:"maintainer,adopter" doc:"For which side you speak."`
	Body         string `json:"body,omitempty" doc:"Slug or id of the organisation here for which you speak; it must have proved a domain."`
	Organisation string `json:"organisation,omitempty" maxLength:"200" doc:"Who uses it; not needed with a body."`
	Website      string `json:"website,omitempty" doc:"Of the organisation: whoever proved its domain speaks for it."`
	DeploymentState
}

// ReasonForm says why.
type ReasonForm struct {
	Reason string `json:"reason" maxLength:"2000" doc:"Public."`
}

// SettlementForm ends a dispute.
type SettlementForm struct {
	Upheld bool   `json:"upheld,omitempty" doc:"The dispute is right: the deployment is withdrawn."`
	Reason string `json:"reason" maxLength:"2000" doc:"Public."`
}

// input is what was sent as the app takes it.
func (s DeploymentState) input() app.Input {
	in := app.Input{Integrations: s.Integrations, Statement: deploy.Statement{Release: s.Release, Country: s.Country, Place: s.Place, Stage: deploy.Stage(s.Stage), Since: s.Since, Until: s.Until,
		Languages: s.Languages, Hosting: s.Hosting, Programme: s.Programme, Evidence: s.Evidence, Details: s.Details}}
	for _, m := range s.Scale {
		in.Scale = append(in.Scale, deploy.Measure{Number: m.Number, Unit: deploy.Unit(m.Unit), Date: m.Date, Source: m.Source})
	}
	if s.Contacts != nil {
		in.Contacts = []deploy.Contact{}
		for _, c := range *s.Contacts {
			in.Contacts = append(in.Contacts, deploy.Contact(c))
		}
	}
	return in
}

// deploying are the operations on goods in use.
func (f *face) deploying(d describer) []operation {
	id := param("deployment", "path", "Id of the deployment.", &huma.Schema{Type: "string"}, "01KB0ZZZZZZZZZZZZZZZZZZZZZ")
	id.Required = true
	of := func(name, text string, s *huma.Schema) *huma.Param { return param(name, "query", text, s, nil) }
	words := &huma.Schema{Type: "string"}
	path, gives := "/api/v1/deployments/{deployment}", reflect.TypeFor[GoodInUse]()
	on := func(act access.Act, method, rest, name, summary, text string, takes reflect.Type, h answer) operation {
		return d.call(call{act: act, method: method, path: path + rest, id: name, tag: "deployments", summary: summary, text: text, params: []*huma.Param{id}, takes: takes, gives: gives, handle: h, statuses: []int{404, 409}})
	}
	return []operation{
		d.read("list-deployments", "/api/v1/deployments", "deployments", "Goods in use", "Those that fit every filter. What sources state of countries is beside, on each good.", []*huma.Param{
			of("good", "Slug or id of the good.", words), of("country", "ISO 3166-1 alpha-2.", words), of("organisation", "Address of the organisation's name.", words),
			of("stage", "How far it is.", &huma.Schema{Type: "string", Enum: anys(deploy.Stages)}), of("state", "How far it can be relied on.", &huma.Schema{Type: "string", Enum: anys(deploy.Sought)}),
			of("programme", "Who pays for it: the address of its name.", words), of("since", "The year in which it began.", &huma.Schema{Type: "string", Pattern: "^[0-9]{4}$"}),
			of("before", "Begin behind this id.", words), of("limit", "How many.", integer(1, 200, 50))}, f.deployed, d.of(reflect.TypeFor[DeploymentList]()), 404, 410),
		d.read("get-deployment", path, "deployments", "One good in use", "Who says so, who confirmed it, when somebody is asked again.", []*huma.Param{id}, f.deployment, d.of(gives), 404),
		d.call(call{act: access.ClaimDeployment, method: http.MethodPost, path: "/api/v1/deployments", id: "claim-deployment", tag: "deployments", summary: "Say that a good is in use",
			text:  "As its owner, for an organisation of yours that proved a domain, or for a country whose commitments you keep. The other side confirms it.",
			takes: reflect.TypeFor[DeploymentForm](), gives: gives, handle: f.claimDeployment, created: true, statuses: []int{404, 409}}),
		on(access.KeepDeployment, http.MethodPut, "", "change-deployment", "State it anew", "As either side; the other confirms it anew. Good, organisation and country stay.", reflect.TypeFor[DeploymentState](), f.changeDeployment),
		on(access.ConfirmDeployment, http.MethodPost, "/confirm", "confirm-deployment", "Confirm it", "As the side that did not say it.", nil, f.confirmDeployment),
		on(access.DisputeDeployment, http.MethodPost, "/dispute", "dispute-deployment", "Say that it is not so", "", reflect.TypeFor[ReasonForm](), f.disputeDeployment),
		on(access.SettleDeployment, http.MethodPost, "/settle", "settle-deployment", "End a dispute", "", reflect.TypeFor[SettlementForm](), f.settleDeployment),
		on(access.KeepDeployment, http.MethodPost, "/withdraw", "withdraw-deployment", "Say it no more", "For the side that said it. Its page stays.", reflect.TypeFor[ReasonForm](), f.withdrawDeployment),
	}
}

// used runs do with what is known of goods in use; without it there is nothing.
func (f *face) used(r *http.Request, do func(ctx context.Context, a *app.App, who access.Who, id good.ID) error) error {
	if f.cfg.Deployments == nil {
		return &good.Error{Kind: good.NotFound, Key: "deploy.error.unknown"}
	}
	return do(r.Context(), f.cfg.Deployments, who(r), good.ID(r.PathValue("deployment")))
}

func (f *face) deployed(w http.ResponseWriter, r *http.Request) error {
	v, err := parameters(r, "good", "country", "organisation", "stage", "state", "before", "limit")
	if err != nil {
		return err
	}
	bad := &badParameters{code: "invalid-parameter"}
	limit := bad.number(v, "limit", app.PageLength, 200)
	if len(bad.parts) > 0 {
		return bad
	}
	which := app.Which{Good: last(v, "good"), Country: last(v, "country"), Organisation: last(v, "organisation"), Stage: deploy.Stage(last(v, "stage")), State: deploy.State(last(v, "state")), Programme: last(v, "programme"), Since: last(v, "since"), Before: good.ID(last(v, "before"))}
	return f.used(r, func(ctx context.Context, a *app.App, _ access.Who, _ good.ID) error {
		list, err := a.List(ctx, which, max(1, limit))
		if err != nil {
			return err
		}
		doc := DeploymentList{Total: list.Total, Confirmed: list.Counts, States: map[string]int{}, Stages: map[string]int{}, Items: []GoodInUse{}}
		for _, s := range list.ByState {
			doc.States[string(s.Of)] = s.N
		}
		for _, s := range list.ByStage {
			doc.Stages[string(s.Of)] = s.N
		}
		for _, u := range list.Uses {
			doc.Items = append(doc.Items, GoodInUse{Record: u.Record, Slug: u.Slug})
		}
		if list.Next != "" {
			v.Set("before", string(list.Next))
			doc.Next = f.base + "/api/v1/deployments?" + v.Encode()
		}
		return f.write(w, r, doc)
	})
}

func (f *face) deployment(w http.ResponseWriter, r *http.Request) error {
	if err := onlyKnown(r); err != nil {
		return err
	}
	return f.used(r, func(ctx context.Context, a *app.App, _ access.Who, id good.ID) error {
		v, err := a.Show(ctx, access.Who{}, id)
		if err != nil {
			return err
		}
		return f.write(w, r, GoodInUse{Record: v.Record, Slug: v.Slug})
	})
}

// answerDeployment writes what a verb made, as those see it who may keep it.
func (f *face) answerDeployment(w http.ResponseWriter, r *http.Request, write func(http.ResponseWriter, *http.Request, any) error, rec *deploy.Record, err error) error {
	if err != nil {
		return err
	}
	v, err := f.cfg.Deployments.Show(r.Context(), who(r), rec.ID)
	if err != nil {
		return err
	}
	return write(w, r, GoodInUse{Record: v.Record, Slug: v.Slug, Contacts: v.Contacts})
}

func (f *face) claimDeployment(w http.ResponseWriter, r *http.Request) error {
	doc, err := received[DeploymentForm](r)
	if err != nil {
		return err
	}
	return f.used(r, func(ctx context.Context, a *app.App, who access.Who, _ good.ID) error {
		in := doc.input()
		in.Good, in.Side, in.Body, in.Organisation, in.Website = doc.Good, deploy.Side(doc.As), doc.Body, doc.Organisation, doc.Website
		rec, _, err := a.Claim(ctx, who, in)
		return f.answerDeployment(w, r, f.made, rec, err)
	})
}

func (f *face) changeDeployment(w http.ResponseWriter, r *http.Request) error {
	doc, err := received[DeploymentState](r)
	if err != nil {
		return err
	}
	return f.used(r, func(ctx context.Context, a *app.App, who access.Who, id good.ID) error {
		rec, _, err := a.Change(ctx, who, id, doc.input())
		return f.answerDeployment(w, r, f.write, rec, err)
	})
}

func (f *face) confirmDeployment(w http.ResponseWriter, r *http.Request) error {
	return f.used(r, func(ctx context.Context, a *app.App, who access.Who, id good.ID) error {
		rec, _, err := a.Confirm(ctx, who, id)
		return f.answerDeployment(w, r, f.write, rec, err)
	})
}

func (f *face) disputeDeployment(w http.ResponseWriter, r *http.Request) error {
	doc, err := received[ReasonForm](r)
	if err != nil {
		return err
	}
	return f.used(r, func(ctx context.Context, a *app.App, who access.Who, id good.ID) error {
		rec, _, err := a.Dispute(ctx, who, id, doc.Reason)
		return f.answerDeployment(w, r, f.write, rec, err)
	})
}

func (f *face) settleDeployment(w http.ResponseWriter, r *http.Request) error {
	doc, err := received[SettlementForm](r)
	if err != nil {
		return err
	}
	return f.used(r, func(ctx context.Context, a *app.App, who access.Who, id good.ID) error {
		rec, _, err := a.Settle(ctx, who, id, doc.Upheld, doc.Reason)
		return f.answerDeployment(w, r, f.write, rec, err)
	})
}

func (f *face) withdrawDeployment(w http.ResponseWriter, r *http.Request) error {
	doc, err := received[ReasonForm](r)
	if err != nil {
		return err
	}
	return f.used(r, func(ctx context.Context, a *app.App, who access.Who, id good.ID) error {
		rec, _, err := a.Withdraw(ctx, who, id, doc.Reason)
		return f.answerDeployment(w, r, f.write, rec, err)
	})
}
