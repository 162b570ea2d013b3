package main

import (
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"stoa/internal/testkit"
)

// TestPostgresMayRestartAndFailOver keeps writing through the built program
// while its database is restarted, crashes, and fails over to a replica for
// good. Every write that was acknowledged must be there, and the log must prove
// it; the node goes on by itself.
func TestPostgresMayRestartAndFailOver(t *testing.T) {
	primary := testkit.DurablePostgres(t, "synchronous_commit=on")
	standby := primary.Replica("standby")
	primary.Exec("postgres", "ALTER SYSTEM SET synchronous_standby_names = 'standby'")
	primary.Exec("postgres", "SELECT pg_reload_conf()")
	n := startNodes(t, 1, primary.URL(standby))[0]

	var mu sync.Mutex
	kept, failed := map[int64]string{}, 0
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			website := fmt.Sprintf("https://write-%d.example.org", i)
			cmd := exec.Command(testkit.Program(t), "good", "edit", "dhis2", "website="+website, "--reason", "a test")
			cmd.Env = n.env
			out, err := cmd.Output()
			mu.Lock()
			if at := acknowledged.FindStringSubmatch(string(out)); err == nil && at != nil {
				position, _ := strconv.ParseInt(at[1], 10, 64)
				kept[position] = website
			} else {
				failed++
			}
			mu.Unlock()
		}
	}()
	writes := func(n int) { // waits until so many more are acknowledged
		t.Helper()
		mu.Lock()
		want := len(kept) + n
		mu.Unlock()
		for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
			mu.Lock()
			got := len(kept)
			mu.Unlock()
			if got >= want {
				return
			}
			if time.Now().After(deadline) {
				t.Fatalf("writing does not go on: %d acknowledged, %d failed", got, failed)
			}
		}
	}
	writes(3)
	n.ask("/about")                                                            // which is ready from now on
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT} { // orderly, and as a crash
		primary.Stop(signal)
		if status, _ := n.ask("/about"); status != http.StatusOK {
			t.Errorf("a page that needs no database: %d", status)
		}
		if status, _ := n.ask("/healthz"); status != http.StatusOK {
			t.Errorf("alive without a database: %d", status)
		}
		if status, _ := n.ask("/readyz"); status != http.StatusServiceUnavailable {
			t.Errorf("ready without a database: %d", status)
		}
		n.mustWait("/goods/dhis2")
		n.mustWait("/api/v1/goods/dhis2/history")
		n.mustWait("/api/v1/goods/dhis2", "Authorization", "Bearer "+strings.Repeat("x", 40))
		primary.Start()
		writes(3)
	}
	primary.Stop(syscall.SIGQUIT)
	standby.Exec("postgres", "SELECT pg_promote()")
	writes(3)
	close(stop)
	<-done
	last := int64(-1)
	for position := range kept {
		last = max(last, position)
	}
	for deadline := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) {
		status, body := n.ask("/api/v1/goods/dhis2", "Stoa-Position", strconv.FormatInt(last, 10))
		if status == http.StatusOK && strings.Contains(body, kept[last]) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the node does not go on after the failover: %d %.300s", status, body)
		}
	}
	if said, err := try(t, n.env, "db", "check"); err != nil {
		t.Fatalf("after the failover: %v %s", err, said)
	}
	l := &lane{t: t, url: standby.URL()}
	db := l.open()
	defer db.Close()
	for position, website := range kept {
		entries, err := db.Entries(t.Context(), position, 1)
		if err != nil || len(entries) != 1 {
			t.Fatalf("entry %d: %v", position, err)
		}
		said := ""
		for _, v := range entries[0].Values {
			said += string(v.Data)
		}
		if !strings.Contains(said, website) {
			t.Errorf("%s was acknowledged at %d and is lost", website, position)
		}
	}
	t.Logf("%d writes acknowledged, %d failed while there was no database, none lost", len(kept), failed)
}

// mustWait asks for what needs the database while there is none: whoever asks
// is told when to come again.
func (n *node) mustWait(path string, header ...string) {
	n.t.Helper()
	req, err := http.NewRequestWithContext(n.t.Context(), http.MethodGet, n.url+path, nil)
	if err != nil {
		n.t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := noRedirects.Do(req)
	if err != nil {
		n.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		n.t.Fatal(err)
	}
	if resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" || !strings.Contains(string(body), "cannot be reached") {
		n.t.Errorf("%s without a database: %s, Retry-After %q\n%.300s", path, resp.Status, resp.Header.Get("Retry-After"), body)
	}
}
