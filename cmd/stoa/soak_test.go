package main

import (
	"context"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// How long the soak goes on: in the test suite, and with STOA_TEST_LONG.
const (
	soakShort = 8 * time.Second
	soakLong  = 20 * time.Minute
)

// TestSoak keeps a server on each engine busy with readers, edits, imports,
// backups and proofs, kills it again and again, and wants every acknowledged
// write shown after every start, no answer that says the fault is ours, and
// memory that does not grow.
func TestSoak(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			s := &soak{lane: newLane(t, engine, mathrand.New(mathrand.NewPCG(7, 7)))}
			length := soakShort
			if os.Getenv("STOA_TEST_LONG") != "" {
				length = soakLong
			}
			s.run(length)
		})
	}
}

type soak struct {
	*lane
	server *server
	url    atomic.Pointer[string] // "" while no server is meant to answer
	starts []time.Duration
	memory []int // MB, at each kill

	mu      sync.Mutex
	took    []time.Duration
	reads   int
	broken  []string // answers that say the fault is ours
	missing int      // of the answers, those cut by a kill
}

func (s *soak) run(length time.Duration) {
	s.grow(40)
	s.doImport("import", time.Hour)
	ctx, stop := context.WithCancel(s.t.Context())
	var readers sync.WaitGroup
	s.begin()
	for n := range 3 {
		readers.Go(func() { s.read(ctx, n) })
	}
	begun, kill, told := time.Now(), time.Now().Add(length/5), time.Now()
	for time.Since(begun) < length || s.told["edit"] == 0 || s.readSoFar() < 20 { // on a slow machine
		s.act()
		if time.Now().After(kill) {
			s.kill()
			kill = time.Now().Add(min(length/5, time.Duration(10+s.rand.IntN(20))*time.Second))
		}
		if time.Since(told) > time.Minute {
			told = time.Now()
			s.tell(time.Since(begun))
		}
	}
	s.kill()
	s.tell(time.Since(begun))
	none := ""
	s.url.Store(&none)
	stop()
	readers.Wait()
	if err := s.server.end(syscall.SIGTERM); err != nil {
		s.t.Errorf("the server does not stop well: %v", err)
	}
	s.check()
	s.must("db", "check")
	s.complete()
	if len(s.broken) > 0 {
		s.t.Errorf("%d answers say that the fault is ours, the first: %s", len(s.broken), s.broken[0])
	}
	if s.reads < 20 || s.told["edit"] == 0 || len(s.starts) < 2 {
		s.t.Errorf("too little was done: %d reads, %v, %d starts", s.reads, s.told, len(s.starts))
	}
	if n := len(s.memory); n > 8 && s.memory[n-1] > 2*s.memory[n/4]+50 {
		s.t.Errorf("memory grows: %v MB", s.memory)
	}
}

// act does one thing beside the readers.
func (s *soak) act() {
	switch n := s.rand.IntN(40); {
	case n < 4:
		s.grow(2)
		s.doImport("import", time.Hour)
		s.told["import"]++
	case n < 5:
		s.doBackup(time.Hour)
		s.told["backup"]++
	case n < 6:
		s.must("verify")
		s.told["proof"]++
	case n < 8: // beside the server, and killed
		if !s.doEdit(time.Duration(s.rand.Int64N(int64(max(s.typical["edit"], time.Millisecond))))) {
			s.told["edit killed"]++
		}
	default:
		s.doEdit(time.Hour)
		s.told["edit"]++
		time.Sleep(time.Duration(s.rand.IntN(300)) * time.Millisecond)
	}
}

// begin starts the server and wants all that was acknowledged shown.
func (s *soak) begin() {
	begun := time.Now()
	server, err := startServer(s.program, append(s.env, "STOA_ADDR=127.0.0.1:0"), s.dir, "--empty", "--log-level", "error")
	if err != nil {
		s.t.Fatal(err)
	}
	s.server = server
	for slug, acks := range s.edits {
		last := acks[len(acks)-1]
		req, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, server.url+"/api/v1/goods/"+slug, nil)
		if err != nil {
			s.t.Fatal(err)
		}
		req.Header.Set("Stoa-Position", strconv.FormatInt(last.position, 10))
		resp, err := noRedirects.Do(req)
		if err != nil {
			s.t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if text := string(body); err != nil || !strings.Contains(text, last.marker) && (s.pending[slug] == "" || !strings.Contains(text, s.pending[slug])) {
			s.t.Fatalf("%s was acknowledged for %s and is not shown: %s", last.marker, slug, body)
		}
	}
	s.starts = append(s.starts, time.Since(begun))
	s.url.Store(&server.url)
}

// kill kills the server under its readers, proves the log and starts it again.
func (s *soak) kill() {
	s.memory = append(s.memory, residentMB(s.t, s.server.cmd.Process.Pid))
	none := ""
	s.url.Store(&none)
	_ = s.server.end(syscall.SIGKILL) // it cannot exit well
	s.told["kill"]++
	s.must("verify")
	s.begin()
}

// read asks for pages until ctx ends.
func (s *soak) read(ctx context.Context, n int) {
	client := &http.Client{Timeout: patience}
	for ; ctx.Err() == nil; n++ {
		at := *s.url.Load()
		if at == "" {
			time.Sleep(20 * time.Millisecond)
			continue
		}
		path := []string{"/goods?q=tool", "/api/v1/goods?facets=all", "/goods/tool-001", "/fr/goods", "/ar/goods/tool-002", "/log/checkpoint",
			"/changes", "/goods.csv", "/api/v1/goods/tool-003/history", fmt.Sprintf("/goods?q=tool+%d", n), "/absent", "/api/v1/goods?limit=x"}[n%12]
		begun := time.Now()
		resp, err := client.Get(at + path)
		took, status := time.Since(begun), 0
		if err == nil {
			status = resp.StatusCode
			_, err = io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
		}
		s.mu.Lock()
		s.reads++
		s.took = append(s.took, took)
		if cut := *s.url.Load() != at; err != nil && cut {
			s.missing++
		} else if (err != nil || status >= 500) && ctx.Err() == nil && !cut {
			s.broken = append(s.broken, fmt.Sprintf("%s: %d %v", path, status, err))
		}
		s.mu.Unlock()
		time.Sleep(10 * time.Millisecond)
	}
}

// readSoFar is how many answers the readers got.
func (s *soak) readSoFar() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reads
}

// tell says how it went so far.
func (s *soak) tell(since time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	slices.Sort(s.took)
	size := int64(0)
	if info, err := os.Stat(filepath.Join(s.data, "stoa.db")); err == nil {
		size = info.Size() >> 20
	}
	s.t.Logf("%s, %v: %d reads (p50 %v, p99 %v; %d cut by kills, %d our fault), %v, %d goods, journal %d, starts %d (last %v), memory %v MB, database %d MB",
		s.engine, since.Round(time.Second), s.reads, s.took[len(s.took)/2].Round(time.Microsecond), s.took[len(s.took)*99/100].Round(time.Microsecond),
		s.missing, len(s.broken), s.told, len(s.records), s.size, len(s.starts), s.starts[len(s.starts)-1].Round(time.Millisecond), s.memory[max(0, len(s.memory)-5):], size)
}

// residentMB is the memory of a process.
func residentMB(t *testing.T, pid int) int {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "VmRSS:")
	var kb int
	if _, err := fmt.Sscan(rest, &kb); err != nil {
		t.Fatal(err)
	}
	return kb >> 10
}
