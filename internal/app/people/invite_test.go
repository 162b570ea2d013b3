package people_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/people"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

// letters are the tasks of letters of invitation.
type letters struct{ keys []string }

// Enqueue implements people.Queue.
func (l *letters) Enqueue(_ context.Context, _ *store.Tx, task good.Task) error {
	if task.Kind == "invitation" && len(task.Args) == 0 {
		l.keys = append(l.keys, task.Key)
	}
	return nil
}

// joins has somebody asked to an organisation, and accept.
func (h *house) joins(by access.Viewer, body string, who access.Viewer, address string, keeper bool) {
	h.t.Helper()
	i, err := h.Invite(h.t.Context(), by.Who, good.ToOrganisation, body, address, keeper, "en")
	if err == nil {
		err = h.Answer(h.t.Context(), who.Who, i.ID, true)
	}
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) invites(by access.Viewer, body, address string) good.Invitation {
	h.t.Helper()
	i, err := h.Invite(h.t.Context(), by.Who, good.ToOrganisation, body, address, false, "fr")
	if err != nil {
		h.t.Fatal(err)
	}
	return i
}

func (h *house) found(by access.Viewer, name string) good.Body {
	h.t.Helper()
	b, err := h.Found(h.t.Context(), by, name)
	if err != nil {
		h.t.Fatal(err)
	}
	return b
}

func TestNobodyIsAMemberWhoDidNotAccept(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h, ctx, wrote := opened(t, url), t.Context(), &letters{}
		h.Tasks = wrote
		one, _ := h.enter("one@lab.example")
		two, _ := h.enter("two@lab.example")
		eve, _ := h.enter("eve@elsewhere.example")
		b := h.found(one, "Health Lab")

		// Whether anybody has an address or not, the answer has one form.
		known, unknown := h.invites(one, b.Slug, "Two@lab.example"), h.invites(one, b.Slug, "nobody@lab.example")
		for _, i := range []*good.Invitation{&known, &unknown} {
			if len(i.ID) != 26 || i.Expires.Sub(i.Created) != 14*24*time.Hour || i.Became != "" {
				t.Errorf("%+v", i)
			}
		}
		if again := h.invites(one, b.Slug, "two@lab.example"); again.ID != known.ID || len(wrote.keys) != 2 {
			t.Errorf("asked twice: %s and %s, letters %v", again.ID, known.ID, wrote.keys)
		}
		if m, err := h.DB.Members(ctx, b.ID); err != nil || len(m) != 1 {
			t.Fatalf("before anybody accepted there are %+v %v", m, err)
		}
		// Only who has the address sees it, and can answer.
		for _, v := range []access.Viewer{eve, one} {
			if list, err := h.Invitations(ctx, v.Who); err != nil || len(list) > 0 {
				t.Errorf("another sees %+v %v", list, err)
			}
			if err := h.Answer(ctx, v.Who, known.ID, true); key(err) != "invite.error.none" {
				t.Errorf("another accepts: %v", err)
			}
		}
		list, err := h.Invitations(ctx, two.Who)
		if err != nil || len(list) != 1 || list[0].Name != "Health Lab" || list[0].By != "" {
			t.Fatalf("%+v %v", list, err)
		}
		// Of two who accept at once one does.
		var both sync.WaitGroup
		var mu sync.Mutex
		joined := 0
		for range 2 {
			both.Go(func() {
				err := h.Answer(ctx, two.Who, known.ID, true)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					joined++
				} else if key(err) != "invite.error.over" && key(err) != "invite.error.none" {
					t.Error(err)
				}
			})
		}
		both.Wait()
		if m, err := h.DB.Members(ctx, b.ID); err != nil || len(m) != 2 || joined != 1 || m[1].Person != two.Person || m[1].Keeper {
			t.Errorf("%d joined: %+v %v", joined, m, err)
		}
		// A member is no keeper, and asks nobody.
		if _, err := h.Invite(ctx, two.Who, good.ToOrganisation, b.Slug, "x@lab.example", false, "en"); good.KindOf(err) != good.Forbidden {
			t.Errorf("a member asks: %v", err)
		}
		if _, err := h.Circle(ctx, eve.Who, good.ToOrganisation, b.Slug); good.KindOf(err) != good.Forbidden {
			t.Errorf("a stranger sees who is asked: %v", err)
		}
		if _, err := h.Invite(ctx, one.Who, good.ToOrganisation, b.Slug, "two@lab.example", false, "en"); key(err) != "invite.error.member" {
			t.Errorf("a member is asked: %v", err)
		}
		if _, err := h.Invite(ctx, one.Who, good.ToOrganisation, b.Slug, "one@lab.example", false, "en"); key(err) != "invite.error.self" {
			t.Errorf("oneself: %v", err)
		}
	})
}

func TestAnInvitationIsDeclinedTakenBackOrExpires(t *testing.T) {
	h, ctx := newHouse(t), t.Context()
	one, _ := h.enter("one@lab.example")
	two, _ := h.enter("two@lab.example")
	b := h.found(one, "Health Lab")
	i := h.invites(one, b.Slug, "two@lab.example")
	if err := h.Answer(ctx, two.Who, i.ID, false); err != nil {
		t.Fatal(err)
	}
	if err := h.Answer(ctx, two.Who, i.ID, true); key(err) != "invite.error.over" {
		t.Errorf("accepted after no: %v", err)
	}
	if _, err := h.Invite(ctx, one.Who, good.ToOrganisation, b.Slug, "two@lab.example", false, "en"); key(err) != "invite.error.declined" {
		t.Errorf("asked again at once: %v", err)
	}
	if c, err := h.Circle(ctx, one.Who, good.ToOrganisation, b.Slug); err != nil || len(c.Asked) != 1 || c.Asked[0].Became != "declined" || c.Path != "/account/organisations/"+string(b.ID) {
		t.Errorf("%+v %v", c, err)
	}
	h.now = h.now.Add(15 * 24 * time.Hour)
	one, _ = h.enter("one@lab.example")
	two, _ = h.enter("two@lab.example")
	i = h.invites(one, b.Slug, "two@lab.example")
	if err := h.TakeBack(ctx, two.Who, good.ToOrganisation, b.Slug, i.ID); good.KindOf(err) != good.Forbidden {
		t.Errorf("another takes it back: %v", err)
	}
	if err := h.TakeBack(ctx, one.Who, good.ToOrganisation, b.Slug, i.ID); err != nil {
		t.Fatal(err)
	}
	if err := h.Answer(ctx, two.Who, i.ID, true); key(err) != "invite.error.over" {
		t.Errorf("accepted what was taken back: %v", err)
	}
	if err := h.TakeBack(ctx, one.Who, good.ToOrganisation, b.Slug, i.ID); key(err) != "people.error.gone" {
		t.Errorf("taken back twice: %v", err)
	}
	i = h.invites(one, b.Slug, "two@lab.example")
	h.now = h.now.Add(14*24*time.Hour + time.Second)
	if list, err := h.Invitations(ctx, two.Who); err != nil || len(list) > 0 {
		t.Errorf("what has expired waits: %+v %v", list, err)
	}
	if err := h.Answer(ctx, two.Who, i.ID, true); key(err) != "invite.error.over" {
		t.Errorf("accepted too late: %v", err)
	}
	if m, err := h.DB.Members(ctx, b.ID); err != nil || len(m) != 1 {
		t.Errorf("%+v %v", m, err)
	}
}

func TestAnInvitationCountsOnlyWhileWhoAskedMayAsk(t *testing.T) {
	h, ctx := newHouse(t), t.Context()
	one, _ := h.enter("one@lab.example")
	two, _ := h.enter("two@lab.example")
	three, _ := h.enter("three@lab.example")
	b := h.found(one, "Health Lab")
	h.joins(one, b.Slug, two, "two@lab.example", true)
	i := h.invites(two, b.Slug, "three@lab.example")
	if err := h.SetKeeper(ctx, one, b.Slug, two.Person, false); err != nil {
		t.Fatal(err)
	}
	if err := h.Answer(ctx, three.Who, i.ID, true); key(err) != "invite.error.over" {
		t.Errorf("at the word of one who lost it: %v", err)
	}
	if list, err := h.Invitations(ctx, three.Who); err != nil || len(list) != 1 { // nothing was ended by the try
		t.Errorf("%+v %v", list, err)
	}
	if err := h.SetKeeper(ctx, one, b.Slug, one.Person, false); key(err) != "people.error.last_keeper" {
		t.Errorf("the last keeper: %v", err)
	}
	if err := h.SetKeeper(ctx, one, b.Slug, three.Person, true); good.KindOf(err) != good.NotFound {
		t.Errorf("who is no member looks after it: %v", err)
	}
}

func TestInvitationsAreBounded(t *testing.T) {
	h, ctx := newHouse(t), t.Context()
	one, _ := h.enter("one@lab.example")
	b := h.found(one, "Health Lab")
	var err error
	n := 0
	for ; err == nil && n < 100; n++ {
		_, err = h.Invite(ctx, one.Who, good.ToOrganisation, b.Slug, fmt.Sprintf("p%d@lab.example", n), false, "en")
	}
	if key(err) != "invite.error.day" || good.KindOf(err) != good.Limited || n != 21 {
		t.Errorf("after %d: %v", n, err)
	}
	for _, wrong := range []struct {
		kind         good.Invited
		thing, to    string
		want         good.ErrorKind
		wantOfAnyone string
	}{
		{good.ToOrganisation, b.Slug, "no address", good.Invalid, "people.error.address"},
		{good.ToOrganisation, "nothing", "a@b.example", good.NotFound, ""},
		{good.ToGood, "nothing", "a@b.example", good.NotFound, ""},
		{good.ToApplication, "nothing", "a@b.example", good.NotFound, ""},
		{"house", "nothing", "a@b.example", good.NotFound, ""},
	} {
		if _, err := h.Invite(ctx, one.Who, wrong.kind, wrong.thing, wrong.to, false, "en"); good.KindOf(err) != wrong.want || wrong.wantOfAnyone != "" && key(err) != wrong.wantOfAnyone {
			t.Errorf("%+v: %v", wrong, err)
		}
	}
	if _, err := h.Invite(ctx, access.Who{}, good.ToOrganisation, b.Slug, "a@b.example", false, "en"); good.KindOf(err) != good.Unauthenticated {
		t.Errorf("nobody asks: %v", err)
	}
}

func TestInvitationsAreTakenAwayAndErasedWithTheirPerson(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h, ctx := opened(t, url), t.Context()
		one, _ := h.enter("one@lab.example")
		two, _ := h.enter("two@lab.example")
		b, c := h.found(one, "Health Lab"), h.found(two, "School Lab")
		to, by := h.invites(one, b.Slug, "two@lab.example"), h.invites(two, c.Slug, "three@lab.example")
		all, err := h.Export(ctx, two.Who, string(two.Person))
		if err != nil || len(all.Invited) != 1 || all.Invited[0].About != b.ID || len(all.Invites) != 1 || all.Invites[0].Address != "three@lab.example" {
			t.Fatalf("%+v %+v %v", all.Invited, all.Invites, err)
		}
		if _, err := h.Erase(ctx, two, string(two.Person)); err != nil {
			t.Fatal(err)
		}
		for _, id := range []good.ID{to.ID, by.ID} {
			if i, err := h.DB.Invitation(ctx, id); err != nil || i != nil {
				t.Errorf("after the erasure there is %+v %v", i, err)
			}
		}
	})
}

// TestWhoIsInvitedToAGoodActsForThemselves has another noun let somebody in,
// by what the program wires.
func TestWhoIsInvitedToAGoodActsForThemselves(t *testing.T) {
	h, ctx := newHouse(t), t.Context()
	one, _ := h.enter("one@lab.example")
	two, _ := h.enter("two@lab.example")
	g := &good.Good{Slug: "clinic-book"}
	g.Name = "Clinic Book"
	_, err := h.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		g.ID, g.Created = tx.NewID(), tx.Now()
		if err := tx.PutGood(ctx, g); err != nil {
			return err
		}
		return tx.PutClaim(ctx, store.Claim{Good: g.ID, Person: one.Person, Token: "t", Created: tx.Now(), Proved: tx.Now(), Method: "dns"})
	})
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	h.Joins = map[good.Invited]people.Joining{good.ToGood: func(_ context.Context, _ *store.Tx, by access.Who, about good.ID, person access.Who) error {
		said = append(said, strings.Join([]string{by.Pseudonym, string(about), person.Pseudonym}, " "))
		return nil
	}}
	i, err := h.Invite(ctx, one.Who, good.ToGood, "clinic-book", "two@lab.example", true, "en")
	if err != nil || i.Keeper {
		t.Fatalf("%+v %v", i, err)
	}
	if err := h.Answer(ctx, two.Who, i.ID, true); err != nil {
		t.Fatal(err)
	}
	if want := strings.Join([]string{one.Pseudonym, string(g.ID), two.Pseudonym}, " "); len(said) != 1 || said[0] != want {
		t.Errorf("%v, want %s", said, want)
	}
}
