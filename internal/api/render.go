package api

import (
	"encoding/json"
	"net/url"
	"slices"

	"stoa/internal/good"
)

// address is the API's address of a good.
func (f *face) address(slug string) string { return f.base + "/api/v1/goods/" + url.PathEscape(slug) }

func (f *face) page(slug string) string { return f.base + "/goods/" + url.PathEscape(slug) }

// good is the whole document of g.
func (f *face) good(g *good.Good) Good {
	self := f.address(g.Slug)
	out := Good{ID: string(g.ID), Slug: g.Slug, URL: self, Page: f.page(g.Slug), HistoryURL: self + "/history",
		Stage: string(g.Stage), Name: g.Name, Aliases: g.Aliases, Kinds: words(g.Kinds), Summary: g.Summary, Website: g.Website,
		Repositories: each(g.Repositories, link), Documentation: each(g.Documentation, link),
		Licences:  each(g.Licences, func(l good.Licence) Licence { return Licence(l) }),
		Goals:     each(g.Goals, func(o good.Goal) Goal { return Goal(o) }),
		Sectors:   g.Sectors,
		Languages: g.Languages,
		Organisations: each(g.Parties, func(p good.Party) Organisation {
			return Organisation{Name: p.Name, Slug: p.Slug(), Role: string(p.Role), Website: p.Website}
		}),
		DevelopedIn: g.DevelopedIn,
		Deployments: each(g.Deployments, func(d good.Deployment) Deployment {
			return Deployment{Country: d.Country, By: d.By, Since: string(d.Since), URL: d.URL}
		}),
		Standards: g.Standards,
		Answers: each(g.Answers, func(a good.Answer) Answer {
			return Answer{Indicator: a.Indicator, Question: a.Question, Text: a.Text, Links: each(a.Links, link)}
		}),
		Identifiers:  g.Identifiers,
		Recognitions: each(g.Recognitions, recognition),
		Provenance:   make(map[string]Statement, len(g.From)),
		Records:      each(g.Records, statement),
		Created:      g.Created.UTC(), Updated: g.Updated.UTC(), Version: g.Version, Position: g.Position}
	for field, o := range g.From {
		out.Provenance[string(field)] = statement(o)
	}
	if out.Records == nil {
		out.Records = []Statement{}
	}
	return out
}

func link(l good.Link) Link { return Link(l) }

func statement(o good.Origin) Statement {
	return Statement{Source: o.Source, ForeignID: o.ForeignID, URL: o.URL, Seen: string(o.Seen), Gone: string(o.Gone)}
}

func recognition(r good.Recognition) Recognition {
	return Recognition{Issuer: r.Issuer, Reported: r.Reported, State: string(r.State), First: string(r.First), Last: string(r.Last),
		Gone: string(r.Gone), Reason: r.Reason, Source: r.Source, URL: r.URL,
		From: string(r.From), Until: string(r.Until), Standard: r.Standard, Renewing: string(r.Renewing)}
}

// summary is what a list says of c.
func (f *face) summary(c good.Card) GoodSummary {
	return GoodSummary{ID: string(c.ID), Slug: c.Slug, URL: f.address(c.Slug), Page: f.page(c.Slug), Name: c.Name, Summary: c.Summary,
		Kinds: words(c.Kinds), Stage: string(c.Stage), Licences: c.Licences, SDGs: c.SDGs, Owner: c.Owner, DeployedIn: c.DeployedIn, Updated: c.Updated.UTC()}
}

// entry is what the public may know of e.
func entry(e good.Entry) HistoryEntry {
	out := HistoryEntry{Position: e.Position, Time: e.Time.UTC(), Role: e.Actor.Role, Pseudonym: e.Actor.Pseudonym, Verb: string(e.Verb), Goods: words(e.Subjects)}
	if out.Goods == nil {
		out.Goods = []string{}
	}
	for _, v := range e.Values {
		if v.Erased != nil {
			at := v.Erased.UTC()
			out.Erased = &at
			continue
		}
		var text string
		switch v.Name {
		case "reason":
			if json.Unmarshal(v.Data, &text) == nil {
				out.Reason = text
			}
		case "slug":
			if json.Unmarshal(v.Data, &text) == nil {
				out.Slug = text
			}
		case "record":
			out.Record = entryRecord(v.Data)
		case "stage":
			var s struct {
				From, To good.Stage
				Reason   string
			}
			if json.Unmarshal(v.Data, &s) == nil {
				out.Stage = &StageMove{From: string(s.From), To: string(s.To)}
				if out.Reason == "" {
					out.Reason = s.Reason
				}
			}
		}
	}
	return out
}

// entryRecord reads which record an entry holds; nil where it holds only a key.
func entryRecord(data []byte) *EntryRecord {
	var r struct {
		Source    string                     `json:"source"`
		ForeignID string                     `json:"foreign_id"`
		Seen      string                     `json:"seen"`
		Facts     map[string]json.RawMessage `json:"facts"`
	}
	if json.Unmarshal(data, &r) != nil {
		return nil
	}
	out := &EntryRecord{Source: r.Source, ForeignID: r.ForeignID, Seen: r.Seen, Facts: []string{}}
	for name := range r.Facts {
		if name != "cite" {
			out.Facts = append(out.Facts, name)
		}
	}
	slices.Sort(out.Facts)
	return out
}

func source(s good.Source) Source {
	return Source{ID: s.ID, Name: s.Name, URL: s.URL, Issuer: s.Issuer, Licence: s.Licence, Person: s.Person, Priority: s.Priority, AsOf: string(s.AsOf)}
}

func words[T ~string](in []T) []string {
	return each(in, func(v T) string { return string(v) })
}

func each[A, B any](in []A, f func(A) B) []B {
	if len(in) == 0 {
		return nil
	}
	out := make([]B, len(in))
	for i, v := range in {
		out[i] = f(v)
	}
	return out
}
