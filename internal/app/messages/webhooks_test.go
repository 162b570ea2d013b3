package messages

import (
	"errors"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/notify"
	"stoa/internal/store"
)

// verify is what a client does, by the scheme's own library.
func verify(t *testing.T, secret string, p post) error {
	t.Helper()
	w, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	h := http.Header{}
	for k, v := range p.header {
		h.Set(k, v)
	}
	return w.VerifyIgnoringTimestamp(p.body, h) // the test's clock is not the library's
}

func TestAWebhookIsSignedAndToldWhatItWants(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		hook, secret, err := w.AddWebhook(ctx, ada, "https://hooks.example/in", []string{"good.*", "application.submitted"})
		w.must(err)
		e := w.happen("good.renamed", store.NamedValue{Name: "slug", Value: "dhis2"})
		w.hear(e.Position) // a kill before the cursor moved
		w.happen("record.stated")
		w.happen("application.submitted")
		w.Mail = nil
		w.must(w.work()...)
		if len(w.posts) != 2 {
			t.Fatalf("%d messages", len(w.posts))
		}
		p := w.posts[0]
		if err := verify(t, secret, p); err != nil {
			t.Error(err)
		}
		m := decode(t, p.body)
		if m.Type != "good.renamed" || !m.Timestamp.Equal(e.Time) || m.Data.Position != e.Position || string(m.Data.Values["slug"]) != `"dhis2"` || p.address != "https://hooks.example/in" {
			t.Errorf("%+v", m)
		}
		forged := p
		forged.body = []byte(strings.Replace(string(p.body), "dhis2", "evil", 1))
		replayed := p
		replayed.header = map[string]string{"webhook-id": "other", "webhook-timestamp": p.header["webhook-timestamp"], "webhook-signature": p.header["webhook-signature"]}
		for _, f := range []post{forged, replayed} {
			if verify(t, secret, f) == nil {
				t.Error("a forged message verifies")
			}
		}
		if strings.Contains(string(p.body), secret) {
			t.Error("the secret is in the message")
		}
		got, log, err := w.Webhook(ctx, ada, hook.ID)
		if err != nil || got.Secret != "" || len(log) != 2 || log[1].Delivered.IsZero() || log[1].Attempts != 1 || log[1].Status != 200 {
			t.Errorf("%+v %+v %v", got, log, err)
		}
	})
}

func TestASecretIsReplacedWithoutAGap(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		hook, old, err := w.AddWebhook(ctx, ada, "https://hooks.example/in", nil)
		w.must(err)
		_, fresh, err := w.RotateWebhook(ctx, ada, hook.ID)
		w.must(err)
		w.happen("good.renamed")
		w.must(w.work()...)
		if err := errors.Join(verify(t, old, w.posts[0]), verify(t, fresh, w.posts[0])); err != nil {
			t.Error(err)
		}
		w.now = w.now.Add(25 * time.Hour)
		w.happen("good.renamed")
		w.must(w.work()...)
		if verify(t, old, w.posts[1]) == nil || verify(t, fresh, w.posts[1]) != nil {
			t.Error("a day later the old secret still signs, or the new one does not")
		}
	})
}

func TestADeliveryIsTriedAgainUnderTheSameIdAndGivenUp(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		hook, secret, err := w.AddWebhook(ctx, ada, "https://hooks.example/in", nil)
		w.must(err)
		w.reply = func(post) (int, error) { return 302, nil } // it would lead into our own network
		w.happen("good.renamed")
		if errs := w.work(); len(errs) != 1 || len(w.posts) != 1 {
			t.Fatalf("a redirect counts as delivered: %v", errs)
		}
		w.reply = func(post) (int, error) {
			return 0, &good.Error{Kind: good.Invalid, Key: "error.fence.private", Args: map[string]any{"Host": "hooks.example"}}
		}
		w.now = w.now.Add(time.Hour)
		w.work()
		_, log, err := w.Webhook(ctx, ada, hook.ID)
		w.must(err)
		if log[0].Error != "error.fence.private" || log[0].Attempts != 2 || !log[0].Delivered.IsZero() {
			t.Errorf("%+v", log[0])
		}
		if w.posts[0].header["webhook-id"] != w.posts[1].header["webhook-id"] || w.posts[0].header["webhook-timestamp"] == w.posts[1].header["webhook-timestamp"] {
			t.Error("the ids differ, or the times do not")
		}
		w.now = w.now.Add(failingFor)
		if errs := w.work(); errs != nil {
			t.Errorf("it goes on though it is off: %v", errs)
		}
		got, _, err := w.Webhook(ctx, ada, hook.ID)
		w.must(err)
		in := w.inbox(ada)
		if got.Disabled.IsZero() || got.Reason != "failed" || in.All != 1 || in.Notices[0].Kind != "webhook-disabled" || in.Notices[0].Args["Host"] != "hooks.example" {
			t.Fatalf("%+v %+v", got, in)
		}
		w.must(w.work()...)
		if len(w.sent) != 1 {
			t.Errorf("%d letters about it", len(w.sent))
		}
		if err := w.Replay(ctx, ada, hook.ID, log[0].ID); good.KindOf(err) != good.Conflict {
			t.Error(err)
		}
		w.reply = func(post) (int, error) { return 204, nil }
		_, err = w.TurnWebhook(ctx, ada, hook.ID, true)
		w.must(err, w.Replay(ctx, ada, hook.ID, log[0].ID))
		w.must(w.work()...)
		last := w.posts[len(w.posts)-1]
		if last.header["webhook-id"] != string(log[0].ID) || verify(t, secret, last) != nil {
			t.Errorf("%+v", last)
		}
		w.must(w.Replay(ctx, ada, hook.ID, log[0].ID))
		n := len(w.posts)
		w.now = w.now.Add(time.Second)
		w.must(w.Replay(ctx, ada, hook.ID, log[0].ID), errors.Join(w.work()...))
		if len(w.posts) == n {
			t.Error("what was delivered cannot be sent again")
		}
	})
}

func TestAnEndpointThatIsGoneIsLeftAlone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		hook, _, err := w.AddWebhook(t.Context(), ada, "https://hooks.example/in", nil)
		w.must(err)
		w.reply = func(post) (int, error) { return http.StatusGone, nil }
		w.happen("good.renamed")
		w.must(w.work()...)
		w.happen("good.renamed")
		w.must(w.work()...)
		if got, _, err := w.Webhook(t.Context(), ada, hook.ID); err != nil || got.Disabled.IsZero() || len(w.posts) != 1 {
			t.Errorf("%+v %d %v", got, len(w.posts), err)
		}
	})
}

func TestWebhooksAreTheirPersonsAlone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		hook, _, err := w.AddWebhook(ctx, ada, "https://hooks.example/in", nil)
		w.must(err)
		for who, kind := range map[string]good.ErrorKind{"eve": good.NotFound, "nobody": good.Unauthenticated} {
			as := map[string]access.Who{"eve": eve, "nobody": {}}[who]
			_, _, show := w.Webhook(ctx, as, hook.ID)
			_, set := w.SetWebhook(ctx, as, hook.ID, "https://evil.example/", nil)
			_, _, rotate := w.RotateWebhook(ctx, as, hook.ID)
			_, turn := w.TurnWebhook(ctx, as, hook.ID, false)
			for i, err := range []error{show, set, rotate, turn, w.DropWebhook(ctx, as, hook.ID), w.Replay(ctx, as, hook.ID, "x")} {
				if good.KindOf(err) != kind {
					t.Errorf("%s, %d: %v", who, i, err)
				}
			}
		}
		if list, err := w.Webhooks(ctx, eve); err != nil || len(list) != 0 {
			t.Errorf("%+v %v", list, err)
		}
		administrator := access.Who{Person: eve.Person, Roles: []string{access.Administrator}}
		if _, err := w.TurnWebhook(ctx, administrator, hook.ID, false); err != nil {
			t.Error(err)
		}
		for _, bad := range []string{"", "http://hooks.example/", "https://user:pass@hooks.example/", "ftp://hooks.example/", "https://hooks.example/#x", "javascript:alert(1)"} {
			if _, _, err := w.AddWebhook(ctx, ada, bad, nil); good.KindOf(err) != good.Invalid {
				t.Errorf("%q: %v", bad, err)
			}
		}
		for _, bad := range [][]string{{"*"}, {"good"}, {"GOOD.renamed"}, {"good.renamed; drop"}, slices.Repeat([]string{"good.renamed"}, 101)} {
			if _, _, err := w.AddWebhook(ctx, ada, "https://hooks.example/", bad); good.KindOf(err) != good.Invalid {
				t.Errorf("%q: %v", bad, err)
			}
		}
		for range maxWebhooks - 1 {
			_, _, err := w.AddWebhook(ctx, ada, "https://hooks.example/in", nil)
			w.must(err)
		}
		if _, _, err := w.AddWebhook(ctx, ada, "https://hooks.example/in", nil); good.KindOf(err) != good.Limited {
			t.Error("there is no end to webhooks: ", err)
		}
		w.must(w.DropWebhook(ctx, ada, hook.ID))
	})
}

func TestWhatWasErasedIsNotSent(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		if _, err := w.message(good.Entry{Values: []good.Value{{Name: "kept", Data: []byte(`1`)}, {Name: "gone", Erased: &w.now}}}); err != nil {
			t.Fatal(err)
		}
		b, err := w.message(good.Entry{Values: []good.Value{{Name: "kept", Data: []byte(`1`)}, {Name: "gone", Erased: &w.now}}})
		if err != nil || strings.Contains(string(b), "gone") || !strings.Contains(string(b), `"kept":1`) {
			t.Errorf("%s %v", b, err)
		}
	})
}

func TestTheWaitsOfAWebhookGrow(t *testing.T) {
	for n := 1; n < DeliveryAttempts; n++ {
		if DeliveryWait(n) > DeliveryWait(n+1) {
			t.Errorf("the wait after %d attempts is longer than the next", n)
		}
	}
	if s, err := notify.NewSecret(strings.NewReader(strings.Repeat("x", 64))); err != nil || !strings.HasPrefix(s, "whsec_") {
		t.Error(s, err)
	}
}

// TestAWebhookCanWantEachFamilyOfEvents reads the verbs as they are written:
// what can be chosen is what there is.
func TestAWebhookCanWantEachFamilyOfEvents(t *testing.T) {
	text, err := os.ReadFile("../../good/event.go")
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	for _, m := range regexp.MustCompile(`Verb = "([a-z]+)\.`).FindAllSubmatch(text, -1) {
		there[string(m[1])] = true
	}
	if got, want := Families(), slices.Sorted(maps.Keys(there)); !slices.Equal(got, want) {
		t.Errorf("can be chosen: %v\nthere are:     %v", got, want)
	}
}
