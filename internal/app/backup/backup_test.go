package backup

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"errors"
	"io"
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

// opened opens a database, migrated, whose log is signed by the key in dir.
func opened(t *testing.T, url, dir string) *store.DB {
	t.Helper()
	key, err := tlog.LoadOrCreateKey(dir, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), url, store.Options{Now: time.Now, Rand: rand.Reader, Signer: key})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return db
}

// write puts n goods with what makes copying hard: quotes, scripts, bytes that
// are no text, private things and an erased value.
func write(t *testing.T, db *store.DB, n int) {
	t.Helper()
	for range n {
		_, err := db.Do(t.Context(), good.Actor{Role: "importer", Pseudonym: "p1"}, func(ctx context.Context, tx *store.Tx) error {
			id := tx.NewID()
			g := &good.Good{ID: id, Slug: "good-" + strings.ToLower(string(id)), Facts: good.Facts{Name: "Ünïcødé \"<&>\" 开放 مفتوح \u2028 " + string(id)}}
			if err := tx.PutGood(ctx, g); err != nil {
				return err
			}
			tx.Append("good.created", []good.ID{id}, store.NamedValue{Name: "slug", Value: g.Slug}, store.NamedValue{Name: "note", Value: "erase me"})
			if err := tx.SetMatchKeys(ctx, id, []string{"name:" + string(id)}); err != nil {
				return err
			}
			if err := tx.PutContacts(ctx, "dpga", string(id), []good.Contact{{Name: "A Person", Email: "person@example.org"}}); err != nil {
				return err
			}
			return tx.PutCase(ctx, store.Case{OpenCase: good.OpenCase{ID: tx.NewID(), Source: "dpga", ForeignID: string(id), Name: "case", Since: tx.Now()}, Raw: []byte{0, 0xff, '\n', '"'}})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := db.Do(t.Context(), good.Actor{Role: "operator"}, func(ctx context.Context, tx *store.Tx) error { return tx.Erase(ctx, 0, "note") }); err != nil && good.KindOf(err) != good.NotFound {
		t.Fatal(err)
	}
}

// lines are all rows of a database, by table, as they would be copied.
func lines(t *testing.T, db *store.DB) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := db.Still(t.Context(), func(s *store.Still) error {
		for _, table := range store.Tables() {
			if err := s.EachRows(t.Context(), table, -1, 1<<20, func(r store.Rows) error {
				out[table] += string(r.Lines)
				return nil
			}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func equals(t *testing.T, got, want map[string]string) {
	t.Helper()
	for _, table := range store.Tables() {
		if got[table] != want[table] {
			t.Errorf("%s differs\n got  %.600s\n want %.600s", table, got[table], want[table])
		}
	}
	for _, table := range []string{"goods", "contacts", "cases", "journal_values", "log_hashes", "checkpoints", "match_keys"} {
		if want[table] == "" {
			t.Errorf("nothing was in %s to compare", table)
		}
	}
}

// crossed runs f with a fresh source and target on every pair of engines.
func crossed(t *testing.T, f func(t *testing.T, from, to string)) {
	fresh := map[string]func(*testing.T) string{
		"sqlite":   func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "stoa.db") },
		"postgres": func(t *testing.T) string { return testkit.Postgres(t) },
	}
	for from, source := range fresh {
		for to, target := range fresh {
			t.Run(from+" to "+to, func(t *testing.T) { f(t, source(t), target(t)) })
		}
	}
}

func TestABackupComesBackWholeOnEitherEngine(t *testing.T) {
	crossed(t, func(t *testing.T, from, to string) {
		dir := t.TempDir()
		db := opened(t, from, dir)
		write(t, db, 20)
		for _, name := range []string{"attachments/ab/cd", "blobs/cd/ef", "blobs/cd/.half"} {
			if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, name), []byte("a file"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		file := filepath.Join(t.TempDir(), "b.stoa")
		app := &App{DB: db, Dir: dir, Version: "v1", Now: time.Now}
		made, err := app.Save(t.Context(), file)
		if err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("others may read the backup: %v %v", info.Mode(), err)
		}
		if _, err := app.Save(t.Context(), file); good.KindOf(err) != good.Conflict {
			t.Errorf("a backup is written over another: %v", err)
		}
		want := lines(t, db)

		m, err := Check(t.Context(), file)
		if err != nil || m.Entries != 20 || m.Root != made.Root || m.Rows("goods") != 20 {
			t.Fatalf("%+v %v", m, err)
		}
		other := t.TempDir()
		if err := Files(t.Context(), file, m, other); err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]string{"attachments/ab/cd": "a file", "blobs/cd/ef": "a file", "blobs/cd/.half": ""} {
			if b, err := os.ReadFile(filepath.Join(other, name)); string(b) != want {
				t.Errorf("%s: %q %v", name, b, err)
			}
		}
		target := opened(t, to, other)
		write(t, target, 3) // what was there is replaced
		if err := Load(t.Context(), file, m, target, false); err != nil {
			t.Fatal(err)
		}
		equals(t, lines(t, target), want)
		write(t, opened(t, to, other), 1) // life goes on
	})
}

func TestABrokenBackupIsRefusedWholly(t *testing.T) {
	dir := t.TempDir()
	db := opened(t, "sqlite:"+filepath.Join(dir, "stoa.db"), dir)
	write(t, db, 5)
	file := filepath.Join(dir, "b.stoa")
	m, err := (&App{DB: db, Dir: dir, Now: time.Now}).Save(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := unpacked(raw)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(raw); i += max(1, len(raw)/97) {
		for name, broken := range map[string][]byte{"cut": raw[:i], "flipped": append(append(append([]byte(nil), raw[:i]...), raw[i]^0x10), raw[i+1:]...)} {
			if same, err := unpacked(broken); err == nil && bytes.Equal(same, whole) {
				continue // gzip has bits that mean nothing: a time, a system, the filling of a last byte
			}
			bad := filepath.Join(dir, "bad")
			if err := os.WriteFile(bad, broken, 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := Check(t.Context(), bad); err == nil {
				t.Errorf("%s at byte %d passes", name, i)
			}
		}
	}
	before := lines(t, db)
	m.Parts[len(m.Parts)-1].SHA256 = strings.Repeat("0", 64)
	if err := Load(t.Context(), file, m, db, false); err == nil {
		t.Error("a part with another checksum is loaded")
	}
	equals(t, lines(t, db), before)
}

// unpacked is what a backup holds, as one piece.
func unpacked(raw []byte) ([]byte, error) {
	zr, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(zr)
}

func TestACopyThatWasCutGoesOn(t *testing.T) {
	crossed(t, func(t *testing.T, from, to string) {
		dir := t.TempDir()
		db, target := opened(t, from, dir), opened(t, to, dir)
		write(t, db, 30)
		// Cut it ever later, between pieces and in the middle of a key's rows.
		stop := errors.New("cut")
		for cut := 1; cut <= 3; cut++ {
			n := 0
			err := db.Still(t.Context(), func(s *store.Still) error {
				for _, table := range store.Tables() {
					if table == "log_head" {
						continue
					}
					if !lasting[table] {
						continue
					}
					from := int64(-1)
					if err := target.Load(t.Context(), func(l *store.Loading) (err error) {
						from, err = l.Reopen(t.Context(), table)
						return err
					}); err != nil {
						return err
					}
					if err := s.EachRows(t.Context(), table, from, 700, func(r store.Rows) error {
						if n++; n > cut*3 {
							return stop
						}
						return target.Load(t.Context(), func(l *store.Loading) error { return l.Put(t.Context(), r) })
					}); err != nil {
						return err
					}
				}
				return nil
			})
			if !errors.Is(err, stop) {
				t.Fatalf("cut %d: %v", cut, err)
			}
			if p, err := target.Position(t.Context()); err != nil || p != -1 {
				t.Fatalf("half a copy says it has %d entries %v", p+1, err)
			}
		}
		if _, err := db.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error { return tx.Erase(ctx, 2, "note") }); err != nil {
			t.Fatal(err)
		}
		c, err := Copy(t.Context(), db, target)
		if err != nil || !c.Resumed || c.Entries != 30 {
			t.Fatalf("%+v %v", c, err)
		}
		equals(t, lines(t, target), lines(t, db))
		if c, err := Copy(t.Context(), db, target); err != nil || !c.Before {
			t.Errorf("a second run: %+v %v", c, err)
		}
		write(t, db, 1)
		if _, err := Copy(t.Context(), db, target); good.KindOf(err) != good.Conflict {
			t.Errorf("a copy over another state: %v", err)
		}
	})
}
