package main

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"stoa/internal/testkit"
)

// small mounts a file system of a few megabytes in memory, so that a disk can
// be full and can be closed to writing without harm to anybody.
func small(t *testing.T, size string) string {
	t.Helper()
	testkit.Need(t, "root, to mount a file system", os.Geteuid() == 0)
	dir := t.TempDir()
	if err := syscall.Mount("stoa-test", dir, "tmpfs", 0, "size="+size); err != nil {
		testkit.Need(t, fmt.Sprintf("a mounted file system (%v)", err), false)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// try runs the program in an environment and returns what it said.
func try(t *testing.T, env []string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.Command(testkit.Program(t), args...)
	cmd.Env = env
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// TestAFullDiskLosesNothing fills the disk under a server: writes are refused
// with a reason, pages go on, and once there is room again writing does, too.
func TestAFullDiskLosesNothing(t *testing.T) {
	disk := small(t, "24m")
	n := startNodesIn(t, filepath.Join(disk, "data"))
	n.edit("dhis2", "https://before.example.org")
	filler := filepath.Join(disk, "filler")
	f, err := os.Create(filler)
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := f.Write(make([]byte, 4096)); err != nil {
			break // there is no room left
		}
	}
	f.Close()
	kept, refused := "https://before.example.org", ""
	for i := range 400 { // what is free within the database's files is used up first
		website := fmt.Sprintf("https://full-%d.example.org/%s", i, strings.Repeat("x", 1000))
		said, err := try(t, n.env, "good", "edit", "dhis2", "website="+website, "--reason", strings.Repeat("a long reason ", 4000))
		if err != nil {
			refused = said
			break
		}
		kept = website
	}
	if !strings.Contains(refused, "full") && !strings.Contains(refused, "no space") {
		t.Errorf("a full disk is refused with: %s", refused)
	}
	if status, body := n.ask("/api/v1/goods/dhis2"); status != http.StatusOK || !strings.Contains(body, "dhis2") {
		t.Errorf("pages on a full disk: %d", status)
	}
	if err := os.Truncate(filler, 0); err != nil {
		t.Fatal(err)
	}
	if said, err := try(t, n.env, "db", "check"); err != nil {
		t.Errorf("after a full disk: %v %s", err, said)
	}
	if said, err := try(t, n.env, "good", "show", "dhis2"); err != nil || !strings.Contains(said, kept) {
		t.Errorf("the last acknowledged write is lost: %v %.300s", err, said)
	}
	n.edit("dhis2", "https://after.example.org")
}

// TestAClosedDiskIsRead makes the disk read-only under a server: pages and
// proofs go on, writes are refused with a reason.
func TestAClosedDiskIsRead(t *testing.T) {
	disk := small(t, "64m")
	n := startNodesIn(t, filepath.Join(disk, "data"))
	n.edit("dhis2", "https://before.example.org")
	_ = n.server.end(syscall.SIGTERM) // closes its files, which else keep the disk open
	if err := syscall.Mount("", disk, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	said, err := try(t, n.env, "good", "edit", "dhis2", "website=https://closed.example.org", "--reason", "a test")
	if err == nil || !strings.Contains(said, "read-only") {
		t.Errorf("a write on a closed disk: %v %s", err, said)
	}
	if said, err := try(t, n.env, "verify"); err != nil || !strings.Contains(said, "proven") {
		t.Errorf("a proof on a closed disk: %v %s", err, said)
	}
	if said, err := try(t, n.env, "good", "show", "dhis2"); err == nil && !strings.Contains(said, "before.example.org") {
		t.Errorf("what is shown: %s", said)
	}
	if said, err := try(t, n.env, "backup", filepath.Join(t.TempDir(), "closed.stoa")); err != nil {
		t.Errorf("a backup of a closed disk: %v %s", err, said)
	}
	if err := syscall.Mount("", disk, "", syscall.MS_REMOUNT, "size=64m"); err != nil {
		t.Fatal(err)
	}
	n.start()
	n.edit("dhis2", "https://open.example.org")
}

// TestADatabaseThatIsGoneIsWaitedFor takes the embedded database's files away
// under a server, as a disk that drops out does: who asks for what needs a file
// to be opened is told to come again, and is answered once it is back.
func TestADatabaseThatIsGoneIsWaitedFor(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	n := startNodesIn(t, dir)
	move := func(from, to string) {
		t.Helper()
		for _, name := range []string{"stoa.db", "stoa.db-wal", "stoa.db-shm"} {
			if err := os.Rename(filepath.Join(dir, name+from), filepath.Join(dir, name+to)); err != nil {
				t.Fatal(err)
			}
		}
	}
	flood := func() map[string]int { // so many at once that more files are opened than are open
		said := map[string]int{}
		var mu sync.Mutex
		var all sync.WaitGroup
		for i := range 64 {
			all.Go(func() {
				resp, err := http.Get(n.url + fmt.Sprintf("/api/v1/goods/dhis2/history?limit=%d", 1+i))
				if err != nil {
					t.Error(err)
					return
				}
				resp.Body.Close()
				mu.Lock()
				defer mu.Unlock()
				said[resp.Status+" "+resp.Header.Get("Retry-After")]++
			})
		}
		all.Wait()
		return said
	}
	move("", ".away")
	told := map[string]int{}
	for range 50 {
		if told = flood(); told["503 Service Unavailable 5"] > 0 {
			break
		}
	}
	if told["503 Service Unavailable 5"] == 0 || told["503 Service Unavailable 5"]+told["200 OK "] != 64 {
		t.Errorf("without the database's file: %v", told)
	}
	move(".away", "")
	if told := flood(); told["200 OK "] != 64 {
		t.Errorf("with the file back: %v", told)
	}
	n.edit("dhis2", "https://back.example.org")
}

// TestALockedFileIsSaidAndPasses locks the embedded database as another program
// may, a backup tool or a shell that was left open: pages go on, whoever writes
// is told after ten seconds to come again, and writing goes on by itself.
func TestALockedFileIsSaidAndPasses(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	n := startNodesIn(t, dir)
	n.edit("dhis2", "https://before.example.org")
	other, err := testkit.SQL(t, "sqlite:"+filepath.Join(dir, "stoa.db")).Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if _, err := other.ExecContext(t.Context(), `BEGIN EXCLUSIVE`); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	all.Go(func() {
		if said, err := try(t, n.env, "good", "edit", "dhis2", "website=https://locked.example.org", "--reason", "a test"); err == nil || !strings.Contains(said, "busy") {
			t.Errorf("a command beside a lock: %v %s", err, said)
		}
	})
	nominate := func(i int) string {
		form := fmt.Sprintf(`{"name":"Well Watch %d","link":"https://wells%d.example.org","kind":"software","licence":"MIT","sdg":6,"why":"It finds wells that run dry before they do."}`, i, i)
		resp, err := http.Post(n.url+"/api/v1/nominations", "application/json", strings.NewReader(form))
		if err != nil {
			return err.Error()
		}
		resp.Body.Close()
		return resp.Status + " " + resp.Header.Get("Retry-After")
	}
	for i := range 5 {
		all.Go(func() {
			if said := nominate(i); said != "503 Service Unavailable 5" {
				t.Errorf("a write beside a lock: %s", said)
			}
		})
	}
	for _, path := range []string{"/goods?q=health", "/goods/dhis2", "/api/v1/goods/dhis2/history"} {
		if status, _ := n.ask(path); status != http.StatusOK {
			t.Errorf("%s beside a lock: %d", path, status)
		}
	}
	all.Wait()
	if _, err := other.ExecContext(t.Context(), `ROLLBACK`); err != nil {
		t.Fatal(err)
	}
	n.edit("dhis2", "https://after.example.org")
	if said := nominate(9); said != "201 Created " {
		t.Errorf("a write once the lock is gone: %s", said)
	}
}

// TestAFloodOfNewAddressesDoesNotGrow asks for pages and for answers of the API
// that nobody asked for before, plain and compressed, which no cache can give:
// once what is kept ready is full, memory stays where it is.
func TestAFloodOfNewAddressesDoesNotGrow(t *testing.T) {
	n := startNodesIn(t, filepath.Join(t.TempDir(), "data"), "STOA_CACHE=8")
	flood := func(from, to int) int {
		for i := from; i < to; i++ {
			path := fmt.Sprintf("/goods?q=health+%d&kind=software", i)
			if i%4 == 3 {
				path = fmt.Sprintf("/api/v1/goods?q=health+%d&facets=all", i)
			}
			encoding := "identity"
			if i%2 == 0 {
				encoding = "gzip"
			}
			if status, _ := n.ask(path, "Accept-Encoding", encoding); status != http.StatusOK {
				t.Fatalf("%s: %d", path, status)
			}
		}
		return residentMB(t, n.server.cmd.Process.Pid)
	}
	const warm, more, most = 600, 1500, 32 // requests, requests, MB; what was kept of each would be over 60
	before := flood(0, warm)
	after := flood(warm, warm+more)
	t.Logf("%d MB after %d requests, %d MB after %d more", before, warm, after, more)
	if after > before+most {
		t.Errorf("%d requests that no cache can answer took %d MB, at most %d may be", more, after-before, most)
	}
}

// startNodesIn starts one node with its embedded database in a directory.
func startNodesIn(t *testing.T, dir string, settings ...string) *node {
	t.Helper()
	n := &node{t: t, dir: filepath.Dir(dir), env: append(os.Environ(), "STOA_DATA="+dir, "STOA_DATABASE_URL=", "STOA_ADDR=127.0.0.1:0", "STOA_LOG_LEVEL=warn")}
	n.env = append(n.env, settings...)
	n.start()
	return n
}
