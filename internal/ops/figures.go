package ops

import (
	"context"
	"strconv"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"stoa/internal/edge"
)

// counters are what requests add to.
type counters struct {
	requests *prometheus.CounterVec
	took     *prometheus.HistogramVec
}

// register makes every figure. What others already count is read when it is
// asked for.
func register(r *prometheus.Registry, cfg Config) counters {
	c := counters{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "stoa_http_requests_total", Help: "Requests answered, by route, method and status; status 0 where the connection was cut."},
			[]string{"route", "method", "status"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "stoa_http_request_duration_seconds", Help: "Time to answer a request, by route.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}}, []string{"route"}),
	}
	gauge := func(name, help string, f func() float64) {
		r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, f))
	}
	counter := func(name, help string, f func() int64) {
		r.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, func() float64 { return float64(f()) }))
	}
	r.MustRegister(c.requests, c.took, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), &journal{cfg: cfg,
		position: prometheus.NewDesc("stoa_journal_position", "Position of the last entry of the journal in the database.", nil, nil),
		up:       prometheus.NewDesc("stoa_database_up", "1 if the database answers.", nil, nil)})
	if cfg.Work != nil {
		r.MustRegister(newWork(cfg.Work))
	}
	gauge("stoa_catalogue_position", "Position of the journal that pages show.", func() float64 { return float64(cfg.State().Position) })
	gauge("stoa_goods", "Goods in the catalogue.", func() float64 { return float64(cfg.State().Goods) })
	gauge("stoa_page_cache_bytes", "Memory of kept pages.", func() float64 { return float64(cfg.Cache.Bytes()) })
	counter("stoa_page_cache_hits_total", "Answers out of the page cache.", cfg.Cache.Hits)
	counter("stoa_page_cache_misses_total", "Answers made that the page cache may keep.", cfg.Cache.Misses)
	build := prometheus.NewGauge(prometheus.GaugeOpts{Name: "stoa_build_info", Help: "Always 1; the label says which program this is.", ConstLabels: prometheus.Labels{"version": cfg.Version}})
	build.Set(1)
	r.MustRegister(build)
	return c
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
		o.count.requests.WithLabelValues(route, e.Method, strconv.Itoa(e.Status)).Inc()
		o.count.took.WithLabelValues(route).Observe(e.Took.Seconds())
	})
}

// journal asks the database when it is asked, so that a database that is down
// is a figure and not a gap.
type journal struct {
	cfg          Config
	position, up *prometheus.Desc
}

// Describe implements prometheus.Collector.
func (j *journal) Describe(to chan<- *prometheus.Desc) { to <- j.position; to <- j.up }

// Collect implements prometheus.Collector.
func (j *journal) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	position, err := j.cfg.Journal(ctx)
	if err != nil {
		to <- prometheus.MustNewConstMetric(j.up, prometheus.GaugeValue, 0)
		return
	}
	to <- prometheus.MustNewConstMetric(j.up, prometheus.GaugeValue, 1)
	to <- prometheus.MustNewConstMetric(j.position, prometheus.GaugeValue, float64(position))
}
