package edge

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/klauspost/compress/gzhttp"
	"github.com/klauspost/compress/gzip"
)

// page is one kept answer. Its header is shared by all who get it and never
// changed after finish.
type page struct {
	key      string
	position int64
	route    string
	made     time.Time
	maxAge   time.Duration
	header   http.Header
	fields   []field // of the header, those of a 304 first
	short    int     // how many those are
	body     []byte
	length   []string
	size     atomic.Int64 // bytes in the cache's account

	zip    sync.Once
	zipped atomic.Pointer[zipped] // nil: not made, or not worth it
}

// field is a line of a header.
type field struct {
	name  string
	value []string
}

type zipped struct {
	body   []byte
	length []string
}

// finish fixes what is sent with every copy.
func (p *page) finish(maxAge time.Duration) {
	p.maxAge = maxAge
	delete(p.header, "Content-Length")
	p.length = []string{strconv.Itoa(len(p.body))}
	for name, value := range p.header {
		if !entityHeader[name] {
			p.fields = append(p.fields, field{name, value})
		}
	}
	p.short = len(p.fields)
	for name, value := range p.header {
		if entityHeader[name] {
			p.fields = append(p.fields, field{name, value})
		}
	}
	p.size.Store(int64(len(p.body) + pageExtra))
}

// compressed returns the gzip form, made once, or nil where it is not worth it.
func (p *page) compressed(c *PageCache) *zipped {
	p.zip.Do(func() {
		if len(p.body) < minGzip || !gzhttp.DefaultContentTypeFilter(p.header.Get("Content-Type")) {
			return
		}
		var b bytes.Buffer
		b.Grow(len(p.body)/3 + 64)
		zw := gzipPool.Get().(*gzip.Writer)
		defer gzipPool.Put(zw)
		zw.Reset(&b)
		_, err := zw.Write(p.body)
		if err != nil || zw.Close() != nil || b.Len() >= len(p.body) {
			return
		}
		body := bytes.Clone(b.Bytes())
		p.zipped.Store(&zipped{body: body, length: []string{strconv.Itoa(len(body))}})
		c.grow(p, int64(len(body)))
	})
	return p.zipped.Load()
}

var gzipPool = sync.Pool{New: func() any {
	zw, _ := gzip.NewWriterLevel(nil, gzipLevel) // the level is valid
	return zw
}}

var (
	gzipEncoding = []string{"gzip"}
	entityHeader = map[string]bool{"Content-Type": true, "Content-Language": true, "Content-Disposition": true, "Link": true}
)

// serve answers r with p: 304, compressed or plain.
func (c *PageCache) serve(w http.ResponseWriter, r *http.Request, p *page) {
	SetRoute(r, p.route)
	h := w.Header()
	if p.maxAge > 0 { // the rest of the time is the client's (RFC 9111, 5.1)
		h["Age"] = []string{strconv.FormatInt(int64(c.cfg.Now().Sub(p.made)/time.Second), 10)}
	}
	if matchesAny(r.Header["If-None-Match"], p.header["Etag"][0]) {
		for _, f := range p.fields[:p.short] {
			h[f.name] = f.value
		}
		w.WriteHeader(http.StatusNotModified)
		return
	}
	for _, f := range p.fields {
		h[f.name] = f.value
	}
	body, length := p.body, p.length
	if acceptsGzip(r.Header) {
		if z := p.compressed(c); z != nil {
			body, length = z.body, z.length
			h["Content-Encoding"] = gzipEncoding
		}
	}
	h["Content-Length"] = length
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // a client that went away needs no answer
	}
}

// maxAge reads the lifetime a handler allows, 0 if none.
func maxAge(cacheControl string) time.Duration {
	for part := range strings.SplitSeq(cacheControl, ",") {
		if v, ok := strings.CutPrefix(strings.TrimSpace(part), "max-age="); ok {
			n, err := strconv.Atoi(v)
			if err == nil && n > 0 && n < 1<<31 {
				return time.Duration(n) * time.Second
			}
		}
	}
	return 0
}

// capture holds an answer back until it is known whether it can be kept; one
// that grows too large, or is flushed, streams through.
type capture struct {
	under     http.ResponseWriter
	header    http.Header
	status    int
	body      []byte
	max       int
	streaming bool
}

// Header implements http.ResponseWriter.
func (c *capture) Header() http.Header {
	if c.streaming {
		return c.under.Header()
	}
	return c.header
}

// WriteHeader implements http.ResponseWriter.
func (c *capture) WriteHeader(status int) {
	if status < 200 {
		c.under.WriteHeader(status)
		return
	}
	if c.status == 0 {
		c.status = status
	}
}

// Write implements http.ResponseWriter.
func (c *capture) Write(b []byte) (int, error) {
	if c.streaming {
		return c.under.Write(b)
	}
	if c.status == 0 {
		c.status = http.StatusOK
	}
	if len(c.body)+len(b) > c.max {
		c.flush()
		return c.under.Write(b)
	}
	c.body = append(c.body, b...)
	return len(b), nil
}

// Flush implements http.Flusher.
func (c *capture) Flush() {
	c.flush()
	_ = http.NewResponseController(c.under).Flush() // a writer that cannot flush sends at the end
}

// Unwrap lets http.ResponseController reach the connection.
func (c *capture) Unwrap() http.ResponseWriter { return c.under }

func (c *capture) code() int {
	if c.status == 0 {
		return http.StatusOK
	}
	return c.status
}

// flush sends what was held back; from here on the answer streams.
func (c *capture) flush() {
	if c.streaming {
		return
	}
	c.streaming = true
	h := c.under.Header()
	for k, v := range c.header {
		h[k] = v
	}
	AddVary(h, "Accept-Encoding", "Cookie")
	c.under.WriteHeader(c.code())
	if len(c.body) > 0 {
		_, _ = c.under.Write(c.body) // a client that went away needs no answer
	}
}
