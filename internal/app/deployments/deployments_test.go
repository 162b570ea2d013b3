package deployments_test

import (
	"context"
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stoa/internal/access"
	"stoa/internal/alliance"
	app "stoa/internal/app/deployments"
	"stoa/internal/app/journal"
	"stoa/internal/deploy"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

var (
	desk     = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZA", Pseudonym: "desk", Roles: []string{access.Secretariat}}
	owner    = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZB", Pseudonym: "owner"}
	ministry = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZC", Pseudonym: "ministry"}
	lead     = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZD", Pseudonym: "lead"}
	thief    = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZE", Pseudonym: "thief"}
)

const (
	health = good.ID("01HZZZZZZZZZZZZZZZZZZZZZZF") // an organisation with a domain of its own
	theirs = good.ID("01HZZZZZZZZZZZZZZZZZZZZZZG") // one of the thief, without
	kenya  = good.ID("01HZZZZZZZZZZZZZZZZZZZZZZH")
)

// world is goods in use on a database, at a time that a test moves.
type world struct {
	*app.App
	now  time.Time
	told []string
}

func open(t *testing.T, url string) *world {
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
		for _, who := range []access.Who{desk, owner, ministry, lead, thief} {
			p := good.Person{ID: who.Person, Pseudonym: who.Pseudonym}
			must(tx.PutPerson(ctx, &p))
			must(tx.PutEmail(ctx, good.Email{Address: who.Pseudonym + "@example.org", Person: p.ID, Main: true, Verified: w.now}))
		}
		for n, name := range []string{"opencrvs", "dhis2"} {
			g := good.Good{ID: good.ID("01JZX4T9W2QK8N5V3B7C6D000" + string(rune('1'+n))), Slug: name, Stage: good.Nominated, Facts: good.Facts{Name: name}}
			must(tx.PutGood(ctx, &g))
			must(tx.PutClaim(ctx, store.Claim{Good: g.ID, Person: owner.Person, Created: w.now, Proved: w.now, Method: "file"}))
		}
		for id, who := range map[good.ID]access.Who{health: ministry, theirs: thief, kenya: lead} {
			must(tx.AddBody(ctx, good.Body{ID: id, Slug: string(id), Name: map[good.ID]string{health: "Ministry of Health", theirs: "Ministry of Finance", kenya: "Kenya"}[id], Created: w.now}))
			must(tx.PutMember(ctx, good.Member{Body: id, Person: who.Person, Keeper: true, Since: w.now}))
		}
		must(tx.PutDomain(ctx, good.BodyDomain{Body: health, Domain: "health.go.ke", Way: "dns", Verified: w.now}))
		must(tx.PutDomain(ctx, good.BodyDomain{Body: theirs, Domain: "finance.go.ke"}))
		return tx.PutAllianceMember(ctx, &alliance.Member{ID: tx.NewID(), Slug: "kenya", Name: "Kenya", Roles: []alliance.Role{alliance.Pathfinder}, Country: "KE", Body: kenya, Since: "2026-01-01"})
	})
	must(err)
	w.App = &app.App{DB: db, Now: func() time.Time { return w.now }}
	w.Tell = func(_ context.Context, _ *store.Tx, key string, n good.Notice) error {
		for _, k := range w.told {
			if k == key+" "+string(n.Person) {
				return nil
			}
		}
		w.told = append(w.told, key+" "+string(n.Person))
		return nil
	}
	return w
}

func input() app.Input {
	return app.Input{Good: "opencrvs", Integrations: []string{"dhis2"}, Contacts: []deploy.Contact{{Role: "lead", Address: "amina@health.go.ke"}}, Statement: deploy.Statement{Organisation: "Ministry of Health", Website: "https://crvs.health.go.ke",
		Country: "KE", Place: "Kisumu", Stage: deploy.Live, Since: "2024", Scale: []deploy.Measure{{Number: 5_000, Unit: deploy.People}}}}
}

func (w *world) same(t *testing.T) {
	t.Helper()
	log := &journal.App{DB: w.DB}
	said, err := log.Replay(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	live, err := log.Live(t.Context())
	if diff := cmp.Diff(live.Deployments, said.Deployments); err != nil || diff != "" || len(live.Deployments) == 0 {
		t.Errorf("the journal says otherwise: %s %v", diff, err)
	}
}

func TestOneSideClaimsAndTheOtherConfirms(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		if _, _, err := w.Claim(t.Context(), thief, input()); good.KindOf(err) != good.Forbidden {
			t.Errorf("a stranger claims: %v", err)
		}
		if _, _, err := w.Claim(t.Context(), access.Who{}, input()); good.KindOf(err) != good.Unauthenticated {
			t.Errorf("nobody claims: %v", err)
		}
		r, _, err := w.Claim(t.Context(), owner, input())
		if err != nil || r.State != deploy.Claimed || r.Stated.By != deploy.Maintainer || r.Stated.Proof != deploy.Owns || len(r.Integrations) != 1 {
			t.Fatalf("%+v %v", r, err)
		}
		if len(w.told) != 2 { // who proved the domain, and who keeps the country's
			t.Errorf("told %v", w.told)
		}
		if _, _, err := w.Claim(t.Context(), owner, input()); good.KindOf(err) != good.Conflict {
			t.Errorf("claimed twice: %v", err)
		}
		for _, who := range []access.Who{owner, thief, desk} {
			if _, _, err := w.Confirm(t.Context(), who, r.ID); good.KindOf(err) != good.Forbidden {
				t.Errorf("%s confirms: %v", who.Pseudonym, err)
			}
		}
		if r, _, err = w.Confirm(t.Context(), ministry, r.ID); err != nil || !r.Counts() || r.Confirmed.Proof != deploy.Domain {
			t.Fatalf("%+v %v", r, err)
		}
		v, err := w.Show(t.Context(), access.Who{}, r.ID)
		if err != nil || len(v.Contacts) != 0 || len(v.History) != 2 || v.Keeps || v.Confirms || v.Slug != "opencrvs" || v.Works[0].Slug != "dhis2" {
			t.Errorf("the public sees %+v %v", v, err)
		}
		if v, err = w.Show(t.Context(), ministry, r.ID); err != nil || len(v.Contacts) != 1 || !v.Keeps || v.Ends || !v.Disputes {
			t.Errorf("the ministry sees %+v %v", v, err)
		}
		for want, which := range map[int]app.Which{1: {Country: "KE", Stage: deploy.Live}, 0: {State: deploy.Claimed}} {
			if all, err := w.List(t.Context(), which, 10); err != nil || all.Total != want || all.Counts != want || len(all.Uses) != want {
				t.Errorf("%+v: %+v %v", which, all, err)
			}
		}
		if all, err := w.List(t.Context(), app.Which{Good: "opencrvs", Organisation: "ministry-of-health"}, 10); err != nil || all.Total != 1 || all.Uses[0].Name != "opencrvs" {
			t.Errorf("of an organisation: %+v %v", all, err)
		}
		w.same(t)
	})
}

func TestAnOrganisationSpeaksByItsDomainAndACountryForItself(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		in := input()
		in.Body, in.Organisation, in.Website = string(theirs), "", ""
		if _, _, err := w.Claim(t.Context(), thief, in); good.KindOf(err) != good.Forbidden {
			t.Errorf("without a proved domain: %v", err)
		}
		in.Body = string(health)
		if _, _, err := w.Claim(t.Context(), thief, in); good.KindOf(err) != good.Forbidden {
			t.Errorf("for another's organisation: %v", err)
		}
		r, _, err := w.Claim(t.Context(), ministry, in)
		if err != nil || r.Organisation != "Ministry of Health" || r.Website != "https://health.go.ke" || r.Stated.By != deploy.Adopter {
			t.Fatalf("%+v %v", r, err)
		}
		if _, _, err := w.Confirm(t.Context(), lead, r.ID); good.KindOf(err) != good.Forbidden {
			t.Errorf("the country confirms its own ministry: %v", err)
		}
		if r, _, err = w.Confirm(t.Context(), owner, r.ID); err != nil || r.Confirmed.By != deploy.Maintainer {
			t.Errorf("%+v %v", r, err)
		}
		in = input()
		in.Side, in.Place, in.Organisation, in.Website = deploy.Adopter, "Mombasa", "County of Mombasa", ""
		if r, _, err = w.Claim(t.Context(), lead, in); err != nil || r.Stated.Proof != deploy.Country {
			t.Errorf("the country claims: %+v %v", r, err)
		}
		in.Country, in.Place = "UG", "Kampala"
		if _, _, err = w.Claim(t.Context(), lead, in); good.KindOf(err) != good.Forbidden {
			t.Errorf("a country claims for another: %v", err)
		}
		w.same(t)
	})
}

func TestNobodyConfirmsThemselves(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		r, _, err := w.Claim(t.Context(), owner, input())
		if err != nil {
			t.Fatal(err)
		}
		// The owner joins the ministry: both its people are of the side that said it now.
		_, err = w.DB.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
			return tx.PutMember(ctx, good.Member{Body: health, Person: owner.Person, Since: w.now})
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, who := range []access.Who{owner, ministry} {
			if _, _, err := w.Confirm(t.Context(), who, r.ID); good.KindOf(err) != good.Forbidden {
				t.Errorf("%s closes the loop: %v", who.Pseudonym, err)
			}
		}
		if r, _, err = w.Confirm(t.Context(), lead, r.ID); err != nil || r.Confirmed.Proof != deploy.Country {
			t.Errorf("the country: %+v %v", r, err)
		}
	})
}

func TestADeploymentAgesAndIsAskedForOnce(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		r, _, err := w.Claim(t.Context(), owner, input())
		if err == nil {
			_, _, err = w.Confirm(t.Context(), ministry, r.ID)
		}
		if err != nil {
			t.Fatal(err)
		}
		w.told = nil
		for _, days := range []int{364, 1, 0, 100} {
			w.now = w.now.AddDate(0, 0, days)
			if err := w.Tick(t.Context(), w.now); err != nil {
				t.Fatal(err)
			}
		}
		if len(w.told) != 3 || !strings.HasPrefix(w.told[0], "deployment-due/") {
			t.Errorf("told %v", w.told)
		}
		all, err := w.List(t.Context(), app.Which{State: deploy.Due}, 10)
		if err != nil || all.Total != 1 || all.Counts != 0 {
			t.Errorf("%+v %v", all, err)
		}
		if r, _, err = w.Confirm(t.Context(), ministry, r.ID); err != nil || !r.Counts() {
			t.Errorf("%+v %v", r, err)
		}
		w.same(t)
	})
}

func TestADisputeAndAnEndStayToBeSeen(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		r, _, err := w.Claim(t.Context(), owner, input())
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.Dispute(t.Context(), thief, r.ID, "no"); good.KindOf(err) != good.Forbidden {
			t.Errorf("a stranger disputes: %v", err)
		}
		if _, _, err := w.Dispute(t.Context(), ministry, r.ID, "Jane Doe never ran it."); err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.Settle(t.Context(), owner, r.ID, false, "we do"); good.KindOf(err) != good.Forbidden {
			t.Errorf("one side settles: %v", err)
		}
		if r, _, err = w.Settle(t.Context(), desk, r.ID, false, "It runs."); err != nil || r.State != deploy.Claimed {
			t.Fatalf("%+v %v", r, err)
		}
		in := input()
		in.Stage, in.Until, in.Place, in.Website = deploy.Retired, "2026-01", "", ""
		if r, _, err = w.Change(t.Context(), ministry, r.ID, in); err != nil || r.Stated.By != deploy.Adopter || !r.Due.IsZero() || r.Website == "" {
			t.Fatalf("%+v %v", r, err)
		}
		if _, _, err := w.Withdraw(t.Context(), owner, r.ID, "no"); good.KindOf(err) != good.Forbidden {
			t.Errorf("the other side withdraws: %v", err)
		}
		in.Country = "UG"
		if _, _, err := w.Change(t.Context(), ministry, r.ID, in); good.KindOf(err) != good.Invalid {
			t.Errorf("moved to another country: %v", err)
		}
		if r, _, err = w.Withdraw(t.Context(), ministry, r.ID, "Told by mistake."); err != nil {
			t.Fatal(err)
		}
		v, err := w.Show(t.Context(), ministry, r.ID)
		if err != nil || v.State != deploy.Withdrawn || v.Keeps || len(v.History) != 5 {
			t.Errorf("%+v %v", v, err)
		}
		in = input()
		in.Place = ""
		if _, _, err := w.Claim(t.Context(), owner, in); err != nil {
			t.Errorf("told again after it was withdrawn: %v", err)
		}
		w.same(t)
		log := &journal.App{DB: w.DB}
		for _, e := range v.History {
			if e.Verb == good.DeploymentDisputed {
				if _, err := log.Erase(t.Context(), good.Actor{Role: access.Operator}, e.Position, "reason", "a person's name"); err != nil {
					t.Fatal(err)
				}
			}
		}
		w.same(t)
	})
}

func TestWhoIsErasedIsNobodyToAsk(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		w := open(t, url)
		in := input()
		in.Contacts[0].Address = "lead@example.org"
		r, _, err := w.Claim(t.Context(), owner, in)
		if err != nil {
			t.Fatal(err)
		}
		kept, err := w.Kept(t.Context(), good.Person{ID: lead.Person})
		if list, ok := kept.([]store.ContactOf); err != nil || !ok || len(list) != 1 || list[0].Deployment != r.ID {
			t.Errorf("%+v %v", kept, err)
		}
		_, err = w.DB.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
			return app.Forget(ctx, tx, good.Person{ID: lead.Person})
		})
		if err != nil {
			t.Fatal(err)
		}
		if v, err := w.Show(t.Context(), owner, r.ID); err != nil || len(v.Contacts) != 0 {
			t.Errorf("%+v %v", v.Contacts, err)
		}
	})
}
