package checks_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
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
	"stoa/internal/store"
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
}

func build(t *testing.T) *world {
	t.Helper()
	now := time.Date(2027, 1, 4, 9, 0, 0, 0, time.UTC)
	db, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "stoa.db"), store.Options{Now: func() time.Time { return now }, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	library, err := standard.Load(standards.FS)
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
			State: assess.Draft, Since: now, Opened: now, Owners: []good.ID{owner}}, settings.Settings)
	})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{queue: &queue{}}
	w.App = &checks.App{DB: db, Queue: w.queue, Library: library, Now: func() time.Time { return now }, Temp: t.TempDir(),
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
	w := build(t)
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
}

func TestACheckThatIsEndedEndsAtOnceAndLeavesNothing(t *testing.T) {
	w := build(t)
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
}

func TestACheckOfNothingSaysWhy(t *testing.T) {
	w := build(t)
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
}

func TestNobodyElseSeesOrEndsACheck(t *testing.T) {
	w := build(t)
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
}

func TestAFindingIsDisputedWithAReason(t *testing.T) {
	w := build(t)
	ctx := t.Context()
	report := `{"findings":[{"probe":"licence.text","state":"met","confidence":"high","why":{"key":"x","args":{"Count":2}}}]}`
	_, err := w.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.AddCheck(ctx, store.StoredCheck{ID: tx.NewID(), Application: draft, Target: "https://a.example", State: string(checks.Done)}); err != nil {
			return err
		}
		list, err := tx.ChecksOf(ctx, draft, 1)
		if err != nil {
			return err
		}
		_, err = tx.EndCheck(ctx, list[0].ID, string(checks.Done), nil, []byte(report))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Dispute(ctx, who(owner), draft, "licence.none", "no"); key(err) != "assess.error.finding" {
		t.Errorf("%v", err)
	}
	if err := w.Dispute(ctx, who(owner), draft, "licence.text", "That file is an example."); err != nil {
		t.Fatal(err)
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
}

func TestWhatAReportSuggestsAndContradicts(t *testing.T) {
	w := build(t)
	set, _ := w.Library.Find("dpg")
	find := func(kind standard.Type) standard.Question {
		for _, q := range set.Questions() {
			if q.Type == kind {
				q.SeenBy = []string{"a.b"}
				return q
			}
		}
		t.Fatalf("no question of type %s", kind)
		return standard.Question{}
	}
	report := func(state finding.State, c finding.Confidence, values ...string) *finding.Report {
		return &finding.Report{Findings: []finding.Finding{{Probe: "a.b", State: state, Confidence: c, Values: values}}}
	}
	for _, c := range []struct {
		kind standard.Type
		r    *finding.Report
		want string
	}{
		{standard.Licences, report(finding.Met, finding.High, "MIT", "No-Such"), "{ [] [MIT] map[] []}"},
		{standard.Licences, report(finding.Met, finding.Low, "MIT"), "{ [] [] map[] []}"},
		{standard.Licences, report(finding.NotMet, finding.High, "BUSL-1.1"), "{ [] [] map[] []}"},
		{standard.YesNo, report(finding.Met, finding.High, "yes"), "{ [] [yes] map[] []}"},
		{standard.YesNo, report(finding.Met, finding.High, "yes", "no"), "{ [] [] map[] []}"},
		{standard.Links, report(finding.Met, finding.Medium, "https://a.example", "javascript:x"), "{ [{ https://a.example}] [] map[] []}"},
		{standard.LongText, report(finding.Met, finding.High, "one", "https://a.example"), "{one [{ https://a.example}] [] map[] []}"},
		{standard.ShortText, report(finding.Met, finding.High, strings.Repeat("x", 3000)), "{ [] [] map[] []}"},
	} {
		if got := fmt.Sprint(checks.Suggest(set, find(c.kind), c.r)); got != c.want {
			t.Errorf("%s of %v: %s, want %s", c.kind, c.r.Findings[0], got, c.want)
		}
	}
}
