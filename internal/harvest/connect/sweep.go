package connect

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// spooled is how folders of files begin that are too large to hold; who writes
// in one has lockName in it locked, and loses that with its life, whatever
// numbers the processes of two containers have.
const (
	spooled  = "stoa-harvest-"
	lockName = "lock"
)

// spool makes a folder in temp, "" for the system's, that is not swept before
// lock is closed.
func spool(temp string) (dir string, lock *os.File, err error) {
	for range 10 {
		if dir, err = os.MkdirTemp(temp, spooled); err != nil {
			return "", nil, err
		}
		lock, err = os.OpenFile(filepath.Join(dir, lockName), os.O_CREATE|os.O_RDWR, 0o600)
		if errors.Is(err, os.ErrNotExist) {
			continue // it was swept before it was locked
		}
		if err != nil {
			return "", nil, errors.Join(err, os.RemoveAll(dir))
		}
		taken := alone(lock)
		if _, err = os.Stat(lock.Name()); err == nil && !errors.Is(taken, syscall.EWOULDBLOCK) {
			return dir, lock, nil // a file system without locks is not swept
		}
		_ = lock.Close() // nothing was written
	}
	return "", nil, fmt.Errorf("another process sweeps %s all the time", filepath.Dir(dir))
}

// alone locks a file, and does not wait for it.
func alone(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) }

// Sweep removes from temp, "" for the system's folder, what processes left there
// that were killed.
func Sweep(temp string) error {
	if temp == "" {
		temp = os.TempDir()
	}
	left, err := filepath.Glob(filepath.Join(temp, spooled+"*"))
	for _, dir := range left {
		lock, wrong := os.OpenFile(filepath.Join(dir, lockName), os.O_CREATE|os.O_RDWR, 0o600)
		if errors.Is(wrong, os.ErrNotExist) {
			continue // it is gone
		}
		if wrong != nil {
			err = errors.Join(err, wrong)
			continue
		}
		if alone(lock) == nil {
			err = errors.Join(err, os.RemoveAll(dir))
		}
		err = errors.Join(err, lock.Close())
	}
	return err
}
