package web_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"iter"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"

	"stoa/internal/catalog"
	"stoa/internal/good"
	"stoa/internal/testkit"
	"stoa/internal/web"
)

// indexed answers from a catalogue.
type indexed struct {
	answered
	*catalog.Snapshot
}

func (i indexed) Position() int64 { return i.Snapshot.Position() }

func (i indexed) Search(_ context.Context, q good.Query) (good.Results, error) {
	return i.Snapshot.Search(q), nil
}

// changing is a catalogue that has changed before every question: nothing that
// was found before helps.
type changing struct{ indexed }

func (c changing) Search(_ context.Context, q good.Query) (good.Results, error) {
	s, err := c.Snapshot.Apply(nil, nil, c.Position())
	if err != nil {
		return good.Results{}, err
	}
	return s.Search(q), nil
}

// varied are n goods with the facets of many: organisations, countries,
// languages and years of their own.
func varied(n int) iter.Seq2[*good.Good, error] {
	base := samples().goods[:8]
	countries := strings.Fields("KE UG TZ RW BD NE ZM IN NO GH NG SN ML BF CI CM TD CD CG MZ MW ZW ET PH MA UA CO PY ZA BR MX ID VN LK NP")
	return func(yield func(*good.Good, error) bool) {
		for i := range n {
			g := *base[(i*i+i/7)%len(base)]
			g.ID, g.Slug = good.ID(fmt.Sprintf("01HZZZZZZZZZZZZZZZZZ%06d", i)), fmt.Sprintf("%s-%d", g.Slug, i)
			g.Name = fmt.Sprintf("%s %d", g.Name, i)
			g.Deployments = nil
			for k := range i % 5 {
				g.Deployments = append(g.Deployments, good.Deployment{Country: countries[(i*7+k*k)%len(countries)]})
			}
			g.Parties = []good.Party{{Name: fmt.Sprintf("Organisation %d", i*i%20_000), Role: good.Owner}}
			g.Recognitions = []good.Recognition{{Issuer: "x", First: good.Date(fmt.Sprint(2015 + i%11))}}
			if !yield(&g, nil) {
				return
			}
		}
	}
}

var hundredThousand = sync.OnceValue(func() *catalog.Snapshot {
	s, err := catalog.Build(varied(100_000), 1)
	if err != nil {
		panic(err)
	}
	return s
})

// BenchmarkUncached is a page of 20 results over 100,000 goods with every facet,
// made anew each time, beside F: the same bytes written by a handler that has
// them ready, bare; each a whole request, in processor time. The words are asked
// for again and again, as by somebody who narrows a search, or "first", after a
// change.
func BenchmarkUncached(b *testing.B) {
	s := hundredThousand()
	again, first := uncached(b, indexed{Snapshot: s}), uncached(b, changing{indexed{Snapshot: s}})
	for _, c := range []struct {
		name, address string
		site          http.Handler
	}{{"list", "/goods", first}, {"filter", "/goods?kind=software", first}, {"word-and-filter", "/goods?kind=software&q=health", again}, {"word-and-filter-first", "/goods?kind=software&q=health", first}} {
		name, address, site := c.name, c.address, c.site
		w := httptest.NewRecorder()
		site.ServeHTTP(w, httptest.NewRequest(http.MethodGet, address, nil))
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "Organisation") {
			b.Fatal(address, w.Code, w.Body.Len(), "without facets")
		}
		header := w.Header()
		bare := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Content-Type"] = header["Content-Type"]
			_, _ = w.Write(body(10_000))
		})
		b.Run(name, func(b *testing.B) {
			testkit.Against(b, testkit.ProcessTime, wire(b, bare, address), wire(b, site, address))
		})
	}
}

var tenKilobytes = []byte(strings.Repeat("<li>good</li>", 800))

func body(n int) []byte { return tenKilobytes[:n] }

// wire asks a server for an address, again and again on one connection.
func wire(b *testing.B, h http.Handler, address string) func() {
	b.Helper()
	server := httptest.NewServer(h)
	b.Cleanup(server.Close)
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { conn.Close() })
	in, buf := bufio.NewReaderSize(conn, 64<<10), make([]byte, 64<<10)
	return func() {
		if _, err := io.WriteString(conn, "GET "+address+" HTTP/1.1\r\nHost: stoa.example\r\n\r\n"); err != nil {
			b.Fatal(err)
		}
		resp, err := http.ReadResponse(in, nil)
		if err != nil {
			b.Fatal(err)
		}
		for err == nil {
			_, err = resp.Body.Read(buf)
		}
	}
}

// TestAFloodOfQuestionsLeavesMemoryBounded asks thousands of questions nobody
// asked before, over a real catalogue: what is kept stays within its bound.
func TestAFloodOfQuestionsLeavesMemoryBounded(t *testing.T) {
	const most = 2 << 20
	s, err := catalog.Build(varied(400), 1)
	if err != nil {
		t.Fatal(err)
	}
	site, err := web.New(web.Config{Goods: indexed{Snapshot: s}, BaseURL: base, Version: "v1", MaxCache: most})
	if err != nil {
		t.Fatal(err)
	}
	flood := func(from, to int) uint64 {
		for i := from; i < to; i++ {
			r := httptest.NewRequest(http.MethodGet, fmt.Sprintf("/goods?q=country+%d&offset=%d&kind=software", i, i%3), nil)
			r.Header.Set("Accept-Encoding", "gzip")
			r.Header.Set("Accept-Language", fmt.Sprintf("fr;q=0.%d", i%1000))
			w := httptest.NewRecorder()
			if site.ServeHTTP(w, r); w.Code != http.StatusOK && w.Code != http.StatusFound {
				t.Fatal(i, w.Code)
			}
		}
		runtime.GC()
		runtime.GC() // what pools keep goes in the second
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	full := flood(0, 300)
	if after := flood(300, 1800); after > full+most+1<<20 {
		t.Errorf("1,500 more questions cost %d kB, %d kB may be kept", (after-full)>>10, most>>10)
	}
}
