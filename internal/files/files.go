// Package files serves what people and programs take away: a good or a search
// in the formats of others, feeds, whole dumps, and what search engines ask for.
package files

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"stoa/internal/app/dumps"
	"stoa/internal/app/goods"
	"stoa/internal/edge"
	"stoa/internal/export"
	"stoa/internal/good"
)

// Goods is what the files are made of.
type Goods interface {
	Search(ctx context.Context, q good.Query) (good.Results, error)
	Show(ctx context.Context, slugOrID string) (goods.View, error)
	Goods(ctx context.Context, ids []good.ID) (map[good.ID]*good.Good, error)
	Position() int64
}

// Walk goes through every good there is, in parts.
type Walk interface {
	After(ctx context.Context, after good.ID, limit int) ([]*good.Good, error)
	Boundaries(ctx context.Context, every int) ([]good.ID, error)
}

// Dumps makes the whole registry as files.
type Dumps interface {
	Latest(ctx context.Context) (dumps.Set, error)
}

// Config is what the files need.
type Config struct {
	Goods   Goods
	Walk    Walk
	Dumps   Dumps
	BaseURL string    // public address of the instance, without a slash at the end
	Version string    // of the program: part of every entity tag
	Since   time.Time // when the server began: as of then is the feed of an instance without goods
	Log     *slog.Logger
	Deny    edge.Deny       // answers what cannot be served
	Shell   edge.Middleware // what stands before every file: headers, recovery, compression
}

type face struct{ Config }

// one are the formats of a single good, by the end of its address.
var one = map[string]struct {
	media string
	write func(base string, g *good.Good) ([]byte, error)
}{
	"jsonld":         {export.TypeJSONLD, func(base string, g *good.Good) ([]byte, error) { return export.JSONLD(g, base) }},
	"codemeta.json":  {export.TypeCodeMeta, func(base string, g *good.Good) ([]byte, error) { return export.CodeMeta(g, base) }},
	"cff":            {export.TypeYAML, func(base string, g *good.Good) ([]byte, error) { return export.CFF(g, base) }},
	"bib":            {export.TypeBibTeX, func(base string, g *good.Good) ([]byte, error) { return []byte(export.BibTeX(g, base)), nil }},
	"ndjson":         {export.TypeNDJSON, func(_ string, g *good.Good) ([]byte, error) { return lines(g) }},
	"json":           {"application/json", func(_ string, g *good.Good) ([]byte, error) { return lines(g) }},
	"csv":            {export.TypeCSV, table},
	"code.json":      {export.TypeCodeJSON, func(base string, g *good.Good) ([]byte, error) { return export.CodeJSON(g, base) }},
	"publiccode.yml": {export.TypeYAML, func(base string, g *good.Good) ([]byte, error) { return export.Publiccode(g, base) }},
}

func lines(g *good.Good) ([]byte, error) {
	var b bytes.Buffer
	err := export.NDJSON(&b, g)
	return b.Bytes(), err
}

func table(base string, g *good.Good) ([]byte, error) {
	var b bytes.Buffer
	c, err := export.NewCSV(&b, base)
	if err != nil {
		return nil, err
	}
	err = errors.Join(c.Write(g), c.Close())
	return b.Bytes(), err
}

// New returns middleware that serves the files and passes everything else on.
func New(cfg Config) edge.Middleware {
	f := &face{cfg}
	f.BaseURL = strings.TrimRight(f.BaseURL, "/")
	return func(next http.Handler) http.Handler {
		mux := http.NewServeMux()
		for ext := range many {
			mux.HandleFunc("GET /goods."+ext, f.answer(f.list(ext)))
		}
		mux.HandleFunc("GET /goods/{file}", func(w http.ResponseWriter, r *http.Request) {
			slug, ext, _ := strings.Cut(r.PathValue("file"), ".")
			if _, ok := one[ext]; !ok {
				next.ServeHTTP(w, r)
				return
			}
			f.answer(f.good(slug, ext))(w, r)
		})
		mux.HandleFunc("GET /code.json", f.answer(f.list("code.json")))
		mux.HandleFunc("GET /catalog", f.answer(f.catalog))
		mux.HandleFunc("GET /catalog/{good}", f.answer(f.catalogGood))
		mux.HandleFunc("GET /dumps/{$}", f.answer(f.dumps))
		mux.HandleFunc("GET /dumps/{file}", f.answer(f.dump))
		mux.HandleFunc("GET /sitemap.xml", f.answer(f.sitemaps))
		mux.HandleFunc("GET /sitemaps/{file}", f.answer(f.sitemap))
		mux.HandleFunc("GET /opensearch.xml", f.answer(f.openSearch))
		mux.HandleFunc("GET /robots.txt", f.answer(f.robots))
		mux.Handle("/", next)
		return mux
	}
}

// answer turns a handler that may fail into one that says so.
func (f *face) answer(h func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	shell := f.Shell
	if shell == nil {
		shell = func(next http.Handler) http.Handler { return next }
	}
	return shell(edge.CORS(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := h(w, r)
		if err == nil || r.Context().Err() != nil {
			return
		}
		var e *good.Error
		if !errors.As(err, &e) {
			f.Log.ErrorContext(r.Context(), "files", "id", edge.RequestIDOf(r), "route", r.Pattern, "err", err)
			e = &good.Error{Kind: good.Internal, Key: "error.internal"}
		}
		f.Deny(w, r, edge.Status(w.Header(), e), e)
	}))).ServeHTTP
}

// current answers 304 where the client holds the state as of position.
func (f *face) current(w http.ResponseWriter, r *http.Request, position int64, part string) bool {
	w.Header().Set("Cache-Control", "public, no-cache")
	return edge.NotModified(w, r, edge.ETag(position, part, f.Version))
}

func (f *face) good(slug, ext string) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		v, err := f.Goods.Show(r.Context(), slug)
		if err != nil {
			return err
		}
		if v.Moved {
			http.Redirect(w, r, "/goods/"+url.PathEscape(v.Good.Slug)+"."+ext, http.StatusMovedPermanently)
			return nil
		}
		if t := v.Good.Tombstone; t != nil {
			return &good.Error{Kind: good.Gone, Key: "error.good.gone", Args: map[string]any{"Name": v.Good.Name}}
		}
		if f.current(w, r, v.Good.Position, ext) {
			return nil
		}
		format := one[ext]
		body, err := format.write(f.BaseURL, v.Good)
		if err != nil {
			return err
		}
		w.Header().Set("Content-Type", format.media)
		w.Header().Set("Link", "<"+export.Address(f.BaseURL, v.Good)+`>; rel="describes"; type="text/html"`)
		export.Omit(w.Header(), ext, v.Good)
		attach(w, v.Good.Slug+"."+ext)
		_, _ = w.Write(body) // a reader who left
		return nil
	}
}

// attach names the file for those who save it; browsers still show it.
func attach(w http.ResponseWriter, name string) {
	w.Header().Set("Content-Disposition", "inline; filename*=UTF-8''"+url.PathEscape(name))
}
