package edge

import "net/http"

// Security says what SecurityHeaders sends.
type Security struct {
	CSP   string // Content-Security-Policy; a handler may set a stricter one
	HTTPS bool   // the instance is reached by https only: tell browsers to stay there
}

// SecurityHeaders sets the headers that keep browsers from guessing, framing,
// leaking and mixing.
func SecurityHeaders(s Security) Middleware {
	headers := map[string][]string{
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
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			for name, v := range headers {
				h[name] = v
			}
			next.ServeHTTP(w, r)
		})
	}
}

// CORS lets pages of any origin read what is public here: no credentials, no
// writes. Preflights are answered at once.
func CORS(next http.Handler) http.Handler {
	origin, expose := []string{"*"}, []string{"ETag, Link, Location, Retry-After, X-Request-Id"}
	cross := []string{"cross-origin"}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h["Access-Control-Allow-Origin"] = origin
		h["Cross-Origin-Resource-Policy"] = cross
		if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
			h.Set("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS")
			h.Set("Access-Control-Allow-Headers", "Accept, Accept-Language, Content-Type, If-None-Match")
			h.Set("Access-Control-Max-Age", "86400")
			w.WriteHeader(http.StatusNoContent)
			return
		}
		h["Access-Control-Expose-Headers"] = expose
		next.ServeHTTP(w, r)
	})
}
