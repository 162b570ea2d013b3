package people_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
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

// post is a mailbox for all addresses.
type post struct {
	mu      sync.Mutex
	letters []people.Letter
	broken  error
}

// Send implements people.Mailer.
func (p *post) Send(_ context.Context, l people.Letter) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.broken == nil {
		p.letters = append(p.letters, l)
	}
	return p.broken
}

// secret is that of the newest link.
func (p *post) secret(t *testing.T) string {
	t.Helper()
	u, err := url.Parse(p.letters[len(p.letters)-1].Link)
	if err != nil || u.Query().Get("t") == "" {
		t.Fatalf("no link in %+v: %v", p.letters, err)
	}
	return u.Query().Get("t")
}

// house is an instance under test.
type house struct {
	*people.App
	post *post
	now  time.Time
	t    *testing.T
}

var operator = access.Machine(access.Operator)

func opened(t *testing.T, url string) *house {
	t.Helper()
	h := &house{now: time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC), post: &post{}, t: t}
	clock := func() time.Time { return h.now }
	db, err := store.Open(t.Context(), url, store.Options{Now: clock, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.App = &people.App{DB: db, Now: clock, Rand: rand.Reader, Base: "https://stoa.example", Mail: h.post}
	return h
}

func newHouse(t *testing.T) *house {
	t.Helper()
	return opened(t, "sqlite:"+filepath.Join(t.TempDir(), "stoa.db"))
}

// enter signs in by a link.
func (h *house) enter(address string) (access.Viewer, people.SignedIn) {
	h.t.Helper()
	browser, err := h.AskLink(h.t.Context(), address, "en", "")
	if err != nil {
		h.t.Fatal(err)
	}
	in, err := h.UseLink(h.t.Context(), h.post.secret(h.t), browser, "", "a browser")
	if err != nil {
		h.t.Fatal(err)
	}
	v, err := h.Session(h.t.Context(), in.Secret)
	if err != nil || v.Person != in.Person || v.Session == "" {
		h.t.Fatalf("signed in as %+v: %v", v, err)
	}
	return v, in
}

// key is the translation key of an error a person can act on.
func key(err error) string {
	var e *good.Error
	if errors.As(err, &e) {
		return e.Key
	}
	return ""
}

func wants(t *testing.T, what string, err error, want string) {
	t.Helper()
	if key(err) != want {
		t.Errorf("%s: %v, want %s", what, err, want)
	}
}

func TestALinkSignsInOnce(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := opened(t, url)
		ctx := t.Context()
		browser, err := h.AskLink(ctx, " Amina@Example.org ", "fr", "/goods")
		if err != nil {
			t.Fatal(err)
		}
		letter := h.post.letters[0]
		if letter.To != "amina@example.org" || letter.Language != "fr" || !strings.HasPrefix(letter.Link, "https://stoa.example/fr/signin/link?t=") {
			t.Errorf("sent %+v", letter)
		}
		secret := h.post.secret(t)
		for range 3 { // whatever opens links in messages uses none up
			sent, err := h.LookAtLink(ctx, secret, browser)
			if err != nil || sent.Address != "amina@example.org" || sent.NeedsCode || sent.Next != "/goods" {
				t.Fatalf("%+v %v", sent, err)
			}
		}
		var wg sync.WaitGroup
		var mu sync.Mutex
		var in []people.SignedIn
		for range 4 { // a double click, or a thief who is as fast
			wg.Go(func() {
				one, err := h.UseLink(ctx, secret, browser, "", "a browser")
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					in = append(in, one)
				} else if key(err) != "people.error.link" {
					t.Errorf("the second use: %v", err)
				}
			})
		}
		wg.Wait()
		if len(in) != 1 || !in[0].New || in[0].Next != "/goods" {
			t.Fatalf("signed in %d times: %+v", len(in), in)
		}
		_, err = h.UseLink(ctx, secret, browser, "", "")
		wants(t, "a replayed link", err, "people.error.link")
		again, second := h.enter("AMINA@example.org")
		if second.New || again.Person != in[0].Person || second.Secret == in[0].Secret {
			t.Errorf("the second time: %+v", second)
		}
		if again.Name != "amina@example.org" || len(again.Roles) != 0 || len(again.Pseudonym) != 26 || again.Pseudonym == string(again.Person) {
			t.Errorf("she is %+v", again)
		}
	})
}

func TestALinkAloneOpensNothing(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	browser, err := h.AskLink(ctx, "amina@example.org", "en", "")
	if err != nil {
		t.Fatal(err)
	}
	secret := h.post.secret(t)
	sent, err := h.LookAtLink(ctx, secret, "another browser's secret")
	if err != nil || !sent.NeedsCode {
		t.Fatalf("elsewhere: %+v %v", sent, err)
	}
	wrong := "000000"
	if people.Code(browser) == wrong {
		wrong = "000001"
	}
	_, err = h.UseLink(ctx, secret, "another", "", "")
	wants(t, "a stolen link", err, "people.error.code")
	_, err = h.UseLink(ctx, secret, "", wrong, "")
	wants(t, "a stolen link and a guess", err, "people.error.code")
	arabic := strings.Map(func(r rune) rune { return r - '0' + '٠' }, people.Code(browser))
	in, err := h.UseLink(ctx, secret, "another", " "+arabic[:6]+" "+arabic[6:], "a phone")
	if err != nil || in.Secret == "" {
		t.Fatalf("with the code on another device: %v", err)
	}

	if _, err = h.AskLink(ctx, "amina@example.org", "en", ""); err != nil {
		t.Fatal(err)
	}
	secret = h.post.secret(t)
	var last error
	for i := range 12 {
		_, last = h.UseLink(ctx, secret, "another", strings.Repeat("x", i), "")
	}
	wants(t, "guessing on", last, "people.error.link")
}

func TestALinkEndsInTimeWhateverTheClockDoes(t *testing.T) {
	h := newHouse(t)
	for what, jump := range map[string]time.Duration{"expired": 21 * time.Minute, "a year later": 366 * 24 * time.Hour, "a clock set back": -2 * time.Hour} {
		browser, err := h.AskLink(t.Context(), "a"+strings.ReplaceAll(what, " ", "")+"@example.org", "en", "")
		if err != nil {
			t.Fatal(err)
		}
		was := h.now
		h.now = h.now.Add(jump)
		_, err = h.UseLink(t.Context(), h.post.secret(t), browser, "", "")
		wants(t, what, err, "people.error.link")
		h.now = was
	}
}

func TestASessionEndsInTimeWhateverTheClockDoes(t *testing.T) {
	h := newHouse(t)
	start := h.now
	for what, c := range map[string]struct {
		jump time.Duration
		in   bool
	}{"a week": {7 * 24 * time.Hour, true}, "two idle weeks": {14*24*time.Hour + time.Minute, false}, "the clock set back a little": {-time.Minute, true},
		"the clock set back": {-time.Hour, false}, "a jump of ten years": {87600 * time.Hour, false}} {
		_, in := h.enter(strings.ReplaceAll(what, " ", "-") + "@example.org")
		h.now = start.Add(c.jump)
		v, err := h.Session(t.Context(), in.Secret)
		if err != nil || v.Anonymous() == c.in {
			t.Errorf("%s: %+v %v", what, v, err)
		}
		h.now = start
	}
	_, in := h.enter("amina@example.org")
	for day := 1; day <= 61; day += 10 { // used all the time, it ends after sixty days all the same
		h.now = start.Add(time.Duration(day) * 24 * time.Hour)
		v, err := h.Session(t.Context(), in.Secret)
		if err != nil || v.Anonymous() != (day >= 60) {
			t.Errorf("after %d days: %+v %v", day, v, err)
		}
	}
}

func TestAskingTellsNothingAndIsLimited(t *testing.T) {
	h := newHouse(t)
	h.enter("known@example.org")
	for _, address := range []string{"known@example.org", "unknown@example.org"} {
		browser, err := h.AskLink(t.Context(), address, "en", "")
		if err != nil || len(people.Code(browser)) != 6 {
			t.Errorf("%s: %v", address, err)
		}
	}
	var err error
	for range 6 {
		_, err = h.AskLink(t.Context(), "flooded@example.org", "en", "")
	}
	wants(t, "a flood", err, "people.error.links")
	for _, bad := range []string{"", "amina", "amina@", "@example.org", "a b@example.org", "Amina <a@example.org>", "a@example.org, b@example.org", "a@example.org\nBcc: b@example.org",
		"a@localhost", strings.Repeat("a", 250) + "@example.org", "a\x00@example.org", "\"a b\"@example.org"} {
		_, err := h.AskLink(t.Context(), bad, "en", "")
		wants(t, bad, err, "people.error.address")
	}
	h.post.broken = errors.New("no such host")
	_, err = h.AskLink(t.Context(), "unlucky@example.org", "en", "")
	wants(t, "a mail server that is away", err, "people.error.unsent")
	h.Mail = nil
	_, err = h.AskLink(t.Context(), "unlucky@example.org", "en", "")
	wants(t, "no mail at all", err, "people.error.no_mail")
}

func TestTheOperatorMakesTheFirstAdministrator(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	h.Mail = nil
	if _, err := h.Add(ctx, access.Who{Person: "01HZZZZZZZZZZZZZZZZZZZZZZZ"}, "x@example.org", "", "en"); good.KindOf(err) != good.Forbidden {
		t.Errorf("anybody adds people: %v", err)
	}
	p, err := h.Add(ctx, operator, "Kofi@example.org", "Kofi", "en")
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.Add(ctx, operator, "kofi@example.org", "Kofi", "en")
	wants(t, "twice", err, "people.error.address_taken")
	if _, err := h.Grant(ctx, operator, "kofi@example.org", access.Administrator, "first of all"); err != nil {
		t.Fatal(err)
	}
	link, err := h.PrintLink(ctx, operator, p.Pseudonym)
	if err != nil {
		t.Fatal(err)
	}
	_, secret, _ := strings.Cut(link, "?t=")
	in, err := h.UseLink(ctx, secret, "any browser", "", "")
	if err != nil || in.New || in.Person != p.ID {
		t.Fatalf("%+v %v", in, err)
	}
	v, err := h.Session(ctx, in.Secret)
	if err != nil || !v.Has(access.Administrator) || v.Name != "Kofi" {
		t.Fatalf("%+v %v", v, err)
	}
	_, err = h.Revoke(ctx, v.Who, "kofi@example.org", access.Administrator, "tired")
	wants(t, "the last administrator", err, "people.error.last_administrator")
	_, err = h.Grant(ctx, v.Who, "kofi@example.org", access.Operator, "more")
	wants(t, "a machine's role", err, "people.error.role")
	_, err = h.Grant(ctx, v.Who, "nobody@example.org", access.Reviewer, "more")
	wants(t, "nobody", err, "people.error.nobody")
	amina, _ := func() (access.Viewer, error) { h.Mail = h.post; v, _ := h.enter("amina@example.org"); return v, nil }()
	if _, err := h.Grant(ctx, amina.Who, "amina@example.org", access.Administrator, "why not"); good.KindOf(err) != good.Forbidden {
		t.Errorf("she made herself an administrator: %v", err)
	}
	if _, err := h.Grant(ctx, v.Who, "amina@example.org", access.Reviewer, "she knows health"); err != nil {
		t.Fatal(err)
	}
	before, err := h.Grant(ctx, v.Who, "amina@example.org", access.Reviewer, "again")
	if err != nil {
		t.Fatal(err)
	}
	entries, err := h.DB.Entries(ctx, 0, 100)
	if err != nil || int64(len(entries)) != before+1 || len(entries) != 2 {
		t.Fatalf("%d entries, %v", len(entries), err)
	}
	e := entries[1]
	if e.Verb != good.RoleGranted || e.Actor.Role != access.Administrator || e.Actor.Pseudonym != v.Pseudonym || e.Subjects[0] != good.ID(amina.Pseudonym) {
		t.Errorf("the journal has %+v", e)
	}
	list, err := h.Find(ctx, v.Who, people.Search{Limit: 10})
	roles := map[string]string{}
	for _, p := range list {
		roles[p.Address] = strings.Join(p.Roles, " ")
	}
	if err != nil || len(list) != 2 || roles["amina@example.org"] != access.Reviewer || roles["kofi@example.org"] != access.Administrator {
		t.Errorf("%+v %v", list, err)
	}
}

func TestAnAccountThatVanishesIsNobody(t *testing.T) {
	h := newHouse(t)
	v, in := h.enter("amina@example.org")
	secret, _, err := h.MakeToken(t.Context(), v, "laptop", []string{"read"}, 30)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Erase(t.Context(), v, string(v.Person)); err != nil {
		t.Fatal(err)
	}
	for what, ask := range map[string]func(context.Context, string) (access.Viewer, error){in.Secret: h.Session, secret: h.Token} {
		if got, err := ask(t.Context(), what); err != nil || !got.Anonymous() {
			t.Errorf("still known: %+v %v", got, err)
		}
	}
	err = h.SetProfile(t.Context(), v, people.Profile{Version: 1, Language: "en"})
	wants(t, "what was under way", err, "people.error.nobody")
	if again, second := h.enter("amina@example.org"); !second.New || again.Person == v.Person || again.Pseudonym == v.Pseudonym {
		t.Errorf("who comes back is %+v", again)
	}
}

func TestCodesGuessedAllAtOnceAreCountedOneByOne(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := opened(t, url)
		browser, err := h.AskLink(t.Context(), "ada@example.org", "en", "")
		if err != nil {
			t.Fatal(err)
		}
		secret, code := h.post.secret(t), people.Code(browser)
		var all sync.WaitGroup
		var mu sync.Mutex
		tried := 0
		for n := range 40 {
			all.Go(func() {
				guess := fmt.Sprintf("%06d", n)
				if guess == code {
					return
				}
				_, err := h.UseLink(t.Context(), secret, "another browser", guess, "")
				mu.Lock()
				defer mu.Unlock()
				if good.KindOf(err) == good.Invalid {
					tried++
				}
			})
		}
		all.Wait()
		if tried > 10 {
			t.Errorf("%d codes were tried", tried)
		}
		_, err = h.UseLink(t.Context(), secret, "another browser", code, "")
		wants(t, "the code after too many guesses", err, "people.error.link")
		if _, err := h.UseLink(t.Context(), secret, browser, "", ""); err != nil {
			t.Errorf("in the browser that asked it works still: %v", err)
		}
	})
}
