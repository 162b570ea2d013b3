package journal_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"stoa/internal/app/journal"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
	stoalog "stoa/internal/tlog"
)

// copies returns, on each engine, a way to get a database of its own that is a
// copy of one that fill has filled.
func copies(t *testing.T, key *stoalog.Key, test func(t *testing.T, fresh func(*testing.T) string)) {
	prepare := func(url string) error {
		w, err := connect(context.Background(), url, key)
		if err != nil {
			return err
		}
		if err := w.fill(context.Background()); err != nil {
			return err
		}
		return w.db.Close()
	}
	t.Run("sqlite", func(t *testing.T) {
		from := filepath.Join(t.TempDir(), "stoa.db")
		if err := prepare("sqlite:" + from); err != nil {
			t.Fatal(err)
		}
		raw, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		test(t, func(t *testing.T) string {
			path := filepath.Join(t.TempDir(), "stoa.db")
			if err := os.WriteFile(path, raw, 0o600); err != nil {
				t.Fatal(err)
			}
			return "sqlite:" + path
		})
	})
	t.Run("postgres", func(t *testing.T) {
		test(t, func(t *testing.T) string { return testkit.PostgresFrom(t, t.Name()[:8]+key.Origin, prepare) })
	})
}

// intruder has the database to himself, without what guards it.
type intruder struct {
	t *testing.T
	*sql.Conn
}

func (x intruder) do(statement string, args ...any) {
	x.t.Helper()
	res, err := x.ExecContext(x.t.Context(), statement, args...)
	if err != nil {
		x.t.Fatalf("%s: %v", statement, err)
	}
	if n, err := res.RowsAffected(); err == nil && n == 0 && !strings.HasPrefix(statement, "SET") {
		x.t.Fatalf("%s: changed nothing", statement)
	}
}

// flip flips one bit of a byte of a cell.
func (x intruder) flip(table, column, where string, at int) {
	x.t.Helper()
	var cell []byte
	if err := x.QueryRowContext(x.t.Context(), "SELECT "+column+" FROM "+table+" WHERE "+where).Scan(&cell); err != nil {
		x.t.Fatal(err)
	}
	cell[(at+len(cell))%len(cell)] ^= 1
	x.do("UPDATE "+table+" SET "+column+" = $1 WHERE "+where, cell)
}

func (x intruder) flipText(table, column, where string, at int) {
	x.t.Helper()
	var cell string
	if err := x.QueryRowContext(x.t.Context(), "SELECT "+column+" FROM "+table+" WHERE "+where).Scan(&cell); err != nil {
		x.t.Fatal(err)
	}
	b := []byte(cell)
	b[(at+len(b))%len(b)] ^= 1
	x.do("UPDATE "+table+" SET "+column+" = $1 WHERE "+where, string(b))
}

// everywhere are the tables that hold positions.
var everywhere = []string{"journal", "journal_values", "journal_subjects"}

// drop takes an entry away without a trace.
func (x intruder) drop(position int64) {
	x.t.Helper()
	for _, table := range []string{"journal_values", "journal_subjects", "journal"} {
		_, err := x.ExecContext(x.t.Context(), "DELETE FROM "+table+" WHERE position = $1", position)
		if err != nil {
			x.t.Fatal(err)
		}
	}
}

// move gives entries other positions.
func (x intruder) move(set, where string) {
	x.t.Helper()
	for _, table := range everywhere {
		for _, statement := range []string{"UPDATE " + table + " SET position = -1000 - (" + set + ") WHERE " + where, "UPDATE " + table + " SET position = -1000 - position WHERE position < 0"} {
			if _, err := x.ExecContext(x.t.Context(), statement); err != nil {
				x.t.Fatal(err)
			}
		}
	}
}

// rehash makes every leaf hash and stored hash anew, as whoever holds the
// database but not the key can.
func (x intruder) rehash() {
	x.t.Helper()
	rows, err := x.QueryContext(x.t.Context(), "SELECT leaf FROM journal ORDER BY position")
	if err != nil {
		x.t.Fatal(err)
	}
	var leaves [][]byte
	for rows.Next() {
		var leaf []byte
		if err := rows.Scan(&leaf); err != nil {
			x.t.Fatal(err)
		}
		leaves = append(leaves, leaf)
	}
	if err := rows.Close(); err != nil {
		x.t.Fatal(err)
	}
	x.do("DELETE FROM log_hashes")
	edge := &stoalog.Edge{}
	for n, leaf := range leaves {
		hashes, err := edge.Append(leaf)
		if err != nil {
			x.t.Fatal(err)
		}
		for i, h := range hashes {
			x.do("INSERT INTO log_hashes (id, hash) VALUES ($1, $2)", tlog.StoredHashIndex(0, int64(n))+int64(i), h[:])
		}
	}
}

const lastOfFill = 18 // position of the last entry that fill writes

func TestWhatIsTamperedWithIsFoundAndPlaced(t *testing.T) {
	key, err := stoalog.LoadOrCreateKey(t.TempDir(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	copies(t, key, func(t *testing.T, fresh func(*testing.T) string) {
		honest := open(t, fresh(t), key)
		p, err := stoalog.Verify(t.Context(), honest.journal, key.Verifier)
		if err != nil || p.Checkpoint.Size != lastOfFill+1 || p.Values < lastOfFill || p.Checkpoints != 1 {
			t.Fatalf("an honest log does not verify: %+v %v", p, err)
		}
		for what, c := range tampers {
			t.Run(strings.ReplaceAll(what, " ", "-"), func(t *testing.T) {
				url := fresh(t)
				raw := testkit.SQL(t, url)
				conn, err := raw.Conn(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				x := intruder{t, conn}
				if strings.HasPrefix(url, "postgres") {
					x.do("SET session_replication_role = replica") // no foreign keys
				}
				c.tamper(x)
				if err := conn.Close(); err != nil {
					t.Fatal(err)
				}
				db, err := store.Open(t.Context(), url, store.Options{Now: time.Now, Rand: rand.Reader, ReadOnly: true})
				if err != nil {
					t.Fatal(err)
				}
				defer db.Close()
				if _, err := stoalog.Verify(t.Context(), &journal.App{DB: db}, key.Verifier); err == nil {
					t.Error("nobody noticed")
				} else if !strings.Contains(err.Error(), c.want) {
					t.Errorf("found, but not placed at %q: %v", c.want, err)
				}
			})
		}
	})
}

var tampers = map[string]struct {
	want   string
	tamper func(x intruder)
}{
	"a bit of a value":   {"position 2:", func(x intruder) { x.flip("journal_values", "data", "position = 2 AND n = 0", 5) }},
	"a bit of a salt":    {"position 2:", func(x intruder) { x.flip("journal_values", "salt", "position = 2 AND n = 0", 0) }},
	"a value taken away": {"position 2:", func(x intruder) { x.do("DELETE FROM journal_values WHERE position = 2") }},
	"a value hidden as erased": {"position 2:", func(x intruder) {
		x.do("UPDATE journal_values SET salt = NULL, data = NULL, erased = 1 WHERE position = 2")
	}},
	"the name of a value":       {"position 2:", func(x intruder) { x.flipText("journal_values", "name", "position = 2 AND n = 0", 0) }},
	"a bit of a leaf":           {"position 3:", func(x intruder) { x.flip("journal", "leaf", "position = 3", 12) }},
	"a bit of a commitment":     {"position 3:", func(x intruder) { x.flip("journal", "leaf", "position = 3", -1) }},
	"a role":                    {"position 3:", func(x intruder) { x.do("UPDATE journal SET role = 'reviewer' WHERE position = 3") }},
	"a pseudonym":               {"position 3:", func(x intruder) { x.do("UPDATE journal SET pseudonym = 'x' WHERE position = 3") }},
	"a verb":                    {"position 3:", func(x intruder) { x.do("UPDATE journal SET verb = 'good.removed' WHERE position = 3") }},
	"a time":                    {"position 3:", func(x intruder) { x.do("UPDATE journal SET time = time + 1 WHERE position = 3") }},
	"a subject":                 {"position 4:", func(x intruder) { x.do("UPDATE journal SET subjects = '[]' WHERE position = 4") }},
	"a hash at the bottom":      {"position 4:", func(x intruder) { x.flip("log_hashes", "hash", fmt.Sprint("id = ", tlog.StoredHashIndex(0, 4)), 7) }},
	"a hash further up":         {"position 8:", func(x intruder) { x.flip("log_hashes", "hash", fmt.Sprint("id = ", tlog.StoredHashIndex(3, 1)), 7) }},
	"a hash taken away":         {"position 8:", func(x intruder) { x.do(fmt.Sprint("DELETE FROM log_hashes WHERE id = ", tlog.StoredHashIndex(3, 1))) }},
	"a checkpoint's root":       {"checkpoint", func(x intruder) { x.flipText("checkpoints", "note", "size > 0", 40) }},
	"a checkpoint's signature":  {"checkpoint", func(x intruder) { x.flipText("checkpoints", "note", "size > 0", -20) }},
	"the checkpoint taken away": {"no signed checkpoint", func(x intruder) { x.do("DELETE FROM checkpoints") }},
	"a dropped entry":           {"position 5:", func(x intruder) { x.drop(5) }},
	"a dropped entry, the rest moved up": {"position 5:", func(x intruder) {
		x.drop(5)
		x.move("position - 1", "position > 5")
		x.do("UPDATE log_head SET size = size - 1")
	}},
	"the last entry dropped": {fmt.Sprintf("position %d:", lastOfFill), func(x intruder) {
		x.drop(lastOfFill)
		x.do("UPDATE log_head SET size = size - 1")
		x.rehash()
	}},
	"two entries in the other order": {"position 4:", func(x intruder) { x.move("9 - position", "position IN (4, 5)") }},
	"an entry added by a stranger": {fmt.Sprintf("position %d", lastOfFill+1), func(x intruder) {
		leaf, err := stoalog.Leaf{Position: lastOfFill + 1, Time: time.UnixMilli(1).UTC(), Verb: good.GoodRemoved}.Encode()
		if err != nil {
			x.t.Fatal(err)
		}
		x.do("INSERT INTO journal (position, time, role, pseudonym, verb, subjects, leaf) VALUES ($1, 1, '', '', 'good.removed', 'null', $2)", lastOfFill+1, leaf)
		x.do("UPDATE log_head SET size = size + 1")
		x.rehash()
	}},
	"a history written anew without the key": {"checkpoint", func(x intruder) {
		data, salt := []byte(`"another reason"`), make([]byte, stoalog.SaltSize)
		var raw []byte
		if err := x.QueryRowContext(x.t.Context(), "SELECT leaf FROM journal WHERE position = 17").Scan(&raw); err != nil {
			x.t.Fatal(err)
		}
		leaf, err := stoalog.DecodeLeaf(raw)
		if err != nil {
			x.t.Fatal(err)
		}
		leaf.Values[0].Hash = stoalog.Commit(salt, data)
		if raw, err = leaf.Encode(); err != nil {
			x.t.Fatal(err)
		}
		x.do("UPDATE journal_values SET salt = $1, data = $2 WHERE position = 17 AND n = 0", salt, data)
		x.do("UPDATE journal SET leaf = $1 WHERE position = 17", raw)
		x.rehash()
	}},
}
