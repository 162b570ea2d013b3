package api

import (
	"context"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/access"
	app "stoa/internal/app/needs"
	"stoa/internal/good"
	"stoa/internal/need"
)

// NeedQuestion is what somebody needs.
type NeedQuestion struct {
	Problem   string   `json:"problem" maxLength:"4000" doc:"In plain words." example:"Births are registered on paper in villages without a network."`
	Lang      string   `json:"lang" enum:"en,ar,zh,fr,ru,es" doc:"Language of the words."`
	Use       string   `json:"use_case,omitempty" maxLength:"4000" doc:"What is done with it, step by step."`
	Country   string   `json:"country,omitempty" doc:"ISO 3166-1 alpha-2." example:"KE"`
	Kinds     []string `json:"kinds,omitempty" enum:"software,data,ai,standard,content"`
	Sectors   []string `json:"sectors,omitempty" doc:"Codes of sectors."`
	SDGs      []int    `json:"sdgs,omitempty" doc:"1 to 17."`
	Blocks    []string `json:"building_blocks,omitempty" doc:"Codes or English names." example:"[\"registration\"]"`
	Users     string   `json:"users,omitempty" maxLength:"200" doc:"Who works with it."`
	People    int64    `json:"people,omitempty" minimum:"0" doc:"Whom it is to serve."`
	Tongues   []string `json:"languages,omitempty" doc:"BCP 47: that it has to speak."`
	Musts     []string `json:"musts,omitempty" enum:"offline,hosting" doc:"What it has to allow: work without a network, be run in the country."`
	Licence   string   `json:"licence_family,omitempty" enum:"permissive,copyleft,public-domain,attribution,share-alike"`
	Standards []string `json:"standards,omitempty" example:"[\"FHIR\"]"`
	Budget    string   `json:"budget,omitempty" enum:"none,under-50k,under-500k,over-500k,unknown" doc:"US dollars in the first year."`
	Time      string   `json:"time,omitempty" enum:"months-3,months-12,years,unknown" doc:"Until first use."`
}

// NeedForm keeps a need, or changes one as a whole.
type NeedForm struct {
	NeedQuestion
	Title      string `json:"title,omitempty" maxLength:"120" doc:"How the problem begins without it."`
	Visibility string `json:"visibility" enum:"private,link,public"`
	Wanted     bool   `json:"expressions_wanted,omitempty" doc:"Organisations that can help may say so."`
	Version    int64  `json:"version,omitempty" doc:"Of the need as it was seen; a later change is answered with 409."`
}

// NeedEnd closes a need.
type NeedEnd struct {
	Outcome string `json:"outcome" enum:"solved,dropped"`
	Reason  string `json:"reason,omitempty" maxLength:"2000"`
}

// NeedShort puts a good on a shortlist or takes it off.
type NeedShort struct {
	Good string `json:"good" doc:"Slug or id."`
	Off  bool   `json:"off,omitempty"`
}

// NeedAnswerForm says that an organisation can help.
type NeedAnswerForm struct {
	Body string `json:"organisation,omitempty" doc:"Slug or id of the organisation here for which you speak; not needed where you act for one only."`
	Text string `json:"text" maxLength:"2000" doc:"Private until it is accepted."`
}

// NeedVerdict accepts or declines an answer.
type NeedVerdict struct {
	Accept bool `json:"accept"`
}

// Fit is a good in its place in an answer.
type Fit struct {
	Place    int            `json:"place"`
	Good     good.ID        `json:"good"`
	Slug     string         `json:"slug"`
	Name     string         `json:"name"`
	Findings []need.Finding `json:"findings" doc:"Why it stands there: what is met, what nobody knows, what is not met. What is unknown never counts for a good."`
}

// Fits are goods for a need, the best first.
type Fits struct {
	Items  []Fit      `json:"items"`
	Offers []need.Aid `json:"offers" doc:"Help that organisations offer and that fits, the best first, each with its reasons."`
	Calls  []need.Aid `json:"calls" doc:"Calls that take entries now and fit."`

	Communities []CountryLink `json:"communities" doc:"Communities about goods that were ranked."`
}

// NeedList is a page of needs.
type NeedList struct {
	Total int           `json:"total" doc:"How many public ones fit."`
	Items []need.Record `json:"items" doc:"Public ones, the newest first."`
	Mine  []need.Record `json:"mine" doc:"Those that the asker keeps."`
	Next  string        `json:"next,omitempty" doc:"Address of the next page."`
}

// KeptNeed is a need as who sees it.
type KeptNeed struct {
	need.Record
	Goods   []string      `json:"shortlist_slugs,omitempty"`
	Answers []need.Answer `json:"answers,omitempty" doc:"All to who keeps it; the accepted ones and one's own to others."`
}

func (q NeedQuestion) ask() need.Ask {
	a := need.Ask{Problem: q.Problem, Lang: q.Lang, Use: q.Use, Country: q.Country, Sectors: q.Sectors, SDGs: q.SDGs, Blocks: q.Blocks, Users: q.Users, People: q.People,
		Tongues: q.Tongues, Licence: q.Licence, Standards: q.Standards, Budget: q.Budget, Time: q.Time}
	for _, k := range q.Kinds {
		a.Kinds = append(a.Kinds, good.Kind(k))
	}
	for _, m := range q.Musts {
		a.Musts = append(a.Musts, need.Must(m))
	}
	return a
}

func (n NeedForm) record() need.Record {
	return need.Record{Title: n.Title, Ask: n.ask(), Visibility: need.Visibility(n.Visibility), Wanted: n.Wanted, Version: n.Version}
}

func fits(list []need.Ranked, beside app.Aids) Fits {
	out := Fits{Items: []Fit{}, Offers: some(beside.Offers), Calls: some(beside.Calls), Communities: []CountryLink{}}
	for _, c := range beside.Communities {
		name, _ := c.Name.In("en")
		out.Communities = append(out.Communities, CountryLink{c.Slug, name})
	}
	for i, r := range list {
		out.Items = append(out.Items, Fit{i + 1, r.Good.ID, r.Good.Slug, r.Good.Name, some(r.Findings)})
	}
	return out
}

// needing are the operations on needs.
func (f *face) needing(d describer) []operation {
	id, reply := param("need", "path", "Id of the need. A private one is there for who keeps it alone.", &huma.Schema{Type: "string"}, "01KB0ZZZZZZZZZZZZZZZZZZZZZ"), param("answer", "path", "Id of the answer.", &huma.Schema{Type: "string"}, "01KB0ZZZZZZZZZZZZZZZZZZZZZ")
	id.Required, reply.Required = true, true
	words := &huma.Schema{Type: "string"}
	of := func(name, text string, s *huma.Schema) *huma.Param { return param(name, "query", text, s, nil) }
	most := of("limit", "How many.", integer(1, app.Most, 10))
	op := func(act access.Act, method, at, id, summary, text string, params []*huma.Param, takes, gives reflect.Type, h answer) operation {
		return d.call(call{act: act, method: method, path: "/api/v1" + at, id: id, tag: "needs", summary: summary, text: text, params: params, takes: takes, gives: gives, handle: h, anyoneMay: act == access.ReadNeed, statuses: []int{404, 409}})
	}
	one, kept := []*huma.Param{id}, reflect.TypeFor[KeptNeed]()
	return []operation{
		op(access.ReadNeed, http.MethodGet, "/needs", "list-needs", "Needs", "The public ones that fit every filter, and one's own.", []*huma.Param{of("country", "ISO 3166-1 alpha-2.", words), of("sector", "Code of a sector.", words),
			of("block", "Code of a building block.", words), of("sdg", "1 to 17.", words), of("state", "Whether something can still become of it.", &huma.Schema{Type: "string", Enum: []any{"open", "closed"}}), of("before", "Begin behind this id.", words), of("limit", "How many.", integer(1, 200, app.PageLength))}, nil, reflect.TypeFor[NeedList](), f.listNeeds),
		op(access.ReadNeed, http.MethodPost, "/match", "match-need", "Rank goods for a need", "With who offers help that fits, and the open calls that do. Nothing is kept, and nobody needs an account. The same need over the same goods has the same answer.", []*huma.Param{most}, reflect.TypeFor[NeedQuestion](), reflect.TypeFor[Fits](), f.matchNeed),
		op(access.AskNeed, http.MethodPost, "/needs", "keep-need", "Keep a need", "Twenty a day from one account.", nil, reflect.TypeFor[NeedForm](), kept, f.keepNeed),
		op(access.ReadNeed, http.MethodGet, "/needs/{need}", "get-need", "One need", "", one, nil, kept, f.getNeed),
		op(access.ReadNeed, http.MethodGet, "/needs/{need}/goods", "rank-for-need", "Rank goods for a need that is kept", "", []*huma.Param{id, most}, nil, reflect.TypeFor[Fits](), f.rankForNeed),
		op(access.KeepNeed, http.MethodPut, "/needs/{need}", "change-need", "State a need anew", "Its shortlist stays.", one, reflect.TypeFor[NeedForm](), kept, f.changeNeed),
		op(access.KeepNeed, http.MethodPost, "/needs/{need}/close", "close-need", "End a need", "", one, reflect.TypeFor[NeedEnd](), kept, f.closeNeed),
		op(access.HideNeed, http.MethodPost, "/needs/{need}/hide", "hide-need", "Take a need away from the public", "", one, reflect.TypeFor[ReasonForm](), nil, f.hideNeed),
		op(access.KeepNeed, http.MethodPost, "/needs/{need}/shortlist", "shortlist-good", "Put a good on the shortlist, or take it off", "", one, reflect.TypeFor[NeedShort](), kept, f.shortNeed),
		op(access.AnswerNeed, http.MethodPost, "/needs/{need}/answers", "answer-need", "Say that an organisation can help", "Between the two until it is accepted.", one, reflect.TypeFor[NeedAnswerForm](), reflect.TypeFor[need.Answer](), f.answerNeed),
		op(access.KeepNeed, http.MethodPost, "/needs/{need}/answers/{answer}", "decide-answer", "Accept or decline an answer", "", []*huma.Param{id, reply}, reflect.TypeFor[NeedVerdict](), reflect.TypeFor[need.Answer](), f.decideAnswer),
	}
}

// needed runs do with the needs; without any there is nothing here.
func (f *face) needed(r *http.Request, do func(ctx context.Context, a *app.App, who access.Who, id good.ID) error) error {
	if f.cfg.Needs == nil {
		return &good.Error{Kind: good.NotFound, Key: "need.error.unknown"}
	}
	return do(r.Context(), f.cfg.Needs, who(r), good.ID(r.PathValue("need")))
}

// onNeed runs do with what was sent, and answers with what it makes of it: the
// need as it is now where that is a need.
func onNeed[T any](f *face, w http.ResponseWriter, r *http.Request, do func(ctx context.Context, a *app.App, who access.Who, id good.ID, in T) (any, error)) error {
	in, err := received[T](r)
	if err != nil {
		return err
	}
	return f.needed(r, func(ctx context.Context, a *app.App, who access.Who, id good.ID) error {
		out, err := do(ctx, a, who, id, in)
		if err != nil || out == nil {
			return done(w, err)
		}
		if rec, ok := out.(*need.Record); ok {
			return f.oneNeed(w, r, a, rec.ID)
		}
		return f.write(w, r, out)
	})
}

func (f *face) oneNeed(w http.ResponseWriter, r *http.Request, a *app.App, id good.ID) error {
	v, err := a.Show(r.Context(), who(r), id)
	if err != nil {
		return err
	}
	out := KeptNeed{Record: v.Record, Answers: v.Answers}
	for _, g := range v.Short {
		out.Goods = append(out.Goods, g.Slug)
	}
	return f.write(w, r, out)
}

func (f *face) listNeeds(w http.ResponseWriter, r *http.Request) error {
	v, err := parameters(r, "country", "sector", "block", "sdg", "state", "before", "limit")
	if err != nil {
		return err
	}
	bad := &badParameters{code: "invalid-parameter"}
	limit := bad.number(v, "limit", app.PageLength, 200)
	if len(bad.parts) > 0 {
		return bad
	}
	return f.needed(r, func(ctx context.Context, a *app.App, who access.Who, _ good.ID) error {
		list, err := a.List(ctx, app.Which{Country: last(v, "country"), Sector: last(v, "sector"), Block: last(v, "block"), SDG: last(v, "sdg"), State: last(v, "state"), Before: good.ID(last(v, "before"))}, max(1, limit))
		if err != nil {
			return err
		}
		mine, err := a.Mine(ctx, who)
		if err != nil {
			return err
		}
		doc := NeedList{Total: list.Total, Items: some(list.Needs), Mine: some(mine)}
		if list.Next != "" {
			v.Set("before", string(list.Next))
			doc.Next = f.base + "/api/v1/needs?" + v.Encode()
		}
		return f.write(w, r, doc)
	})
}

// manyFits is how many goods were asked for.
func manyFits(r *http.Request) (int, error) {
	v, err := parameters(r, "limit")
	if err != nil {
		return 0, err
	}
	bad := &badParameters{code: "invalid-parameter"}
	limit := bad.number(v, "limit", 10, app.Most)
	if len(bad.parts) > 0 {
		return 0, bad
	}
	return max(1, limit), nil
}

// matched is what there is for a need: goods, help and calls.
func matched(ctx context.Context, a *app.App, ask *need.Ask, limit int) (Fits, error) {
	list, err := a.Match(ctx, ask, limit)
	if err != nil {
		return Fits{}, err
	}
	beside, err := a.Aids(ctx, ask, list)
	return fits(list, beside), err
}

func (f *face) matchNeed(w http.ResponseWriter, r *http.Request) error {
	limit, err := manyFits(r)
	if err != nil {
		return err
	}
	return onNeed(f, w, r, func(ctx context.Context, a *app.App, _ access.Who, _ good.ID, in NeedQuestion) (any, error) {
		ask := in.ask()
		return matched(ctx, a, &ask, limit)
	})
}

func (f *face) rankForNeed(w http.ResponseWriter, r *http.Request) error {
	limit, err := manyFits(r)
	if err != nil {
		return err
	}
	return f.needed(r, func(ctx context.Context, a *app.App, who access.Who, id good.ID) error {
		v, err := a.Show(ctx, who, id)
		if err != nil {
			return err
		}
		doc, err := matched(ctx, a, &v.Ask, limit)
		if err != nil {
			return err
		}
		return f.write(w, r, doc)
	})
}

func (f *face) keepNeed(w http.ResponseWriter, r *http.Request) error {
	return onNeed(f, w, r, func(ctx context.Context, a *app.App, who access.Who, _ good.ID, in NeedForm) (any, error) {
		return a.Keep(ctx, who, in.record())
	})
}

func (f *face) getNeed(w http.ResponseWriter, r *http.Request) error {
	return f.needed(r, func(_ context.Context, a *app.App, _ access.Who, id good.ID) error { return f.oneNeed(w, r, a, id) })
}

func (f *face) changeNeed(w http.ResponseWriter, r *http.Request) error {
	return onNeed(f, w, r, func(ctx context.Context, a *app.App, who access.Who, id good.ID, in NeedForm) (any, error) {
		return a.Change(ctx, who, id, in.record())
	})
}

func (f *face) closeNeed(w http.ResponseWriter, r *http.Request) error {
	return onNeed(f, w, r, func(ctx context.Context, a *app.App, who access.Who, id good.ID, in NeedEnd) (any, error) {
		return a.Close(ctx, who, id, need.Outcome(in.Outcome), in.Reason)
	})
}

func (f *face) hideNeed(w http.ResponseWriter, r *http.Request) error {
	return onNeed(f, w, r, func(ctx context.Context, a *app.App, who access.Who, id good.ID, in ReasonForm) (any, error) {
		_, err := a.Hide(ctx, who, id, in.Reason)
		return nil, err
	})
}

func (f *face) shortNeed(w http.ResponseWriter, r *http.Request) error {
	return onNeed(f, w, r, func(ctx context.Context, a *app.App, who access.Who, id good.ID, in NeedShort) (any, error) {
		return a.Short(ctx, who, id, in.Good, in.Off)
	})
}

func (f *face) answerNeed(w http.ResponseWriter, r *http.Request) error {
	return onNeed(f, w, r, func(ctx context.Context, a *app.App, who access.Who, id good.ID, in NeedAnswerForm) (any, error) {
		return a.Answer(ctx, who, id, in.Body, in.Text)
	})
}

func (f *face) decideAnswer(w http.ResponseWriter, r *http.Request) error {
	return onNeed(f, w, r, func(ctx context.Context, a *app.App, who access.Who, id good.ID, in NeedVerdict) (any, error) {
		return a.Decide(ctx, who, id, good.ID(r.PathValue("answer")), in.Accept)
	})
}
