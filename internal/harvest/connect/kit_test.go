package connect_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strconv"
	"testing"
	"time"

	"stoa/internal/fence"
	"stoa/internal/good"
	"stoa/internal/harvest"
	"stoa/internal/harvest/connect"
)

var ctx = context.Background()

// through is a fence that lets out to a test's own server alone.
func through(t testing.TB, base string, most int64) *http.Client {
	t.Helper()
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	if err != nil {
		t.Fatal(err)
	}
	p := fence.Default
	p.MaxBytes, p.MaxTime = most, time.Minute
	p.Allow, p.Ports = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}, []uint16{uint16(port)}
	return fence.New(p).HTTP(most)
}

// quick are manners for a server that is a test's own.
var quick = connect.Manners{Rate: 10_000, Patience: 20 * time.Second, Pause: time.Millisecond}

func serve(t testing.TB, h http.Handler) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

// source is whose candidates a test reads.
var source = good.Source{ID: "test-source", Name: "Test source", Priority: 42}

func open(t testing.TB, kind, base string, cfg connect.Config) connect.Connector {
	t.Helper()
	cfg.Source = source
	c, err := connect.New(kind, cfg, connect.NewClient(through(t, base, 1<<30), &connect.Hosts{}, quick))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := connect.Close(c); err != nil {
			t.Error(err)
		}
	})
	return c
}

// brought is what a whole run brought.
type brought struct {
	candidates map[string]harvest.Candidate
	gone       []string
	faults     []connect.Fault
	pages      int
	last       connect.Page
}

// whole runs a source from a state to its end, each page with a new connector:
// what one kept cannot be needed.
func whole(t testing.TB, make func() connect.Connector, from connect.State) brought {
	t.Helper()
	out := brought{candidates: map[string]harvest.Candidate{}}
	for out.pages < 1000 {
		p, err := make().Page(ctx, from)
		if err != nil {
			t.Fatalf("page %d: %v", out.pages, err)
		}
		for _, c := range p.Candidates {
			if c.Source != source.ID || c.ForeignID == "" {
				t.Errorf("a candidate of %q with the id %q", c.Source, c.ForeignID)
			}
			if _, twice := out.candidates[c.ForeignID]; twice {
				t.Errorf("%s came twice", c.ForeignID)
			}
			out.candidates[c.ForeignID] = c
		}
		if len(p.Next.Cursor) > connect.MaxCursor || len(p.Next.Tags) > connect.MaxTags {
			t.Errorf("a state of %d bytes and %d tags", len(p.Next.Cursor), len(p.Next.Tags))
		}
		out.gone, out.faults = append(out.gone, p.Gone...), append(out.faults, p.Faults...)
		out.pages, out.last, from = out.pages+1, p, p.Next
		if p.Done {
			return out
		}
	}
	t.Fatal("no end")
	return out
}
