package countries_test

import (
	"context"
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"stoa/internal/access"
	"stoa/internal/alliance"
	app "stoa/internal/app/countries"
	"stoa/internal/app/journal"
	"stoa/internal/call"
	"stoa/internal/deploy"
	"stoa/internal/good"
	"stoa/internal/need"
	"stoa/internal/standard"
	"stoa/internal/standard/shape"
	"stoa/internal/store"
	"stoa/internal/support"
	"stoa/internal/testkit"
	"stoa/standards"
)

var (
	desk  = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZA", Pseudonym: "desk", Roles: []string{access.Secretariat}}
	lead  = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZD", Pseudonym: "lead"}
	thief = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZE", Pseudonym: "thief"}
)

const (
	kenya = good.ID("01HZZZZZZZZZZZZZZZZZZZZZZH")
	crvs  = good.ID("01JZX4T9W2QK8N5V3B7C6D0001")
	dhis  = good.ID("01JZX4T9W2QK8N5V3B7C6D0002")
)

var now = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

func open(t *testing.T, url string) *app.App {
	t.Helper()
	db, err := store.Open(t.Context(), url, store.Options{Now: func() time.Time { return now }, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	do(t, db, func(ctx context.Context, tx *store.Tx) error {
		for _, who := range []access.Who{desk, lead, thief} {
			if err := tx.PutPerson(ctx, &good.Person{ID: who.Person, Pseudonym: who.Pseudonym}); err != nil {
				return err
			}
		}
		for id, g := range map[good.ID]good.Facts{crvs: {Name: "OpenCRVS", Goals: []good.Goal{{SDG: 16}}, Sectors: []string{"governance"}}, dhis: {Name: "DHIS2", Goals: []good.Goal{{SDG: 3}, {SDG: 16}}, Sectors: []string{"health"}}} {
			if err := tx.PutGood(ctx, &good.Good{ID: id, Slug: strings.ToLower(g.Name), Stage: good.Nominated, Facts: g}); err != nil {
				return err
			}
		}
		if err := tx.AddBody(ctx, good.Body{ID: kenya, Slug: "kenya", Name: "Kenya", Created: now}); err != nil {
			return err
		}
		if err := tx.PutMember(ctx, good.Member{Body: kenya, Person: lead.Person, Keeper: true, Since: now}); err != nil {
			return err
		}
		m := alliance.Member{ID: tx.NewID(), Slug: "kenya", Name: "Kenya", Roles: []alliance.Role{alliance.Pathfinder}, Country: "KE", Body: kenya, Since: "2026-01-01"}
		if err := tx.PutAllianceMember(ctx, &m); err != nil {
			return err
		}
		return tx.PutCommitment(ctx, &alliance.Commitment{ID: tx.NewID(), Member: m.ID, Text: "Every county registers births.", Lang: "en", Due: "2027-06-30", Made: now})
	})
	library, err := standard.Load(shape.New(), standards.FS)
	if err != nil {
		t.Fatal(err)
	}
	return &app.App{DB: db, Now: func() time.Time { return now }, Library: library}
}

func do(t *testing.T, db *store.DB, f func(context.Context, *store.Tx) error) {
	t.Helper()
	if _, err := db.Do(t.Context(), good.Actor{}, f); err != nil {
		t.Fatal(err)
	}
}

// use writes a deployment as it stands, confirmed or not.
func use(t *testing.T, db *store.DB, g good.ID, country, body string, stage deploy.Stage, confirmed bool) deploy.Record {
	t.Helper()
	r := deploy.Record{Good: g, Statement: deploy.Statement{Organisation: body, Country: country, Stage: stage}}
	do(t, db, func(ctx context.Context, tx *store.Tx) error {
		r.ID, r.Version = tx.NewID(), 0
		r.Say(r.Statement, deploy.Word{By: deploy.Maintainer, Proof: deploy.Owns, At: now})
		if confirmed {
			if err := r.Confirm(deploy.Word{By: deploy.Adopter, Proof: deploy.Domain, At: now}); err != nil {
				return err
			}
		}
		return tx.PutDeployment(ctx, &r)
	})
	return r
}

func TestOnlyWhatIsConfirmedAndRunsCountsInACountry(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		a := open(t, url)
		first := use(t, a.DB, crvs, "KE", "Ministry of Health", deploy.Live, true)
		use(t, a.DB, crvs, "KE", "County of Kisumu", deploy.Pilot, true)
		use(t, a.DB, dhis, "KE", "Ministry of Health", deploy.National, false)
		use(t, a.DB, dhis, "UG", "Ministry of Health", deploy.Live, true)
		use(t, a.DB, dhis, "TZ", "Old ministry", deploy.Exploring, true)
		v, err := a.Show(t.Context(), access.Who{}, "kenya")
		if err != nil {
			t.Fatal(err)
		}
		if v.Code != "KE" || v.Running != 2 || v.Other != 1 || v.Goods != 1 || v.Organisations != 2 || !v.Pathfinder || len(v.Latest) != 3 {
			t.Errorf("%+v", v.Figures)
		}
		if len(v.Top) != 1 || v.Top[0].Name != "OpenCRVS" || v.Top[0].N != 2 || len(v.Bodies) != 2 || v.Bodies[0].Name == "" {
			t.Errorf("most used %+v by %+v", v.Top, v.Bodies)
		}
		if diff := cmp.Diff([]app.Topic{{Value: "16", Goods: 1}}, v.SDGs); diff != "" {
			t.Error(diff)
		}
		if len(v.Gaps) != 16 || v.Gaps[2].SDG != 3 || strings.Join(v.Gaps[2].Near, " ") != "TZ UG" {
			t.Errorf("gaps %+v", v.Gaps)
		}
		if len(v.Team) != 1 || len(v.Promises) != 1 || v.Keeps {
			t.Errorf("%+v %+v %v", v.Team, v.Promises, v.Keeps)
		}

		// The good serves another goal from now on, and one of the two ends.
		do(t, a.DB, func(ctx context.Context, tx *store.Tx) error {
			g, err := tx.Good(ctx, crvs)
			if err != nil {
				return err
			}
			g.Goals, g.Sectors = []good.Goal{{SDG: 5}}, nil
			if err := tx.PutGood(ctx, g); err != nil {
				return err
			}
			r, err := tx.Deployment(ctx, first.ID)
			if err == nil {
				err = r.Withdraw("It ended.")
			}
			if err == nil {
				err = tx.PutDeployment(ctx, r)
			}
			return err
		})
		if v, err = a.Show(t.Context(), access.Who{}, "KE"); err != nil || v.Running != 1 || v.Goods != 1 || v.Organisations != 1 || len(v.Sectors) != 0 || len(v.SDGs) != 1 || v.SDGs[0].Value != "5" {
			t.Errorf("%+v %+v %+v %v", v.Figures, v.SDGs, v.Sectors, err)
		}
		r, err := a.Region(t.Context(), "eastern-africa")
		if err != nil || r.Code != "014" || r.Running != 3 || len(r.Countries) != 3 || r.Countries[0].Code != "KE" || len(r.Silent) != 19 {
			t.Errorf("%+v %v", r, err)
		}
		if whole, err := a.Region(t.Context(), "002"); err != nil || whole.Running != 3 || len(whole.Parts) != 5 {
			t.Errorf("%+v %v", whole, err)
		}
		two, err := a.Compare(t.Context(), []string{"KE", "uganda", "KE"})
		if err != nil || len(two) != 2 || two[1].Code != "UG" || two[1].SDGs[3] != 1 {
			t.Errorf("%+v %v", two, err)
		}
		if _, err := a.Compare(t.Context(), []string{"KE", "UG", "TZ", "RW", "BI"}); good.KindOf(err) != good.Invalid {
			t.Errorf("five side by side: %v", err)
		}
		if _, err := a.Compare(t.Context(), []string{"Atlantis"}); good.KindOf(err) != good.Invalid {
			t.Errorf("Atlantis: %v", err)
		}
	})
}

func TestACountrySpeaksForItself(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		a := open(t, url)
		d := app.Description{Text: good.Text{"en": " Births first. ", "sw": "Vizazi kwanza."}, SDGs: []int{16, 3, 3}, Sectors: []string{"Health"}, Offices: []deploy.Office{{Role: "lead", URL: "ict.go.ke/contact"}}, Links: []good.Link{{URL: "https://ict.go.ke/strategy", Name: "Strategy"}}}
		for _, who := range []access.Who{thief, {}} {
			if _, _, err := a.Describe(t.Context(), who, "KE", d); good.KindOf(err) != good.Forbidden && good.KindOf(err) != good.Unauthenticated {
				t.Errorf("%s speaks for Kenya: %v", who.Pseudonym, err)
			}
		}
		if _, _, err := a.Describe(t.Context(), lead, "UG", d); good.KindOf(err) != good.Forbidden {
			t.Errorf("Kenya speaks for Uganda: %v", err)
		}
		l, _, err := a.Describe(t.Context(), lead, "KE", d)
		if err != nil || l.Text["en"] != "Births first." || len(l.SDGs) != 2 || l.Sectors[0] != "health" || l.Offices[0].URL != "https://ict.go.ke/contact" {
			t.Fatalf("%+v %v", l, err)
		}
		if _, _, err := a.Answer(t.Context(), desk, "KE", []deploy.Ready{{Question: "security.team", Answer: "no"}, {Question: "privacy.law", Answer: "yes", Evidence: "kenyalaw.org/dpa"}}, new(l.Version)); err != nil {
			t.Fatal(err)
		}
		if _, _, err := a.Describe(t.Context(), lead, "KE", app.Description{Version: new(l.Version)}); good.KindOf(err) != good.Conflict {
			t.Errorf("an old form: %v", err)
		}
		for name, bad := range map[string]app.Description{
			"turned":   {Text: good.Text{"en": "Kenya \u202egnihton"}},
			"language": {Text: good.Text{"tlhh": "nuqneH"}},
			"person":   {Offices: []deploy.Office{{Role: "lead", URL: "amina@health.go.ke"}}},
			"goal":     {SDGs: []int{18}},
			"sector":   {Sectors: []string{"alchemy"}},
			"link":     {Links: []good.Link{{URL: "javascript:alert(1)"}}},
			"role":     {Offices: []deploy.Office{{Role: "king", URL: "https://x.org"}}},
		} {
			if _, _, err := a.Describe(t.Context(), lead, "KE", bad); good.KindOf(err) != good.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		for name, bad := range map[string]deploy.Ready{"unknown": {Question: "gold", Answer: "no"}, "unproved": {Question: "privacy.law", Answer: "yes"}, "maybe": {Question: "privacy.law", Answer: "maybe"}, "future": {Question: "privacy.law", Answer: "no", Date: "2030-01-01"}} {
			if _, _, err := a.Answer(t.Context(), lead, "KE", []deploy.Ready{bad}, nil); good.KindOf(err) != good.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		v, err := a.Show(t.Context(), lead, "KE")
		if err != nil || !v.Keeps || len(v.History) != 2 || len(v.Land.Ready) != 2 || v.Land.Ready[0].Date != "2026-11-26" || v.Land.Standard != "readiness@1.0" {
			t.Errorf("%+v %v", v.Land, err)
		}
		same := func() {
			t.Helper()
			log := &journal.App{DB: a.DB}
			said, err := log.Replay(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			live, err := log.Live(t.Context())
			if diff := cmp.Diff(live.Lands, said.Lands, cmpopts.EquateEmpty()); err != nil || diff != "" || len(live.Lands) != 1 {
				t.Errorf("the journal says otherwise: %s %v", diff, err)
			}
		}
		same()
		log := &journal.App{DB: a.DB}
		if _, err := log.Erase(t.Context(), good.Actor{Role: access.Operator}, v.History[0].Position, "text", "a person's name"); err != nil {
			t.Fatal(err)
		}
		same()
		if v, err = a.Show(t.Context(), lead, "KE"); err != nil || len(v.Land.Text) != 0 || len(v.Land.Links) != 1 {
			t.Errorf("%+v %v", v.Land, err)
		}
		news, err := a.News(t.Context(), "Kenya")
		if err != nil || news.Code != "KE" || len(news.List) < 2 {
			t.Errorf("%+v %v", news, err)
		}
	})
}

func TestACountrySaysHowReadyItIsAndIsNotRanked(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		a := open(t, url)
		none, err := a.Ready(t.Context(), access.Who{}, "Kenya")
		if err != nil || none.Key != "readiness@1.0" || len(none.Answers) != 0 || len(none.Areas) != 11 || none.Areas[0].Open != 3 || none.Keeps {
			t.Fatalf("%+v %v", none, err)
		}
		first := deploy.Ready{Question: "privacy.law", Answer: "partly", Date: "2026-10-01"}
		if _, _, err := a.AnswerSome(t.Context(), thief, "KE", []deploy.Ready{first}); good.KindOf(err) != good.Forbidden {
			t.Errorf("somebody answers for Kenya: %v", err)
		}
		if _, _, err := a.AnswerSome(t.Context(), lead, "KE", []deploy.Ready{first, {Question: "security.team", Answer: "no"}}); err != nil {
			t.Fatal(err)
		}
		if _, _, err := a.AnswerSome(t.Context(), lead, "KE", []deploy.Ready{{Question: "privacy.law", Answer: "yes", Evidence: "https://kenyalaw.org/dpa"}, {Question: "security.team"}}); err != nil {
			t.Fatal(err)
		}
		if _, _, err := a.Describe(t.Context(), lead, "KE", app.Description{SDGs: []int{16}}); err != nil {
			t.Fatal(err)
		}
		v, err := a.Ready(t.Context(), lead, "KE")
		want := []app.Turn{{At: now, Changes: []app.Changed{{Question: "privacy.law", From: "partly", To: "yes"}, {Question: "security.team", From: "no"}}},
			{At: now, Changes: []app.Changed{{Question: "privacy.law", To: "partly"}, {Question: "security.team", To: "no"}}}}
		if diff := cmp.Diff(want, v.History, cmpopts.IgnoreFields(app.Turn{}, "At")); err != nil || diff != "" || len(v.Answers) != 1 || !v.Keeps {
			t.Errorf("%s %+v %v", diff, v.Answers, err)
		}
		two, err := a.Compare(t.Context(), []string{"UG", "KE"})
		if err != nil || two[0].Ready != nil || two[0].Code != "UG" || len(two[1].Ready) != 11 || two[1].Ready[7] != (app.Area{ID: "data-protection", Yes: 1, Open: 1}) {
			t.Errorf("%+v %v", two, err)
		}
	})
}

func TestACountrySeesItsNeedsWhoHelpsAndTheCallsItsPeopleCanEnter(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		a := open(t, url)
		do(t, a.DB, func(ctx context.Context, tx *store.Tx) error {
			for n, c := range []call.Call{{Countries: []string{"KE"}, State: call.Open}, {State: call.Announced}, {Countries: []string{"UG"}, State: call.Open}, {State: call.Draft}, {State: call.Closed}} {
				c.ID, c.Slug, c.Until = tx.NewID(), string(rune('a'+n)), now.AddDate(0, 0, 10-n)
				if err := tx.PutCall(ctx, &c); err != nil {
					return err
				}
			}
			return nil
		})
		empty, err := a.Show(t.Context(), access.Who{}, "KE")
		if err != nil || empty.Needed != 0 || len(empty.Offers) != 0 {
			t.Fatalf("%+v %v", empty, err)
		}
		do(t, a.DB, func(ctx context.Context, tx *store.Tx) error {
			for n, seen := range []need.Visibility{need.Public, need.Private, need.Public} {
				rec := need.Record{ID: tx.NewID(), Title: string(rune('A' + n)), Ask: need.Ask{Country: []string{"KE", "KE", "UG"}[n]}, Visibility: seen, Created: now, Changed: now}
				if err := tx.PutNeed(ctx, &rec, lead.Person); err != nil {
					return err
				}
			}
			for n, where := range [][]string{{"KE"}, nil, {"UG"}} { // the second, anywhere
				o := support.Offer{ID: tx.NewID(), Body: kenya, Organisation: string(rune('X' + n)), Terms: support.Terms{Kinds: []string{"hosting"}, Countries: where}, State: support.Open, Opened: now}
				if err := tx.PutOffer(ctx, &o); err != nil {
					return err
				}
			}
			return nil
		})
		v, err := a.Show(t.Context(), access.Who{}, "KE")
		if err != nil || v.Needed != 1 || len(v.Needs) != 1 || v.Needs[0].Title != "A" || len(v.Offers) != 2 || v.Offers[0].Organisation == "Z" || v.Offers[1].Organisation == "Z" || v.Seen() == empty.Seen() {
			t.Errorf("%+v %+v %v", v.Needs, v.Offers, err)
		}
		news, err := a.News(t.Context(), "KE")
		told := map[string]int{}
		for _, n := range news.List {
			if n.Need != nil {
				told["need "+n.Need.Title]++
			}
			if n.Call != nil {
				told["call "+n.Call.Slug]++
			}
		}
		if diff := cmp.Diff(map[string]int{"need A": 1, "call a": 1}, told); err != nil || diff != "" {
			t.Errorf("the feed: %s %v", diff, err)
		}
		if err != nil || len(v.Calls) != 2 || v.Calls[0].Slug != "b" || v.Calls[1].Slug != "a" {
			t.Errorf("%+v %v", v.Calls, err)
		}
		a.Now = func() time.Time { return now.AddDate(0, 0, 11) } // all calls have ended
		then, err := a.News(t.Context(), "KE")
		late, no := a.Show(t.Context(), access.Who{}, "KE")
		late.Today = v.Today
		if err != nil || no != nil || then.Seen == news.Seen || late.Seen() == v.Seen() || len(then.List) != 1 {
			t.Errorf("what the clock ended is shown as it was: %+v %v %v", then, err, no)
		}
		do(t, a.DB, func(ctx context.Context, tx *store.Tx) error {
			rec := v.Needs[0]
			return tx.PutNeed(ctx, &rec, lead.Person)
		})
		if anew, err := a.News(t.Context(), "KE"); err != nil || anew.Seen == then.Seen {
			t.Errorf("a need that changed is shown as it was: %v", err)
		}
	})
}
