package vocab

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"stoa/internal/good"
	"stoa/internal/lazy"
	"stoa/internal/quick"
)

//go:embed data/licences.tsv
var licencesTSV string

//go:embed data/licence_spellings.tsv
var licenceSpellingsTSV string

// Licence is a licence of the SPDX list. AcceptedFor lists the kinds of good
// for which the DPG Standard approves it; Class is what it allows: permissive,
// weak-copyleft, strong-copyleft, network-copyleft, public-domain, share-alike,
// attribution, non-commercial, no-derivatives or other.
type Licence struct {
	ID, Name, URL string
	Deprecated    bool
	OSI           bool // approved by the Open Source Initiative
	AcceptedFor   []good.Kind
	Class         string
}

// Accepts says whether the DPG Standard approves the licence for a kind.
func (l Licence) Accepts(k good.Kind) bool { return slices.Contains(l.AcceptedFor, k) }

type licenceIndex struct {
	list       []Licence
	byID       map[string]int
	successor  map[string]string          // deprecated id → current id; "" if there is none
	bySpelling func() func(string) string // finds the current id of a folded spelling; made when it is first asked for
}

var licences = sync.OnceValue(func() licenceIndex {
	ix := licenceIndex{byID: map[string]int{}, successor: map[string]string{}}
	for f := range rows(licencesTSV) {
		f = append(f, "", "", "", "")
		l := Licence{ID: f[0], Name: f[1], OSI: f[2] != "", Class: f[3], Deprecated: f[5] != "", URL: f[6]}
		if l.URL == "" {
			id, _, _ := strings.Cut(l.ID, " WITH ")
			l.URL = "https://spdx.org/licenses/" + id + ".html"
		}
		for k := range strings.SplitSeq(f[4], ",") {
			if k != "" {
				l.AcceptedFor = append(l.AcceptedFor, good.Kind(k))
			}
		}
		if l.Deprecated {
			ix.successor[l.ID] = strings.Trim(f[5], "-")
		}
		ix.byID[l.ID] = len(ix.list)
		ix.list = append(ix.list, l)
	}
	ix.bySpelling = sync.OnceValue(func() func(string) string {
		if spellingsTSV != "" {
			return func(s string) string { id, _ := quick.Table(spellingsTSV).Find(s); return id }
		}
		all := ix.spell()
		return func(s string) string { return all[s] }
	})
	return ix
})

// spellingsTSV is what spell makes, in order, one folded spelling and its id a line,
// where a build has made it (tools/pack.sh): to fold thousands of names takes
// longer than a small tree takes to look at.
//
//go:embed data/spellings.tsv
var spellingsTSV string

// Spellings is what a build puts into that file.
func Spellings() string {
	ix := licences()
	return string(quick.Tabulate(ix.spell()))
}

// spell makes bySpelling. Where two licences fold alike, identifiers come before
// names and current ones before deprecated ones.
func (ix *licenceIndex) spell() map[string]string {
	out := map[string]string{}
	add := func(s, id string) {
		if k := foldLicence(s); k != "" && out[k] == "" {
			out[k] = id
		}
	}
	for f := range rows(licenceSpellingsTSV) {
		for _, s := range f[1:] {
			add(s, f[0])
		}
	}
	for _, deprecated := range []bool{false, true} {
		for _, l := range ix.list {
			if l.Deprecated == deprecated {
				add(l.ID, ix.current(l.ID))
			}
		}
	}
	for _, l := range ix.list {
		if !l.Deprecated {
			add(l.Name, l.ID)
		}
	}
	return out
}

// current is the identifier to use for id today, or "".
func (ix *licenceIndex) current(id string) string {
	if next, deprecated := ix.successor[id]; deprecated {
		return next
	}
	return id
}

// Licences lists every licence by identifier, deprecated ones too. The caller
// must not change the slice.
func Licences() []Licence { return slices.Clip(licences().list) }

// LicenceByID finds a licence by its exact SPDX identifier.
func LicenceByID(id string) (Licence, bool) {
	ix := licences()
	i, ok := ix.byID[id]
	if !ok {
		return Licence{}, false
	}
	return ix.list[i], true
}

// FindLicence finds the current SPDX identifier meant by a spelling: an
// identifier in any case, a deprecated one (which gives its official
// successor), a name ("Apache License, Version 2.0", "CC BY 4.0", "GPLv3+") or
// the address of a well-known licence text. A spelling that leaves the version
// open is not found: a version is never invented.
func FindLicence(spelling string) (id string, ok bool) {
	ix := licences()
	s := strings.TrimSpace(spelling)
	if len(s) > maxSpelling {
		return "", false
	}
	if _, known := ix.byID[s]; known {
		id = ix.current(s)
		return id, id != ""
	}
	if id = ix.byAddress(s); id != "" {
		return id, true
	}
	if id = ix.bySpelling()(foldLicence(s)); id != "" {
		return id, true
	}
	if head, tail, found := strings.Cut(s, "("); found { // "MIT License (MIT)"
		for _, part := range []string{head, strings.TrimRight(tail, ") ")} {
			if id = ix.bySpelling()(foldLicence(part)); id != "" {
				return id, true
			}
		}
	}
	return "", false
}

var (
	ccAddress   = lazy.New(`^(?i)(?:https?://)?(?:www\.)?creativecommons\.org/(?:licenses|publicdomain)/([a-z-]+)/(\d\.\d)(?:/([a-z]{2,3})(?:[/.]|$))?`)
	listAddress = lazy.New(`^(?i)(?:https?://)?(?:www\.)?(?:opensource\.org/licen[sc]es?/|spdx\.org/licenses/|choosealicense\.com/licenses/|opendatacommons\.org/licenses/|gnu\.org/licenses/(?:old-licenses/)?|apache\.org/licenses/|mozilla\.org/(?:[a-z-]+/)?MPL/)([a-z0-9.+-]+?)(?:\.(?:html?|php|txt|en\.html))?/?(?:#.*)?$`)
)

// byAddress finds a licence by the address of its text, or "".
func (ix *licenceIndex) byAddress(s string) string {
	if m := ccAddress.FindStringSubmatch(s); m != nil {
		what := strings.ToUpper(m[1])
		switch what {
		case "ZERO":
			return "CC0-1.0"
		case "MARK":
			return "CC-PDM-1.0"
		}
		for _, id := range []string{"CC-" + what + "-" + m[2] + "-" + strings.ToUpper(m[3]), "CC-" + what + "-" + m[2]} {
			if _, ok := ix.byID[id]; ok {
				return id
			}
		}
		return ""
	}
	if m := listAddress.FindStringSubmatch(s); m != nil {
		if strings.EqualFold(m[1], "license-2.0") { // apache.org names its licence by the version alone
			return "Apache-2.0"
		}
		return ix.bySpelling()(foldLicence(m[1]))
	}
	return ""
}

// licenceWords are phrases that one thing is called by many names of.
var licenceWords = strings.NewReplacer(
	" creative commons ", " cc ", " noncommercial ", " nc ", " non commercial ", " nc ", " sharealike ", " sa ", " share alike ", " sa ",
	" noderivatives ", " nd ", " noderivs ", " nd ", " no derivatives ", " nd ", " no derivs ", " nd ",
	" attribution ", " by ",
	" affero general public ", " agpl ", " lesser general public ", " lgpl ", " library general public ", " lgpl ", " general public ", " gpl ",
	" affero gpl ", " agpl ", " lesser gpl ", " lgpl ", " library gpl ", " lgpl ",
	" or any later ", " orlater ", " or later ", " orlater ", " and later ", " orlater ", " or greater ", " orlater ", " plus ", " orlater ",
	" two clause ", " 2 clause ", " three clause ", " 3 clause ", " 2clause ", " 2 clause ", " 3clause ", " 3 clause ",
)

var (
	gluedVersion = lazy.New(`^(a?l?gplv?|apachev?|mplv?|eplv?|euplv?|ccv?|bsdv?|lgplv?)(\d+)$`)
	noise        = map[string]bool{"the": true, "license": true, "licence": true, "licenses": true, "version": true, "v": true, "ver": true, "international": true, "unported": true, "generic": true, "gnu": true}
)

// foldLicence folds a licence's name so that its many spellings meet: what
// carries no meaning goes ("License", "v", trailing ".0"), what has several
// names gets one.
func foldLicence(s string) string {
	w := words(strings.ReplaceAll(s, "+", " plus "))
	joined := licenceWords.Replace(licenceWords.Replace(" " + strings.Join(w, "  ") + " "))
	joined = licenceWords.Replace(" " + strings.Join(strings.Fields(joined), " ") + " ")
	var out []string
	for _, x := range strings.Fields(joined) {
		if len(x) > 1 && x[0] == 'v' && x[1] >= '0' && x[1] <= '9' {
			x = x[1:]
		}
		if m := gluedVersion.FindStringSubmatch(x); m != nil {
			out = append(out, strings.TrimSuffix(m[1], "v"), m[2])
			continue
		}
		if !noise[x] {
			out = append(out, x)
		}
	}
	// "CC by 4 0" and "CC by 4" are one; the zero inside 2.0.1 stays.
	for i := len(out) - 1; i > 0; i-- {
		if out[i] == "0" && digits(out[i-1]) && (i+1 == len(out) || !digits(out[i+1])) {
			out = slices.Delete(out, i, i+1)
		}
	}
	return strings.Join(out, " ")
}

func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }
