package prose

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
)

// said is the shape of a text, a line for each thing.
func said(d *Doc) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n", d.Path)
	if d.Front != nil {
		fmt.Fprintf(&b, "front %q\n", d.Front)
	}
	for _, h := range d.Headings {
		fmt.Fprintf(&b, "%d: heading %d %s\n", h.Line, h.Level, h.Text)
	}
	for _, l := range d.Links {
		fmt.Fprintf(&b, "%d: link %q to %s, picture %t\n", l.Line, l.Text, l.Target, l.Image)
	}
	for _, c := range d.Commands {
		fmt.Fprintf(&b, "%d: type %s\n", c.Line, c.Text)
	}
	for _, l := range d.Leads {
		fmt.Fprintf(&b, "%d: %s\n", l.Line, l.Text)
	}
	return b.String()
}

func texts(t testing.TB) *txtar.Archive {
	a, err := txtar.ParseFile(filepath.Join("testdata", "texts.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestTheShapeOfATextIsKept(t *testing.T) {
	var got strings.Builder
	for _, f := range texts(t).Files {
		got.WriteString(said(Read(f.Name, f.Data)))
	}
	golden := filepath.Join("testdata", "texts.golden")
	if os.Getenv("STOA_UPDATE") != "" {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || string(want) != got.String() {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
}

func TestAHostileTextEndsSoon(t *testing.T) {
	for what, one := range map[string]string{
		"brackets": "[", "pictures": "![", "quotes": "> ", "stars": "*a_ ", "ticks": "`", "tags": "<a ", "comments": "<!--", "lists": "- ", "headings": "<h1>", "tables": "|", "lines": "=\n", "links": "`a <",
	} {
		for _, name := range []string{"a.md", "a.rst"} {
			began := time.Now()
			d := Read(name, []byte(strings.Repeat(one, MaxSize/len(one))))
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("%s of %s take %v", name, what, took)
			}
			if len(d.Links) > most || len(d.Headings) > most || len(d.Sample) > 4001 {
				t.Errorf("%s of %s: %d links, %d headings", name, what, len(d.Links), len(d.Headings))
			}
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, file := range texts(f).Files {
		f.Add(file.Name, file.Data)
	}
	f.Fuzz(func(t *testing.T, name string, raw []byte) {
		d := Read(name, raw)
		lines := strings.Count(string(raw), "\n") + 1
		for _, h := range d.Headings {
			if h.Line < 0 || h.Line > lines {
				t.Fatalf("heading %q on line %d of %d", h.Text, h.Line, lines)
			}
		}
		for _, l := range d.Links {
			if l.Line < 0 || l.Line > lines {
				t.Fatalf("link %q on line %d of %d", l.Target, l.Line, lines)
			}
		}
	})
}

func TestOnlyWildLinesAreLeftOut(t *testing.T) {
	for _, plain := range []string{"# a\n\n---\n", strings.Repeat("| [a](b) | `c` |\n", 600), strings.Repeat("-", 200) + "\n", strings.Repeat(" ", 100) + "code\n"} {
		if got := string(tame([]byte(plain))); got != plain {
			t.Errorf("%.40q became %.40q", plain, got)
		}
	}
	if got := string(tame([]byte("a\n" + strings.Repeat("> ", 100) + "\nb\n"))); got != "a\n\nb\n" {
		t.Errorf("got %q", got)
	}
}
