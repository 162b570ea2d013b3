package show

import (
	"slices"

	"stoa/internal/good"
)

// indicator is one of the nine indicators of the DPG Standard with what
// sources published for it. Each answer carries its origin.
type indicator struct {
	ID      string
	Digits  string // its number as the language writes it
	Name    string
	Above   string // where on the page the fact itself stands, if it does
	Answers []answer
}

type answer struct {
	good.Answer
	Question string // in words
	Origin   good.Origin
	Last     bool // the next one has another origin, or there is none
}

// gather puts the answers to one question after the first of them.
func (ind *indicator) gather() {
	var order []string
	for _, a := range ind.Answers {
		if !slices.Contains(order, a.Question) {
			order = append(order, a.Question)
		}
	}
	slices.SortStableFunc(ind.Answers, func(a, b answer) int {
		return slices.Index(order, a.Question) - slices.Index(order, b.Question)
	})
}

// questions are the answers, those to one question together.
func (ind *indicator) questions() (out [][]answer) {
	for i, a := range ind.Answers {
		if i == 0 || a.Question != ind.Answers[i-1].Question {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], a)
	}
	return out
}

// indicatorNumbers are the nine indicators (DPGS 1 to 9); the parts of the
// ninth are shown under it.
var indicatorNumbers = []string{"1", "2", "3", "4", "5", "6", "7", "8", "9"}

// indicators is the evidence in the order of the standard; what belongs to no
// indicator follows under "".
func (m *model) indicators() []indicator {
	out := make([]indicator, 0, len(indicatorNumbers)+1)
	for i, n := range indicatorNumbers {
		out = append(out, indicator{ID: n, Digits: m.Digits(i + 1), Name: m.T("web.indicator." + n)})
	}
	if len(m.View.Good.Goals) > 0 { // DPGS 1
		out[0].Above = "#goals"
	}
	if len(m.View.Good.Licences) > 0 { // DPGS 2
		out[1].Above = "#facts"
	}
	var other indicator
	for _, a := range m.View.Good.Answers {
		ans := answer{Answer: a, Question: m.Word("web.question." + a.Question), Origin: m.origin(good.FieldAnswers, a.Indicator+"."+a.Question)}
		if ans.Question == "" {
			ans.Question = m.T("web.question")
		}
		i := -1
		if a.Indicator != "" {
			i = slices.Index(indicatorNumbers, a.Indicator[:1])
		}
		if i < 0 {
			other.Answers = append(other.Answers, ans)
		} else {
			out[i].Answers = append(out[i].Answers, ans)
		}
	}
	if len(other.Answers) > 0 {
		other.Name = m.T("web.indicator.other")
		out = append(out, other)
	}
	for _, ind := range out {
		ind.gather()
		for i := range ind.Answers {
			ind.Answers[i].Last = i+1 == len(ind.Answers) || ind.Answers[i+1].Origin != ind.Answers[i].Origin
		}
	}
	return out
}
