package check

import (
	"path"
	"slices"
	"strings"

	"github.com/google/licensecheck"

	"stoa/internal/vocab"
)

// text is a licence text that was found.
type licenceText struct {
	path    string
	line    int
	sha     string
	ids     []string // as the library calls them, in their order, each once
	percent float64  // of the words that are theirs; 0: known by its title alone
	closed  *closed  // what it is, or holds, that is not open
	named   bool     // it names the licence and does not hold its text
	choice  bool     // it lets one choose among ids
	rank    int      // among files of one folder, the least first
	part    string   // of the work that it says it is for: "docs", "data", …
}

// licenceName is what the names of files that hold licences begin or end with.
var licenceNames = []string{"license", "licence", "copying", "unlicense", "lizenz", "licencia", "licenca"}

// notOurs are words in names of files that list what others' parts are under.
var notOurs = []string{"third", "3rd", "notice", "depend", "credit", "vendor", "bundled", "attribution", "oss"}

// licenceLike says whether a file is one that should hold a licence, and its
// rank among those of its folder: a plain LICENSE comes first.
func licenceLike(e *Entry) (rank int, like bool) {
	switch e.Ext {
	case "", ".txt", ".md", ".markdown", ".rst", ".adoc", ".html", ".htm", ".lesser", ".gpl", ".lgpl", ".agpl", ".mit", ".apache", ".bsd":
	default:
		// LICENSE-2.0 and the like have no extension, only a number.
		if len(e.Ext) > 4 || strings.Trim(e.Ext, ".0123456789") != "" {
			return 0, false
		}
	}
	stem := strings.TrimSuffix(e.Name, e.Ext)
	for i, n := range licenceNames {
		switch {
		case stem == n || stem == n+"s":
			return i, true
		case strings.HasPrefix(stem, n+"-") || strings.HasPrefix(stem, n+"_") || strings.HasPrefix(stem, n+".") || strings.HasPrefix(stem, n+" "):
			return 10 + i, true
		case strings.HasSuffix(stem, "-"+n) || strings.HasSuffix(stem, "_"+n) || strings.HasSuffix(stem, "."+n) || strings.HasSuffix(stem, " "+n):
			return 20 + i, true
		}
	}
	dir := strings.ToLower(path.Base(path.Dir(e.Path)))
	if dir == "licenses" || dir == "licences" {
		return 30, e.Ext != ".html" && e.Ext != ".htm"
	}
	return 0, false
}

// partOf is the part of a work that a licence's file says it is for.
func partOf(name string) string {
	for _, p := range []string{"docs", "doc", "documentation", "data", "content", "assets", "fonts", "font", "images", "media", "code", "software", "model", "examples", "samples"} {
		for _, word := range strings.FieldsFunc(name, func(r rune) bool { return r == '-' || r == '_' || r == '.' || r == ' ' }) {
			if word == p {
				return p
			}
		}
	}
	return ""
}

// identify says what licence a text is.
func (m *matcher) identify(raw []byte) (t licenceText) {
	words := plain(raw)
	t.closed = closedText(words)
	cover := m.match(raw)
	t.percent = cover.Percent
	for _, found := range cover.Match {
		id := ownNames(found)
		if id == "" || found.IsURL {
			continue
		}
		if !slices.Contains(t.ids, id) {
			t.ids = append(t.ids, id)
		}
	}
	t.choice = len(t.ids) > 1 && (strings.Contains(words, "at your option") || strings.Contains(words, "dual licensed") || strings.Contains(words, "either of"))
	if len(t.ids) == 0 || t.percent < 40 {
		if id := titled(words); id != "" && len(raw) > 1000 {
			t.ids, t.percent = []string{id}, 0
			return t
		}
	}
	if len(t.ids) == 0 && len(raw) < 3000 {
		for _, s := range statements(string(raw)) {
			t.ids = append(t.ids, s.ids...)
		}
		t.named = len(t.ids) > 0
		t.percent = 0
	}
	return t
}

// ownNames is what SPDX calls what the library found; "" where it is no licence.
func ownNames(m licensecheck.Match) string {
	switch id := m.ID; id {
	case "CommonsClause", "Anti996":
		return "" // closed.tsv knows them
	case "GooglePatentClause", "GooglePatentsFile":
		return "" // gives more, takes nothing
	case "GPL-2.0-or-3.0":
		return "GPL-2.0"
	default:
		if _, known := vocab.LicenceByID(id); known {
			return id
		}
		return "LicenseRef-" + id
	}
}

// open says whether the text leaves it open which versions may be used: that
// of a GNU licence does.
func versionOpen(id string) bool {
	l, ok := vocab.LicenceByID(id)
	return ok && l.Deprecated && (strings.HasPrefix(id, "GPL-") || strings.HasPrefix(id, "LGPL-") || strings.HasPrefix(id, "AGPL-") || strings.HasPrefix(id, "GFDL-"))
}
