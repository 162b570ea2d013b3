package messages

import (
	"context"
	"strings"
	"testing"
	"time"

	"stoa/internal/good"
	"stoa/internal/store"
)

// asksToClaim keeps the invitation to claim a good, as a board sends it, and has
// its letter written.
func (w *world) asksToClaim(id good.ID, address, lang string) {
	w.t.Helper()
	const wells = good.ID("01QQQQQQQQQQQQQQQQQQQQQQW1")
	_, err := w.DB.Do(w.t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.Good(ctx, wells); good.KindOf(err) == good.NotFound {
			if err := tx.PutGood(ctx, &good.Good{ID: wells, Slug: "well-map", Facts: good.Facts{Name: "Well Map"}, Created: tx.Now()}); err != nil {
				return err
			}
		} else if err != nil {
			return err
		}
		i := good.Invitation{ID: id, Kind: good.ToClaim, About: wells, Address: address, Person: eve.Person, Lang: lang, Created: tx.Now(), Expires: tx.Now().Add(60 * 24 * time.Hour)}
		if err := tx.AddInvitation(ctx, i); err != nil {
			return err
		}
		return w.Queue.Enqueue(ctx, tx, good.Task{Kind: TaskInvitation, Key: string(id)})
	})
	w.must(err)
}

// TestWhoIsAskedToClaimAGoodIsLedToIt reads the letter that a board sends to the
// owner of a good, in each language, and what somebody with an account is told.
func TestWhoIsAskedToClaimAGoodIsLedToIt(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.settle()
		bodies := map[string]bool{}
		for n, lang := range []string{"en", "ar", "zh", "fr", "ru", "es"} {
			w.sent = nil
			w.asksToClaim(good.ID("01QQQQQQQQQQQQQQQQQQQQQQE"+string(rune('0'+n))), lang+"@wells.example", lang)
			w.must(w.work()...)
			if len(w.sent) != 1 {
				t.Fatalf("%s: %+v", lang, w.sent)
			}
			l, at := w.sent[0], map[bool]string{true: "", false: "/" + lang}[lang == "en"]
			bodies[strings.Join(l.Body, "\n")] = true
			if l.To != lang+"@wells.example" || !strings.Contains(l.Link, at+"/goods/") || !strings.Contains(l.Link, "/claim") || strings.Contains(l.Link, "@") || !strings.Contains(l.Subject, "Well Map") ||
				len(l.Body) == 0 || l.Why == "" || !strings.Contains(l.LeaveAt, at+"/unsubscribe/") {
				t.Errorf("%s: %+v", lang, l)
			}
		}
		if len(bodies) != 6 {
			t.Errorf("the languages say %v", bodies)
		}
		// Who had such letters ended gets no other one.
		_, token, _ := strings.Cut(w.sent[0].LeaveAt, "/unsubscribe/")
		_, err := w.Leave(t.Context(), token)
		w.must(err)
		w.sent = nil
		w.asksToClaim("01QQQQQQQQQQQQQQQQQQQQQQF1", "es@wells.example", "es")
		w.asksToClaim("01QQQQQQQQQQQQQQQQQQQQQQF2", "eve@example.org", "en") // who has an account
		w.must(w.work()...)
		w.must(w.work()...)
		for _, l := range w.sent {
			if l.To == "es@wells.example" {
				t.Errorf("written to who wants none: %+v", l)
			}
		}
		if in := w.inbox(eve); in.All != 1 || in.Notices[0].Kind != "asked-to-claim" || !strings.HasSuffix(in.Notices[0].Path, "/claim") || in.Notices[0].Args["Good"] != "Well Map" {
			t.Errorf("%+v", in.Notices)
		}
	})
}
