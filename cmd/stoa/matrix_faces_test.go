package main

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"stoa/internal/access"
	"stoa/internal/softwareapi"
)

// TestEveryRouteOfTheFacesIsForThoseItSays asks the faces that have no pages: at
// /v1 everything there is, as everybody there can be with a token for crawlers
// and with one for everything else, and what harvesters read, which is for all.
func TestEveryRouteOfTheFacesIsForThoseItSays(t *testing.T) {
	i := newInstance(t, &ServeCmd{}, "http://stoa.example")
	posts := []string{access.Secretariat, access.Administrator}
	type asker struct{ name, crawl, all string }
	askers := []asker{{name: "nobody"}}
	for _, role := range append([]string{"plain"}, access.Granted...) {
		var of []string
		if role != "plain" {
			of = []string{role}
		}
		s := i.someone(role, of...)
		secret, _, err := i.app.MakeToken(t.Context(), s.Viewer, "a crawler", []string{string(access.Crawl)}, 30)
		if err != nil {
			t.Fatal(err)
		}
		askers = append(askers, asker{role, secret, s.secret})
	}
	ask := func(method, path, secret string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, path, nil)
		if method != http.MethodGet {
			r = httptest.NewRequest(method, path, strings.NewReader(`{"nothing":"known"}`))
			r.Header.Set("Content-Type", "application/json")
		}
		r.RemoteAddr = "127.0.0.1:1" // which no limit counts
		if secret != "" {
			r.Header.Set("Authorization", "Bearer "+secret)
		}
		w := httptest.NewRecorder()
		i.handler.ServeHTTP(w, r)
		if w.Code >= 500 {
			t.Errorf("%s %s: status %d: %.300s", method, path, w.Code, w.Body)
		}
		return w
	}
	turned := func(w *httptest.ResponseRecorder) bool {
		return w.Code == http.StatusUnauthorized || w.Code == http.StatusForbidden
	}
	asked := 0
	for _, r := range softwareapi.Routes() {
		path, missing := fill(r.Path, named)
		if missing = slices.DeleteFunc(missing, func(w string) bool { return w == "catalog" }); len(missing) > 0 {
			t.Fatalf("%s: say in named what %v are", r.Path, missing)
		}
		if strings.Contains(r.Path, "{catalog}") {
			path, _ = fill(strings.ReplaceAll(r.Path, "{catalog}", "nothing"), named)
		}
		for _, a := range askers {
			asked++
			w := ask(r.Method, path, a.crawl)
			may := slices.Contains(posts, a.name) || r.Act == access.ListenToListings && a.crawl != ""
			switch {
			case r.Act == access.Public && turned(w), r.Act != access.Public && turned(w) == may:
				t.Errorf("%s crawls %s %s: status %d: %.200s", a.name, r.Method, r.Path, w.Code, w.Body)
			case r.Act != access.Public && !strings.Contains(w.Header().Get("Cache-Control"), "no-store"):
				t.Errorf("%s crawls %s %s: kept by %q", a.name, r.Method, r.Path, w.Header().Get("Cache-Control"))
			}
			if r.Act != access.Public && !turned(ask(r.Method, path, a.all)) {
				t.Errorf("%s, with a token that is none for crawlers, is not turned away at %s %s", a.name, r.Method, r.Path)
			}
		}
	}
	if asked < 300 {
		t.Errorf("only %d questions were asked", asked)
	}
	for _, path := range []string{"/oai?verb=Identify", "/oai?verb=ListSets", "/catalog", "/code.json"} {
		for _, a := range askers {
			if w := ask(http.MethodGet, path, a.all); w.Code != http.StatusOK {
				t.Errorf("%s asks %s: status %d", a.name, path, w.Code)
			}
			if w := ask(http.MethodDelete, path, a.all); w.Code != http.StatusMethodNotAllowed && w.Code != http.StatusNotFound {
				t.Errorf("%s deletes %s: status %d", a.name, path, w.Code)
			}
		}
	}
}
