// Package api is the documented JSON face of Stoa under /api/v1/: reads of the
// registry for other registries and developers, and for whoever has signed in
// all that the pages can do. It asks the application for views, renders them in
// its own types (documents.go) and describes itself in OpenAPI 3.1.
package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"stoa/internal/access"
	"stoa/internal/app/advisory"
	"stoa/internal/app/alliance"
	"stoa/internal/app/assessment"
	"stoa/internal/app/attachments"
	"stoa/internal/app/calls"
	"stoa/internal/app/checks"
	"stoa/internal/app/communities"
	"stoa/internal/app/countries"
	"stoa/internal/app/deployments"
	"stoa/internal/app/duplicates"
	"stoa/internal/app/goods"
	"stoa/internal/app/guides"
	"stoa/internal/app/imports"
	"stoa/internal/app/imports/runs"
	"stoa/internal/app/localisation"
	"stoa/internal/app/messages"
	"stoa/internal/app/needs"
	"stoa/internal/app/people"
	"stoa/internal/app/recipes"
	"stoa/internal/app/reports"
	"stoa/internal/app/sourcing"
	"stoa/internal/app/support"
	"stoa/internal/app/watching"
	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/standard"
)

// Goods is what the API asks about goods.
type Goods interface {
	Search(ctx context.Context, q good.Query) (good.Results, error)
	Good(ctx context.Context, slugOrID string) (*good.Good, error)
	Goods(ctx context.Context, ids []good.ID) (map[good.ID]*good.Good, error)
	History(ctx context.Context, id good.ID, limit int) ([]good.Entry, error)
}

// Registry is what the API asks about the registry as a whole.
type Registry interface {
	Position() int64
	Sources(ctx context.Context) (map[string]good.Source, error)
	Suggest(ctx context.Context, prefix, lang string, n int) []good.Card
}

// Config is what the API is made of.
type Config struct {
	Goods    Goods
	Registry Registry
	// Nominations is asked about nominations; Quota says how often one client
	// may nominate, nil for as often as it likes.
	Nominations Nominations
	Quota       func(*http.Request) error
	Standards   *standard.Library // the criteria sets; nil for none
	Assessment  *assessment.App   // applications and reviews; nil for none
	Files       *attachments.App  // what is attached to applications; nil for none
	Checks      *checks.App       // what a machine looks at; nil for none
	Watch       *watching.App     // what looks at the recognised again; nil for none
	Harvests    *runs.App         // what reads sources by itself; nil for none
	Duplicates  *duplicates.App   // goods that look like one; nil for none
	Imports     *imports.App      // how much each source counts; nil where none is weighed
	Corrections *goods.App        // what people corrected and sources contradict; nil for none
	People      *people.App       // accounts; nil for none
	Advisory    *advisory.App     // the advisory group; nil for none
	Alliance    *alliance.App     // the alliance; nil for none
	Boards      *sourcing.App     // boards of goods to look at; nil for none
	Calls       *calls.App        // open calls; nil for none
	Support     *support.App      // help for goods; nil for none
	Deployments *deployments.App  // goods in use; nil for none
	Languages   *localisation.App // what people translate; nil for none
	Needs       *needs.App        // needs; nil for none
	Recipes     *recipes.App      // how goods are brought to run; nil for none
	Communities *communities.App  // communities of practice; nil for none
	Guides      *guides.App       // guides of goods; nil for none
	Reports     *reports.App      // how goods do; nil for none
	Countries   *countries.App    // what is in use in countries, and what they say; nil for none
	Claims      Claims            // whose goods are; asked by those who are known
	Messages    *messages.App     // what people and programs hear; nil for none
	BaseURL     string            // public address of the instance, without a slash at the end
	Version     string            // of the program; part of every entity tag
	Log         *slog.Logger
}

// face is the API at work.
type face struct {
	cfg  Config
	base string
	// The description of the API, made when it is first asked for: few ask, and
	// a start has other things to do.
	json, yaml func() (spec, error)
}

// New returns the handler of everything under /api/. It expects the edge's
// request ids, log, recovery and limits around it; Refuse is its Deny.
func New(cfg Config) (http.Handler, error) {
	if cfg.Goods == nil || cfg.Registry == nil {
		return nil, errors.New("api: no goods to serve")
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Standards == nil {
		cfg.Standards = &standard.Library{}
	}
	f := &face{cfg: cfg, base: strings.TrimRight(cfg.BaseURL, "/"),
		json: sync.OnceValues(func() (spec, error) { return newSpec(OpenAPI()) }),
		yaml: sync.OnceValues(func() (spec, error) { return newSpec(whole().YAML()) })}
	mux := http.NewServeMux()
	h := humago.New(mux, describe())
	allowed := map[string][]string{}
	for _, op := range f.operations(h.OpenAPI()) {
		if op.act == "" {
			return nil, fmt.Errorf("api: %s does not say what it is for", op.doc.OperationID)
		}
		path, method := op.doc.Path, op.doc.Method
		op.doc = huma.Operation{} // what describes it is made anew where it is asked for
		serve := f.answering(op)
		if strings.HasSuffix(path, "/") {
			path += "{$}" // the address itself, not all below it
		}
		h.Adapter().Handle(&huma.Operation{Method: method, Path: path}, func(ctx huma.Context) {
			r, w := humago.Unwrap(ctx)
			serve(w, r)
		})
		allowed[path] = append(allowed[path], method)
	}
	for path, methods := range allowed {
		mux.HandleFunc(path, f.otherMethod(methods))
	}
	mux.HandleFunc("/api/v1", f.elsewhere) // else the mux redirects in its own manner
	mux.HandleFunc("/", f.elsewhere)
	return edge.CORS(mux), nil
}

// answer is a handler that leaves saying what went wrong to its caller.
type answer func(w http.ResponseWriter, r *http.Request) error

// answering guards an operation: who asks must be somebody who may at all, and
// what is asked for and brought must be what the operation is about.
func (f *face) answering(op operation) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := f.admit(w, r, op); err != nil {
			f.fail(w, r, err)
			return
		}
		if err := op.handle(w, r); err != nil {
			f.fail(w, r, err)
		}
	}
}

// admit refuses what op is not for.
func (f *face) admit(w http.ResponseWriter, r *http.Request, op operation) error {
	if op.act != access.Public {
		edge.Private(w.Header())
		if err := access.May(who(r), op.act); err != nil {
			return err
		}
	}
	if produces := op.produced(); len(produces) > 0 && !slices.ContainsFunc(produces, func(t string) bool { return accepts(r.Header, t) }) {
		return &statusError{http.StatusNotAcceptable, &good.Error{Kind: good.Invalid, Key: "api.detail.accept", Args: map[string]any{"Type": strings.Join(produces, ", ")}}}
	}
	if !op.takes && r.ContentLength != 0 && !empty(r) {
		return &statusError{http.StatusUnsupportedMediaType, &good.Error{Kind: good.Invalid, Key: "api.detail.body"}}
	}
	if media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); op.takes && media != op.media && (op.also == "" || media != op.also) {
		key := "api.detail.json"
		switch {
		case op.also != "":
			key = "api.detail.answers"
		case op.media == "application/json":
		case op.media == octets:
			key = "api.detail.octets"
		default:
			key = "api.detail.message"
		}
		return &statusError{http.StatusUnsupportedMediaType, &good.Error{Kind: good.Invalid, Key: key}}
	}
	return nil
}

// empty says whether what was sent along says nothing: many clients send an
// empty JSON object with each POST.
func empty(r *http.Request) bool {
	const most = 64
	raw, err := io.ReadAll(io.LimitReader(r.Body, most))
	var doc map[string]json.RawMessage
	return err == nil && len(raw) < most && (len(bytes.TrimSpace(raw)) == 0 || json.Unmarshal(raw, &doc) == nil && doc != nil && len(doc) == 0)
}

// who is who asks.
func who(r *http.Request) access.Who {
	if v := edge.ViewerOf(r); v != nil {
		return v.Who
	}
	return access.Who{}
}

// otherMethod answers what an address with these methods does not know.
func (f *face) otherMethod(methods []string) http.HandlerFunc {
	if slices.Contains(methods, http.MethodGet) {
		methods = append(methods, http.MethodHead)
	}
	slices.Sort(methods)
	allow := strings.Join(append(methods, http.MethodOptions), ", ")
	key := "api.detail.method"
	if allow != "GET, HEAD, OPTIONS" {
		key = "api.detail.methods"
	}
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Allow", allow)
		if r.Method == http.MethodOptions {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		f.fail(w, r, &statusError{http.StatusMethodNotAllowed, &good.Error{Kind: good.Invalid, Key: key, Args: map[string]any{"Method": clip(r.Method), "Allowed": allow}}})
	}
}

// elsewhere answers where there is nothing: it mends a slash too many or too
// few, else says so.
func (f *face) elsewhere(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimRight(r.URL.EscapedPath(), "/")
	to := ""
	switch {
	case path == "/api" || path == "/api/v1":
		to = "/api/v1/"
	case path != r.URL.EscapedPath() && strings.HasPrefix(path, "/api/v1/"):
		to = path
	}
	if to == "" || r.Method != http.MethodGet && r.Method != http.MethodHead {
		f.fail(w, r, &good.Error{Kind: good.NotFound, Key: "api.detail.path"})
		return
	}
	f.redirect(w, r, to)
}

// redirect sends r on, its question kept. It is asked for again each time: an
// address that redirects today may be a good's own tomorrow.
func (f *face) redirect(w http.ResponseWriter, r *http.Request, path string) {
	if r.URL.RawQuery != "" {
		path += "?" + r.URL.RawQuery
	}
	edge.Public(w.Header(), 0)
	w.Header().Set("Location", f.base+path)
	w.WriteHeader(http.StatusPermanentRedirect)
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// write sends doc as JSON that is safe in any context it may be pasted into.
func (f *face) write(w http.ResponseWriter, r *http.Request, doc any) error {
	buf := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buf)
	buf.Reset()
	if err := json.NewEncoder(buf).Encode(doc); err != nil {
		return err
	}
	f.send(w, r, jsonType, buf.Bytes())
	return nil
}

// made is write with status 201: something is there now that was not before.
func (f *face) made(w http.ResponseWriter, r *http.Request, doc any) error {
	return f.write(&status201{w}, r, doc)
}

// status201 says Created where a handler would say OK.
type status201 struct{ http.ResponseWriter }

// WriteHeader implements http.ResponseWriter.
func (s *status201) WriteHeader(int) { s.ResponseWriter.WriteHeader(http.StatusCreated) }

var (
	jsonType    = []string{"application/json"}
	yamlType    = []string{"application/yaml"}
	problemType = []string{"application/problem+json"}
)

func (f *face) send(w http.ResponseWriter, r *http.Request, contentType []string, body []byte) {
	h := w.Header()
	h["Content-Type"] = contentType
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // a client that went away needs no answer
	}
}

// fresh marks the answer public as of position and says whether the client
// holds it already; then the caller is done.
func (f *face) fresh(w http.ResponseWriter, r *http.Request, position int64) (done bool) {
	return f.freshWith(w, r, position, "")
}

// freshWith is fresh for what changes with something beside the journal, too.
func (f *face) freshWith(w http.ResponseWriter, r *http.Request, position int64, beside string) (done bool) {
	if edge.ViewerOf(r) != nil {
		edge.Private(w.Header())
	} else {
		edge.Public(w.Header(), 0)
	}
	return edge.NotModified(w, r, edge.ETag(position, beside, f.cfg.Version))
}

// accepts says whether the client takes contentType.
func accepts(h http.Header, contentType string) bool { return quality(h, contentType) > 0 }

// prefers says whether the client would rather have a than b; of what it likes
// as much, what it names.
func prefers(h http.Header, a, b string) bool {
	named := func(t string) bool {
		return strings.Contains(strings.ToLower(strings.Join(h["Accept"], ",")), t)
	}
	qa, qb := quality(h, a), quality(h, b)
	return qa > qb || qa == qb && named(a) && !named(b)
}

// quality is how much the client wants contentType, from 0, not at all, to 1
// (RFC 9110, 12.5.1).
func quality(h http.Header, contentType string) float64 {
	lines := h["Accept"]
	if len(lines) == 0 {
		return 1
	}
	main, _, _ := strings.Cut(contentType, "/")
	best, q := -1, 0.0
	for _, line := range lines {
		for part := range strings.SplitSeq(line, ",") {
			name, params, _ := strings.Cut(part, ";")
			name = strings.ToLower(strings.TrimSpace(name))
			rank := -1
			switch name {
			case contentType, "application/problem+json":
				rank = 2
			case main + "/*":
				rank = 1
			case "*/*", "":
				rank = 0
			}
			if own := weight(params); rank > best {
				best, q = rank, own
			} else if rank == best && rank >= 0 {
				q = max(q, own)
			}
		}
	}
	return q
}

// weight is the q among the parameters, 1 where there is none.
func weight(params string) float64 {
	for p := range strings.SplitSeq(params, ";") {
		k, v, _ := strings.Cut(strings.TrimSpace(p), "=")
		if !strings.EqualFold(strings.TrimSpace(k), "q") {
			continue
		}
		if q, err := strconv.ParseFloat(strings.TrimSpace(v), 64); err == nil && q >= 0 && q <= 1 {
			return q
		}
	}
	return 1
}

// clip shortens what a client sent to what is fit to be sent back.
func clip(s string) string {
	s = strings.ToValidUTF8(s, "�")
	n := 0
	for i := range s {
		if n++; n > 100 {
			return s[:i] + "…"
		}
	}
	return s
}
