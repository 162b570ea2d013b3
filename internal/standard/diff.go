package standard

import (
	"maps"
	"slices"
	"strings"

	"stoa/internal/good"
)

// The sorts of change between two versions.
const (
	Added    = "added"
	Removed  = "removed"
	Replaced = "replaced" // under a new id
	Changed  = "changed"
)

// Change is one difference between two versions of a set.
type Change struct {
	Sort      string   `json:"sort"`
	Indicator string   `json:"indicator"`
	Question  string   `json:"question,omitempty"` // "": the indicator itself
	Parts     []string `json:"parts,omitempty"`    // what of it changed: "requirement", "help", "required", …
	Was       string   `json:"was,omitempty"`      // the id before, if replaced
}

// Diff lists what changed from old to new, in the order of new; what went
// comes last. Texts are compared in English.
func Diff(old, new *Set) []Change {
	var out []Change
	for _, i := range new.Indicators {
		was, had := old.Indicator(i.ID)
		if !had {
			out = append(out, Change{Sort: Added, Indicator: i.ID})
		} else if parts := indicatorParts(was, i); len(parts) > 0 {
			out = append(out, Change{Sort: Changed, Indicator: i.ID, Parts: parts})
		}
		for _, q := range i.Questions {
			if c, changed := old.questionChange(q); changed {
				out = append(out, c)
			}
		}
	}
	for _, i := range old.Indicators {
		if _, still := new.Indicator(i.ID); !still {
			out = append(out, Change{Sort: Removed, Indicator: i.ID})
		}
		for _, q := range i.Questions {
			if _, still := new.Question(q.ID); !still && new.replacing(q.ID) == "" {
				out = append(out, Change{Sort: Removed, Indicator: i.ID, Question: q.ID})
			}
		}
	}
	return out
}

// replacing is the id of the question that replaces one, or "".
func (s *Set) replacing(id string) string {
	for _, q := range s.Questions() {
		if q.Replaces == id {
			return q.ID
		}
	}
	return ""
}

// questionChange says how q differs from what s asked.
func (s *Set) questionChange(q Question) (Change, bool) {
	c := Change{Sort: Changed, Indicator: q.Indicator, Question: q.ID}
	was, had := s.Question(q.ID)
	if !had && q.Replaces != "" {
		if was, had = s.Question(q.Replaces); had {
			c.Sort, c.Was = Replaced, q.Replaces
		}
	}
	if !had {
		c.Sort = Added
		return c, true
	}
	c.Parts = questionParts(was, q)
	return c, len(c.Parts) > 0 || c.Sort == Replaced
}

func indicatorParts(a, b Indicator) []string {
	var out []string
	add := func(name string, differs bool) {
		if differs {
			out = append(out, name)
		}
	}
	add("title", a.Title["en"] != b.Title["en"])
	add("requirement", a.Requirement["en"] != b.Requirement["en"])
	add("place", a.Parent != b.Parent || a.Level != b.Level)
	add("screening", a.Screening != b.Screening)
	add("judged", a.Informative != b.Informative)
	return out
}

func questionParts(a, b Question) []string {
	var out []string
	add := func(name string, differs bool) {
		if differs {
			out = append(out, name)
		}
	}
	add("place", a.Indicator != b.Indicator)
	add("label", a.Label["en"] != b.Label["en"])
	add("help", a.Help["en"] != b.Help["en"] || !maps.EqualFunc(a.HelpBy, b.HelpBy, func(x, y good.Text) bool { return x["en"] == y["en"] }))
	add("example", a.Example["en"] != b.Example["en"])
	add("options", !slices.EqualFunc(a.Options, b.Options, func(x, y Option) bool { return x.ID == y.ID && x.Label["en"] == y.Label["en"] }))
	add("kinds", !sameSet(a.Kinds, b.Kinds))
	add("required", a.Required != b.Required || !sameCond(a.RequiredWhen, b.RequiredWhen))
	add("shown", !sameCond(a.ShownWhen, b.ShownWhen))
	add("must", !sameSet(a.Must, b.Must))
	add("public", a.Public != b.Public)
	add("by", a.By != b.By)
	add("length", a.Most() != b.Most())
	return out
}

func sameCond(a, b Cond) bool {
	return a.Question == b.Question && sameSet(a.Is, b.Is) && sameSet(a.Kinds, b.Kinds)
}

func sameSet[T ~string](a, b []T) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(x T) bool { return !slices.Contains(b, x) })
}

// Carried is what becomes of answers when a newer version is answered.
type Carried struct {
	Answers Answers  `json:"answers"`         // those that stand, by the newer version's ids
	New     []Asked  `json:"new,omitempty"`   // what is newly asked or newly needed, or whose answer no longer fits
	Again   []Asked  `json:"again,omitempty"` // answered, but the question or its requirement changed: to be confirmed
	Lost    []string `json:"lost,omitempty"`  // old ids whose answers have no place in the newer version
}

// Carry takes answers of an older version to a newer one. Nothing is invented
// and nothing is dropped unsaid: an answer stands, or is named in Lost.
func Carry(old, new *Set, kinds []good.Kind, answers Answers) Carried {
	c := Carried{Answers: Answers{}}
	for _, id := range slices.Sorted(maps.Keys(answers)) {
		to := id
		if _, still := new.Question(id); !still {
			to = new.replacing(id)
		}
		if to == "" || new.Check(to, answers[id]) != nil {
			c.Lost = append(c.Lost, id)
			continue
		}
		c.Answers[to] = answers[id]
	}
	wasAsked := map[string]bool{}
	for _, a := range old.Asked(kinds, answers) {
		wasAsked[a.Question.ID] = a.Required
	}
	for _, a := range new.Asked(kinds, c.Answers) {
		before := a.Question.ID
		if _, had := old.Question(before); !had {
			before = a.Question.Replaces
		}
		required, asked := wasAsked[before]
		answered := !c.Answers[a.Question.ID].Empty()
		switch {
		case !answered && (!asked || a.Required && !required || slices.Contains(c.Lost, before)):
			c.New = append(c.New, a)
		case answered && old.meaningChanged(new, a.Question):
			c.Again = append(c.Again, a)
		}
	}
	return c
}

// meaningChanged says whether an answer given to s has to be looked at again
// under newer: what is asked or required has changed, not merely its help.
func (s *Set) meaningChanged(newer *Set, q Question) bool {
	change, changed := s.questionChange(q)
	if changed && (change.Sort == Added || slices.ContainsFunc(change.Parts, func(p string) bool { return p == "label" || p == "must" || p == "options" })) {
		return true
	}
	was, had := s.Indicator(q.Indicator)
	now, _ := newer.Indicator(q.Indicator)
	return !had || strings.TrimSpace(was.Requirement["en"]) != strings.TrimSpace(now.Requirement["en"])
}

// Renewal says by which version a good recognised by pinned, "dpg@1.1.6", will
// be renewed, and which questions that newly asks of a good of these kinds. to
// is nil where nothing newer is in force, or pinned is not known.
func (l *Library) Renewal(pinned string, kinds []good.Kind) (to *Set, newly []Question) {
	if l == nil {
		return nil, nil
	}
	old, ok := l.Find(pinned)
	if !ok {
		return nil, nil
	}
	to, ok = l.Set(old.ID, "")
	if !ok || to == old || compareVersions(to.Version, old.Version) < 0 {
		return nil, nil
	}
	for _, asked := range Carry(old, to, kinds, nil).New {
		newly = append(newly, asked.Question)
	}
	return to, newly
}
