package catalog

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"runtime"
	"sync/atomic"
	"syscall"

	"golang.org/x/sync/errgroup"
)

// mapped is a file mapped into memory. It is unmapped once nothing holds it
// any more, so whoever reads its bytes must hold it.
type mapped struct{ data []byte }

// mapFile maps a file for reading. The file may be removed then, but must
// never be written again.
func mapFile(f *os.File) (*mapped, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() < int64(bodyAt) || info.Size() != int64(int(info.Size())) {
		return nil, fmt.Errorf("%w: %d bytes", errSegment, info.Size())
	}
	data, err := syscall.Mmap(int(f.Fd()), 0, int(info.Size()), syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("map %s: %w", f.Name(), err)
	}
	m := &mapped{data}
	runtime.AddCleanup(m, func(data []byte) { _ = syscall.Munmap(data) }, data) // nobody is left to tell
	return m, nil
}

// openMapped maps a file that is known to be whole, or that checked says is.
func openMapped(f *os.File) (*segment, error) {
	m, err := mapFile(f)
	if err != nil {
		return nil, err
	}
	s, err := openSegment(m.data, true)
	if s != nil {
		s.keep = m
	}
	return s, err
}

// checkFile compares every section of a segment's file with its checksum. It
// reads the file rather than mapping it: what is mapped and read stays in the
// process's memory. Sections are read side by side.
func checkFile(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	head := make([]byte, bodyAt)
	if _, err := io.ReadFull(io.NewSectionReader(f, 0, int64(bodyAt)), head); err != nil {
		return fmt.Errorf("%w: %w", errSegment, err)
	}
	h, err := readHeader(head, uint64(info.Size()))
	if err != nil && !errors.Is(err, errOtherWords) {
		return err
	}
	var next atomic.Int32
	var group errgroup.Group
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() error {
			buf := make([]byte, spillAt/4)
			for {
				i := int(next.Add(1)) - 1
				if i >= sectionCount {
					return nil
				}
				if err := checkSection(f, h.sections[i], buf); err != nil {
					return fmt.Errorf("%w: section %d: %w", errSegment, i, err)
				}
			}
		})
	}
	return group.Wait()
}

var errDamaged = errors.New("checksum differs")

func checkSection(f *os.File, s section, buf []byte) error {
	sum := uint32(0)
	for at, end := int64(s.at), int64(s.at+padded(s.n)); at < end; {
		n, err := f.ReadAt(buf[:min(int64(len(buf)), end-at)], at)
		if err != nil && !(errors.Is(err, io.EOF) && at+int64(n) == end) {
			return err
		}
		sum = crc32.Update(sum, castagnoli, buf[:n])
		at += int64(n)
	}
	if sum != s.sum {
		return errDamaged
	}
	return nil
}
