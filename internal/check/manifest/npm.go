package manifest

import (
	"bytes"
	"encoding/json"
	"strings"

	"stoa/internal/lazy"
)

func packageJSON(m *Manifest, raw []byte) error {
	doc, err := readJSON(raw)
	if err != nil {
		return err
	}
	m.Name, m.Summary, m.Homepage = text(doc["name"]), text(doc["description"]), text(doc["homepage"])
	m.Source = first(doc["repository"], table(doc["repository"])["url"])
	m.addAll(table(doc["dependencies"]), Runtime)
	m.addAll(table(doc["optionalDependencies"]), Optional)
	m.addAll(table(doc["peerDependencies"]), Optional)
	m.addAll(table(doc["devDependencies"]), Development)
	return nil
}

// packageLock reads the lock files of npm: the first form nests parts, the
// later ones list them by the folder they lie in.
func packageLock(m *Manifest, raw []byte) error {
	type part struct {
		Version     string
		Dev         bool
		Optional    bool
		DevOptional bool
	}
	var doc struct {
		Packages     map[string]part
		Dependencies map[string]part
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		return err
	}
	all := doc.Packages
	if len(all) == 0 {
		all = doc.Dependencies
	}
	for _, folder := range sorted(all) {
		p, name := all[folder], folder
		if i := strings.LastIndex(folder, "node_modules/"); i >= 0 {
			name = folder[i+len("node_modules/"):]
		} else if len(doc.Packages) > 0 {
			continue // the project itself and its workspaces
		}
		use := Listed
		switch {
		case p.Dev || p.DevOptional:
			use = Development
		case p.Optional:
			use = Optional
		}
		m.add(name, p.Version, use)
	}
	return nil
}

// yarnLock reads both forms of yarn's lock file, whose entries begin a line.
func yarnLock(m *Manifest, raw []byte) error {
	name := ""
	for line := range bytes.Lines(raw) {
		switch l := strings.TrimRight(string(line), "\r\n"); {
		case l == "" || l[0] == '#' || strings.HasPrefix(l, "__metadata"):
			name = ""
		case l[0] != ' ':
			spec, _, _ := strings.Cut(strings.TrimLeft(l, `"`), ",")
			if at := strings.Index(spec[min(1, len(spec)):], "@"); at > 0 {
				name = spec[:at+1]
			}
		case name != "" && strings.HasPrefix(strings.TrimSpace(l), "version"):
			v := strings.TrimLeft(strings.TrimPrefix(strings.TrimSpace(l), "version"), ": ")
			m.add(name, strings.Trim(v, `"`), Listed)
			name = ""
		}
	}
	return nil
}

// inPnpm is an entry of pnpm's lock file: /name/1.0.0, /name@1.0.0 or
// name@1.0.0, by the version of its form.
var inPnpm = lazy.New(`^  ['"]?/?((?:@[^/@\s]+/)?[^/@\s:'"]+)[@/]([0-9][^:('"]*)`)

func pnpmLock(m *Manifest, raw []byte) error {
	in := false
	for line := range bytes.Lines(raw) {
		if line[0] != ' ' && line[0] != '\n' && line[0] != '\r' {
			in = bytes.HasPrefix(line, []byte("packages:"))
			continue
		}
		if !in {
			continue
		}
		if f := inPnpm.FindSubmatch(line); f != nil {
			m.add(string(f[1]), string(f[2]), Listed)
		}
	}
	return nil
}

// inBun is a package in bun.lock: its place, and its name with its version.
var inBun = lazy.New(`^\s+"[^"]+": \["((?:@[^/@"\s]+/)?[^/@"\s]+)@([^"\s]+)"`)

func bunLock(m *Manifest, raw []byte) error {
	for line := range bytes.Lines(raw) {
		if f := inBun.FindSubmatch(line); f != nil {
			m.add(string(f[1]), string(f[2]), Listed)
		}
	}
	return nil
}
