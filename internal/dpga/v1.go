package dpga

import (
	"cmp"
	"slices"
	"strings"

	"stoa/internal/good"
	"stoa/internal/vocab"
)

// V1Record is a good as the registry's API shows it. Fields stand in the
// original's order. A list without values is an empty list, where the original
// may say "".
type V1Record struct {
	ID            string           `json:"id"`
	Name          string           `json:"name"`
	DPGID         string           `json:"dpgid"`
	Sectors       []string         `json:"sectors"`
	Stage         string           `json:"stage"`
	Privacy       []V1Privacy      `json:"privacy"`
	Organizations []V0Organization `json:"organizations"`
	Platform      V1Platform       `json:"platformIndependence"`
	Aliases       []string         `json:"aliases"`
	Categories    []string         `json:"categories"`
	Description   string           `json:"description"`
	Website       string           `json:"website"`
	Repositories  []V0Repository   `json:"repositories"`
	Locations     *V1Locations     `json:"locations,omitempty"`
	SDGs          V1SDGs           `json:"sdgs"`
	Licences      []V1Licence      `json:"openlicenses"`
	Ownership     []V1Ownership    `json:"clearOwnership"`
	Documentation string           `json:"documentation"`
	NonPII        V1NonPII         `json:"NonPII"`
	Standards     []string         `json:"openStandards"`
	DataPrivacy   V1DataPrivacy    `json:"dataPrivacySecurity"`
	Content       V1Content        `json:"userContent"`
	Harassment    V1Harassment     `json:"protectionFromHarassment"`
	BestPractices []string         `json:"bestPractices"`
	DeployedBy    []string         `json:"deploymentOrganisations"`
	Departments   []string         `json:"deploymentCountriesDepartments"`
	OtherDeployed []string         `json:"otherDeploymentOrganisations"`
	Awards        []string         `json:"awardsReceived"`
}

// V1Privacy is which privacy laws apply and how they are kept.
type V1Privacy struct {
	Compliance string `json:"privacyCompliance"`
	URL        string `json:"privacyComplianceURL"`
}

// V1Platform answers whether the good has mandatory dependencies that create
// more restrictions: despite its name IsIndependent is "No" of an independent
// good, as in the original.
type V1Platform struct {
	IsIndependent string   `json:"isPlatformIndependent"`
	Alternatives  []string `json:"openAlternatives"`
}

// V1Locations are countries by their English names.
type V1Locations struct {
	Development []string `json:"developmentCountries"`
	Deployment  []string `json:"deploymentCountries"`
}

// V1SDGs are the goals in the registry's own words.
type V1SDGs struct {
	SDG       []string `json:"sdg"`
	Relevance string   `json:"relevance"`
}

// V1Licence is a licence by its SPDX identifier and where its text is.
type V1Licence struct {
	Licence string `json:"openLicense"`
	URL     string `json:"openLicenseEvidenceURLs"`
}

// V1Ownership is who owns the good and where that can be read.
type V1Ownership struct {
	Name string `json:"clearOwnershipName"`
	URL  string `json:"clearOwnershipURL"`
}

// V1NonPII is how data that is not personal can be taken out. Whether there is
// such data is "Yes" where a way is told, else not known.
type V1NonPII struct {
	Collects  string `json:"collectsNonPII"`
	Mechanism string `json:"nonPIIAccessMechanism"`
}

// V1DataPrivacy is what personal data the good itself collects.
type V1DataPrivacy struct {
	Collects string   `json:"collectsPII"`
	Types    []string `json:"typesOfPIIDataCollected"`
	Security string   `json:"dataPrivacySecurity"`
}

// V1Content is what its users may put into the good.
type V1Content struct {
	Management string   `json:"contentManagement"`
	Types      []string `json:"contentTypes"`
	Policy     string   `json:"contentManagementPolicy"`
}

// V1Harassment is whether users meet in the good, and what protects them.
type V1Harassment struct {
	Interaction string `json:"facilitatesUserInteraction"`
	Policy      string `json:"harassmentPolicy"`
}

// V1ID is the id a good has in the registry's API: the application's number,
// else the good's slug.
func V1ID(g *good.Good) string { return cmp.Or(g.Identifiers["dpga"], g.Slug) }

// categoryOf is the registry's word for a kind.
var categoryOf = map[good.Kind]string{good.Software: "Open Software", good.Data: "Open Data", good.AI: "Open AI Model",
	good.Content: "Open Content", good.Standard: "Open Standard"}

// goalOf are the registry's words for the goals, letter by letter: programs
// compare them. A cedilla stands for a comma there.
var goalOf = [18]string{1: "SDG1: End Poverty in all its forms everywhere", 2: "SDG2: Zero Hunger", 3: "SDG3: Good Health and Well-Being",
	4: "SDG4: Quality Education", 5: "SDG5: Gender Equity", 6: "SDG6: Clean Water and Sanitation", 7: "SDG7: Affordable and Clean Energy",
	8: "SDG8: Decent Work and Economic Growth", 9: "SDG9: Industry¸ Innovation and Infrastructure", 10: "SDG10: Reduced Inequalities",
	11: "SDG11: Sustainable Cities and Communities", 12: "SDG12: Responsible Consumption and Production", 13: "SDG13: Climate Action",
	14: "SDG14: Life Below Water", 15: "SDG15: Life on Land", 16: "SDG16: Peace¸ Justice and Strong Institutions", 17: "SDG17: Partnerships for the Goals"}

// V1 is a good in the shape of the registry's API.
func V1(g *good.Good) V1Record {
	v0 := V0(g)
	out := V1Record{ID: V1ID(g), Name: g.Name, DPGID: g.Identifiers["dpgid"], Sectors: v0.Sectors, Stage: v0.Stage, Organizations: v0.Organisation,
		Aliases: v0.Aliases, Description: v0.Description, Website: g.Website, Repositories: repositories(g), Locations: locations(g), SDGs: goals(g),
		Ownership: ownership(g), Departments: []string{}, OtherDeployed: []string{}, Awards: []string{}}
	out.Categories = each(g.Kinds, func(k good.Kind) string { return categoryOf[k] })
	out.Licences = each(g.Licences, func(l good.Licence) V1Licence { return V1Licence{l.SPDX, l.URL} })
	a := answers(g.Answers)
	out.Privacy = []V1Privacy{{a.text("7", "privacy-law"), a.text("7", "privacy-policy")}} // DPGS 7
	out.Platform = V1Platform{turned(a.text("4", "platform-independent")), a.lines("4", "open-alternatives")}
	out.Documentation = a.text("5", "documentation")
	if out.Documentation == "" {
		out.Documentation = strings.Join(each(g.Documentation, func(l good.Link) string { return l.URL }), "\n")
	}
	if out.NonPII.Mechanism = a.text("6", "data-export"); out.NonPII.Mechanism != "" {
		out.NonPII.Collects = yes
	}
	if out.Standards = a.lines("8", "open-standards"); len(out.Standards) == 0 {
		out.Standards = each(g.Standards, same)
	}
	out.BestPractices = a.lines("8", "best-practices")
	out.DataPrivacy = V1DataPrivacy{a.text("9a", "personal-data"), a.lines("9a", "personal-data-types"), a.text("9a", "data-security")}
	out.Content = V1Content{a.text("9b", "content"), a.lines("9b", "content-types"), a.text("9b", "content-policy")}
	out.Harassment = V1Harassment{a.text("9c", "interaction"), a.text("9c", "harassment-policy")}
	out.DeployedBy = []string{}
	for _, d := range g.Deployments {
		if d.By != "" && !slices.Contains(out.DeployedBy, d.By) {
			out.DeployedBy = append(out.DeployedBy, d.By)
		}
	}
	return out
}

const (
	yes = "Yes"
	no  = "No"
)

// turned is the answer to the opposite yes-or-no question.
func turned(answer string) string {
	switch answer {
	case yes:
		return no
	case no:
		return yes
	}
	return ""
}

// answers are what is published of a good, indicator by indicator.
type answers []good.Answer

// text is the answer to a question, or "": its addresses where it has no words.
func (a answers) text(indicator, question string) string {
	for _, x := range a {
		if x.Indicator == indicator && x.Question == question {
			if x.Text != "" {
				return x.Text
			}
			return strings.Join(each(x.Links, func(l good.Link) string { return l.URL }), "\n")
		}
	}
	return ""
}

// lines is an answer as the list the original makes of it: cut at its commas,
// the space behind each left where it is; a text without commas, at its lines.
// Joined with commas again the pieces are the text.
func (a answers) lines(indicator, question string) []string {
	text := a.text(indicator, question)
	switch {
	case text == "":
		return []string{}
	case strings.Contains(text, ","):
		return strings.Split(text, ",")
	}
	out := []string{}
	for _, paragraph := range strings.Split(text, "\n\n") { // an empty line stands inside a piece
		lines := strings.Split(paragraph, "\n")
		if len(out) > 0 {
			out[len(out)-1] += "\n\n" + lines[0]
			lines = lines[1:]
		}
		out = append(out, lines...)
	}
	return out
}

func locations(g *good.Good) *V1Locations {
	deployed := g.DeploymentCountries()
	if len(g.DevelopedIn)+len(deployed) == 0 {
		return nil
	}
	return &V1Locations{Development: each(g.DevelopedIn, country), Deployment: each(deployed, country)}
}

func country(code string) string {
	if c, ok := vocab.CountryByCode(code); ok {
		return c.Name
	}
	return code
}

func goals(g *good.Good) V1SDGs {
	out := V1SDGs{SDG: []string{}, Relevance: answers(g.Answers).text("1", "sdg-relevance")}
	var reasons []string
	for _, s := range g.Goals {
		if s.SDG < 1 || s.SDG >= len(goalOf) {
			continue
		}
		out.SDG = append(out.SDG, goalOf[s.SDG])
		if s.Relevance != "" {
			reasons = append(reasons, s.Relevance)
		}
	}
	out.Relevance = cmp.Or(out.Relevance, strings.Join(reasons, "\n\n"))
	return out
}

// ownership are the owners; what proves it is told of the first.
func ownership(g *good.Good) []V1Ownership {
	proof := answers(g.Answers).text("3", "ownership")
	out := []V1Ownership{}
	for _, p := range g.Parties {
		if p.Role == good.Owner {
			out = append(out, V1Ownership{Name: p.Name, URL: proof})
			proof = ""
		}
	}
	if proof != "" {
		out = append(out, V1Ownership{URL: proof})
	}
	return out
}
