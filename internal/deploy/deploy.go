// Package deploy is the rules of deployments: what can be said of a good in
// use, who says it, how the other side confirms it, and how it ages.
package deploy

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"

	"stoa/internal/good"
	"stoa/internal/vocab"
)

// Stage is how far a deployment is.
type Stage string

// The stages, in the order in which a deployment goes through them.
const (
	Exploring Stage = "exploring"
	Pilot     Stage = "pilot"
	Live      Stage = "live"
	National  Stage = "national-scale"
	Retired   Stage = "retired"
)

// Stages lists the stages in their order.
var Stages = []Stage{Exploring, Pilot, Live, National, Retired}

// State is how far what is said of a deployment can be relied on.
type State string

// The states.
const (
	Claimed   State = "claimed"   // one side says so
	Confirmed State = "confirmed" // the other side said the same within the last year
	Due       State = "due"       // nobody said so for a year
	Disputed  State = "disputed"  // somebody who is concerned says that it is not so
	Withdrawn State = "withdrawn" // it is said no more; its page stays
)

// States lists the states in the order in which they are shown.
var States = []State{Claimed, Confirmed, Due, Disputed, Withdrawn}

// Standing, where deployments are looked for, stands for every state but
// Withdrawn.
const Standing State = "standing"

// Sought lists what can be looked for, in the order in which it is shown.
var Sought = append([]State{Standing}, States...)

// Side is who speaks.
type Side string

// The sides. The desk enters what others told it and confirms nothing.
const (
	Maintainer Side = "maintainer" // who owns the good
	Adopter    Side = "adopter"    // who uses it, or the country in which it is used
	Desk       Side = "desk"       // the secretariat
)

// Proof is why somebody may speak for a side.
type Proof string

// The proofs.
const (
	Owns     Proof = "owner"   // their claim of the good was proved
	Domain   Proof = "domain"  // they act for an organisation that proved its domain
	Country  Proof = "country" // they keep what the country says here
	Entrusts Proof = "desk"    // the secretariat was told
)

// Unit is what a measure counts.
type Unit string

// The units.
const (
	People       Unit = "people"       // that it serves
	Users        Unit = "users"        // who work with it
	Facilities   Unit = "facilities"   // in which it is used
	Transactions Unit = "transactions" // in a year
)

// Units lists the units in the order in which they are shown.
var Units = []Unit{People, Users, Facilities, Transactions}

// Hostings are where a deployment may run: on the organisation's own machines,
// in a public data centre of its country, in a rented cloud, at a provider that
// runs it, on devices without a server.
var Hostings = []string{"own", "public", "cloud", "provider", "devices"}

// Roles are those of whom to ask about a deployment.
var Roles = []string{"lead", "technical", "data-protection", "training"}

// Measure is how large a deployment is.
type Measure struct {
	Number int64     `json:"number"`
	Unit   Unit      `json:"unit"`
	Date   good.Date `json:"date"`             // as of when
	Source string    `json:"source,omitempty"` // address of who counted
}

// Statement is what is said of a deployment.
type Statement struct {
	Release      string    `json:"release,omitempty"` // version of the good
	Organisation string    `json:"organisation"`
	Website      string    `json:"website,omitempty"` // of the organisation
	Country      string    `json:"country"`           // ISO 3166-1 alpha-2
	Place        string    `json:"place,omitempty"`   // within the country
	Stage        Stage     `json:"stage"`
	Since        good.Date `json:"since,omitempty"`
	Until        good.Date `json:"until,omitempty"` // of what is retired
	Scale        []Measure `json:"scale,omitempty"`
	Languages    []string  `json:"languages,omitempty"` // BCP 47
	Hosting      string    `json:"hosting,omitempty"`
	Integrations []good.ID `json:"integrations,omitempty"` // other goods it works with
	Programme    string    `json:"programme,omitempty"`    // that pays for it
	Evidence     []string  `json:"evidence,omitempty"`     // addresses
	// What is said of one kind of good alone, by the names of Details.
	Details map[string]string `json:"details,omitempty"`
}

// Year is the year since when it is in use; "" where nobody said.
func (s Statement) Year() string { return string(s.Since[:min(len(s.Since), 4)]) }

// Contact is whom to ask about a deployment. It is private.
type Contact struct {
	Role    string `json:"role"`
	Address string `json:"address"` // of e-mail
}

// Bounds of what people write.
const (
	MaxText     = 200                // characters of a line
	MaxReason   = 2_000              // characters
	MaxEvidence = 20                 // addresses
	MaxList     = 50                 // languages, integrations
	maxNumber   = 10_000_000_000_000 // of transactions; of people there are no more than maxPeople
	maxPeople   = 10_000_000_000
	oldest      = "1970"
)

// Check mends what can be mended and says what is wrong with a statement.
func (s *Statement) Check(today good.Date) error {
	s.Organisation, s.Place, s.Programme, s.Release = good.Line(s.Organisation), good.Line(s.Place), good.Line(s.Programme), good.Line(s.Release)
	s.Website = good.Address(s.Website)
	for field, text := range map[string]string{"organisation": s.Organisation, "place": s.Place, "programme": s.Programme, "release": s.Release} {
		if err := good.CheckText(field, text, MaxText); err != nil {
			return err
		}
	}
	if !strings.ContainsFunc(s.Organisation, unicode.IsLetter) {
		return wrong("deploy.error.organisation", "organisation")
	}
	if s.Website != "" && !good.WebAddress(s.Website) {
		return wrong("deploy.error.address", "website")
	}
	if !slices.Contains(Stages, s.Stage) {
		return wrong("deploy.error.stage", "stage")
	}
	if s.Hosting != "" && !slices.Contains(Hostings, s.Hosting) {
		return wrong("deploy.error.hosting", "hosting")
	}
	for _, check := range []func(good.Date) error{s.checkPlace, s.checkDates, s.checkScale, s.checkLists} {
		if err := check(today); err != nil {
			return err
		}
	}
	return nil
}

// checkPlace finds the country by code or name, and a place that is said to
// lie in another.
func (s *Statement) checkPlace(good.Date) error {
	found, ok := vocab.CountryByCode(strings.ToUpper(strings.TrimSpace(s.Country)))
	if !ok {
		if found, ok = vocab.FindCountry(s.Country); !ok {
			return &good.Error{Kind: good.Invalid, Key: "deploy.error.country", Field: "country", Args: map[string]any{"Value": good.Short(s.Country)}}
		}
	}
	s.Country = found.Alpha2
	parts := strings.FieldsFunc(s.Place, func(r rune) bool { return strings.ContainsRune(",;،，、", r) })
	if len(parts) == 0 {
		s.Place = ""
		return nil
	}
	if other, ok := vocab.FindCountry(strings.TrimSpace(parts[len(parts)-1])); ok && other.Alpha2 != s.Country {
		return &good.Error{Kind: good.Invalid, Key: "deploy.error.place", Field: "place", Args: map[string]any{"Place": s.Place, "Country": found.Name}}
	}
	return nil
}

// Day says whether d is a year, a month or a day that there was.
func Day(d good.Date) bool {
	for _, layout := range []string{time.DateOnly, "2006-01", "2006"} {
		if _, err := time.Parse(layout, string(d)); err == nil {
			return true
		}
	}
	return false
}

func past(field string, d, today good.Date) error {
	switch {
	case !Day(d):
		return wrong("deploy.error.day", field)
	case d > today[:min(len(d), len(today))]:
		return wrong("deploy.error.future", field)
	case d < oldest:
		return wrong("deploy.error.old", field)
	}
	return nil
}

func (s *Statement) checkDates(today good.Date) error {
	for field, d := range map[string]good.Date{"since": s.Since, "until": s.Until} {
		if d == "" {
			continue
		}
		if err := past(field, d, today); err != nil {
			return err
		}
	}
	n := min(len(s.Since), len(s.Until))
	switch {
	case s.Stage == Retired && s.Until == "":
		return wrong("deploy.error.until", "until")
	case s.Stage != Retired && s.Until != "":
		return wrong("deploy.error.running", "until")
	case s.Until[:n] < s.Since[:n]:
		return wrong("deploy.error.order", "until")
	}
	return nil
}

func (s *Statement) checkScale(today good.Date) error {
	s.Scale = slices.Clone(s.Scale) // the caller's stay
	seen := map[Unit]bool{}
	for i := range s.Scale {
		m := &s.Scale[i]
		if !slices.Contains(Units, m.Unit) || seen[m.Unit] {
			return wrong("deploy.error.unit", "scale")
		}
		seen[m.Unit] = true
		most := int64(maxPeople)
		if m.Unit == Transactions {
			most = maxNumber
		}
		if m.Number < 0 {
			return wrong("deploy.error.negative", string(m.Unit))
		}
		if m.Number > most {
			return &good.Error{Kind: good.Invalid, Key: "deploy.error.number", Field: string(m.Unit), Args: map[string]any{"Max": most}}
		}
		if m.Date = good.Date(cmp.Or(m.Date, today)); past("date", m.Date, today) != nil {
			return past("date", m.Date, today)
		}
		if m.Source = good.Address(m.Source); m.Source != "" && !good.WebAddress(m.Source) {
			return wrong("deploy.error.address", "source")
		}
	}
	slices.SortFunc(s.Scale, func(a, b Measure) int { return cmp.Compare(slices.Index(Units, a.Unit), slices.Index(Units, b.Unit)) })
	return nil
}

func (s *Statement) checkLists(good.Date) error {
	many := func(field string, n, most int) error {
		if n > most {
			return &good.Error{Kind: good.Invalid, Key: "deploy.error.many", Field: field, Args: map[string]any{"Max": most}}
		}
		return nil
	}
	if err := cmp.Or(many("languages", len(s.Languages), MaxList), many("integrations", len(s.Integrations), MaxList), many("evidence", len(s.Evidence), MaxEvidence)); err != nil {
		return err
	}
	s.Languages, s.Integrations, s.Evidence = slices.Clone(s.Languages), slices.Clone(s.Integrations), slices.Clone(s.Evidence)
	for i, l := range s.Languages {
		tag, ok := vocab.FindLanguage(l)
		if !ok {
			return &good.Error{Kind: good.Invalid, Key: "deploy.error.language", Field: "languages", Args: map[string]any{"Value": good.Short(l)}}
		}
		s.Languages[i] = tag
	}
	for i, e := range s.Evidence {
		if s.Evidence[i] = good.Address(e); !good.WebAddress(s.Evidence[i]) {
			return wrong("deploy.error.address", "evidence")
		}
	}
	slices.Sort(s.Languages)
	slices.Sort(s.Integrations)
	s.Languages, s.Integrations, s.Evidence = slices.Compact(s.Languages), slices.Compact(s.Integrations), slices.Compact(s.Evidence)
	return nil
}

// CheckContacts mends what can be mended and says what is wrong with contacts:
// one address for a role.
func CheckContacts(list []Contact) error {
	seen := map[string]bool{}
	for i := range list {
		if !slices.Contains(Roles, list[i].Role) || seen[list[i].Role] {
			return wrong("deploy.error.role", "contacts")
		}
		seen[list[i].Role] = true
		var err error
		if list[i].Address, err = good.EmailAddress(list[i].Address); err != nil {
			return &good.Error{Kind: good.Invalid, Key: "nominate.error.email", Field: "contact_" + list[i].Role, Err: err}
		}
	}
	return nil
}

func wrong(key, field string) error {
	return &good.Error{Kind: good.Invalid, Key: key, Field: field}
}
