package runs_test

import (
	"bufio"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"stoa/internal/good"
	"stoa/internal/testkit"
)

// endless is a server of the publiccode catalogue API that makes its entries as
// they are asked for.
type endless struct {
	n     int
	asked atomic.Int64 // entries
}

// ServeHTTP implements http.Handler.
func (e *endless) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/publishers") {
		fmt.Fprint(w, `{"data":[],"links":{"next":null}}`)
		return
	}
	begin, _ := strconv.Atoi(r.URL.Query().Get("page[after]"))
	end := min(begin+100, e.n)
	out := bufio.NewWriter(w)
	fmt.Fprint(out, `{"data":[`)
	for i := begin; i < end; i++ {
		if i > begin {
			out.WriteByte(',')
		}
		out.WriteString(entry(fmt.Sprintf("id-%07d", i), fmt.Sprintf("Tool %s", name(i))))
	}
	next := "null"
	if end < e.n {
		next = strconv.Quote("?" + url.Values{"page[after]": {strconv.Itoa(end)}}.Encode())
	}
	fmt.Fprintf(out, `],"links":{"next":%s}}`, next)
	_ = out.Flush()
	e.asked.Add(int64(end - begin))
}

// name is a name that no other number has, and that does not look like another.
func name(i int) string {
	var b strings.Builder
	for n := i*7919 + 1; n > 0; n /= 20 {
		b.WriteString("bcdfghjklmnpqrstvwxz"[n%20:n%20+1] + "aeiou"[n%5:n%5+1])
	}
	return b.String()
}

// child has this process be the one that reads and is killed.
const child = "STOA_HARVEST_CHILD"

// TestTheChildThatReads is run by TestALongRunIsKilledAndResumed, in a process
// of its own.
func TestTheChildThatReads(t *testing.T) {
	dir := os.Getenv(child)
	if dir == "" {
		return // it is another test's
	}
	p := newPlace(t, "sqlite:"+filepath.Join(dir, "stoa.db"))
	base := os.Getenv(child + "_AT")
	p.reads(base)
	if _, err := p.Show(ctx, "made"); good.KindOf(err) == good.NotFound {
		p.source("made", base)
	}
	peak := uint64(0)
	r, err := p.ReadNow(ctx, operator, "made", true, func(r good.Run) {
		if r.Pages%50 == 0 {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapAlloc)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "said"), fmt.Appendf(nil, "%s\n%d\n", counts(r), peak), 0o600); err != nil {
		t.Fatal(err)
	}
}

// several is a few, or many where somebody asks for that, or as many as they say.
func several(few, many int) int {
	if n, err := strconv.Atoi(os.Getenv("STOA_BENCH_GOODS")); err == nil && n > 1000 {
		return n
	}
	if os.Getenv("STOA_TEST_LONG") != "" {
		return many
	}
	return few
}

func TestALongRunIsKilledAndResumed(t *testing.T) { killed(t, several(6_000, 1_000_000)) }

// BenchmarkKilledAndResumed says how long that takes, and the heap.
func BenchmarkKilledAndResumed(b *testing.B) {
	n, peak := several(6_000, 1_000_000), uint64(0)
	for b.Loop() {
		peak = max(peak, killed(b, n))
	}
	b.ReportMetric(float64(peak)/(1<<20), "MB-heap")
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)*1_000_000/float64(n), "s/1,000,000")
}

// killed reads records in a process that is killed three times: in the end they
// are all there, once, and the heap stayed flat. It returns the largest heap.
func killed(t testing.TB, n int) uint64 {
	t.Helper()
	api := &endless{n: n}
	base := serve(t, api)
	dir := t.TempDir()
	begun := time.Now()
	var said []byte
	for kills := 0; ; kills++ {
		cmd := exec.Command(os.Args[0], "-test.run", "^TestTheChildThatReads$", "-test.timeout", "10h")
		cmd.Env = append(os.Environ(), child+"="+dir, child+"_AT="+base)
		cmd.Stderr = os.Stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		if kills < 3 {
			for api.asked.Load() < int64(n*(kills+1)/4) {
				select {
				case err := <-ended:
					t.Fatalf("the reading ended by itself: %v", err)
				case <-time.After(time.Millisecond):
				}
			}
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			<-ended
			continue
		}
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		var err error
		if said, err = os.ReadFile(filepath.Join(dir, "said")); err != nil {
			t.Fatal(err)
		}
		break
	}
	took := time.Since(begun)
	lines := strings.Split(string(said), "\n")
	peak, err := strconv.ParseUint(lines[1], 10, 64)
	if want := fmt.Sprintf("whole %d/0/0/0/0", n); err != nil || lines[0] != want {
		t.Fatalf("%s, want %s", lines[0], want)
	}
	p := newPlace(t, "sqlite:"+filepath.Join(dir, "stoa.db"))
	if have := p.goods(); have != n {
		t.Errorf("%d goods of %d records", have, n)
	}
	t.Logf("%d records in %s, killed and resumed three times; heap at most %.1f MB; %d asked for", n, took.Round(time.Second), float64(peak)/(1<<20), api.asked.Load())
	if peak > 100<<20 {
		t.Errorf("a heap of %d MB", peak>>20)
	}
	if again := api.asked.Load() - int64(n); again > 3*300 {
		t.Errorf("%d records were asked for again", again)
	}
	return peak
}

// BenchmarkNoChange reads a source of which nothing changed: 100,000 records, or
// fewer where nobody asks for more.
func BenchmarkNoChange(b *testing.B) {
	n := several(5_000, 100_000)
	base := serve(b, &endless{n: n})
	p := newPlace(b, "sqlite:"+b.TempDir()+"/stoa.db")
	p.reads(base)
	p.source("made", base)
	if r := p.read("made"); r.New != n {
		b.Fatalf("%+v", r)
	}
	before := testkit.ProcessTime()
	for b.Loop() {
		if r := p.read("made"); r.Unchanged != n {
			b.Fatalf("%+v", r)
		}
	}
	whole := float64(b.N) * float64(n) / 100_000
	b.ReportMetric(b.Elapsed().Seconds()/whole, "s/100,000")
	b.ReportMetric((testkit.ProcessTime()-before).Seconds()/whole, "processor-s/100,000") // the source, in the same process, with it
}

var _ http.Handler = (*endless)(nil)
