package api

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"stoa/internal/edge"
	"stoa/internal/good"
)

// Journal is what the log's face shows.
type Journal interface {
	SignedCheckpoint(ctx context.Context) (string, error)
	Tile(ctx context.Context, path string) ([]byte, error)
	Entries(ctx context.Context, from int64, limit int) ([]good.Entry, error)
	Verifier() string
}

// bundle is how many entries /log/values/{n} discloses at a time, as many as an
// entry bundle of the log holds.
const bundle = 256

// NewLog serves the journal's log under /log/: the signed checkpoint, the
// public key, C2SP tiles and entry bundles, and the values that are disclosed
// of each bundle's entries.
func NewLog(j Journal, baseURL string, log *slog.Logger) http.Handler {
	f := &face{cfg: Config{Log: log}, base: strings.TrimRight(baseURL, "/")}
	mux := http.NewServeMux()
	mux.HandleFunc("/", f.elsewhere)
	face := func(pattern, mediaType string, get func(*http.Request) ([]byte, error)) {
		mux.HandleFunc("GET "+pattern, func(w http.ResponseWriter, r *http.Request) {
			body, err := get(r)
			if err != nil {
				f.fail(w, r, err)
				return
			}
			w.Header().Set("Content-Type", mediaType)
			w.Header().Set("Cache-Control", "no-cache")
			w.Header().Set("Content-Length", strconv.Itoa(len(body)))
			_, _ = w.Write(body) // a reader who left
		})
	}
	face("/log/checkpoint", "text/plain; charset=utf-8", func(r *http.Request) ([]byte, error) {
		s, err := j.SignedCheckpoint(r.Context())
		return []byte(s), err
	})
	face("/log/key", "text/plain; charset=utf-8", func(*http.Request) ([]byte, error) { return []byte(j.Verifier() + "\n"), nil })
	face("/log/tile/{path...}", "application/octet-stream", func(r *http.Request) ([]byte, error) { return j.Tile(r.Context(), r.PathValue("path")) })
	face("/log/values/{n}", "application/json", func(r *http.Request) ([]byte, error) {
		n, err := strconv.ParseInt(r.PathValue("n"), 10, 40)
		if err != nil || n < 0 {
			return nil, &good.Error{Kind: good.NotFound, Key: "error.log.tile"}
		}
		entries, err := j.Entries(r.Context(), n*bundle, bundle)
		if err != nil {
			return nil, err
		}
		return json.Marshal(append([]good.Entry{}, entries...))
	})
	return edge.CORS(mux)
}
