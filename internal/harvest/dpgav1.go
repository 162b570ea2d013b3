package harvest

import (
	"cmp"
	"slices"
	"strings"

	"stoa/internal/good"
)

// dpgaIssuer is who recognises goods in all of the DPGA's sources.
const dpgaIssuer = "Digital Public Goods Alliance"

var dpgaV1Source = good.Source{ID: string(DPGAv1), Name: "DPG Registry", URL: "https://digitalpublicgoods.net/registry/",
	Issuer: dpgaIssuer, Priority: 60}

// dpgaPage is where the public reads an application of the registry.
func dpgaPage(id string) string { return "https://app.digitalpublicgoods.net/a/" + id }

// v1Record is one element of the registry's API body. Lists may be "" where
// they are empty, and objects [].
type v1Record struct {
	ID            text   `json:"id"`
	DPGID         text   `json:"dpgid"`
	Name          text   `json:"name"`
	Stage         text   `json:"stage"`
	Aliases       texts  `json:"aliases"`
	Categories    texts  `json:"categories"`
	Description   text   `json:"description"`
	Website       text   `json:"website"`
	Documentation text   `json:"documentation"`
	Sectors       texts  `json:"sectors"`
	OpenStandards texts  `json:"openStandards"`
	BestPractices texts  `json:"bestPractices"`
	Departments   texts  `json:"deploymentCountriesDepartments"`
	Repositories  []link `json:"repositories"`
	Organizations []org  `json:"organizations"`
	Locations     loose[struct {
		Development texts `json:"developmentCountries"`
		Deployment  texts `json:"deploymentCountries"`
	}] `json:"locations"`
	SDGs     v1SDGs `json:"sdgs"`
	Licences []struct {
		Licence  text `json:"openLicense"`
		Evidence text `json:"openLicenseEvidenceURLs"`
	} `json:"openlicenses"`
	Ownership []loose[struct {
		Name text `json:"clearOwnershipName"`
		URL  text `json:"clearOwnershipURL"`
	}] `json:"clearOwnership"`
	Privacy []loose[struct {
		Compliance text `json:"privacyCompliance"`
		URL        text `json:"privacyComplianceURL"`
	}] `json:"privacy"`
	Platform loose[struct {
		Dependent    text  `json:"isPlatformIndependent"`
		Alternatives texts `json:"openAlternatives"`
	}] `json:"platformIndependence"`
	NonPII loose[struct {
		Collects  text `json:"collectsNonPII"`
		Mechanism text `json:"nonPIIAccessMechanism"`
	}] `json:"NonPII"`
	DataPrivacy loose[struct {
		Collects text  `json:"collectsPII"`
		Types    texts `json:"typesOfPIIDataCollected"`
		Security text  `json:"dataPrivacySecurity"`
	}] `json:"dataPrivacySecurity"`
	Content loose[struct {
		Management text  `json:"contentManagement"`
		Types      texts `json:"contentTypes"`
		Policy     text  `json:"contentManagementPolicy"`
	}] `json:"userContent"`
	Harassment loose[struct {
		Interaction text `json:"facilitatesUserInteraction"`
		Policy      text `json:"harassmentPolicy"`
	}] `json:"protectionFromHarassment"`
}

type link struct {
	Name text `json:"name"`
	URL  text `json:"url"`
}

type org struct {
	Name    text `json:"name"`
	Website text `json:"website"`
	Type    text `json:"org_type"`
	Contact text `json:"contact_name"`
	Email   text `json:"contact_email"`
}

// v1SDGs is {"sdg":[…],"relevance":"…"} or a list of {"sdg":"…","relevance":"…"}.
type v1SDGs []struct {
	SDG       texts `json:"sdg"`
	Relevance text  `json:"relevance"`
}

// UnmarshalJSON implements json.Unmarshaler.
func (s *v1SDGs) UnmarshalJSON(b []byte) error {
	if b[0] == '{' {
		b = append(append([]byte{'['}, b...), ']')
	} else if b[0] != '[' {
		return nil
	}
	type plain v1SDGs
	return unmarshal(b, (*plain)(s))
}

// readV1 makes a candidate of one element.
func readV1(raw []byte, n int, shifts *shifts) Candidate {
	var r v1Record
	if reason := object(raw, &r); reason != "" {
		return broken(dpgaV1Source.ID, ordinal(n), reason, raw)
	}
	m := &mend{}
	f := r.facts(m, shifts)
	id := m.id(r.ID)
	if id == "" {
		m.hold("id-missing", "")
		id = cmp.Or(f.Identifiers["dpgid"], ordinal(n))
	} else {
		f.Identifiers["dpga"] = id
		f.Cite = map[good.Field]string{"": dpgaPage(id)}
	}
	state := good.Recognised
	if s := strings.TrimSpace(string(r.Stage)); !strings.EqualFold(s, "DPG") {
		state = good.Nominated
		if !strings.EqualFold(s, "nominee") {
			m.hold("stage-unknown", s)
		}
	}
	f.Standing = &good.Standing{State: state, Issuer: dpgaIssuer}
	return m.finish(dpgaV1Source.ID, id, f, raw)
}

// facts is what the record says, made clean.
func (r *v1Record) facts(m *mend, shifts *shifts) good.Facts {
	m.public = append(m.public, string(r.Name), r.owner())
	for _, o := range r.Organizations {
		m.public = append(m.public, string(o.Name))
	}
	for _, o := range r.Organizations {
		m.contact(string(o.Type), string(o.Contact), string(o.Email))
	}
	f := good.Facts{Name: m.name("name", string(r.Name)), Identifiers: map[string]string{}}
	f.Aliases = m.aliases("aliases", r.Aliases, f.Name)
	f.Kinds = m.kinds("categories", r.Categories)
	if s := m.text("description", string(r.Description)); s != "" {
		f.Summary = good.Text{"en": s}
	}
	var more []good.Link
	f.Website, more = m.address("website", string(r.Website))
	f.Documentation = m.links("documentation", string(r.Documentation))
	f.Documentation = unique(append(f.Documentation, more...))
	for _, l := range r.Repositories {
		f.Repositories = append(f.Repositories, m.links("repositories", string(l.URL))...)
	}
	f.Repositories = unique(f.Repositories)
	f.Sectors = m.sectors("sectors", r.Sectors)
	for _, g := range r.SDGs {
		f.Goals = append(f.Goals, m.sdgs("sdgs", g.SDG)...)
	}
	f.Goals = onceEach(f.Goals)
	var ls []licence
	for _, l := range r.Licences {
		if string(l.Licence) == "0BSD" && strings.TrimSpace(string(l.Evidence)) == "" {
			m.note("openlicenses", "0BSD", "", "form-default") // the form's first choice, never touched
			continue
		}
		ls = append(ls, licence{string(l.Licence), string(l.Evidence)})
	}
	f.Licences = m.licences("openlicenses", ls)
	f.DevelopedIn = m.countries("locations.developmentCountries", r.Locations.V.Development)
	for _, c := range m.countries("locations.deploymentCountries", r.Locations.V.Deployment) {
		f.Deployments = append(f.Deployments, good.Deployment{Country: c})
	}
	if id := m.id(r.DPGID); id != "" {
		f.Identifiers["dpgid"] = id
	}
	f.Parties = r.parties(m, f)
	f.Standards = m.standards("openStandards", r.OpenStandards)
	f.Answers = r.answers(m, shifts)
	return f
}

// parties are the organisations. The registry's build writes the good's own
// name and website where the organisation belongs; the owner stands elsewhere.
func (r *v1Record) parties(m *mend, f good.Facts) []good.Party {
	var out []good.Party
	owner := ""
	for _, c := range r.Ownership {
		if p, ok := m.party("clearOwnership", string(c.V.Name), "", ""); ok {
			out = append(out, p)
			owner = cmp.Or(owner, p.Name)
		}
	}
	for _, o := range r.Organizations {
		if owner != "" && strings.EqualFold(strings.TrimSpace(string(o.Name)), strings.TrimSpace(string(r.Name))) {
			if i := slices.IndexFunc(out, func(p good.Party) bool { return strings.EqualFold(p.Name, f.Name) }); i >= 0 {
				out[i].Website = f.Website
			} else {
				m.note("organizations", string(o.Name), owner, "good-named-as-its-owner")
			}
			continue
		}
		if p, ok := m.party("organizations", string(o.Name), string(o.Website), string(o.Type)); ok {
			out = append(out, p)
		}
	}
	return merged(out)
}

// onceEach keeps the first of each goal.
func onceEach(in []good.Goal) []good.Goal {
	var out []good.Goal
	for _, g := range in {
		if !slices.ContainsFunc(out, func(h good.Goal) bool { return h.SDG == g.SDG }) {
			out = append(out, g)
		}
	}
	return out
}
