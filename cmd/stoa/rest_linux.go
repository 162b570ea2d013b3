package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// unmap gives back the pages of the program's own file that were needed so
// far: most are of the start alone. What is needed again is mapped again, from
// the system's copy of the file.
func unmap() error {
	program, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return fmt.Errorf("find the program's file: %w", err)
	}
	list, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		return fmt.Errorf("find what is mapped: %w", err)
	}
	var from, to uint64
	for line := range strings.Lines(string(list)) {
		fields := strings.Fields(line)
		if a, b, ok := strings.Cut(fields[0], "-"); ok { // from-to rights offset device inode file
			from, to = 0, 0
			if strings.HasSuffix(strings.TrimSpace(line), " "+program) && fields[1][0] == 'r' && fields[1][1] == '-' {
				from, _ = strconv.ParseUint(a, 16, 64)
				to, _ = strconv.ParseUint(b, 16, 64)
			}
		} else if fields[0] == "Anonymous:" && fields[1] == "0" && to > from { // it is as the file has it
			if _, _, no := syscall.Syscall(syscall.SYS_MADVISE, uintptr(from), uintptr(to-from), syscall.MADV_DONTNEED); no != 0 {
				return fmt.Errorf("give pages back: %w", no)
			}
		}
	}
	return nil
}
