package web_test

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/follow"
	"stoa/internal/app/goods"
	"stoa/internal/app/imports"
	"stoa/internal/catalog"
	"stoa/internal/good"
	"stoa/internal/harvest"
	"stoa/internal/i18n"
	"stoa/internal/store"
	"stoa/internal/testkit"
	"stoa/internal/web"
)

// registryOf brings real snapshots of a registry into a database of its own.
func registryOf(t *testing.T, files ...string) *goods.App {
	t.Helper()
	ctx, now := context.Background(), func() time.Time { return when }
	db, err := store.Open(ctx, "sqlite:"+filepath.Join(t.TempDir(), "stoa.db"), store.Options{Now: now, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() }) // the directory goes with it
	if err := db.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		in, err := harvest.Open(file, "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := (&imports.App{DB: db, Now: now}).Import(ctx, good.Actor{Role: access.Importer}, in, imports.Options{}); err != nil {
			t.Fatal(err)
		}
	}
	live := &catalog.Live{}
	if err := (&follow.Follower{Store: db, Live: live, Log: slog.New(slog.DiscardHandler)}).Start(ctx); err != nil {
		t.Fatal(err)
	}
	return &goods.App{DB: db, Live: live}
}

// standIn is a contact of the real data, which must never be shown.
var standIn = regexp.MustCompile(`(?i)contact-[0-9a-f]{6,}@example\.org|\bContact [0-9a-f]{6}\b`)

func TestTheRealRegistryIsShownWholeAndLight(t *testing.T) {
	dir := filepath.Join(testkit.RealData(t), "dpga")
	app := registryOf(t, filepath.Join(dir, "registry-history", "dpgs-2025-06-27.json"), filepath.Join(dir, "registry-2026", "dpgs.json"))
	var site http.Handler
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { site.ServeHTTP(w, r) }))
	t.Cleanup(srv.Close)
	var err error
	if site, err = web.New(web.Config{Goods: app, Registry: app, BaseURL: srv.URL, Version: "real"}); err != nil {
		t.Fatal(err)
	}
	heaviest, most, shown := "", 0, 0
	languages := i18n.All()
	for offset := 0; ; offset += good.MaxLimit {
		res, err := app.Search(t.Context(), good.Query{Sort: good.ByName, Offset: offset, Limit: good.MaxLimit, EveryStage: true})
		if err != nil {
			t.Fatal(err)
		}
		if len(res.Cards) == 0 {
			break
		}
		for i, c := range res.Cards {
			path := prefixes[languages[i%len(languages)].Code] + "/goods/" + c.Slug
			w := get(t, site, path)
			if w.Code != 200 {
				t.Errorf("%s: status %d", path, w.Code)
				continue
			}
			whole(t, parse(t, w))
			if m := standIn.FindString(w.Body.String()); m != "" {
				t.Errorf("%s shows a contact: %s", path, m)
			}
			if n := get(t, site, path, "Accept-Encoding", "gzip").Body.Len(); n > most {
				heaviest, most = path, n
			}
			shown++
		}
	}
	if shown < 220 {
		t.Errorf("%d goods are shown", shown)
	}
	weigh(t, srv.URL+"/goods", listBytes)
	weigh(t, srv.URL+"/ar/goods", listBytes)
	weigh(t, srv.URL+heaviest, goodBytes)
}
