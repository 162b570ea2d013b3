package harvest

import (
	"bytes"
	"path"
	"regexp"
	"strings"

	"stoa/internal/good"
	"stoa/internal/publiccode"
)

// Card is a model or a data set of a hub such as Hugging Face.
type Card struct {
	Source    string
	ForeignID string
	ID        string // "owner/name"
	Address   string // its page
	Data      bool   // a data set, not a model
	Owner     string // the organisation it is of, as the source was told, or ""
	Tags      []string
	Readme    []byte // the card, or nil
	Raw       []byte // the entry of the hub's list
}

// Candidate makes a candidate of the hub's entry and the card's front matter.
func (c *Card) Candidate() Candidate {
	m := &mend{}
	f := good.Facts{Kinds: []good.Kind{good.AI}}
	if c.Data {
		f.Kinds = []good.Kind{good.Data}
	}
	m.organisation(&f, c.Owner, "", good.Owner)
	front, body := frontMatter(c.Readme)
	top := map[string]any{}
	if front != nil {
		var found []publiccode.Finding
		top, found = publiccode.Mapping(front)
		for _, one := range found[:min(len(found), maxTold)] {
			if one.Level == publiccode.Error {
				m.remark("card-broken", told(one))
			}
		}
	}
	text := func(key string) string {
		s, _ := top[key].(string)
		return s
	}
	names := blanks([]string{text("pretty_name"), text("model_name"), path.Base(c.ID)})
	m.called(&f, names)
	m.had(&f, []string{c.Address})
	f.Website = c.Address
	if at := text("homepage"); at != "" {
		f.Website, _ = m.address("website", at)
	}
	said := append(strs(top["license"]), strs(top["license_name"])...)
	var langs []string
	langs = append(langs, strs(top["language"])...)
	for _, t := range c.Tags {
		if l, ok := strings.CutPrefix(t, "license:"); ok && len(said) == 0 {
			said = append(said, l)
		}
		if d, ok := strings.CutPrefix(t, "doi:"); ok {
			m.identifier(&f, d)
		}
		if l, ok := strings.CutPrefix(t, "language:"); ok && len(top) == 0 {
			langs = append(langs, l)
		}
	}
	f.Licences = m.rights("licences", without(said, "other", "unknown")...)
	if at := text("license_link"); len(f.Licences) == 1 && good.WebAddress(at) {
		f.Licences[0].URL = at
	}
	m.tongues(&f, without(langs, "multilingual", "code"))
	m.subjects(&f, append(strs(top["tags"]), c.Tags...))
	if s := firstParagraph(body); s != "" {
		m.about(&f, "", s)
	}
	f.Cite = map[good.Field]string{"": c.Address}
	return m.finish(c.Source, c.ForeignID, f, c.Raw)
}

func without(list []string, words ...string) []string {
	var out []string
	for _, s := range list {
		skip := false
		for _, w := range words {
			skip = skip || strings.EqualFold(strings.TrimSpace(s), w)
		}
		if !skip {
			out = append(out, s)
		}
	}
	return out
}

// frontMatter is the YAML between the first two lines of three hyphens, nil
// where there is none, and what follows it.
func frontMatter(raw []byte) (front, body []byte) {
	raw = bytes.TrimPrefix(raw, []byte("\xEF\xBB\xBF"))
	raw = bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n"))
	rest, ok := bytes.CutPrefix(raw, []byte("---\n"))
	if !ok {
		return nil, raw
	}
	end := bytes.Index(rest, []byte("\n---"))
	if end < 0 {
		return nil, raw
	}
	_, body, _ = bytes.Cut(rest[end+1:], []byte("\n"))
	return rest[:end+1], body
}

var (
	picture    = regexp.MustCompile(`!\[[^\]]*\]\([^)]*\)`)
	linked     = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)
	noProse    = regexp.MustCompile("^(?:[#|<>=]|[-*+] |\\d+[.)] |```|    )")
	emphasised = regexp.MustCompile("[*_`]{1,3}([^*_`]+)[*_`]{1,3}")
)

// leastParagraph is how long a paragraph must be to say what something is, in
// bytes.
const leastParagraph = 40

// firstParagraph is the first paragraph of a text in Markdown that is prose: no
// heading, picture, table, list or markup.
func firstParagraph(body []byte) string {
	fenced := false
	for p := range strings.SplitSeq(strings.ToValidUTF8(string(body[:min(len(body), 64<<10)]), ""), "\n\n") {
		if strings.Count(p, "```")%2 == 1 {
			fenced = !fenced
			continue
		}
		p = strings.Trim(p, "\n")
		if fenced || noProse.MatchString(p) {
			continue
		}
		p = emphasised.ReplaceAllString(linked.ReplaceAllString(picture.ReplaceAllString(p, ""), "$1"), "$1")
		if p = strings.Join(strings.Fields(p), " "); len(p) >= leastParagraph {
			return p
		}
	}
	return ""
}
