package edge

import (
	"maps"
	"net/http"

	"stoa/internal/good"
)

// Security says what SecurityHeaders sends.
type Security struct {
	CSP   string // Content-Security-Policy; a handler may set a stricter one
	HTTPS bool   // the instance is reached by https only: tell browsers to stay there
}

// headers are what s sends.
func (s Security) headers() http.Header {
	headers := http.Header{
		"X-Content-Type-Options":            {"nosniff"},
		"Referrer-Policy":                   {"strict-origin-when-cross-origin"},
		"Permissions-Policy":                {"camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"},
		"Cross-Origin-Opener-Policy":        {"same-origin"},
		"Cross-Origin-Resource-Policy":      {"same-origin"},
		"X-Permitted-Cross-Domain-Policies": {"none"},
		"X-Frame-Options":                   {"DENY"},
	}
	if s.CSP != "" {
		headers["Content-Security-Policy"] = []string{s.CSP}
	}
	if s.HTTPS {
		headers["Strict-Transport-Security"] = []string{"max-age=31536000"}
	}
	return headers
}

// SecurityHeaders sets the headers that keep browsers from guessing, framing,
// leaking and mixing.
func SecurityHeaders(s Security) Middleware {
	headers := s.headers()
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			maps.Copy(w.Header(), headers)
			next.ServeHTTP(w, r)
		})
	}
}

// Guarded is deny with the headers of s, for refusals that come before a face's
// own middleware.
func (s Security) Guarded(deny Deny) Deny {
	headers := s.headers()
	return func(w http.ResponseWriter, r *http.Request, status int, e *good.Error) {
		maps.Copy(w.Header(), headers)
		deny.deny(w, r, status, e)
	}
}

// CORS lets pages of any origin read what is public here: no credentials, no
// writes. Preflights are answered at once.
func CORS(next http.Handler) http.Handler {
	origin, expose := []string{"*"}, []string{"ETag, Link, Location, Retry-After, Stoa-Omitted, X-Request-Id, " + PositionHeader}
	cross := []string{"cross-origin"}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h["Access-Control-Allow-Origin"] = origin
		h["Cross-Origin-Resource-Policy"] = cross
		if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
			h.Set("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS")
			h.Set("Access-Control-Allow-Headers", "Accept, Accept-Language, Content-Type, If-None-Match, "+PositionHeader)
			h.Set("Access-Control-Max-Age", "86400")
			w.WriteHeader(http.StatusNoContent)
			return
		}
		h["Access-Control-Expose-Headers"] = expose
		next.ServeHTTP(w, r)
	})
}
