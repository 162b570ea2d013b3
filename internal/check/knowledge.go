package check

import (
	"bytes"
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"

	"stoa/internal/good"
	"stoa/internal/lazy"
	"stoa/internal/packed"
	"stoa/internal/quick"
)

//go:embed data/presence.yml data/closed.yml data/standards.yml
var brought embed.FS

// writtenOut is what those files say in the form of package quick: a build makes it
// (tools/pack.sh). Empty: they are read themselves.
//
//go:embed data/quick
var writtenOut string

// Knowledge is what the probes know by name: papers a good may have, things
// that are not open, open standards. It is data that people can add to.
type Knowledge struct {
	papers    []*paper
	words     map[string][]phrase // by their first word
	byName    map[string][]*paper
	byFolder  map[string][]*paper
	matters   []matter
	closed    []*closedThing
	standards []*openStandard
	shapes    map[string][]shape // of standards' files, by their ending
	parts     map[string]*index  // by ecosystem
	mentions  func() []mentions
}

// mentions looks for what texts say of papers.
type mentions struct {
	*seeker
	of []*paper
}

// paper is one entry of presence.yml.
type paper struct {
	ID                              string
	Kinds, Lacks                    []good.Kind
	Names, Folders, Headings, Front []string
	Links, Targets, Commands        []string
	Must, Tells, Mention, Hint      string // expressions
	Holds                           string
	Says, Absent, Add               string
	Exact                           bool // its phrases mean something else where more words follow

	must, tells, mention *lazy.Regexp
	holds                *lazy.Regexp
	commands             []*lazy.Regexp
}

// phrase is how a heading or a link names a paper.
type phrase struct {
	words string
	of    *paper
	links bool // only the text of a link
	front bool // only on the front page
}

// matter is what closed things are for, and the open parts that do the same.
type matter struct {
	ID   string
	Open map[string][]string
}

// closedThing is one entry of closed.yml.
type closedThing struct {
	ID, Name, Matter, Sort string
	Mandatory              bool
	Spared                 bool // open programs answer the same calls, or what the good is for does not hang on it
	Packages               map[string][]string
	Instead                []string
}

// openStandard is one entry of standards.yml.
type openStandard struct {
	ID, Name string
	API      bool
	Files    []string
	Head     string
	Packages map[string][]string
	Along    map[string][]string // libraries that show nothing by themselves
	Words    []string
	head     *lazy.Regexp
	words    *lazy.Regexp
}

// shape is a pattern of the name of a file that shows a standard.
type shape struct {
	pattern string
	of      *openStandard
}

var embedded = sync.OnceValue(func() *Knowledge {
	k, err := Learn(nil)
	if err != nil {
		panic("check: what is embedded does not parse: " + err.Error())
	}
	return k
})

// Learn is what the program knows, with what the same files of another folder
// add: an entry with an id that is known takes its place; papers nobody looks for
// are refused. extra may be nil.
// The error names the file that does not parse.
func Learn(extra fs.FS) (*Knowledge, error) {
	k, err := ours(writtenOut)
	if err != nil {
		return nil, err
	}
	if extra != nil {
		before := len(k.papers)
		if err := k.read(extra); err != nil {
			return nil, err
		}
		if len(k.papers) > before {
			return nil, fmt.Errorf("check: presence.yml: there is no probe %s", k.papers[before].ID)
		}
	}
	return k, k.arrange(extra != nil)
}

// taught is knowledge as it is written down.
type taught struct {
	Papers    []*paper
	Matters   []matter
	Closed    []*closedThing
	Standards []*openStandard
}

// ours is what the program brings along, not yet arranged: as a build wrote it, or
// where that is empty from the files themselves.
func ours(written string) (*Knowledge, error) {
	if written == "" {
		base, err := fs.Sub(packed.Files(brought), "data")
		if err != nil {
			return nil, err
		}
		k := &Knowledge{}
		return k, k.read(base)
	}
	var w taught
	if err := quick.Unmarshal(written, &w); err != nil {
		return nil, fmt.Errorf("check: what a build wrote: %w", err)
	}
	return &Knowledge{papers: w.Papers, matters: w.Matters, closed: w.Closed, standards: w.Standards}, nil
}

// Quick is what the files of knowledge that the program brings along say, as ours
// reads it.
func Quick() ([]byte, error) {
	k, err := ours("")
	if err != nil {
		return nil, err
	}
	return quick.Marshal(taught{k.papers, k.matters, k.closed, k.standards})
}

// read adds what the files of a folder say; a folder need not have all.
func (k *Knowledge) read(from fs.FS) error {
	var papers []*paper
	var about struct {
		Matters []matter
		Closed  []*closedThing
	}
	var standards []*openStandard
	for name, into := range map[string]any{"presence.yml": &papers, "closed.yml": &about, "standards.yml": &standards} {
		raw, err := fs.ReadFile(from, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			dec := yaml.NewDecoder(bytes.NewReader(raw))
			dec.KnownFields(true)
			err = dec.Decode(into)
		}
		if err != nil {
			return fmt.Errorf("check: %s: %w", name, err)
		}
	}
	k.papers = merge(k.papers, papers, func(p *paper) string { return p.ID })
	k.closed = merge(k.closed, about.Closed, func(c *closedThing) string { return c.ID })
	k.standards = merge(k.standards, standards, func(s *openStandard) string { return s.ID })
	k.matters = merge(k.matters, about.Matters, func(m matter) string { return m.ID })
	return nil
}

// merge puts more behind what there is, or in the place of what has its id.
func merge[T any](have, more []T, id func(T) string) []T {
	for _, m := range more {
		if i := slices.IndexFunc(have, func(h T) bool { return id(h) == id(m) }); i >= 0 {
			have[i] = m
		} else {
			have = append(have, m)
		}
	}
	return have
}

// arrange makes what is looked up quickly. What a stranger added is tested: of
// what the program brings along, tests have done so.
func (k *Knowledge) arrange(test bool) (err error) {
	compile := func(pattern string) *lazy.Regexp {
		if test {
			if _, e := regexp.Compile(pattern); e != nil {
				err = cmp.Or(err, fmt.Errorf("check: %w", e))
				return nil
			}
		}
		return lazy.Of(pattern)
	}
	k.words, k.byName, k.byFolder, k.shapes, k.parts = map[string][]phrase{}, map[string][]*paper{}, map[string][]*paper{}, map[string][]shape{}, map[string]*index{}
	for _, p := range k.papers {
		for _, n := range p.Names {
			k.byName[n] = append(k.byName[n], p)
		}
		for _, f := range p.Folders {
			k.byFolder[f] = append(k.byFolder[f], p)
		}
		for i, list := range [][]string{p.Headings, p.Links, p.Front} {
			for _, w := range list {
				w = plainWords(w)
				first, _, _ := strings.Cut(w, " ")
				k.words[first] = append(k.words[first], phrase{w, p, i == 1, i == 2})
			}
		}
		if p.Must != "" {
			p.must = compile(p.Must)
		}
		if p.Mention != "" {
			p.mention = compile(p.Mention)
			p.tells = p.mention
		}
		if p.Hint != "" {
			p.mention = compile(p.Hint)
		}
		if p.Holds != "" {
			p.holds = compile(p.Holds)
		}
		if p.Tells != "" {
			p.tells = compile(p.Tells)
		}
		for _, c := range p.Commands {
			p.commands = append(p.commands, compile(c))
		}
	}
	k.mentions = sync.OnceValue(k.seekMentions)
	for i := range k.matters {
		k.list(k.matters[i].Open, part{open: k.matters[i].ID})
	}
	for _, c := range k.closed {
		k.list(c.Packages, part{closed: c})
	}
	for _, s := range k.standards {
		k.list(s.Packages, part{standard: s})
		k.list(s.Along, part{standard: s, along: true})
		for _, f := range s.Files {
			k.shapes[path.Ext(f)] = append(k.shapes[path.Ext(f)], shape{f, s})
		}
		if s.Head != "" {
			s.head = compile(s.Head)
		}
		if len(s.Words) > 0 {
			quoted := make([]string, len(s.Words))
			for i, w := range s.Words {
				quoted[i] = regexp.QuoteMeta(w)
			}
			s.words = compile(`(?:^|[^\pL\pN])(?:` + strings.Join(quoted, "|") + `)(?:$|[^\pL\pN])`)
		}
	}
	return err
}

// seekMentions makes what looks for what texts say of papers.
func (k *Knowledge) seekMentions() (all []mentions) {
	said := slices.DeleteFunc(slices.Clone(k.papers), func(p *paper) bool { return p.mention == nil })
	for some := range slices.Chunk(said, mostSought) {
		var words []*lazy.Regexp
		for _, p := range some {
			words = append(words, p.mention)
		}
		all = append(all, mentions{newSeeker(words...), some})
	}
	return all
}

// part is what the name of a dependency says: one of the three.
type part struct {
	closed   *closedThing
	standard *openStandard
	along    bool   // the standard may only come along with it
	open     string // the matter it is an open part for
}

// index finds the parts of an ecosystem by name.
type index struct {
	exact  map[string][]part
	begins []begin // names that end in a star
}

type begin struct {
	prefix string
	part
}

func (k *Knowledge) list(packages map[string][]string, p part) {
	for eco, names := range packages {
		x := k.parts[eco]
		if x == nil {
			x = &index{exact: map[string][]part{}}
			k.parts[eco] = x
		}
		for _, n := range names {
			n = strings.ToLower(n)
			if strings.Contains(n, "*") {
				x.begins = append(x.begins, begin{strings.SplitN(n, "*", 2)[0], p})
			} else {
				x.exact[n] = append(x.exact[n], p)
			}
		}
	}
}

// find is what a dependency's name says. A name spelt out stands before one
// that begins alike, so that a storage client is not counted as all of a cloud.
func (k *Knowledge) find(ecosystem, name string) (out []part) {
	x := k.parts[ecosystem]
	if x == nil {
		return nil
	}
	name = strings.ToLower(name)
	out = slices.Clone(x.exact[name])
	named := slices.ContainsFunc(out, func(p part) bool { return p.closed != nil })
	for _, b := range x.begins {
		if strings.HasPrefix(name, b.prefix) && !(b.closed != nil && named) {
			out = append(out, b.part)
			named = named || b.closed != nil
		}
	}
	return out
}
