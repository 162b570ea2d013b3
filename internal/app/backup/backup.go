// Package backup takes the whole of an instance into one file and gives it
// back, on either database engine: the rows of every table as they were at one
// moment, the log's key and the attachments, each with its checksum.
package backup

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"stoa/internal/fault"
	"stoa/internal/good"
	"stoa/internal/store"
)

// format is the version of the archive's form that this program writes.
const format = 1

// The parts of an archive that are no rows.
const (
	manifestName = "manifest.json" // the last
	keyName      = "log.key"
)

// folders of the data directory hold files that rows tell of; a backup has
// them whole. What is still being written there has a name that begins with a
// dot.
var folders = []string{"attachments", "blobs"}

// pieceSize is how many bytes of rows one part holds, roughly.
const pieceSize = 4 << 20

// Manifest says what an archive holds.
type Manifest struct {
	Format     int       `json:"format"`
	Stoa       string    `json:"stoa"` // version of the program
	Made       time.Time `json:"made"`
	Engine     string    `json:"engine"`     // that it was taken from
	Schema     int64     `json:"schema"`     // version of the schema
	Entries    int64     `json:"entries"`    // of the journal
	Root       string    `json:"root"`       // of the log over them
	Checkpoint string    `json:"checkpoint"` // the newest signed one, "" if none
	Parts      []Part    `json:"parts"`
}

// Part is one file of an archive.
type Part struct {
	Name    string   `json:"name"`
	SHA256  string   `json:"sha256"`
	Size    int64    `json:"size"`
	Table   string   `json:"table,omitempty"`
	Columns []string `json:"columns,omitempty"`
	Rows    int      `json:"rows,omitempty"`
}

// Rows is how many rows of a table there are, of all tables where it is "".
func (m Manifest) Rows(table string) (n int) {
	for _, p := range m.Parts {
		if table == "" || p.Table == table {
			n += p.Rows
		}
	}
	return n
}

// App takes backups.
type App struct {
	DB      *store.DB
	Dir     string // the data directory
	Version string
	Now     func() time.Time
}

// Save writes a backup to a new file at path, beside which it is first made,
// and reads it back. Only its owner may read it: it holds the log's key and
// what is private. A running server goes on meanwhile.
func (a *App) Save(ctx context.Context, path string) (m Manifest, err error) {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return m, &good.Error{Kind: good.Conflict, Key: "error.backup.exists", Args: map[string]any{"Path": path}, Err: err}
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*") // mode 0600
	if err != nil {
		return m, fmt.Errorf("write the backup: %w", err)
	}
	defer func() { err = errors.Join(err, ignoreAbsent(os.Remove(f.Name()))) }()
	m, err = a.write(ctx, f)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return m, fmt.Errorf("write the backup: %w", err)
	}
	if _, err := Check(ctx, f.Name()); err != nil {
		return m, fmt.Errorf("read the backup again: %w", err)
	}
	fault.At("backup: it is read back")
	if err := os.Link(f.Name(), path); err != nil { // never over another file
		return m, fmt.Errorf("write the backup: %w", err)
	}
	fault.At("backup: it has its name")
	return m, syncDir(filepath.Dir(path))
}

// State is how far the log goes and its root, as a manifest says it.
func (a *App) State(ctx context.Context) (m Manifest, err error) {
	err = a.DB.Still(ctx, func(s *store.Still) error {
		var c Copied
		err := state(ctx, s.Position, s.Hashes(ctx), &c)
		m.Entries, m.Root = c.Entries, c.Root
		return err
	})
	return m, err
}

func ignoreAbsent(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// syncDir makes a new name in a directory durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func (a *App) write(ctx context.Context, to io.Writer) (Manifest, error) {
	z, err := gzip.NewWriterLevel(to, gzip.BestSpeed)
	if err != nil {
		return Manifest{}, err
	}
	w := &writer{tar: tar.NewWriter(z), m: Manifest{Format: format, Stoa: a.Version, Made: a.Now().UTC().Truncate(time.Second), Engine: a.DB.Engine()}}
	if w.m.Schema, err = a.DB.Schema(ctx); err != nil {
		return w.m, err
	}
	if err := a.DB.Still(ctx, func(s *store.Still) error { return w.database(ctx, s) }); err != nil {
		return w.m, err
	}
	fault.At("backup: the rows are written")
	if err := w.folder(a.Dir); err != nil {
		return w.m, err
	}
	manifest, err := json.MarshalIndent(w.m, "", " ")
	if err != nil {
		return w.m, err
	}
	if err := w.put(Part{Name: manifestName}, manifest); err != nil {
		return w.m, err
	}
	return w.m, errors.Join(w.tar.Close(), z.Close())
}

// writer adds parts to an archive.
type writer struct {
	tar *tar.Writer
	m   Manifest
}

// put adds a part that is in memory.
func (w *writer) put(p Part, data []byte) error {
	sum := sha256.Sum256(data)
	p.SHA256, p.Size = hex.EncodeToString(sum[:]), int64(len(data))
	if err := w.head(p); err != nil {
		return err
	}
	if _, err := w.tar.Write(data); err != nil {
		return err
	}
	w.m.Parts = append(w.m.Parts, p)
	return nil
}

func (w *writer) head(p Part) error {
	return w.tar.WriteHeader(&tar.Header{Name: p.Name, Size: p.Size, Mode: 0o600, ModTime: w.m.Made, Format: tar.FormatPAX})
}

// database adds the rows of every table and says where the log stands.
func (w *writer) database(ctx context.Context, s *store.Still) error {
	var c Copied
	if err := state(ctx, s.Position, s.Hashes(ctx), &c); err != nil {
		return err
	}
	w.m.Entries, w.m.Root = c.Entries, c.Root
	var err error
	if _, w.m.Checkpoint, err = s.NewestCheckpoint(ctx); err != nil {
		return err
	}
	for _, table := range store.Tables() {
		n := 0
		err := s.EachRows(ctx, table, -1, pieceSize, func(r store.Rows) error {
			n++
			return w.put(Part{Name: fmt.Sprintf("tables/%s/%06d.ndjson", table, n), Table: table, Columns: r.Columns, Rows: r.N}, r.Lines)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// folder adds the log's key and the attachments of a data directory, where it
// has any.
func (w *writer) folder(dir string) error {
	key, err := os.ReadFile(filepath.Join(dir, keyName))
	if err == nil {
		err = w.put(Part{Name: keyName}, key)
	}
	if err := ignoreAbsent(err); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	for _, name := range folders {
		if _, err := root.Stat(name); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		err := fs.WalkDir(root.FS(), name, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() || strings.HasPrefix(d.Name(), ".") {
				return ignoreAbsent(err)
			}
			return ignoreAbsent(w.file(root, path)) // it may have been erased meanwhile
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// file adds a file that may be large.
func (w *writer) file(root *os.Root, path string) error {
	f, err := root.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	p := Part{Name: path, Size: info.Size()}
	if err := w.head(p); err != nil {
		return err
	}
	sum := sha256.New()
	if _, err := io.CopyN(io.MultiWriter(w.tar, sum), f, p.Size); err != nil {
		return fmt.Errorf("%s changed while it was read: %w", path, err)
	}
	p.SHA256 = hex.EncodeToString(sum.Sum(nil))
	w.m.Parts = append(w.m.Parts, p)
	return nil
}

// leaves hands the leaves among rows of the journal to f.
func leaves(r store.Rows, f func([]byte) error) error {
	at := slices.Index(r.Columns, "leaf")
	for line := range bytes.Lines(r.Lines) {
		var row []json.RawMessage
		var leaf []byte
		if err := json.Unmarshal(line, &row); err != nil {
			return err
		}
		if at < 0 || len(row) <= at {
			return errors.New("an entry of the journal has no leaf")
		}
		if err := json.Unmarshal(row[at], &leaf); err != nil {
			return err
		}
		if err := f(leaf); err != nil {
			return err
		}
	}
	return nil
}
