package support_test

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stoa/internal/access"
	"stoa/internal/app/journal"
	app "stoa/internal/app/support"
	"stoa/internal/deploy"
	"stoa/internal/good"
	"stoa/internal/need"
	"stoa/internal/store"
	"stoa/internal/support"
	"stoa/internal/testkit"
)

var (
	desk     = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZA", Pseudonym: "desk", Roles: []string{access.Secretariat}}
	operator = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZB", Pseudonym: "safari"} // a mobile network operator
	ministry = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZC", Pseudonym: "ministry"}
	thief    = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZE", Pseudonym: "thief"}
)

const (
	safari   = good.ID("01HZZZZZZZZZZZZZZZZZZZZZZF") // an organisation with a domain of its own
	theirs   = good.ID("01HZZZZZZZZZZZZZZZZZZZZZZG") // one of the thief, without
	opencrvs = good.ID("01JZX4T9W2QK8N5V3B7C6D0001")
)

type world struct {
	*app.App
	now  time.Time
	told []string
}

func open(t testing.TB, url string) *world {
	t.Helper()
	w := &world{now: time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)}
	db, err := store.Open(t.Context(), url, store.Options{Now: func() time.Time { return w.now }, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err = db.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		for _, who := range []access.Who{desk, operator, ministry, thief} {
			must(tx.PutPerson(ctx, &good.Person{ID: who.Person, Pseudonym: who.Pseudonym}))
		}
		must(tx.PutGood(ctx, &good.Good{ID: opencrvs, Slug: "opencrvs", Stage: good.Nominated, Facts: good.Facts{Name: "OpenCRVS"}}))
		for id, who := range map[good.ID]access.Who{safari: operator, theirs: thief} {
			must(tx.AddBody(ctx, good.Body{ID: id, Slug: string(id), Name: map[good.ID]string{safari: "Safari Mobile", theirs: "Safari Mobile Ltd"}[id], Created: w.now}))
			must(tx.PutMember(ctx, good.Member{Body: id, Person: who.Person, Keeper: true, Since: w.now}))
		}
		must(tx.PutDomain(ctx, good.BodyDomain{Body: safari, Domain: "safari.example", Way: "dns", Verified: w.now}))
		return tx.PutDomain(ctx, good.BodyDomain{Body: theirs, Domain: "safari.example.org"})
	})
	must(err)
	w.App = &app.App{DB: db, Now: func() time.Time { return w.now }}
	w.Tell = func(_ context.Context, _ *store.Tx, key string, n good.Notice) error {
		if line := key + " " + string(n.Person); !slices.Contains(w.told, line) {
			w.told = append(w.told, line)
		}
		return nil
	}
	return w
}

// heard counts what a person was told of a kind.
func (w *world) heard(who access.Who, kind string) (n int) {
	for _, line := range w.told {
		if strings.HasPrefix(line, kind+"/") && strings.HasSuffix(line, " "+string(who.Person)) {
			n++
		}
	}
	return n
}

func (w *world) same(t *testing.T) {
	t.Helper()
	log := &journal.App{DB: w.DB}
	said, err := log.Replay(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	live, err := log.Live(t.Context())
	if diff := cmp.Diff(live.Support, said.Support); err != nil || diff != "" || len(live.Offers)+len(live.Agreements) == 0 {
		t.Errorf("the journal says otherwise: %s %v", diff, err)
	}
}

func channel() app.OfferInput {
	return app.OfferInput{Body: string(safari), Goods: []string{"opencrvs"}, Terms: support.Terms{Title: "Messages in Kenya", Text: "SMS and USSD at cost.", Kinds: []string{"channel", "zero-rating"}, Countries: []string{"KE"},
		Languages: []string{"sw", "en"}, Price: "cost", Capacity: 1, Indicators: []string{"9a"}}}
}

func wish() app.RequestInput {
	return app.RequestInput{Good: "opencrvs", Public: true, Consent: true, Ask: support.Ask{Title: "Tell parents by SMS", Kind: "channel", Country: "KE", Languages: []string{"sw"}, By: "2027-06-30", Budget: "small", Organisation: "Civil registry"}}
}

func (w *world) offer(t *testing.T) *support.Offer {
	t.Helper()
	o, _, err := w.Offer(t.Context(), operator, channel())
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func (w *world) ask(t *testing.T, in app.RequestInput) *support.Request {
	t.Helper()
	r, _, err := w.Request(t.Context(), ministry, in)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestNobodyOffersInAnothersName(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		in := channel()
		for name, c := range map[string]struct {
			who  access.Who
			body string
			want good.ErrorKind
		}{
			"nobody": {access.Who{}, string(safari), good.Unauthenticated}, "a stranger": {thief, string(safari), good.Forbidden},
			"without a domain": {thief, string(theirs), good.Invalid}, "for nobody": {operator, "nobody", good.Invalid},
		} {
			in.Body = c.body
			if _, _, err := w.Offer(t.Context(), c.who, in); good.KindOf(err) != c.want {
				t.Errorf("%s: %v", name, err)
			}
		}
		o := w.offer(t)
		if _, _, err := w.Offer(t.Context(), operator, channel()); good.KindOf(err) != good.Conflict {
			t.Errorf("twice: %v", err)
		}
		if _, _, err := w.ChangeOffer(t.Context(), thief, o.ID, channel()); good.KindOf(err) != good.Forbidden {
			t.Errorf("a stranger changes: %v", err)
		}
		if _, _, err := w.TurnOffer(t.Context(), operator, o.ID, support.Paused); err != nil {
			t.Error(err)
		}
		list, err := w.Offers(t.Context(), app.Which{}, 10)
		if err != nil || list.Total != 0 || len(list.Offers) != 0 {
			t.Errorf("paused: %+v %v", list, err)
		}
		if _, _, err := w.TurnOffer(t.Context(), operator, o.ID, support.Open); err != nil {
			t.Error(err)
		}
		for _, c := range []struct {
			which app.Which
			want  int
		}{{app.Which{Kind: "channel"}, 1}, {app.Which{Kind: "hosting"}, 0}, {app.Which{Country: "KE", Language: "sw"}, 1}, {app.Which{Country: "SN"}, 0}, {app.Which{Good: "opencrvs", Indicator: "9a"}, 1}} {
			list, err := w.Offers(t.Context(), c.which, 10)
			if err != nil || list.Total != c.want || len(list.Offers) != c.want {
				t.Errorf("%+v: %+v %v", c.which, list, err)
			}
		}
		w.same(t)
	})
}

func TestARequestReachesWhatFitsOnceAndWithConsent(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		quiet := wish()
		quiet.Consent = false
		w.ask(t, quiet)
		w.offer(t)
		if len(w.told) != 0 {
			t.Errorf("told without consent: %v", w.told)
		}
		r := w.ask(t, wish())
		if w.heard(operator, "support-asked") != 1 || len(w.told) != 1 {
			t.Fatalf("told %v", w.told)
		}
		if _, _, err := w.ChangeRequest(t.Context(), ministry, r.ID, wish()); err != nil || w.heard(operator, "support-asked") != 1 {
			t.Errorf("asked again: %v %v", w.told, err)
		}
		// What waits reaches an offer that comes later, too.
		later := wish()
		later.Kind, later.Title, later.Public = "hosting", "A machine room", false
		w.ask(t, later)
		in := channel()
		in.Title, in.Kinds = "Hosting", []string{"hosting"}
		if _, _, err := w.Offer(t.Context(), operator, in); err != nil || w.heard(operator, "support-asked") != 2 {
			t.Errorf("a later offer: %v %v", w.told, err)
		}
		if v, err := w.ShowRequest(t.Context(), ministry, r.ID); err != nil || len(v.Fits) != 1 || v.Fits[0].Talk == nil || v.Fits[0].Points[0].Code != "kind" {
			t.Errorf("%+v %v", v.Fits, err)
		}
		w.same(t)
	})
}

func TestFromTheFirstWordToAReference(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		o, r := w.offer(t), w.ask(t, wish())
		own, err := w.Own(t.Context(), operator)
		if err != nil || len(own.Talks) != 1 {
			t.Fatalf("%+v %v", own, err)
		}
		id := own.Talks[0].ID
		say := func(who access.Who, text string) error { _, _, err := w.Say(t.Context(), who, id, text); return err }
		step := func(who access.Who, to support.Step) error {
			_, _, err := w.Step(t.Context(), who, id, to, "")
			return err
		}
		if _, err := w.ShowTalk(t.Context(), thief, id); good.KindOf(err) != good.NotFound {
			t.Errorf("a stranger reads: %v", err)
		}
		if err := say(thief, "Me, too"); good.KindOf(err) != good.NotFound {
			t.Errorf("a stranger speaks: %v", err)
		}
		if _, _, err := w.Refer(t.Context(), ministry, id, "Well done."); good.KindOf(err) != good.Conflict {
			t.Errorf("praised before work: %v", err)
		}
		for _, err := range []error{say(operator, "We can."), step(ministry, support.Agreed), step(operator, support.Working), step(operator, support.Delivered)} {
			if err != nil {
				t.Fatal(err)
			}
		}
		if v, err := w.ShowRequest(t.Context(), access.Who{}, r.ID); err != nil || v.State != support.Open || len(v.Fits)+len(v.Talks) != 0 {
			t.Errorf("closed by one side, or private to all: %+v %v", v, err)
		}
		if err := step(ministry, support.Delivered); err != nil {
			t.Fatal(err)
		}
		v, err := w.ShowRequest(t.Context(), access.Who{}, r.ID)
		if err != nil || v.State != support.Closed || v.Helper != "Safari Mobile" {
			t.Errorf("%+v %v", v.Request, err)
		}
		past, err := w.DB.History(t.Context(), opencrvs, 10)
		if err != nil || len(past) != 2 || past[0].Verb != good.SupportDelivered {
			t.Errorf("the good's record: %+v %v", past, err)
		}
		if _, _, err := w.Refer(t.Context(), operator, id, "We are great."); good.KindOf(err) != good.Conflict {
			t.Errorf("praised themselves: %v", err)
		}
		if _, _, err := w.Refer(t.Context(), ministry, id, "They kept their word."); err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.Reply(t.Context(), operator, id, "Thank you."); err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.Reply(t.Context(), operator, id, "Once more."); good.KindOf(err) != good.Conflict {
			t.Errorf("answered twice: %v", err)
		}
		shown, err := w.ShowOffer(t.Context(), access.Who{}, o.ID)
		if err != nil || len(shown.References) != 1 || shown.References[0].Answer != "Thank you." || shown.Knows(shown.Offer, opencrvs) != support.ByDelivery {
			t.Errorf("%+v %v", shown, err)
		}
		w.same(t)
	})
}

func TestAConfirmedDeploymentProvesThatAGoodIsKnown(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		o := w.offer(t)
		knows := func() support.Proof {
			v, err := w.ShowOffer(t.Context(), access.Who{}, o.ID)
			if err != nil {
				t.Fatal(err)
			}
			p := v.Knows(v.Offer, opencrvs)
			list, err := w.ForNeed(t.Context(), &need.Ask{Lang: "en", Country: "KE"}, []*good.Good{{ID: opencrvs, Slug: "opencrvs"}}, 5)
			if err != nil || len(list) != 1 || !slices.Contains(codes(list[0]), "good-"+string(p)) {
				t.Errorf("beside a need it is told otherwise than %q: %+v %v", p, list, err)
			}
			return p
		}
		put := func(id good.ID, website string, state deploy.State) {
			rec := &deploy.Record{ID: id, Good: opencrvs, State: state, Statement: deploy.Statement{Organisation: "Safari Mobile", Website: website, Country: "KE", Place: string(id), Stage: deploy.Live}}
			if _, err := w.DB.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error { return tx.PutDeployment(ctx, rec) }); err != nil {
				t.Fatal(err)
			}
		}
		put("01HZZZZZZZZZZZZZZZZZZZZZ01", "https://safari.example", deploy.Claimed)
		put("01HZZZZZZZZZZZZZZZZZZZZZ02", "https://othersafari.example", deploy.Confirmed)
		if got := knows(); got != support.Said {
			t.Errorf("a claim, or another's of that name, proves: %q", got)
		}
		put("01HZZZZZZZZZZZZZZZZZZZZZ03", "https://www.safari.example", deploy.Confirmed)
		if got := knows(); got != support.ByDeployment {
			t.Errorf("confirmed: %q", got)
		}
	})
}

func TestAFloodIsRefused(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		w.offer(t)
		for range support.ADay {
			w.ask(t, wish())
		}
		if _, _, err := w.Request(t.Context(), ministry, wish()); good.KindOf(err) != good.Limited {
			t.Errorf("one more: %v", err)
		}
		own, err := w.Own(t.Context(), ministry)
		if err != nil || len(own.Talks) != support.ADay {
			t.Fatalf("%d %v", len(own.Talks), err)
		}
		for range support.AnHour {
			if _, _, err := w.Say(t.Context(), ministry, own.Talks[0].ID, "Hello?"); err != nil {
				t.Fatal(err)
			}
		}
		if _, _, err := w.Say(t.Context(), ministry, own.Talks[1].ID, "Hello?"); good.KindOf(err) != good.Limited || w.heard(operator, "support-said") != 1 {
			t.Errorf("one more message: %v, told %d times", err, w.heard(operator, "support-said"))
		}
		if w.now = w.now.Add(25 * time.Hour); w.ask(t, wish()) == nil {
			t.Error("a day later")
		}
	})
}

func TestSpamIsReportedAndHiddenWithAReason(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		o := w.offer(t)
		if _, _, err := w.Report(t.Context(), access.Who{}, o.ID, "Spam"); good.KindOf(err) != good.Unauthenticated {
			t.Errorf("nobody reports: %v", err)
		}
		for range 2 {
			if _, _, err := w.Report(t.Context(), ministry, o.ID, "They ask for money first."); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := w.Reports(t.Context(), thief); good.KindOf(err) != good.Forbidden {
			t.Errorf("a stranger reads reports: %v", err)
		}
		if list, err := w.Reports(t.Context(), desk); err != nil || len(list) != 1 || len(list[0].Reasons) != 1 {
			t.Errorf("%+v %v", list, err)
		}
		if _, err := w.Hide(t.Context(), thief, o.ID, true, "Mine is better."); good.KindOf(err) != good.Forbidden {
			t.Errorf("a stranger hides: %v", err)
		}
		if _, err := w.Hide(t.Context(), desk, o.ID, true, " "); good.KindOf(err) != good.Invalid {
			t.Errorf("without a reason: %v", err)
		}
		if _, err := w.Hide(t.Context(), desk, o.ID, true, "It asks for money first."); err != nil || w.heard(operator, "support-hidden") != 1 {
			t.Fatalf("%v %v", err, w.told)
		}
		if list, _ := w.Offers(t.Context(), app.Which{Every: true}, 10); list.Offers[0].State != support.Hidden || list.Offers[0].Reason == "" {
			t.Errorf("%+v", list)
		}
		if _, _, err := w.TurnOffer(t.Context(), operator, o.ID, support.Open); good.KindOf(err) != good.Conflict {
			t.Errorf("shown again by themselves: %v", err)
		}
		w.same(t)
		if _, err := w.Hide(t.Context(), desk, o.ID, false, "They explained it."); err != nil {
			t.Error(err)
		}
		if list, err := w.Reports(t.Context(), desk); err != nil || len(list) != 0 {
			t.Errorf("%+v %v", list, err)
		}
		w.same(t)
	})
}

func TestWhoIsErasedLeavesNothingPrivate(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		w.offer(t)
		public, private := w.ask(t, wish()), wish()
		private.Public, private.Text = false, "A secret"
		hidden := w.ask(t, private)
		if _, err := w.ShowRequest(t.Context(), thief, hidden.ID); good.KindOf(err) != good.NotFound {
			t.Errorf("a stranger sees a private request: %v", err)
		}
		if _, err := w.ShowRequest(t.Context(), operator, hidden.ID); err != nil {
			t.Errorf("whom it reached does not see it: %v", err)
		}
		person := good.Person{ID: ministry.Person}
		if kept, err := w.Kept(t.Context(), person); err != nil || kept == nil {
			t.Errorf("%v %v", kept, err)
		}
		if _, err := w.DB.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error { return w.Gone(ctx, tx, person) }); err != nil {
			t.Fatal(err)
		}
		if kept, err := w.Kept(t.Context(), person); err != nil || kept != nil {
			t.Errorf("%v %v", kept, err)
		}
		if v, err := w.ShowRequest(t.Context(), access.Who{}, public.ID); err != nil || v.State != support.Closed || v.Person != "" {
			t.Errorf("%+v %v", v.Request, err)
		}
		if _, err := w.ShowRequest(t.Context(), operator, hidden.ID); good.KindOf(err) != good.NotFound {
			t.Errorf("a private one stays: %v", err)
		}
		w.same(t)
	})
}
