package support

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/support"
	"stoa/internal/vocab"
)

// Organisation is one that offers help, has agreements with goods or says how
// far it reaches, in short.
type Organisation struct {
	good.Body
	Kinds     []string // that it offers or agreed, in the order of the list
	Countries []string // in which it offers or agreed something, or that it reaches
	Anywhere  bool     // it offers or agreed something without naming countries
	Spans     []support.Span
}

// Organisations is a page of them, by slug.
type Organisations struct {
	Items []Organisation
	Next  string // behind which slug the next page begins; "" at the end
	Good  *good.Good
	Now   time.Time
}

// Organisations returns a page of the organisations that fit by kind, country
// and good, those behind a slug.
func (a *App) Organisations(ctx context.Context, w Which, after string, limit int) (out Organisations, err error) {
	that, g, err := a.question(ctx, w)
	if err != nil {
		return out, err
	}
	out.Good, out.Now = g, a.Now()
	list, err := a.DB.Helping(ctx, that, after, limit+1)
	if err != nil {
		return out, err
	}
	if len(list) > limit {
		list = list[:limit]
		out.Next = list[limit-1].Slug
	}
	out.Items, err = a.inShort(ctx, list)
	return out, err
}

// inShort puts together what organisations offer, agreed and say of themselves.
func (a *App) inShort(ctx context.Context, list []good.Body) ([]Organisation, error) {
	var ids []good.ID
	for _, b := range list {
		ids = append(ids, b.ID)
	}
	help, err := a.DB.HelpOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	var out []Organisation
	for _, b := range list {
		h := help[b.ID]
		one := Organisation{Body: b, Anywhere: h.Countries["*"], Spans: h.Spans}
		delete(h.Countries, "*")
		for _, s := range h.Spans {
			h.Countries[s.Country] = true
		}
		one.Countries = slices.Sorted(maps.Keys(h.Countries))
		for _, k := range vocab.SupportKinds() {
			if h.Kinds[k.Code] {
				one.Kinds = append(one.Kinds, k.Code)
			}
		}
		out = append(out, one)
	}
	return out, nil
}

// Known is a good that an organisation knows, and why that can be believed.
type Known struct {
	Good  good.ID
	Proof support.Proof
}

// OrganisationView is one organisation as somebody sees it.
type OrganisationView struct {
	Organisation
	Offers     []support.Offer     // that stand
	Agreements []support.Agreement // the newest first, all but hidden ones
	More       bool                // it has older agreements
	Domains    []good.BodyDomain   // that it proved
	Reach      support.Reach
	Known      []Known // the proved ones first
	References []support.Reference
	Names      Names
	History    []good.Entry
	Now        time.Time
	Keeps      bool // the reader speaks for it
}

// ShowOrganisation returns one organisation by slug or id, as who sees it. It is
// here once it proved a domain.
func (a *App) ShowOrganisation(ctx context.Context, who access.Who, key string) (out OrganisationView, err error) {
	out.Now = a.Now()
	b, err := found(a.DB.Body(ctx, key))
	if err != nil {
		return out, err
	}
	short, err := a.inShort(ctx, []good.Body{*b})
	if err != nil {
		return out, err
	}
	out.Organisation = short[0]
	if out.Offers, err = a.DB.Offers(ctx, store.SupportThat{Body: b.ID}, "", support.MaxOffers); err != nil {
		return out, err
	}
	if out.Agreements, err = a.DB.Agreements(ctx, store.SupportThat{Body: b.ID}, "", PageLength+1); err != nil {
		return out, err
	}
	if out.More = len(out.Agreements) > PageLength; out.More {
		out.Agreements = out.Agreements[:PageLength]
	}
	domains, err := a.DB.Domains(ctx, b.ID)
	if err != nil {
		return out, err
	}
	out.Domains = slices.DeleteFunc(domains, func(d good.BodyDomain) bool { return d.Verified.IsZero() })
	reach, err := a.DB.Reach(ctx, b.ID)
	if err != nil {
		return out, err
	}
	if reach != nil {
		out.Reach = *reach
	}
	if len(out.Domains)+len(out.Offers)+len(out.Agreements)+len(out.Reach.Spans) == 0 {
		_, err := found[good.Body](nil, nil)
		return out, err
	}
	if out.References, err = a.DB.ReferencesOf(ctx, b.ID, historyShown); err != nil {
		return out, err
	}
	if err := a.known(ctx, &out); err != nil {
		return out, err
	}
	if out.History, err = a.DB.History(ctx, b.ID, historyShown); err != nil || who.Anonymous() {
		return out, err
	}
	_, no := a.offering(ctx, a.DB, who, b.ID)
	out.Keeps = no == nil && len(out.Domains) > 0
	return out, nil
}

// known adds the goods that an organisation knows, and their names.
func (a *App) known(ctx context.Context, out *OrganisationView) error {
	s, err := standing(ctx, a.DB, out.ID, out.Name)
	if err != nil {
		return err
	}
	for _, o := range out.Offers {
		for _, id := range o.Goods {
			if s.Proofs[id] == "" {
				s.Proofs[id] = support.Said
			}
		}
	}
	var ids []good.ID
	for id, p := range s.Proofs {
		out.Known, ids = append(out.Known, Known{id, p}), append(ids, id)
	}
	for _, r := range out.References {
		ids = append(ids, r.Good)
	}
	for _, g := range out.Agreements {
		ids = append(ids, g.Good)
	}
	if out.Names, err = a.names(ctx, ids); err != nil {
		return err
	}
	order := []support.Proof{support.ByDeployment, support.ByDelivery, support.Said}
	slices.SortFunc(out.Known, func(a, b Known) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.Proof), slices.Index(order, b.Proof)), cmp.Compare(out.Names.Name(a.Good), out.Names.Name(b.Good)), cmp.Compare(a.Good, b.Good))
	})
	return nil
}

// Agreements is a page of agreements, the newest first.
type Agreements struct {
	Items []support.Agreement
	Next  good.ID
	Names Names
	Good  *good.Good
	Body  *good.Body // whose they are alone
	Now   time.Time
}

// Agreements returns a page of the agreements that stand and fit; of one
// organisation, named by slug or id, also of those that are denied or over.
func (a *App) Agreements(ctx context.Context, w Which, limit int) (out Agreements, err error) {
	that, g, err := a.question(ctx, w)
	if err != nil {
		return out, err
	}
	out.Good, out.Now = g, a.Now()
	if out.Body, err = a.whose(ctx, w, &that); err != nil {
		return out, err
	}
	if out.Items, err = a.DB.Agreements(ctx, that, w.Before, limit+1); err != nil {
		return out, err
	}
	out.cut(limit)
	var ids []good.ID
	for _, one := range out.Items {
		ids = append(ids, one.Good)
	}
	out.Names, err = a.names(ctx, ids)
	return out, err
}

// AgreedWith returns the first agreements that stand with one good, without
// names: its page has them.
func (a *App) AgreedWith(ctx context.Context, id good.ID, limit int) (out Agreements, err error) {
	out.Now = a.Now()
	out.Items, err = a.DB.Agreements(ctx, store.SupportThat{Good: id}, "", limit+1)
	out.cut(limit)
	return out, err
}

// cut keeps a page of what was asked for, with where the next begins.
func (l *Agreements) cut(limit int) {
	if len(l.Items) > limit {
		l.Items = l.Items[:limit]
		l.Next = l.Items[limit-1].ID
	}
}

// AgreementView is one agreement as somebody sees it.
type AgreementView struct {
	*support.Agreement
	Slug    string // of the organisation
	Names   Names
	History []good.Entry
	Now     time.Time
	// What the reader may do.
	Keeps, Confirms, Denies, Moderates bool
}

// ShowAgreement returns one agreement, as who sees it.
func (a *App) ShowAgreement(ctx context.Context, who access.Who, id good.ID) (out AgreementView, err error) {
	out.Now = a.Now()
	if out.Agreement, err = found(a.DB.Agreement(ctx, id)); err != nil {
		return out, err
	}
	body, err := found(a.DB.Body(ctx, string(out.Body)))
	if err != nil {
		return out, err
	}
	out.Slug = body.Slug
	if out.Names, err = a.names(ctx, []good.ID{out.Good}); err != nil {
		return out, err
	}
	if out.History, err = a.DB.History(ctx, id, historyShown); err != nil || who.Anonymous() {
		return out, err
	}
	may := func(act access.Act, to support.State) bool {
		list, err := concerned(ctx, a.DB, out.Agreement, act)
		if err != nil {
			return false
		}
		_, no := access.As(who, act, owners(list))
		return no == nil && out.May(to, a.Now()) == nil
	}
	out.Keeps = may(access.OfferSupport, support.Closed)
	out.Denies = may(access.ConfirmAgreement, support.Denied)
	out.Moderates = may(access.ModerateSupport, support.Hidden) || out.State == support.Hidden && may(access.ModerateSupport, support.Claimed)
	if may(access.ConfirmAgreement, support.Confirmed) {
		bound, err := bound(ctx, a.DB, who.Person, out.Body)
		out.Confirms = !bound && err == nil
	}
	return out, nil
}
