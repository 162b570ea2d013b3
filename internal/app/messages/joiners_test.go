package messages

import (
	"context"
	"strings"
	"testing"

	"stoa/internal/alliance"
	"stoa/internal/good"
	"stoa/internal/notify"
	"stoa/internal/store"
)

// joined keeps an application to join and has its maker written to.
func (w *world) joined(j store.Joining, what string) {
	w.t.Helper()
	_, err := w.DB.Do(w.t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		if held, err := tx.Joining(ctx, j.ID); err != nil {
			return err
		} else if held != nil {
			j.Version = held.Version
		}
		j.Name, j.Lang, j.Created, j.Due = "Open Futures Fund", "fr", tx.Now(), tx.Now().Add(alliance.AnswerWithin)
		if err := tx.PutJoining(ctx, &j); err != nil {
			return err
		}
		return w.Queue.Enqueue(ctx, tx, good.Task{Kind: TaskJoining, Key: string(j.ID) + "/" + what + "/0"})
	})
	w.must(err)
	w.must(w.work()...)
}

func TestWhoAsksToJoinIsWrittenToInTheirLanguage(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const one = good.ID("01NNNNNNNNNNNNNNNNNNNNNNN1")
		j := store.Joining{Email: "office@example.org", Joining: alliance.Joining{ID: one, State: alliance.Waiting}}
		w.joined(j, "received")
		if l := w.sent[0]; l.To != "office@example.org" || !strings.Contains(l.Subject, "La demande de") || !strings.HasSuffix(l.Link, "/fr/join/"+string(one)) || l.Return == "" || l.LeaveAt != "" {
			t.Fatalf("%+v", w.sent)
		}
		j.State, j.Reason = alliance.Declined, "Il manque une offre."
		w.joined(j, "declined")
		if l := w.sent[1]; !strings.Contains(strings.Join(l.Body, " "), "Il manque une offre.") {
			t.Errorf("the reason is not told: %+v", l)
		}
		if held, err := w.DB.Joining(t.Context(), one); err != nil || held.Email != "" {
			t.Errorf("the address is kept after the last letter: %+v %v", held, err)
		}
		j.Email = ""
		w.joined(j, "closed") // whoever has no address any more
		if len(w.sent) != 2 {
			t.Errorf("%d letters", len(w.sent))
		}
	})
}

func TestAnAddressThatTakesNoLettersEndsThem(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const one = good.ID("01NNNNNNNNNNNNNNNNNNNNNNN1")
		w.fail = notify.ErrRefused
		w.joined(store.Joining{Email: "gone@example.org", Joining: alliance.Joining{ID: one, State: alliance.Accepted}}, "accepted")
		if held, err := w.DB.Joining(t.Context(), one); err != nil || held.Email != "" {
			t.Errorf("%+v %v", held, err)
		}
	})
}
