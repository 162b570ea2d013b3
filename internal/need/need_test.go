package need_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"stoa/internal/good"
	"stoa/internal/need"
)

func sound() need.Ask {
	return need.Ask{Problem: "We register births on paper in 40 villages.", Lang: "en"}
}

func TestASoundNeedIsMendedNotRefused(t *testing.T) {
	a := sound()
	a.Problem = "  We register births\r\n\r\n\r\n on paper.  "
	a.Country, a.Sectors, a.Blocks = "kenya", []string{"Public health", "health"}, []string{"Digital registries", "digital-registries"}
	a.Tongues, a.SDGs, a.Standards = []string{"Swahili", "en"}, []int{16, 3, 16}, []string{"  HL7   FHIR "}
	if err := a.Check(); err != nil {
		t.Fatal(err)
	}
	if a.Problem != "We register births\n\non paper." || a.Country != "KE" || !slices.Equal(a.Sectors, []string{"health"}) || !slices.Equal(a.Blocks, []string{"digital-registries"}) ||
		!slices.Equal(a.Tongues, []string{"en", "sw"}) || !slices.Equal(a.SDGs, []int{3, 16}) || !slices.Equal(a.Standards, []string{"HL7 FHIR"}) {
		t.Errorf("got %+v", a)
	}
	russian := need.Ask{Problem: "Напоминания пациентам SMSом и через API-шлюз", Lang: "ru"}
	if err := russian.Check(); err != nil {
		t.Errorf("an abbreviation with an ending is no disguise: %v", err)
	}
	han := need.Ask{Problem: "农村出生登记", Lang: "zh"}
	if err := han.Check(); err != nil {
		t.Errorf("few letters say much in Chinese: %v", err)
	}
}

func TestBadNeedsAreRefusedWithTheirField(t *testing.T) {
	for name, c := range map[string]struct {
		spoil      func(*need.Ask)
		key, field string
	}{
		"nothing":                {func(a *need.Ask) { a.Problem = " \n " }, "need.error.problem", "problem"},
		"no words":               {func(a *need.Ask) { a.Problem = "12345 67890 !!!" }, "need.error.problem", "problem"},
		"a megabyte":             {func(a *need.Ask) { a.Problem = strings.Repeat("births ", 150_000) }, "need.error.long", "problem"},
		"right to left override": {func(a *need.Ask) { a.Use = "register \u202esyawla births" }, "need.error.hidden", "use_case"},
		"no UTF-8":               {func(a *need.Ask) { a.Users = "clerks \xff" }, "need.error.hidden", "users"},
		"mixed scripts":          {func(a *need.Ask) { a.Problem = "Please look at pаypal payments for us" }, "need.error.mixed", "problem"},
		"many links":             {func(a *need.Ask) { a.Problem = strings.Repeat("cheap watches https://spam.example ", 4) }, "need.error.spam", "problem"},
		"markup":                 {func(a *need.Ask) { a.Problem = "buy now <a href=x>cheap watches</a>" }, "need.error.spam", "problem"},
		"one word again":         {func(a *need.Ask) { a.Problem = strings.Repeat("births ", 30) }, "need.error.spam", "problem"},
		"one letter again":       {func(a *need.Ask) { a.Problem = "We need " + strings.Repeat("a", 60) }, "need.error.spam", "problem"},
		"a language of nobody":   {func(a *need.Ask) { a.Tongues = []string{"Klingonese"} }, "need.error.language", "languages"},
		"told in a language":     {func(a *need.Ask) { a.Lang = "tlh" }, "need.error.lang", "lang"},
		"a country of nobody":    {func(a *need.Ask) { a.Country = "Atlantis" }, "need.error.country", "country"},
		"a sector of nobody":     {func(a *need.Ask) { a.Sectors = []string{"alchemy"} }, "need.error.sector", "sectors"},
		"a block of nobody":      {func(a *need.Ask) { a.Blocks = []string{"bricks"} }, "need.error.block", "building_blocks"},
		"a goal of nobody":       {func(a *need.Ask) { a.SDGs = []int{18} }, "need.error.sdg", "sdgs"},
		"a kind of nobody":       {func(a *need.Ask) { a.Kinds = []good.Kind{"hardware"} }, "need.error.kind", "kinds"},
		"a must of nobody":       {func(a *need.Ask) { a.Musts = []need.Must{"magic"} }, "need.error.must", "musts"},
		"a family of nobody":     {func(a *need.Ask) { a.Licence = "proprietary" }, "need.error.licence", "licence_family"},
		"negative people":        {func(a *need.Ask) { a.People = -1 }, "need.error.people", "people"},
		"many standards":         {func(a *need.Ask) { a.Standards = make([]string, 21) }, "need.error.many", "standards"},
		"no standard":            {func(a *need.Ask) { a.Standards = []string{"1"} }, "need.error.standard", "standards"},
	} {
		a := sound()
		c.spoil(&a)
		var e *good.Error
		if err := a.Check(); !errors.As(err, &e) || e.Key != c.key || e.Field != c.field {
			t.Errorf("%s: %v, want %s at %s", name, err, c.key, c.field)
		}
	}
}

// aGood has everything a need can ask for.
func aGood(id string) *good.Good {
	return &good.Good{ID: good.ID(id), Stage: good.Recognised, Facts: good.Facts{Name: id, Kinds: []good.Kind{good.Software}, Licences: []good.Licence{{SPDX: "MIT"}},
		Repositories: []good.Link{{URL: "https://example.org/x"}}, Languages: []string{"en", "sw"}, Sectors: []string{"health"}, Goals: []good.Goal{{SDG: 3, Relevance: "Speaks HL7 FHIR with all."}},
		Summary: good.Text{"en": "Works offline."}, Deployments: []good.Deployment{{Country: "KE"}}}}
}

func full() need.Ask {
	a := sound()
	a.Kinds, a.Sectors, a.SDGs, a.Country, a.Tongues = []good.Kind{good.Software}, []string{"health"}, []int{3}, "KE", []string{"sw"}
	a.Musts, a.Licence, a.Standards = []need.Must{need.Offline, need.Hosting}, "permissive", []string{"FHIR"}
	return a
}

func verdicts(r need.Ranked) map[need.About]need.Verdict {
	out := map[need.About]need.Verdict{}
	for _, f := range r.Findings {
		out[f.About] = f.Verdict
	}
	return out
}

func TestEveryThingAskedHasAReason(t *testing.T) {
	a := full()
	goods := map[good.ID]*good.Good{"a": aGood("a"), "b": {ID: "b", Stage: good.Recognised}, "c": aGood("c")}
	c := goods["c"]
	c.Licences[0].SPDX, c.Languages, c.Kinds, c.Stage = "GPL-3.0-only", []string{"fr"}, []good.Kind{good.Data}, good.Lapsed
	c.Deployments[0].Country, c.Sectors = "TZ", nil
	list := a.Rank([]need.Found{{ID: "b", Score: 10}, {ID: "c", Score: 10, Words: []string{"births"}}, {ID: "a", Score: 10}, {ID: "gone", Score: 99}}, goods)
	if len(list) != 3 || list[0].Good.ID != "a" || list[1].Good.ID != "b" || list[2].Good.ID != "c" {
		t.Fatalf("the order is wrong: %+v", list)
	}
	for about, v := range verdicts(list[0]) {
		if v != need.Met {
			t.Errorf("a has everything, but %s is %s", about, v)
		}
	}
	for _, about := range []need.About{need.AboutKind, need.AboutSector, need.AboutSDG, need.AboutCountry, need.AboutLanguage, need.AboutLicence, need.AboutStandard, need.AboutOffline, need.AboutHosting} {
		if verdicts(list[0])[about] == "" {
			t.Errorf("nothing is said about %s", about)
		}
	}
	for about, v := range verdicts(list[1]) {
		if v != need.Unknown {
			t.Errorf("nothing is known of b, but %s is %s", about, v)
		}
	}
	if list[1].Score >= 10 {
		t.Error("what is not known raised a good")
	}
	got := verdicts(list[2])
	for about, want := range map[need.About]need.Verdict{need.AboutWords: need.Met, need.AboutKind: need.Unmet, need.AboutLicence: need.Unmet, need.AboutLanguage: need.Unmet, need.AboutNear: need.Met, need.AboutStage: need.Unmet} {
		if got[about] != want {
			t.Errorf("%s of c is %q, want %q", about, got[about], want)
		}
	}
	if n := len(list[2].Reasons()) + len(list[2].Missing()); n != len(list[2].Findings) {
		t.Errorf("%d findings are told, want %d", n, len(list[2].Findings))
	}
}

func TestEqualsStandInOneOrder(t *testing.T) {
	a := full()
	goods := map[good.ID]*good.Good{"x": aGood("x"), "y": aGood("y")}
	for _, found := range [][]need.Found{{{ID: "x", Score: 1}, {ID: "y", Score: 1}}, {{ID: "y", Score: 1}, {ID: "x", Score: 1}}} {
		if list := a.Rank(found, goods); list[0].Good.ID != "x" {
			t.Errorf("%s is first of equals", list[0].Good.ID)
		}
	}
}

func FuzzAsk(f *testing.F) {
	f.Add("We register births on paper.", "use", "clerks", "en", "KE", "FHIR")
	f.Add("农村出生登记", "\u202e", "", "zh", "Кения", "1")
	f.Fuzz(func(t *testing.T, problem, use, users, lang, country, standard string) {
		a := need.Ask{Problem: problem, Use: use, Users: users, Lang: lang, Country: country, Standards: []string{standard}}
		if a.Check() != nil {
			return
		}
		once := a
		once.Standards = slices.Clone(a.Standards)
		if err := a.Check(); err != nil || a.Problem != once.Problem || a.Use != once.Use || a.Country != once.Country {
			t.Errorf("what was mended is mended again: %q → %q, %v", once.Problem, a.Problem, err)
		}
		a.Rank([]need.Found{{ID: "a", Score: 1}}, map[good.ID]*good.Good{"a": aGood("a")})
	})
}
