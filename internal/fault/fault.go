// Package fault names the points between two steps at which a crash would hurt
// most, so that tests can kill the real program there.
package fault

import (
	"os"
	"syscall"
)

// Variable is the environment variable that names the point at which the
// program kills itself. Operators have no use for it.
const Variable = "STOA_CRASH_AT"

var at string

// Set names the point at which the process ends; "" for none. It belongs at
// the start of main.
func Set(point string) { at = point }

// At kills the process, as SIGKILL does, if point is the one that is named.
func At(point string) {
	if at != "" && at == point {
		kill()
	}
}

func kill() {
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL) // one may always signal oneself
	select {}                                      // until it arrives
}
