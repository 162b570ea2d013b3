package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"stoa/internal/app/backup"
	"stoa/internal/store"
	"stoa/internal/tlog"
)

// Folders in the data directory during a restore: the first is being filled,
// the second is whole and takes the place of what was.
const (
	restoring = "restoring"
	restored  = "restored"
)

// RestoreCmd gives a backup back.
type RestoreCmd struct {
	File  string `arg:"" help:"Backup to give back." type:"existingfile" placeholder:"FILE"`
	Force bool   `help:"Put it in the place of what is there."`
	Since string `help:"File with a checkpoint that this log has published: if the backup is older, a new log begins." type:"existingfile" placeholder:"FILE"`
}

// Run checks the backup, fills a database beside what is there, proves it, and
// only then puts it in its place.
func (c *RestoreCmd) Run(env *Env) error {
	m, err := backup.Check(env.Ctx, c.File)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(env.Data, 0o700); err != nil {
		return fmt.Errorf("make the data directory %s: %w", env.Data, err)
	}
	if err := env.alone(); err != nil {
		return err
	}
	if err := swap(env.Data); err != nil { // a restore that was cut
		return err
	}
	there, held, err := present(env, m)
	if err != nil {
		return err
	}
	if there && !c.Force {
		return fmt.Errorf("there is a database or a log's key already; --force puts the backup in its place")
	}
	published, err := c.published(m)
	if err != nil {
		return err
	}
	renew := max(held, published) > m.Entries
	into := c.intoDirectory
	if env.Database != "" {
		into = c.intoServer
	}
	if err := into(env, m, renew); err != nil {
		return err
	}
	if renew {
		fmt.Fprintf(env.Stdout, "The log had gone on to %d entries after this backup: a new log begins, with a new key. Tell those who follow it.\n", max(held, published))
	}
	describe(env, "restored", c.File, m)
	return nil
}

// present says whether a restore would overwrite anything, and how many
// entries the same log has there; -1 where that cannot be read.
func present(env *Env, m backup.Manifest) (there bool, held int64, err error) {
	for _, name := range []string{"stoa.db", "log.key"} {
		if _, err := os.Lstat(filepath.Join(env.Data, name)); err == nil && (name != "stoa.db" || env.Database == "") {
			there = true
		}
	}
	db, err := env.OpenExisting()
	if err != nil {
		if env.Database != "" {
			return there, -1, err // without a server nothing can be restored
		}
		return there, -1, nil
	}
	defer db.Close()
	if db.Ready(env.Ctx) != nil { // empty, or of another version
		return there, -1, nil
	}
	position, err := db.Position(env.Ctx)
	if err != nil {
		return true, -1, nil // damaged, which is why one restores
	}
	_, note, err := db.NewestCheckpoint(env.Ctx)
	if err != nil || logOf(note) != logOf(m.Checkpoint) {
		return there || position >= 0, -1, nil
	}
	return there || position >= 0, position + 1, nil
}

// logOf is the name of the log in a checkpoint.
func logOf(note string) string {
	name, _, _ := strings.Cut(note, "\n")
	return name
}

// published is the size in the checkpoint that --since names, which must be of
// the backup's log; -1 without one.
func (c *RestoreCmd) published(m backup.Manifest) (int64, error) {
	if c.Since == "" {
		return -1, nil
	}
	raw, err := os.ReadFile(c.Since)
	if err != nil {
		return -1, err
	}
	size := int64(-1)
	_, rest, _ := strings.Cut(string(raw), "\n")
	if _, err := fmt.Sscanf(rest, "%d\n", &size); err != nil || logOf(string(raw)) != logOf(m.Checkpoint) {
		return -1, fmt.Errorf("%s is no checkpoint of the backup's log %s", c.Since, logOf(m.Checkpoint))
	}
	return size, nil
}

// fill fills a database whose data directory is dir, and proves it.
func (c *RestoreCmd) fill(env *Env, m backup.Manifest, url, dir string, renew bool) (err error) {
	if err := backup.Files(env.Ctx, c.File, m, dir); err != nil {
		return err
	}
	if renew {
		if err := os.Remove(filepath.Join(dir, "log.key")); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	_, err = os.Stat(filepath.Join(dir, "log.key"))
	renew = renew || err != nil
	key, err := tlog.LoadOrCreateKey(dir, env.Rand)
	if err != nil {
		return err
	}
	db, err := store.Open(env.Ctx, url, store.Options{Now: env.Now, Rand: env.Rand, Log: env.Log, Signer: key})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := db.MigrateTo(env.Ctx, m.Schema); err != nil {
		return err
	}
	if err := backup.Load(env.Ctx, c.File, m, db); err != nil {
		return err
	}
	if err := db.Migrate(env.Ctx); err != nil {
		return err
	}
	if renew { // the old checkpoints are of a log that ended elsewhere
		err := db.Load(env.Ctx, func(l *store.Loading) error { return l.Clear(env.Ctx, "checkpoints") })
		if err := errors.Join(err, db.SignHead(env.Ctx)); err != nil {
			return err
		}
	}
	return env.sound(db, dir)
}

// intoDirectory makes a whole data directory beside the old one and swaps it
// in by one rename.
func (c *RestoreCmd) intoDirectory(env *Env, m backup.Manifest, renew bool) error {
	dir := filepath.Join(env.Data, restoring)
	if err := errors.Join(os.RemoveAll(dir), os.Mkdir(dir, 0o700)); err != nil {
		return err
	}
	if err := c.fill(env, m, "sqlite:"+filepath.Join(dir, "stoa.db"), dir, renew); err != nil {
		return errors.Join(err, os.RemoveAll(dir))
	}
	if err := flush(dir); err != nil {
		return err
	}
	if err := os.Rename(dir, filepath.Join(env.Data, restored)); err != nil {
		return err
	}
	return errors.Join(flush(env.Data), swap(env.Data))
}

// intoServer fills the PostgreSQL database in one transaction, then puts the
// log's key in its place.
func (c *RestoreCmd) intoServer(env *Env, m backup.Manifest, renew bool) error {
	dir := filepath.Join(env.Data, restoring)
	if err := errors.Join(os.RemoveAll(dir), os.Mkdir(dir, 0o700)); err != nil {
		return err
	}
	if err := c.fill(env, m, env.Database, dir, renew); err != nil {
		return errors.Join(err, os.RemoveAll(dir))
	}
	if err := os.Rename(dir, filepath.Join(env.Data, restored)); err != nil {
		return err
	}
	return errors.Join(flush(env.Data), swap(env.Data))
}

// swap puts a whole restored directory in the place of what was. It may be cut
// at any step and run again: whoever opens the directory next does so.
func swap(data string) error {
	from := filepath.Join(data, restored)
	parts, err := os.ReadDir(from)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, p := range parts {
		to := filepath.Join(data, p.Name())
		old := []string{filepath.Join(data, "dumps")} // made of what was
		if p.Name() == "stoa.db" {
			old = append(old, to+"-wal", to+"-shm")
		}
		if p.IsDir() {
			old = append(old, to)
		}
		for _, o := range old {
			if err := os.RemoveAll(o); err != nil {
				return err
			}
		}
		if err := os.Rename(filepath.Join(from, p.Name()), to); err != nil {
			return err
		}
	}
	return errors.Join(os.Remove(from), flush(data))
}

// flush makes the files of a directory, and their names, durable.
func flush(dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() && !d.IsDir() {
			return err
		}
		if d.IsDir() && d.Name() == "dumps" {
			return fs.SkipDir
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		return errors.Join(f.Sync(), f.Close())
	})
}
