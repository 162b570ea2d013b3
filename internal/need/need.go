// Package need is the rules of needs: what can be asked for, how goods are
// ranked for it and with which reasons, and what becomes of a need that is kept.
package need

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"stoa/internal/good"
	"stoa/internal/vocab"
)

// Must is what a good has to allow.
type Must string

// The musts.
const (
	Offline Must = "offline" // it works without a network
	Hosting Must = "hosting" // it can be run in the country, on one's own machines
)

// Musts lists the musts in the order in which they are shown.
var Musts = []Must{Offline, Hosting}

// Families are the families of licences that can be asked for.
var Families = []string{"permissive", "copyleft", "public-domain", "attribution", "share-alike"}

// Budgets and Times are the bands of money in US dollars for the first year,
// and of time until first use.
var (
	Budgets = []string{"none", "under-50k", "under-500k", "over-500k", "unknown"}
	Times   = []string{"months-3", "months-12", "years", "unknown"}
)

// Languages are those in which the words of a need are understood.
var Languages = []string{"ar", "en", "es", "fr", "ru", "zh"}

// Ask is what somebody needs.
type Ask struct {
	Problem   string      `json:"problem"`            // in plain words
	Lang      string      `json:"lang"`               // in which it is told, one of Languages
	Use       string      `json:"use_case,omitempty"` // what is done with it, step by step
	Country   string      `json:"country,omitempty"`  // ISO 3166-1 alpha-2
	Kinds     []good.Kind `json:"kinds,omitempty"`
	Sectors   []string    `json:"sectors,omitempty"`
	SDGs      []int       `json:"sdgs,omitempty"`
	Blocks    []string    `json:"building_blocks,omitempty"`
	Users     string      `json:"users,omitempty"`     // who works with it
	People    int64       `json:"people,omitempty"`    // whom it is to serve; 0 if nobody knows
	Tongues   []string    `json:"languages,omitempty"` // BCP 47, that it has to speak
	Musts     []Must      `json:"musts,omitempty"`
	Licence   string      `json:"licence_family,omitempty"`
	Standards []string    `json:"standards,omitempty"` // FHIR, OpenID Connect
	Budget    string      `json:"budget,omitempty"`
	Time      string      `json:"time,omitempty"`
}

// Bounds of what people write.
const (
	MaxProblem = 4_000 // characters
	MaxUse     = 4_000
	MaxLine    = 200
	MaxList    = 20
	minProblem = 12
	mostPeople = 10_000_000_000
)

// Check mends what can be mended and says what is wrong with what is asked.
func (a *Ask) Check() error {
	a.Problem, a.Use, a.Users = lines(a.Problem), lines(a.Use), line(a.Users)
	for _, t := range []struct {
		field, text string
		most        int
	}{{"problem", a.Problem, MaxProblem}, {"use_case", a.Use, MaxUse}, {"users", a.Users, MaxLine}} {
		if err := CheckText(t.field, t.text, t.most); err != nil {
			return err
		}
	}
	if n := letters(a.Problem); n == 0 || n < minProblem && !dense(a.Problem) {
		return wrong("need.error.problem", "problem")
	}
	for _, check := range []func() error{a.checkCodes, a.checkLists, a.checkRest} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (a *Ask) checkCodes() error {
	if a.Lang = strings.ToLower(strings.TrimSpace(a.Lang)); !slices.Contains(Languages, a.Lang) {
		return odd("need.error.lang", "lang", a.Lang)
	}
	if a.Country != "" {
		c, ok := vocab.CountryByCode(strings.ToUpper(strings.TrimSpace(a.Country)))
		if !ok {
			if c, ok = vocab.FindCountry(a.Country); !ok {
				return odd("need.error.country", "country", a.Country)
			}
		}
		a.Country = c.Alpha2
	}
	if a.Licence != "" && !slices.Contains(Families, a.Licence) {
		return odd("need.error.licence", "licence_family", a.Licence)
	}
	if a.Budget != "" && !slices.Contains(Budgets, a.Budget) {
		return odd("need.error.budget", "budget", a.Budget)
	}
	if a.Time != "" && !slices.Contains(Times, a.Time) {
		return odd("need.error.time", "time", a.Time)
	}
	return nil
}

// checkLists finds what is meant in each list; what is said twice counts once.
func (a *Ask) checkLists() error {
	for field, n := range map[string]int{"kinds": len(a.Kinds), "sectors": len(a.Sectors), "sdgs": len(a.SDGs), "building_blocks": len(a.Blocks), "languages": len(a.Tongues), "musts": len(a.Musts), "standards": len(a.Standards)} {
		if n > MaxList {
			return &good.Error{Kind: good.Invalid, Key: "need.error.many", Field: field, Args: map[string]any{"Max": MaxList}}
		}
	}
	var err error
	found := func(field, key string, list []string, find func(string) (string, bool)) []string {
		var out []string
		for _, s := range list {
			v, ok := find(s)
			if !ok && err == nil {
				err = odd(key, field, s)
			}
			out = append(out, v)
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	a.Sectors = found("sectors", "need.error.sector", a.Sectors, vocab.FindSector)
	a.Blocks = found("building_blocks", "need.error.block", a.Blocks, func(s string) (string, bool) { b, ok := vocab.FindBlock(s); return b.Code, ok })
	a.Tongues = found("languages", "need.error.language", a.Tongues, vocab.FindLanguage)
	a.Standards = found("standards", "need.error.standard", a.Standards, func(s string) (string, bool) {
		s = line(s)
		return s, CheckText("standards", s, MaxLine) == nil && letters(s) > 1
	})
	for _, k := range a.Kinds {
		if !slices.Contains(good.Kinds, k) {
			return odd("need.error.kind", "kinds", string(k))
		}
	}
	for _, m := range a.Musts {
		if !slices.Contains(Musts, m) {
			return odd("need.error.must", "musts", string(m))
		}
	}
	for _, n := range a.SDGs {
		if n < 1 || n > 17 {
			return odd("need.error.sdg", "sdgs", strconv.Itoa(n))
		}
	}
	a.Kinds, a.Musts, a.SDGs = sorted(a.Kinds), sorted(a.Musts), sorted(a.SDGs)
	return err
}

func (a *Ask) checkRest() error {
	if a.People < 0 || a.People > mostPeople {
		return wrong("need.error.people", "people")
	}
	if good.Advertises(a.Problem) || good.Advertises(a.Use) || good.Advertises(a.Users) {
		return wrong("need.error.spam", "problem")
	}
	return nil
}

func sorted[T interface{ ~int | ~string }](list []T) []T {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}

// CheckText says what is wrong with the characters of a text and its length.
func CheckText(field, s string, most int) error {
	switch {
	case utf8.RuneCountInString(s) > most:
		return &good.Error{Kind: good.Invalid, Key: "need.error.long", Field: field, Args: map[string]any{"Max": most}}
	case !utf8.ValidString(s) || strings.ContainsFunc(s, good.Hidden):
		return wrong("need.error.hidden", field)
	case good.Disguised(s):
		return wrong("need.error.mixed", field)
	}
	return nil
}

func letters(s string) (n int) {
	for _, r := range s {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}

// dense says whether a text is in a script of which few letters say much.
func dense(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) }) && letters(s) >= 4
}

func line(s string) string { return strings.Join(strings.Fields(s), " ") }

// lines is a text without spaces around its lines and without many empty ones.
func lines(s string) string {
	var out []string
	for l := range strings.Lines(s) {
		if l = strings.TrimSpace(l); l != "" || len(out) > 0 && out[len(out)-1] != "" {
			out = append(out, l)
		}
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}

// short is as much of a stranger's text as a message repeats.
func short(s string) string {
	s = strings.ToValidUTF8(line(s), "�")
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

func wrong(key, field string) error {
	return &good.Error{Kind: good.Invalid, Key: key, Field: field}
}

func odd(key, field, value string) error {
	return &good.Error{Kind: good.Invalid, Key: key, Field: field, Args: map[string]any{"Value": short(value)}}
}
