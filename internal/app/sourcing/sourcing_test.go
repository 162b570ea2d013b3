package sourcing_test

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"stoa/internal/access"
	"stoa/internal/alliance"
	"stoa/internal/app/sourcing"
	"stoa/internal/good"
	rules "stoa/internal/sourcing"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

var (
	lead  = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZA", Pseudonym: "p-lead", Roles: []string{access.Community}}
	amina = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZB", Pseudonym: "p-amina"}
	thief = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZC", Pseudonym: "p-thief", Roles: []string{access.Secretariat}}
)

// world is an instance with boards, at a time that a test moves.
type world struct {
	*sourcing.App
	now   time.Time
	told  map[string]good.Notice
	tasks []good.Task
	asked []good.Query
	find  func(q good.Query) good.Results
}

// Enqueue implements sourcing.Queue.
func (w *world) Enqueue(_ context.Context, _ *store.Tx, t good.Task) error {
	w.tasks = append(w.tasks, t)
	return nil
}

// Search implements sourcing.Goods.
func (w *world) Search(_ context.Context, q good.Query) (good.Results, error) {
	w.asked = append(w.asked, q)
	return w.find(q), nil
}

func (w *world) do(t *testing.T, fn func(context.Context, *store.Tx) error) {
	t.Helper()
	if _, err := w.DB.Do(t.Context(), good.Actor{}, fn); err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, url string) *world {
	t.Helper()
	w := &world{now: time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC), told: map[string]good.Notice{}}
	db, err := store.Open(t.Context(), url, store.Options{Now: func() time.Time { return w.now }, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.App = &sourcing.App{DB: db, Now: func() time.Time { return w.now }, Tasks: w, Goods: w}
	w.Tell = func(_ context.Context, _ *store.Tx, key string, n good.Notice) error {
		w.told[key+" "+string(n.Person)] = n
		return nil
	}
	w.do(t, func(ctx context.Context, tx *store.Tx) error {
		for _, who := range []access.Who{lead, amina, thief} {
			p := good.Person{ID: who.Person, Pseudonym: who.Pseudonym}
			if err := tx.PutPerson(ctx, &p); err != nil {
				return err
			}
		}
		g := &good.Good{ID: "01GGGGGGGGGGGGGGGGGGGGGGGG", Slug: "opencrvs", Stage: good.Nominated, Created: w.now}
		g.Name = "OpenCRVS"
		return tx.PutGood(ctx, g)
	})
	return w
}

// board is one that lead leads and amina works on.
func (w *world) board(t *testing.T, b rules.Board) rules.Board {
	t.Helper()
	b.Name = "Open health"
	b, err := w.Found(t.Context(), lead, b)
	if err != nil {
		t.Fatal(err)
	}
	w.do(t, func(ctx context.Context, tx *store.Tx) error { return w.Join(ctx, tx, lead, b.ID, amina) })
	return b
}

func TestWhoLeftTheAllianceBeginsNoBoard(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		house := good.Body{ID: "01HZZZZZZZZZZZZZZZZZZZZZZF", Slug: "house", Name: "House"}
		m := alliance.Member{ID: "01HZZZZZZZZZZZZZZZZZZZZZZM", Slug: "house", Name: "House", Body: house.ID}
		w.do(t, func(ctx context.Context, tx *store.Tx) error {
			return errors.Join(tx.AddBody(ctx, house), tx.PutMember(ctx, good.Member{Body: house.ID, Person: amina.Person, Since: w.now}), tx.PutAllianceMember(ctx, &m))
		})
		if _, err := w.Found(t.Context(), amina, rules.Board{Name: "Ours"}); err != nil {
			t.Errorf("a member: %v", err)
		}
		m.Until = "2026-11-25"
		w.do(t, func(ctx context.Context, tx *store.Tx) error { return tx.PutAllianceMember(ctx, &m) })
		if _, err := w.Found(t.Context(), amina, rules.Board{Name: "Theirs"}); good.KindOf(err) != good.Forbidden {
			t.Errorf("who left: %v", err)
		}
	})
}

func TestABoardIsItsPeoplesAlone(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		if _, err := w.Found(t.Context(), amina, rules.Board{Name: "Mine"}); good.KindOf(err) != good.Forbidden {
			t.Errorf("anybody begins a board: %v", err)
		}
		b := w.board(t, rules.Board{})
		c, err := w.Add(t.Context(), amina, b.Slug, rules.Card{Link: "opencrvs", Why: "Births.", Next: "Call Jane."})
		if err != nil || c.Title != "OpenCRVS" || c.State != rules.Suggested {
			t.Fatalf("%+v %v", c, err)
		}
		for what, err := range map[string]error{
			"sees": second(w.Show(t.Context(), thief, b.Slug)), "sees by id": second(w.Show(t.Context(), thief, string(b.ID))), "adds": second(w.Add(t.Context(), thief, b.Slug, rules.Card{Link: "https://x.org", Title: "X"})),
			"moves": second(w.Move(t.Context(), thief, b.Slug, c.ID, sourcing.Step{State: rules.Declined})), "changes": w.Change(t.Context(), thief, b.Slug, rules.Board{Name: "Taken"}),
			"asks": second(w.Invite(t.Context(), thief, b.Slug, c.ID, "x@example.org", "en")), "suggests": second(w.Suggest(t.Context(), thief, b.Slug)),
			"leads": w.SetPerson(t.Context(), thief, b.Slug, thief.Pseudonym, sourcing.Lead), "is there anonymously": second(w.Show(t.Context(), access.Who{}, b.Slug)),
		} {
			if good.KindOf(err) != good.NotFound {
				t.Errorf("another %s: %v", what, err)
			}
		}
		if err := w.Change(t.Context(), amina, b.Slug, rules.Board{Name: "Ours"}); good.KindOf(err) != good.Forbidden {
			t.Errorf("who works on it changes what it is for: %v", err)
		}
		if err := w.Change(t.Context(), lead, b.Slug, rules.Board{Name: "Open health", Public: true}); err != nil {
			t.Fatal(err)
		}
		v, err := w.Show(t.Context(), access.Who{}, b.Slug)
		if err != nil || len(v.Cards) != 1 || v.Cards[0].Next != "" || len(v.People) != 0 || v.Works {
			t.Errorf("everybody sees %+v %v", v, err)
		}
		told, _, err := w.Card(t.Context(), access.Who{}, b.Slug, c.ID)
		if err != nil || told.Events[0].By != "" || told.Slug != "opencrvs" {
			t.Errorf("everybody sees %+v %v", told, err)
		}
		if err := second(w.Add(t.Context(), thief, b.Slug, rules.Card{Link: "https://x.org", Title: "X"})); good.KindOf(err) != good.Forbidden {
			t.Errorf("another adds to a public board: %v", err)
		}
		other := w.board(t, rules.Board{})
		if err := second(w.Move(t.Context(), lead, other.Slug, c.ID, sourcing.Step{State: rules.Declined})); good.KindOf(err) != good.NotFound {
			t.Errorf("a card is moved through another board: %v", err)
		}
		if err := w.SetPerson(t.Context(), lead, b.Slug, lead.Pseudonym, sourcing.Drop); good.KindOf(err) != good.Conflict {
			t.Errorf("nobody leads it any more: %v", err)
		}
		if err := w.SetPerson(t.Context(), amina, b.Slug, amina.Pseudonym, sourcing.Drop); err != nil {
			t.Errorf("amina cannot leave: %v", err)
		}
	})
}

func second[T any](_ T, err error) error { return err }

func TestACardsWayIsKept(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		b := w.board(t, rules.Board{})
		c, err := w.Add(t.Context(), lead, b.Slug, rules.Card{Link: "health.example.org", Title: "A health record"})
		if err != nil || c.Link != "https://health.example.org" {
			t.Fatalf("%+v %v", c, err)
		}
		if err := second(w.Add(t.Context(), lead, b.Slug, rules.Card{Link: "https://health.example.org", Title: "Again"})); good.KindOf(err) != good.Conflict {
			t.Errorf("added twice: %v", err)
		}
		for field, s := range map[string]sourcing.Step{"remind": {Remind: "2026-11-25"}, "remind ": {Remind: "9999-12-31"}, "owner": {Owner: "p-thief"}, "state": {State: "lost"}, "note": {Note: "a\u202eb"}} {
			err := second(w.Move(t.Context(), lead, b.Slug, c.ID, s))
			if e, ok := err.(*good.Error); !ok || e.Kind != good.Invalid || e.Field != strings.TrimSpace(field) {
				t.Errorf("%s: %v", field, err)
			}
		}
		moved, err := w.Move(t.Context(), lead, b.Slug, c.ID, sourcing.Step{State: rules.Waiting, Owner: amina.Pseudonym, Next: "Ask again.", Remind: "2026-11-30", Note: "They think about it.", Version: c.Version})
		if err != nil {
			t.Fatal(err)
		}
		if err := second(w.Move(t.Context(), amina, b.Slug, c.ID, sourcing.Step{State: rules.Declined, Version: c.Version})); good.KindOf(err) != good.Conflict {
			t.Errorf("a lost race overwrote: %v", err)
		}
		told, _, err := w.Card(t.Context(), amina, b.Slug, c.ID)
		if err != nil || len(told.Events) != 2 || told.Events[1].To != rules.Waiting || told.Events[1].By != lead.Pseudonym || !strings.Contains(told.Events[1].Text, "They think") {
			t.Errorf("%+v %v", told, err)
		}
		for range 2 {
			if err := w.Tick(t.Context(), w.now.AddDate(0, 0, 4)); err != nil {
				t.Fatal(err)
			}
		}
		if len(w.told) != 1 || w.told["card/"+string(moved.ID)+"/2026-11-30 "+string(amina.Person)].Kind != "card-due" {
			t.Errorf("told %v", w.told)
		}
		w.do(t, func(ctx context.Context, tx *store.Tx) error {
			return sourcing.Gone(ctx, tx, good.Person{ID: amina.Person, Pseudonym: amina.Pseudonym})
		})
		if v, err := w.Show(t.Context(), lead, b.Slug); err != nil || v.Cards[0].Owner != "" || len(v.People) != 1 {
			t.Errorf("whoever is erased stays: %+v %v", v, err)
		}
	})
}

func TestACardFollowsItsGood(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		b := w.board(t, rules.Board{})
		c, err := w.Add(t.Context(), lead, b.Slug, rules.Card{Link: "opencrvs"})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []struct {
			stage good.Stage
			want  rules.State
		}{{good.Applying, rules.Applying}, {good.InReview, rules.Applying}, {good.NotEligible, rules.Applying}, {good.Recognised, rules.Recognised}, {good.Lapsed, rules.Recognised}} {
			w.do(t, func(ctx context.Context, tx *store.Tx) error {
				g, err := tx.Good(ctx, c.Good)
				if err != nil {
					return err
				}
				g.Stage = s.stage
				return tx.PutGood(ctx, g)
			})
			write, err := w.Read(t.Context(), good.Entry{Verb: good.StageChanged, Subjects: []good.ID{c.Good}})
			if err != nil || write == nil {
				t.Fatal(err)
			}
			w.do(t, write)
			if v, err := w.Show(t.Context(), lead, b.Slug); err != nil || v.Cards[0].State != s.want {
				t.Errorf("at %s the card is %s, %v", s.stage, v.Cards[0].State, err)
			}
		}
		told, _, err := w.Card(t.Context(), lead, b.Slug, c.ID)
		if err != nil || len(told.Events) != 3 || told.Events[2].By != "" {
			t.Errorf("%+v %v", told.Events, err)
		}
	})
}

func TestAnOwnerIsAskedOnce(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		b := w.board(t, rules.Board{})
		c, err := w.Add(t.Context(), lead, b.Slug, rules.Card{Link: "opencrvs"})
		if err != nil {
			t.Fatal(err)
		}
		if err := second(w.Invite(t.Context(), lead, b.Slug, c.ID, "no address", "en")); good.KindOf(err) != good.Invalid {
			t.Errorf("%v", err)
		}
		c, err = w.Invite(t.Context(), lead, b.Slug, c.ID, "Owner@example.org", "fr")
		if err != nil || c.State != rules.Contacted || len(w.tasks) != 1 || w.tasks[0].Kind != "invitation" {
			t.Fatalf("%+v, tasks %v: %v", c, w.tasks, err)
		}
		if err := second(w.Invite(t.Context(), amina, b.Slug, c.ID, "owner@example.org", "fr")); good.KindOf(err) != good.Conflict {
			t.Errorf("asked twice: %v", err)
		}
		told, _, err := w.Card(t.Context(), lead, b.Slug, c.ID)
		if err != nil || strings.Contains(told.Events[1].Text, "@") {
			t.Errorf("the history tells an address: %+v %v", told.Events, err)
		}
		plain, err := w.Add(t.Context(), lead, b.Slug, rules.Card{Link: "https://x.org", Title: "X"})
		if err != nil {
			t.Fatal(err)
		}
		if err := second(w.Invite(t.Context(), lead, b.Slug, plain.ID, "x@example.org", "en")); good.KindOf(err) != good.Conflict {
			t.Errorf("asked to claim an address: %v", err)
		}
	})
}

func TestWhatIsMissingSuggestsWhatIsKnown(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		b := w.board(t, rules.Board{Country: "KE", SDGs: []int{3, 4}, Kinds: []good.Kind{good.Software}})
		if _, err := w.Add(t.Context(), lead, b.Slug, rules.Card{Link: "opencrvs"}); err != nil {
			t.Fatal(err)
		}
		w.find = func(q good.Query) good.Results {
			switch {
			case slices.Contains(q.Filters[good.FacetStage], string(good.Recognised)): // for goal 4 there is one in Kenya
				return good.Results{Facets: map[good.Facet][]good.Count{good.FacetSDG: {{Value: "4", Count: 1}}}}
			case len(q.Filters[good.FacetCountry]) > 0:
				return good.Results{Cards: []good.Card{{ID: "here", Slug: "here", Name: "Here", SDGs: []int{3, 4}}, {ID: "01GGGGGGGGGGGGGGGGGGGGGGGG", Slug: "opencrvs", SDGs: []int{3}}}}
			}
			return good.Results{Cards: []good.Card{{ID: "else", Slug: "else", Name: "Elsewhere", SDGs: []int{3}}, {ID: "here", Slug: "here", Name: "Here", SDGs: []int{3}}}}
		}
		list, err := w.Suggest(t.Context(), lead, b.Slug)
		if err != nil || len(list) != 2 || list[0].Slug != "here" || !list[0].Here || list[1].Slug != "else" {
			t.Fatalf("%+v %v", list, err)
		}
		if want := []sourcing.Gap{{SDG: 3, Kind: good.Software, Country: "KE"}}; !slices.Equal(list[0].Gaps, want) {
			t.Errorf("the reason is %v", list[0].Gaps)
		}
		for _, q := range w.asked[1:] {
			if !slices.Equal(q.Filters[good.FacetSDG], []string{"3"}) {
				t.Errorf("asked for goals %v", q.Filters[good.FacetSDG])
			}
		}
	})
}
