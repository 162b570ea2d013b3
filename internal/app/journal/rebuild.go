package journal

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"slices"

	"stoa/internal/good"
	"stoa/internal/store"
)

// told are the tables of the journal itself; all that is public can be made of
// them.
var told = []string{"journal", "journal_subjects", "journal_values", "log_hashes", "checkpoints", "log_head"}

// pieceSize is how many bytes of a table are copied at a time.
const pieceSize = 1 << 20

// Rebuild fills an empty database with the journal alone, replays it there, and
// says where the public projections that come of it differ from those of a's
// database; "" where they are the same by canonical hash.
func (a *App) Rebuild(ctx context.Context, into *store.DB) (string, error) {
	err := a.DB.Still(ctx, func(s *store.Still) error {
		return into.Load(ctx, func(l *store.Loading) error {
			for _, table := range told {
				if err := l.Clear(ctx, table); err != nil {
					return err
				}
				if err := s.EachRows(ctx, table, -1, pieceSize, func(r store.Rows) error { return l.Put(ctx, r) }); err != nil {
					return err
				}
			}
			return nil
		})
	})
	if err != nil {
		return "", err
	}
	anew := &App{DB: into}
	p, err := anew.Replay(ctx)
	if err != nil {
		return "", err
	}
	if err := p.write(ctx, into); err != nil {
		return "", err
	}
	here, err := a.Live(ctx)
	if err != nil {
		return "", err
	}
	there, err := anew.Live(ctx)
	if err != nil {
		return "", err
	}
	return differing(there, here)
}

// differing says where two projections differ; "" where they do not.
func differing(one, other Projections) (string, error) {
	x, err := one.Hash()
	if err != nil {
		return "", err
	}
	if y, err := other.Hash(); err != nil || x == y {
		return "", err
	}
	var b bytes.Buffer
	err = one.Differences(&b, other)
	return b.String(), err
}

// write writes projections into a database that holds none.
func (p Projections) write(ctx context.Context, into *store.DB) error {
	err := into.Load(ctx, func(l *store.Loading) error {
		for _, id := range slices.Sorted(maps.Keys(p.Goods)) {
			if err := l.PutGood(ctx, p.Goods[id]); err != nil {
				return err
			}
		}
		for _, slug := range slices.Sorted(maps.Keys(p.Slugs)) {
			if err := l.PutSlug(ctx, slug, p.Slugs[slug]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	_, err = into.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		for _, s := range p.Sources {
			if err := tx.PutSource(ctx, s); err != nil {
				return err
			}
		}
		for _, r := range p.Records {
			if err := tx.PutRecord(ctx, r); err != nil {
				return err
			}
		}
		for _, r := range p.Applications {
			if err := tx.PutAssessment(ctx, r); err != nil {
				return err
			}
		}
		for _, d := range p.Directory {
			if err := tx.PutDirectory(ctx, &d); err != nil {
				return err
			}
		}
		if err := p.putPairs(ctx, tx); err != nil {
			return err
		}
		for _, l := range p.Listings {
			if err := tx.PutListing(ctx, &store.Listed{Listing: l, Posted: true}); err != nil {
				return err
			}
		}
		return errors.Join(p.Advisory.write(ctx, tx), p.Alliance.write(ctx, tx), p.Sourcing.write(ctx, tx), p.Support.write(ctx, tx), writeDeployments(ctx, tx, p.Deployments), p.Localisation.write(ctx, tx), writeRecipes(ctx, tx, p.Recipes), writeLands(ctx, tx, p.Lands))
	})
	return err
}

func (a Advisory) write(ctx context.Context, tx *store.Tx) error {
	for _, s := range a.Seats {
		if err := tx.PutSeat(ctx, &s, ""); err != nil {
			return err
		}
	}
	for _, c := range a.Consultations {
		if err := tx.PutConsultation(ctx, &c); err != nil {
			return err
		}
	}
	for _, o := range a.Opinions {
		if err := tx.PutOpinion(ctx, o); err != nil {
			return err
		}
	}
	for _, m := range a.Comments {
		if err := tx.PutComment(ctx, m); err != nil {
			return err
		}
	}
	return nil
}
