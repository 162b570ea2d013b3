package catalog

import (
	"os"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"stoa/internal/good"
)

// benchGoods is how many goods benchmarks search: 100,000, or STOA_BENCH_GOODS.
func benchGoods() int {
	if n, err := strconv.Atoi(os.Getenv("STOA_BENCH_GOODS")); err == nil && n > 0 {
		return n
	}
	return 100_000
}

var benchSnapshot = sync.OnceValue(func() *Snapshot {
	s, err := Build(newGenerator(1).goods(benchGoods()), 1)
	if err != nil {
		panic(err)
	}
	return s
})

// BenchmarkBuild reports the time, peak and resident memory a good costs.
func BenchmarkBuild(b *testing.B) {
	n := benchGoods()
	for b.Loop() {
		runtime.GC()
		var before runtime.MemStats
		runtime.ReadMemStats(&before)
		peak := watchPeak()
		start := time.Now()
		s, err := Build(newGenerator(1).goods(n), 1)
		if err != nil {
			b.Fatal(err)
		}
		took, most := time.Since(start), peak()
		runtime.GC()
		var after runtime.MemStats
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(took.Microseconds())/float64(n), "µs/good")
		b.ReportMetric(float64(most-before.HeapAlloc)/float64(n), "peak-B/good")
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(n), "resident-B/good")
		runtime.KeepAlive(s)
	}
}

// watchPeak measures the largest heap until the returned function is called.
func watchPeak() func() uint64 {
	stop, done := make(chan struct{}), make(chan uint64)
	go func() {
		var most uint64
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapAlloc)
			select {
			case <-stop:
				done <- most
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	return func() uint64 { close(stop); return <-done }
}

// classes are the kinds of question the figures are about.
var classes = []struct {
	name string
	q    good.Query
}{
	{"list", good.Query{}},
	{"word", good.Query{Text: "health", Lang: "en"}},
	{"words", good.Query{Text: "health data village", Lang: "en"}},
	{"rare", good.Query{Text: "bakelo", Lang: "en"}},
	{"prefix", good.Query{Text: "bak", Lang: "en"}},
	{"need", good.Query{Text: "enregistrer les naissances dans un village sans internet", Lang: "fr"}},
	{"phrase", good.Query{Text: `"open data"`, Lang: "en"}},
	{"typo", good.Query{Text: "helath registri", Lang: "en"}},
	{"newest", good.Query{Sort: good.ByNewest}},
	{"name", good.Query{Sort: good.ByName, Offset: 200}},
	{"one-filter", good.Query{Filters: map[good.Facet][]string{good.FacetKind: {"software"}}}},
	{"word-two-filters", wordTwoFilters},
	{"usual-two-filters", usualTwoFilters},
	{"three-facets", good.Query{Filters: map[good.Facet][]string{good.FacetKind: {"data", "software"}, good.FacetSDG: {"1", "2", "3"}, good.FacetCountry: {"AA", "AB", "AC"}}}},
	{"eight-facets", good.Query{Text: "open", Filters: map[good.Facet][]string{good.FacetKind: {"software"}, good.FacetStage: {"recognised"}, good.FacetSDG: {"1"}, good.FacetCountry: {"AA", "AB"}, good.FacetDevelopedIn: {"AA"}, good.FacetLicence: {"Licence-0.0"}, good.FacetLanguage: {"aa", "ab"}, good.FacetParty: {"org-health"}}}},
}

// usualTwoFilters asks for a word that one good in forty has; "health" is in
// every fifth.
var usualTwoFilters = good.Query{Text: newGenerator(1).words[150], Lang: "en", Filters: wordTwoFilters.Filters}

var wordTwoFilters = good.Query{Text: "health", Lang: "en", Filters: map[good.Facet][]string{good.FacetKind: {"software"}, good.FacetCountry: {"AA"}}}

// BenchmarkSearch reports the median and 99th percentile of every class, all
// eight facets counted.
func BenchmarkSearch(b *testing.B) {
	s := benchSnapshot()
	for _, c := range classes {
		b.Run(c.name, func(b *testing.B) {
			took := make([]time.Duration, 0, 1024)
			total := 0
			for b.Loop() {
				start := time.Now()
				total = s.Search(c.q).Total
				took = append(took, time.Since(start))
			}
			percentiles(b, took)
			b.ReportMetric(float64(total), "found")
		})
	}
}

func percentiles(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
}

// BenchmarkApply reports how soon a change of so many goods can be searched.
func BenchmarkApply(b *testing.B) {
	base := benchSnapshot()
	g := newGenerator(2)
	for _, n := range []int{1, 50, 5000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			var changed []*good.Good
			for i := range n {
				changed = append(changed, g.good(i*7))
			}
			for b.Loop() {
				if _, err := base.Apply(changed, nil, 2); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkSimilar and BenchmarkSuggest are what pages ask besides.
func BenchmarkSimilar(b *testing.B) {
	s := benchSnapshot()
	id := s.Search(wordTwoFilters).Cards[0].ID
	for b.Loop() {
		s.Similar(id, 6)
	}
}

// BenchmarkSuggest types three letters.
func BenchmarkSuggest(b *testing.B) {
	s := benchSnapshot()
	for b.Loop() {
		s.Suggest("bak", "en", 8)
	}
}
