package people

import (
	"context"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/store"
)

// Listed is a person as those see them who look after people.
type Listed struct {
	good.Person
	Address string // where messages go; to administrators alone
	Roles   []string
	Open    int       // reviews they have yet to finish
	Away    time.Time // until when they are away, as they or others said
}

// Search narrows the list of people: Text is in a name or, for administrators,
// in an address; or it is an id or a pseudonym.
type Search struct {
	Text, Role string
	After      good.ID // from behind whom on
	Limit      int
}

// Find returns persons that a search is for, in the order in which they came:
// five reads, however many.
func (a *App) Find(ctx context.Context, who access.Who, s Search) ([]Listed, error) {
	if _, err := access.As(who, access.SeePeople, access.Thing{}); err != nil {
		return nil, err
	}
	_, plain := access.As(who, access.ManagePeople, access.Thing{})
	people, err := a.DB.Primary().FindPeople(ctx, store.Search{Text: strings.TrimSpace(s.Text), Addresses: plain == nil, Role: s.Role, After: s.After, Limit: s.Limit})
	if err != nil {
		return nil, err
	}
	return a.listed(ctx, people, plain == nil)
}

func (a *App) listed(ctx context.Context, people []good.Person, addresses bool) ([]Listed, error) {
	ids := make([]good.ID, len(people))
	for i, p := range people {
		ids[i] = p.ID
	}
	db := a.DB.Primary()
	mail := map[good.ID]string{}
	if addresses {
		var err error
		if mail, err = db.MainEmails(ctx, ids); err != nil {
			return nil, err
		}
	}
	roles, err := db.RolesOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	loads, err := db.Loads(ctx, ids)
	if err != nil {
		return nil, err
	}
	profiles, err := db.ReviewerProfiles(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]Listed, len(people))
	for i, p := range people {
		out[i] = Listed{p, mail[p.ID], roles[p.ID], loads[p.ID].Open, assess.AwayUntil(p.Away, profiles[p.ID].Away, a.Now())}
	}
	return out, nil
}

// Known is one person with what was decided about them.
type Known struct {
	Listed
	History []good.Entry // roles that were given and taken, the newest first
}

// knownPast is how much of a person's history is shown.
const knownPast = 100

// Know is one person, found by id, pseudonym or, for administrators, address.
func (a *App) Know(ctx context.Context, who access.Who, key string) (Known, error) {
	if _, err := access.As(who, access.SeePeople, access.Thing{}); err != nil {
		return Known{}, err
	}
	_, plain := access.As(who, access.ManagePeople, access.Thing{})
	if plain != nil && strings.Contains(key, "@") {
		return Known{}, &good.Error{Kind: good.NotFound, Key: "people.error.nobody"}
	}
	p, err := a.find(ctx, key)
	if err != nil {
		return Known{}, err
	}
	list, err := a.listed(ctx, []good.Person{*p}, plain == nil)
	if err != nil {
		return Known{}, err
	}
	past, err := a.DB.Primary().History(ctx, good.ID(p.Pseudonym), knownPast)
	return Known{Listed: list[0], History: past}, err
}
