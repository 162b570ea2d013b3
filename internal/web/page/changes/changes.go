// Package changes is the page of what happened in the registry, by day, as the
// journal has it.
package changes

import (
	"context"
	_ "embed"
	"net/http"
	"slices"
	"strconv"

	"stoa/internal/good"
	"stoa/internal/web/page"
)

// Style is the style of this page.
//
//go:embed changes.css
var Style []byte

// Registry is what the page asks.
type Registry interface {
	Entries(ctx context.Context, from int64, limit int) ([]good.Entry, error)
	Goods(ctx context.Context, ids []good.ID) (map[good.ID]*good.Good, error)
	Sources(ctx context.Context) (map[string]good.Source, error)
}

// shown is how many entries a page shows.
const shown = 60

// happening is what happened to one good in a row, newest first; Good is nil
// where it was to none.
type happening struct {
	Good    *good.Good
	Entries []good.Entry
}

// day is one day's happenings, newest first.
type day struct {
	Date       good.Date
	Happenings []happening
}

type model struct {
	page.Past
	Days  []day
	Newer bool  // this is not the newest page
	Older int64 // the entry before which the next page begins; 0 at the end
}

// Page answers /changes.
func Page(app Registry) page.Handler {
	return func(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
		f.Title, f.Description = f.T("web.changes.title"), f.T("web.changes.lede")
		before, err := begin(r, f)
		if err != nil {
			return err
		}
		if page.Fresh(w, r, f) {
			return nil
		}
		m := &model{Past: page.Past{Frame: f}, Newer: before <= f.Position}
		from := max(0, before-shown)
		entries, err := app.Entries(r.Context(), from, int(before-from))
		if err != nil {
			return err
		}
		if m.Sources, err = app.Sources(r.Context()); err != nil {
			return err
		}
		if err := m.gather(r.Context(), app, entries); err != nil {
			return err
		}
		m.Older = from
		return page.Write(w, r, f, http.StatusOK, changes(m))
	}
}

// begin is the position before which the page's entries lie.
func begin(r *http.Request, f *page.Frame) (int64, error) {
	top := f.Position + 1
	said := r.URL.Query().Get("before")
	if said == "" {
		return top, nil
	}
	n, err := strconv.ParseInt(said, 10, 64)
	if err != nil || n < 1 {
		return 0, &good.Error{Kind: good.Invalid, Key: "error.query.number", Field: "before", Args: map[string]any{"Field": "before", "Value": said}}
	}
	if n >= top {
		return top, nil
	}
	f.Query, f.Unlisted = "before="+strconv.FormatInt(n, 10), true
	return n, nil
}

// gather puts entries, oldest first, in order for readers: by day, and what
// happened to one good in a row together.
func (m *model) gather(ctx context.Context, app Registry, entries []good.Entry) error {
	var ids []good.ID
	for _, e := range entries {
		ids = append(ids, e.Subjects...)
	}
	slices.Sort(ids)
	goods, err := app.Goods(ctx, slices.Compact(ids))
	if err != nil {
		return err
	}
	for _, e := range slices.Backward(entries) {
		date := good.Date(e.Time.UTC().Format("2006-01-02"))
		if n := len(m.Days); n == 0 || m.Days[n-1].Date != date {
			m.Days = append(m.Days, day{Date: date})
		}
		d := &m.Days[len(m.Days)-1]
		var g *good.Good
		if len(e.Subjects) > 0 && e.Verb != good.DirectoryStated {
			g = goods[e.Subjects[0]]
		}
		if n := len(d.Happenings); n == 0 || d.Happenings[n-1].Good != g {
			d.Happenings = append(d.Happenings, happening{Good: g})
		}
		h := &d.Happenings[len(d.Happenings)-1]
		h.Entries = append(h.Entries, e)
	}
	return nil
}
