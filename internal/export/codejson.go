package export

import (
	"cmp"
	"encoding/json"
	"net/url"

	"stoa/internal/good"
)

// TypeCodeJSON is the media type of code.json.
const TypeCodeJSON = "application/json"

// codeRelease is one release of the code inventory schema 2.0.0, in its order.
type codeRelease struct {
	Name         string          `json:"name"`
	Repository   string          `json:"repositoryURL,omitempty"`
	Description  string          `json:"description,omitempty"`
	Permissions  codePermissions `json:"permissions"`
	Tags         []string        `json:"tags"`
	Homepage     string          `json:"homepageURL,omitempty"`
	Organisation string          `json:"organization,omitempty"`
	Partners     []codePartner   `json:"partners,omitempty"`
	Date         codeDate        `json:"date"`
}

type codePermissions struct {
	Licences []codeLicence `json:"licenses"`
	Usage    string        `json:"usageType,omitempty"`
}

type codeLicence struct {
	Name string `json:"name"`
	URL  string `json:"URL,omitempty"`
}

type codePartner struct {
	Name string `json:"name"`
}

type codeDate struct {
	Metadata string `json:"metadataLastUpdated"`
}

// CodeJSONHead and CodeJSONTail stand around the releases of a code.json, which
// are parted by commas. The agency is the instance at base.
func CodeJSONHead(base string) (string, error) {
	agency := base
	if u, err := url.Parse(base); err == nil && u.Host != "" {
		agency = u.Host
	}
	quoted, err := json.Marshal(agency)
	return `{"version":"2.0.0","agency":` + string(quoted) + `,"measurementType":{"method":"projects"},"releases":[`, err
}

// CodeJSONTail ends a code.json.
const CodeJSONTail = "]}\n"

// CodeJSON is the good as a code.json of one release; of what is not software
// there is none in it.
func CodeJSON(g *good.Good, base string) ([]byte, error) {
	head, err := CodeJSONHead(base)
	if err != nil {
		return nil, err
	}
	out := []byte(head)
	if IsSoftware(g) {
		release, err := CodeRelease(g, base)
		if err != nil {
			return nil, err
		}
		out = append(out, release...)
	}
	return append(out, CodeJSONTail...), nil
}

// CodeRelease is the good as a release. Hours of labour and the address of a
// contact, which the schema demands, are not known here and not made up.
func CodeRelease(g *good.Good, base string) ([]byte, error) {
	r := codeRelease{Name: g.Name, Homepage: cmp.Or(g.Website, Address(base, g)), Tags: keywords(g), Permissions: codePermissions{Licences: []codeLicence{}}, Date: codeDate{Metadata: g.Updated.UTC().Format("2006-01-02")}}
	r.Description, _ = g.Summary.In("en")
	if u := urls(g.Repositories); len(u) > 0 {
		r.Repository = u[0]
	}
	for _, l := range g.Licences {
		r.Permissions.Licences = append(r.Permissions.Licences, codeLicence{Name: l.SPDX, URL: cmp.Or(l.URL, LicenceURL(l.SPDX))})
		r.Permissions.Usage = "openSource"
	}
	for i, p := range authors(g) {
		if i == 0 {
			r.Organisation = p.Name
		} else {
			r.Partners = append(r.Partners, codePartner{p.Name})
		}
	}
	return json.Marshal(r)
}
