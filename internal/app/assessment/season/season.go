// Package season plays a whole season of applications on an instance: people
// apply, review, decide, appeal and renew by the verbs that the pages use, in
// the proportions in which it goes in reality. It can be cut at any moment and
// goes on where it was; afterwards everything that must hold is checked.
package season

import (
	"context"
	"fmt"
	"hash/fnv"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/assessment"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/store"
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
func chance(app *assess.Application, question string, n uint32) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(app.Name + question)) // a hash takes anything
	return h.Sum32() >> 3 % n
}

// fateOf is what is to become of an application.
func fateOf(app *assess.Application) Fate {
	at := chance(app, "fate", 100)
	for _, s := range shares {
		if at < s.of {
			return s.fate
		}
		at -= s.of
	}
	return Passes
}

// Season is a season under way.
type Season struct {
	App   *assessment.App
	N     int       // applications
	Clock *Clock    // of the instance
	Until time.Time // on which the season ends; zero for when all is over

	people map[string][]assessment.Person // by role; "" are applicants
	set    *standard.Set
	full   standard.Answers
}

// roles are how many people of each role there are.
var roles = []struct {
	role string
	n    int
}{{"", 40}, {access.Reviewer, 12}, {access.Expert, 3}, {access.Coordinator, 4}, {access.Secretariat, 4}}

// Start makes the people of the season, where they are not there yet.
func (s *Season) Start(ctx context.Context) error {
	set, ok := s.App.Library.Find(assessment.DefaultStandard)
	if !ok {
		return fmt.Errorf("there is no standard %s", assessment.DefaultStandard)
	}
	s.set, s.people = set, map[string][]assessment.Person{}
	s.full = answersTo(set)
	_, err := s.App.DB.Do(ctx, good.Actor{Role: access.Operator}, func(ctx context.Context, tx *store.Tx) error {
		for _, r := range roles {
			for n := range r.n {
				if err := s.person(ctx, tx, r.role, n); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return err
}

func (s *Season) person(ctx context.Context, tx *store.Tx, role string, n int) error {
	pseudonym := fmt.Sprintf("season-%s-%02d", role, n)
	p, err := tx.PersonByPseudonym(ctx, pseudonym)
	if err != nil {
		return err
	}
	if p == nil {
		p = &good.Person{ID: tx.NewID(), Pseudonym: pseudonym, Name: pseudonym}
		if err := tx.PutPerson(ctx, p); err != nil {
			return err
		}
		if role != "" {
			if _, err := tx.PutRole(ctx, p.ID, role); err != nil {
				return err
			}
		}
	}
	one := assessment.Person{ID: p.ID, Pseudonym: pseudonym}
	if role != "" {
		one.Roles = []string{role}
	}
	s.people[role] = append(s.people[role], one)
	return nil
}

func who(p assessment.Person) access.Who {
	return access.Who{Person: p.ID, Pseudonym: p.Pseudonym, Roles: p.Roles}
}

// Play lets days pass until everything is over. Each day some apply, and
// everybody does what waits for them.
func (s *Season) Play(ctx context.Context) error {
	for day := 0; ; day++ {
		begun, open, err := s.count(ctx)
		if err != nil {
			return err
		}
		if begun >= s.N && open == 0 {
			return nil
		}
		if day > 3000 {
			return fmt.Errorf("after %d days %d applications are not over", day, open)
		}
		for i := begun; i < min(s.N, begun+max(1, s.N/60)); i++ {
			if err := s.begin(ctx, i); err != nil {
				return err
			}
		}
		if err := s.work(ctx); err != nil {
			return err
		}
		s.Clock.Pass(24 * time.Hour)
		if _, err := s.App.Tick(ctx, s.Clock.Now()); err != nil {
			return err
		}
	}
}

// count says how many applications were begun, and how many are not over.
func (s *Season) count(ctx context.Context) (begun, open int, err error) {
	board, err := s.App.DB.Board(ctx, s.Clock.Now())
	for _, c := range board {
		if c.Kind != assess.First {
			continue
		}
		begun += c.Count
		if !c.State.Over() {
			open += c.Count
		}
	}
	return begun, open, err
}

// begin starts one application.
func (s *Season) begin(ctx context.Context, n int) error {
	owner := s.people[""][n%len(s.people[""])]
	_, err := s.App.Start(ctx, who(owner), assessment.Start{Name: fmt.Sprintf("Season good %05d", n), Link: fmt.Sprintf("https://season.example/%05d", n), Kinds: []good.Kind{good.Content}})
	return err
}

// work has everybody do what waits for them, once.
func (s *Season) work(ctx context.Context) error {
	return s.App.DB.EachApplication(ctx, func(app *assess.Application) error {
		if app.State.Over() || app.Kind != assess.First {
			return nil
		}
		err := s.turn(ctx, app)
		switch good.KindOf(err) {
		case good.Conflict, good.Limited, good.Forbidden: // another day, or somebody else
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s, %s: %w", app.Name, app.State, err)
		}
		return nil
	})
}
