// Package check looks at a target (a tree of files, with what its forge, its
// history and its pages tell) and says what a machine can see of a good there.
// Everything read is a stranger's: it is parsed, never run.
package check

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"time"

	"stoa/internal/check/prose"
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

// Entry is one regular file of a target. At makes one; only Path and Size need
// to be set by who opens the target.
type Entry struct {
	Path string // from the root, with slashes, valid UTF-8
	Size int64  // bytes

	Name     string // the last part of Path in small letters
	Ext      string // of Name, with its dot: ".go"; "" where there is none
	Depth    int    // folders above it: 0 at the root
	Vendored bool   // somebody else's work that is carried along
}

// File is a file as the one pass shows it to the probes. They do not keep
// Text: it is used again for the next file.
type File struct {
	Entry
	Text   []byte
	Cut    bool // there is more than Text holds
	Binary bool // it is no text

	sum            string // SHA256 of Text, once it was asked for
	doc            *prose.Doc
	counted, lines int // how many lines end in so many first bytes
}

// SHA256 is the hash of what was read, in hexadecimal.
func (f *File) SHA256() string {
	if f.sum == "" {
		sum := sha256.Sum256(f.Text)
		f.sum = hex.EncodeToString(sum[:])
	}
	return f.sum
}

// Doc is the shape of the text. Who reads it leaves it as it is.
func (f *File) Doc() *prose.Doc {
	if f.doc == nil {
		f.doc = prose.Read(f.Path, f.Text)
	}
	return f.doc
}

// At is the evidence that a file is: from 1 the line, 0 for the whole of it.
func (f *File) At(line int) finding.Evidence {
	return finding.Evidence{Path: f.Path, Line: line, SHA256: f.SHA256()}
}

// Line is the number, from 1, of the line that holds the byte at offset.
func (f *File) Line(offset int) int {
	if offset = min(offset, len(f.Text)); offset < f.counted {
		f.counted, f.lines = 0, 0
	}
	f.lines += bytes.Count(f.Text[f.counted:offset], []byte{'\n'})
	f.counted = offset
	return 1 + f.lines
}

// Probe looks for one matter. A new one is made for each run; it is called by
// one goroutine: Wants for each entry in the order of paths, See for those it
// wants, in the same order (files are read ahead, so what Wants says may not
// depend on what See has seen), then Findings once.
type Probe interface {
	Wants(*Entry) Want
	See(*File)
	Findings(*Target) []finding.Finding
}

// Heads is what the FS of a target may be besides, if it can read the beginning
// of a file without opening it for more.
type Heads interface {
	// ReadHead fills buf as far as the file has bytes, and says how many.
	ReadHead(name string, buf []byte) (int, error)
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
	Alone   bool           // it is one document, or some pages of a site, looked at without what lies around them
	Data    []Dataset      // what files of the target say of data, a few dozen at most
	Cut     []finding.Text // the limits met while it was fetched

	// Accepted are the licences of the standard it is looked at for, by kind, as
	// SPDX identifiers; nil: those of vocab.
	Accepted map[good.Kind][]string

	// Knowledge is what is known by name; nil: what the program brings along.
	Knowledge *Knowledge

	// Address is where others see a line of a file; 0: the whole file. nil: nobody
	// but who looks has the files.
	Address func(path string, line int) string
}

// knowledge is what is known by name.
func (t *Target) knowledge() *Knowledge {
	if t.Knowledge != nil {
		return t.Knowledge
	}
	return embedded()
}

// address is where others see a file; "" where nobody does.
func (t *Target) address(path string) string {
	if t.Address == nil {
		return ""
	}
	return t.Address(path, 0)
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
