package calls

import (
	"context"

	"stoa/internal/call"
	"stoa/internal/good"
	"stoa/internal/store"
)

// Kept is what is kept of a person here, for them to take away.
type Kept struct {
	Entries []*call.Entry `json:"entries,omitempty"`
	Scores  []call.Score  `json:"scores,omitempty"`
	Juries  []good.ID     `json:"juries,omitempty"` // calls
}

// Kept returns what is kept of a person.
func (a *App) Kept(ctx context.Context, p good.Person) (any, error) {
	var out Kept
	var err error
	if out.Entries, err = a.DB.EntriesOf(ctx, p.ID); err != nil {
		return nil, err
	}
	for _, e := range out.Entries { // what others make of it is not theirs to take before it is told
		c, err := a.DB.Call(ctx, string(e.Call))
		if err != nil {
			return nil, err
		}
		if e.State = told(c, e); c.State != call.Published {
			e.Outcomes, e.Doubts, e.Twins, e.Stage = nil, nil, nil, 0
		}
	}
	if out.Scores, err = a.DB.ScoresOf(ctx, p.ID); err != nil {
		return nil, err
	}
	juries, err := a.DB.JurorAt(ctx, p.ID)
	for _, j := range juries {
		out.Juries = append(out.Juries, j.Call)
	}
	return out, err
}

// Forget takes away what names a person who is erased: their entries lose their
// answers and, where nothing was decided of them, leave the call; they sit in no
// jury any more, and what they scored stays by a pseudonym behind which nobody
// stands.
func Forget(ctx context.Context, tx *store.Tx, p good.Person) error {
	entries, err := tx.EntriesOf(ctx, p.ID)
	if err != nil {
		return err
	}
	for _, e := range entries {
		c, err := tx.Call(ctx, string(e.Call))
		if err != nil {
			return err
		}
		if e.Withdraw(c) == nil {
			tx.Append(good.CallEntryWithdrawn, []good.ID{c.ID, e.ID})
		}
		e.Owner, e.Answers, e.Country = "", nil, ""
		if err := tx.PutEntry(ctx, e); err != nil {
			return err
		}
	}
	juries, err := tx.JurorAt(ctx, p.ID)
	if err != nil {
		return err
	}
	for _, j := range juries {
		if err := tx.DropJuror(ctx, j.Call, j.Pseudonym); err != nil {
			return err
		}
	}
	scores, err := tx.ScoresOf(ctx, p.ID)
	if err != nil {
		return err
	}
	for _, s := range scores {
		s.Person = ""
		if err := tx.PutScore(ctx, s); err != nil {
			return err
		}
	}
	return nil
}
