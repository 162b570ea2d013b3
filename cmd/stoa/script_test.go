package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"stoa/internal/testkit"
)

// TestScripts runs testdata/script on the built program, as a person would, on
// both databases; scripts named sqlite-… are about the data directory, those
// named postgres-… about both databases at once. Besides
// testscript's own commands there are:
//
//	serve [arguments]      starts stoa serve on a free port; $URL is where
//	stop, crash            end it with SIGTERM (it must exit 0) or SIGKILL
//	get STATUS PATH        asks it; the body is the standard output
//	post STATUS PATH TYPE BODY   sends it something
//	eventually PATH TEXT   asks until the body has the text, for 5 seconds
//	exits CODE program …   runs a program that must exit with CODE
//	json FILE PATH VALUE   compares a value of a JSON file, totals.kept
//	make-file FILE BYTES TEXT   repeats TEXT to make a large file
//	make-zip FILE FOLDER   packs a folder, as a workbook is packed
func TestScripts(t *testing.T) {
	all, err := filepath.Glob(filepath.Join(testkit.Root(t), "testdata", "script", "*.txtar"))
	if err != nil || len(all) == 0 {
		t.Fatal("no scripts found", err)
	}
	var sqlite, postgres []string
	for _, f := range all {
		if !strings.HasPrefix(filepath.Base(f), "sqlite-") {
			postgres = append(postgres, f)
		}
		if !strings.HasPrefix(filepath.Base(f), "postgres-") {
			sqlite = append(sqlite, f)
		}
	}
	t.Run("sqlite", func(t *testing.T) { runScripts(t, sqlite, func() string { return "" }) })
	t.Run("postgres", func(t *testing.T) { runScripts(t, postgres, func() string { return testkit.Postgres(t) }) })
}

// runScripts runs scripts, each with the database that fresh gives.
func runScripts(t *testing.T, files []string, fresh func() string) {
	program := testkit.Program(t)
	testscript.Run(t, testscript.Params{
		Files:               files,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("PATH", filepath.Dir(program)+string(os.PathListSeparator)+env.Getenv("PATH"))
			env.Setenv("STOA_ADDR", "127.0.0.1:0")
			env.Setenv("STOA_DATA", filepath.Join(env.WorkDir, "data"))
			env.Setenv("STOA_DATABASE_URL", fresh())
			env.Values[serverKey{}] = new(server)
			return nil
		},
		Condition: func(cond string) (bool, error) {
			if cond == "root" {
				return os.Geteuid() == 0, nil
			}
			return false, fmt.Errorf("unknown condition %q", cond)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"serve": scriptServe, "stop": scriptStop, "crash": scriptCrash, "get": scriptGet, "post": scriptPost, "eventually": scriptEventually,
			"exits": scriptExits, "json": scriptJSON, "make-file": scriptMakeFile, "make-zip": scriptMakeZip,
		},
	})
}

// server is stoa serve under way.
type server struct {
	cmd    *exec.Cmd
	url    string
	said   *bytes.Buffer
	logged *lockedBuffer
	read   chan struct{} // closed when all it said is read
}

type serverKey struct{}

// startServer starts program serve with the environment and waits until it
// says where it serves.
func startServer(program string, env []string, dir string, args ...string) (*server, error) {
	s := &server{said: new(bytes.Buffer), logged: new(lockedBuffer), read: make(chan struct{})}
	s.cmd = exec.Command(program, append([]string{"serve"}, args...)...)
	s.cmd.Env, s.cmd.Dir, s.cmd.Stderr = env, dir, s.logged
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		fmt.Fprintln(s.said, lines.Text())
		if at := servesAt.FindStringSubmatch(lines.Text()); at != nil {
			s.url = at[1]
		}
		if strings.Contains(lines.Text(), "Ctrl-C") {
			break
		}
	}
	if s.url == "" {
		err := s.cmd.Wait()
		return nil, fmt.Errorf("stoa serve did not start: %v\n%s%s", err, s.said, s.logged.String())
	}
	go func() {
		defer close(s.read)
		_, _ = io.Copy(io.Discard, out) // until it ends
	}()
	return s, nil
}

var servesAt = regexp.MustCompile(`serves .* at (https?://\S+)`)

// end ends the server and returns how it exited.
func (s *server) end(signal syscall.Signal) error {
	if s.cmd == nil {
		return nil
	}
	cmd := s.cmd
	s.cmd = nil
	if err := cmd.Process.Signal(signal); err != nil {
		return err
	}
	<-s.read
	return cmd.Wait()
}

func scriptServe(ts *testscript.TestScript, neg bool, args []string) {
	s := ts.Value(serverKey{}).(*server)
	if s.cmd != nil || neg {
		ts.Fatalf("serve: one server at a time")
	}
	program, err := exec.LookPath(filepath.Join(strings.Split(ts.Getenv("PATH"), string(os.PathListSeparator))[0], "stoa"))
	ts.Check(err)
	var env []string
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "STOA_ADDR", "STOA_DATA", "STOA_DATABASE_URL", "STOA_EMPTY"} {
		if v := ts.Getenv(name); v != "" {
			env = append(env, name+"="+v)
		}
	}
	began := time.Now()
	started, err := startServer(program, env, ts.MkAbs("."), args...)
	ts.Check(err)
	ts.Logf("serving after %v", time.Since(began).Round(time.Millisecond))
	*s = *started
	ts.Defer(func() { _ = s.end(syscall.SIGKILL) }) // it may have been stopped
	ts.Setenv("URL", s.url)
	fmt.Fprint(ts.Stdout(), s.said)
}

func scriptStop(ts *testscript.TestScript, neg bool, _ []string) {
	s := ts.Value(serverKey{}).(*server)
	err := s.end(syscall.SIGTERM)
	fmt.Fprint(ts.Stderr(), s.logged.String())
	if (err != nil) != neg {
		ts.Fatalf("stop: %v\n%s", err, s.logged.String())
	}
}

func scriptCrash(ts *testscript.TestScript, _ bool, _ []string) {
	_ = ts.Value(serverKey{}).(*server).end(syscall.SIGKILL) // it cannot exit well
}

func scriptGet(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: get STATUS PATH [header: value]")
	}
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, ts.Getenv("URL")+args[1], nil)
	ts.Check(err)
	for _, h := range args[2:] {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Set(name, value)
	}
	resp, err := noRedirects.Do(req)
	ts.Check(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	ts.Check(err)
	if (strconv.Itoa(resp.StatusCode) == args[0]) == neg {
		ts.Fatalf("get %s: %s\n%.2000s", args[1], resp.Status, body)
	}
	fmt.Fprintf(ts.Stdout(), "%s\n", body)
	for name, values := range resp.Header {
		fmt.Fprintf(ts.Stderr(), "%s: %s\n", name, strings.Join(values, ", "))
	}
}

func scriptPost(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 4 {
		ts.Fatalf("usage: post STATUS PATH TYPE BODY")
	}
	resp, err := noRedirects.Post(ts.Getenv("URL")+args[1], args[2], strings.NewReader(args[3]))
	ts.Check(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	ts.Check(err)
	if (strconv.Itoa(resp.StatusCode) == args[0]) == neg {
		ts.Fatalf("post %s: %s\n%.2000s", args[1], resp.Status, body)
	}
	fmt.Fprintf(ts.Stdout(), "%s\n", body)
}

func scriptEventually(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 || neg {
		ts.Fatalf("usage: eventually PATH TEXT")
	}
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		resp, err := noRedirects.Get(ts.Getenv("URL") + args[0])
		ts.Check(err)
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		ts.Check(err)
		if bytes.Contains(body, []byte(args[1])) {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("%s never says %q\n%.2000s", args[0], args[1], body)
		}
	}
}

// noRedirects shows a redirect instead of following it.
var noRedirects = &http.Client{Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

func scriptExits(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 || neg {
		ts.Fatalf("usage: exits CODE program [arguments]")
	}
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	if exit, ok := err.(*exec.ExitError); ok {
		code = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("%s exits with %d, want %s", strings.Join(args[1:], " "), code, args[0])
	}
}

func scriptJSON(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: json FILE PATH VALUE")
	}
	var v any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &v))
	for _, step := range strings.Split(args[1], ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[step]
		case []any:
			i, err := strconv.Atoi(step)
			if step == "length" {
				v = float64(len(x))
			} else if err != nil || i >= len(x) {
				ts.Fatalf("%s: no %s", args[0], args[1])
			} else {
				v = x[i]
			}
		default:
			ts.Fatalf("%s: no %s", args[0], args[1])
		}
	}
	if got := fmt.Sprint(v); (got == args[2]) == neg {
		ts.Fatalf("%s: %s is %s, want %s", args[0], args[1], got, args[2])
	}
}

func scriptMakeFile(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: make-file FILE BYTES TEXT")
	}
	size, err := strconv.Atoi(args[1])
	ts.Check(err)
	f, err := os.Create(ts.MkAbs(args[0]))
	ts.Check(err)
	w := bufio.NewWriterSize(f, 1<<20)
	for n := 0; n < size; n += len(args[2]) {
		_, err := w.WriteString(args[2])
		ts.Check(err)
	}
	ts.Check(w.Flush())
	ts.Check(f.Close())
}

// TestATakenPortIsSaid needs a port of its own, which a script cannot hold.
func TestATakenPortIsSaid(t *testing.T) {
	held, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	cmd := exec.Command(testkit.Program(t), "serve", "--data", t.TempDir(), "--addr", held.Addr().String())
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState.ExitCode() != 1 || !strings.Contains(string(out), "--addr") || !strings.Contains(string(out), held.Addr().String()) {
		t.Errorf("%v: %s", err, out)
	}
}

func scriptMakeZip(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: make-zip FILE FOLDER")
	}
	f, err := os.Create(ts.MkAbs(args[0]))
	ts.Check(err)
	defer f.Close()
	w := zip.NewWriter(f)
	ts.Check(w.AddFS(os.DirFS(ts.MkAbs(args[1]))))
	ts.Check(w.Close())
}
