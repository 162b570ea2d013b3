package people

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/store"
)

// Account is all that is kept of a person.
type Account struct {
	Person     good.Person
	Roles      []string
	Emails     []good.Email
	Passkeys   []access.Passkey
	Identities []access.Identity
	Sessions   []access.Session
	Tokens     []access.Token
	Bodies     []good.Body
}

// Account shows a person all that is kept of them.
func (a *App) Account(ctx context.Context, who access.Who, person good.ID) (Account, error) {
	if _, err := access.As(who, access.ReadAccount, access.Own(person)); err != nil {
		return Account{}, err
	}
	return a.whole(ctx, person)
}

func (a *App) whole(ctx context.Context, person good.ID) (out Account, err error) {
	p, err := a.DB.Primary().Person(ctx, person)
	if err != nil {
		return out, err
	}
	if p == nil { // erased meanwhile
		return out, &good.Error{Kind: good.Unauthenticated, Key: "people.error.nobody"}
	}
	out.Person = *p
	for _, read := range []func() error{
		func() error { out.Roles, err = a.DB.Primary().Roles(ctx, person); return err },
		func() error { out.Emails, err = a.DB.Primary().Emails(ctx, person); return err },
		func() error { out.Passkeys, err = a.DB.Primary().Passkeys(ctx, person); return err },
		func() error { out.Identities, err = a.DB.Primary().Identities(ctx, person); return err },
		func() error { out.Sessions, err = a.DB.Primary().Sessions(ctx, person); return err },
		func() error { out.Tokens, err = a.DB.Primary().Tokens(ctx, person); return err },
		func() error { out.Bodies, err = a.DB.Primary().BodiesOf(ctx, person); return err },
	} {
		if err := read(); err != nil {
			return out, err
		}
	}
	out.Sessions = slices.DeleteFunc(out.Sessions, func(s access.Session) bool {
		return !access.Current(s.Created, s.Expires, a.Now()) || !access.Current(s.Seen, s.Seen.Add(idleFor), a.Now())
	})
	return out, nil
}

// own lets a person change what is theirs. Sensitive changes want a proof of
// late.
func (a *App) own(ctx context.Context, v access.Viewer, sensitive bool, fn func(context.Context, *store.Tx, *good.Person) error) error {
	if _, err := access.As(v.Who, access.Account, access.Own(v.Person)); err != nil {
		return err
	}
	if sensitive {
		if err := a.Fresh(v); err != nil {
			return err
		}
	}
	return a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		p, err := tx.Person(ctx, v.Person)
		if err != nil {
			return err
		}
		if p == nil {
			return &good.Error{Kind: good.Unauthenticated, Key: "people.error.nobody"}
		}
		return fn(ctx, tx, p)
	})
}

// Bounds of what a person writes of themselves, in characters.
const (
	MaxName      = 100
	MaxExpertise = 12 // entries, each as long as a name at most
)

// Profile is what a person says of themselves. Version is that of the person
// they saw when they wrote it.
type Profile struct {
	Version   int64
	Name      string
	Language  string
	Named     bool
	Expertise []string
	Away      good.Absence
}

// SetProfile writes what a person says of themselves. That they are named in
// public, differently or no more, is told by the journal, for every page beside
// which a name stands holds until it moves.
func (a *App) SetProfile(ctx context.Context, v access.Viewer, in Profile) error {
	if err := in.check(); err != nil {
		return err
	}
	told := false
	err := a.own(ctx, v, false, func(ctx context.Context, tx *store.Tx, p *good.Person) error {
		if in.Version != p.Version {
			return &good.Error{Kind: good.Conflict, Key: "people.error.changed"}
		}
		before := publicName(p)
		p.Name, p.Language, p.Named, p.Expertise, p.Away = in.Name, in.Language, in.Named, in.Expertise, in.Away
		if told = publicName(p) != before; told {
			tx.ActAs(good.Actor{Role: access.Person, Pseudonym: p.Pseudonym})
			tx.Append(good.PersonNamed, []good.ID{good.ID(p.Pseudonym)}, store.NamedValue{Name: "named", Value: p.Named})
		}
		return tx.PutPerson(ctx, p)
	})
	if err != nil || !told {
		return err
	}
	return a.catchUp(ctx)
}

// publicName is the name by which everybody knows a person, "" where none.
func publicName(p *good.Person) string {
	if !p.Named {
		return ""
	}
	return p.Name
}

// check mends spaces and refuses what cannot be.
func (in *Profile) check() error {
	invalid := func(field, key string) error { return &good.Error{Kind: good.Invalid, Key: key, Field: field} }
	in.Name = oneLine(in.Name)
	if !plain(in.Name) {
		return invalid("name", "people.error.name")
	}
	if in.Named && in.Name == "" {
		return invalid("name", "people.error.nameless")
	}
	if !slices.Contains(languages, in.Language) {
		return invalid("language", "people.error.language")
	}
	var expertise []string
	for _, e := range in.Expertise {
		if e = oneLine(e); e != "" && !slices.Contains(expertise, e) {
			expertise = append(expertise, e)
		}
		if !plain(e) {
			return invalid("expertise", "people.error.expertise")
		}
	}
	if in.Expertise = expertise; len(expertise) > MaxExpertise {
		return invalid("expertise", "people.error.expertise")
	}
	for field, day := range map[string]good.Date{"from": in.Away.From, "until": in.Away.Until} {
		if _, err := time.Parse(time.DateOnly, string(day)); err != nil && day != "" {
			return invalid(field, "people.error.day")
		}
	}
	if in.Away.Until != "" && (in.Away.From == "" || in.Away.Until < in.Away.From) {
		return invalid("until", "people.error.absence")
	}
	return nil
}

// oneLine is s without spaces around it and with single ones in it.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// plain says whether s is a line of text of bearable length.
func plain(s string) bool {
	return utf8.ValidString(s) && utf8.RuneCountInString(s) <= MaxName && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d'
	})
}

// AskAddress sends a link that makes an address one of the person's.
func (a *App) AskAddress(ctx context.Context, v access.Viewer, address, lang string) error {
	if a.Mail == nil {
		return &good.Error{Kind: good.Forbidden, Key: "people.error.no_mail"}
	}
	address, err := good.EmailAddress(address)
	if err != nil {
		return err
	}
	if err := a.own(ctx, v, true, func(context.Context, *store.Tx, *good.Person) error { return nil }); err != nil {
		return err
	}
	_, err = a.send(ctx, linkAddress, link{Address: address, Language: language(lang), Person: v.Person})
	return err
}

// LookAtAddress says which address a link would make the person's.
func (a *App) LookAtAddress(ctx context.Context, v access.Viewer, secret string) (string, error) {
	_, l, err := a.link(ctx, linkAddress, secret)
	if err == nil && l.Person != v.Person {
		err = &good.Error{Kind: good.Forbidden, Key: "people.error.other"}
	}
	return l.Address, err
}

// ProveAddress makes an address the person's, once, by the link sent to it.
func (a *App) ProveAddress(ctx context.Context, v access.Viewer, secret string) error {
	if _, err := a.LookAtAddress(ctx, v, secret); err != nil {
		return err
	}
	c, l, err := a.link(ctx, linkAddress, secret)
	if err != nil {
		return err
	}
	return a.own(ctx, v, false, func(ctx context.Context, tx *store.Tx, p *good.Person) error {
		if err := end(ctx, tx, c); err != nil {
			return err
		}
		return tx.PutEmail(ctx, good.Email{Address: l.Address, Person: p.ID, Verified: tx.Now(), Main: isMain(ctx, tx, p.ID, l.Address)})
	})
}

// email finds one of a person's addresses.
func email(ctx context.Context, tx *store.Tx, person good.ID, address string) (all []good.Email, one good.Email, err error) {
	all, err = tx.Emails(ctx, person)
	if err != nil {
		return nil, one, err
	}
	i := slices.IndexFunc(all, func(e good.Email) bool { return e.Address == address })
	if i < 0 {
		return nil, one, &good.Error{Kind: good.NotFound, Key: "people.error.gone"}
	}
	return all, all[i], nil
}

// MakeMain has messages go to one of the person's addresses.
func (a *App) MakeMain(ctx context.Context, v access.Viewer, address string) error {
	return a.own(ctx, v, true, func(ctx context.Context, tx *store.Tx, p *good.Person) error {
		_, e, err := email(ctx, tx, p.ID, address)
		if err != nil {
			return err
		}
		e.Main = true
		return tx.PutEmail(ctx, e)
	})
}

// DropAddress takes an address from the person. The one where messages go
// stays: there must be a way to reach them, and back in.
func (a *App) DropAddress(ctx context.Context, v access.Viewer, address string) error {
	return a.own(ctx, v, true, func(ctx context.Context, tx *store.Tx, p *good.Person) error {
		_, e, err := email(ctx, tx, p.ID, address)
		if err != nil {
			return err
		}
		if e.Main {
			return &good.Error{Kind: good.Invalid, Key: "people.error.main"}
		}
		return tx.DeleteEmail(ctx, p.ID, address)
	})
}

// EndSession ends one of the person's sessions.
func (a *App) EndSession(ctx context.Context, v access.Viewer, id good.ID) error {
	return a.own(ctx, v, false, func(ctx context.Context, tx *store.Tx, p *good.Person) error { return tx.DeleteSession(ctx, p.ID, id) })
}

// EndOthers ends all of the person's sessions but the one in use.
func (a *App) EndOthers(ctx context.Context, v access.Viewer) error {
	return a.own(ctx, v, false, func(ctx context.Context, tx *store.Tx, p *good.Person) error {
		return tx.DeleteSessions(ctx, p.ID, v.Session)
	})
}
