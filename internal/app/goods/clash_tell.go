package goods

import (
	"context"
	"strconv"
	"time"

	"stoa/internal/good"
	"stoa/internal/store"
)

// clashesTold names how far owners were told of conflicts.
const clashesTold = "corrections told"

// clashLag is how long before its commit a conflict may have been noticed.
const clashLag = 10 * time.Minute

// clashPiece is how many conflicts are told of in one transaction.
const clashPiece = 200

// Tick tells the owners of a good, once, that a source contradicts what was
// corrected of it.
func (a *App) Tick(ctx context.Context, _ time.Time) error {
	told, known, err := a.DB.Cursor(ctx, clashesTold)
	if err != nil {
		return err
	}
	from := time.UnixMilli(told).Add(-clashLag)
	for n, offset := clashPiece, 0; n == clashPiece; offset += n {
		list, err := a.DB.Primary().ClashesSince(ctx, from, offset, clashPiece)
		if err != nil {
			return err
		}
		if n = len(list); n == 0 {
			return nil
		}
		_, err = a.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
			for _, c := range list {
				if err := a.tellOwners(ctx, tx, c); err != nil {
					return err
				}
			}
			last := list[n-1].Since.UnixMilli()
			switch {
			case !known:
				return tx.StartCursor(ctx, clashesTold, last)
			case last > told:
				return tx.MoveCursor(ctx, clashesTold, told, last)
			}
			return nil
		})
		if good.KindOf(err) == good.Conflict { // another node was faster
			return nil
		}
		if err != nil {
			return err
		}
		told, known = max(told, list[n-1].Since.UnixMilli()), true
	}
	return nil
}

// tellOwners tells of a conflict; of several of one good that came at once, of
// all in one notice.
func (a *App) tellOwners(ctx context.Context, tx *store.Tx, c store.Clash) error {
	if a.Tell == nil {
		return nil
	}
	g, err := tx.Good(ctx, c.Good)
	if err != nil {
		return err
	}
	owners, err := tx.OwnersOf(ctx, c.Good)
	if err != nil {
		return err
	}
	key := "correction " + string(c.Good) + " " + strconv.FormatInt(c.Since.UnixMilli(), 10)
	for _, o := range owners {
		n := good.Notice{Person: o, Kind: "correction-contradicted", Args: map[string]string{"Good": g.Name}, Path: "/goods/" + g.Slug}
		if err := a.Tell(ctx, tx, key, n); err != nil {
			return err
		}
	}
	return nil
}
