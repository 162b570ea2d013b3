package files_test

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"
	_ "modernc.org/sqlite" // opens the dumped database as a reader would

	"stoa/internal/app/dumps"
	"stoa/internal/app/follow"
	"stoa/internal/app/goods"
	"stoa/internal/catalog"
	"stoa/internal/files"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
	"stoa/internal/vocab"
)

var operator = good.Actor{Role: "operator"}

type house struct {
	app *goods.App
	url string
}

// open serves the files of n goods from a real database.
func open(t *testing.T, url string, n int) house {
	t.Helper()
	ctx := t.Context()
	db, err := store.Open(ctx, url, store.Options{Now: time.Now, Rand: rand.Reader, Log: slog.Default()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	_, err = db.Do(ctx, operator, func(ctx context.Context, tx *store.Tx) error {
		src := good.Source{ID: "src", Name: "Source", Priority: 1}
		tx.Append(good.SourceDeclared, nil, store.NamedValue{Name: "source", Value: src})
		if err := tx.PutSource(ctx, src); err != nil {
			return err
		}
		for i := range n {
			g := &good.Good{ID: tx.NewID(), Slug: fmt.Sprintf("good-%03d", i)}
			rec := good.Record{Source: "src", ForeignID: g.Slug, Good: g.ID, Seen: "2026-07-10", Facts: good.Facts{Name: fmt.Sprintf("Good %03d", i),
				Summary: good.Text{"en": "Counts & checks <b>things</b>", "fr": "Compte"}, Kinds: []good.Kind{good.Software}, Licences: []good.Licence{{SPDX: "MIT"}},
				Goals: []good.Goal{{SDG: 1 + i%17}}, Deployments: []good.Deployment{{Country: "KE"}}}}
			*g = g.Restate([]good.Record{rec}, map[string]good.Source{"src": src})
			tx.Append(good.GoodCreated, []good.ID{g.ID}, store.NamedValue{Name: "slug", Value: g.Slug})
			tx.Append(good.RecordStated, []good.ID{g.ID}, store.NamedValue{Name: "record", Value: rec})
			if err := tx.PutGood(ctx, g); err != nil {
				return err
			}
			if err := tx.PutRecord(ctx, rec); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	live := &catalog.Live{}
	f := &follow.Follower{Store: db, Live: live, Log: slog.Default()}
	if err := f.Start(ctx); err != nil {
		t.Fatal(err)
	}
	h := house{app: &goods.App{DB: db, Live: live, CatchUp: f.CatchUp}}
	server := httptest.NewUnstartedServer(nil)
	base := "http://" + server.Listener.Addr().String()
	server.Config.Handler = files.New(files.Config{Goods: h.app, Walk: h.app, Dumps: &dumps.App{DB: db, Dir: t.TempDir(), Base: base}, BaseURL: base, Version: "test", Log: slog.Default(),
		Deny: func(w http.ResponseWriter, _ *http.Request, status int, e *good.Error) { http.Error(w, e.Key, status) }})(http.NotFoundHandler())
	server.Start()
	t.Cleanup(server.Close)
	h.url = server.URL
	return h
}

func (h house) get(t *testing.T, path string, want int, header ...string) (string, http.Header) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != want {
		t.Fatalf("%s: %s, want %d (%v)\n%.300s", path, res.Status, want, err, body)
	}
	return string(body), res.Header
}

func TestASearchIsTakenAwayWholeInEveryFormat(t *testing.T) {
	h := open(t, "sqlite:"+t.TempDir()+"/stoa.db", 250)
	rows, err := csv.NewReader(strings.NewReader(first(h.get(t, "/goods.csv?kind=software", 200)))).ReadAll()
	if err != nil || len(rows) != 251 {
		t.Errorf("CSV: %d rows, %v", len(rows), err)
	}
	if n := strings.Count(first(h.get(t, "/goods.ndjson", 200)), "\n"); n != 250 {
		t.Errorf("NDJSON: %d lines", n)
	}
	var list []good.Good
	if err := json.Unmarshal([]byte(first(h.get(t, "/goods.json?sdg=3", 200))), &list); err != nil || len(list) != 15 {
		t.Errorf("JSON: %d goods, %v", len(list), err)
	}
	var graph struct {
		Graph []map[string]any `json:"@graph"`
	}
	if err := json.Unmarshal([]byte(first(h.get(t, "/goods.jsonld", 200))), &graph); err != nil || len(graph.Graph) != 250 {
		t.Errorf("JSON-LD: %d goods, %v", len(graph.Graph), err)
	}
	if n := strings.Count(first(h.get(t, "/goods.bib?sdg=3", 200)), "@software{"); n != 15 {
		t.Errorf("BibTeX: %d entries", n)
	}
	var metas []map[string]any
	if err := json.Unmarshal([]byte(first(h.get(t, "/goods.codemeta.json?sdg=3", 200))), &metas); err != nil || len(metas) != 15 {
		t.Errorf("CodeMeta: %d, %v", len(metas), err)
	}
	var cff struct {
		Title      string           `yaml:"title"`
		Authors    []map[string]any `yaml:"authors"`
		References []map[string]any `yaml:"references"`
	}
	if err := yaml.Unmarshal([]byte(first(h.get(t, "/goods.cff?sdg=3", 200))), &cff); err != nil || len(cff.References) != 15 || cff.Title == "" || len(cff.Authors) != 1 {
		t.Errorf("CITATION.cff: %+v, %v", cff, err)
	}
	for path, n := range map[string]int{"/code.json": 250, "/goods.code.json?sdg=3": 15, "/goods.code.json?q=zzzzqqqq": 0} {
		var inventory struct {
			Version  string
			Releases []struct {
				Name, RepositoryURL string
				Permissions         struct{ UsageType string }
			}
		}
		body, header := h.get(t, path, 200)
		if err := json.Unmarshal([]byte(body), &inventory); err != nil || len(inventory.Releases) != n || inventory.Version != "2.0.0" || !strings.Contains(header.Get("Stoa-Omitted"), "stage") {
			t.Errorf("%s: %d releases, %v, %v", path, len(inventory.Releases), header, err)
		}
	}
	if n := strings.Count(first(h.get(t, "/goods.publiccode.yml?sdg=3", 200)), "publiccodeYmlVersion"); n != 15 {
		t.Errorf("publiccode.yml: %d documents", n)
	}
	var feed struct {
		Title   string    `xml:"title"`
		Updated time.Time `xml:"updated"`
		Entries []struct {
			Summary string `xml:"summary"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal([]byte(first(h.get(t, "/goods.atom?q=good&lang=fr", 200))), &feed); err != nil || len(feed.Entries) != 100 || feed.Entries[0].Summary != "Compte" {
		t.Errorf("Atom: %d entries, %v", len(feed.Entries), err)
	}
	if err := xml.Unmarshal([]byte(first(h.get(t, "/goods.atom?q=zzzzqqqq", 200))), &feed); err != nil || feed.Title == "" || feed.Updated.Year() < 2020 {
		t.Errorf("a feed without results is of %v: %v", feed.Updated, err)
	}
	for _, bad := range []string{"/goods.csv?colour=red", "/goods.atom?sort=best", "/goods.json?q=" + strings.Repeat("a", 301)} {
		h.get(t, bad, 400)
	}
	h.get(t, "/goods.exe", 404)
}

func first(s string, _ http.Header) string { return s }

func TestAGoodIsTakenAwayInEveryFormat(t *testing.T) {
	h := open(t, "sqlite:"+t.TempDir()+"/stoa.db", 3)
	for ext, want := range map[string]string{"json": `"slug":"good-001"`, "jsonld": `"@type":"SoftwareApplication"`, "codemeta.json": "SoftwareSourceCode", "cff": "cff-version: 1.2.0",
		"bib": "@software{good-001,", "ndjson": "good-001", "csv": "id,slug,name", "publiccode.yml": "publiccodeYmlVersion", "code.json": `"releases":[{"name"`} {
		body, header := h.get(t, "/goods/good-001."+ext, 200)
		if !strings.Contains(body, want) || header.Get("Content-Type") == "" || header.Get("Etag") == "" {
			t.Errorf("%s: %v\n%.200s", ext, header, body)
		}
		if whole := ext == "json" || ext == "ndjson"; whole != (header.Get("Stoa-Omitted") == "") || !strings.Contains(header.Get("Link"), `/goods/good-001>; rel="describes"`) {
			t.Errorf("%s: %v", ext, header)
		}
		h.get(t, "/goods/good-001."+ext, 304, "If-None-Match", header.Get("Etag"))
	}
	if _, _, err := h.app.Rename(t.Context(), operator, "good-001", "better-name", "clearer"); err != nil {
		t.Fatal(err)
	}
	if _, header := h.get(t, "/goods/good-001.bib", 301); header.Get("Location") != "/goods/better-name.bib" {
		t.Error(header)
	}
	if _, _, err := h.app.Remove(t.Context(), operator, "good-002", "harmful"); err != nil {
		t.Fatal(err)
	}
	h.get(t, "/goods/good-002.json", 410)
	h.get(t, "/goods/none.json", 404)
	h.get(t, "/goods/good-000", 404) // the page is another's
}

func TestADumpIsTheWholeRegistryAndItsChecksums(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url, 20)
		if _, _, err := h.app.Remove(t.Context(), operator, "good-007", "harmful"); err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		sums := map[string]string{}
		for line := range strings.Lines(first(h.get(t, "/dumps/SHA256SUMS", 200))) {
			sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
			sums[name] = sum
		}
		if len(sums) != len(dumps.Files)-1 {
			t.Fatal(sums)
		}
		for name, want := range sums {
			body, _ := h.get(t, "/dumps/"+name, 200)
			if got := sha256.Sum256([]byte(body)); hex.EncodeToString(got[:]) != want {
				t.Errorf("%s is not what its checksum says", name)
			}
			if err := os.WriteFile(filepath.Join(dir, name), []byte(body), 0o600); err != nil {
				t.Fatal(err)
			}
			if part, _ := h.get(t, "/dumps/"+name, 206, "Range", "bytes=0-9"); part != body[:10] {
				t.Errorf("%s: a broken download cannot go on", name)
			}
		}
		db, err := sql.Open("sqlite", filepath.Join(dir, dumps.Database))
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		for query, want := range map[string]int{"SELECT count(*) FROM goods": 19, "SELECT count(*) FROM records": 19, "SELECT count(*) FROM deployments WHERE country = 'KE'": 19, "SELECT count(*) FROM sources": 1,
			"SELECT count(*) FROM goods WHERE slug = 'good-007'": 0} {
			var n int
			if err := db.QueryRowContext(t.Context(), query).Scan(&n); err != nil || n != want {
				t.Errorf("%s: %d, want %d (%v)", query, n, want, err)
			}
		}
		for line := range strings.Lines(readFile(t, filepath.Join(dir, dumps.Goods))) {
			var g good.Good
			if err := json.Unmarshal([]byte(line), &g); err != nil {
				t.Fatal(err)
			}
			held, err := h.app.Good(t.Context(), g.Slug)
			if diff := cmp.Diff(held, &g); err != nil || diff != "" {
				t.Fatal(err, diff)
			}
		}
		var index struct {
			Position int64 `json:"journal_position"`
			Files    []struct{ Name string }
		}
		if err := json.Unmarshal([]byte(first(h.get(t, "/dumps/", 200))), &index); err != nil || len(index.Files) != len(dumps.Files) || index.Position != h.app.Position() {
			t.Error(index, err)
		}
		h.get(t, "/dumps/log.key", 404)
		h.get(t, "/dumps/..%2f..%2fetc%2fpasswd", 404)
	})
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestSearchEnginesFindEveryGoodInEveryLanguage(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url, 4500)
		var index struct {
			Maps []struct {
				Loc string `xml:"loc"`
			} `xml:"sitemap"`
		}
		if err := xml.Unmarshal([]byte(first(h.get(t, "/sitemap.xml", 200))), &index); err != nil || len(index.Maps) != 3 {
			t.Fatal(index, err)
		}
		seen := map[string]bool{}
		for _, m := range index.Maps {
			var set struct {
				URLs []struct {
					Loc string `xml:"loc"`
				} `xml:"url"`
			}
			body, _ := h.get(t, strings.TrimPrefix(m.Loc, h.url), 200)
			if err := xml.Unmarshal([]byte(body), &set); err != nil || len(set.URLs) > 50_000 || len(body) > 50<<20 {
				t.Fatal(len(set.URLs), len(body), err)
			}
			for _, u := range set.URLs {
				seen[strings.TrimPrefix(u.Loc, h.url)] = true
			}
		}
		if len(seen) != 6*(4500+10+17+len(good.Kinds)+len(vocab.Countries())) || !seen["/zh/countries/KE"] || !seen["/sdgs/17"] || !seen["/goods/good-4499"] || !seen["/ar/goods/good-000"] || !seen["/"] {
			t.Errorf("%d addresses", len(seen))
		}
		h.get(t, "/sitemaps/none.xml", 404)
		if body, _ := h.get(t, "/opensearch.xml?lang=fr", 200); !strings.Contains(body, `template="`+h.url+`/fr/goods?q={searchTerms}"`) {
			t.Error(body)
		}
		if body, _ := h.get(t, "/robots.txt", 200); !strings.Contains(body, "Sitemap: "+h.url+"/sitemap.xml") {
			t.Error(body)
		}
	})
}
