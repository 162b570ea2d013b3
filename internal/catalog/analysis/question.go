package analysis

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Option is one way in which a wanted word can be met by a text.
type Option struct {
	Words  []string // folded words in this order; one word, or a phrase
	Gaps   []int    // place of each of Words after the first
	Prefix bool     // the last of Words is the beginning of a word
	Stem   string   // instead of Words: the stem of a word in Lang
	Lang   Lang
	Own    bool   // the stem is an English word, with itself for a stem
	Facet  string // instead of Words: a facet that holds Value
	Value  string
	Weight float32 // 1 for the word itself, less for its relatives
	Most   float32 // what the option is worth at most; 0 for no bound
}

// Group is one wanted word or phrase with everything that may stand for it.
type Group struct {
	Options  []Option
	Literal  int    // so many of Options, the first, are the word itself; 0: all are
	Word     string // the folded word, "" for phrases and glued scripts
	Optional bool   // raises a good, but is not needed
}

// maxRelative bounds what a relative of a word is worth: one in a name must not
// count more than the word itself in a text.
const maxRelative = 1.2

// The weights of what may stand for a word.
const (
	weightExact   = 1
	weightStem    = 0.9
	weightForeign = 0.7 // stem in a language the asker does not use
	weightJoined  = 0.8
	weightConcept = 0.6
	weightPrefix  = 0.45
	weightFacet   = 0.35
)

// maxGroups is the most words of a question that are looked for.
const maxGroups = 32

// asked is one word of a question.
type asked struct {
	text  string
	stems []Option // by language, the asker's first
	stop  bool
	glued bool
}

// Question reads what is asked: words, "phrases", the last word as the
// beginning of a word. It never fails; text without any word gives no groups.
func (s *Stemmer) Question(text, lang string) []Group {
	parts, phrase := splitQuotes(text)
	var out []Group
	for i, part := range parts {
		if phrase[i] {
			if g, ok := s.phrase(part); ok {
				out = append(out, g)
			}
			continue
		}
		out = append(out, s.plain(part, lang, i == len(parts)-1)...)
		if len(out) > maxGroups {
			break
		}
	}
	out = out[:min(len(out), maxGroups)]
	for _, g := range out {
		if !g.Optional {
			return out
		}
	}
	for i := range out { // nothing but small words: they are meant
		out[i].Optional = out[i].Word == ""
	}
	return out
}

// splitQuotes cuts text at quotation marks; an unbalanced one is no mark.
func splitQuotes(text string) (parts []string, phrase []bool) {
	cut := func(r rune) bool { return strings.ContainsRune(`"“”„«»「」『』＂`, r) }
	for {
		i := strings.IndexFunc(text, cut)
		if i < 0 {
			break
		}
		_, n := utf8.DecodeRuneInString(text[i:])
		j := strings.IndexFunc(text[i+n:], cut)
		if j < 0 {
			text = text[:i] + " " + text[i+n:]
			break
		}
		_, m := utf8.DecodeRuneInString(text[i+n+j:])
		parts = append(parts, text[:i], text[i+n:i+n+j])
		phrase = append(phrase, false, true)
		text = text[i+n+j+m:]
	}
	if strings.TrimSpace(text) != "" || len(parts) == 0 {
		parts, phrase = append(parts, text), append(phrase, false)
	}
	return parts, phrase
}

// phrase is the group of words that must stand together. Small words keep
// their places open.
func (s *Stemmer) phrase(text string) (Group, bool) {
	o := sequence(s, text, "")
	if len(o.Words) == 0 {
		return Group{}, false
	}
	o.Weight = weightExact
	return Group{Options: []Option{o}}, true
}

// sequence is the words of a text as a phrase, without small words unless
// there are no others.
func sequence(s *Stemmer, text, tag string) Option {
	var all, some []Word
	s.Words(text, tag, func(w Word) {
		all = append(all, w)
		if !w.Stop {
			some = append(some, w)
		}
	})
	if len(some) == 0 {
		some = all
	}
	var o Option
	for i, w := range some {
		if last := utf8.RuneCountInString(w.Text) == 1 && isGlued([]rune(w.Text)[0]); last {
			if len(o.Words) > 0 && w.Pos == some[i-1].Pos+1 {
				continue // the end of a glued stretch, already in the pair before
			}
			o.Prefix = i == len(some)-1
			if !o.Prefix {
				continue
			}
		}
		o.Words = append(o.Words, w.Text)
		o.Gaps = append(o.Gaps, w.Pos-some[0].Pos)
	}
	if len(o.Gaps) > 0 {
		first := o.Gaps[0]
		for i := range o.Gaps {
			o.Gaps[i] -= first
		}
	}
	return o
}

// plain is the groups of words that may stand anywhere.
func (s *Stemmer) plain(text, tag string, last bool) []Group {
	words := s.asked(text, tag)
	groups := make([]Group, len(words), 2*len(words))
	for i, w := range words {
		groups[i] = s.group(w, last && i == len(words)-1)
		if i > 0 && !w.glued && !words[i-1].glued && !w.stop && !words[i-1].stop {
			joined := Option{Words: []string{cut(words[i-1].text + w.text)}, Gaps: []int{0}, Weight: weightJoined}
			groups[i-1].Options = append(groups[i-1].Options, joined)
			groups[i].Options = append(groups[i].Options, joined)
		}
	}
	t := thesaurus()
	for i := 0; i < len(words); {
		n, found := t.longest(words[i:])
		for k := i; k < i+n && len(found) > 0; k++ {
			if words[k].stop && n > 1 {
				continue
			}
			groups[k].Literal = len(groups[k].Options)
			groups[k].Options = append(groups[k].Options, found...)
		}
		i += max(n, 1)
	}
	return append(groups, pairs(words)...)
}

// pairs are the neighbouring words of a question: a good in which they stand
// side by side is raised.
func pairs(words []asked) []Group {
	var out []Group
	for i := 1; i < len(words); i++ {
		a, b := words[i-1], words[i]
		if a.glued || b.glued || a.stop || b.stop {
			continue
		}
		out = append(out, Group{Optional: true, Options: []Option{{Words: []string{a.text, b.text}, Gaps: []int{0, 1}, Weight: weightExact}}})
	}
	return out
}

// asked cuts a plain text into the words asked for.
func (s *Stemmer) asked(text, tag string) []asked {
	var out []asked
	runs(text, func(r run) {
		if r.glued {
			out = append(out, s.cutGlued(fold(r.text))...)
			return
		}
		w := asked{text: fold(r.text)}
		langs := []Lang{script(r.text, LangOf(tag))}
		if script(r.text, English) == English {
			langs = latinOrder(LangOf(tag))
		}
		w.stop = r.clip
		for i, l := range langs {
			if i < 2 && isStop(l, w.text) {
				w.stop = true
			}
			if stem := s.stem(l, r.text); stem != "" {
				weight := float32(weightStem)
				if i > 0 && l != English {
					weight = weightForeign
				}
				w.stems = append(w.stems, s.stemOption(stem, l, weight))
			}
		}
		out = append(out, w)
	})
	return out
}

// stemOption is a stem as an option. English words that are their own stem are
// indexed as words alone, which saves a third of the index; in other languages
// they are not, or a Spanish stem would find English words.
func (s *Stemmer) stemOption(stem string, lang Lang, weight float32) Option {
	return Option{Stem: stem, Lang: lang, Own: lang == English && s.stem(lang, stem) == stem, Weight: weight}
}

// latinOrder is the languages a Latin word may be in, likeliest first: the
// asker's, then English, in which most texts are.
func latinOrder(first Lang) []Lang {
	switch first {
	case French:
		return []Lang{French, English, Spanish}
	case Spanish:
		return []Lang{Spanish, English, French}
	}
	return []Lang{English, French, Spanish}
}

// cutGlued cuts a stretch of a glued script into known words, small words,
// and what lies between.
func (s *Stemmer) cutGlued(text string) []asked {
	t := thesaurus()
	var out []asked
	rest := 0
	flush := func(to int) {
		if rest < to {
			out = append(out, asked{text: text[rest:to], glued: true})
		}
	}
	for i := 0; i < len(text); {
		n, stop := t.gluedWord(text[i:])
		if n == 0 {
			_, n = utf8.DecodeRuneInString(text[i:])
			i += n
			continue
		}
		flush(i)
		if !stop {
			out = append(out, asked{text: text[i : i+n], glued: true})
		}
		i += n
		rest = i
	}
	flush(len(text))
	if len(out) == 0 {
		out = append(out, asked{text: text, glued: true})
	}
	return out
}

// group is everything that may stand for one asked word by itself.
func (s *Stemmer) group(w asked, last bool) Group {
	if w.glued {
		o := sequence(s, w.text, "")
		o.Weight = weightExact
		return Group{Options: []Option{o}}
	}
	g := Group{Word: w.text, Optional: w.stop || asking[w.text]}
	g.Options = append(g.Options, Option{Words: []string{w.text}, Gaps: []int{0}, Weight: weightExact})
	g.Options = append(g.Options, w.stems...)
	if parts := lettersAndDigits(w.text); len(parts) > 1 {
		o := Option{Weight: weightJoined}
		for i, p := range parts {
			o.Words, o.Gaps = append(o.Words, p), append(o.Gaps, i)
		}
		g.Options = append(g.Options, o)
	}
	if last && !w.stop && utf8.RuneCountInString(w.text) >= 2 {
		g.Options = append(g.Options, Option{Words: []string{w.text}, Gaps: []int{0}, Prefix: true, Weight: weightPrefix})
	}
	return g
}

// lettersAndDigits cuts a word between letters and digits.
func lettersAndDigits(w string) []string {
	var out []string
	start := 0
	var before rune
	for i, r := range w {
		if i > 0 && unicode.IsDigit(r) != unicode.IsDigit(before) {
			out = append(out, w[start:i])
			start = i
		}
		before = r
	}
	return append(out, w[start:])
}

// Mended is what may stand for a word that a typo was mended to.
func Mended(word string) []Option {
	s := NewStemmer()
	out := []Option{{Words: []string{word}, Gaps: []int{0}, Weight: weightExact}}
	for _, lang := range []Lang{English, French, Spanish, Russian, Arabic} {
		if stem := s.stem(lang, word); stem != "" {
			out = append(out, s.stemOption(stem, lang, weightForeign))
		}
	}
	return out
}
