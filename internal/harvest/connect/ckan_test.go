package connect_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"stoa/internal/good"
	"stoa/internal/harvest/connect"
)

// portal is a server that speaks the action API of CKAN over entries by id.
type portal struct {
	entries map[string]string
	asked   []string
	stuck   bool // gives the first page whatever is asked
}

// ServeHTTP implements http.Handler.
func (p *portal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/data/api/3/action/package_search" {
		http.NotFound(w, r)
		return
	}
	q := r.URL.Query()
	p.asked = append(p.asked, q.Get("fq"))
	rows, _ := strconv.Atoi(q.Get("rows"))
	after := ""
	if _, rest, ok := strings.Cut(q.Get("fq"), `id:{"`); ok && !p.stuck {
		after, _, _ = strings.Cut(rest, `"`)
	}
	var ids []string
	for id := range p.entries {
		if id > after {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	var page []string
	for _, id := range ids[:min(rows, len(ids))] {
		page = append(page, p.entries[id])
	}
	fmt.Fprintf(w, `{"success":true,"result":{"count":%d,"results":[%s]}}`, len(ids), strings.Join(page, ","))
}

const anEntryOfCKAN = `{"id":"%s","name":"wells-%s","title":"Wells of %s","notes":"Where there are wells. Ask <b>wells@office.example</b>.","url":"","language":"","state":"active","private":false,
 "license_id":"cc-by","license_title":"Creative Commons Attribution 4.0","license_url":"http://www.opendefinition.org/licenses/cc-by","author":"Jane Mzolux","author_email":"jane@office.example",
 "maintainer":null,"tags":[{"name":"sdg-6","display_name":"SDG 6"},{"name":"wells"}],"groups":[{"title":"Environment","name":"env"}],
 "organization":{"title":"Water Office","name":"water"},"extras":[{"key":"language","value":"[\"fr\"]"},{"key":"doi","value":"10.5555/w"}],
 "resources":[{"name":"Guide","url":"https://office.example/guide.pdf","format":"PDF"},{"name":"t","url":"https://office.example/t.csv","format":"CSV"}]}`

func TestAPortalOfData(t *testing.T) {
	p := &portal{entries: map[string]string{}}
	for n := range 250 {
		id := fmt.Sprintf("id-%03d", n)
		p.entries[id] = fmt.Sprintf(anEntryOfCKAN, id, id, id)
	}
	p.entries["id-007"] = strings.Replace(p.entries["id-007"], `"private":false`, `"private":true`, 1)
	p.entries["id-008"] = strings.Replace(p.entries["id-008"], `"state":"active"`, `"state":"deleted"`, 1)
	p.entries["id-009"] = `["no entry"]`
	base := serve(t, p)
	make := func() connect.Connector {
		return open(t, "ckan", base, connect.Config{Address: base + "/data/api/3/action/", Options: map[string]string{"organization": "water"}})
	}
	got := whole(t, make, connect.State{})
	if got.pages != 3 || len(got.candidates) != 247 || len(got.gone) != 2 || len(got.faults) != 1 || !got.last.Listing || !strings.HasPrefix(p.asked[0], "organization:water") {
		t.Fatalf("%d pages, %d candidates, gone %v, faults %+v, asked %q", got.pages, len(got.candidates), got.gone, got.faults, p.asked)
	}
	c := got.candidates["id-001"]
	f := c.Facts
	page := base + "/data/dataset/wells-id-001"
	if c.Held || f.Name != "Wells of id-001" || f.Website != page || f.Cite[""] != page || f.Summary["fr"] == "" || strings.Contains(f.Summary["fr"], "@") ||
		len(f.Licences) != 1 || f.Licences[0].SPDX != "CC-BY-4.0" || len(f.Goals) != 1 || !slices.Equal(f.Sectors, []string{"environment"}) || f.Identifiers["doi"] != "10.5555/w" ||
		len(f.Documentation) != 1 || f.Documentation[0].Name != "Guide" || !slices.Equal(f.Parties, []good.Party{{Name: "Water Office", Role: good.Owner}}) {
		t.Errorf("held %v, %v %+v", c.Held, c.Reasons, f)
	}
	if said, err := json.Marshal(f); err != nil || strings.Contains(string(said), "Mzolux") || len(c.Contacts) < 2 {
		t.Errorf("%s %+v", said, c.Contacts)
	}
	// An entry that goes while others are read shifts none of them.
	first, err := make().Page(ctx, connect.State{})
	if err != nil {
		t.Fatal(err)
	}
	delete(p.entries, "id-050")
	second, err := make().Page(ctx, first.Next)
	if err != nil || second.Candidates[0].ForeignID != "id-100" {
		t.Errorf("%v: %s", err, second.Candidates[0].ForeignID)
	}
	p.stuck = true
	if _, err := make().Page(ctx, first.Next); keyOf(err) != "harvest.error.circles" {
		t.Errorf("a portal that does not move on: %v", err)
	}
	if _, err := connect.New("ckan", connect.Config{Address: base, Options: map[string]string{"group": "x OR *:*"}}, nil); keyOf(err) != "harvest.error.value" {
		t.Errorf("a filter that is a query: %v", err)
	}
}

func FuzzCKANPage(f *testing.F) {
	f.Add([]byte(`{"success":true,"result":{"count":1,"results":[` + fmt.Sprintf(anEntryOfCKAN, "a", "b", "c") + `]}}`))
	fuzzPage(f, "ckan", "")
}
