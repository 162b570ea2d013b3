// Package export turns goods into the documents other programs read: schema.org
// JSON-LD, CodeMeta, CITATION.cff, BibTeX, CSV and NDJSON. Each is a pure
// function of the public good; what a format cannot hold is left out, never
// squeezed into a field of another meaning (docs/formats.md lists it).
package export

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"stoa/internal/good"
)

// Address is where the good's page is on the instance at base.
func Address(base string, g *good.Good) string { return base + "/goods/" + url.PathEscape(g.Slug) }

// LicenceURL is the public page of an SPDX licence identifier.
func LicenceURL(spdx string) string { return "https://spdx.org/licenses/" + spdx + ".html" }

// Columns are the columns of the CSV form, in order. Lists are joined by " | ".
var Columns = []string{"id", "slug", "name", "aliases", "stage", "kinds", "summary", "website", "repositories", "licences", "sdgs",
	"sectors", "languages", "owners", "developed_in", "deployed_in", "recognised_by", "first_seen", "last_seen", "dpgid", "updated", "url"}

// CSV writes goods as comma-separated values with a header line. A value that a
// spreadsheet would take for a formula is preceded by an apostrophe.
type CSV struct {
	Base string // address of this instance
	w    *csv.Writer
}

// NewCSV starts a table on w.
func NewCSV(w io.Writer, base string) (*CSV, error) {
	c := &CSV{Base: base, w: csv.NewWriter(w)}
	return c, c.w.Write(Columns)
}

// Write adds one good.
func (c *CSV) Write(g *good.Good) error {
	summary, _ := g.Summary.In("en")
	var first, last good.Date
	var issuers []string
	for _, r := range g.Recognitions {
		issuers = append(issuers, r.Issuer+" ("+string(r.State)+")")
		first, last = r.First, max(last, r.Last)
	}
	row := []string{string(g.ID), g.Slug, g.Name, join(g.Aliases), string(g.Stage), join(g.Kinds), summary, g.Website,
		join(urls(g.Repositories)), join(licences(g)), join(goals(g)), join(g.Sectors), join(g.Languages), join(parties(g, good.Owner)),
		join(g.DevelopedIn), join(g.DeploymentCountries()), join(issuers), string(first), string(last), g.Identifiers["dpgid"],
		g.Updated.UTC().Format("2006-01-02T15:04:05Z"), Address(c.Base, g)}
	for i, v := range row {
		row[i] = Disarm(v)
	}
	return c.w.Write(row)
}

// Close writes out what is buffered.
func (c *CSV) Close() error {
	c.w.Flush()
	return c.w.Error()
}

// Disarm keeps a spreadsheet from running a stranger's text as a formula.
func Disarm(v string) string {
	if v != "" && strings.ContainsRune("=+-@\t\r", rune(v[0])) {
		return "'" + v
	}
	return v
}

// NDJSON writes one good as one line of JSON: the whole public record, which
// another instance reads back without loss.
func NDJSON(w io.Writer, g *good.Good) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(g)
}

func join[S ~string](list []S) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return strings.Join(out, " | ")
}

func urls(links []good.Link) []string {
	var out []string
	for _, l := range links {
		out = append(out, l.URL)
	}
	return out
}

func licences(g *good.Good) []string {
	var out []string
	for _, l := range g.Licences {
		out = append(out, l.SPDX)
	}
	return out
}

func goals(g *good.Good) []string {
	var out []string
	for _, s := range g.Goals {
		out = append(out, strconv.Itoa(s.SDG))
	}
	return out
}

func parties(g *good.Good, roles ...good.Role) []string {
	var out []string
	for _, p := range g.Parties {
		if slices.Contains(roles, p.Role) {
			out = append(out, p.Name)
		}
	}
	return out
}

// authors are the organisations a citation names: owners, else maintainers,
// else nobody.
func authors(g *good.Good) []good.Party {
	for _, role := range []good.Role{good.Owner, good.Maintainer} {
		var out []good.Party
		for _, p := range g.Parties {
			if p.Role == role {
				out = append(out, p)
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}
