package standard

import (
	"slices"
	"strings"
	"time"

	"stoa/internal/good"
	"stoa/internal/vocab"
)

// check notes what a shape cannot say: what refers to nothing, to itself or to
// what does not fit.
func (s *source) check(p *Problems) {
	set, file := s.set, s.tree.file
	if _, err := time.Parse(time.DateOnly, string(set.Released)); err != nil {
		p.note(file, s.tree.line("released"), "released: %s is no day; write YYYY-MM-DD", good.Shown(string(set.Released)))
	}
	if set.Languages[0] != "en" {
		p.note(file, s.tree.line("languages"), "languages: begin with en, the language of this file")
	}
	for k, ids := range set.Licences {
		for i, id := range ids {
			line := s.tree.line("licences", string(k), itoa(i))
			if l, known := vocab.LicenceByID(id); !known {
				p.note(file, line, "licences › %s: %s is no licence of the SPDX list; see https://spdx.org/licenses", k, good.Shown(id))
			} else if l.Deprecated {
				p.note(file, line, "licences › %s: the identifier %s is deprecated; use its successor", k, good.Shown(id))
			}
		}
	}
	s.checkIndicators(p)
	for _, q := range set.Questions() {
		s.checkQuestion(q, p)
	}
	if len(*p) == 0 {
		s.checkCycles(p)
	}
}

func (s *source) checkIndicators(p *Problems) {
	seen, asked := map[string]bool{}, map[string]bool{}
	for _, i := range s.set.Indicators {
		line := s.at["indicator "+i.ID]
		if seen[i.ID] {
			p.note(s.tree.file, line, "the indicator %s is there twice; give each an id of its own", i.ID)
		}
		seen[i.ID] = true
		if i.Level != "" && !slices.ContainsFunc(s.set.Levels, func(l Level) bool { return l.ID == i.Level }) {
			p.note(s.tree.file, line, "the indicator %s is of the level %s, which is not among levels", i.ID, i.Level)
		}
		below := slices.ContainsFunc(s.set.Indicators, func(o Indicator) bool { return o.Parent == i.ID })
		if len(i.Questions) == 0 && !below {
			p.note(s.tree.file, line, "the indicator %s asks nothing; give it questions or remove it", i.ID)
		}
		for _, q := range i.Questions {
			if asked[q.ID] {
				p.note(s.tree.file, s.at["question "+q.ID], "the question %s is there twice; give each an id of its own", q.ID)
			}
			asked[q.ID] = true
		}
	}
}

func (s *source) checkQuestion(q Question, p *Problems) {
	note := func(format string, args ...any) {
		p.note(s.tree.file, s.at["question "+q.ID], "question "+q.ID+": "+format, args...)
	}
	if choice := q.Type == Choice || q.Type == Choices; choice != (len(q.Options) > 0) {
		note("options belong to the types choice and choices, and those need them")
	}
	if about := s.set.About == AboutCountries; about != (q.Type == Degree) {
		note("the type degree belongs to sets about countries, and those have no other")
	}
	for i, o := range q.Options {
		if slices.ContainsFunc(q.Options[:i], func(e Option) bool { return e.ID == o.ID }) {
			note("the option %s is there twice", o.ID)
		}
	}
	for _, m := range q.Must {
		if !q.Offers(m) {
			note("must: %s cannot be chosen", good.Shown(m))
		}
	}
	if q.Type == Files && q.Public {
		note("files are never public; say private")
	}
	if q.Required && !q.RequiredWhen.IsZero() {
		note("required and required_when exclude each other; keep one")
	}
	of, known := s.set.Question(q.Of)
	switch {
	case (q.Type == Items) != (q.Of != ""):
		note("of belongs to the type items, and that needs it")
	case q.Of != "" && !known:
		note("of: there is no question %s", q.Of)
	case q.Of != "" && !slices.Contains([]Type{Choice, Choices, Countries, Licences, Languages, SDGs}, of.Type):
		note("of: nothing is chosen in question %s", q.Of)
	}
	s.checkCond(q, "shown_when", q.ShownWhen, note)
	s.checkCond(q, "required_when", q.RequiredWhen, note)
}

func (s *source) checkCond(q Question, name string, c Cond, note func(string, ...any)) {
	if c.Question == "" {
		return
	}
	on, known := s.set.Question(c.Question)
	if !known {
		note("%s: there is no question %s", name, c.Question)
		return
	}
	for _, v := range c.Is {
		if !on.Offers(v) {
			note("%s: %s is no answer to question %s, so the condition would never hold", name, good.Shown(v), c.Question)
		}
	}
	if len(on.Kinds) > 0 && len(q.Kinds) > 0 && !overlap(on.Kinds, q.Kinds) {
		note("%s: question %s is never asked of the same kinds, so the condition would never hold", name, c.Question)
	}
}

// checkCycles notes questions whose being asked depends on themselves.
func (s *source) checkCycles(p *Problems) {
	const under, done = 1, 2
	state := map[string]int{}
	var visit func(id string, way []string)
	visit = func(id string, way []string) {
		if state[id] == done {
			return
		}
		if state[id] == under {
			way = append(way[slices.Index(way, id):], id)
			p.note(s.tree.file, s.at["question "+id], "conditions go in a circle: %s; remove one of them", strings.Join(way, " → "))
			return
		}
		state[id] = under
		q, _ := s.set.Question(id)
		for _, on := range []string{q.ShownWhen.Question, q.RequiredWhen.Question, q.Of} {
			if on != "" {
				visit(on, append(slices.Clone(way), id))
			}
		}
		state[id] = done
	}
	for _, q := range s.set.Questions() {
		visit(q.ID, nil)
	}
}

// checkAgainst notes what a version may not do to the one before it: answers
// are kept by question ids, so that none may vanish unsaid, change its sort of
// answer or come back with another meaning.
func (s *source) checkAgainst(before *source, p *Problems) {
	set, file := s.set, s.tree.file
	if set.Version == before.set.Version {
		p.note(file, s.tree.line("version"), "%s is there twice; raise the version of one", set.Key())
		return
	}
	if set.Released < before.set.Released {
		p.note(file, s.tree.line("released"), "released before %s, which it follows", before.set.Key())
	}
	replaced := map[string]bool{}
	for _, q := range set.Questions() {
		line := s.at["question "+q.ID]
		if _, gone := before.set.Retired[q.ID]; gone {
			p.note(file, line, "question %s was retired in %s; its id cannot be given again, choose another", q.ID, before.set.Key())
		}
		if old, was := before.set.Question(q.ID); was && old.Type != q.Type {
			p.note(file, line, "question %s was of type %s and is now %s; give the question a new id, and list this one under retired", q.ID, old.Type, q.Type)
		}
		if q.Replaces == "" {
			continue
		}
		old, was := before.set.Question(q.Replaces)
		_, still := set.Question(q.Replaces)
		switch {
		case !was:
			p.note(file, line, "question %s replaces %s, which %s does not ask", q.ID, q.Replaces, before.set.Key())
		case still:
			p.note(file, line, "question %s replaces %s, which is still asked", q.ID, q.Replaces)
		case old.Type != q.Type:
			p.note(file, line, "question %s is of type %s and cannot replace %s, which is of type %s; list that under retired instead", q.ID, q.Type, q.Replaces, old.Type)
		}
		replaced[q.Replaces] = true
	}
	for _, old := range before.set.Questions() {
		_, still := set.Question(old.ID)
		_, retired := set.Retired[old.ID]
		if !still && !retired && !replaced[old.ID] {
			p.note(file, s.tree.line("indicators"), "question %s of %s is gone; put it back, name it in replaces of the question that follows it, or say under retired why it went", old.ID, before.set.Key())
		}
		if still && retired {
			p.note(file, s.tree.line("retired", old.ID), "question %s is retired and still asked", old.ID)
		}
	}
}

// kindsSpoken are the kinds in the order of good.Kinds.
func kindsSpoken(m map[good.Kind]good.Text) []good.Kind {
	return slices.DeleteFunc(slices.Clone(good.Kinds), func(k good.Kind) bool { _, has := m[k]; return !has })
}
