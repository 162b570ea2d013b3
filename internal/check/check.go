// Package check looks at a target (a tree of files, with what its forge, its
// history and its pages tell) and says what a machine can see of a good there.
// Everything read is a stranger's: it is parsed, never run.
package check

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"time"

	"stoa/internal/finding"
	"stoa/internal/good"
)

// HeadSize is how much of a file a probe sees that wants its head, and
// WholeSize how much at most of one it wants whole, in bytes.
const (
	HeadSize  = 4 << 10
	WholeSize = 4 << 20
)

// Want is how much of a file a probe wants to see.
type Want int

// What can be wanted. A file is read once, as far as the probe that wants most
// of it.
const (
	Nothing Want = iota
	Head
	Whole
)

// Entry is one regular file of a target.
type Entry struct {
	Path string // from the root, with slashes, valid UTF-8
	Size int64  // bytes
}

// File is a file as the one pass shows it to the probes. They do not keep
// Text: it is used again for the next file.
type File struct {
	Entry
	Text []byte
	Cut  bool // there is more than Text holds
}

// SHA256 is the hash of what was read, in hexadecimal.
func (f *File) SHA256() string {
	sum := sha256.Sum256(f.Text)
	return hex.EncodeToString(sum[:])
}

// Probe looks for one matter. A new one is made for each run; it is called by
// one goroutine: Wants and See for the files in the order of their paths, then
// Findings once.
type Probe interface {
	Wants(Entry) Want
	See(*File)
	Findings(*Target) []finding.Finding
}

// Target is what is looked at.
type Target struct {
	Name    string // as it was given
	URL     string // where others find it; "" where nobody knows
	Commit  string // of the tree, where it has one
	Kinds   []good.Kind
	Now     time.Time
	FS      fs.FS
	Entries []Entry  // every regular file, in the order of their paths
	History *History // nil: not known
	Forge   *Forge   // nil: not asked
	Pages   []Page
	Cut     []finding.Text // the limits met while it was fetched
}

// History is what a repository's past tells.
type History struct {
	Newest  time.Time // of the newest commit
	Commits int       // in the year before Newest; -1 where the history is cut
	Authors []Author  // of those commits, the busiest first
	Tags    []Tag     // newest first
}

// Author is somebody who committed, by the hash of an address that is not kept.
type Author struct {
	ID      string
	Commits int
}

// Tag is a release.
type Tag struct {
	Name   string
	At     time.Time
	Signed bool
}

// Forge is what the place says where the repository lives.
type Forge struct {
	Description string
	Homepage    string
	Topics      []string
	Licence     string // SPDX identifier, as the forge guesses
	Archived    bool
	Moved       string // the address it answers under now, if that is another
	Releases    []Tag
	Stars       int
}

// Page is a web page that was fetched.
type Page struct {
	URL    string
	Status int
	Type   string // media type
	Text   []byte
}
