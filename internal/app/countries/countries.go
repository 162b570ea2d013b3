// Package countries holds what is known and said of countries: what is in use
// there, what is missing, who leads, and what the country's team says itself.
package countries

import (
	"context"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/deploy"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/store"
	"stoa/internal/vocab"
)

// App is the noun's verbs and views.
type App struct {
	DB  *store.DB
	Now func() time.Time
	// Library holds the checklist by which a country says how ready it is; nil
	// for none.
	Library *standard.Library
}

func day(t time.Time) good.Date { return good.Date(t.UTC().Format(time.DateOnly)) }

// find is the country that somebody named by code or name.
func find(key string) (vocab.Country, error) {
	c, ok := vocab.CountryByCode(strings.ToUpper(strings.TrimSpace(key)))
	if !ok {
		c, ok = vocab.FindCountry(key)
	}
	if !ok {
		return c, &good.Error{Kind: good.NotFound, Key: "error.topic.unknown", Args: map[string]any{"Name": key}}
	}
	return c, nil
}

// Description is what a country's team says of it, but for the checklist.
// Version is the one that it changes, 0 where nothing was said yet; nil for
// whichever stands.
type Description struct {
	Text    good.Text
	SDGs    []int
	Sectors []string
	Offices []deploy.Office
	Links   []good.Link
	Version *int64
}

// Describe says of a country what its team says of it, all at once.
func (a *App) Describe(ctx context.Context, who access.Who, key string, d Description) (*deploy.Land, int64, error) {
	return a.state(ctx, who, key, d.Version, func(l *deploy.Land) {
		l.Text, l.SDGs, l.Sectors, l.Offices, l.Links = d.Text, d.SDGs, d.Sectors, d.Offices, d.Links
	})
}

// state changes what is said of a country, as one of its team or the
// secretariat, and says so in the journal.
func (a *App) state(ctx context.Context, who access.Who, key string, version *int64, change func(*deploy.Land)) (*deploy.Land, int64, error) {
	c, err := find(key)
	if err != nil {
		return nil, 0, err
	}
	actor, err := a.keeper(ctx, a.DB.Primary(), who, c.Alpha2)
	if err != nil {
		return nil, 0, err
	}
	var out *deploy.Land
	position, err := a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		l, err := tx.Land(ctx, c.Alpha2)
		if err != nil {
			return err
		}
		if l == nil {
			l = &deploy.Land{ID: tx.NewID(), Code: c.Alpha2}
		}
		if version != nil && *version != l.Version {
			return &good.Error{Kind: good.Conflict, Key: "land.error.changed"}
		}
		change(l)
		if err := l.Check(day(tx.Now()), asked(a.Checklist(l.Standard))); err != nil {
			return err
		}
		out = l
		return said(ctx, tx, l)
	})
	return out, position, err
}

// said writes what a country says and says so in the journal. What may name a
// person stands for itself, so that it can be erased.
func said(ctx context.Context, tx *store.Tx, l *deploy.Land) error {
	if err := tx.PutLand(ctx, l); err != nil {
		return err
	}
	public := *l
	public.Text, public.Offices, public.Links, public.Version = nil, nil, nil, 0
	values := []store.NamedValue{{Name: "country", Value: public}}
	if len(l.Text) > 0 {
		values = append(values, store.NamedValue{Name: "text", Value: l.Text})
	}
	if len(l.Offices) > 0 {
		values = append(values, store.NamedValue{Name: "offices", Value: l.Offices})
	}
	if len(l.Links) > 0 {
		values = append(values, store.NamedValue{Name: "links", Value: l.Links})
	}
	tx.Append(good.CountryStated, []good.ID{l.ID}, values...)
	return nil
}

// keeper is who says something of a country: one of those who keep what it
// commits to, or the secretariat.
func (a *App) keeper(ctx context.Context, db interface {
	CountryKeepers(ctx context.Context, country string) ([]good.ID, error)
}, who access.Who, code string) (good.Actor, error) {
	if err := access.May(who, access.KeepCountry); err != nil {
		return good.Actor{}, err
	}
	list, err := db.CountryKeepers(ctx, code)
	if err != nil {
		return good.Actor{}, err
	}
	return access.As(who, access.KeepCountry, access.Thing{Owners: list})
}
