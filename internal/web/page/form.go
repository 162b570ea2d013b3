package page

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/vocab"
)

// Field is one field of a form as shown. Texts are in the page's language.
type Field struct {
	Name     string
	ID       string // in the page, where another form has a field of that name; else the name
	Label    string
	Hint     string // what to write, before the field
	Kind     string // type of the input: "text" where empty, "email", "url", "date", "number", "password", "file"
	Value    string
	Chosen   []string // values chosen, of many
	Options  []Option
	Lines    int // height of a field of several lines
	Max      int // characters, 0 for no bound that the browser knows of
	Required bool
	Wrong    string // what is wrong with the value, and what to do
	Dir      string // "auto" for what strangers write; "ltr" for addresses
	Auto     string // autocomplete
}

// Option is one of several values to choose from.
type Option struct {
	Value, Label, Hint string
}

func (d Field) id() string {
	if d.ID == "" {
		return d.Name
	}
	return d.ID
}

// described names the elements that describe the field, for aria-describedby.
func (d Field) described() string {
	switch {
	case d.Wrong != "" && d.Hint != "":
		return d.id() + "-wrong " + d.id() + "-hint"
	case d.Wrong != "":
		return d.id() + "-wrong"
	case d.Hint != "":
		return d.id() + "-hint"
	}
	return ""
}

func (d Field) kind() string {
	if d.Kind == "" {
		return "text"
	}
	return d.Kind
}

func (d Field) dir() string {
	switch {
	case d.Dir != "":
		return d.Dir
	case d.Kind == "url", d.Kind == "email":
		return "ltr"
	}
	return "auto"
}

func (d Field) chosen(value string) bool {
	if d.Value == value && value != "" {
		return true
	}
	for _, v := range d.Chosen {
		if v == value {
			return true
		}
	}
	return false
}

// Form is what a reader sent and what is wrong with it: nothing typed is lost
// on a mistake.
type Form struct {
	Values url.Values
	Wrong  []Problem
}

// Problem is one mistake, said beside its field and listed on top.
type Problem struct {
	Field string // its id in the page; "" for the form as a whole
	Text  string
}

// Add notes err, which must be one that a person can mend, and says whether it
// is. Everything else is the caller's to answer.
func (m *Form) Add(f *Frame, err error) bool {
	var e *good.Error
	if !errors.As(err, &e) || (e.Kind != good.Invalid && e.Kind != good.Conflict && e.Kind != good.Limited) {
		return false
	}
	m.Wrong = append(m.Wrong, Problem{Field: e.Field, Text: f.Say(e)})
	return true
}

// Field fills a field with what was sent for it and what is wrong with that.
func (m *Form) Field(d Field) Field {
	if m == nil {
		return d
	}
	if v, ok := m.Values[d.Name]; ok {
		d.Chosen, d.Value = v, ""
		if len(v) > 0 {
			d.Value = v[0]
		}
	}
	for _, p := range m.Wrong {
		if p.Field == d.id() {
			d.Wrong = p.Text
		}
	}
	return d
}

// Version is the version of which a form is: the one that was sent, so that what
// another wrote meanwhile is not overwritten by sending it again, else now.
func (m *Form) Version(now int64) string {
	if m != nil && m.Values.Get("version") != "" {
		return m.Values.Get("version")
	}
	return strconv.FormatInt(now, 10)
}

// Problems lists the mistakes; none for a form not yet sent.
func (m *Form) Problems() []Problem {
	if m == nil {
		return nil
	}
	return m.Wrong
}

func number(n int) string { return strconv.Itoa(n) }

// ReadForm reads a form that was sent, for its fields to be filled again.
func ReadForm(r *http.Request) (*Form, error) {
	if err := r.ParseForm(); err != nil {
		return nil, &good.Error{Kind: good.Invalid, Key: "form.error.unread", Err: err}
	}
	return &Form{Values: r.PostForm}, nil
}

// Words are the words of a field that takes several, separated by commas,
// spaces or lines.
func Words(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == '،' || r == '、' || unicode.IsSpace(r) })
}

// Status is that of a page which says what was wrong with what was sent.
func Status(w http.ResponseWriter, err error) int {
	if good.KindOf(err) == good.Invalid {
		return http.StatusUnprocessableEntity
	}
	return edge.Status(w.Header(), err)
}

// Countries are all countries to choose from, in the reader's order.
func Countries(f *Frame) []Option {
	var codes []string
	for _, c := range vocab.Countries() {
		codes = append(codes, c.Alpha2)
	}
	slices.SortFunc(codes, f.CompareCountries)
	out := make([]Option, 0, len(codes))
	for _, c := range codes {
		out = append(out, Option{Value: c, Label: f.Country(c)})
	}
	return out
}
