package store

import (
	"os"
	"syscall"
)

// waitsFile is beside a SQLite file. Who waits to write, or writes, has it
// locked, so that another process sees them: SQLite lets processes that wait
// ask again from time to time, and keeps no order among them.
func waitsFile(path string) string { return path + "-waits" }

// tell says to other processes that this one waits to write, until the
// function returned is called.
func (db *DB) tell() func() {
	if db.waits == nil || syscall.Flock(int(db.waits.Fd()), syscall.LOCK_SH) != nil { // a file system without locks
		return func() {}
	}
	return func() { _ = syscall.Flock(int(db.waits.Fd()), syscall.LOCK_UN) }
}

// Contended says whether somebody waits to write or writes, in this process or
// another, where one at a time may. Whoever writes much gives way to them.
func (db *DB) Contended() bool {
	if db.waits == nil {
		return false
	}
	f, err := os.OpenFile(db.waits.Name(), os.O_RDWR, 0) // a lock of its own
	if err != nil {
		return false
	}
	defer f.Close()
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == syscall.EWOULDBLOCK
}
