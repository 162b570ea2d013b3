package journal

import (
	"context"
	"fmt"

	"stoa/internal/deploy"
	"stoa/internal/good"
	"stoa/internal/store"
)

// land is one step of the replay of what countries say of themselves.
func (p *projections) land(e good.Entry) error {
	if len(e.Subjects) < 1 {
		return fmt.Errorf("no subject")
	}
	var l deploy.Land
	if e.Value("country", &l) {
		e.Value("text", &l.Text)
		e.Value("offices", &l.Offices)
		e.Value("links", &l.Links)
		p.Lands[l.ID] = l
	}
	return nil
}

// liveLands reads what countries say from the database, lock versions left out.
func liveLands(ctx context.Context, db interface {
	Lands(context.Context) ([]deploy.Land, error)
}) (map[good.ID]deploy.Land, error) {
	out := map[good.ID]deploy.Land{}
	list, err := db.Lands(ctx)
	for _, l := range list {
		l.Version = 0
		out[l.ID] = l
	}
	return out, err
}

// putLand makes what an erased entry was about what the journal still says.
func putLand(ctx context.Context, tx *store.Tx, p *projections, id good.ID) error {
	held, err := tx.Land(ctx, string(id))
	if err != nil || held == nil {
		return err
	}
	l := p.Lands[id]
	l.Version = held.Version
	return tx.PutLand(ctx, &l)
}

func writeLands(ctx context.Context, tx *store.Tx, all map[good.ID]deploy.Land) error {
	for _, l := range all {
		if err := tx.PutLand(ctx, &l); err != nil {
			return err
		}
	}
	return nil
}
