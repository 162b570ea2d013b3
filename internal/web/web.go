//go:generate go tool -modfile=../../tools/go.mod templ generate -path .

// Package web serves the pages people read: server-rendered, whole without
// JavaScript, in six languages, each under addresses of its own.
package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/countries"
	"stoa/internal/app/goods"
	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/i18n"
	"stoa/internal/standard"
	"stoa/internal/web/assets"
	"stoa/internal/web/page"
	"stoa/internal/web/page/about"
	"stoa/internal/web/page/account"
	"stoa/internal/web/page/apidoc"
	"stoa/internal/web/page/apply"
	"stoa/internal/web/page/atlas"
	"stoa/internal/web/page/badge"
	"stoa/internal/web/page/cases"
	"stoa/internal/web/page/changes"
	"stoa/internal/web/page/compare"
	"stoa/internal/web/page/desk"
	"stoa/internal/web/page/figures"
	"stoa/internal/web/page/home"
	"stoa/internal/web/page/list"
	"stoa/internal/web/page/nominate"
	"stoa/internal/web/page/reports"
	"stoa/internal/web/page/shelf"
	"stoa/internal/web/page/show"
	"stoa/internal/web/page/sight"
	"stoa/internal/web/page/standards"
	"stoa/internal/web/page/take"
	"stoa/internal/web/page/topic"
	"stoa/internal/web/page/trouble"
	"stoa/internal/web/signin"
)

// Goods is what the pages ask of the goods.
type Goods interface {
	Search(ctx context.Context, q good.Query) (good.Results, error)
	Show(ctx context.Context, slugOrID string) (goods.View, error)
	ConflictsOf(ctx context.Context, who access.Who, slugOrID string) ([]goods.Clash, error)
	Position() int64
}

// Config is what the pages need. Goods and BaseURL must be set.
type Config struct {
	Goods     Goods
	Uses      show.Uses       // goods in use; nil where no deployments are kept
	Lands     *countries.App  // what is in use in countries, and what they say; nil likewise
	Recipes   show.Recipes    // how goods are brought to run; nil where none are kept
	Spoken    show.Spoken     // the languages of goods; nil where none are kept
	Agreed    show.Agreed     // agreements with goods; nil where none are kept
	Whole     topic.Goods     // the goods whole, for the pages around one thing
	Directory topic.Directory // what is known of organisations and countries
	Shelves   shelf.Collections
	Registry  changes.Registry  // the journal, and what its entries are about
	Dumps     take.Dumps        // the whole registry as files; nil where none are made
	Cases     cases.Cases       // records that need a person; nil where none are kept
	Standards *standard.Library // the criteria sets; without them there are no pages about them
	API       apidoc.Source     // description of the API; without one there is no page about it
	More      []page.Route      // the pages of further rooms, as cmd put them together
	Log       *slog.Logger
	BaseURL   string // public address of the instance, without a slash at the end
	Version   string // of the program: part of every entity tag
	Now       func() time.Time
	MaxCache  int64 // bytes of pages kept ready; 0 for the default, negative for none
	Meter     *edge.CacheMeter
}

// csp forbids everything that the pages do not need (Content-Security-Policy).
const csp = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Site serves the pages.
type Site struct {
	cfg     Config
	page    *page.Site
	tongues map[string]*page.Tongue // by code
	routes  []page.Route
	mux     *http.ServeMux
	handler http.Handler
	refused edge.Deny
}

// New makes the pages. The result answers every path: what is no page is
// answered with one that helps.
func New(cfg Config) (*Site, error) {
	u, err := url.Parse(cfg.BaseURL)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || cfg.Goods == nil {
		return nil, fmt.Errorf("web: goods and an http or https base URL are needed, not %q", cfg.BaseURL)
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	set, err := assets.New([][]byte{nominate.Style, signin.Style, account.Style, apply.Style, desk.Style, sight.Style}, bytes.Join([][]byte{home.Style, list.Style, show.Style, cases.Style, trouble.Style, topic.Style, shelf.Style, apidoc.Style, atlas.Style, figures.Style, take.Style, changes.Style, compare.Style, standards.Style, reports.Style}, []byte("\n")))
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	s := &Site{cfg: cfg, tongues: map[string]*page.Tongue{}, mux: http.NewServeMux(),
		page: &page.Site{Base: strings.TrimRight(cfg.BaseURL, "/"), Build: build(cfg, set.Build), Assets: set, Standards: cfg.Standards,
			Proves: slices.ContainsFunc(cfg.More, func(r page.Route) bool { return r.Pattern == "GET /goods/{slug}/record" })}}
	for _, l := range i18n.All() {
		t := page.NewTongue(l)
		s.tongues[l.Code] = t
		s.page.Tongues = append(s.page.Tongues, t)
	}
	if s.routes, err = routes(cfg); err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	for _, route := range s.routes {
		if route.Act == "" || route.Handler == nil {
			return nil, fmt.Errorf("web: %s does not say what it is for", route.Pattern)
		}
		s.page.Accounts = s.page.Accounts || route.Pattern == "GET /signin"
		s.page.Desk = s.page.Desk || route.Pattern == "GET /desk"
		s.page.Harvests = s.page.Harvests || route.Pattern == "GET /sources"
		s.page.Calls = s.page.Calls || route.Pattern == "GET /calls"
		s.page.Reports = s.page.Reports || route.Pattern == "GET /reports"
		s.page.Watches = s.page.Watches || route.Pattern == "GET /goods/{slug}/watch"
		s.page.Claims = s.page.Claims || route.Pattern == "GET /goods/{slug}/claim"
		s.mux.Handle(route.Pattern, s.answer(route))
	}
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.refuse(w, r, http.StatusForbidden, nil)
	}))
	security := edge.Security{CSP: csp, HTTPS: u.Scheme == "https"}
	s.refused = security.Guarded(s.refuse)
	chain := []edge.Middleware{
		edge.SecurityHeaders(security),
		edge.Recover(cfg.Log, s.Deny),
		cross.Handler,
		set.Middleware,
	}
	if cfg.MaxCache >= 0 {
		chain = append(chain, edge.NewPageCache(edge.CacheConfig{Position: cfg.Goods.Position, Now: cfg.Now, MaxBytes: cfg.MaxCache, Language: s.variant, Meter: cfg.Meter}).Middleware)
	}
	s.handler = edge.Chain(http.HandlerFunc(s.serve), append(chain, edge.Compress)...)
	return s, nil
}

// build names what the pages are made by. A program without a version of its
// own may change from start to start.
func build(cfg Config, assets string) string {
	b := cfg.Version + "." + assets
	if cfg.Standards != nil {
		b += "." + cfg.Standards.Digest()
	}
	if cfg.Version == "dev" || strings.HasSuffix(cfg.Version, "-dirty") {
		b += "." + strconv.FormatInt(cfg.Now().Unix(), 36)
	}
	return b
}

// routes are the pages.
func routes(cfg Config) ([]page.Route, error) {
	public := map[string]page.Handler{
		"GET /{$}":          home.Page(cfg.Goods),
		"GET /goods":        list.Page(cfg.Goods),
		"GET /goods/{slug}": show.Page(show.Config{Goods: cfg.Goods, Uses: cfg.Uses, Spoken: cfg.Spoken, Recipes: cfg.Recipes, Agreed: cfg.Agreed}),
		"GET /about":        about.Page(),
		"GET /imports":      cases.Page(cfg.Cases),

		"GET /map":               atlas.Page(cfg.Goods, confirmed(cfg.Lands)),
		"GET /statistics":        figures.Page(cfg.Goods),
		"GET /statistics/{file}": figures.File(cfg.Goods),
		"GET /data":              take.Page(cfg.Goods, cfg.Registry, cfg.Dumps),
		"GET /changes":           changes.Page(cfg.Registry),
		"GET /compare":           compare.Page(cfg.Goods),

		"GET /goods/{slug}/badge.svg": badge.Badge(cfg.Goods),
		"GET /goods/{slug}/card":      badge.Card(cfg.Goods),
		"GET /collections":            shelf.All(cfg.Shelves),
		"GET /collections/{slug}":     shelf.One(cfg.Shelves, cfg.Whole),
		"GET /sdgs/{n}":               topic.Goal(cfg.Whole),
		"GET /kinds/{kind}":           topic.Kind(cfg.Whole),
		"GET /licences/{spdx}":        topic.Licence(cfg.Whole),
		"GET /organisations/{slug}":   topic.Organisation(cfg.Whole, cfg.Directory),
	}
	if cfg.API.Spec != nil {
		h, err := apidoc.Page(cfg.API)
		if err != nil {
			return nil, err
		}
		public["GET /docs/api"] = h
	}
	if lib := cfg.Standards; lib != nil {
		public["GET /standards"] = standards.All(lib)
		public["GET /standards/{id}"] = standards.Current(lib)
		public["GET /standards/{id}/{version}"] = standards.One(lib)
		public["GET /standards/{id}/{version}/changes"] = standards.Changes(lib)
	}
	out := append(slices.Clone(cfg.More), topic.Lands{Goods: cfg.Whole, Directory: cfg.Directory, App: cfg.Lands}.Routes()...)
	for _, pattern := range slices.Sorted(maps.Keys(public)) {
		out = append(out, page.Route{Pattern: pattern, Act: access.Public, Handler: public[pattern]})
	}
	return out, nil
}

// confirmed tells the map what is confirmed where; nil where nothing is kept.
func confirmed(app *countries.App) atlas.Lands {
	if app == nil {
		return nil
	}
	return app
}

// Routes are all pages and what each is for.
func (s *Site) Routes() []page.Route { return slices.Clone(s.routes) }

// ServeHTTP implements http.Handler.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Deny answers with a page what is refused, here or before the pages.
func (s *Site) Deny(w http.ResponseWriter, r *http.Request, status int, e *good.Error) {
	s.refused(w, r, status, e)
}

// answer turns a page into a handler; the frame comes with the request.
func (s *Site) answer(route page.Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f := r.Context().Value(frameKey{}).(*page.Frame)
		if route.Act != access.Public {
			edge.Private(w.Header())
			f.Unlisted = true
		}
		err := access.May(f.Reader(), route.Act)
		if err == nil {
			err = route.Handler(w, r, f)
		}
		if err != nil {
			status := edge.Status(w.Header(), err)
			if status >= http.StatusInternalServerError && !errors.Is(err, context.Canceled) {
				s.cfg.Log.ErrorContext(r.Context(), "page", "id", edge.RequestIDOf(r), "route", r.Pattern, "error", err)
			}
			if status == http.StatusUnauthorized && s.page.Accounts && r.Method == http.MethodGet { // and come back
				http.Redirect(w, r, f.Prefix+"/signin?next="+url.QueryEscape(f.Prefix+r.URL.RequestURI()), http.StatusSeeOther)
				return
			}
			trouble.Write(w, r, f, status, err)
		}
	})
}

type frameKey struct{}

// refuse answers outside any page.
func (s *Site) refuse(w http.ResponseWriter, r *http.Request, status int, e *good.Error) {
	t, path, _ := s.split(r.URL.Path)
	f := s.frame(r, t, path)
	var err error
	if e != nil {
		err = e
	}
	trouble.Write(w, r, f, status, err)
}

func (s *Site) frame(r *http.Request, t *page.Tongue, path string) *page.Frame {
	f := &page.Frame{Tongue: t, Site: s.page, Path: path, Position: s.cfg.Goods.Position()}
	if v := edge.ViewerOf(r); v != nil {
		f.Viewer, f.ViewerName = &v.Who, v.Name
	}
	return f
}

// refuseIn answers in a frame that is known already.
func (s *Site) refuseIn(w http.ResponseWriter, r *http.Request, f *page.Frame, status int) {
	trouble.Write(w, r, f, status, nil)
}
