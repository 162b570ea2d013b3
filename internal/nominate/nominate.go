// Package nominate holds the rules of a nomination: what anyone must say to
// name a good, what makes it a public nominee at once (indicators 1 and 2 of
// the DPG Standard), and what a person should look at first. It is pure.
package nominate

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"stoa/internal/good"
	"stoa/internal/vocab"
)

// Bounds of what a nominator may write, in characters.
const (
	MaxWhy = 2_000
	MinWhy = 40 // less hardly says how a goal is advanced
)

// Source is the source id of what nominators state.
const Source = "nominations"

// Nomination is "this might be a digital public good". Name, Link and Why are
// needed; where Licence or SDG is missing a person looks at it first.
type Nomination struct {
	Name    string    `json:"name"`
	Link    string    `json:"link"`              // its repository or website
	Kind    good.Kind `json:"kind,omitempty"`    // what it is
	Licence string    `json:"licence,omitempty"` // SPDX identifier
	SDG     int       `json:"sdg,omitempty"`     // 1 to 17
	Why     string    `json:"why"`               // how it advances the goal
	Lang    string    `json:"lang,omitempty"`    // BCP 47 tag of what Why is written in
}

// Clean mends what can be mended without asking: spaces, an address without a
// scheme, a licence under another of its names.
func (n *Nomination) Clean() {
	n.Name = strings.Join(strings.Fields(n.Name), " ")
	n.Why = strings.TrimSpace(n.Why)
	n.Link = strings.TrimSpace(n.Link)
	if n.Link != "" && !strings.Contains(n.Link, "://") {
		n.Link = "https://" + n.Link
	}
	if n.Licence = strings.TrimSpace(n.Licence); n.Licence != "" {
		if id, ok := vocab.FindLicence(n.Licence); ok {
			n.Licence = id
		}
	}
}

// Mistakes are what the nominator must mend, each naming its field.
func (n Nomination) Mistakes() []*good.Error {
	var out []*good.Error
	wrong := func(field, key string, args map[string]any) {
		out = append(out, &good.Error{Kind: good.Invalid, Key: key, Field: field, Args: args})
	}
	switch {
	case !strings.ContainsFunc(n.Name, unicode.IsLetter):
		wrong("name", "nominate.error.name", nil)
	case utf8.RuneCountInString(n.Name) > good.MaxName:
		wrong("name", "nominate.error.long", map[string]any{"Max": good.MaxName})
	}
	switch {
	case n.Link == "":
		wrong("link", "nominate.error.link", nil)
	case !good.WebAddress(n.Link) || !publicHost(n.Link):
		wrong("link", "nominate.error.address", map[string]any{"Value": n.Link})
	}
	if n.Kind != "" && !slices.Contains(good.Kinds, n.Kind) {
		wrong("kind", "nominate.error.choice", nil)
	}
	if n.Licence != "" {
		if id, ok := vocab.FindLicence(n.Licence); !ok || id != n.Licence {
			wrong("licence", "nominate.error.licence", map[string]any{"Value": n.Licence})
		}
	}
	if n.SDG < 0 || n.SDG > 17 {
		wrong("sdg", "nominate.error.choice", nil)
	}
	switch size := utf8.RuneCountInString(n.Why); {
	case size == 0:
		wrong("why", "nominate.error.why", nil)
	case size > MaxWhy:
		wrong("why", "nominate.error.long", map[string]any{"Max": MaxWhy})
	}
	return out
}

// publicHost says whether an address may be one on the open web: a name with a
// dot that is no number.
func publicHost(link string) bool {
	host := hostOf(link)
	last := host[strings.LastIndexByte(host, '.')+1:]
	return strings.Contains(host, ".") && last != "" && !strings.ContainsFunc(last, unicode.IsDigit) || strings.HasPrefix(last, "xn--")
}

func hostOf(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
}

// forges are hosts whose addresses are source repositories.
var forges = []string{"github.com", "gitlab.com", "codeberg.org", "bitbucket.org", "sourceforge.net", "git.sr.ht", "gitee.com", "salsa.debian.org", "framagit.org"}

// Facts is what the nomination states of a good. Who nominated is no part of it.
func (n Nomination) Facts() good.Facts {
	f := good.Facts{Name: n.Name}
	host := hostOf(n.Link)
	if slices.Contains(forges, host) || strings.HasPrefix(host, "gitlab.") || strings.HasPrefix(host, "git.") || strings.HasSuffix(n.Link, ".git") {
		f.Repositories = []good.Link{{URL: n.Link}}
	} else {
		f.Website = n.Link
	}
	if n.Kind != "" {
		f.Kinds = []good.Kind{n.Kind}
	}
	if n.Licence != "" {
		f.Licences = []good.Licence{{SPDX: n.Licence}}
	}
	if n.SDG != 0 {
		f.Goals = []good.Goal{{SDG: n.SDG, Relevance: n.Why}}
	}
	return f
}

// Email is an address to answer to, as it is kept: "" for none.
func Email(s string) (string, error) {
	if strings.TrimSpace(s) == "" {
		return "", nil
	}
	a, err := good.EmailAddress(s)
	if err != nil {
		return "", &good.Error{Kind: good.Invalid, Key: "nominate.error.email", Field: "email"}
	}
	return a, nil
}
