package standard

// Grade says, for a set with levels, which level each top indicator has
// reached: the highest of which it and all below are met. met holds the
// verdicts by indicator id; a top indicator that has reached none is absent.
func (s *Set) Grade(met map[string]bool) map[string]string {
	out := map[string]string{}
	for _, top := range s.Indicators {
		if top.Parent != "" {
			continue
		}
		for _, level := range s.Levels {
			any, all := false, true
			for _, i := range s.Indicators {
				if i.Parent == top.ID && i.Level == level.ID {
					any, all = true, all && met[i.ID]
				}
			}
			if !any || !all {
				break
			}
			out[top.ID] = level.ID
		}
	}
	return out
}

// Met says whether the answers themselves meet an indicator: each question of
// it that a good of these answers is asked and that names what meets the
// requirement is answered so.
func (s *Set) Met(indicator string, answers Answers) bool {
	i, ok := s.Indicator(indicator)
	met := false
	for _, q := range i.Questions {
		if len(q.Must) == 0 {
			continue
		}
		if !overlap(q.Must, answers[q.ID].Choices) {
			return false
		}
		met = true
	}
	return ok && met
}
