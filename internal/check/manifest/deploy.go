package manifest

import (
	"bytes"
	"path"
	"strings"

	"stoa/internal/lazy"
)

// dockerfile takes the images that a container file builds on: only the last
// stage is what runs.
func dockerfile(m *Manifest, raw []byte) error {
	stages, args, from := map[string]bool{}, map[string]string{}, [][2]string(nil)
	for line := range bytes.Lines(raw) {
		f := strings.Fields(string(line))
		if len(f) < 2 {
			continue
		}
		switch strings.ToUpper(f[0]) {
		case "ARG":
			if k, v, found := strings.Cut(f[1], "="); found && len(from) == 0 {
				args[k] = strings.Trim(v, `"'`)
			}
		case "FROM":
			f = f[1:]
			for len(f) > 1 && strings.HasPrefix(f[0], "--") {
				f = f[1:]
			}
			image := fill(f[0], args)
			if !stages[strings.ToLower(image)] && image != "scratch" && !strings.Contains(image, "$") {
				name, tag := imageName(image)
				from = append(from, [2]string{name, tag})
			}
			if len(f) == 3 && strings.EqualFold(f[1], "as") {
				stages[strings.ToLower(f[2])] = true
			}
		}
	}
	for i, image := range from {
		use := Development
		if i == len(from)-1 && !forWork.MatchString(strings.ToLower(path.Base(m.Path))) {
			use = Runtime
		}
		m.add(image[0], image[1], use)
	}
	return nil
}

var argument = lazy.New(`\$\{?([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}?`)

// fill puts the arguments into a name, or the defaults that stand beside them.
func fill(s string, args map[string]string) string {
	return argument.ReplaceAllStringFunc(s, func(a string) string {
		f := argument.FindStringSubmatch(a)
		if v := args[f[1]]; v != "" {
			return v
		}
		if f[2] != "" {
			return f[2]
		}
		return a
	})
}

// imageName is an image without its version, and without the host and folder
// under which the hub keeps the common ones.
func imageName(image string) (name, tag string) {
	name, digest, _ := strings.Cut(image, "@")
	if i := strings.LastIndex(name, ":"); i > strings.LastIndex(name, "/") {
		name, tag = name[:i], name[i+1:]
	}
	if digest != "" {
		tag = digest
	}
	name = strings.TrimPrefix(strings.TrimPrefix(name, "docker.io/"), "library/")
	return strings.ToLower(name), tag
}

func compose(m *Manifest, raw []byte) error {
	doc, err := readYAML(raw)
	if err != nil {
		return err
	}
	services := table(doc["services"])
	if services == nil && doc["version"] == nil {
		services = doc // the first form had no table of services
	}
	use := Runtime
	if forWork.MatchString(strings.ToLower(path.Base(m.Path))) {
		use = Development
	}
	for _, name := range sorted(services) {
		s, as := table(services[name]), use
		if len(list(s["profiles"])) > 0 && use == Runtime {
			as = Optional
		}
		if image := fill(text(s["image"]), nil); image != "" && !strings.Contains(image, "$") {
			part, tag := imageName(image)
			m.add(part, tag, as)
		}
	}
	return nil
}

func chart(m *Manifest, raw []byte) error {
	doc, err := readYAML(raw)
	if err != nil {
		return err
	}
	if !m.Lock {
		m.Name, m.Summary, m.Homepage = text(doc["name"]), text(doc["description"]), text(doc["home"])
		if sources := list(doc["sources"]); len(sources) > 0 {
			m.Source = text(sources[0])
		}
	}
	for _, d := range list(doc["dependencies"]) {
		t, use := table(d), Runtime
		if m.Lock {
			use = Listed
		} else if t["condition"] != nil || t["tags"] != nil {
			use = Optional
		}
		m.add(text(t["name"]), version(t), use)
	}
	return nil
}

// What Terraform sets up is one way to run the whole, so its providers are
// never more than optional.
var (
	providerSource = lazy.New(`^\s*source\s*=\s*"((?:[a-z0-9.-]+/)?[a-z0-9-]+/[a-z0-9-]+)"`)
	providerBlock  = lazy.New(`^\s*provider\s+"([^"]+)"\s*\{`)
)

func terraform(m *Manifest, raw []byte) error {
	for line := range bytes.Lines(raw) {
		if f := providerSource.FindSubmatch(line); f != nil {
			m.add(provider(string(f[1])), "", Optional)
		}
		if f := providerBlock.FindSubmatch(line); f != nil {
			m.add(provider(string(f[1])), "", Optional)
		}
	}
	return nil
}

func terraformLock(m *Manifest, raw []byte) error {
	for line := range bytes.Lines(raw) {
		if f := providerBlock.FindSubmatch(line); f != nil {
			m.add(provider(string(f[1])), "", Listed)
		}
	}
	return nil
}

// provider is the short name of a provider: the last word of its address.
func provider(s string) string { return s[strings.LastIndex(s, "/")+1:] }
