package people

import (
	"context"
	"encoding/json"
	"time"
	"unicode/utf8"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/store"
)

// begin writes down what begins and returns the secret that continues it.
// first, if any, may refuse.
func (a *App) begin(ctx context.Context, kind, about string, doc any, hold time.Duration, first func(context.Context, *store.Tx) error) (secret string, err error) {
	raw, err := json.Marshal(doc)
	if err != nil {
		return "", err
	}
	if secret, err = access.NewSecret(a.Rand); err != nil {
		return "", err
	}
	return secret, a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		if first != nil {
			if err := first(ctx, tx); err != nil {
				return err
			}
		}
		if err := tx.Sweep(ctx); err != nil {
			return err
		}
		return tx.AddCeremony(ctx, access.Ceremony{Hash: access.Hash(secret), Kind: kind, About: about, Doc: raw, Created: tx.Now(), Expires: tx.Now().Add(hold)})
	})
}

// ceremony returns what a secret continues; nil where that is over.
func (a *App) ceremony(ctx context.Context, kind, secret string) (*access.Ceremony, error) {
	c, err := a.DB.Primary().Ceremony(ctx, kind, access.Hash(secret))
	if err != nil || c == nil || !access.Current(c.Created, c.Expires, a.Now()) {
		return nil, err
	}
	return c, nil
}

// end takes a ceremony away: of two who use it at once one gets on.
func end(ctx context.Context, tx *store.Tx, c *access.Ceremony) error {
	there, err := tx.EndCeremony(ctx, c.Hash)
	if err == nil && !there {
		err = &good.Error{Kind: good.Gone, Key: "people.error.link"}
	}
	return err
}

// Begin keeps what a ceremony of the pages needs to go on (a challenge, a
// state) and returns the secret that continues it.
func (a *App) Begin(ctx context.Context, kind string, doc any) (secret string, err error) {
	return a.begin(ctx, kind, "", doc, doneFor, nil)
}

// Continue returns what Begin kept, into doc, once.
func (a *App) Continue(ctx context.Context, kind, secret string, doc any) error {
	c, err := a.ceremony(ctx, kind, secret)
	if err == nil && c == nil {
		err = &good.Error{Kind: good.Gone, Key: "people.error.over"}
	}
	if err != nil {
		return err
	}
	if err := a.do(ctx, func(ctx context.Context, tx *store.Tx) error { return end(ctx, tx, c) }); err != nil {
		return err
	}
	return json.Unmarshal(c.Doc, doc)
}

// SignedIn is a session that has just begun.
type SignedIn struct {
	Secret  string // for the cookie
	Expires time.Time
	Person  good.ID
	New     bool   // the account was made by it
	Next    string // where the reader wanted to go
}

// maxDevice is how much of a browser's name is kept, in bytes.
const maxDevice = 120

// admit begins a session for a person.
func (a *App) admit(ctx context.Context, tx *store.Tx, person good.ID, way access.Way, device string, in *SignedIn) (err error) {
	if in.Secret, err = access.NewSecret(a.Rand); err != nil {
		return err
	}
	now := tx.Now()
	s := access.Session{ID: tx.NewID(), Person: person, Device: clip(device, maxDevice), Way: way, Created: now, Seen: now, Proved: now, Expires: now.Add(sessionFor)}
	in.Person, in.Expires = person, s.Expires
	return tx.AddSession(ctx, s, access.Hash(in.Secret))
}

// clip is the beginning of s, in whole characters.
func clip(s string, max int) string {
	if len(s) <= max {
		return s
	}
	for max > 0 && !utf8.RuneStart(s[max]) {
		max--
	}
	return s[:max]
}

// SignOut ends the session in use.
func (a *App) SignOut(ctx context.Context, v access.Viewer) error {
	err := a.do(ctx, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteSession(ctx, v.Person, v.Session) })
	if good.KindOf(err) == good.NotFound { // ended elsewhere meanwhile
		return nil
	}
	return err
}

// Fresh refuses what is sensitive to whoever last proved who they are too long
// ago. A person acting through the operator's command has no session.
func (a *App) Fresh(v access.Viewer) error {
	if v.Session != "" && a.Now().Sub(v.Proved) > provedFor {
		return &good.Error{Kind: good.Unauthenticated, Key: "people.error.prove"}
	}
	return nil
}
