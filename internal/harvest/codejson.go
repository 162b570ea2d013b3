package harvest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"stoa/internal/good"
)

// CodeJSON reads an inventory of code, version 2 of the schema of the Federal
// Source Code Policy, and calls each for every release, one in memory at a time.
// What is no open source has no candidate: each gets its name and a reason why.
// An error is about the whole file; what came before it stands.
func CodeJSON(source string, in io.Reader, each func(c *Candidate, name, reason string) error) error {
	var agency string
	var releases int
	err := newRecords(in).members(func(key string, value []byte) error {
		switch key {
		case "agency":
			_ = json.Unmarshal(value, &agency) // what is no text names nobody
		case "releases":
			if releases++; !bytes.HasPrefix(bytes.TrimSpace(value), []byte("{")) {
				return each(nil, fmt.Sprint(releases), "not-an-object")
			}
			c, name, reason := release(source, agency, value)
			return each(c, name, reason)
		}
		return nil
	})
	if err == nil && releases == 0 {
		return broke("error.import.no-records", nil)
	}
	return err
}

func release(source, agency string, raw []byte) (c *Candidate, name, reason string) {
	var r struct {
		Name         text  `json:"name"`
		Repository   text  `json:"repositoryURL"`
		Homepage     text  `json:"homepageURL"`
		Download     text  `json:"downloadURL"`
		Description  text  `json:"description"`
		Organization text  `json:"organization"`
		Tags         texts `json:"tags"`
		Permissions  struct {
			Licenses []struct {
				Name text `json:"name"`
				URL  text `json:"URL"`
			} `json:"licenses"`
			UsageType text `json:"usageType"`
		} `json:"permissions"`
		Contact struct {
			Name  text `json:"name"`
			Email text `json:"email"`
		} `json:"contact"`
		Partners []struct {
			Name text `json:"name"`
		} `json:"partners"`
	}
	if reason := object(raw, &r); reason != "" {
		return nil, "", reason
	}
	name = strings.TrimSpace(string(r.Name))
	if use := strings.TrimSpace(string(r.Permissions.UsageType)); !strings.EqualFold(use, "openSource") {
		return nil, name, strings.TrimSuffix("not-open: "+new(mend).show(use), ": ")
	}
	m := &mend{}
	f := good.Facts{Kinds: []good.Kind{good.Software}}
	m.called(&f, []string{name})
	m.contact("contact", string(r.Contact.Name), string(r.Contact.Email))
	m.about(&f, "en", string(r.Description))
	m.had(&f, blanks([]string{string(r.Repository)}))
	f.Website, _ = m.address("website", string(r.Homepage))
	var said []licence
	for _, l := range r.Permissions.Licenses {
		if id, ok := licenceOf(string(l.Name)); ok {
			said = append(said, licence{id, string(l.URL)})
		} else if id, ok := licenceOf(string(l.URL)); ok {
			said = append(said, licence{id, ""})
		} else if s := string(l.Name); s != "" {
			m.note("licences", s, "", "licence-unknown")
		}
	}
	f.Licences = m.licences("licences", said)
	owner := string(r.Organization)
	if owner == "" {
		owner = agency
	}
	m.organisation(&f, owner, "", good.Owner)
	m.subjects(&f, r.Tags)
	id := ""
	for _, at := range []string{string(r.Repository), string(r.Homepage), string(r.Download)} {
		if id = placeOf(at); id != "" {
			f.Cite = map[good.Field]string{"": at}
			break
		}
	}
	if id == "" {
		m.hold("id-missing", "")
		id = placeID(name)
	}
	if !good.WebAddress(f.Cite[""]) {
		f.Cite = nil
	}
	got := m.finish(source, id, f, bytes.Clone(raw))
	return &got, name, ""
}
