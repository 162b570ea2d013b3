package check

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"stoa/internal/finding"
	"stoa/internal/good"
)

// of is the first finding of a probe.
func of(t *testing.T, r *finding.Report, probe string) finding.Finding {
	t.Helper()
	found := r.Of(probe)
	if len(found) == 0 {
		t.Fatalf("no finding of %s", probe)
	}
	return found[0]
}

func TestHistoryAndForgeTellOfHealth(t *testing.T) {
	now := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	tr := tree(map[string]string{"a.go": "package a"})
	tr.Now = now
	tr.History = &History{Newest: now.AddDate(0, 0, -12), Commits: 100, Authors: []Author{{"a", 40}, {"b", 30}, {"c", 30}}, Tags: []Tag{{Name: "v2", At: now.AddDate(0, -1, 0), Signed: true}}}
	r := Run(context.Background(), tr)
	for probe, want := range map[string]string{"health.activity": "12", "health.people": "2", "health.releases": "1", "health.signed": "v2"} {
		f := of(t, r, probe)
		arg := map[string]string{"health.activity": "Days", "health.people": "Half", "health.releases": "Number", "health.signed": "Name"}[probe]
		if f.State != finding.Met || fmt.Sprint(f.Why.Args[arg]) != want {
			t.Errorf("%s: %s, %v; want met with %s", probe, f.State, f.Why.Args, want)
		}
	}
	tr.History = &History{Newest: now.AddDate(-2, 0, 0), Commits: 10, Authors: []Author{{"a", 9}, {"b", 1}}, Tags: []Tag{{Name: "v1", At: now.AddDate(-3, 0, 0)}}}
	r = Run(context.Background(), tr)
	for _, probe := range []string{"health.activity", "health.people", "health.releases", "health.signed"} {
		if f := of(t, r, probe); f.State != finding.NotMet {
			t.Errorf("%s of one old hand: %s", probe, f.State)
		}
	}
	tr.Forge = &Forge{Archived: true}
	if f := of(t, Run(context.Background(), tr), "health.activity"); f.State != finding.NotMet || f.Why.Key != "probe.activity.archived" {
		t.Errorf("archived: %v", f)
	}
}

func TestPagesLeadToPapers(t *testing.T) {
	tr := target(fstest.MapFS{})
	tr.Pages = []Page{{URL: "https://wells.example/", Status: 200, Type: "text/html; charset=utf-8", Text: []byte(`<a href="/privacy">Privacy <b>policy</b></a><a href="javascript:x">Terms of use</a><a href="https://docs.wells.example">Documentation</a><a href="/x">Cookies</a>`)},
		{URL: "https://wells.example/lost", Status: 404, Type: "text/html", Text: []byte(`<a href="/conduct">Code of conduct</a>`)}}
	r := Run(context.Background(), tr)
	if f := of(t, r, "law.privacy"); f.State != finding.Met || len(f.Values) != 1 || f.Values[0] != "https://wells.example/privacy" || f.Evidence[0].URL != "https://wells.example/" {
		t.Errorf("a privacy policy behind a link: %+v", f)
	}
	if f := of(t, r, "docs.place"); f.State != finding.Met || f.Values[0] != "https://docs.wells.example" {
		t.Errorf("documentation behind a link: %+v", f)
	}
	for _, probe := range []string{"law.terms", "practice.conduct", "docs.install", "health.tests"} {
		if f := of(t, r, probe); f.State != finding.NotObservable {
			t.Errorf("%s without any file: %s", probe, f.State)
		}
	}
}

func TestAForgeFillsWhatFilesLeaveOpen(t *testing.T) {
	tr := tree(map[string]string{"a.go": "package a"})
	tr.URL = "https://github.com/wells/register.git"
	tr.Address = func(path string, line int) string { return "https://github.com/wells/register/blob/abc/" + path }
	tr.Forge = &Forge{Description: "Counts wells in every district", Homepage: "https://wells.example", Releases: []Tag{{Name: "v1"}}}
	r := Run(context.Background(), tr)
	for probe, want := range map[string]string{"general.summary": "Counts wells in every district", "general.website": "https://wells.example", "general.source": "https://github.com/wells/register"} {
		if f := of(t, r, probe); len(f.Values) != 1 || f.Values[0] != want {
			t.Errorf("%s: %v", probe, f.Values)
		}
	}
	if f := of(t, r, "docs.install"); f.State != finding.NotObservable {
		t.Errorf("with a homepage that nobody read, the way to install it is %s", f.State)
	}
}

func TestTheAccountIsTheOwnerWhereNobodyElseIsNamed(t *testing.T) {
	for name, c := range map[string]struct {
		readme, licence, want string
	}{
		"as the front page writes it": {"# Register\n\nThe Well Watchers count wells.\n", "", "Well Watchers"},
		"not as a part of a name":     {"# Register\n\nThe Kisumu Well Watchers count wells.\n", "", ""},
		"not as an address":           {"# Register\n\nSee https://github.com/Well-Watchers/register and Well-Watchers.example.\n", "", ""},
		"not where somebody is named": {"# Register\n\nThe Well Watchers count wells.\n", "Copyright 2020 Kisumu County\n", ""},
		"not where it is no name":     {"# Register\n\nwell-watchers\n", "", ""},
	} {
		files := map[string]string{"README.md": c.readme}
		if c.licence != "" {
			files["LICENSE"] = c.licence
		}
		tr := tree(files)
		tr.URL = "https://github.com/well-watchers/register"
		got := ""
		if f := of(t, Run(context.Background(), tr), "owner.organisation"); f.State == finding.Met {
			got = f.Values[0]
			if f.Evidence[0].URL != "https://github.com/well-watchers" {
				t.Errorf("%s: seen at %s", name, f.Evidence[0].URL)
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestAValueIsAnAddressOthersSee(t *testing.T) {
	tr := tree(map[string]string{"SECURITY.md": "Write to security@wells.example and you will hear from us."})
	tr.Address = func(path string, line int) string { return "https://forge.example/" + path }
	if f := of(t, Run(context.Background(), tr), "practice.security"); len(f.Values) != 1 || f.Values[0] != "https://forge.example/SECURITY.md" {
		t.Errorf("values %v", f.Values)
	}
}

func TestPeopleAddToWhatIsKnown(t *testing.T) {
	k, err := Learn(fstest.MapFS{
		"closed.yml":    {Data: []byte("closed:\n  - {id: wellbase, name: Wellbase, matter: database, sort: component, mandatory: true, instead: [PostgreSQL], packages: {npm: [wellbase]}}\n")},
		"standards.yml": {Data: []byte("- {id: wellml, name: WellML, files: [\"*.wellml\"]}\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	tr := tree(map[string]string{"package.json": `{"dependencies": {"wellbase": "1"}}`, "a.wellml": "<well/> and more of it"})
	tr.Knowledge = k
	r := Run(context.Background(), tr)
	if f := of(t, r, "platform.closed"); f.State != finding.NotMet || !strings.Contains(f.Mend.Args["Instead"].(string), "PostgreSQL") {
		t.Errorf("a closed part that was added: %+v", f)
	}
	if f := of(t, r, "standards.used"); len(f.Values) != 1 || f.Values[0] != "WellML" {
		t.Errorf("a standard that was added: %+v", f)
	}
	for _, bad := range []string{"closed: 7", "closed:\n  - {id: x, cost: 1}", "matters: [", "- {}"} {
		if _, err := Learn(fstest.MapFS{"closed.yml": {Data: []byte(bad)}}); err == nil || !strings.Contains(err.Error(), "closed.yml") {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if _, err := Learn(fstest.MapFS{"presence.yml": {Data: []byte("- {id: law.unheard-of, names: [x]}")}}); err == nil {
		t.Error("a paper that no probe looks for is taken")
	}
	if _, err := Learn(fstest.MapFS{"standards.yml": {Data: []byte("- {id: x, name: X, head: \"(\"}")}}); err == nil {
		t.Error("an expression that does not compile is taken")
	}
}

func TestEveryProbeHasAName(t *testing.T) {
	raw, err := os.ReadFile("../i18n/locales/probe.en.json")
	if err != nil {
		t.Fatal(err)
	}
	var sentences map[string]any
	if err := json.Unmarshal(raw, &sentences); err != nil {
		t.Fatal(err)
	}
	for _, id := range IDs() {
		if sentences[Name(id).Key] == nil {
			t.Errorf("%s has no name", id)
		}
	}
	for key := range sentences {
		if id, is := strings.CutPrefix(key, "probe.name."); is && !slices.Contains(IDs(), id) {
			t.Errorf("%s is named, and is no probe", id)
		}
	}
}

func TestWhatIsKnownIsWhole(t *testing.T) {
	k := embedded()
	matters := map[string]bool{}
	for _, m := range k.matters {
		matters[m.ID] = true
	}
	for _, c := range k.closed {
		if c.Name == "" || len(c.Instead) == 0 || len(c.Packages) == 0 || !matters[c.Matter] || !strings.Contains("component platform service", c.Sort) {
			t.Errorf("%s wants a name, alternatives, packages, a matter that is listed and a sort", c.ID)
		}
	}
	for _, s := range k.standards {
		if s.Name == "" || len(s.Files)+len(s.Packages)+len(s.Words) == 0 {
			t.Errorf("nothing shows %s", s.ID)
		}
	}
	for _, p := range k.papers {
		if p.Add == "" || !strings.Contains("not-met elsewhere unknown", p.Absent) || p.Says != "docs" && p.Says != "readme" {
			t.Errorf("%s is not whole", p.ID)
		}
	}
}

func TestTranslationsAreCountedInEveryForm(t *testing.T) {
	tr := tree(map[string]string{
		"locale/fr/LC_MESSAGES/django.po":        "msgid \"\"\nmsgstr \"\"\n\"Language: fr\\n\"\n\nmsgid \"a\"\nmsgstr \"un\"\n\nmsgid \"b\"\nmsgstr \"\"\n\n#, fuzzy\nmsgid \"c\"\nmsgstr \"trois\"\n\nmsgid \"d\"\nmsgstr \"\"\n\"long\"\n\nmsgid \"p\"\nmsgid_plural \"ps\"\nmsgstr[0] \"x\"\n",
		"app/src/main/res/values/strings.xml":    "<resources><string name=\"a\">A</string><string name=\"b\">B</string><plurals><item quantity=\"one\">C</item></plurals><string name=\"d\">D</string><string name=\"e\">E</string></resources>",
		"app/src/main/res/values-sw/strings.xml": "<resources><string name=\"a\">A</string></resources>",
		"lib/l10n/app_en.arb":                    `{"a": "A", "@a": {"description": "x"}}`,
		"ios/fr.lproj/Localizable.strings":       "\"a\" = \"un\";\n",
		"src/messages.fr.xlf":                    "<xliff version=\"1.2\"><file><body><trans-unit id=\"1\"><source>a</source><target>un</target></trans-unit><trans-unit id=\"2\"><source>b</source><target/></trans-unit></body></file></xliff>",
		"messages_es.properties":                 "a=uno\n# b=dos\nc = tres\n",
		"config/locales/fr.yml":                  "fr:\n  a: un\n  b:\n    c: deux\n",
		"test/locales/xx.json":                   `{"a": "A"}`,
	})
	probe := newTranslations(tr).(*translations)
	for _, e := range tr.Entries {
		if e = At(e.Path, e.Size); probe.Wants(&e) != Nothing {
			data, err := tr.FS.(fstest.MapFS).ReadFile(e.Path)
			if err != nil {
				t.Fatal(err)
			}
			probe.See(&File{Entry: e, Text: data})
		}
	}
	got := map[string]int{}
	for _, share := range probe.tree.Shares() {
		got[share.Language] = share.Texts
	}
	if len(got) != 1 || got["sw"] != 1 || probe.tree.Files() != 8 {
		t.Errorf("%v of %d files, want one Swahili text of five: the other sets are too small or of one language", got, probe.tree.Files())
	}
}

// FuzzFront feeds the probes whatever stands in the files they read most of.
func FuzzFront(f *testing.F) {
	f.Add("README.md", []byte("# Wells\n\nCounts wells for SDG 6.\n\n## Install\n"))
	f.Add("publiccode.yml", []byte("name: Wells\ndescription: {en: {shortDescription: Counts}}\n"))
	f.Add("codemeta.json", []byte(`{"name": "Wells", "codeRepository": "git@x.example:a/b"}`))
	f.Add("datapackage.json", []byte(`{"resources": [{"schema": {"fields": [{"name": "a"}]}}]}`))
	f.Add("docs/x.rst", []byte("Export\n======\n"))
	f.Add("openapi.yaml", []byte("openapi: 3.1.0"))
	f.Fuzz(func(t *testing.T, name string, text []byte) {
		e := At(name, int64(len(text)))
		tr := &Target{Kinds: good.Kinds, Entries: []Entry{e}}
		for _, make := range []func(*Target) Probe{newGeneral, newParts, newPapers, newDataset, newStandards, newTranslations, newHealth} {
			p := make(tr)
			p.Wants(&e)
			p.See(&File{Entry: e, Text: text})
			for _, found := range p.Findings(tr) {
				if found.Probe == "" || found.State == "" || found.Why.Key == "" {
					t.Fatalf("a finding that says nothing: %+v", found)
				}
			}
		}
	})
}

func TestAStrangersPageIsNoDocumentation(t *testing.T) {
	tr := tree(map[string]string{"README.md": "# WellNet\n\nWellNet counts wells.\n\nFirst see the [installation guide](https://pumps.example/docs/install).\n\n" +
		"Then read our [user guide](https://docs.wellnet.example/guide) and [contributing](https://github.com/wells/wellnet/blob/main/CONTRIBUTING.md)."})
	tr.URL = "https://github.com/wells/wellnet"
	tr.Address = func(path string, line int) string { return "https://github.com/wells/wellnet/blob/abc/" + path }
	r := Run(context.Background(), tr)
	for probe, want := range map[string]string{
		"docs.install":    "https://github.com/wells/wellnet/blob/abc/README.md",
		"docs.use":        "https://docs.wellnet.example/guide",
		"docs.contribute": "https://github.com/wells/wellnet/blob/abc/README.md",
	} {
		if f := of(t, r, probe); f.State != finding.Met || len(f.Values) != 1 || f.Values[0] != want {
			t.Errorf("%s: %s %v, want %s", probe, f.State, f.Values, want)
		}
	}
}
