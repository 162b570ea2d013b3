package manifest

import (
	"bytes"
	"encoding/json"
	"strings"

	"stoa/internal/lazy"
)

func composer(m *Manifest, raw []byte) error {
	doc, err := readJSON(raw)
	if err != nil {
		return err
	}
	m.Name, m.Summary, m.Homepage = text(doc["name"]), text(doc["description"]), text(doc["homepage"])
	m.Source = text(table(doc["support"])["source"])
	m.addAll(table(doc["require"]), Runtime)
	m.addAll(table(doc["require-dev"]), Development)
	return nil
}

func composerLock(m *Manifest, raw []byte) error {
	type part struct{ Name, Version string }
	var doc struct {
		Packages []part
		Dev      []part `json:"packages-dev"`
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		return err
	}
	for _, p := range doc.Packages {
		m.add(p.Name, p.Version, Listed)
	}
	for _, p := range doc.Dev {
		m.add(p.Name, p.Version, Development)
	}
	return nil
}

// A Gemfile and a gemspec are programs; the lines that name parts are not hard
// to know.
var (
	gem       = lazy.New(`^\s*gem[\s(]\s*["']([^"']+)["'](?:\s*,\s*["']([^"']+)["'])?(.*)`)
	gemGroup  = lazy.New(`^\s*group\b(.*)\bdo\b`)
	rubyOpens = lazy.New(`^\s*(?:if|unless|case|begin|def|source|platforms?|install_if|path|git)\b|\bdo\b\s*(?:\|[^|]*\|)?\s*$`)
	rubyEnds  = lazy.New(`^\s*end\b`)
	gemNeeds  = lazy.New(`\.add_(runtime_|development_)?dependency[\s(]+["']([^"']+)["'](?:\s*,\s*["']([^"']+)["'])?`)
	gemSays   = lazy.New(`^\s*\w+\.(name|summary|homepage)\s*=\s*["']([^"'#]+)["']`)
	gemLocked = lazy.New(`^    ([A-Za-z0-9_.-]+) \(([^)]+)\)`)
)

// groupUse is what the parts of a group of a Gemfile are for.
func groupUse(words string) Use {
	switch {
	case strings.Contains(words, "production") || strings.Contains(words, "default"):
		return Runtime
	case forWork.MatchString(words):
		return Development
	}
	return Optional
}

func gemfile(m *Manifest, raw []byte) error {
	uses := []Use{Runtime} // of the blocks that are open
	for line := range bytes.Lines(raw) {
		l := strings.TrimRight(string(line), "\r\n")
		now := uses[len(uses)-1]
		if f := gem.FindStringSubmatch(l); f != nil {
			if _, groups, found := strings.Cut(f[3], "group"); found && now == Runtime {
				now = groupUse(groups)
			}
			m.add(f[1], f[2], now)
			continue
		}
		switch {
		case gemGroup.MatchString(l):
			uses = append(uses, groupUse(gemGroup.FindStringSubmatch(l)[1]))
		case rubyOpens.MatchString(l) && len(uses) < maxDepth && !strings.HasSuffix(strings.TrimSpace(l), `"`) && !strings.HasSuffix(strings.TrimSpace(l), `'`):
			uses = append(uses, now)
		case rubyEnds.MatchString(l) && len(uses) > 1:
			uses = uses[:len(uses)-1]
		}
	}
	return nil
}

func gemfileLock(m *Manifest, raw []byte) error {
	for line := range bytes.Lines(raw) {
		if f := gemLocked.FindSubmatch(line); f != nil {
			m.add(string(f[1]), string(f[2]), Listed)
		}
	}
	return nil
}

func gemspec(m *Manifest, raw []byte) error {
	for line := range bytes.Lines(raw) {
		l := string(line)
		if f := gemNeeds.FindStringSubmatch(l); f != nil {
			use := Runtime
			if f[1] == "development_" {
				use = Development
			}
			m.add(f[2], f[3], use)
		}
		if f := gemSays.FindStringSubmatch(l); f != nil {
			switch f[1] {
			case "name":
				m.Name = text(f[2])
			case "summary":
				m.Summary = text(f[2])
			case "homepage":
				m.Homepage = text(f[2])
			}
		}
	}
	return nil
}

func pubspec(m *Manifest, raw []byte) error {
	doc, err := readYAML(raw)
	if err != nil {
		return err
	}
	m.Name, m.Summary, m.Homepage, m.Source = text(doc["name"]), text(doc["description"]), text(doc["homepage"]), text(doc["repository"])
	m.addAll(table(doc["dependencies"]), Runtime)
	m.addAll(table(doc["dev_dependencies"]), Development)
	return nil
}

func pubspecLock(m *Manifest, raw []byte) error {
	doc, err := readYAML(raw)
	if err != nil {
		return err
	}
	packages := table(doc["packages"])
	for _, name := range sorted(packages) {
		use := Listed
		if text(table(packages[name])["dependency"]) == "direct dev" {
			use = Development
		}
		m.add(name, version(packages[name]), use)
	}
	return nil
}
