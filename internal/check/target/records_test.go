package target

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/storage/filesystem"
)

// kept opens the records of a folder both ways.
func kept(t *testing.T, dir string) (*records, *filesystem.Storage) {
	t.Helper()
	s := filesystem.NewStorageWithOptions(osfs.New(filepath.Join(dir, ".git"), osfs.WithBoundOS()), none{}, filesystem.Options{})
	root, err := os.OpenRoot(filepath.Join(dir, ".git", "objects"))
	if err != nil {
		t.Fatal(err)
	}
	r := openRecords(root, s)
	t.Cleanup(func() {
		r.close()
		_ = s.Close()
		_ = root.Close()
	})
	return r, s
}

// longPast is a repository whose commits are alike, so that git keeps most as
// changes of others, in two packs and beside them.
func longPast(t *testing.T) (dir string, names []plumbing.Hash) {
	t.Helper()
	dir = t.TempDir()
	const when = "2026-01-01T00:00:00Z"
	gitIn(t, dir, when, "init", "-q", "-b", "main")
	body := strings.Repeat("What was said at length of every change that was ever made. ", 40)
	for i := range 60 {
		gitIn(t, dir, when, "commit", "-q", "--allow-empty", "-m", fmt.Sprintf("Change %d\n\n%s", i, body))
		switch i {
		case 20:
			gitIn(t, dir, when, "tag", "-a", "-m", body, "v1")
			gitIn(t, dir, when, "repack", "-adfq", "--depth=50", "--window=50")
		case 45:
			gitIn(t, dir, when, "repack", "-dq")
		}
	}
	for line := range strings.Lines(gitIn(t, dir, when, "cat-file", "--batch-check", "--batch-all-objects")) {
		name, rest, _ := strings.Cut(line, " ")
		if strings.HasPrefix(rest, "commit") || strings.HasPrefix(rest, "tag") {
			names = append(names, plumbing.NewHash(name))
		}
	}
	if len(names) != 61 {
		t.Fatalf("%d commits and tags", len(names))
	}
	return dir, names
}

func TestRecordsAreReadAsGitReadsThem(t *testing.T) {
	dir, names := longPast(t)
	r, s := kept(t, dir)
	if len(r.shelves) != 2 || !r.whole {
		t.Fatalf("%d packs, all of it: %t", len(r.shelves), r.whole)
	}
	r.EncodedObjectStorer = nil // no help
	whole := 0
	for _, name := range names {
		for _, kind := range []plumbing.ObjectType{plumbing.CommitObject, plumbing.TagObject} {
			want, fail := s.EncodedObject(kind, name)
			got, err := r.EncodedObject(kind, name)
			if (err == nil) != (fail == nil) {
				t.Fatalf("%s as %s: %v, go-git: %v", name, kind, err, fail)
			}
			if err != nil {
				continue
			}
			whole++
			if got.Hash() != name || got.Type() != kind || !bytes.Equal(content(t, got), content(t, want)) {
				t.Errorf("%s as %s is %s", name, kind, got.Hash())
			}
		}
		if kind, text, err := r.read(name, 100); err != nil || len(text) != 100 && kind == plumbing.CommitObject {
			t.Errorf("%d bytes of %s, %v", len(text), name, err)
		}
	}
	if whole != len(names) {
		t.Errorf("%d of %d were read", whole, len(names))
	}
	for _, none := range []string{strings.Repeat("0", 40), strings.Repeat("f", 40), "00" + names[0].String()[2:]} {
		if _, err := r.commit(plumbing.NewHash(none)); err == nil {
			t.Errorf("%s is read", none)
		}
	}
}

func content(t *testing.T, o plumbing.EncodedObject) []byte {
	t.Helper()
	in, err := o.Reader()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close() // read only
	out, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestDamagedRecordsAreNoTrap: whatever bytes of a pack and its list are other
// than git wrote them, reading ends, with what is there or an error.
func TestDamagedRecordsAreNoTrap(t *testing.T) {
	dir, names := longPast(t)
	packs, err := filepath.Glob(filepath.Join(dir, ".git/objects/pack/*"))
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(3, 4))
	for _, file := range packs {
		if out, err := exec.Command("chmod", "u+w", file).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		sound, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for try := range 60 {
			bad := bytes.Clone(sound)
			if try%5 == 0 {
				bad = bad[:r.IntN(len(bad))]
			} else {
				for range 1 + r.IntN(40) {
					bad[r.IntN(len(bad))] = byte(r.IntN(256))
				}
			}
			if err := os.WriteFile(file, bad, 0o644); err != nil {
				t.Fatal(err)
			}
			got, _ := kept(t, dir)
			for _, name := range names {
				if _, text, err := got.read(name, mostRecord); err == nil && len(text) > mostRecord {
					t.Errorf("%d bytes of %s", len(text), name)
				}
			}
		}
		if err := os.WriteFile(file, sound, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
