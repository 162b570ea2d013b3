// Package take is the page that says what can be taken away, in which form,
// how it is checked, and on what terms.
package take

import (
	"cmp"
	"context"
	_ "embed"
	"net/http"
	"slices"

	"stoa/internal/app/dumps"
	"stoa/internal/good"
	"stoa/internal/web/page"
)

// Style is the style of this page.
//
//go:embed take.css
var Style []byte

// Goods is what the page asks of the goods.
type Goods interface {
	Search(ctx context.Context, q good.Query) (good.Results, error)
}

// Sources are who the facts come from.
type Sources interface {
	Sources(ctx context.Context) (map[string]good.Source, error)
}

// Dumps are the files of the whole registry.
type Dumps interface {
	Newest(ctx context.Context, fresh bool) (position int64, files []dumps.File, err error)
}

// quick is up to how many goods a dump is made while the reader waits.
const quick = 5000

// The forms of a search and of one good, by the end of the address.
var (
	many = []string{"csv", "json", "ndjson", "jsonld", "atom", "codemeta.json", "cff", "bib", "publiccode.yml", "code.json"}
	one  = []string{"json", "jsonld", "codemeta.json", "cff", "bib", "publiccode.yml", "code.json", "csv", "ndjson"}
)

// faces are where the registry answers as the DPGA's APIs do.
var faces = []string{"/dpga/v0/dpgs/", "/dpga/v0/nominees/", "/dpga/v1/api/dpgs", "/dpga/v1/api/nominees"}

type model struct {
	*page.Frame
	AsOf    int64 // of the dump
	Files   []dumps.File
	Sources []good.Source
	Example string // the slug of a good, "" where there is none
}

// Page answers /data. Its dumps change without an entry of the journal, so it
// is made anew each time.
func Page(goods Goods, who Sources, files Dumps) page.Handler {
	return func(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
		f.Title, f.Description = f.T("web.take.title"), f.T("web.take.lede")
		m := &model{Frame: f}
		res, err := goods.Search(r.Context(), good.Query{Limit: 1, Lang: f.Code, EveryStage: true})
		if err != nil {
			return err
		}
		if len(res.Cards) > 0 {
			m.Example = res.Cards[0].Slug
		}
		if files != nil {
			if m.AsOf, m.Files, err = files.Newest(r.Context(), res.Total <= quick); err != nil {
				return err
			}
		}
		sources, err := who.Sources(r.Context())
		if err != nil {
			return err
		}
		for _, s := range sources {
			m.Sources = append(m.Sources, s)
		}
		slices.SortFunc(m.Sources, func(a, b good.Source) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
		return page.Write(w, r, f, http.StatusOK, take(m))
	}
}
