// Package good is the vocabulary of digital public goods: what a good is, what
// each source says of it, how those statements merge into one public view, the
// stages of its life and the language in which people ask for it. It is pure:
// no clock, no randomness and no I/O of its own.
package good

import (
	"encoding/json"
	"reflect"
	"time"
)

// Kind is one of the five kinds of digital public good. A good may have several.
type Kind string

// The five kinds.
const (
	Software Kind = "software"
	Data     Kind = "data"
	AI       Kind = "ai"
	Standard Kind = "standard"
	Content  Kind = "content"
)

// Kinds lists the kinds in the order they are shown.
var Kinds = []Kind{Software, Data, AI, Standard, Content}

// Stage is where a good stands in its life, as shown to the public.
type Stage string

// The stages. NotEligible, Withdrawn and Removed are ends that a new
// application can reopen; Merged goods redirect.
const (
	Nominated   Stage = "nominated"
	Applying    Stage = "applying"
	InReview    Stage = "in-review"
	Recognised  Stage = "recognised"
	RenewalDue  Stage = "renewal-due"
	Lapsed      Stage = "lapsed"
	Retired     Stage = "retired"
	NotEligible Stage = "not-eligible"
	Withdrawn   Stage = "withdrawn"
	Removed     Stage = "removed"
	Merged      Stage = "merged"
)

// Stages lists the stages in the order they are shown.
var Stages = []Stage{Recognised, RenewalDue, InReview, Applying, Nominated, Lapsed, Retired, Withdrawn, NotEligible, Removed, Merged}

// Date is a calendar day, "2006-01-02", or a prefix of it ("2006-01", "2006")
// where a source knows no more; empty means unknown. Dates are never invented.
type Date string

// Text is a sentence or paragraph by BCP 47 language tag.
type Text map[string]string

// In returns the text in the wanted language, else in English, else in the
// alphabetically first language there is, and the language it is in.
func (t Text) In(lang string) (text, in string) {
	for _, l := range []string{lang, "en"} {
		if s := t[l]; s != "" {
			return s, l
		}
	}
	for l, s := range t {
		if s != "" && (in == "" || l < in) {
			text, in = s, l
		}
	}
	return text, in
}

// Link is an address with an optional label.
type Link struct {
	Name string `json:"name,omitempty"`
	URL  string `json:"url"`
}

// Licence is an SPDX licence identifier (current, not deprecated) and where the
// licence text of this good is.
type Licence struct {
	SPDX string `json:"spdx"`
	URL  string `json:"url,omitempty"`
}

// Goal is one Sustainable Development Goal a good advances (1 to 17), with the
// reason given and where it can be read.
type Goal struct {
	SDG       int    `json:"sdg"`
	Relevance string `json:"relevance,omitempty"`
	URL       string `json:"url,omitempty"`
}

// Role is what an organisation is to a good. Roles are relations, not kinds of
// organisation.
type Role string

// The roles of organisations.
const (
	Owner       Role = "owner"
	Maintainer  Role = "maintainer"
	Funder      Role = "funder"
	Implementer Role = "implementer"
	Host        Role = "host"
)

// Party is an organisation in its role to a good. People are never parties.
type Party struct {
	Name    string `json:"name"`
	Website string `json:"website,omitempty"`
	Role    Role   `json:"role"`
}

// Slug is the address of the organisation's name.
func (p Party) Slug() string { return Slugify(p.Name) }

// Deployment is a claim that a good is in use in a country. Until the other
// side confirms it, it is a claim of whoever stated it.
type Deployment struct {
	Country string `json:"country"` // ISO 3166-1 alpha-2
	By      string `json:"by,omitempty"`
	Since   Date   `json:"since,omitempty"`
	URL     string `json:"url,omitempty"`
}

// Answer is what a source published for one indicator of a standard.
type Answer struct {
	Indicator string `json:"indicator"` // "4", "9a"
	Question  string `json:"question"`  // stable key: "platform-independent", …
	Text      string `json:"text,omitempty"`
	Links     []Link `json:"links,omitempty"`
}

// Standing is what a source says of a good's status with an issuer. First and
// Last are days on which the source was seen listing it so.
type Standing struct {
	State  Stage  `json:"state"`
	Issuer string `json:"issuer"`
	First  Date   `json:"first,omitempty"`
	Last   Date   `json:"last,omitempty"`
	Reason string `json:"reason,omitempty"`
	URL    string `json:"url,omitempty"`

	// Decided marks a decision of this instance: from and until when it holds,
	// by which version of which standard, and since when a renewal is under
	// review.
	Decided  bool   `json:"decided,omitempty"`
	From     Date   `json:"from,omitempty"`
	Until    Date   `json:"until,omitempty"` // the last day
	Standard string `json:"standard,omitempty"`
	Renewing Date   `json:"renewing,omitempty"`
}

// Field names one fact of a good, as used in Facts.Cite and Good.From.
type Field string

// The fields of Facts, in the order they are shown.
const (
	FieldName          Field = "name"
	FieldAliases       Field = "aliases"
	FieldKinds         Field = "kinds"
	FieldSummary       Field = "summary"
	FieldWebsite       Field = "website"
	FieldRepositories  Field = "repositories"
	FieldDocumentation Field = "documentation"
	FieldLicences      Field = "licences"
	FieldGoals         Field = "goals"
	FieldSectors       Field = "sectors"
	FieldLanguages     Field = "languages"
	FieldParties       Field = "organisations"
	FieldDevelopedIn   Field = "developed_in"
	FieldDeployments   Field = "deployments"
	FieldStandards     Field = "standards"
	FieldAnswers       Field = "answers"
	FieldStanding      Field = "standing"
)

// Facts is what one source says of one good: the zero value of a field means
// the source is silent on it. Every multi-value is a list; every value is clean
// (no markup, no personal data).
type Facts struct {
	Name          string       `json:"name,omitempty"`
	Aliases       []string     `json:"aliases,omitempty"`
	Kinds         []Kind       `json:"kinds,omitempty"`
	Summary       Text         `json:"summary,omitempty"`
	Website       string       `json:"website,omitempty"`
	Repositories  []Link       `json:"repositories,omitempty"`
	Documentation []Link       `json:"documentation,omitempty"`
	Licences      []Licence    `json:"licences,omitempty"`
	Goals         []Goal       `json:"goals,omitempty"`
	Sectors       []string     `json:"sectors,omitempty"`
	Languages     []string     `json:"languages,omitempty"` // BCP 47
	Parties       []Party      `json:"organisations,omitempty"`
	DevelopedIn   []string     `json:"developed_in,omitempty"` // ISO 3166-1 alpha-2
	Deployments   []Deployment `json:"deployments,omitempty"`
	Standards     []string     `json:"standards,omitempty"` // open standards and best practices, as named by the source
	Answers       []Answer     `json:"answers,omitempty"`
	Standing      *Standing    `json:"standing,omitempty"`
	// Identifiers the source gives besides its own record id: scheme
	// ("dpgid", "dpga-v0", "doi", "wikidata") → value.
	Identifiers map[string]string `json:"identifiers,omitempty"`
	// Cite says, field by field, where a fact can be read ("" key: all others).
	Cite map[Field]string `json:"cite,omitempty"`
}

// Record is one source's current statement about one good.
type Record struct {
	Source    string `json:"source"` // Source.ID
	ForeignID string `json:"foreign_id"`
	Good      ID     `json:"good"`
	Seen      Date   `json:"seen"` // the day the source was seen saying so
	Facts     Facts  `json:"facts"`
	// Gone is the day on which all that the source lists was first seen without
	// it; empty while it is listed, and for sources that list nothing whole.
	Gone Date `json:"gone,omitempty"`
	// Over is, of a person's record, what the others said of each field it states
	// when it was stated, null where they said nothing: when they say something
	// else, that is to be settled.
	Over map[Field]json.RawMessage `json:"over,omitempty"`
}

// Key names a record: "source/foreign id".
func (r Record) Key() string { return r.Source + "/" + r.ForeignID }

// Source is a place where facts come from. A person's word beats a machine's;
// among the same sort the higher Priority wins, then the later Seen.
type Source struct {
	ID       string `json:"id"` // "dpga-v1", "stoa-catalogue", "person"
	Name     string `json:"name"`
	URL      string `json:"url,omitempty"`
	Issuer   string `json:"issuer,omitempty"` // who recognises goods there
	Licence  string `json:"licence,omitempty"`
	Person   bool   `json:"person,omitempty"`
	Priority int    `json:"priority"`
	// Fields are the priorities of single fields where they are others.
	Fields map[Field]int `json:"fields,omitempty"`
	// AsOf is the day of the newest complete listing of the issuer's goods seen;
	// a recognition last seen earlier has lapsed. Empty for partial sources.
	AsOf Date `json:"as_of,omitempty"`
}

// Same says whether two descriptions of a source say the same.
func (s Source) Same(o Source) bool {
	if len(s.Fields) == 0 && len(o.Fields) == 0 {
		s.Fields, o.Fields = nil, nil
	}
	return reflect.DeepEqual(s, o)
}

// Worth is the priority of what s says of a field.
func (s Source) Worth(field Field) int {
	if own, ok := s.Fields[field]; ok {
		return own
	}
	return s.Priority
}

// Here is the id of the source of what this instance itself decides. No import
// may speak under it.
const Here = "stoa"

// Contact is a person a source names for a good. It is private: it is stored
// apart, shown to the secretariat and to that person alone, and never reaches a
// public page, a feed, a dump, a log or the journal.
type Contact struct {
	Good      ID
	Source    string
	ForeignID string
	Role      string
	Name      string
	Email     string
}

// Origin says where one fact of a merged good comes from.
type Origin struct {
	Source    string `json:"source"`
	ForeignID string `json:"foreign_id"`
	URL       string `json:"url,omitempty"`
	Seen      Date   `json:"seen,omitempty"`
	Gone      Date   `json:"gone,omitempty"` // of a record as a whole: since when the source lists it no more
}

// Recognition is what a good holds after a decision: who issued it and on what
// basis. A reported recognition has no invented dates and never lapses by our
// own clock.
type Recognition struct {
	Issuer   string `json:"issuer"`
	Reported bool   `json:"reported"` // reported by a source, not decided here
	State    Stage  `json:"state"`
	First    Date   `json:"first,omitempty"` // first seen listed
	Last     Date   `json:"last,omitempty"`  // last seen listed
	Gone     Date   `json:"gone,omitempty"`  // newest complete listing of the issuer seen without it
	Reason   string `json:"reason,omitempty"`
	Source   string `json:"source"`
	URL      string `json:"url,omitempty"`

	// Of what was decided here:
	From     Date   `json:"from,omitempty"`
	Until    Date   `json:"until,omitempty"` // the last day it holds
	Standard string `json:"standard,omitempty"`
	Renewing Date   `json:"renewing,omitempty"` // since when a renewal is under review
}

// Tombstone says why a good is gone, when, and who decided (a role, never a name).
type Tombstone struct {
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	Into   ID        `json:"into,omitempty"` // merged into
}

// Good is the public view of one good: every source's facts merged by Merge.
type Good struct {
	ID           ID               `json:"id"`
	Slug         string           `json:"slug"`
	Stage        Stage            `json:"stage"`
	Facts                         // merged
	From         map[Field]Origin `json:"from"` // FieldDeployments+"/KE" etc. for items of united lists
	Records      []Origin         `json:"records"`
	Recognitions []Recognition    `json:"recognitions,omitempty"`
	Collections  []string         `json:"collections,omitempty"` // slugs of the collections that name it, sorted
	Tombstone    *Tombstone       `json:"tombstone,omitempty"`
	Created      time.Time        `json:"created"`
	Updated      time.Time        `json:"updated"`
	Version      int64            `json:"version"`  // grows by one with every change; optimistic lock
	Position     int64            `json:"position"` // journal position of the last change
}

// Card is what a list shows of a good.
type Card struct {
	ID         ID
	Slug       string
	Name       string
	Summary    Text
	Kinds      []Kind
	Stage      Stage
	Licences   []string // SPDX
	SDGs       []int
	Owner      string // first owning organisation, else first maintainer
	DeployedIn int    // countries with a deployment claim
	Updated    time.Time
	Position   int64
}

// Card returns what a list shows of g.
func (g *Good) Card() Card {
	c := Card{ID: g.ID, Slug: g.Slug, Name: g.Name, Summary: g.Summary, Kinds: g.Kinds, Stage: g.Stage,
		Updated: g.Updated, Position: g.Position}
	for _, l := range g.Licences {
		c.Licences = append(c.Licences, l.SPDX)
	}
	for _, s := range g.Goals {
		c.SDGs = append(c.SDGs, s.SDG)
	}
	for _, want := range []Role{Owner, Maintainer} {
		for _, p := range g.Parties {
			if c.Owner == "" && p.Role == want {
				c.Owner = p.Name
			}
		}
	}
	c.DeployedIn = len(g.DeploymentCountries())
	return c
}

// DeploymentCountries lists the countries g is claimed to be in use in, each once.
func (g *Good) DeploymentCountries() []string {
	var out []string
	seen := map[string]bool{}
	for _, d := range g.Deployments {
		if d.Country != "" && !seen[d.Country] {
			seen[d.Country] = true
			out = append(out, d.Country)
		}
	}
	return out
}

// FirstSeen is the year in which an issuer's list was first seen naming g, ""
// where none is known.
func (g *Good) FirstSeen() string {
	first := ""
	for _, r := range g.Recognitions {
		if len(r.First) >= 4 && (first == "" || string(r.First[:4]) < first) {
			first = string(r.First[:4])
		}
	}
	return first
}
