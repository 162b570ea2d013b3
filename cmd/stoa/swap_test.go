package main

import (
	"os"
	"path/filepath"
	"testing"
)

// TestASwapThatWasCutIsEnded cuts the last step of a restore after every
// number of files that it has moved.
func TestASwapThatWasCutIsEnded(t *testing.T) {
	names := []string{"attachments/new", "log.key", "stoa.db"}
	for cut := range len(names) + 1 {
		data := t.TempDir()
		put := func(name, text string) {
			t.Helper()
			path := filepath.Join(data, filepath.FromSlash(name))
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		for _, old := range []string{"attachments/old", "stoa.db-wal", "stoa.db-shm", "dumps/5/goods.csv", "log.key", "stoa.db"} {
			put(old, "old")
		}
		for i, name := range names {
			if i < cut && name != "attachments/new" { // moved already
				put(name, "new")
				continue
			}
			put("restored/"+name, "new")
		}
		if err := swap(data); err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if b, err := os.ReadFile(filepath.Join(data, filepath.FromSlash(name))); string(b) != "new" {
				t.Errorf("cut after %d: %s is %q %v", cut, name, b, err)
			}
		}
		for _, gone := range []string{"restored", "attachments/old", "dumps"} {
			if _, err := os.Lstat(filepath.Join(data, filepath.FromSlash(gone))); err == nil {
				t.Errorf("cut after %d: %s is still there", cut, gone)
			}
		}
		if _, err := os.Lstat(filepath.Join(data, "stoa.db-wal")); err == nil && cut < 3 {
			t.Errorf("cut after %d: the old write-ahead log would be read into the restored database", cut)
		}
		if err := swap(data); err != nil {
			t.Errorf("a second swap: %v", err)
		}
	}
}
