package edge

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"stoa/internal/good"
)

func get(h http.Handler, target string, header ...string) *httptest.ResponseRecorder {
	return do(h, http.MethodGet, target, header...)
}

func do(h http.Handler, method, target string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func text(s string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, s)
	})
}

func TestEveryAnswerHasAnIDOfItsOwn(t *testing.T) {
	var inside string
	h := RequestID(strings.NewReader("abcdef"))(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { inside = RequestIDOf(r) }))
	a := get(h, "/", "X-Request-Id", "forged\x00id").Header().Get("X-Request-Id")
	b := get(h, "/").Header().Get("X-Request-Id")
	if a == b || a == "" || b != inside || strings.Contains(a, "forged") {
		t.Errorf("ids %q and %q, inside %q", a, b, inside)
	}
}

func TestLogSaysWhatHappenedButNotWhoOrWhatTheyAsked(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&out, nil))
	now := time.Unix(0, 0)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /goods/{slug}", func(w http.ResponseWriter, _ *http.Request) {
		now = now.Add(3 * time.Millisecond)
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, "12345")
	})
	h := Chain(mux, RequestID(strings.NewReader("abcdef")), Log(log, func() time.Time { return now }))
	r := httptest.NewRequest("GET", "/goods/amina.diallo@example.org?q=my+name+is+Amina", nil)
	r.RemoteAddr = "198.51.100.7:1234"
	r.Header.Set("Referer", "https://private.example/")
	h.ServeHTTP(httptest.NewRecorder(), r)
	var line map[string]any
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	if line["route"] != "GET /goods/{slug}" || line["status"] != 418.0 || line["bytes"] != 5.0 || line["took"] != 3e6 || line["id"] == "" {
		t.Errorf("line %v", line)
	}
	for _, secret := range []string{"mina", "198.51", "private.example"} {
		if strings.Contains(out.String(), secret) {
			t.Errorf("the log holds %q: %s", secret, out.String())
		}
	}
}

func TestLogKnowsTheRouteOfACopyAndOfAKeptPage(t *testing.T) {
	var out bytes.Buffer
	cache := NewPageCache(CacheConfig{Position: func() int64 { return 1 }, Now: time.Now})
	h := Chain(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		SetRoute(r.WithContext(context.WithValue(r.Context(), http.ServerContextKey, nil)), "GET /goods")
		_, _ = io.WriteString(w, "x")
	}), Log(slog.New(slog.NewTextHandler(&out, nil)), time.Now), cache.Middleware)
	get(h, "/fr/goods")
	get(h, "/fr/goods", "X-Stoa-Route", "forged")
	if strings.Count(out.String(), `route="GET /goods"`) != 2 {
		t.Error(out.String())
	}
}

func TestPanicBecomesOneLineAndAnAnswer(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(&out, nil))
	deny := func(w http.ResponseWriter, _ *http.Request, status int, e *good.Error) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, e.Key)
	}
	h := Recover(log, deny)(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Etag", `"x"`)
		panic("boom")
	}))
	w := get(h, "/")
	if w.Code != 500 || w.Body.String() != "error.internal" || w.Header().Get("Etag") != "" {
		t.Errorf("got %d %q %v", w.Code, w.Body, w.Header())
	}
	if strings.Count(out.String(), "level=ERROR") != 1 || !strings.Contains(out.String(), "boom") {
		t.Errorf("log: %s", out.String())
	}
	half := Recover(log, deny)(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "half")
		panic("boom")
	}))
	func() {
		defer func() {
			if err, _ := recover().(error); !errors.Is(err, http.ErrAbortHandler) {
				t.Error("half an answer was left looking whole")
			}
		}()
		get(half, "/")
	}()
}

func TestEntityTags(t *testing.T) {
	for _, c := range []struct {
		header string
		want   bool
	}{
		{`W/"7-en-b"`, true}, {`"7-en-b"`, true}, {`"1", W/"7-en-b"`, true}, {`"1" , "7-en-b",`, true}, {`*`, true},
		{`W/"8-en-b"`, false}, {`7-en-b`, false}, {``, false}, {`"7-en-b`, false}, {`"a,\"7-en-b\""`, false}, {`w/"7-en-b"`, false}, {`,,,`, false},
	} {
		if got := matchesAny([]string{c.header}, ETag(7, "en", "b")); got != c.want {
			t.Errorf("If-None-Match: %s → %v", c.header, got)
		}
	}
	if e := ETag(7, "en", "a\"b c\n"); e != `W/"7-en-abc"` {
		t.Errorf("etag %s", e)
	}
	for _, method := range []string{"GET", "HEAD"} {
		h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			if !NotModified(w, r, `W/"1"`) {
				_, _ = io.WriteString(w, "body")
			}
		})
		if w := do(h, method, "/", "If-None-Match", `"1"`); w.Code != 304 || w.Body.Len() != 0 || w.Header().Get("Etag") != `W/"1"` || w.Header().Get("Content-Type") != "" {
			t.Errorf("%s: %d %q %v", method, w.Code, w.Body, w.Header())
		}
		if w := do(h, method, "/", "If-None-Match", `"2"`); w.Code != 200 {
			t.Errorf("%s: %d", method, w.Code)
		}
	}
}

func FuzzIfNoneMatch(f *testing.F) {
	f.Add(`W/"1", "2"`)
	f.Add(`"`)
	f.Add(`W/W/W/`)
	f.Fuzz(func(t *testing.T, line string) {
		got := matchesAny([]string{line}, `W/"1"`)
		if got && !strings.Contains(line, `"1"`) && !strings.Contains(line, "*") {
			t.Errorf("%q matches", line)
		}
	})
}

func TestAcceptEncoding(t *testing.T) {
	for header, want := range map[string]bool{"gzip": true, "gzip, br": true, "br;q=1.0, gzip;q=0.8": true, "*": true, "GZIP": true, "x-gzip": true,
		"": false, "identity": false, "gzip;q=0": false, "gzip;q=0.000": false, "*;q=0": false, "gzip; Q=0, *": false, "br": false, "gzip;q=0.001": true} {
		if got := acceptsGzip(http.Header{"Accept-Encoding": {header}}); got != want {
			t.Errorf("%q → %v", header, got)
		}
	}
}

func TestOnlyPublicAnswersAreCompressed(t *testing.T) {
	h := Compress(text(strings.Repeat("digital public good ", 200)))
	w := get(h, "/", "Accept-Encoding", "gzip")
	if w.Header().Get("Content-Encoding") != "gzip" || unzip(t, w.Body.Bytes()) != strings.Repeat("digital public good ", 200) {
		t.Error("a public page is not compressed whole")
	}
	for _, plain := range [][]string{{}, {"Accept-Encoding", "gzip", "Cookie", SessionCookie + "=x"}, {"Accept-Encoding", "gzip", "Authorization", "Bearer x"}, {"Accept-Encoding", "gzip;q=0"}} {
		if w := get(h, "/", plain...); w.Header().Get("Content-Encoding") != "" || !listed(w.Header().Get("Vary"), "Accept-Encoding") {
			t.Errorf("%v: %v", plain, w.Header())
		}
	}
}

func unzip(t *testing.T, b []byte) string {
	t.Helper()
	zr, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(zr)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestLimits(t *testing.T) {
	now := time.Unix(1000, 0)
	var said []string
	l := Limits{MaxBody: 10, MaxURL: 50, Rate: 1, Burst: 3, Clients: 10, Now: func() time.Time { return now }, Deny: func(w http.ResponseWriter, _ *http.Request, status int, e *good.Error) {
		said = append(said, e.Key)
		w.WriteHeader(status)
	}}
	h := l.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.ReadAll(r.Body); err != nil {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
		}
	}))
	from := func(addr, target, body string, length int64) *httptest.ResponseRecorder {
		r := httptest.NewRequest("POST", target, strings.NewReader(body))
		r.RemoteAddr, r.ContentLength = addr, length
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	if w := from("1.1.1.1:1", "/?"+strings.Repeat("x", 60), "", 0); w.Code != 414 {
		t.Error("long address", w.Code)
	}
	if w := from("1.1.1.1:1", "/", "0123456789ab", 12); w.Code != 413 {
		t.Error("declared body", w.Code)
	}
	if w := from("1.1.1.1:1", "/", "0123456789ab", -1); w.Code != 413 {
		t.Error("undeclared body", w.Code)
	}
	for range 2 {
		if w := from("1.1.1.1:2", "/", "", 0); w.Code != 200 {
			t.Error("within the allowance", w.Code)
		}
	}
	w := from("1.1.1.1:3", "/", "", 0)
	if w.Code != 429 || w.Header().Get("Retry-After") == "" {
		t.Error("beyond the allowance", w.Code, w.Header())
	}
	if w := from("1.1.1.2:3", "/", "", 0); w.Code != 200 {
		t.Error("somebody else is refused", w.Code)
	}
	for range 10 {
		if w := from("127.0.0.1:3", "/", "", 0); w.Code != 200 {
			t.Error("the operator, or a proxy nobody named, is refused", w.Code)
		}
	}
	now = now.Add(time.Second)
	if w := from("1.1.1.1:3", "/", "", 0); w.Code != 200 {
		t.Error("after waiting", w.Code)
	}
	for i, key := range []string{"error.limit.url", "error.limit.body", "error.limit.rate"} {
		if said[i] != key {
			t.Errorf("said %v", said)
		}
	}
}

func TestOneSubscriberIsOneClientAndMemoryIsBounded(t *testing.T) {
	c := &clients{limit: 1, burst: 1, max: 100}
	now := time.Unix(0, 0)
	if c.wait(netip.MustParseAddr("2001:db8::1"), now) != 0 || c.wait(netip.MustParseAddr("2001:db8::ffff"), now) == 0 {
		t.Error("addresses of one /64 are counted apart")
	}
	for i := range 10_000 {
		c.wait(netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}), now)
	}
	if n := len(c.young) + len(c.old); n > 200 {
		t.Errorf("%d clients remembered", n)
	}
}

func TestProxyAddressIsBelievedOnlyFromTrustedProxies(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	for _, c := range []struct{ remote, forwarded, want string }{
		{"1.1.1.1:5", "9.9.9.9", "1.1.1.1"},
		{"10.0.0.1:5", "9.9.9.9", "9.9.9.9"},
		{"10.0.0.1:5", "6.6.6.6, 9.9.9.9, 10.0.0.2", "9.9.9.9"},
		{"10.0.0.1:5", "6.6.6.6, garbage", "10.0.0.1"},
		{"10.0.0.1:5", "", "10.0.0.1"},
		{"[::ffff:10.0.0.1]:5", "9.9.9.9", "9.9.9.9"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.remote
		r.Header.Set("X-Forwarded-For", c.forwarded)
		if got := ClientAddr(r, trusted).String(); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
		if got := ClientAddr(r, nil).String(); got == "9.9.9.9" {
			t.Error("believed without any trusted proxy")
		}
	}
}

func TestBusyServerSaysSo(t *testing.T) {
	enter, leave := make(chan bool), make(chan bool)
	h := Limits{Rate: -1, MaxInFlight: 1}.Middleware(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { enter <- true; <-leave }))
	go get(h, "/")
	<-enter
	if w := get(h, "/"); w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Error(w.Code, w.Header())
	}
	leave <- true
}

func TestReadsAreOpenToOtherOrigins(t *testing.T) {
	h := Chain(text("x"), SecurityHeaders(Security{CSP: "default-src 'none'"}), CORS)
	w := get(h, "/", "Origin", "https://elsewhere.example")
	for name, want := range map[string]string{"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin", "X-Content-Type-Options": "nosniff",
		"Content-Security-Policy": "default-src 'none'", "Access-Control-Allow-Credentials": ""} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	w = do(h, "OPTIONS", "/", "Origin", "https://elsewhere.example", "Access-Control-Request-Method", "GET")
	if w.Code != 204 || strings.Contains(w.Header().Get("Access-Control-Allow-Methods"), "POST") {
		t.Error(w.Code, w.Header())
	}
}

func TestVaryNamesEachHeaderOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOf(rapid.SampledFrom([]string{"Cookie", "accept-encoding", "Accept-Encoding", "Accept"})).Draw(t, "names")
		h := http.Header{}
		for _, n := range names {
			AddVary(h, n)
		}
		seen := map[string]bool{}
		for part := range strings.SplitSeq(h.Get("Vary"), ", ") {
			if k := strings.ToLower(part); seen[k] {
				t.Fatalf("twice: %q", h.Get("Vary"))
			} else {
				seen[k] = true
			}
		}
		for _, n := range names {
			if !seen[strings.ToLower(n)] {
				t.Fatalf("%s is missing: %q", n, h.Get("Vary"))
			}
		}
	})
}

func TestServerFinishesWhatItBegan(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	begun := make(chan bool)
	ctx, stop := context.WithCancel(t.Context())
	var out bytes.Buffer
	s := NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		begun <- true
		<-ctx.Done()
		_, _ = io.WriteString(w, "whole")
	}), slog.New(slog.NewTextHandler(&out, nil)))
	served := make(chan error, 1)
	go func() { served <- Serve(ctx, s, l, 5*time.Second) }()
	answer := make(chan string, 1)
	go func() {
		res, err := http.Get("http://" + l.Addr().String())
		if err != nil {
			answer <- err.Error()
			return
		}
		defer res.Body.Close()
		b, _ := io.ReadAll(res.Body)
		answer <- string(b)
	}()
	<-begun
	stop()
	if got := <-answer; got != "whole" {
		t.Errorf("the answer under way: %q", got)
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
	s.ErrorLog.Printf("http: TLS handshake error from 203.0.113.9:4431: EOF; [2001:db8::7]:9")
	if strings.Contains(out.String(), "203.0") || strings.Contains(out.String(), "2001:") || !strings.Contains(out.String(), "handshake") {
		t.Errorf("log: %s", out.String())
	}
}

func TestAWriteIsFoundOnWhicheverNodeIsAskedNext(t *testing.T) {
	writes := Chain(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		good.Wrote(r.Context(), 41)
		good.Wrote(r.Context(), 40) // a job that ended meanwhile
		http.Redirect(w, r, "/", http.StatusSeeOther)
	}), AsOf(func(context.Context, int64) bool { return true }, nil))
	w := httptest.NewRecorder()
	writes.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", nil))
	if w.Header().Get(PositionHeader) != "41" || w.Code != http.StatusSeeOther {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	if got := get(writes, "/"); got.Header().Get(PositionHeader) != "" || len(got.Result().Cookies()) > 0 {
		t.Errorf("whoever only reads is told %v", got.Header())
	}
	cookie := w.Result().Cookies()[0]
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.MaxAge <= 0 || cookie.Path != "/" {
		t.Errorf("cookie %v", cookie)
	}
	var asked []int64
	position, made := int64(40), 0
	reach := func(_ context.Context, p int64) bool {
		asked = append(asked, p)
		if p <= 41 {
			position = max(position, p)
		}
		return position >= p
	}
	deny := func(w http.ResponseWriter, _ *http.Request, status int, e *good.Error) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, e.Key)
	}
	cache := NewPageCache(CacheConfig{Position: func() int64 { return position }, Now: time.Now})
	h := Chain(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		made++
		_, _ = fmt.Fprintf(w, "as of %d", position)
	}), AsOf(reach, deny), cache.Middleware)
	led := cookie.Name + "=" + cookie.Value
	for i, c := range []struct {
		name, value string
		code        int
		body        string
	}{
		{"", "", 200, "as of 40"},
		{"Cookie", led, 200, "as of 41"},
		{"", "", 200, "as of 41"}, // what is kept is the same for everyone
		{"Cookie", "other=1; " + led, 200, "as of 41"},
		{PositionHeader, "41", 200, "as of 41"},
		{PositionHeader, "99", 503, "nodes.behind"},
		{"Cookie", cookie.Name + "=99", 200, "as of 41"},
		{PositionHeader, "-1", 200, "as of 41"},
		{PositionHeader, "9999999999999999999999", 200, "as of 41"},
		{"Cookie", cookie.Name + "=x", 200, "as of 41"},
	} {
		var header []string
		if c.name != "" {
			header = []string{c.name, c.value}
		}
		if got := get(h, "/", header...); got.Code != c.code || got.Body.String() != c.body || len(got.Header()["Set-Cookie"]) > 0 {
			t.Errorf("%d %s: %s: %d %q %v", i, c.name, c.value, got.Code, got.Body, got.Header())
		}
	}
	if made != 2 || len(asked) != 5 {
		t.Errorf("made %d times, waited for %v", made, asked)
	}
}
