package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/tlog"
)

// Journal is what the log's face shows.
type Journal interface {
	SignedCheckpoint(ctx context.Context) (string, error)
	Tile(ctx context.Context, path string) ([]byte, error)
	Disclosed(ctx context.Context, path string) ([]good.Entry, error)
	Verifier() string
}

// part is one kind of thing under /log/.
type part struct {
	pattern   string
	mediaType string
	settled   bool // what stands at an address never changes
	get       func(*http.Request) ([]byte, error)
}

// NewLog serves the journal's log under /log/: the signed checkpoint
// (C2SP tlog-checkpoint), the public key, tiles and entry bundles (C2SP
// tlog-tiles), and beside each entry bundle the values that are disclosed of
// it, /log/values/<N>[.p/<W>].
func NewLog(j Journal, baseURL string, log *slog.Logger) http.Handler {
	f := &face{cfg: Config{Log: log}, base: strings.TrimRight(baseURL, "/")}
	mux := http.NewServeMux()
	mux.HandleFunc("/", f.elsewhere)
	for _, p := range []part{
		{"/log/checkpoint", "text/plain; charset=utf-8", false, func(r *http.Request) ([]byte, error) {
			s, err := j.SignedCheckpoint(r.Context())
			return []byte(s), err
		}},
		{"/log/key", "text/plain; charset=utf-8", false, func(*http.Request) ([]byte, error) { return []byte(j.Verifier() + "\n"), nil }},
		{"/log/tile/{path...}", "application/octet-stream", true, func(r *http.Request) ([]byte, error) {
			return j.Tile(r.Context(), r.PathValue("path"))
		}},
		{"/log/values/{path...}", "application/x-ndjson", false, func(r *http.Request) ([]byte, error) {
			entries, err := j.Disclosed(r.Context(), r.PathValue("path"))
			if err != nil {
				return nil, err
			}
			return tlog.EncodeDisclosed(entries)
		}},
	} {
		mux.HandleFunc("GET "+p.pattern, f.logPart(p))
		mux.HandleFunc(p.pattern, f.otherMethod([]string{http.MethodGet}))
	}
	return edge.CORS(mux)
}

func (f *face) logPart(p part) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := p.get(r)
		if err != nil {
			f.fail(w, r, err)
			return
		}
		h := w.Header()
		h.Set("Content-Type", p.mediaType)
		if p.settled {
			h.Set("Cache-Control", "public, max-age=31536000, immutable")
		} else {
			edge.Public(h, 0)
			sum := sha256.Sum256(body)
			if edge.NotModified(w, r, `W/"`+hex.EncodeToString(sum[:12])+`"`) {
				return
			}
		}
		h.Set("Content-Length", strconv.Itoa(len(body)))
		if r.Method != http.MethodHead {
			_, _ = w.Write(body) // a reader who left
		}
	}
}
