package deployments_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	app "stoa/internal/app/deployments"
	"stoa/internal/deploy"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

const sent = `Good;Organisation;Country;Stage;Place;Since;People;Languages;Remarks
opencrvs;Ministry of Health;Kenya;live;Kisumu;2024-05;5000;sw, en;ours
opencrvs;Ministry of Health;KE;Live;Kisumu;;;;again
opencrvs;"=HYPERLINK(""http://evil.example"")";KE;pilot;;;;;formula
opencrvs;County of Mombasa;KE;pilot;Mombasa;2999;;;future
opencrvs;County of Lamu;KE;pilot;Lamu;;-5;;negative
opencrvs;County of Busia;KE;pilot;"Kampala, Uganda";;;;elsewhere
opencrvs;County of Kwale;KE;pilot;Kwale;;;Klingonese;language
opencrvs;` + "County \u202eelawK" + `;KE;pilot;Kwale;;;;turned
nothing;County of Nandi;KE;pilot;;;;;no good
dhis2;County of Siaya;Atlantis;pilot;;;;;no country
dhis2;County of Siaya;KE;huge;;;;;no stage
dhis2;County of Migori;KE;national scale;;;;;fine
`

func TestASpreadsheetIsLookedAtRowByRow(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		if _, _, err := w.Claim(t.Context(), owner, input()); err != nil { // the first row is said already
			t.Fatal(err)
		}
		raw := strings.Replace(sent, "opencrvs;Ministry of Health;KE;Live;Kisumu;;;;again", "opencrvs;County of Kisii;KE;Live;;;;;new\nopencrvs;county of  KISII;KE;Live;;;;;again", 1)
		s, err := w.Send(t.Context(), owner, deploy.Maintainer, "", []byte(raw))
		if err != nil {
			t.Fatal(err)
		}
		want := []string{"there", "fit", "deploy.sheet.twice", "deploy.sheet.formula", "deploy.error.future", "deploy.error.negative", "deploy.error.place", "deploy.error.language", "deploy.error.hidden", "deploy.error.good", "deploy.error.country", "deploy.error.stage", "fit"}
		if len(s.Rows) != len(want) {
			t.Fatalf("%d rows", len(s.Rows))
		}
		for i, r := range s.Rows {
			if got := string(r.Outcome); got != want[i] && r.Key != want[i] || r.Number != i+2 {
				t.Errorf("row %d: %s %s %v, not %s", r.Number, r.Outcome, r.Key, r.Args, want[i])
			}
		}
		if strings.Join(s.Unread, " ") != "remarks" {
			t.Errorf("not read: %v", s.Unread)
		}
		if list, err := w.List(t.Context(), app.Which{}, 10); err != nil || list.Total != 1 {
			t.Errorf("before anything is entered there are %d: %v", list.Total, err)
		}

		// Nobody else sees or enters it, and who owns nothing can say nothing with it.
		if _, err := w.Sheet(t.Context(), thief, s.ID); good.KindOf(err) != good.NotFound {
			t.Errorf("another's spreadsheet: %v", err)
		}
		if err := w.Enter(t.Context(), thief, s.ID, nil); good.KindOf(err) != good.NotFound {
			t.Errorf("another enters it: %v", err)
		}
		if err := w.Drop(t.Context(), thief, s.ID); good.KindOf(err) != good.NotFound {
			t.Errorf("another drops it: %v", err)
		}
		theirs, err := w.Send(t.Context(), thief, deploy.Maintainer, "", []byte(raw))
		if err != nil || theirs.Count(deploy.Fit) != 0 || theirs.Rows[1].Key != "deploy.error.stranger" {
			t.Errorf("a stranger's rows fit: %+v %v", theirs.Rows[1], err)
		}
		if err := w.Enter(t.Context(), thief, theirs.ID, nil); good.KindOf(err) != good.Invalid {
			t.Errorf("nothing to enter: %v", err)
		}
		if theirs, err = w.Send(t.Context(), thief, deploy.Adopter, string(health), []byte(raw)); err != nil || theirs.Count(deploy.Fit) != 0 {
			t.Errorf("for another's organisation: %+v %v", theirs, err)
		}

		// What is kept of a person is told, and forgotten with them.
		kept, err := w.KeptSheets(t.Context(), good.Person{ID: thief.Person})
		if list, ok := kept.([]deploy.Sheet); err != nil || !ok || len(list) != 2 {
			t.Errorf("kept %+v %v", kept, err)
		}
		_, err = w.DB.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
			return app.Forget(ctx, tx, good.Person{ID: thief.Person})
		})
		if list, no := w.Sheets(t.Context(), thief); err != nil || no != nil || len(list) != 0 {
			t.Errorf("%d are left of who is erased: %v %v", len(list), err, no)
		}

		// The chosen row alone is entered, once.
		if err := w.Enter(t.Context(), owner, s.ID, []int{14}); err != nil {
			t.Fatal(err)
		}
		if s, err = w.Sheet(t.Context(), owner, s.ID); err != nil || s.State != deploy.SheetDone || s.Count(deploy.Entered) != 1 || s.Rows[12].Outcome != deploy.Entered || s.Rows[1].Outcome != deploy.Left || s.Done != len(want) {
			t.Errorf("%+v %v", s, err)
		}
		if err := w.Enter(t.Context(), owner, s.ID, nil); good.KindOf(err) != good.Conflict {
			t.Errorf("entered twice: %v", err)
		}
		r, err := w.DB.Deployment(t.Context(), s.Rows[12].ID)
		if err != nil || r == nil || r.Stage != deploy.National || r.State != deploy.Claimed || r.Stated.By != deploy.Maintainer {
			t.Errorf("%+v %v", r, err)
		}
		w.same(t)
		w.now = w.now.AddDate(0, 0, 8)
		if err := w.Tick(t.Context(), w.now); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Sheet(t.Context(), owner, s.ID); good.KindOf(err) != good.NotFound {
			t.Errorf("kept for ever: %v", err)
		}
	})
}

func TestWhatWasEnteredBeforeACrashIsNotEnteredAgain(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		w.Tasks = nowhere{}
		s, err := w.Send(t.Context(), owner, deploy.Maintainer, "", rows(600))
		if err == nil {
			err = w.Enter(t.Context(), owner, s.ID, nil)
		}
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		task := good.Task{Kind: app.TaskSheet, Key: string(s.ID)}
		told := 0
		w.Tell = func(context.Context, *store.Tx, string, good.Notice) error {
			told++
			return nil
		}
		w.Now = func() time.Time { // the process ends while it looks at the second piece
			if n, _ := w.DB.Sheet(t.Context(), s.ID); n != nil && n.Done > 0 {
				cancel()
			}
			return w.now
		}
		if err := w.Do(ctx, task); err == nil {
			t.Error("it was not broken off")
		}
		w.Now = func() time.Time { return w.now }
		part, err := w.Sheet(t.Context(), owner, s.ID)
		if err != nil || part.Done == 0 || part.Done == 600 || part.State != deploy.SheetEntering {
			t.Fatalf("broken off at %d: %v", part.Done, err)
		}
		if err := w.Do(t.Context(), task); err != nil {
			t.Fatal(err)
		}
		all, err := w.List(t.Context(), app.Which{}, 1)
		if s, _ = w.Sheet(t.Context(), owner, s.ID); err != nil || all.Total != 600 || s.Count(deploy.Entered) != 600 || s.State != deploy.SheetDone {
			t.Errorf("%d entered, %d there: %v", s.Count(deploy.Entered), all.Total, err)
		}
		if told == 0 || told > 2 { // Kenya's lead, once a run
			t.Errorf("told %d times of one spreadsheet", told)
		}
	})
}

// nowhere keeps tasks from being done at once.
type nowhere struct{}

func (nowhere) Enqueue(context.Context, *store.Tx, good.Task) error { return nil }

// rows is a spreadsheet of n deployments.
func rows(n int) []byte {
	var b strings.Builder
	b.WriteString("good,organisation,country,stage,place,since,people,languages,evidence\n")
	for i := range n {
		fmt.Fprintf(&b, "%s,District office %d,KE,%s,Ward %d,2024-05,%d,sw en,https://example.org/%d\n", []string{"opencrvs", "dhis2"}[i%2], i, deploy.Stages[i%4], i, i*7, i)
	}
	return []byte(b.String())
}

// TestTenThousandRowsAreEnteredInTime is the figure of bulk entry.
func TestTenThousandRowsAreEnteredInTime(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		began := time.Now()
		s, err := w.Send(t.Context(), owner, deploy.Maintainer, "", rows(deploy.MaxSheet))
		if err != nil || s.Count(deploy.Fit) != deploy.MaxSheet {
			t.Fatalf("%v", err)
		}
		looked := time.Since(began)
		if err := w.Enter(t.Context(), owner, s.ID, nil); err != nil {
			t.Fatal(err)
		}
		entered := time.Since(began) - looked
		t.Logf("%d rows: looked at in %v, entered in %v", deploy.MaxSheet, looked.Round(time.Millisecond), entered.Round(time.Millisecond))
		if list, err := w.List(t.Context(), app.Which{Country: "KE"}, 1); err != nil || list.Total != deploy.MaxSheet {
			t.Errorf("%d: %v", list.Total, err)
		}
		if entered > 40*time.Second { // four times the figure, for machines that are busy
			t.Errorf("entered in %v", entered)
		}
		if _, err := w.Send(t.Context(), owner, deploy.Maintainer, "", append(rows(deploy.MaxSheet), "opencrvs,One more,KE,live\n"...)); good.KindOf(err) != good.Invalid {
			t.Errorf("one row too many: %v", err)
		}
	})
}
