package softwareapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stoa/internal/export"
	"stoa/internal/good"
	"stoa/internal/harvest"
	"stoa/internal/harvest/connect"
	"stoa/internal/testkit"
)

// TestTheAPIIsReadByAnother posts a good of which all is known, and others, and
// reads them by the connector for catalogues of public software: what the file
// can hold comes back, with who publishes it.
func TestTheAPIIsReadByAnother(t *testing.T) {
	i := newInstance(t)
	file, err := export.Publiccode(testkit.FullGood(), "https://stoa.example")
	if err != nil {
		t.Fatal(err)
	}
	post := func(path string, body map[string]any) {
		raw, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		i.must(http.StatusOK, "crawls", http.MethodPost, path, string(raw))
	}
	post("/v1/publishers", map[string]any{"description": "The maintainer", "email": "office@example.org", "codeHosting": []any{map[string]any{"url": "https://git.example/", "group": true}}})
	post("/v1/software", map[string]any{"url": "https://git.example/a", "aliases": []string{"https://git.example/b"}, "publiccodeYml": string(file)})
	for n := range 130 {
		post("/v1/software", map[string]any{"url": fmt.Sprintf("https://elsewhere.example/wells/%d", n), "publiccodeYml": string(file), "active": n != 7})
	}
	s := httptest.NewServer(i.handler)
	t.Cleanup(s.Close)
	client := connect.NewClient(http.DefaultClient, &connect.Hosts{}, connect.Manners{Rate: 10_000})
	got, pages := map[string]harvest.Candidate{}, 0
	for from, done := (connect.State{}), false; !done; pages++ {
		c, err := connect.New("publiccode", connect.Config{Source: good.Source{ID: "other-stoa"}, Address: s.URL + "/v1"}, client)
		if err != nil {
			t.Fatal(err)
		}
		p, err := c.Page(t.Context(), from)
		if err != nil || len(p.Faults) > 0 {
			t.Fatalf("%v %+v", err, p.Faults)
		}
		for _, one := range p.Candidates {
			got[one.Facts.Repositories[0].URL] = one
		}
		from, done = p.Next, p.Done
	}
	want := testkit.FullGood()
	for _, part := range slices.Backward(export.Omits["publiccode.yml"]) {
		if part != "kinds" && part != "repositories.more" && part != "organisations.maintainer" { // which the API holds beside the file
			testkit.Without[part](want)
		}
	}
	c := got["https://git.example/a"]
	for _, f := range []*good.Facts{&want.Facts, &c.Facts} {
		f.Cite = nil
		for lang, text := range f.Summary {
			f.Summary[lang] = text[:min(len(text), 200)]
		}
		slices.SortFunc(f.Parties, func(a, b good.Party) int { return len(a.Role) - len(b.Role) })
		for n := range f.Parties {
			if f.Parties[n].Role == good.Maintainer {
				f.Parties[n].Website = ""
			}
		}
	}
	if diff := cmp.Diff(want.Facts, c.Facts); diff != "" {
		t.Errorf("- what the API holds, + what came back:\n%s", diff)
	}
	if len(got) != 130 || pages != 2 {
		t.Errorf("%d entries on %d pages", len(got), pages)
	}
}
