// Package dumps makes the whole public registry as files to take away: NDJSON,
// CSV and SQLite with their checksums, for one journal position.
package dumps

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"stoa/internal/export"
	"stoa/internal/good"
	"stoa/internal/store"
)

// The files of a dump.
const (
	Goods    = "goods.ndjson"   // every public good, one a line
	Records  = "records.ndjson" // what every source states, one record a line
	Sources  = "sources.ndjson" // the sources, one a line
	Table    = "goods.csv"      // every public good as a row
	Database = "stoa.sqlite"    // all of it to be asked in SQL
	Sums     = "SHA256SUMS"     // of all the others
)

// Files are the files of a dump, as listed to people.
var Files = []string{Goods, Records, Sources, Table, Database, Sums}

// App makes dumps and keeps the newest.
type App struct {
	DB   *store.DB
	Dir  string // where dumps are kept
	Base string // public address of the instance

	mu sync.Mutex
}

// Set is a finished dump.
type Set struct {
	Position int64
	Dir      string
}

// Latest returns a dump of the registry as it is now. It is made when first
// asked for after a change and then kept; the one before is kept beside it for
// those still reading it.
func (a *App) Latest(ctx context.Context) (Set, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	position, err := a.DB.Position(ctx)
	if err != nil {
		return Set{}, err
	}
	set := Set{Position: position, Dir: filepath.Join(a.Dir, strconv.FormatInt(position, 10))}
	if _, err := os.Stat(filepath.Join(set.Dir, Sums)); err == nil {
		return set, nil
	}
	if err := os.MkdirAll(a.Dir, 0o755); err != nil {
		return Set{}, fmt.Errorf("make the folder of dumps: %w", err)
	}
	tmp, err := os.MkdirTemp(a.Dir, "making-")
	if err != nil {
		return Set{}, fmt.Errorf("make a dump: %w", err)
	}
	defer os.RemoveAll(tmp)
	if err := a.write(ctx, tmp); err != nil {
		return Set{}, fmt.Errorf("make a dump: %w", err)
	}
	if err := os.Rename(tmp, set.Dir); err != nil {
		return Set{}, fmt.Errorf("keep a dump: %w", err)
	}
	return set, a.prune(position)
}

// File is one file of a dump.
type File struct {
	Name   string
	Bytes  int64
	SHA256 string // in hexadecimal; "" of the sums themselves
}

// Newest returns the files of the newest dump that is kept, and the journal
// position it shows. Where none is kept, or an older one, it makes one if told
// to; else there may be no files.
func (a *App) Newest(ctx context.Context, fresh bool) (position int64, files []File, err error) {
	var set Set
	if fresh {
		set, err = a.Latest(ctx)
	} else {
		set, err = a.kept()
	}
	if err != nil || set.Dir == "" {
		return -1, nil, err
	}
	files, err = set.list()
	return set.Position, files, err
}

// kept is the newest finished dump; its Dir is "" where there is none.
func (a *App) kept() (Set, error) {
	entries, err := os.ReadDir(a.Dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return Set{}, err
	}
	var newest Set
	for _, e := range entries {
		if p, err := strconv.ParseInt(e.Name(), 10, 64); err == nil && (newest.Dir == "" || p > newest.Position) {
			newest = Set{Position: p, Dir: filepath.Join(a.Dir, e.Name())}
		}
	}
	return newest, nil
}

// list reads the sizes and checksums of a dump's files.
func (s Set) list() ([]File, error) {
	raw, err := os.ReadFile(filepath.Join(s.Dir, Sums))
	if err != nil {
		return nil, err
	}
	sums := map[string]string{}
	for line := range strings.Lines(string(raw)) {
		if sum, name, ok := strings.Cut(strings.TrimSpace(line), "  "); ok {
			sums[name] = sum
		}
	}
	out := make([]File, len(Files))
	for i, name := range Files {
		info, err := os.Stat(filepath.Join(s.Dir, name))
		if err != nil {
			return nil, err
		}
		out[i] = File{Name: name, Bytes: info.Size(), SHA256: sums[name]}
	}
	return out, nil
}

// prune removes all dumps but the two newest, and what a crash left half made.
func (a *App) prune(newest int64) error {
	entries, err := os.ReadDir(a.Dir)
	if err != nil {
		return err
	}
	before := int64(-1)
	for _, e := range entries {
		if p, err := strconv.ParseInt(e.Name(), 10, 64); err == nil && p < newest {
			before = max(before, p)
		}
	}
	var errs []error
	for _, e := range entries {
		p, err := strconv.ParseInt(e.Name(), 10, 64)
		if err != nil && strings.HasPrefix(e.Name(), "making-") || err == nil && p < before {
			errs = append(errs, os.RemoveAll(filepath.Join(a.Dir, e.Name())))
		}
	}
	return errors.Join(errs...)
}

// public are the goods that stand: those with a tombstone are told by their
// addresses, not by dumps.
func (a *App) public(ctx context.Context) iter.Seq2[*good.Good, error] {
	return func(yield func(*good.Good, error) bool) {
		for g, err := range a.DB.EachGood(ctx) {
			if err == nil && g.Tombstone != nil {
				continue
			}
			if !yield(g, err) {
				return
			}
		}
	}
}

func (a *App) write(ctx context.Context, dir string) error {
	sources, err := a.DB.Sources(ctx)
	if err != nil {
		return err
	}
	steps := map[string]func(io.Writer) error{
		Goods:   func(w io.Writer) error { return a.goods(ctx, func(g *good.Good) error { return export.NDJSON(w, g) }) },
		Records: func(w io.Writer) error { return a.records(ctx, w) },
		Sources: func(w io.Writer) error { return lines(w, sources) },
		Table:   func(w io.Writer) error { return a.table(ctx, w) },
	}
	for name, step := range steps {
		if err := create(filepath.Join(dir, name), step); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	if err := store.WriteSQLite(ctx, filepath.Join(dir, Database), a.public(ctx), a.DB.Records, sources); err != nil {
		return err
	}
	return create(filepath.Join(dir, Sums), func(w io.Writer) error { return sums(w, dir) })
}

func (a *App) goods(ctx context.Context, each func(*good.Good) error) error {
	for g, err := range a.public(ctx) {
		if err == nil {
			err = each(g)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (a *App) records(ctx context.Context, w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return a.goods(ctx, func(g *good.Good) error {
		records, err := a.DB.Records(ctx, g.ID)
		for _, r := range records {
			err = errors.Join(err, enc.Encode(r))
		}
		return err
	})
}

func (a *App) table(ctx context.Context, w io.Writer) error {
	t, err := export.NewCSV(w, a.Base)
	if err != nil {
		return err
	}
	return errors.Join(a.goods(ctx, t.Write), t.Close())
}

func lines(w io.Writer, sources map[string]good.Source) error {
	enc := json.NewEncoder(w)
	for _, id := range slices.Sorted(maps.Keys(sources)) {
		if err := enc.Encode(sources[id]); err != nil {
			return err
		}
	}
	return nil
}

// sums writes the checksums of every file in dir, as sha256sum does.
func sums(w io.Writer, dir string) error {
	for _, name := range Files[:len(Files)-1] {
		f, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		h := sha256.New()
		_, err = io.Copy(h, f)
		if err = errors.Join(err, f.Close()); err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "%s  %s\n", hex.EncodeToString(h.Sum(nil)), name); err != nil {
			return err
		}
	}
	return nil
}

func create(path string, write func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	b := bufio.NewWriterSize(f, 64<<10)
	return errors.Join(write(b), b.Flush(), f.Close())
}
