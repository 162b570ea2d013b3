package i18n

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"stoa/internal/good"

	"github.com/go-playground/locales"
	"github.com/go-playground/locales/ar_EG"
	"github.com/go-playground/locales/en_GB"
	"github.com/go-playground/locales/es"
	"github.com/go-playground/locales/fr"
	"github.com/go-playground/locales/ru"
	"github.com/go-playground/locales/zh"
)

// Arabic pages use the digits of ar-EG throughout, in numbers and dates alike.
// Identifiers (SPDX, versions, addresses) are not numbers and keep theirs.
var arabicIndic = [10]string{"٠", "١", "٢", "٣", "٤", "٥", "٦", "٧", "٨", "٩"}

var calendars = map[string]locales.Translator{"en": en_GB.New(), "ar": ar_EG.New(), "zh": zh.New(), "fr": fr.New(), "ru": ru.New(), "es": es.New()}

// Number writes n with the digits and grouping of the language.
func (l *Locale) Number(n int) string {
	s := strconv.Itoa(n)
	sign := ""
	if s[0] == '-' {
		sign, s = "\u2212", s[1:]
	}
	if l.digits == nil && sign == "" && len(s) < l.groupMin {
		return s
	}
	var b strings.Builder
	b.WriteString(sign)
	for i := range len(s) {
		if i > 0 && (len(s)-i)%3 == 0 && len(s) >= l.groupMin {
			b.WriteString(l.group)
		}
		if l.digits != nil {
			b.WriteString(l.digits[s[i]-'0'])
		} else {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// localDigits replaces the digits 0 to 9 in s by those of the language.
func (l *Locale) localDigits(s string) string {
	if l.digits == nil {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if r >= '0' && r <= '9' {
			b.WriteString(l.digits[r-'0'])
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Date writes a day, a month or a year, as precisely as it is known. What is
// not a date is returned as it is.
func (l *Locale) Date(d good.Date) string {
	s := string(d)
	if t, err := time.Parse("2006-01-02", s); err == nil {
		return l.day(t)
	}
	if t, err := time.Parse("2006-01", s); err == nil {
		month := l.T("vocab.month." + strconv.Itoa(int(t.Month())))
		return l.T("vocab.date.month", "Month", month, "Year", l.localDigits(strconv.Itoa(t.Year())))
	}
	if t, err := time.Parse("2006", s); err == nil {
		return l.T("vocab.date.year", "Year", l.localDigits(strconv.Itoa(t.Year())))
	}
	return s
}

func (l *Locale) day(t time.Time) string {
	s := calendars[l.Code].FmtDateLong(t)
	if l.Code == "fr" && t.Day() == 1 {
		s = strings.Replace(s, "1 ", "1er ", 1)
	}
	return l.localDigits(s)
}

// Time writes a moment to the minute, in UTC and saying so.
func (l *Locale) Time(t time.Time) string {
	t = t.UTC()
	return l.T("vocab.time", "Date", l.day(t), "Time", l.localDigits(t.Format("15:04")))
}

// List joins items as a sentence does: "A, B and C".
func (l *Locale) List(items []string) string {
	switch len(items) {
	case 0:
		return ""
	case 1:
		return items[0]
	}
	head := strings.Join(items[:len(items)-1], l.T("vocab.list.comma"))
	last := items[len(items)-1]
	and := l.T("vocab.list.and")
	if l.Code == "es" && soundsLikeI(last) {
		and = strings.Replace(and, "y", "e", 1) // "España e Italia"
	}
	return head + and + last
}

// Terms joins words of the vocabulary as List does. They begin with a capital
// where they stand alone; inside a list only the first keeps it, unless it is of
// an abbreviation.
func (l *Locale) Terms(items []string) string {
	out := slices.Clone(items)
	for i := 1; i < len(out); i++ {
		first, n := utf8.DecodeRuneInString(out[i])
		if second, _ := utf8.DecodeRuneInString(out[i][n:]); !unicode.IsUpper(second) {
			out[i] = string(unicode.ToLower(first)) + out[i][n:]
		}
	}
	return l.List(out)
}

// soundsLikeI says whether a Spanish word begins with the sound i but not with
// a diphthong, so that "y" before it becomes "e".
func soundsLikeI(word string) bool {
	w := strings.ToLower(word)
	for _, diphthong := range []string{"hia", "hie", "hio", "hiu", "ia", "ie", "io", "iu"} {
		if strings.HasPrefix(w, diphthong) {
			return false
		}
	}
	for _, sound := range []string{"i", "í", "hi", "hí"} {
		if strings.HasPrefix(w, sound) {
			return true
		}
	}
	return false
}

// integer is v as a whole number, if it is one.
func integer(v any) (int, bool) {
	switch n := v.(type) {
	case int:
		return n, true
	case int64:
		return int(n), true
	case int32:
		return int(n), true
	case uint64:
		return int(n), true
	case uint32:
		return int(n), true
	case uint:
		return int(n), true
	case float64: // what JSON makes of a number
		if n == float64(int(n)) {
			return int(n), true
		}
	}
	return 0, false
}

// write writes the value of a placeholder.
func (l *Locale) write(b *strings.Builder, v any) {
	if n, ok := integer(v); ok {
		b.WriteString(l.Number(n))
		return
	}
	var s string
	switch v := v.(type) {
	case string:
		s = v
	case good.Date:
		s = l.Date(v)
	case time.Time:
		s = l.Time(v)
	case []good.Text:
		said := make([]string, len(v))
		for i, t := range v {
			said[i], _ = t.In(l.Code)
		}
		s = strings.Join(said, " · ")
	default:
		s = fmt.Sprint(v)
	}
	// Latin words inside Arabic are set apart (Unicode isolates), or the
	// punctuation beside them would jump to the wrong side.
	if l.Dir == "rtl" && !strings.HasPrefix(s, "\u2068") && leftToRight(s) {
		b.WriteString("\u2068" + s + "\u2069")
		return
	}
	b.WriteString(s)
}

// leftToRight says whether the first letter of s is of a script other than
// those written from right to left.
func leftToRight(s string) bool {
	for _, r := range s {
		if unicode.IsLetter(r) {
			return !unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Thaana, unicode.Nko)
		}
	}
	return false
}
