package messages

import (
	"context"
	"strings"
	"testing"
	"time"

	"stoa/internal/good"
	"stoa/internal/notify"
	"stoa/internal/store"
)

// asks keeps an invitation to an organisation and has its letter written.
func (w *world) asks(id good.ID, address, lang string) {
	w.t.Helper()
	_, err := w.DB.Do(w.t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		b, err := tx.Body(ctx, "health-lab")
		if err != nil {
			return err
		}
		if b == nil {
			b = &good.Body{ID: tx.NewID(), Slug: "health-lab", Name: "Health Lab", Created: tx.Now()}
			if err := tx.AddBody(ctx, *b); err != nil {
				return err
			}
		}
		i := good.Invitation{ID: id, Kind: good.ToOrganisation, About: b.ID, Address: address, Person: eve.Person, Lang: lang, Created: tx.Now(), Expires: tx.Now().Add(14 * 24 * time.Hour)}
		if err := tx.AddInvitation(ctx, i); err != nil {
			return err
		}
		return w.Queue.Enqueue(ctx, tx, good.Task{Kind: TaskInvitation, Key: string(id)})
	})
	w.must(err)
}

func TestWhoIsInvitedIsWrittenToUnlessTheyHadItEnded(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const one, two, three, four = "01QQQQQQQQQQQQQQQQQQQQQQQ1", "01QQQQQQQQQQQQQQQQQQQQQQQ2", "01QQQQQQQQQQQQQQQQQQQQQQQ3", "01QQQQQQQQQQQQQQQQQQQQQQQ4"
		w.settle()
		subjects := map[string]bool{}
		for n, lang := range []string{"en", "ar", "zh", "fr", "ru", "es"} {
			w.sent = nil
			w.asks(good.ID("01QQQQQQQQQQQQQQQQQQQQQQA"+string(rune('0'+n))), lang+"@lab.example", lang)
			w.must(w.work()...)
			if len(w.sent) != 1 {
				t.Fatalf("%s: %+v", lang, w.sent)
			}
			l, at := w.sent[0], map[bool]string{true: "", false: "/" + lang}[lang == "en"]
			subjects[l.Subject] = true
			if l.To != lang+"@lab.example" || !strings.HasSuffix(l.Link, at+"/account/invitations") || strings.Contains(l.Link, "?") || !strings.Contains(l.Subject, "Health Lab") || len(l.Body) != 2 ||
				!strings.Contains(l.LeaveAt, at+"/unsubscribe/") || l.Leave == "" || l.Return == "" || strings.Contains(l.LeaveAt, "lab.example") {
				t.Errorf("%s: %+v", lang, l)
			}
		}
		if len(subjects) != 6 {
			t.Errorf("the languages say %v", subjects)
		}
		// A repeat has the same Message-ID; what was taken back is not written.
		w.sent = nil
		w.asks(one, "stranger@lab.example", "fr")
		w.must(w.work()...)
		w.must(w.DoInvitation(t.Context(), good.Task{Kind: TaskInvitation, Key: one}))
		if len(w.sent) != 2 || w.sent[0].ID != w.sent[1].ID {
			t.Fatalf("%+v", w.sent)
		}
		_, token, _ := strings.Cut(w.sent[0].LeaveAt, "/unsubscribe/")
		if kind, err := w.Leave(t.Context(), token); err != nil || kind != "invited" {
			t.Fatalf("%q %v", kind, err)
		}
		w.sent = nil
		w.asks(two, "stranger@lab.example", "fr")
		w.asks(three, "other@lab.example", "fr")
		_, err := w.DB.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error { return tx.EndInvitation(ctx, three, "revoked") })
		w.must(err)
		w.must(w.work()...)
		if len(w.sent) != 0 {
			t.Errorf("written to who wants none, or what was taken back: %+v", w.sent)
		}
		// A person here hears of it as of everything else.
		w.asks(four, "eve@example.org", "zh")
		w.must(w.work()...)
		w.must(w.work()...)
		if in := w.inbox(eve); in.All != 1 || in.Notices[0].Kind != "invited" || in.Notices[0].Path != "/account/invitations" || in.Notices[0].Args["Good"] != "Health Lab" {
			t.Errorf("%+v", in.Notices)
		}
	})
}

func TestNoMailboxIsFloodedWithInvitations(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for n := range 9 {
			w.asks(good.ID("01QQQQQQQQQQQQQQQQQQQQQQB"+string(rune('0'+n))), "many@lab.example", "en")
			w.must(w.work()...)
		}
		if len(w.sent) != lettersADay {
			t.Errorf("%d letters within a day", len(w.sent))
		}
		w.now, w.sent = w.now.Add(25*time.Hour), nil
		w.asks("01QQQQQQQQQQQQQQQQQQQQQQC1", "many@lab.example", "en")
		w.must(w.work()...)
		if len(w.sent) != 1 {
			t.Errorf("a day later: %d", len(w.sent))
		}
		// An address that takes none is not tried again.
		w.fail = notify.ErrRefused
		w.asks("01QQQQQQQQQQQQQQQQQQQQQQD1", "gone@lab.example", "en")
		w.must(w.work()...)
		w.fail = nil
		w.sent = nil
		w.asks("01QQQQQQQQQQQQQQQQQQQQQQD2", "gone@lab.example", "en")
		w.must(w.work()...)
		if len(w.sent) != 0 {
			t.Errorf("tried again: %+v", w.sent)
		}
		// What has expired is kept no longer.
		w.now = w.now.Add(20 * 24 * time.Hour)
		w.must(w.Tick(t.Context(), w.now))
		if left, err := w.DB.InvitationsAt(t.Context(), []string{"many@lab.example", "gone@lab.example"}); err != nil || len(left) != 0 {
			t.Errorf("%+v %v", left, err)
		}
	})
}

func TestWhoInvitedHearsWhatWasAnswered(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const one, two, three = "01QQQQQQQQQQQQQQQQQQQQQQQ1", "01QQQQQQQQQQQQQQQQQQQQQQQ2", "01QQQQQQQQQQQQQQQQQQQQQQQ3"
		w.settle()
		for id, became := range map[good.ID]string{one: "accepted", two: "declined", three: "revoked"} {
			w.asks(id, strings.ToLower(string(id))+"@lab.example", "en")
			_, err := w.DB.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error { return tx.EndInvitation(ctx, id, became) })
			w.must(err)
			w.must(w.DoAnswered(t.Context(), good.Task{Kind: TaskAnswered, Key: string(id)}))
			w.must(w.DoAnswered(t.Context(), good.Task{Kind: TaskAnswered, Key: string(id)})) // a repeat
		}
		heard := map[string]int{}
		in := w.inbox(eve)
		for _, n := range in.Notices {
			heard[n.Kind]++
			if n.Args["Good"] != "Health Lab" || !strings.HasPrefix(n.Path, "/account/invite/organisation/") {
				t.Errorf("%+v", n)
			}
		}
		if len(in.Notices) != 2 || heard["invitation-accepted"] != 1 || heard["invitation-declined"] != 1 {
			t.Errorf("%+v", in.Notices)
		}
	})
}
