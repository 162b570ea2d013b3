package catalog

import (
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search/query"

	"stoa/internal/good"
)

// bleveIndex holds the same goods in bleve on its default storage: texts with
// the English analyser, facets as keywords.
func bleveIndex(b *testing.B, n int) bleve.Index {
	b.Helper()
	text, keyword := bleve.NewTextFieldMapping(), bleve.NewKeywordFieldMapping()
	text.Analyzer = en.AnalyzerName
	for _, f := range []*mapping.FieldMapping{text, keyword} {
		f.Store, f.IncludeTermVectors, f.IncludeInAll = false, false, false
	}
	doc := bleve.NewDocumentStaticMapping()
	for _, name := range []string{"name", "alias", "summary", "owner"} {
		doc.AddFieldMappingsAt(name, text)
	}
	for _, f := range good.Facets {
		doc.AddFieldMappingsAt(string(f), keyword)
	}
	m := bleve.NewIndexMapping()
	m.DefaultMapping = doc
	index, err := bleve.NewUsing(b.TempDir()+"/bleve", m, scorch.Name, scorch.Name, nil)
	if err != nil {
		b.Fatal(err)
	}
	batch := index.NewBatch()
	for g := range newGenerator(1).goods(n) {
		fields := map[string]any{"name": g.Name, "alias": g.Aliases, "summary": g.Summary["en"], "owner": g.Parties[0].Name}
		for d, values := range valuesOf(g) {
			if facetOf[d] != "" {
				fields[string(facetOf[d])] = values
			}
		}
		if err := batch.Index(string(g.ID), fields); err != nil {
			b.Fatal(err)
		}
		if batch.Size() == 2000 {
			if err := index.Batch(batch); err != nil {
				b.Fatal(err)
			}
			batch.Reset()
		}
	}
	if err := index.Batch(batch); err != nil {
		b.Fatal(err)
	}
	return index
}

// bleveRequest asks bleve what q asks, with eight facets. A facet's counts
// heed its own selection there, which is less work than ours.
func bleveRequest(q good.Query) *bleve.SearchRequest {
	var fields []query.Query
	for _, name := range []string{"name", "alias", "summary", "owner"} {
		m := bleve.NewMatchQuery(q.Text)
		m.SetField(name)
		fields = append(fields, m)
	}
	all := []query.Query{bleve.NewDisjunctionQuery(fields...)}
	for f, values := range q.Filters {
		var some []query.Query
		for _, v := range values {
			t := bleve.NewTermQuery(v)
			t.SetField(string(f))
			some = append(some, t)
		}
		all = append(all, bleve.NewDisjunctionQuery(some...))
	}
	r := bleve.NewSearchRequestOptions(bleve.NewConjunctionQuery(all...), 20, 0, false)
	for _, f := range good.Facets {
		r.AddFacet(string(f), bleve.NewFacetRequest(string(f), 300))
	}
	return r
}

// BenchmarkAgainstBleve asks both for one word with two filters and eight
// facets and reports how many times faster our median is.
func BenchmarkAgainstBleve(b *testing.B) {
	n := min(benchGoods(), 100_000)
	ours, err := Build(newGenerator(1).goods(n), 1)
	if err != nil {
		b.Fatal(err)
	}
	theirs := bleveIndex(b, n)
	defer func() { _ = theirs.Close() }()
	for name, q := range map[string]good.Query{"common-word": wordTwoFilters, "usual-word": usualTwoFilters} {
		b.Run(name, func(b *testing.B) { againstBleve(b, ours, theirs, q) })
	}
}

func againstBleve(b *testing.B, ours *Snapshot, theirs bleve.Index, q good.Query) {
	b.Helper()
	var a, z, first []time.Duration
	var ourTime, theirTime time.Duration
	for b.Loop() {
		before := processorTime()
		for range 20 {
			start := time.Now()
			r, err := theirs.Search(bleveRequest(q))
			z = append(z, time.Since(start))
			if err != nil || r.Total == 0 {
				b.Fatal("bleve finds nothing: ", err)
			}
		}
		between := processorTime()
		for range 200 {
			start := time.Now()
			ours.Search(q)
			a = append(a, time.Since(start))
		}
		ourTime += (processorTime() - between) / 200
		for range 50 {
			changed, err := ours.Apply(nil, nil, ours.Position()) // nothing found before helps
			if err != nil {
				b.Fatal(err)
			}
			start := time.Now()
			changed.Search(q)
			first = append(first, time.Since(start))
		}
		theirTime += (between - before) / 20
	}
	slices.Sort(a)
	slices.Sort(z)
	slices.Sort(first)
	b.ReportMetric(float64(a[len(a)/2].Microseconds()), "p50-ours-µs")
	b.ReportMetric(float64(z[len(z)/2].Microseconds()), "p50-bleve-µs")
	b.ReportMetric(float64(z[len(z)/2])/float64(a[len(a)/2]), "times-faster")
	b.ReportMetric(float64(z[len(z)/2])/float64(first[len(first)/2]), "times-faster-when-first-asked")
	b.ReportMetric(float64(theirTime)/float64(ourTime), "times-less-processor-time")
}

// processorTime is what the program used of all processors so far, which
// counts less of what else the machine does than the clock does.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
