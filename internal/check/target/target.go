// Package target opens what is to be checked: a folder, an archive, a
// repository of any forge, a web page, a data set, a card or the description of
// an API. Whatever it is, it becomes files that can be read once, within
// limits, and never anything that is run.
package target

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"stoa/internal/check"
	"stoa/internal/finding"
	"stoa/internal/good"
)

// Limits bound a target. Where one is met the target is what was found until
// then, and its Cut says so.
type Limits struct {
	Files int           // in the tree
	Bytes int64         // unpacked, all files together
	File  int64         // kept of one file that came out of an archive or over the network, bytes
	Depth int           // of folders
	Pages int           // of a site
	Time  time.Duration // of the whole opening
}

// Default are the limits where nobody says others.
var Default = Limits{Files: 200_000, Bytes: 2 << 30, File: 8 << 20, Depth: 64, Pages: 12, Time: 2 * time.Minute}

// Options say how to open.
type Options struct {
	Client *http.Client // the fence; nil opens only what lies on this machine
	Limits Limits       // Default for those that are 0
	Kinds  []good.Kind  // what the good is; where empty, what the target looks like
	Now    time.Time
	Temp   string // folder for what is unpacked; "" for the system's
	// Progress, where set, hears what is being done: a step, whose sentence is
	// "target.step." and its name, and how many of its things are done.
	Progress func(step string, done int)
}

// The steps of Options.Progress.
const (
	StepAsk     = "ask"     // which commits there are
	StepFetch   = "fetch"   // bytes that came
	StepUnpack  = "unpack"  // files
	StepWalk    = "walk"    // files
	StepHistory = "history" // commits
	StepPages   = "pages"   // pages
)

func (o *Options) step(name string, done int) {
	if o.Progress != nil {
		o.Progress(name, done)
	}
}

func (l Limits) whole() Limits {
	d := Default
	return Limits{Files: cmp.Or(l.Files, d.Files), Bytes: cmp.Or(l.Bytes, d.Bytes), File: cmp.Or(l.File, d.File),
		Depth: cmp.Or(l.Depth, d.Depth), Pages: cmp.Or(l.Pages, d.Pages), Time: cmp.Or(l.Time, d.Time)}
}

// grace is how long an opening may go on after its time: as long as it needs to
// see that it is over.
const grace = 5 * time.Second

// Open opens a target by a path of this machine or a web address. What it holds
// is freed by the function it returns, which is never nil.
func Open(ctx context.Context, name string, o Options) (*check.Target, func(), error) {
	o.Limits = o.Limits.whole()
	timed, cancel := context.WithTimeout(ctx, o.Limits.Time)
	defer cancel()
	came := make(chan opening, 1)
	go func() { came <- openOnce(timed, name, &o) }()
	var got opening
	select {
	case got = <-came:
	case <-timed.Done():
		select {
		case got = <-came:
		case <-time.After(grace): // something in it is stuck: it is left, and freed when it comes
			go func() { (<-came).free() }()
			return nil, func() {}, late(&o, timed.Err())
		}
	}
	if got.fell != nil {
		panic(got.fell)
	}
	if got.err != nil {
		got.free()
		if ctx.Err() == nil && timed.Err() != nil {
			got.err = late(&o, got.err)
		}
		return nil, func() {}, got.err
	}
	got.target.Name, got.target.Now = name, o.Now
	if len(o.Kinds) > 0 {
		got.target.Kinds = o.Kinds
	}
	return got.target, got.free, nil
}

// opening is what comes of opening a target.
type opening struct {
	target *check.Target
	free   func()
	err    error
	fell   any // what it panicked with
}

func openOnce(ctx context.Context, name string, o *Options) (out opening) {
	defer func() {
		out.fell = recover()
		if out.free == nil {
			out.free = func() {}
		}
	}()
	out.target, out.free, out.err = open(ctx, name, o)
	return out
}

// sorted puts entries into the order in which they are read.
func sorted(entries []check.Entry) []check.Entry {
	slices.SortFunc(entries, func(a, b check.Entry) int { return cmp.Compare(a.Path, b.Path) })
	return entries
}

func open(ctx context.Context, name string, o *Options) (*check.Target, func(), error) {
	if address := Address(name); address != "" {
		if o.Client == nil {
			return nil, nil, wrong("target.error.offline", nil)
		}
		u, err := url.Parse(address)
		if err != nil || u.Host == "" || u.User != nil {
			return nil, nil, wrong("target.error.address", err)
		}
		u.Fragment = ""
		return remote(ctx, u, o)
	}
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, wrong("target.error.none", err, "Path", name)
	case err != nil:
		return nil, nil, wrong("target.error.unreadable", err, "Path", name)
	case info.IsDir():
		return folder(ctx, name, o)
	case !info.Mode().IsRegular():
		return nil, nil, wrong("target.error.kind", nil, "Path", name)
	}
	return file(ctx, name, o)
}

// Address is the web address that a name means, or "" where it is a path: git's
// own ways to write one are known, too.
func Address(name string) string {
	for _, scheme := range []string{"https://", "http://"} {
		if len(name) > len(scheme) && strings.EqualFold(name[:len(scheme)], scheme) {
			return scheme + name[len(scheme):]
		}
	}
	for _, scheme := range []string{"git+https://", "git://", "ssh://", "git+ssh://"} {
		if rest, ok := strings.CutPrefix(name, scheme); ok {
			_, after, found := strings.Cut(rest, "@")
			if found && !strings.Contains(rest[:len(rest)-len(after)], "/") {
				rest = after
			}
			return "https://" + rest
		}
	}
	if user, rest, ok := strings.Cut(name, "@"); ok && !strings.ContainsAny(user, "/\\:") { // git@host:owner/name
		if host, path, ok := strings.Cut(rest, ":"); ok && strings.Contains(host, ".") && !strings.Contains(host, "/") {
			return "https://" + host + "/" + strings.TrimPrefix(path, "/")
		}
	}
	return ""
}

// wrong is an error that a person can act on.
func wrong(key string, err error, pairs ...any) error {
	return &good.Error{Kind: good.Invalid, Key: key, Field: "target", Args: finding.Say(key, pairs...).Args, Err: err}
}

// late is the error of a target that could not be opened in time.
func late(o *Options, err error) error {
	return wrong("target.error.time", err, "Seconds", int(o.Limits.Time.Seconds()))
}

// cuts are the limits met on the way, each once.
type cuts []finding.Text

func (c *cuts) add(key string, pairs ...any) {
	if !slices.ContainsFunc(*c, func(t finding.Text) bool { return t.Key == key }) {
		*c = append(*c, finding.Say(key, pairs...))
	}
}

// late says that time is up, in a cut.
func (c *cuts) late(l Limits) { c.add("target.cut.time", "Seconds", int(l.Time.Seconds())) }

// megabytes is a number of bytes as sentences name it.
func megabytes(n int64) int64 { return max(n>>20, 1) }
