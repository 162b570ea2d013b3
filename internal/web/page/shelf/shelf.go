// Package shelf shows collections: curated, ordered lists of goods with a
// reason for each and a keeper.
package shelf

import (
	"context"
	_ "embed"
	"net/http"

	"stoa/internal/good"
	"stoa/internal/web/page"
)

// Style is the style of these pages.
//
//go:embed shelf.css
var Style []byte

// Collections is what the pages ask.
type Collections interface {
	Collections(ctx context.Context) ([]good.Collection, error)
	Collection(ctx context.Context, slug string) (good.Collection, int64, error)
}

// Goods are the goods of a collection.
type Goods interface {
	Goods(ctx context.Context, ids []good.ID) (map[good.ID]*good.Good, error)
}

// item is one good of a collection as shown.
type item struct {
	Card   good.Card
	Reason good.Text
}

// All answers /collections.
func All(dir Collections) page.Handler {
	return func(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
		f.Here, f.Title, f.Description = "collections", f.T("web.shelf.title"), f.T("web.shelf.lede")
		list, err := dir.Collections(r.Context())
		if err != nil {
			return err
		}
		return page.Write(w, r, f, http.StatusOK, all(f, list))
	}
}

// One answers /collections/{slug}.
func One(dir Collections, goods Goods) page.Handler {
	return func(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
		f.Here = "collections"
		c, _, err := dir.Collection(r.Context(), r.PathValue("slug"))
		if err != nil {
			return err
		}
		ids := make([]good.ID, len(c.Items))
		for i, it := range c.Items {
			ids[i] = it.Good
		}
		whole, err := goods.Goods(r.Context(), ids)
		if err != nil {
			return err
		}
		var items []item
		for _, it := range c.Items {
			if g := whole[it.Good]; g != nil && g.Tombstone == nil { // a removed good keeps its address, not its place
				items = append(items, item{g.Card(), it.Reason})
			}
		}
		f.Title, _ = c.Name.In(f.Code)
		f.Description, _ = c.Summary.In(f.Code)
		return page.Write(w, r, f, http.StatusOK, one(f, c, items))
	}
}
