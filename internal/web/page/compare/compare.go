// Package compare shows up to four goods side by side, what differs first.
package compare

import (
	"context"
	_ "embed"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/a-h/templ"

	"stoa/internal/app/goods"
	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/web/page"
)

// Style is the style of this page.
//
//go:embed compare.css
var Style []byte

// Goods is what the page asks.
type Goods interface {
	Show(ctx context.Context, slugOrID string) (goods.View, error)
	Search(ctx context.Context, q good.Query) (good.Results, error)
}

// Most is how many goods stand side by side.
const Most = 4

// suggested is how many goods are offered to add.
const suggested = 5

// missed is what was asked for and is not there, with what may be meant.
type missed struct {
	Asked string
	Like  []good.Card
}

type model struct {
	*page.Frame
	Goods   []*good.Good
	Sources map[string]good.Source
	Similar []good.Card // to the first, not compared yet
	Missed  []missed
	Gone    []*good.Good
	Differ  []row
	Same    []row
}

// Page answers /compare.
func Page(app Goods) page.Handler {
	return func(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
		f.Here, f.Title, f.Description = "goods", f.T("web.compare.title"), f.T("web.compare.lede")
		asked, err := read(r.URL.RawQuery)
		if err != nil {
			return err
		}
		m := &model{Frame: f}
		for _, s := range asked {
			if err := m.add(r.Context(), app, s); err != nil {
				return err
			}
		}
		if len(m.Missed)+len(m.Gone) == 0 {
			if given := r.URL.Query()["good"]; len(given) > 0 && !slices.Equal(given, m.slugs()) {
				edge.Public(w.Header(), 0)
				http.Redirect(w, r, string(m.with()), http.StatusFound)
				return nil
			}
		}
		f.Query, f.Unlisted = strings.TrimPrefix(query(m.slugs()), "?"), len(asked) > 0
		if len(m.Missed) > 0 {
			edge.Private(w.Header())
			return page.Write(w, r, f, http.StatusNotFound, compare(m))
		}
		if page.Fresh(w, r, f) {
			return nil
		}
		m.lay()
		return page.Write(w, r, f, http.StatusOK, compare(m))
	}
}

// read is what is asked to be compared, each once.
func read(raw string) ([]string, error) {
	vals, err := url.ParseQuery(raw)
	if err != nil {
		return nil, &good.Error{Kind: good.Invalid, Key: "error.query.form", Err: err}
	}
	var asked []string
	for _, s := range vals["good"] {
		if s = strings.TrimSpace(s); s != "" && !slices.Contains(asked, s) {
			asked = append(asked, s)
		}
	}
	if len(asked) > Most {
		return nil, &good.Error{Kind: good.Invalid, Key: "error.compare.many", Field: "good", Args: map[string]any{"Max": Most}}
	}
	return asked, nil
}

// add puts the good that somebody asked for beside the others.
func (m *model) add(ctx context.Context, app Goods, asked string) error {
	v, err := find(ctx, app, asked)
	if good.KindOf(err) == good.NotFound {
		return m.miss(ctx, app, asked)
	}
	if err != nil {
		return err
	}
	g := v.Good
	switch {
	case g.Tombstone != nil:
		m.Gone = append(m.Gone, g)
		return nil
	case slices.ContainsFunc(m.Goods, func(o *good.Good) bool { return o.ID == g.ID }):
		return nil
	case len(m.Goods) == 0:
		m.Similar = v.Similar
	}
	m.Goods = append(m.Goods, g)
	if v.Sources != nil {
		m.Sources = v.Sources
	}
	return nil
}

// find looks for a good by its address, or by its name where that makes one.
func find(ctx context.Context, app Goods, asked string) (goods.View, error) {
	if !utf8.ValidString(asked) || len(asked) > good.MaxName || strings.ContainsRune(asked, 0) {
		return goods.View{}, &good.Error{Kind: good.NotFound, Key: "error.good.unknown"}
	}
	v, err := app.Show(ctx, asked)
	if slug := good.Slugify(asked); good.KindOf(err) == good.NotFound && err != nil && slug != asked && slug != "" {
		return app.Show(ctx, slug)
	}
	return v, err
}

// miss notes what is not there, with goods that may be meant.
func (m *model) miss(ctx context.Context, app Goods, asked string) error {
	x := missed{Asked: page.Cut(page.Valid(asked), 60)}
	text := strings.Join(strings.FieldsFunc(x.Asked, func(r rune) bool { return r == '-' || r == 0 || r == ' ' }), " ")
	res, err := app.Search(ctx, good.Query{Text: text, Limit: suggested, Lang: m.Code, EveryStage: true})
	if err != nil {
		return err
	}
	if text != "" {
		x.Like = res.Cards
	}
	m.Missed = append(m.Missed, x)
	return nil
}

// slugs are the addresses of the goods that are compared.
func (m *model) slugs() []string {
	out := make([]string, len(m.Goods))
	for i, g := range m.Goods {
		out[i] = g.Slug
	}
	return out
}

// with is the comparison with more goods.
func (m *model) with(more ...string) templ.SafeURL {
	return m.Href("/compare" + query(append(m.slugs(), more...)))
}

// without is the comparison without one good.
func (m *model) without(slug string) templ.SafeURL {
	return m.Href("/compare" + query(slices.DeleteFunc(m.slugs(), func(s string) bool { return s == slug })))
}

// offered are the similar goods that may still be added.
func (m *model) offered() []good.Card {
	if len(m.Goods) >= Most {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(m.Similar), func(c good.Card) bool { return slices.Contains(m.slugs(), c.Slug) })
}

// query is the part of a comparison's address after its path.
func query(slugs []string) string {
	if len(slugs) == 0 {
		return ""
	}
	return "?" + url.Values{"good": slugs}.Encode()
}
