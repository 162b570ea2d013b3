package catalog

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"stoa/internal/good"
	"stoa/internal/testkit"
)

// A million goods are measured in processes of their own, so that what one
// holds is its own: the first builds the catalogue, the second opens it and is
// asked. STOA_BENCH_GOODS makes them fewer or more.
const (
	millionEnv = "STOA_CATALOG_MILLION" // folder|what to do
	million    = 1_000_000
)

func millionGoods() int {
	if os.Getenv("STOA_BENCH_GOODS") != "" {
		return benchGoods()
	}
	return million
}

// figures is what such a process measured, by name.
type figures map[string]float64

// BenchmarkMillion reports what a catalogue of a million goods in files costs
// and how soon it answers: the classes of questions are those of millionMix.
func BenchmarkMillion(b *testing.B) {
	dir := b.TempDir()
	for _, what := range []string{"build", "ask", "change"} {
		b.Run(what, func(b *testing.B) {
			for b.Loop() {
				got := inChild(b, dir, what)
				for _, name := range sortedKeys(got) {
					b.ReportMetric(got[name], name)
				}
			}
		})
	}
}

func inChild(b *testing.B, dir, what string) figures {
	b.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestMillionChild$", "-test.timeout=0")
	cmd.Env = append(os.Environ(), millionEnv+"="+dir+"|"+what)
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		b.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, what+".json"))
	if err != nil {
		b.Fatal(err)
	}
	var got figures
	if err := json.Unmarshal(text, &got); err != nil {
		b.Fatal(err)
	}
	return got
}

// TestMillionChild is such a process; on its own it does the same with few
// goods, to see that it works.
func TestMillionChild(t *testing.T) {
	dir, what, child := strings.Cut(os.Getenv(millionEnv), "|")
	todo := []string{what}
	n := millionGoods()
	if !child {
		dir, todo, n = t.TempDir(), []string{"build", "ask", "change"}, 300
	}
	f := &Folder{Dir: filepath.Join(dir, "index")}
	for _, what := range todo {
		got := figures{}
		switch what {
		case "build":
			buildMillion(t, f, n, got)
		case "ask":
			askMillion(t, f, n, got)
		case "change":
			changeMillion(t, f, n, got)
		}
		text, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, what+".json"), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func buildMillion(t *testing.T, f *Folder, n int, got figures) {
	before := status(t, "VmRSS:")
	peak := watchPeak()
	start := time.Now()
	if _, err := f.Build(newGenerator(1).goods(n), ourMark, noBreath); err != nil {
		t.Fatal(err)
	}
	got["µs/good"] = float64(time.Since(start).Microseconds()) / float64(n)
	got["heap-peak-B/good"] = float64(peak()) / float64(n)
	got["process-peak-B/good"] = (status(t, "VmHWM:") - before) / float64(n)
	for _, path := range files(t, f.Dir, "*"+segmentEnding) {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		got["file-B/good"] = float64(info.Size()) / float64(n)
	}
}

// status is a line of /proc/self/status in bytes.
func status(t *testing.T, line string) float64 {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if rest, ok := strings.CutPrefix(lines.Text(), line); ok {
			kb, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(rest, "kB")))
			if err != nil {
				t.Fatal(err)
			}
			return float64(kb) * 1024
		}
	}
	t.Fatalf("no %s", line)
	return 0
}

func openMillion(t *testing.T, f *Folder) *Snapshot {
	s, err := f.Open(anyLog)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func askMillion(t *testing.T, f *Folder, n int, got figures) {
	g := newGenerator(3) // made before memory is looked at
	runtime.GC()
	before := status(t, "VmRSS:")
	var opened []time.Duration
	var s *Snapshot
	for range 5 {
		start := time.Now()
		s = openMillion(t, f)
		opened = append(opened, time.Since(start))
	}
	slices.Sort(opened)
	got["open-ms"] = ms(opened[len(opened)/2])
	for _, class := range millionMix(g) {
		asked(s, class.ask, time.Duration(min(n, million))*5*time.Microsecond).report(got, class.name)
	}
	runtime.GC()
	got["resident-B/good"] = (status(t, "VmRSS:") - before) / float64(n)
	got["resident-anon-B/good"] = (status(t, "RssAnon:")) / float64(n)
	runtime.KeepAlive(s)
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// times are what questions took: by the clock, and of the processor, which
// counts less of what else the machine does.
type times struct{ clock, processor []time.Duration }

func (x *times) add(do func()) {
	before, start := testkit.ThreadTime(), time.Now()
	do()
	x.clock = append(x.clock, time.Since(start))
	x.processor = append(x.processor, testkit.ThreadTime()-before)
}

// report names the medians and 99th percentiles.
func (x *times) report(got figures, name string) {
	slices.Sort(x.clock)
	slices.Sort(x.processor)
	for p, at := range map[string]int{"p50": 50, "p99": 99} {
		got[name+"-"+p+"-ms"] = ms(x.clock[len(x.clock)*at/100])
		got[name+"-"+p+"-cpu-ms"] = ms(x.processor[len(x.processor)*at/100])
	}
}

// asked asks for so long, 200 times at least.
func asked(s *Snapshot, ask func(i int) good.Query, long time.Duration) *times {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var took times
	for start, i := time.Now(), 0; i < 200 || time.Since(start) < long; i++ {
		q := ask(i)
		took.add(func() { s.Search(q) })
	}
	return &took
}

// class is a kind of question that figures are about.
type class struct {
	name string
	ask  func(i int) good.Query
}

// millionMix is the mix of questions: plain ones are a list, orders, words
// (most often usual ones, now and then a very common or a rare one), beginnings
// and typos, without facets asked; all have every facet counted, as the page
// shows them. Then the same with one facet selected after the other.
func millionMix(g *generator) []class {
	word := func(i int) string {
		switch i % 10 {
		case 0:
			return g.words[i/10%20] // in every fifth to tenth good
		case 1, 2, 3:
			return g.words[20+g.r.IntN(200)]
		case 4, 5, 6, 7:
			return g.words[200+g.r.IntN(5000)]
		}
		return g.words[g.r.IntN(len(g.words))]
	}
	plain := func(i int) good.Query {
		switch i % 8 {
		case 0:
			return good.Query{}
		case 1:
			return good.Query{Sort: good.ByNewest, Offset: 20 * (i % 50)}
		case 2:
			return good.Query{Text: word(i/8) + " " + word(i/8+1), Lang: "en"}
		case 3:
			return good.Query{Text: g.words[200+g.r.IntN(5000)][:4], Lang: "en"}
		}
		return good.Query{Text: word(i), Lang: "en"}
	}
	selected := func(i int) good.Query {
		q := good.Query{Filters: map[good.Facet][]string{good.FacetKind: {"data", "software"}, good.FacetSDG: {strconv.Itoa(1 + i%5)},
			good.FacetCountry: {g.countries[i%7], g.countries[7+i%11]}}}
		slices.Sort(q.Filters[good.FacetCountry])
		if i%2 == 0 {
			q.Text, q.Lang = word(i/2), "en"
		}
		return q
	}
	return []class{
		{"plain", func(i int) good.Query { q := plain(i); q.Counted = []good.Facet{}; return q }},
		{"facets", plain},
		{"three", selected},
	}
}

func changeMillion(t *testing.T, f *Folder, n int, got figures) {
	s := openMillion(t, f)
	g := newGenerator(4)
	position := s.Position()
	changedGoods := make([]*good.Good, min(n, 5003))
	for i := range changedGoods {
		changedGoods[i] = g.good(i * 191 % n)
	}
	one := func(s *Snapshot, at int) *Snapshot {
		position++
		next, err := s.Apply([]*good.Good{changedGoods[at%len(changedGoods)]}, nil, position)
		if err != nil {
			t.Fatal(err)
		}
		return next
	}
	for _, pending := range []int{50, min(5*n, 5000)} {
		changed := s
		for i := range pending {
			changed = one(changed, i*7)
		}
		var took times
		runtime.LockOSThread()
		for i := range 200 {
			took.add(func() {
				want := changedGoods[i*13%len(changedGoods)]
				if r := one(changed, i*13).Search(good.Query{Text: want.Name, Lang: "en", Counted: []good.Facet{}, EveryStage: true}); len(r.Cards) == 0 || !slices.ContainsFunc(r.Cards, func(c good.Card) bool { return c.ID == want.ID }) {
					t.Error("a change is not seen")
				}
			})
		}
		runtime.UnlockOSThread()
		took.report(got, fmt.Sprintf("visible-%d", pending))
	}
	duringMerge(t, f, s, n, got)
}

var errEnough = errors.New("enough")

// duringMerge asks while the whole catalogue is merged anew, in slices.
func duringMerge(t *testing.T, f *Folder, s *Snapshot, n int, got figures) {
	changed := s
	g := newGenerator(5)
	var goods []*good.Good
	for i := range min(n/10, 5000) {
		goods = append(goods, g.good(i*3))
	}
	changed, err := changed.Apply(goods, nil, s.Position()+1)
	if err != nil {
		t.Fatal(err)
	}
	long := time.Duration(min(n, million)) * 3 * time.Microsecond
	m := changed.Due(true, Rewritten)
	var merging sync.WaitGroup
	stop := make(chan struct{})
	merging.Go(func() {
		worked := time.Now()
		for {
			err := m.Run(f, [32]byte{}, func() error {
				if time.Since(worked) > 4*time.Millisecond {
					time.Sleep(2 * time.Millisecond)
					worked = time.Now()
				}
				select {
				case <-stop:
					return errEnough
				default:
					return nil
				}
			})
			if err != nil {
				return
			}
		}
	})
	for _, class := range millionMix(newGenerator(3)) {
		asked(changed, class.ask, long).report(got, "merging-"+class.name)
	}
	close(stop)
	merging.Wait()
	for _, class := range millionMix(newGenerator(3)) {
		asked(changed, class.ask, long).report(got, "quiet-"+class.name)
	}
}
