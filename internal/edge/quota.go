package edge

import (
	"net/http"
	"net/netip"
	"time"

	"golang.org/x/time/rate"

	"stoa/internal/good"
)

// Quota bounds how often one client may do one thing that costs people work.
// Whoever asks from this very machine has none, as with Limits.
type Quota struct {
	clients clients
	trusted []netip.Prefix
	key     string
	now     func() time.Time
}

// NewQuota allows a client burst times at once and then once every so often. A
// client that asks too much is told so under key, which may name Minutes.
func NewQuota(burst int, every time.Duration, key string, trusted []netip.Prefix, now func() time.Time) *Quota {
	return &Quota{clients: clients{limit: rate.Every(every), burst: burst, max: 10_000}, trusted: trusted, key: key, now: now}
}

// Take takes once from the allowance of r's client, or returns an error of kind
// Limited that says when to come again.
func (q *Quota) Take(r *http.Request) error {
	addr := ClientAddr(r, q.trusted)
	if addr.IsLoopback() {
		return nil
	}
	if wait := q.clients.wait(addr, q.now()); wait > 0 {
		return &good.Error{Kind: good.Limited, Key: q.key, Args: map[string]any{"Minutes": int(wait/time.Minute) + 1}}
	}
	return nil
}
