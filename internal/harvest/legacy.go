package harvest

import (
	"encoding/json"
	"strconv"
	"strings"

	"stoa/internal/good"
)

// legacyRecord is a nominee as the DPGA's candidates repository and its static
// API publish it.
type legacyRecord struct {
	ID          text  `json:"id"`
	Name        text  `json:"name"`
	Aliases     texts `json:"aliases"`
	Description text  `json:"description"`
	Website     text  `json:"website"`
	Stage       text  `json:"stage"`
	Type        texts `json:"type"`
	Sectors     texts `json:"sectors"`
	License     []struct {
		SPDX text `json:"spdx"`
		URL  text `json:"licenseURL"`
	} `json:"license"`
	SDGs          []legacySDG `json:"SDGs"`
	Repositories  []link      `json:"repositories"`
	RepositoryURL text        `json:"repositoryURL"`
	Organizations []org       `json:"organizations"`
}

// legacySDG is {"SDGNumber":4,…} or the older [4,"Quality Education"].
type legacySDG struct {
	Number text `json:"SDGNumber"`
	Text   text `json:"evidenceText"`
	URL    text `json:"evidenceURL"`
}

// UnmarshalJSON implements json.Unmarshaler.
func (s *legacySDG) UnmarshalJSON(b []byte) error {
	if b[0] != '[' {
		type plain legacySDG
		return json.Unmarshal(b, (*plain)(s))
	}
	var pair texts
	if err := json.Unmarshal(b, &pair); err != nil {
		return err
	}
	if len(pair) > 0 {
		s.Number = text(pair[0])
	}
	return nil
}

// facts is what the record says, made clean.
func (r *legacyRecord) facts(m *mend) good.Facts {
	m.public = append(m.public, string(r.Name))
	for _, o := range r.Organizations {
		m.public = append(m.public, string(o.Name))
	}
	for _, o := range r.Organizations {
		m.contact(string(o.Type), string(o.Contact), string(o.Email))
	}
	f := good.Facts{Name: m.name("name", string(r.Name)), Identifiers: map[string]string{}}
	f.Aliases = m.aliases("aliases", r.Aliases, f.Name)
	f.Kinds = m.kinds("type", r.Type)
	if s := m.text("description", string(r.Description)); s != "" {
		f.Summary = good.Text{"en": s}
	}
	f.Website, f.Documentation = m.address("website", string(r.Website))
	for _, l := range r.Repositories {
		found := m.links("repositories", string(l.URL))
		if name := m.line("repositories", string(l.Name)); len(found) == 1 && found[0].Name == "" && name != "main" {
			found[0].Name = m.personal("repositories", name)
		}
		f.Repositories = append(f.Repositories, found...)
	}
	f.Repositories = unique(append(f.Repositories, m.links("repositoryURL", string(r.RepositoryURL))...))
	f.Sectors = m.sectors("sectors", r.Sectors)
	f.Goals = r.goals(m)
	var ls []licence
	for _, l := range r.License {
		ls = append(ls, licence{string(l.SPDX), string(l.URL)})
	}
	f.Licences = m.licences("license", ls)
	for _, o := range r.Organizations {
		if p, ok := m.party("organizations", string(o.Name), string(o.Website), string(o.Type)); ok {
			f.Parties = append(f.Parties, p)
		}
	}
	f.Parties = merged(f.Parties)
	return f
}

func (r *legacyRecord) goals(m *mend) []good.Goal {
	var out []good.Goal
	for _, s := range r.SDGs {
		n, err := strconv.Atoi(strings.TrimSpace(string(s.Number)))
		if err != nil || n < 1 || n > 17 {
			m.hold("sdg-unknown", string(s.Number))
			continue
		}
		g := good.Goal{SDG: n, Relevance: m.text("SDGs.evidenceText", string(s.Text))}
		g.URL, _ = m.address("SDGs.evidenceURL", string(s.URL))
		out = append(out, g)
	}
	return onceEach(out)
}

// screeningRecord is the answers a nominee gave when it was screened.
type screeningRecord struct {
	Name      text `json:"name"`
	Ownership loose[struct {
		URL text `json:"copyrightURL"`
	}] `json:"clearOwnership"`
	Platform loose[struct {
		Restricts   text `json:"mandatoryDepsCreateMoreRestrictions"`
		Independent text `json:"isSoftwarePltIndependent"`
		Why         text `json:"pltIndependenceDesc"`
	}] `json:"platformIndependence"`
	Documentation loose[struct {
		URLs texts `json:"documentationURL"`
	}] `json:"documentation"`
	NonPII loose[struct {
		Mechanism text `json:"nonPIIAccessMechanism"`
	}] `json:"NonPII"`
	Privacy loose[struct {
		Laws  texts `json:"privacyComplianceList"`
		Steps texts `json:"adherenceSteps"`
	}] `json:"privacy"`
	Standards loose[struct {
		List     texts `json:"standardsList"`
		Evidence texts `json:"evidenceStandardSupport"`
		Best     texts `json:"bestPracticesList"`
	}] `json:"standards"`
	NoHarm loose[struct {
		Prevent loose[struct {
			Info text `json:"additionalInfoMechanismProcessesPolicies"`
		}] `json:"preventHarm"`
		Data loose[struct {
			Collects text  `json:"collectsPII"`
			Types    texts `json:"typesOfDataCollected"`
			Security text  `json:"privacySecurityDescription"`
		}] `json:"dataPrivacySecurity"`
		Content loose[struct {
			Collects text `json:"collectStoreDistribute"`
			Type     text `json:"type"`
			Policy   text `json:"policyGuidelinesDocumentationLink"`
			Detect   text `json:"illegalContentDetectionMechanism"`
		}] `json:"inappropriateIllegalContent"`
		Harassment loose[struct {
			Interaction text  `json:"userInteraction"`
			Steps       texts `json:"harassmentProtectionSteps"`
		}] `json:"protectionFromHarassment"`
	}] `json:"doNoHarm"`
	Locations loose[struct {
		Development texts `json:"developmentCountries"`
		Deployment  texts `json:"deploymentCountries"`
	}] `json:"locations"`
}

// facts is what the answers say, made clean.
func (r *screeningRecord) facts(m *mend) good.Facts {
	f := good.Facts{Name: m.name("name", string(r.Name)), Identifiers: map[string]string{}}
	for _, d := range r.Documentation.V.URLs {
		f.Documentation = append(f.Documentation, m.links("documentation", d)...)
	}
	f.Documentation = unique(f.Documentation)
	f.Standards = m.standards("standards.standardsList", r.Standards.V.List)
	f.DevelopedIn = m.countries("locations.developmentCountries", r.Locations.V.Development)
	for _, c := range m.countries("locations.deploymentCountries", r.Locations.V.Deployment) {
		f.Deployments = append(f.Deployments, good.Deployment{Country: c})
	}
	a := &answers{m: m}
	a.evidence("3", "ownership", "clearOwnership.copyrightURL", string(r.Ownership.V.URL)) // DPGS 3
	// DPGS 4: asked the wrong way round here too, but named for what it asks.
	if turned, ok := inverted(strings.TrimSpace(string(r.Platform.V.Restricts))); ok {
		if strings.EqualFold(strings.TrimSpace(string(r.Platform.V.Independent)), "yes") {
			turned = "Yes"
		}
		a.add("4", "platform-independent", turned, nil)
	}
	a.evidence("4", "open-alternatives", "platformIndependence.pltIndependenceDesc", string(r.Platform.V.Why))
	a.evidence("6", "data-export", "NonPII.nonPIIAccessMechanism", string(r.NonPII.V.Mechanism))
	law := m.answerText("privacy.privacyComplianceList", r.Privacy.V.Laws)
	a.add("7", "privacy-law", law, found(law))
	steps := m.answerText("privacy.adherenceSteps", r.Privacy.V.Steps)
	a.add("7", "privacy-policy", steps, found(steps))
	std := m.answerText("standards.standardsList", append(append(texts{}, r.Standards.V.List...), r.Standards.V.Evidence...))
	a.add("8", "open-standards", std, found(std))
	best := m.answerText("standards.bestPracticesList", r.Standards.V.Best)
	a.add("8", "best-practices", best, found(best))
	h := r.NoHarm.V
	a.evidence("9", "no-harm", "doNoHarm.preventHarm", string(h.Prevent.V.Info))
	a.evidence("9a", "personal-data", "doNoHarm.dataPrivacySecurity.collectsPII", string(h.Data.V.Collects))
	a.add("9a", "personal-data-types", m.answerText("doNoHarm.dataPrivacySecurity.typesOfDataCollected", h.Data.V.Types), nil)
	a.evidence("9a", "data-security", "doNoHarm.dataPrivacySecurity.privacySecurityDescription", string(h.Data.V.Security))
	a.evidence("9b", "content", "doNoHarm.inappropriateIllegalContent.collectStoreDistribute", string(h.Content.V.Collects))
	a.evidence("9b", "content-types", "doNoHarm.inappropriateIllegalContent.type", string(h.Content.V.Type))
	a.evidence("9b", "content-policy", "doNoHarm.inappropriateIllegalContent", strings.TrimSpace(string(h.Content.V.Policy)+"\n"+string(h.Content.V.Detect)))
	a.evidence("9c", "interaction", "doNoHarm.protectionFromHarassment.userInteraction", string(h.Harassment.V.Interaction))
	a.add("9c", "harassment-policy", m.answerText("doNoHarm.protectionFromHarassment.harassmentProtectionSteps", h.Harassment.V.Steps), nil)
	f.Answers = a.out
	return f
}
