package checks_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/checks"
	"stoa/internal/assess"
	"stoa/internal/check/target"
	"stoa/internal/finding"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/standard/shape"
	"stoa/internal/store"
	"stoa/internal/testkit"
	"stoa/standards"
)

const (
	owner  = good.ID("01HZZZZZZZZZZZZZZZZZZZZZ01")
	other  = good.ID("01HZZZZZZZZZZZZZZZZZZZZZ02")
	draft  = good.ID("01HZZZZZZZZZZZZZZZZZZZZZ03")
	commit = "1212121212121212121212121212121212121212"
)

// queue keeps what is to be done, for the test to do.
type queue []good.Task

func (q *queue) Enqueue(_ context.Context, _ *store.Tx, t good.Task) error {
	*q = append(*q, t)
	return nil
}

// forge answers as github.com for one repository; slow, where set, is closed
// before anything comes.
type forge struct{ slow chan struct{} }

// RoundTrip implements http.RoundTripper.
func (f forge) RoundTrip(r *http.Request) (*http.Response, error) {
	if f.slow != nil {
		select {
		case <-f.slow:
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
	w := httptest.NewRecorder()
	line := func(s string) string { return fmt.Sprintf("%04x%s", len(s)+4, s) }
	switch {
	case strings.HasSuffix(r.URL.Path, "/info/refs"):
		_, _ = fmt.Fprint(w, line("# service=git-upload-pack\n"), "0000", line(commit+" HEAD\x00\n"), "0000")
	case strings.HasSuffix(r.URL.Path, commit+".tar.gz"):
		z := gzip.NewWriter(w)
		t := tar.NewWriter(z)
		for name, text := range map[string]string{"n-1/README.md": "# Wells\n", "n-1/LICENSE": "MIT"} {
			_ = t.WriteHeader(&tar.Header{Name: name, Typeflag: tar.TypeReg, Size: int64(len(text)), Mode: 0o644})
			_, _ = io.WriteString(t, text)
		}
		_, _ = t.Close(), z.Close()
	default:
		w.WriteHeader(http.StatusNotFound)
	}
	res := w.Result()
	res.Request = r
	return res, nil
}

// world is an instance with a draft of an owner.
type world struct {
	*checks.App
	queue *queue
	slow  chan struct{}
	now   time.Time
}

// both runs a test on an instance of each engine.
func both(t *testing.T, test func(*testing.T, *world)) {
	testkit.Databases(t, func(t *testing.T, url string) { test(t, build(t, url)) })
}

func build(t *testing.T, url string) *world {
	t.Helper()
	w := &world{queue: &queue{}, now: time.Date(2027, 1, 4, 9, 0, 0, 0, time.UTC)}
	db, err := store.Open(t.Context(), url, store.Options{Now: func() time.Time { return w.now }, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	library, err := standard.Load(shape.New(), standards.FS)
	if err != nil {
		t.Fatal(err)
	}
	set, _ := library.Find("dpg")
	_, err = db.Do(t.Context(), good.Actor{Role: access.Operator}, func(ctx context.Context, tx *store.Tx) error {
		for _, id := range []good.ID{owner, other} {
			if err := tx.PutPerson(ctx, &good.Person{ID: id, Pseudonym: "p" + string(id[24:]), Name: "P"}); err != nil {
				return err
			}
		}
		settings, err := tx.Settings(ctx)
		if err != nil {
			return err
		}
		return tx.PutApplication(ctx, &assess.Application{ID: draft, Kind: assess.First, Standard: set.Key(), Name: "Wells", Goods: []good.Kind{good.Software},
			State: assess.Draft, Since: w.now, Opened: w.now, Owners: []good.ID{owner}}, settings.Settings)
	})
	if err != nil {
		t.Fatal(err)
	}
	w.App = &checks.App{DB: db, Queue: w.queue, Library: library, Now: func() time.Time { return w.now }, Temp: t.TempDir(),
		Limits: target.Limits{Time: 10 * time.Second}, Client: func() *http.Client { return &http.Client{Transport: forge{w.slow}} }}
	return w
}

func who(id good.ID) access.Who { return access.Who{Person: id, Pseudonym: "p" + string(id[24:])} }

func key(err error) string {
	var e *good.Error
	if errors.As(err, &e) {
		return e.Key
	}
	return fmt.Sprint(err)
}

// repository is the question of the standard that asks where the source is.
func repository(t *testing.T, w *world) standard.Question {
	t.Helper()
	set, _ := w.Library.Find("dpg")
	for _, q := range set.Questions() {
		if q.Fact == good.FieldRepositories {
			return q
		}
	}
	t.Fatal("no question asks where the source is")
	return standard.Question{}
}

func TestACheckFillsInWhatNobodyAnswered(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		c, err := w.Begin(ctx, who(owner), checks.Start{Application: draft, Target: "https://github.com/o/wells"})
		if err != nil || c.State != checks.Waiting || len(*w.queue) != 1 {
			t.Fatalf("%+v %v", c, err)
		}
		if again, err := w.Begin(ctx, who(owner), checks.Start{Application: draft, Target: "https://github.com/o/wells"}); err != nil || again.ID != c.ID || len(*w.queue) != 1 {
			t.Errorf("pressed twice: %+v %v, %d tasks", again, err, len(*w.queue))
		}
		for range 2 { // a task is done at least once
			if err := w.Do(ctx, (*w.queue)[0]); err != nil {
				t.Fatal(err)
			}
		}
		got, err := w.Show(ctx, who(owner), c.ID)
		if err != nil || got.State != checks.Done || got.Report == nil || got.Report.Files != 2 || got.Report.Commit != commit {
			t.Fatalf("%+v %v", got, err)
		}
		q := repository(t, w)
		sight, err := w.Beside(ctx, who(owner), draft)
		if err != nil || !sight.Of[q.ID].Taken || sight.Of[q.ID].Against {
			t.Errorf("%+v %v", sight.Of[q.ID], err)
		}
		stored, err := w.DB.Answers(ctx, draft)
		if err != nil || !bytes.Contains(stored[q.ID].Doc, []byte("https://github.com/o/wells")) || stored[q.ID].Person != owner {
			t.Errorf("%s %v", stored[q.ID].Doc, err)
		}
		// What a person wrote stays, whatever a later check sees.
		_, err = w.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
			return tx.PutAnswers(ctx, draft, []store.StoredAnswer{{Question: q.ID, Version: 1, Person: owner, Doc: []byte(`{}`)}})
		})
		if err != nil {
			t.Fatal(err)
		}
		if c, err = w.Begin(ctx, who(owner), checks.Start{Application: draft, Target: "https://github.com/o/wells"}); err != nil {
			t.Fatal(err)
		}
		if err := w.Run(ctx, c.ID); err != nil {
			t.Fatal(err)
		}
		if stored, err = w.DB.Answers(ctx, draft); err != nil || string(stored[q.ID].Doc) != "{}" {
			t.Errorf("%s %v", stored[q.ID].Doc, err)
		}
	})
}

func TestACheckThatIsEndedEndsAtOnceAndLeavesNothing(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.slow = make(chan struct{})
		c, err := w.Begin(ctx, who(owner), checks.Start{Application: draft, Target: "https://github.com/o/wells"})
		if err != nil {
			t.Fatal(err)
		}
		ran := make(chan error, 1)
		go func() { ran <- w.Run(ctx, c.ID) }()
		for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
			if got, err := w.Show(ctx, who(owner), c.ID); err == nil && got.State == checks.Running && got.Step == target.StepAsk {
				break
			} else if time.Since(began) > 5*time.Second {
				t.Fatalf("%+v %v", got, err)
			}
		}
		if got, err := w.Cancel(ctx, who(owner), c.ID); err != nil || got.State != checks.Cancelled {
			t.Fatalf("%+v %v", got, err)
		}
		select {
		case err := <-ran:
			if err != nil {
				t.Error(err)
			}
		case <-time.After(5 * time.Second):
			t.Fatal("it goes on")
		}
		if got, err := w.Show(ctx, who(owner), c.ID); err != nil || got.State != checks.Cancelled || got.Report != nil {
			t.Errorf("%+v %v", got, err)
		}
		left, err := filepath.Glob(w.Temp + "/*")
		if err != nil || len(left) != 0 {
			t.Errorf("%v stays", left)
		}
	})
}

func TestACheckOfNothingSaysWhy(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		for address, want := range map[string]string{"": "target.error.address", "/etc/passwd": "target.error.address", "file:///etc/passwd": "target.error.address", "https://user:pw@github.com/o/n": "target.error.address",
			"https://" + strings.Repeat("a", 3000): "target.error.address"} {
			if _, err := w.Begin(ctx, who(owner), checks.Start{Application: draft, Target: address}); key(err) != want {
				t.Errorf("%.40q: %v", address, err)
			}
		}
		c, err := w.Begin(ctx, access.Who{}, checks.Start{Target: "https://www.example.org/x.html"})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Run(ctx, c.ID); err != nil {
			t.Fatal(err)
		}
		if got, err := w.Show(ctx, access.Who{}, c.ID); err != nil || got.State != checks.Failed || got.Failure == nil || got.Failure.Key != "error.fence.status" {
			t.Errorf("%+v %v", got, err)
		}
	})
}

func TestALookForANominationIsEndedByWhoHoldsItsID(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		c, err := w.Begin(ctx, access.Who{}, checks.Start{Target: "https://github.com/o/wells"})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Stop(ctx, access.Who{}, c.ID); err != nil {
			t.Fatal(err)
		}
		if got, err := w.Show(ctx, access.Who{}, c.ID); err != nil || got.State != checks.Cancelled {
			t.Errorf("%+v %v", got, err)
		}
		if err := w.Run(ctx, c.ID); err != nil {
			t.Error(err)
		}
		if c, err = w.Begin(ctx, who(owner), checks.Start{Application: draft, Target: "https://github.com/o/wells"}); err != nil {
			t.Fatal(err)
		}
		for _, id := range []good.ID{c.ID, other} {
			if err := w.Stop(ctx, who(owner), id); key(err) != "assess.error.check" {
				t.Errorf("%s: %v", id, err)
			}
		}
	})
}

func TestNobodyElseSeesOrEndsACheck(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		if _, err := w.Begin(ctx, who(other), checks.Start{Application: draft, Target: "https://github.com/o/wells"}); good.KindOf(err) != good.Forbidden {
			t.Errorf("%v", err)
		}
		c, err := w.Begin(ctx, who(owner), checks.Start{Application: draft, Target: "https://github.com/o/wells"})
		if err != nil {
			t.Fatal(err)
		}
		for _, stranger := range []access.Who{{}, who(other)} {
			if _, err := w.Show(ctx, stranger, c.ID); err == nil {
				t.Error("shown to a stranger")
			}
			if _, err := w.Cancel(ctx, stranger, c.ID); err == nil {
				t.Error("ended by a stranger")
			}
			if _, err := w.Beside(ctx, stranger, draft); err == nil {
				t.Error("findings shown to a stranger")
			}
			if err := w.Dispute(ctx, stranger, draft, "licence.text", "no"); err == nil {
				t.Error("disputed by a stranger")
			}
		}
		if got, err := w.Show(ctx, who(owner), c.ID); err != nil || !got.Open() {
			t.Errorf("%+v %v", got, err)
		}
	})
}

func TestAFindingIsDisputedWithAReason(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.sees(t, finding.Finding{Probe: "licence.text", State: finding.Met, Confidence: finding.High, Why: finding.Say("x", "Count", 2)})
		if err := w.Dispute(ctx, who(owner), draft, "licence.none", "no"); key(err) != "assess.error.finding" {
			t.Errorf("%v", err)
		}
		if err := w.Dispute(ctx, who(owner), draft, "licence.text", "That file is an example."); err != nil {
			t.Fatal(err)
		}
		mine := func(id good.ID) []checks.Kept {
			t.Helper()
			kept, err := w.Kept(ctx, good.Person{ID: id})
			if err != nil {
				t.Fatal(err)
			}
			return kept.([]checks.Kept)
		}
		if k := mine(owner); len(k) != 1 || k[0].Reason != "That file is an example." || k[0].Application != draft || k[0].Probe != "licence.text" || !k[0].Time.Equal(w.now) || len(mine(other)) != 0 {
			t.Errorf("of who disputed is kept: %+v, of another %+v", k, mine(other))
		}
		sight, err := w.Beside(ctx, who(owner), draft)
		if err != nil || sight.Disputes["licence.text"].Reason != "That file is an example." {
			t.Errorf("%+v %v", sight.Disputes, err)
		}
		if err := w.Dispute(ctx, who(owner), draft, "licence.text", ""); err != nil {
			t.Fatal(err)
		}
		if sight, err = w.Beside(ctx, who(owner), draft); err != nil || len(sight.Disputes) != 0 {
			t.Errorf("%+v %v", sight.Disputes, err)
		}
		if err := w.Dispute(ctx, who(owner), draft, "licence.text", "Kofi wrote it."); err != nil {
			t.Fatal(err)
		}
		for _, p := range []good.ID{other, owner} {
			if _, err := w.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error { return checks.Forget(ctx, tx, good.Person{ID: p}) }); err != nil {
				t.Fatal(err)
			}
			if k := mine(owner); (len(k) == 0) != (p == owner) {
				t.Errorf("after %s is erased, is kept: %+v", p, k)
			}
		}
		if sight, err = w.Beside(ctx, who(owner), draft); err != nil || len(sight.Disputes) != 0 {
			t.Errorf("%+v %v", sight.Disputes, err)
		}
	})
}

// sees has the newest check of the draft find these things.
func (w *world) sees(t *testing.T, found ...finding.Finding) {
	t.Helper()
	w.now = w.now.Add(time.Second)
	doc, err := json.Marshal(finding.Report{Findings: found})
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.DB.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		c := store.StoredCheck{ID: tx.NewID(), Application: draft, Target: "https://a.example", State: string(checks.Running)}
		if err := tx.AddCheck(ctx, c); err != nil {
			return err
		}
		_, err := tx.EndCheck(ctx, c.ID, string(checks.Done), nil, doc)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAnAnswerThatSaysAnotherThingIsMarked(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		at := func(probe string, state finding.State, c finding.Confidence, values ...string) finding.Finding {
			return finding.Finding{Probe: probe, State: state, Confidence: c, Values: values}
		}
		clash := at("licence.agreement", finding.NotMet, finding.Medium)
		clash.Contradicts = true
		for name, c := range map[string]struct {
			question, chosen string
			found            finding.Finding
			taken, against   bool
		}{
			"the licence that is there":         {"licence.licences", "MIT", at("licence.text", finding.Met, finding.High, "MIT"), true, false},
			"another":                           {"licence.licences", "ISC", at("licence.text", finding.Met, finding.High, "MIT"), false, true},
			"a guess contradicts nobody":        {"licence.licences", "ISC", at("licence.text", finding.Met, finding.Low, "MIT"), false, false},
			"none is there":                     {"licence.licences", "ISC", at("licence.text", finding.NotMet, finding.High), false, true},
			"the files say two things":          {"licence.licences", "ISC", clash, false, true},
			"a no where something closed is":    {"platform.closed", "no", at("platform.closed", finding.NotMet, finding.Medium, "yes"), false, false},
			"a yes where something closed is":   {"platform.closed", "yes", at("platform.closed", finding.NotMet, finding.Medium, "yes"), true, false},
			"a no where it surely keeps data":   {"data.handles", "no", at("data.kept", finding.Met, finding.High, "yes"), false, true},
			"a no where it perhaps keeps data":  {"data.handles", "no", at("data.kept", finding.Met, finding.Medium, "yes"), false, false},
			"of what is not observable nothing": {"data.handles", "no", at("data.kept", finding.NotObservable, finding.Low), false, false},
		} {
			w.sees(t, c.found)
			_, err := w.DB.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
				return tx.PutAnswers(ctx, draft, []store.StoredAnswer{{Question: c.question, Person: owner, Doc: []byte(`{"choices":["` + c.chosen + `"]}`)}})
			})
			if err != nil {
				t.Fatal(err)
			}
			sight, err := w.Beside(t.Context(), who(owner), draft)
			if err != nil {
				t.Fatal(err)
			}
			if got := sight.Of[c.question]; got.Taken != c.taken || got.Against != c.against || len(got.Findings) != 1 {
				t.Errorf("%s: %+v", name, got)
			}
		}
	})
}

// TestNobodyMakesTheProgramLookAtWill has somebody begin one check after the
// other, and nobody in particular fill the queue.
func TestNobodyMakesTheProgramLookAtWill(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		var err error
		begun := 0
		for ; begun < 100 && err == nil; begun++ {
			_, err = w.Begin(ctx, who(owner), checks.Start{Application: draft, Target: fmt.Sprintf("https://github.com/o/wells-%d", begun)})
		}
		if key(err) != "assess.error.checks" || begun != 31 {
			t.Errorf("%d begun, %v", begun, err)
		}
		list, err := w.DB.ChecksOf(ctx, draft, 100)
		if err != nil {
			t.Fatal(err)
		}
		open := 0
		for _, c := range list {
			if c.Ended.IsZero() {
				open++
			}
		}
		if open != 1 {
			t.Errorf("%d of one application go on together", open)
		}
		err = nil
		for begun = 0; begun < 100 && err == nil; begun++ {
			_, err = w.Begin(ctx, access.Who{}, checks.Start{Target: fmt.Sprintf("https://stranger.example/%d", begun)})
		}
		if key(err) != "assess.error.checks" || begun != 51 {
			t.Errorf("nobody begins %d, %v", begun, err)
		}
		if _, err := w.Begin(ctx, who(other), checks.Start{Application: draft, Target: "https://github.com/o/wells"}); good.KindOf(err) != good.Forbidden {
			t.Errorf("%v", err)
		}
	})
}
