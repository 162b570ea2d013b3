// Package watch is what is seen of a good after it was recognised: which signs
// there are that something changed, when one counts, and how it ends. A sign
// informs; it never withdraws a recognition.
package watch

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"time"

	"stoa/internal/good"
)

// Kind is what a sign says.
type Kind string

// The kinds of sign.
const (
	RepositoryGone     Kind = "repository-gone"     // the forge knows no such repository
	RepositoryArchived Kind = "repository-archived" // the forge says that it only can be read
	RepositoryMoved    Kind = "repository-moved"    // it answers under another address
	LicenceText        Kind = "licence-text"        // the text of the licence is of another kind
	LicenceChanged     Kind = "licence-changed"     // the files declare another licence
	DomainLapsed       Kind = "domain-lapsed"       // the name leads nowhere
	WebsiteDead        Kind = "website-dead"
	PolicyDead         Kind = "policy-dead" // a page that the answers name
	DocumentationDead  Kind = "documentation-dead"
	FindingTurned      Kind = "finding-turned" // an answer rests on what is met no more
)

// Kinds lists the kinds of sign, the gravest first.
var Kinds = []Kind{LicenceText, LicenceChanged, RepositoryGone, RepositoryArchived, RepositoryMoved, DomainLapsed, WebsiteDead, PolicyDead, DocumentationDead, FindingTurned}

// patient says whether a sign has to be seen several times before it counts:
// places that do not answer may only rest.
func (k Kind) patient() bool {
	switch k {
	case RepositoryGone, DomainLapsed, WebsiteDead, PolicyDead, DocumentationDead:
		return true
	}
	return false
}

// compared says whether a sign is that a value is another than before.
func (k Kind) compared() bool { return k == LicenceText || k == LicenceChanged || k == FindingTurned }

// End is how a sign ended.
type End string

// The ends. Well is seen by the watch itself, the others are said by people.
const (
	Well       End = "well"       // it is as before
	Dismissed  End = "dismissed"  // it is right as it is now
	Mended     End = "mended"     // somebody saw to it
	Challenged End = "challenged" // a challenge looks into it
)

// Seen is what one look saw of one matter. What a look could not see is in none.
type Seen struct {
	Kind  Kind   `json:"-"`
	About string `json:"about,omitempty"` // an address, or a question of a standard
	Ill   bool   `json:"-"`               // of compared kinds Is alone counts
	Slow  bool   `json:"-"`               // nobody answered, which has to last for weeks
	Was   string `json:"was,omitempty"`
	Is    string `json:"is,omitempty"`

	Indicator string `json:"indicator,omitempty"` // that the question belongs to
}

func (s Seen) key() string { return string(s.Kind) + " " + s.About }

// Sign is something that counts as changed. All of it is public, and told by
// the journal: Apply rebuilds it entry by entry.
type Sign struct {
	ID        good.ID   `json:"id"`
	Good      good.ID   `json:"good"`
	Kind      Kind      `json:"kind"`
	About     string    `json:"about,omitempty"`
	Indicator string    `json:"indicator,omitempty"`
	Was       string    `json:"was,omitempty"`
	Is        string    `json:"is,omitempty"`
	Noticed   time.Time `json:"noticed"`
	Stayed    time.Time `json:"stayed,omitzero"` // since when it is a case
	Known     string    `json:"known,omitempty"` // what the owner says of it
	KnownAt   time.Time `json:"known_at,omitzero"`
	End       End       `json:"end,omitempty"`
	Ended     time.Time `json:"ended,omitzero"`
	Reason    string    `json:"reason,omitempty"`
	Challenge good.ID   `json:"challenge,omitempty"` // the application that looks into it
}

// Open says whether the sign stands still.
func (s Sign) Open() bool { return s.End == "" }

func (s Sign) key() string { return string(s.Kind) + " " + s.About }

// Tells says whether a verb tells of a sign: its first subject is then the
// good, its second the sign.
func Tells(v good.Verb) bool {
	switch v {
	case good.SignNoticed, good.SignStayed, good.SignExplained, good.SignMended, good.SignSettled:
		return true
	}
	return false
}

// Settled is how people end a sign, as an entry has it.
type Settled struct {
	How       End     `json:"how"`
	Challenge good.ID `json:"challenge,omitempty"`
}

// Apply takes in one entry of the journal. What was erased is left out.
func (s *Sign) Apply(e good.Entry) {
	if len(e.Subjects) < 2 {
		return
	}
	s.Good, s.ID = e.Subjects[0], e.Subjects[1]
	switch e.Verb {
	case good.SignNoticed:
		var seen Seen
		e.Value("kind", &s.Kind)
		e.Value("seen", &seen)
		s.Noticed, s.About, s.Indicator, s.Was, s.Is = e.Time, seen.About, seen.Indicator, seen.Was, seen.Is
	case good.SignStayed:
		s.Stayed = e.Time
	case good.SignExplained:
		s.Known, s.KnownAt = "", time.Time{}
		if e.Value("reason", &s.Known) && s.Known != "" {
			s.KnownAt = e.Time
		}
	case good.SignMended:
		s.End, s.Ended = Well, e.Time
	case good.SignSettled:
		var how Settled
		e.Value("settled", &how)
		e.Value("reason", &s.Reason)
		s.End, s.Challenge, s.Ended = how.How, how.Challenge, e.Time
	}
}

// Doubt is what was seen, but not often enough to count.
type Doubt struct {
	Seen  `json:"seen"`
	First time.Time `json:"first"`
	Last  time.Time `json:"last"`
	Tries int       `json:"tries"`
}

// Memory is what is kept of a good from one look to the next.
type Memory struct {
	Usual    map[string]string `json:"usual,omitempty"`    // by matter, the value that a change is held against
	Accepted map[string]string `json:"accepted,omitempty"` // by matter, what people said is right as it is
	Doubts   map[string]Doubt  `json:"doubts,omitempty"`   // by matter
}

// Times of the judgement.
const (
	apart   = 20 * time.Hour      // between two tries that both count
	silence = 14 * 24 * time.Hour // for which nobody answers before it counts
)

// Judge holds what a look saw against what is kept: which signs count from now
// on, and which that stood stand no more. tries is how often a place has to be
// found dead before it counts.
func (m *Memory) Judge(now time.Time, tries int, seen []Seen, open []Sign) (noticed []Seen, well []Sign) {
	if m.Usual == nil {
		m.Usual = map[string]string{}
	}
	if m.Accepted == nil {
		m.Accepted = map[string]string{}
	}
	if m.Doubts == nil {
		m.Doubts = map[string]Doubt{}
	}
	stands := map[string]Sign{}
	for _, s := range open {
		stands[s.key()] = s
	}
	for _, s := range seen {
		key := s.key()
		m.compare(&s)
		if accepted, ok := m.Accepted[key]; ok {
			if s.Ill && accepted == s.Is {
				delete(m.Doubts, key)
				continue
			}
			delete(m.Accepted, key)
		}
		sign, standing := stands[key]
		switch {
		case !s.Ill:
			delete(m.Doubts, key)
			if standing {
				well = append(well, sign)
			}
		case standing:
		case m.counts(now, tries, s):
			delete(m.Doubts, key)
			noticed = append(noticed, s)
		}
	}
	return noticed, well
}

// compare makes a value that is another than the usual one ill; the first that
// is seen is the usual one, and so is one that people accepted.
func (m *Memory) compare(s *Seen) {
	if !s.Kind.compared() {
		return
	}
	key := s.key()
	usual := m.Usual[key]
	if accepted, ok := m.Accepted[key]; usual == "" || ok && accepted == s.Is || s.Kind == FindingTurned && s.Is == met {
		m.Usual[key] = s.Is
		delete(m.Accepted, key)
		return
	}
	s.Was = usual
	s.Ill = s.Is != usual
	if s.Kind == FindingTurned {
		s.Ill = usual == met && s.Is == notMet
	}
}

// The values of FindingTurned that count: those of finding.State.
const met, notMet = "met", "not-met"

// counts says whether what is ill counts by now, and notes the try where not.
func (m *Memory) counts(now time.Time, tries int, s Seen) bool {
	if !s.Kind.patient() {
		return true
	}
	d, doubted := m.Doubts[s.key()]
	if !doubted {
		d = Doubt{First: now}
	}
	if d.Tries == 0 || now.Sub(d.Last) >= apart {
		d.Tries, d.Last = d.Tries+1, now
	}
	d.Seen = s
	m.Doubts[s.key()] = d
	return d.Tries >= tries && (!s.Slow || now.Sub(d.First) >= silence)
}

// Accept notes that people hold what a sign says for right as it is.
func (m *Memory) Accept(s Sign) {
	if m.Accepted == nil {
		m.Accepted = map[string]string{}
	}
	m.Accepted[s.key()] = s.Is
}

// Next is when a good is looked at after a moment, where each is looked at every
// so many days: always in the same place of the span, which is the good's own,
// so that the looks of many goods spread evenly.
func Next(id good.ID, after time.Time, days int) time.Time {
	span := time.Duration(days) * 24 * time.Hour
	sum := sha256.Sum256([]byte(id)) // ids that were made together begin alike
	place := time.Duration(binary.BigEndian.Uint64(sum[:])%uint64(span/time.Second)) * time.Second
	begin := after.UTC().Truncate(span).Add(place)
	if !begin.After(after) {
		begin = begin.Add(span)
	}
	return begin
}

// Read reads what is kept; nothing where nothing is.
func Read(doc []byte) (m Memory, err error) {
	if len(doc) > 0 {
		err = json.Unmarshal(doc, &m)
	}
	return m, err
}
