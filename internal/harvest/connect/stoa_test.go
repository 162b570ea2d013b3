package connect_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"stoa/internal/good"
	"stoa/internal/harvest/connect"
)

// instance is a server with another instance's list of goods.
type instance struct {
	items    []string
	position int
	asked    []string
}

// ServeHTTP implements http.Handler.
func (s *instance) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/api/v1/goods" {
		http.NotFound(w, r)
		return
	}
	s.asked = append(s.asked, r.URL.RawQuery)
	n := 0
	_, _ = fmt.Sscanf(r.URL.Query().Get("cursor"), "c%d", &n)
	end, next := min(n+2, len(s.items)), ""
	if end < len(s.items) {
		next = fmt.Sprintf(`,"next":"https://stoa.example/api/v1/goods?cursor=c%d&view=full"`, end)
	}
	fmt.Fprintf(w, `{"total":%d,"position":%d,"items":[%s]%s}`, len(s.items), s.position, strings.Join(s.items[n:end], ","), next)
}

func anInstanceOf(n int) string {
	return fmt.Sprintf(`{"id":"01JZX4T9W2QK8N5V3B7C6D0E%02d","slug":"g%d","page":"https://stoa.example/goods/g%d","name":"Good %d","kinds":["software"],"licences":[{"spdx":"MIT"}],
		"organisations":[{"name":"Agency","slug":"agency","role":"owner"}],"identifiers":{"doi":"10.1/x%d"},"updated":"2026-11-01T10:00:00Z",
		"recognitions":[{"issuer":"Neighbour","reported":false,"state":"recognised"},{"issuer":"Other Alliance","reported":true,"state":"recognised"}],"provenance":{},"records":[]}`, n, n, n, n, n)
}

func TestAnotherInstance(t *testing.T) {
	s := &instance{position: 41}
	for n := range 5 {
		s.items = append(s.items, anInstanceOf(n))
	}
	s.items = append(s.items, `{"id":7}`, `{"id":"01JZX4T9W2QK8N5V3B7C6D0E99","name":"Old","licences":[{"spdx":"nothing"}],"updated":"2026-11-01T10:00:00Z"}`)
	base := serve(t, s)
	with := source
	with.Issuer = "Neighbour"
	make := func() connect.Connector {
		c, err := connect.New("stoa", connect.Config{Source: with, Address: base + "/"}, connect.NewClient(through(t, base, 1<<20), &connect.Hosts{}, quick))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	got := whole(t, make, connect.State{})
	if got.pages != 4 || len(got.candidates)+len(got.faults) != 7 || !got.last.Listing || got.last.Total != 7 || got.last.Next.Tags["position"] != "41" {
		t.Fatalf("%d pages, %d candidates, %+v, %+v", got.pages, len(got.candidates), got.faults, got.last.Next)
	}
	c := got.candidates["01JZX4T9W2QK8N5V3B7C6D0E01"]
	st := c.Facts.Standing
	if c.Held || c.Facts.Name != "Good 1" || st == nil || st.Issuer != "Neighbour" || st.State != good.Recognised || c.Seen != "2026-11-01" || c.Facts.Identifiers["doi"] != "10.1/x1" {
		said, _ := json.Marshal(c.Facts)
		t.Errorf("%v %s", c.Reasons, said)
	}
	if odd := got.candidates["01JZX4T9W2QK8N5V3B7C6D0E99"]; !odd.Held {
		t.Errorf("what is not in the form is not held: %+v", odd)
	}
	if p, err := make().Page(ctx, connect.State{Tags: got.last.Next.Tags}); err != nil || !p.Unchanged {
		t.Errorf("at the same position: %+v %v", p, err)
	}
	s.position++
	if p, err := make().Page(ctx, connect.State{Tags: got.last.Next.Tags}); err != nil || p.Unchanged || len(p.Candidates) != 2 {
		t.Errorf("at another: %+v %v", p, err)
	}
}

func FuzzInstance(f *testing.F) {
	f.Add([]byte(`{"total":1,"position":1,"items":[` + anInstanceOf(1) + `]}`))
	var body []byte
	base := serve(f, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) }))
	c := open(f, "stoa", base, connect.Config{Address: base})
	f.Fuzz(func(t *testing.T, b []byte) {
		body = b
		p, err := c.Page(ctx, connect.State{})
		if err != nil && good.KindOf(err) != good.Invalid {
			t.Error(err)
		}
		for _, c := range p.Candidates {
			if c.ForeignID == "" || c.Source != source.ID {
				t.Errorf("%+v", c)
			}
		}
	})
}
