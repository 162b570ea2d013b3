package standard

import (
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"stoa/internal/good"
)

func itoa(i int) string { return strconv.Itoa(i) }

// slot is one text of a set that has to be translated.
type slot struct {
	key  string // in the language's file
	text *good.Text
}

// slots are all texts of a set, in order.
func (s *Set) slots() []slot {
	var out []slot
	add := func(key string, t *good.Text) {
		if len(*t) > 0 {
			out = append(out, slot{key, t})
		}
	}
	add("name", &s.Name)
	add("summary", &s.Summary)
	add("changes", &s.Changes)
	for i := range s.Levels {
		add("level "+s.Levels[i].ID+" name", &s.Levels[i].Name)
		add("level "+s.Levels[i].ID+" summary", &s.Levels[i].Summary)
	}
	for i := range s.Indicators {
		in := &s.Indicators[i]
		add("indicator "+in.ID+" title", &in.Title)
		add("indicator "+in.ID+" requirement", &in.Requirement)
		for j := range in.Questions {
			q := &in.Questions[j]
			add(q.ID+" label", &q.Label)
			add(q.ID+" help", &q.Help)
			for _, k := range kindsSpoken(q.HelpBy) {
				t := q.HelpBy[k] // a map: what is added to it is seen by all
				add(q.ID+" help "+string(k), &t)
			}
			for n := range q.Options {
				add(q.ID+" option "+q.Options[n].ID, &q.Options[n].Label)
			}
			add(q.ID+" example", &q.Example)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(s.Retired)) {
		t := s.Retired[id]
		add("retired "+id, &t)
	}
	return out
}

// translate adds the texts of the languages the set claims to be in, or of one
// of them alone. A text that lacks is a problem, and so is one that belongs to
// nothing.
func (s *source) translate(folder fs.FS, dir, only string, p *Problems) {
	for _, lang := range s.set.Languages[1:] {
		if only != "" && lang != only {
			continue
		}
		file := path.Join(dir, lang+".yml")
		raw, err := fs.ReadFile(folder, file)
		if err != nil {
			p.note(s.tree.file, s.tree.line("languages"), "languages: there is no file %s; write it, or take %s off the list", file, lang)
			continue
		}
		t, ok := parse(file, raw, p)
		if !ok {
			continue
		}
		m, ok := t.value.(map[string]any)
		if !ok {
			p.note(file, 1, "the file must be a list of keys, each with its translation")
			continue
		}
		known := map[string]bool{}
		for _, one := range s.set.slots() {
			known[one.key] = true
			text, _ := m[one.key].(string)
			if text = strings.TrimSpace(text); text == "" {
				p.note(file, t.line(one.key), "the translation of %q is missing (%q)", one.key, good.Shown((*one.text)["en"]))
				continue
			}
			(*one.text)[lang] = text
		}
		for _, key := range slices.Sorted(maps.Keys(m)) {
			if !known[key] {
				p.note(file, t.line(key), "%q is no text of the set; remove it or correct its spelling", good.Shown(key))
			}
		}
	}
}
