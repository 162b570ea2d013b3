package nested

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"stoa/internal/testkit"
)

func TestSoundDocumentsAreRead(t *testing.T) {
	var lock strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&lock, "[[package]]\nname = \"p%d\"\nversion = \"1\"\nwheels = [\n    { url = \"https://a.example/?x=1\", hash = \"sha256:0=\" },\n]\n\n[package.metadata]\na = 1\n\n", i)
	}
	var files strings.Builder // as poetry wrote them once
	files.WriteString("[metadata.files]\n")
	for i := range 1000 {
		fmt.Fprintf(&files, "p%d = [\n%s]\n", i, strings.Repeat("    {file = \"x\", hash = \"sha256:00\"},\n", 20))
	}
	for name, raw := range map[string]string{"a lock file": lock.String(), "a list of files": files.String(), "small": "a = [[1], [2]]\n[b.c]\nd = {e = 1}\n"} {
		var doc map[string]any
		if err := TOML([]byte(raw), &doc); err != nil || len(doc) == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	var doc map[string]any
	if err := YAML([]byte("a: 1\nb: [{c: d}]\na: 2\n"), &doc); err != nil || fmt.Sprint(doc) != "map[a:2 b:[map[c:d]]]" {
		t.Errorf("%v, %v", doc, err)
	}
	if err := JSON([]byte(`{"a":[1]}`), &doc); err != nil {
		t.Error(err)
	}
}

func TestWildDocumentsTakeNoTime(t *testing.T) {
	const size = 1 << 20
	many := func(line string) []byte {
		var b strings.Builder
		for i := 0; b.Len() < size; i++ {
			fmt.Fprintf(&b, line, i)
		}
		return []byte(b.String())
	}
	for _, line := range []string{"k%d = 1\n", "[t%d]\n", "a.b%d = 1\n", "a%d.b = 1\n", "[[p%d]]\nn=1\n", "[a.b%d.c]\n", "a%d={b=1,c=2}\n", "a%d = 1 # =\n", "\"a%d\" = 1\n", " 'a%d'=1\r\n", "[a] # %d\nb = 1\n"} {
		var doc map[string]any
		before := testkit.ProcessTime()
		err := TOML(many(line), &doc)
		if took := testkit.ProcessTime() - before; took > 3*time.Second {
			t.Errorf("%d kB of %q took %v, %v", size>>10, line, took, err)
		}
	}
	for name, raw := range map[string]string{"nested": "a = " + strings.Repeat("[", 10_000), "closed first": "a = " + strings.Repeat("]", 10_000) + strings.Repeat("[", 10_000), "in one line": "a = {" + strings.Repeat("b = 1, ", 100_000), "over lines": strings.Repeat("a = [{b = [\n", 1_000_000)} {
		var doc map[string]any
		before := testkit.ProcessTime()
		if err := TOML([]byte(raw), &doc); err == nil || testkit.ProcessTime()-before > time.Second {
			t.Errorf("%s: %v after %v", name, err, testkit.ProcessTime()-before)
		}
	}
	var wild map[string]any
	if err := TOML(many("k%d = 1\n"), &wild); !errors.Is(err, ErrWild) {
		t.Errorf("%v", err)
	}
	for _, raw := range [][]byte{many("k%d: v\n"), []byte(strings.Repeat("a: b\n", size/5)), []byte(strings.Repeat("[a]: b\n", size/7)), []byte(strings.Repeat("- ", size/2)), []byte(strings.Repeat("[", size)), []byte(strings.Repeat("{a: ", size/4)),
		[]byte("a: &a [x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b]\nd: &d [*c, *c, *c, *c, *c, *c]\ne: &e [*d, *d, *d, *d, *d, *d]\nf: &f [*e, *e, *e, *e, *e, *e]\ng: &g [*f, *f, *f, *f, *f, *f]\nh: [*g, *g, *g, *g, *g]\n")} {
		var doc map[string]any
		before := testkit.ProcessTime()
		err := YAML(raw, &doc)
		if took := testkit.ProcessTime() - before; took > 5*time.Second {
			t.Errorf("%d kB of %.20q took %v, %v", len(raw)>>10, raw, took, err)
		}
	}
}

func FuzzTOML(f *testing.F) {
	f.Add([]byte("a = [[1], [2]]\n[b.c]\nd = {e = 1}\n[[f]]\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var doc map[string]any
		if TOML(raw, &doc) != nil {
			return
		}
	})
}

func FuzzYAML(f *testing.F) {
	f.Add([]byte("a: &a [x]\nb: [*a, *a]\n? [c]\n: d\n<<: *a\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var doc map[string]any
		if YAML(raw, &doc) != nil {
			return
		}
	})
}
