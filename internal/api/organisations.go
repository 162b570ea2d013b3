package api

import (
	"context"
	"net/http"
	"net/url"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/access"
	app "stoa/internal/app/support"
	"stoa/internal/good"
	"stoa/internal/support"
)

// HelperList is a page of organisations that help.
type HelperList struct {
	Items []Helper `json:"items" doc:"By slug."`
	Next  string   `json:"next,omitempty" doc:"Address of the next page."`
}

// Helper is an organisation that offers help, has agreements with goods or says
// whom it reaches, in short.
type Helper struct {
	ID        good.ID        `json:"id"`
	Slug      string         `json:"slug"`
	Name      string         `json:"name"`
	Kinds     []string       `json:"kinds" doc:"Kinds of help that it offers or agreed."`
	Countries []string       `json:"countries" doc:"In which it offers or agreed something, or that it reaches. ISO 3166-1 alpha-2."`
	Anywhere  bool           `json:"anywhere,omitempty" doc:"It offers or agreed something without naming countries."`
	Reach     []support.Span `json:"reach" doc:"Whom it reaches, as it says."`
}

// HelperDocument is one organisation with all that is known of its help.
type HelperDocument struct {
	Helper
	Domains    []string                 `json:"domains" doc:"That it proved to be its own."`
	Known      map[string]support.Proof `json:"known" doc:"Why it can be believed that its people know a good, by the good's id."`
	Offers     []support.Offer          `json:"offers" doc:"That stand."`
	Agreements []support.Agreement      `json:"agreements" doc:"The newest first, at most 30; denied and ended ones, too. The others are in the list of agreements."`
	References []support.Reference      `json:"references" doc:"What adopters say of work that was delivered."`
}

// AgreementList is a page of agreements of organisations with goods.
type AgreementList struct {
	Items []support.Agreement `json:"items" doc:"The newest first."`
	Next  string              `json:"next,omitempty" doc:"Address of the next page."`
}

// ReachForm is what changes of whom an organisation reaches.
type ReachForm struct {
	Say  []support.Span `json:"say,omitempty" doc:"Each takes the place of what was said of its country and unit. Units: subscribers, people (reached in a year), covered (who live where it reaches)."`
	Drop []ReachKey     `json:"drop,omitempty" doc:"Of which nothing is said any more."`
}

// ReachKey names what was said of a country in a unit.
type ReachKey struct {
	Country string `json:"country" doc:"ISO 3166-1 alpha-2."`
	Unit    string `json:"unit" enum:"subscribers,people,covered"`
}

// AgreementForm is what an organisation and a good agreed.
type AgreementForm struct {
	Body      string            `json:"body,omitempty" doc:"Slug or id of your organisation, which proved a domain. It stays."`
	Good      string            `json:"good,omitempty" doc:"Slug or id. It stays."`
	Kind      string            `json:"kind" doc:"Kind of help." example:"zero-rating"`
	Text      string            `json:"text,omitempty" maxLength:"4000"`
	Countries []string          `json:"countries,omitempty" doc:"ISO 3166-1 alpha-2; anywhere without."`
	Since     good.Date         `json:"since" doc:"A year, a month or a day." example:"2026-01"`
	Until     good.Date         `json:"until,omitempty" doc:"A year, a month or a day."`
	Link      string            `json:"link,omitempty" doc:"Where it can be read."`
	Details   map[string]string `json:"details,omitempty" doc:"What is said of one kind of help alone, by name, such as channel_code, zero_domains or device_number; docs/support.md lists them."`
	Version   int64             `json:"version,omitempty" doc:"Of an agreement that is stated anew, as it was seen; a later change is answered with 409."`
}

// AgreementTurnForm is what is said of an agreement that was seen.
type AgreementTurnForm struct {
	Reason  string `json:"reason,omitempty" maxLength:"1000" doc:"Why; public. To deny it or to end it."`
	Version int64  `json:"version,omitempty" doc:"Of the agreement as it was seen; a later change is answered with 409. Needed to confirm it."`
}

func (q AgreementForm) input() app.AgreementInput {
	return app.AgreementInput{Body: q.Body, Good: q.Good, Deal: support.Deal{Kind: q.Kind, Text: q.Text, Countries: q.Countries, Since: q.Since, Until: q.Until, Link: q.Link, Details: q.Details}, Version: q.Version}
}

// reaching are the operations on organisations that help and on what they agreed
// with goods.
func (f *face) reaching(d describer) []operation {
	words := &huma.Schema{Type: "string"}
	of := func(name, text string) *huma.Param { return param(name, "query", text, words, nil) }
	id := func(name, text, example string) *huma.Param {
		p := param(name, "path", text, words, example)
		p.Required = true
		return p
	}
	kind, country, about := of("kind", "Kind of help."), of("country", "ISO 3166-1 alpha-2; what is for anywhere fits, too."), of("good", "Slug or id.")
	limit := param("limit", "query", "How many.", integer(1, 200, app.PageLength), nil)
	whose, one := id("organisation", "Slug or id of the organisation.", "safari-mobile"), id("agreement", "Id of the agreement.", "01KB0ZZZZZZZZZZZZZZZZZZZZZ")
	const at = "/api/v1/support/"
	house, deal, step := reflect.TypeFor[HelperDocument](), reflect.TypeFor[support.Agreement](), reflect.TypeFor[AgreementTurnForm]()
	do := func(act access.Act, method, path, name, summary, text string, p *huma.Param, takes, gives reflect.Type, h answer) operation {
		c := call{act: act, method: method, path: at + path, id: name, tag: "support", summary: summary, text: text, takes: takes, gives: gives, handle: h, statuses: []int{404, 409}}
		if p != nil {
			c.params = []*huma.Param{p}
		}
		c.created = p == nil
		return d.call(c)
	}
	return []operation{
		d.read("list-helping-organisations", at+"organisations", "support", "Organisations that help", "Those that offer help, have agreements with goods or say whom they reach.", []*huma.Param{kind, country, about, of("after", "Begin behind this slug."), limit}, f.helpers, d.of(reflect.TypeFor[HelperList]()), 404),
		d.read("get-helping-organisation", at+"organisations/{organisation}", "support", "One organisation that helps", "With its reach, offers, agreements, the goods it knows and what adopters say.", []*huma.Param{whose}, f.helper, d.of(house), 404),
		d.read("list-agreements", at+"agreements", "support", "Agreements with goods", "Those that are claimed or confirmed; of one organisation, those that are denied or ended, too.", []*huma.Param{kind, country, about, of("organisation", "Slug or id."), of("detail", "An option of what is said of one kind of help alone: channel_type:ussd."), of("before", "Begin behind this id."), limit}, f.agreements, d.of(reflect.TypeFor[AgreementList]()), 404),
		d.read("get-agreement", at+"agreements/{agreement}", "support", "One agreement", "", []*huma.Param{one}, f.agreement, d.of(deal), 404),
		do(access.OfferSupport, "POST", "organisations/{organisation}/reach", "state-reach", "Say whom an organisation reaches", "For one of yours that proved a domain.", whose, reflect.TypeFor[ReachForm](), house, f.stateReach),
		do(access.OfferSupport, "POST", "agreements", "make-agreement", "Tell of an agreement with a good", "For an organisation of yours that proved a domain. It is a claim until whoever owns the good confirms it.", nil, reflect.TypeFor[AgreementForm](), deal, f.makeAgreement),
		do(access.OfferSupport, "PUT", "agreements/{agreement}", "change-agreement", "State an agreement anew", "It is to be confirmed anew.", one, reflect.TypeFor[AgreementForm](), deal, f.changeAgreement),
		do(access.ConfirmAgreement, "POST", "agreements/{agreement}/confirm", "confirm-agreement", "Confirm an agreement", "As an owner of the good who does not act for the organisation.", one, step, deal, f.turnAgreement(support.Confirmed)),
		do(access.ConfirmAgreement, "POST", "agreements/{agreement}/deny", "deny-agreement", "Say that an agreement is not so", "As an owner of the good.", one, step, deal, f.turnAgreement(support.Denied)),
		do(access.OfferSupport, "POST", "agreements/{agreement}/end", "end-agreement", "End an agreement", "It holds no more; its page stays.", one, step, deal, f.turnAgreement(support.Closed)),
		do(access.ModerateSupport, "POST", "agreements/{agreement}/hide", "hide-agreement", "Take an agreement off the lists, or show it again", "", one, reflect.TypeFor[HideForm](), deal, f.hideAgreement),
	}
}

func helperOf(o app.Organisation) Helper {
	return Helper{ID: o.ID, Slug: o.Slug, Name: o.Name, Kinds: append([]string{}, o.Kinds...), Countries: append([]string{}, o.Countries...), Anywhere: o.Anywhere, Reach: append([]support.Span{}, o.Spans...)}
}

// narrowed reads which organisations or agreements are looked at; more are the
// parameters that only one of them has.
func (f *face) narrowed(r *http.Request, more ...string) (app.Which, url.Values, int, error) {
	v, err := parameters(r, append(more, "kind", "country", "good", "limit")...)
	if err != nil {
		return app.Which{}, nil, 0, err
	}
	bad := &badParameters{code: "invalid-parameter"}
	limit := bad.number(v, "limit", app.PageLength, 200)
	if len(bad.parts) > 0 {
		return app.Which{}, nil, 0, bad
	}
	return app.Which{Kind: last(v, "kind"), Country: strings.ToUpper(last(v, "country")), Good: last(v, "good"), Detail: last(v, "detail")}, v, max(1, limit), nil
}

// further is the address of the next page; "" where there is none.
func (f *face) further(r *http.Request, v url.Values, behind, next string) string {
	if next == "" {
		return ""
	}
	v.Set(behind, next)
	return f.base + r.URL.Path + "?" + v.Encode()
}

func (f *face) helpers(w http.ResponseWriter, r *http.Request) error {
	which, v, limit, err := f.narrowed(r, "after")
	if err != nil {
		return err
	}
	return f.helped(r, func(ctx context.Context, a *app.App, _ access.Who) error {
		list, err := a.Organisations(ctx, which, last(v, "after"), limit)
		if err != nil {
			return err
		}
		out := HelperList{Items: []Helper{}, Next: f.further(r, v, "after", list.Next)}
		for _, o := range list.Items {
			out.Items = append(out.Items, helperOf(o))
		}
		return f.write(w, r, out)
	})
}

func (f *face) helper(w http.ResponseWriter, r *http.Request) error {
	if err := onlyKnown(r); err != nil {
		return err
	}
	return f.answerHelper(w, r, nil)
}

// answerHelper writes an organisation as everybody sees it.
func (f *face) answerHelper(w http.ResponseWriter, r *http.Request, err error) error {
	if err != nil {
		return err
	}
	return f.helped(r, func(ctx context.Context, a *app.App, _ access.Who) error {
		v, err := a.ShowOrganisation(ctx, access.Who{}, r.PathValue("organisation"))
		if err != nil {
			return err
		}
		doc := HelperDocument{Helper: helperOf(v.Organisation), Domains: []string{}, Known: map[string]support.Proof{}, Offers: append([]support.Offer{}, v.Offers...),
			Agreements: append([]support.Agreement{}, v.Agreements...), References: append([]support.Reference{}, v.References...)}
		for _, d := range v.Domains {
			doc.Domains = append(doc.Domains, d.Domain)
		}
		for _, k := range v.Known {
			doc.Known[string(k.Good)] = k.Proof
		}
		return f.write(w, r, doc)
	})
}

func (f *face) stateReach(w http.ResponseWriter, r *http.Request) error {
	return helps(f, r, func(ctx context.Context, a *app.App, who access.Who, doc ReachForm) error {
		in := app.ReachInput{Body: r.PathValue("organisation"), Say: doc.Say}
		for _, d := range doc.Drop {
			in.Drop = append(in.Drop, support.Span{Country: d.Country, Unit: d.Unit})
		}
		_, _, err := a.Reach(ctx, who, in)
		return f.answerHelper(w, r, err)
	})
}

func (f *face) agreements(w http.ResponseWriter, r *http.Request) error {
	which, v, limit, err := f.narrowed(r, "organisation", "before", "detail")
	if err != nil {
		return err
	}
	which.Body, which.Before = last(v, "organisation"), good.ID(last(v, "before"))
	return f.helped(r, func(ctx context.Context, a *app.App, _ access.Who) error {
		list, err := a.Agreements(ctx, which, limit)
		if err != nil {
			return err
		}
		return f.write(w, r, AgreementList{Items: append([]support.Agreement{}, list.Items...), Next: f.further(r, v, "before", string(list.Next))})
	})
}

func (f *face) agreement(w http.ResponseWriter, r *http.Request) error {
	if err := onlyKnown(r); err != nil {
		return err
	}
	return f.helped(r, func(ctx context.Context, a *app.App, _ access.Who) error {
		v, err := a.ShowAgreement(ctx, access.Who{}, named(r, "agreement"))
		if err != nil {
			return err
		}
		return f.write(w, r, *v.Agreement)
	})
}

func (f *face) makeAgreement(w http.ResponseWriter, r *http.Request) error {
	return helps(f, r, func(ctx context.Context, a *app.App, who access.Who, doc AgreementForm) error {
		g, _, err := a.Agree(ctx, who, doc.input())
		if err != nil {
			return err
		}
		return f.made(w, r, *g)
	})
}

func (f *face) changeAgreement(w http.ResponseWriter, r *http.Request) error {
	return helps(f, r, func(ctx context.Context, a *app.App, who access.Who, doc AgreementForm) error {
		g, _, err := a.ChangeAgreement(ctx, who, named(r, "agreement"), doc.input())
		if err != nil {
			return err
		}
		return f.write(w, r, *g)
	})
}

// turnAgreement takes an agreement to a state, with what was sent.
func (f *face) turnAgreement(to support.State) answer {
	return func(w http.ResponseWriter, r *http.Request) error {
		return helps(f, r, func(ctx context.Context, a *app.App, who access.Who, doc AgreementTurnForm) error {
			g, _, err := a.TurnAgreement(ctx, who, named(r, "agreement"), to, doc.Reason, doc.Version)
			if err != nil {
				return err
			}
			return f.write(w, r, *g)
		})
	}
}

func (f *face) hideAgreement(w http.ResponseWriter, r *http.Request) error {
	return helps(f, r, func(ctx context.Context, a *app.App, who access.Who, doc HideForm) error {
		if _, err := a.Hide(ctx, who, named(r, "agreement"), doc.Hide, doc.Reason); err != nil {
			return err
		}
		return f.agreement(w, r)
	})
}
