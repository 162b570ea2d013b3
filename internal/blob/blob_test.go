package blob

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"stoa/internal/good"
)

const pdf = "%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"

// everywhere runs fn on every kind of storage.
func everywhere(t *testing.T, fn func(t *testing.T, v *Vault)) {
	t.Run("dir", func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "blobs")
		fn(t, &Vault{Keeper: Dir{dir, time.Now}, Temp: dir})
	})
	t.Run("s3", func(t *testing.T) {
		mem := s3mem.New()
		if err := mem.CreateBucket("stoa"); err != nil {
			t.Fatal(err)
		}
		server := httptest.NewServer(gofakes3.New(mem).Server())
		t.Cleanup(server.Close)
		s, err := NewS3(strings.Replace(server.URL, "http://", "http://key:secret@", 1) + "/stoa/files?region=us-east-1")
		if err != nil {
			t.Fatal(err)
		}
		fn(t, &Vault{Keeper: s, Temp: t.TempDir()})
	})
}

func nothing(Info) error { return nil }

func TestAFileIsKeptUnderItsHash(t *testing.T) {
	everywhere(t, func(t *testing.T, v *Vault) {
		ctx := t.Context()
		info, err := v.Take(ctx, "Bericht.PDF", strings.NewReader(pdf), 100, nothing)
		if err != nil || info.Type != "application/pdf" || info.Size != int64(len(pdf)) || len(info.Hash) != 64 {
			t.Fatalf("%+v %v", info, err)
		}
		again, err := v.Take(ctx, "other.pdf", strings.NewReader(pdf), 100, nothing)
		if err != nil || again != info {
			t.Errorf("the same file twice: %+v %v", again, err)
		}
		r, err := v.Keeper.Open(ctx, info.Hash)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if err := errors.Join(err, r.Close()); err != nil || string(got) != pdf {
			t.Errorf("%q %v", got, err)
		}
		n := 0
		if err := v.Keeper.Each(ctx, func(hash string, put time.Time) error {
			n++
			if hash != info.Hash || time.Since(put) > time.Minute {
				t.Errorf("%s put at %v", hash, put)
			}
			return nil
		}); err != nil || n != 1 {
			t.Errorf("%d files: %v", n, err)
		}
		if err := errors.Join(v.Keeper.Delete(ctx, info.Hash), v.Keeper.Delete(ctx, info.Hash)); err != nil {
			t.Error(err)
		}
		if _, err := v.Keeper.Open(ctx, info.Hash); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("a deleted file: %v", err)
		}
		for _, bad := range []string{"", "../../etc/passwd", strings.Repeat("g", 64), strings.Repeat("a", 63)} {
			if _, err := v.Keeper.Open(ctx, bad); err == nil {
				t.Errorf("%q was opened", bad)
			}
		}
		if left, err := filepath.Glob(filepath.Join(v.Temp, ".taking-*")); err != nil || len(left) > 0 {
			t.Errorf("left behind: %v %v", left, err)
		}
	})
}

func TestWhatNothingRefersToIsStillDurableAndTheErrorIsTold(t *testing.T) {
	everywhere(t, func(t *testing.T, v *Vault) {
		no := errors.New("no")
		if _, err := v.Take(t.Context(), "a.pdf", strings.NewReader(pdf), 100, func(i Info) error {
			if _, err := v.Keeper.Open(t.Context(), i.Hash); err != nil {
				t.Errorf("it was referred to before it was kept: %v", err)
			}
			return no
		}); !errors.Is(err, no) {
			t.Error(err)
		}
	})
}

func office(t *testing.T, members ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, m := range append([]string{"[Content_Types].xml", "_rels/.rels", "word/document.xml"}, members...) {
		w, err := z.Create(m)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, "<?xml version=\"1.0\"?><x/>"); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestOnlyWhatItsNameSaysIsTaken(t *testing.T) {
	dir := t.TempDir()
	v := &Vault{Keeper: Dir{dir, time.Now}, Temp: dir}
	png := "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
	for _, c := range []struct{ name, text, want string }{
		{"a.pdf", pdf, ""}, {"a.png", png, ""}, {"a.txt", "Grüße, 世界, مرحبا", ""}, {"a.csv", "a,b\n1,2\n3,4\n", ""}, {"README.md", "# Title\n\nText <b>bold</b>\n", ""},
		{"a.docx", office(t), ""}, {"a.txt", strings.Repeat("é", 200_000), ""},
		{"a.pdf", "MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" + strings.Repeat("\x00", 200), "mail.error.file-other"},
		{"a.pdf", "\x7fELF\x02\x01\x01" + strings.Repeat("\x00", 60), "mail.error.file-other"},
		{"a.pdf", "#!/bin/sh\nrm -rf /\n", "mail.error.file-other"}, {"a.png", pdf, "mail.error.file-other"},
		{"a.svg", `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`, "mail.error.file-kind"},
		{"a.png", `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`, "mail.error.file-other"},
		{"a.txt", "<!DOCTYPE html><html><script>alert(1)</script>", "mail.error.file-other"},
		{"a.txt", "text\x00binary", "mail.error.file-other"}, {"a.txt", strings.Repeat("a", 1<<17) + "\xff", "mail.error.file-other"},
		{"a.exe", "MZ", "mail.error.file-kind"}, {"a.html", "<html>", "mail.error.file-kind"}, {"noend", "text", "mail.error.file-kind"}, {"a.pdf.exe", pdf, "mail.error.file-kind"},
		{"a.docm", office(t), "mail.error.file-kind"}, {"a.docx", office(t, "word/vbaProject.bin"), "mail.error.file-macros"}, {"a.docx", office(t)[:300], ""},
		{"a.pdf", "", "mail.error.file-empty"},
	} {
		info, err := v.Take(t.Context(), c.name, strings.NewReader(c.text), 1<<20, nothing)
		var e *good.Error
		got := ""
		if errors.As(err, &e) {
			got = e.Key
		}
		if c.name == "a.docx" && len(c.text) == 300 {
			if err == nil {
				t.Error("half an archive was taken")
			}
			continue
		}
		if got != c.want || err == nil && info.Type == "" {
			t.Errorf("%s %.20q: %q (%v), want %q", c.name, c.text, got, err, c.want)
		}
	}
}

// endless is a file without an end.
type endless struct{ read int64 }

func (e *endless) Read(b []byte) (int, error) { e.read += int64(len(b)); return len(b), nil }

func TestAFileThatIsTooLargeIsRefusedWithoutBeingRead(t *testing.T) {
	dir := t.TempDir()
	v := &Vault{Keeper: Dir{dir, time.Now}, Temp: dir}
	r := &endless{}
	_, err := v.Take(t.Context(), "a.pdf", r, 2<<20, nothing)
	var e *good.Error
	if !errors.As(err, &e) || e.Key != "mail.error.file-large" || r.read > 3<<20 {
		t.Errorf("%v after %d bytes", err, r.read)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) > 0 {
		t.Errorf("left behind: %v %v", files, err)
	}
}

func TestAddressesOfStorage(t *testing.T) {
	for _, bad := range []string{"", "s3://b", "https://host/bucket", "https://key@host/bucket", "https://key:secret@host", "://"} {
		if _, err := NewS3(bad); good.KindOf(err) != good.Invalid || strings.Contains(err.Error(), "secret@host") {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if _, err := NewS3("https://key:" + url.PathEscape("se/cret") + "@host/bucket/a/b"); err != nil {
		t.Error(err)
	}
}

func FuzzJudge(f *testing.F) {
	f.Add("a.pdf", pdf)
	f.Add("a.docx", "PK\x03\x04")
	f.Add("a.txt", "é")
	f.Fuzz(func(t *testing.T, name, text string) {
		kind, err := judge(name, strings.NewReader(text), int64(len(text)))
		if (err == nil) != (kind != "") || strings.Contains(kind, "html") || strings.Contains(kind, "svg") {
			t.Errorf("%q is %q: %v", name, kind, err)
		}
	})
}
