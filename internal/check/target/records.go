package target

import (
	"bytes"
	"compress/flate"
	"errors"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/storer"
)

// records reads commits and tags out of a repository's folder of objects. Of a
// pack it reads only what it is asked for, where go-git first lists all that is
// in it, for as long as a year of commits takes to read. What does not lie there
// as git leaves it by itself is looked for by go-git.
type records struct {
	storer.EncodedObjectStorer // go-git's

	dir     *os.Root // of objects
	shelves []*shelf
	whole   bool // nothing is kept elsewhere, or in a way that is not known here

	buf     []byte
	inflate io.ReadCloser // kept, as it is large
}

const (
	mostShelves  = 64      // packs that are read here
	mostOfCommit = 4 << 10 // bytes in which a commit says who made it when
	mostRecord   = 1 << 20 // of one commit or tag that is read here
	mostSteps    = 60      // from a record to what it was written as a change of
	mostHeader   = 20 + 20 // of what lies in a pack, before what is packed
)

// errOdd says that a record has to be read by go-git.
var errOdd = errors.New("target: not read here")

// openRecords opens what lies in a folder of objects; by is go-git's way to it.
func openRecords(dir *os.Root, by storer.EncodedObjectStorer) *records {
	r := &records{EncodedObjectStorer: by, dir: dir, whole: true}
	if _, err := dir.Lstat("info/alternates"); !errors.Is(err, fs.ErrNotExist) {
		r.whole = false
	}
	packs, err := fs.ReadDir(dir.FS(), "pack")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		r.whole = false
	}
	for _, p := range packs {
		name, is := strings.CutSuffix(p.Name(), ".idx")
		if !is {
			continue
		}
		s, err := openShelf(dir, "pack/"+name)
		if err != nil || len(r.shelves) == mostShelves {
			r.whole = false
			continue
		}
		r.shelves = append(r.shelves, s)
	}
	return r
}

func (r *records) close() {
	for _, s := range r.shelves {
		s.close()
	}
}

// EncodedObject implements storer.EncodedObjectStorer.
func (r *records) EncodedObject(kind plumbing.ObjectType, name plumbing.Hash) (plumbing.EncodedObject, error) {
	if kind != plumbing.CommitObject && kind != plumbing.TagObject {
		return r.EncodedObjectStorer.EncodedObject(kind, name)
	}
	is, text, err := r.read(name, mostRecord)
	switch {
	case errors.Is(err, errOdd) || err == nil && len(text) == mostRecord:
		return r.EncodedObjectStorer.EncodedObject(kind, name)
	case err != nil:
		return nil, err
	case is != kind:
		return nil, plumbing.ErrObjectNotFound
	}
	o := &plumbing.MemoryObject{}
	o.SetType(kind)
	_, err = o.Write(text)
	return o, err
}

// commit reads one commit.
func (r *records) commit(name plumbing.Hash) (*commit, error) {
	is, text, err := r.read(name, mostOfCommit)
	if err == nil && is == plumbing.CommitObject {
		if c, err := parseCommit(bytes.NewReader(text)); err == nil {
			return c, nil
		}
	}
	if errors.Is(err, plumbing.ErrObjectNotFound) {
		return nil, err
	}
	return readCommit(r.EncodedObjectStorer, name)
}

// read is of what sort a record is, and the first bytes of it, which are there
// until the next is read.
func (r *records) read(name plumbing.Hash, most int) (plumbing.ObjectType, []byte, error) {
	for i, s := range r.shelves {
		at, err := s.find(name)
		if errors.Is(err, plumbing.ErrObjectNotFound) {
			continue
		}
		if err != nil {
			return 0, nil, err
		}
		if i > 0 { // what hangs together lies together
			r.shelves[0], r.shelves[i] = s, r.shelves[0]
		}
		kind, text, err := r.unpack(s, at, most, mostSteps)
		return kind, text, err
	}
	kind, text, err := r.loose(name, most)
	if errors.Is(err, fs.ErrNotExist) && r.whole {
		return 0, nil, plumbing.ErrObjectNotFound
	}
	if err != nil {
		return 0, nil, errOdd
	}
	return kind, text, nil
}

// loose reads a record that lies in a file of its own.
func (r *records) loose(name plumbing.Hash, most int) (plumbing.ObjectType, []byte, error) {
	h := name.String()
	f, err := r.dir.OpenFile(h[:2]+"/"+h[2:], flags, 0)
	if err != nil {
		return 0, nil, err
	}
	defer f.Close() // read only
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return 0, nil, errOdd
	}
	raw, err := io.ReadAll(io.LimitReader(f, mostRecord))
	if err != nil || len(raw) < 2 {
		return 0, nil, errOdd
	}
	const longest = 32 // of "commit 1234"
	text, err := r.inflated(raw, most+longest)
	if err != nil {
		return 0, nil, err
	}
	head, text, ok := bytes.Cut(text, []byte{0})
	sort, size, _ := strings.Cut(string(head), " ")
	n, err := strconv.Atoi(size)
	kind, known := plumbing.ParseObjectType(sort)
	if !ok || err != nil || known != nil || len(text) < min(n, most) {
		return 0, nil, errOdd
	}
	return kind, text[:min(n, most)], nil
}

// unpack reads what lies at this place of a pack, of which most bytes are wanted.
func (r *records) unpack(s *shelf, at int64, most, steps int) (plumbing.ObjectType, []byte, error) {
	raw, err := s.from(at, mostHeader)
	if err != nil || steps == 0 {
		return 0, nil, errOdd
	}
	kind, size, n := plumbing.ObjectType(raw[0]>>4&7), uint64(raw[0]&15), 1
	for shift := 4; raw[n-1]&0x80 != 0; shift, n = shift+7, n+1 {
		if n == 6 {
			return 0, nil, errOdd // no record of a commit is that large
		}
		size |= uint64(raw[n]&0x7f) << shift
	}
	if size > mostRecord {
		return 0, nil, errOdd
	}
	base := int64(-1)
	switch kind {
	case plumbing.OFSDeltaObject:
		back := int64(raw[n] & 0x7f)
		for n++; raw[n-1]&0x80 != 0; n++ {
			if n == mostHeader-1 || back > s.size {
				return 0, nil, errOdd
			}
			back = (back+1)<<7 | int64(raw[n]&0x7f)
		}
		if base = at - back; back <= 0 || base < 0 {
			return 0, nil, errOdd
		}
	case plumbing.REFDeltaObject:
		if base, err = s.find(plumbing.Hash(raw[n : n+20])); err != nil {
			return 0, nil, errOdd
		}
		n += 20
	case plumbing.CommitObject, plumbing.TagObject:
	default:
		return kind, nil, nil // nobody asked for its content
	}
	wanted := int(size)
	if base < 0 {
		wanted = min(wanted, most)
	}
	// What is packed is hardly longer than what it was.
	if raw, err = s.from(at+int64(n), int(size)+int(size)>>8+64); err != nil {
		return 0, nil, errOdd
	}
	text, err := r.inflated(raw, wanted)
	if err != nil || len(text) < wanted {
		return 0, nil, errOdd
	}
	if base < 0 {
		return kind, text, nil
	}
	change := bytes.Clone(text)
	kind, text, err = r.unpack(s, base, mostRecord, steps-1)
	if err != nil {
		return 0, nil, errOdd
	}
	text, ok := changed(text, change)
	if !ok {
		return 0, nil, errOdd
	}
	return kind, text[:min(len(text), most)], nil
}

// inflated is the beginning of what was packed by zlib.
func (r *records) inflated(raw []byte, most int) ([]byte, error) {
	if len(raw) < 2 || raw[0]&15 != 8 || raw[1]&0x20 != 0 {
		return nil, errOdd
	}
	from := bytes.NewReader(raw[2:])
	if r.inflate == nil {
		r.inflate = flate.NewReader(from)
	} else if err := r.inflate.(flate.Resetter).Reset(from, nil); err != nil {
		return nil, err
	}
	if cap(r.buf) < most {
		r.buf = make([]byte, max(most, 2*mostOfCommit))
	}
	n, err := io.ReadFull(r.inflate, r.buf[:most])
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		err = nil // whether it is too short is known to who asked
	}
	return r.buf[:n], err
}
