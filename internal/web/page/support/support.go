// Package support is the pages of help for goods: who offers which, who asks
// for some, and the conversations between them.
package support

import (
	"bytes"
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"stoa/internal/access"
	app "stoa/internal/app/support"
	"stoa/internal/export"
	"stoa/internal/good"
	"stoa/internal/support"
	"stoa/internal/web/page"
)

// Config is what the pages need.
type Config struct {
	App *app.App
}

// Routes are the pages.
func Routes(c Config) []page.Route {
	return append(append(c.organisations(), c.tables()...), []page.Route{
		{Pattern: "GET /support", Act: access.Public, Handler: c.list},
		{Pattern: "GET /support.atom", Act: access.Public, Handler: c.feed},
		{Pattern: "GET /support/mine", Act: access.TalkSupport, Handler: c.mine},
		{Pattern: "GET /support/reports", Act: access.ModerateSupport, Handler: c.reports},
		{Pattern: "GET /support/offers/new", Act: access.OfferSupport, Handler: c.newOffer},
		{Pattern: "POST /support/offers", Act: access.OfferSupport, Handler: c.makeOffer},
		{Pattern: "GET /support/offers/{offer}", Act: access.Public, Handler: c.offer},
		{Pattern: "POST /support/offers/{offer}", Act: access.OfferSupport, Handler: c.changeOffer},
		{Pattern: "POST /support/offers/{offer}/state", Act: access.OfferSupport, Handler: c.turnOffer},
		{Pattern: "POST /support/offers/{offer}/ask", Act: access.AskSupport, Handler: c.ask},
		{Pattern: "POST /support/offers/{offer}/report", Act: access.ReportSupport, Handler: c.report},
		{Pattern: "POST /support/offers/{offer}/hide", Act: access.ModerateSupport, Handler: c.hideOffer},
		{Pattern: "POST /support/offers/{offer}/dismiss", Act: access.ModerateSupport, Handler: c.dismiss},
		{Pattern: "GET /support/requests/new", Act: access.AskSupport, Handler: c.newRequest},
		{Pattern: "POST /support/requests", Act: access.AskSupport, Handler: c.makeRequest},
		{Pattern: "GET /support/requests/{request}", Act: access.Public, Handler: c.request},
		{Pattern: "POST /support/requests/{request}", Act: access.AskSupport, Handler: c.changeRequest},
		{Pattern: "POST /support/requests/{request}/state", Act: access.AskSupport, Handler: c.turnRequest},
		{Pattern: "POST /support/requests/{request}/answer", Act: access.OfferSupport, Handler: c.answer},
		{Pattern: "POST /support/requests/{request}/hide", Act: access.ModerateSupport, Handler: c.hideRequest},
		{Pattern: "GET /support/talks/{talk}", Act: access.TalkSupport, Handler: c.talk},
		{Pattern: "POST /support/talks/{talk}", Act: access.TalkSupport, Handler: c.say},
		{Pattern: "POST /support/talks/{talk}/step", Act: access.TalkSupport, Handler: c.step},
		{Pattern: "POST /support/talks/{talk}/reference", Act: access.TalkSupport, Handler: c.refer},
		{Pattern: "POST /support/talks/{talk}/reply", Act: access.TalkSupport, Handler: c.reply},
	}...)
}

// model is what the lists show.
type model struct {
	*page.Frame
	Which            app.Which
	Offers, Requests app.List
}

// asked reads which offers and requests are looked at.
func asked(r *http.Request) app.Which {
	v := r.URL.Query()
	return app.Which{Kind: v.Get("kind"), Country: strings.ToUpper(v.Get("country")), Language: v.Get("language"), Good: v.Get("good"), Indicator: v.Get("indicator"), Body: v.Get("organisation"), For: good.Kind(v.Get("for")), Detail: v.Get("detail"), Before: good.ID(v.Get("before"))}
}

// at is the address of a question in some form.
func at(path string, w app.Which) string {
	v := url.Values{}
	for _, p := range []page.Pair{{Name: "kind", Value: w.Kind}, {Name: "country", Value: w.Country}, {Name: "language", Value: w.Language}, {Name: "good", Value: w.Good}, {Name: "indicator", Value: w.Indicator}, {Name: "organisation", Value: w.Body}, {Name: "for", Value: string(w.For)}, {Name: "detail", Value: w.Detail}, {Name: "before", Value: string(w.Before)}} {
		if p.Value != "" {
			v.Set(p.Name, p.Value)
		}
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// with is the address of the lists with something else asked for.
func (m *model) with(change func(*app.Which)) string {
	w := m.Which
	w.Before = ""
	change(&w)
	return at("/support", w)
}

// whole is the question without where the page begins.
func (m *model) whole() app.Which {
	w := m.Which
	w.Before = ""
	return w
}

func (c Config) list(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	m := &model{Frame: f, Which: asked(r)}
	f.Path, f.Title, f.Description, f.Work = at("/support", m.Which), f.T("help.title"), f.T("help.lede"), true
	var err error
	if m.Offers, err = c.App.Offers(r.Context(), m.Which, app.PageLength); err != nil {
		return err
	}
	if m.Requests, err = c.App.Requests(r.Context(), m.Which, app.PageLength); err != nil {
		return err
	}
	if page.FreshToday(w, r, f, m.Offers.Today) {
		return nil
	}
	return page.Write(w, r, f, http.StatusOK, list(m))
}

// feed tells what is newly offered and asked for, for those who follow.
func (c Config) feed(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	which := asked(r)
	which.Before = ""
	offers, err := c.App.Offers(r.Context(), which, app.PageLength)
	if err != nil {
		return err
	}
	requests, err := c.App.Requests(r.Context(), which, app.PageLength)
	if err != nil || page.FreshToday(w, r, f, offers.Today) {
		return err
	}
	var items []export.Item
	add := func(id good.ID, face, title, summary string, changed time.Time) {
		items = append(items, export.Item{ID: "urn:stoa:support:" + string(id), Title: title, Summary: summary, Link: f.Site.Base + f.Prefix + "/support/" + face + "/" + string(id), Updated: changed})
	}
	for _, o := range offers.Offers {
		add(o.ID, "offers", o.Title, o.Organisation+" · "+f.List(kinds(f, o.Kinds)), o.Changed)
	}
	for _, q := range requests.Requests {
		add(q.ID, "requests", q.Title, f.T("help.requested")+" · "+what(f, q.Ask), q.Changed)
	}
	slices.SortStableFunc(items, func(a, b export.Item) int { return b.Updated.Compare(a.Updated) })
	var b bytes.Buffer
	since := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) // of a feed in which nothing was said yet
	if err := export.AtomItems(&b, export.Feed{Base: f.Site.Base, Self: f.Site.Base + f.Prefix + at("/support.atom", which), Title: f.T("help.title"), Lang: f.Code, Updated: since}, items); err != nil {
		return err
	}
	w.Header().Set("Content-Type", export.TypeAtom)
	_, _ = w.Write(b.Bytes()) // a client that went away needs no answer
	return nil
}

// own is what the page of one's own shows.
type own struct {
	*page.Frame
	app.Mine
}

func (c Config) mine(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	mine, err := c.App.Own(r.Context(), f.Reader())
	if err != nil {
		return err
	}
	f.Path, f.Title, f.Work, f.Unlisted = "/support/mine", f.T("help.mine"), true, true
	return page.Write(w, r, f, http.StatusOK, owned(&own{f, mine}))
}

// reported is what the secretariat sees of what was reported.
type reported struct {
	*page.Frame
	List []app.Reported
}

func (c Config) reports(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	list, err := c.App.Reports(r.Context(), f.Reader())
	if err != nil {
		return err
	}
	f.Path, f.Title, f.Work, f.Unlisted = "/support/reports", f.T("help.reports"), true, true
	return page.Write(w, r, f, http.StatusOK, reportList(&reported{f, list}))
}

// forms are the forms of a page, of which one was sent.
type forms struct {
	Form *page.Form
	Sent string
}

// field is a field of one of the forms of the page, as it was sent if it was.
func (m *forms) field(form string, d page.Field) page.Field {
	if m.Sent == form {
		return m.Form.Field(d)
	}
	if d.ID == "" && form != "change" {
		d.ID = d.Name + "-" + form
	}
	return d
}

// version is the version that a form is of: the one that was sent where it is
// shown again, so that what another wrote meanwhile is not overwritten.
func (m *forms) version(form string, now int64) string {
	if m.Sent == form {
		return m.Form.Version(now)
	}
	return strconv.FormatInt(now, 10)
}

// act runs what a form asks for, and goes on to where that leads; what a person
// can mend is shown by again.
func act(w http.ResponseWriter, r *http.Request, f *page.Frame, sent string, fields []string, again func(status int, sent string, form *page.Form) error, do func(ctx context.Context, who access.Who, v url.Values) (string, error)) error {
	v, err := page.Sent(r, fields...)
	if err != nil {
		return err
	}
	form := &page.Form{Values: v}
	to, err := do(r.Context(), f.Reader(), v)
	if err != nil {
		if !form.Add(f, err) {
			return err
		}
		return again(page.Status(w, err), sent, form)
	}
	http.Redirect(w, r, string(f.Href(to)), http.StatusSeeOther)
	return nil
}

// words are what people list, with commas between them.
func words(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(",،、;\n", r) })
}

// whole reads a whole number; -1 is none.
func whole(s string) int {
	if s = strings.TrimSpace(s); s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return n
}

func kinds(f *page.Frame, list []string) []string {
	var out []string
	for _, k := range list {
		out = append(out, f.T("help.kind."+k))
	}
	return out
}

// what is what is asked for in a few words.
func what(f *page.Frame, a support.Ask) string {
	if a.Kind != "" {
		return f.T("help.kind." + a.Kind)
	}
	return f.Tell("help.for.indicator", "Indicator", a.Indicator)
}

func lands(f *page.Frame, list []string) string {
	if len(list) == 0 {
		return f.T("help.anywhere")
	}
	var out []string
	for _, c := range list {
		out = append(out, f.Country(c))
	}
	return f.List(out)
}

func tongues(f *page.Frame, list []string) string {
	var out []string
	for _, t := range list {
		out = append(out, f.Language(t))
	}
	return f.List(out)
}

// kindOptions are the kinds of help that are of use for a good of some kinds; of
// none, all.
func kindOptions(f *page.Frame, of ...good.Kind) []page.Option {
	return options(f, "help.kind.", support.KindsFor(of...))
}

// kindName is the name of a kind of help.
func kindName(f *page.Frame) func(string) string {
	return func(kind string) string { return f.T("help.kind." + kind) }
}

// forOptions are the kinds of good for which help is looked for.
func forOptions(f *page.Frame) []page.Option {
	var out []page.Option
	for _, k := range good.Kinds {
		out = append(out, page.Option{Value: string(k), Label: f.Kind(k)})
	}
	return out
}

// detailOptions are what can be looked for of one kind of help.
func detailOptions(f *page.Frame) []page.Option {
	var out []page.Option
	for _, d := range support.Details {
		for _, o := range d.Options {
			out = append(out, page.Option{Value: d.Name + ":" + o, Label: f.T("detail."+d.Name) + " · " + f.T("detail."+d.Name+"."+o)})
		}
	}
	return out
}

func options(f *page.Frame, prefix string, list []string) []page.Option {
	var out []page.Option
	for _, v := range list {
		out = append(out, page.Option{Value: v, Label: f.T(prefix + v)})
	}
	return out
}

// slugs are the addresses of goods as a form lists them.
func slugs(n app.Names, ids []good.ID) string {
	var out []string
	for _, id := range ids {
		out = append(out, n.Slug(id))
	}
	return strings.Join(out, ", ")
}

// why is one thing that speaks for an offer, or is missing, in words.
func why(f *page.Frame, n app.Names, p support.Point) string {
	v := p.Value
	switch p.Code {
	case "kind":
		v = f.T("help.kind." + v)
	case "country":
		v = f.Country(v)
	case "language", "language-missing":
		v = f.Language(v)
	case "good-deployment", "good-delivery", "good-said", "good-unknown":
		v = n.Name(good.ID(v))
	}
	return f.Tell("help.why."+p.Code, "Value", cmp.Or(v, "–"))
}
