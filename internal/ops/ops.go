// Package ops is what the operator's machines ask of a running Stoa: whether
// the process lives, whether it is ready to answer, and its figures for
// Prometheus. Nothing here tells anything about who asks or what is searched.
package ops

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"stoa/internal/edge"
)

// State is what this node shows to people.
type State struct {
	Built    bool  // the catalogue's snapshot is there
	Position int64 // of the journal, up to which the snapshot goes; -1 before the first entry
	Goods    int   // in the snapshot
}

// Work is how what runs by itself gets on.
type Work struct {
	Open, Failed int64            // tasks to be done, and given up
	Oldest       time.Duration    // how long the oldest open task has waited
	Behind       map[string]int64 // entries of the journal not yet read, by reader
	Done, Erred  map[string]int64 // attempts of this process, by kind of task
}

// Config is what is watched. Fields without a note must be set.
type Config struct {
	Journal func(context.Context) (int64, error) // position of the journal in the database
	State   func() State
	Cache   *edge.CacheMeter
	Work    func(context.Context) (Work, error) // what runs by itself; nil for none
	Metrics string                              // who may read the figures: Local, All or None; Local if ""
	Version string
	Log     *slog.Logger
	Now     func() time.Time
}

// Who may read the figures.
const (
	Local = "local" // programs on this machine that are no proxy
	All   = "all"
	None  = "none"
)

const (
	// patience is how long the database may take to answer.
	patience = 2 * time.Second
	// behind is how many entries the snapshot may lack on a node that is ready.
	behind = 5000
)

// Ops answers the operator and counts requests.
type Ops struct {
	cfg     Config
	figures *figures
}

// New returns an Ops with figures of its own.
func New(cfg Config) *Ops { return &Ops{cfg, newFigures(cfg)} }

// Handler answers /healthz, /readyz and /metrics before anything that may be
// exhausted or refuse, and leaves the rest to next.
func (o *Ops) Handler(next http.Handler) http.Handler {
	safe := edge.SecurityHeaders(edge.Security{CSP: "default-src 'none'; frame-ancestors 'none'"})
	lives := safe(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { o.answer(w, r, nil) }))
	ready := safe(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { o.answer(w, r, o.Ready) }))
	figures := safe(o.figures)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/healthz":
			lives.ServeHTTP(w, r)
		case "/readyz":
			ready.ServeHTTP(w, r)
		case "/metrics":
			if !o.mayRead(r) {
				next.ServeHTTP(w, r) // as if it were not there
				return
			}
			w.Header().Set("Cache-Control", "no-store")
			figures.ServeHTTP(w, r)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// answer says in one line how things are.
func (o *Ops) answer(w http.ResponseWriter, r *http.Request, check func(context.Context) error) {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	text, status := "ok\n", http.StatusOK
	if check != nil {
		if err := check(r.Context()); err != nil {
			text, status = err.Error()+"\n", http.StatusServiceUnavailable
		}
	}
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text)) // the asker may have gone
}

// Ready returns why this node should not be asked just now, or nil. The reason
// holds no detail of the database.
func (o *Ops) Ready(ctx context.Context) error {
	s := o.cfg.State()
	if !s.Built {
		return fmt.Errorf("the catalogue is being built")
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	position, err := o.cfg.Journal(ctx)
	if err != nil {
		o.cfg.Log.WarnContext(ctx, "not ready", "err", err)
		return fmt.Errorf("the database does not answer")
	}
	if lacks := position - s.Position; lacks > behind {
		return fmt.Errorf("the catalogue is %d entries behind the journal", lacks)
	}
	return nil
}

// mayRead says whether the figures are for whoever sent r. What came through a
// proxy came from elsewhere, though the proxy stands on this machine.
func (o *Ops) mayRead(r *http.Request) bool {
	switch o.cfg.Metrics {
	case All:
		return true
	case None:
		return false
	}
	for _, h := range []string{"X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Forwarded", "Via"} {
		if len(r.Header[h]) > 0 {
			return false
		}
	}
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && from.Addr().Unmap().IsLoopback()
}
