package tlog_test

import (
	"encoding/hex"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"stoa/internal/good"
	stoalog "stoa/internal/tlog"
)

// vector is one leaf of encoding 1 as anyone may rebuild it; these bytes can
// never change.
type vector struct {
	What     string
	Position int64
	Time     string
	Role     string
	Person   string `json:"Pseudonym"`
	Verb     string
	Subjects []string
	Values   []struct{ Name, Salt, Data string } // salt in hex, data as text
	Leaf     string                              // hex
	Hash     string                              // of the leaf in the tree (RFC 6962), hex
}

func (v vector) entry(t *testing.T) good.Entry {
	t.Helper()
	when, err := time.Parse(time.RFC3339Nano, v.Time)
	if err != nil {
		t.Fatal(err)
	}
	e := good.Entry{Position: v.Position, Time: when, Actor: good.Actor{Role: v.Role, Pseudonym: v.Person}, Verb: good.Verb(v.Verb)}
	for _, s := range v.Subjects {
		e.Subjects = append(e.Subjects, good.ID(s))
	}
	for _, val := range v.Values {
		salt, err := hex.DecodeString(val.Salt)
		if err != nil {
			t.Fatal(err)
		}
		e.Values = append(e.Values, good.Value{Name: val.Name, Salt: salt, Data: []byte(val.Data)})
	}
	return e
}

func TestLeavesOfVersionOneNeverChange(t *testing.T) {
	file := filepath.Join("testdata", "leaf-v1.json")
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var vectors []vector
	if err := json.Unmarshal(raw, &vectors); err != nil {
		t.Fatal(err)
	}
	if len(vectors) < 5 {
		t.Fatalf("only %d vectors", len(vectors))
	}
	for i, v := range vectors {
		leaf := stoalog.LeafOf(v.entry(t))
		b, err := leaf.Encode()
		if err != nil {
			t.Fatal(v.What, err)
		}
		hash := tlog.RecordHash(b)
		vectors[i].Leaf, vectors[i].Hash = hex.EncodeToString(b), hex.EncodeToString(hash[:])
		if vectors[i].Leaf != v.Leaf || vectors[i].Hash != v.Hash {
			t.Errorf("%s:\n got  %s\n want %s", v.What, vectors[i].Leaf, v.Leaf)
		}
		back, err := stoalog.DecodeLeaf(b)
		if diff := cmp.Diff(leaf, back); err != nil || diff != "" {
			t.Errorf("%s: %v %s", v.What, err, diff)
		}
	}
	if os.Getenv("STOA_NEW_VECTORS") == "1" { // for vectors that are added; those there are must not differ
		out, err := json.MarshalIndent(vectors, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, append(out, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// leaves draws any leaf there can be.
func leaves() *rapid.Generator[stoalog.Leaf] {
	text := rapid.StringN(0, 20, 60)
	return rapid.Custom(func(t *rapid.T) stoalog.Leaf {
		l := stoalog.Leaf{
			Position: rapid.Int64Range(0, math.MaxInt64).Draw(t, "position"),
			Time:     time.UnixMilli(rapid.Int64Range(-1<<50, 1<<50).Draw(t, "time")).UTC(),
			Actor:    good.Actor{Role: text.Draw(t, "role"), Pseudonym: text.Draw(t, "pseudonym")},
			Verb:     good.Verb(text.Draw(t, "verb")),
		}
		for range rapid.IntRange(0, 4).Draw(t, "subjects") {
			l.Subjects = append(l.Subjects, good.ID(text.Draw(t, "subject")))
		}
		for range rapid.IntRange(0, 4).Draw(t, "values") {
			l.Values = append(l.Values, stoalog.Commitment{Name: text.Draw(t, "name"), Hash: [32]byte(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "hash"))})
		}
		return l
	})
}

func TestEachLeafHasOneEncodingOfItsOwn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := leaves().Draw(t, "a"), leaves().Draw(t, "b")
		x, err := a.Encode()
		if err != nil {
			t.Fatal(err)
		}
		y, err := b.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if cmp.Equal(a, b) != (string(x) == string(y)) {
			t.Fatalf("%+v and %+v: %x and %x", a, b, x, y)
		}
		back, err := stoalog.DecodeLeaf(x)
		if diff := cmp.Diff(a, back); err != nil || diff != "" {
			t.Fatal(err, diff)
		}
		cut := rapid.IntRange(0, len(x)-1).Draw(t, "cut")
		if _, err := stoalog.DecodeLeaf(x[:cut]); err == nil {
			t.Fatalf("%x is no whole leaf", x[:cut])
		}
		if _, err := stoalog.DecodeLeaf(append(x, 0)); err == nil {
			t.Fatal("bytes after the end pass")
		}
	})
}

func TestWhatNoLeafCanHoldIsRefused(t *testing.T) {
	for what, l := range map[string]stoalog.Leaf{
		"invalid UTF-8":      {Verb: "\xff"},
		"a text too long":    {Verb: good.Verb(strings.Repeat("x", 1<<16))},
		"too many subjects":  {Subjects: make([]good.ID, 1<<16)},
		"more than a bundle": {Subjects: make([]good.ID, 1<<15)},
	} {
		if b, err := l.Encode(); err == nil {
			t.Errorf("%s: %d bytes", what, len(b))
		}
	}
}

func FuzzDecodeLeaf(f *testing.F) {
	for _, l := range []stoalog.Leaf{{}, {Position: 7, Verb: "good.created", Subjects: []good.ID{"01ARZ3NDEKTSV4RRFFQ69G5FAV"}, Values: []stoalog.Commitment{{Name: "slug"}}}} {
		b, err := l.Encode()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		l, err := stoalog.DecodeLeaf(b)
		if err != nil {
			return
		}
		again, err := l.Encode()
		if len(b) <= math.MaxUint16 && (err != nil || string(again) != string(b)) {
			t.Errorf("%x was read as %+v, which is written %x (%v)", b, l, again, err)
		}
	})
}

func FuzzDecodeDisclosed(f *testing.F) {
	now := time.UnixMilli(1).UTC()
	b, err := stoalog.EncodeDisclosed([]good.Entry{{Subjects: []good.ID{"a"}, Values: []good.Value{{Name: "x", Salt: []byte("s"), Data: []byte(`"<é"`)}, {Name: "y", Erased: &now}}}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		entries, err := stoalog.DecodeDisclosed(b)
		if err != nil {
			return
		}
		for _, e := range entries {
			for _, v := range e.Values {
				if !utf8.Valid(v.Data) {
					t.Error("a value is no text")
				}
			}
		}
	})
}

func FuzzTilePath(f *testing.F) {
	for _, s := range []string{"0/000", "entries/x001/067.p/5", "8/x999/x999/999", "data/000", "-1/000"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, path string) {
		if tile, err := stoalog.ParseTile(path); err == nil && stoalog.TilePath(tile) != "tile/"+path {
			t.Errorf("%q was read as %q", path, stoalog.TilePath(tile))
		}
	})
}

func FuzzOpenCheckpoint(f *testing.F) {
	key, err := stoalog.LoadOrCreateKey(f.TempDir(), strings.NewReader(strings.Repeat("a seed of the key ", 10)))
	if err != nil {
		f.Fatal(err)
	}
	signed, err := key.Sign(5, tlog.Hash{1})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(signed)
	f.Fuzz(func(t *testing.T, note string) {
		if c, err := stoalog.OpenCheckpoint(note, key.Verifier); err == nil && (c.Size != 5 || c.Root != tlog.Hash{1}) {
			t.Errorf("another checkpoint than was signed: %+v", c)
		}
	})
}
