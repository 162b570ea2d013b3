package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"stoa/internal/app/assessment"
	"stoa/internal/app/assessment/season"
	"stoa/internal/store"
)

// SimulateServeCmd is serve with another clock: each line of the standard input
// says by how much it differs from the machine's; then what is due is done, and
// a line of the standard output says so. At the end of the input it ends.
type SimulateServeCmd struct {
	ServeCmd `embed:""`
	Offset   time.Duration `help:"By how much the clock differs at first."`
}

// Run serves.
func (c *SimulateServeCmd) Run(env *Env) error {
	var offset atomic.Int64
	offset.Store(int64(c.Offset))
	env.Now = func() time.Time { return time.Now().Add(time.Duration(offset.Load())) }
	ctx, stop := context.WithCancel(env.Ctx)
	defer stop()
	env.Ctx = ctx
	c.ticking = func(app *assessment.App) {
		defer stop()
		lines := bufio.NewScanner(os.Stdin)
		for lines.Scan() {
			d, err := time.ParseDuration(lines.Text())
			if err == nil {
				offset.Store(int64(d))
				_, err = app.Tick(ctx, env.Now())
			}
			if err != nil {
				env.Log.Error("let time pass", "err", err)
			}
			fmt.Fprintln(env.Stdout, "passed", lines.Text())
		}
	}
	return c.ServeCmd.Run(env)
}

// played is the program on which a season is played: a server in a process of
// its own that is killed now and then and started again.
type played struct {
	env     *Env
	offset  time.Duration // of the season's clock
	cuts    []int64       // after how many requests to kill
	asked   func() int64
	forget  func(*store.DB) error // erases something while no server runs
	erased  []string
	killed  int
	used    time.Duration // processor time of all servers
	unknown atomic.Int64  // requests that were cut

	mu    sync.RWMutex // held for writing while no server runs
	cmd   *exec.Cmd
	in    io.WriteCloser
	lines chan string // of the server; closed when it ends
	base  *url.URL
	lost  error // why no server could be started again
	dying atomic.Bool
}

func (p *played) now() time.Time { return time.Now().Add(p.offset) }

// start starts a server and waits until it answers.
func (p *played) start() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := p.command(self)
	cmd.Stderr = p.env.Stderr
	if p.in, err = cmd.StdinPipe(); err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	p.cmd, p.lines = cmd, make(chan string, 10)
	p.dying.Store(false)
	lines := p.lines
	go func() {
		defer close(lines)
		scanner := bufio.NewScanner(out)
		for scanner.Scan() {
			lines <- scanner.Text()
		}
	}()
	for line := range lines {
		if _, at, ok := strings.Cut(line, " goods at "); ok {
			if p.base, err = url.Parse(at); err != nil {
				return err
			}
		}
		if strings.Contains(line, "Ctrl-C") {
			return nil
		}
	}
	return errors.Join(errors.New("the server does not start"), cmd.Wait())
}

// command is a server. The database's address, which may hold a password, goes
// by the environment: a list of processes shows what is on the command line.
func (p *played) command(self string) *exec.Cmd {
	cmd := exec.Command(self, "simulate", "serve", "--offset", p.offset.String(), "--addr", "127.0.0.1:0", "--empty", "--data", p.env.Data, "--log-level", "warn")
	cmd.Env = append(os.Environ(), "STOA_DATABASE_URL="+p.env.Database)
	return cmd
}

// stop lets the server end by itself.
func (p *played) stop() error {
	if p.cmd == nil {
		return nil
	}
	_ = p.in.Close() // at which it ends
	for range p.lines {
	}
	err := p.cmd.Wait()
	p.used += p.cmd.ProcessState.UserTime() + p.cmd.ProcessState.SystemTime()
	return err
}

// Ask implements season.Instance.
func (p *played) Ask(r *http.Request) (*http.Response, error) {
	p.mu.RLock()
	at, lost := p.base, p.lost
	p.mu.RUnlock()
	if lost != nil {
		return nil, lost
	}
	r.URL = at.ResolveReference(r.URL)
	p.maybeKill()
	resp, err := http.DefaultClient.Do(r)
	if err == nil {
		return resp, nil
	}
	if r.Context().Err() != nil {
		return nil, r.Context().Err()
	}
	p.mu.RLock() // until there is one again
	cut := p.dying.Load() || p.base != at
	p.mu.RUnlock()
	if !cut {
		return nil, fmt.Errorf("the server is gone: %w", err)
	}
	p.unknown.Add(1)
	return nil, errors.Join(season.ErrCut, err)
}

// maybeKill kills the server a moment after as many requests as the next cut
// says.
func (p *played) maybeKill() {
	p.mu.RLock()
	due := len(p.cuts) > 0 && p.asked() >= p.cuts[0]
	p.mu.RUnlock()
	if !due || !p.dying.CompareAndSwap(false, true) {
		return
	}
	go p.cut()
}

// cut kills the server, erases something and starts the next one.
func (p *played) cut() {
	time.Sleep(time.Duration(rand.Int64N(int64(30 * time.Millisecond))))
	_ = p.cmd.Process.Kill() // it may have ended, which the next line tells
	p.mu.Lock()
	defer p.mu.Unlock()
	for range p.lines {
	}
	_ = p.cmd.Wait() // it cannot exit well
	p.used += p.cmd.ProcessState.UserTime() + p.cmd.ProcessState.SystemTime()
	p.killed++
	p.cuts = p.cuts[1:]
	err := p.open(p.forget)
	if err == nil {
		err = p.start()
	}
	if err != nil {
		p.lost = fmt.Errorf("start again after a kill: %w", err)
	}
}

// Pass implements season.Instance.
func (p *played) Pass(ctx context.Context, d time.Duration) error {
	p.mu.Lock()
	p.offset += d
	p.mu.Unlock()
	for ctx.Err() == nil {
		p.mu.RLock()
		in, lines, offset, lost := p.in, p.lines, p.offset, p.lost
		p.mu.RUnlock()
		if lost != nil {
			return lost
		}
		if _, err := fmt.Fprintln(in, offset); err == nil {
			if _, told := <-lines; told {
				return nil
			}
		}
		p.mu.RLock()
		cut := p.dying.Load() || p.in != in
		p.mu.RUnlock()
		if !cut {
			return errors.New("the server ended by itself")
		}
		time.Sleep(10 * time.Millisecond) // it was killed; the next one does it
	}
	return ctx.Err()
}
