package l10n

import (
	"cmp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"stoa/internal/good"
)

// Term is how a word of a good is said in a language.
type Term struct {
	ID          good.ID   `json:"id"`
	Good        good.ID   `json:"good"`
	Was         good.ID   `json:"was,omitempty"` // the good of which it was said, where that one is part of Good now
	Word        string    `json:"word"`
	Language    string    `json:"language"`
	Translation string    `json:"translation"`
	Note        string    `json:"note,omitempty"`
	By          string    `json:"by,omitempty"` // pseudonym
	At          time.Time `json:"at"`
}

// CheckTerm mends what can be mended and says what is wrong with a term.
func CheckTerm(t *Term) (err error) {
	if t.Language, err = Language(t.Language); err != nil {
		return err
	}
	t.Word, t.Translation, t.Note = good.Line(t.Word), good.Line(t.Translation), strings.TrimSpace(t.Note)
	for _, f := range []struct {
		field, text string
		most        int
	}{{"word", t.Word, MaxName}, {"translation", t.Translation, MaxName}, {"note", t.Note, MaxNote}} {
		if f.text == "" && f.field != "note" {
			return &good.Error{Kind: good.Invalid, Key: "l10n.error.word", Field: f.field}
		}
		if err := good.CheckText(f.field, f.text, f.most); err != nil {
			return err
		}
	}
	return nil
}

// Key is by what two terms are one.
func (t *Term) Key() string {
	return string(cmp.Or(t.Was, t.Good)) + "/" + strings.ToLower(t.Language) + "/" + strings.ToLower(t.Word)
}

// Among is the word of a glossary that this one says again; nil if there is
// none. Of two of goods that became one it is the good's own.
func (t *Term) Among(list []Term) (same *Term) {
	for i := range list {
		if x := &list[i]; strings.EqualFold(x.Language, t.Language) && strings.EqualFold(x.Word, t.Word) && (same == nil || x.Was == "") {
			same = x
		}
	}
	return same
}

// Move makes it a word of the good into which its own went, or of its own again.
// A word that was said of two goods that became one stays two.
func (t *Term) Move(to good.ID) { t.Good, t.Was = good.MoveTo(t.Good, t.Was, to) }

// Within says whether the term's word stands in a text, whatever its case.
func (t *Term) Within(text string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(t.Word))
}

// Coverage is how much of a good speaks which language, and who says so.
type Coverage struct {
	Good   good.ID   `json:"good"`
	Source string    `json:"source,omitempty"` // address of what was read
	Commit string    `json:"commit,omitempty"` // that was read
	Partly bool      `json:"partly,omitempty"` // not all of it could be read
	Hand   bool      `json:"hand,omitempty"`   // a person states it
	At     time.Time `json:"at"`
	Shares []Share   `json:"shares"`
}

// Percent is how much speaks a language, as the first of those says who has it;
// 0 where they name others alone, -1 where nobody says anything.
func Percent(language string, said ...*Coverage) int {
	out := -1
	for _, c := range said {
		if c == nil {
			continue
		}
		out = max(out, 0)
		names := false
		for _, s := range c.Shares {
			if s.Language == language || strings.HasPrefix(s.Language, language+"-") {
				names, out = true, max(out, s.Percent)
			}
		}
		if names {
			break
		}
	}
	return out
}

// Spoken are the shares of languages that there are, each once: what the path of
// a file says may be none.
func Spoken(list []Share) []Share {
	out, seen := []Share{}, map[string]bool{}
	for _, s := range list {
		if tag, err := Language(s.Language); err == nil && !seen[tag] {
			s.Language, seen[tag] = tag, true
			out = append(out, s)
		}
	}
	return out
}

// CheckShares mends what can be mended and says what is wrong with what a person
// states of languages.
func CheckShares(list []Share) error {
	seen := map[string]bool{}
	for i := range list {
		s := &list[i]
		tag, err := Language(s.Language)
		if err != nil {
			err.(*good.Error).Field = "languages"
			return err
		}
		if s.Language = tag; s.Percent < 0 || s.Percent > 100 || s.Texts < 0 || s.Words < 0 || seen[tag] {
			return &good.Error{Kind: good.Invalid, Key: "l10n.error.share", Field: "languages", Args: map[string]any{"Name": tag}}
		}
		seen[tag] = true
	}
	Sort(list)
	return nil
}

// Texts are a good's own name and description in a language, as people
// translated and reviewed them.
type Texts struct {
	Good     good.ID   `json:"good"`
	Language string    `json:"language"`
	Name     string    `json:"name"`
	Summary  string    `json:"summary,omitempty"`
	Machine  bool      `json:"machine,omitempty"` // a machine wrote something of it; people looked at it
	Task     good.ID   `json:"task"`
	At       time.Time `json:"at"`
}

// TextsOf are the texts that a finished task about a good made.
func TextsOf(t *Task, units []Unit) Texts {
	out := Texts{Good: t.Good, Language: t.Language, Machine: t.Machine > 0, Task: t.ID, At: t.Moved}
	for _, u := range units {
		switch u.Key {
		case "name":
			out.Name = u.Target
		case "summary":
			out.Summary = u.Target
		}
	}
	return out
}

// CheckAbout says what is wrong with what is said of a good's own name: it is
// one line and hides nothing.
func CheckAbout(u *Unit, target string) error {
	most := MaxNote * 2
	if u.Key == "name" {
		most = MaxName
		if strings.Contains(strings.TrimSpace(target), "\n") {
			return &good.Error{Kind: good.Invalid, Key: "l10n.error.line", Field: "t" + strconv.Itoa(u.N)}
		}
	}
	if utf8.RuneCountInString(target) > most {
		return &good.Error{Kind: good.Invalid, Key: "l10n.error.long", Field: "t" + strconv.Itoa(u.N), Args: map[string]any{"Max": most}}
	}
	return good.CheckText("t"+strconv.Itoa(u.N), target, most)
}
