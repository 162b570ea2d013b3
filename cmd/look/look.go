// Package look is the command that says what a program can see of a good: the
// check of the program stoa, and all that the program stoa-check does.
package look

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"

	"stoa/cmd/say"
	"stoa/internal/check"
	seen "stoa/internal/check/report"
	"stoa/internal/check/target"
	"stoa/internal/fence"
	"stoa/internal/good"
	"stoa/internal/i18n"
	"stoa/internal/standard"
)

// World is what is outside the command.
type World struct {
	Ctx            context.Context
	Program        string // its name, as who speaks
	Stdout, Stderr io.Writer
	Now            func() time.Time

	// Standard finds a version of a criteria set by its key, with its texts in a language.
	Standard func(key, language string) (*standard.Set, error)

	// Registry finds a good by the name that the registry of this machine knows it
	// by, else names that are alike; neither where there is no registry.
	Registry func(name string) (l *Listing, near []string, err error)

	// Trust is called before a stranger's host is asked.
	Trust func()
}

// Cmd says what a program can see of a good.
type Cmd struct {
	Target   string      `arg:"" help:"Folder, archive, repository, web page or data set: a path, or an address that begins with https://; or a good of the registry, by slug or id." placeholder:"PATH|URL|GOOD"`
	Registry string      `help:"Address of the Stoa that knows the good${registry}." placeholder:"URL"`
	Standard string      `help:"Standard to look at it for, such as dpg@1.1.7." default:"dpg" placeholder:"SET@VERSION"`
	Kind     []good.Kind `help:"What it is, one or several of ${enum}. Unless said, it is guessed." enum:"software,data,ai,standard,content" placeholder:"KIND"`
	Format   string      `help:"Form of the report: ${enum}." enum:"terminal,json,markdown,sarif,html,junit" default:"terminal"`
	Output   string      `help:"Write the report to this file." type:"path" placeholder:"FILE"`
	Language string      `help:"Language of the report: ${enum}." enum:"en,ar,zh,fr,ru,es" default:"en"`
	FailOn   []string    `help:"What lets the command end with exit code 1: ${enum}, one or several." enum:"not-met,contradiction,partial,none" default:"not-met,contradiction" placeholder:"WHAT"`

	Time time.Duration `help:"How long to look, in all: what has not been looked at by then is said to be missing." default:"10m" placeholder:"TIME"`

	Known string `help:"Folder with lists of more that is closed, open or a standard, in the form of docs/probes.md." type:"path" placeholder:"FOLDER"`

	Baseline       string `help:"File with findings that are known: they let nothing fail." type:"path" placeholder:"FILE"`
	UpdateBaseline bool   `help:"Write what is found now to --baseline, and do not fail for it."`

	Init bool `help:"Offer to write the files that are missing and that can be begun from what was seen."`
	Yes  bool `help:"With --init, write them without asking."`

	AllowThisMachine bool `help:"Let an address lead to this machine."`
}

// Help tells the exit codes.
func (Cmd) Help() string {
	return "Exit codes: 0 nothing lets it fail; 1 findings do, by --fail-on; 2 wrong use; 3 the target could not be looked at, or, with --fail-on partial, not wholly. " +
		"A folder is looked at without network, account or server. Nothing in a target is ever run."
}

// notLooked is the exit code for a target that could not be looked at.
const notLooked = say.ExitCode(3)

// How seldom what is left is collected, as GOGC says it, and in bytes up to which
// size of the program.
const (
	seldom = 400
	enough = 160 << 20
)

// Look looks, reports, and ends as --fail-on says.
func (c *Cmd) Look(w *World) error {
	if c.Init {
		if info, err := os.Stat(c.Target); target.Address(c.Target) != "" || err == nil && !info.IsDir() {
			return &good.Error{Kind: good.Invalid, Key: "check.error.init", Field: "init"}
		}
	}
	// What is left of a short life is collected seldom: half the time that this
	// takes would go into it.
	defer debug.SetGCPercent(debug.SetGCPercent(seldom))
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(min(enough, debug.SetMemoryLimit(-1))))
	makeRoom()
	set, known, err := c.read(w)
	if err != nil {
		return err
	}
	more, err := c.learn()
	if err != nil {
		return err
	}
	l, _ := i18n.Get(c.Language) // the enum admits only languages that there are
	of, err := c.listed(w)
	if err != nil {
		return err
	}
	if of != nil {
		c.Target = of.address()
		if len(c.Kind) == 0 {
			c.Kind = of.Kinds
		}
	}
	ctx, cancel := context.WithTimeout(w.Ctx, c.Time)
	defer cancel()
	t, free, err := target.Open(ctx, c.Target, target.Options{Client: c.client(w), Kinds: c.Kind, Now: w.Now(), Limits: target.Limits{Time: min(target.Default.Time, max(c.Time/2, 1))}})
	if err != nil {
		code := say.Fail(w.Stderr, w.Program, err)
		if e := new(good.Error); errors.As(err, &e) && (e.Key == "target.error.none" || e.Key == "target.error.address" || e.Key == "target.error.kind") {
			return say.ExitCode(code)
		}
		return notLooked
	}
	defer free()
	t.Accepted, t.Knowledge = set.Licences, more
	found := check.RunWith(ctx, t, c.progress(w))
	sheet := seen.New(set, found, l, known)
	if err := c.write(w, sheet); err != nil {
		return err
	}
	if c.Init {
		if err := c.begin(w, set, t, found, l); err != nil {
			return err
		}
	}
	if of != nil && of.tell(w.Stderr, l, t, found) && slices.Contains(c.FailOn, "contradiction") && !c.UpdateBaseline {
		return errors.Join(c.end(w, sheet), say.ExitCode(1))
	}
	return c.end(w, sheet)
}

// read reads what the flags name.
func (c *Cmd) read(w *World) (*standard.Set, map[string]bool, error) {
	set, err := w.Standard(c.Standard, c.Language)
	if err != nil {
		return nil, nil, err
	}
	if c.Baseline == "" {
		if c.UpdateBaseline {
			return nil, nil, &good.Error{Kind: good.Invalid, Key: "check.error.no-baseline", Field: "baseline"}
		}
		return set, nil, nil
	}
	raw, err := os.ReadFile(c.Baseline)
	if c.UpdateBaseline && errors.Is(err, os.ErrNotExist) {
		return set, nil, nil
	}
	if err != nil {
		return nil, nil, &good.Error{Kind: good.Invalid, Key: "check.error.baseline", Field: "baseline", Err: err}
	}
	known, err := seen.ReadBaseline(raw)
	return set, known, err
}

// learn reads what the user adds to what is known by name; nil: nothing.
func (c *Cmd) learn() (*check.Knowledge, error) {
	if c.Known == "" {
		return nil, nil
	}
	_, err := os.ReadDir(c.Known)
	var k *check.Knowledge
	if err == nil {
		k, err = check.Learn(os.DirFS(c.Known))
	}
	if err != nil {
		return nil, &good.Error{Kind: good.Invalid, Key: "check.error.known", Field: "known", Err: err}
	}
	return k, nil
}

// client is the door to strangers' hosts; nil where the target lies here.
func (c *Cmd) client(w *World) *http.Client {
	address := target.Address(c.Target)
	if address == "" {
		return nil
	}
	return c.clientFor(w, address)
}

// clientFor is that door for an address, and for this machine where it is allowed.
func (c *Cmd) clientFor(w *World, address string) *http.Client {
	w.Trust()
	policy := fence.Default
	policy.MaxTime = target.Default.Time
	if c.AllowThisMachine {
		policy.Allow, policy.Ports = fence.ThisMachine(address), fence.Ports(address)
	}
	return fence.New(policy).HTTP(policy.MaxBytes)
}

// progress shows how far it is, where somebody can see it.
func (c *Cmd) progress(w *World) check.Progress {
	if _, ok := say.Terminal(w.Stderr); !ok {
		return nil
	}
	bar := progressbar.NewOptions(-1, progressbar.OptionSetWriter(w.Stderr), progressbar.OptionSetDescription("looking"), progressbar.OptionShowCount(), progressbar.OptionClearOnFinish())
	return func(passed, all int) {
		bar.ChangeMax(max(all, 1))
		_ = bar.Set(passed)
		if passed == all {
			_ = bar.Finish()
		}
	}
}

// write writes the report where it is wanted, and the baseline.
func (c *Cmd) write(w *World, sheet *seen.Sheet) (err error) {
	if c.UpdateBaseline {
		if err := toFile(c.Baseline, sheet.WriteBaseline); err != nil {
			return err
		}
	}
	if c.Output != "" {
		return toFile(c.Output, func(to io.Writer) error { return sheet.Write(to, c.Format, seen.Style{}) })
	}
	return sheet.Write(w.Stdout, c.Format, style(w.Stdout))
}

// toFile writes a file whole, or leaves the one before.
func toFile(name string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(dirOf(name), ".stoa-check-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	err = errors.Join(write(f), f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", name, err), os.Remove(f.Name()))
	}
	return nil
}

func dirOf(name string) string {
	if i := strings.LastIndexByte(name, os.PathSeparator); i > 0 {
		return name[:i]
	}
	return "."
}

// style is colour and width of a terminal; https://no-color.org is kept to.
func style(w io.Writer) seen.Style {
	width, ok := say.Terminal(w)
	if !ok {
		return seen.Style{}
	}
	return seen.Style{Colour: os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb", Width: min(width, 100)}
}

// end is the exit code that --fail-on asks for, with a word on why.
func (c *Cmd) end(w *World, sheet *seen.Sheet) error {
	if c.UpdateBaseline {
		return nil
	}
	lines, partial := sheet.Failing(c.FailOn)
	if c.Format == "terminal" || c.Output != "" {
		fmt.Fprintln(w.Stderr, sheet.Verdict(lines, partial))
	}
	switch {
	case len(lines) > 0:
		return say.ExitCode(1)
	case partial:
		return notLooked
	}
	return nil
}
