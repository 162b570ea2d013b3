package web_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"stoa/internal/access"
	"stoa/internal/app/nominations"
	"stoa/internal/good"
	"stoa/internal/nominate"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

// proposed is a nomination that waits: its licence is not known, and it is
// rubbish if it says of itself that it is a test.
func (b *bench) proposed(t testing.TB, name string) good.ID {
	t.Helper()
	n := nominate.Nomination{Name: name, Link: "https://" + good.Slugify(name) + ".org", Kind: good.Software, SDG: 3, Lang: "en",
		Why: "Midwives in forty clinics record risky pregnancies with it and refer them earlier than before."}
	out, _, err := b.pages().Nominations.Nominate(t.Context(), access.Who{}, nominations.Input{Nomination: n, Email: "nominator@example.net", Filled: nominate.Filled{Took: time.Minute}})
	if err != nil || out.State != nominations.Waiting {
		t.Fatal(out, err)
	}
	return out.ID
}

func TestNominationsThatWaitAreDecidedAtTheDesk(t *testing.T) {
	b := newBench(t)
	seed, twin, junk, trial, other := b.proposed(t, "Seed Bank"), b.proposed(t, "Crop Log"), b.proposed(t, "Test entry"), b.proposed(t, "Test 1 2 3"), b.proposed(t, "Water Map")
	for _, lang := range []string{"", "/ar", "/zh", "/fr", "/ru", "/es"} {
		status, _, body := b.ask(t, "carl", lang+"/desk/nominations", nil)
		if status != 200 || !strings.Contains(body, "Seed Bank") || strings.Contains(body, ">office.") || strings.Contains(body, "nominator@example.net") {
			t.Errorf("%s: %d, or a sentence is missing, or an address is told", lang, status)
		}
	}
	_, _, spam := b.ask(t, "carl", "/desk/nominations?sift=spam", nil)
	_, _, honest := b.ask(t, "carl", "/desk/nominations?sift=honest", nil)
	if strings.Contains(spam, "Seed Bank") || !strings.Contains(spam, "Test entry") || strings.Contains(honest, "Test entry") || !strings.Contains(honest, "Seed Bank") {
		t.Error("what looks like spam does not lie apart")
	}
	// Several at once, and what stands against it for one of them.
	if status, to, _ := b.ask(t, "carl", "/desk/nominations", url.Values{"nomination": {string(junk), string(trial)}, "decision": {"spam"}, "reason": {""}, "sift": {"spam"}, "after": {""}}); status != 303 || !strings.Contains(to, "n=2") || !strings.Contains(to, "sift=spam") {
		t.Errorf("two are spam: %d %s", status, to)
	}
	if status, _, body := b.ask(t, "carl", "/desk/nominations", url.Values{"nomination": {string(seed), string(junk)}, "decision": {"publish"}, "reason": {"It is known."}}); status != 422 || !strings.Contains(body, "Seed Bank: A public nominee needs its licence") || !strings.Contains(body, "Test entry: Somebody else has decided") || !strings.Contains(body, "It is known.") {
		t.Errorf("what cannot be accepted: %d", status)
	}
	for what, form := range map[string]url.Values{"nothing is chosen": {"decision": {"spam"}}, "no decision": {"nomination": {string(seed)}, "reason": {"x"}}, "no reason": {"nomination": {string(seed)}, "decision": {"refuse"}}} {
		if status, _, body := b.ask(t, "carl", "/desk/nominations", form); status != 422 || !strings.Contains(body, `class="wrong"`) {
			t.Errorf("%s: %d", what, status)
		}
	}
	// One, with its licence put right.
	one := "/desk/nominations/" + string(seed)
	if status, _, body := b.ask(t, "sara", one, url.Values{"decision": {"publish"}, "into": {""}, "kind": {"software"}, "licence": {""}, "sdg": {"3"}, "reason": {"It is known."}}); status != 400 || !strings.Contains(body, `href="#licence"`) {
		t.Errorf("a nominee without a licence: %d", status)
	}
	if status, _, _ := b.ask(t, "sara", one, url.Values{"decision": {"publish"}, "into": {""}, "kind": {"software"}, "licence": {"MIT"}, "sdg": {"3"}, "reason": {"It is known."}}); status != 303 {
		t.Errorf("accepted: %d", status)
	}
	if g, _, err := b.DB.GoodBySlug(t.Context(), "seed-bank"); err != nil || len(g.Licences) != 1 || g.Licences[0].SPDX != "MIT" {
		t.Errorf("the nominee is %+v %v", g, err)
	}
	if status, _, body := b.ask(t, "carl", one, url.Values{"decision": {"spam"}, "reason": {""}}); status != 409 || !strings.Contains(body, "Somebody else has decided about Seed Bank already") {
		t.Errorf("two who decide at once: %d", status)
	}
	// A duplicate, and one that is refused.
	if status, _, body := b.ask(t, "carl", "/desk/nominations/"+string(twin), url.Values{"decision": {"into"}, "into": {"nowhere"}, "reason": {"The same."}}); status != 400 || !strings.Contains(body, `href="#into"`) {
		t.Errorf("a duplicate of nothing: %d", status)
	}
	if status, _, _ := b.ask(t, "carl", "/desk/nominations/"+string(twin), url.Values{"decision": {"into"}, "into": {"seed-bank"}, "reason": {"The same."}}); status != 303 {
		t.Errorf("a duplicate: %d", status)
	}
	if list, err := b.DB.NominationsOf(t.Context(), good.ID(b.good(t, "seed-bank"))); err != nil || len(list) != 2 {
		t.Errorf("%d nominations of one good, %v", len(list), err)
	}
	if status, _, _ := b.ask(t, "carl", "/desk/nominations/"+string(other), url.Values{"decision": {"refuse"}, "reason": {"It is a map of one firm."}}); status != 303 {
		t.Errorf("refused: %d", status)
	}
	if r, err := b.pages().Nominations.Became(t.Context(), other); err != nil || r.State != nominations.Dropped || r.Reason != "It is a map of one firm." {
		t.Errorf("its nominator hears %+v %v", r, err)
	}
	if r, err := b.pages().Nominations.Became(t.Context(), junk); err != nil || r.State != nominations.Dropped || r.Reason != "" {
		t.Errorf("a spammer hears %+v %v", r, err)
	}
	for _, name := range []string{"rosa", "olga", "adam"} {
		if status, _, _ := b.ask(t, name, "/desk/nominations", nil); status != 403 {
			t.Errorf("%s sees the nominations: %d", name, status)
		}
	}
	status, _, body := b.ask(t, "sara", "/desk/tables/nominations.csv", nil)
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if status != 200 || err != nil || len(rows) != 6 || strings.Contains(body, "nominator@example.net") {
		t.Errorf("the table: %d, %d rows, %v", status, len(rows), err)
	}
}

// good is the id of a good.
func (b *bench) good(t testing.TB, slug string) string {
	t.Helper()
	g, _, err := b.DB.GoodBySlug(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	return string(g.ID)
}

func TestRolesAreGivenAndTakenAtTheDesk(t *testing.T) {
	b := newBench(t)
	b.inReview(t, "Clinic Book")
	_, err := b.DB.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		return tx.PutEmail(ctx, good.Email{Address: "olga@clinic.example", Person: b.who("olga").Person, Main: true, Verified: tx.Now()})
	})
	if err != nil {
		t.Fatal(err)
	}
	olga := "/desk/people/" + string(b.who("olga").Person)
	for _, lang := range []string{"", "/ar", "/zh", "/fr", "/ru", "/es"} {
		for _, path := range []string{"/desk/people", olga, "/desk/people/" + string(b.who("rosa").Person)} {
			if status, _, body := b.ask(t, "adam", lang+path, nil); status != 200 || strings.Contains(body, ">office.") || strings.Contains(body, ">people.") {
				t.Errorf("%s%s: %d, or a sentence is missing", lang, path, status)
			}
		}
	}
	found := func(who, query string) string {
		status, _, body := b.ask(t, who, "/desk/people?"+query, nil)
		if status != 200 {
			t.Errorf("%s looks for %s: %d", who, query, status)
		}
		return body
	}
	if body := found("adam", "q=OLG"); !strings.Contains(body, "olga@clinic.example") || strings.Contains(body, ">Rosa<") {
		t.Error("who is searched for by name is not found, or others are")
	}
	if body := found("adam", "q=clinic.exa"); !strings.Contains(body, ">Olga<") {
		t.Error("an administrator does not find by address")
	}
	if body := found("adam", "role=reviewer"); strings.Contains(body, ">Olga<") || !strings.Contains(body, ">Rosa<") {
		t.Error("a role does not narrow the list")
	}
	if body := found("adam", "q=100%25"); strings.Contains(body, ">Olga<") {
		t.Error("a sign of patterns is read as one")
	}
	if body := found("sara", "q=clinic.exa"); strings.Contains(body, ">Olga<") {
		t.Error("the secretariat finds by address")
	}
	if body := found("sara", "q=olga"); !strings.Contains(body, ">Olga<") || strings.Contains(body, "olga@clinic.example") {
		t.Error("the secretariat does not find a person, or sees the address")
	}
	// The secretariat sees, the administrator gives.
	give := url.Values{"form": {"give"}, "role": {"reviewer"}, "reason": {"She knows health data."}}
	if status, _, _ := b.ask(t, "sara", olga+"/roles", give); status != 403 {
		t.Errorf("the secretariat gives a role: %d", status)
	}
	if status, _, body := b.ask(t, "adam", olga+"/roles", url.Values{"form": {"give"}, "role": {"reviewer"}, "reason": {" "}}); status != 422 || !strings.Contains(body, `href="#reason-give"`) {
		t.Errorf("without a reason: %d", status)
	}
	if status, _, _ := b.ask(t, "adam", olga+"/roles", url.Values{"form": {"give"}, "role": {"operator"}, "reason": {"x"}}); status != 422 {
		t.Errorf("a role that cannot be given: %d", status)
	}
	if status, _, _ := b.ask(t, "adam", olga+"/roles", give); status != 303 {
		t.Errorf("given: %d", status)
	}
	if roles, err := b.DB.Roles(t.Context(), b.who("olga").Person); err != nil || len(roles) != 1 || roles[0] != access.Reviewer {
		t.Errorf("she is %v %v", roles, err)
	}
	past, err := b.DB.History(t.Context(), "p-olga", 10)
	if err != nil || len(past) != 1 || past[0].Verb != good.RoleGranted || past[0].Actor.Pseudonym != "p-adam" {
		t.Errorf("the journal has %+v %v", past, err)
	}
	if _, _, body := b.ask(t, "sara", olga, nil); !strings.Contains(body, "She knows health data.") || strings.Contains(body, "/roles\"") {
		t.Error("the secretariat does not see why, or is offered to change it")
	}
	if status, _, _ := b.ask(t, "adam", olga+"/roles", url.Values{"form": {"reviewer"}, "reason": {"She left."}}); status != 303 {
		t.Errorf("taken: %d", status)
	}
	if status, _, body := b.ask(t, "adam", "/desk/people/"+string(b.who("adam").Person)+"/roles", url.Values{"form": {"administrator"}, "reason": {"x"}}); status != 403 || !strings.Contains(body, "You cannot take the administrator") {
		t.Errorf("one takes one’s own: %d", status)
	}
	if status, _, body := b.ask(t, "adam", "/desk/people/01HZZZZZZZZZZZZZZZZZZZZZZZ", nil); status != 404 {
		t.Errorf("nobody: %d %.100s", status, body)
	}
	for who, sees := range map[string]bool{"adam": true, "sara": false} {
		status, _, body := b.ask(t, who, "/desk/tables/people.csv", nil)
		if status != 200 || !strings.Contains(body, "p-olga") || strings.Contains(body, "olga@clinic.example") != sees {
			t.Errorf("the table for %s: %d", who, status)
		}
	}
	if status, _, _ := b.ask(t, "carl", "/desk/tables/people.csv", nil); status != 403 {
		t.Errorf("a coordinator takes people away: %d", status)
	}
}

// known makes an application's good one that volunteers looked at elsewhere.
func (b *bench) known(t testing.TB, name string, remarks int) good.ID {
	t.Helper()
	app := b.inReview(t, name)
	doc := `{"findings":[`
	for n := range remarks {
		if n > 0 {
			doc += ","
		}
		doc += fmt.Sprintf(`{"indicator":"5","agrees":%v,"confidence":%d,"comment":"Remark %d: %s"}`, n%2 == 0, 1+n%5, n, strings.Repeat("the manual is easy to find and says how it is installed. ", 20))
	}
	_, err := b.DB.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		return tx.PutCommunityReview(ctx, store.CommunityReview{Source: "dpga-reviews", ForeignID: "1", Good: app.Good, Name: name, At: tx.Now(), Doc: []byte(doc + "]}")}, "SecretHandle")
	})
	if err != nil {
		t.Fatal(err)
	}
	return app.ID
}

func TestWhatVolunteersFoundElsewhereStandsBesideTheQuestions(t *testing.T) {
	b := newBench(t)
	id := b.known(t, "Clinic Book", 60)
	whole, alone := "/desk/applications/"+string(id), "/desk/applications/"+string(id)+"?on=5"
	status, _, body := b.ask(t, "rosa", whole, nil)
	if status != 200 || !strings.Contains(body, "60 remarks by volunteers elsewhere") || !strings.Contains(body, "Remark 0:") || strings.Contains(body, "Remark 9:") || !strings.Contains(body, "count towards no verdict") {
		t.Errorf("the reviewer sees %d", status)
	}
	if len(body) > 80<<10 {
		t.Errorf("the page has %d bytes", len(body))
	}
	if _, _, body := b.ask(t, "rosa", alone, nil); !strings.Contains(body, "Remark 59:") {
		t.Error("the page of one indicator does not tell all of it")
	}
	for _, path := range []string{whole, alone} {
		for _, who := range []string{"rosa", "carl", "sara"} {
			if _, _, body := b.ask(t, who, path, nil); strings.Contains(body, "SecretHandle") {
				t.Errorf("%s reads who wrote it", who)
			}
		}
		if _, _, body := b.ask(t, "mona", path, nil); strings.Contains(body, "Remark") {
			t.Error("the community reads it")
		}
	}
	if status, _, body := b.ask(t, "olga", whole, nil); status == 200 && strings.Contains(body, "Remark") {
		t.Error("the applicant reads it")
	}
}

func TestTheOfficeInTheBrowser(t *testing.T) {
	b := newBench(t)
	seed := b.proposed(t, "Seed Bank")
	b.proposed(t, "Test entry")
	id := b.known(t, "Clinic Book", 4)
	for _, lang := range []string{"en", "ar"} {
		for _, screen := range []testkit.Screen{{Width: 1280, Height: 900}, {Width: 360, Height: 780, Phone: true, NoScript: true}} {
			r := newReader(t, screen)
			for name, page := range map[string][2]string{"nominations": {"carl", "/desk/nominations"}, "nomination": {"carl", "/desk/nominations/" + string(seed)}, "people": {"adam", "/desk/people"},
				"person": {"adam", "/desk/people/" + string(b.who("rosa").Person)}, "crowd": {"rosa", "/desk/applications/" + string(id) + "?on=5"}} {
				r.as(b.url, page[0], prefixes[lang]+page[1])
				if name == "crowd" {
					r.do(chromedp.Click(chromedp.CSS(`#t-5 ~ details.more > summary`)))
				}
				r.sound()
				r.kept(fmt.Sprintf("office-%s-%s-%d", name, lang, screen.Width))
			}
		}
	}
}
