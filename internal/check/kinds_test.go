package check

import (
	"context"
	"strings"
	"testing"
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
