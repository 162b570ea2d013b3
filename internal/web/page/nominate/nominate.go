// Package nominate is the pages on which anyone names a good, sees what became
// of it, and its owner claims it.
package nominate

import (
	"context"
	_ "embed"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/checks"
	"stoa/internal/app/nominations"
	"stoa/internal/edge"
	"stoa/internal/finding"
	"stoa/internal/good"
	"stoa/internal/nominate"
	"stoa/internal/web/page"
)

// Style is the style of these pages.
//
//go:embed nominate.css
var Style []byte

// Nominations is what the pages about nominating ask.
type Nominations interface {
	Nominate(ctx context.Context, who access.Who, in nominations.Input) (nominations.Outcome, int64, error)
	Alike(ctx context.Context, name, link string) ([]good.Card, error)
	Became(ctx context.Context, id good.ID) (nominations.Report, error)
	ForgetEmail(ctx context.Context, id good.ID) error
}

// Checks is what has a machine look.
type Checks interface {
	Begin(ctx context.Context, who access.Who, in checks.Start) (*checks.Check, error)
	Show(ctx context.Context, who access.Who, id good.ID) (*checks.Check, error)
	Wait(ctx context.Context, who access.Who, id good.ID) (*checks.Check, error)
	Stop(ctx context.Context, who access.Who, id good.ID) error
	Known(report *finding.Report) checks.Known
}

// Config is what the pages need.
type Config struct {
	Checks      Checks // nil where no machine looks
	Nominations Nominations
	Claims      Claims
	Tickets     nominate.Tickets
	Quota       func(*http.Request) error // how often one client may nominate
	Now         func() time.Time
	Rand        io.Reader
}

// Routes are the pages.
func Routes(c Config) []page.Route {
	out := []page.Route{
		{Pattern: "GET /nominate", Act: access.Nominate, Handler: c.form},
		{Pattern: "POST /nominate", Act: access.Nominate, Handler: c.send},
		{Pattern: "GET /nominate/alike", Act: access.Nominate, Handler: c.alike},
		{Pattern: "GET /nominate/{id}", Act: access.Nominate, Handler: c.became},
		{Pattern: "GET /nominate/{id}/forget", Act: access.Nominate, Handler: c.became},
		{Pattern: "POST /nominate/{id}/forget", Act: access.Nominate, Handler: c.forget},
	}
	if c.Checks != nil {
		out = append(out, page.Route{Pattern: "POST /nominate/look", Act: access.Nominate, Handler: c.look},
			page.Route{Pattern: "POST /nominate/look/end", Act: access.Nominate, Handler: c.endLook})
	}
	if c.Claims != nil {
		out = append(out, page.Route{Pattern: "GET /goods/{slug}/claim", Act: access.Claim, Handler: c.claim},
			page.Route{Pattern: "POST /goods/{slug}/claim", Act: access.Claim, Handler: c.prove},
			page.Route{Pattern: "POST /goods/{slug}/release", Act: access.Claim, Handler: c.release})
	}
	return out
}

// decoy is the name of the field no person sees.
const decoy = "homepage"

// model is what the form shows.
type model struct {
	*page.Frame
	Form   page.Form
	Ticket string
	Like   []good.Card
	Claims bool // a good can be claimed
	Looks  bool // a machine can look
	Look   *checks.Check
	Known  checks.Known
}

// needed are the fields nobody can do without.
var needed = []string{"name", "link", "why"}

// field is a field of the form as it was sent.
func (m *model) field(name, kind string, most int) page.Field {
	d := page.Field{Name: name, Kind: kind, Max: most, Label: m.T("nominate." + name), Hint: m.Word("nominate." + name + ".hint"), Required: slices.Contains(needed, name)}
	switch name {
	case "why":
		d.Lines = 5
	case "email":
		d.Auto = "email"
	case "licence":
		d.Dir = "ltr"
	}
	return m.Form.Field(d)
}

func (m *model) kinds() page.Field {
	d := m.field("kind", "", 0)
	for _, k := range good.Kinds {
		d.Options = append(d.Options, page.Option{Value: string(k), Label: m.Kind(k)})
	}
	return d
}

func (m *model) goals() page.Field {
	d := m.field("sdg", "", 0)
	for n := 1; n <= 17; n++ {
		d.Options = append(d.Options, page.Option{Value: strconv.Itoa(n), Label: m.Number(n) + " · " + m.Goal(n)})
	}
	return d
}

// form answers GET /nominate.
func (c Config) form(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	f.Unlisted = false // everybody is to find it
	m := &model{Frame: f, Claims: c.Claims != nil}
	if err := c.seen(r, m); err != nil {
		return err
	}
	return c.show(w, r, http.StatusOK, m)
}

// show shows the form with a fresh ticket.
func (c Config) show(w http.ResponseWriter, r *http.Request, status int, m *model) error {
	m.Looks = c.Checks != nil
	m.Work, m.Title, m.Description, m.Here = true, m.T("nominate.title"), m.T("nominate.lede"), "nominate"
	if m.Ticket == "" {
		var err error
		if m.Ticket, err = c.Tickets.Issue(c.Now(), c.Rand); err != nil {
			return err
		}
	}
	return page.Write(w, r, m.Frame, status, form(m))
}

// input is what a form says.
func input(v url.Values, lang string) nominations.Input {
	in := nominations.Input{Email: v.Get("email"), Distinct: v.Get("distinct") != "", Filled: nominate.Filled{Decoy: v.Get(decoy) != ""},
		Nomination: nominate.Nomination{Name: v.Get("name"), Link: v.Get("link"), Kind: good.Kind(v.Get("kind")), Licence: v.Get("licence"), Why: v.Get("why"), Lang: lang}}
	if s := v.Get("sdg"); s != "" {
		var err error
		if in.SDG, err = strconv.Atoi(s); err != nil {
			in.SDG = -1 // no goal has it: said beside the field
		}
	}
	in.Clean()
	return in
}

// send answers POST /nominate.
func (c Config) send(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, "name", "link", "kind", "licence", "sdg", "why", "email", "ticket", "distinct", decoy)
	if err != nil {
		return err
	}
	m := &model{Frame: f, Form: page.Form{Values: v}, Ticket: v.Get("ticket"), Claims: c.Claims != nil}
	in := input(v, f.Code)
	for _, e := range in.Mistakes() {
		m.Form.Add(f, e)
	}
	if _, err := nominate.Email(in.Email); err != nil {
		m.Form.Add(f, err)
	}
	if len(m.Form.Wrong) > 0 {
		return c.show(w, r, http.StatusBadRequest, m)
	}
	if in.ID, in.Filled.Took, err = c.Tickets.Redeem(m.Ticket, c.Now()); err == nil {
		err = c.Quota(r)
	}
	var out nominations.Outcome
	if err == nil {
		out, _, err = c.Nominations.Nominate(r.Context(), f.Reader(), in)
	}
	switch {
	case err != nil && m.Form.Add(f, err):
		m.Ticket = ""
		return c.show(w, r, edge.Status(w.Header(), err), m)
	case err != nil:
		return err
	case out.State == nominations.Known:
		m.Like = out.Like
		return c.show(w, r, http.StatusConflict, m)
	}
	http.Redirect(w, r, string(f.Href("/nominate/"+string(out.ID))), http.StatusSeeOther)
	return nil
}

// alike answers GET /nominate/alike: a part of a page for whoever is typing.
func (c Config) alike(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	q := r.URL.Query()
	name, link := page.Cut(q.Get("name"), good.MaxName), page.Cut(q.Get("link"), 2048)
	cards, err := c.Nominations.Alike(r.Context(), name, link)
	if err != nil {
		return err
	}
	return page.Write(w, r, f, http.StatusOK, like(&model{Frame: f, Like: cards, Claims: c.Claims != nil}))
}

// became answers GET /nominate/{id}: what became of a nomination.
func (c Config) became(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	report, err := c.Nominations.Became(r.Context(), good.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	f.Work, f.Title, f.Here = true, f.T("nominate.became.title"), "nominate"
	return page.Write(w, r, f, http.StatusOK, became(&outcome{Frame: f, Report: report, Claims: c.Claims != nil}))
}

// forget answers POST /nominate/{id}/forget: no more letters, and no address. A
// mail program's one click (RFC 8058) comes here, too; it follows no redirect.
func (c Config) forget(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	if err := c.Nominations.ForgetEmail(r.Context(), good.ID(r.PathValue("id"))); err != nil {
		return err
	}
	report, err := c.Nominations.Became(r.Context(), good.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	f.Work, f.Title, f.Here = true, f.T("nominate.became.title"), "nominate"
	return page.Write(w, r, f, http.StatusOK, became(&outcome{Frame: f, Report: report, Claims: c.Claims != nil, Forgotten: true}))
}

// outcome is what the page about a nomination shows.
type outcome struct {
	*page.Frame
	nominations.Report
	Claims    bool
	Forgotten bool // their address was erased just now
}

// doubt is why a person looks at it first, in words.
func (o *outcome) doubt(d nominate.Doubt) string { return o.T("nominate.doubt." + d.Code()) }
