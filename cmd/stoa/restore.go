package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"stoa/internal/app/backup"
	"stoa/internal/fault"
	"stoa/internal/store"
	"stoa/internal/tlog"
)

// Folders in the data directory during a restore: the first is being filled,
// the second waits for a database elsewhere to be filled, the third is whole
// and takes the place of what was.
const (
	restoring = "restoring"
	pending   = "pending"
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
	if err := env.endCut(); err != nil {
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

// files writes what is no row into dir, with a new key where a new log begins.
func (c *RestoreCmd) files(env *Env, m backup.Manifest, dir string, renew bool) (*tlog.Key, error) {
	if err := errors.Join(os.RemoveAll(dir), os.Mkdir(dir, 0o700)); err != nil {
		return nil, err
	}
	if err := backup.Files(env.Ctx, c.File, m, dir); err != nil {
		return nil, err
	}
	if renew {
		if err := os.Remove(filepath.Join(dir, "log.key")); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	return tlog.LoadOrCreateKey(dir, env.Rand)
}

// fill fills a database and proves it; dir holds its key.
func (c *RestoreCmd) fill(env *Env, m backup.Manifest, url, dir string, key *tlog.Key) (err error) {
	db, err := store.Open(env.Ctx, url, store.Options{Now: env.Now, Rand: env.Rand, Log: env.Log, Signer: key})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := db.MigrateTo(env.Ctx, m.Schema); err != nil {
		return err
	}
	renew := key.Origin != logOf(m.Checkpoint) // the old checkpoints are of a log that ended elsewhere
	if err := backup.Load(env.Ctx, c.File, m, db, renew); err != nil {
		return err
	}
	fault.At("restore: the database is filled")
	if err := db.Migrate(env.Ctx); err != nil {
		return err
	}
	if renew {
		if err := db.SignHead(env.Ctx); err != nil {
			return err
		}
	}
	return env.sound(db, dir)
}

// intoDirectory makes a whole data directory beside the old one and swaps it
// in by one rename.
func (c *RestoreCmd) intoDirectory(env *Env, m backup.Manifest, renew bool) error {
	dir := filepath.Join(env.Data, restoring)
	key, err := c.files(env, m, dir, renew)
	if err == nil {
		err = c.fill(env, m, "sqlite:"+filepath.Join(dir, "stoa.db"), dir, key)
	}
	if err != nil {
		return errors.Join(err, os.RemoveAll(dir))
	}
	if err := flush(dir); err != nil {
		return err
	}
	return whole(env.Data, dir)
}

// intoServer fills the PostgreSQL database in one transaction. The files wait
// beside the old ones, with a note that tells the next command, should this one
// be cut, whether the transaction took place.
func (c *RestoreCmd) intoServer(env *Env, m backup.Manifest, renew bool) error {
	from, dir := filepath.Join(env.Data, restoring), filepath.Join(env.Data, pending)
	key, err := c.files(env, m, from, renew)
	if err == nil {
		err = awaits(from, m)
	}
	if err == nil {
		err = errors.Join(flush(from), os.Rename(from, dir), flush(env.Data))
	}
	if err != nil {
		return errors.Join(err, os.RemoveAll(from))
	}
	fault.At("restore: its files wait for the database")
	if err := c.fill(env, m, env.Database, dir, key); err != nil {
		return errors.Join(err, env.endCut())
	}
	return errors.Join(env.endCut(), flush(env.Data))
}

// whole puts a restored folder that is whole in its place.
func whole(data, dir string) error {
	fault.At("restore: it is proved")
	if err := os.Rename(dir, filepath.Join(data, restored)); err != nil {
		return err
	}
	fault.At("restore: it waits for its place")
	return errors.Join(flush(data), swap(data))
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
		fault.At("restore: an old part is gone")
		if err := os.Rename(filepath.Join(from, p.Name()), to); err != nil {
			return err
		}
		fault.At("restore: a part is in its place")
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
