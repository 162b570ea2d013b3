// Package trouble is the page shown when something is not as it should be: it
// says what happened in words and offers the ways on.
package trouble

import (
	_ "embed"
	"errors"
	"net/http"
	"path"
	"strconv"
	"strings"

	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/web/page"
)

// Style is the style of this page.
//
//go:embed trouble.css
var Style []byte

// told are the statuses with words of their own.
var told = map[int]bool{400: true, 401: true, 403: true, 404: true, 405: true, 410: true, 413: true, 414: true, 429: true, 500: true, 503: true}

// Write answers with the page for status; err, if any, says more.
func Write(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, err error) {
	h := w.Header()
	for _, name := range []string{"Etag", "Content-Encoding", "Content-Length"} {
		h.Del(name)
	}
	edge.Private(h)
	m := &model{Frame: f, Status: status, Words: "500"}
	if told[status] {
		m.Words = strconv.Itoa(status)
	} else if status < 500 {
		m.Words = "400"
	}
	var e *good.Error
	if errors.As(err, &e) && status != http.StatusInternalServerError && e.Kind != good.NotFound {
		m.Err = e
	}
	if status == http.StatusNotFound || status == http.StatusGone {
		m.Wanted = wanted(f.Path)
	}
	f.Unlisted, f.Offer, f.Title = true, nil, f.T("web.trouble."+m.Words)
	if err := page.Write(w, r, f, status, trouble(m)); err != nil {
		http.Error(w, http.StatusText(status), status)
	}
}

// model is what the page shows.
type model struct {
	*page.Frame
	Status int
	Words  string // the key of its sentences
	Err    *good.Error
	Wanted string // what the reader may have looked for
}

// wanted makes a search of a mistyped address.
func wanted(p string) string {
	s := page.Valid(path.Base(p))
	if s == "/" || s == "." {
		return ""
	}
	s = strings.TrimSuffix(s, path.Ext(s))
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '-' || r == '_' || r == '+' || r == ' ' }), " ")
	if r := []rune(s); len(r) > 60 {
		s = string(r[:60])
	}
	return s
}
