package match_test

import (
	"slices"
	"testing"

	"stoa/internal/good"
	"stoa/internal/match"
)

func codes(f match.Finding) (out []match.Code) {
	for _, r := range f.Reasons {
		out = append(out, r.Code)
	}
	return out
}

// What a person would look at twice is proposed, with what made it so.
func TestWhatLooksAlikeIsProposedWithItsReason(t *testing.T) {
	text := good.Text{"en": "Health workers register births and deaths in villages without a network and send them to the civil registry later."}
	other := good.Text{"en": "Teachers plan lessons together and share what worked in class with schools nearby."}
	for name, c := range map[string]struct {
		a, b   good.Record
		level  match.Level
		reason match.Code
	}{
		"a typo and the text":      {said("OpenCRVS", good.Facts{Summary: text}), said("OpenCRSV", good.Facts{Summary: text}), match.Alike, match.ByNearName},
		"another script":           {said("Obrazovanie", good.Facts{Summary: text}), said("Образование", good.Facts{Summary: text}), match.Alike, match.ByNearName},
		"a mirror":                 {said("Well Watch", good.Facts{Repositories: repo("https://github.com/wells/well-watch")}), said("WellWatch Mobile", good.Facts{Repositories: repo("https://gitlab.com/wells/well-watch")}), match.Alike, match.ByMirror},
		"an owner that moved":      {said("Well Watch", good.Facts{Repositories: repo("https://github.com/wells/well-watch")}), said("Wells Watcher", good.Facts{Repositories: repo("https://github.com/water/well-watch")}), match.Alike, match.ByMirror},
		"a website alone":          {said("OpenRIMS-PV", good.Facts{Website: "https://openrims.org"}), said("Pharmacovigilance", good.Facts{Website: "http://www.openrims.org/index.html"}), match.Alike, match.ByWebsite},
		"the text alone":           {said("Births", good.Facts{Summary: text}), said("Registro", good.Facts{Summary: text}), match.Alike, match.ByText},
		"an alias alone":           {said("OpenCHS", good.Facts{}), said("Avni", good.Facts{Aliases: []string{"OpenCHS"}}), match.Alike, match.ByAlias},
		"one package and a name":   {said("Well Book", good.Facts{Repositories: repo("https://www.npmjs.com/package/wellbook")}), said("Well Book Tool", good.Facts{Repositories: repo("https://npmjs.com/package/wellbook/v/1.2.0")}), match.Same, match.ByPackage},
		"one DOI":                  {said("Corpus", good.Facts{Website: "https://doi.org/10.5281/Zenodo.123"}), said("Words", good.Facts{Identifiers: map[string]string{"DOI": "10.5281/zenodo.123"}}), match.Same, match.ByIdentifier},
		"git's way to write it":    {said("Well Watch", good.Facts{Repositories: repo("git@github.com:Wells/well-watch.git")}), said("Well Watch", good.Facts{Repositories: repo("https://github.com/wells/well-watch/tree/main/docs")}), match.Same, match.ByRepository},
		"two of one house":         {said("Open Births", good.Facts{Summary: text}), said("Open Lessons", good.Facts{Summary: other}), match.Other, ""},
		"the words everybody uses": {said("Open Data Platform", good.Facts{}), said("Open Source Platform", good.Facts{}), match.Other, ""},
	} {
		t.Run(name, func(t *testing.T) {
			f, back := match.Compare(of("a", c.a), of("b", c.b)), match.Compare(of("b", c.b), of("a", c.a))
			if f.Level != c.level || c.reason != "" && !slices.Contains(codes(f), c.reason) {
				t.Errorf("%+v", f)
			}
			if back.Level != f.Level || back.Score != f.Score {
				t.Errorf("%+v from one side, %+v from the other", f, back)
			}
		})
	}
}

// A stranger's names and addresses never break or stall a comparison.
func FuzzCompare(f *testing.F) {
	f.Add("OpenCRVS", "https://github.com/opencrvs/opencrvs-core", "Образование", "git@x:y")
	f.Add("\xff", "https://[::1", "健康中国", "https://npmjs.com/package/@a/b")
	f.Fuzz(func(t *testing.T, name, link, other, second string) {
		a := of("a", said(name, good.Facts{Repositories: repo(link), Website: second, Summary: good.Text{"en": other}}))
		b := of("b", said(other, good.Facts{Repositories: repo(second), Website: link, Aliases: []string{name}}))
		if x, y := match.Compare(a, b), match.Compare(b, a); x.Level != y.Level || x.Score != y.Score {
			t.Errorf("%+v and %+v", x, y)
		}
		if len(a.Keys) > 0 && match.Compare(a, a).Level != match.Same && name != "" && slices.Contains(a.Keys, "name:"+name) {
			t.Errorf("%q is not itself", name)
		}
	})
}
