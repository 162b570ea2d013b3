package standard

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"stoa/internal/good"
)

// mainFile holds a set's structure and its English texts.
const mainFile = "set.yml"

// source is a set with the lines its parts were read from.
type source struct {
	set  *Set
	tree *tree
	at   map[string]int // "indicator 9a", "question licence.licences" → line
}

// One reads one version of a folder of sets that are known to be sound, as those
// of the program are: nothing is tested but that it can be read. Of the texts
// only those in English and in the language wanted are there. The key is that of
// Library.Find. ok is false where there is no such set.
func One(folder fs.FS, key, lang string) (*Set, bool) {
	id, version, pinned := strings.Cut(key, "@")
	names, err := fs.Glob(folder, id+"/*/"+mainFile)
	if err != nil || pinned && version == "" {
		return nil, false
	}
	slices.SortFunc(names, func(a, b string) int {
		return compareVersions(path.Base(path.Dir(b)), path.Base(path.Dir(a)))
	})
	for _, name := range names {
		dir := path.Dir(name)
		if pinned && path.Base(dir) != version {
			continue
		}
		var problems Problems
		s := readSet(folder, dir, nil, &problems)
		if s == nil || s.set.Draft && !pinned {
			continue
		}
		s.translate(folder, dir, lang, &problems)
		return s.set, len(problems) == 0
	}
	return nil, false
}

// readSet reads one version's folder, or notes why it cannot. Without a shape
// nothing of it is tested, and it is in English alone.
func readSet(folder fs.FS, dir string, shape Shape, problems *Problems) *source {
	file := path.Join(dir, mainFile)
	raw, err := fs.ReadFile(folder, file)
	if err != nil {
		problems.note(file, 1, "cannot be read: %v", err)
		return nil
	}
	t, ok := parse(file, raw, problems)
	if !ok || shape != nil && !t.has(shape) {
		return nil
	}
	s := &source{tree: t, at: map[string]int{}}
	if shape != nil {
		s.locate(t.value, nil)
	}
	if s.set, err = decode(t.value); err != nil {
		problems.note(file, 1, "%v", err) // cannot be: the schema has seen to it
		return nil
	}
	s.set.index()
	if shape == nil {
		return s
	}
	if want := s.set.ID + "/" + s.set.Version; want != dir {
		problems.note(file, t.line("version"), "the set %s lies in the folder %s; rename the folder or correct id and version", s.set.Key(), dir)
	}
	before := len(*problems)
	s.check(problems)
	s.translate(folder, dir, "", problems)
	if len(*problems) > before {
		return nil
	}
	return s
}

// has says whether the file is of a shape, and notes where it is not.
func (t *tree) has(shape Shape) bool {
	whole := true
	shape(t.value, func(at []string, what string) {
		whole = false
		t.problems.note(t.file, t.line(at...), "%s", what)
	})
	return whole
}

// locate remembers the lines of indicators and questions.
func (s *source) locate(v any, path []string) {
	m, _ := v.(map[string]any)
	for _, list := range []string{"indicators", "questions"} {
		items, _ := m[list].([]any)
		for i, item := range items {
			here := append(append([]string{}, path...), list, fmt.Sprint(i))
			one, _ := item.(map[string]any)
			if id, ok := one["id"].(string); ok {
				s.at[strings.TrimSuffix(list, "s")+" "+id] = s.tree.line(append(here, "id")...)
			}
			s.locate(item, here)
		}
	}
}

// texts are the keys whose values readers see.
var texts = map[string]bool{"name": true, "summary": true, "changes": true, "title": true, "requirement": true, "label": true, "help": true, "example": true}

// decode makes a Set of a value that has the shape of one: the English texts
// become texts in English, nested indicators a flat list.
func decode(v any) (*Set, error) {
	m, _ := spoken(v, false).(map[string]any)
	m["indicators"] = flat(m["indicators"], "")
	raw, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	s := &Set{}
	return s, json.Unmarshal(raw, s)
}

// spoken says of the texts in v that they are English.
func spoken(v any, all bool) any {
	switch x := v.(type) {
	case []any:
		for i := range x {
			x[i] = spoken(x[i], false)
		}
	case map[string]any:
		out := make(map[string]any, len(x))
		for k, one := range x {
			if s, ok := one.(string); ok && (all || texts[k]) {
				out[k] = good.Text{"en": strings.TrimSpace(s)}
				continue
			}
			out[k] = spoken(one, k == "help_by" || k == "retired")
		}
		return out
	}
	return v
}

// flat puts each indicator before those inside it.
func flat(v any, parent string) []any {
	list, _ := v.([]any)
	var out []any
	for _, item := range list {
		m, _ := item.(map[string]any)
		inside := m["indicators"]
		delete(m, "indicators")
		if parent != "" {
			m["parent"] = parent
		}
		questions, _ := m["questions"].([]any)
		for _, q := range questions {
			q := q.(map[string]any)
			private, _ := q["private"].(bool)
			q["public"] = !private
			if q["by"] == nil {
				q["by"] = Anyone
			}
		}
		id, _ := m["id"].(string)
		out = append(append(out, item), flat(inside, id)...)
	}
	return out
}
