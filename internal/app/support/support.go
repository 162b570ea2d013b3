// Package support holds what can be said and done of help for goods: offers,
// requests, the conversations between them, and what adopters say of work that
// was delivered.
package support

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/deploy"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/support"
)

// App is the noun's verbs and views.
type App struct {
	DB  *store.DB
	Now func() time.Time
	// Tell has a person told, once for a key; nil where nobody is told.
	Tell func(ctx context.Context, tx *store.Tx, key string, n good.Notice) error
}

func day(t time.Time) good.Date { return good.Date(t.UTC().Format(time.DateOnly)) }

func value(name string, v any) store.NamedValue { return store.NamedValue{Name: name, Value: v} }

// texts are values that can be erased by themselves; empty ones are none.
func texts(pairs ...string) (out []store.NamedValue) {
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			out = append(out, value(pairs[i], pairs[i+1]))
		}
	}
	return out
}

// details are texts with what is said of one kind of help alone, which can be
// erased by itself, too.
func details(said map[string]string, pairs ...string) []store.NamedValue {
	out := texts(pairs...)
	if len(said) > 0 {
		out = append(out, value("details", said))
	}
	return out
}

// reader is what these verbs ask the store.
type reader interface {
	goods
	bodies
	things
}

type goods interface {
	Good(ctx context.Context, id good.ID) (*good.Good, error)
	GoodBySlug(ctx context.Context, slug string) (*good.Good, bool, error)
	Deployments(ctx context.Context, that store.DeploymentsThat, before good.ID, limit int) ([]deploy.Record, error)
	DeliveredFor(ctx context.Context, body good.ID) ([]good.ID, error)
}

type bodies interface {
	Body(ctx context.Context, key string) (*good.Body, error)
	Members(ctx context.Context, body good.ID) ([]good.Member, error)
	Domains(ctx context.Context, body good.ID) ([]good.BodyDomain, error)
	CountReferences(ctx context.Context, body good.ID) (int, error)
	BusyWith(ctx context.Context, body good.ID) (int, error)
}

type things interface {
	Offer(ctx context.Context, id good.ID) (*support.Offer, error)
	SupportRequest(ctx context.Context, id good.ID) (*support.Request, error)
	Talk(ctx context.Context, id good.ID) (*support.Talk, error)
	TalksOf(ctx context.Context, request good.ID) ([]support.Talk, error)
	Offers(ctx context.Context, that store.SupportThat, before good.ID, limit int) ([]support.Offer, error)
}

// found is a thing that must be there.
func found[T any](v *T, err error) (*T, error) {
	if err == nil && v == nil {
		err = &good.Error{Kind: good.NotFound, Key: "help.error.unknown"}
	}
	return v, err
}

// named is the good that somebody named by id or slug; what was removed is
// none, what was merged the one it went into.
func named(ctx context.Context, db goods, field, key string) (g *good.Good, err error) {
	if key = strings.TrimSpace(key); good.ID(key).Valid() {
		g, err = db.Good(ctx, good.ID(key))
	} else {
		g, _, err = db.GoodBySlug(ctx, key)
	}
	switch {
	case err == nil && g != nil && g.Tombstone == nil:
		return g, nil
	case err == nil && g != nil && g.Tombstone.Into != "":
		return named(ctx, db, field, string(g.Tombstone.Into))
	case err == nil || good.KindOf(err) == good.NotFound:
		err = &good.Error{Kind: good.Invalid, Key: "deploy.error.good", Field: field, Args: map[string]any{"Name": good.Short(key)}, Err: err}
	}
	return nil, err
}

// people are who acts for an organisation.
func people(ctx context.Context, db bodies, body good.ID) ([]good.ID, error) {
	var out []good.ID
	list, err := db.Members(ctx, body)
	for _, m := range list {
		out = append(out, m.Person)
	}
	return out, err
}

// proved are the domains that an organisation proved.
func proved(ctx context.Context, db bodies, body good.ID) ([]string, error) {
	var out []string
	list, err := db.Domains(ctx, body)
	for _, d := range list {
		if !d.Verified.IsZero() {
			out = append(out, d.Domain)
		}
	}
	return out, err
}

// standing is what is known of an organisation beside its words: the goods that
// a confirmed deployment of its own or delivered work proves it knows.
func standing(ctx context.Context, db reader, body good.ID, name string) (s support.Standing, err error) {
	used, err := db.Deployments(ctx, store.DeploymentsThat{Organisation: good.Slugify(name), State: deploy.Confirmed}, "", 200)
	if err != nil {
		return s, err
	}
	if s, err = proofs(ctx, db, body, used); err != nil {
		return s, err
	}
	s.Busy, err = db.BusyWith(ctx, body)
	return s, err
}

// proofs are the goods that an organisation proves to know, where used are
// confirmed deployments by its name, and how many speak for it.
func proofs(ctx context.Context, db reader, body good.ID, used []deploy.Record) (s support.Standing, err error) {
	s.Proofs = map[good.ID]support.Proof{}
	delivered, err := db.DeliveredFor(ctx, body)
	if err != nil {
		return s, err
	}
	for _, id := range delivered {
		s.Proofs[id] = support.ByDelivery
	}
	domains, err := proved(ctx, db, body)
	if err != nil {
		return s, err
	}
	for _, d := range used {
		if d.Counts() && (d.Body == body || slices.ContainsFunc(domains, func(own string) bool { return within(d.Website, own) })) {
			s.Proofs[d.Good] = support.ByDeployment
		}
	}
	s.References, err = db.CountReferences(ctx, body)
	return s, err
}

// within says whether a website lies in a domain.
func within(website, domain string) bool {
	u, err := url.Parse(website)
	if err != nil {
		return false
	}
	host := strings.ToLower(u.Hostname())
	return host == domain || strings.HasSuffix(host, "."+domain)
}

// tell has people told, once each for a key.
func (a *App) tell(ctx context.Context, tx *store.Tx, kind, key, path string, args map[string]string, list []good.ID) error {
	if a.Tell == nil {
		return nil
	}
	slices.Sort(list)
	var out error
	for _, p := range slices.Compact(list) {
		if p != "" {
			out = errors.Join(out, a.Tell(ctx, tx, kind+"/"+key, good.Notice{Person: p, Kind: kind, Args: args, Path: path}))
		}
	}
	return out
}

// limited says that an account did so much that it is to wait.
func limited(key string, most int, wait time.Duration) error {
	return &good.Error{Kind: good.Limited, Key: key, Args: map[string]any{"Max": most}, Retry: wait}
}

// owners are the persons of a thing as access knows them.
func owners(list []good.ID) access.Thing { return access.Thing{Owners: list} }
