// Package starter begins the files that a project lacks, with what a check saw
// of it. What only people know is left open, and said to be.
package starter

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"text/template"

	"stoa/internal/check"
	"stoa/internal/finding"
	"stoa/internal/good"
	"stoa/internal/i18n"
	"stoa/internal/publiccode"
	"stoa/internal/standard"
)

// File is one that could be begun.
type File struct {
	Path string
	Text []byte
	Why  string // key of a sentence on what it is for
}

//go:embed *.tmpl
var forms embed.FS

var templates = template.Must(template.New("").Funcs(template.FuncMap{"q": quoted}).ParseFS(forms, "*.tmpl"))

// quoted is a text as YAML reads it back: JSON is YAML.
func quoted(s string) (string, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(s)
	return strings.TrimSpace(b.String()), err
}

// seen is what the templates are filled with; "" where nothing was seen.
type seen struct {
	Version                string // of publiccode.yml
	Name, Summary, Website string
	SummaryShort           string // at most 150 characters
	Source, Licence, Owner string
	Languages              []string
	Data                   bool // rather than software
}

// Answers is the name of the file of answers.
const Answers = "stoa-answers.yml"

// Files are those that the target lacks and that can be begun. The questions in
// the file of answers are in the language of l.
func Files(set *standard.Set, t *check.Target, r *finding.Report, l *i18n.Locale) ([]File, error) {
	v := look(r)
	var out []File
	add := func(path, form, why string) error {
		var b bytes.Buffer
		if err := templates.ExecuteTemplate(&b, form, v); err != nil {
			return fmt.Errorf("begin %s: %w", path, err)
		}
		out = append(out, File{path, b.Bytes(), why})
		return nil
	}
	if slices.Contains(r.Kinds, good.Software) && !has(t, "publiccode.yml", "publiccode.yaml") {
		if err := add("publiccode.yml", "publiccode.tmpl", "check.init.publiccode"); err != nil {
			return nil, err
		}
	}
	if !has(t, "citation.cff") && v.Name != "" {
		if err := add("CITATION.cff", "citation.tmpl", "check.init.citation"); err != nil {
			return nil, err
		}
	}
	if slices.ContainsFunc(r.Kinds, func(k good.Kind) bool { return k == good.Software || k == good.AI }) && !has(t, "security.md", "security.txt", "security.rst", "security.adoc", "security") {
		if err := add("SECURITY.md", "security.tmpl", "check.init.security"); err != nil {
			return nil, err
		}
	}
	if !has(t, Answers) {
		answers := standard.Answers{}
		for id, p := range check.Prefill(set, r) {
			answers[id] = p.Answer
		}
		text, err := standard.WriteAnswers(set, v.Name, l.Code, l.T("apply.file.private"), r.Kinds, answers)
		if err != nil {
			return nil, err
		}
		out = append(out, File{Answers, text, "check.init.answers"})
	}
	return out, nil
}

// has says whether the target has one of these files, where projects keep them.
func has(t *check.Target, names ...string) bool {
	return slices.ContainsFunc(t.Entries, func(e check.Entry) bool {
		place := strings.TrimSuffix(strings.ToLower(e.Path), e.Name)
		return slices.Contains(names, e.Name) && slices.Contains([]string{"", ".github/", ".gitlab/", ".forgejo/", "docs/"}, place)
	})
}

func look(r *finding.Report) seen {
	first := func(probes ...string) string {
		for _, f := range r.Of(probes...) {
			if f.State == finding.Met && len(f.Values) > 0 {
				return f.Values[0]
			}
		}
		return ""
	}
	v := seen{Version: publiccode.Latest, Name: first("general.name"), Summary: first("general.summary"), Website: first("general.website"), Source: first("general.source"),
		Owner: first("owner.organisation", "owner.copyright"), Data: slices.Contains(r.Kinds, good.Data)}
	if v.Source == "" {
		v.Source = r.URL
	}
	for _, f := range r.Of("licence.text") {
		if f.State == finding.Met && len(f.Values) == 1 { // of several, only a person knows whether all hold or one may be chosen
			v.Licence = f.Values[0]
		}
	}
	for _, f := range r.Of("docs.languages") {
		if f.State == finding.Met {
			v.Languages = f.Values
		}
	}
	if len(v.Languages) == 0 {
		v.Languages = []string{"en"}
	}
	v.SummaryShort = v.Summary
	if runes := []rune(v.Summary); len(runes) > 150 {
		v.SummaryShort = strings.TrimSpace(string(runes[:147])) + "..."
	}
	return v
}
