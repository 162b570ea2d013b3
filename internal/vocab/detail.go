package vocab

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/currency"

	"stoa/internal/good"
	"stoa/internal/lazy"
)

// Detail is something that is said of some things alone: of the deployments of
// one kind of good, of one kind of help. What is said of it is one text, the
// same in a form, a table and a document: a list is parted by spaces.
type Detail struct {
	Name    string   // to programs and in tables; the end of the key of its words
	Of      string   // the kind of good, or of help
	Type    Form     // what can be said
	Options []string // of OneOf and SomeOf
	Needs   string   // the detail without which this one says nothing; "" for none
}

// Form is what can be said of a detail.
type Form string

// The forms.
const (
	Text      Form = "text"      // a line of at most MaxDetail characters
	OneOf     Form = "one"       // one of the options
	SomeOf    Form = "some"      // one or several of them
	Languages Form = "languages" // BCP 47
	DayPast   Form = "past"      // a year, a month or a day that there was
	DayAny    Form = "day"       // likewise, or one to come
	Link      Form = "link"      // a web address
	Hosts     Form = "hosts"     // domains
	Whole     Form = "whole"     // a whole number, at least 1
	Money     Form = "money"     // a number and a currency of ISO 4217: "0.5 KES"
	ShortCode Form = "code"      // what people dial: "40404", "*123#"
)

// Bounds of what people write.
const (
	MaxDetail  = 200 // characters
	maxParts   = 50  // of a list
	mostOf     = 10_000_000_000
	firstYear  = "1970"
	lastYear   = "2100"
	longestDay = len(time.DateOnly)
)

var (
	shortCode = lazy.New(`^[*#]?[0-9][0-9*#]{1,19}$`)
	hostName  = lazy.New(`^([0-9a-z]([0-9a-z-]{0,61}[0-9a-z])?\.)+[a-z][0-9a-z-]{0,61}[0-9a-z]$`)
	sum       = lazy.New(`^([0-9]{1,12})(?:[.,]([0-9]{1,4}))? ?([A-Za-z]{3})$`)
	before    = lazy.New(`^([A-Za-z]{3}) ?([0-9]{1,12}(?:[.,][0-9]{1,4})?)$`)
)

// DetailsOf are those of a table that are asked of some kinds; of none, all.
func DetailsOf[K ~string](table []Detail, kinds []K) []Detail {
	return slices.DeleteFunc(slices.Clone(table), func(d Detail) bool {
		return len(kinds) > 0 && !slices.Contains(kinds, K(d.Of))
	})
}

// CheckDetails mends what can be mended and says what is wrong with what is said
// of the details of some kinds; where nobody knows of which kind a thing is,
// those of every kind fit. It returns nil where nothing is said.
func CheckDetails[K ~string](table []Detail, kinds []K, said map[string]string, today good.Date) (map[string]string, error) {
	out := map[string]string{}
	fit := DetailsOf(table, kinds)
	for _, d := range table {
		text := good.Line(said[d.Name])
		if text == "" {
			continue
		}
		if !slices.ContainsFunc(fit, func(f Detail) bool { return f.Name == d.Name }) {
			return nil, wrongDetail("detail.error.kind", d.Name, text)
		}
		mended, err := d.check(text, today)
		if err != nil {
			return nil, err
		}
		if mended != "" {
			out[d.Name] = mended
		}
	}
	for _, d := range fit {
		if out[d.Name] != "" && d.Needs != "" && out[d.Needs] == "" {
			return nil, wrongDetail("detail.error.needs", d.Needs, d.Name)
		}
	}
	names := make([]string, 0, len(said))
	for name, text := range said {
		if good.Line(text) != "" && !slices.ContainsFunc(table, func(d Detail) bool { return d.Name == name }) {
			names = append(names, name)
		}
	}
	if len(names) > 0 {
		slices.Sort(names)
		return nil, wrongDetail("detail.error.unknown", "details", names[0])
	}
	if len(out) == 0 {
		return nil, nil
	}
	return out, nil
}

func wrongDetail(key, field, value string) error {
	return &good.Error{Kind: good.Invalid, Key: key, Field: field, Args: map[string]any{"Value": good.Short(value)}}
}

// Parts are the values of a detail that lists several.
func (d Detail) Parts(said string) []string {
	if d.Type == SomeOf || d.Type == Languages || d.Type == Hosts {
		return strings.Fields(said)
	}
	if said == "" {
		return nil
	}
	return []string{said}
}

// check mends one text, which is not empty.
func (d Detail) check(text string, today good.Date) (string, error) {
	switch d.Type {
	case OneOf, SomeOf:
		return d.choice(strings.ToLower(text))
	case Languages:
		return d.each(text, ",،、;", func(s string) (string, string) {
			if tag, ok := FindLanguage(s); ok {
				return tag, ""
			}
			return "", "deploy.error.language"
		})
	case Hosts:
		return d.each(text, " ,،、;", host)
	case DayPast, DayAny:
		return text, d.day(good.Date(text), today)
	case Link:
		if text = good.Address(text); !good.WebAddress(text) {
			return "", wrongDetail("deploy.error.address", d.Name, text)
		}
		return text, nil
	case Whole:
		n, err := strconv.ParseInt(strings.TrimSuffix(text, ".0"), 10, 64)
		if err != nil || n < 1 || n > mostOf {
			return "", wrongDetail("detail.error.whole", d.Name, text)
		}
		return strconv.FormatInt(n, 10), nil
	case Money:
		return d.money(text)
	case ShortCode:
		if text = strings.ReplaceAll(text, " ", ""); !shortCode.MatchString(text) {
			return "", wrongDetail("detail.error.code", d.Name, text)
		}
		return text, nil
	}
	return text, good.CheckText(d.Name, text, MaxDetail)
}

func (d Detail) choice(text string) (string, error) {
	parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ,،、;", r) })
	if d.Type == OneOf && len(parts) > 1 {
		return "", wrongDetail("detail.error.one", d.Name, text)
	}
	var out []string
	for _, o := range d.Options { // in their order, and once
		if slices.Contains(parts, o) {
			out = append(out, o)
		}
	}
	for _, p := range parts {
		if !slices.Contains(d.Options, p) {
			return "", wrongDetail("detail.error.choice", d.Name, p)
		}
	}
	return strings.Join(out, " "), nil
}

// each mends the parts of a list; a part that cannot be mended gives the key of
// what is wrong with it.
func (d Detail) each(text, between string, mend func(string) (string, string)) (string, error) {
	var out []string
	parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(between, r) })
	if len(parts) > maxParts {
		return "", &good.Error{Kind: good.Invalid, Key: "deploy.error.many", Field: d.Name, Args: map[string]any{"Max": maxParts}}
	}
	for _, p := range parts {
		p = strings.TrimSpace(p)
		mended, key := mend(p)
		if key != "" && strings.Contains(p, " ") { // as it is kept: parted by spaces
			again, err := d.each(p, " ", mend)
			if err == nil {
				out = append(out, strings.Fields(again)...)
				continue
			}
		}
		if key != "" {
			return "", wrongDetail(key, d.Name, p)
		}
		if mended != "" {
			out = append(out, mended)
		}
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), " "), nil
}

// host is a domain, of which somebody may have written an address.
func host(s string) (string, string) {
	s = strings.TrimPrefix(strings.ToLower(s), "*.")
	if u, err := url.Parse(good.Address(s)); err == nil {
		s = u.Hostname()
	}
	if len(s) > 253 || !hostName.MatchString(s) {
		return "", "detail.error.host"
	}
	return s, ""
}

func (d Detail) day(day, today good.Date) error {
	for _, layout := range []string{time.DateOnly, "2006-01", "2006"} {
		if _, err := time.Parse(layout, string(day)); err != nil {
			continue
		}
		switch {
		case d.Type == DayPast && day > today[:min(len(day), len(today))]:
			return wrongDetail("deploy.error.future", d.Name, string(day))
		case day < firstYear || day > lastYear:
			return wrongDetail("deploy.error.day", d.Name, string(day))
		}
		return nil
	}
	return wrongDetail("deploy.error.day", d.Name, string(day[:min(len(day), longestDay)]))
}

// money is a sum as ISO writes it: the number without zeros that say nothing,
// then the currency.
func (d Detail) money(text string) (string, error) {
	if m := before.FindStringSubmatch(text); m != nil { // KES 0.5
		text = m[2] + " " + m[1]
	}
	m := sum.FindStringSubmatch(text)
	if m == nil || len(m[2]) > 2 && strings.Trim(m[1], "0") != "" { // 1,000 may be a thousand
		return "", wrongDetail("detail.error.money", d.Name, text)
	}
	code := strings.ToUpper(m[3])
	if !Currency(code) {
		return "", wrongDetail("detail.error.currency", d.Name, code)
	}
	number := strings.TrimLeft(m[1], "0")
	if number == "" {
		number = "0"
	}
	if part := strings.TrimRight(m[2], "0"); part != "" {
		number += "." + part
	}
	return number + " " + code, nil
}

// Currency says whether a code of ISO 4217 is one of money: metals, funds and
// "no currency", whose codes begin with X, are none.
func Currency(code string) bool {
	_, err := currency.ParseISO(code)
	return err == nil && (code[0] != 'X' || slices.Contains([]string{"XAF", "XCD", "XOF", "XPF"}, code))
}
