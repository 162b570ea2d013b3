package check

import (
	"strings"

	"stoa/internal/finding"
	"stoa/internal/good"
	"stoa/internal/lazy"
)

// cardOf is how the title of a card begins before what it is of, and plainCard is
// one that says no more than what sort of text it is.
var (
	cardOf    = lazy.New(`(?i)^(?:model|data(?:set)?|system) ?(?:card|sheet)(?: for| of|:| –| -)?\s+|^datasheet (?:for|of)\s+`)
	plainCard = lazy.New(`(?i)^(?:the )?(?:(?:model|data(?:set)?|system) ?(?:card|sheet)|datasheet|data ?dictionary|codebook|readme|introduction|overview|licen[cs]e.*|contributing|security.*|privacy.*|terms.*|changelog)?$`)
)

// itself takes what a description of data or of an interface says of what it
// describes: one that stands alone, or is carried by a page, and of those at a
// root that say so plainly the ones of data. Tables tell no more than their columns.
func (g *general) itself(t *Target) {
	const rank = byMaker + 4 // after files that are made to say what the good is
	if t.Alone && len(t.Entries) == 1 && good.WebAddress(t.URL) {
		g.say("source", t.URL, finding.Evidence{URL: t.URL}, byForge)
	}
	for _, d := range t.Data {
		plain := d.Form == Croissant || d.Form == DCAT || d.Form == SchemaOrg
		if _, read := described[strings.ToLower(d.Path)]; read || strings.Contains(d.Path, "/") || !t.Alone && !plain {
			continue
		}
		at := d.at()
		g.made(d.Name, at, rank)
		g.say("summary", sentence(d.Description), at, rank)
		g.say("website", website(d.Page), at, rank)
		g.say("source", d.Place, at, rank)
	}
}

// titled takes what one document is called by its title, where nothing else tells
// what the good is called: the name of a file bears nothing out.
func (g *general) titled() {
	if title := cardOf.ReplaceAllString(g.names.head.value, ""); g.alone && g.facts["name"] == nil && !plainCard.MatchString(title) {
		g.say("name", title, g.names.head.at, byFront)
	}
}
