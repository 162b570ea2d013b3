package edge

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"sync/atomic"
	"time"

	"stoa/internal/good"
)

// requestIDHeader carries the id of a request, in and out.
const requestIDHeader = "X-Request-Id"

// RequestID gives every request an id that appears in its answer and in every
// log line about it. What the client sent under that name is replaced. The
// start is drawn from random once; a process that cannot draw still serves.
func RequestID(random io.Reader) Middleware {
	var b [6]byte
	_, _ = io.ReadFull(random, b[:])
	start := hex.EncodeToString(b[:]) + "-"
	var n atomic.Uint64
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			id := []string{start + strconv.FormatUint(n.Add(1), 36)}
			r.Header[requestIDHeader] = id
			w.Header()[requestIDHeader] = id
			next.ServeHTTP(w, r)
		})
	}
}

// RequestIDOf returns the id RequestID gave r, or "".
func RequestIDOf(r *http.Request) string { return r.Header.Get(requestIDHeader) }

// routeHeader carries the route of a request up to the log. Headers are shared
// by all copies of a request, which its Pattern is not.
const routeHeader = "X-Stoa-Route"

// SetRoute tells the log which route answered r, where a handler routes a copy
// of the request.
func SetRoute(r *http.Request, route string) { r.Header[routeHeader] = []string{route} }

func routeOf(r *http.Request) string {
	if v := r.Header[routeHeader]; len(v) > 0 {
		return v[0]
	}
	return r.Pattern
}

// Log writes one line per answered request: the route, never the address
// asked for, since a search or a mistyped address can name a person, and never
// who asked.
func Log(log *slog.Logger, now func() time.Time) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			start := now()
			delete(r.Header, routeHeader) // not the client's to say
			t := &tracker{ResponseWriter: w}
			done := false
			defer func() {
				level, status := slog.LevelInfo, t.code()
				if !done { // the connection is being aborted
					status = 0
				}
				if status >= 500 || status == 0 {
					level = slog.LevelWarn
				}
				if log.Enabled(r.Context(), level) {
					log.LogAttrs(r.Context(), level, "request", slog.String("id", RequestIDOf(r)), slog.String("method", method(r)),
						slog.String("route", routeOf(r)), slog.Int("status", status), slog.Int64("bytes", t.bytes),
						slog.Duration("took", now().Sub(start)))
				}
			}()
			next.ServeHTTP(t, r)
			done = true
		})
	}
}

// method is r's method if it is a known one, so that a log line holds nothing
// the client made up.
func method(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return r.Method
	}
	return "other"
}

// Recover turns a panic into one log line and an answer of status 500. Where
// part of the answer is out already the connection is cut, so that nobody
// takes half an answer for a whole one.
func Recover(log *slog.Logger, deny Deny) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			t, ok := w.(*tracker)
			if !ok {
				t = &tracker{ResponseWriter: w}
			}
			defer func() {
				p := recover()
				if p == nil {
					return
				}
				if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
					panic(p)
				}
				log.ErrorContext(r.Context(), "panic", "id", RequestIDOf(r), "route", routeOf(r), "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
				if t.status != 0 {
					panic(http.ErrAbortHandler)
				}
				for _, name := range []string{"Content-Encoding", "Content-Length", "Content-Type", "Etag", "Cache-Control", "Last-Modified"} {
					t.Header().Del(name)
				}
				deny.deny(t, r, http.StatusInternalServerError, &good.Error{Kind: good.Internal, Key: "error.internal"})
			}()
			next.ServeHTTP(t, r)
		})
	}
}

// tracker remembers what was answered.
type tracker struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// Unwrap lets http.ResponseController reach the connection.
func (t *tracker) Unwrap() http.ResponseWriter { return t.ResponseWriter }

// WriteHeader implements http.ResponseWriter.
func (t *tracker) WriteHeader(status int) {
	if t.status == 0 && status >= 200 {
		t.status = status
	}
	t.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (t *tracker) Write(b []byte) (int, error) {
	if t.status == 0 {
		t.status = http.StatusOK
	}
	n, err := t.ResponseWriter.Write(b)
	t.bytes += int64(n)
	return n, err
}

// Flush implements http.Flusher.
func (t *tracker) Flush() {
	if t.status == 0 {
		t.status = http.StatusOK
	}
	_ = http.NewResponseController(t.ResponseWriter).Flush() // a writer that cannot flush sends at the end
}

// code is the status that was or will be sent.
func (t *tracker) code() int {
	if t.status == 0 {
		return http.StatusOK
	}
	return t.status
}
