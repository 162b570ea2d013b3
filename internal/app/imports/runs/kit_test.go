package runs_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/imports"
	"stoa/internal/app/imports/runs"
	"stoa/internal/fence"
	"stoa/internal/good"
	"stoa/internal/harvest/connect"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

var (
	ctx      = context.Background()
	operator = access.Machine(access.Operator)
)

// catalogue is a server that speaks the publiccode catalogue API over entries
// that a test changes; before is asked first and answers itself if it says so.
type catalogue struct {
	mu      sync.Mutex
	ids     []string
	entries map[string]string // JSON
	size    int               // of a page, whatever is asked for
	before  func(w http.ResponseWriter, r *http.Request) bool
	asked   atomic.Int64 // pages of software
}

// ServeHTTP implements http.Handler.
func (c *catalogue) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if c.before != nil && c.before(w, r) {
		return
	}
	switch {
	case strings.HasSuffix(r.URL.Path, "/publishers"):
		fmt.Fprint(w, `{"data":[],"links":{"next":null}}`)
		return
	case !strings.HasSuffix(r.URL.Path, "/software"):
		http.NotFound(w, r)
		return
	}
	c.asked.Add(1)
	c.mu.Lock()
	defer c.mu.Unlock()
	begin, _ := strconv.Atoi(r.URL.Query().Get("page[after]"))
	end := min(begin+c.size, len(c.ids))
	var page []string
	for _, id := range c.ids[min(begin, end):end] {
		page = append(page, c.entries[id])
	}
	next := "null"
	if end < len(c.ids) {
		next = strconv.Quote("?" + url.Values{"page[after]": {strconv.Itoa(end)}}.Encode())
	}
	fmt.Fprintf(w, `{"data":[%s],"links":{"next":%s}}`, strings.Join(page, ","), next)
}

// put adds or changes an entry.
func (c *catalogue) put(id, name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.entries == nil {
		c.entries = map[string]string{}
	}
	if c.entries[id] == "" {
		c.ids = append(c.ids, id)
	}
	c.entries[id] = entry(id, name)
}

func (c *catalogue) drop(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.entries, id)
	for i, have := range c.ids {
		if have == id {
			c.ids = append(c.ids[:i:i], c.ids[i+1:]...)
		}
	}
}

// entry is an entry of /v1/software.
func entry(id, name string) string {
	at := "https://git.example.org/made/" + id
	file := fmt.Sprintf("publiccodeYmlVersion: \"0.4\"\nname: %s\nurl: %s\nplatforms: [web]\nsoftwareType: standalone/web\ndevelopmentStatus: stable\n"+
		"description: {en: {shortDescription: Counts wells., features: [wells]}}\nlegal: {license: MIT}\nlocalisation: {localisationReady: false, availableLanguages: [en]}\n", name, at)
	doc, err := json.Marshal(map[string]any{"id": id, "url": at, "publiccodeYml": file})
	if err != nil {
		panic(err)
	}
	return string(doc)
}

// place is an instance that reads sources.
type place struct {
	*runs.App
	t    testing.TB
	now  atomic.Int64 // milliseconds since 1970
	todo []good.Task
}

// Enqueue implements runs.Queue.
func (p *place) Enqueue(_ context.Context, _ *store.Tx, task good.Task) error {
	p.todo = append(p.todo, task)
	return nil
}

// pass lets time pass.
func (p *place) pass(d time.Duration) { p.now.Add(d.Milliseconds()) }

func newPlace(t testing.TB, dbURL string) *place {
	t.Helper()
	p := &place{t: t}
	p.now.Store(time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC).UnixMilli())
	clock := func() time.Time { return time.UnixMilli(p.now.Load()).UTC() }
	db, err := store.Open(ctx, dbURL, store.Options{Now: clock, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := db.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	p.App = &runs.App{DB: db, Import: &imports.App{DB: db, Now: clock}, Queue: p, Hosts: &connect.Hosts{}, Now: clock,
		Manners: connect.Manners{Rate: 100_000, Patience: 10 * time.Second, Pause: time.Millisecond}}
	p.Client = func() *http.Client { return http.DefaultClient }
	return p
}

// reads has the place read a server at a loopback address.
func (p *place) reads(base string) {
	u, err := url.Parse(base)
	if err != nil {
		p.t.Fatal(err)
	}
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	if err != nil {
		p.t.Fatal(err)
	}
	policy := fence.Default
	policy.Allow, policy.Ports = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}, []uint16{uint16(port)}
	client := fence.New(policy)
	p.Client = func() *http.Client { return client.HTTP(1 << 40) }
}

// source sets up a source of public software at an address.
func (p *place) source(id, address string, change ...func(*runs.Source)) *runs.Source {
	p.t.Helper()
	in := runs.Source{Harvest: good.Harvest{Source: id, Kind: "publiccode", Address: address, Hours: 24, Agreed: true}, About: good.Source{Name: "Made " + id}}
	for _, c := range change {
		c(&in)
	}
	s, err := p.Set(ctx, operator, in)
	if err != nil {
		p.t.Fatal(err)
	}
	return s
}

func (p *place) read(source string) good.Run {
	p.t.Helper()
	r, err := p.ReadNow(ctx, operator, source, true, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	return r
}

// counts are the counts of a run in short: new/changed/unchanged/gone/faulty.
func counts(r good.Run) string {
	return fmt.Sprintf("%s %d/%d/%d/%d/%d", r.End, r.New, r.Changed, r.Unchanged, r.Gone, r.Faulty)
}

func (p *place) goods() int {
	p.t.Helper()
	n := 0
	for _, err := range p.DB.EachGood(ctx) {
		if err != nil {
			p.t.Fatal(err)
		}
		n++
	}
	return n
}

func serve(t testing.TB, h http.Handler) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func keyOf(err error) string {
	var e *good.Error
	if errors.As(err, &e) {
		return e.Key
	}
	return fmt.Sprint(err)
}

// both runs a test on both engines.
func both(t *testing.T, fn func(t *testing.T, p *place)) {
	testkit.Databases(t, func(t *testing.T, url string) { fn(t, newPlace(t, url)) })
}
