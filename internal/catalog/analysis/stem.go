package analysis

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/arabic"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/french"
	"github.com/blevesearch/snowballstem/russian"
	"github.com/blevesearch/snowballstem/spanish"
	"golang.org/x/text/unicode/norm"
)

// Lang is a language that has a stemmer.
type Lang byte

// The languages with stemmers; None is every other.
const (
	None Lang = iota
	English
	French
	Spanish
	Russian
	Arabic
)

// LangOf is the stemmer's language of a BCP 47 tag.
func LangOf(tag string) Lang {
	base, _, _ := strings.Cut(tag, "-")
	switch strings.ToLower(base) {
	case "en":
		return English
	case "fr":
		return French
	case "es":
		return Spanish
	case "ru":
		return Russian
	case "ar":
		return Arabic
	}
	return None
}

// stemKey remembers one word's stem in one language.
type stemKey struct {
	lang Lang
	word string
}

// Stemmer stems words and remembers them, since texts repeat their words. It
// is not safe for concurrent use.
type Stemmer struct {
	env  *snowballstem.Env
	seen map[stemKey]string
}

// NewStemmer returns a Stemmer.
func NewStemmer() *Stemmer {
	return &Stemmer{env: snowballstem.NewEnv(""), seen: map[stemKey]string{}}
}

// maxSeen bounds the memory of a Stemmer, in words.
const maxSeen = 200_000

// stem returns the folded stem of a lower-case word in lang, or "" where that
// language has none for it.
func (s *Stemmer) stem(lang Lang, word string) string {
	if lang == None || len(word) > 40 || utf8.RuneCountInString(word) < 2 {
		return ""
	}
	if out, ok := s.seen[stemKey{lang, word}]; ok {
		return out
	}
	out := ""
	if langFits(lang, word) {
		out = s.snowball(lang, word)
	}
	if len(s.seen) >= maxSeen {
		clear(s.seen)
	}
	s.seen[stemKey{lang, strings.Clone(word)}] = out
	return out
}

func (s *Stemmer) snowball(lang Lang, word string) string {
	switch lang {
	case Arabic: // keep the endings the stemmer looks for
		word = foldBut(word, "ةى")
	case Russian:
		word = strings.ReplaceAll(norm.NFC.String(word), "ё", "е")
	}
	s.env.SetCurrent(word)
	switch lang {
	case English:
		english.Stem(s.env)
	case French:
		french.Stem(s.env)
	case Spanish:
		spanish.Stem(s.env)
	case Russian:
		russian.Stem(s.env)
	case Arabic:
		arabic.Stem(s.env)
	}
	if out := s.env.Current(); out != "" {
		return fold(strings.ToLower(out))
	}
	return fold(word)
}

// langFits says whether a word is letters of the script lang is written in.
func langFits(lang Lang, word string) bool {
	table := unicode.Latin
	switch lang {
	case Russian:
		table = unicode.Cyrillic
	case Arabic:
		table = unicode.Arabic
	}
	for _, r := range word {
		if r < utf8.RuneSelf {
			if lang >= Russian || r < 'a' || r > 'z' {
				return false
			}
		} else if !unicode.Is(table, r) && !unicode.Is(unicode.Mn, r) {
			return false
		}
	}
	return true
}

// script guesses the stemmer's language from the script of a word: Cyrillic
// and Arabic have one each; Latin gives latin.
func script(word string, latin Lang) Lang {
	r, _ := utf8.DecodeRuneInString(word)
	switch {
	case r < 0x0250:
		return latin
	case unicode.Is(unicode.Cyrillic, r):
		return Russian
	case unicode.Is(unicode.Arabic, r):
		return Arabic
	}
	return None
}
