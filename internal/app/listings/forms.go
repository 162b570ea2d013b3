package listings

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"stoa/internal/good"
	"stoa/internal/publiccode"
	"stoa/internal/store"
)

// Mistake is one thing that is wrong with what was sent.
type Mistake struct {
	Field string // "sources[0].url"
	Rule  string // that it breaks: "required", "url", …
	Value string // that was sent, in short
}

// Mistakes are why something sent cannot be taken.
type Mistakes []Mistake

// Error implements error.
func (m Mistakes) Error() string { return m[0].Field + ": " + m[0].Rule }

// maxMistakes is how many are told.
const maxMistakes = 10

// add notes a mistake where ok does not hold.
func (m *Mistakes) add(ok bool, field, rule, value string) {
	if ok || len(*m) == maxMistakes {
		return
	}
	if r := []rune(value); len(r) > 200 {
		value = string(r[:200]) + "…"
	}
	*m = append(*m, Mistake{field, rule, value})
}

// Bounds of what is listed, in characters.
const (
	maxAddress = 2048
	maxFile    = 99_999
	maxLine    = 255
	maxItems   = 255
)

// line checks a text of one line.
func (m *Mistakes) line(field string, s string, most int) {
	m.add(utf8.RuneCountInString(s) <= most, field, "max", s)
	m.add(utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' }), field, "line", s)
}

// address brings a web address into its one form.
func (m *Mistakes) address(field, s string) string {
	if s == "" {
		m.add(false, field, "required", "")
		return ""
	}
	u, err := url.Parse(s)
	ok := err == nil && u.Host != "" && slices.Contains([]string{"https", "http", "git", "ssh"}, strings.ToLower(u.Scheme)) && u.User == nil && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' })
	m.add(ok, field, "url", s)
	m.add(len(s) <= maxAddress, field, "max", s)
	if !ok {
		return s
	}
	return Normalised(s)
}

// Normalised is the one form of an address: small letters where they do not
// matter, no port that goes without saying, no "www.", no slash at the end.
func Normalised(s string) string {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || u.Host == "" {
		return s
	}
	u.Scheme, u.Host = strings.ToLower(u.Scheme), strings.TrimPrefix(strings.ToLower(u.Host), "www.")
	if p := u.Port(); u.Scheme == "https" && p == "443" || u.Scheme == "http" && p == "80" {
		u.Host = strings.TrimSuffix(u.Host, ":"+p)
	}
	if u.Path != "" {
		if u.Path = path.Clean(u.Path); u.Path == "/" || u.Path == "." {
			u.Path = ""
		}
		u.RawPath = ""
	}
	return u.String()
}

// read decodes what was sent into f and brings it into its form.
func read(body []byte, f form) error {
	if err := Unmarshal(body, f); err != nil {
		return err
	}
	if m := f.clean(); len(m) > 0 {
		return m
	}
	return nil
}

// Unmarshal decodes JSON strictly.
func Unmarshal(body []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	err := dec.Decode(into)
	if err == nil {
		if _, more := dec.Token(); !errors.Is(more, io.EOF) {
			return &good.Error{Kind: good.Invalid, Key: "listed.error.json"}
		}
		return nil
	}
	var typ *json.UnmarshalTypeError
	if errors.As(err, &typ) {
		return Mistakes{{Field: typ.Field, Rule: "type", Value: typ.Value}}
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return Mistakes{{Field: strings.Trim(name, `"`), Rule: "unknown"}}
	}
	return &good.Error{Kind: good.Invalid, Key: "listed.error.json", Err: err}
}

// current is what of l may be written.
func current(l *store.Listed, f form) error {
	if err := json.Unmarshal(l.Doc, f); err != nil {
		return err
	}
	if p, ok := f.(*publisherForm); ok && l.Private != "" {
		p.Email = &l.Private
	}
	return nil
}

// merge makes f of l with a merge patch applied.
func merge(l *store.Listed, patch []byte, f form) error {
	was := blank(l.Kind)
	if err := current(l, was); err != nil {
		return err
	}
	old, err := json.Marshal(was)
	if err != nil {
		return err
	}
	var base, change map[string]any
	dec := json.NewDecoder(bytes.NewReader(patch))
	if err := dec.Decode(&change); err != nil || change == nil || dec.More() {
		return &good.Error{Kind: good.Invalid, Key: "listed.error.json", Err: err}
	}
	if err := json.Unmarshal(old, &base); err != nil {
		return err
	}
	if s, ok := change["publiccodeYml"].(string); ok && s == "" { // nothing could be read: what was read before stays
		delete(change, "publiccodeYml")
	}
	merged, err := json.Marshal(merged(base, change))
	if err != nil {
		return err
	}
	return read(merged, f)
}

// merged is base with a merge patch applied (RFC 7396, 2).
func merged(base, change map[string]any) map[string]any {
	for k, v := range change {
		switch v := v.(type) {
		case nil:
			delete(base, k)
		case map[string]any:
			inner, _ := base[k].(map[string]any)
			if inner == nil {
				inner = map[string]any{}
			}
			base[k] = merged(inner, v)
		default:
			base[k] = v
		}
	}
	return base
}

// yes is what is true unless somebody says no.
func yes(b *bool) bool { return b == nil || *b }

// softwareForm is what may be written of software.
type softwareForm struct {
	URL           string   `json:"url,omitempty"`
	Aliases       []string `json:"aliases,omitempty"`
	PubliccodeYml string   `json:"publiccodeYml,omitempty"`
	Active        *bool    `json:"active,omitempty"`
	Vitality      *string  `json:"vitality,omitempty"`
}

// software is how it is served.
type software struct {
	ID            good.ID   `json:"id"`
	Catalog       good.ID   `json:"catalogId,omitempty"`
	URL           string    `json:"url"`
	Aliases       []string  `json:"aliases"`
	PubliccodeYml string    `json:"publiccodeYml"`
	Active        bool      `json:"active"`
	Vitality      *string   `json:"vitality"`
	Created       time.Time `json:"createdAt"`
	Updated       time.Time `json:"updatedAt"`
}

func (f *softwareForm) active() bool    { return yes(f.Active) }
func (f *softwareForm) private() string { return "" }

func (f *softwareForm) clean() Mistakes {
	var m Mistakes
	f.URL = m.address("url", f.URL)
	m.add(len(f.Aliases) <= maxItems, "aliases", "max", strconv.Itoa(len(f.Aliases)))
	aliases := []string{}
	for i, a := range f.Aliases[:min(len(f.Aliases), maxItems)] {
		if a = m.address("aliases["+strconv.Itoa(i)+"]", a); a != f.URL && !slices.Contains(aliases, a) {
			aliases = append(aliases, a)
		}
	}
	slices.Sort(aliases)
	f.Aliases = aliases
	m.add(f.PubliccodeYml != "", "publiccodeYml", "required", "")
	m.add(utf8.RuneCountInString(f.PubliccodeYml) <= maxFile, "publiccodeYml", "max", "")
	if len(m) == 0 {
		public, err := publiccode.WithoutPeople([]byte(f.PubliccodeYml))
		m.add(err == nil, "publiccodeYml", "yaml", "")
		f.PubliccodeYml = string(public)
	}
	if f.Vitality != nil {
		m.add(len(*f.Vitality) <= maxFile, "vitality", "max", "")
	}
	return m
}

func (f *softwareForm) served(l good.Listing, _ json.RawMessage) any {
	return software{ID: l.ID, Catalog: l.Catalog, URL: f.URL, Aliases: f.Aliases, PubliccodeYml: f.PubliccodeYml, Active: l.Active, Vitality: f.Vitality, Created: l.Created, Updated: l.Updated}
}

// catalogForm is what may be written of a catalogue.
type catalogForm struct {
	Name                string       `json:"name,omitempty"`
	AlternativeID       *string      `json:"alternativeId,omitempty"`
	Active              *bool        `json:"active,omitempty"`
	PublishersNamespace *string      `json:"publishersNamespace,omitempty"`
	Scopes              []string     `json:"scopes,omitempty"`
	Sources             []sourceForm `json:"sources,omitempty"`
}

type sourceForm struct {
	URL    string   `json:"url"`
	Driver *string  `json:"driver,omitempty"`
	Args   []string `json:"args,omitempty"`
}

// catalog is how it is served.
type catalog struct {
	ID                  good.ID      `json:"id"`
	Name                string       `json:"name"`
	AlternativeID       *string      `json:"alternativeId,omitempty"`
	Active              bool         `json:"active"`
	PublishersNamespace *string      `json:"publishersNamespace,omitempty"`
	Scopes              []string     `json:"scopes,omitempty"`
	Sources             []sourceForm `json:"sources"`
	Created             time.Time    `json:"createdAt"`
	Updated             time.Time    `json:"updatedAt"`
}

func (f *catalogForm) active() bool    { return yes(f.Active) }
func (f *catalogForm) private() string { return "" }

func (f *catalogForm) clean() Mistakes {
	var m Mistakes
	m.add(f.Name != "", "name", "required", "")
	m.line("name", f.Name, maxLine)
	m.alternative(f.AlternativeID)
	if f.PublishersNamespace != nil {
		m.line("publishersNamespace", *f.PublishersNamespace, maxLine)
	}
	m.add(len(f.Scopes) <= 20, "scopes", "max", strconv.Itoa(len(f.Scopes)))
	for i, s := range f.Scopes[:min(len(f.Scopes), 20)] {
		m.add(s != "", "scopes["+strconv.Itoa(i)+"]", "required", "")
		m.line("scopes["+strconv.Itoa(i)+"]", s, 64)
	}
	root := f.AlternativeID != nil && *f.AlternativeID == Root
	m.add(root == (len(f.Sources) == 0), "sources", map[bool]string{true: "root", false: "required"}[root], "")
	m.add(len(f.Sources) <= 100, "sources", "max", strconv.Itoa(len(f.Sources)))
	for i := range f.Sources[:min(len(f.Sources), 100)] {
		s, at := &f.Sources[i], "sources["+strconv.Itoa(i)+"]."
		s.URL = m.address(at+"url", s.URL)
		if s.Driver != nil {
			m.add(*s.Driver != "", at+"driver", "required", "")
			m.line(at+"driver", *s.Driver, 64)
		}
		m.add(len(s.Args) <= 20, at+"args", "max", strconv.Itoa(len(s.Args)))
		for _, a := range s.Args[:min(len(s.Args), 20)] {
			m.line(at+"args", a, maxAddress)
		}
	}
	return m
}

func (f *catalogForm) served(l good.Listing, _ json.RawMessage) any {
	out := catalog{ID: l.ID, Name: f.Name, AlternativeID: f.AlternativeID, Active: l.Active, PublishersNamespace: f.PublishersNamespace, Scopes: f.Scopes, Sources: f.Sources, Created: l.Created, Updated: l.Updated}
	if out.Sources == nil {
		out.Sources = []sourceForm{}
	}
	return out
}
