package support

import (
	"context"
	"slices"
	"strings"

	"stoa/internal/deploy"
	"stoa/internal/good"
	"stoa/internal/need"
	"stoa/internal/support"
)

// Bounds of what is looked at for one need.
const (
	looked     = 200 // newest offers that name a good which was ranked, and as many of the country
	knownNamed = 3   // goods that are named as reasons for one offer
)

// needed are the kinds of help that a need calls for, as it says what it wants.
func needed(ask *need.Ask) []string {
	out := []string{"implementation", "training"}
	for _, w := range []struct {
		when  bool
		kinds []string
	}{
		{slices.Contains(ask.Musts, need.Hosting), []string{"hosting"}},
		{slices.Contains(ask.Musts, need.Offline), []string{"channel", "device-programme", "zero-rating"}},
		{len(ask.Tongues) > 0, []string{"localisation"}},
		{len(ask.Blocks)+len(ask.Standards) > 0, []string{"integration"}},
		{slices.Contains(ask.Kinds, good.Content), []string{"content-adaptation"}},
	} {
		if w.when {
			out = append(out, w.kinds...)
		}
	}
	return out
}

// ForNeed are up to n offers that fit a need for which goods were ranked, the
// best first, each with what speaks for it.
func (a *App) ForNeed(ctx context.Context, ask *need.Ask, ranked []*good.Good, n int) ([]need.Aid, error) {
	var goods, there []string
	for _, g := range ranked {
		goods = append(goods, "good:"+string(g.ID))
	}
	if there = []string{"country:" + ask.Country}; ask.Country == "" {
		there = nil
		for _, k := range needed(ask) {
			there = append(there, "kind:"+k)
		}
	}
	seen := map[good.ID]*support.Offer{}
	var rough []need.Aid
	for _, terms := range [][]string{goods, there} {
		list, err := a.DB.OffersWith(ctx, terms, looked)
		if err != nil {
			return nil, err
		}
		for i := range list {
			if o := &list[i]; seen[o.ID] == nil {
				seen[o.ID] = o
				if aid, fits := fitNeed(o, ask, ranked, support.Standing{}); fits {
					rough = append(rough, aid)
				}
			}
		}
	}
	// What is proved of each takes a few questions: only of those that may be shown.
	rough = need.Best(rough, 4*n)
	used, err := a.uses(ctx, rough, ranked)
	if err != nil {
		return nil, err
	}
	out, proved := make([]need.Aid, 0, len(rough)), map[good.ID]support.Standing{}
	for _, r := range rough {
		o := seen[r.ID]
		s, known := proved[o.Body]
		if !known {
			if s, err = proofs(ctx, a.DB, o.Body, used[good.Slugify(o.Organisation)]); err != nil {
				return nil, err
			}
			proved[o.Body] = s
		}
		if aid, fits := fitNeed(o, ask, ranked, s); fits {
			out = append(out, aid)
		}
	}
	return need.Best(out, n), nil
}

// mostUses bounds the deployments that are read to see who knows which good.
const mostUses = 500

// uses are the confirmed deployments of goods by who offers help, by the
// address of the organisation's name.
func (a *App) uses(ctx context.Context, offers []need.Aid, ranked []*good.Good) (map[string][]deploy.Record, error) {
	var names []string
	for _, o := range offers {
		names = append(names, o.By)
	}
	ids := make([]good.ID, len(ranked))
	for i, g := range ranked {
		ids[i] = g.ID
	}
	list, err := a.DB.KnownBy(ctx, names, ids, mostUses)
	out := map[string][]deploy.Record{}
	for _, d := range list {
		by := good.Slugify(d.Organisation)
		out[by] = append(out[by], d)
	}
	return out, err
}

// fitNeed says whether an offer fits a need, and why: its people know a good
// that was ranked, or do what the need calls for in the very country.
func fitNeed(o *support.Offer, ask *need.Ask, ranked []*good.Good, s support.Standing) (need.Aid, bool) {
	aid := need.Aid{ID: o.ID, Title: good.Text{"": o.Title}, By: o.Organisation}
	here := ask.Country != "" && slices.Contains(o.Countries, ask.Country)
	if o.State != support.Open || ask.Country != "" && len(o.Countries) > 0 && !here {
		return aid, false
	}
	known := 0
	for place, g := range ranked {
		p := s.Knows(o, g.ID)
		if p == "" || known == knownNamed {
			continue
		}
		known++
		aid.Add(need.Point{Code: "good-" + string(p), Value: g.Slug, Name: g.Name, Weight: map[support.Proof]int{support.ByDeployment: 40, support.ByDelivery: 35, support.Said: 20}[p] - min(place, 10)})
	}
	does := false
	for _, k := range needed(ask) {
		if slices.Contains(o.Kinds, k) {
			does = true
			aid.Add(need.Point{Code: "kind", Value: k, Weight: 8})
		}
	}
	if known == 0 && (!does || ask.Country != "" && !here) {
		return aid, false
	}
	switch {
	case here:
		aid.Add(need.Point{Code: "country", Value: ask.Country, Weight: 20})
	case ask.Country != "":
		aid.Add(need.Point{Code: "anywhere", Weight: 5})
	}
	for _, l := range languagesOf(ask) {
		if slices.ContainsFunc(o.Languages, func(has string) bool { return basis(has) == basis(l) }) {
			aid.Add(need.Point{Code: "language", Value: l, Weight: 10})
		}
	}
	if o.Price == "free" {
		aid.Add(need.Point{Code: "free", Weight: 4})
	}
	if s.References > 0 {
		aid.Add(need.Point{Code: "references", Weight: min(5*s.References, 15)})
	}
	return aid, true
}

// languagesOf are those that people of a need speak: what the good has to speak,
// and in which it is told.
func languagesOf(ask *need.Ask) []string {
	out := slices.Clone(ask.Tongues)
	if ask.Lang != "" && !slices.ContainsFunc(out, func(l string) bool { return basis(l) == ask.Lang }) {
		out = append(out, ask.Lang)
	}
	return out
}

// basis is the language of a tag, whatever its script or region.
func basis(tag string) string {
	l, _, _ := strings.Cut(tag, "-")
	return l
}
