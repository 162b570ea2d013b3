package standard

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"

	"stoa/internal/good"
)

// AnswersFile is the answers to a set as one file, so that they can live in a
// project's own repository, as YAML or JSON.
type AnswersFile struct {
	Stoa     string                `yaml:"stoa,omitempty"` // AnswersForm
	Standard string                `yaml:"standard"`       // "dpg@1.1.7"
	Name     string                `yaml:"name,omitempty"`
	Answers  map[string]FileAnswer `yaml:"answers"`
}

// AnswersForm names the form of such a file; one that names none is of it, too.
const AnswersForm = "answers/1"

// FileAnswer is one answer as a person would write it: each part only where
// there is one.
type FileAnswer struct {
	Text    string            `yaml:"text,omitempty"`
	Links   []FileLink        `yaml:"links,omitempty"`
	Choices []string          `yaml:"choices,omitempty"`
	Items   map[string]string `yaml:"items,omitempty"`
}

// FileLink is an address with what it is.
type FileLink struct {
	URL  string `yaml:"url"`
	Name string `yaml:"name,omitempty"`
}

// maxAnswersFile bounds a file of answers, in bytes.
const maxAnswersFile = 4 << 20

// WriteAnswers writes answers as a file, each question above its answer in the
// wanted language, with the sentence private above those that are not for the
// public. What is answered and asked no more follows what is asked. Attachments
// stay where they are.
func WriteAnswers(s *Set, name, lang, private string, kinds []good.Kind, answers Answers) ([]byte, error) {
	root := &yaml.Node{Kind: yaml.MappingNode}
	put := func(to *yaml.Node, key string, value *yaml.Node, comment string) {
		to.Content = append(to.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: key, HeadComment: comment}, value)
	}
	text := func(v string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: v} }
	put(root, "stoa", text(AnswersForm), "")
	put(root, "standard", text(s.Key()), "")
	put(root, "name", text(name), "")
	list := &yaml.Node{Kind: yaml.MappingNode}
	var questions []Question
	for _, asked := range s.Asked(kinds, answers) {
		questions = append(questions, asked.Question)
	}
	for _, q := range s.Questions() {
		if !answers[q.ID].Empty() && !slices.ContainsFunc(questions, func(o Question) bool { return o.ID == q.ID }) {
			questions = append(questions, q)
		}
	}
	for _, q := range questions {
		if q.Type == Files {
			continue
		}
		a := answers[q.ID]
		f := FileAnswer{Text: a.Text, Choices: a.Choices, Items: a.Items}
		for _, l := range a.Links {
			f.Links = append(f.Links, FileLink{URL: l.URL, Name: l.Name})
		}
		var node yaml.Node
		if err := node.Encode(f); err != nil {
			return nil, fmt.Errorf("write the answer to %s: %w", q.ID, err)
		}
		label, _ := q.Label.In(lang)
		above := strings.ReplaceAll(label, "\n", " ")
		if !q.Public {
			above += "\n" + private
		}
		put(list, q.ID, &node, above)
	}
	put(root, "answers", list, "")
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(root); err != nil {
		return nil, fmt.Errorf("write answers: %w", err)
	}
	return b.Bytes(), enc.Close()
}

// Takes says whether answers to the standard of a key, "dpg@1.1.6" or "dpg", can
// be answers to s: those to another version can, those to another set are an
// error of kind Invalid.
func (s *Set) Takes(key string) error {
	if id, _, _ := strings.Cut(key, "@"); id != s.ID {
		return &good.Error{Kind: good.Invalid, Key: "apply.error.standard", Field: "file", Args: map[string]any{"Standard": key, "Want": s.Key()}}
	}
	return nil
}

// Given are the answers that a file gives; empty ones are none.
func (f AnswersFile) Given() Answers {
	out := Answers{}
	for id, a := range f.Answers {
		answer := Answer{Text: a.Text, Choices: a.Choices, Items: a.Items}
		for _, l := range a.Links {
			answer.Links = append(answer.Links, good.Link{URL: l.URL, Name: l.Name})
		}
		if !answer.Empty() {
			out[id] = answer
		}
	}
	return out
}

// ParseAnswers reads a file of answers, whatever standard it is to. What it
// does not know is a mistake.
func ParseAnswers(raw []byte) (AnswersFile, error) {
	bad := func(err error) (AnswersFile, error) {
		if m := new(mistake); errors.As(err, &m) {
			return AnswersFile{}, &good.Error{Kind: good.Invalid, Key: m.key, Field: "file", Args: m.args, Err: m.err}
		}
		return AnswersFile{}, &good.Error{Kind: good.Invalid, Key: "apply.error.file", Field: "file", Err: err}
	}
	if len(raw) > maxAnswersFile {
		return AnswersFile{}, &good.Error{Kind: good.Limited, Key: "apply.error.large", Field: "file", Args: map[string]any{"Max": maxAnswersFile >> 20}}
	}
	var f AnswersFile
	decode := decodeYAML
	if json.Valid(raw) { // which is nearly YAML, but for how it writes characters beyond the first 65,536
		decode = decodeJSON
	}
	if err := decode(raw, &f); err != nil {
		if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
			name = strings.Trim(name, `"`)
			return AnswersFile{}, &good.Error{Kind: good.Invalid, Key: "api.detail.field", Field: name, Args: map[string]any{"Field": name}}
		}
		return bad(err)
	}
	if f.Stoa != "" && f.Stoa != AnswersForm || f.Standard == "" {
		return bad(nil)
	}
	return f, nil
}

func decodeJSON(raw []byte, f *AnswersFile) error {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	return dec.Decode(f)
}

// mistake is what stands against a file of answers, and where.
type mistake struct {
	key  string // of the sentence that says so
	args map[string]any
	err  error
}

func (m *mistake) Error() string { return fmt.Sprintf("%s %v: %v", m.key, m.args, m.err) }

// decodeYAML reads one document of plain YAML. Keys that stand twice are found
// here, for the parser holds each against all others: with it a file of 60 kB
// took half a minute.
func decodeYAML(raw []byte, f *AnswersFile) error {
	if bytes.ContainsFunc(raw, func(r rune) bool { return r > 0 && unicode.IsControl(r) && !unicode.IsSpace(r) }) {
		return errors.New("a program, a picture or the like")
	}
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	var root yaml.Node
	if err := dec.Decode(&root); err != nil {
		return where(err)
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return cmp.Or(where(err), errors.New("a second document"))
	}
	if err := simple(&root, 0); err != nil {
		return err
	}
	return where(root.Load(f, yaml.WithUniqueKeys(false), yaml.WithKnownFields(true)))
}

// simple says what in a tree a file of answers does not have: references to
// its own parts, depth without end, a key that stands twice.
func simple(n *yaml.Node, depth int) error {
	if n.Kind == yaml.AliasNode || n.Anchor != "" || depth > 20 {
		return &mistake{"apply.error.file.line", map[string]any{"Line": n.Line}, errors.New("aliases can make a small file large")}
	}
	seen := map[string]int{}
	for i, c := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 {
			if first, twice := seen[c.Value]; twice {
				return &mistake{"apply.error.file.twice", map[string]any{"Field": c.Value, "First": first, "Line": c.Line}, errors.New("a key twice")}
			}
			seen[c.Value] = c.Line
		}
		if err := simple(c, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// where tells the line that the parser names, where it names one.
func where(err error) error {
	var e *yaml.LoadError
	if !errors.As(err, &e) || e.Mark.Line == 0 {
		return err
	}
	m := &mistake{"apply.error.file.line", map[string]any{"Line": e.Mark.Line}, err}
	if name, ok := strings.CutPrefix(e.Message, "field "); ok {
		if name, _, ok = strings.Cut(name, " not found in type "); ok {
			m.key, m.args["Field"] = "apply.error.file.unknown", name
		}
	}
	return m
}
