package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"html"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/imports"
	"stoa/internal/good"
	"stoa/internal/harvest"
	"stoa/internal/need"
	"stoa/internal/store"
	"stoa/internal/support"
	"stoa/internal/testkit"
)

// traps are what people write that a spreadsheet would run, or take for the
// end of a cell or of a row.
var traps = []string{`=cmd|' /C calc'!A0`, `+41 are trained`, `-2+3`, `@SUM(1+1)`, `He said "yes", and left`, "First line\n=2+2", `'=1+1 in words`}

// table is a table as a spreadsheet reads it: its rows by the names of columns,
// in the words of who wrote them. It fails the test where a cell would be run.
func (i *instance) table(t *testing.T, path string) []map[string]string {
	t.Helper()
	w := i.ask("GET", path, "", "", "")
	if w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/csv") {
		t.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	rows, err := csv.NewReader(w.Body).ReadAll()
	if err != nil || len(rows) == 0 {
		t.Fatalf("%s: %v", path, err)
	}
	var out []map[string]string
	for _, row := range rows[1:] {
		cells := map[string]string{}
		for n, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				t.Errorf("%s: a spreadsheet runs %q", path, cell)
			}
			if len(cell) > 1 && cell[0] == '\'' && strings.ContainsRune("=+-@", rune(cell[1])) && !slices.Contains(traps, cell) {
				cell = cell[1:]
			}
			cells[rows[0][n]] = cell
		}
		if len(cells) != len(rows[0]) {
			t.Errorf("%s: two columns have one name: %q", path, rows[0])
		}
		out = append(out, cells)
	}
	return out
}

// lines are what a program reads of a list, an object each line.
func (i *instance) lines(t *testing.T, path string) []map[string]any {
	t.Helper()
	w := i.ask("GET", path, "", "", "")
	if w.Code != 200 || w.Header().Get("Content-Type") != "application/x-ndjson" {
		t.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	var out []map[string]any
	for in := json.NewDecoder(w.Body); ; {
		var v map[string]any
		err := in.Decode(&v)
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		out = append(out, v)
	}
}

// shown is a page as it is read, without its marks.
func (i *instance) shown(t *testing.T, path string) string {
	t.Helper()
	w := i.ask("GET", path, "", "", "")
	if w.Code != 200 {
		t.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	return html.UnescapeString(w.Body.String())
}

// TestWhatIsTakenAwayIsWhatPagesShow reads the lists of help as a spreadsheet
// and as a program, and holds them against the pages: the same things, in the
// same words, nothing that a spreadsheet runs, nothing that is not public.
func TestWhatIsTakenAwayIsWhatPagesShow(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		i := newInstanceOn(t, &ServeCmd{}, "http://stoa.example", url)
		i.helps(t)
		for _, list := range []struct{ name, page, says, link string }{
			{"offers", "/support", "title", "/support/offers/"},
			{"offers", "/support?kind=hosting", "title", "/support/offers/"},
			{"requests", "/support", "title", "/support/requests/"},
			{"requests", "/support?country=KE", "title", "/support/requests/"},
			{"agreements", "/support/agreements", "organisation", "/support/agreements/"},
			{"agreements", "/support/agreements?kind=hosting", "organisation", "/support/agreements/"},
			{"organisations", "/support/organisations", "organisation", "/support/organisations/"},
		} {
			_, query, _ := strings.Cut(list.page, "?")
			rows, lines, text := i.table(t, "/support/"+list.name+".csv?"+query), i.lines(t, "/support/"+list.name+".ndjson?"+query), i.shown(t, list.page)
			key := "id"
			if list.name == "organisations" {
				key = "slug"
			}
			listed, told := map[string]bool{}, map[string]bool{}
			for _, row := range rows {
				if !strings.Contains(text, row[list.says]) || !strings.Contains(text, list.link+row[key]) {
					t.Errorf("%s does not show %v", list.page, row)
				}
				listed[row[key]] = true
			}
			for _, v := range lines {
				id, _ := v[key].(string)
				told[id] = true
				at := slices.IndexFunc(rows, func(row map[string]string) bool { return row[key] == id })
				if at < 0 {
					t.Fatalf("%s.ndjson tells of %s, the table does not", list.name, id)
				}
				for _, name := range []string{"title", "text", "organisation", "state", "kind", "link", "country"} {
					if said, ok := v[name].(string); ok && said != rows[at][name] {
						t.Errorf("%s of %s: %q in a line, %q in the table", name, id, said, rows[at][name])
					}
				}
			}
			links := map[string]bool{}
			for _, m := range regexp.MustCompile(regexp.QuoteMeta(list.link)+`([0-9A-Z]{26}|sum)"`).FindAllStringSubmatch(text, -1) {
				links[m[1]] = true
			}
			if len(rows) == 0 || !maps.Equal(listed, told) || !maps.Equal(listed, links) {
				t.Errorf("%s of %s: %d in the table, %d in lines, %d on the page", list.name, list.page, len(listed), len(told), len(links))
			}
			if all := strings.Join(append(slices.Collect(maps.Keys(links)), text), " "); strings.Contains(all, "Nobody reads this") {
				t.Errorf("%s shows what is not public", list.page)
			}
		}
		if rows := i.table(t, "/support/organisations.csv"); len(rows) != 2 || rows[0]["number"] != "43700000" || rows[1]["country"] != "UG" || rows[0]["source"] != "https://safari.example/annual" {
			t.Errorf("%v", rows)
		}
		for _, row := range i.table(t, "/support/offers.csv?kind=channel") {
			if row["channel_code"] != "*123#" || row["zero_domains"] != "" {
				t.Errorf("%v", row)
			}
		}
	})
}

// helps has an organisation offer help in words that are traps, people ask for
// some, one of them not in public, and the organisation tell of agreements.
func (i *instance) helps(t *testing.T) {
	t.Helper()
	_, err := i.db.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		body := good.Body{ID: tx.NewID(), Slug: "sum", Name: "=SUM(A1:A9)", Created: i.now}
		if err := tx.AddBody(ctx, body); err != nil {
			return err
		}
		for n, trap := range traps {
			o := &support.Offer{ID: tx.NewID(), Body: body.ID, Organisation: body.Name, State: support.Open, Opened: i.now, Terms: support.Terms{Title: trap, Text: traps[len(traps)-1-n], Kinds: []string{"channel"}, Countries: []string{"KE"}, Details: map[string]string{"channel_code": "*123#"}}}
			q := &support.Request{ID: tx.NewID(), Public: true, State: support.Open, Opened: i.now, Ask: support.Ask{Title: trap, Text: traps[len(traps)-1-n], Kind: "training", Country: []string{"KE", "UG"}[n%2]}}
			g := &support.Agreement{ID: tx.NewID(), Body: body.ID, Organisation: body.Name, State: support.Claimed, Opened: i.now, Stated: i.now, Deal: support.Deal{Good: tx.NewID(), Kind: "hosting", Text: trap, Since: "2026", Link: "https://safari.example/deal"}}
			if n == 1 {
				o.Kinds, o.Details, q.Title, q.Public, g.Kind = []string{"hosting"}, nil, "Nobody reads this", false, "training"
			}
			if err := tx.PutOffer(ctx, o); err != nil {
				return err
			}
			if err := tx.PutRequest(ctx, q); err != nil {
				return err
			}
			if err := tx.PutAgreement(ctx, g); err != nil {
				return err
			}
		}
		return tx.PutReach(ctx, &support.Reach{Body: body.ID, Organisation: body.Name, Changed: i.now, Spans: []support.Span{
			{Country: "KE", Number: 43_700_000, Unit: "subscribers", Date: "2026-01", Source: "https://safari.example/annual"}, {Country: "UG", Number: 5, Unit: "subscribers", Date: "2026", Source: "https://safari.example/annual"}}})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestABriefSaysTheSameInEveryForm reads the goods of a need from its page, from
// the file and the text document of its brief, and from its table.
func TestABriefSaysTheSameInEveryForm(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		i := newInstanceOn(t, &ServeCmd{}, "http://stoa.example", url)
		for n, name := range []string{"=Open Births", `+Village "Register"`, "Births, deaths and names"} {
			i.knows(t, "g"+strconv.Itoa(n), name)
		}
		rec := &need.Record{Title: "=1+1", Ask: need.Ask{Problem: "Births are written on paper in villages without a network.", Lang: "en"}, Visibility: need.Public, Created: i.now, Changed: i.now}
		second, _, err := i.db.GoodBySlug(t.Context(), "village-register")
		if err != nil {
			t.Fatal(err)
		}
		nadia := i.someone("nadia").Person
		if _, err := i.db.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
			rec.ID, rec.Shortlist = tx.NewID(), []good.ID{second.ID}
			return tx.PutNeed(ctx, rec, nadia)
		}); err != nil {
			t.Fatal(err)
		}
		at := "/needs/" + string(rec.ID)
		rows := i.table(t, at+"/brief.csv")
		if len(rows) != 3 || rows[0]["good"] != second.Slug || rows[0]["shortlisted"] != "yes" || rows[1]["shortlisted"] != "" || rows[1]["reasons"] == "" {
			t.Fatalf("%v", rows)
		}
		forms := map[string]string{"page": i.shown(t, at), "brief": i.shown(t, at+"/brief"), "file": i.shown(t, at+"/brief.html"), "document": i.document(t, at+"/brief.odt")}
		for form, text := range forms {
			last := 0
			for _, row := range rows {
				at := strings.Index(text, row["name"])
				if at < 0 || form != "page" && at < last {
					t.Errorf("%s has %q at %d, behind %d", form, row["name"], at, last)
				}
				last = max(last, at)
				for _, why := range strings.Split(row["reasons"]+"; "+row["missing"], "; ") {
					if !strings.Contains(text, why) {
						t.Errorf("%s does not say %q of %s", form, why, row["name"])
					}
				}
			}
		}
		if strings.Contains(forms["file"], "<script") {
			t.Error("the file runs something")
		}
		if rows := i.table(t, "/needs.csv"); len(rows) != 1 || rows[0]["title"] != rec.Title || !strings.Contains(i.shown(t, "/needs"), rec.Title) || len(i.lines(t, "/needs.ndjson")) != 1 {
			t.Errorf("%v", rows)
		}
	})
}

// knows has the instance read of a good in a file.
func (i *instance) knows(t *testing.T, id, name string) {
	t.Helper()
	doc, err := json.Marshal(map[string]any{"foreign_id": id, "seen": "2026-01-01", "facts": map[string]any{"name": name, "kinds": []string{"software"}, "licences": []any{map[string]string{"spdx": "MPL-2.0"}}, "summary": map[string]string{"en": "Registers births and deaths in villages, offline on phones."}}})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), id+".json")
	if err := os.WriteFile(file, doc, 0o600); err != nil {
		t.Fatal(err)
	}
	in, err := harvest.Open(file, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (&imports.App{DB: i.db, Now: time.Now, CatchUp: i.assessed.CatchUp}).Import(t.Context(), good.Actor{Role: access.Importer}, in, imports.Options{}); err != nil {
		t.Fatal(err)
	}
}

// document is the text of a text document.
func (i *instance) document(t *testing.T, path string) string {
	t.Helper()
	w := i.ask("GET", path, "", "", "")
	z, err := zip.NewReader(bytes.NewReader(w.Body.Bytes()), int64(w.Body.Len()))
	if err != nil {
		t.Fatalf("%s: %d %v", path, w.Code, err)
	}
	f, err := z.Open("content.xml")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return html.UnescapeString(string(b))
}
