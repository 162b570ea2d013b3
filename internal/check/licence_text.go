package check

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/google/licensecheck"

	"stoa/internal/good"
	"stoa/internal/lazy"
	"stoa/internal/vocab"
)

// text is a licence text that was found.
type licenceText struct {
	path    string
	line    int
	stub    bool // it names no more than a year and a holder
	sha     string
	ids     []string // as the library calls them, in their order, each once
	percent float64  // of the words that are theirs; 0: known by its title alone
	beside  []string // that are named beside those whose texts it holds
	closed  *closed  // what it is, or holds, that is not open
	named   bool     // it names the licence and does not hold its text
	choice  bool     // it lets one choose among ids
	rank    int      // among files of one folder, the least first
	part    string   // of the work that it says it is for: "docs", "data", …
	several bool     // it lists licences of several works
	limits  bool     // it has words that hold something back, beside an open licence
	notice  bool     // it is the notice that a licence asks to be put on a work
	summary bool     // it holds what people can read of a licence, and the text of another
	short   bool     // it has too few words to hold a licence
}

// licenceName is what the names of files that hold licences begin or end with.
var licenceNames = []string{"license", "licence", "copying", "unlicense", "lizenz", "licencia", "licenca", "licença", "licenza", "licencja", "лицензия", "许可证", "許可證"}

// notOurs are words in names of files that list what others' parts are under.
var notOurs = []string{"third", "3rd", "notice", "depend", "credit", "vendor", "bundled", "attribution", "oss"}

// licenceLike says whether a file is one that should hold a licence, and its
// rank among those of its folder: a plain LICENSE comes first.
func licenceLike(e *Entry) (rank int, like bool) {
	if rest, ok := strings.CutPrefix(e.Name, "license"); ok && len(rest) > 1 && strings.ContainsRune(".-_", rune(rest[0])) {
		if _, known := vocab.FindLicence(rest[1:]); known && !notText[e.Ext] && !programs[e.Ext] { // LICENSE.AGPL-3.0-or-later
			return 10, true
		}
	}
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
		return 30, e.Ext != ".html" && e.Ext != ".htm" && !isReadme(e) && stem != "faq" && stem != "index"
	}
	return 0, false
}

// maybeLicence says whether a file of the root may hold a licence although it
// is not named so: it is called by the name of one, or speaks of rights.
func maybeLicence(e *Entry) bool {
	if e.Depth > 0 || e.Size == 0 || e.Size > 100<<10 {
		return false
	}
	stem := e.Name
	switch e.Ext {
	case "":
	case ".txt", ".md", ".rst", ".html", ".htm", ".adoc":
		stem = strings.TrimSuffix(e.Name, e.Ext)
	default:
		if len(e.Ext) > 4 || strings.Trim(e.Ext, ".0123456789") != "" {
			return false
		}
	}
	if stem == "terms" || hints(e) {
		return true
	}
	if len(stem) < 3 || len(stem) > 40 {
		return false
	}
	_, known := vocab.FindLicence(stem)
	return known
}

// partOf is the part of a work that a licence's file says it is for.
func partOf(name string) string {
	for _, p := range []string{"docs", "doc", "documentation", "data", "content", "assets", "fonts", "font", "images", "media", "code", "software", "model", "examples", "samples", "commercial", "enterprise"} {
		for _, word := range strings.FieldsFunc(name, func(r rune) bool { return r == '-' || r == '_' || r == '.' || r == ' ' }) {
			if word == p {
				return p
			}
		}
	}
	return ""
}

// partKinds are the kinds of good that such a part may be.
var partKinds = map[string][]good.Kind{
	"docs": {good.Content, good.Standard}, "doc": {good.Content, good.Standard}, "documentation": {good.Content, good.Standard}, "content": {good.Content},
	"images": {good.Content}, "media": {good.Content}, "data": {good.Data}, "code": {good.Software}, "software": {good.Software}, "model": {good.AI},
}

// shortNotice is how long, in bytes, the words are at most by which a work is put
// under a licence whose text is long.
const shortNotice = 1500

// shortest is how long, in plain words, the text of a licence is at least that
// does not grant all in one sentence.
const shortest = 200

// grantsAlone are the words of such a sentence.
var grantsAlone = lazy.New(`\b(?:permission|permitted|public domain|copyright waived|free to|do what|you may|is free|freely|unencumbered|cc0|libre|libremente|puede|pueden|dominio publico|domaine public|dominio pubblico|gratuit|gratuitement|livre|livremente|podem|erlaubt|frei|gemeinfrei|liberamente)\b`)

// mitBody are words of the licence of MIT and of what was made from it.
var mitBody = []string{"permission is hereby granted free of charge to any person obtaining a copy", "without warranty of any kind"}

// partsBegin is where a file with a licence begins to tell of others' parts.
var partsBegin = lazy.New(`(?im)^.{0,40}(?:third[ -]?party|3rd[ -]?party|dependencies|acknowledg|(?:is a )?collective work|(?:combines|incorporates|bundles) the following|licen[sc]es of (?:the )?(?:bundled|included))`)

// ofWhole is what a file tells before it comes to others' parts.
func ofWhole(text string) string {
	if m := partsBegin.FindStringIndex(text); m != nil && m[0] > 0 {
		return text[:m[0]]
	}
	return text
}

// undoubled is a text without lines that say again what the line above says.
func undoubled(raw []byte) []byte {
	const enough = 40 // bytes
	var out [][]byte
	for line := range bytes.Lines(raw) {
		if n := len(out); n > 0 {
			last, same := out[n-1], 0
			for same < min(len(last), len(line)) && last[same] == line[same] {
				same++
			}
			if same >= enough && 10*same > 9*max(len(last), len(line)) {
				continue
			}
		}
		out = append(out, line)
	}
	return bytes.Join(out, nil)
}

// shortDeed is the same for what Creative Commons writes for people to read: a
// waiver with what it means is longer than a notice, and not the text.
const shortDeed = 4000

// identify says what licence a text is, also where a line of it stands twice.
func (m *matcher) identify(raw []byte) licenceText {
	t := m.identifyAs(raw)
	if t.percent == 0 && len(raw) < 100<<10 && t.closed == nil {
		if once := undoubled(raw); len(once) < len(raw) {
			return m.identifyAs(once)
		}
	}
	return t
}

func (m *matcher) identifyAs(raw []byte) (t licenceText) {
	words := plain(raw)
	t.closed = closedText(words, false)
	if t.closed != nil {
		own := []byte(ofWhole(string(raw)))
		if len(own) >= shortest && len(own) < len(raw) && closedText(plain(own), true) == nil && len(m.match(own).Match) > 0 {
			t.closed = nil // what follows is of others' parts
		}
	}
	split := t.closed != nil && ofPart(words, t.closed)
	if split { // which of them is that of the whole, a person has to say
		t.closed = nil
	}
	t.stub = len(raw) < 400 && !strings.Contains(words, "licen") && strings.Contains(words, "copyright holder")
	cover := m.match(raw)
	t.percent = cover.Percent
	t.summary = t.percent < 75 && strings.Contains(words, "human readable summary")
	t.short = len(words) > 10 && len(words) < shortest && !grantsAlone.MatchString(words)
	matches := cover.Match
	if len(matches) == 0 || matches[0].Start > 150 {
		matches = append(inHeads().Scan(raw[:min(len(raw), HeadSize)]).Match, matches...)
		slices.SortStableFunc(matches, func(a, b licensecheck.Match) int { return a.Start - b.Start })
	}
	t.take(matches)
	t.lead(raw, matches)
	t.notice = t.named && t.percent > 50
	if (len(t.ids) == 0 || t.percent < 40) && !(t.named && len(raw) < 4*shortNotice) {
		if id := titled(words); id != "" && len(raw) > 1000 && !(strings.HasPrefix(id, "CC0") && len(raw) < shortDeed) && !strings.Contains(words, "human readable summary") {
			t.ids, t.percent, t.named = []string{id}, 0, false
			t.limits = split || t.closed == nil && class(id) != "non-commercial" && limits(words)
			return t
		}
	}
	if len(t.ids) == 0 && len(raw) < 3000 {
		all, _ := namings(ofWhole(string(raw)))
		for _, e := range opened(all) {
			t.ids = append(t.ids, e.ids...)
		}
		t.named = len(t.ids) > 0
		t.percent = 0
		if t.named && containsAll(words, mitBody) {
			t.ids, t.named = nil, false // its words were changed: a person has to read how
		}
	}
	if t.closed == nil && len(t.ids) == 0 && !split && !(len(raw) > 3000 && strings.Contains(words, "creative commons")) { // those are told by their texts
		t.closed = closedText(words, true)
	}
	t.choice = len(t.ids) > 1 && (t.named && len(raw) < 4*shortest && bytes.Contains(raw, []byte(" OR ")) || strings.Contains(words, "at your option") || strings.Contains(words, "dual licensed") || strings.Contains(words, "either of") || strings.Contains(words, "your choice"))
	if t.closed == nil && !split && len(raw) < 3000 && (t.named || len(t.ids) == 0) {
		t.closed = closedSpoken(words)
		if t.closed != nil && (ofPart(words, t.closed) || len(t.ids) > 0 && t.closed.id != "LicenseRef-Commons-Clause") {
			t.closed, split = nil, true
		}
	}
	if t.closed != nil && len(t.ids) > 0 && choosable(words[:min(len(words), 1000)]) && t.closed.id != "LicenseRef-Commons-Clause" {
		t.closed, t.choice = nil, true // what is not open need not be chosen
	}
	if t.closed == nil && !slices.ContainsFunc(t.ids, func(id string) bool { return class(id) == "non-commercial" }) {
		t.limits = limits(words)
	}
	t.limits = t.limits || split || t.closed == nil && !t.named && binds(raw, cover.Match, t.ids)
	if !t.named && t.percent < 75 {
		for _, s := range statements(string(raw[:min(len(raw), HeadSize)])) {
			t.beside = append(t.beside, s.ids...)
		}
	}
	return t
}

// holdBack are words of texts that give less than an open licence does, in
// small letters without marks.
var holdBack = []string{"non commercial use", "noncommercial use", "non commercial purpose", "noncommercial purpose", "commercial use is prohibited", "commercial use is not", "commercial use is strictly", "commercial use requires", "no commercial use", "not for commercial", "valid commercial license", "may not be used commercially", "may not use this software for commercial", "may not be used for commercial", "cannot be used for commercial", "academic use only", "academic purposes only", "research use only", "research purposes only", "educational use only", "educational purposes only", "personal use only", "evaluation purposes only", "monthly active users", "multi tenant", "software as a service", "hosted or managed service", "competing product", "competing service", "enterprise license", "enterprise edition", "gross revenue", "annual revenue", "split licensed", "split license", "following additional conditions", "branding", "military purposes", "military use", "human rights violations", "may not sell", "may not resell", "not be resold", "must not be sold", "仅供学习", "不得用于商业", "portions of this software are licensed as follows", "uso comercial está prohibido", "fines comerciales", "usage non commercial", "usage commercial interdit", "fins commerciales", "nicht kommerziell", "uso não comercial", "非商业", "禁止商业"}

// limits says whether a text, in plain words, holds something back.
func limits(words string) bool {
	return slices.ContainsFunc(holdBack, func(p string) bool { return strings.Contains(words, p) })
}

// binding are words by which what was added to a text may bind who uses the work.
var binding = lazy.New(`\b(?:must|may not|shall not|must not|cannot|not permitted|not allowed|prohibit\pL*|forbidden|required to|ha(?:s|ve) to|needs? (?:a|an) licen\pL*|restrict\pL*|additional (?:terms?|conditions?)|commercial)\b`)

// binds says whether words outside of what the library found bind who uses the
// work. Those beside a licence of GNU only give more, which it says itself, and
// those about one of Creative Commons are its preamble.
func binds(raw []byte, matches []licensecheck.Match, ids []string) bool {
	if len(ids) == 0 || slices.ContainsFunc(ids, func(id string) bool { return strings.Contains(id, "GPL-") || strings.HasPrefix(id, "CC") }) {
		return false
	}
	from := 0
	for _, m := range matches {
		if m.Start > from && binding.MatchString(plain(raw[from:m.Start])) {
			return true
		}
		from = max(from, m.End)
	}
	return binding.MatchString(plain(raw[min(from, len(raw)):]))
}

// take keeps the licences whose texts were found, or where there is none those
// by whose notices a work is put under them. A notice that stands before a text
// of GNU says which versions are meant; one behind it is an example.
func (t *licenceText) take(matches []licensecheck.Match) {
	var notices, texts []string
	for _, found := range matches {
		id := ownNames(found)
		switch {
		case id == "" || found.IsURL:
		case isNotice(id, found.End-found.Start):
			if len(texts) == 0 {
				notices = append(notices, id)
			}
		case !slices.Contains(texts, id):
			texts = append(texts, id)
		}
	}
	for _, n := range notices {
		if i := slices.IndexFunc(texts, func(id string) bool { return family(id) == family(n) }); i >= 0 {
			texts[i] = n
		} else if len(texts) == 0 || n == notices[0] { // a notice of the whole, then texts of parts
			t.ids, t.named = []string{n}, true
			return
		}
	}
	t.ids = texts
}

// bodyBegins is how texts begin that have lines of copyright before them.
var bodyBegins = lazy.New(`(?i)redistribution\s+and\s+use\s+in\s+source|permission\s+(?:is\s+hereby\s+granted|to\s+use,?\s+copy)`)

// lead puts what the words before the first text name before what that is of: it
// may be the licence of the whole, and the text that of a part.
func (t *licenceText) lead(raw []byte, matches []licensecheck.Match) {
	first := slices.IndexFunc(matches, func(m licensecheck.Match) bool {
		id := ownNames(m)
		return id != "" && !m.IsURL && !isNotice(id, m.End-m.Start)
	})
	if t.named || len(t.ids) == 0 || first < 0 {
		return
	}
	end := matches[first].Start
	if m := bodyBegins.FindIndex(raw[end:matches[first].End]); m != nil {
		end += m[0] // what the library takes for lines of copyright is before it
	}
	named, _ := namings(string(raw[:min(end, HeadSize)]))
	for _, e := range slices.Backward(opened(named)) {
		for i, id := range t.ids { // it tells which versions are meant
			if !e.open && versionOpen(id) && len(e.ids) == 1 && family(e.spdx) == family(id) {
				t.ids[i] = e.spdx
			}
		}
		if !slices.ContainsFunc(t.ids, func(id string) bool { return family(id) == family(e.spdx) }) {
			t.ids = slices.Insert(t.ids, 0, e.ids...)
		}
	}
}

// isNotice says whether words of this length in which the library knows a
// licence do no more than name it.
func isNotice(id string, length int) bool {
	for _, p := range []string{"GPL-", "LGPL-", "AGPL-", "GFDL-"} {
		if strings.HasPrefix(id, p) {
			return strings.HasSuffix(id, "-only") || strings.HasSuffix(id, "-or-later")
		}
	}
	for _, p := range []string{"Apache-2.0", "MPL-", "EPL-", "EUPL-", "ODbL-", "AFL-", "OSL-", "ECL-"} {
		if strings.HasPrefix(id, p) {
			return length < shortNotice
		}
	}
	if strings.HasPrefix(id, "CC-") || strings.HasPrefix(id, "CC0-") {
		return length < shortDeed
	}
	return false
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
