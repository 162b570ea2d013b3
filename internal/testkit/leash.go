package testkit

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"sync"
	"syscall"
)

// keeper runs a program, and ends it and removes its directory when its own
// standard input closes: $1 is the directory, $2 the signal that ends the
// program at once, the rest the program.
const keeper = `dir=$1 sig=$2; shift 2
"$@" </dev/null >"$dir/output.log" 2>&1 & pid=$!
cat >/dev/null
kill -s "$sig" "$pid" 2>/dev/null
i=0; while kill -0 "$pid" 2>/dev/null && [ $i -lt 50 ]; do sleep 0.1; i=$((i+1)); done
kill -s KILL "$pid" 2>/dev/null
rm -rf "$dir"`

// leashes keeps the write ends of the keepers' pipes open until this process
// ends, however it ends: a panic, a timeout of go test or SIGKILL included.
var leashes struct {
	sync.Mutex
	held []*os.File
}

// leash starts a program that cannot outlive this process. dir is removed after it.
func leash(dir, signal string, as *syscall.Credential, env []string, program ...string) error {
	read, write, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("leash %s: %w", program[0], err)
	}
	defer read.Close()
	cmd := exec.Command("/bin/sh", append([]string{"-c", keeper, "keeper", dir, signal}, program...)...)
	cmd.Stdin, cmd.Dir, cmd.Env = read, dir, env
	// A session of its own, so that Ctrl-C at a terminal reaches us first.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: as}
	if err := cmd.Start(); err != nil {
		write.Close()
		return fmt.Errorf("leash %s: %w", program[0], err)
	}
	leashes.Lock()
	leashes.held = append(leashes.held, write)
	leashes.Unlock()
	go cmd.Wait() // no zombie, should it end before us
	return nil
}

// sweep removes dir when this process ends.
func sweep(dir string) error {
	return leash(dir, "KILL", nil, os.Environ(), "sleep", "infinity")
}

// unprivileged is whom programs run as that refuse to run as root, or nil
// where we are not root.
func unprivileged() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("user %s: %w", name, err)
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("user %s: %w", name, err)
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid), NoSetGroups: false}, nil
	}
	return nil, fmt.Errorf("no user postgres or nobody to run as")
}
