package manifest

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"

	"stoa/internal/lazy"
)

// readXML reads a document of any declared encoding as the bytes it has: names
// of parts are ASCII. Entities that the document defines are not expanded.
func readXML(raw []byte, into any) error {
	d := xml.NewDecoder(bytes.NewReader(raw))
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	return d.Decode(into)
}

func pom(m *Manifest, raw []byte) error {
	var doc struct {
		XMLName      xml.Name `xml:"project"`
		GroupID      string   `xml:"groupId"`
		ArtifactID   string   `xml:"artifactId"`
		Name         string   `xml:"name"`
		Description  string   `xml:"description"`
		URL          string   `xml:"url"`
		SCM          string   `xml:"scm>url"`
		Dependencies []struct {
			GroupID    string `xml:"groupId"`
			ArtifactID string `xml:"artifactId"`
			Version    string `xml:"version"`
			Scope      string `xml:"scope"`
			Optional   string `xml:"optional"`
		} `xml:"dependencies>dependency"`
	}
	if err := readXML(raw, &doc); err != nil {
		return err
	}
	m.Name, m.Summary, m.Homepage, m.Source = first(doc.Name, doc.ArtifactID), text(doc.Description), text(doc.URL), text(doc.SCM)
	if strings.Contains(m.Name, "${") {
		m.Name = text(doc.ArtifactID)
	}
	for _, d := range doc.Dependencies {
		use := Runtime
		switch scope := strings.TrimSpace(d.Scope); {
		case scope == "test" || scope == "import":
			use = Development
		case strings.TrimSpace(d.Optional) == "true" || scope == "provided" || scope == "system":
			use = Optional
		}
		m.add(strings.TrimSpace(d.GroupID)+":"+strings.TrimSpace(d.ArtifactID), d.Version, use)
	}
	return nil
}

// A build.gradle is a program too; what it needs is nearly always written as
// a word, then a literal, a named list, or a name of the catalogue of versions.
var (
	inGradle    = lazy.New(`^\s*([A-Za-z][A-Za-z0-9]*)\s*[( ]\s*(?:(?:platform|enforcedPlatform)\s*\(\s*)?["']([A-Za-z0-9_.-]+):([A-Za-z0-9_.-]+)(?::([^"'@:]*))?`)
	inGradleMap = lazy.New(`^\s*([A-Za-z][A-Za-z0-9]*)\s*\(?\s*group\s*[:=]\s*["']([^"']+)["']\s*,\s*name\s*[:=]\s*["']([^"']+)["'](?:\s*,\s*version\s*[:=]\s*["']([^"']+)["'])?`)
	inGradleRef = lazy.New(`^\s*([A-Za-z][A-Za-z0-9]*)\s*[( ]\s*(?:(?:platform|enforcedPlatform)\s*\(\s*)?(libs\.[A-Za-z0-9_.]+)`)
)

// gradleUse is what a part is for, by the word it stands under. A word before
// Implementation names one of several ways to build the whole.
func gradleUse(word string) (Use, bool) {
	w := strings.ToLower(word)
	switch {
	case strings.Contains(w, "test") || strings.Contains(w, "debug") || w == "classpath" || w == "compileonly" || w == "annotationprocessor" || w == "kapt" || w == "ksp" || w == "developmentonly" || strings.HasPrefix(w, "lint") || strings.HasPrefix(w, "ktlint") || strings.HasPrefix(w, "detekt"):
		return Development, w != "testclasses"
	case w == "implementation" || w == "api" || w == "compile" || w == "runtime" || w == "runtimeonly":
		return Runtime, true
	case w == "provided":
		return Optional, true
	case strings.HasSuffix(w, "implementation") || strings.HasSuffix(w, "api") || strings.HasSuffix(w, "runtimeonly") || strings.HasSuffix(w, "compile"):
		return Optional, true
	}
	return Listed, false
}

func gradle(m *Manifest, raw []byte) error {
	for line := range bytes.Lines(raw) {
		l := string(line)
		if len(l) > 2000 || !strings.ContainsAny(l, `"'`) && !strings.Contains(l, "libs.") {
			continue
		}
		for _, re := range []*lazy.Regexp{inGradle, inGradleMap} {
			if f := re.FindStringSubmatch(l); f != nil {
				if use, known := gradleUse(f[1]); known {
					m.add(f[2]+":"+f[3], f[4], use)
				}
				break
			}
		}
		if f := inGradleRef.FindStringSubmatch(l); f != nil {
			if use, known := gradleUse(f[1]); known {
				m.add(f[2], "", use)
			}
		}
	}
	return nil
}

// versionCatalogue reads Gradle's list of parts, which build files name by an
// alias: "libs." and the key with dots for dashes.
func versionCatalogue(m *Manifest, raw []byte) error {
	doc, err := readTOML(raw)
	if err != nil {
		return err
	}
	m.Aliases = map[string]string{}
	libraries := table(doc["libraries"])
	for _, key := range sorted(libraries) {
		module, v := "", ""
		switch l := libraries[key].(type) {
		case string:
			parts := strings.SplitN(l, ":", 3)
			if len(parts) < 2 {
				continue
			}
			module = parts[0] + ":" + parts[1]
		case map[string]any:
			v = version(l)
			if module = text(l["module"]); module == "" {
				module = text(l["group"]) + ":" + text(l["name"])
			}
		}
		m.Aliases["libs."+strings.NewReplacer("-", ".", "_", ".").Replace(key)] = module
		m.add(module, v, Listed)
	}
	return nil
}

func gradleLock(m *Manifest, raw []byte) error {
	for line := range bytes.Lines(raw) {
		l, _, _ := strings.Cut(strings.TrimSpace(string(line)), "=")
		if parts := strings.Split(l, ":"); len(parts) == 3 && !strings.HasPrefix(l, "#") {
			m.add(parts[0]+":"+parts[1], parts[2], Listed)
		}
	}
	return nil
}
