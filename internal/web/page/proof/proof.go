// Package proof shows what a recognition rests on: the whole path of a good
// with the reasons, whether it is recognised at this moment, how assessment is
// going in figures, and the form by which anybody doubts a recognition.
package proof

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/assessment"
	"stoa/internal/app/goods"
	"stoa/internal/assess"
	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/watch"
	"stoa/internal/web/page"
)

// Goods is what the pages ask of the goods.
type Goods interface {
	Show(ctx context.Context, slugOrID string) (goods.View, error)
}

// Assessment is what the pages ask of applications and decisions.
type Assessment interface {
	Record(ctx context.Context, id good.ID) (assessment.PublicRecord, error)
	NextRenewal(ctx context.Context, id good.ID) (*assessment.Asks, error)
	Statistics(ctx context.Context) (assessment.Statistics, error)
	Challenge(ctx context.Context, who access.Who, in assessment.Doubt) (*assess.Application, int64, error)
}

// Config is what the pages need; all of it must be set.
type Config struct {
	Assessment Assessment
	Goods      Goods
	Standards  *standard.Library
	Quota      func(*http.Request) error // how often one client may doubt
	Now        func() time.Time
}

// Routes are the pages.
func Routes(cfg Config) []page.Route {
	h := &pages{cfg}
	return []page.Route{
		{Pattern: "GET /goods/{slug}/record", Act: access.Public, Handler: h.record},
		{Pattern: "GET /verify/{slug}", Act: access.Public, Handler: h.verify},
		{Pattern: "GET /goods/{slug}/challenge", Act: access.Public, Handler: h.ask},
		{Pattern: "POST /goods/{slug}/challenge", Act: access.Challenge, Handler: h.challenge},
		{Pattern: "GET /pipeline", Act: access.Public, Handler: h.pipeline},
		{Pattern: "GET /pipeline.csv", Act: access.Public, Handler: h.pipelineCSV},
	}
}

type pages struct{ Config }

// find looks a good up; one at another address is answered with a redirect to
// the same page there, and Good is nil.
func (h *pages) find(w http.ResponseWriter, r *http.Request, f *page.Frame, before, after string) (goods.View, error) {
	v, err := h.Goods.Show(r.Context(), r.PathValue("slug"))
	if err == nil && (v.Moved || v.Good.Slug != r.PathValue("slug")) {
		http.Redirect(w, r, f.Prefix+before+page.PathEscape(v.Good.Slug)+after, http.StatusMovedPermanently)
		return goods.View{}, nil
	}
	return v, err
}

// record is the page of a good's record being made.
type record struct {
	*page.Frame
	Good *good.Good
	assessment.PublicRecord
	Next *assessment.Asks
	Seen []watch.Sign // what the watch saw, the newest first
	Sent bool         // a challenge was just filed
	sets *standard.Library
}

func (h *pages) record(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := h.find(w, r, f, "/goods/", "/record")
	if err != nil || v.Good == nil {
		return err
	}
	m := &record{Frame: f, Good: v.Good, Seen: v.Signs, Sent: r.URL.Query().Get("sent") == "challenge", sets: h.Standards}
	f.Here, f.Work, f.Title, f.Description = "goods", true, f.Tell("proof.record.title", "Name", v.Good.Name), f.T("proof.record.lede")
	if m.Sent {
		f.Unlisted = true
		edge.Private(w.Header())
	} else if page.Fresh(w, r, f) {
		return nil
	}
	if m.PublicRecord, err = h.Assessment.Record(r.Context(), v.Good.ID); err != nil {
		return err
	}
	if m.Next, err = h.Assessment.NextRenewal(r.Context(), v.Good.ID); err != nil {
		return err
	}
	return page.Write(w, r, f, http.StatusOK, recordPage(m))
}

// by says who did something: the role, and the name where the person agreed.
func (m *record) by(a good.Actor) string {
	if name := m.Names[a.Pseudonym]; name != "" {
		return m.Tell("proof.by", "Role", m.Who(a), "Name", name)
	}
	return m.Who(a)
}

// indicator names an indicator of the standard an application was made against.
func (m *record) indicator(key, id string) string {
	if set, ok := m.sets.Find(key); ok {
		if in, ok := set.Indicator(id); ok {
			title, _ := in.Title.In(m.Code)
			return id + " · " + title
		}
	}
	return id
}

// step names a step of the machine in words.
func step(f *page.Frame, s assess.Step) string {
	return f.T("proof.step." + strings.ToLower(string(s)))
}

// finding is a verdict of a decision with its indicator.
type finding struct {
	ID, Name string
	assess.Finding
}

// findings are those of a decision, in the standard's order.
func (m *record) findings(key string, d assess.PublicDecision) []finding {
	var order []string
	if set, ok := m.sets.Find(key); ok {
		for _, in := range set.Judged() {
			order = append(order, in.ID)
		}
	}
	var out []finding
	for id, v := range d.Findings {
		out = append(out, finding{id, m.indicator(key, id), v})
	}
	slices.SortFunc(out, func(a, b finding) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.ID), slices.Index(order, b.ID)), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// verified is the page that says whether a good is recognised.
type verified struct {
	*page.Frame
	Good    *good.Good
	Sources map[string]good.Source
	At      time.Time
}

func (h *pages) verify(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := h.find(w, r, f, "/verify/", "")
	if err != nil || v.Good == nil {
		return err
	}
	f.Here, f.Work, f.Title, f.Description = "goods", true, f.Tell("proof.verify.title", "Name", v.Good.Name), f.T("proof.verify.lede")
	m := &verified{Frame: f, Good: v.Good, Sources: v.Sources, At: h.Now()}
	if page.FreshToday(w, r, f, good.Date(m.At.UTC().Format(time.DateOnly))) {
		return nil
	}
	status := http.StatusOK
	if v.Good.Tombstone != nil {
		status = http.StatusGone
	}
	return page.Write(w, r, f, status, verifyPage(m))
}

// address is where something of the good lies, for other sites to lead to.
func (m *verified) address(before, after string) string {
	return m.Site.Base + m.Prefix + before + page.PathEscape(m.Good.Slug) + after
}

// doubted is the form by which a recognition is challenged.
type doubted struct {
	*page.Frame
	Good       *good.Good
	Here       *good.Recognition // decided here and standing; nil where there is none
	Indicators []page.Option
	On         *page.Form
}

// doubt makes the form of a challenge.
func (h *pages) doubt(ctx context.Context, f *page.Frame, g *good.Good, on *page.Form) (*doubted, error) {
	m := &doubted{Frame: f, Good: g, On: on}
	f.Work, f.Unlisted, f.Title = true, true, f.Tell("proof.challenge.title", "Name", g.Name)
	for i := range g.Recognitions {
		if r := &g.Recognitions[i]; !r.Reported && (r.State == good.Recognised || r.State == good.RenewalDue) {
			m.Here = r
		}
	}
	if m.Here == nil {
		return m, nil
	}
	rec, err := h.Assessment.Record(ctx, g.ID)
	if err != nil {
		return nil, err
	}
	for _, a := range rec.Applications {
		set, ok := h.Standards.Find(a.Standard)
		if !ok || a.Outcome != assess.Recognised {
			continue
		}
		for _, in := range set.Judged() {
			title, _ := in.Title.In(f.Code)
			m.Indicators = append(m.Indicators, page.Option{Value: in.ID, Label: in.ID + " · " + title})
		}
		break
	}
	return m, nil
}

func (h *pages) ask(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := h.find(w, r, f, "/goods/", "/challenge")
	if err != nil || v.Good == nil {
		return err
	}
	m, err := h.doubt(r.Context(), f, v.Good, nil)
	if err != nil {
		return err
	}
	edge.Private(w.Header())
	return page.Write(w, r, f, http.StatusOK, challengePage(m))
}

func (h *pages) challenge(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := h.find(w, r, f, "/goods/", "/challenge")
	if err != nil || v.Good == nil {
		return err
	}
	on, err := page.ReadForm(r)
	if err != nil {
		return err
	}
	in := assessment.Doubt{Good: string(v.Good.ID), Indicators: r.PostForm["indicators"], Text: strings.TrimSpace(r.PostFormValue("text")),
		Confidential: r.PostFormValue("confidential") == "yes", Name: strings.TrimSpace(r.PostFormValue("name")), Contact: strings.TrimSpace(r.PostFormValue("contact"))}
	for line := range strings.Lines(r.PostFormValue("links")) {
		if line = strings.TrimSpace(line); line != "" {
			in.Links = append(in.Links, good.Link{URL: line})
		}
	}
	if err = h.Quota(r); err == nil {
		_, _, err = h.Assessment.Challenge(r.Context(), f.Reader(), in)
	}
	if err != nil {
		if !on.Add(f, err) {
			return err
		}
		m, err := h.doubt(r.Context(), f, v.Good, on)
		if err != nil {
			return err
		}
		return page.Write(w, r, f, http.StatusUnprocessableEntity, challengePage(m))
	}
	http.Redirect(w, r, f.Prefix+"/goods/"+page.PathEscape(v.Good.Slug)+"/record?sent=challenge", http.StatusSeeOther)
	return nil
}

// reporting is who reports that a good is recognised, "" where nobody does.
func reporting(g *good.Good) string {
	for _, r := range g.Recognitions {
		if r.Reported && (r.State == good.Recognised || r.State == good.RenewalDue) {
			return r.Issuer
		}
	}
	return ""
}
