package testkit

import (
	"slices"
	"strings"
	"time"

	"stoa/internal/good"
)

// FullGood is a good of which everything is known.
func FullGood() *good.Good {
	g := &good.Good{ID: "01ARZ3NDEKTSV4RRFFQ69G5FAV", Slug: "opencrvs", Stage: good.Recognised, Created: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Updated: time.Date(2026, 11, 24, 1, 2, 3, 0, time.UTC)}
	long := strings.Repeat("Registers births and deaths wherever people are. ", 5)
	g.Facts = good.Facts{Name: "OpenCRVS", Aliases: []string{"Open CRVS"}, Kinds: []good.Kind{good.Software}, Website: "https://opencrvs.example",
		Summary:       good.Text{"en": "Registers births.\n\n" + long, "fr": "Enregistre les naissances.\n\n" + long},
		Repositories:  []good.Link{{Name: "core", URL: "https://git.example/a"}, {Name: "web", URL: "https://git.example/b"}},
		Documentation: []good.Link{{Name: "guide", URL: "https://docs.example/a"}},
		Licences:      []good.Licence{{SPDX: "MPL-2.0", URL: "https://git.example/a/LICENSE"}},
		Goals:         []good.Goal{{SDG: 16, Relevance: "16.9", URL: "https://opencrvs.example/sdg"}}, Sectors: []string{"health"}, Languages: []string{"en"},
		DevelopedIn: []string{"BD"}, Deployments: []good.Deployment{{Country: "BD", By: "Registrar", Since: "2020", URL: "https://gov.example"}},
		Standards: []string{"https://hl7.example/fhir"}, Answers: []good.Answer{{Indicator: "1", Question: "sdg", Text: "16.9"}}, Identifiers: map[string]string{"dpgid": "GID1"}}
	for _, role := range []good.Role{good.Owner, good.Maintainer, good.Funder, good.Implementer, good.Host} {
		g.Parties = append(g.Parties, good.Party{Name: "The " + string(role), Website: "https://" + string(role) + ".example", Role: role})
	}
	g.From = map[good.Field]good.Origin{good.FieldName: {Source: "src", ForeignID: "1"}}
	g.Recognitions = []good.Recognition{{Issuer: "DPGA", Reported: true, State: good.Recognised, First: "2021-01-01"}}
	return g
}

// Without take a part away from what is known of it; the keys are the names of
// parts in export.Omits.
var Without = map[string]func(*good.Good){
	"aliases":                   func(g *good.Good) { g.Aliases = nil },
	"answers":                   func(g *good.Good) { g.Answers = nil },
	"deployments":               func(g *good.Good) { g.Deployments = nil },
	"deployments.by":            func(g *good.Good) { g.Deployments = []good.Deployment{{Country: "BD"}} },
	"developed_in":              func(g *good.Good) { g.DevelopedIn = nil },
	"documentation":             func(g *good.Good) { g.Documentation = nil },
	"documentation.name":        func(g *good.Good) { g.Documentation = unlabelled(g.Documentation) },
	"from":                      func(g *good.Good) { g.From = nil },
	"goals":                     func(g *good.Good) { g.Goals = nil },
	"goals.relevance":           func(g *good.Good) { g.Goals = []good.Goal{{SDG: 16}} },
	"identifiers":               func(g *good.Good) { g.Identifiers = nil },
	"kinds":                     func(g *good.Good) { g.Kinds = []good.Kind{good.Data} },
	"languages":                 func(g *good.Good) { g.Languages = nil },
	"licences":                  func(g *good.Good) { g.Licences = nil },
	"licences.url":              func(g *good.Good) { g.Licences = []good.Licence{{SPDX: "MPL-2.0"}} },
	"organisations.funder":      leaving(good.Funder),
	"organisations.host":        leaving(good.Host),
	"organisations.implementer": leaving(good.Implementer),
	"organisations.maintainer":  leaving(good.Maintainer),
	"organisations.owner":       leaving(good.Owner),
	"organisations.website": func(g *good.Good) {
		for i := range g.Parties {
			g.Parties[i].Website = ""
		}
	},
	"recognitions":         func(g *good.Good) { g.Recognitions = nil },
	"repositories":         func(g *good.Good) { g.Repositories = nil },
	"repositories.more":    func(g *good.Good) { g.Repositories = g.Repositories[:1] },
	"repositories.name":    func(g *good.Good) { g.Repositories = unlabelled(g.Repositories) },
	"sectors":              func(g *good.Good) { g.Sectors = nil },
	"stage":                func(g *good.Good) { g.Stage = good.Lapsed },
	"standards":            func(g *good.Good) { g.Standards = nil },
	"summary":              func(g *good.Good) { g.Summary = nil },
	"summary.translations": func(g *good.Good) { delete(g.Summary, "fr") },
	"website":              func(g *good.Good) { g.Website = "" },
}

func unlabelled(links []good.Link) []good.Link {
	links = slices.Clone(links)
	for i := range links {
		links[i].Name = ""
	}
	return links
}

func leaving(role good.Role) func(*good.Good) {
	return func(g *good.Good) {
		g.Parties = slices.DeleteFunc(g.Parties, func(p good.Party) bool { return p.Role == role })
	}
}
