package check

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/licensecheck"

	"stoa/internal/good"
	"stoa/internal/testkit"
)

// benchTree is 2,000 files as a project has them, in memory.
func benchTree(b *testing.B) *Target {
	b.Helper()
	licence, err := os.ReadFile(filepath.Join(testkit.Root(b), "LICENSE"))
	if err != nil {
		b.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	words := strings.Fields("func return value of the list into map string error open close read write time when each for range if else not found licence copyright import package const type struct")
	var body strings.Builder
	for body.Len() < 100_000 {
		body.WriteString(words[r.IntN(len(words))] + " \n"[r.IntN(2):][:1])
	}
	m := fstest.MapFS{"LICENSE": {Data: licence}, "package.json": {Data: []byte(`{"license": "Apache-2.0"}`)}, "README.md": {Data: []byte("# Made\n\n## Licence\n\nApache-2.0\n")}}
	for i := range 2000 {
		from := r.IntN(80_000)
		text := body.String()[from : from+3000+r.IntN(9000)]
		switch {
		case i%100 == 0:
			m[fmt.Sprintf("vendor/p%d/LICENSE", i)] = &fstest.MapFile{Data: licence}
		case i%10 == 4:
			m[fmt.Sprintf("src/d%d/f%d.go", i%40, i)] = &fstest.MapFile{Data: fmt.Appendf(nil, "// Copyright 20%02d Example Lab\n// SPDX-License-Identifier: Apache-2.0\n\n%s", i%24, text)}
		default:
			m[fmt.Sprintf("src/d%d/f%d.ts", i%40, i)] = &fstest.MapFile{Data: []byte(text)}
		}
	}
	return target(m)
}

// BenchmarkLibraryAlone is the licence library over the bytes that the licence
// probe looks at: all of what is named like a licence, 4 kB of the others. That
// it takes two seconds to begin is not counted.
func BenchmarkLibraryAlone(b *testing.B) {
	tr := benchTree(b)
	all, err := licensecheck.NewScanner(licensecheck.BuiltinLicenses())
	if err != nil {
		b.Fatal(err)
	}
	l := newLicence(tr)
	b.ReportAllocs()
	for b.Loop() {
		bytes := 0
		for i := range tr.Entries {
			e := &tr.Entries[i]
			want := l.Wants(e)
			if want == Nothing {
				continue
			}
			text := tr.FS.(fstest.MapFS)[e.Path].Data
			if want == Head {
				text = text[:min(len(text), HeadSize)]
			}
			all.Scan(text)
			bytes += len(text)
		}
		b.SetBytes(int64(bytes))
	}
}

// BenchmarkLicenceProbe is the pass with the licence probe alone.
func BenchmarkLicenceProbe(b *testing.B) {
	tr := benchTree(b)
	usual() // what is prepared once
	inHeads()
	b.ReportAllocs()
	for b.Loop() {
		p := &pass{fs: tr.FS, probes: []*looker{{ids: []string{"licence.text"}, probe: newLicence(tr)}}}
		p.run(context.Background(), tr)
		b.SetBytes(p.bytes)
	}
}

// BenchmarkAllProbes is the whole: every probe in one pass.
func BenchmarkAllProbes(b *testing.B) {
	tr := benchTree(b)
	tr.Kinds = []good.Kind{good.Software}
	b.ReportAllocs()
	for b.Loop() {
		b.SetBytes(Run(context.Background(), tr).Bytes)
	}
}
