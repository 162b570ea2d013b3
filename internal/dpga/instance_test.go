package dpga_test

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stoa/internal/access"
	"stoa/internal/api"
	"stoa/internal/app/follow"
	"stoa/internal/app/goods"
	"stoa/internal/app/imports"
	"stoa/internal/catalog"
	"stoa/internal/dpga"
	"stoa/internal/good"
	"stoa/internal/harvest"
	"stoa/internal/store"
)

const base = "https://stoa.example"

var operator = good.Actor{Role: access.Operator}

// instance is the faces over a real database, as cmd wires them.
type instance struct {
	t    testing.TB
	db   *store.DB
	app  *goods.App
	face http.Handler
}

func newInstance(t testing.TB) *instance {
	t.Helper()
	ctx := context.Background()
	db, err := store.Open(ctx, "sqlite:"+filepath.Join(t.TempDir(), "stoa.db"), store.Options{Now: time.Now, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	live := &catalog.Live{}
	f := &follow.Follower{Store: db, Live: live, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	if err := f.Start(ctx); err != nil {
		t.Fatal(err)
	}
	app := &goods.App{DB: db, Live: live, CatchUp: f.CatchUp}
	return &instance{t: t, db: db, app: app, face: dpga.New(dpga.Config{Goods: app, BaseURL: base, Version: "v1", Deny: api.Refuse(base)})}
}

// bring imports a body of the originals and makes the snapshot show it.
func (s *instance) bring(path string) {
	s.t.Helper()
	in, err := harvest.Open(path, "")
	if err != nil {
		s.t.Fatal(err)
	}
	importer := &imports.App{DB: s.db, Now: time.Now}
	if _, err := importer.Import(context.Background(), operator, in, imports.Options{}); err != nil {
		s.t.Fatal(err)
	}
	s.catchUp()
}

func (s *instance) catchUp() {
	s.t.Helper()
	if err := s.app.CatchUp(context.Background()); err != nil {
		s.t.Fatal(err)
	}
}

// ask sends a request; headers come in pairs.
func (s *instance) ask(method, path string, headers ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.face.ServeHTTP(w, r)
	return w
}

func (s *instance) get(path string) *httptest.ResponseRecorder {
	s.t.Helper()
	return s.ask(http.MethodGet, path)
}

// follow is get with at most one redirect, as clients do.
func (s *instance) follow(path string) *httptest.ResponseRecorder {
	s.t.Helper()
	w := s.get(path)
	if to, ok := strings.CutPrefix(w.Header().Get("Location"), base); ok {
		w = s.get(to)
	}
	return w
}

// candidates are the records of a body as the import reads them, by id.
func candidates(t testing.TB, path string) map[string]harvest.Candidate {
	t.Helper()
	in, err := harvest.Open(path, "")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]harvest.Candidate{}
	for c, err := range in.Each {
		if err != nil {
			t.Fatal(err)
		}
		out[c.ForeignID] = c
	}
	return out
}
