package web_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/standard/shape"
	"stoa/standards"
)

var library = sync.OnceValues(func() (*standard.Library, error) { return standard.Load(shape.New(), standards.FS) })

// sets are the criteria sets that come with the program.
func sets(t testing.TB) *standard.Library {
	t.Helper()
	l, err := library()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestAReaderFindsWhatIsAsked(t *testing.T) {
	site := newSite(t, samples())
	d := parse(t, get(t, site, "/standards"))
	if got := d.attrs("h2 a", "href"); !slices.Equal(got, []string{"/standards/dpg/1.1.7", "/standards/maturity/1.0", "/standards/readiness/1.0"}) {
		t.Errorf("sets %v", got)
	}
	if w := get(t, site, "/fr/standards/dpg"); w.Code != 302 || w.Header().Get("Location") != "/fr/standards/dpg/1.1.7" {
		t.Errorf("the current version: %d %s", w.Code, w.Header().Get("Location"))
	}
	if got := d.attrs("footer a[href='/standards']", "href"); len(got) != 1 {
		t.Error("the footer does not lead to the criteria")
	}
	if got := parse(t, get(t, site, "/goods/dhis2")).attrs("#evidence ~ p a", "href"); !slices.Contains(got, "/standards/dpg") {
		t.Errorf("a good's evidence leads to %v", got)
	}

	d = parse(t, get(t, site, "/standards/dpg/1.1.7"))
	if got := d.text("#q-law\\.list .meta"); !strings.Contains(got, "answered by whoever may speak for the good") || !strings.Contains(got, "needed") {
		t.Errorf("marks of law.list: %q", got)
	}
	if got := d.text("#q-owner\\.rights .meta"); !strings.Contains(got, "asked when “Does the owner hold the rights to all of it?” is answered: no") {
		t.Errorf("marks of owner.rights: %q", got)
	}
	if got := d.text("#q-licence\\.licences details"); !strings.Contains(got, "ODbL-1.0") || !strings.Contains(got, "EUPL-1.2") {
		t.Errorf("licences: %q", got)
	}
	if got := d.attrs("a[href^='https://github.com/DPGAlliance/']", "href"); len(got) != 1 {
		t.Errorf("the official text: %v", got)
	}
}

func TestAKindSeesItsOwnQuestions(t *testing.T) {
	site := newSite(t, samples())
	asked := func(path, id string) bool {
		return len(parse(t, get(t, site, path)).attrs("[id='q-"+id+"']", "id")) > 0
	}
	for _, c := range []struct {
		path, id string
		want     bool
	}{
		{"/standards/dpg/1.1.7", "licence.ai-data", true}, {"/standards/dpg/1.1.7?kind=ai", "licence.ai-data", true},
		{"/standards/dpg/1.1.7?kind=software", "licence.ai-data", false}, {"/standards/dpg/1.1.6", "licence.ai-data", false},
		{"/standards/dpg/1.1.7?kind=standard", "platform.implementations", true},
	} {
		if got := asked(c.path, c.id); got != c.want {
			t.Errorf("%s asks %s: %t", c.path, c.id, got)
		}
	}
}

func TestAReaderSeesWhatChanged(t *testing.T) {
	site := newSite(t, samples())
	d := parse(t, get(t, site, "/standards/dpg/1.1.7/changes?from=1.1.6"))
	main := d.text("main")
	for _, must := range []string{"New question: Is every part of the collection under an accepted open licence?", "Inappropriate and illegal content", "Changed requirement"} {
		if !strings.Contains(strings.Join(strings.Fields(main), " "), must) {
			t.Errorf("the page does not say %q", must)
		}
	}
	if got := parse(t, get(t, site, "/standards/dpg/1.1.7/changes?kind=software")).text("main"); strings.Contains(got, "training data, and under") {
		t.Error("software sees what only AI systems are asked")
	}
	back := parse(t, get(t, site, "/standards/dpg/1.1.6/changes?from=1.1.7")).text("main")
	if !strings.Contains(back, "No longer asked:") {
		t.Error("looking back does not show what was not asked then")
	}
	for path, want := range map[string]int{"/standards/dpg/1.1.6/changes": 404, "/standards/dpg/1.1.7/changes?from=9": 404, "/standards/dpg/1.1.7/changes?from=1.1.7": 404,
		"/standards/dpg/1.1.7?kind=hardware": 400, "/standards/none": 404, "/standards/dpg/1.1.7%00": 404} {
		if w := get(t, site, path); w.Code != want {
			t.Errorf("%s answers %d, want %d", path, w.Code, want)
		}
	}
}

func TestCriteriaAreSaidInEveryLanguage(t *testing.T) {
	site := newSite(t, samples())
	for lang, want := range map[string]string{"ar": "رخصة مفتوحة معتمدة", "zh": "获批准的开放许可证", "fr": "Licence ouverte approuvée", "ru": "Одобренная открытая лицензия", "es": "Licencia abierta aprobada"} {
		d := parse(t, get(t, site, "/"+lang+"/standards/dpg/1.1.7"))
		if got := d.text("[id='i-2']"); !strings.Contains(got, want) {
			t.Errorf("%s: indicator 2 is %q", lang, got)
		}
		if got := d.text("main"); strings.Contains(got, "standard.") && strings.Contains(got, "standard.type") {
			t.Errorf("%s: a sentence is missing", lang)
		}
	}
}

func TestAGoodShowsWhatItsRenewalWillAsk(t *testing.T) {
	s := samples()
	g := s.goods[slices.IndexFunc(s.goods, func(g *good.Good) bool { return g.Slug == "dhis2" })]
	g.Kinds = []good.Kind{good.AI}
	g.Recognitions = append(g.Recognitions, good.Recognition{Issuer: "Stoa", State: good.Recognised, Standard: "dpg@1.1.6", Source: "stoa"})
	main := strings.Join(strings.Fields(parse(t, get(t, newSite(t, s), "/goods/dhis2")).text("main")), " ")
	if !strings.Contains(main, "The next renewal is by version 1.1.7, which newly asks: What changed since version 1.1.6Where is the training data") {
		t.Errorf("the good's page does not say what is newly asked: %s", main)
	}
}
