package harvest

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"stoa/internal/good"
	"stoa/internal/vocab"
)

// Element is one element of Dublin Core.
type Element struct {
	Name string // "title", without its namespace; of a qualified term "dcterms:spatial"
	Lang string
	Text string
}

// DublinCore makes a candidate of a record in Dublin Core. The format does not
// say who is a person: creators and contributors are kept apart as people, unless
// creators is set, which says that the source names organisations there, as
// another Stoa does.
func DublinCore(source, id string, elements []Element, creators bool, raw []byte) Candidate {
	m := &mend{}
	f := good.Facts{}
	said := func(name string) []string {
		var out []string
		for _, e := range elements {
			if e.Name == name {
				out = append(out, strings.TrimSpace(e.Text))
			}
		}
		return blanks(out)
	}
	own := stoasOwn(id, said("identifier"))
	creators = creators || own != ""
	m.called(&f, said("title"))
	for _, name := range []string{"creator", "contributor"} {
		role := map[string]good.Role{"creator": good.Owner, "contributor": good.Implementer}[name]
		for i, who := range said(name) {
			switch {
			case i >= most:
			case !creators:
				m.contact(name, who, "")
			case name == "creator":
				m.organisation(&f, who, "", role)
			}
		}
	}
	for _, who := range said("publisher") {
		m.organisation(&f, who, "", good.Maintainer)
	}
	f.Kinds = dublinKinds(said("type"))
	m.subjects(&f, said("subject"))
	m.tongues(&f, said("language"))
	alone := ""
	if len(f.Languages) == 1 {
		alone = f.Languages[0]
	}
	for _, e := range elements {
		if e.Name == "description" {
			lang := e.Lang
			if lang == "" {
				lang = alone
			}
			m.about(&f, lang, e.Text)
		}
	}
	f.Licences = m.rights("licences", slices.DeleteFunc(said("rights"), func(s string) bool {
		return strings.HasPrefix(s, "info:eu-repo/semantics/") || strings.Contains(s, "purl.org/coar/access_right")
	})...)
	for _, s := range said("identifier") {
		if good.WebAddress(s) && s != own && f.Website == "" && doi.FindString(s) == "" {
			f.Website, _ = m.address("website", s)
		} else if scheme, value, ok := strings.Cut(s, ":"); ok && scheme == "dpgid" && anID.MatchString(value) {
			f.Identifiers = map[string]string{"dpgid": value}
		}
	}
	for _, s := range said("identifier") {
		if m.identifier(&f, s) && f.Website == "" {
			f.Website = "https://doi.org/" + f.Identifiers["doi"]
		}
	}
	m.had(&f, slices.DeleteFunc(said("source"), func(s string) bool { return !good.WebAddress(s) || !codeHost(s) }))
	m.qualified(&f, said, own)
	if f.Cite == nil && f.Website != "" {
		f.Cite = map[good.Field]string{"": f.Website}
	}
	return m.finish(source, id, f, raw)
}

var stoasID = regexp.MustCompile(`^oai:([^:]+):[0-9A-HJKMNP-TV-Z]{26}$`)

// stoasOwn is the page of a good at another Stoa, "" for a record of anybody
// else.
func stoasOwn(id string, identifiers []string) string {
	found := stoasID.FindStringSubmatch(id)
	if found == nil {
		return ""
	}
	for _, s := range identifiers {
		if u, err := url.Parse(s); err == nil && u.Hostname() == found[1] && strings.HasPrefix(u.Path, "/goods/") {
			return s
		}
	}
	return ""
}

// qualified takes over what qualified terms say that plain ones do not; of a
// Stoa, which countries a good is used in.
func (m *mend) qualified(f *good.Facts, said func(string) []string, own string) {
	for _, s := range said("dcterms:isReferencedBy") {
		if at, _ := m.address("website", s); at != "" {
			f.Website = at
		}
	}
	for _, s := range said("dcterms:references") {
		m.documented(f, "", s)
	}
	for _, s := range said("dcterms:conformsTo") {
		f.Standards = append(f.Standards, m.line("standards", s))
	}
	f.Standards = blanks(f.Standards)
	if own == "" {
		return
	}
	for _, s := range append(said("coverage"), said("dcterms:spatial")...) {
		if c, ok := vocab.CountryByCode(s); ok {
			f.Deployments = append(f.Deployments, good.Deployment{Country: c.Alpha2})
		}
	}
	if f.Cite == nil {
		f.Cite = map[good.Field]string{"": own}
	}
}

// codeHost says whether an address is surely one of a place for code: elsewhere
// dc:source names what a work was taken from.
func codeHost(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	host := strings.ToLower(strings.TrimPrefix(u.Hostname(), "www."))
	return slices.Contains([]string{"github.com", "gitlab.com", "codeberg.org", "bitbucket.org", "gitea.com", "huggingface.co"}, host) ||
		strings.HasPrefix(host, "git.") || strings.HasPrefix(host, "gitlab.") || strings.HasSuffix(u.Path, ".git")
}

// dublinKinds are the kinds that types mean; what is none of them is content.
func dublinKinds(types []string) []good.Kind {
	var out []good.Kind
	add := func(k good.Kind) {
		if !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	for _, t := range types {
		short := strings.ToLower(t[strings.LastIndexAny(t, "/#:")+1:])
		switch {
		case short == "software", short == "c_5ce6": // of the COAR vocabulary
			add(good.Software)
		case short == "dataset", short == "data", short == "c_ddb1":
			add(good.Data)
		case short == "standard", short == "ai", short == "content":
			add(good.Kind(short))
		}
	}
	if len(out) == 0 {
		out = []good.Kind{good.Content}
	}
	return out
}
