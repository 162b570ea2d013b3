package tlog_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	stoalog "stoa/internal/tlog"
)

// stored is a log's whole storage.
type stored []tlog.Hash

func (s stored) ReadHashes(ids []int64) (out []tlog.Hash, err error) {
	for _, id := range ids {
		if id >= int64(len(s)) {
			return nil, fmt.Errorf("no hash %d", id)
		}
		out = append(out, s[id])
	}
	return out, nil
}

func TestTheEdgeGivesTheSameLogAsTheWholeTree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.Int64Range(0, 600).Draw(t, "size")
		again := rapid.Int64Range(0, size).Draw(t, "restarted at")
		var all stored
		edge := &stoalog.Edge{}
		for n := range size {
			if n == again { // another process goes on from what is stored
				var err error
				if edge, err = stoalog.NewEdge(n, all); err != nil {
					t.Fatal(err)
				}
			}
			leaf := []byte(fmt.Sprint("leaf ", n))
			want, err := tlog.StoredHashes(n, leaf, all)
			if err != nil {
				t.Fatal(err)
			}
			got, err := edge.Append(leaf)
			if err != nil || len(got) != len(want) {
				t.Fatal(n, len(got), len(want), err)
			}
			for i := range got {
				if got[i] != want[i] {
					t.Fatalf("leaf %d: hash %d differs", n, i)
				}
			}
			all = append(all, want...)
		}
		root, err := tlog.TreeHash(size, all)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := edge.Root(); err != nil || got != root || edge.Size() != size {
			t.Fatalf("root %v, want %v; size %d, want %d (%v)", got, root, edge.Size(), size, err)
		}
		if size == 0 {
			return
		}
		at := rapid.Int64Range(0, size-1).Draw(t, "at")
		inclusion, err := tlog.ProveRecord(size, at, all)
		if err != nil {
			t.Fatal(err)
		}
		if err := tlog.CheckRecord(inclusion, size, root, at, tlog.RecordHash([]byte(fmt.Sprint("leaf ", at)))); err != nil {
			t.Fatal("leaf", at, "is not proved:", err)
		}
	})
}

func TestCheckpointsAreNotesOfTheirLog(t *testing.T) {
	dir := t.TempDir()
	key, err := stoalog.LoadOrCreateKey(dir, strings.NewReader(strings.Repeat("some randomness ", 10)))
	if err != nil {
		t.Fatal(err)
	}
	signed, err := key.Sign(300, tlog.Hash{1, 2, 3})
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(signed, "\n") // C2SP tlog-checkpoint: origin, size, root, blank, signature
	if len(lines) != 6 || lines[0] != key.Origin || lines[1] != "300" || lines[3] != "" || !strings.HasPrefix(lines[4], "— "+key.Origin+" ") {
		t.Errorf("not the form of a checkpoint: %q", lines)
	}
	c, err := stoalog.OpenCheckpoint(signed, key.Verifier)
	if err != nil || c.Size != 300 || c.Root != (tlog.Hash{1, 2, 3}) || c.Origin != key.Origin {
		t.Errorf("%+v %v", c, err)
	}
	for i := range signed {
		flipped := []byte(signed)
		flipped[i] ^= 1
		if c, err := stoalog.OpenCheckpoint(string(flipped), key.Verifier); err == nil && (c.Size != 300 || c.Root != tlog.Hash{1, 2, 3}) {
			t.Fatalf("a bit of byte %d was flipped and it still verifies: %q", i, flipped)
		}
	}
	if _, err := stoalog.LoadKey(t.TempDir()); !errors.Is(err, os.ErrNotExist) {
		t.Error("a key was found where none is:", err)
	}
	for _, broken := range []string{"", "one line", "not\na key\n"} {
		bad := t.TempDir()
		if err := os.WriteFile(filepath.Join(bad, "log.key"), []byte(broken), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := stoalog.LoadOrCreateKey(bad, strings.NewReader(strings.Repeat("x", 200))); err == nil {
			t.Errorf("a broken key %q was replaced or accepted", broken)
		}
	}
}
