package reading_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"stoa/internal/app/localisation/reading"
	"stoa/internal/check/target"
	"stoa/internal/testkit"
)

const texts = "msgid \"One\"\nmsgstr \"Moja\"\n\nmsgid \"Two\"\nmsgstr \"Mbili\"\n\nmsgid \"Three\"\nmsgstr \"\"\n\nmsgid \"Four\"\nmsgstr \"\"\n\nmsgid \"Five\"\nmsgstr \"\"\n"

// TestARepositoryIsReadWhereItLies reads the translations of a repository of
// git, beside one that is not there and one that says nothing.
func TestARepositoryIsReadWhereItLies(t *testing.T) {
	served, heads := testkit.Repositories(t, map[string]map[string]string{
		"app":  {"po/sw.po": texts, "po/fr.po": strings.NewReplacer("Moja", "Un", "Mbili", "Deux", "\"Three\"\nmsgstr \"\"", "\"Three\"\nmsgstr \"Trois\"").Replace(texts), "README.md": "# App\n"},
		"docs": {"README.md": "# Docs\n"},
	})
	s := httptest.NewServer(served)
	defer s.Close()
	r := &reading.Repositories{Client: func() *http.Client { return s.Client() }, Limits: target.Limits{Files: 1000, Bytes: 1 << 20, Time: 30 * time.Second}, Temp: t.TempDir()}
	now := time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
	got, err := r.Read(t.Context(), []string{s.URL + "/o/docs.git", s.URL + "/o/none.git", s.URL + "/o/app.git"}, now)
	if err != nil || got.Commit != heads["app"] || !strings.HasSuffix(got.Source, "/o/app.git") || len(got.Shares) != 2 || got.Partly {
		t.Fatalf("%+v, %v", got, err)
	}
	if a, b := got.Shares[0], got.Shares[1]; a.Language != "fr" || a.Percent != 60 || b.Language != "sw" || b.Percent != 40 || b.Texts != 2 {
		t.Errorf("%+v", got.Shares)
	}
	if got, err := r.Read(t.Context(), []string{s.URL + "/o/docs.git"}, now); err != nil || got.Commit != heads["docs"] || len(got.Shares) != 0 {
		t.Errorf("one without translations: %+v, %v", got, err)
	}
	for _, bad := range [][]string{{s.URL + "/o/none.git"}, {"/etc"}, {}} {
		if got, err := r.Read(t.Context(), bad, now); err == nil {
			t.Errorf("%v: %+v", bad, got)
		}
	}
}
