package proof

import (
	"encoding/csv"
	"net/http"
	"slices"
	"strconv"
	"time"

	"stoa/internal/app/assessment"
	"stoa/internal/assess"
	"stoa/internal/edge"
	"stoa/internal/web/page"
)

// kept is how long statistics are kept: ages change with the hour, whatever is
// written.
const kept = time.Minute

// figures is the page of the pipeline's statistics being made.
type figures struct {
	*page.Frame
	assessment.Statistics
	Past  []string // with times, the newest first
	Month string   // the one whose times are shown
}

// monthly makes the page of one month; another than those there are is the
// newest.
func monthly(f *page.Frame, s assessment.Statistics, month string) *figures {
	m := &figures{Frame: f, Statistics: s}
	for _, t := range s.Times {
		m.Past = append(m.Past, t.Month)
	}
	slices.Sort(m.Past)
	m.Past = slices.Compact(m.Past)
	slices.Reverse(m.Past)
	switch {
	case slices.Contains(m.Past, month):
		m.Month = month
	case len(m.Past) > 0:
		m.Month = m.Past[0]
	}
	m.Times = slices.DeleteFunc(slices.Clone(s.Times), func(t assessment.StageTime) bool { return t.Month != m.Month })
	return m
}

func (h *pages) pipeline(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	f.Work, f.Title = true, f.T("proof.pipeline.title")
	if f.Viewer != nil {
		edge.Private(w.Header())
	} else {
		edge.Public(w.Header(), kept)
	}
	s, err := h.Assessment.Statistics(r.Context())
	if err != nil {
		return err
	}
	f.Description = f.T("proof.pipeline.lede", "Months", s.Months)
	return page.Write(w, r, f, http.StatusOK, pipelinePage(monthly(f, s, r.URL.Query().Get("month"))))
}

// pipelineCSV gives the statistics away: one row a kind, stage and month.
func (h *pages) pipelineCSV(w http.ResponseWriter, r *http.Request, _ *page.Frame) error {
	s, err := h.Assessment.Statistics(r.Context())
	if err != nil {
		return err
	}
	edge.Public(w.Header(), kept)
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `inline; filename="pipeline.csv"`)
	out := csv.NewWriter(w)
	if err := out.Write([]string{"kind", "stage", "month", "ended", "median_hours", "p90_hours", "now", "oldest_since"}); err != nil {
		return err
	}
	for _, t := range s.Times {
		if err := out.Write([]string{string(t.Kind), string(t.State), t.Month, strconv.Itoa(t.Count), strconv.Itoa(t.Median), strconv.Itoa(t.Ninety), "", ""}); err != nil {
			return err
		}
	}
	for _, c := range s.States {
		if err := out.Write([]string{string(c.Kind), string(c.State), "", "", "", "", strconv.Itoa(c.Count), stamp(c.Oldest)}); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// took says how long hours are, in hours below two days, else in days.
func (m *figures) took(hours int) string {
	if hours < 48 {
		return m.N("proof.hours", hours)
	}
	return m.N("proof.days", (hours+12)/24)
}

// age is how long something has waited.
func (m *figures) age(since time.Time) string { return m.took(int(m.At.Sub(since).Hours())) }

func kind(f *page.Frame, k assess.Kind) string   { return f.T("assess.kind." + string(k)) }
func state(f *page.Frame, s assess.State) string { return f.T("assess.state." + string(s)) }
