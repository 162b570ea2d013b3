package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"stoa/internal/testkit"
)

// madeTree writes a project of so many files, of size bytes on average, in the
// proportions of a real one: mostly source, each tenth file with a header, some
// of others' work with licences of its own, pictures and data.
func madeTree(b *testing.B, files, size int) string {
	b.Helper()
	root, r := b.TempDir(), rand.New(rand.NewPCG(1, 2))
	licence, err := os.ReadFile(filepath.Join(testkit.Root(b), "LICENSE"))
	if err != nil {
		b.Fatal(err)
	}
	words := strings.Fields("func return value of the list into map string error open close read write time when each for range if else not found licence copyright import package const type struct")
	body := make([]byte, 0, 8*size)
	for len(body) < 8*size {
		body = append(append(body, words[r.IntN(len(words))]...), " \n"[r.IntN(2)])
	}
	write := func(name string, text []byte) {
		name = filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(name, text, 0o644); err != nil {
			b.Fatal(err)
		}
	}
	write("LICENSE", licence)
	write("package.json", []byte(`{"name": "made", "license": "Apache-2.0", "dependencies": {"express": "^4"}}`))
	write("README.md", []byte("# Made\n\nA project made to be looked at.\n\n## Installing\n\nnpm install\n\n## Licence\n\nApache-2.0\n"))
	for i := range files - 3 {
		from := r.IntN(7 * size)
		text := body[from : from+size/2+r.IntN(size)]
		switch dir := fmt.Sprintf("src/d%d/e%d", i/1000, i/50%20); {
		case i%100 == 0:
			write(fmt.Sprintf("vendor/p%d/LICENSE", i), licence)
		case i%20 == 1:
			write(fmt.Sprintf("%s/i%d.png", dir, i), append([]byte("\x89PNG\x00"), text...))
		case i%20 == 2:
			write(fmt.Sprintf("%s/t%d.csv", dir, i), text)
		case i%20 == 3:
			write(fmt.Sprintf("docs/d%d/p%d.md", i/1000, i), append([]byte("# A page\n\nSee [the start](../../README.md).\n\n"), text...))
		case i%10 == 4:
			write(fmt.Sprintf("%s/f%d.go", dir, i), append(fmt.Appendf(nil, "// Copyright 20%02d Example Lab\n// SPDX-License-Identifier: Apache-2.0\n\npackage e\n\n", i%24), text...))
		default:
			write(fmt.Sprintf("%s/f%d.ts", dir, i), text)
		}
	}
	return root
}

// benchCheck runs a built program and tells wall and processor time, the most
// memory it held, and how often it touched a page for the first time.
func benchCheck(b *testing.B, files, size int, program ...string) {
	root := madeTree(b, files, size)
	var wall, cpu time.Duration
	var most, faults int64
	b.ResetTimer()
	for b.Loop() {
		args := append(program[1:len(program):len(program)], root, "--format", "json", "--fail-on", "none", "--output", filepath.Join(b.TempDir(), "report.json"))
		cmd := exec.Command(program[0], args...)
		began := time.Now()
		if out, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("%v: %s", err, out)
		}
		wall += time.Since(began)
		cpu += cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
		used := cmd.ProcessState.SysUsage().(*syscall.Rusage)
		most, faults = max(most, used.Maxrss), faults+used.Minflt
	}
	n := float64(b.N)
	b.ReportMetric(wall.Seconds()/n, "s/check")
	b.ReportMetric(cpu.Seconds()/n, "cpu-s/check")
	b.ReportMetric(float64(most)/1024, "MB")
	b.ReportMetric(float64(faults)/n, "faults/check")
}

func BenchmarkCheck500Files(b *testing.B) { benchCheck(b, 500, 6_000, testkit.Program(b), "check") }
func BenchmarkCheck100000Files(b *testing.B) {
	benchCheck(b, 100_000, 10_700, testkit.Program(b), "check") // 1 GB
}

// The same by the program that is the check alone; of three files it costs little
// but its start.
func BenchmarkStoaCheck3Files(b *testing.B)   { benchCheck(b, 3, 6_000, testkit.Checker(b)) }
func BenchmarkStoaCheck500Files(b *testing.B) { benchCheck(b, 500, 6_000, testkit.Checker(b)) }
func BenchmarkStoaCheck100000Files(b *testing.B) {
	benchCheck(b, 100_000, 10_700, testkit.Checker(b))
}
