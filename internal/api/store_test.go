package api

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/follow"
	"stoa/internal/app/goods"
	"stoa/internal/catalog"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

var operator = good.Actor{Role: access.Operator}

// instance is the API over a real database, as cmd wires it.
type instance struct {
	app *goods.App
	http.Handler
}

// newInstance fills a database with n goods and serves it.
func newInstance(t testing.TB, url string, n int) *instance {
	t.Helper()
	ctx := t.Context()
	db, err := store.Open(ctx, url, store.Options{Now: time.Now, Rand: rand.Reader, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	_, err = db.Do(ctx, good.Actor{Role: "importer"}, func(ctx context.Context, tx *store.Tx) error {
		s := good.Source{ID: "example", Name: "Example registry", Issuer: "Example", Priority: 10}
		tx.Append(good.SourceDeclared, nil, store.NamedValue{Name: "source", Value: s})
		if err := tx.PutSource(ctx, s); err != nil {
			return err
		}
		for i := range n {
			if err := enter(ctx, tx, i, s); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	live := &catalog.Live{}
	f := &follow.Follower{Store: db, Live: live, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	if err := f.Start(ctx); err != nil {
		t.Fatal(err)
	}
	app := &goods.App{DB: db, Live: live, CatchUp: f.CatchUp}
	h, err := New(Config{Goods: app, Registry: app, BaseURL: base, Version: "v1"})
	if err != nil {
		t.Fatal(err)
	}
	return &instance{app, h}
}

// enter writes the i-th good, as large as real ones are.
func enter(ctx context.Context, tx *store.Tx, i int, s good.Source) error {
	r := good.Record{Source: s.ID, ForeignID: fmt.Sprint(10_000 + i), Good: tx.NewID(), Seen: "2026-07-10", Facts: good.Facts{
		Name: fmt.Sprintf("Register %03d", i), Kinds: []good.Kind{good.Kinds[i%5]}, Website: fmt.Sprintf("https://register-%d.example", i),
		Summary:      good.Text{"en": strings.Repeat("Records of births and deaths for ministries of health. ", 6)},
		Repositories: []good.Link{{URL: fmt.Sprintf("https://code.example/register/%d", i)}},
		Licences:     []good.Licence{{SPDX: "MIT", URL: "https://code.example/LICENSE"}},
		Goals:        []good.Goal{{SDG: 3, Relevance: strings.Repeat("Health is counted. ", 10)}, {SDG: i%17 + 1}},
		Languages:    []string{"en", "fr"}, DevelopedIn: []string{"KE"}, Sectors: []string{"health"},
		Parties:     []good.Party{{Name: "Ministry of Health", Role: good.Owner}},
		Deployments: []good.Deployment{{Country: "BD"}, {Country: "NE"}, {Country: "KE"}},
		Identifiers: map[string]string{"dpgid": fmt.Sprintf("GID%07d", i)},
		Cite:        map[good.Field]string{"": "https://registry.example/" + fmt.Sprint(i)},
		Standing:    &good.Standing{State: good.Recognised, Issuer: s.Issuer, Last: "2026-07-10"},
		Answers:     []good.Answer{{Indicator: "4", Question: "platform-independent", Text: strings.Repeat("It runs anywhere. ", 20)}, {Indicator: "7", Question: "privacy", Text: strings.Repeat("Data stay at home. ", 20)}},
	}}
	g := good.Merge([]good.Record{r}, map[string]good.Source{s.ID: s})
	g.ID, g.Slug = r.Good, fmt.Sprintf("register-%03d", i)
	tx.Append(good.GoodCreated, []good.ID{g.ID}, store.NamedValue{Name: "slug", Value: g.Slug})
	tx.Append(good.RecordStated, []good.ID{g.ID}, store.NamedValue{Name: "record", Value: r})
	if err := tx.PutGood(ctx, &g); err != nil {
		return err
	}
	if err := tx.AddIdentifier(ctx, g.ID, s.ID, r.ForeignID); err != nil {
		return err
	}
	return tx.PutRecord(ctx, r)
}

// TestTheAPIOnARealDatabase tells the story of a good through the API, on both
// engines: found, read, renamed, merged, removed, restored.
func TestTheAPIOnARealDatabase(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		in := newInstance(t, url, 30)
		ctx := t.Context()
		if got := len(walk(t, in, "/api/v1/goods?limit=7&kind=software&kind=data&facets=all", nil)); got != 12 {
			t.Errorf("%d goods of two kinds, want 12", got)
		}
		list := decode[GoodList](t, get(in, "/api/v1/goods?q=register+007"))
		if len(list.Items) == 0 || list.Items[0].Slug != "register-007" || list.Items[0].DeployedIn != 3 || list.Items[0].Owner != "Ministry of Health" {
			t.Errorf("found %+v", list.Items)
		}
		w := get(in, "/api/v1/goods/register-007")
		g, etag := decode[Good](t, w), w.Header().Get("Etag")
		if g.Stage != "recognised" || g.Provenance["website"].URL != "https://registry.example/7" || len(g.Answers) != 2 || g.Version != 1 {
			t.Errorf("read %+v", g)
		}
		if w := ask1(in, "GET", "/api/v1/goods/10007", nil, ""); w.Code != 308 || w.Header().Get("Location") != g.URL {
			t.Errorf("by foreign id: %d %s", w.Code, w.Header().Get("Location"))
		}
		if w := get(in, "/api/v1/goods/"+g.ID); w.Code != 200 {
			t.Errorf("by id: %d", w.Code)
		}
		if _, _, err := in.app.Rename(ctx, operator, "register-007", "bond", "its own name"); err != nil {
			t.Fatal(err)
		}
		if w := get(in, "/api/v1/goods/register-007"); w.Code != 308 || w.Header().Get("Location") != base+"/api/v1/goods/bond" {
			t.Errorf("at the old slug: %d %s", w.Code, w.Header().Get("Location"))
		}
		if w := ask1(in, "GET", "/api/v1/goods/bond", headers{"If-None-Match": etag}, ""); w.Code != 200 {
			t.Errorf("a changed good with the old entity tag: %d", w.Code)
		}
		h := decode[History](t, get(in, "/api/v1/goods/bond/history"))
		if len(h.Entries) != 3 || h.Entries[0].Verb != "good.renamed" || h.Entries[0].Reason != "its own name" || h.Entries[1].Record == nil || h.Entries[2].Slug != "register-007" {
			t.Errorf("history %+v", h)
		}
		if _, _, err := in.app.Merge(ctx, operator, "register-008", "bond", "the same"); err != nil {
			t.Fatal(err)
		}
		if w := get(in, "/api/v1/goods/register-008"); w.Code != 308 || w.Header().Get("Location") != base+"/api/v1/goods/bond" {
			t.Errorf("a merged good: %d %s", w.Code, w.Header().Get("Location"))
		}
		if _, _, err := in.app.Remove(ctx, operator, "register-009", "asked for"); err != nil {
			t.Fatal(err)
		}
		w = get(in, "/api/v1/goods/register-009")
		if p := decode[Problem](t, w); w.Code != 410 || p.Tombstone == nil || p.Tombstone.Reason != "asked for" || p.Tombstone.By != "operator" {
			t.Errorf("a removed good: %d %+v", w.Code, p)
		}
		if all := decode[GoodList](t, get(in, "/api/v1/goods")); all.Total != 28 {
			t.Errorf("%d goods are left, want 28", all.Total)
		}
		if s := decode[SourceList](t, get(in, "/api/v1/sources")); len(s.Items) != 1 || s.Items[0].Issuer != "Example" {
			t.Errorf("sources %+v", s)
		}
		if s := decode[SuggestionList](t, get(in, "/api/v1/suggest?q=regis")); len(s.Items) == 0 {
			t.Error("no suggestion")
		}
		for _, hostile := range []string{"%00", "%ff", "'; DROP TABLE goods; --", "01JZX4T9W2QK8N5V3B7C6D9999"} {
			if w := get(in, "/api/v1/goods/"+strings.ReplaceAll(hostile, " ", "%20")); w.Code != 404 {
				t.Errorf("%q: %d", hostile, w.Code)
			}
		}
	})
}

// BenchmarkCatalogueAPI is the uncached API on SQLite: nothing between the
// handler and the database.
func BenchmarkCatalogueAPI(b *testing.B) {
	in := newInstance(b, "sqlite:"+filepath.Join(b.TempDir(), "stoa.db"), 220)
	for _, target := range []string{"goods?limit=25", "goods?limit=25&facets=all&q=births&kind=software", "goods?limit=25&view=full", "goods/register-007", "goods/register-007/history", "suggest?q=regis"} {
		b.Run(target, func(b *testing.B) {
			r := httptest.NewRequest("GET", "/api/v1/"+target, nil)
			b.ReportAllocs()
			for b.Loop() {
				w := &status{h: http.Header{}}
				if in.ServeHTTP(w, r); w.code != 200 {
					b.Fatal(w.code)
				}
			}
		})
	}
}
