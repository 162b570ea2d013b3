package manifest

import (
	"bytes"
	"strings"

	"golang.org/x/mod/modfile"
)

func goMod(m *Manifest, raw []byte) error {
	f, err := modfile.ParseLax(m.Path, raw, nil)
	if err != nil {
		return err
	}
	if f.Module != nil {
		m.Name = f.Module.Mod.Path
	}
	for _, r := range f.Require {
		use := Runtime
		if r.Indirect {
			use = Listed
		}
		m.add(r.Mod.Path, r.Mod.Version, use)
	}
	return nil
}

func goSum(m *Manifest, raw []byte) error {
	last := ""
	for line := range bytes.Lines(raw) {
		f := strings.Fields(string(line))
		if len(f) == 3 && f[0] != last {
			last = f[0]
			m.add(f[0], strings.TrimSuffix(f[1], "/go.mod"), Listed)
		}
	}
	return nil
}

func cargo(m *Manifest, raw []byte) error {
	doc, err := readTOML(raw)
	if err != nil {
		return err
	}
	p := table(doc["package"])
	m.Name, m.Summary, m.Homepage, m.Source = text(p["name"]), text(p["description"]), text(p["homepage"]), text(p["repository"])
	m.crates(doc, Runtime)
	m.crates(map[string]any{"dependencies": table(doc["workspace"])["dependencies"]}, Listed)
	targets := table(doc["target"])
	for _, t := range sorted(targets) {
		m.crates(table(targets[t]), Optional)
	}
	return nil
}

func (m *Manifest) crates(doc map[string]any, use Use) {
	parts := table(doc["dependencies"])
	for _, name := range sorted(parts) {
		as := use
		if optional, _ := table(parts[name])["optional"].(bool); optional {
			as = Optional
		}
		m.add(first(table(parts[name])["package"], name), version(parts[name]), as)
	}
	m.addAll(table(doc["dev-dependencies"]), Development)
	m.addAll(table(doc["build-dependencies"]), Development)
}
