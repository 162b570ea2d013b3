package desk

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"stoa/internal/access"
	"stoa/internal/app/duplicates"
	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/match"
	"stoa/internal/web/page"
)

// Duplicates is what the pages ask about goods that look like one.
type Duplicates interface {
	Queue(ctx context.Context, who access.Who, state match.State, offset, limit int) ([]duplicates.Item, map[match.State]int, error)
	One(ctx context.Context, who access.Who, id good.ID) (duplicates.Item, []good.Entry, error)
	Decide(ctx context.Context, who access.Who, id good.ID, d duplicates.Decision) (duplicates.Item, int64, error)
}

// doubled are the pages of goods that look like one.
func (h *pages) doubled() []page.Route {
	if h.Duplicates == nil {
		return nil
	}
	return []page.Route{
		{Pattern: "GET /desk/duplicates", Act: access.SeeDuplicates, Handler: h.duplicates},
		{Pattern: "GET /desk/duplicates/{pair}", Act: access.SeeDuplicates, Handler: h.pair},
		{Pattern: "POST /desk/duplicates/{pair}", Act: access.SettleDuplicates, Handler: h.settlePair},
	}
}

// pairs is the page of pairs in one state.
type pairs struct {
	*page.Frame
	State  match.State
	Items  []duplicates.Item
	Counts map[match.State]int
	From   int
	Told   string
}

func (h *pages) duplicates(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	q := r.URL.Query()
	m := &pairs{Frame: f, State: match.State(q.Get("state"))}
	if !slices.Contains(match.States, m.State) {
		m.State = match.Open
	}
	if n, err := strconv.Atoi(q.Get("from")); err == nil && n > 0 && n < 1_000_000 {
		m.From = n
	}
	if slices.Contains(duplicates.Ways, q.Get("done")) {
		m.Told = f.T("match.done." + q.Get("done"))
	}
	var err error
	if m.Items, m.Counts, err = h.Duplicates.Queue(r.Context(), f.Reader(), m.State, m.From, perPage); err != nil {
		return err
	}
	f.Path, f.Query, f.Title, f.Work, f.Here = "/desk/duplicates", m.query(m.State, m.From), f.T("match.title"), true, "desk"
	return page.Write(w, r, f, http.StatusOK, pairsPage(m))
}

func (m *pairs) query(s match.State, from int) string {
	q := url.Values{}
	if s != match.Open {
		q.Set("state", string(s))
	}
	if from > 0 {
		q.Set("from", strconv.Itoa(from))
	}
	return q.Encode()
}

func (m *pairs) at(s match.State, from int) string {
	if q := m.query(s, from); q != "" {
		return "/desk/duplicates?" + q
	}
	return "/desk/duplicates"
}

// because are the reasons for a pair, in words.
func because(f *page.Frame, i duplicates.Item) []string {
	var out []string
	for _, r := range i.Reasons {
		out = append(out, f.Tell("match.reason."+string(r.Code), "Value", page.Cut(page.Valid(r.Value), 120)))
	}
	return out
}

// onePair is the page of a pair.
type onePair struct {
	*page.Frame
	duplicates.Item
	Past []good.Entry
	On   *page.Form
}

func (h *pages) pair(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return h.writePair(w, r, f, http.StatusOK, nil)
}

func (h *pages) writePair(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, on *page.Form) error {
	m := &onePair{Frame: f, On: on}
	var err error
	if m.Item, m.Past, err = h.Duplicates.One(r.Context(), f.Reader(), good.ID(r.PathValue("pair"))); err != nil {
		return err
	}
	f.Path, f.Title, f.Work, f.Here = "/desk/duplicates/"+string(m.ID), f.Tell("match.page.title", "One", m.A.Name, "Other", m.B.Name), true, "desk"
	return page.Write(w, r, f, status, pairPage(m))
}

// The values of the form besides those of duplicates.Ways.
const (
	keepOne   = "keep-one"
	keepOther = "keep-other"
)

// choices are what can be decided about a pair.
func (m *onePair) choices() []page.Option {
	if m.State != match.Open {
		return []page.Option{{Value: duplicates.ToUndo, Label: m.T("match.decide.undo." + string(m.State))}}
	}
	stay := func(g *good.Good) string { return m.Tell("match.decide.merge", "Name", g.Name, "Slug", g.Slug) }
	return []page.Option{{Value: keepOne, Label: stay(m.A)}, {Value: keepOther, Label: stay(m.B)}, {Value: duplicates.ToKeep, Label: m.T("match.decide.apart")}}
}

// settlePair does what the form of a pair asks for.
func (h *pages) settlePair(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, "decision", "reason")
	if err != nil {
		return err
	}
	id := good.ID(r.PathValue("pair"))
	d := duplicates.Decision{How: v.Get("decision"), Reason: v.Get("reason")}
	if d.How == keepOne || d.How == keepOther {
		i, _, err := h.Duplicates.One(r.Context(), f.Reader(), id)
		if err != nil {
			return err
		}
		d.Into = string(i.One)
		if d.How == keepOther {
			d.Into = string(i.Other)
		}
		d.How = duplicates.ToMerge
	}
	if _, _, err := h.Duplicates.Decide(r.Context(), f.Reader(), id, d); err != nil {
		on := &page.Form{Values: v}
		if !on.Add(f, err) {
			return err
		}
		return h.writePair(w, r, f, edge.Status(w.Header(), err), on)
	}
	http.Redirect(w, r, f.Prefix+"/desk/duplicates?done="+url.QueryEscape(d.How), http.StatusSeeOther)
	return nil
}

// aspect is a row of what is known of both.
type aspect struct {
	label      string
	one, other []string
	same       bool
}

func (m *onePair) aspects() []aspect {
	var out []aspect
	add := func(key string, of func(*good.Good) []string) {
		a := aspect{label: m.T(key), one: of(m.A), other: of(m.B)}
		a.same = len(a.one) > 0 && slices.Equal(a.one, a.other)
		if len(a.one)+len(a.other) > 0 {
			out = append(out, a)
		}
	}
	add("match.row.stage", func(g *good.Good) []string { return []string{m.Stage(g.Stage)} })
	add("match.row.address", func(g *good.Good) []string { return []string{"/goods/" + g.Slug} })
	add("match.row.aliases", func(g *good.Good) []string { return g.Aliases })
	add("match.row.website", func(g *good.Good) []string {
		if g.Website == "" {
			return nil
		}
		return []string{g.Website}
	})
	add("match.row.repositories", func(g *good.Good) (list []string) {
		for _, l := range g.Repositories {
			list = append(list, l.URL)
		}
		return list
	})
	add("match.row.organisations", func(g *good.Good) (list []string) {
		for _, p := range g.Parties {
			list = append(list, p.Name)
		}
		return list
	})
	add("match.row.summary", func(g *good.Good) []string {
		if text, _ := g.Summary.In(m.Code); text != "" {
			return []string{page.Cut(text, 600)}
		}
		return nil
	})
	add("match.row.sources", func(g *good.Good) (list []string) {
		for _, r := range g.Records {
			list = append(list, r.Source+" / "+page.Cut(r.ForeignID, 60))
		}
		return list
	})
	return out
}

// pairsTable is every pair in a state, as a file.
func (h *pages) pairsTable(r *http.Request, f *page.Frame, row func(...string)) error {
	if h.Duplicates == nil {
		return &good.Error{Kind: good.NotFound, Key: "assess.error.unknown"}
	}
	state := match.State(r.URL.Query().Get("state"))
	row("id", "state", "score", "one", "one_name", "other", "other_name", "reasons", "found", "decided", "role")
	for from := 0; from < tableMost; from += tableRows {
		items, _, err := h.Duplicates.Queue(r.Context(), f.Reader(), state, from, tableRows)
		if err != nil {
			return err
		}
		for _, i := range items {
			var why []string
			for _, c := range i.Reasons {
				why = append(why, string(c.Code)+": "+c.Value)
			}
			row(string(i.ID), string(i.State), strconv.Itoa(i.Score), i.A.Slug, i.A.Name, i.B.Slug, i.B.Name, strings.Join(why, " | "), instant(i.Found), instant(i.Decided), i.Role)
		}
		if len(items) < tableRows {
			break
		}
	}
	return nil
}
