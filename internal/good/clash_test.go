package good

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func corrected(website string, others Facts) Record {
	return Record{Source: "person", ForeignID: "x", Seen: "2026-01-01"}.Restated(Facts{Website: website}, others)
}

func TestACorrectionHoldsUntilTheSourceSaysSomethingElse(t *testing.T) {
	old := Record{Source: "new", ForeignID: "7", Facts: Facts{Name: "x", Website: "https://wrong.example"}}
	said := func(website string) Record { r := old; r.Facts.Website = website; return r }
	for _, c := range []struct {
		what  string
		now   string
		clash bool
	}{
		{"the source says what it said", "https://wrong.example", false},
		{"the source took the correction over", "https://right.example", false},
		{"the source says nothing any more", "", false},
		{"the source moved on", "https://moved.example", true},
	} {
		records := []Record{said(c.now), corrected("https://right.example", old.Facts)}
		if g := Merge(records, testSources); g.Website != "https://right.example" {
			t.Errorf("%s: the correction does not hold: %s", c.what, g.Website)
		}
		got := Clashes(records, testSources)
		if (len(got) == 1) != c.clash {
			t.Errorf("%s: %+v", c.what, got)
		}
		if c.clash && (got[0].Field != FieldWebsite || string(got[0].Now) != `"`+c.now+`"` || got[0].By.Source != "new" || string(got[0].Then) != `"https://wrong.example"`) {
			t.Errorf("%+v", got[0])
		}
	}
}

func TestASettledConflictIsNone(t *testing.T) {
	then := Facts{Name: "x", Website: "https://wrong.example", Languages: []string{"en"}, Summary: Text{"fr": "ancien"}}
	now := Facts{Name: "x", Website: "https://moved.example", Languages: []string{"fr", "es"}, Summary: Text{"fr": "nouveau"}}
	person := Record{Source: "person", ForeignID: "x"}.Restated(Facts{Website: "https://right.example", Languages: []string{"ar"}, Summary: Text{"fr": "juste"}}, then)
	source := Record{Source: "new", ForeignID: "7", Facts: now}
	fields := func(p Record) (out []Field) {
		for _, c := range Clashes([]Record{source, p}, testSources) {
			out = append(out, c.Field)
		}
		return out
	}
	if got := fields(person); !slices.Equal(got, []Field{FieldLanguages, "summary/fr", FieldWebsite}) {
		t.Fatal(got)
	}
	kept := person.Kept(FieldWebsite, now)
	if got := fields(kept); !slices.Equal(got, []Field{FieldLanguages, "summary/fr"}) || kept.Facts.Website != "https://right.example" {
		t.Error("kept:", got, kept.Facts.Website)
	}
	without := kept.Without("summary/fr", now)
	if got := fields(without); !slices.Equal(got, []Field{FieldLanguages}) || without.Facts.Summary["fr"] != "" || person.Facts.Summary["fr"] != "juste" {
		t.Error("withdrawn:", got, without.Facts.Summary)
	}
	source.Facts.Languages = []string{"en"} // the source is back at what it said
	if got := fields(without); len(got) != 0 {
		t.Error("back:", got)
	}
	source.Facts.Languages = []string{"es", "fr"} // in another order
	before := without.Kept(FieldLanguages, now)
	if got := fields(before); len(got) != 0 {
		t.Error("the order of a list is no conflict:", got)
	}
}

func TestASourceMayKnowOneFieldBetter(t *testing.T) {
	records := []Record{{Source: "old", ForeignID: "a", Facts: Facts{Name: "Old", Website: "https://old.example", Repositories: []Link{{URL: "https://old.example/git"}}}},
		{Source: "new", ForeignID: "b", Facts: Facts{Name: "New", Website: "https://new.example", Repositories: []Link{{URL: "https://new.example/git"}}}}}
	sources := map[string]Source{"old": {ID: "old", Priority: 10, Fields: map[Field]int{FieldWebsite: 30, FieldRepositories: 30}}, "new": {ID: "new", Priority: 20}}
	g := Merge(records, sources)
	if g.Name != "New" || g.Website != "https://old.example" || g.Repositories[0].URL != "https://old.example/git" || g.From[FieldWebsite].Source != "old" {
		t.Errorf("%+v", g)
	}
	sources["new"] = Source{ID: "new", Priority: 20, Fields: map[Field]int{FieldWebsite: 40}}
	if g := Merge(records, sources); g.Website != "https://new.example" {
		t.Errorf("the higher of two does not win: %s", g.Website)
	}
}

// TestConflictsFollowFromWhatWasSaid plays edits, settlements and changes of
// sources in any order beside a model that remembers, field by field, what the
// others said when a person spoke last: the conflicts are the model's, in
// whatever order records are read and through JSON.
func TestConflictsFollowFromWhatWasSaid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := []string{"", "https://a.example", "https://b.example", "https://c.example"}
		value := rapid.SampledFrom(values)
		records := map[string]Record{"old": {Source: "old", ForeignID: "a"}, "new": {Source: "new", ForeignID: "b"}, "person": {Source: "person", ForeignID: "x"}}
		fields := []Field{FieldName, FieldWebsite, "summary/en"}
		get := func(f Facts, field Field) string {
			switch field {
			case FieldName:
				return f.Name
			case FieldWebsite:
				return f.Website
			}
			return f.Summary["en"]
		}
		with := func(f Facts, field Field, v string) Facts {
			switch field {
			case FieldName:
				f.Name = v
			case FieldWebsite:
				f.Website = v
			default:
				f.Summary = Text{"en": v}
			}
			return f
		}
		then := map[Field]string{} // the model
		list := func() []Record { return []Record{records["old"], records["new"], records["person"]} }
		others := func() Facts { return Others(list(), testSources).Facts }
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			field := rapid.SampledFrom(fields).Draw(t, "field")
			p, now := records["person"], get(others(), field)
			switch what := rapid.SampledFrom([]string{"old", "new", "edit", "keep", "take"}).Draw(t, "what"); what {
			case "edit":
				v := value.Draw(t, "said")
				if v != get(p.Facts, field) {
					then[field] = now
				}
				records["person"] = p.Restated(with(p.Facts, field, v), others())
			case "keep":
				then[field] = now
				records["person"] = p.Kept(field, others())
			case "take":
				records["person"] = p.Without(field, others())
			default:
				r := records[what]
				r.Facts = with(r.Facts, field, value.Draw(t, "states"))
				records[what] = r
			}
			var want []Field
			for _, f := range fields {
				said, now := get(records["person"].Facts, f), get(others(), f)
				if said != "" && now != "" && now != said && now != then[f] {
					want = append(want, f)
				}
			}
			slices.Sort(want)
			shuffled := list()
			rand.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
			raw, err := json.Marshal(shuffled)
			if err != nil {
				t.Fatal(err)
			}
			var read []Record
			if err := json.Unmarshal(raw, &read); err != nil {
				t.Fatal(err)
			}
			for _, records := range [][]Record{list(), shuffled, read} {
				var got []Field
				for _, c := range Clashes(records, testSources) {
					got = append(got, c.Field)
					if v := get(Merge(records, testSources).Facts, c.Field); `"`+v+`"` != string(c.Said) {
						t.Fatalf("%s: the correction does not hold: %s", c.Field, v)
					}
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatal(diff)
				}
			}
		}
	})
}
