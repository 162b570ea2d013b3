package analysis

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"stoa/internal/packed"
)

// thesaurusTSV holds the vocabulary of the field: concept, facet values,
// then its names in en, ar, zh, fr, ru, es, separated by "|".
//
//go:embed thesaurus.tsv
var thesaurusTSV string

// vocabulary knows under which words concepts are asked for.
type vocabulary struct {
	options [][]Option          // by concept: what may stand for it
	spans   map[spanKey][]int32 // stems of its names in one language → concepts
	glued   map[string]int32    // names in glued scripts; -1 for small words
	widest  int                 // words of the longest name
	maxGlue int                 // bytes of the longest glued name
}

type spanKey struct {
	lang  Lang
	stems string // joined by spaces
}

var thesaurus = sync.OnceValue(loadVocabulary)

func loadVocabulary() *vocabulary {
	v := &vocabulary{spans: map[spanKey][]int32{}, glued: map[string]int32{}}
	s := NewStemmer()
	for _, w := range glueStops {
		v.addGlued(w, -1)
	}
	for line := range strings.Lines(Vocabulary()) {
		cols := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		if len(cols) < 8 || strings.HasPrefix(line, "#") {
			continue
		}
		names := map[string][]string{}
		for i, tag := range conceptTags {
			names[tag] = splitNames(cols[i+2])
		}
		v.add(s, splitNames(cols[1]), names)
	}
	v.addCountries(s)
	return v
}

// conceptTags are the languages of the thesaurus' columns.
var conceptTags = []string{"en", "ar", "zh", "fr", "ru", "es"}

func splitNames(s string) []string {
	var out []string
	for n := range strings.SplitSeq(s, "|") {
		if n = strings.TrimSpace(n); n != "" {
			out = append(out, n)
		}
	}
	return out
}

// addCountries makes every country a concept, named in six languages.
func (v *vocabulary) addCountries(s *Stemmer) {
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			region, err := language.ParseRegion(string([]rune{a, b}))
			if err != nil || !region.IsCountry() || region.String() != string([]rune{a, b}) || region == zz {
				continue
			}
			names := map[string][]string{}
			for _, tag := range conceptTags {
				if name := display.Regions(language.MustParse(tag)).Name(region); name != "" {
					name, _, _ = strings.Cut(name, " (") // "Myanmar (Burma)"
					names[tag] = []string{name}
				}
			}
			v.add(s, []string{"country=" + region.String(), "developed-in=" + region.String()}, names)
		}
	}
}

var zz = language.MustParseRegion("ZZ")

// add makes a concept of its facet values ("sdg=3") and names by language.
func (v *vocabulary) add(s *Stemmer, facets []string, names map[string][]string) {
	id := int32(len(v.options))
	var options []Option
	for _, tag := range conceptTags {
		for _, name := range names[tag] {
			options = append(options, s.nameOptions(name, tag)...)
			if tag == "zh" {
				v.addGlued(strings.ReplaceAll(Key(name), " ", ""), id)
				continue
			}
			key := spanKey{lang: LangOf(tag)}
			n := 0
			key.stems, n = s.span(name, tag)
			if key.stems != "" {
				v.spans[key] = append(v.spans[key], id)
				v.widest = max(v.widest, n)
			}
		}
	}
	for _, f := range facets {
		facet, value, _ := strings.Cut(f, "=")
		options = append(options, Option{Facet: facet, Value: value, Weight: weightFacet})
	}
	v.options = append(v.options, options)
}

func (v *vocabulary) addGlued(word string, id int32) {
	if have, ok := v.glued[word]; ok && have >= 0 || word == "" {
		return
	}
	v.glued[word] = id
	v.maxGlue = max(v.maxGlue, len(word))
}

// span is the stems of a name without small words, as spans are looked up.
func (s *Stemmer) span(name, tag string) (stems string, n int) {
	var out []string
	s.Words(name, tag, func(w Word) {
		if w.Stop {
			return
		}
		if w.Stem != "" {
			out = append(out, w.Stem)
		} else {
			out = append(out, w.Text)
		}
	})
	return strings.Join(out, " "), len(out)
}

// nameOptions are the ways a text may use a concept's name.
func (s *Stemmer) nameOptions(name, tag string) []Option {
	o := sequence(s, name, tag)
	o.Weight, o.Most = weightConcept, maxRelative
	switch len(o.Words) {
	case 0:
		return nil
	case 1:
		var out []Option
		s.Words(name, tag, func(w Word) {
			if w.Stem != "" && w.Text == o.Words[0] {
				stem := s.stemOption(w.Stem, w.Lang, weightConcept)
				stem.Most = maxRelative
				out = append(out, stem)
			}
		})
		return append(out, o)
	}
	if tag != "en" {
		return []Option{o}
	}
	many := o
	many.Words = append([]string(nil), o.Words...)
	many.Words[len(many.Words)-1] = plural(many.Words[len(many.Words)-1])
	return []Option{o, many}
}

// plural is the English plural of a word, well enough to find it.
func plural(w string) string {
	switch {
	case strings.HasSuffix(w, "s"):
		return strings.TrimSuffix(w, "s") // the names say "maps", texts say "map"
	case strings.HasSuffix(w, "y") && len(w) > 2 && !strings.ContainsRune("aeiou", rune(w[len(w)-2])):
		return w[:len(w)-1] + "ies"
	case strings.HasSuffix(w, "ch"), strings.HasSuffix(w, "x"), strings.HasSuffix(w, "sh"):
		return w + "es"
	}
	return w + "s"
}

// longest finds the concepts named by the longest beginning of words, and
// how many words that is.
func (v *vocabulary) longest(words []asked) (n int, options []Option) {
	if words[0].glued {
		if id, ok := v.glued[words[0].text]; ok && id >= 0 {
			return 1, v.options[id]
		}
		return 1, nil
	}
	if words[0].stop {
		return 0, nil
	}
	for k := range words[0].stems {
		lang := words[0].stems[k].Lang
		var stems []string
		bestHere, found := 0, []int32(nil)
		for i, w := range words {
			if w.glued || len(stems) >= v.widest {
				break
			}
			if w.stop {
				continue
			}
			stems = append(stems, w.stemIn(lang))
			if ids := v.spans[spanKey{lang, strings.Join(stems, " ")}]; ids != nil {
				bestHere, found = i+1, ids
			}
		}
		if bestHere > n {
			n, options = bestHere, nil
			for _, id := range found {
				options = append(options, v.options[id]...)
			}
		}
		if n > 0 && k >= 1 {
			break // a third language's namesake means something else
		}
	}
	return n, options
}

// stemIn is the word's stem in lang, else the word.
func (a asked) stemIn(lang Lang) string {
	for _, o := range a.stems {
		if o.Lang == lang {
			return o.Stem
		}
	}
	return a.text
}

// gluedWord is the length in bytes of the longest known word text begins with,
// and whether it is a small word.
func (v *vocabulary) gluedWord(text string) (n int, stop bool) {
	for n = min(v.maxGlue, len(text)); n > 0; n-- {
		if n < len(text) && !utf8.RuneStart(text[n]) {
			continue
		}
		if id, ok := v.glued[text[:n]]; ok {
			return n, id < 0
		}
	}
	return 0, false
}

// Vocabulary is the list of the field's words by which texts are cut and
// questions are understood.
func Vocabulary() string { return packed.Text(thesaurusTSV) }
