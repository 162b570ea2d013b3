// Package people holds what can be done with accounts: getting in and out,
// what a person keeps about themselves, tokens, roles, and the organisations
// people act for.
package people

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"time"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/store"
)

// Letter is one message to one person that cannot wait: Kind names its words,
// Args what they speak of, Link where to go.
type Letter struct {
	To       string // address
	Language string
	Kind     string // "signin", "address", "domain"
	Link     string // full address
	Args     map[string]string
}

// Mailer sends a letter now, or says that it cannot.
type Mailer interface {
	Send(ctx context.Context, letter Letter) error
}

// App is the noun's verbs and views.
type App struct {
	DB   *store.DB
	Now  func() time.Time
	Rand io.Reader
	Base string // public address of the instance, without a slash at the end
	Mail Mailer // nil: no mail is sent
	Look Prober // how domains are looked at; nil: not at all
	Log  *slog.Logger
	// Tasks is where letters of invitation wait; nil where none are written.
	// Joins lets people in where another noun does, by what they are asked to.
	Tasks Queue
	Joins map[good.Invited]Joining
	// CatchUp makes the snapshot show what was just committed; nil where no
	// snapshot is served.
	CatchUp func(context.Context) error
	// What other nouns keep of a person, by name, and what they do when one is
	// erased, within the same transaction.
	Kept map[string]func(context.Context, good.Person) (any, error)
	Gone []func(context.Context, *store.Tx, good.Person) error
}

// How long things hold.
const (
	LinkFor    = 20 * time.Minute    // a link that was sent, and the code that goes with it
	printedFor = 24 * time.Hour      // a link that the operator printed
	doneFor    = 10 * time.Minute    // a passkey's challenge, a visit to another site
	idleFor    = 14 * 24 * time.Hour // a session nobody uses
	sessionFor = 60 * 24 * time.Hour // a session, at most
	provedFor  = time.Hour           // how long a proof counts for what is sensitive
	tokenFor   = 366 * 24 * time.Hour
	seenStep   = 5 * time.Minute // how exactly "last seen" is kept
)

// log is where failures that nobody hears of go.
func (a *App) log() *slog.Logger {
	if a.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return a.Log
}

// do runs a verb that leaves no trace in the journal.
func (a *App) do(ctx context.Context, fn func(context.Context, *store.Tx) error) error {
	_, err := a.DB.Do(ctx, good.Actor{}, fn)
	return err
}

// catchUp has pages show what was just written.
func (a *App) catchUp(ctx context.Context) error {
	if a.CatchUp == nil {
		return nil
	}
	return a.CatchUp(ctx)
}

// Session is who holds a session's secret; the zero Viewer where nobody does
// (any more). It notes that the session was seen.
func (a *App) Session(ctx context.Context, secret string) (access.Viewer, error) {
	hash := access.Hash(secret)
	s, err := a.DB.Primary().Session(ctx, hash)
	now := a.Now()
	if err != nil || s == nil || !access.Current(s.Created, s.Expires, now) || !access.Current(s.Seen, s.Seen.Add(idleFor), now) {
		return access.Viewer{}, err
	}
	v, err := a.viewer(ctx, s.Person, nil)
	if err != nil || v.Anonymous() {
		return access.Viewer{}, err
	}
	v.Session, v.Proved = s.ID, s.Proved
	if now.Sub(s.Seen) > seenStep {
		if err := a.do(ctx, func(ctx context.Context, tx *store.Tx) error { return tx.SeeSession(ctx, s.ID, now) }); err != nil {
			a.log().WarnContext(ctx, "note that a session was seen", "error", err)
		}
	}
	return v, nil
}

// Token is who let a program act with a token's secret; the zero Viewer where
// nobody does (any more). It notes that the token was used.
func (a *App) Token(ctx context.Context, secret string) (access.Viewer, error) {
	t, err := a.DB.Primary().Token(ctx, access.Hash(secret))
	now := a.Now()
	if err != nil || t == nil || !access.Current(t.Created, t.Expires, now) {
		return access.Viewer{}, err
	}
	v, err := a.viewer(ctx, t.Person, t.Scopes)
	if err == nil && now.Sub(t.Used) > seenStep {
		if err := a.do(ctx, func(ctx context.Context, tx *store.Tx) error { return tx.UseToken(ctx, t.ID, now) }); err != nil {
			a.log().WarnContext(ctx, "note that a token was used", "error", err)
		}
	}
	return v, err
}

// viewer is a person with their roles; the zero Viewer if they are gone.
func (a *App) viewer(ctx context.Context, id good.ID, scopes []string) (access.Viewer, error) {
	p, err := a.DB.Primary().Person(ctx, id)
	if err != nil || p == nil {
		return access.Viewer{}, err
	}
	roles, err := a.DB.Primary().Roles(ctx, id)
	if err != nil {
		return access.Viewer{}, err
	}
	name := p.Name
	if name == "" {
		emails, err := a.DB.Primary().Emails(ctx, id)
		if err != nil {
			return access.Viewer{}, err
		}
		if len(emails) > 0 {
			name = emails[0].Address
		}
	}
	return access.Viewer{Who: access.Who{Person: p.ID, Pseudonym: p.Pseudonym, Roles: roles, Scopes: scopes}, Name: name}, nil
}

// Act is a person, found by id, pseudonym or address, as somebody who acts: how
// the operator lets a command act for them.
func (a *App) Act(ctx context.Context, key string) (access.Who, error) {
	p, err := a.find(ctx, key)
	if err != nil {
		return access.Who{}, err
	}
	v, err := a.viewer(ctx, p.ID, nil)
	return v.Who, err
}

// find returns a person by id, pseudonym or address.
func (a *App) find(ctx context.Context, key string) (*good.Person, error) {
	found, err := a.DB.Primary().PeopleOf(ctx, []string{key})
	if err != nil {
		return nil, err
	}
	if len(found) > 0 {
		return &found[0], nil
	}
	if address, err := good.EmailAddress(key); err == nil {
		p, err := a.DB.Primary().PersonByEmail(ctx, address)
		if err != nil || p != nil {
			return p, err
		}
	}
	return nil, &good.Error{Kind: good.NotFound, Key: "people.error.nobody"}
}

// newPerson writes a person who was not there before.
func (a *App) newPerson(ctx context.Context, tx *store.Tx, p *good.Person) error {
	p.ID = tx.NewID()
	pseudonym, err := newPseudonym(a.Rand)
	if err != nil {
		return err
	}
	p.Pseudonym = pseudonym
	return tx.PutPerson(ctx, p)
}

// newPseudonym is a random id: it tells nothing, not even when it was made.
func newPseudonym(r io.Reader) (string, error) {
	var ms [6]byte
	if _, err := io.ReadFull(r, ms[:]); err != nil {
		return "", err
	}
	var n int64
	for _, b := range ms {
		n = n<<8 | int64(b)
	}
	id, err := good.NewID(time.UnixMilli(n), r)
	return string(id), err
}

// languages are those of the pages.
var languages = []string{"en", "ar", "zh", "fr", "ru", "es"}

func language(code string) string {
	if slices.Contains(languages, code) {
		return code
	}
	return "en"
}
