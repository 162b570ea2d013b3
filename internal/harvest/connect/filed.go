package connect

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"stoa/internal/good"
	"stoa/internal/harvest"
)

// Kinds of source that are one file, of any size.
var (
	// dpgaKind is the API of the DPGA's registry: all its records in one answer.
	dpgaKind = Kind{Name: "dpga", Source: good.Source{Issuer: "Digital Public Goods Alliance", Priority: 60},
		open: openFiled("application/json", "registry.json", func(_ Config, file string) (*harvest.Input, error) {
			in, err := harvest.Open(file, "")
			if err == nil && in.Format != harvest.DPGAv1 && in.Format != harvest.DPGAv0 {
				err = &good.Error{Kind: good.Invalid, Key: "error.import.unknown-format"}
			}
			return in, err
		})}
	// tableKind is a table with a mapping that says what its columns mean.
	tableKind = Kind{Name: "table", Options: []Option{{Name: "mapping", Required: true, Long: true}}, Source: good.Source{Priority: 40}, open: openTable}
)

// mostFile is how large a file may be, in bytes.
const mostFile = 2 << 30

// filed is a source that is one file. It is fetched once and given out in parts;
// a run that is taken up again fetches it again, and begins anew where it is
// another meanwhile.
type filed struct {
	cfg          Config
	client       *Client
	accept, name string
	open         func(Config, string) (*harvest.Input, error)

	dir      string // where it lies, "" before it was fetched
	lock     *os.File
	tag, sum string
	listing  bool
	at       int // records given out
	next     func() (harvest.Candidate, error, bool)
	stop     func()
}

func openFiled(accept, name string, open func(Config, string) (*harvest.Input, error)) func(Config, *Client) (Connector, error) {
	return func(cfg Config, client *Client) (Connector, error) {
		return &filed{cfg: cfg, client: client, accept: accept, name: name, open: open}, nil
	}
}

// openTable opens a table: its mapping lies beside it, and what kind of file it
// is its address says.
func openTable(cfg Config, client *Client) (Connector, error) {
	if err := harvest.CheckMapping([]byte(cfg.Options["mapping"])); err != nil {
		return nil, err
	}
	end := ".csv"
	if u, err := url.Parse(cfg.Address); err == nil && slices.Contains([]string{".xlsx", ".xlsm", ".tsv"}, strings.ToLower(path.Ext(u.Path))) {
		end = strings.ToLower(path.Ext(u.Path))
	}
	return openFiled("text/csv, application/vnd.openxmlformats-officedocument.spreadsheetml.sheet, */*", "table"+end, func(cfg Config, file string) (*harvest.Input, error) {
		mapping := filepath.Join(filepath.Dir(file), "table.mapping.yml")
		if err := os.WriteFile(mapping, []byte(cfg.Options["mapping"]), 0o600); err != nil {
			return nil, err
		}
		return harvest.OpenTable(file, mapping)
	})(cfg, client)
}

// fetch brings the file here; same says that it is as it was.
func (f *filed) fetch(ctx context.Context, tag string) (same bool, err error) {
	if f.dir, f.lock, err = spool(f.cfg.Temp); err != nil {
		return false, fmt.Errorf("make a place for the file: %w", err)
	}
	file, err := os.Create(filepath.Join(f.dir, f.name))
	if err != nil {
		return false, err
	}
	sum := sha256.New()
	a, err := f.client.Copy(ctx, f.cfg.Address, Ask{Accept: f.accept, Tag: tag, Max: mostFile}, io.MultiWriter(file, sum))
	if err = errors.Join(err, file.Close()); err != nil {
		return false, plain(err)
	}
	if a.Same() {
		return true, nil
	}
	if a.Gone() {
		return false, &good.Error{Kind: good.Invalid, Key: "harvest.error.nothing", Args: map[string]any{"Address": f.cfg.Address}}
	}
	f.tag, f.sum = a.Tag, hex.EncodeToString(sum.Sum(nil)[:12])
	return false, nil
}

// plain is the error for readers within err, or err.
func plain(err error) error {
	var known *good.Error
	if errors.As(err, &known) {
		return known
	}
	return err
}

// seek opens the file and goes on to its n-th record.
func (f *filed) seek(n int) error {
	if f.stop != nil {
		f.stop()
	}
	in, err := f.open(f.cfg, filepath.Join(f.dir, f.name))
	if err != nil {
		return err
	}
	f.listing, f.at = in.Complete, 0
	f.next, f.stop = iter.Pull2(in.Each)
	for f.at < n {
		if _, err, more := f.next(); err != nil || !more {
			return err
		}
		f.at++
	}
	return nil
}

// Page implements Connector.
func (f *filed) Page(ctx context.Context, from State) (Page, error) {
	sum, offset, _ := strings.Cut(from.Cursor, " ")
	if f.dir == "" {
		tag := ""
		if from.Cursor == "" {
			tag = from.Tags[f.cfg.Address]
		}
		if same, err := f.fetch(ctx, tag); err != nil || same {
			return Page{Unchanged: same, Done: same, Next: from}, errors.Join(err, f.forget(err != nil || same))
		}
	}
	n, err := strconv.Atoi(offset)
	if err != nil || sum != f.sum || n < 0 {
		n = 0
	}
	if f.next == nil || n != f.at {
		if err := f.seek(n); err != nil {
			return Page{}, f.named(err)
		}
	}
	out := Page{Next: from, Listing: f.listing}
	for len(out.Candidates) < part && !out.Done {
		c, err, more := f.next()
		if err != nil {
			return Page{}, f.named(err)
		}
		if out.Done = !more; more {
			f.at++
			out.Candidates = append(out.Candidates, owned(c, f.cfg.Source.ID))
		}
	}
	out.Next.Cursor = f.sum + " " + strconv.Itoa(f.at)
	if out.Done {
		out.Next.Tags = from.Tag(f.cfg.Address, f.tag)
	}
	return out, nil
}

// owned is a candidate as one of a source.
func owned(c harvest.Candidate, source string) harvest.Candidate {
	c.Source = source
	c.Contacts = slices.Clone(c.Contacts)
	for i := range c.Contacts {
		c.Contacts[i].Source = source
	}
	return c
}

// named is an error about what the file holds, with its address instead of its
// place on this machine.
func (f *filed) named(err error) error {
	var known *good.Error
	if !errors.As(err, &known) {
		return err
	}
	e := *known
	e.Args = map[string]any{}
	for k, v := range known.Args {
		e.Args[k] = v
	}
	if _, has := e.Args["Path"]; has {
		e.Args["Path"] = f.cfg.Address
	}
	return &e
}

// forget removes the file, where it is of no use.
func (f *filed) forget(useless bool) error {
	if !useless {
		return nil
	}
	return f.Close()
}

// Close implements io.Closer.
func (f *filed) Close() error {
	if f.stop != nil {
		f.stop()
		f.stop, f.next = nil, nil
	}
	dir := f.dir
	f.dir = ""
	if dir == "" {
		return nil
	}
	return errors.Join(os.RemoveAll(dir), f.lock.Close())
}
