package export

import (
	"bytes"
	"cmp"
	_ "embed"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"

	"stoa/internal/good"
)

// citation is a CITATION.cff 1.2.0 document; the order of fields is the order
// in the file.
type citation struct {
	Version    string          `yaml:"cff-version"`
	Message    string          `yaml:"message"`
	Type       string          `yaml:"type"`
	Title      string          `yaml:"title"`
	Authors    []citationParty `yaml:"authors"`
	Abstract   string          `yaml:"abstract,omitempty"`
	URL        string          `yaml:"url,omitempty"`
	Repository string          `yaml:"repository-code,omitempty"`
	Licence    []string        `yaml:"license,omitempty"`
	LicenceURL string          `yaml:"license-url,omitempty"`
	Keywords   []string        `yaml:"keywords,omitempty"`
}

type citationParty struct {
	Name    string `yaml:"name"`
	Website string `yaml:"website,omitempty"`
}

//go:embed cfflicences.txt
var cffLicencesText string

// cffLicences are the licences the format has a name for (license-enum of its
// schema); for others there is license-url.
var cffLicences = strings.Fields(cffLicencesText)

// uri is an address in the letters RFC 3986 allows, which the format demands.
func uri(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.String()
}

// CFF is the good as a CITATION.cff 1.2.0 file. The format knows only software
// and datasets: anything that is not software or an AI system is given as a
// dataset. Where no organisation is stated the good itself stands as author,
// since the format demands one.
func CFF(g *good.Good, base string) ([]byte, error) {
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(cite(g, base)); err != nil {
		return nil, fmt.Errorf("write CITATION.cff: %w", err)
	}
	return b.Bytes(), enc.Close()
}

func cite(g *good.Good, base string) citation {
	c := citation{Version: "1.2.0", Message: "If you use this digital public good, please cite it as below.", Type: "dataset",
		Title: g.Name, URL: uri(g.Website), Keywords: keywords(g)}
	if slices.Contains(g.Kinds, good.Software) || slices.Contains(g.Kinds, good.AI) {
		c.Type = "software"
	}
	c.Abstract, _ = g.Summary.In("en")
	if c.URL == "" {
		c.URL = Address(base, g)
	}
	for _, id := range licences(g) {
		if slices.Contains(cffLicences, id) {
			c.Licence = append(c.Licence, id)
		} else {
			c.LicenceURL = cmp.Or(c.LicenceURL, LicenceURL(id))
		}
	}
	if u := urls(g.Repositories); len(u) > 0 {
		c.Repository = uri(u[0])
	}
	for _, p := range authors(g) {
		c.Authors = append(c.Authors, citationParty{Name: p.Name, Website: uri(p.Website)})
	}
	if len(c.Authors) == 0 {
		c.Authors = []citationParty{{Name: g.Name}}
	}
	return c
}

// reference is one work in the references of a CITATION.cff file.
type reference struct {
	Type       string          `yaml:"type"`
	Title      string          `yaml:"title"`
	Authors    []citationParty `yaml:"authors"`
	Abstract   string          `yaml:"abstract,omitempty"`
	URL        string          `yaml:"url,omitempty"`
	Repository string          `yaml:"repository-code,omitempty"`
	Licence    []string        `yaml:"license,omitempty"`
	LicenceURL string          `yaml:"license-url,omitempty"`
	Keywords   []string        `yaml:"keywords,omitempty"`
}

// CFFHead begins the CITATION.cff file of a list of goods: the list is cited,
// the goods follow as its references, each by CFFReference.
func CFFHead(title, address string) ([]byte, error) {
	head, err := yaml.Marshal(citation{Version: "1.2.0", Message: "If you use this list of digital public goods, please cite it as below.", Type: "dataset",
		Title: title, URL: address, Authors: []citationParty{{Name: "Stoa"}}})
	if err != nil {
		return nil, fmt.Errorf("write CITATION.cff: %w", err)
	}
	return head, nil
}

// CFFReferences stands between the head and the first reference, where there
// is one: the format knows no empty list.
const CFFReferences = "references:\n"

// CFFReference is a good as one entry of the list that CFFHead begins. What is
// neither software nor data is a generic work there.
func CFFReference(g *good.Good, base string) ([]byte, error) {
	c := cite(g, base)
	r := reference{Type: "generic", Title: c.Title, Authors: c.Authors, Abstract: c.Abstract, URL: c.URL, Repository: c.Repository, Licence: c.Licence, LicenceURL: c.LicenceURL, Keywords: c.Keywords}
	switch {
	case c.Type == "software":
		r.Type = "software"
	case slices.Contains(g.Kinds, good.Data):
		r.Type = "data"
	}
	out, err := yaml.Marshal([]reference{r})
	if err != nil {
		return nil, fmt.Errorf("write CITATION.cff: %w", err)
	}
	return out, nil
}

// BibTeX is the good as one biblatex entry: @software, @dataset or @misc.
func BibTeX(g *good.Good, base string) string {
	typ := "misc"
	switch {
	case slices.Contains(g.Kinds, good.Software), slices.Contains(g.Kinds, good.AI):
		typ = "software"
	case slices.Contains(g.Kinds, good.Data):
		typ = "dataset"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "@%s{%s,\n", typ, citeKey(g.Slug))
	field := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "  %s = {%s},\n", name, value)
		}
	}
	var names []string
	for _, p := range authors(g) {
		names = append(names, "{"+texEscape(p.Name)+"}")
	}
	field("title", "{"+texEscape(g.Name)+"}")
	field("author", strings.Join(names, " and "))
	field("url", texURL(cmp.Or(g.Website, Address(base, g))))
	field("note", texEscape("Digital public good. "+strings.Join(licences(g), ", "))+". Record: "+texURL(Address(base, g)))
	b.WriteString("}\n")
	return b.String()
}

// citeKey is a key every BibTeX reads: plain letters, digits and hyphens.
func citeKey(slug string) string {
	key := strings.Map(func(r rune) rune {
		if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-') {
			return r
		}
		return -1
	}, slug)
	if strings.Trim(key, "-") == "" {
		return "good-" + fmt.Sprintf("%x", []byte(slug))[:min(16, 2*len(slug))]
	}
	return key
}

var texReplacer = strings.NewReplacer(`\`, `\textbackslash{}`, `{`, `\{`, `}`, `\}`, `&`, `\&`, `%`, `\%`, `$`, `\$`, `#`, `\#`, `_`, `\_`,
	`~`, `\textasciitilde{}`, `^`, `\textasciicircum{}`, "\n", " ", "\r", " ")

func texEscape(s string) string { return texReplacer.Replace(s) }

// texURL keeps an address from ending its field.
func texURL(s string) string {
	return strings.NewReplacer("{", "%7B", "}", "%7D", `\`, "%5C", "\n", "").Replace(s)
}
