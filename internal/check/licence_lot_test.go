package check

import (
	"context"
	"strings"
	"testing"

	"stoa/internal/finding"
)

// TestTermsOfPartsAndOfNobody are not those of the whole: what is listed behind an
// open licence a person has to read, and what stands where nobody chose says nothing.
func TestTermsOfPartsAndOfNobody(t *testing.T) {
	notice := "Copyright 2016 Wells Inc.\n\nThis program is free software: you can redistribute it and/or modify it under the terms of the GNU Affero General Public License as published by the Free Software Foundation, either version 3 of the License, or (at your option) any later version.\n"
	closed := "\nElastic License 2.0\n\nYou may not provide the software to third parties as a hosted or managed service, where the service provides users with access to any substantial set of the features or functionality of the software.\n"
	for name, c := range map[string]struct {
		files map[string]string
		probe string
		want  finding.State
	}{
		"a list of parts":           {map[string]string{"LICENSE.txt": notice + "\nThis software is a collective work, it combines the following independent works:\n" + closed}, "licence.text", finding.NotObservable},
		"terms of the whole":        {map[string]string{"LICENSE.txt": closed}, "licence.text", finding.NotMet},
		"nobody chose":              {map[string]string{"LICENSE": strings.Replace(permissive, "%s", "Wells", 1), "pyproject.toml": "[project]\nname = \"wells\"\nlicense = { text = \"None\" }\n"}, "licence.declared", finding.NotObservable},
		"nobody chose, and no text": {map[string]string{"package.json": `{"name": "wells", "license": "TBD"}`}, "licence.names", finding.NotObservable},
	} {
		c.files["main.py"] = "print(1)\n"
		found := Run(context.Background(), tree(c.files)).Of(c.probe)
		state := finding.NotObservable
		if len(found) > 0 {
			state = found[0].State
		}
		if state != c.want {
			t.Errorf("%s: %s, want %s", name, state, c.want)
		}
	}
}

// TestManifestsOfPartsTellTheVersion of a licence of GNU where the root leaves it open,
// and all that tell say the same.
func TestManifestsOfPartsTellTheVersion(t *testing.T) {
	part := func(id string) string { return `{"name": "part", "license": "` + id + `"}` }
	for name, c := range map[string]struct{ one, two, want string }{
		"the same": {part("GPL-3.0-or-later"), part("GPL-3.0-or-later"), "GPL-3.0-or-later"},
		"another":  {part("GPL-3.0-or-later"), part("GPL-3.0-only"), ""},
	} {
		l := newLicence(tree(nil)).(*licence)
		for path, text := range map[string]string{"package.json": part("GPLv3"), "packages/one/package.json": c.one, "packages/two/package.json": c.two} {
			e := At(path, int64(len(text)))
			l.See(&File{Entry: e, Text: []byte(text)})
		}
		if got := l.version("GPL-3.0"); got != c.want && !(c.want == "" && !strings.HasSuffix(got, "-or-later")) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
