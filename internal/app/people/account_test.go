package people_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/people"
	"stoa/internal/good"
	"stoa/internal/store"
)

func TestAProfileIsKeptAndALostRaceIsSaid(t *testing.T) {
	h := newHouse(t)
	v, _ := h.enter("amina@example.org")
	in := people.Profile{Version: 1, Name: "  Amina   Diallo ", Language: "fr", Named: true, Expertise: []string{"health", "", "health", " privacy "}, Away: good.Absence{From: "2026-12-01", Until: "2026-12-24"}}
	if err := h.SetProfile(t.Context(), v, in); err != nil {
		t.Fatal(err)
	}
	acc, err := h.Account(t.Context(), v.Who, v.Person)
	if err != nil || acc.Person.Name != "Amina Diallo" || strings.Join(acc.Person.Expertise, ",") != "health,privacy" || !acc.Person.Away.On("2026-12-24") || acc.Person.Away.On("2026-12-25") {
		t.Errorf("%+v %v", acc.Person, err)
	}
	wants(t, "a stale form", h.SetProfile(t.Context(), v, in), "people.error.changed")
	for want, bad := range map[string]people.Profile{
		"people.error.name":      {Name: "a\u202eb", Language: "en"},
		"people.error.nameless":  {Named: true, Language: "en"},
		"people.error.language":  {Language: "xx"},
		"people.error.expertise": {Language: "en", Expertise: strings.Fields("a b c d e f g h i j k l m")},
		"people.error.day":       {Language: "en", Away: good.Absence{From: "tomorrow"}},
		"people.error.absence":   {Language: "en", Away: good.Absence{From: "2026-12-02", Until: "2026-12-01"}},
	} {
		bad.Version = 2
		wants(t, want, h.SetProfile(t.Context(), v, bad), want)
	}
	names, err := h.Named(t.Context(), []string{v.Pseudonym, "nobody"})
	if err != nil || len(names) != 1 || names[v.Pseudonym] != "Amina Diallo" {
		t.Errorf("named %v %v", names, err)
	}
}

// TestTheJournalTellsThatSomebodyIsNamed follows the choice to be named: pages
// that show names hold until the journal moves, and it must not say the name.
func TestTheJournalTellsThatSomebodyIsNamed(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	v, _ := h.enter("amina@example.org")
	profile := people.Profile{Version: 1, Language: "en"}
	for _, step := range []struct {
		what        string
		name        string
		named, told bool
	}{
		{"a name that nobody is shown", "Amina Diallo", false, false},
		{"to be named", "Amina Diallo", true, true},
		{"nothing", "Amina Diallo", true, false},
		{"another name", "Amina D.", true, true},
		{"not to be named", "Amina D.", false, true},
		{"a name that nobody is shown again", "A. Diallo", false, false},
	} {
		from, err := h.DB.Position(ctx)
		if err != nil {
			t.Fatal(err)
		}
		profile.Name, profile.Named = step.name, step.named
		if err := h.SetProfile(ctx, v, profile); err != nil {
			t.Fatal(err)
		}
		profile.Version++
		entries, err := h.DB.Entries(ctx, from+1, 10)
		if err != nil || len(entries) != map[bool]int{true: 1}[step.told] {
			t.Fatalf("%s: %d entries, %v", step.what, len(entries), err)
		}
		if !step.told {
			continue
		}
		e := entries[0]
		var named bool
		if e.Verb != good.PersonNamed || e.Actor.Pseudonym != v.Pseudonym || !e.Value("named", &named) || named != step.named {
			t.Errorf("%s is told as %+v", step.what, e)
		}
		for _, value := range e.Values {
			if strings.Contains(string(value.Data), "Amina") {
				t.Errorf("the journal says the name: %s", value.Data)
			}
		}
	}
	out, err := h.Export(ctx, v.Who, v.Pseudonym)
	if err != nil || len(out.Acts) != 3 {
		t.Errorf("the export has %d acts, %v", len(out.Acts), err)
	}
}

func TestAnAddressIsAddedByItsOwnLink(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	v, _ := h.enter("amina@example.org")
	other, _ := h.enter("kofi@example.org")
	if err := h.AskAddress(ctx, v, "work@example.org", "en"); err != nil {
		t.Fatal(err)
	}
	secret := h.post.secret(t)
	_, err := h.UseLink(ctx, secret, "", "", "")
	wants(t, "a link of another kind", err, "people.error.link")
	wants(t, "another person", h.ProveAddress(ctx, other, secret), "people.error.other")
	if err := h.ProveAddress(ctx, v, secret); err != nil {
		t.Fatal(err)
	}
	wants(t, "twice", h.ProveAddress(ctx, v, secret), "people.error.link")
	if again, in := h.enter("work@example.org"); in.New || again.Person != v.Person {
		t.Errorf("the second address leads to %+v", in)
	}
	wants(t, "the main address", h.DropAddress(ctx, v, "amina@example.org"), "people.error.main")
	if err := h.MakeMain(ctx, v, "work@example.org"); err != nil {
		t.Fatal(err)
	}
	wants(t, "another's address", h.DropAddress(ctx, other, "amina@example.org"), "people.error.gone")
	if err := h.DropAddress(ctx, v, "amina@example.org"); err != nil {
		t.Fatal(err)
	}
	if err := h.AskAddress(ctx, v, "kofi@example.org", "en"); err != nil {
		t.Fatal(err)
	}
	wants(t, "an address somebody has", h.ProveAddress(ctx, v, h.post.secret(t)), "people.error.address_taken")
}

func TestWhatIsSensitiveWantsAFreshProof(t *testing.T) {
	h := newHouse(t)
	v, _ := h.enter("amina@example.org")
	h.now = h.now.Add(2 * time.Hour)
	_, _, err := h.MakeToken(t.Context(), v, "laptop", []string{"read"}, 30)
	wants(t, "a token", err, "people.error.prove")
	wants(t, "an address", h.AskAddress(t.Context(), v, "x@example.org", "en"), "people.error.prove")
	wants(t, "a passkey", h.AddKey(t.Context(), v, []byte("k"), "key", json.RawMessage(`{}`)), "people.error.prove")
	_, err = h.Erase(t.Context(), v, string(v.Person))
	wants(t, "the end", err, "people.error.prove")
	v, _ = h.enter("amina@example.org")
	if _, _, err := h.MakeToken(t.Context(), v, "laptop", []string{"read"}, 30); err != nil {
		t.Error(err)
	}
}

func TestATokenActsWithinItsScopesUntilItEnds(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	v, _ := h.enter("amina@example.org")
	secret, token, err := h.MakeToken(ctx, v, "laptop", []string{"apply", "read"}, 30)
	if err != nil || !strings.HasPrefix(secret, "stoa_") {
		t.Fatal(secret, err)
	}
	_, _, err = h.MakeToken(ctx, v, "laptop", []string{"read"}, 30)
	wants(t, "a double submit", err, "people.error.token_taken")
	for want, bad := range map[string]struct {
		name   string
		scopes []string
		days   int
	}{"people.error.token_name": {"", []string{"read"}, 1}, "people.error.scope": {"a", []string{"read", "everything"}, 1}, "people.error.scopes": {"a", nil, 1},
		"people.error.token_days": {"a", []string{"read"}, 0}} {
		_, _, err := h.MakeToken(ctx, v, bad.name, bad.scopes, bad.days)
		wants(t, want, err, want)
	}
	got, err := h.Token(ctx, secret)
	if err != nil || got.Person != v.Person || strings.Join(got.Scopes, " ") != "read apply" || got.Session != "" {
		t.Fatalf("%+v %v", got, err)
	}
	if _, _, err := h.MakeToken(ctx, got, "child", []string{"read"}, 1); good.KindOf(err) != good.Forbidden {
		t.Errorf("a token makes tokens: %v", err)
	}
	if _, err := h.Account(ctx, got.Who, got.Person); err != nil {
		t.Errorf("it may not read: %v", err)
	}
	other, _ := h.enter("kofi@example.org")
	wants(t, "another's token", h.EndToken(ctx, other, token.ID), "people.error.gone")
	h.now = h.now.Add(31 * 24 * time.Hour)
	if got, err = h.Token(ctx, secret); err != nil || !got.Anonymous() {
		t.Errorf("it goes on: %+v %v", got, err)
	}
	h.now = h.now.Add(-31 * 24 * time.Hour)
	if err := h.EndToken(ctx, v, token.ID); err != nil {
		t.Fatal(err)
	}
	if got, err = h.Token(ctx, secret); err != nil || !got.Anonymous() {
		t.Errorf("it goes on: %+v %v", got, err)
	}
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	v, first := h.enter("amina@example.org")
	second, in := h.enter("amina@example.org")
	other, theirs := h.enter("kofi@example.org")
	wants(t, "another's session", h.EndSession(ctx, other, v.Session), "people.error.gone")
	if err := h.EndSession(ctx, second, v.Session); err != nil {
		t.Fatal(err)
	}
	if got, _ := h.Session(ctx, first.Secret); !got.Anonymous() {
		t.Error("the ended session goes on")
	}
	h.enter("amina@example.org")
	if err := h.EndOthers(ctx, second); err != nil {
		t.Fatal(err)
	}
	acc, err := h.Account(ctx, second.Who, second.Person)
	if err != nil || len(acc.Sessions) != 1 || acc.Sessions[0].ID != second.Session || acc.Sessions[0].Device != "a browser" {
		t.Errorf("%+v %v", acc.Sessions, err)
	}
	if err := h.SignOut(ctx, second); err != nil {
		t.Fatal(err)
	}
	if got, _ := h.Session(ctx, in.Secret); !got.Anonymous() {
		t.Error("who signed out is in")
	}
	if got, _ := h.Session(ctx, theirs.Secret); got.Anonymous() {
		t.Error("another was signed out, too")
	}
	if err := h.EndAll(ctx, operator, "kofi@example.org"); err != nil {
		t.Fatal(err)
	}
	if got, _ := h.Session(ctx, theirs.Secret); !got.Anonymous() {
		t.Error("the operator could not end it")
	}
	if _, err := h.Account(ctx, other.Who, v.Person); good.KindOf(err) != good.Forbidden {
		t.Errorf("another's account is read: %v", err)
	}
}

func TestTwoWaysInBecomeOneOnlyByThePersonSignedIn(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	v, _ := h.enter("amina@example.org")
	out := people.Outsider{Issuer: "https://id.example", Subject: "77", Label: "amina", Name: "Amina", Address: "Amina@example.org", Way: access.ByIssuer}
	_, err := h.SignInFrom(ctx, out, "en", "")
	wants(t, "an address that has an account", err, "people.error.link_first")
	if err := h.LinkFrom(ctx, v, out); err != nil {
		t.Fatal(err)
	}
	in, err := h.SignInFrom(ctx, out, "en", "")
	if err != nil || in.New || in.Person != v.Person {
		t.Fatalf("%+v %v", in, err)
	}
	other, _ := h.enter("kofi@example.org")
	wants(t, "an account elsewhere of another", h.LinkFrom(ctx, other, out), "people.error.identity_taken")
	wants(t, "another's way in", h.Unlink(ctx, other, out.Issuer, out.Subject), "people.error.gone")
	stranger := people.Outsider{Issuer: "https://id.example", Subject: "78", Address: "new@example.org", Name: "New\x00", Way: access.ByIssuer}
	if in, err = h.SignInFrom(ctx, stranger, "ar", ""); err != nil || !in.New {
		t.Fatalf("%+v %v", in, err)
	}
	unproved := people.Outsider{Issuer: "https://id.example", Subject: "79", Way: access.ByIssuer}
	_, err = h.SignInFrom(ctx, unproved, "en", "")
	wants(t, "nothing is proved", err, "people.error.unproved")
	if err := h.AddKey(ctx, v, []byte("her key"), "phone", json.RawMessage(`{}`)); err != nil {
		t.Fatal(err)
	}
	wants(t, "another's passkey", h.AddKey(ctx, other, []byte("her key"), "mine", json.RawMessage(`{}`)), "people.error.passkey_taken")
	wants(t, "another's passkey taken away", h.DropKey(ctx, other, []byte("her key")), "people.error.gone")
	if owner, err := h.OwnerOfKey(ctx, []byte("her key")); err != nil || owner.Person.ID != v.Person {
		t.Errorf("%+v %v", owner, err)
	}
	_, err = h.OwnerOfKey(ctx, []byte("unknown"))
	wants(t, "an unknown passkey", err, "people.error.passkey")
}

// TestWhatIsErasedIsInNoFile takes a person's data away and erases it: not a
// byte of it is left on the disk, and what they did in public stands under a
// pseudonym of nobody.
func TestWhatIsErasedIsInNoFile(t *testing.T) {
	dir := t.TempDir()
	h := opened(t, "sqlite:"+filepath.Join(dir, "stoa.db"))
	ctx := t.Context()
	v, _ := h.enter("amina.diallo@example.org")
	if err := h.SetProfile(ctx, v, people.Profile{Version: 1, Name: "Amina Diallo", Language: "en", Named: true, Expertise: []string{"vaccination"}}); err != nil {
		t.Fatal(err)
	}
	if err := h.AddKey(ctx, v, []byte("key-of-amina"), "Aminas Telefon", json.RawMessage(`{"k":"amina-public-key"}`)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.MakeToken(ctx, v, "Aminas laptop", []string{"read"}, 3); err != nil {
		t.Fatal(err)
	}
	if _, err := h.AskLink(ctx, "amina.diallo@example.org", "en", ""); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Grant(ctx, operator, "amina.diallo@example.org", access.Reviewer, "Mrs Diallo asked for it"); err != nil {
		t.Fatal(err)
	}
	body, err := h.Found(ctx, v, "Health Lab")
	if err != nil {
		t.Fatal(err)
	}
	h.Kept = map[string]func(context.Context, good.Person) (any, error){"drafts": func(context.Context, good.Person) (any, error) { return 1, nil }}
	taken, err := h.Export(ctx, v.Who, string(v.Person))
	if err != nil {
		t.Fatal(err)
	}
	file, err := json.Marshal(taken)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Amina Diallo", "amina.diallo@example.org", "vaccination", "Aminas Telefon", "Aminas laptop", "reviewer", "health-lab", `"organisation.joined"`, `"drafts":1`} {
		if !strings.Contains(string(file), want) {
			t.Errorf("what she takes away lacks %s: %s", want, file)
		}
	}
	other, _ := h.enter("kofi@example.org")
	if _, err := h.Export(ctx, other.Who, string(v.Person)); good.KindOf(err) != good.Forbidden {
		t.Errorf("another takes it away: %v", err)
	}
	if _, err := h.Erase(ctx, other, string(v.Person)); good.KindOf(err) != good.Forbidden {
		t.Errorf("another erases her: %v", err)
	}
	told := false
	h.Gone = append(h.Gone, func(_ context.Context, _ *store.Tx, p good.Person) error { told = p.ID == v.Person; return nil })
	if _, err := h.Erase(ctx, v, string(v.Person)); err != nil {
		t.Fatal(err)
	}
	if !told {
		t.Error("the other rooms were not told")
	}
	h.DB.Close()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, gone := range []string{"Amina", "Diallo", "amina", "diallo", "vaccination", string(v.Person)} {
			if strings.Contains(string(raw), gone) {
				t.Errorf("%s still holds %q", filepath.Base(name), gone)
			}
		}
		if filepath.Base(name) == "stoa.db" && (!strings.Contains(string(raw), v.Pseudonym) || !strings.Contains(string(raw), string(body.ID))) {
			t.Error("what she stated in public is gone, too")
		}
	}
}
