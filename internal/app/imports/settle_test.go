package imports_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"stoa/internal/app/imports"
	"stoa/internal/good"
	"stoa/internal/harvest"
	"stoa/internal/testkit"
)

// openCases lists the open cases.
func openCases(t testing.TB, app *imports.App) []good.OpenCase {
	t.Helper()
	list, err := app.OpenCases(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// cases are the open cases of one source by foreign id.
func cases(t testing.TB, app *imports.App) map[string]good.OpenCase {
	t.Helper()
	out := map[string]good.OpenCase{}
	for _, c := range openCases(t, app) {
		out[c.ForeignID] = c
	}
	return out
}

// odd is a listing of three records that need a person.
const odd = `[{"id":"1","name":"Well","stage":"DPG","website":"https://well.example.org","openlicenses":[{"openLicense":"Ours alone"},{"openLicense":"MIT"}]},
 {"id":"2","name":"TEST entry","stage":"DPG"},{"id":"3","name":"Pump Station","stage":"DPG","locations":{"deploymentCountries":["Atlantis","Kenya"]}},
 {"id":"4","name":"","stage":"DPG"}]`

func TestSettlingCases(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		app := open(t, url)
		bring(t, app, write(t, "dpgs-2025-01-01.json", listing([3]string{"9", "Pump", "pump"})), imports.Options{})
		path := write(t, "dpgs-2026-01-01.json", odd)
		if totals, _ := bring(t, app, path, imports.Options{}); totals.NeedsAPerson != 4 || totals.Changed != 0 {
			t.Fatalf("%+v", totals)
		}
		open := cases(t, app)
		settle := func(id string, s imports.Settlement, reason string) (string, error) {
			slug, _, err := app.Settle(ctx, operator, open[id].ID, s, reason)
			return slug, err
		}
		for name, err := range map[string]error{
			"no reason":       second(settle("1", imports.Settlement{AsNew: true}, "")),
			"nothing said":    second(settle("1", imports.Settlement{}, "r")),
			"two things said": second(settle("1", imports.Settlement{AsNew: true, Drop: true}, "r")),
			"no such good":    second(settle("1", imports.Settlement{Into: "nothing"}, "r")),
			"nameless as new": second(settle("4", imports.Settlement{AsNew: true}, "r")),
		} {
			var e *good.Error
			if !errors.As(err, &e) || (e.Kind != good.Invalid && e.Kind != good.NotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if slug, err := settle("1", imports.Settlement{AsNew: true}, "their licence is MIT"); err != nil || slug != "well" {
			t.Fatalf("%q, %v", slug, err)
		}
		if slug, err := settle("3", imports.Settlement{Into: "pump"}, "its new name"); err != nil || slug != "pump" {
			t.Fatalf("%q, %v", slug, err)
		}
		if _, err := settle("2", imports.Settlement{Drop: true}, "somebody tried the form"); err != nil {
			t.Fatal(err)
		}
		if _, err := settle("2", imports.Settlement{Drop: true}, "again"); good.KindOf(err) != good.Conflict {
			t.Errorf("settled twice: %v", err)
		}
		well, pump := bySlug(t, app, "well"), bySlug(t, app, "pump")
		if len(well.Licences) != 1 || well.Licences[0].SPDX != "MIT" || well.Stage != good.Recognised {
			t.Errorf("the settled good: %v %s", well.Licences, well.Stage)
		}
		if len(pump.Records) != 2 || len(pump.Deployments) != 1 || pump.Deployments[0].Country != "KE" {
			t.Errorf("the good it was settled into: %v %v", pump.Records, pump.Deployments)
		}
		history, err := app.DB.History(ctx, well.ID, 10)
		if err != nil || !strings.Contains(fmt.Sprintf("%s", history[0].Values), "their licence is MIT") {
			t.Errorf("the reason is not in the journal: %v, %v", history, err)
		}

		// The same again reopens nothing; other content does.
		before := position(t, app)
		if totals, _ := bring(t, app, path, imports.Options{}); totals.Changed != 0 || position(t, app) != before || len(cases(t, app)) != 1 {
			t.Errorf("%+v, journal %d and %d, cases %v", totals, before, position(t, app), cases(t, app))
		}
		bring(t, app, write(t, "dpgs-2026-01-01.json", strings.Replace(odd, "TEST entry", "TEST entry two", 1)), imports.Options{})
		if open := cases(t, app); len(open) != 2 || open["2"].Name != "TEST entry two" {
			t.Errorf("cases %v", open)
		}
		// Mended at the source, a case closes itself.
		bring(t, app, write(t, "dpgs-2026-01-01.json", strings.Replace(odd, "TEST entry", "Bucket", 1)), imports.Options{})
		if _, still := cases(t, app)["2"]; still || bySlug(t, app, "bucket").Stage != good.Recognised {
			t.Error("a mended record still needs a person")
		}
	})
}

func second(_ string, err error) error { return err }

// state is what the public can know, without ids, times and positions: they
// tell when something was learnt, not what.
func state(t testing.TB, app *imports.App) string {
	t.Helper()
	var goods []string
	for g, err := range app.DB.EachGood(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		if g.Tombstone != nil {
			continue
		}
		b, err := json.Marshal([]any{g.Facts, g.From, g.Records, g.Recognitions, g.Stage})
		if err != nil {
			t.Fatal(err)
		}
		goods = append(goods, string(b))
	}
	sources, err := app.DB.Sources(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sources {
		goods = append(goods, fmt.Sprintf("%+v", s))
	}
	for _, c := range openCases(t, app) {
		goods = append(goods, fmt.Sprintf("%s/%s %s %v", c.Source, c.ForeignID, c.Name, c.Reasons))
	}
	return sorted(goods)
}

// Whatever order the snapshots of a registry come in, the end is the same.
func TestSnapshotsCommute(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		days := []string{"2023-01-01", "2024-01-01", "2025-01-01", "2026-01-01"}
		var files []string
		for i, day := range days[:rapid.IntRange(2, 4).Draw(rt, "snapshots")] {
			var goods [][3]string
			for n := range 4 {
				if !rapid.Bool().Draw(rt, "listed") {
					continue
				}
				id := fmt.Sprint(n)
				if rapid.Bool().Draw(rt, "renewed") { // a renewal has a new id
					id = fmt.Sprint(10*(i+1) + n)
				}
				name := []string{"Well", "Pump", "Bucket", "Cistern"}[n]
				if rapid.IntRange(0, 3).Draw(rt, "renamed") == 0 {
					name = "New " + name
				}
				goods = append(goods, [3]string{id, name, []string{"well", "pump", "bucket", "cistern"}[n]})
			}
			if len(goods) == 0 {
				continue // an empty listing is refused
			}
			files = append(files, write(t, "dpgs-"+day+".json", listing(goods...)))
		}
		if len(files) < 2 {
			rt.Skip()
		}
		want := ""
		for _, order := range [][]string{files, rapid.Permutation(files).Draw(rt, "order")} {
			app := fresh(t)
			for _, f := range order {
				bring(t, app, f, imports.Options{})
			}
			got := state(t, app)
			if want == "" {
				want = got
			} else if got != want {
				rt.Fatalf("in the order %v it is\n%s\nand in order of time\n%s", order, got, want)
			}
		}
	})
}

// An import that is cut short and run again ends where one that was not ends.
func TestAnImportGoesOnWhereItStopped(t *testing.T) {
	var goods [][3]string
	for n := range 100 {
		goods = append(goods, [3]string{fmt.Sprint(n), fmt.Sprintf("Well %d", n), fmt.Sprintf("well-%d", n)})
	}
	path := write(t, "dpgs-2026-01-01.json", listing(goods...))
	whole := fresh(t)
	bring(t, whole, path, imports.Options{})
	want := state(t, whole)
	for stopAt := 1; stopAt < 80; stopAt += 13 {
		app := fresh(t)
		stopping, cancel := context.WithCancel(ctx)
		in, err := harvest.Open(path, "")
		if err != nil {
			t.Fatal(err)
		}
		totals, err := app.Import(stopping, operator, in, imports.Options{Progress: func(done int) {
			if done == stopAt {
				cancel()
			}
		}})
		cancel()
		if !errors.Is(err, context.Canceled) || totals.Records == 100 {
			t.Fatalf("it was not stopped at %d: %+v, %v", stopAt, totals, err)
		}
		if again, _ := bring(t, app, path, imports.Options{}); again.NewGoods+totals.NewGoods != 100 {
			t.Errorf("%d goods before, %d after", totals.NewGoods, again.NewGoods)
		}
		if got := state(t, app); got != want {
			t.Fatalf("stopped at %d it ended as\n%s\nnot\n%s", stopAt, got, want)
		}
	}
}

// Names, addresses and handles of people are in no public value, wherever they
// stood in what was read.
func TestPeopleStayPrivate(t *testing.T) {
	person, address := "Zinaida Quux-Obscure", "zinaida.quux@example.com"
	record := map[string]any{"id": "1", "name": "Well " + address, "stage": "DPG", "aliases": []string{person + " Well", "mailto:" + address},
		"description": "Led by " + person + " <" + address + ">, also @zinaidaquux.", "website": "https://well.example.org/?to=" + address,
		"documentation":  "Ask " + person + ": https://docs.example.org , mailto:" + address,
		"organizations":  []any{map[string]any{"name": "Well " + address, "website": "https://" + address, "org_type": "owner", "contact_name": person, "contact_email": address}},
		"repositories":   []any{map[string]any{"name": person, "url": "https://" + address + "/well , https://github.com/x/well"}},
		"clearOwnership": []any{map[string]any{"clearOwnershipName": "Wells, " + address, "clearOwnershipURL": address}},
		"sdgs":           map[string]any{"sdg": []string{"SDG6: Clean Water and Sanitation"}, "relevance": person},
		"openlicenses":   []any{map[string]any{"openLicense": "MIT", "openLicenseEvidenceURLs": "https://x.example.org/" + address}},
		"openStandards":  []string{"HTTPS", " ask " + address}, "bestPractices": []string{"We", " " + person},
		"privacy": []any{map[string]any{"privacyCompliance": address, "privacyComplianceURL": person}},
		"NonPII":  map[string]any{"nonPIIAccessMechanism": "&#122;inaida.quux@example.com"}}
	held := map[string]any{"id": "2", "name": "Pump", "stage": "DPG", "organizations": record["organizations"],
		"openlicenses": []any{map[string]any{"openLicense": "Ask " + address}}, "locations": map[string]any{"deploymentCountries": []string{"c/o " + person}}}
	list, err := json.Marshal([]any{record, held})
	if err != nil {
		t.Fatal(err)
	}
	app := fresh(t)
	_, report := bring(t, app, write(t, "dpgs-2026-01-01.json", string(list)), imports.Options{})
	public := map[string]string{"the report": report, "the state": state(t, app)}
	entries, err := app.DB.Entries(ctx, 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		for _, v := range e.Values {
			public["journal value "+v.Name] += string(v.Data)
		}
	}
	for where, text := range public {
		for _, secret := range []string{"Zinaida", "zinaida", "Quux-Obscure", "quux"} {
			if strings.Contains(text, secret) {
				i := strings.Index(text, secret)
				t.Errorf("%s holds %q: …%s…", where, secret, text[max(0, i-80):min(len(text), i+60)])
			}
		}
	}
	if len(bySlug(t, app, "well").Repositories) != 1 {
		t.Error("what is no personal data went with it")
	}
	var raw bytes.Buffer
	if c, err := app.DB.CaseFor(ctx, "dpga-v1", "2"); err != nil || c == nil {
		t.Errorf("the held record has no case: %v", err)
	} else {
		raw.Write(c.Raw)
		if b, _ := json.Marshal([]any{c.Facts, c.Reasons, c.Name}); bytes.Contains(b, []byte("inaida")) {
			t.Errorf("the case shows a person: %s", b)
		}
	}
	if !strings.Contains(raw.String(), address) {
		t.Error("the record as it came is lost to the operator")
	}
}

func sorted(lines []string) string {
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
