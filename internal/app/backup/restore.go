package backup

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"stoa/internal/good"
	"stoa/internal/store"
	stoalog "stoa/internal/tlog"
)

// What is read of an archive into memory, at most.
const (
	maxPiece    = 512 << 20 // rows: a single one may be large
	maxManifest = 64 << 20
)

// Check reads an archive from end to end: every part against its checksum, the
// log's root from the journal's leaves, and the newest checkpoint's signature.
func Check(ctx context.Context, path string) (Manifest, error) {
	m, err := manifest(path)
	if err == nil {
		err = check(ctx, path, m)
	}
	if err != nil {
		return m, &good.Error{Kind: good.Invalid, Key: "error.backup.broken", Args: map[string]any{"Path": path}, Err: err}
	}
	return m, nil
}

// each hands every file of an archive to f.
func each(path string, f func(h *tar.Header, r io.Reader) error) (err error) {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	z, err := gzip.NewReader(file)
	if err != nil {
		return err
	}
	t := tar.NewReader(z)
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			_, err := io.Copy(io.Discard, z) // the checksum of gzip is at the end
			return err
		}
		if err != nil {
			return err
		}
		if h.Typeflag != tar.TypeReg || !filepath.IsLocal(h.Name) {
			return fmt.Errorf("%q is no file of a backup", h.Name)
		}
		if err := f(h, t); err != nil {
			return fmt.Errorf("%s: %w", h.Name, err)
		}
	}
}

// manifest finds the manifest, which is the last file.
func manifest(path string) (Manifest, error) {
	var m Manifest
	last := ""
	err := each(path, func(h *tar.Header, r io.Reader) error {
		if last = h.Name; last != manifestName {
			return nil
		}
		raw, err := io.ReadAll(io.LimitReader(r, maxManifest))
		if err != nil {
			return err
		}
		return json.Unmarshal(raw, &m)
	})
	switch {
	case err != nil:
		return m, err
	case last != manifestName:
		return m, errors.New("it ends without a manifest: it is no backup, or was cut")
	case m.Format != format:
		return m, fmt.Errorf("it is of form %d, which this program does not read", m.Format)
	}
	return m, nil
}

// parts hands every part that the manifest lists to f, in order, and compares
// its checksum.
func parts(ctx context.Context, path string, m Manifest, f func(p Part, r io.Reader) error) error {
	i := 0
	err := each(path, func(h *tar.Header, r io.Reader) error {
		if err := ctx.Err(); err != nil || h.Name == manifestName {
			return err
		}
		if i >= len(m.Parts) || m.Parts[i].Name != h.Name || m.Parts[i].Size != h.Size {
			return errors.New("the manifest says something else")
		}
		p := m.Parts[i]
		i++
		sum := sha256.New()
		r = io.TeeReader(r, sum)
		if err := f(p, r); err != nil {
			return err
		}
		if _, err := io.Copy(io.Discard, r); err != nil {
			return err
		}
		if hex.EncodeToString(sum.Sum(nil)) != p.SHA256 {
			return errors.New("its checksum is another")
		}
		return nil
	})
	if err == nil && i != len(m.Parts) {
		return fmt.Errorf("%s is missing", m.Parts[i].Name)
	}
	return err
}

// rows reads a part that holds rows.
func rows(p Part, r io.Reader) (store.Rows, error) {
	if p.Size > maxPiece {
		return store.Rows{}, fmt.Errorf("%d bytes of rows at once", p.Size)
	}
	data, err := io.ReadAll(io.LimitReader(r, maxPiece))
	return store.Rows{Table: p.Table, Columns: p.Columns, N: p.Rows, Lines: data}, err
}

func check(ctx context.Context, path string, m Manifest) error {
	none := tlog.HashReaderFunc(func([]int64) ([]tlog.Hash, error) { return nil, nil })
	log, err := stoalog.NewEdge(0, none)
	if err != nil {
		return err
	}
	var key string
	err = parts(ctx, path, m, func(p Part, r io.Reader) error {
		switch {
		case p.Name == keyName:
			raw, err := io.ReadAll(io.LimitReader(r, 1<<16))
			_, key, _ = strings.Cut(strings.TrimSpace(string(raw)), "\n")
			return err
		case p.Table == "journal":
			piece, err := rows(p, r)
			if err != nil {
				return err
			}
			return leaves(piece, func(leaf []byte) error {
				_, err := log.Append(leaf)
				return err
			})
		}
		return nil
	})
	if err != nil {
		return err
	}
	root, err := log.Root()
	if err != nil {
		return err
	}
	if log.Size() != m.Entries || root.String() != m.Root {
		return fmt.Errorf("its journal of %d entries gives the root %v, the manifest says %d and %s", log.Size(), root, m.Entries, m.Root)
	}
	if m.Checkpoint == "" || key == "" {
		return nil
	}
	c, err := stoalog.OpenCheckpoint(m.Checkpoint, key)
	if err != nil {
		return err
	}
	if c.Size == m.Entries && c.Root != root {
		return errors.New("the signed checkpoint is of another log")
	}
	return nil
}

// Load fills a database with the rows of a checked archive, in one transaction
// that also empties it. The schema must be that of this program or of the
// archive. On a database in use readers see either what was or what will be.
// With anew the signed checkpoints stay behind: another key goes on.
func Load(ctx context.Context, path string, m Manifest, db *store.DB, anew bool) error {
	return db.Load(ctx, func(l *store.Loading) error {
		if err := l.Clear(ctx, store.Tables()...); err != nil {
			return err
		}
		return parts(ctx, path, m, func(p Part, r io.Reader) error {
			if p.Table == "" || anew && p.Table == "checkpoints" {
				return nil
			}
			piece, err := rows(p, r)
			if err != nil {
				return err
			}
			return l.Put(ctx, piece)
		})
	})
}

// Files writes the files of a checked archive into dir: the log's key and the
// attachments.
func Files(ctx context.Context, path string, m Manifest, dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	return parts(ctx, path, m, func(p Part, r io.Reader) error {
		if p.Table != "" {
			return nil
		}
		top, _, inside := strings.Cut(p.Name, "/")
		if p.Name != keyName && !(inside && slices.Contains(folders, top)) {
			return errors.New("it belongs to no backup")
		}
		if err := root.MkdirAll(filepath.Dir(p.Name), 0o700); err != nil {
			return err
		}
		f, err := root.OpenFile(p.Name, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
		if err != nil {
			return err
		}
		_, err = io.Copy(f, r)
		return errors.Join(err, f.Sync(), f.Close())
	})
}
