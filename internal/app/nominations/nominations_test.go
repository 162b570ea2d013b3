package nominations_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/nominations"
	"stoa/internal/good"
	"stoa/internal/nominate"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

var (
	stranger    = access.Who{}
	coordinator = access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZZ", Pseudonym: "p-c", Roles: []string{access.Coordinator}}
)

// ahead is how far the clock of the tests is, in nanoseconds.
var ahead atomic.Int64

func now() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }

// open is an instance without goods.
func open(t *testing.T, url string) *nominations.App {
	t.Helper()
	db, err := store.Open(t.Context(), url, store.Options{Now: now, Rand: rand.Reader, Log: slog.Default()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return &nominations.App{DB: db, Key: []byte("k"), Rand: rand.Reader}
}

// sound is a nomination nothing is wrong with.
func sound() nominations.Input {
	return nominations.Input{Filled: nominate.Filled{Took: time.Minute}, Email: "ana@example.org", Nomination: nominate.Nomination{Name: "OpenCRVS", Link: "https://github.com/opencrvs/opencrvs-core",
		Kind: good.Software, Licence: "MPL-2.0", SDG: 16, Why: "Every child gets a legal identity: offices in five countries register births with it.", Lang: "en"}}
}

func nominated(t *testing.T, a *nominations.App, in nominations.Input) nominations.Outcome {
	t.Helper()
	out, _, err := a.Nominate(t.Context(), stranger, in)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestASoundNominationIsPublicAtOnce(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		a := open(t, url)
		out := nominated(t, a, sound())
		if out.State != nominations.Public || out.Slug != "opencrvs" {
			t.Fatalf("%+v", out)
		}
		g, _, err := a.DB.GoodBySlug(t.Context(), "opencrvs")
		if err != nil {
			t.Fatal(err)
		}
		if g.Stage != good.Nominated || g.Goals[0].Relevance == "" || g.From[good.FieldName].Source != nominate.Source || len(g.Repositories) != 1 {
			t.Errorf("the nominee is %+v", g)
		}
		entries, err := a.DB.Entries(t.Context(), 0, 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if e.Actor.Role != access.Anyone {
				t.Errorf("%s is signed by %q", e.Verb, e.Actor.Role)
			}
			for _, v := range e.Values {
				if slices.Contains([]string{"email", "contact"}, v.Name) {
					t.Errorf("%s holds %s", e.Verb, v.Name)
				}
			}
		}
	})
}

func TestWhatIsThereAlreadyIsNotMadeTwice(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		a := open(t, url)
		nominated(t, a, sound())
		same := sound()
		same.Link = "https://github.com/opencrvs/opencrvs-core/tree/main" // another address of the same place
		if out := nominated(t, a, same); out.State != nominations.Known || len(out.Like) != 1 || out.Like[0].Slug != "opencrvs" {
			t.Fatalf("%+v", out)
		}
		if n, m, err := a.DB.CountWaitingNominations(t.Context()); err != nil || n+m != 0 {
			t.Errorf("a known good left %d nominations: %v", n, err)
		}
		same.Distinct = true
		out := nominated(t, a, same)
		if out.State != nominations.Waiting || !slices.Contains(out.Doubts, nominate.MayBe.Of("opencrvs")) {
			t.Errorf("who says it is another is told %+v", out)
		}
		if like, err := a.Alike(t.Context(), "open crvs", ""); err != nil || len(like) != 1 {
			t.Errorf("while typing: %v %v", like, err)
		}
		if like, err := a.Alike(t.Context(), "Something else", "https://else.org"); err != nil || len(like) != 0 {
			t.Errorf("while typing another: %v %v", like, err)
		}
	})
}

func TestAFormSentTwiceIsOneNomination(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		a := open(t, url)
		in := sound()
		in.ID = "01KB0ZZZZZZZZZZZZZZZZZZZZZ"
		var all sync.WaitGroup
		outs, errs := make([]nominations.Outcome, 8), make([]error, 8)
		for i := range outs {
			all.Go(func() { outs[i], _, errs[i] = a.Nominate(context.WithoutCancel(t.Context()), stranger, in) })
		}
		all.Wait()
		for i, out := range outs {
			if errs[i] != nil || out.Slug != "opencrvs" || out.State != nominations.Public {
				t.Errorf("sent once more: %+v %v", out, errs[i])
			}
		}
		if goods, err := a.DB.GoodsAfter(t.Context(), "", 10); err != nil || len(goods) != 1 {
			t.Errorf("%d goods, %v", len(goods), err)
		}
	})
}

// TestOthersWriteWhileTheCatalogueIsSearched has somebody else nominate the same
// good while the goods that look alike are searched: they need not wait, and
// who was first is found.
func TestOthersWriteWhileTheCatalogueIsSearched(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		a := open(t, url)
		searched := false
		a.Near = func(*good.Good, int) []good.ID {
			if !searched {
				searched = true
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				defer cancel()
				if out, _, err := a.Nominate(ctx, stranger, sound()); err != nil || out.State != nominations.Public {
					t.Errorf("meanwhile: %+v %v", out, err)
				}
			}
			return nil
		}
		second := sound()
		second.Link += "/tree/main"
		if out := nominated(t, a, second); out.State != nominations.Known || len(out.Like) != 1 || out.Like[0].Slug != "opencrvs" {
			t.Errorf("what came meanwhile is not seen: %+v", out)
		}
		if goods, err := a.DB.GoodsAfter(t.Context(), "", 10); err != nil || len(goods) != 1 {
			t.Errorf("%d goods, %v", len(goods), err)
		}
	})
}

func TestDoubtsWaitForAPerson(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		a := open(t, url)
		robot, unsure := sound(), sound()
		robot.Name, robot.Link, robot.Filled = "Launch Test", "https://abc.com", nominate.Filled{Decoy: true}
		unsure.Name, unsure.Link, unsure.Licence = "Kobo", "https://kobo.org", ""
		first, second := nominated(t, a, robot), nominated(t, a, unsure)
		if first.State != nominations.Waiting || second.State != nominations.Waiting {
			t.Fatalf("%+v %+v", first, second)
		}
		if _, _, err := a.Queue(t.Context(), stranger, "", 10); good.KindOf(err) != good.Unauthenticated {
			t.Errorf("a stranger reads the queue: %v", err)
		}
		items, total, err := a.Queue(t.Context(), coordinator, "", 10)
		if err != nil || total != 2 || items[0].Name != "Launch Test" {
			t.Fatalf("%+v %d %v", items, total, err)
		}
		if !nominate.Rubbish(items[0].Doubts) || nominate.Rubbish(items[1].Doubts) {
			t.Errorf("doubts %v and %v", items[0].Doubts, items[1].Doubts)
		}
		sort := func(id good.ID, s nominations.Sorting) (string, error) {
			slug, _, err := a.Sort(t.Context(), coordinator, id, s)
			return slug, err
		}
		if _, err := sort(first.ID, nominations.Sorting{Drop: true}); good.KindOf(err) != good.Invalid {
			t.Errorf("dropped without a reason: %v", err)
		}
		if _, err := sort(first.ID, nominations.Sorting{Drop: true, Reason: "a test"}); err != nil {
			t.Error(err)
		}
		if _, err := sort(first.ID, nominations.Sorting{Publish: true, Reason: "on second thoughts"}); good.KindOf(err) != good.Conflict {
			t.Errorf("sorted twice: %v", err)
		}
		if _, err := sort(second.ID, nominations.Sorting{Publish: true, Reason: "known to us"}); good.KindOf(err) != good.Invalid {
			t.Errorf("published without a licence: %v", err)
		}
		slug, err := sort(second.ID, nominations.Sorting{Publish: true, Reason: "the licence is in the repository", Licence: "AGPL-3.0-only"})
		if err != nil || slug != "kobo" {
			t.Fatalf("%q %v", slug, err)
		}
		third := unsure
		third.Name, third.Link = "Kobo Toolbox", "https://kobotoolbox.org"
		id := nominated(t, a, third).ID
		if slug, err := sort(id, nominations.Sorting{Into: "kobo", Reason: "the same"}); err != nil || slug != "kobo" {
			t.Errorf("%q %v", slug, err)
		}
		g, _, err := a.DB.GoodBySlug(t.Context(), "kobo")
		if err != nil || len(g.Records) != 2 || g.Name != "Kobo" && g.Name != "Kobo Toolbox" {
			t.Errorf("%+v %v", g, err)
		}
	})
}

// TestTwinsThatWaitAreShownAtTheDesk has one good nominated twice while nobody
// sorts: each leads to the other, at the desk alone, until one is sorted.
func TestTwinsThatWaitAreShownAtTheDesk(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		a := open(t, url)
		in := sound()
		in.Licence = ""
		linked, other := in, in
		linked.Name, linked.Link = "Civil registration", "http://www.github.com/opencrvs/opencrvs-core/"
		other.Name, other.Link = "Kobo", "https://kobo.org"
		one, two, three := nominated(t, a, in), nominated(t, a, linked), nominated(t, a, other)
		for _, out := range []nominations.Outcome{one, two} {
			if slices.ContainsFunc(out.Doubts, func(d nominate.Doubt) bool { return d.Code() == string(nominate.Twin) }) {
				t.Errorf("a nominator is told of another's: %v", out.Doubts)
			}
		}
		twins := func() map[good.ID]string {
			items, _, err := a.Queue(t.Context(), coordinator, "", 10)
			if err != nil {
				t.Fatal(err)
			}
			out := map[good.ID]string{}
			table := map[good.ID][]nominate.Doubt{}
			if err := a.Table(t.Context(), coordinator, func(n nominations.Noted) { table[n.ID] = n.Doubts }); err != nil {
				t.Fatal(err)
			}
			for _, i := range items {
				if !slices.Equal(table[i.ID], i.Doubts) {
					t.Errorf("in the table %v, in the queue %v", table[i.ID], i.Doubts)
				}
				alone, _, err := a.Waiting(t.Context(), coordinator, i.ID)
				if err != nil || !slices.Equal(alone.Doubts, i.Doubts) {
					t.Errorf("alone %v, in the queue %v: %v", alone.Doubts, i.Doubts, err)
				}
				for _, d := range i.Doubts {
					if d.Code() == string(nominate.Twin) {
						out[i.ID] += d.Value()
					}
				}
			}
			return out
		}
		if got := twins(); got[one.ID] != string(two.ID) || got[two.ID] != string(one.ID) || got[three.ID] != "" {
			t.Errorf("the twins are %v", got)
		}
		if _, _, err := a.Sort(t.Context(), coordinator, one.ID, nominations.Sorting{Drop: true, Reason: "named twice"}); err != nil {
			t.Fatal(err)
		}
		if got := twins(); len(got) != 0 {
			t.Errorf("one is sorted, and still %v", got)
		}
	})
}

// TestATwinIsFoundAmongManyThatSoundLikeIt has a dozen nominations wait whose
// names sound like another's and are of other goods: the twin behind them is
// found, and one that is surely the same before one that may be.
func TestATwinIsFoundAmongManyThatSoundLikeIt(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		a := open(t, url)
		propose := func(name, link, why string) good.ID {
			in := sound()
			in.Name, in.Link, in.Licence, in.Why = name, link, "", why
			return nominated(t, a, in).ID
		}
		for i := range 12 {
			name := fmt.Sprintf("G%crgle V%cster", "aeiou"[i%5], "aeiou"[i/5])
			propose(name, fmt.Sprintf("https://%d.example.org", i), name+" counts something of its own, in its own way.")
			ahead.Add(int64(2 * time.Millisecond))
		}
		const why = "Villages keep a book of who was born, who died and who moved away, and share it with the district."
		near := propose("Village Registar", "https://registar.example.com", why)
		ahead.Add(int64(2 * time.Millisecond))
		said := propose("Village Register", "https://register.example.net", why)
		twin := func() string {
			i, _, err := a.Waiting(t.Context(), coordinator, said)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range i.Doubts {
				if d.Code() == string(nominate.Twin) {
					return d.Value()
				}
			}
			return ""
		}
		if got := twin(); got != string(near) {
			t.Errorf("the twin of %s is %q, not %s", said, got, near)
		}
		same := propose("Village Register", "https://register.example.net", "The same.")
		if got := twin(); got != string(same) {
			t.Errorf("the twin of %s is %q, not the same %s", said, got, same)
		}
	})
}

// TestOneRuleSaysWhatANominationIsAlike has nominations that share a thing with
// others: what the one rule of imports and duplicates takes for alike is a
// doubt, what merely sounds like it is none.
func TestOneRuleSaysWhatANominationIsAlike(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		a := open(t, url)
		shown := sound()
		shown.Name, shown.Link = "Village Register", "https://register.example.org/product"
		if out := nominated(t, a, shown); out.State != nominations.Public {
			t.Fatalf("%+v", out)
		}
		another := shown
		another.Name = "Herd Counter" // at the same address
		out := nominated(t, a, another)
		if out.State != nominations.Waiting || !slices.Contains(out.Doubts, nominate.MayBe.Of("village-register")) {
			t.Errorf("another name at one address: %+v", out)
		}
		if _, like, err := a.Waiting(t.Context(), coordinator, out.ID); err != nil || len(like) != 1 || like[0].Slug != "village-register" {
			t.Errorf("the desk is shown %+v %v", like, err)
		}
		one, two := sound(), sound()
		one.Name, one.Link, one.Licence = "Kobo", "https://kobo.example.org", ""
		two.Name, two.Link, two.Licence = "Kebo", "https://kebo.example.com", "" // written alike without its vowels
		first, second := nominated(t, a, one), nominated(t, a, two)
		for _, id := range []good.ID{first.ID, second.ID} {
			if i, _, err := a.Waiting(t.Context(), coordinator, id); err != nil || slices.ContainsFunc(i.Doubts, func(d nominate.Doubt) bool { return d.Code() == string(nominate.Twin) }) {
				t.Errorf("two goods that sound alike are twins: %v %v", i.Doubts, err)
			}
		}
	})
}

func TestWhatCannotBeNominated(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		a := open(t, url)
		for name, change := range map[string]func(*nominations.Input){
			"no name":   func(in *nominations.Input) { in.Name = "" },
			"no link":   func(in *nominations.Input) { in.Link = "" },
			"a private": func(in *nominations.Input) { in.Link = "http://10.0.0.1/" },
			"an email":  func(in *nominations.Input) { in.Email = "me\r\nBcc: all@example.org" },
		} {
			in := sound()
			change(&in)
			if _, _, err := a.Nominate(t.Context(), stranger, in); good.KindOf(err) != good.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		if goods, err := a.DB.GoodsAfter(t.Context(), "", 10); err != nil || len(goods) != 0 {
			t.Errorf("%d goods, %v", len(goods), err)
		}
	})
}

func TestManyNominateAtOnce(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		a := open(t, url)
		var all sync.WaitGroup
		states := make([]nominations.State, 12)
		for i := range states { // four goods, each by three people at once
			all.Go(func() {
				in := sound()
				in.Name, in.Link = fmt.Sprintf("Good number %c", 'A'+i%4), fmt.Sprintf("https://good-%c.org", 'a'+i%4)
				out, _, err := a.Nominate(context.WithoutCancel(t.Context()), stranger, in)
				if err != nil {
					t.Error(err)
				}
				states[i] = out.State
			})
		}
		all.Wait()
		if goods, err := a.DB.GoodsAfter(t.Context(), "", 100); err != nil || len(goods) != 4 {
			t.Errorf("%d goods of four, %v; %v", len(goods), err, states)
		}
	})
}
