// Package declared reads what the files of a project declare of it: under which
// licence it is, whose it is and who made it. Nothing in them is run.
package declared

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"strings"

	"stoa/internal/check/nested"
)

// MaxSize is how long a file may be to be read, in bytes.
const MaxSize = 1 << 20

// Claim is what a file says of the licence.
type Claim struct {
	Text string // as it stands: an SPDX expression, a name, an address
	Line int    // from 1; 0 where it is not known
}

// Facts are what one file declares.
type Facts struct {
	Form      string   // "npm", "pypi", "cargo", "composer", "rubygems", "maven", "nuget", "pub", "r", "publiccode", "codemeta", "citation", "datapackage", "card"
	Licences  []Claim  // several: each holds of a part, or may be chosen; Choice tells
	Choice    bool     // one of Licences may be chosen
	Private   bool     // it is not meant to be published
	Template  bool     // it is the one that a framework starts every work with
	Owners    []string // organisations, or persons, that are named as owners
	Authors   []string // names of who made it, without addresses
	Publisher string   // who gives it out
}

// ErrShape says that a file is not of the form its name promises.
var ErrShape = errors.New("declared: not of the form its name promises")

// form is how one sort of file is read.
type form struct {
	name string
	read func(*Facts, []byte) error
}

var byName = map[string]form{
	"package.json":           {"npm", npm},
	"bower.json":             {"npm", npm},
	"composer.json":          {"composer", composer},
	"cargo.toml":             {"cargo", cargo},
	"pyproject.toml":         {"pypi", pyproject},
	"setup.cfg":              {"pypi", setupCfg},
	"setup.py":               {"pypi", setupPy},
	"pom.xml":                {"maven", pom},
	"pubspec.yaml":           {"pub", pubspec},
	"description":            {"r", description},
	"publiccode.yml":         {"publiccode", publiccode},
	"publiccode.yaml":        {"publiccode", publiccode},
	"codemeta.json":          {"codemeta", codemeta},
	"citation.cff":           {"citation", citation},
	"datapackage.json":       {"datapackage", dataPackage},
	"croissant.json":         {"datapackage", codemeta},
	"dataset_info.json":      {"datapackage", datasetInfo},
	".zenodo.json":           {"datapackage", zenodo},
	"ro-crate-metadata.json": {"datapackage", crate},
}

var byExt = map[string]form{
	".gemspec": {"rubygems", gemspec},
	".csproj":  {"nuget", msbuild},
	".fsproj":  {"nuget", msbuild},
	".vbproj":  {"nuget", msbuild},
	".nuspec":  {"nuget", nuspec},
	".podspec": {"rubygems", gemspec},
	".cabal":   {"cabal", cabal},
}

func find(name string) (form, bool) {
	if f, ok := byName[name]; ok {
		return f, true
	}
	f, ok := byExt[path.Ext(name)]
	return f, ok
}

// Known says whether a file with this base name, in lower case, declares
// anything. A README does with the YAML before its text: see Card.
func Known(name string) bool {
	_, ok := find(name)
	return ok
}

// Parse reads the file at this path. The error is ErrShape where it does not
// parse.
func Parse(name string, text []byte) (*Facts, error) {
	f, ok := find(strings.ToLower(path.Base(name)))
	if !ok || len(text) > MaxSize {
		return nil, ErrShape
	}
	facts := &Facts{Form: f.name}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if err := f.read(facts, text); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrShape, name, err)
	}
	facts.locate(text)
	return facts, nil
}

// Card reads the YAML that stands before the text of a model or data card, or
// of any README. nil: there is none.
func Card(text []byte) *Facts {
	front, found := bytes.CutPrefix(bytes.TrimPrefix(text, []byte("\ufeff")), []byte("---\n"))
	if !found {
		return nil
	}
	front, _, found = bytes.Cut(front, []byte("\n---"))
	if !found || len(front) > MaxSize {
		return nil
	}
	doc, err := readYAML(front)
	if err != nil {
		return nil
	}
	f := &Facts{Form: "card"}
	named := first(doc["license_name"], doc["licence_name"])
	for _, l := range texts(doc["license"], doc["licence"]) {
		if strings.EqualFold(l, "other") && named != "" {
			l = named
		}
		f.claim(l)
	}
	f.locate(text)
	return f
}

func (f *Facts) claim(s string) {
	if s = strings.TrimSpace(s); s != "" && len(s) <= 500 && len(f.Licences) < 50 {
		f.Licences = append(f.Licences, Claim{Text: s})
	}
}

func (f *Facts) owner(s string) { f.Owners = note(f.Owners, s) }

// author takes a person's or a group's name; the address beside it is left
// where it is.
func (f *Facts) author(s string) {
	s, _, _ = strings.Cut(s, "<")
	s, _, _ = strings.Cut(s, "(")
	if !strings.Contains(s, "@") {
		f.Authors = note(f.Authors, s)
	}
}

func note(list []string, s string) []string {
	s = strings.Join(strings.Fields(s), " ")
	if s == "" || len(s) > 200 || len(list) >= 100 {
		return list
	}
	for _, has := range list {
		if has == s {
			return list
		}
	}
	return append(list, s)
}

// locate finds the lines that the licences stand in: of those that speak of a
// licence the first that holds the text, else the first that holds it at all,
// else the first that classifies one.
func (f *Facts) locate(text []byte) {
	for i := range f.Licences {
		c := &f.Licences[i]
		if c.Line > 0 {
			continue
		}
		n, classified := 0, 0
		for line := range bytes.Lines(text) {
			n++
			if classified == 0 && bytes.Contains(line, []byte("License :: ")) {
				classified = n
			}
			if !bytes.Contains(line, []byte(c.Text)) {
				continue
			}
			if lower := bytes.ToLower(line); bytes.Contains(lower, []byte("licen")) {
				c.Line = n
				break
			}
			if c.Line == 0 {
				c.Line = n
			}
		}
		if c.Line == 0 {
			c.Line = classified
		}
	}
}

// texts are the texts in values that are texts or lists of them.
func texts(values ...any) []string {
	var out []string
	for _, v := range values {
		switch v := v.(type) {
		case string:
			out = append(out, v)
		case []any:
			for _, e := range v {
				if s, ok := e.(string); ok {
					out = append(out, s)
				}
			}
		}
	}
	return out
}

// first is the first text that there is.
func first(values ...any) string {
	for _, v := range values {
		if s, _ := v.(string); strings.TrimSpace(s) != "" {
			return s
		}
	}
	return ""
}

// table is a value that should be a table; nil where it is none.
func table(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

// tables are the tables in a value that is one or a list of them.
func tables(v any) []map[string]any {
	if m := table(v); m != nil {
		return []map[string]any{m}
	}
	list, _ := v.([]any)
	var out []map[string]any
	for _, e := range list {
		if m := table(e); m != nil {
			out = append(out, m)
		}
	}
	return out
}

func readJSON(raw []byte) (doc map[string]any, err error) { return doc, nested.JSON(raw, &doc) }
func readTOML(raw []byte) (doc map[string]any, err error) { return doc, nested.TOML(raw, &doc) }
func readYAML(raw []byte) (doc map[string]any, err error) { return doc, nested.YAML(raw, &doc) }
