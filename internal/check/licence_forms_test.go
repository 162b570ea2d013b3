package check

import (
	"context"
	"strings"
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

// TestAFrontPageGrantsWithoutAHeading: a sentence that puts the whole under a licence
// declares it, wherever on the page it stands; one on others' work, in a list or
// in an example does not.
func TestAFrontPageGrantsWithoutAHeading(t *testing.T) {
	for said, want := range map[string]string{
		"This project is licensed under the MIT License.":                                 "MIT",
		"Gates is released under the [MIT License](https://opensource.org/licenses/MIT).": "MIT",
		"**License:** Apache-2.0": "Apache-2.0",
		"It opens gates.  The software is free software under the GNU GPL v3 or later.":        "GPL-3.0-or-later",
		"Gates uses Hinges, which is released under the MIT License.":                          "",
		"- This package is licensed under the MIT License":                                     "",
		"```\nThis project is licensed under the MIT License.\n```":                            "",
		"Gates is an open source project under active development, like others of its makers.": "",
	} {
		for _, end := range []string{"\n", "\r\n"} {
			page := strings.ReplaceAll("# Gates\n\nGates for canals.\n\n"+said+"\n\nMore words.\n", "\n", end)
			r := Run(context.Background(), tree(map[string]string{"README.md": page, "LICENSE": string(knownTexts(t)["Apache-2.0.t1"])}))
			got := of(t, r, "licence.declared")
			if declared := strings.Join(got.Values, ""); declared != want || want != "" && got.Evidence[0].Line != 5 {
				t.Errorf("%q declares %q at %v, want %q at line 5", said, declared, got.Evidence, want)
			}
			agrees := finding.State("")
			for _, f := range r.Of("licence.agreement") {
				agrees = f.State
			}
			if clash := want != "" && want != "Apache-2.0"; clash && agrees != finding.NotObservable || want == "Apache-2.0" && agrees != finding.Met {
				t.Errorf("%q: the text agrees: %q", said, agrees)
			}
		}
	}
}
