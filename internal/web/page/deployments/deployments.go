// Package deployments is the pages of goods in use: who uses what, where, how
// far, and who says so.
package deployments

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"stoa/internal/access"
	app "stoa/internal/app/deployments"
	"stoa/internal/deploy"
	"stoa/internal/export"
	"stoa/internal/good"
	"stoa/internal/web/page"
)

// Config is what the pages need.
type Config struct {
	App *app.App
}

// Routes are the pages.
func Routes(c Config) []page.Route {
	return append(c.sheets(), []page.Route{
		{Pattern: "GET /deployments", Act: access.Public, Handler: c.list},
		{Pattern: "GET /deployments.csv", Act: access.Public, Handler: c.table},
		{Pattern: "GET /deployments.ndjson", Act: access.Public, Handler: c.lines},
		{Pattern: "GET /deployments.atom", Act: access.Public, Handler: c.feed},
		{Pattern: "GET /deployments/new", Act: access.ClaimDeployment, Handler: c.claim},
		{Pattern: "POST /deployments", Act: access.ClaimDeployment, Handler: c.claimed},
		{Pattern: "GET /deployments/{deployment}", Act: access.Public, Handler: c.show},
		{Pattern: "POST /deployments/{deployment}", Act: access.KeepDeployment, Handler: c.change},
		{Pattern: "POST /deployments/{deployment}/confirm", Act: access.ConfirmDeployment, Handler: c.confirm},
		{Pattern: "POST /deployments/{deployment}/dispute", Act: access.DisputeDeployment, Handler: c.dispute},
		{Pattern: "POST /deployments/{deployment}/settle", Act: access.SettleDeployment, Handler: c.settle},
		{Pattern: "POST /deployments/{deployment}/withdraw", Act: access.KeepDeployment, Handler: c.withdraw},
	}...)
}

// model is what the list shows.
type model struct {
	*page.Frame
	app.List
	Which app.Which
}

// asked reads which deployments are looked at.
func asked(r *http.Request) app.Which {
	v := r.URL.Query()
	return app.Which{Good: v.Get("good"), Country: strings.ToUpper(v.Get("country")), Organisation: v.Get("organisation"), Stage: deploy.Stage(v.Get("stage")), State: deploy.State(v.Get("state")), Programme: v.Get("programme"), Since: v.Get("since"), Before: good.ID(v.Get("before"))}
}

// query writes the question again, the same way for the same one.
func query(w app.Which) string {
	v := url.Values{}
	for _, p := range []page.Pair{{Name: "good", Value: w.Good}, {Name: "country", Value: w.Country}, {Name: "organisation", Value: w.Organisation}, {Name: "stage", Value: string(w.Stage)}, {Name: "state", Value: string(w.State)}, {Name: "programme", Value: w.Programme}, {Name: "since", Value: w.Since}, {Name: "before", Value: string(w.Before)}} {
		if p.Value != "" {
			v.Set(p.Name, p.Value)
		}
	}
	return v.Encode()
}

// at is the address of a question in some form.
func at(path string, w app.Which) string {
	if q := query(w); q != "" {
		return path + "?" + q
	}
	return path
}

// with is the list with something else asked.
func (m *model) with(change func(*app.Which)) string {
	w := m.Which
	w.Before = ""
	change(&w)
	return at("/deployments", w)
}

// whole is the question without where the page begins.
func (m *model) whole() app.Which {
	w := m.Which
	w.Before = ""
	return w
}

func (c Config) list(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	which := asked(r)
	all, err := c.App.List(r.Context(), which, app.PageLength)
	if err != nil {
		return err
	}
	f.Title, f.Description, f.Work, f.Query = f.T("deploy.title"), f.T("deploy.lede"), true, query(which)
	f.Unlisted = f.Query != ""
	if page.FreshToday(w, r, f, all.Today) {
		return nil
	}
	return page.Write(w, r, f, http.StatusOK, list(&model{Frame: f, List: all, Which: which}))
}

// header begins a file of what was asked for.
func (c Config) header(w http.ResponseWriter, media, ending string) {
	w.Header().Set("Content-Type", media)
	w.Header().Set("Content-Disposition", `attachment; filename="deployments-`+c.App.Now().UTC().Format(time.DateOnly)+ending+`"`)
}

// file looks whether a file can be made, before anything of it is sent.
func (c Config) file(w http.ResponseWriter, r *http.Request, f *page.Frame) (which app.Which, ready bool, err error) {
	which = asked(r)
	head, err := c.App.List(r.Context(), which, 1)
	return which, err == nil && !page.FreshToday(w, r, f, head.Today), err
}

// Columns are the columns of the table, the same in every language; new ones
// come last.
var Columns = append([]string{"id", "good", "name", "release", "organisation", "website", "country", "place", "stage", "since", "until", "people", "users", "facilities", "transactions", "as_of", "source",
	"languages", "hosting", "programme", "evidence", "state", "stated_by", "stated", "confirmed_by", "confirmed", "due"}, deploy.DetailNames()...)

// row is a deployment in a table.
func row(u app.Use) []string {
	counts := map[deploy.Unit]string{}
	var as, source string
	for _, m := range u.Scale {
		counts[m.Unit], as, source = strconv.FormatInt(m.Number, 10), string(m.Date), m.Source
	}
	when := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.UTC().Format(time.RFC3339)
	}
	var by, at string
	if u.Confirmed != nil {
		by, at = string(u.Confirmed.By), when(u.Confirmed.At)
	}
	out := []string{string(u.ID), u.Slug, u.Name, u.Release, u.Organisation, u.Website, u.Country, u.Place, string(u.Stage), string(u.Since), string(u.Until),
		counts[deploy.People], counts[deploy.Users], counts[deploy.Facilities], counts[deploy.Transactions], as, source,
		strings.Join(u.Languages, " "), u.Hosting, u.Programme, strings.Join(u.Evidence, " "), string(u.State), string(u.Stated.By), when(u.Stated.At), by, at, when(u.Due)}
	for _, name := range deploy.DetailNames() {
		out = append(out, u.Details[name])
	}
	for i := range out {
		out[i] = export.Disarm(out[i])
	}
	return out
}

// table answers with what was asked for as a file that spreadsheets read. It is
// sent as it is made: there may be a million rows.
func (c Config) table(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	which, ready, err := c.file(w, r, f)
	if err != nil || !ready {
		return err
	}
	c.header(w, "text/csv; charset=utf-8", ".csv")
	out := csv.NewWriter(w)
	_ = out.Write(Columns) // what fails is told by Flush
	err = c.App.Each(r.Context(), which, func(u app.Use) error { return out.Write(row(u)) })
	if out.Flush(); err != nil {
		panic(http.ErrAbortHandler) // half a file must not look like a whole one
	}
	return nil
}

// lines answers with what was asked for, one JSON object a line.
func (c Config) lines(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	which, ready, err := c.file(w, r, f)
	if err != nil || !ready {
		return err
	}
	c.header(w, "application/x-ndjson", ".ndjson")
	out := json.NewEncoder(w)
	err = c.App.Each(r.Context(), which, func(u app.Use) error {
		return out.Encode(struct {
			Slug string `json:"good_slug"`
			deploy.Record
		}{u.Slug, u.Record})
	})
	if err != nil {
		panic(http.ErrAbortHandler) // half a file must not look like a whole one
	}
	return nil
}

// feed tells which deployments are new, for those who follow.
func (c Config) feed(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	which := asked(r)
	which.Before = ""
	all, err := c.App.List(r.Context(), which, app.PageLength)
	if err != nil || page.FreshToday(w, r, f, all.Today) {
		return err
	}
	var items []export.Item
	for _, u := range all.Uses {
		updated := u.Stated.At
		if u.Confirmed != nil {
			updated = u.Confirmed.At
		}
		items = append(items, export.Item{ID: "urn:stoa:deployment:" + string(u.ID), Title: f.Tell("deploy.of", "Good", u.Name, "Name", u.Organisation),
			Summary: f.Country(u.Country) + " · " + f.T("deploy.stage."+string(u.Stage)) + " · " + says(f, u.Record), Link: f.Site.Base + f.Prefix + "/deployments/" + string(u.ID), Updated: updated})
	}
	slices.SortStableFunc(items, func(a, b export.Item) int { return b.Updated.Compare(a.Updated) })
	var b bytes.Buffer
	since := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) // of a feed in which nothing was said yet
	if err := export.AtomItems(&b, export.Feed{Base: f.Site.Base, Self: f.Site.Base + f.Prefix + at("/deployments.atom", which), Title: f.T("deploy.title"), Lang: f.Code, Updated: since}, items); err != nil {
		return err
	}
	w.Header().Set("Content-Type", export.TypeAtom)
	_, _ = w.Write(b.Bytes()) // a client that went away needs no answer
	return nil
}

// signs stand before the words of a state, so that its colour is never alone in
// saying it.
var signs = map[deploy.State]string{deploy.Claimed: "○", deploy.Confirmed: "✓", deploy.Due: "!", deploy.Disputed: "?", deploy.Withdrawn: "×"}

// says is the state of a deployment in words: who says so and when.
func says(f *page.Frame, r deploy.Record) string {
	by := func(w deploy.Word) string { return f.T("deploy.side." + string(w.By)) }
	switch {
	case r.State == deploy.Confirmed && r.Confirmed != nil:
		return f.Tell("deploy.confirmed", "By", by(*r.Confirmed), "Date", f.Day(r.Confirmed.At))
	case r.State == deploy.Due:
		return f.Tell("deploy.due", "Date", f.Day(r.Due))
	case r.State == deploy.Disputed && r.Dispute != nil:
		return f.Tell("deploy.disputed", "By", by(*r.Dispute), "Date", f.Day(r.Dispute.At))
	case r.State == deploy.Withdrawn:
		return f.T("deploy.withdrawn")
	}
	return f.Tell("deploy.claimed", "By", by(r.Stated), "Date", f.Day(r.Stated.At))
}

// options are the values of a list with their names in words.
func options[T ~string](f *page.Frame, prefix string, list []T) []page.Option {
	var out []page.Option
	for _, v := range list {
		out = append(out, page.Option{Value: string(v), Label: f.T(prefix + string(v))})
	}
	return out
}
