package standard

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Library is all versions of all sets that were loaded. It is never changed.
type Library struct {
	sets []*Set // by id, then from the newest version to the oldest
	once sync.Once
	hash string
}

// Digest names the content of all sets: it changes when any of them does.
func (l *Library) Digest() string {
	l.once.Do(func() {
		raw, err := json.Marshal(l.sets)
		if err != nil {
			panic(err) // texts and numbers can always be written
		}
		sum := sha256.Sum256(raw)
		l.hash = hex.EncodeToString(sum[:6])
	})
	return l.hash
}

// Shape notes the path of each place where a value is not of the form of a set,
// and what is wrong there: that of package shape.
type Shape func(value any, note func(at []string, what string))

// Load reads the sets of folders that hold {id}/{version}/set.yml and, for
// each further language, {language}.yml. If anything is wrong with any of them
// it returns Problems that name every place, and no library.
func Load(shape Shape, folders ...fs.FS) (*Library, error) {
	var problems Problems
	var read []*source
	for _, folder := range folders {
		names, err := fs.Glob(folder, "*/*/"+mainFile)
		if err != nil {
			return nil, err
		}
		if len(names) == 0 {
			return nil, errors.New("no criteria sets found: a set is a folder {id}/{version} with a file " + mainFile)
		}
		for _, name := range names {
			if s := readSet(folder, path.Dir(name), shape, &problems); s != nil {
				read = append(read, s)
			}
		}
	}
	slices.SortStableFunc(read, func(a, b *source) int {
		return cmp.Or(cmp.Compare(a.set.ID, b.set.ID), compareVersions(b.set.Version, a.set.Version))
	})
	l := &Library{}
	for i, s := range read {
		l.sets = append(l.sets, s.set)
		if i+1 < len(read) && read[i+1].set.ID == s.set.ID {
			s.checkAgainst(read[i+1], &problems)
		}
	}
	if err := problems.all(); err != nil {
		return nil, err
	}
	return l, nil
}

// Keys are those of all versions of all sets in a folder, as Sets has them.
func Keys(folder fs.FS) ([]string, error) {
	names, err := fs.Glob(folder, "*/*/"+mainFile)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(names, func(a, b string) int {
		a, b = path.Dir(a), path.Dir(b)
		return cmp.Or(cmp.Compare(path.Dir(a), path.Dir(b)), compareVersions(path.Base(b), path.Base(a)))
	})
	for i, n := range names {
		names[i] = strings.Replace(path.Dir(n), "/", "@", 1)
	}
	return names, nil
}

// Sets are all versions of all sets: by id, the newest version first.
func (l *Library) Sets() []*Set { return slices.Clone(l.sets) }

// Set finds a version of a set; version "" is the current one: the newest that
// is no draft.
func (l *Library) Set(id, version string) (*Set, bool) {
	for _, s := range l.sets {
		if s.ID == id && (s.Version == version || version == "" && !s.Draft) {
			return s, true
		}
	}
	return nil, false
}

// Find finds a version by its key, "dpg@1.1.7"; "dpg" is the current one.
func (l *Library) Find(key string) (*Set, bool) {
	id, version, pinned := strings.Cut(key, "@")
	if pinned && version == "" {
		return nil, false
	}
	return l.Set(id, version)
}

// Before is the version that came before s, if it is known.
func (l *Library) Before(s *Set) (*Set, bool) {
	i := slices.Index(l.sets, s)
	if i < 0 || i+1 >= len(l.sets) || l.sets[i+1].ID != s.ID {
		return nil, false
	}
	return l.sets[i+1], true
}

// compareVersions orders versions by their numbers: 1.1.10 is after 1.1.9.
func compareVersions(a, b string) int {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	for i := range max(len(as), len(bs)) {
		x, y := -1, -1
		if i < len(as) {
			x, _ = strconv.Atoi(as[i]) // the schema admits digits alone
		}
		if i < len(bs) {
			y, _ = strconv.Atoi(bs[i])
		}
		if c := cmp.Compare(x, y); c != 0 {
			return c
		}
	}
	return 0
}
