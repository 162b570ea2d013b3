package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/schollz/progressbar/v3"

	"stoa/cmd/say"
	"stoa/internal/access"
	"stoa/internal/app/imports"
	"stoa/internal/fence"
	"stoa/internal/good"
	"stoa/internal/harvest"
	"stoa/internal/store"
)

// ImportCmd brings in what another registry says.
type ImportCmd struct {
	From    string `arg:"" help:"File, folder or web address to read." placeholder:"PATH|URL"`
	Format  string `help:"Format, where it cannot be found by itself: ${enum}." enum:",dpga-v1,dpga-v0,dpga-folders,dpga-history,stoa-catalogue,stoa,publiccode,codemeta,citation,code-json,dcat,table,dpga-applications,dpga-reviews" default:""`
	Mapping string `help:"What the columns of a table mean; unless said, the .mapping.yml next to it." type:"existingfile" placeholder:"FILE"`
	Report  string `help:"Write what became of every record here, as JSON." type:"path" placeholder:"FILE.json"`
	DryRun  bool   `help:"Decide and report, but write nothing."`
	Seen    string `help:"Day on which the source said so, where it does not say it itself." placeholder:"2026-01-31"`
}

// Run imports, shows progress on a terminal, and ends with a line of totals.
func (c *ImportCmd) Run(env *Env) error {
	if c.Seen != "" && !harvest.IsDay(good.Date(c.Seen)) {
		return &good.Error{Kind: good.Invalid, Key: "error.import.seen", Field: "seen", Args: map[string]any{"Value": c.Seen}}
	}
	file, done, err := c.open(env)
	if err != nil {
		return err
	}
	defer done()
	if format := c.sent(file); format != "" {
		return c.take(env, format, file)
	}
	in, err := c.read(file)
	if err != nil {
		return err
	}
	in.AsOf = cmp.Or(in.AsOf, harvest.DayIn(path.Base(c.From)))
	report, err := create(c.Report)
	if err != nil {
		return err
	}
	db, err := env.Open()
	if err != nil {
		return errors.Join(err, report.Close())
	}
	defer db.Close()
	bar := progress(env.Stderr, in.Count)
	app := &imports.App{DB: db, Now: env.Now}
	totals, err := app.Import(env.Ctx, good.Actor{Role: access.Operator}, in, imports.Options{
		Seen: good.Date(c.Seen), DryRun: c.DryRun, Report: report, Progress: bar})
	if err = errors.Join(err, report.Close()); err != nil {
		return err
	}
	return c.say(env.Stdout, in.Format, totals)
}

// read opens the input; what has a mapping is a table.
func (c *ImportCmd) read(file string) (*harvest.Input, error) {
	if c.Mapping != "" {
		return harvest.OpenTable(file, c.Mapping)
	}
	return harvest.Open(file, harvest.Format(c.Format))
}

// say prints the line of totals.
func (c *ImportCmd) say(w io.Writer, f harvest.Format, t imports.Totals) error {
	dry := ""
	if c.DryRun {
		dry = " (dry run: nothing written)"
	}
	_, err := fmt.Fprintf(w, "%s: %d records: %d kept, %d repaired, %d need a person; %d new or changed, %d new goods%s\n",
		f, t.Records, t.Kept, t.Repaired, t.NeedsAPerson, t.Changed, t.NewGoods, dry)
	if err == nil && t.NeedsAPerson > 0 && !c.DryRun {
		_, err = fmt.Fprintln(w, "List those that need a person with: stoa settle")
	}
	return err
}

// fetch brings what stands at a web address into a file of its own; done
// removes it.
func (c *ImportCmd) fetch(env *Env) (file string, done func(), err error) {
	if !strings.Contains(c.From, "://") {
		return c.From, func() {}, nil
	}
	dir, err := os.MkdirTemp("", "stoa-import-")
	if err != nil {
		return "", nil, fmt.Errorf("make a place for the download: %w", err)
	}
	done = func() { _ = os.RemoveAll(dir) }
	f, err := os.Create(filepath.Join(dir, "download.json"))
	if err != nil {
		done()
		return "", nil, fmt.Errorf("make a file for the download: %w", err)
	}
	_, err = fence.New(fence.Default).Fetch(env.Ctx, c.From, f)
	if err = errors.Join(err, f.Close()); err != nil {
		done()
		return "", nil, err
	}
	return f.Name(), done, nil
}

type nowhere struct{ io.Writer }

func (nowhere) Close() error { return nil }

// create opens the report's file, or nowhere.
func create(name string) (io.WriteCloser, error) {
	if name == "" {
		return nowhere{io.Discard}, nil
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("write the report: %w", err)
	}
	return f, nil
}

// progress shows a bar where w is a terminal.
func progress(w io.Writer, count int) func(done int) {
	if _, ok := say.Terminal(w); !ok {
		return nil
	}
	bar := progressbar.NewOptions(count, progressbar.OptionSetWriter(w), progressbar.OptionSetDescription("importing"),
		progressbar.OptionShowCount(), progressbar.OptionClearOnFinish())
	return func(done int) { _ = bar.Set(done) }
}

// open is the file or folder to read; a SQLite dump becomes the folder that an
// import reads. done removes what was made on the way.
func (c *ImportCmd) open(env *Env) (file string, done func(), err error) {
	file, done, err = c.fetch(env)
	if err != nil || !isSQLite(file) {
		return file, done, err
	}
	dir, err := os.MkdirTemp("", "stoa-import-")
	if err != nil {
		done()
		return "", nil, fmt.Errorf("make a place for the dump: %w", err)
	}
	both := func() {
		done()
		_ = os.RemoveAll(dir)
	}
	if err := store.ReadSQLite(env.Ctx, file, dir); err != nil {
		both()
		return "", nil, err
	}
	return dir, both, nil
}

// isSQLite says whether a file begins as SQLite's do.
func isSQLite(file string) bool {
	f, err := os.Open(file)
	if err != nil {
		return false // the reader says what is wrong with it
	}
	defer f.Close()
	magic := make([]byte, 16)
	_, err = io.ReadFull(f, magic)
	return err == nil && string(magic) == "SQLite format 3\x00"
}
