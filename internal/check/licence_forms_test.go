package check

import (
	"context"
	"testing"
	"testing/fstest"
	"unicode/utf16"

	"stoa/internal/finding"
	"stoa/internal/good"
)

// inUTF16 is a text as some editors write it: with a mark, and two bytes a letter,
// the lesser one first.
func inUTF16(text string) []byte {
	out := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(text)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return out
}

// TestLicenceOfOtherSigns: a text in UTF-16 is read, and what cannot be read and is
// named as a licence is not taken for missing.
func TestLicenceOfOtherSigns(t *testing.T) {
	for name, c := range map[string]struct {
		files fstest.MapFS
		want  finding.State
	}{
		"a text in UTF-16":       {fstest.MapFS{"LICENSE": {Data: inUTF16(string(knownTexts(t)["MIT.t1"]))}}, finding.Met},
		"a front page in UTF-16": {fstest.MapFS{"README.md": {Data: inUTF16("# Gates\n\n## License\n\n" + string(knownTexts(t)["MIT.t1"]))}}, finding.Met},
		"bytes of another form":  {fstest.MapFS{"LICENSE": {Data: []byte("\x00\x01\x02\x03 License")}}, finding.NotObservable},
		"none":                   {fstest.MapFS{"a.c": {Data: []byte("int a;\n")}}, finding.NotMet},
	} {
		target := target(c.files)
		target.Kinds = []good.Kind{good.Software}
		if got := stateOf(Run(context.Background(), target).Of("licence.text")); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
