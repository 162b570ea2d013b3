package people

import (
	"context"

	"stoa/internal/access"
	"stoa/internal/good"
)

// Telling lists the verbs of which somebody should hear.
var Telling = []good.Verb{good.RoleGranted, good.RoleRevoked}

// Concerned says who should hear of an entry: whoever was given a role or lost
// one. Of what was brought in from elsewhere nobody does.
func (a *App) Concerned(ctx context.Context, e good.Entry) ([]good.Notice, error) {
	if e.Actor.Role == access.Importer || len(e.Subjects) == 0 {
		return nil, nil
	}
	var role string
	e.Value("role", &role) // of an older form it names no role
	held, err := a.DB.Primary().PeopleOf(ctx, []string{string(e.Subjects[0])})
	if err != nil || len(held) == 0 || role == "" {
		return nil, err
	}
	kind, path := "role-granted", "/desk"
	if e.Verb == good.RoleRevoked {
		kind, path = "role-revoked", "/account"
	}
	return []good.Notice{{Person: held[0].ID, Kind: kind, About: held[0].ID, Args: map[string]string{"Role": role}, Path: path}}, nil
}
