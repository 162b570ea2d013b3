package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"stoa/internal/testkit"
)

// patience is how long a test waits for what will come: a machine full of other
// work may need minutes for what is done at once on a quiet one.
const patience = 3 * time.Minute

// node is one server of several on a database, with a data directory of its
// own that holds the key they share.
type node struct {
	*server
	t   *testing.T
	env []string
	dir string
}

// startNodes starts the program n times on one database; the first one fills it.
func startNodes(t *testing.T, n int, url string, args ...string) []*node {
	t.Helper()
	var nodes []*node
	for i := range n {
		dir := t.TempDir()
		if i > 0 {
			key, err := os.ReadFile(filepath.Join(nodes[0].dir, "log.key"))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "log.key"), key, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		nd := &node{t: t, dir: dir, env: append(os.Environ(), "STOA_DATA="+dir, "STOA_DATABASE_URL="+url, "STOA_ADDR=127.0.0.1:0")}
		nd.start(args...)
		nodes = append(nodes, nd)
	}
	return nodes
}

func (n *node) start(args ...string) {
	n.t.Helper()
	s, err := startServer(testkit.Program(n.t), n.env, n.dir, args...)
	if err != nil {
		n.t.Fatal(err)
	}
	n.server = s
	n.t.Cleanup(func() { _ = s.end(syscall.SIGKILL) }) // it may have ended
}

// edit gives a good a website on the command line and returns where the
// journal says so.
func (n *node) edit(slug, website string) int64 {
	n.t.Helper()
	cmd := exec.Command(testkit.Program(n.t), "good", "edit", slug, "website="+website, "--reason", "a test")
	cmd.Env = n.env
	out, err := cmd.CombinedOutput()
	at := acknowledged.FindStringSubmatch(string(out))
	if err != nil || at == nil {
		n.t.Fatalf("edit: %v\n%s", err, out)
	}
	position, err := strconv.ParseInt(at[1], 10, 64)
	if err != nil {
		n.t.Fatal(err)
	}
	return position
}

// ask asks the node and returns status and body.
func (n *node) ask(path string, header ...string) (int, string) {
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
	return resp.StatusCode, string(body)
}

// TestNodesShowWhatWasWrittenElsewhere runs two nodes on one database: whoever
// names the position of a write finds it on either at once, and all others
// within the time a node follows in.
func TestNodesShowWhatWasWrittenElsewhere(t *testing.T) {
	nodes := startNodes(t, 2, testkit.Postgres(t))
	for round := range 6 {
		website := fmt.Sprintf("https://round-%d.example.org", round)
		at := strconv.FormatInt(nodes[round%2].edit("dhis2", website), 10)
		for i, n := range nodes {
			begun := time.Now()
			if status, body := n.ask("/api/v1/goods/dhis2", "Stoa-Position", at); status != 200 || !strings.Contains(body, website) {
				t.Errorf("round %d: node %d answers %d without %s at %s", round, i, status, website, at)
			}
			if status, body := n.ask("/fr/goods/dhis2", "Cookie", "stoa_at="+at); status != 200 || !strings.Contains(body, website) {
				t.Errorf("round %d: the page of node %d, %d, lacks %s at %s", round, i, status, website, at)
			}
			if took := time.Since(begun); took > patience/3 {
				t.Errorf("round %d: node %d took %v", round, i, took)
			}
		}
	}
	// Whoever writes is told where it stands, and finds it on whichever node
	// answers next.
	for i, n := range nodes {
		name := fmt.Sprintf("Wellspring %d", i)
		resp, err := http.Post(n.url+"/api/v1/nominations", "application/json", strings.NewReader(fmt.Sprintf(
			`{"name":%q,"link":"https://wells-%d.example.org/code","kind":"software","licence":"MIT","sdg":6,"why":"Villages keep their wells with it, and it works without a network."}`, name, i)))
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusCreated || len(resp.Cookies()) == 0 {
			t.Fatalf("nominated on node %d: %v %d %v %s", i, err, resp.StatusCode, resp.Header, body)
		}
		if status, body := nodes[1-i].ask("/goods?q=wellspring", "Cookie", resp.Cookies()[0].String()); status != 200 || !strings.Contains(body, name) {
			t.Errorf("node %d is led on to: %d, without %s", 1-i, status, name)
		}
	}
	last := nodes[0].edit("dhis2", "https://last.example.org")
	for i, n := range nodes {
		for deadline := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
			if _, body := n.ask("/api/v1/goods/dhis2"); strings.Contains(body, "https://last.example.org") {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("node %d never follows", i)
			}
		}
	}
	// What the journal does not have is said at once, and a page comes anyway.
	begun := time.Now()
	if status, body := nodes[1].ask("/api/v1/goods", "Stoa-Position", strconv.FormatInt(last+1000, 10)); status != 503 || !strings.Contains(body, strconv.FormatInt(last+1000, 10)) {
		t.Errorf("a position of the future: %d %s", status, body)
	}
	if status, _ := nodes[1].ask("/goods", "Cookie", "stoa_at="+strconv.FormatInt(last+1000, 10)); status != 200 {
		t.Errorf("the page for a position of the future: %d", status)
	}
	if took := time.Since(begun); took > patience/3 {
		t.Errorf("a position of the future is waited for: %v", took)
	}
}

// TestANodeReadsAReplica has a node read from a streaming replica that stands
// still, catches up and dies; and reads on when the primary is down.
func TestANodeReadsAReplica(t *testing.T) {
	primary := testkit.DurablePostgres(t)
	replica := primary.Replica("reader")
	n := startNodes(t, 1, primary.URL(), "--replica", replica.URL())[0]
	waits := func(website string) {
		t.Helper()
		for deadline := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
			if _, body := n.ask("/api/v1/goods/dhis2"); strings.Contains(body, website) {
				return
			}
			if time.Now().After(deadline) {
				t.Fatalf("%s is never shown", website)
			}
		}
	}
	n.edit("dhis2", "https://streamed.example.org")
	waits("https://streamed.example.org")

	// While the replica stands still, those who do not insist see what it has,
	// and who insists is answered from the primary.
	replica.Exec("stoa", "SELECT pg_wal_replay_pause()")
	at := n.edit("dhis2", "https://ahead.example.org")
	time.Sleep(1500 * time.Millisecond)
	if _, body := n.ask("/api/v1/goods/dhis2"); !strings.Contains(body, "https://streamed.example.org") {
		t.Errorf("the node reads elsewhere than at its replica: %.600s", body)
	}
	begun := time.Now()
	if status, body := n.ask("/api/v1/goods/dhis2", "Stoa-Position", strconv.FormatInt(at, 10)); status != 200 || !strings.Contains(body, "https://ahead.example.org") {
		t.Errorf("%d, and %s is not shown: %.600s", status, "https://ahead.example.org", body)
	}
	if took := time.Since(begun); took > patience/3 {
		t.Errorf("that took %v", took)
	}
	// What the node has shown once it goes on to show, to everyone.
	for range 20 {
		if _, body := n.ask("/fr/goods/dhis2"); !strings.Contains(body, "https://ahead.example.org") {
			t.Fatal("a page went back behind what the node had shown")
		}
	}
	replica.Exec("stoa", "SELECT pg_wal_replay_resume()")
	n.edit("dhis2", "https://again.example.org")
	waits("https://again.example.org")

	primary.Stop(syscall.SIGQUIT)
	if status, body := n.ask("/es/goods/dhis2"); status != 200 || !strings.Contains(body, "https://again.example.org") {
		t.Errorf("without its primary: %d %.600s", status, body)
	}
	primary.Start()
	n.edit("dhis2", "https://back.example.org")
	waits("https://back.example.org")
	replica.Stop(syscall.SIGQUIT)
	n.edit("dhis2", "https://alone.example.org")
	waits("https://alone.example.org")
}

// TestOnlyAServerHasAReplica refuses a replica of an embedded database.
func TestOnlyAServerHasAReplica(t *testing.T) {
	cmd := exec.Command(testkit.Program(t), "serve", "--data", t.TempDir(), "--addr", "127.0.0.1:0", "--replica", "postgres://stoa:hunter2@db.example.org/stoa")
	cmd.Env = append(os.Environ(), "STOA_DATABASE_URL=")
	out, err := cmd.CombinedOutput()
	if err == nil || cmd.ProcessState.ExitCode() != 2 || !strings.Contains(string(out), "PostgreSQL") || strings.Contains(string(out), "hunter2") {
		t.Errorf("%v %s", err, out)
	}
}
