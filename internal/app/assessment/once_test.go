package assessment_test

import (
	"slices"
	"sync"
	"testing"

	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/testkit"
)

// atOnce has several do the same in the same moment and counts those who did
// it. Each of the others must be told, in words for people, that it was done.
func atOnce(t *testing.T, do ...func() error) (done int) {
	t.Helper()
	var mu sync.Mutex
	var all sync.WaitGroup
	begin := make(chan struct{})
	for _, f := range do {
		all.Go(func() {
			<-begin
			err := f()
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				done++
			case !slices.Contains([]string{"assess.error.stale", "assess.error.state"}, key(err)) || good.KindOf(err) != good.Conflict:
				t.Errorf("who comes too late is told %v", err)
			}
		})
	}
	close(begin)
	all.Wait()
	return done
}

// told counts the entries of the journal with a verb.
func (w *world) told(t *testing.T, v good.Verb) (n int) {
	t.Helper()
	entries, err := w.DB.Entries(t.Context(), 0, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Verb == v {
			n++
		}
	}
	return n
}

func TestWhatIsSentInTheSameMomentCountsOnce(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := build(t, url)
		ctx, other := t.Context(), w.fourth(t)
		app := w.drafted(t, "Clinic Book")
		submit := func() error {
			_, _, err := w.Submit(ctx, w.who(owner), app.ID, app.Version)
			return err
		}
		if n := atOnce(t, submit, submit, submit, submit); n != 1 || w.told(t, good.ApplicationSubmitted) != 1 {
			t.Errorf("submitted %d times, told %d times", n, w.told(t, good.ApplicationSubmitted))
		}
		app = w.reviewed(t, app.ID)
		propose := func(by good.ID) func() error {
			return func() error {
				_, _, err := w.Propose(ctx, w.who(by), app.ID, app.Version, assess.Recognised, nil)
				return err
			}
		}
		if n := atOnce(t, propose(chief), propose(second), propose(third), propose(other)); n != 1 {
			t.Errorf("proposed %d times", n)
		}
		app, err := w.DB.Application(ctx, app.ID)
		if err != nil {
			t.Fatal(err)
		}
		var rest []func() error
		for _, by := range []good.ID{chief, second, third, other} {
			if by == app.Proposal().Proposed.Person {
				continue
			}
			rest = append(rest, func() error {
				_, _, err := w.Confirm(ctx, w.who(by), app.ID, app.Version)
				return err
			}, func() error {
				_, _, err := w.Confirm(ctx, w.who(by), app.ID, 0) // by a program that did not look
				return err
			})
		}
		if n := atOnce(t, rest...); n != 1 || w.told(t, good.ApplicationDecided) != 1 {
			t.Errorf("confirmed %d times, told %d times", n, w.told(t, good.ApplicationDecided))
		}
		publish := func() error {
			_, _, err := w.Publish(ctx, w.who(third), app.ID)
			return err
		}
		tick := func() error {
			_, err := w.Tick(ctx, w.now)
			return err
		}
		if n := atOnce(t, publish, publish, tick, publish); n != 2 || w.told(t, good.ApplicationPublished) != 1 { // a tick has always done its work
			t.Errorf("published %d times, told %d times", n-1, w.told(t, good.ApplicationPublished))
		}
		w.same(t)
	})
}

func TestTwoWhoClaimTheLastSeatInTheSameMoment(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := build(t, url)
		app := w.accepted(t, "Clinic Book")
		var mu sync.Mutex
		var all sync.WaitGroup
		got, refused := 0, 0
		for _, r := range []good.ID{one, two, three} {
			all.Go(func() {
				_, _, err := w.Claim(t.Context(), w.who(r), app.ID)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					got++
				case key(err) == "assess.error.state" || key(err) == "assess.error.full" || key(err) == "assess.error.stale":
					refused++
				default:
					t.Errorf("who came third is told %v", err)
				}
			})
		}
		all.Wait()
		held, err := w.DB.Application(t.Context(), app.ID)
		if err != nil || got != 2 || refused != 1 || len(held.Seats) != 2 || held.State != assess.Review {
			t.Errorf("%d have a seat, %d have none: %+v %v", got, refused, held, err)
		}
		w.same(t)
	})
}
