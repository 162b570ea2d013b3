package desk

import (
	"net/http"
	"slices"
	"strings"

	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/web/page"
)

// show answers with the page of one application; "on" names an indicator to be
// shown alone.
func (h *pages) show(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	m, err := h.review(r.Context(), f, good.ID(r.PathValue("application")), r.URL.Query().Get("on"))
	if err != nil {
		return err
	}
	if m.Only != "" {
		f.Query = "on=" + m.Only
	}
	if r.URL.Query().Get("done") != "" {
		m.Told = f.N("desk.done.next", m.Waiting)
	}
	return page.Write(w, r, f, http.StatusOK, reviewPage(m))
}

// whole answers with one answer as it was given, as plain text.
func (h *pages) whole(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	full, err := h.app.Application(r.Context(), f.Reader(), good.ID(r.PathValue("application")))
	if err != nil {
		return err
	}
	saved, ok := full.Answers[r.PathValue("question")]
	if !ok {
		return &good.Error{Kind: good.NotFound, Key: "assess.error.unknown"}
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err = w.Write([]byte(plain(saved.Answer)))
	return err
}

// plain is an answer as text.
func plain(a standard.Answer) string {
	parts := []string{a.Text, strings.Join(a.Choices, ", ")}
	for _, k := range items(a) {
		parts = append(parts, k+": "+a.Items[k])
	}
	parts = append(parts, lines(a.Links))
	for _, f := range a.Files {
		parts = append(parts, f.Name)
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "\n\n") + "\n"
}

// candidates is the page of those who may be given an application.
type candidates struct {
	*page.Frame
	*assess.Application
	Fit, Unfit []assess.Reviewer
}

// choose answers with who may be given an application, and who not and why.
func (h *pages) choose(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	id := good.ID(r.PathValue("application"))
	full, err := h.app.Application(r.Context(), f.Reader(), id)
	if err != nil {
		return err
	}
	m := &candidates{Frame: f, Application: full.Application}
	if m.Fit, m.Unfit, err = h.app.Candidates(r.Context(), f.Reader(), id); err != nil {
		return err
	}
	f.Title, f.Work, f.Here = full.Name, true, "desk"
	return page.Write(w, r, f, http.StatusOK, choosePage(m))
}

// reporter answers with who challenged in confidence, to those who may know.
func (h *pages) reporter(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	id := good.ID(r.PathValue("application"))
	who, err := h.app.Reporter(r.Context(), f.Reader(), id)
	if err != nil {
		return err
	}
	if who == nil {
		return &good.Error{Kind: good.NotFound, Key: "assess.error.unknown"}
	}
	f.Title, f.Work, f.Here = f.T("desk.reporter"), true, "desk"
	return page.Write(w, r, f, http.StatusOK, reporterPage(f, id, who))
}
