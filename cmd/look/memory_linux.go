package look

import (
	"runtime"
	"syscall"
)

// room is how many bytes of memory are asked for at once.
const room = 32 << 20

// makeRoom asks the system for the memory of a short life at once and in large
// pages: it would else come in some thousands of small ones, and each takes
// longer than what is done with it. A system without large pages gives small ones.
func makeRoom() {
	_ = syscall.Madvise(make([]byte, room), syscall.MADV_HUGEPAGE)
	runtime.GC() // what was taken is free for all that follows
}
