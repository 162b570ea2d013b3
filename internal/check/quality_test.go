package check

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"stoa/internal/finding"
	"stoa/internal/good"
)

// material is a public repository at a fixed commit, or after a colon a folder
// of one. labels are what a person says of it, by probe.
type material struct {
	repository, commit, kind, part string
	labels                         map[string]string
}

func readMaterial(b *testing.B) (all []*material) {
	b.Helper()
	by := map[string]*material{}
	for _, f := range table(b, "material.tsv", 4) {
		m := &material{f[0], f[1], f[2], f[3], map[string]string{}}
		all, by[f[0]] = append(all, m), m
	}
	label := func(repository, probe, says string) {
		m := by[repository]
		if m == nil || !slices.Contains(IDs(), probe) {
			b.Fatalf("a label of what is not there: %s %s", repository, probe)
		}
		if before := m.labels[probe]; before != "" && before != says {
			b.Fatalf("%s is said to be %s and %s of %s", probe, before, says, repository)
		}
		m.labels[probe] = says
	}
	for _, f := range table(b, "labels.tsv", 3) {
		label(f[0], f[1], f[2])
	}
	for _, f := range table(b, "presence.tsv", 3) {
		for i, says := range []finding.State{finding.Met, finding.NotMet} {
			for probe := range strings.FieldsSeq(f[1+i]) {
				label(f[0], probe, string(says))
			}
		}
	}
	licenceLabels(b, label)
	setLabels(b, label)
	return all
}

func table(b *testing.B, name string, columns int) (rows [][]string) {
	b.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "quality", name))
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(raw)) {
		if f := strings.Split(strings.TrimSuffix(line, "\n"), "\t"); !strings.HasPrefix(line, "#") {
			if len(f) != columns {
				b.Fatalf("%s: %q has not %d columns", name, line, columns)
			}
			rows = append(rows, f)
		}
	}
	return rows
}

// atHand is where a repository lies in the folder of the material, and whether
// it does.
func atHand(folder, name string) (dir string, is bool) {
	dir = filepath.Join(folder, strings.Replace(name, "/", "+", 1), "repo")
	if _, err := os.Stat(filepath.Join(dir, ".git")); err == nil {
		dir = filepath.Join(dir, ".git")
	}
	_, err := os.Stat(dir)
	return dir, err == nil
}

// commitFS is the tree of a commit of a bare repository. Files that the copy
// lacks are in it by name, and empty: links may lead to them.
type commitFS struct {
	ids map[string]string // path → object
	mu  sync.Mutex
	in  io.WriteCloser
	out *bufio.Reader
}

func openCommit(b *testing.B, dir, commit, folder string) (*commitFS, []Entry) {
	b.Helper()
	if folder != "" {
		folder += "/"
	}
	list, err := exec.Command("git", "--git-dir", dir, "ls-tree", "-r", "-z", "-l", commit).Output()
	if err != nil {
		b.Fatalf("%s has no commit %s: %v", dir, commit, err)
	}
	c := &commitFS{ids: map[string]string{}}
	var entries []Entry
	for line := range strings.SplitSeq(string(list), "\x00") {
		meta, name, _ := strings.Cut(line, "\t")
		f := strings.Fields(meta)
		if len(f) != 4 || f[1] != "blob" {
			continue
		}
		name, in := strings.CutPrefix(name, folder)
		if !in {
			continue
		}
		if f[0] == "120000" { // a link of the file system is there, and is no regular file
			c.ids[name] = ""
			continue
		}
		size, err := strconv.ParseInt(f[3], 10, 64)
		if c.ids[name] = f[2]; err != nil {
			c.ids[name] = ""
		}
		entries = append(entries, At(name, size))
	}
	cat := exec.Command("git", "--git-dir", dir, "cat-file", "--batch")
	if c.in, err = cat.StdinPipe(); err != nil {
		b.Fatal(err)
	}
	pipe, err := cat.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	c.out = bufio.NewReader(pipe)
	if err := cat.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		c.in.Close() // ends the program
		if err := cat.Wait(); err != nil {
			b.Error(err)
		}
	})
	return c, entries
}

// Open reads one file from git.
func (c *commitFS) Open(name string) (fs.File, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	id, is := c.ids[name]
	if !is {
		return nil, fs.ErrNotExist
	}
	if id == "" {
		return fstest.MapFS{path.Base(name): {}}.Open(path.Base(name))
	}
	if _, err := fmt.Fprintln(c.in, id); err != nil {
		return nil, err
	}
	head, err := c.out.ReadString('\n')
	if err != nil {
		return nil, err
	}
	f := strings.Fields(head)
	if len(f) != 3 {
		return nil, fs.ErrNotExist
	}
	size, err := strconv.Atoi(f[2])
	if err != nil {
		return nil, err
	}
	data := make([]byte, size+1)
	if _, err := io.ReadFull(c.out, data); err != nil {
		return nil, err
	}
	return fstest.MapFS{path.Base(name): {Data: bytes.Clone(data[:size])}}.Open(path.Base(name))
}

// score counts what a probe said against what people say.
type score struct {
	said, right   map[finding.State]int
	label, recall map[string]int
	silent, all   int
	wrong         []string
}

func newScore() *score {
	return &score{said: map[finding.State]int{}, right: map[finding.State]int{}, label: map[string]int{}, recall: map[string]int{}}
}

// wilson is the lower bound of a share, at 95 %.
func wilson(k, n int) float64 {
	if n == 0 {
		return 0
	}
	const z = 1.96
	p, m := float64(k)/float64(n), float64(n)
	return (p + z*z/(2*m) - z*math.Sqrt(p*(1-p)/m+z*z/(4*m*m))) / (1 + z*z/m)
}

// judge compares the finding of one probe with its label.
func (y *score) judge(m *material, probe, label string, found []finding.Finding) {
	if strings.HasPrefix(label, setMark) {
		y.judgeSet(m, probe, label, found)
		return
	}
	state := stateOf(found)
	reader := label
	nothing := label == string(finding.NotObservable) // there is nothing to say
	if !nothing {
		y.all++
	}
	values, exact := strings.CutPrefix(label, "=")
	if exact {
		label = string(finding.Met)
	}
	y.label[label]++
	if state == finding.NotObservable {
		if !nothing {
			y.silent++
		}
		return
	}
	y.said[state]++
	ok := string(state) == label
	if exact && ok {
		ok = among(values, probe, found[0].Values)
	}
	if ok {
		y.right[state]++
		y.recall[label]++
		return
	}
	at := ""
	if len(found[0].Evidence) > 0 {
		at = found[0].Evidence[0].Path
	}
	y.wrong = append(y.wrong, fmt.Sprintf("  %s: said %s %q, a reader says %s (%s)", m.repository, state, found[0].Values, reader, at))
}

// sameName folds a name so that signs at its end, its article and capitals
// make no difference.
func sameName(s string) string {
	return strings.TrimPrefix(strings.Trim(strings.ToLower(s), " .<>`"), "the ")
}

// stateOf is the state of the findings of one probe.
func stateOf(found []finding.Finding) finding.State {
	if len(found) == 0 {
		return finding.NotObservable
	}
	return finding.Sum(found)
}

// BenchmarkQuality says how often the probes are right on real material, which
// lies in the folder named by STOA_CHECK_MATERIAL as bare repositories
// "owner+name/repo". Without it there is nothing to measure.
func BenchmarkQuality(b *testing.B) {
	folder := os.Getenv("STOA_CHECK_MATERIAL")
	if folder == "" {
		b.Log("STOA_CHECK_MATERIAL names no folder of repositories, so nothing was measured")
		return
	}
	only := os.Getenv("STOA_CHECK_PART") // tuned, for who mends a probe; else both
	parts := map[string]map[string]*score{"tuned": {}, "aside": {}}
	for _, m := range readMaterial(b) {
		if only != "" && m.part != only {
			continue
		}
		name, sub, _ := strings.Cut(m.repository, ":")
		dir, at := atHand(folder, name)
		if !at {
			b.Logf("%s is not at hand", name)
			continue
		}
		from, entries := openCommit(b, dir, m.commit, sub)
		r := Run(context.Background(), &Target{Name: m.repository, Kinds: []good.Kind{good.Kind(m.kind)}, FS: from, Entries: entries, Now: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)})
		for probe, label := range m.labels {
			y := parts[m.part][probe]
			if y == nil {
				y = newScore()
				parts[m.part][probe] = y
			}
			y.judge(m, probe, label, r.Of(probe))
		}
	}
	for _, part := range []string{"tuned", "aside"} {
		parts[part]["licence (all)"] = licences(parts[part])
		fmt.Printf("%-22s %-7s %22s %22s %8s %8s\n", "probe", part, "met right/said ≥", "not met right/said ≥", "recall", "silent")
		for _, probe := range slices.Sorted(maps.Keys(parts[part])) {
			y := parts[part][probe]
			cell := func(s finding.State) string {
				return fmt.Sprintf("%d/%d %.3f", y.right[s], y.said[s], wilson(y.right[s], y.said[s]))
			}
			recall := fmt.Sprintf("%d/%d", y.recall["met"], y.label["met"])
			fmt.Printf("%-22s %-7d %22s %22s %8s %8s\n", probe, y.all, cell(finding.Met), cell(finding.NotMet), recall, fmt.Sprintf("%d/%d", y.silent, y.all))
			if part == "tuned" { // of those aside nobody should learn which were wrong
				for _, w := range y.wrong {
					fmt.Println(w)
				}
			}
		}
	}
}
