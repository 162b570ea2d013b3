package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
	"stoa/internal/tlog"
)

// keeping is a data directory with a database that this process writes to.
func keeping(t *testing.T, dir, url string, names ...string) {
	t.Helper()
	key, err := tlog.LoadOrCreateKey(dir, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), url, store.Options{Now: time.Now, Rand: rand.Reader, Signer: key})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		_, err := db.Do(t.Context(), operator, func(ctx context.Context, tx *store.Tx) error {
			g := &good.Good{ID: tx.NewID(), Slug: name}
			*g = g.Restate(nil, nil)
			tx.Append(good.GoodCreated, []good.ID{g.ID}, store.NamedValue{Name: "slug", Value: name})
			return tx.PutGood(ctx, g)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// said runs the program and returns what it says and its exit code.
func said(t *testing.T, args ...string) (string, int) {
	t.Helper()
	var out bytes.Buffer
	code := run(t.Context(), args, &out, &out)
	return out.String(), code
}

func TestTheCommandsProveADirectory(t *testing.T) {
	t.Setenv("STOA_DATABASE_URL", "")
	testkit.Databases(t, func(t *testing.T, url string) {
		dir := t.TempDir()
		if strings.HasPrefix(url, "sqlite:") {
			url = "sqlite:" + filepath.Join(dir, "stoa.db")
		} else {
			t.Setenv("STOA_DATABASE_URL", url)
		}
		must := func(code int, text string, args ...string) {
			t.Helper()
			out, got := said(t, append(args, "--data", dir)...)
			if got != code || !strings.Contains(out, text) {
				t.Errorf("%v: exit %d, want %d and %q:\n%s", args, got, code, text, out)
			}
		}
		must(1, "There is no", "verify")
		if made, err := os.ReadDir(dir); err != nil || len(made) > 0 {
			t.Errorf("a look made files: %v %v", made, err)
		}
		keeping(t, dir, url, "one", "two")
		must(0, "proven: 2 entries", "verify", dir)
		must(0, "sound", "db", "check")
		must(0, "applied", "db", "status")
		must(0, "", "db", "migrate")

		db, err := store.Open(t.Context(), url, store.Options{ReadOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		_, early, err := db.NewestCheckpoint(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		seen := filepath.Join(t.TempDir(), "checkpoint")
		if err := os.WriteFile(seen, []byte(early), 0o600); err != nil {
			t.Fatal(err)
		}
		keeping(t, dir, url, "three")
		must(0, "2 signed checkpoints", "verify", "--since", seen, dir)

		other := t.TempDir() // a log of its own, of the same size, with another key
		keeping(t, other, "sqlite:"+filepath.Join(other, "stoa.db"), "one", "two", "three")
		if out, code := said(t, "verify", "--since", seen, other); code != 1 || !strings.Contains(out, "NOT PROVEN") {
			t.Errorf("a stranger's history passes for the one seen: %d %s", code, out)
		}

		raw := testkit.SQL(t, url)
		if _, err := raw.ExecContext(t.Context(), "UPDATE goods SET doc = REPLACE(doc, 'nominated', 'recognised')"); err != nil {
			t.Fatal(err)
		}
		must(1, "recognised", "db", "check")
		if _, err := raw.ExecContext(t.Context(), "UPDATE journal SET role = 'nobody' WHERE position = 1"); err != nil {
			t.Fatal(err)
		}
		must(1, "position 1:", "verify", dir)
	})
}

func TestAnOperatorErases(t *testing.T) {
	t.Setenv("STOA_DATABASE_URL", "")
	dir := t.TempDir()
	keeping(t, dir, "sqlite:"+filepath.Join(dir, "stoa.db"), "one")
	if out, code := said(t, "good", "edit", "one", "website=https://secret.example", "--reason", "told so", "--data", dir); code != 0 {
		t.Fatal(out)
	}
	out, code := said(t, "erase", "2", "record", "--reason", "asked by a person", "--data", dir)
	if code != 0 || !strings.Contains(out, "journal 3") {
		t.Fatalf("%d %s", code, out)
	}
	if out, _ := said(t, "good", "show", "one", "--data", dir); strings.Contains(out, "secret") {
		t.Error(out)
	}
	for _, args := range [][]string{{"verify", dir}, {"db", "check", "--data", dir}} {
		if out, code := said(t, args...); code != 0 || !strings.Contains(out, "1 erased") {
			t.Errorf("%v: %d %s", args, code, out)
		}
	}
	if out, code := said(t, "erase", "0", "slug", "--reason", "why not", "--data", dir); code == 0 || !strings.Contains(out, "cannot be erased") {
		t.Errorf("%d %s", code, out)
	}
}
