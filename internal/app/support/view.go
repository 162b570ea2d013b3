package support

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/support"
	"stoa/internal/vocab"
)

// PageLength is how many offers or requests a page shows.
const PageLength = 30

// historyShown bounds how much of the past a page shows.
const historyShown = 100

// Which says which offers or requests are looked at; the zero value, every one
// that stands.
type Which struct {
	Kind      string
	Country   string // ISO 3166-1 alpha-2
	Language  string
	Good      string // slug or id
	Indicator string
	For       good.Kind // help that is of use for goods of this kind
	Detail    string    // an option of one of support.Details: "channel_type:ussd"
	Body      string    // of agreements and of lists that are taken away: slug or id of the organisation
	Every     bool      // closed and paused ones, too
	Before    good.ID
}

// Names are goods by their ids, for their names and addresses.
type Names map[good.ID]*good.Good

// Name is what a good is called, and Slug its address.
func (n Names) Name(id good.ID) string {
	if g := n[id]; g != nil {
		return cmp.Or(g.Name, g.Slug)
	}
	return string(id)
}

// Slug is the last part of the address of a good.
func (n Names) Slug(id good.ID) string {
	if g := n[id]; g != nil {
		return g.Slug
	}
	return string(id)
}

// List is a page of offers or requests, the newest first.
type List struct {
	Offers   []support.Offer
	Requests []support.Request
	Next     good.ID // before which the next page begins; "" at the end
	Total    int     // that fit
	Kinds    map[string]int
	Goods    Names
	Good     *good.Good // the one that was asked for
	Today    good.Date
}

// question is what the store is asked.
func (a *App) question(ctx context.Context, w Which) (that store.SupportThat, g *good.Good, err error) {
	bad := func(field, value string) error {
		return &good.Error{Kind: good.Invalid, Key: "deploy.error.filter", Field: field, Args: map[string]any{"Field": field, "Value": good.Short(value)}}
	}
	that = store.SupportThat{Kind: w.Kind, Country: w.Country, Indicator: strings.ToLower(w.Indicator), Detail: w.Detail, Every: w.Every}
	if _, ok := vocab.SupportKindByCode(w.Kind); w.Kind != "" && !ok {
		return that, nil, bad("kind", w.Kind)
	}
	if w.Detail != "" && !support.IsDetailTerm(w.Detail) {
		return that, nil, bad("detail", w.Detail)
	}
	if w.For != "" {
		if !slices.Contains(good.Kinds, w.For) {
			return that, nil, bad("for", string(w.For))
		}
		that.Kinds = support.KindsFor(w.For)
	}
	if _, ok := vocab.CountryByCode(w.Country); w.Country != "" && !ok {
		return that, nil, bad("country", w.Country)
	}
	if w.Before != "" && !w.Before.Valid() {
		return that, nil, bad("before", string(w.Before))
	}
	if w.Language != "" {
		tag, ok := vocab.FindLanguage(w.Language)
		if !ok {
			return that, nil, bad("language", w.Language)
		}
		that.Language = tag
	}
	if w.Good != "" {
		if g, err = named(ctx, a.DB, "good", w.Good); err != nil {
			return that, nil, err
		}
		that.Good = g.ID
	}
	return that, g, nil
}

// whose puts to a question whose things alone are looked at, and says who that
// is; nil where everybody's are.
func (a *App) whose(ctx context.Context, w Which, that *store.SupportThat) (*good.Body, error) {
	if w.Body == "" {
		return nil, nil
	}
	b, err := found(a.DB.Body(ctx, w.Body))
	if err == nil {
		that.Body = b.ID
	}
	return b, err
}

// About is the good that somebody names by slug or id; nil where nobody knows it.
func (a *App) About(ctx context.Context, key string) (*good.Good, error) {
	if strings.TrimSpace(key) == "" {
		return nil, nil
	}
	g, err := named(ctx, a.DB, "good", key)
	if good.KindOf(err) == good.Invalid {
		return nil, nil
	}
	return g, err
}

// Offers returns a page of the offers that fit.
func (a *App) Offers(ctx context.Context, w Which, limit int) (out List, err error) {
	that, g, err := a.question(ctx, w)
	if err != nil {
		return out, err
	}
	out.Good, out.Today = g, day(a.Now())
	if out.Offers, err = a.DB.Offers(ctx, that, w.Before, limit+1); err != nil {
		return out, err
	}
	if len(out.Offers) > limit {
		out.Offers = out.Offers[:limit]
		out.Next = out.Offers[limit-1].ID
	}
	var ids []good.ID
	for _, o := range out.Offers {
		ids = append(ids, o.Goods...)
	}
	return out, a.rest(ctx, &out, "offer", that, ids)
}

// Requests returns a page of the requests that fit and that everybody may read.
func (a *App) Requests(ctx context.Context, w Which, limit int) (out List, err error) {
	that, g, err := a.question(ctx, w)
	if err != nil {
		return out, err
	}
	out.Good, out.Today = g, day(a.Now())
	if out.Requests, err = a.DB.Requests(ctx, that, w.Before, limit+1); err != nil {
		return out, err
	}
	if len(out.Requests) > limit {
		out.Requests = out.Requests[:limit]
		out.Next = out.Requests[limit-1].ID
	}
	var ids []good.ID
	for _, r := range out.Requests {
		ids = append(ids, r.Good)
	}
	return out, a.rest(ctx, &out, "request", that, ids)
}

// rest puts the counts and the names of goods to a list. What is counted by kind
// is counted of every kind.
func (a *App) rest(ctx context.Context, out *List, face string, that store.SupportThat, ids []good.ID) (err error) {
	if out.Goods, err = a.names(ctx, ids); err != nil {
		return err
	}
	kind := that.Kind
	that.Kind = ""
	total, by, err := a.DB.SupportCounts(ctx, face, that, "kind:")
	if out.Kinds, out.Total = by, total; kind != "" {
		out.Total = by[kind]
	}
	return err
}

func (a *App) names(ctx context.Context, ids []good.ID) (Names, error) {
	ids = slices.DeleteFunc(slices.Clone(ids), func(id good.ID) bool { return id == "" })
	slices.Sort(ids)
	out, err := a.DB.Goods(ctx, slices.Compact(ids))
	return out, err
}

// OfferView is one offer as somebody sees it.
type OfferView struct {
	*support.Offer
	support.Standing
	References []support.Reference
	Names      Names
	History    []good.Entry
	Today      good.Date
	// What the reader may do.
	Keeps, Reports, Moderates bool
	Asks                      []support.Request // open ones of the reader
	Asked                     map[good.ID]bool  // which of them reached the offer
}

// ShowOffer returns one offer, as who sees it.
func (a *App) ShowOffer(ctx context.Context, who access.Who, id good.ID) (out OfferView, err error) {
	out.Today = day(a.Now())
	if out.Offer, err = found(a.DB.Offer(ctx, id)); err != nil {
		return out, err
	}
	if out.Standing, err = standing(ctx, a.DB, out.Body, out.Organisation); err != nil {
		return out, err
	}
	if out.References, err = a.DB.ReferencesOf(ctx, out.Body, historyShown); err != nil {
		return out, err
	}
	ids := slices.Clone(out.Goods)
	for _, r := range out.References {
		ids = append(ids, r.Good)
	}
	for id := range out.Proofs {
		ids = append(ids, id)
	}
	if out.Names, err = a.names(ctx, ids); err != nil {
		return out, err
	}
	if out.History, err = a.DB.History(ctx, id, historyShown); err != nil || who.Anonymous() {
		return out, err
	}
	list, err := people(ctx, a.DB, out.Body)
	if err != nil {
		return out, err
	}
	may := func(act access.Act) bool { _, no := access.As(who, act, owners(list)); return no == nil }
	stands := out.State == support.Open || out.State == support.Paused
	out.Keeps, out.Moderates = may(access.OfferSupport), may(access.ModerateSupport) && out.State != support.Closed
	out.Reports = stands && !out.Keeps && may(access.ReportSupport)
	if who.Person == "" || out.Keeps || out.State != support.Open {
		return out, nil
	}
	out.Asked = map[good.ID]bool{}
	mine, err := a.DB.Requests(ctx, store.SupportThat{Owner: who.Person}, "", 200)
	for _, r := range mine {
		if r.State != support.Open {
			continue
		}
		talks, err := a.DB.TalksOf(ctx, r.ID)
		if err != nil {
			return out, err
		}
		out.Asked[r.ID] = slices.ContainsFunc(talks, func(t support.Talk) bool { return t.Offer == id })
		out.Asks = append(out.Asks, r)
	}
	return out, err
}

// Fitting is an offer that fits a request, and why.
type Fitting struct {
	support.Match
	Offer *support.Offer
	Talk  *support.Talk // between the two; nil before one asked the other
}

// RequestView is one request as somebody sees it.
type RequestView struct {
	*support.Request
	Names   Names
	Fits    []Fitting // for who asks alone
	Talks   []Fitting // with offers that did not fit by themselves
	Offers  []support.Offer
	History []good.Entry
	Today   good.Date
	// What the reader may do.
	Keeps, Moderates bool
}

// ShowRequest returns one request, as who sees it. One that is not public is
// there for who asked and for those whom it reached.
func (a *App) ShowRequest(ctx context.Context, who access.Who, id good.ID) (out RequestView, err error) {
	out.Today = day(a.Now())
	if out.Request, err = found(a.DB.SupportRequest(ctx, id)); err != nil {
		return out, err
	}
	if out.Names, err = a.names(ctx, []good.ID{out.Good}); err != nil {
		return out, err
	}
	_, no := access.As(who, access.AskSupport, access.Own(out.Person))
	out.Keeps = no == nil
	_, no = access.As(who, access.ModerateSupport, access.Own(out.Person))
	out.Moderates = no == nil && out.Public && out.State != support.Closed
	talks, err := a.DB.TalksOf(ctx, id)
	if err != nil {
		return out, err
	}
	if err := a.offersOf(ctx, who, talks, &out); err != nil {
		return out, err
	}
	if !out.Public && !out.Keeps && len(out.Talks) == 0 {
		_, err := found[support.Request](nil, nil)
		return out, err
	}
	if out.Keeps {
		err = a.matches(ctx, talks, &out)
	}
	if err == nil && out.Public {
		out.History, err = a.DB.History(ctx, id, historyShown)
	}
	return out, err
}

// offersOf are the offers of the reader with which they may answer, and the
// conversations that they have of it.
func (a *App) offersOf(ctx context.Context, who access.Who, talks []support.Talk, out *RequestView) error {
	if who.Person == "" || out.Keeps {
		return nil
	}
	bodies, err := a.DB.BodiesOf(ctx, who.Person)
	if err != nil {
		return err
	}
	for _, b := range bodies {
		list, err := a.DB.Offers(ctx, store.SupportThat{Owner: b.ID}, "", 200)
		if err != nil {
			return err
		}
		for _, o := range list {
			i := slices.IndexFunc(talks, func(t support.Talk) bool { return t.Offer == o.ID })
			switch {
			case i >= 0:
				out.Talks = append(out.Talks, Fitting{Offer: &o, Talk: &talks[i]})
			case o.State == support.Open && out.State == support.Open:
				out.Offers = append(out.Offers, o)
			}
		}
	}
	return nil
}

// matches are the offers that fit, and the conversations with others.
func (a *App) matches(ctx context.Context, talks []support.Talk, out *RequestView) error {
	fits, of, err := fitting(ctx, a.DB, out.Request)
	if err != nil {
		return err
	}
	between := map[good.ID]*support.Talk{}
	for i := range talks {
		between[talks[i].Offer] = &talks[i]
	}
	for _, m := range fits {
		out.Fits = append(out.Fits, Fitting{Match: m, Offer: of[m.Offer], Talk: between[m.Offer]})
		delete(between, m.Offer)
	}
	for _, t := range talks {
		if between[t.Offer] == nil {
			continue
		}
		o, err := found(a.DB.Offer(ctx, t.Offer))
		if err != nil {
			return err
		}
		out.Talks = append(out.Talks, Fitting{Offer: o, Talk: between[t.Offer]})
	}
	return nil
}
