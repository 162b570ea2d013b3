package calls

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"stoa/internal/app/calls"
	"stoa/internal/call"
	"stoa/internal/edge"
	"stoa/internal/web/page"
)

// scoring is the sheet of one juror.
type scoring struct {
	*page.Frame
	*calls.Part
	Form page.Form
}

// sheet answers GET /entries/{entry}/score.
func (h *pages) sheet(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return h.showSheet(w, r, f, http.StatusOK, page.Form{})
}

func (h *pages) showSheet(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, on page.Form) error {
	p, err := h.Calls.Part(r.Context(), f.Reader(), entryID(r))
	if err != nil {
		return err
	}
	f.Work, f.Title, f.Path = true, f.Tell("calls.score.title", "Name", p.Name), "/entries/"+string(p.ID)+"/score"
	return page.Write(w, r, f, status, scorePage(&scoring{f, p, on}))
}

// points is the field of one criterion.
func (m *scoring) points(k call.Criterion) page.Field {
	d := page.Field{Name: "p." + k.ID, Label: k.Label, Hint: m.T("calls.points", "Most", k.Most, "Weight", k.Weight), Kind: "number", Required: true}
	if n, given := m.Mine.Points[k.ID]; given {
		d.Value = strconv.Itoa(n)
	}
	return m.Form.Field(d)
}

// score answers POST /entries/{entry}/score.
func (h *pages) score(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	p, err := h.Calls.Part(r.Context(), f.Reader(), entryID(r))
	if err != nil {
		return err
	}
	names := []string{"comment"}
	for _, k := range p.Stage.Sheet {
		names = append(names, "p."+k.ID)
	}
	v, err := page.Sent(r, names...)
	if err != nil {
		return err
	}
	points := map[string]int{}
	for _, k := range p.Stage.Sheet {
		if n, err := strconv.Atoi(strings.TrimSpace(v.Get("p." + k.ID))); err == nil {
			points[k.ID] = n
		}
	}
	return h.scored(w, r, f, v, h.Calls.Score(r.Context(), f.Reader(), p.ID, points, v.Get("comment")))
}

// aside answers POST /entries/{entry}/aside.
func (h *pages) aside(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, "reason")
	if err != nil {
		return err
	}
	return h.scored(w, r, f, v, h.Calls.StandAside(r.Context(), f.Reader(), entryID(r), strings.TrimSpace(v.Get("reason"))))
}

func (h *pages) scored(w http.ResponseWriter, r *http.Request, f *page.Frame, v url.Values, err error) error {
	on := page.Form{Values: v}
	if err != nil {
		if !on.Add(f, err) {
			return err
		}
		return h.showSheet(w, r, f, edge.Status(w.Header(), err), on)
	}
	http.Redirect(w, r, f.Prefix+"/entries", http.StatusSeeOther)
	return nil
}
