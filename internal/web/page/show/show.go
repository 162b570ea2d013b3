// Package show is the page of one good: every public fact with who says so and
// when, its recognition, claims of use, evidence, history and how to cite it.
package show

import (
	"context"
	_ "embed"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"stoa/internal/access"
	"stoa/internal/app/deployments"
	"stoa/internal/app/goods"
	"stoa/internal/app/localisation"
	"stoa/internal/app/recipes"
	"stoa/internal/app/support"
	"stoa/internal/edge"
	"stoa/internal/export"
	"stoa/internal/good"
	"stoa/internal/l10n"
	"stoa/internal/web/page"
)

// Style is the style of this page.
//
//go:embed show.css
var Style []byte

// Goods is what the page asks.
type Goods interface {
	Show(ctx context.Context, slugOrID string) (goods.View, error)
	ConflictsOf(ctx context.Context, who access.Who, slugOrID string) ([]goods.Clash, error)
}

// Uses is what the page asks about deployments.
type Uses interface {
	List(ctx context.Context, which deployments.Which, limit int) (deployments.List, error)
}

// Spoken is what the page asks about the good's languages.
type Spoken interface {
	Languages(ctx context.Context, who access.Who, key string) (localisation.Languages, error)
}

// Recipes is what the page asks about how the good is brought to run.
type Recipes interface {
	Of(ctx context.Context, who access.Who, key string) (*recipes.List, error)
}

// Agreed is what the page asks about agreements of organisations with the good.
type Agreed interface {
	AgreedWith(ctx context.Context, id good.ID, limit int) (support.Agreements, error)
}

// Config is what the page needs. Uses, Spoken, Recipes and Agreed are nil
// where no deployments, languages, recipes and agreements are kept.
type Config struct {
	Goods   Goods
	Uses    Uses
	Spoken  Spoken
	Recipes Recipes
	Agreed  Agreed
}

// waysShown is how many recipes a good's page shows.
const waysShown = 4

// usesShown is how many deployments, and how many agreements, a good's page
// shows.
const usesShown = 5

// Page answers /goods/{slug}.
func Page(c Config) page.Handler {
	return func(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
		f.Here = "goods"
		v, err := c.Goods.Show(r.Context(), r.PathValue("slug"))
		if err != nil {
			return err
		}
		g := v.Good
		if v.Moved || r.PathValue("slug") != g.Slug {
			edge.Public(w.Header(), 0)
			http.Redirect(w, r, string(f.Good(g.Slug)), http.StatusMovedPermanently)
			return nil
		}
		m := &model{Frame: f, View: v}
		f.Title = g.Name
		if g.Tombstone != nil {
			f.Unlisted = true
			edge.Private(w.Header())
			return page.Write(w, r, f, http.StatusGone, gone(m))
		}
		w.Header().Set("Link", signposts(f.Site.Base, g))
		if c.Agreed != nil {
			if m.Agreed, err = c.Agreed.AgreedWith(r.Context(), g.ID, usesShown); err != nil {
				return err
			}
		}
		fresh := page.Fresh
		if len(m.Agreed.Items) > 0 { // of which some run out
			fresh = func(w http.ResponseWriter, r *http.Request, f *page.Frame) bool {
				return page.FreshToday(w, r, f, good.Date(m.Agreed.Now.UTC().Format(time.DateOnly)))
			}
		}
		if fresh(w, r, f) {
			return nil
		}
		m.Summary, m.SummaryIn = g.Summary.In(f.Code)
		if err := c.around(r.Context(), m); err != nil {
			return err
		}
		f.Description = page.Cut(m.Summary, 160)
		return page.Write(w, r, f, http.StatusOK, show(m))
	}
}

// around asks the other rooms what they know of the good.
func (c Config) around(ctx context.Context, m *model) error {
	id := string(m.View.Good.ID)
	if c.Uses != nil {
		list, err := c.Uses.List(ctx, deployments.Which{Good: id}, usesShown)
		if err != nil {
			return err
		}
		m.Uses = &list
	}
	if access.May(m.Reader(), access.Edit) == nil {
		list, err := c.Goods.ConflictsOf(ctx, m.Reader(), id)
		if err != nil {
			return err
		}
		m.Conflicts = len(list)
	}
	if c.Spoken != nil {
		known, err := c.Spoken.Languages(ctx, access.Who{}, id)
		if err != nil {
			return err
		}
		m.Spoken = &known
		m.speak()
	}
	if c.Recipes != nil {
		var err error
		if m.Ways, err = c.Recipes.Of(ctx, access.Who{}, id); err != nil {
			return err
		}
	}
	return nil
}

// formats are the forms in which other programs read a good, by the end of
// its address.
var formats = []string{"jsonld", "codemeta.json", "cff", "bib", "publiccode.yml", "code.json", "csv"}

// described are the media types of the forms that say what a good is.
var described = map[string]string{"jsonld": export.TypeJSONLD, "codemeta.json": export.TypeCodeMeta, "cff": export.TypeYAML, "bib": export.TypeBibTeX, "publiccode.yml": export.TypeYAML}

// signposts tell a program that reads the page's header alone where else the
// good is described and under which licences it is (signposting.org).
func signposts(base string, g *good.Good) string {
	at := export.Address(base, g)
	out := []string{"<" + at + `>; rel="cite-as"`, "<" + export.DCATAddress(base, g) + `>; rel="describedby"; type="application/ld+json"`}
	for _, ext := range formats {
		if media := described[ext]; media != "" {
			out = append(out, "<"+at+"."+ext+`>; rel="describedby"; type="`+media+`"`)
		}
	}
	for _, l := range g.Licences {
		out = append(out, "<"+export.LicenceURL(l.SPDX)+`>; rel="license"`)
	}
	return strings.Join(out, ", ")
}

// model is what the page shows.
type model struct {
	*page.Frame
	goods.View
	Summary, SummaryIn string
	Spoken             *localisation.Languages // what is known of its languages; nil where none are kept
	Said               *l10n.Texts             // its name and description in the language of the page, as people translated them
	Uses               *deployments.List       // deployments, the newest first; nil where none are kept
	Ways               *recipes.List           // how it is brought to run, what answers first; nil where none are kept
	Agreed             support.Agreements      // with organisations, the newest first
	Conflicts          int                     // corrections that a source contradicts, for who may settle them
}

// speak has the good speak the language of the page where people translated it:
// what a source says in that language itself comes first.
func (m *model) speak() {
	for _, t := range m.Spoken.Texts {
		if t.Language != m.Code {
			continue
		}
		m.Said = &t
		if m.SummaryIn != m.Code && t.Summary != "" {
			m.Summary, m.SummaryIn = t.Summary, t.Language
		}
	}
}

// origin says where a field of the good, or the item of a united list under
// key, comes from.
func (m *model) origin(field good.Field, key string) good.Origin {
	if key != "" {
		if o, ok := m.View.Good.From[field+"/"+good.Field(key)]; ok {
			return o
		}
	}
	return m.View.Good.From[field]
}

// alike is the comparison of the good with those most like it.
func (m *model) alike() templ.SafeURL {
	slugs := []string{m.View.Good.Slug}
	for _, c := range m.Similar[:min(3, len(m.Similar))] {
		slugs = append(slugs, c.Slug)
	}
	return m.Href("/compare?" + url.Values{"good": slugs}.Encode())
}

// past tells the good's history.
func (m *model) past() page.Past {
	return page.Past{Frame: m.Frame, Sources: m.Sources, About: m.View.Good.ID}
}

// source is the name of a source.
func (m *model) source(id string) string { return m.past().Source(id) }

// told is an origin in words: the source and the day it was seen saying so.
func (m *model) told(o good.Origin) string {
	if o.Seen == "" {
		return m.source(o.Source)
	}
	return m.Tell("web.src", "Source", m.source(o.Source), "Date", o.Seen)
}

// first is where the first item of a united list comes from; each has its own.
func (m *model) first(field good.Field, keys ...string) good.Origin {
	for _, k := range keys {
		if o := m.origin(field, k); o.Source != "" {
			return o
		}
	}
	return m.origin(field, "")
}

// land is what is claimed about use in countries by one origin.
type land struct {
	Origin good.Origin
	Claims []good.Deployment
}

// lands groups the claims of use by who makes them, by country's name.
func (m *model) lands() []land {
	var out []land
	for _, d := range m.View.Good.Deployments {
		o := m.origin(good.FieldDeployments, d.Country+d.By)
		i := slices.IndexFunc(out, func(l land) bool { return l.Origin.Source == o.Source && l.Origin.Seen == o.Seen })
		if i < 0 {
			i = len(out)
			out = append(out, land{Origin: o})
		}
		out[i].Claims = append(out[i].Claims, d)
	}
	for _, l := range out {
		slices.SortStableFunc(l.Claims, func(a, b good.Deployment) int { return m.CompareCountries(a.Country, b.Country) })
	}
	return out
}

// detailed says whether a claim says more than the country.
func detailed(claims []good.Deployment) bool {
	return slices.ContainsFunc(claims, func(d good.Deployment) bool { return d.By != "" || d.Since != "" || d.URL != "" })
}

// parties are the organisations in one role.
type parties struct {
	Role good.Role
	Who  []good.Party
}

func (m *model) parties() []parties {
	var out []parties
	for _, role := range []good.Role{good.Owner, good.Maintainer, good.Funder, good.Implementer, good.Host} {
		var who []good.Party
		for _, p := range m.View.Good.Parties {
			if p.Role == role {
				who = append(who, p)
			}
		}
		if len(who) > 0 {
			out = append(out, parties{role, who})
		}
	}
	return out
}

// authors are the organisations a citation names: owners, else maintainers.
func (m *model) authors() string {
	for _, role := range []good.Role{good.Owner, good.Maintainer} {
		var names []string
		for _, p := range m.View.Good.Parties {
			if p.Role == role {
				names = append(names, p.Name)
			}
		}
		if len(names) > 0 {
			return m.List(names)
		}
	}
	return ""
}

// citation is the good as a line of a bibliography.
func (m *model) citation() string {
	g := m.View.Good
	var kinds []string
	for _, k := range g.Kinds {
		kinds = append(kinds, m.Kind(k))
	}
	key, authors := "web.cite.text", strings.TrimRight(m.authors(), ". ")
	if authors == "" {
		key = "web.cite.anonymous"
	}
	return m.Tell(key, "Authors", authors, "Name", g.Name, "Kinds", m.Terms(kinds), "Position", int(g.Position), "URL", m.address())
}

// address is the good's permanent address on this instance.
func (m *model) address() string { return m.Site.Base + "/goods/" + page.PathEscape(m.View.Good.Slug) }

// identifiers are the schemes in which others know the good, sorted.
func (m *model) identifiers() []page.Pair {
	var out []page.Pair
	for scheme, id := range m.View.Good.Identifiers {
		out = append(out, page.Pair{Name: scheme, Value: id})
	}
	slices.SortFunc(out, func(a, b page.Pair) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// answered is a source's text in the page's words where it is only yes or no.
func (m *model) answered(text string) string {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "yes":
		return m.T("web.yes")
	case "no":
		return m.T("web.no")
	}
	return ""
}

// standing is what an issuer is reported to say of the good, in a sentence.
func (m *model) standing(r good.Recognition) string {
	key := "web.recognition." + string(r.State)
	if !m.Has(key) {
		key = "web.recognition.other"
	}
	return m.Tell(key, "Issuer", r.Issuer, "Stage", m.Stage(r.State))
}

// decidedHere says whether a recognition stands that this instance decided on.
func (m *model) decidedHere() bool {
	return slices.ContainsFunc(m.View.Good.Recognitions, func(r good.Recognition) bool {
		return !r.Reported && (r.State == good.Recognised || r.State == good.RenewalDue)
	})
}

// claimant is who says a good is in use, as the text of a link.
func (m *model) claimant(d good.Deployment) string {
	if d.By != "" {
		return d.By
	}
	return page.Host(d.URL)
}

func (m *model) sectors() string {
	names := make([]string, 0, len(m.View.Good.Sectors))
	for _, s := range m.View.Good.Sectors {
		names = append(names, m.Sector(s))
	}
	return m.Terms(names)
}

func number(n int) string { return strconv.Itoa(n) }
