package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"stoa/internal/app/backup"
)

// noteFile lies beside files that wait for a database to be filled, until it
// is.
const noteFile = "restore.json"

// waiting says by what the filled database is known.
type waiting struct {
	Entries int64  `json:"entries"`
	Root    string `json:"root"`
}

// awaits leaves a note of which database the files in dir belong to.
func awaits(dir string, m backup.Manifest) error {
	text, err := json.Marshal(waiting{m.Entries, m.Root})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, noteFile), text, 0o600)
}

// cut says whether a restore of the data directory was cut in its last steps.
func (e *Env) cut() bool {
	for _, name := range []string{restored, pending} {
		if _, err := os.Stat(filepath.Join(e.Data, name)); err == nil && (name == restored || e.Database != "") {
			return true
		}
	}
	return false
}

// endCut ends a restore that was cut, or takes it back where the database had
// not been filled.
func (e *Env) endCut() error {
	dir := filepath.Join(e.Data, pending)
	if _, err := os.Stat(dir); err == nil && e.Database != "" {
		if filled, err := e.filled(dir); err != nil {
			return err
		} else if !filled {
			return os.RemoveAll(dir)
		}
		if err := os.Remove(filepath.Join(dir, noteFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err := whole(e.Data, dir); err != nil {
			return err
		}
	}
	return swap(e.Data)
}

// filled says whether the database is the one that the files in dir wait for.
func (e *Env) filled(dir string) (bool, error) {
	text, err := os.ReadFile(filepath.Join(dir, noteFile))
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil // the note is taken away once it is
	}
	var w waiting
	if err == nil {
		err = json.Unmarshal(text, &w)
	}
	if err != nil {
		return false, fmt.Errorf("end a restore that was cut: %w", err)
	}
	db, err := e.existing()
	if err != nil {
		return false, err
	}
	defer db.Close()
	steps, err := db.Migrations(e.Ctx)
	if err != nil || len(steps) == 0 || !steps[0].Applied {
		return false, err
	}
	m, err := (&backup.App{DB: db}).State(e.Ctx)
	return err == nil && m.Entries == w.Entries && m.Root == w.Root, err
}
