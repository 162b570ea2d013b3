// Package edge is the http middleware that both faces of Stoa, the pages and
// the API, share: request ids, recovery, access log, security headers, limits,
// conditional requests, compression, the cache of public pages, and a server
// with sane timeouts. It knows nothing of goods beyond the error kinds.
//
// The order that works, outermost first:
//
//	edge.Chain(mux, edge.RequestID(rand), edge.Log(log, now), edge.Recover(log, deny),
//		edge.SecurityHeaders(s), limits.Middleware, edge.Compress, cache.Middleware)
package edge

import (
	"net/http"
	"strings"

	"stoa/internal/good"
)

// SessionCookie is the name of the cookie that says somebody is signed in.
const SessionCookie = "stoa_session"

// Middleware wraps a handler.
type Middleware = func(http.Handler) http.Handler

// Chain wraps h so that the first middleware sees the request first.
func Chain(h http.Handler, outerFirst ...Middleware) http.Handler {
	for i := len(outerFirst) - 1; i >= 0; i-- {
		h = outerFirst[i](h)
	}
	return h
}

// Deny answers a request that the edge refuses, in the face's own manner: a
// page or a problem document. Its e carries the reason as a translation key.
type Deny func(w http.ResponseWriter, r *http.Request, status int, e *good.Error)

// deny answers through d, or with the bare status where no face is known.
func (d Deny) deny(w http.ResponseWriter, r *http.Request, status int, e *good.Error) {
	if d != nil {
		d(w, r, status, e)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Error(w, http.StatusText(status), status)
}

// Anonymous says whether r comes from nobody in particular: no session cookie
// and no credentials. Only answers to such requests are public.
func Anonymous(r *http.Request) bool {
	if len(r.Header["Authorization"]) > 0 {
		return false
	}
	for _, line := range r.Header["Cookie"] {
		if strings.Contains(line, SessionCookie) {
			return false
		}
	}
	return true
}

// AddVary names request headers the answer depends on, each once.
func AddVary(h http.Header, names ...string) {
	have := strings.Join(h["Vary"], ", ")
	if have == "*" {
		return
	}
	for _, n := range names {
		if !listed(have, n) {
			if have != "" {
				have += ", "
			}
			have += n
		}
	}
	h["Vary"] = []string{have}
}

// listed says whether the comma-separated list holds name, in any case.
func listed(list, name string) bool {
	for part := range strings.SplitSeq(list, ",") {
		if strings.EqualFold(strings.TrimSpace(part), name) {
			return true
		}
	}
	return false
}
