package target

import (
	"bytes"
	"compress/zlib"
	"crypto/sha1"
	"encoding/binary"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// served is a repository served at /o/n on loopback.
func served(t *testing.T, before func(http.ResponseWriter, *http.Request) bool) (url, dir string) {
	t.Helper()
	root := t.TempDir()
	work := repo(t)
	if err := os.MkdirAll(root+"/o", 0o755); err != nil {
		t.Fatal(err)
	}
	dir = root + "/o/n.git"
	if out, err := exec.Command("git", "clone", "-q", "--bare", work, dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return gitServer(t, root, before), dir
}

func TestARepositoryIsClonedWhereThereIsNoArchive(t *testing.T) {
	url, dir := served(t, nil)
	o := Options{Client: through(t, 8<<20, url), Limits: lower}
	got := opened(t, url+"/o/n", o)
	want := map[string]string{"README.md": "# One\n", "LICENSE": "MIT License\n", "src/main.go": "package main // 1\n"}
	if have := files(t, got); fmt.Sprint(have) != fmt.Sprint(want) || len(got.Cut) != 0 {
		t.Errorf("%v, cut %v", have, got.Cut)
	}
	if head := gitIn(t, dir, "2026-01-01T00:00:00Z", "rev-parse", "HEAD"); got.Commit != head || got.URL != url+"/o/n" {
		t.Errorf("%s at %s", got.Commit, got.URL)
	}
	if got.History != nil {
		t.Error("a past that was to be had at the price of all files")
	}
	gitIn(t, dir, "2026-01-01T00:00:00Z", "config", "uploadpack.allowFilter", "true")
	sawPast(t, opened(t, url+"/o/n.git", o).History)
}

func TestAnArchiveComesFirst(t *testing.T) {
	var packs, archives atomic.Int32
	dir := ""
	url, dir := served(t, func(w http.ResponseWriter, r *http.Request) bool {
		if strings.Contains(r.URL.Path, "git-upload-pack") && r.Method == http.MethodPost {
			packs.Add(1)
		}
		commit, ok := strings.CutPrefix(r.URL.Path, "/o/n/archive/")
		if !ok {
			return false
		}
		archives.Add(1)
		out, err := exec.Command("git", "-C", dir, "archive", "--format=tar.gz", "--prefix=n-x/", strings.TrimSuffix(commit, ".tar.gz")).Output()
		if err != nil {
			http.NotFound(w, r)
			return true
		}
		_, _ = w.Write(out)
		return true
	})
	got := opened(t, url+"/o/n", Options{Client: through(t, 8<<20, url), Limits: lower})
	if have := files(t, got); len(have) != 3 || have["LICENSE"] != "MIT License\n" {
		t.Errorf("%v", have)
	}
	if packs.Load() != 0 || archives.Load() != 1 || len(got.Commit) != 40 {
		t.Errorf("%d packs, %d archives, commit %q", packs.Load(), archives.Load(), got.Commit)
	}
}

func TestSubmodulesLinksAndHostileNames(t *testing.T) {
	url, dir := served(t, nil)
	work := t.TempDir()
	if out, err := exec.Command("git", "clone", "-q", dir, work).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if err := os.Symlink("/etc/passwd", work+"/link"); err != nil {
		t.Fatal(err)
	}
	put(t, work, ".gitmodules", "[submodule \"s\"]\n\tpath = s\n\turl = --upload-pack=touch\n")
	put(t, work, "odd\x01\xff", "odd")
	put(t, work, ".gitattributes", "*.bin filter=lfs\n")
	put(t, work, "x.bin", "version https://git-lfs.github.com/spec/v1\n")
	const when = "2026-02-07T00:00:00Z"
	gitIn(t, work, when, "-c", "filter.lfs.process=", "-c", "filter.lfs.required=false", "add", ".")
	gitIn(t, work, when, "update-index", "--add", "--cacheinfo", "160000,"+strings.Repeat("12", 20)+",s")
	gitIn(t, work, when, "commit", "-q", "-m", "odd")
	gitIn(t, work, when, "push", "-q", "origin", "main")
	for _, ref := range []string{"refs/tags/-o", "refs/tags/$(touch)", "refs/tags/v99;rm"} {
		if err := os.MkdirAll(filepath.Dir(dir+"/"+ref), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(dir+"/"+ref, []byte(gitIn(t, dir, when, "rev-parse", "main")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	gitIn(t, dir, when, "config", "uploadpack.allowFilter", "true")
	got := opened(t, url+"/o/n.git", Options{Client: through(t, 8<<20, url), Limits: lower})
	have := files(t, got)
	if have["odd��"] != "odd" || have["x.bin"] == "" || have["link"] != "" || have["s"] != "" || len(have) != 7 {
		t.Errorf("%q", have)
	}
	if got.History == nil || got.History.Commits != 4 {
		t.Errorf("%+v", got.History)
	}
}

func TestAServerThatMeansIllIsLeft(t *testing.T) {
	short := lower
	short.Time = 3 * time.Second
	refs := func(w http.ResponseWriter, head string, more ...string) {
		w.Header().Set("Content-Type", "application/x-git-upload-pack-advertisement")
		line := func(s string) string { return fmt.Sprintf("%04x%s", len(s)+4, s) }
		_, _ = fmt.Fprint(w, line("# service=git-upload-pack\n"), "0000", line(head+" HEAD\x00shallow side-band-64k filter\n"))
		for _, m := range more {
			_, _ = fmt.Fprint(w, line(m))
		}
		_, _ = fmt.Fprint(w, "0000")
	}
	head := strings.Repeat("12", 20)
	for name, c := range map[string]struct {
		key   string
		serve http.HandlerFunc
	}{
		"inside": {"error.fence.private", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://169.254.169.254/latest"+r.URL.Path+"?"+r.URL.RawQuery, http.StatusFound)
		}},
		"endless references": {"target.error.git", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/x-git-upload-pack-advertisement")
			for {
				if _, err := w.Write(bytes.Repeat([]byte("003d"+head+" refs/heads/aaaaaaaaa\n"), 1000)); err != nil {
					return
				}
			}
		}},
		"endless pack": {"error.fence.large", func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/info/refs") {
				refs(w, head)
				return
			}
			if r.Method == http.MethodGet {
				http.NotFound(w, r)
				return
			}
			_, _ = fmt.Fprint(w, "0034shallow "+head, "0000", "0008NAK\n")
			chunk := append([]byte("fff1\x01"), bytes.Repeat([]byte("x"), 0xfff1-5)...)
			for {
				if _, err := w.Write(chunk); err != nil {
					return
				}
			}
		}},
		"slow": {"target.error.time", func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write([]byte("001e# service=git-upload-pack\n0000fff0"))
			for {
				select {
				case <-r.Context().Done():
					return
				case <-time.After(50 * time.Millisecond):
					_, _ = w.Write([]byte("0"))
					_ = http.NewResponseController(w).Flush()
				}
			}
		}},
		"hostile references": {"target.error.git", func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/info/refs") {
				refs(w, head, head+" refs/heads/../../../../etc/passwd\n", head+" refs/tags/--upload-pack=x\n")
				return
			}
			http.NotFound(w, r)
		}},
	} {
		s := httptest.NewServer(c.serve)
		t.Cleanup(s.Close)
		t.Run(name, func(t *testing.T) {
			refusedAs(t, s.URL+"/o/n.git", Options{Client: through(t, 1<<20, s.URL), Limits: short}, c.key)
		})
	}
	empty := t.TempDir()
	gitIn(t, empty, "2026-01-01T00:00:00Z", "init", "-q", "--bare", "o/n.git")
	url := gitServer(t, empty, nil)
	refusedAs(t, url+"/o/n.git", Options{Client: through(t, 1<<20, url), Limits: lower}, "target.error.empty")
	refusedAs(t, url+"/o/none.git", Options{Client: through(t, 1<<20, url), Limits: lower}, "target.error.repository")
	refusedAs(t, url+"/o/n.git", Options{Client: through(t, 1<<20), Limits: lower}, "error.fence.private")
}

// packOf is a pack of these objects as they lie there: kind, inflated size as
// it is claimed, and content.
func packOf(objects ...object1) []byte {
	var out bytes.Buffer
	out.WriteString("PACK")
	_ = binary.Write(&out, binary.BigEndian, uint32(2))
	_ = binary.Write(&out, binary.BigEndian, uint32(len(objects)))
	for _, o := range objects {
		size := o.size
		b := byte(o.kind)<<4 | byte(size&15)
		for size >>= 4; size > 0; size >>= 7 {
			out.WriteByte(b | 0x80)
			b = byte(size & 0x7f)
		}
		out.WriteByte(b)
		out.Write(o.reference)
		z := zlib.NewWriter(&out)
		_, _ = z.Write(o.content)
		_ = z.Close()
	}
	sum := sha1.Sum(out.Bytes())
	out.Write(sum[:])
	return out.Bytes()
}

type object1 struct {
	kind      int
	size      int
	reference []byte
	content   []byte
}

func TestAPackIsWeighedBeforeItIsOpened(t *testing.T) {
	o := Options{Limits: lower}
	r := &reach{ctx: t.Context(), whole: t.Context(), o: &o}
	const blob, refDelta = 3, 7
	base := sha1.Sum([]byte("blob 3\x00abc"))
	// A delta that says its object has four gigabytes, made by copying.
	delta := append([]byte{3}, 0x80, 0x80, 0x80, 0x80, 0x10)
	delta = append(delta, bytes.Repeat([]byte{0x80 | 0x10, 3}, 100)...)
	for name, c := range map[string]struct {
		pack []byte
		key  string // of the error, or of the cut that holds the first object
	}{
		"sound":  {packOf(object1{kind: blob, size: 3, content: []byte("abc")}), ""},
		"large":  {packOf(object1{kind: blob, size: 1 << 33, content: []byte("abc")}), "target.error"},
		"total":  {packOf(object1{kind: blob, size: 20 << 20, content: make([]byte, 20<<20)}), "target.error.heavy"},
		"delta":  {packOf(object1{kind: blob, size: 3, content: []byte("abc")}, object1{kind: refDelta, size: len(delta), reference: base[:], content: delta}), "target.cut.bytes"},
		"lies":   {packOf(object1{kind: blob, size: 3, content: make([]byte, 1<<20)}), "target.error.git"},
		"broken": {packOf(object1{kind: blob, size: 3, content: []byte("abc")}, object1{kind: blob, size: 3, content: []byte("abd")})[:40], "target.cut.damaged"},
		"count":  {append([]byte("PACK\x00\x00\x00\x02\xff\xff\xff\xff"), make([]byte, 20)...), "target.error.heavy"},
		"none":   {[]byte("nothing"), "target.error.git"},
	} {
		p, err := r.store(bytes.NewReader(c.pack))
		got := keyOf(err)
		if err == nil {
			if p.HasEncodedObject(base) != nil {
				t.Errorf("%s: what came is not there", name)
			}
			for _, cut := range p.cut {
				got += cut.Key
			}
			p.free()
		}
		if !strings.HasPrefix(got, c.key) || got == "" != (c.key == "") {
			t.Errorf("%s: %v, %q, want %q", name, err, got, c.key)
		}
	}
}

func FuzzPack(f *testing.F) {
	f.Add(packOf(object1{kind: 3, size: 3, content: []byte("abc")}))
	f.Add(packOf(object1{kind: 2, size: 8, content: []byte("40000 a\x00")}, object1{kind: 7, size: 4, reference: make([]byte, 20), content: []byte{3, 3, 0x90, 3}}))
	f.Fuzz(func(t *testing.T, pack []byte) {
		o := Options{Limits: Limits{Files: 100, Bytes: 1 << 20, File: 1 << 16, Depth: 5}, Temp: t.TempDir()}
		r := &reach{ctx: t.Context(), whole: t.Context(), o: &o}
		if p, err := r.store(bytes.NewReader(pack)); err == nil {
			p.free()
		}
		left, err := os.ReadDir(o.Temp)
		if err != nil || len(left) != 0 {
			t.Errorf("%v stays, %v", left, err)
		}
	})
}
