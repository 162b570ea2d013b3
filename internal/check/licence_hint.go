package check

import (
	"bytes"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode"

	"stoa/internal/lazy"
)

// That something is not there is said only where nothing hints at it. Here is
// what hints at the text of a licence where none was found.

// hintWords are words of which one in a file's name hints that it holds a
// licence; those of hintNames do so at the root alone, where what is named by
// them is seldom about using something of that name.
var (
	hintWords = []string{"agpl", "gpl", "lgpl", "affero", "eupl", "mpl", "copying", "copyleft"}
	hintParts = []string{"licens", "licenc", "lisens", "licenti", "lisans", "лиценз", "ліценз", "许可", "許可", "授权", "授權", "版权", "版權", "协议", "協議", "ライセンス", "라이선스"}
	hintNames = []string{"mit", "apache", "bsd", "isc", "epl", "gnu", "legal", "rights", "copyright", "copyrights"}
)

// hints says whether the name of a file hints that it holds a licence.
func hints(e *Entry) bool {
	if slices.ContainsFunc(licenceNames, func(n string) bool { return strings.Contains(e.Name, n) }) ||
		slices.ContainsFunc(hintParts, func(n string) bool { return strings.Contains(e.Name, n) }) {
		return true
	}
	for _, w := range strings.FieldsFunc(e.Name, func(r rune) bool { return !unicode.IsLetter(r) }) {
		if slices.Contains(hintWords, w) || e.Depth == 0 && slices.Contains(hintNames, w) {
			return true
		}
	}
	return false
}

// sealedLicence says whether a file is named as a licence, and of a form that
// is not read. In folders for what is written any form may be meant.
func sealedLicence(e *Entry) bool {
	dir, _, _ := strings.Cut(strings.ToLower(e.Path), "/")
	switch e.Ext {
	case ".pdf", ".doc", ".docx", ".rtf", ".odt", ".tex", ".png", ".jpg", ".url", ".xml", ".ps", ".epub":
		return e.Depth == 0 && hints(e) || e.Depth == 1 && slices.Contains(textFolders, dir) && hints(e)
	case ".txt", ".md", ".rst", ".adoc", ".html", ".htm", "":
		return e.Depth == 1 && slices.Contains(textFolders, dir) && (strings.HasPrefix(dir, "licen") && !isReadme(e) || hints(e))
	case ".json", ".yml", ".yaml", ".toml", ".csv", ".lock", ".lic", ".key": // settings, and lists of what others' parts are under
		return false
	}
	// Any other ending may be a language's, or a form of text.
	return e.Depth == 0 && !programs[e.Ext] && slices.ContainsFunc(licenceNames, func(n string) bool { return strings.TrimSuffix(e.Name, e.Ext) == n })
}

// textFolders are folders that may hold the licence of the whole.
var textFolders = []string{"licenses", "licences", "license", "licence", "legal", "docs", "doc", ".github"}

// wholeText begins what texts of licences say and others do not.
var wholeText = lazy.New(`(?i)permission\s+is\s+hereby\s+granted|redistribution\s+and\s+use\s+in\s+source|permission\s+to\s+use,\s+copy,\s+modify|free\s+and\s+unencumbered\s+software|everyone\s+is\s+permitted\s+to\s+copy|terms\s+and\s+conditions\s+for\s+(?:use|copying)`)

// packageFolders are folders whose folders are the parts that the whole consists of.
var packageFolders = []string{"packages", "crates", "modules", "apps", "services", "plugins", "projects"}

// waived is how a front page gives all rights away in words of its own.
var waived = lazy.New(`(?i)\bwaived?\b[^.\n]{0,80}\bCC0\b|\bdedicat\w+\b[^.\n]{0,60}\bto the public domain\b|\b(?:project|work|software|code|repository) (?:is|are) in the (?:worldwide )?\[?public domain\b`)

// hintedAt is a file that may hold the text of the licence, or of one that own
// is under; "": nothing hints at one.
func (l *licence) hintedAt(t *Target, own ownLicence) string {
	for _, hint := range []string{l.sealed, l.spoken} {
		if hint != "" {
			return hint
		}
	}
	if own.unsure != nil {
		return own.unsure.path
	}
	for _, name := range l.pointed {
		if i := slices.IndexFunc(t.Entries, func(e Entry) bool { return e.Path == name }); i >= 0 && mayBeTerms(&t.Entries[i]) {
			return name
		}
	}
	if heads := l.silent; l.headed.count > 0 {
		for _, said := range l.heads {
			heads += said.count
		}
		if 4*l.headed.count >= heads {
			return l.headed.at[0].Path
		}
	}
	for _, x := range l.texts { // of the packages that the whole consists of
		if dir, _, _ := strings.Cut(strings.ToLower(x.path), "/"); !x.named && len(x.ids) > 0 && strings.Count(x.path, "/") == 2 && slices.Contains(packageFolders, dir) {
			return x.path
		}
	}
	for _, x := range l.texts { // of a manual
		if dir, _, _ := strings.Cut(strings.ToLower(x.path), "/"); !x.named && len(x.ids) > 0 && slices.Contains(textFolders, dir) {
			return x.path
		}
	}
	said := slices.Clone(own.ids)
	for _, c := range l.claims {
		if c.depth == 0 && c.known && c.closed == nil {
			said = append(said, c.ids...)
		}
	}
	for _, x := range l.texts { // of a part, or of the whole and at an odd place
		if !x.named && len(x.ids) > 0 && related(expression{ids: x.ids}, expression{ids: said}) {
			return x.path
		}
	}
	if t.FS == nil {
		return ""
	}
	for _, name := range linkedNames { // a link of the file system is no file of the target
		if info, err := fs.Lstat(t.FS, name); err == nil && !info.IsDir() && !slices.ContainsFunc(t.Entries, func(e Entry) bool { return e.Path == name }) {
			return name
		}
	}
	return ""
}

// toFile is how manifests name a file that holds the licence, and toLink how a
// front page links to one.
var (
	toFile = lazy.New(`(?i)(?:SEE LICEN[CS]E IN |license[-_]file[s]?["']?\s*[=:]\s*\[?\s*["']?|\blicense\s*=\s*\{\s*file\s*=\s*["']|<license type="file">|<PackageLicenseFile>|License:[^\n]*\bfile )([\w./-]+)`)
	toName = lazy.New(`([\w./-]+\.(?:md|txt|rst|adoc|html?|pdf))\b`) // where a file named as the licence leads to another
	toLink = lazy.New(`\]\(\s*<?(?:https://(?:github|gitlab)\.com/[^/\s]+/[^/\s]+/(?:-/)?(?:blob|tree|raw)/[^/\s]+/)?([^)\s#>:]+)`)
)

// mayBeTerms says whether a file that is linked to beside the licence may hold it:
// a front page, and guides of other names, do not.
func mayBeTerms(e *Entry) bool {
	for _, p := range []string{"readme", "contribut", "code", "security", "change", "author", "maintain", "support", "citation"} {
		if strings.HasPrefix(e.Name, p) {
			return false
		}
	}
	if _, like := licenceLike(e); like && e.Depth == 0 {
		return false // it was looked at
	}
	switch e.Ext {
	case "", ".md", ".txt", ".rst", ".adoc", ".html", ".htm", ".pdf", ".rtf", ".doc", ".docx", ".odt":
		return true
	}
	return false
}

// point notes the files that a text names so.
func (l *licence) point(from, text string, by *lazy.Regexp) {
	for _, m := range by.FindAllStringSubmatch(text, 10) {
		if name := path.Join(path.Dir(from), m[1]); len(l.pointed) < 100 && fs.ValidPath(name) {
			l.pointed = append(l.pointed, name)
		}
	}
}

// linkedNames are names under which a link to a licence may lie.
var linkedNames = []string{"LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE", "LICENCE.md", "LICENCE.txt", "COPYING", "COPYING.md", "COPYING.txt", "license", "license.md", "License.txt", "UNLICENSE"}

// banner is how the head of a library begins that somebody made, with its
// version and address: whoever wrote that, it is carried along.
var banner = lazy.New(`\bv?\d+\.\d+(?:\.\d+)*\S*\s*\(?https?://`)

// holdsBack says whether a licence that files name holds uses back.
func holdsBack(id string) bool {
	return closedName(id) != nil || class(id) == "non-commercial" || class(id) == "no-derivatives"
}

// inContrib says whether a file lies in a folder of a folder for what was
// contributed: mostly a library that is carried along.
func inContrib(name string) bool {
	_, rest, is := strings.Cut("/"+strings.ToLower(path.Dir(name))+"/", "/contrib/")
	return is && strings.Contains(rest, "/")
}

// unknownTerms is how a head puts a file under a licence by its name, whichever.
var unknownTerms = lazy.New(`(?i)\b(?:licensed|released|distributed|available)\s+under\s+(?:the\s+)?(?:terms\s+of\s+the\s+)?(?:\S+\s+){1,6}?licen[cs]e\b`)

// unknownHead says whether a head puts the file under some licence.
func unknownHead(window []byte) bool {
	var lines [][]byte
	for line := range bytes.Lines(window) {
		lines = append(lines, bytes.Trim(line, commentMarks+"\r\n"))
	}
	return unknownTerms.Match(bytes.Join(lines, []byte(" ")))
}
