package edge

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"stoa/internal/access"
	"stoa/internal/good"
)

// Viewer is who asks, as far as a session or a token tells. The zero Viewer is
// nobody in particular.
type Viewer = access.Viewer

// Identity knows sessions and tokens. Its errors are failures to ask: who is
// not known is the zero Viewer.
type Identity interface {
	Session(ctx context.Context, secret string) (Viewer, error)
	Token(ctx context.Context, secret string) (Viewer, error)
}

// CookieName is the name of the session's cookie on an instance reached by
// https or not. The prefix makes browsers hold it to this very host.
func CookieName(https bool) string {
	if https {
		return "__Host-" + SessionCookie
	}
	return SessionCookie
}

// Identify finds out who asks, for ViewerOf. A credential that is none is
// refused; a session that has ended makes nobody of whoever held it. What a
// session's cookie would allow is refused where another site asks for it.
func Identify(by Identity, https bool, deny Deny) Middleware {
	cookie, cross := CookieName(https), http.NewCrossOriginProtection()
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if Anonymous(r) {
				next.ServeHTTP(w, r)
				return
			}
			v, err := identify(by, r, cookie)
			if err == nil && v.Session != "" && cross.Check(r) != nil {
				err = &good.Error{Kind: good.Forbidden, Key: "error.access.cross"}
			}
			switch good.KindOf(err) {
			case good.Unauthenticated:
				w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
				deny.deny(w, r, http.StatusUnauthorized, &good.Error{Kind: good.Unauthenticated, Key: "error.access.token"})
				return
			case good.Forbidden:
				deny.deny(w, r, http.StatusForbidden, &good.Error{Kind: good.Forbidden, Key: "error.access.cross"})
				return
			}
			if err != nil {
				var e *good.Error
				if Status(w.Header(), err) != http.StatusServiceUnavailable || !errors.As(err, &e) {
					e = &good.Error{Kind: good.Limited, Key: "error.limit.busy", Err: err}
				}
				deny.deny(w, r, http.StatusServiceUnavailable, e)
				return
			}
			if !v.Anonymous() {
				r = r.WithContext(context.WithValue(r.Context(), viewerKey{}, &v))
			}
			next.ServeHTTP(w, r)
		})
	}
}

type viewerKey struct{}

// identify asks for the token where one is sent, else for the session.
func identify(by Identity, r *http.Request, cookie string) (Viewer, error) {
	if lines := r.Header["Authorization"]; len(lines) > 0 {
		scheme, secret, _ := strings.Cut(lines[0], " ")
		if len(lines) > 1 || !strings.EqualFold(scheme, "Bearer") {
			return Viewer{}, &good.Error{Kind: good.Unauthenticated, Key: "error.access.token"}
		}
		v, err := by.Token(r.Context(), strings.TrimSpace(secret))
		if err == nil && v.Anonymous() {
			err = &good.Error{Kind: good.Unauthenticated, Key: "error.access.token"}
		}
		return v, err
	}
	c, err := r.Cookie(cookie)
	if err != nil {
		return Viewer{}, nil
	}
	return by.Session(r.Context(), c.Value)
}

// ViewerOf is who asks, nil where that is nobody in particular.
func ViewerOf(r *http.Request) *Viewer {
	v, _ := r.Context().Value(viewerKey{}).(*Viewer)
	return v
}
