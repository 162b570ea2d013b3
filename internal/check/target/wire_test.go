package target

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"stoa/internal/check"
	"stoa/internal/testkit"
)

// huge is how large a repository is that comes over the wire.
type huge struct{ files, bytes, commits int }

// imported makes a bare repository of a text that does not pack to nothing,
// with a past of one changed file for each commit, an hour apart.
func (h huge) imported(t *testing.T, dir string) {
	t.Helper()
	gitIn(t, filepath.Dir(dir), "2026-01-01T00:00:00Z", "init", "-q", "-b", "main", "--bare", dir)
	c := exec.Command("git", "-C", dir, "-c", "core.fsync=none", "fast-import", "--quiet", "--done")
	c.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	out, r := bufio.NewWriterSize(in, 1<<20), rand.New(rand.NewPCG(1, 2))
	text := make([]byte, h.bytes/h.files)
	file := func(i int) {
		for at := range text {
			text[at] = "etaoinshrdlu ETAOINSHRDLU0123456789\n"[r.IntN(36)]
		}
		_, _ = fmt.Fprintf(out, "M 644 inline src/d%d/e%d/f%d.txt\ndata %d\n%s\n", i%50, i/50%40, i, len(text), text)
	}
	for n := range h.commits {
		_, _ = fmt.Fprintf(out, "commit refs/heads/main\ncommitter C <c%d@example.org> %d +0000\ndata 4\nmore\n", n%7, 1_760_000_000+3600*n)
		if n > 0 {
			file(n % h.files)
			continue
		}
		_, _ = fmt.Fprint(out, "M 644 inline LICENSE\ndata 12\nMIT License\n\n")
		for i := range h.files - 1 {
			file(i)
		}
	}
	_, _ = fmt.Fprint(out, "done\n")
	if err := out.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	if err := c.Wait(); err != nil {
		t.Fatal(err)
	}
	gitIn(t, dir, "2026-01-01T00:00:00Z", "config", "uploadpack.allowFilter", "true")
}

// TestAHugeRepositoryComesOverTheWire looks, with the program as it is built, at
// a repository on loopback; with STOA_TEST_LONG at one of 100,000 files.
func TestAHugeRepositoryComesOverTheWire(t *testing.T) {
	h := huge{5_000, 40 << 20, 300}
	if os.Getenv("STOA_TEST_LONG") != "" {
		h = huge{100_000, 600 << 20, 1_500}
	}
	root := t.TempDir()
	h.imported(t, root+"/huge.git")
	var asked sync.Map
	url := gitServer(t, root, func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPost {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			asked.Store(string(body), true)
			r.Body = io.NopCloser(bytes.NewReader(body))
		}
		return false
	})
	report := filepath.Join(t.TempDir(), "report.json")
	c := exec.Command(testkit.Program(t), "check", url+"/huge.git", "--allow-this-machine", "--format", "json", "--fail-on", "none", "--output", report)
	c.Env = append(os.Environ(), "GOMEMLIMIT=", "GOGC=")
	var said bytes.Buffer
	c.Stdout, c.Stderr = &said, &said
	began := time.Now()
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	over := make(chan error, 1)
	go func() { over <- c.Wait() }()
	peak := 0
	for ended := false; !ended; {
		select {
		case err := <-over:
			if ended = true; err != nil {
				t.Fatalf("%v: %s", err, said.String())
			}
		case <-time.After(10 * time.Millisecond):
			peak = max(peak, mostHeld(c.Process.Pid))
		}
	}
	took := time.Since(began)
	if took > Default.Time+time.Minute || peak == 0 || peak > 300 {
		t.Errorf("it took %v, and at most %d MB were held", took, peak)
	}
	var got struct {
		Files   int
		Partial []string
	}
	raw, err := os.ReadFile(report)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d files, %d MB, %d commits: %v, at most %d MB held, %d files looked at, missing: %q", h.files, h.bytes>>20, h.commits, took.Round(100*time.Millisecond), peak, got.Files, got.Partial)
	// A busy machine may not get through the larger one in time.
	if got.Files == 0 || got.Files < h.files && len(got.Partial) == 0 || len(got.Partial) > 0 && os.Getenv("STOA_TEST_LONG") == "" {
		t.Errorf("%d files are in the report, missing: %q", got.Files, got.Partial)
	}
	requests := 0
	asked.Range(func(body, _ any) bool {
		requests++
		text := body.(string)
		newest := strings.Contains(text, "deepen 1\n")
		past := strings.Contains(text, fmt.Sprintf("deepen %d\n", depthOfPast)) && strings.Contains(text, "filter tree:0")
		if !newest && !past {
			t.Errorf("more than the newest files, or more of the past than its bare commits, was asked for: %q", text)
		}
		return true
	})
	if requests != 2 && len(got.Partial) == 0 {
		t.Errorf("%d packs were asked for", requests)
	}
}

// mostHeld is the most memory that a process held so far, in MB; 0 where it has
// ended.
func mostHeld(pid int) int {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	line, _, _ := strings.Cut(rest, "kB")
	kb, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		return 0
	}
	return kb >> 10
}

// TestWhatALimitCutsOffIsSaid meets each limit in the midst of a pack: what came
// until then is looked at.
func TestWhatALimitCutsOffIsSaid(t *testing.T) {
	root := t.TempDir()
	h := huge{1_500, 12 << 20, 20}
	h.imported(t, root+"/huge.git")
	var stalls atomic.Bool // in the midst of the next pack
	var url string
	url = gitServer(t, root, func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPost || !stalls.CompareAndSwap(true, false) {
			return false
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		req, err := http.NewRequest(http.MethodPost, url+r.URL.Path, bytes.NewReader(body))
		if err != nil {
			t.Error(err)
			return true
		}
		req.Header = r.Header.Clone()
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Error(err)
			return true
		}
		defer res.Body.Close()
		w.Header().Set("Content-Type", res.Header.Get("Content-Type"))
		if _, err := io.CopyN(w, res.Body, 3<<20); err != nil {
			t.Error(err)
		}
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
		return true
	})
	wide := Limits{Files: 5_000, Bytes: 64 << 20, File: 1 << 20, Depth: 10, Pages: 5, Time: 5 * time.Minute}
	few, light, brief := wide, wide, wide
	few.Files, light.Bytes, brief.Time = 700, 3<<20, 4*time.Second
	for _, c := range []struct {
		name, cut string
		limits    Limits
		fence     int64
		stalls    bool
	}{
		{"none", "", wide, 64 << 20, false},
		{"files", "files", few, 64 << 20, false},
		{"bytes", "bytes", light, 64 << 20, false},
		{"bytes of an answer", "bytes", wide, 4 << 20, false},
		{"time", "time history", brief, 64 << 20, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			const patient = 9 * time.Second // less than a client waits for an answer
			temp := t.TempDir()
			var got *check.Target
			for {
				stalls.Store(c.stalls)
				o := Options{Client: through(t, c.fence, url), Limits: c.limits, Temp: temp}
				tried, free, err := Open(t.Context(), url+"/huge.git", o)
				t.Cleanup(free)
				if got = tried; err == nil && (!c.stalls || len(got.Entries) >= 100 && cutKeys(got) == c.cut) {
					break
				}
				if !c.stalls || c.limits.Time >= patient {
					t.Fatalf("cut by %v, wanted %q: %v", got, c.cut, err)
				}
				c.limits.Time += c.limits.Time / 2 // a busy machine got less far in that time
			}
			if cutKeys(got) != c.cut {
				t.Errorf("cut %q, want %q", cutKeys(got), c.cut)
			}
			r := check.Run(t.Context(), got)
			if n := len(got.Entries); n < 100 || (n < h.files) != (c.cut != "") || len(r.Cut) != len(got.Cut) {
				t.Errorf("%d files of %d, cut %v", n, h.files, r.Cut)
			}
			if have := files(t, got); have["LICENSE"] != "MIT License\n" {
				t.Errorf("LICENSE is %q", have["LICENSE"])
			}
			if c.cut == "" && (got.History == nil || got.History.Commits != h.commits) {
				t.Errorf("%+v", got.History)
			}
			if left, err := os.ReadDir(temp); err != nil || len(left) != 0 {
				t.Errorf("%v stays, %v", left, err)
			}
		})
	}
}

// treeOf writes a tree of entries as they are, which git's own commands refuse
// to make.
func treeOf(t *testing.T, dir string, entries ...[3]string) string {
	t.Helper()
	var raw bytes.Buffer
	for _, e := range entries { // mode, name, object
		id, err := hex.DecodeString(e[2])
		if err != nil {
			t.Fatal(err)
		}
		raw.WriteString(e[0] + " " + e[1] + "\x00")
		raw.Write(id)
	}
	return written(t, dir, "tree", raw.Bytes())
}

func written(t *testing.T, dir, kind string, raw []byte) string {
	t.Helper()
	c := exec.Command("git", "-C", dir, "hash-object", "-t", kind, "--literally", "-w", "--stdin")
	c.Stdin = bytes.NewReader(raw)
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// committed makes a tree the newest commit.
func committed(t *testing.T, dir, tree string) {
	t.Helper()
	const when = "2026-03-01T00:00:00Z"
	gitIn(t, dir, when, "update-ref", "refs/heads/main", written(t, dir, "commit", fmt.Appendf(nil, "tree %s\nauthor A <a@example.org> 1772323200 +0000\ncommitter C <c@example.org> 1772323200 +0000\n\nill\n", tree)))
}

func TestATreeThatMeansIllIsReadForWhatIsSound(t *testing.T) {
	url, dir := served(t, nil)
	text := written(t, dir, "blob", []byte("MIT License\n"))
	const file, folder, link, module = "100644", "40000", "120000", "160000"
	out := treeOf(t, dir, [3]string{file, "passwd", text})
	hooks := treeOf(t, dir, [3]string{"100755", "post-checkout", text})
	committed(t, dir, treeOf(t, dir,
		[3]string{file, "LICENSE", text}, [3]string{file, "/etc/cron.d/x", text}, [3]string{file, "../../x", text}, [3]string{file, "C:\\x", text},
		[3]string{folder, ".", out}, [3]string{folder, "..", out}, [3]string{folder, ".git", hooks}, [3]string{folder, ".GIT", hooks},
		[3]string{file, "a\nb", text}, [3]string{file, "\x1b[2J", text}, [3]string{file, "--help", text}, [3]string{file, "LICENSE", text},
		[3]string{link, "out", written(t, dir, "blob", []byte("../../../../etc/passwd"))}, [3]string{link, "README.md", written(t, dir, "blob", []byte("/dev/zero"))},
		[3]string{module, "module", strings.Repeat("12", 20)}, [3]string{file, ".gitmodules", written(t, dir, "blob", []byte("[submodule \"m\"]\n\tpath = module\n\turl = "+url+"/never\n"))}))
	got := opened(t, url+"/o/n.git", Options{Client: through(t, 8<<20, url), Limits: lower})
	var have []string
	for name := range files(t, got) {
		have = append(have, name)
	}
	want := map[string]bool{"LICENSE": true, "a\ufffdb": true, "\ufffd[2J": true, "--help": true, ".gitmodules": true, ".GIT/post-checkout": true, "passwd": true}
	for _, name := range have {
		if !want[name] {
			t.Errorf("%q is taken for a file of the tree", name)
		}
	}
	if len(have) != len(want) || cutKeys(got) != "names" {
		t.Errorf("%q, cut %q", have, cutKeys(got))
	}
}

func TestATreeThatHoldsOneFolderManyTimesOverEnds(t *testing.T) {
	url, dir := served(t, nil)
	tree := treeOf(t, dir, [3]string{"100644", "f", written(t, dir, "blob", []byte("x"))})
	for range 8 { // a hundred million files in ten objects
		var same [][3]string
		for i := range 10 {
			same = append(same, [3]string{"40000", strconv.Itoa(i), tree})
		}
		tree = treeOf(t, dir, same...)
	}
	committed(t, dir, tree)
	got := opened(t, url+"/o/n.git", Options{Client: through(t, 8<<20, url), Limits: lower})
	if len(got.Entries) != lower.Files || cutKeys(got) != "files" {
		t.Errorf("%d files, cut %q", len(got.Entries), cutKeys(got))
	}
}

func TestABrokenTreeIsRefused(t *testing.T) {
	for name, raw := range map[string]string{"no name": "100644 \x00" + strings.Repeat("x", 20), "a name with a NUL": "100644 a\x00b\x00" + strings.Repeat("x", 20), "cut off": "100644 a\x00x", "no mode": "a\x00" + strings.Repeat("x", 20)} {
		t.Run(name, func(t *testing.T) {
			url, dir := served(t, nil)
			committed(t, dir, written(t, dir, "tree", []byte(raw)))
			refusedAs(t, url+"/o/n.git", Options{Client: through(t, 8<<20, url), Limits: lower}, "target.error.git")
		})
	}
}

func TestAHundredThousandReferencesAreRead(t *testing.T) {
	url, dir := served(t, nil)
	head := gitIn(t, dir, "2026-01-01T00:00:00Z", "rev-parse", "main")
	var packed bytes.Buffer
	packed.WriteString("# pack-refs with: peeled fully-peeled sorted \n")
	for i := range 50_000 {
		fmt.Fprintf(&packed, "%s refs/heads/b%05d\n", head, i)
	}
	fmt.Fprintf(&packed, "%s refs/heads/main\n", head)
	for i := range 50_000 {
		fmt.Fprintf(&packed, "%s refs/tags/v%05d\n", head, i)
	}
	if err := os.RemoveAll(dir + "/refs/heads"); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(dir+"/refs/heads", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(dir+"/packed-refs", packed.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	gitIn(t, dir, "2026-01-01T00:00:00Z", "config", "uploadpack.allowFilter", "true")
	before := peak(t)
	got := opened(t, url+"/o/n.git", Options{Client: through(t, 32<<20, url), Limits: lower})
	if grew := peak(t) - before; grew > 200<<20 {
		t.Errorf("it took %d MB", grew>>20)
	}
	if len(got.Entries) != 3 || got.Commit != head || got.History == nil || len(got.History.Tags) != mostTags || got.History.Tags[0].Name != "v49999" {
		t.Errorf("%d files at %s, %+v", len(got.Entries), got.Commit, got.History)
	}
}
