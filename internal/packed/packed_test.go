package packed

import (
	"bytes"
	"compress/gzip"
	"embed"
	"io"
	"io/fs"
	"os"
	"strings"
	"testing"
)

//go:embed testdata
var brought embed.FS

func TestWhatIsPackedReadsAsItWasWritten(t *testing.T) {
	want := "countries\tدول\t国家\n"
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	io.WriteString(w, want)
	w.Close()
	for name, data := range map[string]string{"packed": out.String(), "plain": want} {
		if got := Text(data); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	if Text("") != "" {
		t.Error("an empty file has something in it")
	}
}

func TestAPackedFolderIsLikeTheFolder(t *testing.T) {
	want, err := os.ReadFile("testdata/plain.yml")
	if err != nil {
		t.Fatal(err)
	}
	files := Files(brought)
	for _, name := range []string{"testdata/plain.yml", "testdata/packed.yml"} {
		got, err := fs.ReadFile(files, name)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		f, err := files.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		if got, err = io.ReadAll(f); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s, opened: %q, %v", name, got, err)
		}
		f.Close()
	}
	if names, err := fs.Glob(files, "*/*.yml"); err != nil || len(names) != 2 {
		t.Errorf("%v, %v", names, err)
	}
	if _, err := fs.ReadFile(files, "testdata/none.yml"); err == nil {
		t.Error("a file that is not there was read")
	}
}

func TestABrokenFileOfTheProgramIsNotReadInHalf(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("half a file was taken for the whole")
		}
	}()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	io.WriteString(w, strings.Repeat("a line of it\n", 1000))
	w.Close()
	Text(out.String()[:out.Len()-12])
}
