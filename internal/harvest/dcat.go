package harvest

import (
	"encoding/json"
	"errors"
	"net/url"
	"path"
	"slices"
	"strings"

	"stoa/internal/good"
	"stoa/internal/harvest/rdf"
	"stoa/internal/vocab"
)

// DCATPage is what a page of a catalogue in DCAT says.
type DCATPage struct {
	Candidates []Candidate
	Next       string // address of the next page, "" for none
	Total      int    // of things in the whole catalogue, 0 where it does not say
	Whole      bool   // it calls itself a catalogue, or a page of one
}

// DCAT reads a page of a catalogue in DCAT, found at address: RDF/XML, Turtle or
// JSON-LD, as media says or else as it begins. An error is about the whole page
// and wraps an *rdf.Error or *rdf.ContextError.
func DCAT(source, address, media string, raw []byte) (*DCATPage, error) {
	g, err := parse(raw, address, media)
	if err != nil {
		return nil, err
	}
	out := &DCATPage{}
	for _, s := range g.Typed(dcatNS+"Catalog", hydraNS+"PartialCollectionView", hydraNS+"PagedCollection") {
		t := thing{g, s}
		out.Whole = true
		if next := t.first(hydraNS+"next", hydraNS+"nextPage"); next != "" && out.Next == "" {
			out.Next = next
		}
		if n := json.Number(t.first(hydraNS + "totalItems")); out.Total == 0 {
			if v, err := n.Int64(); err == nil && v > 0 && v < 1<<31 {
				out.Total = int(v)
			}
		}
	}
	seen := map[string]bool{}
	for _, s := range g.Typed(dcatNS + "Dataset") {
		c := dataset(source, address, thing{g, s})
		if !seen[c.ForeignID] {
			out.Candidates = append(out.Candidates, c)
		}
		seen[c.ForeignID] = true
	}
	return out, nil
}

// parse reads a document of RDF in whichever form it is.
func parse(raw []byte, address, media string) (*rdf.Graph, error) {
	head := strings.TrimSpace(strings.TrimPrefix(string(raw[:min(len(raw), 1024)]), "\uFEFF"))
	switch {
	case head == "":
		return nil, &rdf.Error{Why: "the document is empty"}
	case strings.Contains(media, "turtle"), strings.Contains(media, "n-triples"):
		return rdf.Turtle(raw, address)
	case strings.Contains(media, "json"), head[0] == '{':
		return rdf.JSONLD(raw, address)
	case strings.Contains(media, "xml"), strings.HasPrefix(head, "<?xml"), strings.HasPrefix(head, "<rdf:"), strings.HasPrefix(head, "<!"):
		return rdf.XML(raw, address)
	case head[0] == '[' && strings.ContainsAny(head[:min(len(head), 40)], "{"):
		return rdf.JSONLD(raw, address)
	}
	return rdf.Turtle(raw, address)
}

// LinkedReason is why a document of RDF could not be read, as a reason's code.
func LinkedReason(err error) string {
	var unknown *rdf.ContextError
	if errors.As(err, &unknown) {
		return "context-unknown: " + new(mend).show(unknown.Address)
	}
	return "rdf-broken: " + new(mend).show(err.Error())
}

// dataset is one thing of a catalogue. DCAT says that it has a title; it says of
// places only what the data are about, so that nothing is deployed there.
func dataset(source, catalogue string, t thing) Candidate {
	m := &mend{}
	f := good.Facts{Kinds: kindsOf(t)}
	titles := inEnglish(t.all(dctNS + "title"))
	m.called(&f, append(labels(titles), t.values(dctNS+"alternative")...))
	if len(titles) > 0 {
		m.tongues(&f, t.values(dctNS+"language"))
	}
	alone := ""
	if len(f.Languages) == 1 {
		alone = f.Languages[0]
	}
	for _, d := range t.all(dctNS + "description") {
		if lang := d.term.Lang; lang != "" {
			m.about(&f, lang, d.value())
		} else {
			m.about(&f, alone, d.value())
		}
	}
	landing := t.values(dcatNS + "landingPage")
	here := catalogue
	if t.term.Sort == rdf.IRI {
		here = t.term.Value
	}
	slices.SortStableFunc(landing, func(a, b string) int { return onHost(a, here) - onHost(b, here) })
	if len(landing) > 0 {
		f.Website, _ = m.address("website", landing[0])
	}
	terms := t.values(dctNS + "license")
	var at []string
	for _, d := range t.all(dcatNS + "distribution") {
		at = append(at, d.values(dcatNS+"accessURL")...)
		for _, l := range d.all(dctNS + "license") {
			terms = append(terms, licenceText(l))
		}
	}
	m.had(&f, at)
	slices.Sort(terms)
	f.Licences = m.rights("licences", slices.Compact(terms)...)
	for _, c := range t.all(dcatNS + "contactPoint") {
		m.contact("contact point", c.label(), mailbox(c))
	}
	m.agents(&f, t.all(dctNS+"publisher"), good.Owner, true)
	m.agents(&f, t.all(dctNS+"creator"), good.Owner, false)
	m.subjects(&f, t.values(dcatNS+"keyword"))
	m.themes(&f, t.all(dcatNS+"theme"))
	for _, p := range t.all(foafNS + "page") {
		m.documented(&f, p.first(dctNS+"title"), p.value())
	}
	for _, s := range t.all(dctNS + "conformsTo") {
		f.Standards = append(f.Standards, m.line("standards", s.label()))
	}
	f.Standards = blanks(f.Standards)
	for _, id := range t.values(dctNS + "identifier") {
		m.identifier(&f, id)
		if strings.HasPrefix(id, "urn:stoa:good:") { // there a place is one where the good is in use
			m.inUse(&f, t.all(dctNS+"spatial"))
		}
	}
	id := identity(t, landing)
	if id == "" {
		m.hold("id-missing", "")
	}
	if t.term.Sort == rdf.IRI && good.WebAddress(t.term.Value) {
		f.Cite = map[good.Field]string{"": t.term.Value}
	}
	return m.finish(source, id, f, rawOf(t))
}

// inUse takes over the countries in which another Stoa says that a good is used.
func (m *mend) inUse(f *good.Facts, places []thing) {
	for _, p := range places {
		if c, ok := vocab.CountryByCode(p.first(dctNS + "identifier")); ok {
			f.Deployments = append(f.Deployments, good.Deployment{Country: c.Alpha2})
		}
	}
}

// identity is the id of a thing in a catalogue: its IRI, or what identifies it,
// or where it is shown.
func identity(t thing, landing []string) string {
	if t.term.Sort == rdf.IRI {
		return placeID(t.term.Value)
	}
	for _, s := range append(t.values(dctNS+"identifier"), landing...) {
		if id := placeID(s); id != "" {
			return id
		}
	}
	return ""
}

func onHost(address, other string) int {
	a, errA := url.Parse(address)
	b, errB := url.Parse(other)
	if errA == nil && errB == nil && strings.EqualFold(a.Host, b.Host) {
		return 1
	}
	return 0
}

// licenceText is a licence by its address, or by what it is called.
func licenceText(l thing) string {
	if v := l.value(); v != "" {
		return v
	}
	return l.label()
}

// kindsOf are the kinds of a thing in a catalogue of data: data, unless it is
// said to be another thing as well.
func kindsOf(t thing) []good.Kind {
	switch {
	case t.is(schemaNS+"SoftwareApplication", schemaNS+"SoftwareSourceCode"):
		return []good.Kind{good.Software}
	case t.is(schemaNS + "DefinedTermSet"):
		return []good.Kind{good.Standard}
	case t.is(schemaNS + "CreativeWork"):
		return []good.Kind{good.Content}
	}
	return []good.Kind{good.Data}
}

// themeSectors are the themes of the EU's list that mean what a sector of ours
// means.
var themeSectors = map[string]string{"AGRI": "agriculture", "EDUC": "education", "ENER": "energy", "ENVI": "environment", "GOVE": "governance",
	"HEAL": "health", "JUST": "justice", "TRAN": "transport"}

func (m *mend) themes(f *good.Facts, in []thing) {
	for _, t := range in {
		if code := themeSectors[path.Base(t.value())]; code != "" && strings.Contains(t.value(), "/data-theme/") {
			if !slices.Contains(f.Sectors, code) {
				f.Sectors = append(f.Sectors, code)
			}
			continue
		}
		m.subjects(f, []string{t.value(), t.label()})
	}
}

// rawOf is what a document says of a thing, as a record of its own.
func rawOf(t thing) []byte {
	type said struct {
		Predicate string `json:"predicate"`
		Value     string `json:"value"`
		Lang      string `json:"lang,omitempty"`
	}
	var all []said
	t.g.About(t.term, func(p string, o rdf.Term) { all = append(all, said{p, o.Value, o.Lang}) })
	raw, err := json.Marshal(map[string]any{"subject": t.term.Value, "says": all})
	if err != nil || len(raw) > MaxRecord {
		return nil
	}
	return raw
}
