package export

import (
	"bytes"
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/rivo/uniseg"
	"go.yaml.in/yaml/v4"

	"stoa/internal/good"
)

// pcFile is a publiccode.yml 0.7 document; the order of fields is the order
// in the file.
type pcFile struct {
	Version      string                 `yaml:"publiccodeYmlVersion"`
	Name         string                 `yaml:"name,omitempty"`
	URL          string                 `yaml:"url,omitempty"`
	LandingURL   string                 `yaml:"landingURL,omitempty"`
	Organisation *pcOrganisation        `yaml:"organisation,omitempty"`
	FundedBy     []pcOrganisation       `yaml:"fundedBy,omitempty"`
	Supports     []pcSupport            `yaml:"supports,omitempty"`
	Audience     *pcAudience            `yaml:"intendedAudience,omitempty"`
	Description  map[string]*pcDescribe `yaml:"description,omitempty"`
	Legal        *pcLegal               `yaml:"legal,omitempty"`
	Localisation *pcLocalisation        `yaml:"localisation,omitempty"`
}

type pcOrganisation struct {
	Name string `yaml:"name,omitempty"`
	URI  string `yaml:"uri"`
}

type pcSupport struct {
	ID string `yaml:"id"`
}

type pcAudience struct {
	Scope []string `yaml:"scope"`
}

type pcDescribe struct {
	Short         string `yaml:"shortDescription,omitempty"`
	Long          string `yaml:"longDescription,omitempty"`
	Documentation string `yaml:"documentation,omitempty"`
	API           string `yaml:"apiDocumentation,omitempty"`
}

type pcLegal struct {
	Licence string `yaml:"license"`
}

type pcLocalisation struct {
	Languages []string `yaml:"availableLanguages"`
}

// IsSoftware says whether the formats for software (publiccode.yml, CodeMeta)
// can describe g.
func IsSoftware(g *good.Good) bool {
	return slices.Contains(g.Kinds, good.Software) || slices.Contains(g.Kinds, good.AI)
}

// Publiccode is the good as a publiccode.yml 0.7 file. What the format demands
// and no source has stated is left out, never made up, and named in a comment
// at the head of the file, for the maintainer to fill in.
func Publiccode(g *good.Good, base string) ([]byte, error) {
	d := pcFile{Version: "0.7", Name: oneLine(g.Name), LandingURL: g.Website}
	// No source of ours states these.
	missing := []string{"platforms", "developmentStatus", "softwareType", "maintenance.type", "localisation.localisationReady"}
	lacks := func(key string, ok bool) {
		if !ok {
			missing = append(missing, key)
		}
	}
	lacks("name", strings.TrimSpace(d.Name) != "")
	if u := urls(g.Repositories); len(u) > 0 {
		d.URL = u[0]
	}
	lacks("url", d.URL != "")
	for _, p := range g.Parties {
		if o := (pcOrganisation{oneLine(p.Name), p.Website}); o.URI != "" && p.Role == good.Funder {
			d.FundedBy = append(d.FundedBy, o)
		} else if o.URI != "" && p.Role == good.Owner && d.Organisation == nil {
			d.Organisation = &o
		}
	}
	d.Supports = supports(g.Standards)
	if s := scopes(g.Sectors); len(s) > 0 {
		d.Audience = &pcAudience{s}
	}
	d.Description = describe(g, lacks)
	switch ids := licences(g); len(ids) {
	case 0:
		lacks("legal.license", false)
	case 1:
		d.Legal = &pcLegal{ids[0]}
	default:
		lacks("legal.license ("+strings.Join(ids, ", ")+": whether one may choose or all apply is not stated)", false)
	}
	if len(g.Languages) > 0 {
		d.Localisation = &pcLocalisation{g.Languages}
	}
	lacks("localisation.availableLanguages", len(g.Languages) > 0)
	return writePubliccode(d, Address(base, g), missing)
}

func writePubliccode(d pcFile, address string, missing []string) ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# What is known of %s\n", oneLine(address))
	b.WriteString("# This file is not complete. The format demands these too, which are not stated there:\n")
	slices.Sort(missing)
	for _, m := range missing {
		fmt.Fprintf(&b, "#   %s\n", oneLine(m))
	}
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(d); err != nil {
		return nil, fmt.Errorf("write publiccode.yml: %w", err)
	}
	return b.Bytes(), enc.Close()
}

// describe makes a section of each language of the summary. A first paragraph
// that is short enough is the short description, the rest the long one; else
// the first sentence is, and the whole the long one.
func describe(g *good.Good, lacks func(key string, ok bool)) map[string]*pcDescribe {
	out := map[string]*pcDescribe{}
	for lang, text := range g.Summary {
		head, rest, _ := strings.Cut(strings.TrimSpace(text), "\n\n")
		head = oneLine(head)
		if uniseg.GraphemeClusterCount(head) > 150 {
			first, _, _ := uniseg.FirstSentenceInString(head, -1)
			head, rest = strings.TrimSpace(first), text
			if n := uniseg.GraphemeClusterCount(head); n < 30 || n > 150 { // "Dr." is none
				head = ""
			}
		}
		if n := uniseg.GraphemeClusterCount(strings.TrimSpace(rest)); n < 150 || n > 10_000 {
			rest = ""
		}
		if head == "" && rest == "" {
			continue
		}
		out[lang] = &pcDescribe{Short: head, Long: strings.TrimSpace(rest)}
		at := "description." + lang + "."
		lacks(at+"shortDescription", head != "")
		lacks(at+"longDescription", rest != "")
		lacks(at+"features", false)
	}
	lacks("description", len(out) > 0)
	// Documentation belongs to a language; which one is not known, so the one
	// most will read has it.
	_, lang := g.Summary.In("en")
	for _, l := range g.Documentation {
		switch d := out[lang]; {
		case d == nil:
		case l.Name == "API":
			d.API = cmp.Or(d.API, l.URL)
		default:
			d.Documentation = cmp.Or(d.Documentation, l.URL)
		}
	}
	return out
}

// aliases are the names the format gives to some of what software supports.
var aliases = []string{"anpr", "cie", "cra", "eidas", "gdpr", "io", "nis2", "pagopa", "spid"}

// supports are the standards that the format can name: its aliases, addresses
// and URNs.
func supports(standards []string) []pcSupport {
	var out []pcSupport
	for _, s := range standards {
		u, err := url.ParseRequestURI(s)
		switch {
		case slices.Contains(aliases, strings.ToLower(s)):
			out = append(out, pcSupport{"alias:" + strings.ToLower(s)})
		case err == nil && u.Scheme != "" && u.Host != "":
			out = append(out, pcSupport{s})
		}
	}
	return out
}

// scopeOf are the scopes of the format that mean what a sector of ours means.
var scopeOf = map[string]string{"agriculture": "agriculture", "arts-culture": "culture", "education": "education",
	"employment": "employment", "energy": "energy", "environment": "environment", "finance": "finance-and-economic-development",
	"governance": "government", "health": "healthcare", "infrastructure": "infrastructures", "justice": "justice", "research": "research", "tourism": "tourism",
	"transport": "transportation"}

func scopes(sectors []string) []string {
	var out []string
	for _, s := range sectors {
		if scope := scopeOf[s]; scope != "" {
			out = append(out, scope)
		}
	}
	return out
}

// oneLine keeps a text from ending a comment or a line.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
