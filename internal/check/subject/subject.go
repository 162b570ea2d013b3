// Package subject tells from what a text says a good is for which goals of
// sustainable development it serves.
package subject

import (
	"cmp"
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
)

//go:embed goals.tsv
var goalsTSV string

// A Match is a goal, and what says that it is served.
type Match struct {
	Goal  int
	Words []string // as they are in the list
	Texts []int    // which of the texts hold them
}

// The weights of the words that say a goal; and how many goals are said at once:
// a long list says nothing of what a good serves most.
const (
	enough = 2
	plenty = 3 // for a second goal, and for goals whose words say other things as well
	most   = 2
)

// wide are goals whose words stand in texts about much else: farmers who are
// reached by a market, cities in which something happens.
var wide = map[int]bool{1: true, 2: true, 11: true, 17: true}

// word is an entry of the list.
type word struct {
	goal, weight int
	text         string // with a space at each end where words are parted by spaces
	written      string
}

// list are the words, and others what is taken out of a text before.
var list = sync.OnceValues(func() (words, others []word) {
	for line := range strings.Lines(goalsTSV) {
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if strings.HasPrefix(line, "#") || len(f) != 3 {
			continue
		}
		goal, _ := strconv.Atoi(f[0])
		weight, _ := strconv.Atoi(f[1])
		for _, w := range strings.Split(f[2], "|") {
			if e := (word{goal, weight, sought(w), w}); goal == 0 {
				others = append(others, e)
			} else {
				words = append(words, e)
			}
		}
	}
	// Of words of one goal the longer first: what is found is taken out, so that
	// "public health" is not "health" once more.
	slices.SortStableFunc(words, func(a, b word) int {
		return cmp.Or(a.goal-b.goal, len(b.text)-len(a.text))
	})
	return words, others
})

// sought is how a word of the list is looked for.
func sought(w string) string {
	if strings.ContainsFunc(w, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		return w
	}
	if stem, open := strings.CutSuffix(w, "*"); open {
		return " " + stem
	}
	return " " + w + " "
}

// marks are letters without what stands above and below them.
var marks = strings.NewReplacer("à", "a", "á", "a", "â", "a", "ã", "a", "ä", "a", "ç", "c", "è", "e", "é", "e", "ê", "e", "ë", "e", "í", "i", "î", "i", "ï", "i", "ñ", "n",
	"ó", "o", "ô", "o", "õ", "o", "ö", "o", "ú", "u", "ù", "u", "û", "u", "ü", "u", "œ", "oe",
	"ì", "i", "ò", "o", "å", "a", "ø", "o", "ě", "e", "č", "c", "ř", "r", "š", "s", "ž", "z", "ý", "y", "ů", "u", "ł", "l", "ą", "a", "ę", "e", "ś", "s", "ż", "z")

// plain is a text in small letters without marks and signs, a space at each end.
func plain(s string) string {
	var b strings.Builder
	b.WriteByte(' ')
	for _, w := range strings.FieldsFunc(marks.Replace(strings.ToLower(s)), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) }) {
		b.WriteString(w + " ")
	}
	return b.String()
}

// Goals are those that texts about one good say that it serves, the plainest
// first, at most two.
func Goals(texts ...string) []Match {
	words, others := list()
	found, score := map[int]*Match{}, map[int]int{}
	for i, t := range texts {
		t = plain(t)
		for _, o := range others {
			t = without(t, o.text)
		}
		rest, goal := t, 0
		for _, w := range words {
			if w.goal != goal {
				rest, goal = t, w.goal
			}
			if !strings.Contains(rest, w.text) {
				continue
			}
			rest = without(rest, w.text)
			m := found[w.goal]
			if m == nil {
				m = &Match{Goal: w.goal}
				found[w.goal] = m
			}
			if !slices.Contains(m.Words, w.written) {
				m.Words = append(m.Words, w.written)
				score[w.goal] += w.weight
			}
			if !slices.Contains(m.Texts, i) {
				m.Texts = append(m.Texts, i)
			}
		}
	}
	var out []Match
	for goal, m := range found {
		if score[goal] >= plenty || score[goal] >= enough && !wide[goal] {
			out = append(out, *m)
		}
	}
	slices.SortFunc(out, func(a, b Match) int {
		return cmp.Or(score[b.Goal]-score[a.Goal], a.Goal-b.Goal)
	})
	out = out[:min(len(out), most)]
	if len(out) > 1 && score[out[1].Goal] < plenty {
		out = out[:1]
	}
	return out
}

// without is a text without a part of it: of what is sought by its beginning,
// to the end of the word.
func without(t, part string) string {
	for {
		i := strings.Index(t, part)
		if i < 0 {
			return t
		}
		end := i + len(part)
		if strings.HasPrefix(part, " ") && !strings.HasSuffix(part, " ") {
			end += strings.IndexByte(t[end:], ' ') + 1
		}
		t = t[:i] + " " + t[end:]
	}
}
