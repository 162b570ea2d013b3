package needs

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	app "stoa/internal/app/needs"
	"stoa/internal/need"
	"stoa/internal/web/page"
)

// columns are those of the table, which never change, whatever the language.
var columns = []string{"id", "title", "problem", "use", "users", "country", "sectors", "building_blocks", "standards", "languages", "expressions_wanted", "outcome", "created", "changed"}

// each hands over every public need that fits, the newest first.
func (c Config) each(ctx context.Context, w app.Which, f func(need.Record) error) error {
	for {
		list, err := c.App.List(ctx, w, 500)
		if err != nil {
			return err
		}
		for _, n := range list.Needs {
			if err := f(n); err != nil {
				return err
			}
		}
		if w.Before = list.Next; w.Before == "" {
			return nil
		}
	}
}

// table answers with public needs as a file that spreadsheets read.
func (c Config) table(w http.ResponseWriter, r *http.Request, _ *page.Frame) error {
	return page.WriteTable(w, "needs", c.App.Now(), func(row func(...string)) error {
		row(columns...)
		return c.each(r.Context(), asked(r), func(n need.Record) error {
			row(string(n.ID), n.Title, n.Problem, n.Use, n.Users, n.Country, spaced(n.Sectors), spaced(n.Blocks), spaced(n.Standards), spaced(n.Tongues), yes(n.Wanted), string(n.Outcome), n.Created.UTC().Format(time.RFC3339), n.Changed.UTC().Format(time.RFC3339))
			return nil
		})
	})
}

func spaced(list []string) string { return strings.Join(list, " ") }

// lines answers with public needs, one JSON object a line. It is sent as it is
// made.
func (c Config) lines(w http.ResponseWriter, r *http.Request, _ *page.Frame) error {
	if _, err := c.App.List(r.Context(), asked(r), 1); err != nil { // before anything of it is sent
		return err
	}
	w.Header().Set("Content-Type", "application/x-ndjson")
	w.Header().Set("Content-Disposition", `attachment; filename="needs-`+c.App.Now().UTC().Format(time.DateOnly)+`.ndjson"`)
	out := json.NewEncoder(w)
	if err := c.each(r.Context(), asked(r), func(n need.Record) error { return out.Encode(n) }); err != nil {
		panic(http.ErrAbortHandler) // half a file must not look like a whole one
	}
	return nil
}

// briefTable is the goods of a brief as a table: the shortlist first, then the
// others in their order, with what speaks for each and what it lacks.
func (c Config) briefTable(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	m, err := c.look(r, f)
	if err != nil {
		return err
	}
	said := func(list []need.Finding) string {
		var out []string
		for _, x := range list {
			out = append(out, says(f, x))
		}
		return strings.Join(out, "; ")
	}
	return page.WriteTable(w, "need", c.App.Now(), func(row func(...string)) error {
		row("good", "name", "shortlisted", "reasons", "missing", "address")
		for _, x := range append(m.chosen(), m.others()...) {
			row(x.Good.Slug, x.Good.Name, yes(m.Listed(x.Good.ID)), said(x.Reasons()), said(x.Missing()), f.Site.Base+"/goods/"+page.PathEscape(x.Good.Slug))
		}
		return nil
	})
}
