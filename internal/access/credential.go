package access

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"stoa/internal/good"
)

// Way is how somebody proved who they are.
type Way string

// The ways in.
const (
	ByMail    Way = "mail"    // a link that was sent to an address
	ByPasskey Way = "passkey" // WebAuthn
	ByIssuer  Way = "issuer"  // an OpenID Connect issuer
	ByGitHub  Way = "github"  // OAuth 2.0
	ByHand    Way = "hand"    // a link that the operator printed
)

// Session is somebody signed in on one device. The secret of its cookie is
// kept nowhere but there.
type Session struct {
	ID      good.ID
	Person  good.ID
	Device  string // browser and system, in short
	Way     Way
	Created time.Time
	Seen    time.Time // in steps of a few minutes
	Proved  time.Time // when the person last proved who they are
	Expires time.Time // whatever happens
}

// Token lets a program act for a person, within scopes, until it expires.
type Token struct {
	ID      good.ID
	Person  good.ID
	Name    string // as the person calls it
	Scopes  []string
	Created time.Time
	Used    time.Time // in steps of a few minutes; zero for never
	Expires time.Time
}

// Passkey is a WebAuthn credential of a person.
type Passkey struct {
	ID      []byte
	Person  good.ID
	Name    string // as the person calls it
	Doc     json.RawMessage
	Created time.Time
	Used    time.Time
}

// Identity is a person as another site knows them.
type Identity struct {
	Issuer  string // "https://id.example", or "github"
	Subject string // the site's own id of the person, which never changes
	Person  good.ID
	Label   string // by which the person knows the account
	Created time.Time
}

// Ceremony is what is under way until somebody is in. It is over after one
// success, too many failures or its time.
type Ceremony struct {
	Hash    []byte // of its secret
	Kind    string // "link", "passkey", …
	About   string // an address or a person, to count by
	Doc     json.RawMessage
	Tries   int // so far, of its code
	Created time.Time
	Expires time.Time
}

// secretBytes is how much chance there is in a secret.
const secretBytes = 32

// NewSecret returns a secret fit for a cookie, an address or a header, with
// randomness from r.
func NewSecret(r io.Reader) (string, error) {
	var b [secretBytes]byte
	if _, err := io.ReadFull(r, b[:]); err != nil {
		return "", fmt.Errorf("new secret: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b[:]), nil
}

// Hash is what is kept of a secret: nobody who reads it learns the secret.
func Hash(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// skew is by how much the clock may have been set back since something began.
const skew = 5 * time.Minute

// Current says whether something that began and expires is good at now. What
// began after now was made under a wrong clock and cannot be trusted to end.
func Current(began, expires, now time.Time) bool {
	return now.Before(expires) && !began.After(now.Add(skew))
}
