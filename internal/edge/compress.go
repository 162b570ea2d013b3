package edge

import (
	"net/http"
	"strings"

	"github.com/klauspost/compress/gzhttp"
)

// Compress sends public answers with gzip where the client takes it. Answers to
// a session are left plain: length after compression can give away a secret
// that stands beside what an attacker can place (BREACH). Entity tags of this
// package are weak, so they hold for both forms.
func Compress(next http.Handler) http.Handler {
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(minGzip), gzhttp.CompressionLevel(gzipLevel), gzhttp.EnableZstd(false))
	if err != nil {
		panic(err) // the options above are wrong: found by any test
	}
	zipped := wrap(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !Anonymous(r) || len(r.Header["Accept-Encoding"]) == 0 {
			AddVary(w.Header(), "Accept-Encoding")
			next.ServeHTTP(w, r)
			return
		}
		zipped.ServeHTTP(w, r)
	})
}

const (
	minGzip   = 512 // bytes; below, a packet is not saved
	gzipLevel = 5
)

// acceptsGzip reads Accept-Encoding (RFC 9110, 12.5.3).
func acceptsGzip(h http.Header) bool {
	gzip, star := -1.0, -1.0
	for _, line := range h["Accept-Encoding"] {
		for part := range strings.SplitSeq(line, ",") {
			name, params, _ := strings.Cut(part, ";")
			q := quality(params)
			switch strings.ToLower(strings.TrimSpace(name)) {
			case "gzip", "x-gzip":
				gzip = q
			case "*":
				star = q
			}
		}
	}
	if gzip < 0 {
		gzip = star
	}
	return gzip > 0
}

// quality reads the weight of "q=0.5"; what is not a weight counts in full.
func quality(params string) float64 {
	for p := range strings.SplitSeq(params, ";") {
		k, v, ok := strings.Cut(strings.TrimSpace(p), "=")
		if !ok || !strings.EqualFold(strings.TrimSpace(k), "q") {
			continue
		}
		if strings.Trim(strings.TrimSpace(v), "0.") == "" {
			return 0
		}
	}
	return 1
}
