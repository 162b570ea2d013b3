package edge

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// ETag names one state of a view: the journal position of the last entry it
// depends on, its language and the build that rendered it. It is weak, since
// the same state is sent compressed and plain.
func ETag(position int64, lang, build string) string {
	b := make([]byte, 0, 48)
	b = append(b, `W/"`...)
	b = strconv.AppendInt(b, position, 10)
	for _, s := range [...]string{lang, build} {
		if s == "" {
			continue
		}
		b = append(b, '-')
		for i := range len(s) {
			if c := s[i]; c > ' ' && c < 0x7f && c != '"' { // RFC 9110, 8.8.3: etagc
				b = append(b, c)
			}
		}
	}
	return string(append(b, '"'))
}

// NotModified sets etag on the answer and, where the client already holds that
// state (If-None-Match), answers 304 and returns true: the caller is done.
func NotModified(w http.ResponseWriter, r *http.Request, etag string) bool {
	h := w.Header()
	h["Etag"] = []string{etag}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	if !matchesAny(r.Header["If-None-Match"], etag) {
		return false
	}
	for _, name := range []string{"Content-Type", "Content-Length", "Content-Encoding"} {
		delete(h, name)
	}
	w.WriteHeader(http.StatusNotModified)
	return true
}

// Matches says whether a request may change the state that etag names: it may
// where it names none (If-Match), or this one. Tags are compared as weak ones,
// as those of this package are.
func Matches(r *http.Request, etag string) bool {
	lines := r.Header["If-Match"]
	return len(lines) == 0 || matchesAny(lines, etag)
}

// matchesAny says whether one of the entity tags in the If-None-Match lines is
// etag by weak comparison (RFC 9110, 8.8.3.2): W/ does not count.
func matchesAny(lines []string, etag string) bool {
	etag = strings.TrimPrefix(etag, "W/")
	for _, line := range lines {
		for {
			line = strings.TrimLeft(line, " \t,")
			if line == "" {
				break
			}
			if line == "*" {
				return true
			}
			line = strings.TrimPrefix(line, "W/")
			if line == "" || line[0] != '"' {
				break // not an entity tag: the rest of the line means nothing
			}
			end := strings.IndexByte(line[1:], '"')
			if end < 0 {
				break
			}
			if line[:end+2] == etag {
				return true
			}
			line = line[end+2:]
		}
	}
	return false
}

// Public lets everyone keep the answer for maxAge, which must end before what
// it says changes by the clock alone; with 0 it is asked for again each time,
// which costs a 304.
func Public(h http.Header, maxAge time.Duration) {
	if maxAge < time.Second {
		h["Cache-Control"] = publicRevalidate
		return
	}
	h["Cache-Control"] = []string{"public, max-age=" + strconv.FormatInt(int64(maxAge/time.Second), 10) + ", must-revalidate"}
}

var publicRevalidate = []string{"public, max-age=0, must-revalidate"}

// Private keeps the answer out of every cache.
func Private(h http.Header) { h["Cache-Control"] = []string{"private, no-store"} }
