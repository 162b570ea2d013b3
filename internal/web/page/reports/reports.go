// Package reports is the pages that say how digital public goods do: counts
// with pictures and tables, fit for printing, each number a way to its records.
package reports

import (
	"context"
	_ "embed"
	"encoding/csv"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"stoa/internal/access"
	app "stoa/internal/app/reports"
	"stoa/internal/export"
	"stoa/internal/good"
	"stoa/internal/vocab"
	"stoa/internal/web/page"
)

// Style is the style of these pages.
//
//go:embed reports.css
var Style []byte

// Config is what the pages need.
type Config struct {
	App *app.App
}

// Routes are the pages.
func Routes(c Config) []page.Route {
	return []page.Route{
		{Pattern: "GET /reports", Act: access.Public, Handler: c.index},
		{Pattern: "GET /reports/{subject}/{key}", Act: access.Public, Handler: c.one},
	}
}

type indexModel struct {
	*page.Frame
	app.Index
}

func (c Config) index(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	f.Title, f.Description = f.T("impact.title"), f.T("impact.lede")
	if page.Fresh(w, r, f) {
		return nil
	}
	all, err := c.App.Index(r.Context())
	if err != nil {
		return err
	}
	return page.Write(w, r, f, http.StatusOK, index(&indexModel{f, all}))
}

type model struct {
	*page.Frame
	*app.Report
	Title string
}

func (c Config) one(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	key, table := strings.CutSuffix(r.PathValue("key"), ".csv")
	report, err := c.App.Of(r.Context(), app.Kind(r.PathValue("subject")), key)
	if err != nil {
		return err
	}
	m := &model{Frame: f, Report: report}
	m.Title = m.title()
	f.Title, f.Description = m.Title, f.T("impact.lede")
	if page.FreshToday(w, r, f, report.AsOf) {
		return nil
	}
	if table {
		w.Header().Set("Content-Disposition", `attachment; filename="`+string(report.Kind)+"-"+good.Slugify(report.Key)+"-"+string(report.AsOf)+`.csv"`)
		return page.WriteAs(w, r, f, http.StatusOK, "text/csv; charset=utf-8", m.table())
	}
	return page.Write(w, r, f, http.StatusOK, one(m))
}

// title is what the report is called.
func (m *model) title() string {
	name := m.Name
	switch m.Kind {
	case app.Year:
		name = m.Date(good.Date(m.Key))
	case app.Country:
		name = m.Country(m.Key)
	case app.Goal:
		n, _ := strconv.Atoi(m.Key) // the report was made
		name = m.Digits(n) + "\u00a0– " + m.Goal(n)
	}
	return m.T("impact.of."+string(m.Kind), "Name", name)
}

// Label is a value in the reader's language.
func (m *model) label(of app.Words, b app.Bar) string {
	switch of {
	case app.OfStages:
		return m.Stage(good.Stage(b.Value))
	case app.OfKinds:
		return m.Frame.Kind(good.Kind(b.Value))
	case app.Goals:
		n, _ := strconv.Atoi(b.Value) // the catalogue gives only numbers
		return m.Goal(n)
	case app.Countries:
		return m.Country(b.Value)
	case app.Years:
		return m.Date(good.Date(b.Value))
	case app.Running:
		return m.T("deploy.stage." + b.Value)
	case app.Relied:
		return m.T("deploy.state." + b.Value)
	case app.Statistics:
		return m.T("impact.number." + b.Value)
	case app.Licences:
		if l, ok := vocab.LicenceByID(b.Value); ok {
			return l.Name
		}
	}
	if b.Label != "" {
		return b.Label
	}
	return b.Value
}

// share is a count's share of the largest of the figure, in percent.
func share(x app.Figure, n int) int {
	most := 1
	for _, b := range x.Bars {
		most = max(most, b.Count)
	}
	return 100 * n / most
}

// shown is how many lines of a figure the page shows; the file has all.
const shown = 15

func first(x app.Figure) []app.Bar {
	if dated(x) {
		return x.Bars
	}
	return x.Bars[:min(shown, len(x.Bars))]
}

// dated says whether a figure is a course of years.
func dated(x app.Figure) bool { return x.Words == app.Years && len(x.Bars) > 1 }

// table is the whole report as CSV, the same columns in every language.
func (m *model) table() templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		lines := [][]string{{"figure", "value", "name", "count", "url"}}
		for _, x := range m.Figures {
			for _, b := range x.Bars {
				lines = append(lines, []string{x.Name, b.Value, export.Disarm(m.label(x.Words, b)), strconv.Itoa(b.Count), m.Site.Base + string(m.Href(b.Link))})
			}
		}
		return csv.NewWriter(w).WriteAll(lines)
	})
}
