package connect

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// spooled is how folders of files begin that are too large to hold; then comes
// the number of the process.
const spooled = "stoa-harvest-"

// Sweep removes from temp, "" for the system's folder, what processes left there
// that were killed. It is called before the process itself reads anything.
func Sweep(temp string) error {
	if temp == "" {
		temp = os.TempDir()
	}
	left, err := filepath.Glob(filepath.Join(temp, spooled+"*"))
	for _, dir := range left {
		number, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(dir), spooled), "-")
		if pid, wrong := strconv.Atoi(number); wrong == nil && pid != os.Getpid() && runs(pid) {
			continue
		}
		err = errors.Join(err, os.RemoveAll(dir))
	}
	return err
}

// runs says whether there is a process of that number.
func runs(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	err = p.Signal(syscall.Signal(0))
	return err == nil || errors.Is(err, syscall.EPERM)
}
