package ops

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"stoa/internal/edge"
)

// watched is a node whose parts a test can break.
type watched struct {
	state    State
	position int64
	err      error
}

func (f *watched) ops(metrics string) *Ops {
	return New(Config{Journal: func(context.Context) (int64, error) { return f.position, f.err }, State: func() State { return f.state },
		Cache: &edge.CacheMeter{}, Metrics: metrics, Version: "v1", Log: slog.New(slog.DiscardHandler), Now: time.Now})
}

// ask sends a request from an address through o to a site with one route.
func ask(o *Ops, path, from string, headers ...string) *httptest.ResponseRecorder {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /goods/{slug}", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	mux.HandleFunc("GET /cut", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	h := o.Handler(edge.Chain(mux, edge.Log(slog.New(slog.DiscardHandler), time.Now), o.Middleware()))
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.RemoteAddr = from
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	func() {
		defer func() {
			if p := recover(); p != nil && p != http.ErrAbortHandler {
				panic(p)
			}
		}()
		h.ServeHTTP(w, r)
	}()
	return w
}

func TestReadiness(t *testing.T) {
	for _, c := range []struct {
		name string
		node watched
		code int
		says string
	}{
		{"ready", watched{state: State{Built: true, Position: 90}, position: 100}, 200, "ok"},
		{"empty", watched{state: State{Built: true, Position: -1}, position: -1}, 200, "ok"},
		{"building", watched{}, 503, "being built"},
		{"database away", watched{state: State{Built: true}, err: errors.New("dial 10.0.0.7: password wrong")}, 503, "does not answer"},
		{"behind", watched{state: State{Built: true, Position: 90}, position: 90 + behind + 1}, 503, "5001 entries behind"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := c.node.ops("")
			w := ask(o, "/readyz", "192.0.2.1:1")
			if w.Code != c.code || !strings.Contains(w.Body.String(), c.says) || strings.Contains(w.Body.String(), "password") {
				t.Errorf("%d %q", w.Code, w.Body)
			}
			if w := ask(o, "/healthz", "192.0.2.1:1"); w.Code != 200 {
				t.Errorf("the process lives, yet healthz says %d", w.Code)
			}
		})
	}
}

func TestFiguresAreForTheOperator(t *testing.T) {
	n := watched{state: State{Built: true}}
	for _, c := range []struct {
		metrics, from string
		headers       []string
		code          int
	}{
		{"", "127.0.0.1:1", nil, 200},
		{"local", "[::1]:1", nil, 200},
		{"local", "192.0.2.1:1", nil, 404},
		{"local", "127.0.0.1:1", []string{"X-Forwarded-For", "192.0.2.1"}, 404},
		{"local", "127.0.0.1:1", []string{"Forwarded", "for=192.0.2.1"}, 404},
		{"local", "192.0.2.1:1", []string{"X-Forwarded-For", "127.0.0.1"}, 404},
		{"none", "127.0.0.1:1", nil, 404},
		{"all", "192.0.2.1:1", nil, 200},
	} {
		if w := ask(n.ops(c.metrics), "/metrics", c.from, c.headers...); w.Code != c.code {
			t.Errorf("%s from %s %v: %d, want %d", c.metrics, c.from, c.headers, w.Code, c.code)
		}
	}
}

func TestFigures(t *testing.T) {
	n := watched{state: State{Built: true, Position: 41, Goods: 7}, position: 42}
	o := n.ops("")
	for _, path := range []string{"/goods/ada-lovelace", "/goods/other", "/lovelace@example.org", "/cut"} {
		ask(o, path, "192.0.2.1:1", "X-Stoa-Route", "/made-up")
	}
	text := ask(o, "/metrics", "127.0.0.1:1").Body.String()
	for _, want := range []string{
		`stoa_http_requests_total{method="GET",route="/goods/{slug}",status="418"} 2`,
		`stoa_http_requests_total{method="GET",route="none",status="404"} 1`,
		`stoa_http_requests_total{method="GET",route="/cut",status="0"} 1`,
		`stoa_http_request_duration_seconds_count{route="/goods/{slug}"} 2`,
		"stoa_journal_position 42", "stoa_catalogue_position 41", "stoa_goods 7", "stoa_database_up 1",
		"stoa_page_cache_bytes 0", `stoa_build_info{version="v1"} 1`, "go_goroutines", "process_resident_memory_bytes",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	for _, never := range []string{"lovelace", "made-up"} {
		if strings.Contains(text, never) {
			t.Errorf("the figures hold %q, which a client made up", never)
		}
	}
	n.err = errors.New("away")
	if text := ask(o, "/metrics", "127.0.0.1:1").Body.String(); !strings.Contains(text, "stoa_database_up 0") || strings.Contains(text, "stoa_journal_position ") && !strings.Contains(text, "# HELP") {
		t.Errorf("a database that is away is not told:\n%s", text)
	}
}

func TestTheCacheIsCounted(t *testing.T) {
	meter := &edge.CacheMeter{}
	cache := edge.NewPageCache(edge.CacheConfig{Position: func() int64 { return 1 }, Now: time.Now, Meter: meter})
	h := cache.Middleware(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("page")) }))
	for range 3 {
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
	}
	if meter.Hits() != 2 || meter.Misses() != 1 || meter.Bytes() == 0 {
		t.Errorf("%d hits, %d misses, %d bytes", meter.Hits(), meter.Misses(), meter.Bytes())
	}
}

func TestTheQueueIsWatched(t *testing.T) {
	var failure error
	o := New(Config{Journal: func(context.Context) (int64, error) { return 1, nil }, State: func() State { return State{Built: true} }, Cache: &edge.CacheMeter{}, Version: "v1",
		Log: slog.New(slog.DiscardHandler), Now: time.Now, Work: func(context.Context) (Work, error) {
			return Work{Open: 3, Failed: 2, Oldest: 90 * time.Second, Behind: map[string]int64{"notices": 7}, Done: map[string]int64{"mail": 5}, Erred: map[string]int64{"mail": 1}}, failure
		}})
	body := ask(o, "/metrics", "127.0.0.1:1").Body.String()
	for _, want := range []string{"stoa_tasks_open 3\n", "stoa_tasks_failed 2\n", "stoa_task_oldest_seconds 90\n", `stoa_reader_behind_entries{reader="notices"} 7` + "\n",
		`stoa_task_attempts_total{kind="mail",outcome="done"} 5` + "\n", `stoa_task_attempts_total{kind="mail",outcome="failed"} 1` + "\n"} {
		if !strings.Contains(body, want) {
			t.Errorf("the figures lack %q", want)
		}
	}
	failure = errors.New("the database is away")
	if body := ask(o, "/metrics", "127.0.0.1:1").Body.String(); strings.Contains(body, "stoa_tasks_open") || !strings.Contains(body, "stoa_database_up 1") {
		t.Error("figures of a queue that cannot be asked")
	}
}
