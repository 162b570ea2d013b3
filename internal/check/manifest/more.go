package manifest

import (
	"bytes"
	"strings"

	"stoa/internal/check/nested"
	"stoa/internal/lazy"
)

// A mix.exs and a Package.swift are programs; the lines that name parts are not
// hard to know.
var (
	hexPart   = lazy.New(`\{\s*:([a-z0-9_]+)\s*,\s*(?:"([^"]*)")?([^}]*)\}`)
	hexSays   = lazy.New(`^\s*(app|description|source_url|homepage_url):\s*(?::([a-z0-9_]+)|"([^"]+)")`)
	hexLocked = lazy.New(`^\s*"([a-z0-9_]+)":\s*\{:\w+,\s*:?"?[^",]+"?,\s*"([^"]*)"`)
	hexRange  = lazy.New(`^\s*[~><=!]*\s*\d`)
	remarks   = lazy.New(`(?m)^\s*#.*$`)
	forHexDev = lazy.New(`\bonly:\s*(?:\[\s*)?:(?:dev|test|docs|ci)\b`)

	swiftPart = lazy.New(`\.package\(\s*(?:name:\s*"[^"]*"\s*,\s*)?url:\s*"([^"]+)"\s*,?\s*(?:(?:from|exact|branch|revision):\s*"([^"]*)")?`)
	swiftName = lazy.New(`\bPackage\(\s*name:\s*"([^"]+)"`)

	pod       = lazy.New(`^\s*pod\s*\(?\s*["']([^"']+)["'](?:\s*,\s*["']([^"']+)["'])?`)
	podNeeds  = lazy.New(`\.(?:dependency)\s*\(?\s*["']([^"']+)["'](?:\s*,\s*["']([^"']+)["'])?`)
	podSays   = lazy.New(`^\s*\w+\.(name|summary|homepage)\s*=\s*["']([^"'#]+)["']`)
	podLocked = lazy.New(`^  - "?([A-Za-z0-9_+./-]+) \(([^)]+)\)`)

	rPart = lazy.New(`^\s*([A-Za-z][A-Za-z0-9.]*)\s*(?:\(([^)]*)\))?\s*$`)
)

func mix(m *Manifest, raw []byte) error {
	for line := range bytes.Lines(raw) {
		if code, _, _ := strings.Cut(string(line), "#"); code != "" {
			if says := hexSays.FindStringSubmatch(code); says != nil {
				m.called(says[1], says[2]+says[3])
			}
		}
	}
	for _, p := range hexPart.FindAllSubmatch(remarks.ReplaceAll(raw, nil), -1) {
		rest, use := string(p[3]), Runtime
		switch {
		case len(p[2]) > 0 && !hexRange.Match(p[2]): // a pair that is no part: {:ok, "done"}
			continue
		case forHexDev.MatchString(rest):
			use = Development
		case strings.Contains(rest, "optional: true"):
			use = Optional
		case len(p[2]) == 0 && !strings.Contains(rest, "git") && !strings.Contains(rest, "path:") && !strings.Contains(rest, "in_umbrella"):
			continue
		}
		m.add(string(p[1]), string(p[2]), use)
	}
	return nil
}

// called takes what the words of a manifest that is a program say of the whole.
func (m *Manifest) called(field, value string) {
	switch value = text(value); field {
	case "app", "name":
		m.Name = value
	case "description", "summary":
		m.Summary = value
	case "homepage_url", "homepage":
		m.Homepage = value
	case "source_url":
		m.Source = value
	}
}

func mixLock(m *Manifest, raw []byte) error { return m.fixed(raw, hexLocked) }

// fixed takes the parts of a lock file that names one a line.
func (m *Manifest) fixed(raw []byte, part *lazy.Regexp) error {
	for line := range bytes.Lines(raw) {
		if p := part.FindSubmatch(line); p != nil {
			m.add(string(p[1]), string(p[2]), Listed)
		}
	}
	return nil
}

// place is a repository's address as parts of Swift are called here:
// "owner/name", in small letters.
func place(address string) string {
	s := strings.ToLower(strings.TrimSuffix(strings.TrimSuffix(address, "/"), ".git"))
	_, s, _ = strings.Cut(strings.Replace(s, "git@", "ssh://", 1), "://")
	if i := strings.IndexAny(s, "/:"); i >= 0 {
		s = s[i+1:]
	}
	return s
}

func packageSwift(m *Manifest, raw []byte) error {
	if name := swiftName.FindSubmatch(raw); name != nil {
		m.Name = text(string(name[1]))
	}
	for _, p := range swiftPart.FindAllSubmatch(raw, -1) {
		m.add(place(string(p[1])), string(p[2]), Runtime)
	}
	return nil
}

func packageResolved(m *Manifest, raw []byte) error {
	doc, err := readJSON(raw)
	if err != nil {
		return err
	}
	pins := list(doc["pins"])
	if pins == nil {
		pins = list(table(doc["object"])["pins"])
	}
	for _, p := range pins {
		pin := table(p)
		m.add(place(first(pin["location"], pin["repositoryURL"])), version(pin["state"]), Listed)
	}
	return nil
}

func podfile(m *Manifest, raw []byte) error {
	for line := range bytes.Lines(raw) {
		if p := pod.FindSubmatch(line); p != nil {
			m.add(string(p[1]), string(p[2]), Runtime)
		}
	}
	return nil
}

func podfileLock(m *Manifest, raw []byte) error { return m.fixed(raw, podLocked) }

func podspec(m *Manifest, raw []byte) error {
	for line := range bytes.Lines(raw) {
		if says := podSays.FindSubmatch(line); says != nil {
			m.called(string(says[1]), string(says[2]))
		}
		if p := podNeeds.FindSubmatch(line); p != nil {
			m.add(string(p[1]), string(p[2]), Runtime)
		}
	}
	return nil
}

// conda reads an environment. Its parts are mostly named as Python's index
// names them, and some are that index's own.
func conda(m *Manifest, raw []byte) error {
	doc, err := readYAML(raw)
	if err != nil {
		return err
	}
	parts := list(doc["dependencies"])
	if parts == nil {
		return ErrShape
	}
	m.Name = text(doc["name"])
	for _, p := range parts {
		switch p := p.(type) {
		case string:
			_, name, channel := strings.Cut(p, "::")
			if !channel {
				name = p
			}
			i := strings.IndexAny(name+"=", "=<>! [")
			m.add(name[:min(i, len(name))], strings.Trim(name[min(i, len(name)):], "= "), Runtime)
		case map[string]any:
			for _, r := range list(p["pip"]) {
				m.requirement(text(r), Runtime)
			}
		}
	}
	return nil
}

// description reads the DESCRIPTION of a package of R: fields that go on where
// a line begins with a space.
func description(m *Manifest, raw []byte) error {
	fields, field := map[string]string{}, ""
	for line := range bytes.Lines(raw) {
		s := strings.TrimRight(string(line), "\r\n")
		if s == "" || s[0] == ' ' || s[0] == '\t' {
			fields[field] += " " + strings.TrimSpace(s)
			continue
		}
		name, value, is := strings.Cut(s, ":")
		if !is {
			return ErrShape
		}
		field = name
		fields[field] = strings.TrimSpace(value)
	}
	if fields["Package"] == "" {
		return ErrShape
	}
	m.Name, m.Summary = text(fields["Package"]), text(fields["Title"])
	m.Homepage, _, _ = strings.Cut(text(fields["URL"]), ",")
	for _, f := range []struct {
		name string
		use  Use
	}{{"Depends", Runtime}, {"Imports", Runtime}, {"LinkingTo", Runtime}, {"Enhances", Optional}, {"Suggests", Development}} {
		for p := range strings.SplitSeq(fields[f.name], ",") {
			if part := rPart.FindStringSubmatch(p); part != nil && part[1] != "R" {
				m.add(part[1], part[2], f.use)
			}
		}
	}
	return nil
}

func julia(m *Manifest, raw []byte) error {
	doc, err := readTOML(raw)
	if err != nil {
		return err
	}
	if doc["deps"] == nil && doc["uuid"] == nil {
		return ErrShape // other tools have files of this name
	}
	m.Name = text(doc["name"])
	compat := table(doc["compat"])
	for _, f := range []struct {
		name string
		use  Use
	}{{"deps", Runtime}, {"weakdeps", Optional}, {"extras", Development}} {
		for _, name := range sorted(table(doc[f.name])) {
			m.add(name, text(compat[name]), f.use)
		}
	}
	return nil
}

func juliaLock(m *Manifest, raw []byte) error {
	var doc map[string]any
	if err := nested.TOML(raw, &doc); err != nil {
		return err
	}
	if parts := table(doc["deps"]); parts != nil {
		doc = parts
	}
	for _, name := range sorted(doc) {
		if entries := list(doc[name]); len(entries) > 0 {
			m.add(name, version(entries[0]), Listed)
		}
	}
	return nil
}
