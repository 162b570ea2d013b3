package desk

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/watching"
	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/watch"
	"stoa/internal/web/page"
)

// Watch is what the pages ask of the watch over what is recognised.
type Watch interface {
	Board(ctx context.Context, who access.Who) (*watching.Board, error)
	Case(ctx context.Context, who access.Who, id good.ID) (watching.Standing, *good.Good, error)
	Of(ctx context.Context, id good.ID) (watching.Seen, error)
	Again(ctx context.Context, who access.Who, slugOrID string) error
	Decide(ctx context.Context, who access.Who, id good.ID, d watching.Decision) (watching.Decided, error)
}

// watched are the pages of the watch.
func (h *pages) watched() []page.Route {
	if h.Watch == nil {
		return nil
	}
	return []page.Route{
		{Pattern: "GET /desk/watch", Act: access.SeeWatch, Handler: h.watch},
		{Pattern: "POST /desk/watch", Act: access.Watch, Handler: h.lookAgain},
		{Pattern: "GET /desk/watch/{sign}", Act: access.SeeWatch, Handler: h.sign},
		{Pattern: "POST /desk/watch/{sign}", Act: access.SettleSign, Handler: h.settleSign},
	}
}

// watchBoard is the page of how the watch gets on.
type watchBoard struct {
	*page.Frame
	*watching.Board
	On   *page.Form
	Told string
}

func (h *pages) watch(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return h.writeWatch(w, r, f, http.StatusOK, nil)
}

func (h *pages) writeWatch(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, on *page.Form) error {
	m := &watchBoard{Frame: f, On: on, Told: toldOfWatch(r.URL.Query(), f)}
	var err error
	if m.Board, err = h.Watch.Board(r.Context(), f.Reader()); err != nil {
		return err
	}
	f.Path, f.Title, f.Work, f.Here = "/desk/watch", f.T("sign.desk"), true, "desk"
	return page.Write(w, r, f, status, watchPage(m))
}

// toldOfWatch says what was done before the page is shown again.
func toldOfWatch(q url.Values, f *page.Frame) string {
	switch q.Get("done") {
	case "again":
		return f.T("sign.again.done")
	case "written":
		if n, err := strconv.Atoi(q.Get("n")); err == nil && n > 0 && n < 10_000 {
			return f.N("sign.decide.written", n)
		}
	case "":
		return ""
	}
	return f.T("sign.decide.done")
}

// lookAgain has a good looked at again.
func (h *pages) lookAgain(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, "good")
	if err != nil {
		return err
	}
	on := &page.Form{Values: v}
	if err := h.Watch.Again(r.Context(), f.Reader(), strings.TrimSpace(v.Get("good"))); err != nil {
		if !on.Add(f, err) {
			return err
		}
		return h.writeWatch(w, r, f, edge.Status(w.Header(), err), on)
	}
	http.Redirect(w, r, f.Prefix+"/desk/watch?done=again", http.StatusSeeOther)
	return nil
}

// watchCase is the page of one sign.
type watchCase struct {
	*page.Frame
	watching.Standing
	Good       *good.Good
	Indicators []page.Option
	Past       []watch.Sign // others of the same good
	On         *page.Form
	Told       string
}

func (h *pages) sign(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return h.writeSign(w, r, f, http.StatusOK, nil)
}

func (h *pages) writeSign(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, on *page.Form) error {
	m := &watchCase{Frame: f, On: on, Told: toldOfWatch(r.URL.Query(), f)}
	var err error
	if m.Standing, m.Good, err = h.Watch.Case(r.Context(), f.Reader(), good.ID(r.PathValue("sign"))); err != nil {
		return err
	}
	seen, err := h.Watch.Of(r.Context(), m.Good.ID)
	if err != nil {
		return err
	}
	for _, s := range seen.Signs {
		if s.ID != m.ID {
			m.Past = append(m.Past, s)
		}
	}
	if set, ok := h.app.Library.Find("dpg"); ok {
		for _, in := range set.Judged() {
			m.Indicators = append(m.Indicators, page.Option{Value: in.ID, Label: in.ID + " · " + say(f, in.Title)})
		}
	}
	f.Path, f.Title, f.Work, f.Here = "/desk/watch/"+string(m.ID), f.Tell("sign.page.title", "Name", m.Good.Name), true, "desk"
	return page.Write(w, r, f, status, signPage(m))
}

// settleSign does what the form of a sign asks for.
func (h *pages) settleSign(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, "decision", "reason", "indicators*")
	if err != nil {
		return err
	}
	id := good.ID(r.PathValue("sign"))
	out, err := h.Watch.Decide(r.Context(), f.Reader(), id, watching.Decision{How: v.Get("decision"), Reason: v.Get("reason"), Indicators: v["indicators"]})
	to := "?done=settled"
	if out.Written > 0 {
		to = "?done=written&n=" + strconv.Itoa(out.Written)
	}
	if err != nil {
		on := &page.Form{Values: v}
		if !on.Add(f, err) {
			return err
		}
		if p := &on.Wrong[0]; p.Field == "text" || p.Field == "links" {
			p.Field = "reason"
		}
		return h.writeSign(w, r, f, edge.Status(w.Header(), err), on)
	}
	http.Redirect(w, r, f.Prefix+"/desk/watch/"+page.PathEscape(string(id))+to, http.StatusSeeOther)
	return nil
}

// signDecisions are what can be done about a sign.
func signDecisions(f *page.Frame) []page.Option {
	var out []page.Option
	for _, d := range []string{string(watch.Dismissed), string(watch.Mended), watching.ToWrite, watching.ToChallenge} {
		out = append(out, page.Option{Value: d, Label: f.T("sign.decide." + d)})
	}
	return out
}

// signsTable is what stands, as a file.
func (h *pages) signsTable(r *http.Request, f *page.Frame, row func(...string)) error {
	if h.Watch == nil {
		return &good.Error{Kind: good.NotFound, Key: "assess.error.unknown"}
	}
	b, err := h.Watch.Board(r.Context(), f.Reader())
	if err != nil {
		return err
	}
	row("id", "good", "slug", "name", "kind", "about", "was", "is", "noticed", "case_since", "owner_says", "owners_written_to")
	for _, s := range b.Signs {
		row(string(s.ID), string(s.Sign.Good), s.Slug, s.Name, string(s.Kind), s.About, s.Was, s.Is, instant(s.Noticed), instant(s.Stayed), s.Known, instant(s.Written))
	}
	return nil
}

// count is a number of the board with what it counts.
type count struct {
	name string
	n    int
}

func (m *watchBoard) counts() []count {
	c := m.Counts
	return []count{{"watched", c.Watched}, {"due", c.Due}, {"running", c.Running}, {"failed", c.Failed}, {"open", c.Open}, {"cases", c.Cases}}
}

// rowsOf are the lists of the board: each by its name, the moment that orders
// it, and its goods.
type rowsOf struct {
	name string
	when func(watching.Row) time.Time
	rows []watching.Row
}

func (m *watchBoard) lists() []rowsOf {
	return []rowsOf{
		{"running", func(r watching.Row) time.Time { return r.Began }, m.Running},
		{"failed", func(r watching.Row) time.Time { return r.Failed }, m.Failed},
		{"next", func(r watching.Row) time.Time { return r.Due }, m.Next},
		{"last", func(r watching.Row) time.Time { return r.Looked }, m.Last},
	}
}

// failureOf is why a look failed, in words.
func failureOf(f *page.Frame, r watching.Row) string {
	if r.Failure == nil {
		return ""
	}
	return page.Cut(page.Valid(r.Failure.In(f)), 300)
}
