package deployments

import (
	"context"
	"time"

	"stoa/internal/access"
	"stoa/internal/deploy"
	"stoa/internal/good"
	"stoa/internal/store"
)

// duePiece is how many deployments come due in one transaction.
const duePiece = 200

// Tick has those asked who are to say again what nobody said for a year.
func (a *App) Tick(ctx context.Context, now time.Time) error {
	actor, err := access.As(access.Machine(access.Clock), access.KeepDeployment, access.Thing{})
	if err != nil {
		return err
	}
	if _, err := a.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		return tx.SweepSheets(ctx, now.Add(-sheetKept))
	}); err != nil {
		return err
	}
	for n := duePiece; n == duePiece; {
		list, err := a.DB.Primary().DueDeployments(ctx, now.UnixMilli(), duePiece)
		if n = len(list); err != nil || n == 0 {
			return err
		}
		_, err = a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
			for _, seen := range list {
				if err := a.age(ctx, tx, seen.ID, now); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// age lets one deployment come due, and has both sides told once.
func (a *App) age(ctx context.Context, tx *store.Tx, id good.ID, now time.Time) error {
	r, err := record(ctx, tx, id)
	if err != nil || !r.Age(now) {
		return err
	}
	if err := step(ctx, tx, r, good.DeploymentDue, deploy.Settled{At: now.UTC()}, ""); err != nil || a.Tell == nil {
		return err
	}
	s, err := speak(ctx, tx, r)
	if err != nil {
		return err
	}
	return a.tell(ctx, tx, r, "deployment-due", r.Due, s.all())
}

// Kept returns what is kept of a person here: where they are to be asked.
func (a *App) Kept(ctx context.Context, p good.Person) (any, error) {
	return a.DB.Primary().DeploymentContactsOf(ctx, p.ID)
}

// KeptSheets returns the spreadsheets of a person that are not forgotten yet.
func (a *App) KeptSheets(ctx context.Context, p good.Person) (any, error) {
	return a.DB.Primary().SheetsOf(ctx, p.ID)
}

// Forget takes the addresses of a person who is erased off deployments, and
// forgets the spreadsheets they sent.
func Forget(ctx context.Context, tx *store.Tx, p good.Person) error {
	if err := tx.DropSheets(ctx, p.ID); err != nil {
		return err
	}
	return tx.ForgetDeploymentContacts(ctx, p.ID)
}
