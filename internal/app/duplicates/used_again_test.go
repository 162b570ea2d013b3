package duplicates_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"stoa/internal/app/deployments"
	"stoa/internal/app/goods"
	"stoa/internal/deploy"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

// later is a queue of which nothing is done by itself.
type later struct{}

func (later) Enqueue(context.Context, *store.Tx, good.Task) error { return nil }

// use states at the desk that an organisation in Kenya uses a good.
func use(t *testing.T, used *deployments.App, name, organisation string, with ...string) (*deploy.Record, error) {
	t.Helper()
	r, _, err := used.Claim(t.Context(), desk, deployments.Input{Good: name, Integrations: with, Statement: deploy.Statement{Country: "KE", Organisation: organisation, Stage: deploy.Live}})
	return r, err
}

// TestAUseIsSaidOnceOfGoodsThatBecameOne says again, after a merge, what was
// said of either good before it: as one row of a form, and in a spreadsheet that
// was looked at before and is entered after it.
func TestAUseIsSaidOnceOfGoodsThatBecameOne(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		a := open(t, url)
		used, all := &deployments.App{DB: a.DB, Now: time.Now, Tasks: later{}}, &goods.App{DB: a.DB}
		births := state(t, a, "one", "births", good.Facts{Name: "births"})
		deaths := state(t, a, "one", "deaths", good.Facts{Name: "deaths"})
		must := func(r *deploy.Record, err error) *deploy.Record {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		works := must(use(t, used, "births", "Works with the other", "deaths"))
		must(use(t, used, "births", "Of births"))
		must(use(t, used, "births", "Of both"))
		must(use(t, used, "deaths", "Of both"))
		s, err := used.Send(t.Context(), desk, deploy.Desk, "", []byte("good,organisation,country,stage,integrations\nbirths,New,KE,live,\ndeaths,Of births,KE,live,\ndeaths,Newer,KE,live,\n"))
		if err != nil || s.Count(deploy.Fit) != 3 {
			t.Fatalf("%+v %v", s, err)
		}
		if err := used.Enter(t.Context(), desk, s.ID, nil); err != nil {
			t.Fatal(err)
		}
		if _, _, err := all.Merge(t.Context(), acting, "births", "deaths", "one"); err != nil {
			t.Fatal(err)
		}
		if err := used.Do(t.Context(), good.Task{Kind: deployments.TaskSheet, Key: string(s.ID)}); err != nil {
			t.Fatal(err)
		}
		if s, err = used.Sheet(t.Context(), desk, s.ID); err != nil || s.Count(deploy.Entered) != 2 || s.Rows[1].Outcome != deploy.There {
			t.Errorf("%+v %v", s.Rows, err)
		}
		for _, one := range []struct{ name, organisation string }{{"deaths", "Of births"}, {"births", "Of births"}, {"deaths", "Of both"}, {"births", "Of both"}, {"deaths", "New"}} {
			if _, err := use(t, used, one.name, one.organisation); good.KindOf(err) != good.Conflict {
				t.Errorf("%+v is said again: %v", one, err)
			}
		}
		if list, err := used.List(t.Context(), deployments.Which{Good: "deaths"}, 50); err != nil || list.Total != 6 {
			t.Errorf("%d are told: %v", list.Total, err)
		}

		// What it worked with is the good itself now: it is not shown, and the
		// statement can be changed all the same.
		v, err := used.Show(t.Context(), desk, works.ID)
		if err != nil || len(v.Works) != 0 {
			t.Errorf("it works together with itself: %+v %v", v.Works, err)
		}
		in := deployments.Input{Integrations: []string{"deaths"}, Statement: v.Statement}
		in.Stage, in.Statement.Integrations = deploy.National, nil // as the form sends it: by name
		if _, _, err := used.Change(t.Context(), desk, works.ID, in); err != nil {
			t.Errorf("it cannot be changed any more: %v", err)
		}
		if _, err := use(t, used, "deaths", "Somebody", "births"); good.KindOf(err) != good.Invalid {
			t.Errorf("a new one works together with itself: %v", err)
		}
		replays(t, a)
		if _, _, err := all.Part(t.Context(), acting, "births", "two"); err != nil {
			t.Fatal(err)
		}
		if v, err = used.Show(t.Context(), desk, works.ID); err != nil || v.Good != births || v.Stage != deploy.National || len(v.Works) != 1 || v.Works[0].ID != deaths {
			t.Errorf("parted again: %+v %v", v, err)
		}
		must(use(t, used, "deaths", "Of births"))
		replays(t, a)
	})
}

// TestADeploymentIsOfTheGoodThatThereIsWhenItIsWritten has a good merged or
// removed between the look at a statement and its writing.
func TestADeploymentIsOfTheGoodThatThereIsWhenItIsWritten(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		a := open(t, url)
		all := &goods.App{DB: a.DB}
		var ids []good.ID
		for _, name := range []string{"one", "two", "three", "four", "stays"} {
			ids = append(ids, state(t, a, "one", name, good.Facts{Name: name}))
		}
		// meanwhile does something once, when the clock is looked at: goods were
		// found by then.
		meanwhile := func(do func() error) *deployments.App {
			var once sync.Once
			return &deployments.App{DB: a.DB, Tasks: later{}, Now: func() time.Time {
				once.Do(func() {
					if err := do(); err != nil {
						t.Error(err)
					}
				})
				return time.Now()
			}}
		}
		merge := func(name string) func() error {
			return func() error {
				_, _, err := all.Merge(t.Context(), acting, name, "stays", "one")
				return err
			}
		}
		remove := func(name string) func() error {
			return func() error {
				_, _, err := all.Remove(t.Context(), acting, name, "gone")
				return err
			}
		}
		if r, err := use(t, meanwhile(merge("one")), "one", "Ministry", "stays"); err != nil || r.Good != ids[4] || len(r.Integrations) != 0 {
			t.Errorf("%+v %v", r, err)
		}
		if _, err := use(t, meanwhile(remove("two")), "two", "Ministry"); good.KindOf(err) != good.Conflict {
			t.Errorf("of a good that was removed: %v", err)
		}
		for n, do := range []func() error{merge("three"), remove("four")} {
			name := []string{"three", "four"}[n]
			used := &deployments.App{DB: a.DB, Now: time.Now, Tasks: later{}}
			s, err := used.Send(t.Context(), desk, deploy.Desk, "", []byte("good,organisation,country,stage\n"+name+",Office of "+name+",KE,live\nstays,Another of "+name+",KE,live\n"+name+",Ministry,KE,live\n"))
			if err == nil {
				err = used.Enter(t.Context(), desk, s.ID, nil)
			}
			if err == nil {
				err = meanwhile(do).Do(t.Context(), good.Task{Kind: deployments.TaskSheet, Key: string(s.ID)})
			}
			if err != nil {
				t.Fatal(err)
			}
			s, err = used.Sheet(t.Context(), desk, s.ID)
			want := [][]deploy.Outcome{{deploy.Entered, deploy.Entered, deploy.There}, {deploy.Wrong, deploy.Entered, deploy.Wrong}}[n]
			if got := []deploy.Outcome{s.Rows[0].Outcome, s.Rows[1].Outcome, s.Rows[2].Outcome}; err != nil || !slices.Equal(got, want) {
				t.Errorf("%s: %v, not %v; %v", name, got, want, err)
			}
		}
		for _, id := range ids[:4] {
			if list, err := a.DB.Deployments(t.Context(), store.DeploymentsThat{Good: id}, "", 10); err != nil || len(list) != 0 {
				t.Errorf("%d are left with a good that is none any more: %v", len(list), err)
			}
		}
		replays(t, a)
	})
}
