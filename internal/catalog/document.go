package catalog

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"stoa/internal/catalog/analysis"
	"stoa/internal/good"
)

// fieldKind says how much a word counts by where it stands.
type fieldKind struct {
	weight float32 // of one word in a text of usual length
	usual  float32 // words of a text of usual length
	even   float32 // 0: length does not matter; 1: it counts in full
	small  bool    // small words are kept
}

// The fields in which words are looked for. What a source answers to a
// standard's questions is left out: nearly all goods say the same there.
var (
	fieldName     = fieldKind{weight: 6, usual: 3, even: 0.3, small: true}
	fieldParts    = fieldKind{weight: 3, usual: 3}
	fieldAlias    = fieldKind{weight: 5, usual: 3, even: 0.3, small: true}
	fieldID       = fieldKind{weight: 2, usual: 2}
	fieldParty    = fieldKind{weight: 1.5, usual: 4, even: 0.5, small: true}
	fieldSummary  = fieldKind{weight: 1.5, usual: 40, even: 0.5}
	fieldSector   = fieldKind{weight: 1.2, usual: 2, even: 0.3}
	fieldGoals    = fieldKind{weight: 0.4, usual: 80, even: 0.6}
	fieldStandard = fieldKind{weight: 0.4, usual: 20, even: 0.6}
)

// Limits of what is indexed of one good, against texts made to be large.
const (
	maxFieldWords = 2000
	fieldDistance = 16 // places between fields, so that no phrase spans them
)

// docTerm is one term of one good.
type docTerm struct {
	term      string
	weight    float32
	positions []uint32
}

// document turns goods into terms. It is not safe for concurrent use.
type document struct {
	stemmer *analysis.Stemmer
	index   map[string]int32
	terms   []docTerm
	words   []analysis.Word
	at      uint32 // first free place
}

func newDocument() *document {
	return &document{stemmer: analysis.NewStemmer(), index: map[string]int32{}}
}

// read returns the terms of g; they are valid until the next call.
func (d *document) read(g *good.Good) []docTerm {
	clear(d.index)
	d.terms, d.at = d.terms[:0], 0
	d.text(fieldName, g.Name, "")
	d.parts(g.Name)
	for _, a := range g.Aliases {
		d.text(fieldAlias, a, "")
		d.parts(a)
		d.whole(a)
	}
	for _, scheme := range sortedKeys(g.Identifiers) {
		d.text(fieldID, g.Identifiers[scheme], "")
		d.whole(g.Identifiers[scheme])
	}
	d.text(fieldID, strings.Join(places(g), " "), "")
	for _, p := range g.Parties {
		d.text(fieldParty, p.Name, "")
	}
	for _, lang := range sortedKeys(g.Summary) {
		d.text(fieldSummary, g.Summary[lang], lang)
	}
	d.text(fieldSector, strings.Join(g.Sectors, " "), "en")
	var goals strings.Builder
	for _, goal := range g.Goals {
		goals.WriteString("sdg" + strconv.Itoa(goal.SDG) + " . " + goal.Relevance + " . ")
	}
	d.text(fieldGoals, goals.String(), "en")
	d.text(fieldStandard, strings.Join(g.Standards, " . "), "en")
	return d.terms
}

// text indexes one field's text.
func (d *document) text(f fieldKind, text, lang string) {
	if text == "" {
		return
	}
	d.words = d.words[:0]
	d.stemmer.Words(text, lang, func(w analysis.Word) {
		if len(d.words) < maxFieldWords {
			d.words = append(d.words, w)
		}
	})
	weight := f.weight / (1 - f.even + f.even*float32(len(d.words))/f.usual)
	end := d.at
	for _, w := range d.words {
		end = d.at + uint32(w.Pos)
		if w.Stop && !f.small {
			continue
		}
		i := d.add(nsWord, w.Text, weight)
		d.terms[i].positions = append(d.terms[i].positions, end)
		if w.Stem != "" && !w.Own {
			d.add(byte(w.Lang), w.Stem, weight)
		}
	}
	d.at = end + fieldDistance
}

// parts indexes the further words a name is known by.
func (d *document) parts(name string) {
	for _, p := range analysis.Parts(name) {
		if p != "" {
			i := d.add(nsWord, p, fieldParts.weight)
			d.terms[i].positions = append(d.terms[i].positions, d.at)
			d.at += fieldDistance
		}
	}
}

// whole indexes a name under which a good is found first.
func (d *document) whole(name string) {
	if key := analysis.Key(name); key != "" && len(key) <= maxAlias {
		d.add(nsAlias, key, 1)
	}
}

// maxAlias is the longest alias that is found as a whole, in bytes.
const maxAlias = 200

func (d *document) add(ns byte, text string, weight float32) int32 {
	var buf [256]byte
	key := append(append(buf[:0], ns), text...)
	if i, ok := d.index[string(key)]; ok {
		d.terms[i].weight += weight
		return i
	}
	i := int32(len(d.terms))
	if cap(d.terms) > len(d.terms) {
		d.terms = d.terms[:i+1]
		d.terms[i] = docTerm{term: string(key), weight: weight, positions: d.terms[i].positions[:0]}
	} else {
		d.terms = append(d.terms, docTerm{term: string(key), weight: weight})
	}
	d.index[d.terms[i].term] = i
	return i
}

// places are the telling parts of a good's addresses: host names without
// their ending, and owner and name of repositories.
func places(g *good.Good) []string {
	var out []string
	add := func(address string, path bool) {
		u, err := url.Parse(address)
		if err != nil || u.Host == "" {
			return
		}
		if path {
			if parts := strings.Split(strings.Trim(u.Path, "/"), "/"); len(parts) > 0 && len(parts) <= 2 {
				out = append(out, parts...)
			}
			return
		}
		labels := strings.Split(strings.TrimPrefix(u.Hostname(), "www."), ".")
		out = append(out, labels[:max(len(labels)-1, 0)]...)
	}
	add(g.Website, false)
	for _, r := range g.Repositories[:min(len(g.Repositories), 8)] {
		add(r.URL, true)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// valuesOf lists a good's values of every dimension, each once.
func valuesOf(g *good.Good) (out [dimensions][]string) {
	add := func(d dimension, v string) {
		if v != "" && !slices.Contains(out[d], v) {
			out[d] = append(out[d], v)
		}
	}
	for _, p := range g.Parties {
		add(dimParty, p.Slug())
	}
	for _, s := range g.Sectors {
		add(dimSector, s)
	}
	for _, k := range g.Kinds {
		add(dimKind, string(k))
	}
	add(dimStage, string(g.Stage))
	for _, s := range g.Goals {
		add(dimSDG, strconv.Itoa(s.SDG))
	}
	for _, c := range g.DeploymentCountries() {
		add(dimCountry, c)
	}
	for _, c := range g.DevelopedIn {
		add(dimDevelopedIn, c)
	}
	for _, l := range g.Licences {
		add(dimLicence, l.SPDX)
	}
	for _, l := range g.Languages {
		add(dimLanguage, l)
	}
	add(dimYear, g.FirstSeen())
	for _, c := range g.Collections {
		add(dimCollection, c)
	}
	return out
}

// listedFirst says whether a good stands first in an unsorted list.
func listedFirst(g *good.Good) bool { return g.Stage == good.Recognised || g.Stage == good.RenewalDue }

// shown says whether a good is in the catalogue at all.
func shown(g *good.Good) bool {
	return g.Tombstone == nil && g.Stage != good.Removed && g.Stage != good.Merged
}
