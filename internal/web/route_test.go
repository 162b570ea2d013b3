package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"stoa/internal/access"
	"stoa/internal/edge"
	"stoa/internal/web"
	"stoa/internal/web/page"
)

// known lets whoever names a role in the cookie have it.
type known struct{}

// Session implements edge.Identity.
func (known) Session(_ context.Context, secret string) (edge.Viewer, error) {
	return edge.Viewer{Who: access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZZ", Pseudonym: "p", Roles: []string{secret}}, Name: "Amina", Session: "s"}, nil
}

// Token implements edge.Identity.
func (known) Token(context.Context, string) (edge.Viewer, error) { return edge.Viewer{}, nil }

func withMore(t *testing.T, more ...page.Route) (http.Handler, error) {
	t.Helper()
	s := samples()
	site, err := web.New(web.Config{Goods: s, Cases: s, Whole: s, Directory: s, Shelves: s, Registry: s, Dumps: s, Standards: sets(t), BaseURL: base, Version: "1", More: more})
	if err != nil {
		return nil, err
	}
	return edge.Identify(known{}, true, site.Deny)(site), nil
}

func TestAPageThatDoesNotSayWhatItIsForIsNotServed(t *testing.T) {
	if _, err := withMore(t, page.Route{Pattern: "GET /desk", Handler: func(http.ResponseWriter, *http.Request, *page.Frame) error { return nil }}); err == nil {
		t.Error("a page without an act is served")
	}
}

func TestAPageIsForThoseWhoMayDoItsAct(t *testing.T) {
	reached := 0
	site, err := withMore(t, page.Route{Pattern: "GET /desk", Act: access.SeePipeline, Handler: func(w http.ResponseWriter, _ *http.Request, f *page.Frame) error {
		reached++
		if f.ViewerName != "Amina" || !f.Unlisted {
			t.Errorf("read by %q, unlisted %v", f.ViewerName, f.Unlisted)
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	for cookie, want := range map[string]int{"": 401, "__Host-stoa_session=reviewer": 403, "__Host-stoa_session=secretariat": 200} {
		w := get(t, site, "/desk", "Cookie", cookie)
		if w.Code != want || w.Header().Get("Cache-Control") != "private, no-store" {
			t.Errorf("%q: %d, %s", cookie, w.Code, w.Header().Get("Cache-Control"))
		}
	}
	if reached != 1 {
		t.Errorf("the page was reached %d times", reached)
	}
}

func TestWhatSomebodyReadsIsKeptNowhere(t *testing.T) {
	site, err := withMore(t)
	if err != nil {
		t.Fatal(err)
	}
	open := get(t, site, "/goods")
	hers := get(t, site, "/goods", "Cookie", "__Host-stoa_session=reviewer", "If-None-Match", open.Header().Get("Etag"))
	if hers.Code != 200 || hers.Header().Get("Cache-Control") != "private, no-store" || hers.Header().Get("Etag") != "" {
		t.Errorf("%d %v", hers.Code, hers.Header())
	}
	again := get(t, site, "/goods")
	if again.Body.String() != open.Body.String() || !strings.HasPrefix(again.Header().Get("Cache-Control"), "public") {
		t.Error("the page for everybody changed after somebody read it")
	}
}
