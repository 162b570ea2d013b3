package backup

import (
	"path/filepath"
	"testing"
	"time"

	"stoa/internal/testkit"
)

// TestABackupIsOfOneMoment takes backups while others write: each must hold
// exactly what one commit left, which its log proves.
func TestABackupIsOfOneMoment(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		dir := t.TempDir()
		db := opened(t, url, dir)
		write(t, db, 1)
		stop, done := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(done)
			for {
				select {
				case <-stop:
					return
				default:
					write(t, db, 1)
				}
			}
		}()
		var last int64
		for i := range 5 {
			file := filepath.Join(dir, string(rune('a'+i)))
			m, err := (&App{DB: db, Dir: dir, Now: time.Now}).Save(t.Context(), file)
			if err != nil {
				t.Error(err)
				break
			}
			for _, table := range []string{"goods", "match_keys", "contacts", "cases", "journal"} {
				if n := int64(m.Rows(table)); n != m.Entries {
					t.Errorf("%d rows in %s beside %d entries: the backup is of several moments", n, table, m.Entries)
				}
			}
			if m.Entries < last {
				t.Errorf("a later backup has %d entries, an earlier one %d", m.Entries, last)
			}
			last = m.Entries
		}
		close(stop)
		<-done
		if position, err := db.Position(t.Context()); err != nil || position < 1 {
			t.Fatalf("nobody wrote meanwhile: %d %v", position, err)
		}
	})
}
