package check

import (
	"context"
	"strings"
	"testing"

	"stoa/internal/finding"
)

func TestTheKindIsGuessedFromNames(t *testing.T) {
	for files, want := range map[string]string{
		"main.go README.md docs/a.md docs/b.png":            "software",
		"package.json":                                      "software",
		"rain.csv README.md":                                "data",
		"datapackage.json clean.py rain.csv":                "data",
		"config.json model.safetensors train.py infer.py":   "ai",
		"input/fsh/a.fsh sushi-config.yaml build.sh":        "standard",
		"chapter1.md chapter2.md img/a.png":                 "content",
		"README.md LICENSE":                                 "software",
		"main.py data.csv vendor/a.csv vendor/b.csv b.py":   "software",
		"testdata/a.csv testdata/b.csv testdata/c.csv a.rb": "software",
	} {
		held := map[string]string{}
		for f := range strings.FieldsSeq(files) {
			held[f] = "x"
		}
		tr := tree(held)
		tr.Kinds = nil
		r := Run(context.Background(), tr)
		if string(r.Kinds[0]) != want || len(r.Of("general.kinds")) != 1 || r.Of("general.kinds")[0].Values[0] != want {
			t.Errorf("%s is guessed to be %v, want %s", files, r.Kinds, want)
		}
	}
}

// TestAKindThatIsUnsureIsNoAnswer: programs that train a model, an address that
// speaks of another kind, and texts or tables alone leave the kind to people.
func TestAKindThatIsUnsureIsNoAnswer(t *testing.T) {
	for _, c := range []struct {
		address, files string
		want           finding.Confidence
	}{
		{"https://github.com/wells/register", "main.go README.md", finding.Medium},
		{"https://github.com/wells/depth-spec", "main.go README.md", finding.Low},
		{"https://github.com/data/register", "main.go README.md", finding.Medium},
		{"https://github.com/wells/depth", "train.py networks.py README.md", finding.Low},
		{"https://github.com/wells/depth", "train.py server.py README.md", finding.Medium},
		{"https://github.com/wells/depth", "one.md two.md", finding.Low},
		{"https://github.com/wells/depth", "rain.csv", finding.Low},
		{"https://github.com/wells/depth", "rain.csv datapackage.json", finding.Medium},
	} {
		held := map[string]string{}
		for f := range strings.FieldsSeq(c.files) {
			held[f] = "x"
		}
		tr := tree(held)
		tr.Kinds, tr.URL = nil, c.address
		if got := Run(context.Background(), tr).Of("general.kinds")[0]; got.Confidence != c.want {
			t.Errorf("%s with %s: %+v, want %s", c.address, c.files, got, c.want)
		}
	}
}
