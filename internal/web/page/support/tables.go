package support

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"stoa/internal/access"
	app "stoa/internal/app/support"
	"stoa/internal/good"
	"stoa/internal/support"
	"stoa/internal/web/page"
)

// shelf is a list that can be taken away: its name, the columns of its table,
// and what hands over each of its things as a row and as a value.
type shelf struct {
	name    string
	columns []string
	each    func(ctx context.Context, w app.Which, f func(row []string, v any) error) error
}

func (c Config) shelves() []shelf {
	return []shelf{
		{"offers", detailed([]string{"id", "organisation", "website", "title", "text", "kinds", "countries", "languages", "goods", "capacity", "price", "indicators", "state", "opened", "changed"}), func(ctx context.Context, w app.Which, f func([]string, any) error) error {
			return c.App.EachOffer(ctx, w, func(o support.Offer, n app.Names) error {
				return f(append([]string{string(o.ID), o.Organisation, o.Website, o.Title, o.Text, spaced(o.Kinds), spaced(o.Countries), spaced(o.Languages), strings.ReplaceAll(slugs(n, o.Goods), ",", ""), strconv.Itoa(o.Capacity), o.Price, spaced(o.Indicators), string(o.State), when(o.Opened), when(o.Changed)}, said(o.Details)...), o)
			})
		}},
		{"requests", detailed([]string{"id", "title", "text", "kind", "good", "country", "languages", "by", "budget", "indicator", "organisation", "state", "helper", "opened", "changed"}), func(ctx context.Context, w app.Which, f func([]string, any) error) error {
			return c.App.EachRequest(ctx, w, func(q support.Request, n app.Names) error {
				return f(append([]string{string(q.ID), q.Title, q.Text, q.Kind, slugOf(n, q.Good), q.Country, spaced(q.Languages), string(q.By), q.Budget, q.Indicator, q.Organisation, string(q.State), q.Helper, when(q.Opened), when(q.Changed)}, said(q.Details)...), q)
			})
		}},
		{"agreements", detailed([]string{"id", "organisation", "good", "kind", "text", "countries", "since", "until", "link", "state", "stated", "confirmed"}), func(ctx context.Context, w app.Which, f func([]string, any) error) error {
			return c.App.EachAgreement(ctx, w, func(g support.Agreement, n app.Names) error {
				return f(append([]string{string(g.ID), g.Organisation, slugOf(n, g.Good), g.Kind, g.Text, spaced(g.Countries), string(g.Since), string(g.Until), g.Link, string(g.State), when(g.Stated), when(g.Confirmed)}, said(g.Details)...), g)
			})
		}},
		// a row for each country that an organisation reaches, or one without
		{"organisations", []string{"slug", "organisation", "kinds", "countries", "anywhere", "country", "number", "unit", "as_of", "source"}, func(ctx context.Context, w app.Which, f func([]string, any) error) error {
			return c.App.EachOrganisation(ctx, w, func(o app.Organisation) error {
				row := []string{o.Slug, o.Name, spaced(o.Kinds), spaced(o.Countries), yes(o.Anywhere)}
				v := any(map[string]any{"slug": o.Slug, "name": o.Name, "kinds": o.Kinds, "countries": o.Countries, "anywhere": o.Anywhere, "reach": o.Spans})
				if len(o.Spans) == 0 {
					return f(append(row, "", "", "", "", ""), v)
				}
				for _, s := range o.Spans {
					if err := f(append(row[:5:5], s.Country, strconv.FormatInt(s.Number, 10), s.Unit, string(s.Date), s.Source), v); err != nil {
						return err
					}
					v = nil // it is one line, though several rows
				}
				return nil
			})
		}},
	}
}

// tables are the lists as files that spreadsheets and programs read.
func (c Config) tables() []page.Route {
	var out []page.Route
	for _, s := range c.shelves() {
		out = append(out, page.Route{Pattern: "GET /support/" + s.name + ".csv", Act: access.Public, Handler: c.table(s)}, page.Route{Pattern: "GET /support/" + s.name + ".ndjson", Act: access.Public, Handler: c.lines(s)})
	}
	return out
}

func (c Config) table(s shelf) page.Handler {
	return func(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
		if page.FreshToday(w, r, f, today(c)) {
			return nil
		}
		return page.WriteTable(w, s.name, c.App.Now(), func(row func(...string)) error {
			row(s.columns...)
			return s.each(r.Context(), asked(r), func(cells []string, _ any) error { row(cells...); return nil })
		})
	}
}

// lines answers with a list, one JSON object a line. It is sent as it is made.
func (c Config) lines(s shelf) page.Handler {
	return func(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
		if page.FreshToday(w, r, f, today(c)) {
			return nil
		}
		begun := false
		out := json.NewEncoder(w)
		err := s.each(r.Context(), asked(r), func(_ []string, v any) error {
			if v == nil {
				return nil
			}
			if !begun {
				c.header(w, s.name)
				begun = true
			}
			return out.Encode(v)
		})
		if err != nil && begun {
			panic(http.ErrAbortHandler) // half a file must not look like a whole one
		}
		if err == nil && !begun {
			c.header(w, s.name)
		}
		return err
	}
}

func (c Config) header(w http.ResponseWriter, name string) {
	w.Header().Set("Content-Type", "application/x-ndjson")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+"-"+c.App.Now().UTC().Format(time.DateOnly)+`.ndjson"`)
}

// detailed are the columns of a list with those of what is said of one kind of
// help alone.
func detailed(columns []string) []string {
	for _, d := range support.Details {
		columns = append(columns, d.Name)
	}
	return columns
}

// said are the cells of those.
func said(details map[string]string) []string {
	var out []string
	for _, d := range support.Details {
		out = append(out, details[d.Name])
	}
	return out
}

func spaced(list []string) string { return strings.Join(list, " ") }

func slugOf(n app.Names, id good.ID) string {
	if id == "" {
		return ""
	}
	return n.Slug(id)
}

func when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
