package assessment

import (
	"context"
	"slices"

	"stoa/internal/access"
	"stoa/internal/assess"
	"stoa/internal/good"
)

// Reassign takes reviews from somebody who is away and gives each to whoever
// suits best, or back to the queue where nobody else is free. What is finished
// or free already is left alone. It returns how many were taken.
func (a *App) Reassign(ctx context.Context, who access.Who, person good.ID, ids []good.ID) (int, error) {
	n := 0
	for _, id := range ids {
		_, _, err := a.Release(ctx, who, id, person, assess.Absent)
		if good.KindOf(err) == good.Conflict { // finished, or free already
			continue
		}
		if err != nil {
			return n, err
		}
		n++
		fit, _, err := a.Candidates(ctx, who, id)
		if err != nil {
			return n, err
		}
		i := slices.IndexFunc(fit, func(x assess.Reviewer) bool { return x.Person != person })
		if i < 0 { // nobody else is free: it waits in the queue
			continue
		}
		if _, _, err := a.Assign(ctx, who, id, fit[i].Person); err != nil && good.KindOf(err) != good.Conflict {
			return n, err
		}
	}
	return n, nil
}
