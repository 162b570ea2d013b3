// Package connect reads other registries, repositories and portals where they
// live: page by page, politely, and from where it stood. A connector turns what
// one kind of source says into candidates; what becomes of them is not its
// business, nor is when it runs.
package connect

import (
	"context"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"stoa/internal/good"
	"stoa/internal/harvest"
)

// Connector reads one kind of source, page by page. What it keeps between calls
// saves work and is not needed: a new one goes on from the same State. One that
// is an io.Closer is closed at the end.
type Connector interface {
	// Page reads what stands at from; the zero State is the beginning of a
	// first run. An error ends the run, whose State stays what it was.
	Page(ctx context.Context, from State) (Page, error)
}

// State is where a run stands: it is all that is kept, and is committed in the
// transaction with the page's records.
type State struct {
	Cursor string            `json:"cursor,omitempty"` // of the next page, "" at the beginning
	Since  time.Time         `json:"since,omitzero"`   // when the last whole run began: ask for what changed since, where the source can
	Tags   map[string]string `json:"tags,omitempty"`   // ETag or Last-Modified by address, of the last whole run; at most MaxTags
}

// Bounds of a State and of what else a source may have us keep.
const (
	MaxCursor = 4 << 10 // bytes
	MaxTags   = 64
	MaxTag    = 1 << 10 // bytes, of an address and of its tag each
)

// Tag notes the tag of an address in a copy of the State's tags, as long as
// there is room; "" forgets it.
func (s State) Tag(address, tag string) map[string]string {
	out := maps.Clone(s.Tags)
	if out == nil {
		out = map[string]string{}
	}
	delete(out, address)
	if tag != "" && len(tag) <= MaxTag && len(address) <= MaxTag && len(out) < MaxTags {
		out[address] = tag
	}
	return out
}

// Page is what one call brought.
type Page struct {
	Candidates []harvest.Candidate // each of Config.Source, with the id that source gave it
	Still      []string            // foreign ids of records that are there, unchanged since State.Since: they were not read again
	Gone       []string            // foreign ids the source says are gone
	Faults     []Fault             // records that could not be read
	Next       State               // where to go on; at the end of a run, what the next run begins with
	Done       bool                // the run is whole
	Unchanged  bool                // the source says that nothing changed since the last whole run
	Total      int                 // how many records the source says it has, 0 where it does not say
	Listing    bool                // a whole run lists everything: what is missing has lapsed there
}

// Fault is a record that could not be read.
type Fault struct {
	ID   string         `json:"id"`             // the source's, or its place: "17"
	Key  string         `json:"key"`            // of the sentence that says why
	Args map[string]any `json:"args,omitempty"` // of that sentence
}

// Config says what to read.
type Config struct {
	Source  good.Source       // whose candidates they are
	Address string            // where it begins
	Options map[string]string // what the kind asks for besides, by Option.Name
	// Known gives the marks of records as they were taken in last, by their ids,
	// so that one with the same mark need not be read again; nil where nobody
	// knows.
	Known func(ctx context.Context, ids []string) (map[string]string, error)
	Temp  string // folder for what is too large to hold, "" for the system's
}

// Option is what a kind of source asks for besides its address.
type Option struct {
	Name     string
	Required bool
	Long     bool     // a text of many lines
	Words    []string // the values it may have, the first where nobody says; nil for any
}

// Kind is a kind of source that can be read.
type Kind struct {
	Name    string
	Options []Option
	// Source says what its records are worth where nobody says otherwise:
	// Issuer, Licence and Priority.
	Source good.Source
	open   func(Config, *Client) (Connector, error)
}

// kinds are all kinds of source, in the order in which they are offered.
var kinds = []Kind{dpgaKind, publiccodeKind, stoaKind, tableKind, githubKind, gitlabKind, forgejoKind, huggingFaceKind, dcatKind, ckanKind, oaiKind, codeJSONKind, codeMetaKind, citationKind}

// Kinds lists the kinds of source in the order in which they are offered.
func Kinds() []Kind { return slices.Clone(kinds) }

// KindOf returns the kind with this name.
func KindOf(name string) (Kind, bool) {
	i := slices.IndexFunc(kinds, func(k Kind) bool { return k.Name == name })
	if i < 0 {
		return Kind{}, false
	}
	return kinds[i], true
}

// New returns the connector for a source of a kind. What cfg lacks, or says
// wrongly, is an error of kind Invalid with the field.
func New(kind string, cfg Config, client *Client) (Connector, error) {
	k, known := KindOf(kind)
	if !known {
		return nil, wrong("kind", "harvest.error.kind", map[string]any{"Value": kind})
	}
	if !good.WebAddress(cfg.Address) {
		return nil, wrong("address", "harvest.error.address", map[string]any{"Value": cfg.Address})
	}
	for name := range cfg.Options {
		if !slices.ContainsFunc(k.Options, func(o Option) bool { return o.Name == name }) {
			return nil, wrong(name, "harvest.error.option", map[string]any{"Value": name})
		}
	}
	cfg.Options = maps.Clone(cfg.Options)
	if cfg.Options == nil {
		cfg.Options = map[string]string{}
	}
	for _, o := range k.Options {
		said := cfg.Options[o.Name]
		switch {
		case said == "" && o.Required:
			return nil, wrong(o.Name, "harvest.error.option-missing", map[string]any{"Value": o.Name})
		case said == "" && o.Words != nil:
			cfg.Options[o.Name] = o.Words[0]
		case o.Words != nil && !slices.Contains(o.Words, said):
			return nil, wrong(o.Name, "harvest.error.choice", map[string]any{"Value": said, "Option": o.Name, "Words": strings.Join(o.Words, ", ")})
		}
	}
	return k.open(cfg, client)
}

// Close frees what a connector holds.
func Close(c Connector) error {
	if closer, ok := c.(io.Closer); ok {
		return closer.Close()
	}
	return nil
}

func wrong(field, key string, args map[string]any) error {
	return &good.Error{Kind: good.Invalid, Key: key, Field: field, Args: args}
}

// broke is an error about what a source sent.
func broke(key, address string, err error) error {
	return &good.Error{Kind: good.Invalid, Key: key, Args: map[string]any{"Address": address}, Err: err}
}
