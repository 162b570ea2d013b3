// Package deployments holds what can be said and done of goods in use: one side
// claims a deployment, the other confirms it, and both say so again each year.
package deployments

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/deploy"
	"stoa/internal/good"
	"stoa/internal/store"
)

// App is the noun's verbs and views.
type App struct {
	DB  *store.DB
	Now func() time.Time
	// Tasks enters spreadsheets; nil where they are entered at once.
	Tasks Queue
	// Tell has a person told, once for a key; nil where nobody is told.
	Tell func(ctx context.Context, tx *store.Tx, key string, n good.Notice) error
}

func day(t time.Time) good.Date { return good.Date(t.UTC().Format(time.DateOnly)) }

func value(name string, v any) store.NamedValue { return store.NamedValue{Name: name, Value: v} }

// reader is what tells who may speak of a deployment.
type reader interface {
	things
	owners
	bodies
}

type things interface {
	Good(ctx context.Context, id good.ID) (*good.Good, error)
	GoodBySlug(ctx context.Context, slug string) (*good.Good, bool, error)
	Deployment(ctx context.Context, id good.ID) (*deploy.Record, error)
	SameDeployment(ctx context.Context, same string) (*deploy.Record, error)
	Absorbed(ctx context.Context, id good.ID) ([]good.ID, error)
}

type owners interface {
	OwnersOf(ctx context.Context, id good.ID) ([]good.ID, error)
	CountryKeepers(ctx context.Context, country string) ([]good.ID, error)
	Colleagues(ctx context.Context, person good.ID) ([]good.Member, error)
}

type bodies interface {
	Members(ctx context.Context, body good.ID) ([]good.Member, error)
	Domains(ctx context.Context, body good.ID) ([]good.BodyDomain, error)
	MembersByDomain(ctx context.Context, domains []string) ([]good.ID, error)
	BodiesOf(ctx context.Context, person good.ID) ([]good.Body, error)
}

// find is the good that a person named by id or slug; what was removed is none.
func find(ctx context.Context, db reader, key string) (*good.Good, error) {
	var g *good.Good
	var err error
	if id := good.ID(key); id.Valid() {
		g, err = db.Good(ctx, id)
	} else {
		g, _, err = db.GoodBySlug(ctx, key)
	}
	if err != nil || g == nil || g.Tombstone == nil {
		return g, err
	}
	if into := g.Tombstone.Into; into != "" {
		return find(ctx, db, string(into))
	}
	return nil, &good.Error{Kind: good.Gone, Key: "deploy.error.good", Field: "good", Args: map[string]any{"Name": key}}
}

func record(ctx context.Context, db reader, id good.ID) (*deploy.Record, error) {
	r, err := db.Deployment(ctx, id)
	if err == nil && r == nil {
		err = &good.Error{Kind: good.NotFound, Key: "deploy.error.unknown"}
	}
	return r, err
}

// speakers are those who may speak for the two sides of a deployment.
type speakers struct {
	maintainers []good.ID
	adopters    []good.ID // for the organisation
	country     []good.ID // for the country
}

// proof is why a person may speak for a side; "" where they may not.
func (s speakers) proof(person good.ID, side deploy.Side) deploy.Proof {
	switch {
	case person == "":
		return ""
	case side == deploy.Maintainer && slices.Contains(s.maintainers, person):
		return deploy.Owns
	case side == deploy.Adopter && slices.Contains(s.adopters, person):
		return deploy.Domain
	case side == deploy.Adopter && slices.Contains(s.country, person):
		return deploy.Country
	}
	return ""
}

// of are those who speak for a side.
func (s speakers) of(side deploy.Side) []good.ID {
	switch side {
	case deploy.Maintainer:
		return s.maintainers
	case deploy.Adopter:
		return slices.Concat(s.adopters, s.country)
	}
	return nil
}

func (s speakers) all() []good.ID { return slices.Concat(s.maintainers, s.adopters, s.country) }

// speak finds who may speak of a deployment.
func speak(ctx context.Context, db reader, r *deploy.Record) (s speakers, err error) {
	if s.maintainers, err = db.OwnersOf(ctx, r.Good); err != nil {
		return s, err
	}
	if s.country, err = db.CountryKeepers(ctx, r.Country); err != nil {
		return s, err
	}
	if s.adopters, err = db.MembersByDomain(ctx, hosts(r.Website)); err != nil || r.Body == "" {
		return s, err
	}
	domains, err := db.Domains(ctx, r.Body)
	if err != nil || !slices.ContainsFunc(domains, func(d good.BodyDomain) bool { return !d.Verified.IsZero() }) {
		return s, err
	}
	members, err := db.Members(ctx, r.Body)
	for _, m := range members {
		s.adopters = append(s.adopters, m.Person)
	}
	return s, err
}

// hosts are the domains that a website's owner may have proved: its host and
// what that lies in.
func hosts(website string) []string {
	u, err := url.Parse(website)
	if err != nil || u.Hostname() == "" {
		return nil
	}
	labels := strings.Split(strings.ToLower(u.Hostname()), ".")
	var out []string
	for i := range min(len(labels)-1, 6) {
		out = append(out, strings.Join(labels[i:], "."))
	}
	return out
}

// beside are the persons of a side with all who act for an organisation
// together with one of them: who they are bound to cannot confirm what they
// said.
func beside(ctx context.Context, db reader, side []good.ID) ([]good.ID, error) {
	out := slices.Clone(side)
	for _, p := range side {
		list, err := db.Colleagues(ctx, p)
		if err != nil {
			return out, err
		}
		for _, m := range list {
			out = append(out, m.Person)
		}
	}
	return out, nil
}

// as is who says something of a deployment: the side, why they may, and the
// actor of the journal.
type as struct {
	deploy.Word
	actor good.Actor
}

// side finds for which side who does act, asking first for one.
func (a *App) side(who access.Who, act access.Act, s speakers, first deploy.Side) (as, error) {
	var own access.Thing
	out := as{Word: deploy.Word{By: deploy.Desk, Proof: deploy.Entrusts, At: a.Now().UTC()}}
	for _, side := range []deploy.Side{first, deploy.Adopter, deploy.Maintainer} {
		if p := s.proof(who.Person, side); p != "" {
			out.By, out.Proof, own = side, p, access.Own(who.Person)
			break
		}
	}
	var err error
	out.actor, err = access.As(who, act, own)
	return out, err
}
