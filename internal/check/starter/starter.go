// Package starter begins the files that a project lacks, with what a check saw
// of it. What only people know is left open, and said to be.
package starter

import (
	"bytes"
	"cmp"
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"stoa/internal/check"
	"stoa/internal/finding"
	"stoa/internal/good"
	"stoa/internal/i18n"
	"stoa/internal/lazy"
	"stoa/internal/standard"
)

// File is one that could be begun.
type File struct {
	Path string
	Text []byte
	Why  string // key of a sentence on what it is for
}

// publiccodeVersion is the newest version of publiccode.yml. It is said here, too,
// because the rules of that form bring a library along that is slow to start.
const publiccodeVersion = "0.7"

//go:embed citation.txt publiccode.txt security.txt
var forms embed.FS

// said is where a form holds a sentence, by the end of its key.
var said = lazy.New(`\[[a-z]+\]`)

// fill fills in a form with what was seen: {name} is the value of that name, as
// JSON, which is YAML, and [name] a sentence in the language of l. A line that
// begins with "?" is left out where there is no value.
func fill(form string, values map[string]any, l *i18n.Locale) ([]byte, error) {
	text, err := forms.ReadFile(form)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	for line := range strings.Lines(string(text)) {
		line, optional := strings.CutPrefix(line, "?")
		line = said.ReplaceAllStringFunc(line, func(name string) string { return l.T("check.begun." + name[1:len(name)-1]) })
		before, rest, _ := strings.Cut(line, "{")
		name, after, _ := strings.Cut(rest, "}")
		v, known := values[name]
		switch {
		case !known:
			b.WriteString(line)
		case v != "" || !optional:
			b.WriteString(before)
			if err := enc.Encode(v); err != nil {
				return nil, err
			}
			b.Truncate(b.Len() - 1) // the encoder's own end of the line
			b.WriteString(after)
		}
	}
	return b.Bytes(), nil
}

// Answers is the name of the file of answers.
const Answers = "stoa-answers.yml"

// Files are those that the target lacks and that can be begun, with what they
// say to people in the language of l.
func Files(set *standard.Set, t *check.Target, r *finding.Report, l *i18n.Locale) ([]File, error) {
	v := look(r)
	var out []File
	add := func(path, form, why string) error {
		text, err := fill(form, v, l)
		if err != nil {
			return fmt.Errorf("begin %s: %w", path, err)
		}
		out = append(out, File{path, text, why})
		return nil
	}
	if slices.Contains(r.Kinds, good.Software) && !has(t, "publiccode.yml", "publiccode.yaml") {
		if err := add("publiccode.yml", "publiccode.txt", "check.init.publiccode"); err != nil {
			return nil, err
		}
	}
	if !has(t, "citation.cff") && v["name"] != "" {
		if err := add("CITATION.cff", "citation.txt", "check.init.citation"); err != nil {
			return nil, err
		}
	}
	if slices.ContainsFunc(r.Kinds, func(k good.Kind) bool { return k == good.Software || k == good.AI }) && !has(t, "security.md", "security.txt", "security.rst", "security.adoc", "security") {
		if err := add("SECURITY.md", "security.txt", "check.init.security"); err != nil {
			return nil, err
		}
	}
	if !has(t, Answers) {
		answers := standard.Answers{}
		for id, p := range check.Prefill(set, r) {
			answers[id] = p.Answer
		}
		text, err := standard.WriteAnswers(set, fmt.Sprint(v["name"]), l.Code, l.T("apply.file.private"), r.Kinds, answers)
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

// look is what the forms are filled with; "" where nothing was seen.
func look(r *finding.Report) map[string]any {
	first := func(probes ...string) string {
		for _, f := range r.Of(probes...) {
			if f.State == finding.Met && len(f.Values) > 0 {
				return f.Values[0]
			}
		}
		return ""
	}
	licence, kind, languages := "", "software", []string{"en"}
	for _, f := range r.Of("licence.text", "licence.declared") {
		if f.State != finding.Met || f.Confidence == finding.Low {
			continue
		}
		if len(f.Values) == 1 { // of several, only a person knows whether all hold or one may be chosen
			licence = f.Values[0]
		}
		break // what is declared counts where no text says it
	}
	for _, f := range r.Of("docs.languages") {
		if f.State == finding.Met && len(f.Values) > 0 {
			languages = f.Values
		}
	}
	if slices.Contains(r.Kinds, good.Data) {
		kind = "dataset"
	}
	summary := first("general.summary")
	short := summary
	if runes := []rune(summary); len(runes) > 150 {
		short = strings.TrimSpace(string(runes[:147])) + "..."
	}
	return map[string]any{
		"version": publiccodeVersion, "name": first("general.name"), "summary": summary, "short": short, "website": first("general.website"),
		"source": cmp.Or(first("general.source"), r.URL), "licence": licence, "owner": first("owner.organisation", "owner.copyright"), "languages": languages, "spoken": languages[0], "type": kind,
	}
}
