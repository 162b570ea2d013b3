package main

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"stoa/internal/good"
	"stoa/internal/i18n"
	"stoa/internal/l10n"
	"stoa/internal/store"
)

// TestWhatAMachineSawStandsBesideWhatPeopleSay shows both on the page and to
// programs, and lets the good's owner alone have its repository read.
func TestWhatAMachineSawStandsBesideWhatPeopleSay(t *testing.T) {
	i := newInstance(t, &ServeCmd{}, "http://stoa.example")
	owner, other := i.someone("owner"), i.someone("other")
	_, err := i.db.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		g := good.Good{ID: tx.NewID(), Slug: "wells", Stage: good.Nominated, Facts: good.Facts{Name: "Wells", Repositories: []good.Link{{URL: "https://forge.example/o/wells"}}}}
		seen := l10n.Coverage{Good: g.ID, Source: "https://forge.example/o/wells", Commit: "ab12cd34ef5678", Partly: true, At: tx.Now(), Shares: []l10n.Share{{Language: "sw", Percent: 40, Texts: 4, Words: 9}}}
		for _, err := range []error{
			tx.PutGood(ctx, &g),
			tx.PutClaim(ctx, store.Claim{Good: g.ID, Person: owner.Person, Created: tx.Now(), Proved: tx.Now(), Method: "file"}),
			tx.PutCoverage(ctx, l10n.Coverage{Good: g.ID, Hand: true, At: tx.Now(), Shares: []l10n.Share{{Language: "fr", Percent: 70}}}),
			tx.PutLanguagesLook(ctx, store.LanguagesLook{Good: g.ID, Host: "forge.example", Looked: tx.Now().AddDate(0, 0, -1), Commit: seen.Commit, Seen: &seen}),
		} {
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range i18n.All() {
		w := i.ask(http.MethodGet, "/"+l.Code+"/goods/wells/languages", "", "", "")
		if l.Code == "en" {
			w = i.ask(http.MethodGet, "/goods/wells/languages", "", "", "")
		}
		for _, want := range []string{"ab12cd34ef", "forge.example", l.T("l10n.covered.partly")} {
			if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s: %d lacks %q", l.Code, w.Code, want)
			}
		}
		if strings.Contains(w.Body.String(), "ab12cd34ef5") || strings.Contains(w.Body.String(), "/languages/read") {
			t.Errorf("%s: the whole commit, or a form for strangers", l.Code)
		}
	}
	w := i.ask(http.MethodGet, "/api/v1/goods/wells/languages", "", "", "")
	for _, want := range []string{`"seen":{`, `"commit":"ab12cd34ef5678"`, `"coverage":{`, `"hand":true`} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("programs do not read %s: %s", want, w.Body)
		}
	}
	en, _ := i18n.Get("en")
	const read = "/goods/wells/languages/read"
	form := "application/x-www-form-urlencoded"
	if w := i.ask(http.MethodPost, read, other.cookie, "", form); w.Code != http.StatusForbidden {
		t.Errorf("another has it read: %d", w.Code)
	}
	if w := i.ask(http.MethodGet, "/goods/wells/languages", owner.cookie, "", ""); !strings.Contains(w.Body.String(), read) {
		t.Error("its owner has no form to have it read")
	}
	if w := i.ask(http.MethodPost, read, owner.cookie, "", form); w.Code != http.StatusSeeOther {
		t.Errorf("its owner is refused: %d %.300s", w.Code, w.Body)
	}
	if w := i.ask(http.MethodGet, "/goods/wells/languages", owner.cookie, "", ""); !strings.Contains(w.Body.String(), en.T("l10n.covered.reading")) {
		t.Error("that it is read is not said")
	}
	if w := i.ask(http.MethodPost, "/api/v1/goods/wells/languages/read", owner.cookie, "", ""); w.Code != http.StatusTooManyRequests {
		t.Errorf("twice at once: %d %.300s", w.Code, w.Body)
	}
}
