package prose

import (
	"net/url"
	"strings"
	"testing"
)

// inside are the links of a text that may lead to a file beside it.
func inside(raw string) (out []string) {
	for _, l := range Read("a.md", []byte(raw)).Links {
		if u, err := url.Parse(l.Target); err == nil && u.Scheme == "" && u.Host == "" && u.Path != "" {
			out = append(out, l.Target)
		}
	}
	return out
}

func TestATextIsLeftOutOnlyWhereItLeadsToNoFile(t *testing.T) {
	for _, raw := range []string{
		"[a](b.md)", "![a]( <b c.png> )", "[a](\n  b.md)", "[a]\n\n[a]: b.md", "> [a]:\n> b.md\n\n[a]", "<a href=b.md href = 'b.md'>x</a>", "<p>\n<IMG alt=\"\" SRC\n=\n\"b.png\"></p>",
		"[https://x](b.md)", "[a](&#98;.md)", "[a](\\b.md)", "[![x](https://a.example/x.png)](b.md)", "[a](https://a.example) [b](/c.md)", "\ufeff---\na: b\n---\n[a](b.md)",
	} {
		if len(inside(raw)) == 0 || !MayLink([]byte(raw)) {
			t.Errorf("%q leads to %q, and may: %t", raw, inside(raw), MayLink([]byte(raw)))
		}
	}
	for _, raw := range []string{"", "]", "a = b", "[a](#b)", "[a](HTTPS://a.example/b.md) and <a href=\"mailto:a@b.example\">x</a>", "- [ ] one\n- [x] two", "[a]\n\n[a]: <http://a.example>", "`a[b]` is = c"} {
		if len(inside(raw)) != 0 || MayLink([]byte(raw)) {
			t.Errorf("%q leads to %q, and may: %t", raw, inside(raw), MayLink([]byte(raw)))
		}
	}
}

func FuzzMayLink(f *testing.F) {
	for _, file := range texts(f).Files {
		f.Add(string(file.Data))
	}
	f.Fuzz(func(t *testing.T, raw string) {
		if found := inside(raw); len(found) > 0 && !MayLink([]byte(raw)) && !strings.Contains(raw, "\x00") {
			t.Fatalf("%q leads to %q", raw, found)
		}
	})
}
