package watching

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/watch"
)

func TestWhereNothingChangedNothingIsSaid(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.live(100)
		w.want()
		seen, err := w.Of(t.Context(), w.good)
		if err != nil || !seen.Watched || seen.Looked.IsZero() || w.now.Sub(seen.Looked) > 31*24*time.Hour || len(seen.Signs) != 0 {
			t.Errorf("%+v %v", seen, err)
		}
		row, err := w.Row(t.Context(), who(office, access.Secretariat), "wells")
		if err != nil || row.Failure != nil || row.Read.IsZero() {
			t.Errorf("%+v %v", row, err)
		}
	})
}

func TestALicenceThatChangesIsNoticedOnceAndWithdrawsNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.live(31)
		w.commit("LICENSE", strings.Replace(mit, "MIT License", "Business Source License 1.1", 1)[:28]+"\n\nParameters\n\nLicensor: Wells\nLicensed Work: Wells\nAdditional Use Grant: None\nChange Date: 2030-01-01\nChange License: MIT\n\nTerms\n\nThe Licensor hereby grants you the right to copy, modify, create derivative works, redistribute, and make non-production use of the Licensed Work.\n")
		w.commit("package.json", `{"name":"wells","license":"BUSL-1.1"}`)
		w.live(91)
		signs := w.signs()
		kinds := map[watch.Kind]string{}
		for _, s := range signs {
			kinds[s.Kind] = s.Was
		}
		if kinds[watch.LicenceText] != "MIT" || kinds[watch.LicenceChanged] != "MIT" || len(signs) != 2 {
			t.Fatalf("%+v", signs)
		}
		w.recognised()
		w.commit("LICENSE", mit)
		w.commit("package.json", `{"name":"wells","license":"MIT"}`)
		w.live(91)
		if got := w.entries(); !slices.Contains(got, "mended licence-text") || !slices.Contains(got, "mended licence-changed") {
			t.Errorf("%q", got)
		}
	})
}

func TestTheForgesWordOnArchivesAndMovesCounts(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.live(31)
		w.set(func() { w.archived, w.moved = true, "n/wells" })
		w.await(2)
		w.want("noticed repository-archived", "noticed repository-moved")
		if s := w.signs(); s[0].Is+s[1].Is != w.address("forge.example", "/n/wells") {
			t.Errorf("%+v", s)
		}
		w.set(func() { w.archived, w.moved = false, "" })
		w.live(8)
		w.want("noticed repository-archived", "noticed repository-moved", "mended repository-archived", "mended repository-moved")
		w.recognised()
	})
}

func TestPagesAndNamesThatDieCountAfterSeveralDays(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.live(31)
		w.set(func() { w.status["/privacy"] = http.StatusNotFound })
		for range 31 { // until it was met once
			w.live(1)
			if m := w.memory(); len(m.Doubts) > 0 {
				break
			}
		}
		w.want()
		w.set(func() { delete(w.status, "/privacy") })
		w.live(2)
		if m := w.memory(); len(m.Doubts) != 0 {
			t.Fatalf("an outage is remembered: %+v", m)
		}
		w.set(func() { w.status["/privacy"], w.status["/docs"] = http.StatusNotFound, http.StatusGone })
		w.await(2)
		w.want("noticed policy-dead", "noticed documentation-dead")
		w.names.SetLapsed("site.example", true)
		w.await(3)
		if got := w.entries(); !slices.Contains(got, "noticed domain-lapsed") {
			t.Errorf("%q", got)
		}
		w.recognised()
	})
}

func TestAServerInTroubleIsNoSign(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.live(31)
		w.set(func() {
			for _, path := range []string{"/", "/privacy", "/docs", "/o/wells.git/info/refs", "/o/wells", "/api/v1/repos/o/wells"} {
				w.status[path] = http.StatusServiceUnavailable
			}
		})
		w.live(40)
		for path := range map[string]bool{"/": true} {
			w.set(func() { w.status[path] = http.StatusTooManyRequests })
		}
		w.live(10)
		w.want()
		row, err := w.Row(t.Context(), who(office, access.Secretariat), "wells")
		if err != nil || row.Failure == nil || row.Failed.IsZero() {
			t.Errorf("that nothing was seen is not said: %+v %v", row, err)
		}
	})
}

func TestARepositoryThatIsGoneCountsAfterSeveralDays(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.live(31)
		w.set(func() {
			for _, path := range []string{"/o/wells.git/info/refs", "/o/wells", "/api/v1/repos/o/wells"} {
				w.status[path] = http.StatusNotFound
			}
		})
		w.await(1)
		w.want("noticed repository-gone")
		w.recognised()
	})
}

func (w *world) memory() watch.Memory {
	w.t.Helper()
	row, err := w.DB.Watched(w.t.Context(), w.good)
	if err != nil || row == nil {
		w.t.Fatalf("%+v %v", row, err)
	}
	return row.Memory
}

// TestALookThatIsCutIsTakenUpAgain ends the process in the middle of a look, and
// between what was seen and what hears of it.
func TestALookThatIsCutIsTakenUpAgain(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.live(31)
		w.set(func() { w.archived = true })
		for len(w.tasks) == 0 {
			w.now = w.now.Add(time.Hour)
			if err := w.Tick(t.Context(), w.now); err != nil {
				t.Fatal(err)
			}
		}
		task := w.tasks[0]
		ctx, kill := context.WithCancel(t.Context())
		w.set(func() { w.cut = kill })
		if err := w.Do(ctx, task); err == nil {
			t.Error("what was cut is done")
		}
		w.want()
		for range 3 { // again, and twice more than needed
			if err := w.Do(t.Context(), task); err != nil {
				t.Fatal(err)
			}
		}
		w.want("noticed repository-archived")
		if left := w.signs(); len(left) != 1 {
			t.Errorf("%+v", left)
		}
	})
}

func TestALookThatNeverEndsIsFreed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.live(1)
		for len(w.tasks) == 0 {
			w.now = w.now.Add(time.Hour)
			if err := w.Tick(t.Context(), w.now); err != nil {
				t.Fatal(err)
			}
		}
		w.tasks = nil // given up, or lost
		w.now = w.now.Add(2 * time.Hour)
		if err := w.Tick(t.Context(), w.now); err != nil || len(w.tasks) != 1 {
			t.Errorf("%d tasks, %v", len(w.tasks), err)
		}
	})
}

// TestLooksComeInNoBurst has many goods due at one moment, most of them at one
// host.
func TestLooksComeInNoBurst(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, err := w.DB.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
			for i, host := range []string{"a", "a", "a", "a", "b", "c", "d", "e", "f"} {
				g := good.Good{ID: tx.NewID(), Slug: host + string(rune('0'+i)), Stage: good.Recognised}
				if err := tx.PutGood(ctx, &g); err != nil {
					return err
				}
				if err := tx.PutWatched(ctx, store.Watched{Good: g.ID, Host: host, Due: tx.Now(), Whole: tx.Now()}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if err := w.Tick(t.Context(), w.now); err != nil {
				t.Fatal(err)
			}
		}
		running, err := w.DB.Watching(t.Context(), 100)
		if err != nil || len(running) != mostAtOnce || len(w.tasks) != mostAtOnce {
			t.Fatalf("%d run, %d tasks, %v", len(running), len(w.tasks), err)
		}
		hosts := map[string]int{}
		for _, r := range running {
			hosts[r.Host]++
		}
		if len(hosts) != mostAtOnce {
			t.Errorf("two at one host: %v", hosts)
		}
	})
}

func TestTheWatchIsTurnedOffAndGoodsLeaveIt(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.live(31)
		set := func(days int) {
			_, err := w.DB.Do(t.Context(), good.Actor{Role: access.Operator}, func(ctx context.Context, tx *store.Tx) error {
				held, err := tx.Settings(ctx)
				if err != nil {
					return err
				}
				held.Settings.Watch = days
				return tx.PutSettings(ctx, held.Version, "quiet", held.Settings)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		set(0)
		w.set(func() { w.archived = true; clear(w.asked) })
		w.live(40)
		w.want()
		w.set(func() {
			if len(w.asked) != 0 {
				t.Errorf("it looks though it is off: %v", w.asked)
			}
		})
		if err := w.Again(t.Context(), access.Machine(access.Operator), "wells"); key(err) != "sign.error.unwatched" {
			t.Errorf("%v", err)
		}
		set(30)
		w.live(2)
		w.want("noticed repository-archived")
	})
}
