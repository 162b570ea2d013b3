package publiccode

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/github/go-spdx/v2/spdxexp"
)

// File is what a publiccode.yml says, as far as a registry can use it. Wrong
// values are absent. Contacts and Contractors are about people: they are private.
type File struct {
	Version          string                 `json:"publiccodeYmlVersion"`
	Name             string                 `json:"name"`
	ApplicationSuite string                 `json:"applicationSuite"`
	URL              string                 `json:"url"`
	LandingURL       string                 `json:"landingURL"`
	SoftwareVersion  string                 `json:"softwareVersion"`
	ReleaseDate      string                 `json:"releaseDate"` // YYYY-MM-DD
	Platforms        []string               `json:"platforms"`
	Categories       []string               `json:"categories"`
	UsedBy           []string               `json:"usedBy"`
	FundedBy         []Organisation         `json:"fundedBy"`
	Organisation     Organisation           `json:"organisation"`
	Roadmap          string                 `json:"roadmap"`
	Status           string                 `json:"developmentStatus"`
	SoftwareType     string                 `json:"softwareType"`
	Supports         []Support              `json:"supports"`
	Audience         Audience               `json:"intendedAudience"`
	Description      map[string]Description `json:"description"` // by BCP 47 tag, as written
	Legal            Legal                  `json:"legal"`
	Maintenance      Maintenance            `json:"maintenance"`
	Localisation     Localisation           `json:"localisation"`
}

// Organisation publishes or funds software.
type Organisation struct {
	Name string `json:"name"`
	URI  string `json:"uri"`
}

// Support is a standard, regulation or system the software supports: an
// "alias:" of the format's list, an address or a URN.
type Support struct {
	ID string `json:"id"`
}

// Audience is for whom the software is; countries as written, in either case.
type Audience struct {
	Countries   []string `json:"countries"`
	Unsupported []string `json:"unsupportedCountries"`
	Scope       []string `json:"scope"`
}

// Description is what is said in one language.
type Description struct {
	LocalisedName    string   `json:"localisedName"`
	Short            string   `json:"shortDescription"`
	Long             string   `json:"longDescription"`
	Documentation    string   `json:"documentation"`
	APIDocumentation string   `json:"apiDocumentation"`
	Features         []string `json:"features"`
}

// Legal is under which licence the software is, as an SPDX expression, and who
// holds the rights: both owners may be people.
type Legal struct {
	Licence            string `json:"license"`
	MainCopyrightOwner string `json:"mainCopyrightOwner"`
	RepoOwner          string `json:"repoOwner"`
}

// Maintenance is how the software is maintained; its people are private.
type Maintenance struct {
	Type        string   `json:"type"`
	Contractors []Person `json:"contractors"`
	Contacts    []Person `json:"contacts"`
}

// Person is a contact or a contractor, which may be one person too. Private.
type Person struct {
	Name        string `json:"name"`
	Email       string `json:"email"`
	Phone       string `json:"phone"`
	Affiliation string `json:"affiliation"`
}

// Localisation says which languages the software speaks.
type Localisation struct {
	Ready     bool     `json:"localisationReady"`
	Languages []string `json:"availableLanguages"`
}

// Licences are the single licences of the SPDX expression, each once, and
// whether the expression is more than a list of choices or parts: then the
// list alone says less.
func (l Legal) Licences() (ids []string, compound bool) {
	ids, err := spdxexp.ExtractLicenses(l.Licence)
	if err != nil {
		return nil, false
	}
	// the library gives them in no order of its own; the file's order is kept
	slices.SortStableFunc(ids, func(a, b string) int {
		return cmp.Or(cmp.Compare(strings.Index(l.Licence, a), strings.Index(l.Licence, b)), cmp.Compare(a, b))
	})
	return ids, strings.ContainsAny(strings.TrimSpace(l.Licence), " (")
}

// without is the document with the wrong values, and those in places where none
// belongs, left out.
func (d *document) without(wrong [][]string) map[string]any {
	for _, path := range wrong {
		prune(d.value, path)
	}
	return d.value
}

// prune empties the value at path: of a list the element is emptied, so that
// the places of the others stay.
func prune(v any, path []string) {
	if len(path) == 0 {
		return
	}
	switch x := v.(type) {
	case map[string]any:
		if len(path) == 1 {
			delete(x, path[0])
			return
		}
		prune(x[path[0]], path[1:])
	case []any:
		i, err := strconv.Atoi(strings.TrimPrefix(path[0], "\x00"))
		switch {
		case err != nil || i >= len(x):
		case len(path) == 1:
			x[i] = nil
		default:
			prune(x[i], path[1:])
		}
	}
}

// decode fills a File; a value of another type than the schema wants has been
// left out before.
func decode(v map[string]any) *File {
	f := &File{}
	raw, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(raw, f)
	}
	if err != nil { // cannot be: everything left is of the schema's types
		return &File{}
	}
	return f
}
