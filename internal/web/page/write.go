package page

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/a-h/templ"

	"stoa/internal/edge"
	"stoa/internal/good"
)

// buffers are reused; a page larger than keepBuffer is not kept.
var buffers = sync.Pool{New: func() any { return bytes.NewBuffer(make([]byte, 0, 64<<10)) }}

const keepBuffer = 1 << 20

// Write sends a page. Nothing is sent when it cannot be made.
func Write(w http.ResponseWriter, r *http.Request, f *Frame, status int, c templ.Component) error {
	return WriteAs(w, r, f, status, "text/html; charset=utf-8", c)
}

// WriteAs sends what is no page but made like one, such as a picture.
func WriteAs(w http.ResponseWriter, r *http.Request, f *Frame, status int, media string, c templ.Component) error {
	b := buffers.Get().(*bytes.Buffer)
	b.Reset()
	defer func() {
		if b.Cap() <= keepBuffer {
			buffers.Put(b)
		}
	}()
	if err := c.Render(r.Context(), b); err != nil {
		return fmt.Errorf("render %s: %w", f.Path, err)
	}
	h := w.Header()
	h["Content-Type"] = []string{media}
	h["Content-Language"] = []string{f.Code}
	h["Content-Length"] = []string{strconv.Itoa(b.Len())}
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(b.Bytes()) // a client that went away needs no answer
	}
	return nil
}

// Fresh marks the answer as public and as of the page's journal position, and
// answers 304 where the reader already has it: then the caller is done. What
// somebody signed in reads is theirs alone.
func Fresh(w http.ResponseWriter, r *http.Request, f *Frame) bool {
	return fresh(w, r, f, 0, f.Code)
}

// FreshToday is Fresh for pages that change with the day, too.
func FreshToday(w http.ResponseWriter, r *http.Request, f *Frame, today good.Date) bool {
	return fresh(w, r, f, time.Minute, f.Code+"."+string(today))
}

// FreshUntil is Fresh for pages that the clock changes, after next; how names
// what the clock made of them.
func FreshUntil(w http.ResponseWriter, r *http.Request, f *Frame, next time.Duration, how string) bool {
	if next <= 0 || next > time.Minute {
		next = time.Minute
	}
	return fresh(w, r, f, next, f.Code+"."+how)
}

func fresh(w http.ResponseWriter, r *http.Request, f *Frame, kept time.Duration, lang string) bool {
	if f.Viewer != nil {
		edge.Private(w.Header())
		return false
	}
	edge.Public(w.Header(), kept)
	if f.Offer != nil {
		lang += "+" + f.Offer.Code
	}
	return edge.NotModified(w, r, edge.ETag(f.Position, lang, f.Site.Build))
}

// Say is an error in words.
func (f *Frame) Say(e *good.Error) string {
	if e == nil || !f.Has(e.Key) {
		return f.T("web.trouble.unknown")
	}
	kv := make([]any, 0, 2*len(e.Args))
	for k, v := range e.Args {
		if s, ok := v.(string); ok {
			v = Cut(Valid(s), 100)
		}
		kv = append(kv, k, v)
	}
	return f.Tell(e.Key, kv...)
}
