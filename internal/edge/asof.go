package edge

import (
	"context"
	"net/http"
	"strconv"

	"stoa/internal/good"
)

// PositionHeader carries a position of the journal: on the answer to a write,
// where it stands; on a request, what its sender has seen.
const PositionHeader = "Stoa-Position"

// positionCookie carries the same for a browser that is led on after a write.
// It is no part of any page: pages of one position are the same for everyone.
const (
	positionCookie = "stoa_at"
	positionKept   = 60 // seconds, within which every node has caught up
)

// AsOf makes a request that names a position wait until reach says that this
// node shows it. A program that asked for it is told where it cannot be; a
// browser gets what there is, which says how far it goes. The answer to a
// request that wrote says where that stands, so that whichever node is asked
// next shows it.
func AsOf(reach func(ctx context.Context, position int64) bool, refuse Deny) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			position, must := named(r)
			if position >= 0 && !reach(r.Context(), position) && must {
				w.Header().Set("Retry-After", "1")
				refuse.deny(w, r, http.StatusServiceUnavailable, &good.Error{Kind: good.Limited, Key: "nodes.behind", Args: map[string]any{"Position": strconv.FormatInt(position, 10)}})
				return
			}
			if r.Method == http.MethodGet || r.Method == http.MethodHead {
				next.ServeHTTP(w, r)
				return
			}
			ctx, written := good.WithWritten(r.Context())
			next.ServeHTTP(&writer{ResponseWriter: w, written: written}, r.WithContext(ctx))
		})
	}
}

// writer tells whoever wrote where the write stands, before anything else of
// the answer is sent.
type writer struct {
	http.ResponseWriter
	written *good.Written
	begun   bool
}

// Unwrap lets http.ResponseController reach the connection.
func (w *writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// WriteHeader implements http.ResponseWriter.
func (w *writer) WriteHeader(status int) {
	if !w.begun && status >= 200 {
		w.begun = true
		if position, ok := w.written.Position(); ok {
			at := strconv.FormatInt(position, 10)
			w.Header().Set(PositionHeader, at)
			http.SetCookie(w, &http.Cookie{Name: positionCookie, Value: at, Path: "/", MaxAge: positionKept, HttpOnly: true, SameSite: http.SameSiteLaxMode})
		}
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (w *writer) Write(b []byte) (int, error) {
	if !w.begun {
		w.WriteHeader(http.StatusOK)
	}
	return w.ResponseWriter.Write(b)
}

// named is the position a request names, -1 for none, and whether its sender
// insists on it.
func named(r *http.Request) (position int64, must bool) {
	text := ""
	if v := r.Header[PositionHeader]; len(v) > 0 {
		text, must = v[0], true
	} else if len(r.Header["Cookie"]) > 0 {
		if c, err := r.Cookie(positionCookie); err == nil {
			text = c.Value
		}
	}
	if text == "" || len(text) > 18 {
		return -1, false
	}
	position, err := strconv.ParseInt(text, 10, 64)
	if err != nil || position < 0 {
		return -1, false
	}
	return position, must
}
