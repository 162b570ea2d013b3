package catalog

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"stoa/internal/fault"
	"stoa/internal/good"
)

// Folder is a directory that holds the catalogue's segments as files, and a
// list of those that make it up. Files are written aside, synced and renamed,
// and never changed: whatever a crash leaves, the list names whole segments.
// One process at a time may have a folder.
type Folder struct {
	Dir   string
	crash func(point string) // called at every named point, by tests
}

const (
	listName      = "catalogue.json"
	segmentEnding = ".seg"
	asideEnding   = ".new"
)

// Points at which a crash is tried.
const (
	pointBegun   = "a file is begun"
	pointWritten = "a file is written"
	pointSynced  = "a file is synced"
	pointNamed   = "a file has its name"
	pointListed  = "the list is new"
	pointCleared = "what is old is gone"
	pointSlice   = "a slice is written"
	pointMerging = "a merge is under way"
)

// Points are the named points of Folder at which tests kill the process.
var points = []string{pointBegun, pointWritten, pointSynced, pointNamed, pointListed, pointCleared, pointSlice, pointMerging}

func (f *Folder) at(point string) {
	if f.crash != nil {
		f.crash(point)
	}
	fault.At("index: " + point)
}

// list is what a catalogue is made of. Its last line is a checksum.
type list struct {
	Position int64      `json:"position"`
	Root     []byte     `json:"root"`
	Parts    []listPart `json:"parts"`
}

type listPart struct {
	File   string `json:"file"`
	Header uint32 `json:"header"` // its header's checksum
	Dead   []byte `json:"dead,omitempty"`
}

// Build makes a snapshot of goods as Build does, in a file. Only so many goods
// are in memory at a time.
func (f *Folder) Build(goods iter.Seq2[*good.Good, error], at Mark, breathe func() error) (*Snapshot, error) {
	if err := os.MkdirAll(f.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the catalogue's folder: %w", err)
	}
	var parts []*part
	err := inSlices(goods, at.Position, func(s *segment) error {
		if err := breathe(); err != nil {
			return err
		}
		kept, err := f.slice(s)
		if err == nil {
			parts = append(parts, whole(kept))
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	s, _, err := f.merge(parts, at, breathe)
	if err != nil {
		return nil, err
	}
	out := newSnapshot([]*part{whole(s)}, at.Position)
	return out, f.Keep(out, at.Root)
}

// slice puts a segment into a file without a name, which is gone with its mapping.
func (f *Folder) slice(s *segment) (*segment, error) {
	file, err := os.CreateTemp(f.Dir, "*"+asideEnding)
	if err != nil {
		return nil, err
	}
	_, err = file.Write(s.data)
	f.at(pointSlice)
	if err = errors.Join(err, os.Remove(file.Name())); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	kept, err := openMapped(file)
	return kept, errors.Join(err, file.Close())
}

// merge merges parts into a file.
func (f *Folder) merge(parts []*part, at Mark, breathe func() error) (s *segment, moved [][]uint32, err error) {
	name := ""
	err = f.aside(func(file *os.File) (string, error) {
		to := newSink(file, 0)
		head, m, err := mergeParts(to, parts, at, func() error { f.at(pointMerging); return breathe() })
		if err != nil {
			return "", err
		}
		if to.spill(); to.err != nil {
			return "", to.err
		}
		if _, err := file.WriteAt(head, 0); err != nil {
			return "", err
		}
		moved = m
		name = fmt.Sprintf("%d-%s%s", at.Position, strings.TrimSuffix(filepath.Base(file.Name()), asideEnding), segmentEnding)
		return name, nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("write a segment: %w", err)
	}
	file, err := os.Open(filepath.Join(f.Dir, name))
	if err != nil {
		return nil, nil, err
	}
	s, err = openMapped(file)
	if s != nil {
		s.file = name
	}
	return s, moved, errors.Join(err, file.Close())
}

// aside writes a file under another name, syncs it and gives it the name that
// write returns.
func (f *Folder) aside(write func(*os.File) (name string, err error)) error {
	file, err := os.CreateTemp(f.Dir, "*"+asideEnding)
	if err != nil {
		return err
	}
	f.at(pointBegun)
	name, err := write(file)
	f.at(pointWritten)
	if err == nil {
		err = file.Sync()
	}
	f.at(pointSynced)
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(file.Name(), filepath.Join(f.Dir, name))
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	f.at(pointNamed)
	return f.syncDir()
}

func (f *Folder) syncDir() error {
	d, err := os.Open(f.Dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Keep makes the folder's catalogue be s, of which no part may be in memory,
// and removes the files of others. root is the log's root at its position.
func (f *Folder) Keep(s *Snapshot, root [32]byte) error {
	l := list{Position: s.position, Root: root[:]}
	for _, p := range s.parts {
		if p.file == "" {
			return fmt.Errorf("keep the catalogue: a part is in memory")
		}
		lp := listPart{File: p.file, Header: p.sum}
		if p.dead != nil {
			dead, err := p.dead.ToBytes()
			if err != nil {
				return fmt.Errorf("keep the catalogue: %w", err)
			}
			lp.Dead = dead
		}
		l.Parts = append(l.Parts, lp)
	}
	text, err := json.Marshal(l)
	if err != nil {
		return err
	}
	text = fmt.Appendf(text, "\n%08x\n", crc32.Checksum(text, castagnoli))
	err = f.aside(func(file *os.File) (string, error) {
		_, err := file.Write(text)
		return listName, err
	})
	if err != nil {
		return fmt.Errorf("keep the catalogue: %w", err)
	}
	f.at(pointListed)
	err = f.clear(func(name string) bool {
		for _, p := range s.parts {
			if p.file == name {
				return true
			}
		}
		return name == listName
	})
	f.at(pointCleared)
	return err
}

// Clear removes what the folder holds of a catalogue. A snapshot that is read
// meanwhile can be read on.
func (f *Folder) Clear() error { return f.clear(func(string) bool { return false }) }

func (f *Folder) clear(keep func(name string) bool) error {
	entries, err := os.ReadDir(f.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		ours := e.Name() == listName || strings.HasSuffix(e.Name(), segmentEnding) || strings.HasSuffix(e.Name(), asideEnding)
		if ours && !keep(e.Name()) {
			err = errors.Join(err, os.Remove(filepath.Join(f.Dir, e.Name())))
		}
	}
	return errors.Join(err, f.syncDir())
}

// ErrUnusable is of a folder whose catalogue must be made anew.
var ErrUnusable = errors.New("the kept catalogue cannot be used")

// ErrOtherWords is of a catalogue made by a program that cut texts into words
// in another way: it can be searched until it is made anew.
var ErrOtherWords = errOtherWords

// Open opens the kept catalogue. same says whether the log has that root there:
// a catalogue of another log is none. Without a catalogue the error is
// fs.ErrNotExist; ErrOtherWords comes with a snapshot.
func (f *Folder) Open(same func(Mark) (bool, error)) (*Snapshot, error) {
	text, err := os.ReadFile(filepath.Join(f.Dir, listName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnusable, err)
	}
	var l list
	body, sum, _ := bytes.Cut(text, []byte("\n"))
	if string(sum) != fmt.Sprintf("%08x\n", crc32.Checksum(body, castagnoli)) || json.Unmarshal(body, &l) != nil || len(l.Root) != 32 {
		return nil, fmt.Errorf("%w: its list is damaged", ErrUnusable)
	}
	at := Mark{l.Position, [32]byte(l.Root)}
	if err := isSame(same, at); err != nil {
		return nil, err
	}
	var parts []*part
	var words error
	for _, lp := range l.Parts {
		p, err := f.openPart(lp)
		if errors.Is(err, errOtherWords) {
			words = err
		} else if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrUnusable, err)
		}
		if p.Mark != at {
			if err := isSame(same, p.Mark); err != nil {
				return nil, err
			}
		}
		parts = append(parts, p)
	}
	return newSnapshot(parts, l.Position), words
}

func isSame(same func(Mark) (bool, error), at Mark) error {
	ok, err := same(at)
	if err == nil && !ok {
		err = fmt.Errorf("%w: it is of another log", ErrUnusable)
	}
	return err
}

func (f *Folder) openPart(l listPart) (*part, error) {
	if l.File != filepath.Base(l.File) {
		return nil, fmt.Errorf("%w: %q", errSegment, l.File)
	}
	file, err := os.Open(filepath.Join(f.Dir, l.File))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if err := checkFile(file); err != nil {
		return nil, err
	}
	s, words := openMapped(file)
	if s == nil {
		return nil, words
	}
	if s.sum != l.Header {
		return nil, fmt.Errorf("%w: another file than was kept", errSegment)
	}
	s.file = l.File
	p := whole(s)
	if l.Dead != nil {
		p.dead = roaring.New()
		if _, err := p.dead.ReadFrom(bytes.NewReader(l.Dead)); err != nil {
			return nil, err
		}
		p.live -= int(p.dead.GetCardinality())
	}
	return p, words
}
