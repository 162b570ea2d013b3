package catalog

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stoa/internal/good"
)

var ourMark = Mark{Position: 7, Root: [32]byte{9}}

func anyLog(Mark) (bool, error) { return true, nil }

// folderOf is a folder with a catalogue of n goods, a part of which was
// changed later.
func folderOf(t *testing.T, n int) (*Folder, *Snapshot) {
	t.Helper()
	f := &Folder{Dir: t.TempDir()}
	s, err := f.Build(newGenerator(9).goods(n), ourMark, noBreath)
	if err != nil {
		t.Fatal(err)
	}
	return f, changedAndKept(t, f, s, 8)
}

func changedAndKept(t *testing.T, f *Folder, s *Snapshot, position int64) *Snapshot {
	t.Helper()
	g := newGenerator(10)
	s, err := s.Apply([]*good.Good{g.good(1), g.good(5)}, []good.ID{g.id(2)}, position)
	if err != nil {
		t.Fatal(err)
	}
	return mergedAndKept(t, f, s, Flushed)
}

func mergedAndKept(t *testing.T, f *Folder, s *Snapshot, want Want) *Snapshot {
	t.Helper()
	m := s.Due(true, want)
	if m == nil {
		t.Fatal("nothing to merge")
	}
	if err := m.Run(f, [32]byte{8}, noBreath); err != nil {
		t.Fatal(err)
	}
	s = s.Join(m)
	if err := f.Keep(s, [32]byte{8}); err != nil {
		t.Fatal(err)
	}
	return s
}

func files(t *testing.T, dir, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestAKeptCatalogueIsOpenedAsItWas(t *testing.T) {
	f, s := folderOf(t, 300)
	again, err := f.Open(anyLog)
	if err != nil {
		t.Fatal(err)
	}
	if len(again.parts) != 2 || again.Position() != 8 || again.Len() != s.Len() || again.parts[0].dead == nil {
		t.Fatalf("%d parts at %d with %d goods", len(again.parts), again.Position(), again.Len())
	}
	for _, q := range []good.Query{{Limit: 400}, {Text: "health", Lang: "en"}, {Sort: good.ByNewest}, wordTwoFilters} {
		if diff := cmp.Diff(s.Search(q), again.Search(q)); diff != "" {
			t.Error(diff)
		}
	}
	if len(files(t, f.Dir, "*")) != 3 {
		t.Errorf("there is more than two segments and a list: %q", files(t, f.Dir, "*"))
	}
	s = mergedAndKept(t, f, again, Rewritten)
	if len(files(t, f.Dir, "*"+segmentEnding)) != 1 || len(s.parts) != 1 || s.parts[0].dead != nil {
		t.Errorf("rewritten, there are %d parts in %q", len(s.parts), files(t, f.Dir, "*"))
	}
	if diff := cmp.Diff(again.Search(wordTwoFilters), s.Search(wordTwoFilters)); diff != "" {
		t.Error(diff) // the old files are gone, and can be read on
	}
}

// patched changes bytes of a file.
func patched(t *testing.T, path string, change func([]byte) []byte) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, change(b), 0o600); err != nil {
		t.Fatal(err)
	}
}

// reheaded changes a segment's header, and makes its checksum and the list
// agree: what another version of the program would have written.
func reheaded(t *testing.T, dir string, at int, value uint32) {
	t.Helper()
	sums := map[string]uint32{}
	for _, path := range files(t, dir, "*"+segmentEnding) {
		patched(t, path, func(b []byte) []byte {
			binary.LittleEndian.PutUint32(b[at:], value)
			clear(b[atHeaderSum : atHeaderSum+4])
			sum := crc32.Checksum(b[:bodyAt], castagnoli)
			binary.LittleEndian.PutUint32(b[atHeaderSum:], sum)
			sums[filepath.Base(path)] = sum
			return b
		})
	}
	patched(t, filepath.Join(dir, listName), func(b []byte) []byte {
		body, _, _ := bytes.Cut(b, []byte("\n"))
		var l list
		if err := json.Unmarshal(body, &l); err != nil {
			t.Fatal(err)
		}
		for i := range l.Parts {
			l.Parts[i].Header = sums[l.Parts[i].File]
		}
		if body, _ = json.Marshal(l); body == nil {
			t.Fatal("no list")
		}
		return fmt.Appendf(body, "\n%08x\n", crc32.Checksum(body, castagnoli))
	})
}

func TestWhatDoesNotFitIsNotOpened(t *testing.T) {
	flip := func(at func(n int) int) func([]byte) []byte {
		return func(b []byte) []byte { b[at(len(b))] ^= 4; return b }
	}
	segment := func(change func([]byte) []byte) func(*testing.T, string) {
		return func(t *testing.T, dir string) { patched(t, files(t, dir, "*"+segmentEnding)[0], change) }
	}
	mismatches := map[string]func(t *testing.T, dir string){
		"the list is damaged": func(t *testing.T, dir string) {
			patched(t, filepath.Join(dir, listName), flip(func(n int) int { return n / 2 }))
		},
		"the list is cut": func(t *testing.T, dir string) {
			patched(t, filepath.Join(dir, listName), func(b []byte) []byte { return b[:len(b)-4] })
		},
		"the list is empty": func(t *testing.T, dir string) {
			patched(t, filepath.Join(dir, listName), func([]byte) []byte { return nil })
		},
		"a segment is gone":         func(t *testing.T, dir string) { _ = os.Remove(files(t, dir, "*"+segmentEnding)[0]) },
		"a segment is cut":          segment(func(b []byte) []byte { return b[:len(b)-8] }),
		"a segment is empty":        segment(func([]byte) []byte { return nil }),
		"a segment has more":        segment(func(b []byte) []byte { return append(b, 0) }),
		"a header is damaged":       segment(flip(func(int) int { return atGoods })),
		"a table is damaged":        segment(flip(func(int) int { return headerSize + 3 })),
		"the magic is another":      segment(flip(func(int) int { return 0 })),
		"the last byte is another":  segment(flip(func(n int) int { return n - 1 })),
		"the layout is of another":  func(t *testing.T, dir string) { reheaded(t, dir, atLayout, layoutVersion+1) },
		"it has other sections":     func(t *testing.T, dir string) { reheaded(t, dir, atSections, uint32(sectionCount-1)) },
		"a segment is of elsewhere": otherSegment,
	}
	for name, spoil := range mismatches {
		t.Run(name, func(t *testing.T) {
			f, _ := folderOf(t, 20)
			spoil(t, f.Dir)
			if s, err := f.Open(anyLog); !errors.Is(err, ErrUnusable) || s != nil {
				t.Fatalf("opened with %v", err)
			}
			s, err := f.Build(newGenerator(11).goods(3), ourMark, noBreath) // in its place
			if err != nil {
				t.Fatal(err)
			}
			if again, err := f.Open(anyLog); err != nil || again.Len() != s.Len() {
				t.Fatal(again, err)
			}
		})
	}
}

func TestEverySectionIsChecked(t *testing.T) {
	f, _ := folderOf(t, 20)
	path := files(t, f.Dir, "*"+segmentEnding)[0]
	sound, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	h, err := readHeader(sound, uint64(len(sound)))
	if err != nil {
		t.Fatal(err)
	}
	for i, section := range h.sections {
		if section.n == 0 {
			continue
		}
		for _, at := range []uint64{section.at, section.at + section.n - 1} {
			patched(t, path, func(b []byte) []byte { b[at] ^= 1; return b })
			if _, err := f.Open(anyLog); !errors.Is(err, ErrUnusable) {
				t.Errorf("byte %d of section %d is another: %v", at-section.at, i, err)
			}
			patched(t, path, func([]byte) []byte { return sound })
		}
	}
	if _, err := f.Open(anyLog); err != nil {
		t.Fatal(err)
	}
}

// otherSegment puts a sound segment of another catalogue under a listed name.
func otherSegment(t *testing.T, dir string) {
	other, _ := folderOf(t, 5)
	b, err := os.ReadFile(files(t, other.Dir, "*"+segmentEnding)[0])
	if err != nil {
		t.Fatal(err)
	}
	patched(t, files(t, dir, "*"+segmentEnding)[0], func([]byte) []byte { return b })
}

func TestACatalogueOfAnotherLogIsNotOpened(t *testing.T) {
	f, _ := folderOf(t, 20)
	for name, wrong := range map[string]Mark{"the list": {8, [32]byte{8}}, "a segment": ourMark} {
		_, err := f.Open(func(m Mark) (bool, error) { return m != wrong, nil })
		if !errors.Is(err, ErrUnusable) {
			t.Errorf("%s has another root: %v", name, err)
		}
	}
	broken := errors.New("broken")
	if _, err := f.Open(func(Mark) (bool, error) { return false, broken }); !errors.Is(err, broken) || errors.Is(err, ErrUnusable) {
		t.Errorf("where the log cannot be read: %v", err)
	}
	if _, err := (&Folder{Dir: t.TempDir()}).Open(anyLog); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an empty folder: %v", err)
	}
}

func TestOtherWordsServeUntilTheyAreMadeAnew(t *testing.T) {
	for name, at := range map[string]int{"analyser": atAnalysis, "vocabulary": atVocabulary} {
		f, s := folderOf(t, 40)
		reheaded(t, f.Dir, at, 77)
		old, err := f.Open(anyLog)
		if !errors.Is(err, ErrOtherWords) || errors.Is(err, ErrUnusable) {
			t.Fatalf("another %s: %v", name, err)
		}
		if diff := cmp.Diff(s.Search(good.Query{}), old.Search(good.Query{})); diff != "" {
			t.Error(diff)
		}
	}
}

func TestMemoryIsLeftWhenNobodyReads(t *testing.T) {
	f, s := folderOf(t, 30)
	if err := f.Clear(); err != nil {
		t.Fatal(err)
	}
	if left := files(t, f.Dir, "*"); len(left) != 0 {
		t.Errorf("cleared, the folder has %q", left)
	}
	if r := s.Search(good.Query{EveryStage: true}); r.Total != s.Len() {
		t.Errorf("a snapshot of a cleared folder finds %d of %d", r.Total, s.Len())
	}
}

// crashEnv tells the test's own program to be the one that is killed.
const crashEnv = "STOA_CATALOG_CRASH"

// TestKilledAtEveryPoint kills a process that builds, changes and merges a
// catalogue at every named point, each time it comes by: what is in the folder
// then can be opened and is that of before or after, or nothing was there yet.
func TestKilledAtEveryPoint(t *testing.T) {
	if where := os.Getenv(crashEnv); where != "" {
		crashing(t, where)
		return
	}
	kills := 0
	for _, point := range points {
		for nth := 1; ; nth++ {
			dir := t.TempDir()
			cmd := exec.Command(os.Args[0], "-test.run=^TestKilledAtEveryPoint$")
			cmd.Env = append(os.Environ(), crashEnv+"="+strings.Join([]string{dir, point, strconv.Itoa(nth)}, "|"))
			out, err := cmd.CombinedOutput()
			if err == nil {
				if nth == 1 {
					t.Errorf("%q is never passed", point)
				}
				break
			}
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
				t.Fatalf("%v\n%s", err, out)
			}
			kills++
			afterCrash(t, dir, point)
			if nth == 4 { // of the many breaths of one merge
				break
			}
		}
	}
	t.Logf("%d kills", kills)
}

// crashing is what is done until the kill.
func crashing(t *testing.T, where string) {
	args := strings.Split(where, "|")
	left, err := strconv.Atoi(args[2])
	if err != nil {
		t.Fatal(err)
	}
	f := &Folder{Dir: args[0], crash: func(point string) {
		if point == args[1] {
			if left--; left == 0 {
				_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
				select {}
			}
		}
	}}
	s, err := f.Build(newGenerator(9).goods(100), ourMark, noBreath)
	if err != nil {
		t.Fatal(err)
	}
	s = changedAndKept(t, f, s, 8)
	mergedAndKept(t, f, s, Rewritten)
}

func afterCrash(t *testing.T, dir, point string) {
	t.Helper()
	f := &Folder{Dir: dir}
	s, err := f.Open(anyLog)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if s, err = f.Build(newGenerator(9).goods(100), ourMark, noBreath); err != nil {
			t.Fatal(err)
		}
	case err != nil:
		t.Fatalf("killed when %s: %v", point, err)
	}
	want := map[int64]int{7: 100, 8: 99}[s.Position()]
	if r := s.Search(good.Query{Limit: 100, EveryStage: true}); r.Total != want || len(r.Cards) != want {
		t.Fatalf("killed when %s: %d goods at %d, want %d", point, r.Total, s.Position(), want)
	}
	changedAndKept(t, f, s, 9)
	if left := files(t, dir, "*"+asideEnding); len(left) > 0 {
		t.Fatalf("killed when %s, and then well: %q are left", point, left)
	}
	if again, err := f.Open(anyLog); err != nil || again.Position() != 9 || again.Len() != 99 {
		t.Fatal(again, err)
	}
}

// TestAMergeThatCannotBeWrittenChangesNothing ends merges in the middle.
func TestAMergeThatCannotBeWrittenChangesNothing(t *testing.T) {
	f, s := folderOf(t, 2000)
	before := files(t, f.Dir, "*")
	full := errors.New("full")
	for _, at := range []int{1, 3, 6} {
		m := s.Due(true, Rewritten)
		n := 0
		err := m.Run(f, [32]byte{}, func() error {
			if n++; n == at {
				return full
			}
			return nil
		})
		if !errors.Is(err, full) {
			t.Fatalf("after %d slices: %v", n, err)
		}
		m.Drop()
		if left := files(t, f.Dir, "*"); !slices.Equal(before, left) {
			t.Fatalf("a merge that failed leaves %q of %q", left, before)
		}
	}
	mergedAndKept(t, f, s, Rewritten)
}
