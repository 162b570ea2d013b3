package target

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"sort"

	"github.com/go-git/go-git/v5/plumbing"
)

// shelf is one of git's packs, with the list of what lies where in it.
type shelf struct {
	list, pack *os.File
	size       int64       // of the pack
	upTo       [256]uint32 // how many names begin with no greater byte
	block      []byte      // names of the list

	window []byte // of the pack
	at     int64  // where it begins
}

// The list of a pack, in its second version: a mark and upTo, then all names, as
// many sums, as many places, and the places that need eight bytes.
const (
	listHead  = 8 + 256*4
	listMark  = "\xfftOc\x00\x00\x00\x02"
	nameSize  = 20
	blockSize = 96       // names that are read at once
	viewSize  = 64 << 10 // bytes of a pack that are read at once: a year's commits lie together
)

// openShelf opens a pack by its name without an ending.
func openShelf(dir *os.Root, name string) (s *shelf, err error) {
	s = &shelf{}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	if s.list, err = dir.OpenFile(name+".idx", flags, 0); err != nil {
		return s, err
	}
	if s.pack, err = dir.OpenFile(name+".pack", flags, 0); err != nil {
		return s, err
	}
	list, err := s.list.Stat()
	if err != nil {
		return s, err
	}
	pack, err := s.pack.Stat()
	if err != nil {
		return s, err
	}
	if s.size = pack.Size(); !list.Mode().IsRegular() || !pack.Mode().IsRegular() {
		return s, errOdd
	}
	var head [listHead]byte
	if _, err = s.list.ReadAt(head[:], 0); err != nil || string(head[:len(listMark)]) != listMark {
		return s, errOdd
	}
	last := uint32(0)
	for i := range s.upTo {
		s.upTo[i] = binary.BigEndian.Uint32(head[len(listMark)+4*i:])
		if s.upTo[i] < last {
			return s, errOdd
		}
		last = s.upTo[i]
	}
	if list.Size() < listHead+int64(last)*(nameSize+4+4) {
		return s, errOdd
	}
	return s, nil
}

func (s *shelf) close() {
	for _, f := range []*os.File{s.list, s.pack} {
		if f != nil {
			_ = f.Close()
		}
	}
}

// find is where in the pack a record lies.
func (s *shelf) find(name plumbing.Hash) (int64, error) {
	from, to := 0, int(s.upTo[name[0]])
	if name[0] > 0 {
		from = int(s.upTo[name[0]-1])
	}
	// Names are spread evenly: the first guess is mostly right.
	guess := from + int(uint64(to-from)*uint64(binary.BigEndian.Uint32(name[1:5]))>>32)
	for from < to {
		begin := max(from, min(guess-blockSize/2, to-blockSize))
		end := min(begin+blockSize, to)
		names, err := s.names(begin, end)
		if err != nil {
			return 0, errOdd
		}
		i := sort.Search(end-begin, func(i int) bool { return bytes.Compare(names[i*nameSize:][:nameSize], name[:]) >= 0 })
		switch {
		case i == end-begin:
			from = end
		case plumbing.Hash(names[i*nameSize:][:nameSize]) == name:
			return s.place(begin + i)
		case i > 0:
			return 0, plumbing.ErrObjectNotFound
		default:
			to = begin
		}
		guess = (from + to) / 2
	}
	return 0, plumbing.ErrObjectNotFound
}

// names reads names of the list.
func (s *shelf) names(begin, end int) ([]byte, error) {
	if s.block == nil {
		s.block = make([]byte, blockSize*nameSize)
	}
	n := (end - begin) * nameSize
	_, err := s.list.ReadAt(s.block[:n], listHead+int64(begin)*nameSize)
	return s.block[:n], err
}

// place is where the i-th record of the list lies.
func (s *shelf) place(i int) (int64, error) {
	all := int64(s.upTo[255])
	var b [8]byte
	if _, err := s.list.ReadAt(b[:4], listHead+all*(nameSize+4)+int64(i)*4); err != nil {
		return 0, errOdd
	}
	at := int64(binary.BigEndian.Uint32(b[:4]))
	if at>>31 != 0 { // it is one of the far places
		if _, err := s.list.ReadAt(b[:], listHead+all*(nameSize+4+4)+(at&(1<<31-1))*8); err != nil {
			return 0, errOdd
		}
		at = int64(binary.BigEndian.Uint64(b[:]))
	}
	if at < 0 || at >= s.size {
		return 0, errOdd
	}
	return at, nil
}

// from are n bytes of the pack, or as many as there are, until the next are
// asked for.
func (s *shelf) from(at int64, n int) ([]byte, error) {
	if at < s.at || at+int64(n) > s.at+int64(len(s.window)) {
		if cap(s.window) < n || s.window == nil {
			s.window = make([]byte, max(n, viewSize))
		}
		got, err := s.pack.ReadAt(s.window[:cap(s.window)], at)
		if s.window, s.at = s.window[:got], at; err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
	}
	out := s.window[at-s.at:]
	return out[:min(n, len(out))], nil
}

// changed makes a record of another and what git wrote of how they differ.
func changed(base, change []byte) (out []byte, ok bool) {
	had, change := number(change)
	has, change := number(change)
	if had != uint64(len(base)) || has > mostRecord {
		return nil, false
	}
	out = make([]byte, 0, has)
	for len(change) > 0 {
		op := change[0]
		change = change[1:]
		if op&0x80 == 0 { // so many bytes follow
			if op == 0 || int(op) > len(change) {
				return nil, false
			}
			out, change = append(out, change[:op]...), change[op:]
			continue
		}
		var at, n int // of the base
		for i := range 7 {
			if op>>i&1 == 0 {
				continue
			}
			if len(change) == 0 {
				return nil, false
			}
			if i < 4 {
				at |= int(change[0]) << (8 * i)
			} else {
				n |= int(change[0]) << (8 * (i - 4))
			}
			change = change[1:]
		}
		if n == 0 {
			n = 1 << 16
		}
		if at+n > len(base) || len(out)+n > mostRecord {
			return nil, false
		}
		out = append(out, base[at:at+n]...)
	}
	return out, uint64(len(out)) == has
}

// number reads a number of seven bits a byte, and what follows it.
func number(b []byte) (n uint64, rest []byte) {
	for i, c := range b {
		if i == 8 {
			break
		}
		n |= uint64(c&0x7f) << (7 * i)
		if c&0x80 == 0 {
			return n, b[i+1:]
		}
	}
	return 1 << 62, nil
}
