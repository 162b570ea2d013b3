package runs_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"stoa/internal/app/imports/runs"
	"stoa/internal/good"
)

// TestDaysThatCannotBe reads a table with days of the years 0 and 9999, and with
// standings in somebody else's name.
func TestDaysThatCannotBe(t *testing.T) {
	both(t, func(t *testing.T, p *place) {
		const rows = "Ref,Title,Seen,First,Last,Status\nT-0,Zero,0000-01-01,0000-01-01,9999-12-31,Listed\nT-1,Future,9999-12-31,,,Listed\nT-2,Right,2026-02-03,2025-01-01,2026-02-03,Listed\n"
		base := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, rows) }))
		p.reads(base)
		mapping := func(issuer string) string {
			return "source: {id: any, name: Tools, issuer: " + issuer + "}\ncomplete: true\nid: Ref\nseen: {column: Seen}\ncolumns:\n  Title: name\n  First: standing.first\n  Last: standing.last\n  Status: {field: standing, values: {Listed: recognised}}\n"
		}
		set := func(id, issuer string) {
			in := runs.Source{Harvest: good.Harvest{Source: id, Kind: "table", Address: base + "/t.csv", Options: map[string]string{"mapping": mapping(issuer)}}, About: good.Source{Name: "Tools", Issuer: "Council"}}
			if _, err := p.Set(ctx, operator, in); err != nil {
				t.Fatal(err)
			}
		}
		set("tools", "Council")
		if r := p.read("tools"); r.End != good.RunWhole || r.New != 3 {
			t.Fatalf("%+v", r)
		}
		for id, want := range map[string]string{"T-0": "2026-11-23 2026-11-23 2026-11-23", "T-1": "2026-11-23 2026-11-23 2026-11-23", "T-2": "2026-02-03 2025-01-01 2026-02-03"} {
			rec, err := p.DB.Record(ctx, "tools", id)
			if err != nil || rec == nil || rec.Facts.Standing == nil {
				t.Errorf("%s: %+v %v", id, rec, err)
				continue
			}
			if got := fmt.Sprint(rec.Seen, " ", rec.Facts.Standing.First, " ", rec.Facts.Standing.Last); got != want {
				t.Errorf("%s: %s, want %s", id, got, want)
			}
		}
		set("liar", "Somebody Else")
		p.read("liar")
		rec, err := p.DB.Record(ctx, "liar", "T-2")
		if err != nil || rec == nil || rec.Facts.Standing != nil || rec.Facts.Name != "Right" {
			t.Errorf("in somebody else's name: %+v %v", rec, err)
		}
	})
}

// TestASourceThatLiesAboutItsTotal says that it has more than it gives.
func TestASourceThatLiesAboutItsTotal(t *testing.T) {
	both(t, func(t *testing.T, p *place) {
		total, goods, at := 3, []string{"1", "2", "3"}, 10
		base := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			var items []string
			for _, n := range goods {
				items = append(items, fmt.Sprintf(`{"id":"01JZX4T9W2QK8N5V3B7C6D0E0%s","name":"Good number %s","updated":"2026-11-01T10:00:00Z"}`, n, n))
			}
			at++
			fmt.Fprintf(w, `{"total":%d,"position":%d,"items":[%s]}`, total, at, strings.Join(items, ","))
		}))
		p.reads(base)
		p.source("other", base, func(s *runs.Source) { s.Kind = "stoa" })
		if r := p.read("other"); counts(r) != "whole 3/0/0/0/0" || r.Total != 3 {
			t.Fatalf("%+v", r)
		}
		goods = goods[:2]
		if r := p.read("other"); counts(r) != "whole 0/0/2/0/0" || r.Why != "harvest.why.total" {
			t.Errorf("it says three and gives two: %+v", r)
		}
		total = 2
		if r := p.read("other"); counts(r) != "whole 0/0/2/1/0" || r.Why != "" {
			t.Errorf("it says two and gives two: %+v", r)
		}
	})
}
