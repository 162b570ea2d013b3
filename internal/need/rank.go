package need

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"stoa/internal/good"
	"stoa/internal/vocab"
)

// About is what a finding is about.
type About string

// What findings are about.
const (
	AboutWords    About = "words"     // values: words of the need
	AboutKind     About = "kind"      // values: kinds
	AboutSector   About = "sector"    // values: sectors
	AboutSDG      About = "sdg"       // values: numbers
	AboutCountry  About = "country"   // value: the country, in which it is in use
	AboutUse      About = "confirmed" // value: the country, in which somebody besides its owner says that it is in use
	AboutNear     About = "near"      // values: countries nearby, in which it is in use
	AboutNearby   About = "nearby"    // values: countries nearby, in which somebody besides its owner says that it is in use
	AboutLanguage About = "language"  // values: tags
	AboutLicence  About = "licence"   // values: SPDX
	AboutStandard About = "standard"  // values: standards
	AboutOffline  About = "offline"
	AboutHosting  About = "hosting"
	AboutStage    About = "stage" // value: the stage of its life
)

// Verdict is what was found.
type Verdict string

// The verdicts. What is unknown never counts for a good.
const (
	Met     Verdict = "met"
	Unknown Verdict = "unknown" // nothing is known of it: to be asked
	Unmet   Verdict = "unmet"   // what is known speaks against it
)

// Finding is one reason for or against a good.
type Finding struct {
	About   About    `json:"about"`
	Verdict Verdict  `json:"verdict"`
	Values  []string `json:"values,omitempty"`
}

// Ranked is a good in its place, with why it stands there.
type Ranked struct {
	Good     *good.Good
	Score    float64 // comparable within one answer alone
	Findings []Finding
}

// Reasons are what speaks for the good.
func (r Ranked) Reasons() []Finding { return r.with(Met) }

// Confirm puts first that the good is in confirmed use in a country.
func (r *Ranked) Confirm(country string) {
	r.Findings = slices.Insert(r.Findings, 0, Finding{AboutUse, Met, []string{country}})
}

// ConfirmNear puts first that the good is in confirmed use in countries nearby.
func (r *Ranked) ConfirmNear(countries []string) {
	r.Findings = slices.Insert(r.Findings, 0, Finding{AboutNearby, Met, countries})
}

// Nearby are the other countries of the region in which a country lies, as the
// United Nations part the world, by code.
func Nearby(country string) (out []string) {
	home, ok := vocab.CountryByCode(country)
	if !ok {
		return nil
	}
	for _, c := range vocab.Countries() {
		if c.Subregion == home.Subregion && c.Alpha2 != home.Alpha2 {
			out = append(out, c.Alpha2)
		}
	}
	return out
}

// Missing is what the good lacks or what nobody knows of it.
func (r Ranked) Missing() []Finding { return append(r.with(Unmet), r.with(Unknown)...) }

func (r Ranked) with(v Verdict) (out []Finding) {
	for _, f := range r.Findings {
		if f.Verdict == v {
			out = append(out, f)
		}
	}
	return out
}

// What findings do to the score of the words: it is multiplied with each.
const (
	factorMet     = 1.12
	factorNear    = 1.04
	factorUnknown = 0.97
	factorUnmet   = 0.5
	factorEnded   = 0.6 // of what lapsed, retired or was withdrawn
)

// Rank orders what was found by what is known of each good, the best first,
// with the reasons. It is deterministic: equals stand by id.
func (a *Ask) Rank(found []Found, goods map[good.ID]*good.Good) []Ranked {
	var out []Ranked
	for _, f := range found {
		g := goods[f.ID]
		if g == nil {
			continue
		}
		r := Ranked{Good: g, Score: f.Score}
		if len(f.Words) > 0 {
			r.Findings = append(r.Findings, Finding{AboutWords, Met, f.Words})
		}
		r.weigh(a.findings(g))
		if ended(g.Stage) {
			r.Findings = append(r.Findings, Finding{AboutStage, Unmet, []string{string(g.Stage)}})
			r.Score *= factorEnded
		}
		out = append(out, r)
	}
	slices.SortStableFunc(out, func(x, y Ranked) int {
		return cmp.Or(cmp.Compare(y.Score, x.Score), cmp.Compare(x.Good.ID, y.Good.ID))
	})
	return out
}

func ended(s good.Stage) bool {
	return s == good.Lapsed || s == good.Retired || s == good.Withdrawn || s == good.NotEligible
}

func (r *Ranked) weigh(list []Finding) {
	for _, f := range list {
		switch {
		case f.About == AboutSector || f.About == AboutSDG: // counted by the catalogue
		case f.About == AboutNear:
			r.Score *= factorNear
		case f.Verdict == Met:
			r.Score *= factorMet
		case f.Verdict == Unknown:
			r.Score *= factorUnknown
		default:
			r.Score *= factorUnmet
		}
	}
	r.Findings = append(r.Findings, list...)
}

// findings are what is known of a good for each thing asked.
func (a *Ask) findings(g *good.Good) (out []Finding) {
	add := func(about About, v Verdict, values ...string) {
		if v != "" {
			out = append(out, Finding{about, v, values})
		}
	}
	if len(a.Kinds) > 0 {
		v, which := among(a.Kinds, g.Kinds)
		add(AboutKind, v, which...)
	}
	if len(a.Sectors) > 0 {
		if v, which := among(a.Sectors, g.Sectors); v == Met {
			add(AboutSector, v, which...)
		}
	}
	if len(a.SDGs) > 0 {
		var has []int
		for _, goal := range g.Goals {
			has = append(has, goal.SDG)
		}
		if v, which := among(a.SDGs, has); v == Met {
			add(AboutSDG, v, which...)
		}
	}
	a.place(g, add)
	if len(a.Tongues) > 0 {
		v, which := all(a.Tongues, g.Languages, speaks)
		add(AboutLanguage, v, which...)
	}
	if a.Licence != "" {
		v, which := a.licensed(g)
		add(AboutLicence, v, which...)
	}
	if len(a.Standards) > 0 {
		v, which := a.standards(g)
		add(AboutStandard, v, which...)
	}
	for _, m := range a.Musts {
		switch m {
		case Offline:
			add(AboutOffline, saysOffline(g))
		case Hosting:
			add(AboutHosting, hosted(g))
		}
	}
	return out
}

// among says which of the wanted values a good has: one is enough.
func among[T interface{ ~int | ~string }](wanted, has []T) (Verdict, []string) {
	if len(has) == 0 {
		return Unknown, nil
	}
	var which []string
	for _, w := range wanted {
		if slices.Contains(has, w) {
			which = append(which, text(w))
		}
	}
	if len(which) == 0 {
		for _, w := range wanted {
			which = append(which, text(w))
		}
		return Unmet, which
	}
	return Met, which
}

func text[T interface{ ~int | ~string }](v T) string {
	switch v := any(v).(type) {
	case int:
		return strconv.Itoa(v)
	case good.Kind:
		return string(v)
	case string:
		return v
	}
	return ""
}

// all says whether a good has every wanted value; those it lacks, else all.
func all(wanted, has []string, same func(wanted, has string) bool) (Verdict, []string) {
	if len(has) == 0 {
		return Unknown, wanted
	}
	var lacks []string
	for _, w := range wanted {
		if !slices.ContainsFunc(has, func(h string) bool { return same(w, h) }) {
			lacks = append(lacks, w)
		}
	}
	if len(lacks) > 0 {
		return Unmet, lacks
	}
	return Met, wanted
}

// speaks says whether a language that is spoken serves who want another.
func speaks(wanted, has string) bool {
	return strings.EqualFold(wanted, has) || strings.HasPrefix(has, wanted+"-")
}

// nearShown is how many countries nearby are named.
const nearShown = 3

// place says whether a good is said to be in use in the country or nearby.
func (a *Ask) place(g *good.Good, add func(About, Verdict, ...string)) {
	home, ok := vocab.CountryByCode(a.Country)
	if !ok {
		return
	}
	used := g.DeploymentCountries()
	if slices.Contains(used, home.Alpha2) {
		add(AboutCountry, Met, home.Alpha2)
		return
	}
	var near []string
	for _, c := range used {
		if other, ok := vocab.CountryByCode(c); ok && other.Subregion == home.Subregion && len(near) < nearShown {
			near = append(near, c)
		}
	}
	if len(near) > 0 {
		add(AboutNear, Met, near...)
		return
	}
	add(AboutCountry, Unknown, home.Alpha2)
}

// families is to which family a class of licences belongs.
var families = map[string]string{"permissive": "permissive", "weak-copyleft": "copyleft", "strong-copyleft": "copyleft", "network-copyleft": "copyleft",
	"public-domain": "public-domain", "attribution": "attribution", "share-alike": "share-alike"}

func (a *Ask) licensed(g *good.Good) (Verdict, []string) {
	var ids []string
	v := Unknown
	for _, l := range g.Licences {
		known, ok := vocab.LicenceByID(l.SPDX)
		if !ok {
			continue
		}
		if families[known.Class] == a.Licence {
			return Met, []string{l.SPDX}
		}
		v, ids = Unmet, append(ids, l.SPDX)
	}
	return v, ids
}

// standards says whether a good names every wanted standard anywhere. That it
// names none is no proof that it knows none.
func (a *Ask) standards(g *good.Good) (Verdict, []string) {
	told := " " + folded(strings.Join(g.Standards, " ")+" "+everyText(g)+" "+g.Name) + " "
	var lacks []string
	for _, s := range a.Standards {
		if !strings.Contains(told, " "+folded(s)+" ") {
			lacks = append(lacks, s)
		}
	}
	if len(lacks) > 0 {
		return Unknown, lacks
	}
	return Met, a.Standards
}

// offlineWords are how goods say, in six languages, that they work without a network.
var offlineWords = []string{"offline", "without internet", "without the internet", "without requiring the internet", "no internet", "low connectivity", "disconnected", "sans internet", "hors ligne", "sin internet", "sin conexión", "без интернета", "офлайн", "دون اتصال", "بدون إنترنت", "离线", "无网络"}

func saysOffline(g *good.Good) Verdict {
	told := strings.ToLower(everyText(g))
	for _, w := range offlineWords {
		if strings.Contains(told, w) {
			return Met
		}
	}
	return Unknown
}

// hosted says whether who wants can run a good: its source is there to take.
func hosted(g *good.Good) Verdict {
	if len(g.Repositories) > 0 && len(g.Licences) > 0 {
		return Met
	}
	return Unknown
}

// everyText is what is told of a good in any language.
func everyText(g *good.Good) string {
	var b strings.Builder
	langs := make([]string, 0, len(g.Summary))
	for l := range g.Summary {
		langs = append(langs, l)
	}
	slices.Sort(langs)
	for _, l := range langs {
		b.WriteString(g.Summary[l] + " ")
	}
	for _, goal := range g.Goals {
		b.WriteString(goal.Relevance + " ")
	}
	for _, x := range g.Answers {
		b.WriteString(x.Text + " ")
	}
	return b.String()
}

// folded is a text in small letters, its words joined by single spaces.
func folded(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r > 127)
	}), " ")
}
