package communities_test

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"time"

	"stoa/internal/access"
	app "stoa/internal/app/communities"
	"stoa/internal/community"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

// post keeps what is to be done later, one task for a key, and what was told.
type post struct {
	*world
	tasks map[string]good.Task
	told  []good.Notice
	seen  map[string]bool
}

func (w *world) post() *post {
	p := &post{world: w, tasks: map[string]good.Task{}, seen: map[string]bool{}}
	w.App.Queue, w.App.Tell = p, p.tell
	return p
}

func (p *post) Enqueue(_ context.Context, _ *store.Tx, t good.Task) error {
	if _, ok := p.tasks[t.Key]; !ok {
		p.tasks[t.Key] = t
	}
	return nil
}

func (p *post) tell(_ context.Context, _ *store.Tx, key string, n good.Notice) error {
	if key += string(n.Person); !p.seen[key] {
		p.seen[key], p.told = true, append(p.told, n)
	}
	return nil
}

// later does what was put off, and returns what people were told by it.
func (p *post) later(t *testing.T) []good.Notice {
	t.Helper()
	p.told = nil
	for key, task := range p.tasks {
		if wait := task.At.Sub(p.now); wait <= 0 || wait > 10*time.Minute {
			t.Errorf("%s in %v", key, wait)
		}
		if err := p.Do(t.Context(), task); err != nil {
			t.Fatal(err)
		}
	}
	clear(p.tasks)
	p.now = p.now.Add(time.Hour)
	return p.told
}

func weekly() app.Plan {
	return app.Plan{Meeting: community.Meeting{Title: "First steps", Zone: "Africa/Nairobi", Local: "2027-01-12T09:00", Minutes: 60}, Repeat: community.Weekly, Times: 3}
}

func TestMembersHearOfMeetingsOnceAndWhatBecameOfThem(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		ctx := t.Context()
		c := w.founded(t)
		for _, who := range []access.Who{amina, partner} {
			if err := w.Join(ctx, who, c.Slug, "", false); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Join(ctx, partner, c.Slug, string(calling.ID), false); err != nil {
			t.Fatal(err)
		}
		p := w.post()
		list, err := w.Meet(ctx, founder, c.Slug, weekly())
		if err != nil || len(list) != 3 || len(p.tasks) != 1 {
			t.Fatalf("%d meetings, %d tasks, %v", len(list), len(p.tasks), err)
		}
		hear := func(kind, day, hour string) {
			t.Helper()
			told := p.later(t)
			if len(told) != 2 || told[0].Person == told[1].Person {
				t.Fatalf("of %s told: %+v", kind, told)
			}
			for _, n := range told {
				if n.Person == founder.Person || n.Kind != kind || n.Path != "/communities/"+c.Slug || n.Args["Until"] != day || n.Args["Hour"] != hour || n.Args["Zone"] != "Africa/Nairobi" || n.Args["Title"] != "First steps" {
					t.Errorf("%+v", n)
				}
			}
		}
		hear("community-meeting", "2027-01-12", "09:00")

		m := list[1]
		change := func(do func(*community.Meeting)) {
			t.Helper()
			do(&m)
			changed, err := w.Meeting(ctx, founder, c.Slug, m.ID, m)
			if err != nil {
				t.Fatal(err)
			}
			m = *changed
		}
		change(func(m *community.Meeting) { m.Notes = "https://example.org/agenda" })
		if told := p.later(t); len(told) != 0 {
			t.Errorf("of an agenda told: %+v", told)
		}
		change(func(m *community.Meeting) { m.Local = "2027-01-20T09:00" })
		change(func(m *community.Meeting) { m.Local = "2027-01-21T10:30" })
		hear("community-moved", "2027-01-21", "10:30")
		change(func(m *community.Meeting) { m.Local = "2027-01-22T10:30" })
		change(func(m *community.Meeting) { m.Cancelled = true })
		hear("community-cancelled", "2027-01-22", "10:30")
		change(func(m *community.Meeting) { m.Cancelled = false })
		hear("community-meeting", "2027-01-22", "10:30")

		w.now = time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC)
		change(func(m *community.Meeting) { m.Cancelled = true })
		if told := p.later(t); len(told) != 0 {
			t.Errorf("of what is over told: %+v", told)
		}
	})
}

func TestMembersOfWhatIsHiddenHearNothing(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		c := w.founded(t)
		if err := w.Join(t.Context(), amina, c.Slug, "", false); err != nil {
			t.Fatal(err)
		}
		p := w.post()
		if _, err := w.Meet(t.Context(), founder, c.Slug, weekly()); err != nil {
			t.Fatal(err)
		}
		if err := w.Hide(t.Context(), desk, c.Slug, true, "Spam."); err != nil {
			t.Fatal(err)
		}
		if told := p.later(t); len(told) != 0 {
			t.Errorf("told: %+v", told)
		}
	})
}

// TestAllMembersHearOfAMeetingThoughTellingEnds has the telling of more people
// than one transaction takes end in the middle, and done again.
func TestAllMembersHearOfAMeetingThoughTellingEnds(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		ctx := t.Context()
		c := w.founded(t)
		_, err := w.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
			for i := range 250 {
				id := tx.NewID()
				if err := tx.PutPerson(ctx, &good.Person{ID: id, Pseudonym: "p-" + strconv.Itoa(i)}); err != nil {
					return err
				}
				if err := tx.PutCommunityMember(ctx, community.Member{Community: c.ID, Person: id, Since: tx.Now()}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		p := w.post()
		if _, err := w.Meet(ctx, founder, c.Slug, weekly()); err != nil {
			t.Fatal(err)
		}
		ended := errors.New("ended")
		w.Tell = func(ctx context.Context, tx *store.Tx, key string, n good.Notice) error {
			if len(p.told) == 150 {
				return ended
			}
			return p.tell(ctx, tx, key, n)
		}
		for _, task := range p.tasks {
			if err := p.Do(ctx, task); !errors.Is(err, ended) {
				t.Fatal(err)
			}
		}
		w.Tell = p.tell
		p.later(t)
		if len(p.seen) != 250 {
			t.Errorf("%d of 250 were told", len(p.seen))
		}
	})
}

// TestASeriesIsToldByTheFirstThatTakesPlace announces a series of which one is
// over and one is cancelled at once, and then changes more than is told in a day.
func TestASeriesIsToldByTheFirstThatTakesPlace(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		ctx := t.Context()
		c := w.founded(t)
		if err := w.Join(ctx, amina, c.Slug, "", false); err != nil {
			t.Fatal(err)
		}
		p := w.post()
		plan := weekly()
		plan.Zone, plan.Local, plan.Times = "UTC", "2026-11-27T01:00", community.MaxRepeats
		list, err := w.Meet(ctx, founder, c.Slug, plan)
		if err != nil || len(list) != community.MaxRepeats {
			t.Fatal(len(list), err)
		}
		m := list[1]
		m.Cancelled = true
		if _, err := w.Meeting(ctx, founder, c.Slug, m.ID, m); err != nil {
			t.Fatal(err)
		}
		told := p.later(t)
		if len(told) != 2 {
			t.Fatalf("%+v", told)
		}
		for _, n := range told {
			if want := map[string]string{"community-meeting": "2026-12-11", "community-cancelled": "2026-12-04"}[n.Kind]; n.Args["Until"] != want {
				t.Errorf("%+v", n)
			}
		}
		letters := 0
		for i := range 60 {
			m := list[2+i%(len(list)-2)]
			m.Version, m.Cancelled = 0, i/(len(list)-2)%2 == 0
			if _, err := w.Meeting(ctx, founder, c.Slug, m.ID, m); err != nil {
				t.Fatal(err)
			}
			letters += len(p.later(t))
			w.now = w.now.Add(-50 * time.Minute)
		}
		if letters < 30 || letters > 40 {
			t.Errorf("%d letters in ten hours", letters)
		}
	})
}
