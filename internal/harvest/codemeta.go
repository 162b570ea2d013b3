package harvest

import (
	"errors"
	"slices"

	"stoa/internal/good"
	"stoa/internal/harvest/rdf"
)

// CodeMeta makes candidates of what a document of CodeMeta, version 2 or 3,
// found at address, says of software: one for each piece of it. An error is
// about the whole document.
func CodeMeta(source, address string, raw []byte) ([]Candidate, error) {
	g, err := rdf.JSONLD(raw, address)
	if err != nil {
		return nil, err
	}
	var out []Candidate
	parts := map[rdf.Term]bool{} // of another one: not described by themselves
	all := g.Typed(softwareTypes...)
	for _, s := range all {
		for _, part := range (thing{g, s}).all(schemaNS+"hasPart", schemaNS+"softwareRequirements", schemaNS+"softwareAddOn", schemaNS+"isPartOf",
			"https://codemeta.github.io/terms/softwareSuggestions", schemaNS+"targetProduct", schemaNS+"isBasedOn") {
			if part.term != s {
				parts[part.term] = true
			}
		}
	}
	for _, s := range all {
		if !parts[s] {
			out = append(out, software(source, thing{g, s}))
		}
	}
	if len(out) == 0 {
		return nil, errors.New("no software is described")
	}
	return out, nil
}

var softwareTypes = []string{schemaNS + "SoftwareSourceCode", schemaNS + "SoftwareApplication", "https://schema.org/SoftwareSourceCode", "https://schema.org/SoftwareApplication"}

// software is one piece of software as CodeMeta describes it.
func software(source string, t thing) Candidate {
	m := &mend{}
	f := good.Facts{Kinds: []good.Kind{good.Software}}
	m.called(&f, append(labels(inEnglish(t.all(schemaNS+"name"))), t.values(schemaNS+"alternateName")...))
	for _, d := range t.all(schemaNS+"description", schemaNS+"abstract") {
		m.about(&f, d.term.Lang, d.value())
	}
	f.Website, _ = m.address("website", t.first(schemaNS+"url"))
	m.had(&f, t.values(schemaNS+"codeRepository"))
	if f.Website != "" && slices.ContainsFunc(f.Repositories, func(l good.Link) bool { return l.URL == f.Website }) {
		f.Website = ""
	}
	f.Licences = m.rights("licences", textsOf(t.all(schemaNS+"license"))...)
	m.agents(&f, t.all(schemaNS+"copyrightHolder"), good.Owner, false)
	m.agents(&f, t.all(schemaNS+"author", schemaNS+"creator"), good.Owner, false)
	m.agents(&f, t.all(schemaNS+"maintainer"), good.Maintainer, false)
	m.agents(&f, t.all(schemaNS+"funder", schemaNS+"sponsor"), good.Funder, false)
	for _, k := range t.values(schemaNS+"keywords", schemaNS+"applicationCategory") {
		m.subjects(&f, splitWords(k))
	}
	for _, h := range t.all(schemaNS + "softwareHelp") {
		at := h.first(schemaNS + "url")
		if at == "" {
			at = h.value()
		}
		name := ""
		if h.term.Sort != rdf.Literal {
			name = h.label()
		}
		m.documented(&f, name, at)
	}
	m.tongues(&f, textsOf(t.all(schemaNS+"inLanguage")))
	m.identifiers(&f, t)
	if len(f.Repositories) > 0 {
		f.Cite = map[good.Field]string{"": f.Repositories[0].URL}
	}
	id := ""
	if len(f.Repositories) > 0 {
		id = placeOf(f.Repositories[0].URL)
	} else if v := t.value(); t.term.Sort == rdf.IRI && good.WebAddress(v) {
		id = placeID(v)
	}
	if id == "" {
		m.hold("id-missing", "")
		id = placeID(f.Name)
	}
	return m.finish(source, id, f, rawOf(t))
}

// identifiers takes over a DOI, and what another Stoa says besides: further ids,
// and further repositories as related links.
func (m *mend) identifiers(f *good.Facts, t thing) {
	given := map[string]string{}
	for _, id := range t.all(schemaNS+"identifier", schemaNS+"sameAs") {
		if !m.identifier(f, id.value()) {
			m.identifier(f, id.first(schemaNS+"value"))
		}
		if scheme, value := id.first(schemaNS+"propertyID"), id.first(schemaNS+"value"); anID.MatchString(scheme) && anID.MatchString(value) {
			given[scheme] = value
		}
	}
	if given["stoa"] == "" {
		return
	}
	for scheme, value := range given {
		if scheme == "stoa" || f.Identifiers[scheme] != "" {
			continue
		}
		if f.Identifiers == nil {
			f.Identifiers = map[string]string{}
		}
		f.Identifiers[scheme] = value
	}
	m.had(f, t.values(schemaNS+"relatedLink"))
}

// textsOf are things as texts: what they are called, if they are no texts and no
// addresses.
func textsOf(in []thing) []string {
	var out []string
	for _, t := range in {
		if v := t.value(); v != "" {
			out = append(out, v)
		} else if v := t.label(); v != "" {
			out = append(out, v)
		}
	}
	return out
}
