package edge

import (
	"bytes"
	"container/list"
	"crypto/sha256"
	"encoding/hex"
	"hash/maphash"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// CacheConfig says what a PageCache is for. Position and Now must be set.
type CacheConfig struct {
	Position func() int64     // journal position that pages are as of
	Now      func() time.Time // for answers with a max-age
	MaxBytes int64            // all entries together; 64 MiB
	MaxEntry int              // bytes of one body; larger ones stream through; 1 MiB
	// Language is what a page depends on besides its address ("" where the
	// address alone decides): a negotiated language, for instance.
	Language func(*http.Request) string
	Meter    *CacheMeter // nil where nobody counts
}

// PageCache keeps public answers, plain and compressed, for as long as the
// journal stands still. Only answers of status 200 to anonymous GETs that do
// not forbid it are kept. Its memory is bounded; addresses asked for once
// cannot push out those in use.
type PageCache struct {
	cfg  CacheConfig
	seed maphash.Seed

	mu      sync.Mutex
	entries map[string]*list.Element // of *page
	order   list.List                // most recently used first
	bytes   int64
	seen    [2]map[uint64]struct{} // keys asked for lately while full, two generations
	flights map[string]*flight
}

// flight is a page being made; others who ask for it wait.
type flight struct {
	done chan struct{}
	page *page // nil: it cannot be shared
}

const (
	maxSeen     = 8192 // keys of one generation
	pageExtra   = 1024 // bytes an entry costs beyond its bodies, roughly
	maxKeyBytes = 2048
)

// NewPageCache returns an empty cache.
func NewPageCache(cfg CacheConfig) *PageCache {
	if cfg.MaxBytes == 0 {
		cfg.MaxBytes = 64 << 20
	}
	if cfg.MaxEntry == 0 {
		cfg.MaxEntry = 1 << 20
	}
	if cfg.Meter == nil {
		cfg.Meter = &CacheMeter{}
	}
	c := &PageCache{cfg: cfg, seed: maphash.MakeSeed(), entries: map[string]*list.Element{}, flights: map[string]*flight{}}
	cfg.Meter.watch(c)
	return c
}

// Middleware answers from the cache where it can, and fills it.
func (c *PageCache) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			next.ServeHTTP(w, r)
			return
		}
		if !Anonymous(r) || r.ContentLength != 0 {
			AddVary(w.Header(), "Accept-Encoding", "Cookie")
			next.ServeHTTP(w, r)
			return
		}
		var room [256]byte
		key, ok := c.key(room[:0], r)
		position := c.cfg.Position()
		if ok {
			if p := c.get(key, position); p != nil {
				c.cfg.Meter.hits.Add(1)
				c.serve(w, r, p)
				return
			}
			c.cfg.Meter.misses.Add(1)
		}
		if !ok || r.Method == http.MethodHead {
			AddVary(w.Header(), "Accept-Encoding", "Cookie")
			next.ServeHTTP(w, r)
			return
		}
		c.fill(w, r, next, string(key), position)
	})
}

// fill makes the page, or waits for whoever is making it.
func (c *PageCache) fill(w http.ResponseWriter, r *http.Request, next http.Handler, key string, position int64) {
	f, mine := c.join(key)
	if !mine {
		select {
		case <-r.Context().Done():
			return
		case <-f.done:
		}
		if f.page != nil && f.page.position == position {
			c.serve(w, r, f.page)
			return
		}
		AddVary(w.Header(), "Accept-Encoding", "Cookie")
		next.ServeHTTP(w, r)
		return
	}
	defer c.leave(key, f)
	rec := &capture{under: w, max: c.cfg.MaxEntry, header: http.Header{}}
	encodings, sent := r.Header["Accept-Encoding"]
	delete(r.Header, "Accept-Encoding") // so that nothing below compresses what is to be kept plain
	next.ServeHTTP(rec, r)
	if sent {
		r.Header["Accept-Encoding"] = encodings
	}
	if rec.streaming {
		return
	}
	if p := c.page(rec, r, position); p != nil {
		f.page = p
		if c.cfg.Position() == position {
			c.put(key, p)
		}
		c.serve(w, r, p)
		return
	}
	rec.flush()
}

// page makes an entry of what was captured, or nil if it is not public.
func (c *PageCache) page(rec *capture, r *http.Request, position int64) *page {
	h := rec.header
	cc := strings.Join(h["Cache-Control"], ",")
	if rec.code() != http.StatusOK || len(h["Set-Cookie"]) > 0 || len(h["Content-Encoding"]) > 0 ||
		strings.Contains(cc, "no-store") || strings.Contains(cc, "private") || !c.covers(h["Vary"]) {
		return nil
	}
	if len(h["Content-Type"]) == 0 {
		h["Content-Type"] = []string{http.DetectContentType(rec.body)}
	}
	AddVary(h, "Accept-Encoding", "Cookie")
	p := &page{position: position, header: h, body: bytes.Clone(rec.body), route: routeOf(r), made: c.cfg.Now()}
	if len(h["Etag"]) == 0 {
		sum := sha256.Sum256(p.body)
		h["Etag"] = []string{`W/"` + hex.EncodeToString(sum[:12]) + `"`}
	}
	p.finish(maxAge(cc))
	return p
}

// key is what distinguishes pages, appended to b; ok is false where the address
// is too long or not to be understood.
func (c *PageCache) key(b []byte, r *http.Request) (key []byte, ok bool) {
	path, query := r.URL.Path, r.URL.RawQuery
	if len(path)+len(query) > maxKeyBytes {
		return nil, false
	}
	if query != "" && !canonical(query) {
		v, err := url.ParseQuery(query)
		if err != nil {
			return nil, false
		}
		query = v.Encode() // sorted by name; values keep their order
	}
	b = append(append(append(b, path...), '?'), query...)
	if c.cfg.Language != nil {
		b = append(append(b, '#'), c.cfg.Language(r)...)
	}
	return b, true
}

// covers says whether the key tells apart all that the answer depends on.
func (c *PageCache) covers(vary []string) bool {
	for _, line := range vary {
		for name := range strings.SplitSeq(line, ",") {
			switch strings.ToLower(strings.TrimSpace(name)) {
			case "", "accept-encoding", "cookie":
			case "accept-language":
				if c.cfg.Language == nil {
					return false
				}
			default:
				return false
			}
		}
	}
	return true
}

// canonical says, at little cost, that query certainly is what url.Values
// Encode would write: names in order, nothing escaped.
func canonical(query string) bool {
	last, begin, equals := "", 0, -1
	for i := range len(query) + 1 {
		if i == len(query) || query[i] == '&' {
			if equals < 0 || query[begin:equals] < last {
				return false
			}
			last, begin, equals = query[begin:equals], i+1, -1
			continue
		}
		if query[i] == '=' && equals < 0 {
			equals = i
		} else if !plain[query[i]] {
			return false
		}
	}
	return true
}

// plain are the bytes that are never escaped in a query.
var plain = func() (out [256]bool) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~") {
		out[c] = true
	}
	return out
}()

func (c *PageCache) get(key []byte, position int64) *page {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.entries[string(key)]
	if e == nil {
		return nil
	}
	p := e.Value.(*page)
	if p.position != position || p.maxAge > 0 && c.old(p) {
		return nil // replaced when it has been made anew
	}
	c.order.MoveToFront(e)
	return p
}

// old says whether p has outlived its time, or was made in a future from which
// the clock has come back.
func (c *PageCache) old(p *page) bool {
	age := c.cfg.Now().Sub(p.made)
	return age >= p.maxAge || age < 0
}

// put keeps p. Once the cache is full, stale pages make room for anything, but
// pages in use only for a page that was asked for before.
func (c *PageCache) put(key string, p *page) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p.key = key
	if e := c.entries[key]; e != nil {
		c.drop(e)
	}
	size := p.size.Load()
	if c.bytes+size > c.cfg.MaxBytes {
		again := c.askedBefore(key)
		for e := c.order.Back(); e != nil && c.bytes+size > c.cfg.MaxBytes; e = c.order.Back() {
			if !again && e.Value.(*page).position == p.position {
				return
			}
			c.drop(e)
		}
		if c.bytes+size > c.cfg.MaxBytes {
			return
		}
	}
	c.entries[key] = c.order.PushFront(p)
	c.bytes += size
}

// grow accounts for a compressed body made later.
func (c *PageCache) grow(p *page, n int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.entries[p.key]
	if e == nil || e.Value.(*page) != p {
		return
	}
	p.size.Add(n)
	c.bytes += n
	for last := c.order.Back(); last != nil && c.bytes > c.cfg.MaxBytes; last = c.order.Back() {
		c.drop(last)
	}
}

func (c *PageCache) drop(e *list.Element) {
	p := c.order.Remove(e).(*page)
	delete(c.entries, p.key)
	c.bytes -= p.size.Load()
}

// askedBefore notes key and says whether it was noted lately.
func (c *PageCache) askedBefore(key string) bool {
	h := maphash.String(c.seed, key)
	_, young := c.seen[0][h]
	_, old := c.seen[1][h]
	if !young {
		if c.seen[0] == nil || len(c.seen[0]) >= maxSeen {
			c.seen[1], c.seen[0] = c.seen[0], make(map[uint64]struct{}, 64)
		}
		c.seen[0][h] = struct{}{}
	}
	return young || old
}

func (c *PageCache) join(key string) (f *flight, mine bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if f = c.flights[key]; f != nil {
		return f, false
	}
	f = &flight{done: make(chan struct{})}
	c.flights[key] = f
	return f, true
}

func (c *PageCache) leave(key string, f *flight) {
	c.mu.Lock()
	delete(c.flights, key)
	c.mu.Unlock()
	close(f.done)
}

// Bytes is how much memory the kept pages take, roughly.
func (c *PageCache) Bytes() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.bytes
}
