package people

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/store"
)

// Prober looks at what a domain says of itself.
type Prober interface {
	TXT(ctx context.Context, name string) ([]string, error)
	Get(ctx context.Context, address string) ([]byte, error) // at most a few kilobytes
}

// linkDomain is the kind of links that prove a domain.
const linkDomain = "domain"

// Postmasters are the mailboxes of which one proves a domain: those that only
// who runs it can have (RFC 2142).
var Postmasters = []string{"postmaster", "hostmaster", "webmaster", "admin"}

// Found enters an organisation that the person acts for and looks after.
func (a *App) Found(ctx context.Context, v access.Viewer, name string) (good.Body, error) {
	actor, err := access.As(v.Who, access.FoundOrganisation, access.Thing{})
	if err != nil {
		return good.Body{}, err
	}
	b := good.Body{Name: oneLine(name)}
	if b.Slug = good.Slugify(b.Name); b.Slug == "" || !plain(b.Name) {
		return b, &good.Error{Kind: good.Invalid, Key: "people.error.body_name", Field: "name"}
	}
	_, err = a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		b.ID, b.Created = tx.NewID(), tx.Now()
		if err := tx.AddBody(ctx, b); err != nil {
			return err
		}
		tx.Append(good.OrganisationJoined, []good.ID{b.ID}, store.NamedValue{Name: "organisation", Value: map[string]string{"name": b.Name, "slug": b.Slug}})
		return tx.PutMember(ctx, good.Member{Body: b.ID, Person: v.Person, Keeper: true, Since: tx.Now()})
	})
	return b, err
}

// BodyView is an organisation as its members see it.
type BodyView struct {
	good.Body
	Domains []good.BodyDomain
	Members []BodyMember
	Keeper  bool // the reader looks after it
}

// BodyMember is somebody who acts for an organisation.
type BodyMember struct {
	good.Member
	Name    string
	Address string // where messages go
}

// Body shows an organisation to those who act for it.
func (a *App) Body(ctx context.Context, v access.Viewer, key string) (BodyView, error) {
	b, members, err := a.body(ctx, v.Who, key, false)
	if err != nil {
		return BodyView{}, err
	}
	out := BodyView{Body: b}
	if out.Domains, err = a.DB.Primary().Domains(ctx, b.ID); err != nil {
		return out, err
	}
	ids := make([]good.ID, len(members))
	keys := make([]string, len(members))
	for i, m := range members {
		ids[i], keys[i] = m.Person, string(m.Person)
	}
	people, err := a.DB.Primary().PeopleOf(ctx, keys)
	if err != nil {
		return out, err
	}
	mail, err := a.DB.Primary().MainEmails(ctx, ids)
	for _, m := range members {
		one := BodyMember{Member: m, Address: mail[m.Person]}
		for _, p := range people {
			if p.ID == m.Person {
				one.Name = p.Name
			}
		}
		out.Members = append(out.Members, one)
		out.Keeper = out.Keeper || m.Person == v.Person && m.Keeper
	}
	return out, err
}

// body finds an organisation that who may manage, or at least acts for.
func (a *App) body(ctx context.Context, who access.Who, key string, keeper bool) (good.Body, []good.Member, error) {
	b, err := a.DB.Primary().Body(ctx, key)
	if err != nil {
		return good.Body{}, nil, err
	}
	if b == nil {
		return good.Body{}, nil, &good.Error{Kind: good.NotFound, Key: "people.error.gone"}
	}
	members, err := a.DB.Primary().Members(ctx, b.ID)
	if err != nil {
		return *b, nil, err
	}
	var own access.Thing
	for _, m := range members {
		if m.Keeper || !keeper {
			own.Owners = append(own.Owners, m.Person)
		}
	}
	_, err = access.As(who, access.ManageOrganisation, own)
	return *b, members, err
}

// AddDomain says that a domain is the organisation's, and returns what has to
// be found there to prove it.
func (a *App) AddDomain(ctx context.Context, v access.Viewer, key, domain string) (good.BodyDomain, error) {
	b, _, err := a.body(ctx, v.Who, key, true)
	if err != nil {
		return good.BodyDomain{}, err
	}
	d := good.BodyDomain{Body: b.ID}
	if d.Domain, err = Domain(domain); err != nil {
		return d, err
	}
	secret, err := access.NewSecret(a.Rand)
	if err != nil {
		return d, err
	}
	d.Proof = "stoa-domain=" + secret[:32]
	return d, a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		held, err := tx.Domains(ctx, b.ID)
		if err != nil {
			return err
		}
		if i := slices.IndexFunc(held, func(h good.BodyDomain) bool { return h.Domain == d.Domain }); i >= 0 {
			d = held[i] // said before: the proof stays
			return nil
		}
		if len(held) >= maxDomains {
			return &good.Error{Kind: good.Limited, Key: "people.error.domains", Field: "domain", Args: map[string]any{"Max": maxDomains}}
		}
		return tx.PutDomain(ctx, d)
	})
}

// maxDomains is how many domains an organisation may have.
const maxDomains = 20

// Domain is a domain that somebody can have for themselves, in ASCII.
func Domain(s string) (string, error) {
	s = strings.TrimSuffix(strings.ToLower(strings.TrimSpace(s)), ".")
	ascii, err := idna.Lookup.ToASCII(s)
	_, numeric := netip.ParseAddr(ascii)
	if err == nil && numeric != nil && !strings.ContainsAny(ascii, "/:@ ") {
		if _, err = publicsuffix.EffectiveTLDPlusOne(ascii); err == nil {
			return ascii, nil
		}
	}
	return "", &good.Error{Kind: good.Invalid, Key: "people.error.domain", Field: "domain"}
}

// ProveDomain looks for the proof at a domain ("dns" or "file"), or sends a
// link to the mailbox of who runs it ("mail").
func (a *App) ProveDomain(ctx context.Context, v access.Viewer, key, domain, way, mailbox, lang string) error {
	b, _, err := a.body(ctx, v.Who, key, true)
	if err != nil {
		return err
	}
	held, err := a.DB.Primary().Domains(ctx, b.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(held, func(h good.BodyDomain) bool { return h.Domain == domain })
	if i < 0 {
		return &good.Error{Kind: good.NotFound, Key: "people.error.gone"}
	}
	if way == "mail" {
		if a.Mail == nil {
			return &good.Error{Kind: good.Forbidden, Key: "people.error.no_mail"}
		}
		if !slices.Contains(Postmasters, mailbox) {
			return &good.Error{Kind: good.Invalid, Key: "people.error.mailbox", Field: "mailbox"}
		}
		_, err := a.send(ctx, linkDomain, link{Address: mailbox + "@" + domain, Language: language(lang), Person: v.Person, Body: b.ID, Domain: domain})
		return err
	}
	found, err := a.found(ctx, held[i], way)
	if err != nil {
		return err
	}
	if !found {
		return &good.Error{Kind: good.Invalid, Key: "people.error.unfound", Field: "domain", Args: map[string]any{"Domain": domain}}
	}
	return a.proved(ctx, v.Who, held[i], way, nil)
}

// found says whether the proof is at the domain.
func (a *App) found(ctx context.Context, d good.BodyDomain, way string) (bool, error) {
	if a.Look == nil {
		return false, &good.Error{Kind: good.Forbidden, Key: "people.error.no_look"}
	}
	ctx, stop := context.WithTimeout(ctx, lookFor)
	defer stop()
	switch way {
	case "dns":
		lines, err := a.Look.TXT(ctx, "_stoa."+d.Domain)
		return err == nil && slices.Contains(lines, d.Proof), nil // a domain that says nothing proves nothing
	case "file":
		body, err := a.Look.Get(ctx, "https://"+d.Domain+"/.well-known/stoa-domain.txt")
		return err == nil && slices.Contains(strings.Fields(string(body)), d.Proof), nil
	}
	return false, &good.Error{Kind: good.Invalid, Key: "people.error.way", Field: "way"}
}

// lookFor is how long a domain may take to answer.
const lookFor = 15 * time.Second

// proved notes that a domain is the organisation's.
func (a *App) proved(ctx context.Context, who access.Who, d good.BodyDomain, way string, c *access.Ceremony) error {
	actor := good.Actor{Role: access.Applicant, Pseudonym: who.Pseudonym}
	d.Way = way
	_, err := a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		if c != nil {
			if err := end(ctx, tx, c); err != nil {
				return err
			}
		}
		d.Verified = tx.Now()
		tx.Append(good.DomainProved, []good.ID{d.Body}, store.NamedValue{Name: "domain", Value: d.Domain}, store.NamedValue{Name: "way", Value: way})
		return tx.PutDomain(ctx, d)
	})
	return err
}

// LookAtDomain says which domain a link would prove.
func (a *App) LookAtDomain(ctx context.Context, v access.Viewer, secret string) (string, error) {
	_, l, err := a.link(ctx, linkDomain, secret)
	if err == nil && l.Person != v.Person {
		err = &good.Error{Kind: good.Forbidden, Key: "people.error.other"}
	}
	return l.Domain, err
}

// ProveByMail proves a domain by the link that was sent to it, once; the
// person who asked has to be signed in.
func (a *App) ProveByMail(ctx context.Context, v access.Viewer, secret string) error {
	c, l, err := a.link(ctx, linkDomain, secret)
	if err != nil {
		return err
	}
	if l.Person != v.Person {
		return &good.Error{Kind: good.Forbidden, Key: "people.error.other"}
	}
	b, _, err := a.body(ctx, v.Who, string(l.Body), true)
	if err != nil {
		return err
	}
	held, err := a.DB.Primary().Domains(ctx, b.ID)
	if err != nil {
		return err
	}
	for _, d := range held {
		if d.Domain == l.Domain {
			return a.proved(ctx, v.Who, d, "mail", c)
		}
	}
	return &good.Error{Kind: good.NotFound, Key: "people.error.gone"}
}

// DropDomain takes a domain from the organisation.
func (a *App) DropDomain(ctx context.Context, v access.Viewer, key, domain string) error {
	b, _, err := a.body(ctx, v.Who, key, true)
	if err != nil {
		return err
	}
	return a.do(ctx, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteDomain(ctx, b.ID, domain) })
}

// SetKeeper says whether a member looks after the organisation, too. Somebody
// has to.
func (a *App) SetKeeper(ctx context.Context, v access.Viewer, key string, person good.ID, keeper bool) error {
	b, _, err := a.body(ctx, v.Who, key, true)
	if err != nil {
		return err
	}
	return a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.Hold(ctx, string(b.ID)); err != nil {
			return err
		}
		members, err := tx.Members(ctx, b.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(members, func(m good.Member) bool { return m.Person == person })
		if i < 0 {
			return &good.Error{Kind: good.NotFound, Key: "people.error.gone"}
		}
		members[i].Keeper = keeper
		if !slices.ContainsFunc(members, func(m good.Member) bool { return m.Keeper }) {
			return &good.Error{Kind: good.Invalid, Key: "people.error.last_keeper"}
		}
		return tx.PutMember(ctx, members[i])
	})
}

// DropMember takes somebody out of the organisation; everybody may leave. The
// last who looks after it stays while others are in it.
func (a *App) DropMember(ctx context.Context, v access.Viewer, key string, person good.ID) error {
	b, _, err := a.body(ctx, v.Who, key, person != v.Person)
	if err != nil {
		return err
	}
	return a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.Hold(ctx, string(b.ID)); err != nil { // two may leave at once
			return err
		}
		members, err := tx.Members(ctx, b.ID)
		if err != nil {
			return err
		}
		others := slices.DeleteFunc(members, func(m good.Member) bool { return m.Person == person })
		if len(others) > 0 && !slices.ContainsFunc(others, func(m good.Member) bool { return m.Keeper }) {
			return &good.Error{Kind: good.Invalid, Key: "people.error.last_keeper"}
		}
		return tx.DeleteMember(ctx, b.ID, person)
	})
}
