package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"stoa/cmd/say"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/standard/shape"
	"stoa/standards"
)

// StandardCmd looks after criteria sets.
type StandardCmd struct {
	List       StandardListCmd     `cmd:"" help:"List every version of every criteria set."`
	Show       StandardShowCmd     `cmd:"" help:"Show what a version asks."`
	Validate   StandardValidateCmd `cmd:"" help:"Say what is wrong in the files of criteria sets. Exit code: 0 sound; 1 not."`
	Diff       StandardDiffCmd     `cmd:"" help:"Show what changed between two versions."`
	NewVersion StandardNewCmd      `cmd:"" name:"new-version" help:"Begin the next version of a set with the files of the current one."`
}

// folders are where criteria sets are read from.
func (e *Env) folders() []fs.FS {
	if e.Standards == "" {
		return []fs.FS{standards.FS}
	}
	if names, err := fs.Glob(os.DirFS(e.Standards), "*/*"); err == nil && len(names) == 0 {
		if at, err := os.Stat(e.Standards); err == nil && at.IsDir() { // the first version has yet to be begun there
			return []fs.FS{standards.FS}
		}
	}
	return []fs.FS{standards.FS, os.DirFS(e.Standards)}
}

// Library loads the criteria sets once: those that come with the program, and
// those of --standards.
func (e *Env) Library() (*standard.Library, error) {
	if e.library == nil {
		l, err := standard.Load(shape.New(), e.folders()...)
		if err != nil {
			return nil, located(err, e.Standards)
		}
		e.library = l
	}
	return e.library, nil
}

// located names the files of problems as they are found from here.
func located(err error, dir string) error {
	var problems standard.Problems
	if !errors.As(err, &problems) {
		return err
	}
	out := slices.Clone(problems)
	for i, p := range out {
		file := filepath.Join(dir, filepath.FromSlash(p.File))
		if _, err := os.Stat(file); dir != "" && err == nil {
			out[i].File = file
		}
	}
	return out
}

// find finds a version by its key.
func (e *Env) find(key string) (*standard.Set, error) {
	l, err := e.Library()
	if err != nil {
		return nil, err
	}
	if s, ok := l.Find(key); ok {
		return s, nil
	}
	var keys []string
	for _, s := range l.Sets() {
		keys = append(keys, s.Key())
	}
	return nil, &good.Error{Kind: good.Invalid, Key: "standard.unknown", Field: "standard", Args: map[string]any{"Key": key, "Keys": strings.Join(keys, ", ")}}
}

// one is find for who needs a set in a single language and no other: where all
// are the program's own, it alone is read.
func (e *Env) one(key, lang string) (*standard.Set, error) {
	if folders := e.folders(); len(folders) == 1 && e.library == nil {
		if s, ok := standard.One(folders[0], key, lang); ok {
			return s, nil
		}
	}
	return e.find(key)
}

func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// StandardListCmd lists the sets.
type StandardListCmd struct{}

// Run prints one line for each version.
func (StandardListCmd) Run(env *Env) error {
	l, err := env.Library()
	if err != nil {
		return err
	}
	for _, s := range l.Sets() {
		state := ""
		if now, _ := l.Set(s.ID, ""); now == s {
			state = ", current"
		} else if s.Draft {
			state = ", draft"
		}
		if s.About != "" {
			state += ", of countries"
		}
		if s.Advisory {
			state += ", advisory"
		}
		if _, err := fmt.Fprintf(env.Stdout, "%-14s %s  %s: %d indicators, %d questions%s\n", s.Key(), s.Released, s.Name["en"], len(s.Judged()), len(s.Questions()), state); err != nil {
			return err
		}
	}
	return nil
}

// StandardShowCmd shows a version.
type StandardShowCmd struct {
	Key  string `arg:"" help:"The version, such as dpg@1.1.7; dpg alone is the current one." placeholder:"SET@VERSION"`
	JSON bool   `help:"Print the whole set as JSON, in every language."`
	Lang string `help:"Language of the texts." default:"en" enum:"en,ar,zh,fr,ru,es"`
}

// Run prints the set.
func (c *StandardShowCmd) Run(env *Env) error {
	s, err := env.find(c.Key)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(env.Stdout, s)
	}
	say := func(t good.Text) string { text, _ := t.In(c.Lang); return text }
	w := &strings.Builder{}
	fmt.Fprintf(w, "%s %s (%s), %s\n", say(s.Name), s.Version, s.Key(), s.Released)
	if s.Official != "" {
		fmt.Fprintln(w, s.Official)
	}
	if len(s.Summary) > 0 {
		fmt.Fprintf(w, "\n%s\n", say(s.Summary))
	}
	for _, i := range s.Indicators {
		fmt.Fprintf(w, "\n%s  %s%s\n   %s\n", i.ID, say(i.Title), marks(i.Level, i.Screening, "screening", i.Informative, "not judged"), say(i.Requirement))
		for _, q := range i.Questions {
			fmt.Fprintf(w, "   %-26s %s%s\n", q.ID, say(q.Label), questionMarks(q))
		}
	}
	_, err = io.WriteString(env.Stdout, w.String())
	return err
}

// marks are words in brackets: first, then each that holds.
func marks(first string, more ...any) string {
	var words []string
	if first != "" {
		words = append(words, first)
	}
	for i := 0; i+1 < len(more); i += 2 {
		if holds, _ := more[i].(bool); holds {
			words = append(words, more[i+1].(string))
		}
	}
	if len(words) == 0 {
		return ""
	}
	return " (" + strings.Join(words, ", ") + ")"
}

func questionMarks(q standard.Question) string {
	kinds := make([]string, len(q.Kinds))
	for i, k := range q.Kinds {
		kinds[i] = string(k)
	}
	return marks(string(q.Type), len(kinds) > 0, strings.Join(kinds, " or "), q.Required, "required", !q.RequiredWhen.IsZero(), "required at times",
		q.By == standard.Authorised, "authorised", !q.Public, "private")
}

// StandardDiffCmd compares two versions.
type StandardDiffCmd struct {
	From string `arg:"" help:"The older version." placeholder:"SET@VERSION"`
	To   string `arg:"" help:"The newer version." placeholder:"SET@VERSION"`
	JSON bool   `help:"Print the changes as JSON."`
}

// Run prints one line for each change.
func (c *StandardDiffCmd) Run(env *Env) error {
	from, err := env.find(c.From)
	if err != nil {
		return err
	}
	to, err := env.find(c.To)
	if err != nil {
		return err
	}
	if from.ID != to.ID {
		return &good.Error{Kind: good.Invalid, Key: "standard.other-set", Field: "standard", Args: map[string]any{"A": from.ID, "B": to.ID}}
	}
	changes := standard.Diff(from, to)
	if c.JSON {
		return printJSON(env.Stdout, changes)
	}
	for _, ch := range changes {
		what := cmp.Or(ch.Question, "indicator")
		if ch.Was != "" {
			what += " (was " + ch.Was + ")"
		}
		parts := ""
		if len(ch.Parts) > 0 {
			parts = ": " + strings.Join(ch.Parts, ", ")
		}
		if _, err := fmt.Fprintf(env.Stdout, "%-8s %-8s %s%s\n", ch.Indicator, ch.Sort, what, parts); err != nil {
			return err
		}
	}
	return nil
}

// StandardValidateCmd checks files of sets.
type StandardValidateCmd struct {
	Dir string `arg:"" optional:"" help:"Folder of sets, {id}/{version}/set.yml; unless said, what serve would load." placeholder:"DIR"`
}

// Run prints one line for each problem, "file:line: message". The sets of the
// folder are checked together with those of the program that it lacks.
func (c *StandardValidateCmd) Run(env *Env) error {
	dir := cmp.Or(c.Dir, env.Standards)
	folders := env.folders()
	if c.Dir != "" {
		own := os.DirFS(c.Dir)
		folders = []fs.FS{own, beside{standards.FS, own}}
		if names, err := fs.Glob(own, "*/*/set.yml"); err == nil && len(names) == 0 {
			_, err := standard.Load(shape.New(), own)
			return err
		}
	}
	l, err := standard.Load(shape.New(), folders...)
	var problems standard.Problems
	if errors.As(located(err, dir), &problems) {
		for _, p := range problems {
			fmt.Fprintln(env.Stdout, p)
		}
		return say.ExitCode(1)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.Stdout, "%d versions are sound.\n", len(l.Sets()))
	return err
}

// beside is a folder without the sets that over has too.
type beside struct{ under, over fs.FS }

// Open implements fs.FS.
func (b beside) Open(name string) (fs.File, error) {
	if parts := strings.Split(name, "/"); len(parts) > 1 {
		if _, err := fs.Stat(b.over, strings.Join(parts[:2], "/")); err == nil {
			return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
		}
	}
	return b.under.Open(name)
}

// StandardNewCmd begins a version.
type StandardNewCmd struct {
	ID      string `arg:"" help:"The set, such as dpg." placeholder:"SET"`
	Version string `arg:"" help:"The version to begin, such as 1.1.8." placeholder:"VERSION"`
	Into    string `help:"Folder of sets to write it to; unless said, that of --standards." type:"path" placeholder:"DIR"`
}

// Run writes the files and says what comes next.
func (c *StandardNewCmd) Run(env *Env) error {
	into := cmp.Or(c.Into, env.Standards)
	if into == "" {
		return &good.Error{Kind: good.Invalid, Key: "standard.no-folder", Field: "into"}
	}
	s, err := env.find(c.ID)
	if err != nil {
		return err
	}
	var files map[string][]byte
	for _, folder := range env.folders() {
		if _, err := fs.Stat(folder, s.ID+"/"+s.Version); err == nil {
			if files, err = s.Next(folder, c.Version, good.Date(env.Now().UTC().Format("2006-01-02"))); err != nil {
				return err
			}
		}
	}
	dir := filepath.Join(into, s.ID, c.Version)
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return fmt.Errorf("make the folder of the version: %w", err)
	}
	if err := os.Mkdir(dir, 0o755); err != nil { // never over what is there
		return fmt.Errorf("make the folder of the version: %w", err)
	}
	for name, raw := range files {
		if err := os.WriteFile(filepath.Join(into, filepath.FromSlash(name)), raw, 0o644); err != nil {
			return fmt.Errorf("write the version: %w", err)
		}
	}
	_, err = fmt.Fprintf(env.Stdout, "%s holds %s as a draft of %s.\nChange it, then: stoa standard validate %s\n", dir, s.Key(), c.Version, into)
	return err
}
