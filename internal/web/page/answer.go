package page

import (
	"strconv"

	"stoa/internal/standard"
)

// Chosen is one choice of an answer to a question of a set, in words.
func (f *Frame) Chosen(set *standard.Set, q standard.Question, v string) string {
	switch q.Type {
	case standard.YesNo, standard.Degree:
		return f.T("standard." + v)
	case standard.Choice, standard.Choices:
		for _, o := range q.Options {
			if o.ID == v {
				label, _ := o.Label.In(f.Code)
				return label
			}
		}
	case standard.Countries:
		return f.Country(v)
	case standard.Languages:
		return f.Language(v)
	case standard.SDGs:
		if n, err := strconv.Atoi(v); err == nil && n >= 1 && n <= 17 {
			return f.Digits(n) + " · " + f.Goal(n)
		}
	case standard.Items:
		if of, ok := set.Question(q.Of); ok && of.Type != standard.Items {
			return f.Chosen(set, of, v)
		}
	}
	return v
}
