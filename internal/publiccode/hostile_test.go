package publiccode

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// hostile are files made to harm or confuse whoever reads them.
func hostile(t testing.TB) map[string]string {
	small := fixture(t, "smallest.yml")
	laughs := "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	for i := '1'; i <= '9'; i++ {
		laughs += "a" + string(i) + ": &a" + string(i) + " [" + strings.Repeat("*a"+string(i-1)+", ", 9) + "*a" + string(i-1) + "]\n"
	}
	return map[string]string{
		"billion laughs":      small + laughs,
		"alias to itself":     small + "usedBy: &a [*a]\n",
		"merge of itself":     small + "legal2: &a\n  <<: *a\n  b: c\n",
		"unknown alias":       small + "usedBy: *nobody\n",
		"deep flow":           small + "usedBy: " + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + "\n",
		"deep block":          small + "usedBy:\n" + strings.Repeat(" ", 4) + strings.Repeat("- ", 5000) + "x\n",
		"deep mapping":        small + "usedBy: " + strings.Repeat("{a: ", 200) + "b" + strings.Repeat("}", 200) + "\n",
		"many keys":           small + manyKeys(60_000),
		"many items":          small + "usedBy: [" + strings.Repeat("a,", 500_000) + "]\n",
		"too large":           small + "applicationSuite: " + strings.Repeat("a", MaxSize) + "\n",
		"not UTF-8":           small + "applicationSuite: \xff\xfe\n",
		"UTF-16":              "\xff\xfep\x00u\x00b\x00",
		"tab for indent":      strings.ReplaceAll(small, "\n  ", "\n\t"),
		"foreign tag":         small + "applicationSuite: !!python/object:os.system x\n",
		"binary":              small + "applicationSuite: !!binary aGk=\n",
		"tag of another type": small + "applicationSuite: !!map x\n",
		"list as key":         small + "? [a, b]\n: c\n",
		"two documents":       small + "---\n" + small,
		"list":                "- a\n- b\n",
		"text":                "publiccodeYmlVersion\n",
		"empty":               "",
		"comment":             "# nothing\n",
		"cut":                 small[:200] + "\n  \"",
		"only a brace":        "{",
		"control characters":  small + "applicationSuite: \"a\x00b\"\n",
		"key of a language":   small + "\"\\e[31mred\": 1\n? " + strings.Repeat("k", 5000) + "\n: 1\n",
		"merge of a text":     small + "<<: text\n",
	}
}

func manyKeys(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("k")
		for ; i > 0; i /= 26 {
			b.WriteByte(byte('a' + i%26))
		}
		b.WriteString(": 1\n")
	}
	return b.String()
}

// Whatever is sent, there is an answer, and it is a finding; no hostile file is
// valid but the one that is only odd.
func TestHostileFilesAreRefused(t *testing.T) {
	for name, text := range hostile(t) {
		_, found := Check([]byte(text))
		if odd := name == "key of a language"; Valid(found) != odd {
			t.Errorf("%s: valid %v: %v", name, Valid(found), lines(found)[:min(3, len(found))])
		}
		sound(t, name, found)
	}
}

// sound says that findings can be shown to anyone on one line each.
func sound(t testing.TB, name string, found []Finding) {
	t.Helper()
	for _, f := range found {
		line := f.Key + f.Message
		if len(line) > 1000 || !utf8.ValidString(line) || strings.ContainsAny(line, "\n\x1b\x00") || f.Line < 0 {
			t.Fatalf("%s: line %d: %q", name, f.Line, line)
		}
	}
}

func TestOddButRightFilesAreRead(t *testing.T) {
	small := fixture(t, "smallest.yml")
	for name, text := range map[string]string{
		"carriage returns": strings.ReplaceAll(small, "\n", "\r\n"),
		"anchors":          strings.Replace(small, "features: [", "awards: &a [x]\n    screenshots: *a\n    features: [", 1),
		"merge keys":       small + "dependsOn:\n  open:\n    - &pg {name: PostgreSQL, version: \"15\"}\n    - {<<: *pg, version: \"16\"}\n",
		"YAML 1.2":         "%YAML 1.2\n---\n" + small,
		"an end":           small + "...\n",
	} {
		if _, found := Check([]byte(text)); len(found) > 0 {
			t.Errorf("%s: %v", name, lines(found))
		}
	}
	for name, text := range map[string]string{"byte order mark": "\xEF\xBB\xBF" + small, "YAML 1.1": "%YAML 1.1\n---\n" + small} {
		if f, found := Check([]byte(text)); !Valid(found) || len(found) != 1 || f.Name != "Rain Gauge" {
			t.Errorf("%s: %v", name, lines(found))
		}
	}
}

func FuzzCheck(f *testing.F) {
	f.Add([]byte(fixture(f, "full.yml")))
	f.Add([]byte(fixture(f, "smallest.yml")))
	for _, text := range hostile(f) {
		if len(text) < 4000 {
			f.Add([]byte(text))
		}
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		file, found := Check(raw)
		sound(t, "fuzzed", found)
		if Valid(found) && (file == nil || file.Name == "" || file.URL == "") {
			t.Fatal("valid without a name or an address")
		}
		again, twice := Check(raw)
		if len(found) != len(twice) || (file == nil) != (again == nil) {
			t.Fatal("another verdict the second time")
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	raw := []byte(fixture(b, "full.yml"))
	for b.Loop() {
		Check(raw)
	}
}

// The worst that fits the limit of size.
func BenchmarkCheckHostile(b *testing.B) {
	raw := []byte(hostile(b)["many items"])[:MaxSize-64<<10]
	for b.Loop() {
		Check(raw)
	}
}
