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
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"stoa/internal/app/goods"
	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/i18n"
	"stoa/internal/web/assets"
	"stoa/internal/web/page"
	"stoa/internal/web/page/about"
	"stoa/internal/web/page/apidoc"
	"stoa/internal/web/page/atlas"
	"stoa/internal/web/page/badge"
	"stoa/internal/web/page/cases"
	"stoa/internal/web/page/changes"
	"stoa/internal/web/page/compare"
	"stoa/internal/web/page/figures"
	"stoa/internal/web/page/home"
	"stoa/internal/web/page/list"
	"stoa/internal/web/page/shelf"
	"stoa/internal/web/page/show"
	"stoa/internal/web/page/take"
	"stoa/internal/web/page/topic"
	"stoa/internal/web/page/trouble"
)

// Goods is what the pages ask of the goods.
type Goods interface {
	Search(ctx context.Context, q good.Query) (good.Results, error)
	Show(ctx context.Context, slugOrID string) (goods.View, error)
	Position() int64
}

// Config is what the pages need. Goods and BaseURL must be set.
type Config struct {
	Goods     Goods
	Whole     topic.Goods     // the goods whole, for the pages around one thing
	Directory topic.Directory // what is known of organisations and countries
	Shelves   shelf.Collections
	Registry  changes.Registry // the journal, and what its entries are about
	Dumps     take.Dumps       // the whole registry as files; nil where none are made
	Cases     cases.Cases      // records that need a person; nil where none are kept
	API       apidoc.Source    // description of the API; without one there is no page about it
	Log       *slog.Logger
	BaseURL   string // public address of the instance, without a slash at the end
	Version   string // of the program: part of every entity tag
	Now       func() time.Time
	MaxCache  int64 // bytes of pages kept ready; 0 for the default, negative for none
	Meter     *edge.CacheMeter
}

// csp forbids everything that the pages do not need (Content-Security-Policy).
const csp = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Site serves the pages.
type Site struct {
	cfg     Config
	page    *page.Site
	tongues map[string]*page.Tongue // by code
	mux     *http.ServeMux
	handler http.Handler
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
	set, err := assets.New(bytes.Join([][]byte{home.Style, list.Style, show.Style, cases.Style, trouble.Style, topic.Style, shelf.Style, apidoc.Style, atlas.Style, figures.Style, take.Style, changes.Style, compare.Style}, []byte("\n")))
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	s := &Site{cfg: cfg, tongues: map[string]*page.Tongue{}, mux: http.NewServeMux(),
		page: &page.Site{Base: strings.TrimRight(cfg.BaseURL, "/"), Build: build(cfg, set.Build), Assets: set}}
	for _, l := range i18n.All() {
		t := page.NewTongue(l)
		s.tongues[l.Code] = t
		s.page.Tongues = append(s.page.Tongues, t)
	}
	for pattern, h := range s.routes() {
		s.mux.Handle(pattern, s.answer(h))
	}
	if cfg.API.Spec != nil {
		h, err := apidoc.Page(cfg.API)
		if err != nil {
			return nil, fmt.Errorf("web: %w", err)
		}
		s.mux.Handle("GET /docs/api", s.answer(h))
	}
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.refuse(w, r, http.StatusForbidden, nil)
	}))
	chain := []edge.Middleware{
		edge.SecurityHeaders(edge.Security{CSP: csp, HTTPS: u.Scheme == "https"}),
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
	if cfg.Version == "dev" || strings.HasSuffix(cfg.Version, "-dirty") {
		b += "." + strconv.FormatInt(cfg.Now().Unix(), 36)
	}
	return b
}

// routes are the pages.
func (s *Site) routes() map[string]page.Handler {
	return map[string]page.Handler{
		"GET /{$}":          home.Page(s.cfg.Goods),
		"GET /goods":        list.Page(s.cfg.Goods),
		"GET /goods/{slug}": show.Page(s.cfg.Goods),
		"GET /about":        about.Page(),
		"GET /imports":      cases.Page(s.cfg.Cases),

		"GET /map":               atlas.Page(s.cfg.Goods),
		"GET /statistics":        figures.Page(s.cfg.Goods),
		"GET /statistics/{file}": figures.File(s.cfg.Goods),
		"GET /data":              take.Page(s.cfg.Goods, s.cfg.Registry, s.cfg.Dumps),
		"GET /changes":           changes.Page(s.cfg.Registry),
		"GET /compare":           compare.Page(s.cfg.Goods),

		"GET /goods/{slug}/badge.svg": badge.Badge(s.cfg.Goods),
		"GET /goods/{slug}/card":      badge.Card(s.cfg.Goods),
		"GET /collections":            shelf.All(s.cfg.Shelves),
		"GET /collections/{slug}":     shelf.One(s.cfg.Shelves, s.cfg.Whole),
		"GET /sdgs/{n}":               topic.Goal(s.cfg.Whole),
		"GET /kinds/{kind}":           topic.Kind(s.cfg.Whole),
		"GET /licences/{spdx}":        topic.Licence(s.cfg.Whole),
		"GET /organisations/{slug}":   topic.Organisation(s.cfg.Whole, s.cfg.Directory),
		"GET /countries":              topic.Countries(s.cfg.Whole, s.cfg.Directory),
		"GET /countries/{iso}":        topic.Country(s.cfg.Whole, s.cfg.Directory),
	}
}

// ServeHTTP implements http.Handler.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Deny answers what the edge refuses with a page.
func (s *Site) Deny(w http.ResponseWriter, r *http.Request, status int, e *good.Error) {
	s.refuse(w, r, status, e)
}

// answer turns a page into a handler; the frame comes with the request.
func (s *Site) answer(h page.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f := r.Context().Value(frameKey{}).(*page.Frame)
		if err := h(w, r, f); err != nil {
			status := trouble.Status(err)
			if status == http.StatusInternalServerError && !errors.Is(err, context.Canceled) {
				s.cfg.Log.ErrorContext(r.Context(), "page", "id", edge.RequestIDOf(r), "route", r.Pattern, "error", err)
			}
			trouble.Write(w, r, f, status, err)
		}
	})
}

type frameKey struct{}

// refuse answers outside any page.
func (s *Site) refuse(w http.ResponseWriter, r *http.Request, status int, e *good.Error) {
	t, path, _ := s.split(r.URL.Path)
	f := s.frame(t, path)
	var err error
	if e != nil {
		err = e
	}
	trouble.Write(w, r, f, status, err)
}

func (s *Site) frame(t *page.Tongue, path string) *page.Frame {
	return &page.Frame{Tongue: t, Site: s.page, Path: path, Position: s.cfg.Goods.Position()}
}

// refuseIn answers in a frame that is known already.
func (s *Site) refuseIn(w http.ResponseWriter, r *http.Request, f *page.Frame, status int) {
	trouble.Write(w, r, f, status, nil)
}
