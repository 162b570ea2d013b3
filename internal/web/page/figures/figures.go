// Package figures is the page of statistics: the goods counted by what they
// are, each number a way to the goods it counts, each count a file to take away.
package figures

import (
	"context"
	_ "embed"
	"net/http"
	"strings"

	"stoa/internal/good"
	"stoa/internal/web/page"
)

// Style is the style of this page.
//
//go:embed figures.css
var Style []byte

// Goods is what the page asks.
type Goods interface {
	Search(ctx context.Context, q good.Query) (good.Results, error)
}

// bar is one line of a figure.
type bar struct {
	Value string // as the registry writes it
	Label string // as the reader's language does
	Mark  string // number of a goal, for its colour
	Count int
	Query good.Query // finds the goods that are counted
}

// figure is one count of all goods.
type figure struct {
	Name    string // in the address of its file
	Heading string
	Note    string
	Bars    []bar
	Total   int // goods counted in, to tell the shares
}

// shown is how many lines of a figure the page shows; the file has all.
const shown = 20

// First are the lines the page shows.
func (x figure) First() []bar { return x.Bars[:min(shown, len(x.Bars))] }

// Share is a count's share of the largest one of the figure, in percent.
func (x figure) Share(n int) int {
	most := 1
	for _, b := range x.Bars {
		most = max(most, b.Count)
	}
	return 100 * n / most
}

type model struct {
	*page.Frame
	Total   int
	Figures []figure
}

// Page answers /statistics.
func Page(app Goods) page.Handler {
	return func(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
		f.Title, f.Description = f.T("web.figures.title"), f.T("web.figures.lede")
		if page.Fresh(w, r, f) {
			return nil
		}
		c, err := count(r.Context(), app, f)
		if err != nil {
			return err
		}
		m := &model{Frame: f, Total: c.all.Total}
		for _, name := range names {
			x, err := makers[name](c)
			if err != nil {
				return err
			}
			x.Name = name
			m.Figures = append(m.Figures, x)
		}
		return page.Write(w, r, f, http.StatusOK, figures(m))
	}
}

// File answers /statistics/{file}: one figure as CSV, whole.
func File(app Goods) page.Handler {
	return func(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
		name, found := strings.CutSuffix(r.PathValue("file"), ".csv")
		maker, ok := makers[name]
		if !found || !ok {
			return &good.Error{Kind: good.NotFound, Key: "error.topic.unknown", Args: map[string]any{"Name": r.PathValue("file")}}
		}
		if page.Fresh(w, r, f) {
			return nil
		}
		c, err := count(r.Context(), app, f)
		if err != nil {
			return err
		}
		x, err := maker(c)
		if err != nil {
			return err
		}
		w.Header().Set("Content-Disposition", `inline; filename="`+name+`.csv"`)
		return page.WriteAs(w, r, f, http.StatusOK, "text/csv; charset=utf-8", table(f, x))
	}
}
