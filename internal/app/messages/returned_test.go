package messages

import (
	"context"
	"crypto/rand"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/store"
)

// report is what a mail server sends back: to where, about whom, and why.
const report = "To: %s\r\nContent-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; %s\r\nAction: failed\r\nStatus: %s\r\n\r\n--b--\r\n"

// settle gives the persons of the world their addresses.
func (w *world) settle() {
	w.t.Helper()
	_, err := w.DB.Do(w.t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		for who, address := range map[string]string{string(ada.Person): "ada@example.org", string(eve.Person): "eve@example.org"} {
			if err := tx.PutPerson(ctx, &good.Person{ID: good.ID(who), Pseudonym: "p-" + address[:3], Language: "fr"}); err != nil {
				return err
			}
			if err := tx.PutEmail(ctx, good.Email{Address: address, Person: good.ID(who), Verified: tx.Now(), Main: true}); err != nil {
				return err
			}
		}
		return nil
	})
	w.must(err)
}

// sealed are the return paths of what was sent, by address.
func (w *world) sealed() map[string]string {
	out := map[string]string{}
	for _, l := range w.sent {
		out[l.To] = "bounces+" + l.Return + "@stoa.example"
	}
	return out
}

func TestAReturnedLetterStopsLettersUntilItIsMended(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, operator := t.Context(), access.Machine(access.Operator)
		w.settle()
		w.happen("clarification.asked")
		w.must(w.work()...)
		back := w.sealed()["ada@example.org"]
		if len(strings.Split(back, "@")[0]) > 64 {
			t.Fatalf("the return path %s is too long for mail", back)
		}
		// The address in the report is of an inner server: what counts is where it came back to.
		noted, err := w.Bounced(ctx, operator, strings.NewReader(fmt.Sprintf(report, "MAILER@x.example, "+strings.ToUpper(back), "ada@inner.example", "5.1.1")), "")
		if err != nil || !noted || w.inbox(ada).Back == nil || w.inbox(eve).Back != nil {
			t.Fatalf("noted %v %v, %+v", noted, err, w.inbox(ada).Back)
		}
		w.happen("clarification.asked")
		w.must(w.work()...)
		if len(w.sent) != 3 || w.sent[2].To != "eve@example.org" {
			t.Errorf("%+v", w.sent)
		}
		if n, back, err := w.Unseen(ctx, ada.Person); n != 2 || !back || err != nil {
			t.Errorf("at the next sign-in: %d %v %v", n, back, err)
		}
		first := w.sent[0].ID
		if w.sent[0].To != "ada@example.org" {
			first = w.sent[1].ID
		}
		w.now = w.now.Add(time.Hour)
		w.must(w.TryAgain(ctx, ada))
		w.must(w.work()...)
		if len(w.sent) != 5 || w.inbox(ada).Back != nil {
			t.Fatalf("%+v", w.sent)
		}
		if w.sent[3].ID != first && w.sent[4].ID != first {
			t.Error("what came back was not sent again under its Message-ID")
		}
		// What was read meanwhile, and what can be left, is not.
		w.must(w.See(ctx, ada, ""))
		w.happen("application.submitted")
		w.must(w.work()...)
		noted, err = w.Bounced(ctx, operator, strings.NewReader(fmt.Sprintf(report, "x@y.example", "ada@example.org", "5.1.1")), w.sealed()["ada@example.org"])
		w.must(err, w.TryAgain(ctx, ada))
		n := len(w.sent)
		if w.must(w.work()...); !noted || len(w.sent) != n {
			t.Errorf("sent again: %+v", w.sent[n:])
		}
	})
}

func TestAForgedReportSilencesNobody(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, operator := t.Context(), access.Machine(access.Operator)
		w.settle()
		w.happen("clarification.asked")
		w.must(w.work()...)
		good1 := w.sealed()["ada@example.org"]
		local, _, _ := strings.Cut(strings.TrimPrefix(good1, "bounces+"), "@")
		for what, path := range map[string]string{
			"the plain address":            "bounces@stoa.example",
			"another's id under this seal": "bounces+" + local[:4] + strings.ToLower(string(eve.Person)) + local[30:] + "@stoa.example",
			"another day":                  "bounces+0zzz" + local[4:] + "@stoa.example",
			"a made up seal":               "bounces+" + local[:30] + "aaaaaaaaaaaaa@stoa.example",
			"a seal of another purpose":    "bounces+" + strings.ToLower(leave([]byte("x"), ada.Person, "submitted")) + "@stoa.example",
			"nobody":                       "bounces+" + local[:4] + "01nobodynobodynobodynobody" + local[30:] + "@stoa.example",
			"nothing":                      "",
		} {
			noted, err := w.Bounced(ctx, operator, strings.NewReader(fmt.Sprintf(report, path, "ada@example.org", "5.1.1")), path)
			if noted || good.KindOf(err) != good.Invalid {
				t.Errorf("%s: %v %v", what, noted, err)
			}
		}
		for status, want := range map[string]bool{"4.2.2": false, "5.2.2": false, "5.7.1": false} { // no fault of the address
			if noted, err := w.Bounced(ctx, operator, strings.NewReader(fmt.Sprintf(report, good1, "ada@example.org", status)), ""); noted != want || err != nil {
				t.Errorf("%s: %v %v", status, noted, err)
			}
		}
		for who, kind := range map[*access.Who]good.ErrorKind{&ada: good.Forbidden, {}: good.Unauthenticated,
			{Person: ada.Person, Roles: []string{access.Administrator}, Scopes: []string{"admin"}}: good.Forbidden} {
			if _, err := w.Bounced(ctx, *who, strings.NewReader(fmt.Sprintf(report, good1, "ada@example.org", "5.1.1")), ""); good.KindOf(err) != kind {
				t.Errorf("%+v: %v", who, err)
			}
		}
		w.now = w.now.Add(15 * day)
		if noted, err := w.Bounced(ctx, operator, strings.NewReader(fmt.Sprintf(report, good1, "ada@example.org", "5.1.1")), ""); noted || good.KindOf(err) != good.Invalid {
			t.Errorf("after a fortnight: %v %v", noted, err)
		}
		if w.inbox(ada).Back != nil || w.inbox(eve).Back != nil {
			t.Fatal("somebody was silenced")
		}
		w.now = w.now.Add(-10 * day)
		server := access.Who{Person: eve.Person, Pseudonym: "p-eve", Roles: []string{access.Administrator}, Scopes: []string{"bounces"}}
		if noted, err := w.Bounced(ctx, server, strings.NewReader(fmt.Sprintf(report, good1, "ada@example.org", "5.1.1")), ""); !noted || err != nil {
			t.Errorf("the mail server's own token: %v %v", noted, err)
		}
	})
}

// FuzzBounced hands in what strangers can send: nothing but our own seals
// silences an address, and nothing fails in another way.
func FuzzBounced(f *testing.F) {
	f.Add("bounces@stoa.example", fmt.Sprintf(report, "bounces+a@stoa.example", "ada@example.org", "5.1.1"))
	f.Add("bounces+0fr601aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@stoa.example", fmt.Sprintf(report, "bounces+0fr601aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@stoa.example", "ada@example.org", "5.0.0"))
	f.Add("+++@", "From x\n\n")
	w := alone(f)
	f.Fuzz(func(t *testing.T, recipient, message string) {
		noted, err := w.Bounced(t.Context(), access.Machine(access.Operator), strings.NewReader(message), recipient)
		if noted || good.KindOf(err) != good.Invalid {
			t.Errorf("%v %v", noted, err)
		}
	})
}

// alone is an App on a database of its own, without people.
func alone(t testing.TB) *App {
	t.Helper()
	db, err := store.Open(context.Background(), "sqlite:"+filepath.Join(t.TempDir(), "stoa.db"), store.Options{Now: time.Now, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return &App{DB: db, Now: time.Now, Rand: rand.Reader}
}
