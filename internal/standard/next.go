package standard

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"stoa/internal/good"
	"stoa/internal/lazy"
)

var (
	versionLine  = lazy.New(`(?m)^version:.*$`)
	releasedLine = lazy.New(`(?m)^released:.*$`)
	draftLine    = lazy.New(`(?m)^draft:.*\n`)
	// What a version says of the one before it says nothing of the next.
	changesPart = lazy.New(`(?m)^(?:changes|retired):.*\n(?:[ \t]+.*\n|[ \t]*\n[ \t]+.*\n)*`)
	changesText = lazy.New(`(?m)^(?:changes|"?retired [^:]+"?):.*\n`)
	replaces    = lazy.New(`(?m)^[ \t]+replaces:.*\n|,\s*replaces:\s*[a-z0-9.-]+`)
)

// Next are the files of the version to follow s, for a person to change: those
// of s, as a draft of today. folder is where s was read from.
func (s *Set) Next(folder fs.FS, version string, today good.Date) (map[string][]byte, error) {
	if !lazy.Of(`^[0-9]+(\.[0-9]+){0,3}$`).MatchString(version) || compareVersions(version, s.Version) <= 0 {
		return nil, fmt.Errorf("%s is no version after %s: write numbers with dots, such as %s.1", version, s.Version, s.Version)
	}
	dir := path.Join(s.ID, s.Version)
	entries, err := fs.ReadDir(folder, dir)
	if err != nil {
		return nil, err
	}
	out := map[string][]byte{}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".yml") {
			continue
		}
		raw, err := fs.ReadFile(folder, path.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		if e.Name() == mainFile {
			raw = draftLine.ReplaceAll(changesPart.ReplaceAll(replaces.ReplaceAll(raw, nil), nil), nil)
			raw = versionLine.ReplaceAll(raw, fmt.Appendf(nil, "version: %q\ndraft: true # take this line away to release it", version))
			raw = releasedLine.ReplaceAll(raw, []byte("released: "+string(today)))
		} else {
			raw = changesText.ReplaceAll(raw, nil)
		}
		out[path.Join(s.ID, version, e.Name())] = bytes.TrimLeft(raw, "\n")
	}
	return out, nil
}
