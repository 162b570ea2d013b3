// Package guide is the pages of guides: the checklist of a good from evaluation
// to national use, and the copies that people keep of it.
package guide

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"stoa/internal/access"
	app "stoa/internal/app/guides"
	"stoa/internal/app/recipes"
	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/guide"
	"stoa/internal/vocab"
	"stoa/internal/watch"
	"stoa/internal/web/page"
)

// waysShown is how many recipes a guide shows.
const waysShown = 12

// Config is what the pages need.
type Config struct {
	App     *app.App
	Recipes Recipes // how the good is brought to run; nil where none are kept
}

// Recipes is what the pages ask about how a good is brought to run.
type Recipes interface {
	Of(ctx context.Context, who access.Who, key string) (*recipes.List, error)
}

// Routes are the pages.
func Routes(c Config) []page.Route {
	return []page.Route{
		{Pattern: "GET /goods/{slug}/guide", Act: access.Public, Handler: c.public},
		{Pattern: "POST /goods/{slug}/guide", Act: access.KeepGuide, Handler: c.keep},
		{Pattern: "GET /guides", Act: access.KeepGuide, Handler: c.mine},
		{Pattern: "GET /guides/{guide}", Act: access.KeepGuide, Handler: c.show},
		{Pattern: "GET /guides/{guide}/copy.html", Act: access.KeepGuide, Handler: c.file},
		{Pattern: "GET /guides/{guide}/copy.odt", Act: access.KeepGuide, Handler: c.text},
		{Pattern: "GET /guides/{guide}/copy.json", Act: access.KeepGuide, Handler: c.data},
		{Pattern: "POST /guides/{guide}", Act: access.KeepGuide, Handler: c.change},
		{Pattern: "POST /guides/{guide}/items", Act: access.KeepGuide, Handler: c.mark},
		{Pattern: "POST /guides/{guide}/renew", Act: access.KeepGuide, Handler: c.renew},
		{Pattern: "POST /guides/{guide}/drop", Act: access.KeepGuide, Handler: c.drop},
	}
}

// at is the address of the guide, for the country for which it is filled.
func (m *model) at() string {
	to := "/goods/" + page.PathEscape(m.Of.Slug) + "/guide"
	if m.For != "" {
		to += "?country=" + m.For
	}
	return to
}

// model is the guide of a good as everybody sees it.
type model struct {
	*page.Frame
	*app.Guide
	Form   *page.Form
	Bodies []page.Option
	Keeps  bool // whoever reads may keep a copy
	Ways   *recipes.List
}

func (c Config) public(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.writePublic(w, r, f, r.URL.Query().Get("country"), http.StatusOK, nil)
}

func (c Config) writePublic(w http.ResponseWriter, r *http.Request, f *page.Frame, country string, status int, form *page.Form) error {
	f.Here = "goods"
	g, err := c.App.Named(r.Context(), r.PathValue("slug"), country)
	if err != nil {
		return err
	}
	if g.Moved(r.PathValue("slug")) && status == http.StatusOK {
		edge.Public(w.Header(), 0)
		http.Redirect(w, r, string(f.Good(g.Of.Slug))+"/guide", http.StatusMovedPermanently)
		return nil
	}
	f.Path, f.Title, f.Work = "/goods/"+g.Of.Slug+"/guide", f.Tell("guide.of", "Name", g.Of.Name), true
	if g.For != "" {
		f.Query = "country=" + g.For
	}
	if status == http.StatusOK && page.FreshUntil(w, r, f, time.Minute, g.Seen()) {
		return nil
	}
	if err := c.App.Fill(r.Context(), g); err != nil {
		return err
	}
	f.Description, _ = g.List.Summary.In(f.Code)
	m := &model{Frame: f, Guide: g, Form: form, Keeps: access.May(f.Reader(), access.KeepGuide) == nil}
	if m.Ways, err = c.ways(r.Context(), g.Of); err != nil {
		return err
	}
	if m.Keeps {
		list, err := c.App.Bodies(r.Context(), f.Reader())
		if err != nil {
			return err
		}
		m.Bodies = bodies(list)
	}
	return page.Write(w, r, f, status, public(m))
}

// ways are how a good is run, as everybody sees it; nil where none are kept or the
// good is no more.
func (c Config) ways(ctx context.Context, g *good.Good) (*recipes.List, error) {
	if c.Recipes == nil || g.Tombstone != nil {
		return nil, nil
	}
	return c.Recipes.Of(ctx, access.Who{}, string(g.ID))
}

func bodies(list []good.Body) []page.Option {
	var out []page.Option
	for _, b := range list {
		out = append(out, page.Option{Value: b.Slug, Label: b.Name})
	}
	return out
}

func (c Config) keep(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, "title", "country", "body")
	if err != nil {
		return err
	}
	kept, err := c.App.Keep(r.Context(), f.Reader(), app.Input{Good: r.PathValue("slug"), Title: v.Get("title"), Country: v.Get("country"), Body: v.Get("body")})
	if err != nil {
		form := &page.Form{Values: v}
		if !form.Add(f, err) {
			return err
		}
		country := v.Get("country")
		if _, known := vocab.CountryByCode(country); !known {
			country = "" // what is wrong with it is said
		}
		return c.writePublic(w, r, f, country, page.Status(w, err), form)
	}
	http.Redirect(w, r, string(f.Href("/guides/"+string(kept.ID))), http.StatusSeeOther)
	return nil
}

// own is the list of one's copies.
type own struct {
	*page.Frame
	Rows []app.Row
}

func (c Config) mine(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	rows, err := c.App.Mine(r.Context(), f.Reader())
	if err != nil {
		return err
	}
	f.Path, f.Title, f.Work, f.Unlisted = "/guides", f.T("guide.mine"), true, true
	return page.Write(w, r, f, http.StatusOK, mine(&own{f, rows}))
}

// one is a copy as who keeps it sees it.
type one struct {
	*page.Frame
	*app.View
	Form *page.Form // that was sent, with what is wrong
	Sent string     // which form that was: "change", or the id of an item
	Ways *recipes.List
}

// field is a field of one of the forms of the page, as it was sent if it was.
func (m *one) field(form string, d page.Field) page.Field {
	if m.Sent == form {
		return m.Form.Field(d)
	}
	d.ID = d.Name + "-" + strings.ReplaceAll(form, ".", "-")
	return d
}

// version is the version of which a form is: as it was sent if it was.
func (m *one) version(form string, now int64) string {
	if m.Sent == form {
		return m.Form.Version(now)
	}
	return strconv.FormatInt(now, 10)
}

func (m *one) states() []page.Option {
	var out []page.Option
	for _, s := range guide.States {
		out = append(out, page.Option{Value: string(s), Label: m.T("guide.state." + string(s))})
	}
	return out
}

// late says whether the day of an item has passed.
func (m *one) late(x guide.Mark) bool {
	return x.Due != "" && x.Due < m.Today && (x.State == guide.Open || x.State == guide.InHand)
}

// called is what the copy is called.
func (m *one) called() string {
	if m.Copy.Title != "" {
		return m.Copy.Title
	}
	return m.Of.Name
}

// signs stand before the words of a state.
var signs = map[guide.State]string{guide.Open: "○", guide.InHand: "…", guide.Done: "✓", guide.NotNeeded: "–"}

func (c Config) look(r *http.Request, f *page.Frame) (*one, error) {
	v, err := c.App.Show(r.Context(), f.Reader(), good.ID(r.PathValue("guide")))
	if err != nil {
		return nil, err
	}
	m := &one{Frame: f, View: v}
	if m.Ways, err = c.ways(r.Context(), v.Of); err != nil {
		return nil, err
	}
	f.Path, f.Title, f.Work, f.Unlisted = "/guides/"+string(v.Copy.ID), m.called(), true, true
	return m, nil
}

func (c Config) show(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.write(w, r, f, http.StatusOK, "", nil)
}

func (c Config) write(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, sent string, form *page.Form) error {
	m, err := c.look(r, f)
	if err != nil {
		return err
	}
	m.Sent, m.Form = sent, form
	return page.Write(w, r, f, status, copyPage(m))
}

// sent runs a verb that a form of the page asks for, and comes back to it.
func (c Config) sent(w http.ResponseWriter, r *http.Request, f *page.Frame, form, to string, v *page.Form, do func(ctx context.Context, who access.Who, id good.ID) error) error {
	err := do(r.Context(), f.Reader(), good.ID(r.PathValue("guide")))
	if err == nil {
		http.Redirect(w, r, string(f.Href(to)), http.StatusSeeOther)
		return nil
	}
	if !v.Add(f, err) {
		return err
	}
	return c.write(w, r, f, page.Status(w, err), form, v)
}

// source is the name of a source.
func source(f *page.Frame, g *app.Guide, id string) string {
	return page.Past{Frame: f, Sources: g.Sources, About: g.Of.ID}.Source(id)
}

// values are what is known, in words.
func values(f *page.Frame, k app.Known) string {
	var out []string
	for _, v := range k.Values {
		switch k.About {
		case app.AboutLanguages, app.AboutCoverage:
			v = f.Language(v)
		case app.AboutNear:
			v = f.Country(v)
		case app.AboutStage:
			v = f.Stage(good.Stage(v))
		case app.AboutSigns:
			v = f.SignName(watch.Kind(v))
		}
		out = append(out, v)
	}
	return f.List(out)
}

// says is something known in words.
func says(f *page.Frame, k app.Known) string {
	key := "guide.known." + string(k.About)
	switch k.About {
	case app.AboutRecognition:
		return f.Tell(key, "Issuer", k.Values[0], "What", f.Stage(good.Stage(k.Values[1])))
	case app.AboutLooked:
		return f.Tell(key, "Date", good.Date(k.Values[0]))
	case app.AboutHere, app.AboutNeeds:
		return f.T(key, "Count", k.N, "Country", f.Apart(f.Country(k.Values[0])))
	case app.AboutOffers:
		return f.T(key, "Count", k.N, "What", f.Apart(values(f, k)))
	case app.AboutUses, app.AboutTasks, app.AboutSaid:
		return f.N(key, k.N)
	case app.AboutDocumentation, app.AboutNoUses, app.AboutNoOffers, app.AboutClaim:
		return f.T(key)
	}
	return f.Tell(key, "What", values(f, k))
}

// told says who says something known, and when they were seen saying so.
func told(f *page.Frame, g *app.Guide, o good.Origin) string {
	if o.Seen == "" {
		return source(f, g, o.Source)
	}
	return f.Tell("web.src", "Source", source(f, g, o.Source), "Date", o.Seen)
}
