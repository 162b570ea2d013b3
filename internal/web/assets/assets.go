// Package assets holds the style, the script and the icon of every page, each
// served under an address that changes with its content, so that browsers keep
// it for ever.
package assets

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
)

//go:embed stoa.css
var base []byte

//go:embed work.css
var work []byte

//go:embed app.js
var script []byte

//go:embed work.js
var workScript []byte

//go:embed passkey.js
var passkey []byte

//go:embed icon.svg
var icon []byte

// Prefix is the path under which assets are served.
const Prefix = "/assets/"

// Set is what the pages load. The addresses are paths without host.
type Set struct {
	Style, Script, Icon string
	Work, WorkScript    string // of the pages on which somebody writes
	Passkey             string // script of the pages where passkeys are used
	Build               string // changes whenever any of them changes
	files               map[string]file
}

type file struct {
	mime        string
	body, small []byte // plain and gzip
}

// New makes the set; the styles of the pages follow the common one, working
// those of the pages on which somebody writes.
func New(working [][]byte, styles ...[]byte) (*Set, error) {
	s := &Set{files: map[string]file{}}
	sum := sha256.New()
	add := func(name, ext, mime string, body []byte) (string, error) {
		h := sha256.Sum256(body)
		sum.Write(h[:])
		path := Prefix + name + "-" + hex.EncodeToString(h[:8]) + ext
		var b bytes.Buffer
		zw, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
		if err != nil {
			return "", err
		}
		if _, err := zw.Write(body); err != nil {
			return "", err
		}
		if err := zw.Close(); err != nil {
			return "", err
		}
		s.files[path] = file{mime: mime, body: body, small: b.Bytes()}
		return path, nil
	}
	var err error
	if s.Style, err = add("stoa", ".css", "text/css; charset=utf-8", bytes.Join(append([][]byte{base}, styles...), []byte("\n"))); err != nil {
		return nil, err
	}
	if s.Work, err = add("work", ".css", "text/css; charset=utf-8", bytes.Join(append([][]byte{work}, working...), []byte("\n"))); err != nil {
		return nil, err
	}
	if s.WorkScript, err = add("work", ".js", "text/javascript; charset=utf-8", workScript); err != nil {
		return nil, err
	}
	if s.Passkey, err = add("passkey", ".js", "text/javascript; charset=utf-8", passkey); err != nil {
		return nil, err
	}
	if s.Script, err = add("app", ".js", "text/javascript; charset=utf-8", script); err != nil {
		return nil, err
	}
	if s.Icon, err = add("icon", ".svg", "image/svg+xml", icon); err != nil {
		return nil, err
	}
	s.Build = hex.EncodeToString(sum.Sum(nil)[:6])
	return s, nil
}

// Middleware answers for the assets and hands everything else on.
func (s *Set) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, ok := s.files[r.URL.Path]
		if !ok || (r.Method != http.MethodGet && r.Method != http.MethodHead) {
			next.ServeHTTP(w, r)
			return
		}
		f.serve(w, r)
	})
}

func (f file) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", f.mime)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	body := f.body
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = f.small
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // a client that went away needs no answer
	}
}
