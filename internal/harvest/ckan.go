package harvest

import (
	"net/url"
	"slices"
	"strings"

	"stoa/internal/good"
)

// CKANEntry is an entry of a portal that runs CKAN.
type CKANEntry struct {
	ID     string
	Active bool // it is public and not deleted
	Candidate
}

// ckanPackage is what is read of an entry.
type ckanPackage struct {
	ID           text `json:"id"`
	Name         text `json:"name"`
	Title        text `json:"title"`
	Notes        text `json:"notes"`
	URL          text `json:"url"`
	Language     text `json:"language"`
	LicenceID    text `json:"license_id"`
	LicenceTitle text `json:"license_title"`
	LicenceURL   text `json:"license_url"`
	State        text `json:"state"`
	Private      bool `json:"private"`
	Author       text `json:"author"`
	AuthorMail   text `json:"author_email"`
	Keeper       text `json:"maintainer"`
	KeeperMail   text `json:"maintainer_email"`
	Tags         []struct {
		Name  text `json:"name"`
		Shown text `json:"display_name"`
	} `json:"tags"`
	Groups []struct {
		Title text `json:"title"`
		Name  text `json:"name"`
	} `json:"groups"`
	Organization loose[struct {
		Title text `json:"title"`
		Name  text `json:"name"`
	}] `json:"organization"`
	Extras []struct {
		Key   text `json:"key"`
		Value text `json:"value"`
	} `json:"extras"`
	Resources []struct {
		Name   text `json:"name"`
		URL    text `json:"url"`
		Format text `json:"format"`
	} `json:"resources"`
}

// CKAN makes a candidate of an entry of package_search of the portal at site. Of
// bytes that are no entry the id is "".
func CKAN(source, site string, raw []byte) CKANEntry {
	var p ckanPackage
	if reason := object(raw, &p); reason != "" {
		return CKANEntry{Active: true, Candidate: broken(source, "", reason, raw)}
	}
	m := &mend{}
	e := CKANEntry{ID: m.id(p.ID), Active: !p.Private && (p.State == "" || p.State == "active")}
	if e.ID == "" {
		e.Candidate = broken(source, "", "id-missing", raw)
		return e
	}
	f := good.Facts{Kinds: []good.Kind{good.Data}}
	title := string(p.Title)
	if strings.TrimSpace(title) == "" {
		title = string(p.Name)
	}
	m.called(&f, []string{title})
	m.contact("author", string(p.Author), string(p.AuthorMail))
	m.contact("maintainer", string(p.Keeper), string(p.KeeperMail))
	m.organisation(&f, p.Organization.V.Title.or(p.Organization.V.Name), "", good.Owner)
	page := strings.TrimRight(site, "/") + "/dataset/" + url.PathEscape(p.Name.or(p.ID))
	f.Website = page
	if at, _ := m.address("website", string(p.URL)); at != "" {
		f.Website = at
	}
	m.had(&f, []string{page})
	extras := map[string]string{}
	for _, x := range p.Extras {
		extras[strings.ToLower(string(x.Key))] = string(x.Value)
	}
	m.tongues(&f, splitWords(strings.Trim(p.Language.or(text(extras["language"])), `[]"`)))
	alone := ""
	if len(f.Languages) == 1 {
		alone = f.Languages[0]
	}
	if s := string(p.Notes); strings.TrimSpace(s) != "" {
		m.about(&f, alone, s)
	}
	f.Licences = m.ckanLicence(p)
	for _, t := range p.Tags {
		m.subjects(&f, []string{t.Shown.or(t.Name)})
	}
	for _, g := range p.Groups {
		m.subjects(&f, []string{g.Title.or(g.Name)})
	}
	for _, key := range []string{"doi", "identifier", "dct_identifier"} {
		m.identifier(&f, extras[key])
	}
	for _, r := range p.Resources {
		if slices.Contains([]string{"html", "pdf"}, strings.ToLower(string(r.Format))) && good.WebAddress(string(r.URL)) {
			m.documented(&f, string(r.Name), string(r.URL))
		}
	}
	f.Cite = map[good.Field]string{"": page}
	e.Candidate = m.finish(source, e.ID, f, raw)
	return e
}

// or is the text, or another where it is blank.
func (t text) or(other text) string {
	if strings.TrimSpace(string(t)) == "" {
		t = other
	}
	return strings.TrimSpace(string(t))
}

// ckanLicence is the licence, of which a portal says an address, an id in a list
// of its own, and a name; "notspecified" and the like say none.
func (m *mend) ckanLicence(p ckanPackage) []good.Licence {
	for _, s := range []string{string(p.LicenceURL), string(p.LicenceID), string(p.LicenceTitle)} {
		if id, ok := licenceOf(s); ok {
			return m.rights("licences", id)
		}
	}
	if s := p.LicenceTitle.or(p.LicenceID); s != "" && !strings.EqualFold(string(p.LicenceID), "notspecified") {
		m.note("licences", s, "", "licence-unknown")
	}
	return nil
}
