package main

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"stoa/internal/testkit"
)

const (
	// idleFor is how long the idle program is watched.
	idleFor = 20 * time.Second
	// restsIn is within how long the program has done what a first start gives it to do.
	restsIn = time.Minute
)

// readers and behind match where readers of the journal are at work, and where
// one has something left to read.
var (
	readers = regexp.MustCompile(`(?s)stoa_reader_behind_entries\{reader="duplicates .*stoa_reader_behind_entries\{reader="listings `)
	behind  = regexp.MustCompile(`(?m)^stoa_reader_behind_entries\{.*\} [1-9]`)
)

// BenchmarkStart measures the built program on the real registry: from the
// start of the process to the first page of results, the first time and later;
// processor time of the first with all it gives the program to do; memory and
// processor time when idle after it; and its size. Resident is
// what the kernel calls so, with the pages of the program's own file that are
// mapped; anon is the memory that is the process's alone.
func BenchmarkStart(b *testing.B) {
	data := filepath.Join(testkit.RealData(b), "dpga")
	program, dir := testkit.Program(b), b.TempDir()
	env := append(os.Environ(), "STOA_DATA="+filepath.Join(dir, "stoa"), "STOA_ADDR=127.0.0.1:0", "STOA_DATABASE_URL=")
	for _, what := range realImports(data) {
		cmd := exec.Command(program, "import", what)
		cmd.Env = env
		if out, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("import %s: %v\n%s", what, err, out)
		}
	}
	info, err := os.Stat(program)
	if err != nil {
		b.Fatal(err)
	}
	var first, firstUse time.Duration
	var later []time.Duration
	var processor, resident, anonymous, peak, idle float64
	start := func() (*server, time.Duration) {
		begun := time.Now()
		s, err := startServer(program, env, dir)
		if err != nil {
			b.Fatal(err)
		}
		resp, err := http.Get(s.url + "/goods?q=health")
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode != http.StatusOK {
			b.Fatal(resp.Status, err)
		}
		resp.Body.Close()
		return s, time.Since(begun)
	}
	for b.Loop() {
		s, took := start()
		pid := s.cmd.Process.Pid
		if first == 0 { // it fills the catalogue, builds the index, and has most to give back
			first = took
			for begun := time.Now(); ; time.Sleep(100 * time.Millisecond) {
				if figures := figuresAt(b, s.url+"/metrics"); readers.MatchString(figures) && !behind.MatchString(figures) {
					break
				}
				if time.Since(begun) > restsIn {
					b.Fatal("the journal's readers do not come to its end")
				}
			}
			time.Sleep(2 * restEvery) // to see that it is idle
			before := processorTime(b, pid)
			time.Sleep(idleFor)
			firstUse, idle = before, 100*float64(processorTime(b, pid)-before)/float64(idleFor)
			resident, anonymous, peak = memory(b, pid, "VmRSS:"), memory(b, pid, "RssAnon:"), memory(b, pid, "VmHWM:")
		}
		_ = s.end(syscall.SIGKILL) // it cannot exit well
		for range 5 {
			s, took := start()
			later = append(later, took)
			processor = float64(processorTime(b, s.cmd.Process.Pid).Milliseconds())
			_ = s.end(syscall.SIGKILL)
		}
	}
	slices.Sort(later)
	b.ReportMetric(float64(first.Milliseconds()), "first-start-ms")
	b.ReportMetric(float64(firstUse.Milliseconds()), "first-start-cpu-ms")
	b.ReportMetric(float64(later[len(later)/2].Milliseconds()), "start-ms")
	b.ReportMetric(processor, "start-cpu-ms")
	b.ReportMetric(anonymous, "idle-anon-MB")
	b.ReportMetric(float64(info.Size())/(1<<20), "program-MB")
	b.ReportMetric(resident, "idle-MB")
	b.ReportMetric(peak, "peak-MB")
	b.ReportMetric(idle, "idle-%-of-a-core")
}

// memory is a line of /proc/PID/status in MB.
func memory(b *testing.B, pid int, line string) float64 {
	b.Helper()
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if rest, ok := strings.CutPrefix(lines.Text(), line); ok {
			kb, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(rest, "kB")))
			if err != nil {
				b.Fatal(err)
			}
			return float64(kb) / 1024
		}
	}
	b.Fatalf("no %s", line)
	return 0
}

// processorTime is what the process has used so far, in ticks of 10 ms.
func processorTime(b *testing.B, pid int) time.Duration {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		b.Fatal(err)
	}
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	var ticks int
	for _, f := range fields[11:13] { // utime and stime
		n, err := strconv.Atoi(f)
		if err != nil {
			b.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}
