package nominations

import (
	"context"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/nominate"
)

// Telling lists the verbs of which somebody should hear.
var Telling = []good.Verb{good.GoodClaimed}

// Concerned says who should hear of an entry: whoever proved that a good is
// theirs. Whoever accepted an invitation knows, and of what was brought in from
// elsewhere nobody hears.
func (a *App) Concerned(ctx context.Context, e good.Entry) ([]good.Notice, error) {
	if e.Actor.Role == access.Importer || len(e.Subjects) == 0 || e.Actor.Pseudonym == "" {
		return nil, nil
	}
	var claim good.Claim
	e.Value("claim", &claim) // of an older form it names no method
	if claim.Method == "" || claim.Method == string(nominate.Invited) {
		return nil, nil
	}
	people, err := a.DB.Primary().PeopleOf(ctx, []string{e.Actor.Pseudonym})
	if err != nil || len(people) == 0 {
		return nil, err
	}
	g, err := a.DB.Primary().Good(ctx, e.Subjects[0])
	if err != nil || g == nil {
		return nil, err
	}
	return []good.Notice{{Person: people[0].ID, Kind: "claimed", About: g.ID, Args: map[string]string{"Good": g.Name}, Path: "/goods/" + g.Slug}}, nil
}
