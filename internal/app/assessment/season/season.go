// Package season plays a whole season of applications on an instance, over HTTP
// as programs do: people apply, review, decide, appeal, renew and doubt, in the
// proportions in which it goes in reality. The instance may be killed at any
// moment; the season goes on where it was, keeps its own list of what was
// acknowledged, and afterwards everything that must hold is checked.
package season

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/standard"
)

// Fate is what is to become of an application.
type Fate string

// The fates.
const (
	Passes     Fate = "recognised"
	Fails      Fate = "not-eligible"
	Refused    Fate = "refused"
	Silent     Fate = "closed" // nobody answers
	Reconsider Fate = "withdrawn"
)

// shares are the fates of a hundred applications: as of the 672 candidates of
// the old registry, of which 203 stayed, 36 were excluded and 433 dropped.
var shares = []struct {
	fate Fate
	of   uint32
}{{Passes, 30}, {Fails, 6}, {Refused, 34}, {Silent, 20}, {Reconsider, 10}}

// chance is a number below n that an application always has for a question.
func chance(name, question string, n uint32) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(name + question)) // a hash takes anything
	return h.Sum32() >> 3 % n
}

// fateOf is what is to become of the application of that name.
func fateOf(name string) Fate {
	at := chance(name, "fate", 100)
	for _, s := range shares {
		if at < s.of {
			return s.fate
		}
		at -= s.of
	}
	return Passes
}

// Instance is the program on which a season is played.
type Instance interface {
	// Ask sends a request to wherever the program answers now. An error that is
	// ErrCut says that it was killed meanwhile, so that nobody knows whether what
	// was asked for was done.
	Ask(r *http.Request) (*http.Response, error)
	// Pass lets time pass and the program do what is due.
	Pass(ctx context.Context, d time.Duration) error
}

// ErrCut says that the program was killed before it had answered.
var ErrCut = errors.New("the program was killed")

// Season is a season under way.
type Season struct {
	Instance Instance
	N        int // applications
	Cast     *Cast
	Set      *standard.Set // applied against

	// Asked is how many requests were answered so far.
	Asked atomic.Int64
	// Days is how many days passed.
	Days int

	full standard.Answers
	busy int // the last day with a first application that is not over

	mu     sync.Mutex
	known  map[string]bool    // names of applications that were begun
	done   map[string]bool    // what is done once of an application
	doubts map[good.ID]string // recognised goods somebody will doubt, by name
	acks   []Ack
	found  []Found
}

// at is how many people act at the same time.
const at = 6

// Play lets days pass until everything is over: until the recognitions that
// nobody renews have lapsed. Each day some apply, and everybody does what waits
// for them.
func (s *Season) Play(ctx context.Context) error {
	s.full = answersTo(s.Set)
	s.known, s.done, s.doubts = map[string]bool{}, map[string]bool{}, map[good.ID]string{}
	if err := s.remember(ctx); err != nil {
		return err
	}
	for ; ; s.Days++ {
		if s.Days > 3000 {
			return errors.New("after 3000 days the season is not over")
		}
		open, err := s.open(ctx, nil)
		if err != nil {
			return err
		}
		var work []func(context.Context) error
		begun := len(s.known)
		for i, n := 0, 0; i < s.N && n < max(1, s.N/30); i++ {
			if name := nameOf(i); !s.known[name] {
				work = append(work, func(ctx context.Context) error { return s.begin(ctx, i) })
				n++
			}
		}
		for _, item := range open {
			if s.idle(item) {
				continue
			}
			if item.Kind == assess.First {
				s.busy = s.Days
			}
			work = append(work, func(ctx context.Context) error { return s.turn(ctx, item) })
		}
		for id, name := range s.doubts {
			work = append(work, func(ctx context.Context) error { return s.doubt(ctx, id, name) })
		}
		if begun >= s.N && len(work) == 0 {
			if over, err := s.over(ctx); err != nil || over {
				return err
			}
		}
		if err := s.together(ctx, work); err != nil {
			return err
		}
		if err := s.Instance.Pass(ctx, 24*time.Hour); err != nil {
			return err
		}
	}
}

// together has people do their work, some at a time. What was cut, or is
// somebody else's turn, waits for another day.
func (s *Season) together(ctx context.Context, work []func(context.Context) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	todo := make(chan func(context.Context) error)
	var workers sync.WaitGroup
	for range at {
		workers.Go(func() {
			for do := range todo {
				var refused *Problem
				err := do(ctx)
				switch {
				case err == nil, errors.Is(err, ErrCut):
				case errors.As(err, &refused) && refused.waits():
				default:
					stop(err)
				}
			}
		})
	}
	for _, do := range work {
		if ctx.Err() != nil {
			break
		}
		todo <- do
	}
	close(todo)
	workers.Wait()
	return context.Cause(ctx)
}

func nameOf(n int) string { return fmt.Sprintf("Season good %05d", n) }

// once says whether it is the first time that this is to be done of that
// application.
func (s *Season) once(id good.ID, what string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := string(id) + " " + what
	was := s.done[key]
	s.done[key] = true
	return !was
}

// remember finds what was begun before, if the season goes on.
func (s *Season) remember(ctx context.Context) error {
	_, err := s.open(ctx, assess.States)
	return err
}
