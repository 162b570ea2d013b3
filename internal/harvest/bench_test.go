package harvest_test

import (
	"path/filepath"
	"testing"

	"stoa/internal/testkit"
)

// BenchmarkRegistry reads the whole newest registry.
func BenchmarkRegistry(b *testing.B) {
	path := filepath.Join(testkit.RealData(b), "dpga", "registry-2026", "dpgs.json")
	records := 0
	for b.Loop() {
		all, err := read(b, path, "")
		if err != nil {
			b.Fatal(err)
		}
		records += len(all)
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(records), "µs/record")
}
