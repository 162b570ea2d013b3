// Package manifest reads what a project says it is made of: the manifests and
// lock files of the ecosystems. Nothing in them is run; what only running them
// would tell is not told.
package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"stoa/internal/check/nested"
	"stoa/internal/lazy"
)

// MaxSize is how long a manifest or lock file may be, in bytes, to be read.
const MaxSize = 4 << 20

// maxDepth is how deep blocks of a file that is a program may be nested.
const maxDepth = 60

// Use is what a part is needed for.
type Use int

// A part is needed to run the whole, needed for something that may be left out,
// or needed by those who work on it. Listed is a part that is named without a
// word of what it is for, as lock files and catalogues of versions do.
const (
	Runtime Use = iota
	Optional
	Development
	Listed
)

// Dependency is a part that a manifest names.
type Dependency struct {
	Name    string // as its ecosystem writes it
	Version string // or the range that is asked for; "" where none is
	Use     Use
}

// Manifest is what one file says.
type Manifest struct {
	Path      string
	Ecosystem string // "npm", "pypi", "maven", "nuget", "go", "cargo", "composer", "rubygems", "pub", "container", "helm", "terraform", "hex", "swift", "cocoapods", "cran", "julia"
	Lock      bool   // it fixes versions

	Name, Summary, Homepage, Source string

	Dependencies []Dependency
	Aliases      map[string]string // of a catalogue of versions: how others name its parts
}

// ErrShape says that a file is not of the form its name promises.
var ErrShape = errors.New("manifest: not of the form its name promises")

// form is how manifests of one name are read.
type form struct {
	name      *lazy.Regexp // of the whole base name, in lower case
	ecosystem string
	lock      bool
	read      func(*Manifest, []byte) error
}

func named(pattern, ecosystem string, read func(*Manifest, []byte) error) form {
	return form{name: lazy.New(`^(?:` + pattern + `)$`), ecosystem: ecosystem, read: read}
}

func locked(pattern, ecosystem string, read func(*Manifest, []byte) error) form {
	f := named(pattern, ecosystem, read)
	f.lock = true
	return f
}

var forms = []form{
	named(`package\.json`, "npm", packageJSON),
	locked(`package-lock\.json|npm-shrinkwrap\.json`, "npm", packageLock),
	locked(`yarn\.lock`, "npm", yarnLock),
	locked(`pnpm-lock\.yaml`, "npm", pnpmLock),
	locked(`bun\.lock`, "npm", bunLock),
	named(`[a-z0-9._-]*requirements[a-z0-9._-]*\.(?:txt|in)`, "pypi", requirements),
	named(`pyproject\.toml`, "pypi", pyproject),
	locked(`(?:poetry|uv|pdm)\.lock`, "pypi", packageTables),
	named(`setup\.cfg`, "pypi", setupCfg),
	named(`setup\.py`, "pypi", setupPy),
	named(`pipfile`, "pypi", pipfile),
	locked(`pipfile\.lock`, "pypi", pipfileLock),
	named(`pom\.xml`, "maven", pom),
	named(`build\.gradle(?:\.kts)?`, "maven", gradle),
	named(`[a-z0-9._-]*versions\.toml`, "maven", versionCatalogue),
	locked(`gradle\.lockfile`, "maven", gradleLock),
	named(`[^/]+\.(?:cs|fs|vb)proj|directory\.build\.props`, "nuget", msbuild),
	named(`directory\.packages\.props`, "nuget", msbuild),
	named(`packages\.config`, "nuget", packagesConfig),
	locked(`packages\.lock\.json`, "nuget", nugetLock),
	named(`go\.mod`, "go", goMod),
	locked(`go\.sum`, "go", goSum),
	named(`cargo\.toml`, "cargo", cargo),
	locked(`cargo\.lock`, "cargo", packageTables),
	named(`composer\.json`, "composer", composer),
	locked(`composer\.lock`, "composer", composerLock),
	named(`gemfile|gems\.rb`, "rubygems", gemfile),
	locked(`gemfile\.lock|gems\.locked`, "rubygems", gemfileLock),
	named(`[^/]+\.gemspec`, "rubygems", gemspec),
	named(`pubspec\.yaml`, "pub", pubspec),
	locked(`pubspec\.lock`, "pub", pubspecLock),
	named(`(?:dockerfile|containerfile)(?:[._-][a-z0-9._-]+)?|[a-z0-9._-]+\.(?:dockerfile|containerfile)`, "container", dockerfile),
	named(`(?:[a-z0-9_-]+[._-])?(?:docker-)?compose(?:[._-][a-z0-9._-]+)?\.ya?ml`, "container", compose),
	named(`chart\.yaml`, "helm", chart),
	locked(`chart\.lock`, "helm", chart),
	named(`[^/]+\.tf`, "terraform", terraform),
	locked(`\.terraform\.lock\.hcl`, "terraform", terraformLock),
	named(`mix\.exs`, "hex", mix),
	locked(`mix\.lock`, "hex", mixLock),
	named(`package\.swift`, "swift", packageSwift),
	locked(`package\.resolved`, "swift", packageResolved),
	named(`podfile`, "cocoapods", podfile),
	locked(`podfile\.lock`, "cocoapods", podfileLock),
	named(`[^/]+\.podspec`, "cocoapods", podspec),
	named(`(?:[a-z0-9_-]+[._-])?environment(?:[._-][a-z0-9._-]+)?\.ya?ml`, "pypi", conda),
	named(`description`, "cran", description),
	named(`(?:julia)?project\.toml`, "julia", julia),
	locked(`(?:julia)?manifest\.toml`, "julia", juliaLock),
}

// exact and loose tell quickly that a file is none of these: most files of a
// tree are asked.
var exact, loose = func() (map[string]*form, []*form) {
	m, l := map[string]*form{}, []*form(nil)
	for i := range forms {
		plain := true
		for name := range strings.SplitSeq(strings.TrimSuffix(strings.TrimPrefix(forms[i].name.String(), "^(?:"), ")$"), "|") {
			name = strings.ReplaceAll(name, `\.`, ".")
			if strings.ContainsAny(name, `[]()?*+\`) {
				plain = false
			} else {
				m[name] = &forms[i]
			}
		}
		if !plain {
			l = append(l, &forms[i])
		}
	}
	return m, l
}()

// hints are what the name of every loose form holds.
var hints = []string{"requirements", "build.gradle", "versions.toml", "proj", "lock", "sum", "gemspec", "dockerfile", "containerfile", "compose", ".tf", ".podspec", "environment", "project.toml", "manifest.toml"}

// inFolder is how lists of Python's parts are read that are named for what
// they are for and lie in a folder named for what they are.
var inFolder = named(`.*`, "pypi", requirements)

// find is the form of a file by its base name in lower case and its path.
func find(name, full string) *form {
	if f := exact[name]; f != nil {
		return f
	}
	if strings.HasSuffix(name, ".txt") && path.Base(path.Dir(full)) == "requirements" {
		return &inFolder
	}
	if !slices.ContainsFunc(hints, func(h string) bool { return strings.Contains(name, h) }) {
		return nil
	}
	for _, f := range loose {
		if f.name.MatchString(name) {
			return f
		}
	}
	return nil
}

// Known says whether the file at this path, whose base name in lower case is
// name, is a manifest or a lock file.
func Known(name, full string) bool { return find(name, full) != nil }

// Locks says whether a manifest of this base name in lower case fixes versions.
func Locks(name string) bool {
	f := find(name, name)
	return f != nil && f.lock
}

// Parse reads the file at this path. The error is ErrShape where it is no
// manifest or does not parse.
func Parse(name string, text []byte) (*Manifest, error) {
	f := find(strings.ToLower(path.Base(name)), name)
	if f == nil || len(text) > MaxSize {
		return nil, ErrShape
	}
	m := &Manifest{Path: name, Ecosystem: f.ecosystem, Lock: f.lock}
	if err := f.read(m, bytes.TrimPrefix(text, []byte("\ufeff"))); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrShape, name, err)
	}
	return m, nil
}

// Line is the line, from 1, at which a text first names a part; 0 where it
// does not.
func Line(text []byte, name string) int {
	for at := 0; name != ""; {
		i := bytes.Index(text[at:], []byte(name))
		if i < 0 {
			return 0
		}
		i += at
		at = i + len(name)
		if (i == 0 || !wordy(text[i-1])) && (at == len(text) || !wordy(text[at])) {
			return 1 + bytes.Count(text[:i], []byte("\n"))
		}
	}
	return 0
}

// wordy says whether a byte goes on with a name.
func wordy(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '_' || b == '-' || b >= 0x80
}

func (m *Manifest) add(name, version string, use Use) {
	if name = strings.TrimSpace(name); name != "" && len(name) <= 200 {
		m.Dependencies = append(m.Dependencies, Dependency{Name: name, Version: strings.TrimSpace(version), Use: use})
	}
}

// addAll adds the keys of a table in their order.
func (m *Manifest) addAll(table map[string]any, use Use) {
	for _, name := range sorted(table) {
		m.add(name, version(table[name]), use)
	}
}

// version is the version that a table of parts gives: a string, or a table
// that holds one.
func version(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case map[string]any:
		s, _ := v["version"].(string)
		return s
	}
	return ""
}

func sorted[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// text is a value that should be one, in one line.
func text(v any) string {
	s, _ := v.(string)
	return strings.Join(strings.Fields(s), " ")
}

// first is the first text that there is.
func first(values ...any) string {
	for _, v := range values {
		if s := text(v); s != "" {
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

// list is a value that should be a list; nil where it is none.
func list(v any) []any {
	l, _ := v.([]any)
	return l
}

func readJSON(raw []byte) (doc map[string]any, err error) { return doc, nested.JSON(raw, &doc) }
func readTOML(raw []byte) (doc map[string]any, err error) { return doc, nested.TOML(raw, &doc) }
func readYAML(raw []byte) (doc map[string]any, err error) { return doc, nested.YAML(raw, &doc) }
