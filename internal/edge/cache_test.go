package edge

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"stoa/internal/testkit"
)

// shelf is a page cache over a handler that counts how often it is asked.
type shelf struct {
	position atomic.Int64
	made     atomic.Int64
	now      time.Time
	cache    *PageCache
	answer   http.HandlerFunc
	http.Handler
}

func newShelf(cfg CacheConfig) *shelf {
	s := &shelf{now: time.Unix(0, 0)}
	s.answer = func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, "<p>%s %d</p>%s", r.URL, s.position.Load(), strings.Repeat("<li>good</li>", 300))
	}
	cfg.Position, cfg.Now = s.position.Load, func() time.Time { return s.now }
	s.cache = NewPageCache(cfg)
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { s.made.Add(1); s.answer(w, r) })
	s.Handler = Chain(mux, Compress, s.cache.Middleware)
	return s
}

func TestAPageIsMadeOncePerStateOfTheJournal(t *testing.T) {
	s := newShelf(CacheConfig{})
	first := get(s, "/goods?b=2&a=1&b=1")
	again := get(s, "/goods?a=1&b=2&b=1")
	if s.made.Load() != 1 || first.Body.String() != again.Body.String() {
		t.Errorf("made %d times", s.made.Load())
	}
	get(s, "/goods?a=1&b=1&b=2")
	if s.made.Load() != 2 {
		t.Error("the order of values of one name was lost")
	}
	zipped := get(s, "/goods?a=1&b=2&b=1", "Accept-Encoding", "gzip")
	if zipped.Header().Get("Content-Encoding") != "gzip" || unzip(t, zipped.Body.Bytes()) != first.Body.String() || s.made.Load() != 2 {
		t.Error("the compressed form differs or was made anew")
	}
	etag := first.Header().Get("Etag")
	if w := get(s, "/goods?a=1&b=2&b=1", "If-None-Match", etag); w.Code != 304 || w.Body.Len() != 0 || w.Header().Get("Etag") != etag || w.Header().Get("Vary") == "" {
		t.Error(w.Code, w.Header())
	}
	head := do(s, "HEAD", "/goods?a=1&b=2&b=1")
	if head.Body.Len() != 0 || head.Header().Get("Content-Length") != fmt.Sprint(first.Body.Len()) || s.made.Load() != 2 {
		t.Error("HEAD", head.Header())
	}
	s.position.Add(1)
	if w := get(s, "/goods?a=1&b=2&b=1", "If-None-Match", etag); w.Code != 200 || w.Body.String() == first.Body.String() {
		t.Error("an old page after a change:", w.Code)
	}
	for _, h := range []http.Header{first.Header(), again.Header(), zipped.Header()} {
		if !listed(h.Get("Vary"), "Cookie") || !listed(h.Get("Vary"), "Accept-Encoding") {
			t.Error("Vary:", h.Get("Vary"))
		}
	}
}

func TestOnlyPublicAnswersAreKept(t *testing.T) {
	for name, c := range map[string]struct {
		header []string
		answer http.HandlerFunc
	}{
		"a session":   {header: []string{"Cookie", "a=b; " + SessionCookie + "=1"}},
		"credentials": {header: []string{"Authorization", "Bearer x"}},
		"not found":   {answer: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) }},
		"a cookie given": {answer: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Set-Cookie", "a=b")
			io.WriteString(w, "x")
		}},
		"private": {answer: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Cache-Control", "private")
			io.WriteString(w, "x")
		}},
		"forbidden": {answer: func(w http.ResponseWriter, _ *http.Request) { Private(w.Header()); io.WriteString(w, "x") }},
		"varies":    {answer: func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Vary", "*"); io.WriteString(w, "x") }},
		"varies by language": {answer: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Vary", "Accept-Language")
			io.WriteString(w, "x")
		}},
		"too large": {answer: func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, strings.Repeat("x", 2<<20)) }},
		"a stream":  {answer: func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "x"); w.(http.Flusher).Flush() }},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShelf(CacheConfig{})
			if c.answer != nil {
				s.answer = c.answer
			}
			a, b := get(s, "/", c.header...), get(s, "/", c.header...)
			if s.made.Load() != 2 {
				t.Error("it was kept")
			}
			if a.Code != b.Code || a.Body.String() != b.Body.String() || a.Header().Get("Vary") == "" {
				t.Error(a.Code, b.Code, a.Header())
			}
			if name == "too large" && a.Body.Len() != 2<<20 {
				t.Error("cut short")
			}
		})
	}
	s := newShelf(CacheConfig{})
	get(s, "/", "Cookie", SessionCookie+"=1")
	if get(s, "/"); s.made.Load() != 2 {
		t.Error("an answer to a session was shown to somebody else")
	}
	get(s, "/", "Cookie", SessionCookie+"=1")
	if s.made.Load() != 3 {
		t.Error("a session was answered from the cache")
	}
	for _, method := range []string{"POST", "OPTIONS"} {
		do(s, method, "/")
	}
	if s.made.Load() != 5 {
		t.Error("a write was answered from the cache")
	}
}

func TestCompressionBelowTheCacheDoesNotSpoilIt(t *testing.T) {
	s := newShelf(CacheConfig{})
	h := s.cache.Middleware(Compress(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.made.Add(1); s.answer(w, r) })))
	zipped := get(h, "/", "Accept-Encoding", "gzip")
	plain := get(h, "/")
	if s.made.Load() != 1 || zipped.Header().Get("Content-Encoding") != "gzip" || unzip(t, zipped.Body.Bytes()) != plain.Body.String() {
		t.Error(s.made.Load(), zipped.Header())
	}
}

func TestTheShortWayToAKeyIsTheLongOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		query := rapid.StringMatching(`([a-c]{0,2}=?[a-cA-C0-9%+.é -]{0,3}&?){0,4}`).Draw(t, "query")
		if v, err := url.ParseQuery(query); canonical(query) && query != "" && (err != nil || v.Encode() != query) {
			t.Fatalf("%q is not canonical: %q, %v", query, v.Encode(), err)
		}
	})
}

func TestPagesOfDifferentLanguagesAreApart(t *testing.T) {
	s := newShelf(CacheConfig{Language: func(r *http.Request) string { return r.Header.Get("Accept-Language") }})
	get(s, "/", "Accept-Language", "fr")
	get(s, "/", "Accept-Language", "ar")
	get(s, "/", "Accept-Language", "fr")
	if s.made.Load() != 2 {
		t.Errorf("made %d", s.made.Load())
	}
}

func TestMaxAgeEndsWhenThePageSaidSo(t *testing.T) {
	s := newShelf(CacheConfig{})
	s.answer = func(w http.ResponseWriter, _ *http.Request) {
		Public(w.Header(), time.Minute)
		io.WriteString(w, "until noon")
	}
	get(s, "/")
	s.now = s.now.Add(40 * time.Second)
	if w := get(s, "/"); w.Header().Get("Age") != "40" || s.made.Load() != 1 {
		t.Error(w.Header(), s.made.Load())
	}
	s.now = s.now.Add(20 * time.Second)
	if get(s, "/"); s.made.Load() != 2 {
		t.Error("kept beyond its time")
	}
}

func TestAFloodOfAddressesNeitherFillsMemoryNorPushesOutWhatIsUsed(t *testing.T) {
	s := newShelf(CacheConfig{MaxBytes: 200_000})
	for i := range 20 {
		get(s, fmt.Sprintf("/home?%d", i))
	}
	made := s.made.Load()
	for i := range 5000 {
		get(s, fmt.Sprintf("/goods?q=%d", i), "Accept-Encoding", "gzip")
		if i%100 == 0 {
			for j := range 20 {
				get(s, fmt.Sprintf("/home?%d", j))
			}
		}
	}
	if s.made.Load() != made+5000 {
		t.Errorf("%d pages in use were made anew", s.made.Load()-made-5000)
	}
	if s.cache.Bytes() > 200_000 {
		t.Errorf("%d bytes", s.cache.Bytes())
	}
	if len(s.cache.seen[0])+len(s.cache.seen[1]) > 2*maxSeen {
		t.Error("the notes of what was asked grow without bound")
	}
	get(s, "/new")
	get(s, "/new")
	made = s.made.Load()
	if get(s, "/new"); s.made.Load() != made {
		t.Error("a page asked for twice is not kept")
	}
	s.position.Add(1)
	get(s, "/later")
	made = s.made.Load()
	if get(s, "/later"); s.made.Load() != made {
		t.Error("stale pages do not make room")
	}
	if w := get(s, "/?"+strings.Repeat("x", 5000)); w.Code != 200 {
		t.Error("a long address", w.Code)
	}
}

func TestManyWhoAskAtOnceAreServedByOne(t *testing.T) {
	s := newShelf(CacheConfig{})
	release := make(chan bool)
	inner := s.answer
	s.answer = func(w http.ResponseWriter, r *http.Request) { <-release; inner(w, r) }
	var wg sync.WaitGroup
	var ok atomic.Int64
	for range 20 {
		wg.Go(func() {
			if w := get(s, "/goods"); w.Code == 200 && w.Body.Len() > 1000 {
				ok.Add(1)
			}
		})
	}
	for s.made.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	close(release)
	wg.Wait()
	if ok.Load() != 20 {
		t.Errorf("%d of 20 were answered", ok.Load())
	}
	if get(s, "/goods"); s.made.Load() > 20 {
		t.Error("nothing was kept")
	}
}

func TestAPanicWhileMakingAPageLeavesNobodyWaiting(t *testing.T) {
	s := newShelf(CacheConfig{})
	s.answer = func(http.ResponseWriter, *http.Request) { panic("boom") }
	func() {
		defer func() { _ = recover() }()
		get(s, "/")
	}()
	s.answer = func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "well") }
	if w := get(s, "/"); w.Body.String() != "well" {
		t.Errorf("%q", w.Body)
	}
}

// sink is a ResponseWriter that costs nothing.
type sink struct{ h http.Header }

func (s *sink) Header() http.Header         { return s.h }
func (s *sink) Write(b []byte) (int, error) { return len(b), nil }
func (s *sink) WriteHeader(int)             {}

// BenchmarkPage compares, in processor time, a cached page, its compressed form
// and a 304 with F: the same 10 kB with the same header, written by a handler
// that has them ready, through the same middleware. "bare" is that handler alone.
func BenchmarkPage(b *testing.B) {
	const address = "/goods?kind=software&q=health"
	body := []byte(strings.Repeat("<li>good</li>", 800))[:10_000]
	page := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(body)
	})
	cache := NewPageCache(CacheConfig{Position: func() int64 { return 1 }, Now: time.Now})
	sent := get(cache.Middleware(page), address).Header()
	ready := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		for _, name := range []string{"Content-Type", "Etag", "Vary", "Content-Length"} {
			h[name] = sent[name]
		}
		_, _ = w.Write(body)
	})
	around := func(h http.Handler) http.Handler {
		return Chain(h, RequestID(strings.NewReader("abcdef")), Recover(nil, nil), SecurityHeaders(Security{CSP: "default-src 'none'"}),
			Limits{Rate: -1, Now: time.Now}.Middleware, Compress)
	}
	ask := func(h http.Handler, header http.Header) func() {
		r := httptest.NewRequest("GET", address, nil)
		for k, v := range header {
			r.Header[k] = v
		}
		return func() { h.ServeHTTP(&sink{h: http.Header{}}, r) }
	}
	gzipped, known := http.Header{"Accept-Encoding": {"gzip, deflate, br"}}, http.Header{"If-None-Match": sent["Etag"]}
	for _, c := range []struct {
		name    string
		subject http.Handler
		header  http.Header
	}{
		{"bare", ready, nil}, // without the middleware
		{"cached", around(cache.Middleware(page)), nil},
		{"cached-gzip", around(cache.Middleware(page)), gzipped},
		{"not-modified", around(cache.Middleware(page)), known},
	} {
		b.Run(c.name+"/handler", func(b *testing.B) {
			testkit.Against(b, testkit.ThreadTime, ask(around(ready), c.header), ask(c.subject, c.header))
		})
		b.Run(c.name+"/request", func(b *testing.B) {
			testkit.Against(b, testkit.ProcessTime, overTheWire(b, around(ready), address, c.header), overTheWire(b, c.subject, address, c.header))
		})
	}
}

// overTheWire asks a server for an address, again and again on one connection.
// The client's part is small and the same for all.
func overTheWire(b *testing.B, h http.Handler, address string, header http.Header) func() {
	b.Helper()
	server := httptest.NewServer(h)
	b.Cleanup(server.Close)
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { conn.Close() })
	request := "GET " + address + " HTTP/1.1\r\nHost: x\r\n"
	for k, v := range header {
		request += k + ": " + v[0] + "\r\n"
	}
	request += "\r\n"
	in, buf := bufio.NewReaderSize(conn, 32<<10), make([]byte, 32<<10)
	return func() {
		if _, err := io.WriteString(conn, request); err != nil {
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
