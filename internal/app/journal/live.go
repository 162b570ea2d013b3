package journal

import (
	"context"
	"time"

	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/watch"
)

// Live reads the same projections from the database.
func (a *App) Live(ctx context.Context) (Projections, error) {
	p := newProjections().Projections
	if err := a.liveGoods(ctx, &p); err != nil {
		return p, err
	}
	var err error
	if p.Sources, err = a.DB.Sources(ctx); err != nil {
		return p, err
	}
	for _, kind := range directoryKinds {
		entries, err := a.DB.Directory(ctx, kind)
		if err != nil {
			return p, err
		}
		for _, d := range entries {
			p.enter(d)
		}
	}
	if p.Advisory, err = liveAdvisory(ctx, a.DB); err != nil {
		return p, err
	}
	if p.Sourcing, err = liveSourcing(ctx, a.DB); err != nil {
		return p, err
	}
	if p.Listings, err = posted(ctx, a.DB); err != nil {
		return p, err
	}
	if p.Alliance, err = liveAlliance(ctx, a.DB); err != nil {
		return p, err
	}
	if p.Support, err = liveSupport(ctx, a.DB); err != nil {
		return p, err
	}
	if p.Deployments, err = liveDeployments(ctx, a.DB); err != nil {
		return p, err
	}
	if p.Localisation, err = liveLocalisation(ctx, a.DB); err != nil {
		return p, err
	}
	if p.Recipes, err = liveRecipes(ctx, a.DB); err != nil {
		return p, err
	}
	if p.Lands, err = liveLands(ctx, a.DB); err != nil {
		return p, err
	}
	if err := liveHarvests(ctx, a.DB, &p); err != nil {
		return p, err
	}
	err = a.DB.EachAssessment(ctx, func(r assess.Record) error {
		p.Applications[r.Application] = r
		return nil
	})
	if err != nil {
		return p, err
	}
	if p.Pairs, err = judged(ctx, a.DB); err != nil {
		return p, err
	}
	if err := a.DB.EachSign(ctx, func(s watch.Sign) error { p.Signs[s.ID] = s; return nil }); err != nil {
		return p, err
	}
	if err := a.DB.EachLooked(ctx, func(id good.ID, at time.Time) error { p.Looked[id] = at; return nil }); err != nil {
		return p, err
	}
	p.Slugs, err = a.DB.Slugs(ctx)
	return p, err
}

// liveGoods reads the goods and what the sources say of each.
func (a *App) liveGoods(ctx context.Context, p *Projections) error {
	for g, err := range a.DB.EachGood(ctx) {
		if err != nil {
			return err
		}
		g.Version = 0
		p.Goods[g.ID] = g
		records, err := a.DB.Records(ctx, g.ID)
		if err != nil {
			return err
		}
		for _, r := range records {
			p.Records[r.Key()] = r
		}
	}
	return nil
}

var directoryKinds = []good.DirectoryKind{good.OfCollection, good.OfOrganisation, good.OfCountry}

// Compare replays the journal and says where what it gives differs from what
// the database holds; "" where it does not.
func (a *App) Compare(ctx context.Context) (string, error) {
	replayed, err := a.Replay(ctx)
	if err != nil {
		return "", err
	}
	live, err := a.Live(ctx)
	if err != nil {
		return "", err
	}
	return differing(replayed, live)
}
