package checks

import (
	"context"
	"time"

	"stoa/internal/good"
	"stoa/internal/store"
)

// Kept is what a person held against a finding, for them to take away.
type Kept struct {
	Application good.ID   `json:"application"`
	Probe       string    `json:"probe"`
	Reason      string    `json:"reason"`
	Time        time.Time `json:"time"`
}

// Kept returns what is kept of a person here.
func (a *App) Kept(ctx context.Context, p good.Person) (any, error) {
	list, err := a.DB.Primary().DisputesBy(ctx, p.ID)
	out := make([]Kept, len(list))
	for i, d := range list {
		out[i] = Kept{d.Application, d.Probe, d.Reason, d.Time}
	}
	return out, err
}

// Forget takes away what a person who is erased held against findings.
func Forget(ctx context.Context, tx *store.Tx, p good.Person) error {
	return tx.ForgetDisputes(ctx, p.ID)
}
