package main

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"stoa/internal/good"
	"stoa/internal/store"
)

// TestAGoodOfTheRegistryIsLookedAt looks at goods by the names under which a
// registry knows them, in the data directory and over another Stoa's API.
func TestAGoodOfTheRegistryIsLookedAt(t *testing.T) {
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/cards/wells.json" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"name":"wells","license":"Apache-2.0","version":"1.0.0"}`))
	}))
	defer site.Close()
	i := newInstance(t, &ServeCmd{}, "http://stoa.example")
	_, err := i.db.Do(t.Context(), good.Actor{Role: "operator"}, func(ctx context.Context, tx *store.Tx) error {
		for slug, website := range map[string]string{"well-book": site.URL + "/cards/wells.json", "placeless": ""} {
			g := &good.Good{ID: tx.NewID(), Slug: slug, Stage: good.Recognised}
			g.Name, g.Website, g.Kinds, g.Licences = strings.ToUpper(slug), website, []good.Kind{good.Data}, []good.Licence{{SPDX: "MIT"}}
			if err := tx.PutGood(ctx, g); err != nil {
				return err
			}
			if slug == "well-book" {
				if err := tx.AddIdentifier(ctx, g.ID, "dpga", "10142"); err != nil {
					return err
				}
			}
			tx.Append(good.GoodCreated, []good.ID{g.ID}, store.NamedValue{Name: "slug", Value: slug})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	registry := httptest.NewServer(i.handler)
	defer registry.Close()
	t.Chdir(t.TempDir())
	look := func(args ...string) (int, string) {
		var out, errs bytes.Buffer
		code := run(t.Context(), append([]string{"--data", i.dir, "check", "--allow-this-machine", "--fail-on", "none", "--format", "json"}, args...), &out, &errs)
		return code, out.String() + errs.String()
	}
	for _, args := range [][]string{{"well-book"}, {"10142"}, {"well-book", "--registry", registry.URL}} {
		code, said := look(args...)
		if code != 0 || !strings.Contains(said, "WELL-BOOK of the registry, at "+site.URL) || !strings.Contains(said, `"data"`) {
			t.Errorf("%v: %d %.600s", args, code, said)
		}
	}
	for _, args := range [][]string{{"wel-book"}, {"wel-book", "--registry", registry.URL}} {
		if code, said := look(args...); code == 0 || !strings.Contains(said, "no good of that name") || len(args) == 1 && !strings.Contains(said, "Alike: well-book") {
			t.Errorf("%v: %d %s", args, code, said)
		}
	}
	if code, said := look("placeless"); code == 0 || !strings.Contains(said, "neither a repository nor a website") {
		t.Errorf("%d %s", code, said)
	}
	if code, said := look("well-book", "--registry", site.URL); code == 0 || !strings.Contains(said, "no good of that name") && !strings.Contains(said, "did not answer as a Stoa") {
		t.Errorf("%d %s", code, said)
	}
	// A path that is there comes before a good of that name.
	if err := os.Mkdir("well-book", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("well-book/README.md", []byte("# Other\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if code, said := look("well-book"); code != 0 || strings.Contains(said, "of the registry") {
		t.Errorf("%d %.300s", code, said)
	}
	if code, said := look("./wel-book"); code != 2 || strings.Contains(said, "no good of that name") {
		t.Errorf("a path that is not there: %d %s", code, said)
	}
}
