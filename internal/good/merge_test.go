package good

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var testSources = map[string]Source{
	"old":    {ID: "old", Issuer: "Alliance", Priority: 10, AsOf: "2023-05-31"},
	"new":    {ID: "new", Issuer: "Alliance", Priority: 20, AsOf: "2026-07-10"},
	"person": {ID: "person", Person: true, Priority: 1},
}

func TestEachLanguageIsTakenFromWhoWritesInIt(t *testing.T) {
	g := Merge([]Record{
		{Source: "old", ForeignID: "a", Facts: Facts{Name: "x", Summary: Text{"en": "older", "fr": "ancien"}}},
		{Source: "new", ForeignID: "b", Facts: Facts{Name: "x", Summary: Text{"en": "newer"}}},
	}, testSources)
	if diff := cmp.Diff(Text{"en": "newer", "fr": "ancien"}, g.Summary); diff != "" {
		t.Error(diff)
	}
	if g.From[FieldSummary].Source != "new" || g.From[FieldSummary+"/fr"].Source != "old" || g.From[FieldSummary+"/en"].Source != "new" {
		t.Errorf("origins %v", g.From)
	}
}

func standing(state Stage, first, last Date) *Standing {
	return &Standing{State: state, Issuer: "Alliance", First: first, Last: last}
}

func TestMergeTakesTheMostTrustedWordAndRemembersWhoSaidIt(t *testing.T) {
	old := Record{Source: "old", ForeignID: "a", Seen: "2023-05-31", Facts: Facts{Name: "Open CRVS", Website: "https://old.example", Languages: []string{"fr"},
		Deployments: []Deployment{{Country: "BD"}}, Cite: map[Field]string{"": "https://old.example/a"}}}
	new := Record{Source: "new", ForeignID: "7", Seen: "2026-07-10", Facts: Facts{Name: "OpenCRVS", Website: "https://new.example",
		Deployments: []Deployment{{Country: "BD"}, {Country: "NE"}}}}
	person := Record{Source: "person", ForeignID: "x", Seen: "2020-01-01", Facts: Facts{Website: "https://person.example"}}
	g := Merge([]Record{old, new, person}, testSources)
	if g.Name != "OpenCRVS" || g.Website != "https://person.example" || len(g.Deployments) != 2 {
		t.Errorf("got %q %q %v", g.Name, g.Website, g.Deployments)
	}
	if diff := cmp.Diff([]string{"Open CRVS"}, g.Aliases); diff != "" {
		t.Error("the old name is not kept as an alias:", diff)
	}
	for field, source := range map[Field]string{FieldName: "new", FieldWebsite: "person", FieldLanguages: "old", FieldDeployments + "/BD": "new", FieldAliases + "/Open CRVS": "old"} {
		if g.From[field].Source != source {
			t.Errorf("%s comes from %q, want %q", field, g.From[field].Source, source)
		}
	}
	if g.From[FieldLanguages].URL != "https://old.example/a" {
		t.Error("the place to read a fact is lost")
	}
}

func TestStageFollowsWhatIssuersAreSeenToSay(t *testing.T) {
	for _, c := range []struct {
		what  string
		recs  []*Standing
		want  Stage
		first Date
		gone  Date
	}{
		{"nobody says anything", nil, Nominated, "", ""},
		{"listed in the newest listing", []*Standing{standing(Recognised, "", "2026-07-10")}, Recognised, "", ""},
		{"first day seen is kept from the older listing", []*Standing{standing(Recognised, "2023-05-31", "2023-05-31"), standing(Recognised, "", "2026-07-10")}, Recognised, "2023-05-31", ""},
		{"left the registry", []*Standing{standing(Recognised, "2023-05-31", "2024-06-28")}, Lapsed, "2023-05-31", "2026-07-10"},
		{"a nominee is not lapsed by a listing of recognised goods", []*Standing{standing(Nominated, "", "2024-08-19")}, Nominated, "", ""},
		{"once recognised, a later note as nominee does not hide it", []*Standing{standing(Recognised, "", "2023-05-31"), standing(Nominated, "", "2024-08-19")}, Lapsed, "", "2026-07-10"},
		{"nominee first, recognised later", []*Standing{standing(Nominated, "2021-01-01", "2024-08-19"), standing(Recognised, "", "2026-07-10")}, Recognised, "", ""},
		{"an explicit end after the last listing", []*Standing{standing(Recognised, "", "2023-05-31"), standing(NotEligible, "", "2024-08-19")}, NotEligible, "", "2024-08-19"},
		{"an end before recognition", []*Standing{standing(NotEligible, "", "2020-09-03"), standing(Recognised, "", "2026-07-10")}, Recognised, "", ""},
	} {
		t.Run(c.what, func(t *testing.T) {
			var recs []Record
			for i, s := range c.recs {
				recs = append(recs, Record{Source: []string{"old", "new"}[i%2], ForeignID: string(rune('a' + i)), Facts: Facts{Name: "x", Standing: s}})
			}
			for range 4 {
				rand.Shuffle(len(recs), func(i, j int) { recs[i], recs[j] = recs[j], recs[i] })
				g := Merge(recs, testSources)
				if g.Stage != c.want {
					t.Fatalf("stage %s, want %s", g.Stage, c.want)
				}
				if len(g.Recognitions) > 0 && (g.Recognitions[0].First != c.first || g.Recognitions[0].Gone != c.gone) {
					t.Fatalf("recognition %+v, want first %q gone %q", g.Recognitions[0], c.first, c.gone)
				}
			}
		})
	}
}

func TestMergeDoesNotDependOnOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := rapid.SampledFrom([]Date{"2021-01-01", "2023-05-31", "2024-08-19", "2026-07-10"})
		recs := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) Record {
			f := Facts{Name: rapid.SampledFrom([]string{"A", "B", "a", "C"}).Draw(t, "name"), Website: rapid.SampledFrom([]string{"", "https://a", "https://b"}).Draw(t, "site")}
			if rapid.Bool().Draw(t, "stands") {
				f.Standing = standing(rapid.SampledFrom([]Stage{Recognised, Nominated, Withdrawn, NotEligible}).Draw(t, "state"), "", day.Draw(t, "last"))
			}
			for _, c := range rapid.SliceOfN(rapid.SampledFrom([]string{"KE", "BD"}), 0, 2).Draw(t, "in") {
				f.Deployments = append(f.Deployments, Deployment{Country: c})
			}
			return Record{Source: rapid.SampledFrom([]string{"old", "new", "person"}).Draw(t, "source"), ForeignID: rapid.StringMatching(`[a-f]`).Draw(t, "id"), Seen: day.Draw(t, "seen"), Facts: f}
		}), 0, 6, Record.Key).Draw(t, "records")
		want := Merge(recs, testSources)
		shuffled := rapid.Permutation(recs).Draw(t, "order")
		if diff := cmp.Diff(want, Merge(shuffled, testSources)); diff != "" {
			t.Fatal(diff)
		}
	})
}

// TestWhatASourceListsNoMoreHasLapsedThere marks records as gone.
func TestWhatASourceListsNoMoreHasLapsedThere(t *testing.T) {
	rec := func(source, id string, last, gone Date) Record {
		return Record{Source: source, ForeignID: id, Seen: last, Gone: gone, Facts: Facts{Name: "x", Standing: standing(Recognised, "", last)}}
	}
	for _, c := range []struct {
		what  string
		recs  []Record
		stage Stage
		gone  Date
	}{
		{"gone", []Record{rec("new", "1", "2026-08-01", "2026-09-01")}, Lapsed, "2026-09-01"},
		{"another record of the source is listed, unchanged since long", []Record{rec("new", "1", "2026-08-01", "2026-09-01"), rec("new", "2", "2026-07-11", "")}, Recognised, ""},
		{"another source said so before", []Record{rec("new", "1", "2026-08-01", "2026-09-01"), rec("old", "2", "2026-08-20", "")}, Lapsed, "2026-09-01"},
		{"another source says so later", []Record{rec("new", "1", "2026-08-01", "2026-09-01"), rec("old", "2", "2026-10-20", "")}, Recognised, ""},
		{"both gone", []Record{rec("new", "1", "2026-08-01", "2026-09-01"), rec("old", "2", "2026-08-20", "2026-09-05")}, Lapsed, "2026-09-05"},
	} {
		g := Merge(c.recs, testSources)
		if g.Stage != c.stage || g.Recognitions[0].Gone != c.gone || g.Name != "x" || g.Records[0].Gone != c.recs[0].Gone && g.Records[1].Gone != c.recs[0].Gone {
			t.Errorf("%s: %s, gone %q, %+v", c.what, g.Stage, g.Recognitions[0].Gone, g.Records)
		}
	}
}
