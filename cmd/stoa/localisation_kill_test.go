package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

// TestAReadingOfLanguagesOutlivesAKill kills the program while it reads a
// repository that is due: after the next start it is read to its end, and the
// journal says so once.
func TestAReadingOfLanguagesOutlivesAKill(t *testing.T) {
	program, dir := testkit.Program(t), t.TempDir()
	repositories, heads := testkit.Repositories(t, map[string]map[string]string{"app": {"po/fr.po": words("Un", "Deux", "Trois", "Quatre", "Cinq"), "po/sw.po": words("Moja", "Mbili", "", "", "")}})
	asked := make(chan struct{}, 100)
	var hold atomic.Bool
	hold.Store(true)
	forge := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/o/app.git") {
			asked <- struct{}{}
			if hold.Load() {
				<-r.Context().Done() // the program is killed
				return
			}
		}
		repositories.ServeHTTP(w, r)
	}))
	defer forge.Close()
	at, err := url.Parse(forge.URL)
	if err != nil {
		t.Fatal(err)
	}
	database := "sqlite:" + filepath.Join(dir, "data", "stoa.db")
	env := append(os.Environ(), "STOA_DATA="+filepath.Join(dir, "data"), "STOA_DATABASE_URL=", "STOA_ADDR=127.0.0.1:0", "STOA_CHECK_NETWORKS=127.0.0.0/8", "STOA_CHECK_PORTS="+at.Port())
	start := func() *server {
		t.Helper()
		s, err := startServer(program, env, dir, "--empty")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.end(syscall.SIGKILL) }) // it may have ended
		return s
	}
	_ = start().end(syscall.SIGTERM) // makes the data directory
	inside := func(do func(context.Context, *store.Tx) error) {
		t.Helper()
		db, err := store.Open(t.Context(), database, store.Options{Now: time.Now, Rand: rand.Reader})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.Do(t.Context(), good.Actor{}, do); err != nil {
			t.Fatal(err)
		}
	}
	var id good.ID
	inside(func(ctx context.Context, tx *store.Tx) error {
		held, err := tx.Settings(ctx)
		if err != nil {
			return err
		}
		held.Settings.Watch = 365
		if err := tx.PutSettings(ctx, held.Version, "looks", held.Settings); err != nil {
			return err
		}
		id = tx.NewID()
		if err := tx.PutGood(ctx, &good.Good{ID: id, Slug: "wells", Stage: good.Recognised, Facts: good.Facts{Name: "Wells", Repositories: []good.Link{{URL: forge.URL + "/o/app.git"}}}}); err != nil {
			return err
		}
		return tx.PutLanguagesLook(ctx, store.LanguagesLook{Good: id, Host: at.Host, Due: tx.Now().Add(-time.Hour)})
	})

	killed := start()
	select {
	case <-asked:
	case <-time.After(2 * time.Minute):
		t.Fatalf("nobody reads what is due\n%s", killed.logged.String())
	}
	_ = killed.end(syscall.SIGKILL) // it cannot exit well
	inside(func(ctx context.Context, tx *store.Tx) error {
		if l, err := tx.LanguagesLook(ctx, id); err != nil || l.Seen != nil || l.Began.IsZero() {
			t.Errorf("after the kill: %+v, %v", l, err)
		}
		return nil
	})
	hold.Store(false)
	s := start()
	for end := time.Now().Add(2 * time.Minute); !strings.Contains(body(t, s.url+"/api/v1/goods/wells/languages"), `"commit":"`+heads["app"]); time.Sleep(200 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it is not taken up again\n%s", s.logged.String())
		}
	}
	if err := s.end(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	inside(func(ctx context.Context, tx *store.Tx) error {
		l, err := tx.LanguagesLook(ctx, id)
		if err != nil || l.Seen == nil || len(l.Seen.Shares) != 2 || l.Seen.Shares[1].Percent != 40 || !l.Began.IsZero() || !l.Due.After(tx.Now()) {
			t.Errorf("after the second start: %+v, %v", l, err)
		}
		entries, err := tx.History(ctx, id, 50)
		if n := 0; err == nil {
			for _, e := range entries {
				if e.Verb == good.LocalisationSeen {
					n++
				}
			}
			if n != 1 {
				t.Errorf("the journal says it %d times", n)
			}
		}
		return err
	})
}

// words is a file of gettext.
func words(said ...string) string {
	var b strings.Builder
	for i, w := range said {
		fmt.Fprintf(&b, "msgid \"Text %d\"\nmsgstr %q\n\n", i, w)
	}
	return b.String()
}

// body is what an address answers.
func body(t *testing.T, at string) string {
	t.Helper()
	resp, err := http.Get(at)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
