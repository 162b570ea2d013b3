package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/i18n"
)

// problemKinds are the kinds of problem there are, by code. Their titles and
// descriptions are api.problem.{code}.title and .text.
var problemKinds = map[string]int{
	"unknown-parameter":   http.StatusBadRequest,
	"invalid-parameter":   http.StatusBadRequest,
	"invalid-cursor":      http.StatusBadRequest,
	"unauthenticated":     http.StatusUnauthorized,
	"forbidden":           http.StatusForbidden,
	"not-found":           http.StatusNotFound,
	"method-not-allowed":  http.StatusMethodNotAllowed,
	"not-acceptable":      http.StatusNotAcceptable,
	"conflict":            http.StatusConflict,
	"gone":                http.StatusGone,
	"precondition-failed": http.StatusPreconditionFailed,
	"too-large":           http.StatusRequestEntityTooLarge,
	"address-too-long":    http.StatusRequestURITooLong,
	"unsupported-content": http.StatusUnsupportedMediaType,
	"too-many-requests":   http.StatusTooManyRequests,
	"internal":            http.StatusInternalServerError,
	"busy":                http.StatusServiceUnavailable,
}

// codeOf is the code of a status that has only one.
func codeOf(status int) string {
	if status == http.StatusBadRequest {
		return "invalid-parameter"
	}
	for code, s := range problemKinds {
		if s == status {
			return code
		}
	}
	return "internal"
}

// statusError gives an error a status its kind does not tell.
type statusError struct {
	status int
	err    *good.Error
}

// Error implements error.
func (e *statusError) Error() string { return e.err.Error() }

// Unwrap returns the error without its status.
func (e *statusError) Unwrap() error { return e.err }

// badParameters is one or more mistakes in a question.
type badParameters struct {
	code  string
	parts []mistake
}

// mistake is one of them; known is what would have been understood.
type mistake struct {
	value string
	known []string
	err   *good.Error
}

// Error implements error.
func (e *badParameters) Error() string { return e.code + ": " + e.parts[0].err.Error() }

// Unwrap returns the first mistake.
func (e *badParameters) Unwrap() error { return e.parts[0].err }

// removed is a good with a tombstone.
type removed struct{ good *good.Good }

// Error implements error.
func (e *removed) Error() string { return "removed: " + string(e.good.ID) }

// Refuse answers what the edge refuses as a problem document.
func Refuse(baseURL string) edge.Deny {
	base := strings.TrimRight(baseURL, "/")
	return func(w http.ResponseWriter, r *http.Request, status int, e *good.Error) {
		l := locale(r)
		sendProblem(w, r, base, l, Problem{Status: status, Code: codeOf(status), Detail: say(l, e)})
	}
}

func locale(r *http.Request) *i18n.Locale {
	return i18n.Negotiate(r.Header.Get("Accept-Language"))
}

// say is what a reader is told of e.
func say(l *i18n.Locale, e *good.Error) string {
	kv := make([]any, 0, 2*len(e.Args))
	for k, v := range e.Args {
		if s, ok := v.(string); ok && k != "Known" { // all else may come from outside
			v = clip(s)
		}
		kv = append(kv, k, v)
	}
	return l.T(e.Key, kv...)
}

// fail answers r with what went wrong; what is our fault is logged here, once.
func (f *face) fail(w http.ResponseWriter, r *http.Request, err error) {
	l := locale(r)
	var (
		bad    *badParameters
		gone   *removed
		status *statusError
		e      *good.Error
	)
	p := Problem{}
	switch {
	case errors.As(err, &bad):
		p.Code, p.Status = bad.code, problemKinds[bad.code]
		p.Detail = say(l, bad.parts[0].err)
		for _, m := range bad.parts {
			p.Errors = append(p.Errors, ProblemPart{Parameter: clip(m.err.Field), Value: clip(m.value), Detail: say(l, m.err), Known: m.known})
		}
	case errors.As(err, &gone):
		t := gone.good.Tombstone
		p.Code, p.Status = "gone", http.StatusGone
		p.Detail = l.T("api.detail.gone", "Name", gone.good.Name, "Reason", t.Reason, "Role", t.By)
		p.Tombstone = &TombstoneNote{Good: string(gone.good.ID), Name: gone.good.Name, Reason: t.Reason, At: t.At.UTC(), By: t.By}
	case errors.As(err, &status):
		p.Code, p.Status, p.Detail = codeOf(status.status), status.status, say(l, status.err)
	case errors.As(err, &e) && e.Kind != good.Internal:
		p.Status = edge.Status(w.Header(), e)
		if p.Status == http.StatusUnauthorized { // RFC 9110, 11.6.1
			w.Header().Set("WWW-Authenticate", "Bearer")
		}
		p.Code, p.Detail = codeOf(p.Status), say(l, e)
		if e.Field != "" {
			p.Errors = []ProblemPart{{Parameter: clip(e.Field), Detail: p.Detail}}
		}
	case r.Context().Err() != nil && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)):
		p.Code, p.Status, p.Detail = "busy", http.StatusServiceUnavailable, l.T("error.limit.busy")
	default:
		f.cfg.Log.ErrorContext(r.Context(), "api", "id", edge.RequestIDOf(r), "route", r.Pattern, "err", err)
		p.Code, p.Status, p.Detail = "internal", http.StatusInternalServerError, l.T("error.internal")
	}
	sendProblem(w, r, f.base, l, p)
}

func sendProblem(w http.ResponseWriter, r *http.Request, base string, l *i18n.Locale, p Problem) {
	p.Type = base + "/api/v1/problems/" + p.Code
	p.Title = l.T("api.problem." + p.Code + ".title")
	p.RequestID = edge.RequestIDOf(r)
	body, err := json.Marshal(p)
	if err != nil {
		body = []byte(`{"status":500}`)
	}
	h := w.Header()
	for _, name := range []string{"Etag", "Link", "Content-Location"} {
		h.Del(name)
	}
	h["Content-Type"] = problemType
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Language", l.Code)
	edge.AddVary(h, "Accept-Language")
	w.WriteHeader(p.Status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // a client that went away needs no answer
	}
}

// problem describes one kind of problem, so that its type can be opened.
func (f *face) problem(w http.ResponseWriter, r *http.Request) error {
	if err := onlyKnown(r); err != nil {
		return err
	}
	code := r.PathValue("code")
	status, ok := problemKinds[code]
	if !ok {
		return &good.Error{Kind: good.NotFound, Key: "api.detail.path"}
	}
	l := locale(r)
	edge.AddVary(w.Header(), "Accept-Language")
	w.Header().Set("Content-Language", l.Code)
	edge.Public(w.Header(), 0)
	if edge.NotModified(w, r, edge.ETag(0, l.Code, f.cfg.Version)) {
		return nil
	}
	return f.write(w, r, ProblemKind{Type: f.base + "/api/v1/problems/" + code, Code: code, Status: status,
		Title: l.T("api.problem." + code + ".title"), Description: l.T("api.problem." + code + ".text")})
}

// problemCodes lists the codes in order.
func problemCodes() []string {
	codes := make([]string, 0, len(problemKinds))
	for c := range problemKinds {
		codes = append(codes, c)
	}
	slices.Sort(codes)
	return codes
}
