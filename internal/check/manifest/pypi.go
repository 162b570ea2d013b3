package manifest

import (
	"bytes"
	"path"
	"strings"

	"gopkg.in/ini.v1"

	"stoa/internal/lazy"
)

// requirement is one part as Python's tools write it: a name, extras, a range
// of versions, after which a marker or an address may stand.
var requirement = lazy.New(`^\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*\(?((?:[=<>!~]=?=?\s*[^\s,;)#]+\s*,?\s*)*)`)

// forWork are words by which a list of parts names itself one for those who
// work on the project.
var forWork = lazy.New(`(?i)(?:^|[^a-z])(?:dev|develop|development|test|tests|testing|doc|docs|lint|linting|ci|build|typing|quality|style|check|checks|pre-commit|local)(?:[^a-z]|$)`)

// part adds a part written in one line. Names are compared in one spelling.
func (m *Manifest) requirement(line string, use Use) {
	if f := requirement.FindStringSubmatch(line); f != nil {
		m.add(pyName(f[1]), strings.ReplaceAll(f[2], " ", ""), use)
	}
}

var separators = lazy.New(`[-_.]+`)

// pyName is the one spelling of a name that Python's index knows in several.
func pyName(s string) string { return strings.ToLower(separators.ReplaceAllString(s, "-")) }

func requirements(m *Manifest, raw []byte) error {
	use := Runtime
	if forWork.MatchString(path.Base(m.Path)) || forWork.MatchString(path.Base(path.Dir(m.Path))) {
		use = Development
	}
	for line := range bytes.Lines(raw) {
		l := strings.TrimSpace(string(line))
		if l == "" || l[0] == '#' || l[0] == '-' || strings.Contains(l, "://") && !strings.Contains(l, "@") {
			continue
		}
		m.requirement(l, use)
	}
	return nil
}

func pyproject(m *Manifest, raw []byte) error {
	doc, err := readTOML(raw)
	if err != nil {
		return err
	}
	p, poetry := table(doc["project"]), table(table(doc["tool"])["poetry"])
	urls := table(p["urls"])
	m.Name, m.Summary = first(p["name"], poetry["name"]), first(p["description"], poetry["description"])
	m.Homepage = first(urls["Homepage"], urls["homepage"], urls["Home"], poetry["homepage"])
	m.Source = first(urls["Repository"], urls["repository"], urls["Source"], urls["source"], urls["Source Code"], poetry["repository"])
	for _, d := range list(p["dependencies"]) {
		m.requirement(text(d), Runtime)
	}
	extras := table(p["optional-dependencies"])
	for _, group := range sorted(extras) {
		m.requirements(list(extras[group]), workOr(group, Optional))
	}
	groups := table(doc["dependency-groups"])
	for _, group := range sorted(groups) {
		m.requirements(list(groups[group]), Development)
	}
	m.poetry(table(poetry["dependencies"]), Runtime)
	m.poetry(table(poetry["dev-dependencies"]), Development)
	others := table(poetry["group"])
	for _, group := range sorted(others) {
		m.poetry(table(table(others[group])["dependencies"]), workOr(group, Optional))
	}
	return nil
}

// workOr is Development for a group that names itself so, else other.
func workOr(group string, other Use) Use {
	if forWork.MatchString(group) {
		return Development
	}
	return other
}

func (m *Manifest) requirements(lines []any, use Use) {
	for _, l := range lines {
		m.requirement(text(l), use)
	}
}

func (m *Manifest) poetry(parts map[string]any, use Use) {
	for _, name := range sorted(parts) {
		if name == "python" {
			continue
		}
		as := use
		if optional, _ := table(parts[name])["optional"].(bool); optional && use == Runtime {
			as = Optional
		}
		m.add(pyName(name), version(parts[name]), as)
	}
}

// packageTables reads lock files that are lists of [[package]] tables, which
// Cargo and three tools of Python write.
func packageTables(m *Manifest, raw []byte) error {
	name, in := "", false
	for line := range bytes.Lines(raw) {
		l := strings.TrimSpace(string(line))
		key, value, found := strings.Cut(l, " = ")
		value = strings.Trim(value, `"`)
		switch {
		case strings.HasPrefix(l, "["):
			name, in = "", l == "[[package]]"
		case !in || !found:
		case key == "name":
			name = value
		case key == "version" && name != "":
			if m.Ecosystem == "pypi" {
				name = pyName(name)
			}
			m.add(name, value, Listed)
			name = ""
		}
	}
	return nil
}

func setupCfg(m *Manifest, raw []byte) error {
	f, err := ini.LoadSources(ini.LoadOptions{AllowPythonMultilineValues: true, SkipUnrecognizableLines: true, IgnoreInlineComment: true, KeyValueDelimiters: "=", Loose: true}, raw)
	if err != nil {
		return err
	}
	meta := f.Section("metadata")
	m.Name, m.Summary, m.Homepage = text(meta.Key("name").Value()), text(meta.Key("description").Value()), text(meta.Key("url").Value())
	m.lines(f.Section("options").Key("install_requires").Value(), Runtime)
	for _, k := range f.Section("options.extras_require").Keys() {
		m.lines(k.Value(), workOr(k.Name(), Optional))
	}
	return nil
}

func (m *Manifest) lines(s string, use Use) {
	for line := range strings.Lines(s) {
		m.requirement(line, use)
	}
}

// A setup.py is a program. Only a list of literals after install_requires is
// taken from it.
var (
	installRequires = lazy.New(`install_requires\s*=\s*\[([^\]]*)\]`)
	quoted          = lazy.New(`["']([^"'\n]+)["']`)
)

func setupPy(m *Manifest, raw []byte) error {
	if f := installRequires.FindSubmatch(raw); f != nil {
		for _, q := range quoted.FindAllSubmatch(f[1], -1) {
			m.requirement(string(q[1]), Runtime)
		}
	}
	return nil
}

func pipfile(m *Manifest, raw []byte) error {
	doc, err := readTOML(raw)
	if err != nil {
		return err
	}
	m.poetry(table(doc["packages"]), Runtime)
	m.poetry(table(doc["dev-packages"]), Development)
	return nil
}

func pipfileLock(m *Manifest, raw []byte) error {
	doc, err := readJSON(raw)
	if err != nil {
		return err
	}
	m.poetry(table(doc["default"]), Listed)
	m.poetry(table(doc["develop"]), Development)
	return nil
}
