package check

import (
	"context"
	"sync/atomic"
	"time"

	"stoa/internal/finding"
)

const (
	// patience is how long a probe may be at one file, or at its findings.
	patience = 30 * time.Second
	// closing is how long a pass may go on once its context has ended: as long as
	// the probes need to say what they have seen.
	closing = 5 * time.Second
)

// watch sees to it that a pass ends whatever a probe does with a file. What
// runs cannot be stopped, but it can be left: the worker that is within a call
// for too long loses the pass to another, which leaves the probe out and goes
// on with the next. Should the call ever return, the worker finds its turn gone
// and ends.
type watch struct {
	turn   atomic.Uint64 // odd within a call; who moves it on owns the pass
	closed atomic.Bool   // the context has ended, and its closing, too
	skip   chan struct{} // tells who waits for a file to wait no longer
	done   chan struct{} // closed at the end of the pass
}

// worker calls probes, as long as the pass is its own.
type worker struct {
	*watch
	turn uint64
}

// enter begins a call.
func (w *worker) enter() {
	w.turn++
	w.watch.turn.Store(w.turn)
}

// leave ends a call, and says whether the pass is the worker's own still. If it
// is not, nothing of it may be touched any more.
func (w *worker) leave() bool {
	w.turn++
	return w.watch.turn.CompareAndSwap(w.turn-1, w.turn)
}

func (w *watch) finish() { close(w.done) }

// arrived waits for a file, and says whether it has been read.
func (w *watch) arrived(s *shown) bool {
	select {
	case <-s.done:
		return true
	default:
	}
	if w.closed.Load() {
		return false
	}
	select {
	case <-s.done:
		return true
	case <-w.skip:
		return false
	}
}

// oversee has a worker go on with the pass, and another where that one gets
// stuck, until the pass is at its end.
func (p *pass) oversee(ctx context.Context, goOn func(*worker)) {
	p.skip, p.done = make(chan struct{}), make(chan struct{})
	go goOn(&worker{watch: &p.watch})
	beat := p.patience / 20
	tick := time.NewTicker(beat)
	defer tick.Stop()
	var last uint64
	var still, after time.Duration // since the turn moved; since the context ended
	for {
		select {
		case <-p.done:
			return
		case <-tick.C:
		}
		if ctx.Err() != nil {
			after += beat
		}
		late := after >= closing
		p.closed.Store(late)
		now := p.turn.Load()
		if now != last {
			last, still = now, 0
			continue
		}
		if still += beat; still < p.patience && !late {
			continue
		}
		still = 0
		if now%2 == 0 { // it may wait for a file
			select {
			case p.skip <- struct{}{}:
			default:
			}
		} else if p.turn.CompareAndSwap(now, now+1) {
			p.leaveOut()
			go goOn(&worker{watch: &p.watch, turn: now + 1})
		}
	}
}

// leaveOut has the pass go on without the probe that it is stuck in. What that
// one has seen, and the buffer it reads, are its own from now on.
func (p *pass) leaveOut() {
	l := p.probes[p.probe]
	l.broken, l.slow = true, true
	why := finding.Say("check.cut.slow", "Probe", l.ids[0], "Seconds", int(p.patience.Seconds()))
	switch {
	case p.come:
		s := p.ring[p.from%ahead]
		why = finding.Say("check.cut.slow-file", "Probe", l.ids[0], "Path", s.file.Path, "Seconds", int(p.patience.Seconds()))
		s.buf = nil
	case p.next < len(p.entries):
		why = finding.Say("check.cut.slow-file", "Probe", l.ids[0], "Path", p.entries[p.next].Path, "Seconds", int(p.patience.Seconds()))
	}
	p.slow = append(p.slow, why)
	p.probe++
}
