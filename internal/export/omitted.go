package export

import (
	"cmp"
	"slices"
	"strings"

	"stoa/internal/good"
)

// part is something that is known of a good, as omissions name it.
type part struct {
	name  string
	known func(*good.Good) bool
}

// parts are what may be known of a good; each name is a key of its JSON, with
// what it is of behind a dot.
var parts = []part{
	{"aliases", func(g *good.Good) bool { return len(g.Aliases) > 0 }},
	{"answers", func(g *good.Good) bool { return len(g.Answers) > 0 }},
	{"deployments", func(g *good.Good) bool { return len(g.Deployments) > 0 }},
	{"deployments.by", func(g *good.Good) bool {
		return slices.ContainsFunc(g.Deployments, func(d good.Deployment) bool { return cmp.Or(d.By, d.URL, string(d.Since)) != "" })
	}},
	{"developed_in", func(g *good.Good) bool { return len(g.DevelopedIn) > 0 }},
	{"documentation", func(g *good.Good) bool { return len(g.Documentation) > 0 }},
	{"documentation.name", func(g *good.Good) bool { return labelled(g.Documentation) }},
	{"from", func(g *good.Good) bool { return len(g.From) > 0 }},
	{"goals", func(g *good.Good) bool { return len(g.Goals) > 0 }},
	{"goals.relevance", func(g *good.Good) bool {
		return slices.ContainsFunc(g.Goals, func(s good.Goal) bool { return cmp.Or(s.Relevance, s.URL) != "" })
	}},
	{"identifiers", func(g *good.Good) bool { return len(g.Identifiers) > 0 }},
	{"kinds", func(g *good.Good) bool { return len(g.Kinds) > 0 }},
	{"languages", func(g *good.Good) bool { return len(g.Languages) > 0 }},
	{"licences", func(g *good.Good) bool { return len(g.Licences) > 0 }},
	{"licences.url", func(g *good.Good) bool {
		return slices.ContainsFunc(g.Licences, func(l good.Licence) bool { return l.URL != "" })
	}},
	{"organisations.funder", having(good.Funder)},
	{"organisations.host", having(good.Host)},
	{"organisations.implementer", having(good.Implementer)},
	{"organisations.maintainer", having(good.Maintainer)},
	{"organisations.owner", having(good.Owner)},
	{"organisations.website", func(g *good.Good) bool {
		return slices.ContainsFunc(g.Parties, func(p good.Party) bool { return p.Website != "" })
	}},
	{"recognitions", func(g *good.Good) bool { return len(g.Recognitions) > 0 }},
	{"repositories", func(g *good.Good) bool { return len(g.Repositories) > 0 }},
	{"repositories.more", func(g *good.Good) bool { return len(g.Repositories) > 1 }},
	{"repositories.name", func(g *good.Good) bool { return labelled(g.Repositories) }},
	{"sectors", func(g *good.Good) bool { return len(g.Sectors) > 0 }},
	{"stage", func(g *good.Good) bool { return g.Stage != "" }},
	{"standards", func(g *good.Good) bool { return len(g.Standards) > 0 }},
	{"summary", func(g *good.Good) bool { return len(g.Summary) > 0 }},
	{"summary.translations", func(g *good.Good) bool { return len(g.Summary) > 1 }},
	{"website", func(g *good.Good) bool { return g.Website != "" }},
}

func labelled(links []good.Link) bool {
	return slices.ContainsFunc(links, func(l good.Link) bool { return l.Name != "" })
}

func having(role good.Role) func(*good.Good) bool {
	return func(g *good.Good) bool { return len(withRole(g, role)) > 0 }
}

// Omits names, for each form, the parts of a good that it has no place for.
// What a form holds in part is not among them: docs/formats.md says more.
var Omits = map[string][]string{
	"bib": {
		"aliases", "answers", "deployments", "deployments.by", "developed_in", "documentation", "documentation.name", "from",
		"goals", "goals.relevance", "identifiers", "languages", "licences.url", "organisations.funder", "organisations.host",
		"organisations.implementer", "organisations.maintainer", "organisations.website", "recognitions", "repositories",
		"repositories.more", "repositories.name", "sectors", "stage", "standards", "summary", "summary.translations",
	},
	"cff": {
		"aliases", "answers", "deployments", "deployments.by", "developed_in", "documentation", "documentation.name", "from",
		"goals.relevance", "identifiers", "languages", "licences.url", "organisations.funder", "organisations.host",
		"organisations.implementer", "organisations.maintainer", "recognitions", "repositories.more", "repositories.name", "stage",
		"standards", "summary.translations",
	},
	"code.json": {
		"aliases", "answers", "deployments", "deployments.by", "developed_in", "documentation", "documentation.name", "from",
		"goals.relevance", "identifiers", "languages", "organisations.funder", "organisations.host", "organisations.implementer",
		"organisations.maintainer", "organisations.website", "recognitions", "repositories.more", "repositories.name", "stage",
		"standards", "summary.translations",
	},
	"codemeta.json": {
		"aliases", "answers", "deployments", "deployments.by", "developed_in", "from", "goals.relevance", "kinds", "languages",
		"licences.url", "organisations.host", "organisations.implementer", "recognitions", "repositories.name", "stage",
		"standards", "summary.translations",
	},
	"csv": {
		"aliases", "answers", "deployments", "deployments.by", "developed_in", "documentation", "documentation.name", "from",
		"goals", "goals.relevance", "identifiers", "kinds", "languages", "licences", "licences.url", "organisations.funder",
		"organisations.host", "organisations.implementer", "organisations.maintainer", "organisations.owner",
		"organisations.website", "recognitions", "repositories", "repositories.more", "repositories.name", "sectors", "stage",
		"standards", "summary", "summary.translations", "website",
	},
	"dcat": {
		"answers", "deployments.by", "developed_in", "documentation.name", "from", "goals.relevance", "identifiers", "licences.url",
		"organisations.funder", "organisations.host", "organisations.implementer", "organisations.maintainer", "recognitions",
		"repositories.name", "stage", "standards",
	},
	"jsonld": {
		"answers", "deployments.by", "developed_in", "from", "goals.relevance", "licences.url", "organisations.host",
		"organisations.implementer", "recognitions", "repositories.name", "sectors", "stage", "standards",
	},
	"oai_dc": {
		"answers", "deployments.by", "developed_in", "documentation.name", "from", "goals.relevance", "licences.url", "organisations.website",
		"recognitions", "repositories.name", "stage",
	},
	"publiccode.yml": {
		"aliases", "answers", "deployments", "deployments.by", "developed_in", "documentation.name", "from", "goals",
		"goals.relevance", "identifiers", "kinds", "licences.url", "organisations.host", "organisations.implementer",
		"organisations.maintainer", "recognitions", "repositories.more", "repositories.name", "stage",
	},
	"qdc": {
		"answers", "deployments.by", "developed_in", "documentation.name", "from", "goals.relevance", "licences.url", "organisations.website",
		"recognitions", "repositories.name", "stage",
	},
}

// authored are the forms that name maintainers where no owner is known.
var authored = []string{"bib", "cff", "code.json", "dcat"}

// Omitted names what is known of a good and has no place in a form, in
// alphabetical order; of no good: whatever the form cannot hold.
func Omitted(form string, g *good.Good) []string {
	if g == nil {
		return Omits[form]
	}
	var out []string
	for _, p := range parts {
		if p.name == "organisations.maintainer" && slices.Contains(authored, form) && len(withRole(g, good.Owner)) == 0 {
			continue
		}
		if slices.Contains(Omits[form], p.name) && p.known(g) {
			out = append(out, p.name)
		}
	}
	return out
}

// Omit says in the header of an answer what a form has no place for.
func Omit(header interface{ Set(name, value string) }, form string, g *good.Good) {
	if out := Omitted(form, g); len(out) > 0 {
		header.Set("Stoa-Omitted", strings.Join(out, ", "))
	}
}
