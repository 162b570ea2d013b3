package journal

import (
	"context"

	"stoa/internal/good"
	"stoa/internal/store"
)

// listing are the verbs of what is listed through the publiccode catalogue API.
var listing = []good.Verb{good.ListingPosted, good.ListingChanged, good.ListingAnalysed, good.ListingDropped}

// list is one step of the replay of what is listed.
func (p *Projections) list(e good.Entry) {
	id := e.Subjects[0]
	l := p.Listings[id]
	switch e.Verb {
	case good.ListingPosted, good.ListingChanged:
		next := good.Listing{}
		if e.Value("listing", &next) {
			next.Analysis = l.Analysis
			p.Listings[id] = next
		}
	case good.ListingAnalysed:
		if _, stands := p.Listings[id]; stands && e.Value("analysis", &l.Analysis) {
			p.Listings[id] = l
		}
	case good.ListingDropped:
		delete(p.Listings, id)
	}
}

// posted reads what is listed from the database: what was made of goods is
// derived from them.
func posted(ctx context.Context, db interface {
	EachPosted(context.Context, func(store.Listed) error) error
}) (map[good.ID]good.Listing, error) {
	out := map[good.ID]good.Listing{}
	return out, db.EachPosted(ctx, func(l store.Listed) error {
		out[l.ID] = l.Listing
		return nil
	})
}

// putListing makes a listing what the journal still says of it.
func putListing(ctx context.Context, tx *store.Tx, p *projections, id good.ID) error {
	for _, kind := range []good.ListingKind{good.ListedSoftware, good.ListedPublisher, good.ListedCatalog} {
		held, err := tx.Listing(ctx, kind, id)
		if err != nil {
			return err
		}
		if held == nil {
			continue
		}
		l, stands := p.Listings[id]
		if !stands {
			return tx.DropListing(ctx, kind, id)
		}
		held.Listing = l
		return tx.PutListing(ctx, held)
	}
	return nil
}
