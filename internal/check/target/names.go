package target

import (
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// mostName is how long a path may be, in bytes.
const mostName = 4096

// shown is a name as reports write it: valid UTF-8 without signs that would
// move what a reader sees (control characters, marks of direction).
func shown(name string) string {
	plain := func(r rune) bool { return r >= ' ' && r < utf8.RuneSelf && r != 0x7f }
	if strings.IndexFunc(name, func(r rune) bool { return !plain(r) }) < 0 {
		return name
	}
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) {
			return utf8.RuneError
		}
		return r
	}, strings.ToValidUTF8(name, string(utf8.RuneError)))
}

// inside is the path of a file of an archive, and whether it is one that lies
// within it: names that climb out, or begin at the root of a machine, are not.
func inside(name string) (string, bool) {
	if len(name) > mostName || name == "" || name[0] == '/' || strings.ContainsAny(name, "\\\x00") {
		return "", false
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == ".." {
			return "", false
		}
	}
	name = shown(path.Clean(name))
	return name, name != "."
}

// git says whether a path is of a repository's own records, which no tree
// holds that a forge shows.
func git(p string) bool {
	return p == ".git" || strings.HasPrefix(p, ".git/") || strings.HasSuffix(p, "/.git") || strings.Contains(p, "/.git/")
}

func depth(p string) int { return strings.Count(p, "/") }
