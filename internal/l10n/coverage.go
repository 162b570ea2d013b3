package l10n

import (
	"cmp"
	"slices"
	"strings"

	"stoa/internal/good"
	"stoa/internal/vocab"
)

// Share is how much of a good speaks a language.
type Share struct {
	Language string `json:"language"`
	Percent  int    `json:"percent"`         // of all texts, 0 to 100
	Texts    int    `json:"texts,omitempty"` // that are translated; 0 where nobody counted
	Words    int    `json:"words,omitempty"` // of those
}

// Tree adds up the sentences of a tree, set by set: what one language has of a
// set is held against all there is of it.
type Tree struct {
	sets  map[string]map[string]*sum
	first map[string]string
	files int
}

type sum struct{ texts, words, all int }

// leastTexts is how many texts a set has at least to count: a smaller one is
// hardly what a good speaks with.
const leastTexts = 5

// Add reads a file of a tree; one that cannot be read counts for nothing.
func (t *Tree) Add(p Place, name string, data []byte) {
	if t.sets == nil {
		t.sets, t.first = map[string]map[string]*sum{}, map[string]string{}
	}
	if p.Format == XCStrings {
		t.addCatalogue(p, name, data)
		return
	}
	f, err := Read(p.Format, data)
	if err != nil {
		return
	}
	t.files++
	s := t.sum(p.Set, p.Language, name)
	for _, u := range f.Units {
		if s.all++; !f.Pairs || u.Target != "" && u.State != Doubtful && u.State != New {
			s.texts++
			s.words += Words(u.Source)
		}
	}
}

func (t *Tree) addCatalogue(p Place, name string, data []byte) {
	text, err := decode(p.Format, data)
	if err != nil || len(data) > MaxBytes {
		return
	}
	c, err := catalogue(text)
	if err != nil {
		return
	}
	t.files++
	for _, key := range c.keys {
		source := first(c.of[c.source][key], key)
		for lang := range c.of {
			if lang != c.source && c.of[lang][key] != "" {
				s := t.sum(p.Set, lang, name)
				s.texts++
				s.words += Words(source)
			}
		}
		s := t.sum(p.Set, c.source, name)
		s.all, s.texts, s.words = s.all+1, s.texts+1, s.words+Words(source)
	}
}

func (t *Tree) sum(set, language, name string) *sum {
	if t.sets[set] == nil {
		t.sets[set] = map[string]*sum{}
	}
	if t.sets[set][language] == nil {
		t.sets[set][language] = &sum{}
	}
	if t.first[language] == "" {
		t.first[language] = name
	}
	return t.sets[set][language]
}

// Files is how many files were read.
func (t *Tree) Files() int { return t.files }

// First is a file of a language.
func (t *Tree) First(language string) string { return t.first[language] }

// Shares are the languages of all sets that have more than one, the fullest
// first.
func (t *Tree) Shares() (out []Share) {
	have, all := map[string]sum{}, 0
	for _, set := range t.sets {
		most := 0
		for _, s := range set {
			most = max(most, s.all, s.texts)
		}
		if len(set) < 2 || most < leastTexts {
			continue
		}
		all += most
		for lang, s := range set {
			h := have[lang]
			have[lang] = sum{texts: h.texts + s.texts, words: h.words + s.words}
		}
	}
	for lang, s := range have {
		if p := 100 * s.texts / max(all, 1); p > 0 && lang != Default {
			out = append(out, Share{Language: lang, Percent: min(p, 100), Texts: s.texts, Words: s.words})
		}
	}
	Sort(out)
	return out
}

// Sort puts the fullest languages first.
func Sort(list []Share) {
	slices.SortFunc(list, func(a, b Share) int {
		return cmp.Or(cmp.Compare(b.Percent, a.Percent), cmp.Compare(a.Language, b.Language))
	})
}

// Language is the language that a tag or name means.
func Language(spelling string) (string, error) {
	spelling = strings.TrimSpace(spelling)
	tag := strings.ReplaceAll(spelling, "_", "-")
	if spelling != "" && !vocab.ValidLanguage(tag) {
		var ok bool
		if tag, ok = vocab.FindLanguage(spelling); !ok {
			tag = ""
		}
	}
	if tag == "" || !vocab.ValidLanguage(tag) {
		return "", &good.Error{Kind: good.Invalid, Key: "l10n.error.language", Field: "language", Args: map[string]any{"Name": spelling}}
	}
	return tag, nil
}
