package oai_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stoa/internal/export"
	"stoa/internal/good"
	"stoa/internal/harvest"
	"stoa/internal/harvest/connect"
	"stoa/internal/testkit"
)

// harvested is what the connector for OAI-PMH brings from a registry.
func harvested(t *testing.T, address, format string, from connect.State) (got map[string]harvest.Candidate, gone []string, last connect.Page) {
	t.Helper()
	got = map[string]harvest.Candidate{}
	client := connect.NewClient(http.DefaultClient, &connect.Hosts{}, connect.Manners{Rate: 10_000, Pause: time.Millisecond})
	for range 1000 {
		c, err := connect.New("oai-pmh", connect.Config{Source: good.Source{ID: "other-stoa"}, Address: address, Options: map[string]string{"format": format}}, client)
		if err != nil {
			t.Fatal(err)
		}
		page, err := c.Page(t.Context(), from)
		if err != nil {
			t.Fatal(err)
		}
		if len(page.Faults) > 0 {
			t.Errorf("faults: %+v", page.Faults)
		}
		for _, one := range page.Candidates {
			got[one.ForeignID] = one
		}
		gone = append(gone, page.Gone...)
		if from, last = page.Next, page; page.Done {
			return got, gone, last
		}
	}
	t.Fatal("no end")
	return nil, nil, last
}

// TestARegistryIsHarvestedByAnother reads a registry by the connector that reads
// others: whole, then what changed, with what is gone.
func TestARegistryIsHarvestedByAnother(t *testing.T) {
	r := newRegistry(250)
	r.goods[7].Tombstone = &good.Tombstone{}
	h := serve(t, r)
	got, gone, last := harvested(t, h.url, "", connect.State{})
	if len(got) != 249 || !slices.Equal(gone, []string{"oai:stoa.example:" + string(r.goods[7].ID)}) || !last.Listing {
		t.Fatalf("%d records, gone %v, %+v", len(got), gone, last)
	}
	got, _, last = harvested(t, h.url, "", connect.State{Since: start.Add(240 * time.Hour)})
	if len(got) != 11 || last.Listing { // an hour more than what changed since
		t.Errorf("%d records changed, %+v", len(got), last)
	}
	if _, _, last = harvested(t, h.url, "", connect.State{Since: start.Add(9999 * time.Hour)}); !last.Unchanged {
		t.Errorf("%+v", last)
	}
}

// TestDublinCoreIsReadBack harvests a good of which all is known: what each
// format can hold apart comes back as it was.
func TestDublinCoreIsReadBack(t *testing.T) {
	// What stands in one element with other things, and cannot be told again.
	mixed := map[string][]string{"oai_dc": {"website", "standards", "documentation"}, "qdc": nil}
	for format, together := range mixed {
		h := serve(t, &registry{goods: []*good.Good{testkit.FullGood()}})
		got, _, _ := harvested(t, h.url, format, connect.State{})
		g := testkit.FullGood()
		for _, part := range slices.Backward(slices.Concat(together, []string{"organisations.funder", "organisations.host", "organisations.implementer"}, export.Omits[format])) {
			testkit.Without[part](g)
		}
		for lang, text := range g.Summary {
			g.Summary[lang] = strings.TrimSpace(text)
		}
		c := got["oai:stoa.example:"+string(g.ID)]
		if c.Facts.Cite[""] != "https://stoa.example/goods/opencrvs" {
			t.Errorf("%s: %v", format, c.Facts.Cite)
		}
		c.Facts.Cite = nil
		if diff := cmp.Diff(g.Facts, c.Facts); diff != "" || c.Held {
			t.Errorf("%s (- what it holds, + what came back): %v\n%s", format, c.Reasons, diff)
		}
	}
	// The same words of anybody else are read with care: creators may be people.
	elements := []harvest.Element{{Name: "title", Text: "Well"}, {Name: "creator", Text: "Jane Mzolux"}, {Name: "coverage", Text: "KE"}, {Name: "identifier", Text: "https://stoa.example/goods/well"}}
	c := harvest.DublinCore("s", "oai:elsewhere.example:01ARZ3NDEKTSV4RRFFQ69G5FAV", elements, false, nil)
	if strings.Contains(fmt.Sprint(c.Facts), "Mzolux") || len(c.Facts.Deployments) > 0 || len(c.Contacts) != 1 {
		t.Errorf("%+v", c.Facts)
	}
}
