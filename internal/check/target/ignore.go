package target

import (
	"bytes"
	"os"
	"path"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/format/gitignore"
	"github.com/go-git/go-git/v5/plumbing/format/index"
)

// rules say which files of a folder are no part of what is published. Where git
// keeps it, those are the ones that git ignores and does not track all the
// same; else, folders that tools fill by themselves.
type rules struct {
	git      bool
	tracked  map[string]bool // files, and the folders they lie in
	patterns []gitignore.Pattern
	matcher  gitignore.Matcher
}

const (
	mostIndex    = 256 << 20 // of git's list of tracked files, bytes
	mostIgnore   = 256 << 10 // of a file of patterns, bytes
	mostPatterns = 2000      // in all: each name is held against each
)

// filled are folders that tools fill: what lies there is fetched or built
// again by anyone, and published by nobody.
var filled = map[string]bool{"node_modules": true, "bower_components": true, "__pycache__": true, ".venv": true, ".tox": true, ".gradle": true, ".terraform": true, ".dart_tool": true, ".next": true, ".nuxt": true}

func readRules(root *os.Root) *rules {
	r := &rules{tracked: map[string]bool{}}
	if info, err := root.Lstat(".git"); err != nil || !info.IsDir() {
		return r
	}
	r.git = true
	r.read(root, ".git/info/exclude", nil)
	text, err := readSmall(root, ".git/index", mostIndex)
	if err != nil {
		return r
	}
	var list index.Index
	if !decoded(func() error { return index.NewDecoder(bytes.NewReader(text)).Decode(&list) }) {
		return r
	}
	for _, e := range list.Entries {
		for p := e.Name; p != "." && p != "/" && !r.tracked[p]; p = path.Dir(p) {
			r.tracked[p] = true
		}
	}
	return r
}

// decoded runs a parser over strangers' bytes and says whether it came through.
func decoded(parse func() error) (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	return parse() == nil
}

// enter reads the patterns that hold in a folder and below.
func (r *rules) enter(root *os.Root, raw string) {
	if !r.git {
		return
	}
	var domain []string
	if raw != "" {
		domain = strings.Split(raw, "/")
	}
	r.read(root, path.Join(raw, ".gitignore"), domain)
}

func (r *rules) read(root *os.Root, name string, domain []string) {
	text, err := readSmall(root, name, mostIgnore)
	if err != nil {
		return
	}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\r\n")
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") || len(r.patterns) >= mostPatterns {
			continue
		}
		r.patterns = append(r.patterns, gitignore.ParsePattern(line, domain))
	}
	r.matcher = gitignore.NewMatcher(r.patterns)
}

// ignored says whether a file or folder is no part of what is published.
func (r *rules) ignored(name string, dir bool) bool {
	if r.tracked[name] {
		return false
	}
	if dir && filled[path.Base(name)] {
		return true
	}
	return r.matcher != nil && r.matcher.Match(strings.Split(name, "/"), dir)
}
