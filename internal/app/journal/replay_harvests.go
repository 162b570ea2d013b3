package journal

import (
	"context"
	"fmt"

	"stoa/internal/good"
	"stoa/internal/store"
)

// harvest is one step of the replay of the sources that are read by themselves.
func (p *Projections) harvest(e good.Entry) {
	var h good.Harvest
	if e.Value("harvest", &h) {
		p.Harvests[h.Source] = h
	}
	var r good.Run
	if e.Value("run", &r) {
		p.Runs[runKey(r)] = r
	}
}

func runKey(r good.Run) string { return fmt.Sprintf("%s/%d", r.Source, r.N) }

// liveHarvests reads the same from the database.
func liveHarvests(ctx context.Context, db *store.DB, p *Projections) error {
	list, err := db.Harvests(ctx)
	if err != nil {
		return err
	}
	for _, h := range list {
		p.Harvests[h.Source] = h.Harvest
	}
	return db.EachRun(ctx, func(r good.Run) error {
		p.Runs[runKey(r)] = r
		return nil
	})
}
