package target

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"syscall"

	"stoa/internal/check"
)

// folder opens a folder of this machine. Nothing outside of it is read: links
// are not followed, and only regular files are opened.
func folder(ctx context.Context, name string, o *Options) (*check.Target, func(), error) {
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, nil, wrong("target.error.unreadable", err, "Path", name)
	}
	at, err := openNear(root)
	if err != nil {
		_ = root.Close()
		return nil, nil, wrong("target.error.unreadable", err, "Path", name)
	}
	t := &tree{root: root, near: at, odd: map[string]string{}}
	w := &walk{tree: t, o: o, rules: readRules(root)}
	if err := w.folder(ctx, "", ""); err != nil {
		return nil, t.close, wrong("target.error.unreadable", err, "Path", name)
	}
	out := &check.Target{FS: t, Entries: sorted(w.entries)}
	local(ctx, root, out, &w.cuts)
	out.Cut = w.cuts
	describe(out)
	return out, t.close, nil
}

// tree is a folder to read from: fs.FS by the paths that reports show.
type tree struct {
	root *os.Root
	odd  map[string]string // what a name is on disk, where it is shown otherwise
	near *near
}

func (t *tree) close() {
	t.near.close()
	_ = t.root.Close()
}

// ReadHead implements check.Heads.
func (t *tree) ReadHead(name string, buf []byte) (int, error) {
	if raw, ok := t.odd[name]; ok {
		name = raw
	}
	return t.near.read(name, buf)
}

// Open implements fs.FS for regular files.
func (t *tree) Open(name string) (fs.File, error) {
	if raw, ok := t.odd[name]; ok {
		name = raw
	}
	f, err := t.root.OpenFile(name, flags, 0)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() { // it was one when the folder was read
		err = &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// flags open a file without waiting for who writes into a pipe. A link in its
// place leads nowhere outside: os.Root sees to that.
const flags = os.O_RDONLY | syscall.O_NONBLOCK

// walk lists the files of a folder.
type walk struct {
	*tree
	o       *Options
	rules   *rules
	entries []check.Entry
	met     map[string]bool // odd names that are shown
	cuts    cuts
	seen    int // names read, ignored ones too
}

// folder walks one folder; raw is its path on disk, as shown in reports.
func (w *walk) folder(ctx context.Context, raw, show string) error {
	names, err := w.names(ctx, raw)
	if ctx.Err() != nil {
		w.cuts.late(w.o.Limits)
		return nil
	}
	if err != nil {
		if raw == "" {
			return err
		}
		w.cuts.add("target.cut.folders")
		return nil
	}
	if slices.ContainsFunc(names, func(c child) bool { return c.name == ".gitignore" }) {
		w.rules.enter(w.root, raw)
	}
	for _, c := range names {
		if ctx.Err() != nil {
			w.cuts.late(w.o.Limits)
			return nil
		}
		if len(w.entries) >= w.o.Limits.Files {
			w.cuts.add("target.cut.files", "Most", w.o.Limits.Files)
			return nil
		}
		name := path.Join(raw, c.name)
		switch {
		case c.name == ".git" || w.rules.ignored(name, c.dir):
		case c.dir:
			if depth(name)+1 >= w.o.Limits.Depth {
				w.cuts.add("target.cut.depth", "Most", w.o.Limits.Depth)
				continue
			}
			if err := w.folder(ctx, name, path.Join(show, shown(c.name))); err != nil {
				return err
			}
		default:
			w.add(raw, c.name, path.Join(show, shown(c.name)))
		}
	}
	return nil
}

// child is a folder or a regular file in a folder.
type child struct {
	name string
	dir  bool
}

// names reads a folder, not much more of it than there may be files.
func (w *walk) names(ctx context.Context, raw string) ([]child, error) {
	var out []child
	err := w.near.names(raw, func(name string, kind fs.FileMode) bool {
		if w.seen++; w.seen > 4*w.o.Limits.Files {
			w.cuts.add("target.cut.files", "Most", w.o.Limits.Files)
			return false
		}
		if kind == 0 || kind == fs.ModeDir {
			out = append(out, child{name: name, dir: kind == fs.ModeDir})
		}
		return w.seen%1024 > 0 || ctx.Err() == nil
	})
	if err != nil && len(out) == 0 {
		return nil, err
	}
	if err != nil {
		w.cuts.add("target.cut.files", "Most", w.o.Limits.Files)
	}
	slices.SortFunc(out, func(a, b child) int { return strings.Compare(a.name, b.name) })
	return out, nil
}

func (w *walk) add(dir, base, show string) {
	size, err := w.near.size(dir, base)
	if err != nil { // gone since
		return
	}
	name := path.Join(dir, base)
	if show != name {
		if w.met[show] {
			w.cuts.add("target.cut.names")
			return
		}
		if w.met == nil {
			w.met = map[string]bool{}
		}
		w.met[show], w.odd[show] = true, name
	}
	w.entries = append(w.entries, check.Entry{Path: show, Size: size})
	if len(w.entries)%500 == 0 {
		w.o.step(StepWalk, len(w.entries))
	}
}

// file opens one file of this machine: an archive, or a document that stands
// for itself, such as a card or a table.
func file(ctx context.Context, name string, o *Options) (*check.Target, func(), error) {
	f, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, nil, wrong("target.error.unreadable", err, "Path", name)
	}
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return nil, func() { _ = f.Close() }, wrong("target.error.kind", err, "Path", name)
	}
	head := make([]byte, beginning)
	n, err := f.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, func() { _ = f.Close() }, wrong("target.error.unreadable", err, "Path", name)
	}
	if k := packingOf(head[:n]); k == taped || k != notPacked && !document(info.Name()) {
		t, free, err := archive(ctx, f, o)
		return t, func() {
			if free != nil {
				free()
			}
			_ = f.Close()
		}, err
	}
	t := &check.Target{Alone: true, FS: spooled{f, map[string]span{shown(info.Name()): {0, info.Size()}}},
		Entries: []check.Entry{{Path: shown(info.Name()), Size: info.Size()}}}
	describe(t)
	return t, func() { _ = f.Close() }, nil
}

// document says whether a file that looks packed is a document in that form.
func document(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".xlsx", ".ods", ".docx", ".odt", ".pptx", ".odp", ".epub":
		return true
	}
	return false
}

// readSmall reads a small file of a root, if it is a regular one.
func readSmall(root *os.Root, name string, most int64) ([]byte, error) {
	f, err := root.OpenFile(name, flags, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close() // read only
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() || info.Size() > most {
		return nil, errors.Join(err, fmt.Errorf("%s is no small file", name))
	}
	return io.ReadAll(io.LimitReader(f, most))
}
