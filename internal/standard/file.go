package standard

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"stoa/internal/good"
)

// AnswersFile is the answers to a set as one file, so that they can live in a
// project's own repository. JSON is YAML, too.
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
// wanted language. Attachments stay where they are.
func WriteAnswers(s *Set, name, lang string, kinds []good.Kind, answers Answers) ([]byte, error) {
	root := &yaml.Node{Kind: yaml.MappingNode}
	put := func(to *yaml.Node, key string, value *yaml.Node, comment string) {
		to.Content = append(to.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: key, HeadComment: comment}, value)
	}
	text := func(v string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: v} }
	put(root, "stoa", text(AnswersForm), "")
	put(root, "standard", text(s.Key()), "")
	put(root, "name", text(name), "")
	list := &yaml.Node{Kind: yaml.MappingNode}
	for _, asked := range s.Asked(kinds, answers) {
		q := asked.Question
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
		put(list, q.ID, &node, strings.ReplaceAll(label, "\n", " "))
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

// ReadAnswers reads a file of answers to s. Each answer is checked; what is
// wrong with the file or an answer is an error of kind Invalid.
func ReadAnswers(s *Set, raw []byte) (Answers, error) {
	f, err := ParseAnswers(raw)
	if err != nil {
		return nil, err
	}
	if id, _, _ := strings.Cut(f.Standard, "@"); id != s.ID {
		return nil, &good.Error{Kind: good.Invalid, Key: "apply.error.standard", Field: "file", Args: map[string]any{"Standard": f.Standard, "Want": s.Key()}}
	}
	out := f.Given()
	for id, answer := range out {
		if err := s.Check(id, answer); err != nil {
			return nil, err
		}
	}
	return out, nil
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
		return AnswersFile{}, &good.Error{Kind: good.Invalid, Key: "apply.error.file", Field: "file", Err: err}
	}
	if len(raw) > maxAnswersFile {
		return AnswersFile{}, &good.Error{Kind: good.Limited, Key: "apply.error.large", Field: "file", Args: map[string]any{"Max": maxAnswersFile >> 20}}
	}
	if bytes.Count(raw, []byte("&")) > 0 && bytes.Contains(raw, []byte("*")) && aliased(raw) {
		return bad(nil) // aliases can make a small file large
	}
	var f AnswersFile
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	dec.KnownFields(true)
	if err := dec.Decode(&f); err != nil {
		return bad(err)
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return bad(err) // a second document
	}
	if f.Stoa != "" && f.Stoa != AnswersForm || f.Standard == "" {
		return bad(nil)
	}
	return f, nil
}

// aliased says whether a file refers to its own parts.
func aliased(raw []byte) bool {
	var root yaml.Node
	if yaml.Unmarshal(raw, &root) != nil {
		return true
	}
	var look func(n *yaml.Node, depth int) bool
	look = func(n *yaml.Node, depth int) bool {
		return n.Kind == yaml.AliasNode || n.Anchor != "" || depth > 20 || slices.ContainsFunc(n.Content, func(c *yaml.Node) bool { return look(c, depth+1) })
	}
	return look(&root, 0)
}
