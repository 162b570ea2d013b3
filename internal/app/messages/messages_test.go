package messages

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/i18n"
	"stoa/internal/notify"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

// world is an App with everything outside of it in the test's hands.
type world struct {
	*App
	t     *testing.T
	now   time.Time
	tasks []good.Task
	keys  map[string]bool
	sent  []notify.Letter
	fail  error // of the mail server
	posts []post
	reply func(p post) (int, error)
}

type post struct {
	address string
	header  map[string]string
	body    []byte
}

func (w *world) Enqueue(_ context.Context, _ *store.Tx, task good.Task) error {
	if !w.keys[task.Kind+task.Key] {
		w.keys[task.Kind+task.Key] = true
		w.tasks = append(w.tasks, task)
	}
	return nil
}

type sender struct{ w *world }

func (s sender) Send(_ context.Context, l notify.Letter) error {
	if s.w.fail != nil {
		return s.w.fail
	}
	s.w.sent = append(s.w.sent, l)
	return nil
}

func (w *world) Post(_ context.Context, address string, header map[string]string, body []byte) (int, error) {
	p := post{address, header, body}
	w.posts = append(w.posts, p)
	return w.reply(p)
}

// work does every task once and returns the errors.
func (w *world) work() (errs []error) {
	tasks := w.tasks
	w.tasks = nil
	for _, t := range tasks {
		do := map[string]func(context.Context, good.Task) error{TaskMail: w.DoMail, TaskLetter: w.DoLetter, TaskWebhook: w.DoWebhook, TaskNominator: w.DoNominator, TaskJoining: w.DoJoining, TaskInvitation: w.DoInvitation, TaskAnswered: w.DoAnswered, TaskSought: w.DoSought}[t.Kind]
		if err := do(w.t.Context(), t); err != nil {
			errs = append(errs, err)
			w.tasks = append(w.tasks, t)
		}
	}
	return errs
}

var ada, eve = access.Who{Person: "01AAAAAAAAAAAAAAAAAAAAAAAA", Pseudonym: "p-ada"}, access.Who{Person: "01EEEEEEEEEEEEEEEEEEEEEEEE", Pseudonym: "p-eve"}

func each(t *testing.T, fn func(t *testing.T, w *world)) {
	t.Helper()
	testkit.Databases(t, func(t *testing.T, url string) {
		w := &world{t: t, now: time.Date(2026, 11, 26, 10, 0, 0, 0, time.UTC), keys: map[string]bool{}, reply: func(post) (int, error) { return 200, nil }}
		clock := func() time.Time { return w.now }
		db, err := store.Open(t.Context(), url, store.Options{Now: clock, Rand: rand.Reader})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		if err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.App = &App{DB: db, Queue: w, Now: clock, Rand: rand.Reader, Base: "https://stoa.example", Name: "Stoa", Mail: sender{w}, Post: w,
			Reach: func(_ context.Context, p good.ID) (Reach, error) {
				return map[good.ID]Reach{ada.Person: {"ada@example.org", "fr", "Ada"}, eve.Person: {"eve@example.org", "ar", ""}}[p], nil
			},
			Nouns: []Noun{{Verbs: []good.Verb{"application.submitted", "clarification.asked"}, Concerned: func(_ context.Context, e good.Entry) ([]good.Notice, error) {
				kind := map[good.Verb]string{"application.submitted": "submitted", "clarification.asked": "clarification-asked"}[e.Verb]
				n := good.Notice{Kind: kind, About: "app-1", Args: map[string]string{"Good": "DHIS2", "Until": "2026-12-31"}, Path: "/apply/1"}
				var out []good.Notice
				for _, p := range []good.ID{ada.Person, eve.Person, ada.Person, "", "01NOBODYNOBODYNOBODYNOBODY"} {
					n.Person = p
					out = append(out, n)
				}
				return out, nil
			}}},
		}
		fn(t, w)
	})
}

// happen writes an entry and has it heard, as the reader of the journal does.
func (w *world) happen(verb good.Verb, values ...store.NamedValue) good.Entry {
	w.t.Helper()
	at, err := w.DB.Do(w.t.Context(), good.Actor{Role: "applicant"}, func(_ context.Context, tx *store.Tx) error {
		tx.Append(verb, []good.ID{"01GGGGGGGGGGGGGGGGGGGGGGGG"}, values...)
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return w.hear(at)
}

func (w *world) hear(at int64) good.Entry {
	w.t.Helper()
	list, err := w.DB.Entries(w.t.Context(), at, 1)
	if err != nil {
		w.t.Fatal(err)
	}
	spread := &Spreader{App: w.App}
	w.must(spread.Prepare(w.t.Context()))
	for _, read := range []func(context.Context, good.Entry) (func(context.Context, *store.Tx) error, error){w.Hear, spread.Spread} {
		write, err := read(w.t.Context(), list[0])
		if err == nil && write != nil {
			_, err = w.DB.Do(w.t.Context(), good.Actor{}, write)
		}
		if err != nil {
			w.t.Fatal(err)
		}
	}
	return list[0]
}

func (w *world) must(errs ...error) {
	w.t.Helper()
	if err := errors.Join(errs...); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) inbox(who access.Who) Inbox {
	w.t.Helper()
	in, err := w.Inbox(w.t.Context(), who, 1)
	w.must(err)
	return in
}

func TestEachConcernedPersonHearsOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		e := w.happen("clarification.asked")
		w.hear(e.Position) // a kill before the cursor moved
		w.must(w.work()...)
		if len(w.sent) != 2 {
			t.Fatalf("%d letters", len(w.sent))
		}
		l := w.sent[0]
		if l.To != "ada@example.org" || l.Lang != "fr" || l.Subject != "DHIS2\u00a0: une question pour vous" || l.Link != "https://stoa.example/fr/apply/1" || l.LeaveAt != "" ||
			!strings.Contains(l.Body[0], "31 décembre 2026") || l.Hello != "Bonjour Ada," {
			t.Errorf("%+v", l)
		}
		if w.sent[1].Dir != "rtl" || !strings.HasPrefix(w.sent[1].Subject, "\u2068DHIS2\u2069") {
			t.Errorf("%+v", w.sent[1])
		}
		if in := w.inbox(ada); in.All != 1 || in.Unseen != 1 || in.Notices[0].Kind != "clarification-asked" || in.Notices[0].Mailed.IsZero() {
			t.Errorf("%+v", in)
		}
		if quiet := w.happen("good.renamed"); w.Wants(quiet.Verb) || len(w.tasks) > 0 {
			t.Error("somebody heard of what concerns nobody")
		}
	})
}

// TestAKillBetweenSendingAndNotingCostsOneRepeatUnderTheSameId cuts DoMail where
// a kill would hurt.
func TestAKillBetweenSendingAndNotingCostsOneRepeatUnderTheSameId(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.happen("submitted.not")
		w.happen("application.submitted")
		ctx, cut := context.WithCancel(t.Context())
		w.Mail = senderFunc(func(l notify.Letter) error { w.sent = append(w.sent, l); cut(); return nil })
		task := w.tasks[0]
		if err := w.DoMail(ctx, task); !errors.Is(err, context.Canceled) {
			t.Fatalf("it was noted after all: %v", err)
		}
		w.Mail = sender{w}
		w.must(w.DoMail(t.Context(), task), w.DoMail(t.Context(), task), w.DoMail(t.Context(), task))
		if len(w.sent) != 2 || w.sent[0].ID != w.sent[1].ID || w.sent[0].ID == "" {
			t.Errorf("%d letters: %+v", len(w.sent), w.sent)
		}
	})
}

type senderFunc func(notify.Letter) error

func (f senderFunc) Send(_ context.Context, l notify.Letter) error { return f(l) }

func TestNoLetterWhereItIsNotWanted(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.must(w.SetWishes(ctx, ada, slices.DeleteFunc(Optional(), func(k string) bool { return k == "submitted" })))
		w.happen("application.submitted")
		w.must(w.work()...)
		if len(w.sent) != 1 || w.sent[0].To != "eve@example.org" {
			t.Fatalf("%+v", w.sent)
		}
		w.happen("clarification.asked")
		w.must(w.See(ctx, eve, "")) // read before it was sent
		w.must(w.work()...)
		if len(w.sent) != 2 || w.sent[1].To != "ada@example.org" {
			t.Fatalf("%+v", w.sent)
		}
		// One click, from the letter.
		_, token, _ := strings.Cut(w.sent[0].LeaveAt, "/ar/unsubscribe/")
		if kind, err := w.Leave(ctx, token); err != nil || kind != "submitted" {
			t.Fatal(kind, err)
		}
		w.happen("application.submitted")
		w.must(w.work()...)
		if len(w.sent) != 2 {
			t.Errorf("a letter was sent that was left: %+v", w.sent[2])
		}
		if wishes, err := w.Wishes(ctx, eve); err != nil || wishes["submitted"] || !wishes["announcement"] {
			t.Error(wishes, err)
		}
		for _, forged := range []string{"", "x", strings.Replace(token, string(eve.Person), string(ada.Person), 1), strings.Replace(token, "submitted", "announcement", 1),
			strings.Replace(token, "submitted", "clarification-asked", 1), token + "A"} {
			if _, err := w.Leave(ctx, forged); good.KindOf(err) != good.NotFound {
				t.Errorf("%q: %v", forged, err)
			}
		}
		if err := w.SetWishes(ctx, ada, []string{"assigned"}); good.KindOf(err) != good.Invalid {
			t.Error("an essential kind can be left: ", err)
		}
		for _, try := range []error{w.SetWishes(ctx, access.Who{}, nil), w.See(ctx, access.Who{}, ""), w.TryAgain(ctx, access.Who{})} {
			if good.KindOf(try) != good.Unauthenticated {
				t.Error(try)
			}
		}
	})
}

func TestLettersThatComeBack(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.fail = errors.New("dial tcp: connection refused") // an hour without a mail server
		w.happen("clarification.asked")
		if errs := w.work(); len(errs) != 2 || len(w.tasks) != 2 {
			t.Fatalf("%v", errs)
		}
		w.fail = fmt.Errorf("%w: 550", notify.ErrRefused)
		w.must(w.work()...)
		in := w.inbox(ada)
		if in.Back == nil || in.Address != "ada@example.org" || !in.Notices[0].Mailed.IsZero() {
			t.Fatalf("the page does not say that letters come back: %+v", in)
		}
		w.fail = nil
		w.happen("clarification.asked")
		w.must(w.work()...)
		if len(w.sent) != 0 {
			t.Error("a letter was sent to where letters come back from")
		}
		w.must(w.TryAgain(ctx, ada))
		w.happen("application.submitted")
		w.must(w.work()...)
		if len(w.sent) != 3 || w.sent[0].To != "ada@example.org" { // both questions that did not reach her, and what is new
			t.Errorf("%+v", w.sent)
		}
		w.must(w.TryAgain(ctx, ada), w.TryAgain(ctx, ada)) // nothing came back meanwhile
		if w.must(w.work()...); len(w.sent) != 3 {
			t.Errorf("%+v", w.sent)
		}
	})
}

func TestALetterThatStandsByItself(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		l := Letter{To: "new@example.org", Language: "ru", Kind: "signin", Link: "https://stoa.example/ru/signin/link?t=secret", Until: w.now.Add(20 * time.Minute)}
		w.must(w.Send(t.Context(), l), w.Send(t.Context(), l))
		w.must(w.work()...)
		if len(w.sent) != 2 || w.sent[0].Link != l.Link || w.sent[0].Act != "Войти" || w.sent[0].ID == w.sent[1].ID || w.sent[0].LeaveAt != "" {
			t.Errorf("%+v", w.sent)
		}
		w.must(w.Send(t.Context(), l))
		w.now = w.now.Add(time.Hour)
		w.must(w.work()...)
		if len(w.sent) != 2 {
			t.Error("a link was sent that is worth nothing")
		}
		w.Mail = nil
		if err := w.Send(t.Context(), l); good.KindOf(err) != good.Forbidden {
			t.Error(err)
		}
	})
}

func TestEveryKindHasItsWordsInEveryLanguage(t *testing.T) {
	args := map[string]string{"Good": "DHIS2", "Until": "2026-12-31", "Indicator": "9a", "Count": "7", "Host": "hooks.example", "Role": "reviewer", "Title": "T", "Text": "We are away.", "Standard": "S", "Subject": "Q", "Issuer": "DPGA", "Instance": "Stoa",
		"Call": "Health in East Africa", "Need": "Records on paper", "Name": "Ministry of Health", "Says": "sign.says.repository-archived", "About": "https://forge.example/o/n", "Reason": "It is finished.", "Hour": "09:00", "Zone": "Africa/Nairobi"}
	for _, l := range i18n.All() {
		seen := map[string]string{}
		for _, kind := range append(Kinds(), "signin", "address", "domain", "nomination-waiting", "nomination-public", "nomination-dropped", "nomination-recognised") {
			subject, body := Words(l, good.Notice{Kind: kind, Args: args})
			if strings.Contains(subject+body, "mail.") || strings.Contains(subject+body, "{{") || seen[body] != "" {
				t.Errorf("%s %s: %q %q, like %s", l.Code, kind, subject, body, seen[body])
			}
			seen[body] = kind
			if l.Code != "en" && strings.Contains(body, "reviewer") {
				t.Errorf("%s %s leaves the role in English: %q", l.Code, kind, body)
			}
			if Essential(kind) == slices.Contains(Optional(), kind) && !slices.Contains([]string{"signin", "address", "domain"}, kind) && !strings.HasPrefix(kind, "nomination-") {
				t.Errorf("%s is neither or both", kind)
			}
		}
	}
}

func TestTheSecretFeed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.happen("application.submitted")
		token, err := w.NewFeed(ctx, ada)
		w.must(err)
		list, lang, err := w.Feed(ctx, token)
		if err != nil || len(list) != 1 || lang != "fr" || list[0].Person != ada.Person {
			t.Errorf("%+v %s %v", list, lang, err)
		}
		other, err := w.NewFeed(ctx, ada)
		w.must(err)
		if _, _, err := w.Feed(ctx, token); good.KindOf(err) != good.NotFound {
			t.Error("the link before still leads there: ", err)
		}
		w.must(w.EndFeed(ctx, ada))
		if _, _, err := w.Feed(ctx, other); good.KindOf(err) != good.NotFound {
			t.Error("a revoked link still leads there: ", err)
		}
	})
}

func TestNothingIsLeftOfAnErasedPerson(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		_, _, err := w.AddWebhook(ctx, ada, "https://hooks.example/in", nil)
		w.must(err)
		w.happen("application.submitted")
		_, err = w.NewFeed(ctx, ada)
		w.must(err, w.SetWishes(ctx, ada, nil))
		w.fail = notify.ErrRefused
		w.must(w.work()...)
		_, err = w.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
			return errors.Join(w.Gone(ctx, tx, good.Person{ID: ada.Person}), tx.DeleteBounce(ctx, "ada@example.org"))
		})
		w.must(err)
		in, hooks := w.inbox(ada), []store.Webhook(nil)
		hooks, err = w.Webhooks(ctx, ada)
		if err != nil || in.All != 0 || in.Back != nil || !in.Feed.IsZero() || len(hooks) != 0 || w.inbox(eve).All != 1 {
			t.Errorf("%+v %+v %v", in, hooks, err)
		}
		w.must(w.work()...)
	})
}

func TestWhatIsOldIsForgotten(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, _, err := w.AddWebhook(t.Context(), ada, "https://hooks.example/in", nil)
		w.must(err)
		w.happen("application.submitted")
		w.must(w.Tick(t.Context(), w.now))
		if in := w.inbox(ada); in.All != 1 {
			t.Fatal("too early")
		}
		w.must(w.Tick(t.Context(), w.now.AddDate(3, 0, 0)))
		if in := w.inbox(ada); in.All != 0 {
			t.Errorf("%+v", in)
		}
	})
}

func decode(t *testing.T, b []byte) Message {
	t.Helper()
	var m Message
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	return m
}
