// Package dpga serves the registry in the shapes of the Digital Public Goods
// Alliance's two public APIs, so that programs written for those read Stoa by
// changing one address: v0 is the static API (api.digitalpublicgoods.net), v1
// the registry's (app.digitalpublicgoods.net/api). Unlike the originals it
// never names a contact, tells the true stage, and says 404 of what it does not
// know. What a shape cannot hold is listed in docs/dpga.md.
package dpga

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"stoa/internal/edge"
	"stoa/internal/good"
)

// Goods is what the faces ask about goods.
type Goods interface {
	// Good returns the good with that slug, old slug, id or foreign id.
	Good(ctx context.Context, slugOrID string) (*good.Good, error)
	// Known returns the good another registry knows by that identifier.
	Known(ctx context.Context, scheme, value string) (*good.Good, error)
	// After returns up to limit goods in the order of ids, tombstoned ones too.
	After(ctx context.Context, after good.ID, limit int) ([]*good.Good, error)
	// Position is the journal position that answers are as of.
	Position() int64
}

// Config is what the faces are made of.
type Config struct {
	Goods   Goods
	BaseURL string // public address of the instance, without a slash at the end
	Version string // of the program: part of every entity tag
	Log     *slog.Logger
	Deny    edge.Deny // answers what cannot be served, as a problem document
}

type face struct {
	Config
	base string // public address of /dpga
}

// shape is one of the two APIs.
type shape struct {
	root    string // "/dpga/v0"
	schemes []string
	doc     func(*good.Good) any
}

// The schemes an id is looked up in, before slugs: an id of the original must
// lead where it led there, whatever else is called so.
var (
	v0Shape = shape{root: "/dpga/v0", schemes: []string{"dpga-v0"}, doc: func(g *good.Good) any { return V0(g) }}
	v1Shape = shape{root: "/dpga/v1/api", schemes: []string{"dpga", "dpgid"}, doc: func(g *good.Good) any { return V1(g) }}
)

// New returns the handler of everything under /dpga/. It expects the edge's
// request ids, log, recovery and limits around it.
func New(cfg Config) http.Handler {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	f := &face{Config: cfg, base: strings.TrimRight(cfg.BaseURL, "/")}
	mux := http.NewServeMux()
	at := func(path string, h func(http.ResponseWriter, *http.Request) error) { mux.HandleFunc(path, f.answer(h)) }
	// The static API redirects to addresses with a slash at the end; the
	// registry's takes both.
	at("/dpga/v0/{$}", f.index(map[string]string{"dpgs": "/dpga/v0/dpgs", "dpg/{dpg}": "/dpga/v0/dpg/{dpg}/",
		"nominees": "/dpga/v0/nominees", "nominee/{nominee}": "/dpga/v0/nominee/{nominee}"}))
	at("/dpga/v0/dpgs/{$}", f.list(v0Shape, IsDPG))
	at("/dpga/v0/nominees/{$}", f.list(v0Shape, IsNominee))
	at("/dpga/v0/dpg/{id}/{$}", f.one(v0Shape, true))
	at("/dpga/v0/nominee/{id}/{$}", f.one(v0Shape, false))
	for _, path := range []string{"/dpga/v0", "/dpga/v0/dpgs", "/dpga/v0/nominees", "/dpga/v0/dpg/{id}", "/dpga/v0/nominee/{id}"} {
		at(path, f.slash)
	}
	for _, end := range []string{"", "/{$}"} {
		at("/dpga/v1/api"+end, f.index(map[string]string{"dpgs": "/dpga/v1/api/dpgs", "dpg/{application_id}": "/dpga/v1/api/dpg/{application_id}",
			"nominees": "/dpga/v1/api/nominees", "nominee{nominee}": "/dpga/v1/api/nominee/{nominee_id}"}))
		at("/dpga/v1/api/dpgs"+end, f.list(v1Shape, IsDPG))
		at("/dpga/v1/api/nominees"+end, f.list(v1Shape, IsNominee))
		at("/dpga/v1/api/dpg/{id}"+end, f.one(v1Shape, true))
		at("/dpga/v1/api/nominee/{id}"+end, f.one(v1Shape, false))
	}
	at("/", func(http.ResponseWriter, *http.Request) error {
		return &good.Error{Kind: good.NotFound, Key: "api.detail.dpga"}
	})
	return edge.CORS(mux)
}

// answer guards a read and says what went wrong.
func (f *face) answer(h func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodGet, http.MethodHead:
		case http.MethodOptions:
			w.Header().Set("Allow", allowed)
			w.WriteHeader(http.StatusNoContent)
			return
		default:
			w.Header().Set("Allow", allowed)
			f.Deny(w, r, http.StatusMethodNotAllowed, &good.Error{Kind: good.Invalid, Key: "api.detail.method", Args: map[string]any{"Method": clip(r.Method)}})
			return
		}
		err := h(w, r)
		if err == nil || r.Context().Err() != nil {
			return
		}
		var e *good.Error
		if !errors.As(err, &e) || e.Kind == good.Internal {
			f.Log.ErrorContext(r.Context(), "dpga", "id", edge.RequestIDOf(r), "route", r.Pattern, "err", err)
			e = &good.Error{Kind: good.Internal, Key: "error.internal"}
		}
		f.Deny(w, r, edge.Status(w.Header(), e), e)
	}
}

const allowed = "GET, HEAD, OPTIONS"

// slash sends on to the same address with a slash at the end, as the original
// does.
func (f *face) slash(w http.ResponseWriter, r *http.Request) error {
	edge.Public(w.Header(), 0)
	to := f.base + r.URL.EscapedPath() + "/"
	if r.URL.RawQuery != "" {
		to += "?" + r.URL.RawQuery
	}
	w.Header().Set("Location", to)
	w.WriteHeader(http.StatusMovedPermanently)
	return nil
}

// find resolves an id of the shape's original, else whatever else leads to a
// good; a merged one is the good it was merged into.
func (f *face) find(ctx context.Context, s shape, id string) (*good.Good, error) {
	unknown := &good.Error{Kind: good.NotFound, Key: "api.detail.good", Args: map[string]any{"Good": clip(id)}}
	if id == "" || len(id) > 200 || !utf8.ValidString(id) || strings.ContainsRune(id, 0) {
		return nil, unknown
	}
	g, err := f.known(ctx, s, id)
	for hops := 0; err == nil && g.Tombstone != nil && g.Tombstone.Into != "" && hops < 10; hops++ {
		g, err = f.Goods.Good(ctx, string(g.Tombstone.Into))
	}
	if good.KindOf(err) == good.NotFound {
		return nil, unknown
	}
	if err != nil {
		return nil, err
	}
	if t := g.Tombstone; t != nil {
		return nil, &good.Error{Kind: good.Gone, Key: "api.detail.gone", Args: map[string]any{"Name": g.Name, "Reason": t.Reason, "Role": t.By}}
	}
	return g, nil
}

func (f *face) known(ctx context.Context, s shape, id string) (*good.Good, error) {
	for _, scheme := range s.schemes {
		if g, err := f.Goods.Known(ctx, scheme, id); good.KindOf(err) != good.NotFound || err == nil {
			return g, err
		}
	}
	return f.Goods.Good(ctx, id)
}

// one serves a single good. A good that became a DPG is no nominee any more:
// whoever asks for the nominee is sent on. A nominee is no DPG, and never was
// where only DPGs are.
func (f *face) one(s shape, dpg bool) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		g, err := f.find(r.Context(), s, r.PathValue("id"))
		if err != nil {
			return err
		}
		switch was := EverDPG(g); {
		case dpg && !was:
			return &good.Error{Kind: good.NotFound, Key: "api.detail.not_dpg", Args: map[string]any{"Name": g.Name}}
		case !dpg && was:
			edge.Public(w.Header(), 0)
			w.Header().Set("Location", f.address(s, g))
			w.WriteHeader(http.StatusTemporaryRedirect)
			return nil
		}
		h := w.Header()
		h.Set("Link", "<"+f.base+"/goods/"+url.PathEscape(g.Slug)+`>; rel="alternate"; type="text/html", <`+f.address(s, g)+`>; rel="canonical"`)
		edge.Public(h, 0)
		if edge.NotModified(w, r, edge.ETag(g.Position, "", f.Version)) {
			return nil
		}
		return f.write(w, r, s.doc(g))
	}
}

// clip shortens what a client sent to what is fit to be sent back.
func clip(s string) string {
	if r := []rune(strings.ToValidUTF8(s, "\uFFFD")); len(r) > 100 {
		return string(r[:100]) + "…"
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// IsDPG says whether a good is listed as a digital public good today.
func IsDPG(g *good.Good) bool { return g.Tombstone == nil && Stage(g.Stage) == dpgStage }

// IsNominee says whether a good is on its way to become one.
func IsNominee(g *good.Good) bool { return g.Tombstone == nil && Stage(g.Stage) == nomineeStage }

// EverDPG says whether a good is, or was, a digital public good.
func EverDPG(g *good.Good) bool {
	was := []good.Stage{good.Recognised, good.RenewalDue, good.Lapsed, good.Retired}
	return slices.Contains(was, g.Stage) || slices.ContainsFunc(g.Recognitions, func(r good.Recognition) bool { return slices.Contains(was, r.State) })
}

const (
	dpgStage     = "DPG"
	nomineeStage = "nominee"
)

// Stage is the original's word for a stage, or Stoa's where the originals have
// none: they leave such goods out.
func Stage(s good.Stage) string {
	switch s {
	case good.Recognised, good.RenewalDue:
		return dpgStage
	case good.Nominated, good.Applying, good.InReview:
		return nomineeStage
	}
	return string(s)
}
