package listings

import (
	"cmp"
	"context"
	"crypto/sha256"
	"strings"
	"time"

	"stoa/internal/export"
	"stoa/internal/good"
	"stoa/internal/harvest"
	"stoa/internal/store"
)

// Follower is the name under which the journal is read for what is listed. A
// new one has everything made of goods made anew.
const Follower = "listings 1"

// slice is how many goods are listed in one transaction.
const slice = 200

// Begin lists every good that is there: where the journal was never read, that
// is less work than reading of each change there ever was.
func (a *App) Begin(ctx context.Context) error {
	for after := good.ID(""); ; {
		goods, err := a.DB.Primary().GoodsAfter(ctx, after, slice)
		if err != nil || len(goods) == 0 {
			return err
		}
		var writes writes
		for _, g := range goods {
			write, err := a.made(g)
			if err != nil {
				return err
			}
			writes = append(writes, write)
		}
		if _, err := a.DB.Do(ctx, good.Actor{}, writes.do); err != nil {
			return err
		}
		after = goods[len(goods)-1].ID
	}
}

// writes are done in one transaction.
type writes []func(context.Context, *store.Tx) error

func (w writes) do(ctx context.Context, tx *store.Tx) error {
	for _, write := range w {
		if err := write(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

// Wants says which entries of the journal matter to what is listed.
func Wants(v good.Verb) bool {
	switch v {
	case good.ListingPosted, good.ListingChanged, good.ListingDropped, good.RecordStated, good.RecordMoved, good.ValueErased:
		return true
	}
	return strings.HasPrefix(string(v), "good.") && v != good.GoodClaimed && v != good.GoodReleased
}

// Read takes what was posted in as what a source says of a good, and makes the
// listings of goods that nobody posted.
func (a *App) Read(ctx context.Context, e good.Entry) (func(context.Context, *store.Tx) error, error) {
	switch e.Verb {
	case good.ListingPosted, good.ListingChanged:
		return a.bring(ctx, e.Subjects[0])
	}
	var writes writes
	for _, id := range e.Subjects {
		write, err := a.remade(ctx, id, e.Position)
		if err != nil {
			return nil, err
		}
		if write != nil {
			writes = append(writes, write)
		}
	}
	return writes.do, nil
}

// priority of what is posted: behind what Stoa reads from the project itself.
const priority = 44

// source is where the file of a listing comes from: the catalogue it is in.
func (a *App) source(ctx context.Context, id good.ID) (good.Source, error) {
	s := good.Source{ID: "publiccode-posted", Name: "Posted publiccode.yml", URL: "https://yml.publiccode.tools/", Priority: priority}
	if id == "" {
		return s, nil
	}
	l, err := a.DB.Primary().Listing(ctx, good.ListedCatalog, id)
	if err != nil || l == nil {
		return s, err
	}
	f := &catalogForm{}
	if err := current(l, f); err != nil {
		return s, err
	}
	first, _, _ := strings.Cut(string(id), "-")
	s.ID, s.Name = s.ID+"-"+first, f.Name
	if len(f.Sources) > 0 {
		s.URL = f.Sources[0].URL
	}
	return s, nil
}

// bring takes in what active software says of itself.
func (a *App) bring(ctx context.Context, id good.ID) (func(context.Context, *store.Tx) error, error) {
	l, err := a.DB.Primary().Listing(ctx, good.ListedSoftware, id)
	if err != nil || l == nil || !l.Posted || !l.Active || a.Bring == nil {
		return nil, err
	}
	f := &softwareForm{}
	if err := current(l, f); err != nil {
		return nil, err
	}
	s, err := a.source(ctx, l.Catalog)
	if err != nil {
		return nil, err
	}
	c := harvest.Posted(s.ID, string(id), []byte(f.PubliccodeYml), append([]string{f.URL}, f.Aliases...))
	c.Seen = good.Date(l.Updated.UTC().Format(time.DateOnly))
	if err := a.Bring(ctx, s, c); err != nil {
		return nil, err
	}
	rec, err := a.DB.Primary().Record(ctx, s.ID, string(id))
	if err != nil || rec == nil || rec.Good == l.Good {
		return nil, err
	}
	return func(ctx context.Context, tx *store.Tx) error { return tx.LinkListing(ctx, l.Kind, id, rec.Good) }, nil
}

// IDOf is the id of the listing that is made of a good.
func IDOf(id good.ID) good.ID {
	sum := sha256.Sum256([]byte("stoa good " + string(id)))
	return uuid([16]byte(sum[:16]))
}

// remade makes the listing of a good anew, unless an entry after a position will.
func (a *App) remade(ctx context.Context, id good.ID, position int64) (func(context.Context, *store.Tx) error, error) {
	g, err := a.DB.Primary().Good(ctx, id)
	if good.KindOf(err) == good.NotFound || err == nil && g.Position > position && g.Tombstone == nil {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return a.made(g)
}

// made makes the listing of a good as it is.
func (a *App) made(g *good.Good) (func(context.Context, *store.Tx) error, error) {
	id := g.ID
	if g.Tombstone != nil || !export.IsSoftware(g) || len(g.Repositories) == 0 {
		return func(ctx context.Context, tx *store.Tx) error { return tx.DropMade(ctx, id) }, nil
	}
	file, err := export.Publiccode(g, a.Base)
	if err != nil {
		return nil, err
	}
	f := &softwareForm{URL: g.Repositories[0].URL, PubliccodeYml: string(file)}
	for _, r := range g.Repositories[1:] {
		f.Aliases = append(f.Aliases, r.URL)
	}
	if m := f.clean(); len(m) > 0 { // an address that the API has no form for
		return func(ctx context.Context, tx *store.Tx) error { return tx.DropMade(ctx, id) }, nil
	}
	return func(ctx context.Context, tx *store.Tx) error {
		have, err := tx.ListingOf(ctx, id)
		if err != nil || have != nil && have.Posted {
			return err
		}
		l := cmp.Or(have, &store.Listed{Listing: good.Listing{Kind: good.ListedSoftware, ID: IDOf(id), Created: g.Created}, Good: id})
		l.Active, l.Updated = true, g.Updated
		if l.Doc, err = encode(f.served(l.Listing, nil)); err != nil {
			return err
		}
		return tx.PutListing(ctx, l)
	}, nil
}
