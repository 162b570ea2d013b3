package testkit

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// FilesWith lists the files of a folder that hold text, whoever wrote it there.
func FilesWith(t testing.TB, dir, text string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			if errors.Is(err, fs.ErrNotExist) { // gone meanwhile
				return nil
			}
			return err
		}
		raw, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		if bytes.Contains(raw, []byte(text)) {
			out = append(out, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// FilesWith lists the files of tables and indices that hold text, once all that
// was written is in them. The write-ahead log is not among them: it is
// overwritten as it goes round.
func (s *PostgresServer) FilesWith(text string) []string {
	s.t.Helper()
	s.Exec("stoa", "CHECKPOINT")
	return FilesWith(s.t, filepath.Join(s.data(), "base"), text)
}
