package target

import (
	"bytes"
	"encoding/binary"
	"io/fs"
	"os"
	"path"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// near opens what lies in a folder by the names of single folders and files,
// each from the one that it lies in, which is open still: to ask the system for
// no more than that is what a check of many small files takes its time from.
// No link is followed, so nothing leads out of the folder.
type near struct {
	mu   sync.Mutex
	top  *os.File
	ways [2]way // as many as read at the same time
	last int    // the one that was used last
}

// way are the folders down to one that was read from.
type way struct{ open []step }

// step is an open folder on the way down.
type step struct {
	path string // from the top, without a slash at its end
	fd   int
}

const (
	downFlags = unix.O_RDONLY | unix.O_DIRECTORY | unix.O_NOFOLLOW | unix.O_CLOEXEC
	fileFlags = unix.O_RDONLY | unix.O_NONBLOCK | unix.O_NOFOLLOW | unix.O_CLOEXEC // nobody waits for who writes into a pipe
)

func openNear(root *os.Root) (*near, error) {
	top, err := root.Open(".")
	if err != nil {
		return nil, err
	}
	n := &near{top: top}
	for i := range n.ways {
		n.ways[i].open = []step{{"", int(top.Fd())}}
	}
	return n, nil
}

func (n *near) close() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for i := range n.ways {
		n.ways[i].up(1)
		n.ways[i].open = nil
	}
	_ = n.top.Close()
}

// up leaves all folders but so many.
func (w *way) up(to int) {
	for _, s := range w.open[min(to, len(w.open)):] {
		_ = unix.Close(s.fd)
	}
	w.open = w.open[:min(to, len(w.open))]
}

// folder is an open folder of this path; it stays so until the next is asked for.
func (n *near) folder(dir string) (int, error) {
	use := 1 - n.last
	for i := range n.ways {
		if open := n.ways[i].open; len(open) > 0 && open[len(open)-1].path == dir {
			use = i
		}
	}
	n.last = use
	return n.ways[use].to(dir)
}

// to goes to a folder.
func (w *way) to(dir string) (int, error) {
	if len(w.open) == 0 {
		return 0, fs.ErrClosed
	}
	keep := 1
	for keep < len(w.open) && (w.open[keep].path == dir || strings.HasPrefix(dir, w.open[keep].path) && dir[len(w.open[keep].path)] == '/') {
		keep++
	}
	w.up(keep)
	for at := w.open[keep-1]; at.path != dir; at = w.open[len(w.open)-1] {
		rest := strings.TrimPrefix(dir[len(at.path):], "/")
		name, _, _ := strings.Cut(rest, "/")
		if name == "" || name == "." || name == ".." {
			return 0, fs.ErrInvalid
		}
		fd, err := again(func() (int, error) { return unix.Openat(at.fd, name, downFlags, 0) })
		if err != nil {
			return 0, err
		}
		w.open = append(w.open, step{dir[:len(dir)-len(rest)+len(name)], fd})
	}
	return w.open[len(w.open)-1].fd, nil
}

// again calls the system until no signal has come between.
func again(call func() (int, error)) (int, error) {
	for {
		if n, err := call(); err != unix.EINTR { //nolint:errorlint // the system's own
			return n, err
		}
	}
}

// read fills buf with the beginning of a regular file.
func (n *near) read(name string, buf []byte) (int, error) {
	dir, base := path.Split(name)
	n.mu.Lock()
	fd, err := n.folder(strings.TrimSuffix(dir, "/"))
	if err == nil {
		fd, err = again(func() (int, error) { return unix.Openat(fd, base, fileFlags, 0) })
	}
	n.mu.Unlock()
	if err != nil {
		return 0, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	defer unix.Close(fd) // read only
	var is unix.Stat_t
	if err := unix.Fstat(fd, &is); err != nil || is.Mode&unix.S_IFMT != unix.S_IFREG {
		return 0, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid} // it was one when the folder was read
	}
	got := 0
	for got < len(buf) {
		more, err := again(func() (int, error) { return unix.Read(fd, buf[got:]) })
		if err != nil {
			return got, &fs.PathError{Op: "read", Path: name, Err: err}
		}
		if got += more; more == 0 || int64(got) == is.Size {
			break
		}
	}
	return got, nil
}

// names lists a folder, each time some of it until there are no more, as long
// as take wants them.
func (n *near) names(dir string, take func(name string, kind fs.FileMode) bool) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	fd, err := n.folder(dir)
	if err != nil {
		return err
	}
	buf := make([]byte, 32<<10)
	for {
		got, err := again(func() (int, error) { return unix.ReadDirent(fd, buf) })
		if err != nil || got <= 0 {
			return err
		}
		for rest := buf[:got]; len(rest) > 19; {
			size := int(binary.NativeEndian.Uint16(rest[16:]))
			if size < 20 || size > len(rest) {
				return fs.ErrInvalid
			}
			name, _, _ := bytes.Cut(rest[19:size], []byte{0})
			if s := string(name); s != "." && s != ".." && !take(s, n.kind(fd, s, rest[18])) {
				return nil
			}
			rest = rest[size:]
		}
	}
}

// kind is of what kind an entry of a folder is, by what that says; some file
// systems do not.
func (n *near) kind(fd int, name string, said byte) fs.FileMode {
	switch said {
	case unix.DT_DIR:
		return fs.ModeDir
	case unix.DT_REG:
		return 0
	case unix.DT_UNKNOWN:
		var is unix.Stat_t
		if unix.Fstatat(fd, name, &is, unix.AT_SYMLINK_NOFOLLOW) == nil {
			switch is.Mode & unix.S_IFMT {
			case unix.S_IFDIR:
				return fs.ModeDir
			case unix.S_IFREG:
				return 0
			}
		}
	}
	return fs.ModeIrregular
}

// size is how long a file of a folder is, in bytes.
func (n *near) size(dir, base string) (int64, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	fd, err := n.folder(dir)
	if err != nil {
		return 0, err
	}
	var is unix.Stat_t
	if err := unix.Fstatat(fd, base, &is, unix.AT_SYMLINK_NOFOLLOW); err != nil {
		return 0, err
	}
	return is.Size, nil
}
