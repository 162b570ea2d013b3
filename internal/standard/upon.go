package standard

import "slices"

// Upon is a set that asks some questions of base, by id, and own ones on top,
// under an indicator of their own. Conditions on questions that are not asked
// are dropped; what goes through the items of a question asks that one, too.
// Attachments are not asked: they belong to an application. base may be nil.
func Upon(base *Set, asks []string, on Indicator) *Set {
	s := &Set{ID: on.ID, Version: "1", Name: on.Title, Languages: []string{"en"}, Advisory: true}
	if base != nil {
		asks = slices.Clone(asks)
		for _, q := range base.Questions() {
			if q.Of != "" && slices.Contains(asks, q.ID) {
				asks = append(asks, q.Of)
			}
		}
		for _, i := range base.Indicators {
			var kept []Question
			for _, q := range i.Questions {
				if q.Type != Files && slices.Contains(asks, q.ID) {
					kept = append(kept, q)
				}
			}
			if i.Questions = kept; len(kept) > 0 {
				i.Parent = ""
				s.Indicators = append(s.Indicators, i)
			}
		}
	}
	if len(on.Questions) > 0 {
		s.Indicators = append(s.Indicators, on)
	}
	s.index()
	for i := range s.Indicators {
		for j := range s.Indicators[i].Questions {
			q := &s.Indicators[i].Questions[j]
			for _, c := range []*Cond{&q.ShownWhen, &q.RequiredWhen} {
				if _, asked := s.questions[c.Question]; c.Question != "" && !asked {
					*c = Cond{}
				}
			}
		}
	}
	return s
}
