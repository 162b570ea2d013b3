package standard

import (
	"slices"
	"strings"

	"stoa/internal/good"
)

// Asked is a question that a good is asked, and whether an answer is needed.
type Asked struct {
	Question Question
	Required bool
}

// Gap is something that stands between an application and its submission.
type Gap struct {
	Indicator string         `json:"indicator"`
	Question  string         `json:"question"`
	Key       string         `json:"key"` // of the sentence that says it
	Args      map[string]any `json:"args,omitempty"`
}

// Asked are the questions that a good of these kinds is asked once these
// answers are given, in order.
func (s *Set) Asked(kinds []good.Kind, answers Answers) []Asked {
	var out []Asked
	for _, i := range s.Indicators {
		for _, q := range i.Questions {
			if s.asks(q, kinds, answers) {
				out = append(out, Asked{q, q.Required || !q.RequiredWhen.IsZero() && s.holds(q.RequiredWhen, kinds, answers)})
			}
		}
	}
	return out
}

// asks ends, since conditions have no cycles.
func (s *Set) asks(q Question, kinds []good.Kind, answers Answers) bool {
	if len(q.Kinds) > 0 && !overlap(q.Kinds, kinds) {
		return false
	}
	if q.Type == Items {
		of, ok := s.Question(q.Of)
		if !ok || len(answers[q.Of].Choices) == 0 || !s.asks(of, kinds, answers) {
			return false
		}
	}
	return q.ShownWhen.IsZero() || s.holds(q.ShownWhen, kinds, answers)
}

func (s *Set) holds(c Cond, kinds []good.Kind, answers Answers) bool {
	if len(c.Kinds) > 0 && !overlap(c.Kinds, kinds) {
		return false
	}
	if c.Question == "" {
		return true
	}
	q, ok := s.Question(c.Question)
	if !ok || !s.asks(q, kinds, answers) {
		return false
	}
	a := answers[c.Question]
	if len(c.Is) == 0 {
		return !a.Empty()
	}
	return overlap(c.Is, a.Choices)
}

func overlap[T comparable](a, b []T) bool {
	return slices.ContainsFunc(a, func(x T) bool { return slices.Contains(b, x) })
}

// Gaps names everything that a submission of these answers lacks, in the order
// of the form: needed answers that are missing or wrong, items without a text,
// licences not accepted for a kind, and choices that cannot meet the
// requirement. A good without a kind has no answers that count.
func (s *Set) Gaps(kinds []good.Kind, answers Answers) []Gap {
	var out []Gap
	for _, asked := range s.Asked(kinds, answers) {
		q, a := asked.Question, answers[asked.Question.ID]
		in, _ := s.Indicator(q.Indicator)
		add := func(key string, args map[string]any) { out = append(out, Gap{q.Indicator, q.ID, key, args}) }
		if err := s.Check(q.ID, a); err != nil {
			e := err.(*good.Error)
			add(e.Key, e.Args)
			continue
		}
		if a.Empty() {
			if asked.Required {
				add("standard.gap.missing", nil)
			}
			continue
		}
		switch q.Type {
		case Items:
			for _, item := range answers[q.Of].Choices {
				if strings.TrimSpace(a.Items[item]) == "" && asked.Required {
					add("standard.gap.item", map[string]any{"Value": item})
				}
			}
		case Licences:
			for _, k := range kinds {
				if !s.accepts(k, a.Choices) {
					add("standard.gap.licence", map[string]any{"Kind": string(k)})
				}
			}
		}
		if len(q.Must) > 0 && in.Level == "" && !overlap(q.Must, a.Choices) { // a level may be out of reach
			add("standard.gap.must", nil)
		}
	}
	return out
}

// accepts says whether one of the licences is accepted for the kind.
func (s *Set) accepts(k good.Kind, chosen []string) bool {
	return len(s.Licences[k]) == 0 || overlap(s.Licences[k], chosen)
}
