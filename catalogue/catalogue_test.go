package catalogue_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"stoa/catalogue"
	"stoa/internal/good"
	"stoa/internal/match"
	"stoa/internal/testkit"
	"stoa/internal/vocab"
)

// file is one file of the catalogue.
type file struct {
	ForeignID string     `json:"foreign_id"`
	Seen      good.Date  `json:"seen"`
	Facts     good.Facts `json:"facts"`

	slug string
	raw  []byte
}

// shelf reads the whole catalogue, strictly.
func shelf(t *testing.T) []file {
	t.Helper()
	names, err := fs.Glob(catalogue.FS, "goods/*.json")
	if err != nil {
		t.Fatal(err)
	}
	out := make([]file, 0, len(names))
	for _, name := range names {
		raw, err := fs.ReadFile(catalogue.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		f := file{slug: strings.TrimSuffix(filepath.Base(name), ".json"), raw: raw}
		d := json.NewDecoder(bytes.NewReader(raw))
		d.DisallowUnknownFields()
		if err := d.Decode(&f); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out = append(out, f)
	}
	return out
}

func TestTheShelfIsWide(t *testing.T) {
	goods := shelf(t)
	kinds, goals := map[good.Kind]int{}, map[int]int{}
	countries, licences, languages := map[string]bool{}, map[string]bool{}, map[string]bool{}
	more, six := 0, 0
	for _, f := range goods {
		for _, k := range f.Facts.Kinds {
			kinds[k]++
		}
		for _, g := range f.Facts.Goals {
			goals[g.SDG]++
		}
		for _, c := range f.Facts.DevelopedIn {
			countries[c] = true
		}
		for _, d := range f.Facts.Deployments {
			countries[d.Country] = true
		}
		for _, l := range f.Facts.Licences {
			licences[l.SPDX] = true
		}
		for _, l := range f.Facts.Languages {
			languages[l] = true
		}
		if n := len(f.Facts.Summary); n > 1 {
			more++
			if n == 6 {
				six++
			}
		}
	}
	atLeast := func(what string, got, want int) {
		t.Helper()
		if got < want {
			t.Errorf("%s: %d, want at least %d", what, got, want)
		}
	}
	atLeast("goods", len(goods), 72)
	atLeast("countries", len(countries), 45)
	atLeast("licences", len(licences), 15)
	atLeast("languages", len(languages), 20)
	atLeast("goods with a summary in a second language", more, 30)
	atLeast("goods with a summary in all six languages", six, 12)
	for _, k := range good.Kinds {
		atLeast("goods of kind "+string(k), kinds[k], 8)
	}
	for n := 1; n <= 17; n++ {
		atLeast(fmt.Sprintf("goods for goal %d", n), goals[n], 3)
	}
}

func TestEveryGoodIsNamedOnce(t *testing.T) {
	seen := map[string]string{}
	for _, f := range shelf(t) {
		if f.ForeignID == "" || !regexp.MustCompile(`^\d{4}-\d\d-\d\d$`).MatchString(string(f.Seen)) {
			t.Errorf("%s: foreign id %q, seen %q", f.slug, f.ForeignID, f.Seen)
		}
		if s := good.Slugify(f.Facts.Name); s != f.slug {
			t.Errorf("%s: the name %q has the slug %s", f.slug, f.Facts.Name, s)
		}
		keys := []string{"foreign id " + f.ForeignID, "name " + strings.ToLower(f.Facts.Name)}
		for scheme, id := range f.Facts.Identifiers {
			keys = append(keys, scheme+" "+id)
		}
		for _, k := range keys {
			if other := seen[k]; other != "" {
				t.Errorf("%s and %s both have %s", other, f.slug, k)
			}
			seen[k] = f.slug
		}
	}
}

// TestTheGoodsStayApart asks what an import asks: no record of the catalogue
// may be taken for another good of it.
func TestTheGoodsStayApart(t *testing.T) {
	var profiles []match.Profile
	for _, f := range shelf(t) {
		side := match.SideOf([]good.Record{{Source: "stoa-catalogue", ForeignID: f.ForeignID, Facts: f.Facts}}, nil)
		if id, doubt := match.Resolve(side, profiles); len(id) > 0 || len(doubt) > 0 {
			t.Errorf("%s looks like %s %v", f.slug, id, doubt)
		}
		profiles = append(profiles, match.Profile{ID: good.ID(f.slug), Side: side})
	}
}

func TestEveryFactHasItsSource(t *testing.T) {
	for _, f := range shelf(t) {
		var stated map[string]json.RawMessage
		var whole struct {
			Facts json.RawMessage `json:"facts"`
		}
		if err := json.Unmarshal(f.raw, &whole); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(whole.Facts, &stated); err != nil {
			t.Fatal(err)
		}
		for field := range stated {
			if field == "cite" || field == "identifiers" {
				continue
			}
			if f.Facts.Cite[good.Field(field)] == "" {
				t.Errorf("%s: nothing is cited for %s", f.slug, field)
			}
		}
		for field, address := range f.Facts.Cite {
			if field != "" && stated[string(field)] == nil {
				t.Errorf("%s: %s is cited but not stated", f.slug, field)
			}
			wantAddress(t, f.slug, address)
		}
		wantAddress(t, f.slug, f.Facts.Cite[""])
		wantAddress(t, f.slug, f.Facts.Website)
		for _, l := range slices.Concat(f.Facts.Repositories, f.Facts.Documentation) {
			wantAddress(t, f.slug, l.URL)
		}
		for _, l := range f.Facts.Licences {
			wantAddress(t, f.slug, l.URL)
		}
		for _, d := range f.Facts.Deployments {
			wantAddress(t, f.slug, d.URL)
		}
		for _, p := range f.Facts.Parties {
			if p.Website != "" {
				wantAddress(t, f.slug, p.Website)
			}
		}
	}
}

// address is what a cited page looks like: absolute, https, no spaces.
var address = regexp.MustCompile(`^https://[a-z0-9.-]+\.[a-z]+(/[^\s]*)?$`)

func wantAddress(t *testing.T, slug, a string) {
	t.Helper()
	if !address.MatchString(a) {
		t.Errorf("%s: %q is no address", slug, a)
	}
}

func TestTheWordsAreThoseOfTheHouse(t *testing.T) {
	roles := []good.Role{good.Owner, good.Maintainer, good.Funder, good.Implementer, good.Host}
	for _, f := range shelf(t) {
		facts := f.Facts
		if len(facts.Kinds) == 0 || len(facts.Licences) == 0 || len(facts.Goals) == 0 {
			t.Errorf("%s: a good needs a kind, a licence and a goal", f.slug)
		}
		for _, k := range facts.Kinds {
			if !slices.Contains(good.Kinds, k) {
				t.Errorf("%s: kind %q", f.slug, k)
			}
		}
		for _, l := range facts.Licences {
			v, ok := vocab.LicenceByID(l.SPDX)
			accepted := slices.ContainsFunc(facts.Kinds, func(k good.Kind) bool { return v.Accepts(k) })
			if !ok || v.Deprecated || !accepted {
				t.Errorf("%s: licence %s: known %v, deprecated %v, accepted for %v %v", f.slug, l.SPDX, ok, v.Deprecated, facts.Kinds, accepted)
			}
		}
		for _, c := range facts.DevelopedIn {
			wantCountry(t, f.slug, c)
		}
		for _, d := range facts.Deployments {
			wantCountry(t, f.slug, d.Country)
		}
		for _, l := range facts.Languages {
			if !vocab.ValidLanguage(l) {
				t.Errorf("%s: language %q", f.slug, l)
			}
		}
		for _, s := range facts.Sectors {
			if !slices.Contains(vocab.Sectors(), s) {
				t.Errorf("%s: sector %q", f.slug, s)
			}
		}
		for _, p := range facts.Parties {
			if p.Name == "" || !slices.Contains(roles, p.Role) {
				t.Errorf("%s: organisation %+v", f.slug, p)
			}
		}
		wantOnce(t, f.slug, "goal", facts.Goals, func(g good.Goal) any { return g.SDG })
		wantOnce(t, f.slug, "country of development", facts.DevelopedIn, func(c string) any { return c })
		wantOnce(t, f.slug, "deployment", facts.Deployments, func(d good.Deployment) any { return d.Country + d.By })
		wantOnce(t, f.slug, "language", facts.Languages, func(l string) any { return l })
	}
}

func wantCountry(t *testing.T, slug, code string) {
	t.Helper()
	if _, ok := vocab.CountryByCode(code); !ok {
		t.Errorf("%s: country %q", slug, code)
	}
}

func wantOnce[T any](t *testing.T, slug, what string, list []T, key func(T) any) {
	t.Helper()
	seen := map[any]bool{}
	for _, v := range list {
		if seen[key(v)] {
			t.Errorf("%s: %s %v twice", slug, what, key(v))
		}
		seen[key(v)] = true
	}
}

// scripts are the letters each language of the summaries is written in.
var scripts = map[string]*unicode.RangeTable{"en": unicode.Latin, "fr": unicode.Latin, "es": unicode.Latin,
	"ar": unicode.Arabic, "zh": unicode.Han, "ru": unicode.Cyrillic}

func TestTheSentencesAreWrittenOut(t *testing.T) {
	for _, f := range shelf(t) {
		if f.Facts.Summary["en"] == "" {
			t.Errorf("%s: no English summary", f.slug)
		}
		texts := map[string]string{}
		for l, s := range f.Facts.Summary {
			texts["summary in "+l] = s
			script := scripts[l]
			if script == nil {
				t.Errorf("%s: summary in %q", f.slug, l)
				continue
			}
			letters, own := 0, 0
			for _, r := range s {
				if unicode.IsLetter(r) {
					letters++
					if unicode.Is(script, r) {
						own++
					}
				}
			}
			if own*10 < letters*7 {
				t.Errorf("%s: summary in %s has %d letters of its script out of %d", f.slug, l, own, letters)
			}
			if l != "en" && s == f.Facts.Summary["en"] {
				t.Errorf("%s: the summary in %s is the English one", f.slug, l)
			}
		}
		for _, g := range f.Facts.Goals {
			texts[fmt.Sprintf("goal %d", g.SDG)] = g.Relevance
		}
		for what, s := range texts {
			if n := len([]rune(s)); n < 12 || n > 400 || !strings.ContainsAny(s[len(s)-1:], ".") && !strings.HasSuffix(s, "。") {
				t.Errorf("%s: %s: %d characters: %q", f.slug, what, n, s)
			}
		}
	}
}

func TestNobodyIsNamed(t *testing.T) {
	mail := regexp.MustCompile(`[\w.+-]+@[\w-]+\.\w+|mailto:`)
	for _, f := range shelf(t) {
		if hit := mail.Find(f.raw); hit != nil {
			t.Errorf("%s: %q", f.slug, hit)
		}
	}
}

func TestOnlyARegisterSaysRecognised(t *testing.T) {
	for _, f := range shelf(t) {
		s := f.Facts.Standing
		if (s != nil) != (f.Facts.Identifiers["dpgid"] != "") {
			t.Errorf("%s: a standing goes with the register's id, and the other way round", f.slug)
		}
		if s != nil && (s.State != good.Recognised || s.Issuer != "Digital Public Goods Alliance" || s.First != "" || s.Last != "2026-07-10") {
			t.Errorf("%s: %+v", f.slug, *s)
		}
	}
}

// registered is what this test reads of the register's own data.
type registered struct {
	ID          string          `json:"id"`
	DPGID       string          `json:"dpgid"`
	Description string          `json:"description"`
	Categories  []string        `json:"categories"`
	SDGs        json.RawMessage `json:"sdgs"`
	Licences    []struct {
		Licence string `json:"openLicense"`
	} `json:"openlicenses"`
}

func TestTheRegisterAgrees(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(testkit.RealData(t), "dpga", "registry-2026", "dpgs.json"))
	if err != nil {
		t.Fatal(err)
	}
	var list []registered
	if err := json.Unmarshal(raw, &list); err != nil {
		t.Fatal(err)
	}
	byID := map[string]registered{}
	words := map[string]bool{}
	for _, r := range list {
		byID[r.DPGID] = r
		words[squeeze(r.Description)] = true
	}
	kinds := map[string]good.Kind{"Open Software": good.Software, "Open Data": good.Data, "Open AI Model": good.AI, "Open Content": good.Content}
	goal := regexp.MustCompile(`SDG ?(\d+)`)
	for _, f := range shelf(t) {
		for _, s := range f.Facts.Summary {
			if words[squeeze(s)] {
				t.Errorf("%s: the summary is copied", f.slug)
			}
		}
		if f.Facts.Standing == nil {
			continue
		}
		r, ok := byID[f.Facts.Identifiers["dpgid"]]
		if !ok || r.ID != f.Facts.Identifiers["dpga"] {
			t.Errorf("%s: the register has no %v", f.slug, f.Facts.Identifiers)
			continue
		}
		for _, k := range f.Facts.Kinds {
			if !slices.ContainsFunc(r.Categories, func(c string) bool { return kinds[c] == k }) {
				t.Errorf("%s: kind %s is not among %v", f.slug, k, r.Categories)
			}
		}
		var goals []string
		for _, m := range goal.FindAllSubmatch(r.SDGs, -1) {
			goals = append(goals, string(m[1]))
		}
		for _, g := range f.Facts.Goals {
			if !slices.Contains(goals, fmt.Sprint(g.SDG)) {
				t.Errorf("%s: goal %d is not among %v", f.slug, g.SDG, goals)
			}
		}
		for _, l := range f.Facts.Licences {
			family := strings.TrimSuffix(strings.TrimSuffix(l.SPDX, "-only"), "-or-later")
			if !slices.ContainsFunc(r.Licences, func(x struct {
				Licence string `json:"openLicense"`
			}) bool {
				return strings.EqualFold(x.Licence, family)
			}) {
				t.Errorf("%s: licence %s is not among %v", f.slug, l.SPDX, r.Licences)
			}
		}
	}
}

// squeeze folds white space and case.
func squeeze(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }
