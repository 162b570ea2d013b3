package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"stoa/internal/catalog"
)

// The locks of a data directory with a database in it. Whoever writes shares
// the first; a restore has it alone. One server has the second, and one node
// the third.
const (
	lockFile    = "lock"
	servingFile = "serving"
	indexFile   = "indexing"
)

// holds are the locks a process has until it ends.
type holds struct{ files map[string]*os.File }

// take takes a lock, shared or alone, and does not wait for it. A lock that is
// held already changes its kind.
func (h *holds) take(dir, name string, alone bool) (bool, error) {
	f := h.files[name]
	if f == nil {
		var err error
		if f, err = os.OpenFile(filepath.Join(dir, name), os.O_CREATE|os.O_RDWR, 0o600); err != nil {
			return false, fmt.Errorf("lock the data directory: %w", err)
		}
		if h.files == nil {
			h.files = map[string]*os.File{}
		}
		h.files[name] = f
	}
	kind := syscall.LOCK_SH
	if alone {
		kind = syscall.LOCK_EX
	}
	err := syscall.Flock(int(f.Fd()), kind|syscall.LOCK_NB)
	switch {
	case err == nil, errors.Is(err, syscall.ENOSYS), errors.Is(err, syscall.ENOTSUP): // a file system without locks
		return true, nil
	case errors.Is(err, syscall.EWOULDBLOCK):
		return false, nil
	}
	return false, fmt.Errorf("lock the data directory: %w", err)
}

// release lets all locks go.
func (h *holds) release() {
	for name, f := range h.files {
		_ = f.Close() // which unlocks it
		delete(h.files, name)
	}
}

// share says that this process writes in the data directory, as others may,
// and ends a restore that was cut at its last step.
func (e *Env) share() error {
	if e.cut() {
		if err := e.alone(); err != nil {
			return err
		}
		if err := e.endCut(); err != nil {
			return err
		}
	}
	got, err := e.holds.take(e.Data, lockFile, false)
	if err == nil && !got {
		err = fmt.Errorf("the data directory %s is being restored or copied by another Stoa; wait until it is done", e.Data)
	}
	return err
}

// alone keeps every other process from writing in the data directory.
func (e *Env) alone() error {
	got, err := e.holds.take(e.Data, lockFile, true)
	if err == nil && !got {
		err = fmt.Errorf("another Stoa uses the data directory %s; stop it first", e.Data)
	}
	return err
}

// serving makes this process the one server on the data directory's database.
// Nodes that share a PostgreSQL database are as many as you like.
func (e *Env) serving() error {
	if e.Database != "" {
		return nil
	}
	if err := os.MkdirAll(e.Data, 0o700); err != nil {
		return fmt.Errorf("make the data directory %s: %w", e.Data, err)
	}
	got, err := e.holds.take(e.Data, servingFile, true)
	if err == nil && !got {
		err = fmt.Errorf("another Stoa serves the data directory %s already; stop it, or choose another with --data", e.Data)
	}
	return err
}

// indexFolder is where in the data directory the search index is.
const indexFolder = "index"

// index is the folder of the search index for this process, nil where another
// node on the same directory has it: this one keeps its index in memory.
func (e *Env) index() *catalog.Folder {
	got, err := e.holds.take(e.Data, indexFile, true)
	if err != nil || !got {
		e.Log.Warn("the search index stays in memory: another node has its folder", "folder", filepath.Join(e.Data, indexFolder), "err", err)
		return nil
	}
	return &catalog.Folder{Dir: filepath.Join(e.Data, indexFolder)}
}
