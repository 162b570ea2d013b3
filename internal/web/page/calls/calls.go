// Package calls is the pages of open calls: what everybody reads of them, the
// form on which a good is entered, the sheet on which it is scored, and the
// desk of the partner who runs them.
package calls

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/assessment"
	"stoa/internal/app/calls"
	"stoa/internal/assess"
	"stoa/internal/call"
	"stoa/internal/export"
	"stoa/internal/good"
	"stoa/internal/nominate"
	"stoa/internal/standard"
	"stoa/internal/web/page"
)

// Applying is what begins an application.
type Applying interface {
	Start(ctx context.Context, who access.Who, in assessment.Start) (*assess.Application, error)
}

// Config is what the pages need.
type Config struct {
	Calls     *calls.App
	Apply     Applying
	Standards *standard.Library
	Tickets   nominate.Tickets          // that a form sent twice is one entry
	Quota     func(*http.Request) error // how often one client may enter
	Now       func() time.Time
	Rand      io.Reader
}

// Routes are the pages of open calls.
func Routes(c Config) []page.Route {
	h := &pages{c}
	out := []page.Route{
		{Pattern: "GET /calls", Act: access.Public, Handler: h.all},
		{Pattern: "GET /calls/feed.atom", Act: access.Public, Handler: h.feed},
		{Pattern: "GET /calls/calendar.ics", Act: access.Public, Handler: h.calendar},
		{Pattern: "GET /calls/calls.csv", Act: access.Public, Handler: h.csv},
		{Pattern: "GET /calls/{slug}", Act: access.Public, Handler: h.show},
		{Pattern: "GET /calls/{slug}/card", Act: access.Public, Handler: h.card},
		{Pattern: "GET /calls/{slug}/calendar.ics", Act: access.Public, Handler: h.calendarOf},
		{Pattern: "GET /calls/{slug}/enter", Act: access.Enter, Handler: h.form},
		{Pattern: "POST /calls/{slug}/enter", Act: access.Enter, Handler: h.enter},
		{Pattern: "GET /entries", Act: access.ReadEntry, Handler: h.own},
		{Pattern: "GET /entries/{entry}", Act: access.ReadEntry, Handler: h.entry},
		{Pattern: "POST /entries/{entry}", Act: access.EditEntry, Handler: h.amend},
		{Pattern: "POST /entries/{entry}/withdraw", Act: access.EditEntry, Handler: h.withdraw},
		{Pattern: "POST /entries/{entry}/apply", Act: access.Apply, Handler: h.apply},
		{Pattern: "POST /entries/{entry}/refuse", Act: access.RunCall, Handler: h.refuse},
		{Pattern: "GET /entries/{entry}/score", Act: access.ScoreEntry, Handler: h.sheet},
		{Pattern: "POST /entries/{entry}/score", Act: access.ScoreEntry, Handler: h.score},
		{Pattern: "POST /entries/{entry}/aside", Act: access.ScoreEntry, Handler: h.aside},
	}
	return append(out, h.desks()...)
}

type pages struct{ Config }

// all answers GET /calls.
func (h *pages) all(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	list, err := h.Calls.List(r.Context())
	if err != nil {
		return err
	}
	f.Title, f.Description, f.Work = f.T("calls.title"), f.T("calls.lede"), true
	if page.FreshUntil(w, r, f, calls.Next(list, h.Now()), states(list)) {
		return nil
	}
	return page.Write(w, r, f, http.StatusOK, index(f, list))
}

// states names what the clock made of calls.
func states(list []call.Call) string {
	var b strings.Builder
	for _, c := range list {
		b.WriteByte(c.State[0])
	}
	return b.String()
}

// show answers GET /calls/{slug}.
func (h *pages) show(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	c, err := h.Calls.Call(r.Context(), r.PathValue("slug"))
	if err != nil {
		return err
	}
	f.Title, f.Path, f.Work = said(f, c.Title), "/calls/"+c.Slug, true
	f.Description = page.Cut(said(f, c.Text), 160)
	if page.FreshUntil(w, r, f, c.Boundary(h.Now()), string(c.State)) {
		return nil
	}
	return page.Write(w, r, f, http.StatusOK, show(f, c))
}

// cardCSP lets every page frame the card: what can be pressed leaves the frame.
const cardCSP = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"

// card answers GET /calls/{slug}/card: a page made to stand inside another.
func (h *pages) card(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	c, err := h.Calls.Call(r.Context(), r.PathValue("slug"))
	if err != nil {
		return err
	}
	head := w.Header()
	head.Set("Content-Security-Policy", cardCSP)
	head.Set("Cross-Origin-Resource-Policy", "cross-origin")
	head["X-Frame-Options"] = nil // not merely deleted: what was set before the page would come back
	f.Title, f.Unlisted = said(f, c.Title), true
	if page.FreshUntil(w, r, f, c.Boundary(h.Now()), string(c.State)) {
		return nil
	}
	return page.Write(w, r, f, http.StatusOK, card(f, &c.Call))
}

// said is a text in the reader's language, or the next best.
func said(f *page.Frame, t good.Text) string { s, _ := t.In(f.Code); return s }

// feed answers GET /calls/feed.atom.
func (h *pages) feed(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	list, err := h.Calls.List(r.Context())
	if err != nil {
		return err
	}
	if page.FreshUntil(w, r, f, calls.Next(list, h.Now()), states(list)) {
		return nil
	}
	var items []export.Item
	for _, c := range list {
		items = append(items, export.Item{ID: "urn:stoa:call:" + string(c.ID), Title: said(f, c.Title), Link: f.Site.Base + f.Prefix + "/calls/" + page.PathEscape(c.Slug), Updated: c.Changed,
			Summary: f.T("calls.state."+string(c.State)) + ". " + page.Cut(said(f, c.Text), 300)})
	}
	var b bytes.Buffer
	if err := export.AtomItems(&b, export.Feed{Base: f.Site.Base, Self: f.Site.Base + f.Prefix + "/calls/feed.atom", Title: f.T("calls.title"), Lang: f.Code}, items); err != nil {
		return err
	}
	return send(w, export.TypeAtom, "", b.Bytes())
}

func send(w http.ResponseWriter, media, name string, body []byte) error {
	w.Header().Set("Content-Type", media)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	if name != "" {
		w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	}
	_, _ = w.Write(body) // a client that went away needs no answer
	return nil
}

// calendar answers GET /calls/calendar.ics.
func (h *pages) calendar(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	list, err := h.Calls.List(r.Context())
	if err != nil {
		return err
	}
	return h.times(w, r, f, "calls.ics", list)
}

// calendarOf answers GET /calls/{slug}/calendar.ics.
func (h *pages) calendarOf(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	c, err := h.Calls.Call(r.Context(), r.PathValue("slug"))
	if err != nil {
		return err
	}
	return h.times(w, r, f, "calls.ics", []call.Call{c.Call})
}

func (h *pages) times(w http.ResponseWriter, r *http.Request, f *page.Frame, name string, list []call.Call) error {
	if page.FreshUntil(w, r, f, calls.Next(list, h.Now()), states(list)) {
		return nil
	}
	_, host, _ := strings.Cut(f.Site.Base, "://")
	var out []export.Occasion
	for _, c := range list {
		link := f.Site.Base + f.Prefix + "/calls/" + page.PathEscape(c.Slug)
		out = append(out, export.Occasion{ID: string(c.ID) + "@" + host, Title: said(f, c.Title), Summary: f.Tell("calls.calendar", "Partner", c.By) + "\n\n" + said(f, c.Text), Link: link,
			From: c.From, Until: c.Until, Changed: c.Changed, Version: int(c.Version), Cancelled: c.State == call.Cancelled})
	}
	var b bytes.Buffer
	if err := export.Calendar(&b, f.T("calls.title"), f.Code, out); err != nil {
		return err
	}
	return send(w, export.TypeCalendar, name, b.Bytes())
}

// csv answers GET /calls/calls.csv.
func (h *pages) csv(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	list, err := h.Calls.List(r.Context())
	if err != nil {
		return err
	}
	if page.FreshUntil(w, r, f, calls.Next(list, h.Now()), states(list)) {
		return nil
	}
	return page.WriteTable(w, "calls", h.Now(), func(row func(...string)) error {
		row("id", "slug", "title", "partner", "state", "opens", "closes", "zone", "sdgs", "kinds", "countries", "themes", "standard", "entries", "chosen")
		for _, c := range list {
			entries, chosen := "", ""
			if c.Results != nil {
				entries, chosen = strconv.Itoa(c.Results.Entries), strconv.Itoa(len(c.Results.Cohort))
			}
			row(string(c.ID), c.Slug, said(f, c.Title), c.By, string(c.State), c.From.Format(time.RFC3339), c.Until.Format(time.RFC3339), c.Zone, numbers(c.SDGs), kinds(c.Kinds), strings.Join(c.Countries, "; "),
				strings.Join(c.Themes, "; "), c.Standard, entries, chosen)
		}
		return nil
	})
}

func numbers(list []int) string {
	var out []string
	for _, n := range list {
		out = append(out, strconv.Itoa(n))
	}
	return strings.Join(out, "; ")
}

func kinds(list []good.Kind) string {
	var out []string
	for _, k := range list {
		out = append(out, string(k))
	}
	return strings.Join(out, "; ")
}
