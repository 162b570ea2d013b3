package edge

import (
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Observation is what is counted of one answered request. It holds nothing the
// client made up.
type Observation struct {
	Route  string // pattern of the route, "" where none was reached
	Method string // "other" unless it is a known one
	Status int    // 0 if the connection was cut
	Took   time.Duration
}

// Observe tells what was answered. It belongs within Log.
func Observe(now func() time.Time, tell func(Observation)) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			start := now()
			t, ok := w.(*tracker)
			if !ok {
				t = &tracker{ResponseWriter: w}
				delete(r.Header, routeHeader) // not the client's to say
			}
			done := false
			defer func() {
				o := Observation{Route: routeOf(r), Method: method(r), Took: now().Sub(start)}
				if done {
					o.Status = t.code()
				}
				tell(o)
			}()
			next.ServeHTTP(t, r)
			done = true
		})
	}
}

// CacheMeter counts what page caches do, for the operator. One meter may serve
// several caches.
type CacheMeter struct {
	hits, misses atomic.Int64
	mu           sync.Mutex
	caches       []*PageCache
}

// Hits is how many answers came out of a cache since the start.
func (m *CacheMeter) Hits() int64 { return m.hits.Load() }

// Misses is how many answers had to be made since the start, of those that a
// cache may keep.
func (m *CacheMeter) Misses() int64 { return m.misses.Load() }

// Bytes is how much memory the kept pages take, roughly.
func (m *CacheMeter) Bytes() int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	var n int64
	for _, c := range m.caches {
		n += c.Bytes()
	}
	return n
}

func (m *CacheMeter) watch(c *PageCache) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.caches = append(m.caches, c)
}
