// Package softwareapi serves the catalogue API of public software, as crawlers
// of publiccode.yml and catalogues know it, at /v1: software, publishers,
// catalogues, what crawlers noted, and webhooks. What is posted here becomes one
// source's word on goods; every good that is software is listed. What the API
// holds that Stoa does not keep is listed in docs/outward.md.
package softwareapi

import (
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"stoa/internal/access"
	"stoa/internal/app/listings"
	"stoa/internal/app/messages"
	"stoa/internal/edge"
	"stoa/internal/good"
)

// Config is what the face is made of.
type Config struct {
	Listings *listings.App
	Hooks    *messages.App // nil where no webhooks are served
	Version  string        // of the program: part of every entity tag
	Log      *slog.Logger
	Deny     edge.Deny // answers what cannot be served, as a problem document
}

type face struct{ Config }

// Route is something the API does.
type Route struct {
	Method, Path string
	Act          access.Act

	do func(*face) handler
}

type handler func(http.ResponseWriter, *http.Request) error

// The places in addresses.
const (
	software  = "/v1/software"
	publisher = "/v1/publishers"
	catalog   = "/v1/catalogs"
)

// Routes are all that the API does, and what each is for.
func Routes() []Route {
	read := func(path string, do func(*face) handler) Route { return Route{http.MethodGet, path, access.Public, do} }
	write := func(method, path string, do func(*face) handler) Route { return Route{method, path, access.List, do} }
	hook := func(method, path string, do func(*face, good.ListingKind) handler, kind good.ListingKind) Route {
		return Route{method, path, access.ListenToListings, func(f *face) handler { return do(f, kind) }}
	}
	out := []Route{
		read("/v1/status", func(f *face) handler { return f.status }),
		read("/v1/logs", func(f *face) handler { return f.logs(false) }),
		write(http.MethodPost, "/v1/logs", func(f *face) handler { return f.postLog(nil) }),
		read("/v1/logs/{id}", func(f *face) handler { return f.log }),
		write(http.MethodPatch, "/v1/logs/{id}", func(f *face) handler { return f.patchLog }),
		write(http.MethodDelete, "/v1/logs/{id}", func(f *face) handler { return f.dropLog }),
		read(software+"/{id}/logs", func(f *face) handler { return f.logs(true) }),
		write(http.MethodPost, software+"/{id}/logs", func(f *face) handler { return f.postLog(placeOf(good.ListedSoftware)) }),
		write(http.MethodPost, catalog+"/{catalog}/logs", func(f *face) handler { return f.postLog(placeOf(good.ListedCatalog)) }),
		write(http.MethodPost, catalog+"/{catalog}/software/{id}/logs", func(f *face) handler { return f.postLog(placeOf(good.ListedSoftware)) }),
		{http.MethodGet, "/v1/webhooks/{id}", access.ListenToListings, func(f *face) handler { return f.hook }},
		{http.MethodPatch, "/v1/webhooks/{id}", access.ListenToListings, func(f *face) handler { return f.patchHook }},
		{http.MethodDelete, "/v1/webhooks/{id}", access.ListenToListings, func(f *face) handler { return f.dropHook }},
	}
	for _, k := range []struct {
		kind     good.ListingKind
		path, id string
	}{{good.ListedSoftware, software, "id"}, {good.ListedPublisher, publisher, "id"}, {good.ListedCatalog, catalog, "catalog"}} {
		at := k.path + "/{" + k.id + "}"
		out = append(out,
			read(k.path, func(f *face) handler { return f.list(k.kind) }),
			write(http.MethodPost, k.path, func(f *face) handler { return f.post(k.kind) }),
			read(at, func(f *face) handler { return f.one(k.kind) }),
			write(http.MethodPatch, at, func(f *face) handler { return f.patch(k.kind) }),
			write(http.MethodDelete, at, func(f *face) handler { return f.drop(k.kind) }))
		if k.kind != good.ListedPublisher {
			out = append(out,
				read(at+"/analysis", func(f *face) handler { return f.analysis(k.kind) }),
				write(http.MethodPatch, at+"/analysis", func(f *face) handler { return f.analyse(k.kind) }))
		}
		if k.kind == good.ListedCatalog {
			continue
		}
		in := catalog + "/{catalog}/" + string(k.kind)
		out = append(out,
			read(in, func(f *face) handler { return f.list(k.kind) }),
			write(http.MethodPost, in, func(f *face) handler { return f.post(k.kind) }),
			write(http.MethodPatch, in+"/{id}", func(f *face) handler { return f.patch(k.kind) }),
			hook(http.MethodGet, k.path+"/webhooks", (*face).hooks, k.kind),
			hook(http.MethodPost, k.path+"/webhooks", (*face).postHook, k.kind),
			hook(http.MethodGet, at+"/webhooks", (*face).hooks, k.kind),
			hook(http.MethodPost, at+"/webhooks", (*face).postHook, k.kind))
	}
	return out
}

// New returns the handler of everything under /v1/. It expects the edge's
// request ids, log, recovery, limits and identities around it.
func New(cfg Config) http.Handler {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	f := &face{cfg}
	mux := http.NewServeMux()
	for _, r := range Routes() {
		mux.HandleFunc(r.Method+" "+r.Path, f.answer(r.Act, r.do(f)))
	}
	mux.HandleFunc("/", f.answer(access.Public, f.elsewhere(mux)))
	return readable(mux)
}

// readable lets pages of any origin read; a page that writes says who it is by
// a token, not by a cookie.
func readable(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h["Access-Control-Allow-Origin"] = anyOrigin
		h["Cross-Origin-Resource-Policy"] = crossOrigin
		next.ServeHTTP(w, r)
	})
}

var anyOrigin, crossOrigin = []string{"*"}, []string{"cross-origin"}

// elsewhere says which methods there are at an address, if any.
func (f *face) elsewhere(mux *http.ServeMux) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		var allowed []string
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPatch, http.MethodDelete} {
			if _, pattern := mux.Handler(&http.Request{Method: method, URL: r.URL, Host: r.Host}); pattern != "/" {
				allowed = append(allowed, method)
			}
		}
		if allowed == nil {
			return &good.Error{Kind: good.NotFound, Key: "api.detail.path"}
		}
		w.Header().Set("Allow", strings.Join(append(allowed, http.MethodOptions), ", "))
		if r.Method == http.MethodOptions {
			w.WriteHeader(http.StatusNoContent)
			return nil
		}
		f.Deny(w, r, http.StatusMethodNotAllowed, &good.Error{Kind: good.Invalid, Key: "api.detail.methods", Args: map[string]any{"Method": clip(r.Method), "Allowed": strings.Join(allowed, ", ")}})
		return nil
	}
}

// who asks.
func who(r *http.Request) access.Who {
	if v := edge.ViewerOf(r); v != nil {
		return v.Who
	}
	return access.Who{}
}

// answer guards what a route does and says what went wrong.
func (f *face) answer(act access.Act, do handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		err := access.May(who(r), act)
		if err == nil {
			err = do(w, r)
		}
		if err == nil || r.Context().Err() != nil {
			return
		}
		var wrong listings.Mistakes
		var e *good.Error
		switch {
		case errors.As(err, &wrong):
			mistaken(w, r, wrong)
			return
		case errors.Is(err, listings.ErrStale):
			f.Deny(w, r, http.StatusPreconditionFailed, listings.ErrStale)
			return
		case errors.As(err, new(*http.MaxBytesError)):
			f.Deny(w, r, http.StatusRequestEntityTooLarge, &good.Error{Kind: good.Limited, Key: "error.limit.body", Args: map[string]any{"Max": 1 << 20}})
			return
		case !errors.As(err, &e) || e.Kind == good.Internal:
			f.Log.ErrorContext(r.Context(), "v1", "id", edge.RequestIDOf(r), "route", r.Pattern, "err", err)
			e = &good.Error{Kind: good.Internal, Key: "error.internal"}
		case e.Kind == good.Unauthenticated:
			w.Header().Set("WWW-Authenticate", "Bearer")
		}
		f.Deny(w, r, edge.Status(w.Header(), e), e)
	}
}

// clip shortens what a client sent to what is fit to be sent back.
func clip(s string) string {
	if len(s) > 100 {
		return strconv.QuoteToASCII(s[:100]) + "…"
	}
	return s
}

// status says that the face answers.
func (f *face) status(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusNoContent)
	return nil
}
