package people

import (
	"context"
	"encoding/json"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/store"
)

// KeyOwner is the person a passkey belongs to, as the ceremony needs them.
type KeyOwner struct {
	Person   good.Person
	Name     string // by which the device lists the passkey
	Passkeys []access.Passkey
}

// OwnerOfKey returns the person with a passkey.
func (a *App) OwnerOfKey(ctx context.Context, id []byte) (KeyOwner, error) {
	k, err := a.DB.Primary().Passkey(ctx, id)
	if err != nil {
		return KeyOwner{}, err
	}
	if k == nil {
		return KeyOwner{}, &good.Error{Kind: good.Unauthenticated, Key: "people.error.passkey"}
	}
	return a.KeyOwner(ctx, k.Person)
}

// KeyOwner returns a person with their passkeys.
func (a *App) KeyOwner(ctx context.Context, person good.ID) (KeyOwner, error) {
	p, err := a.DB.Primary().Person(ctx, person)
	if err != nil {
		return KeyOwner{}, err
	}
	if p == nil {
		return KeyOwner{}, &good.Error{Kind: good.Unauthenticated, Key: "people.error.nobody"}
	}
	v, err := a.viewer(ctx, person, nil)
	if err != nil {
		return KeyOwner{}, err
	}
	keys, err := a.DB.Primary().Passkeys(ctx, person)
	return KeyOwner{Person: *p, Name: v.Name, Passkeys: keys}, err
}

// SignInWithKey begins a session for whom a passkey proved itself; doc is the
// credential as it is after that.
func (a *App) SignInWithKey(ctx context.Context, id []byte, doc json.RawMessage, device string) (SignedIn, error) {
	var in SignedIn
	err := a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		k, err := tx.Passkey(ctx, id)
		if err != nil {
			return err
		}
		if k == nil { // taken away meanwhile
			return &good.Error{Kind: good.Unauthenticated, Key: "people.error.passkey"}
		}
		k.Doc, k.Used = doc, tx.Now()
		if err := tx.PutPasskey(ctx, *k); err != nil {
			return err
		}
		return a.admit(ctx, tx, k.Person, access.ByPasskey, device, &in)
	})
	return in, err
}

// AddKey gives the person a passkey more.
func (a *App) AddKey(ctx context.Context, v access.Viewer, id []byte, name string, doc json.RawMessage) error {
	if name = oneLine(name); !plain(name) {
		return &good.Error{Kind: good.Invalid, Key: "people.error.name", Field: "name"}
	}
	return a.own(ctx, v, true, func(ctx context.Context, tx *store.Tx, p *good.Person) error {
		return tx.PutPasskey(ctx, access.Passkey{ID: id, Person: p.ID, Name: name, Doc: doc, Created: tx.Now()})
	})
}

// DropKey takes a passkey from the person.
func (a *App) DropKey(ctx context.Context, v access.Viewer, id []byte) error {
	return a.own(ctx, v, true, func(ctx context.Context, tx *store.Tx, p *good.Person) error { return tx.DeletePasskey(ctx, p.ID, id) })
}

// Outsider is somebody as another site vouches for them.
type Outsider struct {
	Issuer  string
	Subject string
	Label   string // by which the person knows the account there
	Name    string
	Address string // that the site says is proved; "" for none
	Way     access.Way
}

// SignInFrom begins a session for whom another site vouches. Whoever is not
// known here yet gets an account, unless their address has one: two ways in
// become one person's only by that person, signed in.
func (a *App) SignInFrom(ctx context.Context, o Outsider, lang, device string) (SignedIn, error) {
	var in SignedIn
	err := a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		known, err := tx.Identity(ctx, o.Issuer, o.Subject)
		if err != nil {
			return err
		}
		if known != nil {
			in.New = false
			return a.admit(ctx, tx, known.Person, o.Way, device, &in)
		}
		address, err := good.EmailAddress(o.Address)
		if err != nil {
			return &good.Error{Kind: good.Invalid, Key: "people.error.unproved", Args: map[string]any{"Site": o.Issuer}}
		}
		other, err := tx.PersonByEmail(ctx, address)
		if err != nil {
			return err
		}
		if other != nil {
			return &good.Error{Kind: good.Conflict, Key: "people.error.link_first", Args: map[string]any{"Address": address}}
		}
		p := &good.Person{Language: language(lang)}
		if name := oneLine(o.Name); plain(name) {
			p.Name = name
		}
		if err := a.newPerson(ctx, tx, p); err != nil {
			return err
		}
		if err := tx.PutEmail(ctx, good.Email{Address: address, Person: p.ID, Verified: tx.Now(), Main: true}); err != nil {
			return err
		}
		in.New = true
		if err := tx.PutIdentity(ctx, access.Identity{Issuer: o.Issuer, Subject: o.Subject, Person: p.ID, Label: o.Label, Created: tx.Now()}); err != nil {
			return err
		}
		return a.admit(ctx, tx, p.ID, o.Way, device, &in)
	})
	return in, err
}

// LinkFrom lets the person sign in from another site from now on.
func (a *App) LinkFrom(ctx context.Context, v access.Viewer, o Outsider) error {
	return a.own(ctx, v, true, func(ctx context.Context, tx *store.Tx, p *good.Person) error {
		return tx.PutIdentity(ctx, access.Identity{Issuer: o.Issuer, Subject: o.Subject, Person: p.ID, Label: o.Label, Created: tx.Now()})
	})
}

// Unlink takes an account elsewhere from the person.
func (a *App) Unlink(ctx context.Context, v access.Viewer, issuer, subject string) error {
	return a.own(ctx, v, true, func(ctx context.Context, tx *store.Tx, p *good.Person) error {
		return tx.DeleteIdentity(ctx, p.ID, issuer, subject)
	})
}

// Prove renews, for the session in use, when the person last proved who they
// are, with the session a sign-in has just begun: that one ends.
func (a *App) Prove(ctx context.Context, v access.Viewer, in SignedIn) error {
	if v.Person != in.Person {
		return &good.Error{Kind: good.Forbidden, Key: "people.error.other"}
	}
	return a.SignOut(ctx, v)
}
