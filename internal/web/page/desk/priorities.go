package desk

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"stoa/internal/access"
	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/web/page"
)

// Priorities is what the pages ask about how much a source counts.
type Priorities interface {
	Preferences(ctx context.Context, who access.Who) ([]good.Source, error)
	Prefer(ctx context.Context, who access.Who, source string, fields map[good.Field]int, reason string) (good.Source, error)
}

// preferring are the pages of how much the word of each source counts.
func (h *pages) preferring() []page.Route {
	if h.Priorities == nil {
		return nil
	}
	return []page.Route{
		{Pattern: "GET /desk/priorities", Act: access.Harvest, Handler: h.priorities},
		{Pattern: "GET /desk/priorities/{source}", Act: access.Harvest, Handler: h.prioritiesOf},
		{Pattern: "POST /desk/priorities/{source}", Act: access.Harvest, Handler: h.setPriorities},
	}
}

// weights is the page of all sources.
type weights struct {
	*page.Frame
	All  []good.Source // the one that counts most first
	Told string
}

func (h *pages) priorities(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	m := &weights{Frame: f}
	var err error
	if m.All, err = h.Priorities.Preferences(r.Context(), f.Reader()); err != nil {
		return err
	}
	slices.SortStableFunc(m.All, func(a, b good.Source) int { return b.Priority - a.Priority })
	if r.URL.Query().Get("done") == "set" {
		m.Told = f.T("clash.priority.done")
	}
	f.Path, f.Title, f.Work, f.Here = "/desk/priorities", f.T("clash.priority.title"), true, "desk"
	return page.Write(w, r, f, http.StatusOK, prioritiesPage(m))
}

// apart are the fields for which a source counts otherwise, in words.
func (m *weights) apart(s good.Source) []string {
	var out []string
	for _, field := range good.Merging {
		if n, ok := s.Fields[field]; ok {
			out = append(out, m.Tell("clash.priority.field", "Field", m.Field(field), "Priority", m.Number(n)))
		}
	}
	return out
}

// weight is the page of one source.
type weight struct {
	*page.Frame
	Source good.Source
	On     *page.Form
}

func (h *pages) prioritiesOf(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return h.writePriorities(w, r, f, http.StatusOK, nil)
}

func (h *pages) writePriorities(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, on *page.Form) error {
	all, err := h.Priorities.Preferences(r.Context(), f.Reader())
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(s good.Source) bool { return s.ID == r.PathValue("source") })
	if i < 0 {
		return &good.Error{Kind: good.NotFound, Key: "harvest.error.unknown", Args: map[string]any{"Source": r.PathValue("source")}}
	}
	m := &weight{Frame: f, Source: all[i], On: on}
	f.Path, f.Title, f.Work, f.Here = "/desk/priorities/"+page.PathEscape(m.Source.ID), f.Tell("clash.priority.of", "Source", m.Source.Name), true, "desk"
	return page.Write(w, r, f, status, priorityPage(m))
}

// input is the field of the form for a field of goods.
func (m *weight) input(field good.Field) page.Field {
	d := page.Field{Name: string(field), Label: m.Field(field), Kind: "number"}
	if n, ok := m.Source.Fields[field]; ok {
		d.Value = strconv.Itoa(n)
	}
	return m.On.Field(d)
}

func (h *pages) setPriorities(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	names := []string{"reason"}
	for _, field := range good.Merging {
		names = append(names, string(field))
	}
	v, err := page.Sent(r, names...)
	if err != nil {
		return err
	}
	fields := map[good.Field]int{}
	for _, field := range good.Merging {
		if s := strings.TrimSpace(v.Get(string(field))); s != "" {
			if fields[field], err = strconv.Atoi(s); err != nil {
				fields[field] = 0 // which is no priority, and is said so
			}
		}
	}
	if len(fields) == 0 {
		fields = nil
	}
	if _, err := h.Priorities.Prefer(r.Context(), f.Reader(), r.PathValue("source"), fields, v.Get("reason")); err != nil {
		on := &page.Form{Values: v}
		if !on.Add(f, err) {
			return err
		}
		return h.writePriorities(w, r, f, edge.Status(w.Header(), err), on)
	}
	http.Redirect(w, r, f.Prefix+"/desk/priorities?"+url.Values{"done": {"set"}}.Encode(), http.StatusSeeOther)
	return nil
}
