package ops

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/VictoriaMetrics/metrics"

	"stoa/internal/edge"
)

// figures are what /metrics answers with, in the text form of Prometheus.
type figures struct {
	cfg      Config
	families []family
	requests *metrics.Set
	took     *metrics.Set
	counters sync.Map // request → *metrics.Counter
	clocks   sync.Map // route → *metrics.PrometheusHistogram
	turns    chan struct{}
}

// family is one figure, with all its labels.
type family struct {
	name, kind, help string
	write            func(w io.Writer, name string)
}

// request is what requests are counted by.
type request struct {
	route, method string
	status        int
}

// mostAsking is how many may ask for the figures at once.
const mostAsking = 4

// buckets are the times in seconds by which answers are counted.
var buckets = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}

// newFigures makes every figure. What others already count is read when it is
// asked for.
func newFigures(cfg Config) *figures {
	f := &figures{cfg: cfg, requests: metrics.NewSet(), took: metrics.NewSet(), turns: make(chan struct{}, mostAsking)}
	set := func(s *metrics.Set) func(io.Writer, string) {
		return func(w io.Writer, _ string) { s.WritePrometheus(w) }
	}
	number := func(read func() int64) func(io.Writer, string) {
		return func(w io.Writer, name string) { fmt.Fprintf(w, "%s %d\n", name, read()) }
	}
	f.families = []family{
		{"stoa_http_requests_total", "counter", "Requests answered, by route, method and status; status 0 where the connection was cut.", set(f.requests)},
		{"stoa_http_request_duration_seconds", "histogram", "Time to answer a request, by route.", set(f.took)},
		{"stoa_catalogue_position", "gauge", "Position of the journal that pages show.", number(func() int64 { return cfg.State().Position })},
		{"stoa_goods", "gauge", "Goods in the catalogue.", number(func() int64 { return int64(cfg.State().Goods) })},
		{"stoa_page_cache_bytes", "gauge", "Memory of kept pages.", number(cfg.Cache.Bytes)},
		{"stoa_page_cache_hits_total", "counter", "Answers out of the page cache.", number(cfg.Cache.Hits)},
		{"stoa_page_cache_misses_total", "counter", "Answers made that the page cache may keep.", number(cfg.Cache.Misses)},
		{"stoa_build_info", "gauge", "Always 1; the label says which program this is.", func(w io.Writer, name string) { fmt.Fprintf(w, "%s{version=%q} 1\n", name, cfg.Version) }},
	}
	return f
}

// ServeHTTP answers with all figures.
func (f *figures) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	select {
	case f.turns <- struct{}{}:
		defer func() { <-f.turns }()
	default:
		http.Error(w, "too many ask for the figures at once; ask again later", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	ctx, cancel := context.WithTimeout(r.Context(), 2*patience)
	defer cancel()
	for _, of := range slices.Concat(f.families, f.journal(ctx), f.work(ctx)) {
		fmt.Fprintf(w, "# HELP %s %s\n# TYPE %s %s\n", of.name, of.help, of.name, of.kind)
		of.write(w, of.name)
	}
	metrics.WriteProcessMetrics(w)
}

// count adds one answered request.
func (f *figures) count(e edge.Observation, route string) {
	key := request{route, e.Method, e.Status}
	c, ok := f.counters.Load(key)
	if !ok {
		c, _ = f.counters.LoadOrStore(key, f.requests.GetOrCreateCounter(fmt.Sprintf("stoa_http_requests_total{method=%q,route=%q,status=\"%d\"}", e.Method, route, e.Status)))
	}
	c.(*metrics.Counter).Inc()
	h, ok := f.clocks.Load(route)
	if !ok {
		h, _ = f.clocks.LoadOrStore(route, f.took.GetOrCreatePrometheusHistogramExt(fmt.Sprintf("stoa_http_request_duration_seconds{route=%q}", route), buckets))
	}
	h.(*metrics.PrometheusHistogram).Update(e.Took.Seconds())
}

// Middleware counts requests by the pattern of their route, of which there are
// as many as the program has; addresses that strangers make up add none.
func (o *Ops) Middleware() edge.Middleware {
	return edge.Observe(o.cfg.Now, func(e edge.Observation) {
		route := e.Route
		if _, path, ok := strings.Cut(route, " "); ok {
			route = path // the method has a label of its own
		}
		if route == "" {
			route = "none"
		}
		o.figures.count(e, route)
	})
}

// journal asks the database when it is asked, so that a database that is down
// is a figure and not a gap.
func (f *figures) journal(ctx context.Context) []family {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	position, err := f.cfg.Journal(ctx)
	up := family{"stoa_database_up", "gauge", "1 if the database answers.", values(1)}
	if err != nil {
		up.write = values(0)
		return []family{up}
	}
	return []family{up, {"stoa_journal_position", "gauge", "Position of the last entry of the journal in the database.", values(float64(position))}}
}

// work tells how what runs by itself gets on. Where the database is down there
// are no such figures; stoa_database_up says so.
func (f *figures) work(ctx context.Context) []family {
	if f.cfg.Work == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	w, err := f.cfg.Work(ctx)
	if err != nil {
		return nil
	}
	behind := func(to io.Writer, name string) {
		for _, reader := range slices.Sorted(maps.Keys(w.Behind)) {
			fmt.Fprintf(to, "%s{reader=%q} %d\n", name, reader, w.Behind[reader])
		}
	}
	attempts := func(to io.Writer, name string) {
		for _, of := range []struct {
			outcome string
			counts  map[string]int64
		}{{"done", w.Done}, {"failed", w.Erred}} {
			for _, kind := range slices.Sorted(maps.Keys(of.counts)) {
				fmt.Fprintf(to, "%s{kind=%q,outcome=%q} %d\n", name, kind, of.outcome, of.counts[kind])
			}
		}
	}
	return []family{
		{"stoa_tasks_open", "gauge", "Tasks to be done: letters, webhooks.", values(float64(w.Open))},
		{"stoa_tasks_failed", "gauge", "Tasks that were given up; stoa jobs list --failed names them.", values(float64(w.Failed))},
		{"stoa_task_oldest_seconds", "gauge", "How long the oldest open task has waited.", values(w.Oldest.Seconds())},
		{"stoa_reader_behind_entries", "gauge", "Entries of the journal that a reader has not read yet.", behind},
		{"stoa_task_attempts_total", "counter", "Attempts of this process, by kind of task and how they ended.", attempts},
	}
}

// values writes a figure without labels.
func values(v float64) func(io.Writer, string) {
	return func(w io.Writer, name string) {
		fmt.Fprintf(w, "%s %s\n", name, strconv.FormatFloat(v, 'f', -1, 64))
	}
}
