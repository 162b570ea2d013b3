package people

import (
	"context"
	"crypto/subtle"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/store"
)

// The kinds of links.
const (
	linkIn      = "link"    // signs in
	linkAddress = "address" // proves an address of somebody signed in
)

const (
	maxLinks = 5  // links for one address within an hour
	maxTries = 10 // codes for one link
)

// link is what is kept of a link that was sent.
type link struct {
	Address  string  `json:"address"`
	Language string  `json:"language,omitempty"`
	Browser  []byte  `json:"browser,omitempty"` // hash of the secret of the browser that asked; none for one the operator printed
	Code     string  `json:"code,omitempty"`    // shown in that browser, asked for in others
	Person   good.ID `json:"person,omitempty"`  // whose address it is to become
	Next     string  `json:"next,omitempty"`    // where the reader wanted to go
	Body     good.ID `json:"body,omitempty"`    // organisation whose domain it proves
	Domain   string  `json:"domain,omitempty"`
}

// Code is what the browser that asked shows, so that a link can be opened on
// another device by whoever sees both.
func Code(browser string) string {
	sum := access.Hash("code " + browser)
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum)%1_000_000)
}

// AskLink sends a link that signs in to an address, and returns the secret
// that the asking browser keeps. Its answer is the same whether anybody has
// that address or not: whoever reads mail there may have an account.
func (a *App) AskLink(ctx context.Context, address, lang, next string) (browser string, err error) {
	if a.Mail == nil {
		return "", &good.Error{Kind: good.Forbidden, Key: "people.error.no_mail"}
	}
	if address, err = good.EmailAddress(address); err != nil {
		return "", err
	}
	return a.send(ctx, linkIn, link{Address: address, Language: language(lang), Next: next})
}

// send writes a link down and sends it.
func (a *App) send(ctx context.Context, kind string, l link) (browser string, err error) {
	if browser, err = access.NewSecret(a.Rand); err != nil {
		return "", err
	}
	l.Browser, l.Code = access.Hash(browser), Code(browser)
	secret, err := a.begin(ctx, kind, l.Address, l, LinkFor, func(ctx context.Context, tx *store.Tx) error {
		n, err := tx.CountCeremonies(ctx, kind, l.Address, tx.Now().Add(-time.Hour))
		if err == nil && n >= maxLinks {
			err = &good.Error{Kind: good.Limited, Key: "people.error.links", Field: "address"}
		}
		return err
	})
	if err != nil {
		return "", err
	}
	letter := Letter{To: l.Address, Language: l.Language, Kind: letters[kind], Link: a.linkAt(kind, secret, l.Language)}
	if err := a.Mail.Send(ctx, letter); err != nil {
		a.log().WarnContext(ctx, "a link could not be sent", "error", err)
		return "", &good.Error{Kind: good.Limited, Key: "people.error.unsent", Field: "address", Err: err}
	}
	return browser, nil
}

// letters are the words a link is sent with, paths where it leads.
var (
	letters = map[string]string{linkIn: "signin", linkAddress: "address", linkDomain: "domain"}
	paths   = map[string]string{linkIn: "/signin/link", linkAddress: "/account/address", linkDomain: "/account/domain"}
)

// linkAt is the address of a link.
func (a *App) linkAt(kind, secret, lang string) string {
	prefix := ""
	if lang != "" && lang != "en" {
		prefix = "/" + lang
	}
	return a.Base + prefix + paths[kind] + "?t=" + secret
}

// PrintLink returns the address of a link that signs in the person with an
// address, for the operator to hand over. It works once, in any browser.
func (a *App) PrintLink(ctx context.Context, who access.Who, key string) (string, error) {
	if _, err := access.As(who, access.ManagePeople, access.Thing{}); err != nil {
		return "", err
	}
	p, err := a.find(ctx, key)
	if err != nil {
		return "", err
	}
	emails, err := a.DB.Primary().Emails(ctx, p.ID)
	if err != nil {
		return "", err
	}
	if len(emails) == 0 {
		return "", &good.Error{Kind: good.Invalid, Key: "people.error.no_address"}
	}
	secret, err := a.begin(ctx, linkIn, emails[0].Address, link{Address: emails[0].Address, Language: language(p.Language)}, printedFor, nil)
	return a.linkAt(linkIn, secret, p.Language), err
}

// Sent is a link as the page shows it before it is used.
type Sent struct {
	Address   string
	NeedsCode bool // it was asked for in another browser
	Next      string
}

// LookAtLink says what a link would do, without doing it: programs that open
// every link in a message use none up.
func (a *App) LookAtLink(ctx context.Context, secret, browser string) (Sent, error) {
	_, l, err := a.link(ctx, linkIn, secret)
	return Sent{Address: l.Address, NeedsCode: l.foreign(browser), Next: l.Next}, err
}

// foreign says whether a link was asked for in another browser.
func (l link) foreign(browser string) bool {
	return len(l.Browser) > 0 && subtle.ConstantTimeCompare(l.Browser, access.Hash(browser)) != 1
}

// link returns a link that is still good.
func (a *App) link(ctx context.Context, kind, secret string) (*access.Ceremony, link, error) {
	var l link
	c, err := a.ceremony(ctx, kind, secret)
	if err == nil && c == nil {
		err = &good.Error{Kind: good.Gone, Key: "people.error.link"}
	}
	if err != nil {
		return nil, l, err
	}
	return c, l, json.Unmarshal(c.Doc, &l)
}

// UseLink signs in with a link, once. Elsewhere than in the browser that asked
// it takes the code which that browser shows: a link alone, however come by,
// opens nothing.
func (a *App) UseLink(ctx context.Context, secret, browser, code, device string) (SignedIn, error) {
	c, l, err := a.link(ctx, linkIn, secret)
	if err != nil {
		return SignedIn{}, err
	}
	if err := a.mayUse(ctx, c, l, browser, code); err != nil {
		return SignedIn{}, err
	}
	way := access.ByMail
	if len(l.Browser) == 0 {
		way = access.ByHand
	}
	in := SignedIn{Next: l.Next}
	err = a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := end(ctx, tx, c); err != nil {
			return err
		}
		p, err := tx.PersonByEmail(ctx, l.Address)
		if err != nil {
			return err
		}
		in.New = p == nil
		if p == nil {
			p = &good.Person{Language: l.Language}
			if err := a.newPerson(ctx, tx, p); err != nil {
				return err
			}
		}
		if err := tx.PutEmail(ctx, good.Email{Address: l.Address, Person: p.ID, Verified: tx.Now(), Main: in.New || isMain(ctx, tx, p.ID, l.Address)}); err != nil {
			return err
		}
		return a.admit(ctx, tx, p.ID, way, device, &in)
	})
	return in, err
}

// isMain says whether an address is the one where a person's messages go.
func isMain(ctx context.Context, tx *store.Tx, person good.ID, address string) bool {
	emails, err := tx.Emails(ctx, person)
	return err == nil && len(emails) > 0 && emails[0].Main && emails[0].Address == address
}

// mayUse refuses a link in a browser that did not ask for it, unless the code
// comes with it.
func (a *App) mayUse(ctx context.Context, c *access.Ceremony, l link, browser, code string) error {
	if !l.foreign(browser) {
		return nil
	}
	if code == "" { // nobody tried yet
		return &good.Error{Kind: good.Invalid, Key: "people.error.code", Field: "code"}
	}
	code = strings.Map(digit, code)
	left := false
	err := a.do(ctx, func(ctx context.Context, tx *store.Tx) (err error) { // counted first: many may try at once
		left, err = tx.TryCeremony(ctx, c.Hash, maxTries)
		return err
	})
	switch {
	case err != nil:
		return err
	case !left:
		return &good.Error{Kind: good.Gone, Key: "people.error.link"}
	case subtle.ConstantTimeCompare([]byte(code), []byte(l.Code)) != 1:
		return &good.Error{Kind: good.Invalid, Key: "people.error.code", Field: "code"}
	}
	return nil
}

// digit is r as one of the digits 0 to 9, as Arabic keyboards have others, or
// nothing.
func digit(r rune) rune {
	switch {
	case r >= '0' && r <= '9':
		return r
	case r >= '٠' && r <= '٩':
		return '0' + r - '٠'
	case r >= '۰' && r <= '۹':
		return '0' + r - '۰'
	}
	return -1
}
