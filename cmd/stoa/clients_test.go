package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"stoa/internal/testkit"
)

// TestSlowAndIdleClientsHoldNobodyUp opens connections that send a byte now and
// then, and thousands that send nothing any more: others are answered, the
// first are cut off, and memory stays small.
func TestSlowAndIdleClientsHoldNobodyUp(t *testing.T) {
	idle, slow := 2000, 100
	if os.Getenv("STOA_TEST_LONG") != "" {
		idle = 10_000
	}
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	raised := limit
	if limit.Cur = uint64(idle) + 2000; limit.Max < limit.Cur {
		limit.Max = limit.Cur
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		testkit.Need(t, fmt.Sprintf("%d open files (%v)", limit.Cur, err), false)
	}
	t.Cleanup(func() { _ = syscall.Setrlimit(syscall.RLIMIT_NOFILE, &raised) })
	n := startNodesIn(t, filepath.Join(t.TempDir(), "data"))
	host := strings.TrimPrefix(n.url, "http://")
	var slowly []net.Conn
	for range slow {
		c, err := net.Dial("tcp", host)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if _, err := io.WriteString(c, "GET /goods HTTP/1.1\r\nHost: x\r\nX-Slow: "); err != nil {
			t.Fatal(err)
		}
		slowly = append(slowly, c)
	}
	begun := time.Now()
	if status, _ := n.ask("/goods"); status != http.StatusOK || time.Since(begun) > patience/3 {
		t.Errorf("beside slow clients: %d after %v", status, time.Since(begun))
	}
	before := residentMB(t, n.server.cmd.Process.Pid)
	request := []byte("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
	var dialling sync.WaitGroup
	const hands = 20
	for range hands {
		dialling.Go(func() {
			for range idle / hands {
				c, err := net.Dial("tcp", host)
				if err != nil {
					t.Error(err)
					return
				}
				t.Cleanup(func() { c.Close() })
				if _, err := c.Write(request); err != nil {
					t.Error(err)
					return
				}
				resp, err := http.ReadResponse(bufio.NewReaderSize(c, 16), nil)
				if err != nil || resp.StatusCode != http.StatusOK {
					t.Errorf("an idle connection: %v", err)
					return
				}
				resp.Body.Close()
			}
		})
	}
	dialling.Wait()
	after := residentMB(t, n.server.cmd.Process.Pid)
	t.Logf("%d idle connections: %d MB, from %d MB", idle, after, before)
	if grown := (after - before) << 10; grown > 40*idle {
		t.Errorf("an idle connection takes %d kB", grown/idle)
	}
	if status, _ := n.ask("/goods"); status != http.StatusOK {
		t.Errorf("beside idle clients: %d", status)
	}
	for i, c := range slowly { // 5 s after they came they are told to go
		if err := c.SetReadDeadline(time.Now().Add(patience)); err != nil {
			t.Fatal(err)
		}
		if said, err := io.ReadAll(c); err != nil || bytes.Contains(said, []byte("200 OK")) {
			t.Fatalf("slow client %d is kept: %v %s", i, err, said)
		}
	}
}
