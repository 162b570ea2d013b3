package watching

import (
	"context"
	"slices"
	"strings"
	"testing"

	"stoa/internal/access"
	"stoa/internal/app/imports"
	"stoa/internal/app/journal"
	"stoa/internal/app/messages"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/watch"
)

// archived lets a repository be archived and returns the sign of it.
func (w *world) archivedSign() store.Sign {
	w.t.Helper()
	w.live(31)
	w.set(func() { w.archived = true })
	w.await(1)
	w.want("noticed repository-archived")
	return w.signs()[0]
}

func TestWhatStaysBecomesACase(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		s := w.archivedSign()
		cases := &imports.App{DB: w.DB, Now: w.Now}
		open := func() []good.OpenCase {
			list, err := cases.OpenCases(ctx)
			if err != nil {
				t.Fatal(err)
			}
			return list
		}
		if len(open()) != 0 {
			t.Fatalf("at once: %+v", open())
		}
		w.live(31)
		w.want("noticed repository-archived", "stayed repository-archived")
		list := open()
		if len(list) != 1 || list[0].Source != good.FromWatch || list[0].ForeignID != string(s.ID) || list[0].Name != "Wells" || !strings.HasPrefix(list[0].Reasons[0], "repository-archived: ") {
			t.Fatalf("%+v", list)
		}
		if _, _, err := cases.Settle(ctx, good.Actor{Role: access.Operator}, list[0].ID, imports.Settlement{Drop: true}, "no"); key(err) != "sign.error.case" {
			t.Errorf("settled as if it were a record: %v", err)
		}
		for who, want := range map[string]access.Who{"a stranger": who(other), "the owner": who(owner), "a coordinator": who(other, access.Coordinator), "an owner with the role": who(owner, access.Secretariat)} {
			if err := w.Settle(ctx, want, s.ID, watch.Dismissed, "no"); good.KindOf(err) != good.Forbidden {
				t.Errorf("%s settles: %v", who, err)
			}
		}
		desk := who(office, access.Secretariat)
		if err := w.Settle(ctx, desk, s.ID, watch.Dismissed, "  "); key(err) != "sign.error.reason" {
			t.Errorf("%v", err)
		}
		if err := w.Settle(ctx, desk, s.ID, watch.Well, "x"); key(err) != "sign.error.how" {
			t.Errorf("%v", err)
		}
		if err := w.Settle(ctx, desk, s.ID, watch.Dismissed, "It is finished, and stands."); err != nil {
			t.Fatal(err)
		}
		if err := w.Settle(ctx, desk, s.ID, watch.Dismissed, "again"); key(err) != "sign.error.over" {
			t.Errorf("%v", err)
		}
		if len(open()) != 0 {
			t.Errorf("the case stays: %+v", open())
		}
		w.live(40) // it is archived still, and accepted
		w.want("noticed repository-archived", "stayed repository-archived", "settled repository-archived")
		w.recognised()
		w.replays()
	})
}

// replays compares what the journal gives with what the database holds.
func (w *world) replays() {
	w.t.Helper()
	if diff, err := (&journal.App{DB: w.DB}).Compare(w.t.Context()); err != nil || diff != "" {
		w.t.Errorf("the journal tells another thing: %s %v", diff, err)
	}
}

func TestWhatIsMarkedAsMendedIsASignAgainIfItIsNot(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		s := w.archivedSign()
		if err := w.Settle(t.Context(), who(office, access.Secretariat), s.ID, watch.Mended, "They opened it."); err != nil {
			t.Fatal(err)
		}
		w.await(3)
		w.want("noticed repository-archived", "settled repository-archived", "noticed repository-archived")
	})
}

func TestAnOwnerSaysWhyItIsKnown(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		s := w.archivedSign()
		for _, stranger := range []access.Who{{}, who(other), who(office, access.Secretariat)} {
			if err := w.Explain(ctx, stranger, s.ID, "mine"); good.KindOf(err) != good.Forbidden && good.KindOf(err) != good.Unauthenticated {
				t.Errorf("%+v: %v", stranger, err)
			}
		}
		if err := w.Explain(ctx, who(owner), s.ID, strings.Repeat("x", 2001)); key(err) != "assess.error.long" {
			t.Errorf("%v", err)
		}
		if err := w.Explain(ctx, who(owner), s.ID, " We maintain it elsewhere. "); err != nil {
			t.Fatal(err)
		}
		if got := w.signs()[0]; got.Known != "We maintain it elsewhere." || !got.Open() {
			t.Errorf("%+v", got)
		}
		w.replays()
		list, err := w.DB.Entries(ctx, 0, 1000)
		if err != nil {
			t.Fatal(err)
		}
		last := list[len(list)-1]
		if last.Verb != good.SignExplained || last.Actor.Role != access.Applicant {
			t.Errorf("%+v", last)
		}
		if _, err := (&journal.App{DB: w.DB}).Erase(ctx, good.Actor{Role: access.Operator}, last.Position, "reason", "asked for"); err != nil {
			t.Fatal(err)
		}
		if got := w.signs()[0]; got.Known != "" || got.Kind != watch.RepositoryArchived {
			t.Errorf("erased words stay: %+v", got)
		}
		w.replays()
		if err := w.Explain(ctx, who(owner), s.ID, ""); err != nil || w.signs()[0].Known != "" {
			t.Errorf("%+v %v", w.signs()[0], err)
		}
	})
}

func TestAChallengeIsOpenedBecauseOfASign(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		s := w.archivedSign()
		desk := who(office, access.Secretariat)
		if _, err := w.Doubted(ctx, desk, s.ID, []string{"3"}, "It is closed."); key(err) != "sign.error.how" {
			t.Errorf("nobody to challenge: %v", err)
		}
		var filed Doubt
		w.Challenge = func(_ context.Context, _ access.Who, in Doubt) (good.ID, error) {
			filed = in
			return "01HZZZZZZZZZZZZZZZZZZZZZ09", nil
		}
		app, err := w.Doubted(ctx, desk, s.ID, []string{"3"}, "It is closed.")
		if err != nil || app != "01HZZZZZZZZZZZZZZZZZZZZZ09" || filed.Good != w.good || filed.Text != "It is closed." || len(filed.Links) != 1 {
			t.Fatalf("%s %+v %v", app, filed, err)
		}
		if got := w.signs()[0]; got.End != watch.Challenged || got.Challenge != app {
			t.Errorf("%+v", got)
		}
		w.live(31)
		w.want("noticed repository-archived", "settled repository-archived")
		w.replays()
	})
}

func TestTheOwnersAreWrittenToOnceADay(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		s := w.archivedSign()
		desk := who(office, access.Secretariat)
		if _, err := w.Write(ctx, who(owner), s.ID, "hello"); good.KindOf(err) != good.Forbidden {
			t.Errorf("%v", err)
		}
		n, err := w.Write(ctx, desk, s.ID, "Is it maintained elsewhere?")
		if err != nil || n != 1 || len(w.told) != 1 || w.told[0].Person != owner || w.told[0].Args["Text"] != "Is it maintained elsewhere?" || w.told[0].Path != "/goods/wells/watch" {
			t.Fatalf("%d %+v %v", n, w.told, err)
		}
		if _, err := w.Write(ctx, desk, s.ID, "Hello?"); key(err) != "sign.error.written" || len(w.told) != 1 {
			t.Errorf("%v, %d letters", err, len(w.told))
		}
		w.want("noticed repository-archived") // what is between them is in no journal
	})
}

// TestWhatIsNoticedIsHeardOnce has the reader of the journal killed between an
// entry and its notices, and the letters between the server and the note of it:
// each of those who hear has one notice, under one id.
func TestWhatIsNoticedIsHeardOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		_, err := w.DB.Do(ctx, good.Actor{Role: access.Operator}, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.PutRole(ctx, office, access.Secretariat)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		w.archivedSign()
		w.live(31)
		hears := &messages.App{DB: w.DB, Now: w.Now, Nouns: []messages.Noun{{Verbs: Telling, Concerned: w.Concerned}}}
		list, err := w.DB.Entries(ctx, 0, 1000)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second time as after a kill
			for _, e := range list {
				write, err := hears.Hear(ctx, e)
				if err != nil {
					t.Fatal(err)
				}
				if write == nil {
					continue
				}
				if _, err := w.DB.Do(ctx, good.Actor{}, write); err != nil {
					t.Fatal(err)
				}
			}
		}
		kinds := func(person good.ID) (out []string) {
			notices, err := w.DB.Notices(ctx, person, 0, 100)
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range notices {
				out = append(out, n.Kind)
			}
			return out
		}
		if got := kinds(owner); !slices.Equal(got, []string{"watch-noticed"}) {
			t.Errorf("the owner hears %v", got)
		}
		if got := kinds(office); !slices.Equal(got, []string{"watch-stayed"}) {
			t.Errorf("the secretariat hears %v", got)
		}
		if got := kinds(other); len(got) != 0 {
			t.Errorf("a stranger hears %v", got)
		}
	})
}

func TestAnybodyMayNotHaveAGoodLookedAt(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.live(31)
		for _, stranger := range []access.Who{{}, who(other), who(other, access.Reviewer)} {
			if err := w.Again(ctx, stranger, "wells"); good.KindOf(err) != good.Forbidden && good.KindOf(err) != good.Unauthenticated {
				t.Errorf("%+v: %v", stranger, err)
			}
			if _, err := w.Board(ctx, stranger); good.KindOf(err) != good.Forbidden && good.KindOf(err) != good.Unauthenticated {
				t.Errorf("%+v sees the board: %v", stranger, err)
			}
		}
		w.now = w.now.Add(calm)
		if err := w.Again(ctx, who(owner), "wells"); err != nil || len(w.tasks) != 1 {
			t.Fatalf("%d tasks, %v", len(w.tasks), err)
		}
		if err := w.Again(ctx, who(owner), "wells"); key(err) != "sign.error.soon" {
			t.Errorf("while it runs: %v", err)
		}
		w.work()
		if err := w.Again(ctx, who(owner), "wells"); key(err) != "sign.error.soon" || len(w.tasks) != 0 {
			t.Errorf("right after: %v", err)
		}
		board, err := w.Board(ctx, who(office, access.Secretariat))
		if err != nil || board.Counts.Watched != 1 || len(board.Last) != 1 || board.Last[0].Slug != "wells" || board.Off {
			t.Errorf("%+v %v", board, err)
		}
	})
}
