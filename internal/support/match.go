package support

import (
	"cmp"
	"slices"
	"strings"

	"stoa/internal/good"
)

// Proof is why it can be believed that an organisation knows a good.
type Proof string

// The proofs, the strongest first.
const (
	ByDeployment Proof = "deployment" // a confirmed deployment of it
	ByDelivery   Proof = "delivery"   // work for it that both sides say was delivered here
	Said         Proof = "said"       // they say so
)

// Standing is what is known of who offers, beside their words.
type Standing struct {
	Proofs     map[good.ID]Proof // of goods that they prove to know
	Busy       int               // pieces of work that are agreed or under way
	References int
}

// Knows says how an organisation knows a good; "" where it does not.
func (s Standing) Knows(o *Offer, id good.ID) Proof {
	if p := s.Proofs[id]; p != "" {
		return p
	}
	if slices.Contains(o.Goods, id) {
		return Said
	}
	return ""
}

// Point is one thing that speaks for an offer, or that is missing. Code is the
// end of the keys of its words.
type Point struct {
	Code   string `json:"code"`
	Value  string `json:"value,omitempty"` // what it is about: a kind, country, language, good or indicator
	Weight int    `json:"weight"`          // 0 for what is missing
}

// Match is an offer that fits a request, and why.
type Match struct {
	Offer  good.ID `json:"offer"`
	Score  int     `json:"score"`
	Points []Point `json:"points"` // what speaks for it first
}

// Fit says whether an offer fits a request, and why. It must offer the kind or
// help with the indicator that is asked for, and in that country; the rest
// says which comes first. The same things give the same answer.
func Fit(o *Offer, r *Request, s Standing) (Match, bool) {
	m := Match{Offer: o.ID}
	add := func(code, value string, weight int) {
		m.Points, m.Score = append(m.Points, Point{code, value, weight}), m.Score+weight
	}
	does := r.Kind != "" && slices.Contains(o.Kinds, r.Kind)
	helps := r.Indicator != "" && slices.Contains(o.Indicators, r.Indicator)
	there := r.Country == "" || len(o.Countries) == 0 || slices.Contains(o.Countries, r.Country)
	if o.State != Open || !does && !helps || !there {
		return m, false
	}
	if does {
		add("kind", r.Kind, 40)
	}
	if helps {
		add("indicator", r.Indicator, 40)
	}
	switch {
	case r.Country != "" && len(o.Countries) > 0:
		add("country", r.Country, 20)
	case r.Country != "":
		add("anywhere", "", 10)
	}
	if r.Good != "" {
		p := s.Knows(o, r.Good)
		add("good-"+cmp.Or(string(p), "unknown"), string(r.Good), map[Proof]int{ByDeployment: 30, ByDelivery: 25, Said: 10}[p])
	}
	for _, l := range r.Languages {
		if slices.ContainsFunc(o.Languages, func(has string) bool { return base(has) == base(l) }) {
			add("language", l, 10)
		} else {
			add("language-missing", l, 0)
		}
	}
	switch {
	case o.Price == "free":
		add("free", "", 10)
	case r.Budget == "none":
		add("budget", "", 0)
	}
	if s.References > 0 {
		add("references", "", min(5*s.References, 15))
	}
	if o.Capacity > 0 && s.Busy >= o.Capacity {
		add("full", "", 0)
	}
	slices.SortStableFunc(m.Points, func(a, b Point) int { return b.Weight - a.Weight })
	return m, true
}

// base is the language of a tag, whatever its script or region.
func base(tag string) string {
	l, _, _ := strings.Cut(tag, "-")
	return l
}

// Rank puts matches in order: what speaks most for it first, the older offer of
// two that are alike.
func Rank(list []Match) {
	slices.SortFunc(list, func(a, b Match) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Offer, b.Offer))
	})
}
