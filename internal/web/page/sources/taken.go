package sources

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"time"

	"stoa/internal/export"
	"stoa/internal/good"
	"stoa/internal/web/page"
)

func (h *pages) table(w http.ResponseWriter, r *http.Request, _ *page.Frame) error {
	all, err := h.app.Sources(r.Context())
	if err != nil {
		return err
	}
	return page.WriteTable(w, "sources", h.app.Now(), func(row func(...string)) error {
		row("source", "name", "kind", "address", "keeper", "hours", "paused", "due", "last_run", "last_ended", "last_end", "records", "new", "changed", "unchanged", "gone", "faulty", "waiting")
		for _, s := range all {
			last := good.Run{}
			if s.Last != nil {
				last = *s.Last
			}
			row(append([]string{s.Source, s.About.Name, s.Kind, s.Address, s.Keeper, strconv.Itoa(s.Hours), strconv.FormatBool(s.Paused), instant(s.Due), strconv.Itoa(last.N), instant(last.Ended),
				string(last.End), strconv.Itoa(last.Records())}, counted(last)...)...)
		}
		return nil
	})
}

func (h *pages) runsTable(w http.ResponseWriter, r *http.Request, _ *page.Frame) error {
	s, err := h.app.Show(r.Context(), r.PathValue("source"))
	if err != nil {
		return err
	}
	past, err := h.app.Runs(r.Context(), s.Source, 0, 1000)
	if err != nil {
		return err
	}
	return page.WriteTable(w, "runs-"+s.Source, h.app.Now(), func(row func(...string)) error {
		row("run", "began", "ended", "end", "why", "pages", "records", "new", "changed", "unchanged", "gone", "faulty", "waiting")
		for _, run := range past {
			row(append([]string{strconv.Itoa(run.N), instant(run.Began), instant(run.Ended), string(run.End), run.Why, strconv.Itoa(run.Pages), strconv.Itoa(run.Records())}, counted(run)...)...)
		}
		return nil
	})
}

// feed is the last runs of a source as a feed.
func (h *pages) feed(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	s, err := h.app.Show(r.Context(), r.PathValue("source"))
	if err != nil {
		return err
	}
	past, err := h.app.Runs(r.Context(), s.Source, 0, shownRuns)
	if err != nil {
		return err
	}
	at := f.Site.Base + f.Prefix + "/sources/" + page.PathEscape(s.Source)
	items := make([]export.Item, len(past))
	for i, run := range past {
		items[i] = export.Item{ID: "urn:stoa:harvest:" + s.Source + ":" + strconv.Itoa(run.N), Link: at + "?run=" + strconv.Itoa(run.N) + "#runs", Updated: run.Ended,
			Title: f.T("harvest.end."+string(run.End)) + " · " + f.N("harvest.records", run.Records()), Summary: inShort(f, run)}
	}
	var b bytes.Buffer
	since := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) // of a source that was not read yet
	if err := export.AtomItems(&b, export.Feed{Base: f.Site.Base, Self: at + "/runs.atom", Title: f.Tell("harvest.source.title", "Name", s.About.Name), Lang: f.Code, Updated: since}, items); err != nil {
		return err
	}
	w.Header().Set("Content-Type", export.TypeAtom)
	_, _ = w.Write(b.Bytes()) // a client that went away needs no answer
	return nil
}

// inShort is why a run ended, and its counts.
func inShort(f *page.Frame, run good.Run) string {
	var out []string
	if run.Why != "" {
		out = append(out, said(f, run.Why, run.Args))
	}
	for _, n := range numbers(run) {
		if n.n > 0 {
			out = append(out, f.T("harvest.count."+n.name)+": "+f.Number(n.n))
		}
	}
	return strings.Join(out, " · ")
}

func counted(r good.Run) []string {
	var out []string
	for _, n := range []int{r.New, r.Changed, r.Unchanged, r.Gone, r.Faulty, r.Waiting} {
		out = append(out, strconv.Itoa(n))
	}
	return out
}
