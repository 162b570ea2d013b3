package target

import (
	"bytes"
	"net/url"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"stoa/internal/check"
)

func mustParse(t testing.TB, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func FuzzData(f *testing.F) {
	f.Add("t.csv", []byte("a;b\n1;2\n"))
	f.Add("t.parquet", []byte("PAR1\x15\x04\x00\x00\x00\x00PAR1"))
	f.Add("c.json", []byte(`{"@type":["sc:Dataset"],"recordSet":[{"field":{"name":{"@value":"x"}}}],"license":[{"@id":"y"}]}`))
	f.Add("d.jsonld", []byte(`[{"@graph":{"@type":"dcat:Dataset","dct:title":7}}]`))
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		name, ok := inside(name)
		if !ok {
			return
		}
		e := check.Entry{Path: name, Size: int64(len(content))}
		read := reading(e)
		if read == nil {
			return
		}
		d := dataset(fstest.MapFS{name: {Data: content}}, e, read)
		if d == nil {
			return
		}
		if len(d.Columns) > mostColumns {
			t.Errorf("%d columns", len(d.Columns))
		}
		for _, c := range d.Columns {
			if c.Name != shown(c.Name) {
				t.Errorf("%q would move what a reader sees", c.Name)
			}
		}
	})
}

func FuzzLinks(f *testing.F) {
	f.Add([]byte(`<a href="/privacy">P</a><a href='//x.example/licence'>l</a><A HREF=javascript:x>y`))
	base := mustParse(f, "https://a.example/b/")
	f.Fuzz(func(t *testing.T, page []byte) {
		for _, l := range links(page, base) {
			if l.to.Scheme != "http" && l.to.Scheme != "https" || l.to.Host == "" || l.to.User != nil {
				t.Errorf("a link to %s", l.to)
			}
		}
	})
}

func FuzzRecords(f *testing.F) {
	f.Add([]byte("DIRC\x00\x00\x00\x02\x00\x00\x00\x00"), []byte("/build\n!x\n[a-\n**/y\n"), []byte("[remote \"origin\"]\n\turl = git@a.example:o/n\n"), []byte("ref: refs/heads/main\n"))
	f.Fuzz(func(t *testing.T, list, patterns, config, head []byte) {
		dir := t.TempDir()
		put(t, dir, ".git/index", string(list))
		put(t, dir, ".gitignore", string(patterns))
		put(t, dir, ".git/config", string(config))
		put(t, dir, ".git/HEAD", string(head))
		put(t, dir, "a/x.go", "x")
		if err := os.MkdirAll(dir+"/.git/objects", 0o755); err != nil {
			t.Fatal(err)
		}
		got, free, err := Open(t.Context(), dir, Options{Limits: lower})
		defer free()
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(got.URL, "@") && !bytes.Contains(config, []byte("@")) {
			t.Errorf("%s", got.URL)
		}
	})
}

func FuzzName(f *testing.F) {
	f.Add("a/../b")
	f.Add("\xff/\u202e")
	f.Fuzz(func(t *testing.T, name string) {
		p, ok := inside(name)
		if ok && (strings.HasPrefix(p, "/") || strings.Contains("/"+p+"/", "/../") || p == "" || p != shown(p)) {
			t.Errorf("%q becomes %q", name, p)
		}
		if u, err := url.Parse(Address(name)); err == nil && u.Host != "" && u.User == nil {
			if r := repository(u); r != nil && strings.ContainsAny(r.host, " \n@") {
				t.Errorf("%q is %+v", name, r)
			}
		}
	})
}
