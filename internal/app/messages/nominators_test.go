package messages

import (
	"context"
	"strings"
	"testing"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/notify"
	"stoa/internal/store"
)

// nominated keeps a nomination and has happen what happened to it.
func (w *world) nominated(id good.ID, n store.Nomination, what string) {
	w.t.Helper()
	_, err := w.DB.Do(w.t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		if n.Good != "" {
			if _, err := tx.Good(ctx, n.Good); good.KindOf(err) == good.NotFound {
				g := &good.Good{ID: n.Good, Slug: "opencrvs", Created: tx.Now()}
				g.Name = "OpenCRVS"
				if err := tx.PutGood(ctx, g); err != nil {
					return err
				}
			}
		}
		n.ID, n.Created = id, tx.Now()
		n.Name, n.Lang = "OpenCRVS", "es"
		if err := tx.PutNomination(ctx, n); err != nil {
			return err
		}
		return w.Queue.Enqueue(ctx, tx, good.Task{Kind: TaskNominator, Key: string(id) + "/" + what})
	})
	w.must(err)
	w.must(w.work()...)
	w.must(w.work()...) // and what the desk hears of it
}

func (w *world) emailOf(id good.ID) string {
	w.t.Helper()
	n, err := w.DB.Nomination(w.t.Context(), id)
	w.must(err)
	return n.Email
}

func TestWhoNominatedHearsWhatBecameOfIt(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const one, two, three, of = "01NNNNNNNNNNNNNNNNNNNNNNN1", "01NNNNNNNNNNNNNNNNNNNNNNN2", "01NNNNNNNNNNNNNNNNNNNNNNN3", "01GGGGGGGGGGGGGGGGGGGGGGGG"
		w.settle()
		_, err := w.DB.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.PutRole(ctx, eve.Person, access.Coordinator)
			return err
		})
		w.must(err)
		w.nominated(one, store.Nomination{Email: "n@example.org"}, Thanked)
		if l := w.sent[0]; len(w.sent) < 1 || l.To != "n@example.org" || l.Subject != "Gracias por proponer \u2068OpenCRVS\u2069" && !strings.Contains(l.Subject, "Gracias por proponer") || !strings.HasSuffix(l.LeaveAt, "/es/nominate/"+one+"/forget") || l.Return == "" {
			t.Fatalf("%+v", w.sent)
		}
		if in := w.inbox(eve); in.All != 1 || in.Notices[0].Kind != "nominated" {
			t.Errorf("the desk hears %+v", in.Notices)
		}
		w.sent = nil
		w.nominated(one, store.Nomination{Email: "n@example.org", Good: of, Settled: w.now}, Sorted)
		if len(w.sent) != 1 || !strings.Contains(w.sent[0].Link, "/es/goods/opencrvs") || w.emailOf(one) == "" {
			t.Errorf("%+v", w.sent)
		}
		// Recognised: said once, and the address is gone.
		_, err = w.DB.Do(t.Context(), good.Actor{Role: "coordinator"}, func(_ context.Context, tx *store.Tx) error {
			tx.Append(good.ApplicationPublished, []good.ID{"01BBBBBBBBBBBBBBBBBBBBBBBB", of}, store.NamedValue{Name: "published", Value: map[string]string{"outcome": "recognised"}})
			return nil
		})
		w.must(err)
		at, err := w.DB.Position(t.Context())
		w.must(err)
		w.sent = nil
		w.hear(at)
		w.hear(at)
		w.must(w.work()...)
		if len(w.sent) != 1 || w.sent[0].To != "n@example.org" || !strings.Contains(w.sent[0].Subject, "reconocido") || w.emailOf(one) != "" {
			t.Errorf("%+v, kept %q", w.sent, w.emailOf(one))
		}
		// Dropped: the same.
		w.sent = nil
		w.nominated(two, store.Nomination{Email: "n@example.org", Settled: w.now, Settlement: "dropped: spam"}, Sorted)
		if len(w.sent) != 1 || strings.Contains(strings.Join(w.sent[0].Body, " "), "spam") || w.emailOf(two) != "" {
			t.Errorf("%+v", w.sent)
		}
		// Erased meanwhile, and come back: nothing is sent.
		w.sent = nil
		w.fail = notify.ErrRefused
		w.nominated(three, store.Nomination{Email: "gone@example.org"}, Thanked)
		w.fail = nil
		_, err = w.DB.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
			return w.Gone(ctx, tx, good.Person{ID: ada.Person})
		})
		w.must(err)
		w.must(w.Tick(t.Context(), w.now))
		if w.emailOf(three) == "" {
			t.Error("erased too early")
		}
		w.must(w.Tick(t.Context(), w.now.AddDate(3, 0, 0)))
		if w.emailOf(three) != "" || len(w.sent) != 0 {
			t.Errorf("%+v, kept %q", w.sent, w.emailOf(three))
		}
	})
}
