package people

import (
	"context"
	"encoding/base64"
	"errors"
	"math"
	"time"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/store"
)

// Export is all that is kept of a person, for them to take away. Secrets are
// not in it: only their hashes are kept.
type Export struct {
	Made          time.Time        `json:"made"`
	Person        good.ID          `json:"id"`
	Pseudonym     string           `json:"pseudonym"`
	Since         time.Time        `json:"since"`
	Profile       good.Person      `json:"profile"`
	Roles         []string         `json:"roles"`
	Addresses     []ExportedMail   `json:"addresses"`
	Passkeys      []ExportedSecret `json:"passkeys"`
	Accounts      []ExportedSecret `json:"accounts_elsewhere"`
	Sessions      []ExportedSecret `json:"sessions"`
	Tokens        []ExportedSecret `json:"tokens"`
	Organisations []string         `json:"organisations"`
	Invited       []ExportedAsking `json:"invited,omitempty"` // what the person was asked to join
	Invites       []ExportedAsking `json:"invites,omitempty"` // whom they asked
	Acts          []ExportedAct    `json:"journal"`
	More          map[string]any   `json:"more,omitempty"` // what other rooms keep
}

// ExportedMail is an address of the person.
type ExportedMail struct {
	Address  string    `json:"address"`
	Verified time.Time `json:"verified,omitzero"`
	Main     bool      `json:"main"`
}

// ExportedSecret is a way in, or somebody who is in, without the secret.
type ExportedSecret struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Scopes  []string  `json:"scopes,omitempty"`
	Created time.Time `json:"created"`
	Used    time.Time `json:"used,omitzero"`
	Expires time.Time `json:"expires,omitzero"`
}

// ExportedAsking is an invitation.
type ExportedAsking struct {
	Kind    good.Invited `json:"kind"`
	About   good.ID      `json:"about"`
	Address string       `json:"address"`
	Created time.Time    `json:"created"`
	Expires time.Time    `json:"expires"`
	Became  string       `json:"became,omitempty"`
}

func exportedAskings(list []good.Invitation) (out []ExportedAsking) {
	for _, i := range list {
		out = append(out, ExportedAsking{i.Kind, i.About, i.Address, i.Created, i.Expires, i.Became})
	}
	return out
}

// ExportedAct is an entry of the journal that the person wrote.
type ExportedAct struct {
	Position int64     `json:"position"`
	Time     time.Time `json:"time"`
	Role     string    `json:"role"`
	Verb     good.Verb `json:"verb"`
	Subjects []good.ID `json:"subjects"`
}

// maxActs is how many entries an export names, the newest.
const maxActs = 100_000

// Export returns all that is kept of a person, to themselves or to who looks
// after people at the command line for them.
func (a *App) Export(ctx context.Context, who access.Who, key string) (Export, error) {
	p, err := a.theirs(ctx, who, key)
	if err != nil {
		return Export{}, err
	}
	acc, err := a.whole(ctx, p.ID)
	if err != nil {
		return Export{}, err
	}
	out := Export{Made: a.Now().UTC(), Person: p.ID, Pseudonym: p.Pseudonym, Since: p.Created, Profile: acc.Person, Roles: acc.Roles}
	for _, e := range acc.Emails {
		out.Addresses = append(out.Addresses, ExportedMail{e.Address, e.Verified, e.Main})
	}
	for _, k := range acc.Passkeys {
		out.Passkeys = append(out.Passkeys, ExportedSecret{ID: base64.RawURLEncoding.EncodeToString(k.ID), Name: k.Name, Created: k.Created, Used: k.Used})
	}
	for _, i := range acc.Identities {
		out.Accounts = append(out.Accounts, ExportedSecret{ID: i.Issuer + " " + i.Subject, Name: i.Label, Created: i.Created})
	}
	for _, s := range acc.Sessions {
		out.Sessions = append(out.Sessions, ExportedSecret{ID: string(s.ID), Name: s.Device, Created: s.Created, Used: s.Seen, Expires: s.Expires})
	}
	for _, t := range acc.Tokens {
		out.Tokens = append(out.Tokens, ExportedSecret{ID: string(t.ID), Name: t.Name, Scopes: t.Scopes, Created: t.Created, Used: t.Used, Expires: t.Expires})
	}
	for _, b := range acc.Bodies {
		out.Organisations = append(out.Organisations, b.Slug)
	}
	to, err := a.invitations(ctx, p.ID)
	if err != nil {
		return Export{}, err
	}
	by, err := a.DB.Primary().InvitationsBy(ctx, p.ID, time.Time{})
	if err != nil {
		return Export{}, err
	}
	out.Invited, out.Invites = exportedAskings(to), exportedAskings(by)
	acts, err := a.DB.Primary().ActsOf(ctx, p.Pseudonym, math.MaxInt64, maxActs)
	if err != nil {
		return Export{}, err
	}
	for _, e := range acts {
		out.Acts = append(out.Acts, ExportedAct{e.Position, e.Time, e.Actor.Role, e.Verb, e.Subjects})
	}
	for name, part := range a.Kept {
		v, err := part(ctx, *p)
		if err != nil {
			return Export{}, err
		}
		if out.More == nil {
			out.More = map[string]any{}
		}
		out.More[name] = v
	}
	return out, nil
}

// theirs finds a person on whom who may act: themselves, or anybody for who
// looks after people without being one.
func (a *App) theirs(ctx context.Context, who access.Who, key string) (*good.Person, error) {
	p, err := a.find(ctx, key)
	if err != nil {
		return nil, err
	}
	if _, err := access.As(who, access.Account, access.Own(p.ID)); err == nil {
		return p, nil
	}
	_, err = access.As(who, access.ManagePeople, access.Thing{})
	return p, err
}

// Erase takes away for ever all that is kept of a person, and what was written
// about them in the journal. What they stated in public stays, under a
// pseudonym behind which nobody stands any more; the log still verifies.
func (a *App) Erase(ctx context.Context, v access.Viewer, key string) (int64, error) {
	p, err := a.theirs(ctx, v.Who, key)
	if err != nil {
		return 0, err
	}
	if err := a.Fresh(v); err != nil {
		return 0, err
	}
	actor := good.Actor{Role: access.Person, Pseudonym: p.Pseudonym}
	if v.Person != p.ID {
		if actor, err = access.As(v.Who, access.ManagePeople, access.Thing{}); err != nil {
			return 0, err
		}
	}
	position, err := a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		for _, gone := range a.Gone {
			if err := gone(ctx, tx, *p); err != nil {
				return err
			}
		}
		if err := eraseWords(ctx, tx, good.ID(p.Pseudonym)); err != nil {
			return err
		}
		if err := tx.DeletePerson(ctx, p.ID); err != nil {
			return err
		}
		tx.Append(good.PersonErased, []good.ID{good.ID(p.Pseudonym)})
		return nil
	})
	if err != nil {
		return 0, err
	}
	return position, errors.Join(a.catchUp(ctx), a.DB.Scrub(ctx))
}

// eraseWords deletes what others wrote about the person behind a pseudonym:
// why a role was given or taken.
func eraseWords(ctx context.Context, tx *store.Tx, pseudonym good.ID) error {
	about, err := tx.History(ctx, pseudonym, maxActs)
	if err != nil {
		return err
	}
	for _, e := range about {
		for _, v := range e.Values {
			if v.Name != "reason" || v.Erased != nil {
				continue
			}
			if err := tx.Erase(ctx, e.Position, v.Name); err != nil {
				return err
			}
			tx.Append(good.ValueErased, e.Subjects, store.NamedValue{Name: "position", Value: e.Position}, store.NamedValue{Name: "name", Value: v.Name})
		}
	}
	return nil
}
