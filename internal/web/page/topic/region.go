package topic

import (
	"bytes"
	"net/http"
	"slices"
	"strconv"
	"time"

	app "stoa/internal/app/countries"
	"stoa/internal/deploy"
	"stoa/internal/export"
	"stoa/internal/standard"
	"stoa/internal/vocab"
	"stoa/internal/web/page"
)

// part is what the page of a part of the world shows.
type part struct {
	*page.Frame
	app.RegionView
	Whole vocab.Region // that it lies in
}

// region answers /regions/{region}: an M49 code or the address of a name.
func (l Lands) region(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := l.App.Region(r.Context(), r.PathValue("region"))
	if err != nil {
		return err
	}
	if v.Slug != r.PathValue("region") {
		http.Redirect(w, r, f.Prefix+"/regions/"+v.Slug, http.StatusMovedPermanently)
		return nil
	}
	m := &part{Frame: f, RegionView: v}
	m.Whole, _ = vocab.FindRegion(v.Within)
	slices.SortFunc(m.Silent, f.CompareCountries)
	f.Here, f.Title, f.Description = "countries", f.Region(v.Code), f.T("land.region.lede")
	if page.Fresh(w, r, f) {
		return nil
	}
	return page.Write(w, r, f, http.StatusOK, region(m))
}

// sides is what a comparison shows.
type sides struct {
	*page.Frame
	List []app.Compared
	Set  *standard.Set // the checklist of which answers are shown; nil for none
}

// row is one line of the comparison.
type row struct {
	Heading string
	Cells   []string
}

// compare answers /countries/compare: two to four countries side by side.
func (l Lands) compare(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	var keys []string
	for _, k := range r.URL.Query()["c"] {
		if k != "" {
			keys = append(keys, k)
		}
	}
	list, err := l.App.Compare(r.Context(), keys)
	if err != nil {
		return err
	}
	f.Here, f.Title, f.Description, f.Unlisted = "countries", f.T("land.compare"), f.T("land.compare.lede"), true
	f.Work = true
	for i, c := range list {
		if i > 0 {
			f.Query += "&"
		}
		f.Query += "c=" + c.Code
	}
	if page.Fresh(w, r, f) {
		return nil
	}
	return page.Write(w, r, f, http.StatusOK, compare(&sides{f, list, l.App.Checklist("")}))
}

// rows are the lines of the comparison: numbers that count the same in each.
func (m *sides) rows() []row {
	of := func(heading string, cell func(app.Compared) string) row {
		out := row{Heading: heading}
		for _, c := range m.List {
			out.Cells = append(out.Cells, cell(c))
		}
		return out
	}
	number := func(n func(app.Compared) int) func(app.Compared) string {
		return func(c app.Compared) string { return m.Number(n(c)) }
	}
	out := []row{
		of(m.T("land.column.running"), number(func(c app.Compared) int { return c.Running })),
		of(m.T("land.column.other"), number(func(c app.Compared) int { return c.Other })),
		of(m.T("land.column.goods"), number(func(c app.Compared) int { return c.Goods })),
		of(m.T("land.column.organisations"), number(func(c app.Compared) int { return c.Organisations })),
	}
	for _, s := range deploy.Stages {
		out = append(out, of(m.Tell("land.column.stage", "Stage", m.T("deploy.stage."+string(s))), number(func(c app.Compared) int { return confirmed(c.Stages, s) })))
	}
	for _, s := range vocab.SDGs() {
		if slices.ContainsFunc(m.List, func(c app.Compared) bool { return c.SDGs[s.Number] > 0 }) {
			out = append(out, of(m.Tell("land.column.goal", "Number", s.Number, "Name", m.Goal(s.Number)), number(func(c app.Compared) int { return c.SDGs[s.Number] })))
		}
	}
	return append(out, of(m.T("land.column.missing"), number(func(c app.Compared) int { return len(vocab.SDGs()) - len(c.SDGs) })))
}

// answered are the lines that tell what each country answered to the checklist,
// area by area and never added up; none where none of them answered.
func (m *sides) answered() []row {
	if m.Set == nil || !slices.ContainsFunc(m.List, func(c app.Compared) bool { return c.Ready != nil }) {
		return nil
	}
	var out []row
	for _, i := range m.Set.Leaves() {
		line := row{Heading: said(m.Frame, i.Title)}
		for _, c := range m.List {
			cell := m.T("standard.open")
			if at := slices.IndexFunc(c.Ready, func(a app.Area) bool { return a.ID == i.ID }); at >= 0 {
				cell = tally(m.Frame, c.Ready[at])
			}
			line.Cells = append(line.Cells, cell)
		}
		out = append(out, line)
	}
	return out
}

func confirmed(list []app.Count, s deploy.Stage) int {
	for _, c := range list {
		if c.Stage == s {
			return c.Confirmed
		}
	}
	return 0
}

// asked is the name of the nth country that is compared, "" for none.
func (m *sides) asked(n int) string {
	if n < len(m.List) {
		return m.Country(m.List[n].Code)
	}
	return ""
}

// names are those of all countries, in their order.
func names(f *page.Frame) []string {
	var codes []string
	for _, c := range vocab.Countries() {
		codes = append(codes, c.Alpha2)
	}
	slices.SortFunc(codes, f.CompareCountries)
	for i, c := range codes {
		codes[i] = f.Country(c)
	}
	return codes
}

// table answers /countries.csv: what is counted of every country.
func (l Lands) table(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	all, err := l.App.All(r.Context())
	if err != nil || page.Fresh(w, r, f) {
		return err
	}
	return page.WriteTable(w, "countries", l.App.Now(), func(row func(...string)) error {
		head := []string{"country", "name", "pathfinder", "confirmed_running", "unconfirmed_running", "goods", "organisations"}
		for _, s := range deploy.Stages {
			head = append(head, "confirmed_"+string(s))
		}
		row(head...)
		for _, c := range all {
			named, _ := vocab.CountryByCode(c.Code)
			line := []string{c.Code, named.Name, strconv.FormatBool(c.Pathfinder), strconv.Itoa(c.Running), strconv.Itoa(c.Other), strconv.Itoa(c.Goods), strconv.Itoa(c.Organisations)}
			for _, s := range deploy.Stages {
				line = append(line, strconv.Itoa(confirmed(c.Stages, s)))
			}
			row(line...)
		}
		return nil
	})
}

// feed answers /countries/{iso}/feed.atom: what is new of a country.
func (l Lands) feed(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	news, err := l.App.News(r.Context(), r.PathValue("iso"))
	if err != nil || page.FreshUntil(w, r, f, time.Minute, news.Seen) {
		return err
	}
	code := news.Code
	past := page.Past{Frame: f}
	home := f.Site.Base + f.Prefix + "/countries/" + code
	var items []export.Item
	for _, n := range news.List {
		if n.Use != nil {
			items = append(items, export.Item{ID: "urn:stoa:deployment:" + string(n.Use.ID), Title: f.Tell("deploy.of", "Good", n.Use.Name, "Name", n.Use.Organisation), Updated: n.At,
				Summary: f.T("deploy.stage."+string(n.Use.Stage)) + " · " + f.T("deploy.state."+string(n.Use.State)), Link: f.Site.Base + f.Prefix + "/deployments/" + string(n.Use.ID)})
			continue
		}
		if n.Need != nil {
			items = append(items, export.Item{ID: "urn:stoa:need:" + string(n.Need.ID), Title: f.Tell("land.feed.need", "Title", n.Need.Title), Updated: n.At, Link: f.Site.Base + f.Prefix + "/needs/" + string(n.Need.ID)})
			continue
		}
		if n.Call != nil {
			items = append(items, export.Item{ID: "urn:stoa:call:" + string(n.Call.ID), Title: f.Tell("land.feed.call", "Title", title(f, *n.Call)), Updated: n.At, Link: f.Site.Base + f.Prefix + "/calls/" + n.Call.Slug})
			continue
		}
		items = append(items, export.Item{ID: "urn:stoa:entry:" + strconv.FormatInt(n.Said.Position, 10), Title: past.Happened(*n.Said), Updated: n.At, Link: home + "#history"})
	}
	var b bytes.Buffer
	since := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) // of a feed in which nothing was said yet
	if err := export.AtomItems(&b, export.Feed{Base: f.Site.Base, Self: home + "/feed.atom", Title: f.Tell("land.feed", "Name", f.Country(code)), Lang: f.Code, Updated: since}, items); err != nil {
		return err
	}
	w.Header().Set("Content-Type", export.TypeAtom)
	_, _ = w.Write(b.Bytes()) // a client that went away needs no answer
	return nil
}
