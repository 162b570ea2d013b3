package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	mathrand "math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
	"stoa/internal/tlog"
)

// benchGoods is how many goods the program is started with: a million, or
// STOA_BENCH_GOODS.
func benchGoods() int {
	if n, err := strconv.Atoi(os.Getenv("STOA_BENCH_GOODS")); err == nil && n > 0 {
		return n
	}
	return 1_000_000
}

// writer makes goods of words that are as unevenly frequent as in life.
type writer struct{ r *mathrand.Rand }

func (w *writer) words(n int) string {
	var b strings.Builder
	for range n {
		k := int(float64(20_000) / (1 + 999*w.r.Float64()))
		fmt.Fprintf(&b, "%s%s ", strconv.FormatInt(int64(k)+800, 36), [...]string{"ba", "den", "go", "li", "mur"}[k%5])
	}
	return b.String()
}

func (w *writer) good(id good.ID, i int) *good.Good {
	g := &good.Good{ID: id, Slug: "tool-" + strconv.Itoa(i), Stage: good.Recognised}
	g.Name, g.Summary = "Tool "+strconv.Itoa(i)+" "+w.words(1), good.Text{"en": w.words(30)}
	g.Kinds, g.Goals = []good.Kind{good.Kinds[w.r.IntN(5)]}, []good.Goal{{SDG: 1 + w.r.IntN(17)}}
	for _, c := range []string{"KE", "BD", "NE", "TD", "PE", "VN"}[:w.r.IntN(5)] {
		g.Deployments = append(g.Deployments, good.Deployment{Country: c})
	}
	g.Licences = []good.Licence{{SPDX: []string{"MIT", "Apache-2.0", "CC-BY-4.0"}[w.r.IntN(3)]}}
	g.Parties = []good.Party{{Name: "Organisation " + strconv.Itoa(w.r.IntN(50_000)), Role: good.Owner}}
	return g
}

// filled is a data directory with a database of n goods.
func filled(b *testing.B, n int) string {
	b.Helper()
	dir := b.TempDir()
	key, err := tlog.LoadOrCreateKey(dir, rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	db, err := store.Open(b.Context(), "sqlite:"+filepath.Join(dir, "stoa.db"), store.Options{Now: time.Now, Rand: rand.Reader, Log: slog.New(slog.DiscardHandler), Signer: key})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	if err := db.Migrate(b.Context()); err != nil {
		b.Fatal(err)
	}
	w := &writer{mathrand.New(mathrand.NewPCG(1, 1))}
	for from := 0; from < n; from += 2000 {
		_, err := db.Do(b.Context(), operator, func(ctx context.Context, tx *store.Tx) error {
			for i := from; i < min(from+2000, n); i++ {
				g := w.good(tx.NewID(), i)
				tx.Append(good.GoodCreated, []good.ID{g.ID}, store.NamedValue{Name: "slug", Value: g.Slug})
				if err := tx.PutGood(ctx, g); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	return dir
}

// BenchmarkStartMillion measures the built program over a million goods: the
// first start, which builds the index, and those after it, from the start of the
// process to the first page of results; and the memory it has then.
func BenchmarkStartMillion(b *testing.B) {
	program, n := testkit.Program(b), benchGoods()
	data := filled(b, n)
	env := append(os.Environ(), "STOA_DATA="+data, "STOA_ADDR=127.0.0.1:0", "STOA_DATABASE_URL=", "STOA_EMPTY=true")
	start := func() (took time.Duration, s *server) {
		begun := time.Now()
		s, err := startServer(program, env, data)
		if err != nil {
			b.Fatal(err)
		}
		resp, err := http.Get(s.url + "/goods?kind=software")
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode != http.StatusOK {
			b.Fatal(resp.Status, err)
		}
		resp.Body.Close()
		return time.Since(begun), s
	}
	first, s := start()
	peak := memory(b, s.cmd.Process.Pid, "VmHWM:")
	if err := s.end(syscall.SIGTERM); err != nil {
		b.Fatal(err)
	}
	var took []time.Duration
	var resident, anonymous, processor float64
	for b.Loop() {
		for range 5 {
			t, s := start()
			took = append(took, t)
			processor = float64(processorTime(b, s.cmd.Process.Pid).Milliseconds())
			resident, anonymous = memory(b, s.cmd.Process.Pid, "VmRSS:"), memory(b, s.cmd.Process.Pid, "RssAnon:")
			if err := s.end(syscall.SIGTERM); err != nil {
				b.Fatal(err)
			}
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(first.Milliseconds()), "first-start-ms")
	b.ReportMetric(peak*(1<<20)/float64(n), "first-start-peak-B/good")
	b.ReportMetric(float64(took[len(took)/2].Milliseconds()), "start-ms")
	b.ReportMetric(processor, "start-cpu-ms")
	b.ReportMetric(resident, "resident-MB")
	b.ReportMetric(anonymous, "resident-anon-MB")
}

// BenchmarkImportMemory imports a register of ten times as many records and
// reports how much more memory that takes at most: 1,000,000 beside 100,000
// with STOA_TEST_LONG, else 20,000 beside 2,000.
func BenchmarkImportMemory(b *testing.B) {
	program, few := testkit.Program(b), 2_000
	if os.Getenv("STOA_TEST_LONG") != "" {
		few = 100_000
	}
	for b.Loop() {
		var peaks []float64
		for _, n := range []int{few, 10 * few} {
			dir := b.TempDir()
			file := filepath.Join(dir, "dpgs.json")
			register(b, file, n)
			cmd := exec.Command(program, "import", "--data", filepath.Join(dir, "data"), "--seen", "2026-07-10", file)
			cmd.Env = append(os.Environ(), "STOA_DATABASE_URL=")
			if out, err := cmd.CombinedOutput(); err != nil {
				b.Fatalf("%v\n%.2000s", err, out)
			}
			peaks = append(peaks, float64(cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss)/1024)
		}
		b.ReportMetric(peaks[0], "few-peak-MB")
		b.ReportMetric(peaks[1], "ten-times-peak-MB")
		b.ReportMetric(peaks[1]-peaks[0], "growth-MB")
	}
}

// register writes a register of n records.
func register(b *testing.B, path string, n int) {
	b.Helper()
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	out := bufio.NewWriter(f)
	w := &writer{mathrand.New(mathrand.NewPCG(2, 2))}
	for i := range n {
		record, err := json.Marshal(map[string]any{
			"id": strconv.Itoa(100_000 + i), "dpgid": fmt.Sprintf("GID%07d", i), "name": fmt.Sprintf("Tool %d %s", i, w.words(1)), "stage": "DPG",
			"categories": []string{"Open Software"}, "description": w.words(40), "website": fmt.Sprintf("https://tool%d.example.org", i),
			"repositories":  []map[string]string{{"name": "main", "url": fmt.Sprintf("https://github.com/tools/t%d", i)}},
			"organizations": []map[string]string{{"name": fmt.Sprintf("Keepers %d", i%5000), "website": fmt.Sprintf("https://k%d.example.org", i%5000), "org_type": "owner"}},
			"openlicenses":  []map[string]string{{"openLicense": "MIT", "openLicenseEvidenceURLs": ""}},
			"sdgs":          map[string]any{"sdg": []string{"SDG9: Industry, Innovation and Infrastructure"}, "relevance": ""},
			"locations":     map[string]any{"developmentCountries": []string{"Kenya"}, "deploymentCountries": []string{"Kenya", "Ghana"}},
		})
		if err != nil {
			b.Fatal(err)
		}
		sep := ",\n"
		if i == 0 {
			sep = "[\n"
		}
		if _, err := out.WriteString(sep + string(record)); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := out.WriteString("\n]\n"); err != nil {
		b.Fatal(err)
	}
	if err := out.Flush(); err != nil {
		b.Fatal(err)
	}
}
