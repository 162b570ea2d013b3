package alliance_test

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"testing"
	"time"

	"stoa/internal/access"
	"stoa/internal/alliance"
	app "stoa/internal/app/alliance"
	"stoa/internal/app/journal"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

var (
	desk  = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZA", Pseudonym: "desk", Roles: []string{access.Secretariat}}
	amina = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZB", Pseudonym: "amina"}
	thief = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZC", Pseudonym: "thief"}
)

// world is an alliance on a database, at a time that a test moves.
type world struct {
	*app.App
	now   time.Time
	told  map[string]good.Notice
	tasks []good.Task
}

// Enqueue implements app.Queue.
func (w *world) Enqueue(_ context.Context, _ *store.Tx, t good.Task) error {
	w.tasks = append(w.tasks, t)
	return nil
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
	_, err = db.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		for _, who := range []access.Who{desk, amina, thief} {
			p := good.Person{ID: who.Person, Pseudonym: who.Pseudonym}
			if err := tx.PutPerson(ctx, &p); err != nil {
				return err
			}
			if err := tx.PutEmail(ctx, good.Email{Address: who.Pseudonym + "@example.org", Person: p.ID, Main: true, Verified: w.now}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	w.App = &app.App{DB: db, Now: func() time.Time { return w.now }, Tasks: w}
	w.Tell = func(_ context.Context, _ *store.Tx, key string, n good.Notice) error {
		w.told[key+" "+string(n.Person)] = n
		return nil
	}
	return w
}

// admitted is a pathfinder country that amina keeps.
func (w *world) admitted(t *testing.T) alliance.Member {
	t.Helper()
	m, _, err := w.Admit(t.Context(), desk, app.Entry{Keeper: "amina@example.org", Member: alliance.Member{Name: " Kenya ", Roles: []alliance.Role{alliance.Pathfinder}, Country: "KE", Website: "example.org/ke"}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.DB.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error { // as if she had accepted
		return tx.PutMember(ctx, good.Member{Body: m.Body, Person: amina.Person, Keeper: true, Since: w.now})
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestAMemberKeepsItsOwnCommitments(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		m := w.admitted(t)
		if m.Slug != "kenya" || m.Website != "https://example.org/ke" || m.Body == "" || len(w.tasks) != 1 || w.tasks[0].Kind != "invitation" {
			t.Fatalf("%+v, tasks %v", m, w.tasks)
		}
		in := alliance.Commitment{Text: "Every county registers births with an open system.", Lang: "en", SDGs: []int{16, 3, 16}, Countries: []string{"Kenya", "UG"}, Due: "2027-06-30"}
		if _, _, err := w.Commit(t.Context(), thief, "kenya", in); good.KindOf(err) != good.Forbidden {
			t.Errorf("another commits for Kenya: %v", err)
		}
		c, _, err := w.Commit(t.Context(), amina, "kenya", in)
		if err != nil || !slices.Equal(c.SDGs, []int{3, 16}) || !slices.Equal(c.Countries, []string{"KE", "UG"}) {
			t.Fatalf("%+v %v", c, err)
		}
		if _, _, err := w.Commit(t.Context(), amina, "kenya", in); good.KindOf(err) != good.Conflict {
			t.Errorf("sent twice: %v", err)
		}
		if _, _, err := w.Report(t.Context(), thief, c.ID, alliance.Report{State: alliance.Working}); good.KindOf(err) != good.Forbidden {
			t.Errorf("another reports for Kenya: %v", err)
		}
		if _, _, err := w.Report(t.Context(), amina, c.ID, alliance.Report{State: alliance.Working, Percent: 40, Text: "Twelve counties."}); err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.Report(t.Context(), amina, c.ID, alliance.Report{State: alliance.Done}); good.KindOf(err) != good.Invalid {
			t.Errorf("done without evidence: %v", err)
		}
		w.now = w.now.AddDate(1, 0, 0)
		all, err := w.Roadmap(t.Context(), app.Which{State: alliance.Overdue})
		if err != nil || len(all.Promises) != 1 || all.Promises[0].Last().Percent != 40 {
			t.Fatalf("the clock did not say that it is overdue: %+v %v", all.Promises, err)
		}
		if _, _, err := w.Report(t.Context(), amina, c.ID, alliance.Report{State: alliance.Working, Percent: 60, Text: "The law came later.", Due: "2028-01-31"}); err != nil {
			t.Fatal(err)
		}
		v, err := w.Member(t.Context(), amina, "kenya")
		if err != nil || !v.Keeps || v.Manages || v.Promises[0].Until != "2028-01-31" || v.Promises[0].Due != "2027-06-30" || len(v.Promises[0].Reports) != 2 || v.Promises[0].Stand != alliance.Working {
			t.Errorf("%+v %v", v, err)
		}
		if differs, err := (&journal.App{DB: w.DB}).Compare(t.Context()); err != nil || differs != "" {
			t.Errorf("the journal says otherwise: %s %v", differs, err)
		}
	})
}

func TestTheRoadmapIsFiltered(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		w.admitted(t)
		if _, _, err := w.Admit(t.Context(), desk, app.Entry{Member: alliance.Member{Name: "A fund", Roles: []alliance.Role{alliance.Partner, alliance.Ordinary}}}); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			of string
			in alliance.Commitment
		}{{"kenya", alliance.Commitment{Text: "One", SDGs: []int{4}, Due: "2027-01-31"}}, {"a-fund", alliance.Commitment{Text: "Two", SDGs: []int{4, 5}, Countries: []string{"KE"}, Due: "2028-01-31"}}} {
			if _, _, err := w.Commit(t.Context(), desk, c.of, c.in); err != nil {
				t.Fatal(err)
			}
		}
		for want, which := range map[string]app.Which{"One Two": {}, "One": {Role: alliance.Pathfinder}, "Two": {Role: alliance.Ordinary}, " One Two": {Country: "KE"},
			"Two ": {SDG: 5}, " Two": {Year: 2028}, "": {State: alliance.Done}, "One Two ": {State: alliance.Planned}, " ": {Role: alliance.Partner, Year: 2027}} {
			all, err := w.Roadmap(t.Context(), which)
			var got []string
			for _, p := range all.Promises {
				got = append(got, p.Text)
			}
			if err != nil || strings.Join(got, " ") != strings.TrimSpace(want) {
				t.Errorf("%+v: %v %v", which, got, err)
			}
			if !slices.Equal(all.Years, []int{2027, 2028}) || !slices.Equal(all.Countries, []string{"KE"}) || all.All != 2 {
				t.Errorf("%+v: years %v, countries %v, all %d", which, all.Years, all.Countries, all.All)
			}
		}
		for _, which := range []app.Which{{Role: "owner"}, {State: "late"}, {SDG: 18}} {
			if _, err := w.Roadmap(t.Context(), which); good.KindOf(err) != good.Invalid {
				t.Errorf("%+v: %v", which, err)
			}
		}
	})
}

func TestWhoLeavesKeepsAPage(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		w.admitted(t)
		summary := "We register every birth."
		if _, err := w.Change(t.Context(), amina, "kenya", app.Profile{Summary: &summary, Lang: "en"}); err != nil {
			t.Fatal(err)
		}
		for what, p := range map[string]app.Profile{"leaves": {Leaves: true, Reason: "no"}, "takes a role": {Roles: []alliance.Role{alliance.Partner}}} {
			if _, err := w.Change(t.Context(), amina, "kenya", p); good.KindOf(err) != good.Forbidden {
				t.Errorf("a keeper %s: %v", what, err)
			}
		}
		if _, err := w.Change(t.Context(), desk, "kenya", app.Profile{Leaves: true}); good.KindOf(err) != good.Invalid {
			t.Errorf("left without a reason: %v", err)
		}
		if _, err := w.Change(t.Context(), desk, "kenya", app.Profile{Leaves: true, Reason: "A new government."}); err != nil {
			t.Fatal(err)
		}
		v, err := w.Member(t.Context(), access.Who{}, "kenya")
		if err != nil || v.Summary != summary || v.Member.Until != "2026-11-26" {
			t.Errorf("%+v %v", v.Member, err)
		}
		if _, _, err := w.Commit(t.Context(), amina, "kenya", alliance.Commitment{Text: "More", Due: "2027-01-01"}); good.KindOf(err) != good.Conflict {
			t.Errorf("who left commits: %v", err)
		}
		if differs, err := (&journal.App{DB: w.DB}).Compare(t.Context()); err != nil || differs != "" {
			t.Errorf("the journal says otherwise: %s %v", differs, err)
		}
	})
}

func TestATextThatIsErasedLeavesTheCommitment(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		w.admitted(t)
		c, _, err := w.Commit(t.Context(), amina, "kenya", alliance.Commitment{Text: "Ask Jane on 555 1234.", Due: "2027-01-01"})
		if err != nil {
			t.Fatal(err)
		}
		c, at, err := w.Report(t.Context(), amina, c.ID, alliance.Report{State: alliance.Working, Text: "Jane again."})
		if err != nil {
			t.Fatal(err)
		}
		log := &journal.App{DB: w.DB}
		operator := good.Actor{Role: access.Operator}
		if _, err := log.Erase(t.Context(), operator, at, "report", "private"); good.KindOf(err) != good.Forbidden {
			t.Errorf("what hangs together is erased: %v", err)
		}
		for _, position := range []int64{at, at - 1} {
			if _, err := log.Erase(t.Context(), operator, position, "text", "a person's name"); err != nil {
				t.Fatal(err)
			}
		}
		held, err := w.DB.Commitment(t.Context(), c.ID)
		if err != nil || held.Text != "" || held.Last().Text != "" || held.Last().State != alliance.Working {
			t.Errorf("%+v %v", held, err)
		}
		if differs, err := log.Compare(t.Context()); err != nil || differs != "" {
			t.Errorf("the journal says otherwise: %s %v", differs, err)
		}
	})
}

func TestKeepersAreRemindedOnce(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		w.admitted(t)
		if _, _, err := w.Commit(t.Context(), amina, "kenya", alliance.Commitment{Text: "Soon", Due: "2026-12-20"}); err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.Commit(t.Context(), amina, "kenya", alliance.Commitment{Text: "Later", Due: "2029-12-20"}); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := w.Remind(t.Context(), w.now); err != nil {
				t.Fatal(err)
			}
		}
		if len(w.told) != 1 {
			t.Errorf("told %v", w.told)
		}
		if err := w.Remind(t.Context(), w.now.AddDate(0, 2, 0)); err != nil || len(w.told) != 2 {
			t.Errorf("overdue, told %v: %v", w.told, err)
		}
	})
}

// asked is an application to join that nobody is signed in for.
func asked() app.Input {
	return app.Input{Email: "Office@example.org", Joining: alliance.Joining{Role: alliance.Partner, Name: "Open Futures Fund", Country: "Switzerland", Website: "futures.example.org",
		Why: "We pay for upkeep.", Offer: "Five goods for three years.", Lang: "fr", State: alliance.Accepted, Member: "x"}}
}

func (w *world) joins(t *testing.T) alliance.Joining {
	t.Helper()
	j, err := w.Join(t.Context(), access.Who{}, asked())
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func (w *world) letters() string {
	var out []string
	for _, k := range w.tasks {
		if k.Kind == "joining" {
			out = append(out, strings.Split(k.Key, "/")[1])
		}
	}
	return strings.Join(out, " ")
}

func TestWhoAsksToJoinIsAnsweredAndBelongs(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		if _, err := w.DB.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.PutRole(ctx, desk.Person, access.Secretariat)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		j := w.joins(t)
		if j.State != alliance.Waiting || j.Member != "" || j.Country != "CH" || j.Due.Sub(w.now) != alliance.AnswerWithin || len(w.told) != 1 {
			t.Fatalf("%+v, told %v", j, w.told)
		}
		if _, err := w.Queue(t.Context(), amina); good.KindOf(err) != good.Forbidden {
			t.Errorf("anybody reads the queue: %v", err)
		}
		if _, _, err := w.Settle(t.Context(), thief, j.ID, app.Accept, ""); good.KindOf(err) != good.Forbidden {
			t.Errorf("anybody accepts: %v", err)
		}
		if _, err := w.Reply(t.Context(), access.Who{}, j.ID, "Unasked."); good.KindOf(err) != good.Conflict {
			t.Errorf("answered what nobody asked: %v", err)
		}
		if _, _, err := w.Settle(t.Context(), desk, j.ID, app.Ask, "Which five?"); err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.Settle(t.Context(), desk, j.ID, app.Ask, "And?"); good.KindOf(err) != good.Conflict {
			t.Errorf("asked twice: %v", err)
		}
		if j, err := w.Reply(t.Context(), access.Who{}, j.ID, "DHIS2 and four more."); err != nil || j.State != alliance.Waiting || len(j.Said) != 2 {
			t.Fatalf("%+v %v", j, err)
		}
		out, _, err := w.Settle(t.Context(), desk, j.ID, app.Accept, "")
		if err != nil || out.Slug != "open-futures-fund" {
			t.Fatalf("%+v %v", out, err)
		}
		v, err := w.Member(t.Context(), access.Who{}, out.Slug)
		if err != nil || !slices.Equal(v.Roles, []alliance.Role{alliance.Partner}) || v.Body == "" || v.Summary != "" {
			t.Errorf("%+v %v", v.Member, err)
		}
		if got := w.letters(); got != "received asked accepted" {
			t.Errorf("letters %q", got)
		}
		if _, _, err := w.Settle(t.Context(), desk, j.ID, app.Decline, "On second thoughts."); good.KindOf(err) != good.Conflict {
			t.Errorf("settled twice: %v", err)
		}
		entries, err := w.DB.Entries(t.Context(), 0, 100)
		for _, e := range entries {
			for _, value := range e.Values {
				if strings.Contains(string(value.Data), "office@") || strings.Contains(string(value.Data), "upkeep") {
					t.Errorf("%s tells %s", e.Verb, value.Data)
				}
			}
		}
		if err != nil {
			t.Error(err)
		}
	})
}

func TestWhatCannotJoinAndFloods(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		for what, change := range map[string]func(*app.Input){
			"name": func(in *app.Input) { in.Name = "Fund\u202egro.elpmaxe" }, "role": func(in *app.Input) { in.Role = "owner" }, "why": func(in *app.Input) { in.Why = "" },
			"country": func(in *app.Input) { in.Country = "Atlantis" }, "website": func(in *app.Input) { in.Website = "javascript://x" }, "email": func(in *app.Input) { in.Email = "a@b\r\nBcc: c@d.e" },
		} {
			in := asked()
			change(&in)
			_, err := w.Join(t.Context(), access.Who{}, in)
			if e, ok := err.(*good.Error); !ok || e.Kind != good.Invalid || e.Field != what {
				t.Errorf("%s: %v", what, err)
			}
		}
		in := asked()
		in.ID = "01KB0ZZZZZZZZZZZZZZZZZZZZZ"
		for range 2 { // a form sent twice
			if _, err := w.Join(t.Context(), access.Who{}, in); err != nil {
				t.Fatal(err)
			}
		}
		if list, err := w.Queue(t.Context(), desk); err != nil || len(list) != 1 {
			t.Fatalf("%d of one, %v", len(list), err)
		}
		w.joins(t)
		robot := asked()
		robot.Rubbish = true
		if _, err := w.Join(t.Context(), access.Who{}, robot); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Join(t.Context(), access.Who{}, asked()); good.KindOf(err) != good.Limited {
			t.Errorf("a fourth for one address: %v", err)
		}
		if list, err := w.Queue(t.Context(), desk); err != nil || len(list) != 3 || !list[2].Rubbish {
			t.Errorf("what a program filled in does not come last: %v %v", list, err)
		}
	})
}

func TestTheClockOfTheQueue(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		if _, err := w.DB.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.PutRole(ctx, desk.Person, access.Secretariat)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		late, silent := w.joins(t), w.joins(t)
		if _, _, err := w.Settle(t.Context(), desk, silent.ID, app.Ask, "Which?"); err != nil {
			t.Fatal(err)
		}
		w.told = map[string]good.Notice{}
		w.now = w.now.AddDate(0, 0, 31)
		for range 2 {
			if err := w.Tick(t.Context(), w.now); err != nil {
				t.Fatal(err)
			}
		}
		if len(w.told) != 1 {
			t.Errorf("told %v", w.told)
		}
		if out, err := w.Became(t.Context(), silent.ID); err != nil || out.State != alliance.Closed {
			t.Errorf("nobody answered: %+v %v", out, err)
		}
		if out, err := w.Became(t.Context(), late.ID); err != nil || out.State != alliance.Waiting || !out.Reminded {
			t.Errorf("the secretariat is late: %+v %v", out, err)
		}
		if out, err := w.Withdraw(t.Context(), access.Who{}, late.ID); err != nil || out.State != alliance.Withdrawn {
			t.Errorf("%+v %v", out, err)
		}
		if out, err := w.Became(t.Context(), late.ID); err != nil || out.Heard {
			t.Errorf("the address of who withdrew is kept: %+v %v", out, err)
		}
		w.now = w.now.AddDate(1, 0, 0)
		if err := w.Tick(t.Context(), w.now); err != nil {
			t.Fatal(err)
		}
		if out, err := w.Became(t.Context(), silent.ID); err != nil || out.Heard {
			t.Errorf("the address is kept for ever: %+v %v", out, err)
		}
	})
}
