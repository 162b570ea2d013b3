package good

import (
	"net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Person is somebody with an account, as far as they told of themselves. All
// of it is private but for the pseudonym, and the name of whoever agreed to be
// named.
type Person struct {
	ID        ID        `json:"-"`
	Pseudonym string    `json:"-"` // by which the journal knows them; random
	Version   int64     `json:"-"`
	Created   time.Time `json:"-"` // UTC

	Name      string   `json:"name,omitempty"`
	Language  string   `json:"language,omitempty"`  // of the pages and of messages: en, ar, zh, fr, ru or es
	Named     bool     `json:"named,omitempty"`     // agreed to be named beside what they do in public
	Expertise []string `json:"expertise,omitempty"` // as they put it: "privacy", "health"
	Away      Absence  `json:"away,omitzero"`
}

// Absence is when somebody cannot be asked: days, both included; an empty end
// means until further notice.
type Absence struct {
	From  Date `json:"from,omitempty"`
	Until Date `json:"until,omitempty"`
}

// On says whether a day falls into the absence.
func (a Absence) On(day Date) bool {
	return a.From != "" && a.From <= day && (a.Until == "" || day <= a.Until)
}

// Email is an address of a person. Address is in the form that tells addresses
// apart.
type Email struct {
	Address  string
	Person   ID
	Verified time.Time
	Main     bool // where messages go
}

// Body is an organisation that people act for.
type Body struct {
	ID      ID
	Slug    string
	Name    string
	Created time.Time
}

// BodyDomain is a domain that an organisation says is its own. Verified is
// zero until that is proved.
type BodyDomain struct {
	Body     ID
	Domain   string
	Proof    string // what has to be found at the domain
	Way      string // how it was proved: "dns", "file" or "mail"
	Verified time.Time
}

// Member is a person who acts for an organisation.
type Member struct {
	Body   ID
	Person ID
	Keeper bool // looks after domains and members
	Since  time.Time
}

// maxAddress is the longest e-mail address there can be, in bytes (RFC 5321).
const maxAddress = 254

// EmailAddress is s in the form that tells addresses apart: in lower case,
// without a name. An error of kind Invalid says that it is none.
func EmailAddress(s string) (string, error) {
	s = strings.TrimSpace(s)
	a, err := mail.ParseAddress(s)
	local, domain, _ := strings.Cut(s, "@")
	if err != nil || a.Address != s || len(s) > maxAddress || local == "" || !strings.Contains(domain, ".") || strings.ContainsAny(s, "\"<>(),:;\\[] ") ||
		strings.ContainsFunc(s, unicode.IsControl) || !utf8.ValidString(s) {
		return "", &Error{Kind: Invalid, Key: "people.error.address", Field: "address"}
	}
	return strings.ToLower(s), nil
}
