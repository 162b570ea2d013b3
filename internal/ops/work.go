package ops

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"
)

// work tells how what runs by itself gets on. Where the database is down there
// are no such figures; stoa_database_up says so.
type work struct {
	ask                                    func(context.Context) (Work, error)
	open, failed, oldest, behind, attempts *prometheus.Desc
}

func newWork(ask func(context.Context) (Work, error)) *work {
	desc := prometheus.NewDesc
	return &work{ask: ask,
		open:     desc("stoa_tasks_open", "Tasks to be done: letters, webhooks.", nil, nil),
		failed:   desc("stoa_tasks_failed", "Tasks that were given up; stoa jobs list --failed names them.", nil, nil),
		oldest:   desc("stoa_task_oldest_seconds", "How long the oldest open task has waited.", nil, nil),
		behind:   desc("stoa_reader_behind_entries", "Entries of the journal that a reader has not read yet.", []string{"reader"}, nil),
		attempts: desc("stoa_task_attempts_total", "Attempts of this process, by kind of task and how they ended.", []string{"kind", "outcome"}, nil)}
}

// Describe implements prometheus.Collector.
func (c *work) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{c.open, c.failed, c.oldest, c.behind, c.attempts} {
		to <- d
	}
}

// Collect implements prometheus.Collector.
func (c *work) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	w, err := c.ask(ctx)
	if err != nil {
		return
	}
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	gauge(c.open, float64(w.Open))
	gauge(c.failed, float64(w.Failed))
	gauge(c.oldest, w.Oldest.Seconds())
	for name, n := range w.Behind {
		gauge(c.behind, float64(n), name)
	}
	for outcome, counts := range map[string]map[string]int64{"done": w.Done, "failed": w.Erred} {
		for kind, n := range counts {
			to <- prometheus.MustNewConstMetric(c.attempts, prometheus.CounterValue, float64(n), kind, outcome)
		}
	}
}
