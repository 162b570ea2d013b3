// Package needs is the pages of needs: an interview that ends in goods with the
// reasons, and needs that are kept, shown, shared and answered.
package needs

import (
	"bytes"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"stoa/internal/access"
	app "stoa/internal/app/needs"
	"stoa/internal/export"
	"stoa/internal/good"
	"stoa/internal/need"
	"stoa/internal/vocab"
	"stoa/internal/web/page"
)

// Config is what the pages need.
type Config struct{ App *app.App }

// Routes are the pages.
func Routes(c Config) []page.Route {
	return []page.Route{
		{Pattern: "GET /needs", Act: access.ReadNeed, Handler: c.list},
		{Pattern: "GET /needs.atom", Act: access.ReadNeed, Handler: c.feed},
		{Pattern: "GET /needs.csv", Act: access.ReadNeed, Handler: c.table},
		{Pattern: "GET /needs.ndjson", Act: access.ReadNeed, Handler: c.lines},
		{Pattern: "POST /needs", Act: access.AskNeed, Handler: c.keep},
		{Pattern: "GET /needs/new", Act: access.ReadNeed, Handler: c.begin},
		{Pattern: "POST /needs/new", Act: access.ReadNeed, Handler: c.ask},
		{Pattern: "GET /needs/{need}", Act: access.ReadNeed, Handler: c.show},
		{Pattern: "POST /needs/{need}", Act: access.KeepNeed, Handler: c.change},
		{Pattern: "GET /needs/{need}/brief", Act: access.ReadNeed, Handler: c.brief},
		{Pattern: "GET /needs/{need}/brief.html", Act: access.ReadNeed, Handler: c.briefFile},
		{Pattern: "GET /needs/{need}/brief.odt", Act: access.ReadNeed, Handler: c.briefText},
		{Pattern: "GET /needs/{need}/brief.csv", Act: access.ReadNeed, Handler: c.briefTable},
		{Pattern: "POST /needs/{need}/shortlist", Act: access.KeepNeed, Handler: c.short},
		{Pattern: "POST /needs/{need}/close", Act: access.KeepNeed, Handler: c.close},
		{Pattern: "POST /needs/{need}/hide", Act: access.HideNeed, Handler: c.hide},
		{Pattern: "POST /needs/{need}/answers", Act: access.AnswerNeed, Handler: c.answer},
		{Pattern: "POST /needs/{need}/answers/{answer}", Act: access.KeepNeed, Handler: c.decide},
	}
}

// model is what the list shows.
type model struct {
	*page.Frame
	app.List
	Which app.Which
	Mine  []need.Record
}

func asked(r *http.Request) app.Which {
	v := r.URL.Query()
	return app.Which{Country: strings.ToUpper(v.Get("country")), Sector: v.Get("sector"), Block: v.Get("block"), SDG: v.Get("sdg"), State: v.Get("state"), Before: good.ID(v.Get("before"))}
}

// at is the address of a question in some form.
func at(path string, w app.Which) string {
	v := url.Values{}
	for _, p := range []page.Pair{{Name: "country", Value: w.Country}, {Name: "sector", Value: w.Sector}, {Name: "block", Value: w.Block}, {Name: "sdg", Value: w.SDG}, {Name: "state", Value: w.State}, {Name: "before", Value: string(w.Before)}} {
		if p.Value != "" {
			v.Set(p.Name, p.Value)
		}
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// whole is the question without where the page begins.
func (m *model) whole() app.Which {
	w := m.Which
	w.Before = ""
	return w
}

func (m *model) next() string {
	w := m.Which
	w.Before = m.Next
	return at("/needs", w)
}

func (c Config) list(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	m := &model{Frame: f, Which: asked(r)}
	var err error
	if m.List, err = c.App.List(r.Context(), m.Which, app.PageLength); err != nil {
		return err
	}
	if m.Mine, err = c.App.Mine(r.Context(), f.Reader()); err != nil {
		return err
	}
	f.Title, f.Description, f.Work = f.T("need.title"), f.T("need.lede"), true
	f.Query = strings.TrimPrefix(at("", m.Which), "?")
	f.Unlisted = f.Query != ""
	return page.Write(w, r, f, http.StatusOK, list(m))
}

// feed tells which needs are new, for those who follow.
func (c Config) feed(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	which := asked(r)
	which.Before = ""
	all, err := c.App.List(r.Context(), which, app.PageLength)
	if err != nil {
		return err
	}
	updated := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) // of a feed in which nothing was said yet
	var items []export.Item
	for _, n := range all.Needs {
		items = append(items, export.Item{ID: "urn:stoa:need:" + string(n.ID), Title: n.Title, Summary: page.Cut(n.Problem, 500), Link: f.Site.Base + f.Prefix + "/needs/" + string(n.ID), Updated: n.Changed})
	}
	var b bytes.Buffer
	if err := export.AtomItems(&b, export.Feed{Base: f.Site.Base, Self: f.Site.Base + f.Prefix + at("/needs.atom", which), Title: f.T("need.title"), Lang: f.Code, Updated: updated}, items); err != nil {
		return err
	}
	w.Header().Set("Content-Type", export.TypeAtom)
	_, _ = w.Write(b.Bytes()) // a client that went away needs no answer
	return nil
}

// named are values with their names in the reader's language.
func named[T ~string](f *page.Frame, prefix string, list []T) []page.Option {
	var out []page.Option
	for _, v := range list {
		out = append(out, page.Option{Value: string(v), Label: f.T(prefix + string(v))})
	}
	return out
}

func goals(f *page.Frame) []page.Option {
	var out []page.Option
	for n := 1; n <= 17; n++ {
		out = append(out, page.Option{Value: strconv.Itoa(n), Label: f.Digits(n) + " · " + f.Goal(n)})
	}
	return out
}

func kinds(f *page.Frame) []page.Option {
	var out []page.Option
	for _, k := range good.Kinds {
		out = append(out, page.Option{Value: string(k), Label: f.Kind(k)})
	}
	return out
}

func sectors(f *page.Frame) []page.Option { return named(f, "vocab.sector.", vocab.Sectors()) }

func blocks(f *page.Frame) []page.Option {
	var codes []string
	for _, b := range vocab.Blocks() {
		codes = append(codes, b.Code)
	}
	return named(f, "vocab.block.", codes)
}

func tongues(f *page.Frame) []page.Option {
	var out []page.Option
	for _, l := range need.Languages {
		out = append(out, page.Option{Value: l, Label: f.Language(l)})
	}
	return out
}

// value is one value of a finding in words.
func value(f *page.Frame, about need.About, v string) string {
	switch about {
	case need.AboutKind:
		return f.Kind(good.Kind(v))
	case need.AboutSector:
		return f.T("vocab.sector." + v)
	case need.AboutSDG:
		n, _ := strconv.Atoi(v)
		return f.Digits(n) + " · " + f.Goal(n)
	case need.AboutCountry, need.AboutNear, need.AboutNearby, need.AboutUse:
		return f.Country(v)
	case need.AboutLanguage:
		return f.Language(v)
	case need.AboutStage:
		return f.Stage(good.Stage(v))
	}
	return v
}

// signs stand before the words of a finding.
var signs = map[need.Verdict]string{need.Met: "✓", need.Unknown: "?", need.Unmet: "×"}

// wordsShown is how many words of a need are named beside a good.
const wordsShown = 8

// says is a finding in words.
func says(f *page.Frame, x need.Finding) string {
	var list []string
	for _, v := range x.Values[:min(len(x.Values), wordsShown)] {
		list = append(list, value(f, x.About, v))
	}
	return f.Tell("need."+string(x.Verdict)+"."+string(x.About), "What", f.List(list))
}

// compared is the address of the comparison of the first goods.
func compared(f *page.Frame, list []*good.Good) string {
	v := url.Values{}
	for _, g := range list[:min(len(list), 4)] {
		v.Add("good", g.Slug)
	}
	return "/compare?" + v.Encode()
}

func goodsOf(list []need.Ranked) []*good.Good {
	var out []*good.Good
	for _, r := range list {
		out = append(out, r.Good)
	}
	return out
}
