package standard

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"stoa/internal/good"
	"stoa/internal/vocab"
)

// Answer is what was answered to one question; which parts it has depends on
// the question's type.
type Answer struct {
	Text    string            `json:"text,omitempty"`
	Links   []good.Link       `json:"links,omitempty"`
	Choices []string          `json:"choices,omitempty"`
	Items   map[string]string `json:"items,omitempty"` // chosen item → text
	Files   []FileRef         `json:"files,omitempty"`
}

// FileRef names an attachment by its SHA-256 in hexadecimal.
type FileRef struct {
	ID   string `json:"id,omitempty"` // its address, for those who may open it
	Hash string `json:"hash"`
	Name string `json:"name"`
	Size int64  `json:"size"` // bytes
	Type string `json:"type"` // media type
}

// Answers are the answers to a set, by question id.
type Answers map[string]Answer

// MaxFiles is how many attachments one answer may have.
const MaxFiles = 20

// Empty says whether nothing was answered.
func (a Answer) Empty() bool {
	return strings.TrimSpace(a.Text) == "" && len(a.Links) == 0 && len(a.Choices) == 0 && len(a.Items) == 0 && len(a.Files) == 0
}

// Check says what is wrong with an answer, as a good.Error whose Field is the
// question's id, or nil. An empty answer is never wrong: whether one is needed
// is what Gaps says.
func (s *Set) Check(questionID string, a Answer) error {
	q, ok := s.Question(questionID)
	if !ok {
		return wrong(questionID, "standard.answer.unknown-question", "Question", questionID)
	}
	if a.Empty() {
		return nil
	}
	if !q.shaped(a) {
		return wrong(q.ID, "standard.answer.shape")
	}
	if err := q.checkTexts(a); err != nil {
		return err
	}
	if err := q.checkLinks(a.Links); err != nil {
		return err
	}
	of, _ := s.Question(q.Of)
	for _, item := range slices.Sorted(maps.Keys(a.Items)) {
		if !of.Offers(item) {
			return wrong(q.ID, "standard.answer."+string(of.unknown()), "Value", item)
		}
	}
	return q.checkChoices(a)
}

func wrong(field, key string, kv ...any) error {
	e := &good.Error{Kind: good.Invalid, Key: key, Field: field}
	for i := 0; i+1 < len(kv); i += 2 {
		if e.Args == nil {
			e.Args = map[string]any{}
		}
		e.Args[kv[i].(string)] = kv[i+1]
	}
	return e
}

// shaped says whether the answer has no part that the type does not take.
func (q Question) shaped(a Answer) bool {
	text, links := a.Text != "", len(a.Links) > 0
	choices, items, files := len(a.Choices) > 0, len(a.Items) > 0, len(a.Files) > 0
	switch q.Type {
	case ShortText:
		return !links && !choices && !items && !files
	case LongText, Links:
		return !choices && !items && !files
	case Items:
		return !text && !links && !choices && !files
	case Files:
		return !text && !links && !choices && !items
	}
	return !text && !links && !items && !files
}

// Most is how many characters a text of the answer may have.
func (q Question) Most() int {
	if q.MaxLength > 0 {
		return q.MaxLength
	}
	if q.Type == ShortText {
		return good.MaxName
	}
	return good.MaxAnswer
}

func (q Question) checkTexts(a Answer) error {
	texts := []string{a.Text}
	for _, t := range a.Items {
		texts = append(texts, t)
	}
	for _, t := range texts {
		switch {
		case !utf8.ValidString(t) || strings.ContainsRune(t, 0):
			return wrong(q.ID, "standard.answer.not-text")
		case utf8.RuneCountInString(t) > q.Most():
			return wrong(q.ID, "standard.answer.too-long", "Most", q.Most(), "Length", utf8.RuneCountInString(t))
		case q.Type == ShortText && strings.ContainsAny(t, "\r\n"):
			return wrong(q.ID, "standard.answer.one-line")
		}
	}
	if n := max(len(a.Links), len(a.Choices), len(a.Items)); n > good.MaxItems {
		return wrong(q.ID, "standard.answer.too-many", "Most", good.MaxItems)
	}
	if len(a.Files) > MaxFiles {
		return wrong(q.ID, "standard.answer.too-many", "Most", MaxFiles)
	}
	return nil
}

func (q Question) checkLinks(links []good.Link) error {
	for _, l := range links {
		if !good.WebAddress(l.URL) {
			return wrong(q.ID, "standard.answer.link", "Value", l.URL)
		}
		if utf8.RuneCountInString(l.Name) > good.MaxName || !utf8.ValidString(l.Name) {
			return wrong(q.ID, "standard.answer.too-long", "Most", good.MaxName, "Length", utf8.RuneCountInString(l.Name))
		}
	}
	return nil
}

func (q Question) checkChoices(a Answer) error {
	for i, c := range a.Choices {
		if slices.Contains(a.Choices[:i], c) {
			return wrong(q.ID, "standard.answer.twice", "Value", c)
		}
		if !q.Offers(c) {
			return wrong(q.ID, "standard.answer."+string(q.unknown()), "Value", c)
		}
	}
	if (q.Type == YesNo || q.Type == Degree || q.Type == Choice) && len(a.Choices) > 1 {
		return wrong(q.ID, "standard.answer.one-choice")
	}
	for _, f := range a.Files {
		if len(f.Hash) != 64 || strings.Trim(f.Hash, "0123456789abcdef") != "" || f.Name == "" || len(f.Name) > 255 || f.Size < 0 {
			return wrong(q.ID, "standard.answer.file")
		}
	}
	return nil
}

// unknown is what a choice that is not offered is not one of.
func (q Question) unknown() Type {
	switch q.Type {
	case Countries, Licences, Languages, SDGs:
		return q.Type
	}
	return Choice
}

// Offers says whether c may be chosen.
func (q Question) Offers(c string) bool {
	switch q.Type {
	case YesNo:
		return c == "yes" || c == "no"
	case Degree:
		return c == "yes" || c == "partly" || c == "no"
	case Choice, Choices:
		return slices.ContainsFunc(q.Options, func(o Option) bool { return o.ID == c })
	case Countries:
		_, ok := vocab.CountryByCode(c)
		return ok
	case Languages:
		return vocab.ValidLanguage(c)
	case Licences:
		l, ok := vocab.LicenceByID(c)
		return ok && !l.Deprecated
	case SDGs:
		n, err := strconv.Atoi(c)
		return err == nil && n >= 1 && n <= len(vocab.SDGs()) && strconv.Itoa(n) == c
	}
	return false
}
