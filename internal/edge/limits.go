package edge

import (
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"stoa/internal/good"
)

// Limits bounds what one client, and all together, may ask. Zero fields take
// the default named beside them; a negative Rate means no limit by client.
// Whoever asks from this very machine is its operator or a proxy and has no
// limit by client: name the proxy in Trusted to count those behind it.
type Limits struct {
	MaxBody int64 // bytes of a request's body; 1 MiB
	// Large says how many bytes the body of a request may have that is meant to
	// be larger, 0 for any other. It gets more time to arrive; nil for none.
	Large       func(*http.Request) int64
	MaxURL      int            // bytes of the address; 16 KiB
	Rate        rate.Limit     // requests a second and client, in the long run; 50
	Burst       int            // requests a client may send at once; 300
	Clients     int            // clients remembered at a time, at most; 20,000
	MaxInFlight int            // requests worked on at a time, at most; 1,000
	Trusted     []netip.Prefix // proxies whose X-Forwarded-For is believed; none
	Now         func() time.Time
	Deny        Deny
}

// Middleware refuses what goes beyond l.
func (l Limits) Middleware(next http.Handler) http.Handler {
	l = l.withDefaults()
	clients := &clients{limit: l.Rate, burst: l.Burst, max: l.Clients / 2}
	places := make(chan struct{}, l.MaxInFlight)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.RequestURI) > l.MaxURL || r.RequestURI == "" && len(r.URL.RawQuery) > l.MaxURL {
			l.Deny.deny(w, r, http.StatusRequestURITooLong, &good.Error{Kind: good.Limited, Key: "error.limit.url", Args: map[string]any{"Max": l.MaxURL}})
			return
		}
		most := l.most(w, r)
		if r.ContentLength > most {
			w.Header().Set("Connection", "close") // the body will not be read
			l.Deny.deny(w, r, http.StatusRequestEntityTooLarge, &good.Error{Kind: good.Limited, Key: "error.limit.body", Args: map[string]any{"Max": most}})
			return
		}
		if addr := ClientAddr(r, l.Trusted); l.Rate >= 0 && !addr.IsLoopback() {
			if wait := clients.wait(addr, l.Now()); wait > 0 {
				w.Header().Set("Retry-After", strconv.Itoa(int(wait/time.Second)+1))
				l.Deny.deny(w, r, http.StatusTooManyRequests, &good.Error{Kind: good.Limited, Key: "error.limit.rate", Args: map[string]any{"Seconds": int(wait/time.Second) + 1}})
				return
			}
		}
		select {
		case places <- struct{}{}:
			defer func() { <-places }()
		default:
			w.Header().Set("Retry-After", "2")
			l.Deny.deny(w, r, http.StatusServiceUnavailable, &good.Error{Kind: good.Limited, Key: "error.limit.busy"})
			return
		}
		if r.Body != nil && r.Body != http.NoBody {
			r.Body = http.MaxBytesReader(w, r.Body, most)
		}
		next.ServeHTTP(w, r)
	})
}

// largeTime is how long a large body may take to arrive.
const largeTime = 10 * time.Minute

// most is how many bytes the body of r may have.
func (l Limits) most(w http.ResponseWriter, r *http.Request) int64 {
	if l.Large == nil {
		return l.MaxBody
	}
	n := l.Large(r)
	if n == 0 {
		return l.MaxBody
	}
	until := l.Now().Add(largeTime)
	rc := http.NewResponseController(w)
	_, _ = rc.SetReadDeadline(until), rc.SetWriteDeadline(until.Add(time.Minute)) // where they cannot be set the usual ones hold
	return n
}

func (l Limits) withDefaults() Limits {
	if l.MaxBody == 0 {
		l.MaxBody = 1 << 20
	}
	if l.MaxURL == 0 {
		l.MaxURL = 16 << 10
	}
	if l.Rate == 0 {
		l.Rate = 50
	}
	if l.Burst == 0 {
		l.Burst = 300
	}
	if l.Clients < 2 {
		l.Clients = 20_000
	}
	if l.MaxInFlight == 0 {
		l.MaxInFlight = 1000
	}
	return l
}

// clients is who asked lately, in two generations: when the young one is full
// the old one is forgotten. A forgotten client that had been idle loses
// nothing; memory never grows beyond two generations.
type clients struct {
	limit rate.Limit
	burst int
	max   int // clients of one generation

	mu         sync.Mutex
	young, old map[netip.Prefix]*rate.Limiter
}

// wait takes one request from addr's allowance and returns 0, or how long to
// wait until there is allowance again.
func (c *clients) wait(addr netip.Addr, now time.Time) time.Duration {
	bits := 32
	if addr.Is6() {
		bits = 64 // one subscriber holds at least that much
	}
	who, err := addr.Prefix(bits)
	if err != nil {
		who = netip.Prefix{} // unknown callers share one allowance
	}
	c.mu.Lock()
	lim := c.young[who]
	if lim == nil {
		if lim = c.old[who]; lim == nil {
			lim = rate.NewLimiter(c.limit, c.burst)
		}
		if c.young == nil || len(c.young) >= c.max {
			c.old, c.young = c.young, make(map[netip.Prefix]*rate.Limiter)
		}
		c.young[who] = lim
	}
	c.mu.Unlock()
	if lim.AllowN(now, 1) {
		return 0
	}
	return max(time.Duration((1-lim.TokensAt(now))/float64(c.limit)*float64(time.Second)), time.Millisecond)
}

// ClientAddr is the address r comes from: the connection's, or, where that is a
// trusted proxy, the nearest address in X-Forwarded-For that is not. It is for
// limits; it is never logged or stored.
func ClientAddr(r *http.Request, trusted []netip.Prefix) netip.Addr {
	ap, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	addr := ap.Addr().Unmap().WithZone("")
	if !isTrusted(addr, trusted) {
		return addr
	}
	hops := strings.Split(strings.Join(r.Header["X-Forwarded-For"], ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			return addr
		}
		addr = hop.Unmap().WithZone("")
		if !isTrusted(addr, trusted) {
			return addr
		}
	}
	return addr
}

func isTrusted(a netip.Addr, trusted []netip.Prefix) bool {
	for _, p := range trusted {
		if p.Contains(a) {
			return true
		}
	}
	return false
}
