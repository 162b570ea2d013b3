package dpga

import (
	"stoa/internal/good"
	"stoa/internal/i18n"
)

// V0Record is a good as the static API shows it.
type V0Record struct {
	ID           string           `json:"id"`
	Name         string           `json:"name"`
	Aliases      []string         `json:"aliases"`
	Description  string           `json:"description"`
	Website      string           `json:"website"`
	License      []V0License      `json:"license"`
	SDGs         []V0SDG          `json:"SDGs"`
	Sectors      []string         `json:"sectors"`
	Type         []string         `json:"type"`
	Repositories []V0Repository   `json:"repositories,omitempty"`
	Organisation []V0Organization `json:"organizations"`
	Stage        string           `json:"stage"`
}

// V0License is a licence by its SPDX identifier.
type V0License struct {
	SPDX string `json:"spdx"`
	URL  string `json:"licenseURL"`
}

// V0SDG is a goal with the evidence given for it.
type V0SDG struct {
	Number int    `json:"SDGNumber"`
	Text   string `json:"evidenceText,omitempty"`
	URL    string `json:"evidenceURL,omitempty"`
}

// V0Repository is a named source repository.
type V0Repository struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

// V0Organization is an organisation in its role to the good, without the
// contact of the original.
type V0Organization struct {
	Name    string `json:"name"`
	Website string `json:"website"`
	Type    string `json:"org_type"`
}

// V0ID is the id a good has in the static API: the one it had there, else its
// slug.
func V0ID(g *good.Good) string {
	if id := g.Identifiers["dpga-v0"]; id != "" {
		return id
	}
	return g.Slug
}

// typeOf is the static API's word for a kind.
func typeOf(k good.Kind) string {
	if k == good.AI {
		return "aimodel"
	}
	return string(k)
}

// V0 is a good in the shape of the static API.
func V0(g *good.Good) V0Record {
	out := V0Record{ID: V0ID(g), Name: g.Name, Aliases: each(g.Aliases, same), Website: g.Website, Stage: Stage(g.Stage),
		Type: each(g.Kinds, typeOf), Repositories: repositories(g), Organisation: organizations(g)}
	out.Description, _ = g.Summary.In("en")
	out.License = each(g.Licences, func(l good.Licence) V0License { return V0License{SPDX: l.SPDX, URL: l.URL} })
	out.SDGs = each(g.Goals, func(s good.Goal) V0SDG { return V0SDG{Number: s.SDG, Text: s.Relevance, URL: s.URL} })
	english, _ := i18n.Get("en")
	out.Sectors = each(g.Sectors, english.Sector)
	return out
}

// mainRepository is what the originals call a repository without a name.
const mainRepository = "main"

func repositories(g *good.Good) []V0Repository {
	return each(g.Repositories, func(l good.Link) V0Repository {
		if l.Name == "" {
			l.Name = mainRepository
		}
		return V0Repository{Name: l.Name, URL: l.URL}
	})
}

func organizations(g *good.Good) []V0Organization {
	return each(g.Parties, func(p good.Party) V0Organization {
		return V0Organization{Name: p.Name, Website: p.Website, Type: string(p.Role)}
	})
}

func same(s string) string { return s }

// each maps a list; the result is never null.
func each[A, B any](in []A, f func(A) B) []B {
	out := make([]B, 0, len(in))
	for _, a := range in {
		out = append(out, f(a))
	}
	return out
}
