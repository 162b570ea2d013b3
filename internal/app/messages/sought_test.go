package messages

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/notify"
	"stoa/internal/store"
)

var office = access.Who{Person: ada.Person, Pseudonym: ada.Pseudonym, Roles: []string{access.Secretariat}}

// reported keeps a good that others report as recognised, with its contacts.
func (w *world) reported(slug string, contacts ...good.Contact) *good.Good {
	w.t.Helper()
	w.now = w.now.Add(time.Second) // goods come one after the other
	var g *good.Good
	_, err := w.DB.Do(w.t.Context(), good.Actor{Role: access.Importer}, func(ctx context.Context, tx *store.Tx) error {
		g = &good.Good{ID: tx.NewID(), Slug: slug, Facts: good.Facts{Name: strings.ToUpper(slug), Website: "https://www." + slug + ".example.org"},
			Recognitions: []good.Recognition{{Issuer: "DPGA", Reported: true, State: good.Recognised, Source: "dpga-v1"}}}
		if err := tx.PutGood(ctx, g); err != nil {
			return err
		}
		if err := tx.PutSource(ctx, good.Source{ID: "dpga-v1", Name: "The other register"}); err != nil {
			return err
		}
		if err := tx.PutContacts(ctx, "dpga-v1", slug, contacts); err != nil {
			return err
		}
		return tx.PutRecord(ctx, good.Record{Source: "dpga-v1", ForeignID: slug, Good: g.ID, Facts: g.Facts})
	})
	w.must(err)
	return g
}

func owner(name, address string) good.Contact {
	return good.Contact{Role: "owner", Name: name, Email: address}
}

// ownerless are the goods of a sort, by slug.
func (w *world) ownerless(which string) map[string]Ownerless {
	w.t.Helper()
	list, counts, err := w.Ownerless(w.t.Context(), office, Seeking{Which: which, Limit: 100})
	w.must(err)
	out := map[string]Ownerless{}
	for _, o := range list {
		out[o.Slug] = o
	}
	if counts[which] != len(list) {
		w.t.Errorf("%d goods of the sort %q, said are %d", len(list), which, counts[which])
	}
	return out
}

func (w *world) fates() string {
	w.t.Helper()
	list, counts, err := w.OwnerLetters(w.t.Context(), office, "", "", 100)
	w.must(err)
	n, out := 0, []string{}
	for _, c := range counts {
		n += c
	}
	if n != len(list) {
		w.t.Errorf("%d letters, said are %v", len(list), counts)
	}
	for _, l := range list {
		out = append(out, l.Slug+" "+string(l.Fate))
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

func asking(slugs ...string) Asking { return Asking{Goods: slugs, Language: "en"} }

func TestOwnersOfReportedGoodsAreWrittenToOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.settle()
		w.reported("well", owner("Jane", "Jane@well.example"), owner("Joe", "joe@well.example"))
		w.reported("pump", good.Contact{Role: "mentioned", Email: "help@pump.example"}, owner("Paul", "paul@pump.example"))
		w.reported("dry")
		if _, _, err := w.Ownerless(ctx, ada, Seeking{Limit: 1}); good.KindOf(err) != good.Forbidden {
			t.Fatalf("anybody sees the contacts: %v", err)
		}
		if all, none := w.ownerless(""), w.ownerless("none"); len(all) != 3 || len(none) != 1 || len(w.ownerless("write")) != 2 ||
			all["pump"].Contacts[0].Address != "paul@pump.example" || all["well"].Contacts[0].Source != "The other register" || all["well"].Issuers[0] != "DPGA" {
			t.Fatalf("%+v %+v", all, none)
		}
		in := Asking{All: true, Language: "fr", AnHour: 2}
		plan, err := w.PlanLetters(ctx, office, in)
		w.must(err)
		if len(plan.To) != 2 || !strings.Contains(plan.Subject, "WELL") || len(plan.Body) != 3 || plan.Why == "" || w.fates() != "" || len(w.tasks) != 0 {
			t.Fatalf("%+v, and %q", plan, w.fates())
		}
		for range 3 { // however often
			_, err = w.WriteOwners(ctx, office, in)
			w.must(err)
		}
		if len(w.tasks) != 2 || w.tasks[1].At.Sub(w.tasks[0].At) != 30*time.Minute || w.fates() != "pump waiting, well waiting" {
			t.Fatalf("%+v: %s", w.tasks, w.fates())
		}
		tasks := w.tasks
		w.must(w.work()...)
		w.tasks = tasks
		w.must(w.work()...) // a job that runs again
		if len(w.sent) != 2 || w.fates() != "pump sent, well sent" {
			t.Fatalf("%d letters: %s", len(w.sent), w.fates())
		}
		l := w.sent[0]
		said := strings.Join(l.Body, " ")
		if l.To != "jane@well.example" || l.Lang != "fr" || !strings.Contains(l.Link, "/fr/letters/") || strings.Contains(l.Link, "jane") || !strings.Contains(l.LeaveAt, "/fr/unsubscribe/") || l.Leave == "" ||
			l.Return == "" || !strings.Contains(said, "DPGA") || !strings.Contains(said, "The other register") || !strings.Contains(said, "secrétariat") {
			t.Errorf("%+v", l)
		}
		if plan, err = w.PlanLetters(ctx, office, asking("well", "dry", "nothing")); err != nil || len(plan.To) != 0 || fmt.Sprint(plan.Left) != "[{nothing  unknown} {well WELL written} {dry DRY no-contact}]" {
			t.Errorf("%+v %v", plan, err)
		}
		// Looking at a link notes nothing; going on does, once.
		_, token, _ := strings.Cut(l.Link, "/letters/")
		if o, err := w.Open(ctx, token); err != nil || o.Good.Slug != "well" || o.Owned || w.fates() != "pump sent, well sent" {
			t.Fatalf("%+v %v: %s", o, err, w.fates())
		}
		if _, err := w.Open(ctx, token[:len(token)-1]+"x"); good.KindOf(err) != good.NotFound {
			t.Errorf("a link made up: %v", err)
		}
		if slug, err := w.Reply(ctx, token, true); err != nil || slug != "well" || w.fates() != "pump sent, well opened" {
			t.Fatalf("%s %v: %s", slug, err, w.fates())
		}
		// Somebody proves that it is theirs.
		w.claimed("well", ada.Person)
		if o, err := w.Open(ctx, token); err != nil || !o.Owned || w.fates() != "pump sent, well claimed" || len(w.ownerless("")) != 2 {
			t.Errorf("%+v %v: %s", o, err, w.fates())
		}
		_, other, _ := strings.Cut(w.sent[1].Link, "/letters/")
		if _, err := w.Reply(ctx, other, false); err != nil || w.fates() != "pump declined, well claimed" {
			t.Errorf("%v: %s", err, w.fates())
		}
	})
}

// claimed has a person own a good.
func (w *world) claimed(slug string, person good.ID) {
	w.t.Helper()
	_, err := w.DB.Do(w.t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		g, _, err := tx.GoodBySlug(ctx, slug)
		if err != nil {
			return err
		}
		return tx.PutClaim(ctx, store.Claim{Good: g.ID, Person: person, Token: "t", Created: tx.Now(), Proved: tx.Now(), Method: "dns"})
	})
	w.must(err)
}

func TestWhoWantsNoLettersAsAnOwnerGetsNoneForGood(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.settle()
		for n := range 3 {
			w.reported(fmt.Sprintf("good-%d", n), owner("Jane", "jane@well.example"))
		}
		_, err := w.WriteOwners(ctx, office, Asking{All: true, Language: "ar"})
		w.must(err)
		if gap := w.tasks[2].At.Sub(w.tasks[1].At); len(w.tasks) != 3 || gap != 24*time.Hour { // a mailbox is not flooded
			t.Fatalf("%v apart, %+v", gap, w.tasks)
		}
		w.tasks, w.sent = w.tasks[:1], nil
		w.must(w.work()...)
		token := w.sent[0].LeaveAt[strings.LastIndex(w.sent[0].LeaveAt, "/")+1:]
		if kind, err := w.Leave(ctx, token); err != nil || kind != "sought" {
			t.Fatalf("%s %v", kind, err)
		}
		if w.fates() != "good-0 left, good-1 left, good-2 left" || len(w.ownerless("none")) != 3 {
			t.Errorf("%s, %v", w.fates(), w.ownerless("none"))
		}
		// The other register names it once more, and another good names it, too.
		w.reported("good-9", owner("Jane", "JANE@well.example"))
		plan, err := w.WriteOwners(ctx, office, asking("good-9"))
		w.must(err)
		if len(plan.To) != 0 || plan.Left[0].Why != "left" {
			t.Errorf("%+v", plan)
		}
		w.must(w.SetContact(ctx, office, "good-9", " jane@WELL.example ", "Jane"))
		if plan, err = w.PlanLetters(ctx, office, asking("good-9")); err != nil || len(plan.To) != 0 {
			t.Errorf("by hand: %+v %v", plan, err)
		}
		list, err := w.DB.SoughtBy(ctx, []string{"jane@well.example"})
		if err != nil || len(list) != 0 {
			t.Errorf("the address is kept: %+v %v", list, err)
		}
	})
}

func TestAnOwnersContactIsPutRightByHand(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.settle()
		g := w.reported("well", owner("Jane", "jane@well.example"), owner("Joe", "joe@well.example"))
		if err := w.SetContact(ctx, office, "well", "no address", ""); good.KindOf(err) != good.Invalid {
			t.Errorf("no address: %v", err)
		}
		w.must(w.SetContact(ctx, office, "well", "ann@well.example", "Ann"))
		if c := w.ownerless("")["well"].Contacts; len(c) != 1 || c[0].Address != "ann@well.example" || c[0].Source != good.ByHand {
			t.Errorf("%+v", c)
		}
		w.must(w.SetContact(ctx, office, string(g.ID), "", ""))
		if c := w.ownerless("none")["well"].Contacts; c == nil || len(c) != 0 {
			t.Errorf("nobody is to be written to, yet %+v", c)
		}
		w.must(w.ResetContact(ctx, office, "well"))
		// Who does not take letters is not tried again; the next one is.
		w.fail = notify.ErrRefused
		_, err := w.WriteOwners(ctx, office, asking("well"))
		w.must(err)
		w.must(w.work()...)
		w.fail = nil
		_, err = w.WriteOwners(ctx, office, asking("well"))
		w.must(err)
		if w.fates() != "well bounced, well waiting" {
			t.Errorf("%s", w.fates())
		}
		if n, err := w.Recall(ctx, office); err != nil || n != 1 {
			t.Errorf("%d taken back: %v", n, err)
		}
		w.must(w.work()...)
		if len(w.sent) != 0 || w.fates() != "well bounced, well dropped" {
			t.Errorf("%+v %s", w.sent, w.fates())
		}
		_, err = w.WriteOwners(ctx, office, asking("well")) // what was taken back can be written after all
		w.must(err)
		w.must(w.work()...)
		if len(w.sent) != 1 || w.sent[0].To != "joe@well.example" {
			t.Fatalf("%+v", w.sent)
		}
		// A letter that comes back says whose it was.
		if err := w.returns(w.sent[0], "5.1.1"); err != nil || w.fates() != "well bounced, well bounced" {
			t.Errorf("%v %s", err, w.fates())
		}
		for _, bad := range []Asking{{Goods: []string{"well"}, Language: "xx"}, {Language: "en"}, {All: true, Language: "en", AnHour: 601}, {All: true, Language: "en", AnHour: -1}} {
			if _, err := w.WriteOwners(ctx, office, bad); good.KindOf(err) != good.Invalid {
				t.Errorf("%+v: %v", bad, err)
			}
		}
	})
}

// returns hands in a letter that came back.
func (w *world) returns(l notify.Letter, status string) error {
	report := "From: mailer@example.org\r\nTo: bounces+" + l.Return + "@stoa.example\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n" +
		"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; x@example\r\nAction: failed\r\nStatus: " + status + "\r\n\r\n--b--\r\n"
	_, err := w.Bounced(w.t.Context(), access.Machine(access.Operator), strings.NewReader(report), "")
	return err
}

func TestAnOwnersAddressIsTakenAwayAndErasedWithThem(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.settle()
		w.reported("well", owner("Eve", "Eve@example.org"))
		w.must(w.SetContact(ctx, office, "well", "eve@example.org", "Eve at the well"))
		_, err := w.WriteOwners(ctx, office, asking("well"))
		w.must(err)
		w.must(w.work()...)
		if len(w.sent) != 1 {
			t.Fatalf("%+v", w.sent)
		}
		kept, err := w.Kept(ctx, good.Person{ID: eve.Person})
		w.must(err)
		doc, err := json.Marshal(kept)
		w.must(err)
		for _, part := range []string{`"source":"by-hand"`, "Eve at the well", `"source":"dpga-v1"`, `"owner_letters":[{`, `"state":"sent"`} {
			if !strings.Contains(string(doc), part) {
				t.Errorf("%s is not in %s", part, doc)
			}
		}
		_, err = w.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error { return w.Gone(ctx, tx, good.Person{ID: eve.Person}) })
		w.must(err)
		named, err := w.DB.ContactsAt(ctx, []string{"eve@example.org"})
		w.must(err)
		letters, err := w.DB.SoughtBy(ctx, []string{"eve@example.org"})
		w.must(err)
		if len(named)+len(letters) != 0 || w.fates() != "well sent" {
			t.Errorf("%+v %+v %s", named, letters, w.fates())
		}
	})
}

func TestAnOrganisationWithTheDomainIsWrittenToUnseen(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.settle()
		w.reported("well")
		_, err := w.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
			b := good.Body{ID: tx.NewID(), Slug: "wells", Name: "Wells", Created: tx.Now()}
			if err := tx.AddBody(ctx, b); err != nil {
				return err
			}
			if err := tx.PutMember(ctx, good.Member{Body: b.ID, Person: eve.Person, Keeper: true, Since: tx.Now()}); err != nil {
				return err
			}
			return tx.PutDomain(ctx, good.BodyDomain{Body: b.ID, Domain: "example.org", Proof: "p", Way: "dns", Verified: tx.Now()})
		})
		w.must(err)
		if c := w.ownerless("")["well"].Contacts; len(c) != 1 || c[0].Address != "" || c[0].Name != "Wells" || c[0].Source != good.ByDomain {
			t.Fatalf("%+v", c)
		}
		plan, err := w.WriteOwners(ctx, office, asking("well"))
		w.must(err)
		w.must(w.work()...)
		told, err := json.Marshal([]any{plan, w.ownerless("")})
		w.must(err)
		if len(w.sent) != 1 || w.sent[0].To != "eve@example.org" || strings.Contains(string(told), "eve@") {
			t.Errorf("%+v, told is %s", w.sent, told)
		}
		if u, err := url.Parse(w.sent[0].Link); err != nil || u.Host != "stoa.example" {
			t.Errorf("%v %v", u, err)
		}
	})
}
