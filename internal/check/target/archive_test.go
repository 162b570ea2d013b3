package target

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// member is one member of an archive that a test packs.
type member struct {
	name, text string
	kind       byte // of a tape archive
	link       string
}

func tarOf(t testing.TB, members ...member) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	w := tar.NewWriter(z)
	for _, m := range members {
		h := &tar.Header{Name: m.name, Typeflag: m.kind, Size: int64(len(m.text)), Linkname: m.link, Mode: 0o644}
		if m.kind == 0 {
			h.Typeflag = tar.TypeReg
		}
		if m.kind == tar.TypeXGlobalHeader {
			h = &tar.Header{Typeflag: m.kind, PAXRecords: map[string]string{"comment": m.link}}
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, m.text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func zipOf(t testing.TB, members ...member) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, m := range members {
		h := &zip.FileHeader{Name: m.name, Method: zip.Deflate}
		if m.kind == tar.TypeSymlink {
			h.SetMode(os.ModeSymlink | 0o777)
		}
		f, err := w.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, m.text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.SetComment(strings.Repeat("ab", 20)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func saved(t testing.TB, name string, content []byte) string {
	t.Helper()
	p := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(p, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAnArchiveIsReadAndNothingClimbsOutOfIt(t *testing.T) {
	members := []member{{kind: tar.TypeXGlobalHeader, link: strings.Repeat("ab", 20)}, {name: "n-1/README", text: "hello"}, {name: "n-1/src/a", text: "1"}, {name: "n-1/./src//b", text: "2"},
		{name: "../../etc/cron.d/x", text: "no"}, {name: "/etc/passwd", text: "no"}, {name: "n-1/a/../../../x", text: "no"}, {name: `..\x`, text: "no"},
		{name: "n-1/.git/config", text: "no"}, {name: "n-1/link", kind: tar.TypeSymlink, link: "/etc/passwd"}}
	tape := append(members, member{name: "n-1/hard", kind: tar.TypeLink, link: "/etc/passwd"}, member{name: "n-1/dev", kind: tar.TypeBlock}, member{name: "n-1/pipe", kind: tar.TypeFifo})
	for name, content := range map[string][]byte{"x.tar.gz": tarOf(t, tape...), "x.zip": zipOf(t, members[1:]...)} {
		got := opened(t, saved(t, name, content), Options{Limits: lower})
		if have := fmt.Sprint(files(t, got)); have != fmt.Sprint(map[string]string{"README": "hello", "src/a": "1", "src/b": "2"}) {
			t.Errorf("%s: %s", name, have)
		}
		if cutKeys(got) != "names" || got.Commit != strings.Repeat("ab", 20) {
			t.Errorf("%s: cut %q, commit %q", name, cutKeys(got), got.Commit)
		}
	}
}

func TestBombsDoNotBurst(t *testing.T) {
	zeros := strings.Repeat("\x00", 3<<20)
	var many []member
	for i := range 1200 {
		many = append(many, member{name: fmt.Sprintf("d/%d", i)})
	}
	var large []member
	for i := range 6 {
		large = append(large, member{name: fmt.Sprintf("d/%d", i), text: zeros})
	}
	for name, c := range map[string]struct {
		members []member
		files   int
		cut     string
	}{"many": {many, 1000, "files"}, "large": {large, 3, "bytes"}, "deep": {[]member{{name: "a", text: "1"}, {name: strings.Repeat("d/", 20) + "x", text: "1"}}, 1, "depth"}} {
		for ending, content := range map[string][]byte{".tar.gz": tarOf(t, c.members...), ".zip": zipOf(t, c.members...)} {
			got := opened(t, saved(t, name+ending, content), Options{Limits: lower})
			if len(got.Entries) != c.files || cutKeys(got) != c.cut {
				t.Errorf("%s: %d files, cut %q", name+ending, len(got.Entries), cutKeys(got))
			}
		}
	}
	one := opened(t, saved(t, "one.zip", zipOf(t, member{name: "x", text: zeros}, member{name: "y", text: "2"})), Options{Limits: lower})
	if have := files(t, one); len(have["x"]) != 1<<20 || have["y"] != "2" || one.Entries[0].Size != 3<<20 || len(one.Cut) != 0 {
		t.Errorf("of one large file %d bytes are kept, of %d; cut %v", len(have["x"]), one.Entries[0].Size, one.Cut)
	}
}

func TestAnArchiveOfFoldersWithoutEndEnds(t *testing.T) {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	w := tar.NewWriter(z)
	if err := w.WriteHeader(&tar.Header{Name: "a", Typeflag: tar.TypeReg, Mode: 0o644}); err != nil {
		t.Fatal(err)
	}
	for range 60_000 {
		if err := w.WriteHeader(&tar.Header{Name: "d/", Typeflag: tar.TypeDir, Mode: 0o755}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	got := opened(t, saved(t, "x.tgz", out.Bytes()), Options{Limits: lower})
	if len(got.Entries) != 1 || cutKeys(got) != "bytes" {
		t.Errorf("%d files, cut %q", len(got.Entries), cutKeys(got))
	}
}

func TestAnArchiveThatBreaksOffIsReadAsFarAsItGoes(t *testing.T) {
	var members []member
	for i := range 50 {
		members = append(members, member{name: fmt.Sprintf("n/%02d", i), text: strings.Repeat(fmt.Sprint(i, i*i), 500)})
	}
	whole := tarOf(t, members...)
	got := opened(t, saved(t, "x.tar.gz", whole[:len(whole)/2]), Options{Limits: lower})
	if len(got.Entries) < 5 || len(got.Entries) >= 50 || cutKeys(got) != "damaged" {
		t.Errorf("%d files, cut %q", len(got.Entries), cutKeys(got))
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Nanosecond)
	defer cancel()
	if _, free, err := Open(ctx, saved(t, "x.tar.gz", whole), Options{Limits: lower}); err == nil {
		t.Error("an end that nobody hears of")
	} else {
		free()
	}
	for name, content := range map[string][]byte{"x.zip": []byte("PK\x03\x04nothing"), "x.tgz": []byte("\x1f\x8bnothing"), "empty.zip": zipOf(t), "only.gz": gzipped1(t, "no archive")} {
		refusedAs(t, saved(t, name, content), Options{Limits: lower}, "target.error.archive")
	}
}

func gzipped1(t testing.TB, text string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := io.WriteString(z, text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func FuzzArchive(f *testing.F) {
	f.Add(tarOf(f, member{name: "a/b", text: "1"}, member{name: "../c", text: "2"}))
	f.Add(zipOf(f, member{name: "a/b", text: "1"}, member{name: "/c", text: "2"}))
	f.Add(zipOf(f, member{name: "a", text: strings.Repeat("0", 1<<16)})[:200])
	f.Fuzz(func(t *testing.T, content []byte) {
		o := Options{Limits: Limits{Files: 50, Bytes: 1 << 20, File: 1 << 16, Depth: 5, Time: 5 * time.Second}}
		got, free, err := Open(context.Background(), saved(t, "x", content), o)
		defer free()
		if err != nil {
			return
		}
		if len(got.Entries) > 50 {
			t.Errorf("%d files", len(got.Entries))
		}
		for _, e := range got.Entries {
			if strings.HasPrefix(e.Path, "/") || strings.Contains("/"+e.Path+"/", "/../") {
				t.Errorf("%q lies outside", e.Path)
			}
		}
		files(t, got)
	})
}
