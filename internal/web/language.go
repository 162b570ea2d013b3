package web

import (
	"context"
	"net/http"
	"path"
	"strings"

	"stoa/internal/edge"
	"stoa/internal/i18n"
	"stoa/internal/web/page"
)

// seenCookie says that this browser was once led to its language from "/"; it
// holds nothing about anybody.
const seenCookie = "stoa_led"

// split parts a path into the language it names and the path of the page.
// moved is set where the address of the page is another one: English has no
// prefix.
func (s *Site) split(p string) (t *page.Tongue, rest string, moved bool) {
	english := s.page.Tongues[0]
	first, after, found := strings.Cut(strings.TrimPrefix(p, "/"), "/")
	t, ok := s.tongues[first]
	if !ok {
		return english, p, false
	}
	return t, "/" + after, t == english || !found
}

// serve finds the page and its language. It stands inside the cache.
func (s *Site) serve(w http.ResponseWriter, r *http.Request) {
	t, rest, moved := s.split(r.URL.Path)
	if clean := cleaned(rest); moved || clean != rest {
		s.redirect(w, r, t, clean)
		return
	}
	f := s.frame(r, t, rest)
	if want := s.wanted(r); want != nil && want != t {
		if r.URL.Path == "/" && s.lead(w, r, want) {
			return
		}
		f.Offer = want
	}
	edge.AddVary(w.Header(), "Accept-Language")
	inner := r.WithContext(context.WithValue(r.Context(), frameKey{}, f))
	u := *r.URL
	u.Path, u.RawPath = rest, ""
	inner.URL = &u
	h, pattern := s.mux.Handler(inner)
	if pattern == "" {
		s.none(w, inner, h, f)
		return
	}
	s.mux.ServeHTTP(w, inner)
	r.Pattern = inner.Pattern
}

// none answers where no page is: 404, or 405 with what is allowed.
func (s *Site) none(w http.ResponseWriter, r *http.Request, h http.Handler, f *page.Frame) {
	p := &probe{header: http.Header{}}
	h.ServeHTTP(p, r)
	status := http.StatusNotFound
	if p.status == http.StatusMethodNotAllowed {
		status = p.status
		w.Header().Set("Allow", p.header.Get("Allow"))
	}
	s.refuseIn(w, r, f, status)
}

// redirect leads to the one address of a page.
func (s *Site) redirect(w http.ResponseWriter, r *http.Request, t *page.Tongue, p string) {
	f := &page.Frame{Tongue: t, Site: s.page, Path: p, Query: r.URL.RawQuery}
	http.Redirect(w, r, string(f.In(t)), http.StatusMovedPermanently)
}

// cleaned is p without doubled slashes, dots and a slash at the end.
func cleaned(p string) string {
	if p == "" {
		return "/"
	}
	return path.Clean(p)
}

// wanted is the language the reader's browser asks for, nil where it asks for
// none that there is.
func (s *Site) wanted(r *http.Request) *page.Tongue {
	accept := r.Header.Get("Accept-Language")
	if accept == "" {
		return nil
	}
	t := s.tongues[i18n.Negotiate(accept).Code]
	if t == s.page.Tongues[0] && !strings.Contains(strings.ToLower(accept), "en") {
		return nil // English only for want of another
	}
	return t
}

// lead sends a reader who came from elsewhere from "/" to their language, once:
// whoever then chooses English keeps it.
func (s *Site) lead(w http.ResponseWriter, r *http.Request, t *page.Tongue) bool {
	if t == s.page.Tongues[0] || s.led(r) {
		return false
	}
	http.SetCookie(w, &http.Cookie{Name: seenCookie, Value: "1", Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true,
		Secure: strings.HasPrefix(s.page.Base, "https:"), SameSite: http.SameSiteLaxMode})
	h := w.Header()
	edge.AddVary(h, "Accept-Language", "Cookie")
	h.Set("Cache-Control", "no-store")
	http.Redirect(w, r, t.Prefix+"/", http.StatusFound)
	return true
}

// led says whether this reader was led before, or comes from a page of ours.
func (s *Site) led(r *http.Request) bool {
	if _, err := r.Cookie(seenCookie); err == nil {
		return true
	}
	return r.Header.Get("Sec-Fetch-Site") == "same-origin" || strings.HasPrefix(r.Header.Get("Referer"), s.page.Base+"/")
}

// variant is what a page depends on besides its address: the language it
// offers, and whether "/" leads away.
func (s *Site) variant(r *http.Request) string {
	t := s.wanted(r)
	if t == nil {
		return ""
	}
	if r.URL.Path == "/" && t != s.page.Tongues[0] && !s.led(r) {
		return t.Code + "!"
	}
	return t.Code
}

// probe hears what the mux would answer where it has no page.
type probe struct {
	header http.Header
	status int
}

// Header implements http.ResponseWriter.
func (p *probe) Header() http.Header { return p.header }

// Write implements http.ResponseWriter.
func (p *probe) Write(b []byte) (int, error) { return len(b), nil }

// WriteHeader implements http.ResponseWriter.
func (p *probe) WriteHeader(status int) { p.status = status }
