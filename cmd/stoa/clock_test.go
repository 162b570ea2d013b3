package main

import (
	"crypto/rand"
	"fmt"
	mathrand "math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"stoa/internal/app/goods"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/tlog"
)

// TestAClockThatJumpsConfusesNothing writes beside a running server with a
// clock that jumps years ahead and back. Order is the journal's alone:
// positions stay dense, the server shows what was written last however old its
// date, an older answer is not taken for the present one, and the log verifies.
func TestAClockThatJumpsConfusesNothing(t *testing.T) {
	const year = 365 * 24 * time.Hour
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			l := newLane(t, engine, mathrand.New(mathrand.NewPCG(3, 3)))
			l.grow(30)
			l.doImport("import", time.Hour)
			n := &node{t: t, dir: l.dir, env: append(l.env, "STOA_ADDR=127.0.0.1:0")}
			n.start("--empty")
			key, err := tlog.LoadKey(l.data)
			if err != nil {
				t.Fatal(err)
			}
			now := time.Now()
			db, err := store.Open(t.Context(), l.url, store.Options{Now: func() time.Time { return now }, Rand: rand.Reader, Signer: key})
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			last, tag, since := int64(-1), `""`, ""
			for i, jump := range []time.Duration{0, 10 * year, -20 * year, 5 * time.Second, -time.Millisecond, 30 * year, -21 * year} {
				now = now.Add(jump)
				website := fmt.Sprintf("https://jump-%d.example.org", i)
				_, at, err := (&goods.App{DB: db}).Edit(t.Context(), operator, "tool-001", 0, "a test", func(f *good.Facts) error {
					f.Website = website
					return nil
				})
				if err != nil || at <= last {
					t.Fatalf("jump %d: entry %d after %d: %v", i, at, last, err)
				}
				last = at
				l.edits["tool-001"] = append(l.edits["tool-001"], ack{website, at})
				position := strconv.FormatInt(at, 10)
				if status, body := n.ask("/api/v1/goods/tool-001", "Stoa-Position", position, "If-None-Match", tag); status != http.StatusOK || !strings.Contains(body, website) {
					t.Errorf("jump %d: %d %.300s", i, status, body)
				}
				if status, body := n.ask("/fr/goods/tool-001", "Cookie", "stoa_at="+position, "If-Modified-Since", since); status != http.StatusOK || !strings.Contains(body, website) {
					t.Errorf("the page after jump %d: %d", i, status)
				}
				resp, err := http.Get(n.url + "/api/v1/goods/tool-001")
				if err != nil {
					t.Fatal(err)
				}
				resp.Body.Close()
				tag, since = resp.Header.Get("ETag"), resp.Header.Get("Last-Modified")
			}
			if status, body := n.ask("/changes"); status != http.StatusOK || !strings.Contains(body, "tool-001") {
				t.Errorf("the changes after all jumps: %d", status)
			}
			l.doEdit(time.Hour) // by the right clock again
			l.check()
			l.must("db", "check")
			_ = n.server.end(syscall.SIGKILL) // it cannot exit well
			n.start("--empty")
			l.check()
		})
	}
}
