package assessment

import (
	"context"
	"encoding/json"
	"math"
	"time"

	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/store"
)

// Kept is what an assessment keeps of a person, for them to take away.
type Kept struct {
	Applications []KeptApplication `json:"applications,omitempty"`
	Conflicts    []assess.Declared `json:"conflicts,omitempty"`
}

// KeptApplication is an application in which the person has a part.
type KeptApplication struct {
	ID    good.ID      `json:"id"`
	Name  string       `json:"name"`
	State assess.State `json:"state"`
	Part  string       `json:"part"`
	Since time.Time    `json:"since"`
}

// keptAtMost is how many applications of each part are named to a person.
const keptAtMost = 10_000

// Kept returns what is kept of a person.
func (a *App) Kept(ctx context.Context, p good.Person) (any, error) {
	var out Kept
	for _, part := range []string{store.PartOwner, store.PartReviewer, store.PartExpert, store.PartDecider, store.PartAppealed} {
		list, err := a.DB.Mine(ctx, p.ID, part, keptAtMost)
		if err != nil {
			return nil, err
		}
		for _, i := range list {
			out.Applications = append(out.Applications, KeptApplication{i.ID, i.Name, i.State, part, i.Since})
		}
	}
	var err error
	out.Conflicts, err = a.DB.DeclaredConflicts(ctx, []good.ID{p.ID})
	return out, err
}

// Gone takes away what names a person who is erased. What they found and wrote
// for an application stays, by an id behind which nobody stands any more; the
// seats they had become free with the next tick. What they answered to the
// questions that are never shown, such as how to reach them, goes.
func (a *App) Gone(ctx context.Context, tx *store.Tx, p good.Person) error {
	list, err := tx.Mine(ctx, p.ID, store.PartOwner, math.MaxInt32)
	if err != nil {
		return err
	}
	for _, i := range list {
		set, ok := a.Library.Find(i.Standard)
		if !ok {
			continue
		}
		answers, err := tx.Answers(ctx, i.ID)
		if err != nil {
			return err
		}
		var emptied []store.StoredAnswer
		for id, held := range answers {
			if q, ok := set.Question(id); ok && !q.Public && q.Type != standard.Files && held.Person == p.ID {
				emptied = append(emptied, store.StoredAnswer{Question: id, Version: held.Version, Person: p.ID, Doc: json.RawMessage(`{}`)})
			}
		}
		if err := tx.PutAnswers(ctx, i.ID, emptied); err != nil {
			return err
		}
	}
	return tx.ForgetJudge(ctx, p.ID)
}
