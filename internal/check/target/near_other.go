//go:build !linux

package target

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
)

// near reads a folder where the system has no other way to do it for every
// file than by its whole name.
type near struct{ root *os.Root }

func openNear(root *os.Root) (*near, error) { return &near{root}, nil }

func (n *near) close() {}

// read fills buf with the beginning of a regular file.
func (n *near) read(name string, buf []byte) (int, error) {
	f, err := n.root.OpenFile(name, flags, 0)
	if err != nil {
		return 0, err
	}
	defer f.Close() // read only
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return 0, errors.Join(err, fs.ErrInvalid)
	}
	got, err := io.ReadFull(f, buf)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return got, err
}

// names lists a folder, each time some of it until there are no more, as long
// as take wants them.
func (n *near) names(dir string, take func(name string, kind fs.FileMode) bool) error {
	f, err := n.root.Open(path.Join(".", dir))
	if err != nil {
		return err
	}
	defer f.Close() // read only
	for {
		some, err := f.ReadDir(1024)
		for _, d := range some {
			if !take(d.Name(), d.Type()) {
				return nil
			}
		}
		if err != nil || len(some) == 0 {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return err
		}
	}
}

// size is how long a file of a folder is, in bytes.
func (n *near) size(dir, base string) (int64, error) {
	info, err := n.root.Lstat(path.Join(dir, base))
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
