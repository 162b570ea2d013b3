package page

import (
	"strconv"
	"strings"
	"sync"

	"stoa/internal/good"
	"stoa/internal/i18n"
)

// Tongue is one language the pages speak: its locale with the sentences that
// every request needs kept ready, and the prefix of its addresses.
type Tongue struct {
	*i18n.Locale
	Prefix  string // "" for English, "/fr", …
	Suggest string // where names of goods are to be had for what was typed: for the script

	ready  func() *ready // made when the language is first asked for
	rows   Kept[rowKey]
	Values Kept[ValueKey] // values of facets
}

// ready are sentences that every request needs.
type ready struct {
	found  string
	stages map[good.Stage]string
	kinds  map[good.Kind]string
	goals  [18]string  // names, by number of the goal
	digits [18]string  // the numbers of the goals as the language writes them
	used   [256]string // the sentence about use in so many countries
}

// ValueKey is what a value of a facet depends on besides the language.
type ValueKey struct {
	Facet good.Facet
	Count good.Count
}

// valuesKept bounds the values kept in one language: about 2 MB.
const valuesKept = 4000

// suggested is how many names complete what was typed, at most.
const suggested = 7

// NewTongue prepares the pages' language of a locale.
func NewTongue(l *i18n.Locale) *Tongue {
	t := &Tongue{Locale: l, Suggest: "/api/v1/suggest?lang=" + l.Code + "&limit=" + strconv.Itoa(suggested)}
	if l.Code != "en" {
		t.Prefix = "/" + l.Code
	}
	t.rows.Max, t.Values.Max = rowsKept, valuesKept
	t.ready = sync.OnceValue(t.prepare)
	return t
}

func (t *Tongue) prepare() *ready {
	r := &ready{stages: map[good.Stage]string{}, kinds: map[good.Kind]string{}}
	for _, s := range good.Stages {
		r.stages[s] = t.Locale.Stage(s)
	}
	for _, k := range good.Kinds {
		r.kinds[k] = t.Locale.Kind(k)
	}
	found := make([]string, suggested+1)
	found[0] = t.T("web.search.none")
	for n := 1; n <= suggested; n++ {
		found[n] = t.N("web.search.found", n)
	}
	r.found = strings.Join(found, "|")
	for n := range r.used {
		r.used[n] = t.N("web.card.deployed", n)
	}
	for n := 1; n <= 17; n++ {
		r.goals[n], r.digits[n] = t.SDG(n), t.Number(n)
	}
	return r
}

// Found is what is said of none, one, … of the names that complete what was
// typed, parted by bars: for the script.
func (t *Tongue) Found() string { return t.ready().found }

// N is the sentence under key about n things.
func (t *Tongue) N(key string, n int) string { return t.T(key, "Count", n) }

// Tell is T with every text among the values set apart from the sentence
// around it, so that a name in another script does not turn the words about.
func (t *Tongue) Tell(key string, kv ...any) string {
	for i := 1; i < len(kv); i += 2 {
		if s, ok := kv[i].(string); ok {
			kv[i] = t.Apart(s)
		}
	}
	return t.T(key, kv...)
}

// Stage is a stage in words.
func (t *Tongue) Stage(s good.Stage) string {
	if w, ok := t.ready().stages[s]; ok {
		return w
	}
	return string(s)
}

// Kind is a kind in words.
func (t *Tongue) Kind(k good.Kind) string {
	if w, ok := t.ready().kinds[k]; ok {
		return w
	}
	return string(k)
}

// Used is the sentence about use in n countries.
func (t *Tongue) Used(n int) string {
	r := t.ready()
	if n < 0 || n >= len(r.used) {
		return t.N("web.card.deployed", n)
	}
	return r.used[n]
}

// Digits is the number of goal n as the language writes it.
func (t *Tongue) Digits(n int) string {
	if n < 1 || n > 17 {
		return t.Number(n)
	}
	return t.ready().digits[n]
}

// Numerals is s with its digits as the language writes them.
func (t *Tongue) Numerals(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r >= '0' && r <= '9' {
			b.WriteString(t.Number(int(r - '0')))
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Goal is the name of Sustainable Development Goal n.
func (t *Tongue) Goal(n int) string {
	if n < 1 || n > 17 {
		return ""
	}
	return t.ready().goals[n]
}

// Word is the sentence under key, or "" where there is none: for keys made of
// what a source wrote.
func (t *Tongue) Word(key string) string {
	if !t.Has(key) {
		return ""
	}
	return t.T(key)
}
