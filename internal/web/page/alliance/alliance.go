// Package alliance is the pages of the alliance: who belongs to it, what each
// committed and how that gets on, and how somebody comes to join.
package alliance

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/alliance"
	app "stoa/internal/app/alliance"
	"stoa/internal/export"
	"stoa/internal/good"
	"stoa/internal/nominate"
	"stoa/internal/web/page"
)

// Config is what the pages need.
type Config struct {
	App     *app.App
	Tickets nominate.Tickets
	Quota   func(*http.Request) error // how often one client may ask to join
	Rand    io.Reader
}

// Routes are the pages.
func Routes(c Config) []page.Route {
	return []page.Route{
		{Pattern: "GET /alliance", Act: access.Public, Handler: c.roadmap},
		{Pattern: "GET /alliance.csv", Act: access.Public, Handler: c.table},
		{Pattern: "GET /alliance.atom", Act: access.Public, Handler: c.feed},
		{Pattern: "GET /alliance/members.csv", Act: access.Public, Handler: c.members},
		{Pattern: "GET /alliance/{slug}", Act: access.Public, Handler: c.member},
		{Pattern: "POST /alliance/{slug}", Act: access.KeepCommitments, Handler: c.profile},
		{Pattern: "POST /alliance/{slug}/commitments", Act: access.KeepCommitments, Handler: c.commit},
		{Pattern: "GET /alliance/{slug}/commitments/{commitment}", Act: access.Public, Handler: c.commitment},
		{Pattern: "POST /alliance/{slug}/commitments/{commitment}", Act: access.KeepCommitments, Handler: c.report},
		{Pattern: "GET /join", Act: access.JoinAlliance, Handler: c.join},
		{Pattern: "POST /join", Act: access.JoinAlliance, Handler: c.sendJoin},
		{Pattern: "GET /join/{id}", Act: access.JoinAlliance, Handler: c.joined},
		{Pattern: "POST /join/{id}/reply", Act: access.JoinAlliance, Handler: c.reply},
		{Pattern: "POST /join/{id}/withdraw", Act: access.JoinAlliance, Handler: c.withdraw},
		{Pattern: "GET /desk/alliance/{joining}", Act: access.ManageAlliance, Handler: c.asking},
		{Pattern: "POST /desk/alliance/{joining}", Act: access.ManageAlliance, Handler: c.settle},
		{Pattern: "GET /desk/alliance/joinings.csv", Act: access.ManageAlliance, Handler: c.joinings},
		{Pattern: "GET /desk/alliance", Act: access.ManageAlliance, Handler: c.desk},
		{Pattern: "POST /desk/alliance/members", Act: access.ManageAlliance, Handler: c.admit},
	}
}

// model is what the page of the roadmap shows.
type model struct {
	*page.Frame
	app.Roadmap
	Which app.Which
	Mine  []alliance.Member // that the reader keeps
}

// asked reads which commitments are looked at.
func asked(r *http.Request) (app.Which, error) {
	v := r.URL.Query()
	w := app.Which{Role: alliance.Role(v.Get("role")), Country: strings.ToUpper(v.Get("country")), State: alliance.State(v.Get("state"))}
	for name, into := range map[string]*int{"sdg": &w.SDG, "year": &w.Year} {
		if s := v.Get(name); s != "" {
			n, err := strconv.Atoi(s)
			if err != nil || n < 1 || n > 9999 {
				return w, &good.Error{Kind: good.Invalid, Key: "alliance.error.filter", Field: name, Args: map[string]any{"Field": name, "Value": page.Cut(page.Valid(s), 60)}}
			}
			*into = n
		}
	}
	return w, w.Check()
}

// query writes the question again, the same way for the same one.
func query(w app.Which) string {
	v := url.Values{}
	set := func(name, value string) {
		if value != "" && value != "0" {
			v.Set(name, value)
		}
	}
	set("role", string(w.Role))
	set("country", w.Country)
	set("sdg", strconv.Itoa(w.SDG))
	set("state", string(w.State))
	set("year", strconv.Itoa(w.Year))
	return v.Encode()
}

// file is the address of what is shown in another form.
func (m *model) file(path string) string {
	if m.Query != "" {
		return path + "?" + m.Query
	}
	return path
}

func (c Config) roadmap(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	which, err := asked(r)
	if err != nil {
		return err
	}
	all, err := c.App.Roadmap(r.Context(), which)
	if err != nil {
		return err
	}
	f.Title, f.Description, f.Work, f.Query = f.T("alliance.title"), f.T("alliance.lede"), true, query(which)
	f.Unlisted = f.Query != ""
	if page.FreshToday(w, r, f, all.Today) {
		return nil
	}
	m := &model{Frame: f, Roadmap: all, Which: which}
	if m.Mine, err = c.App.Mine(r.Context(), f.Reader()); err != nil {
		return err
	}
	return page.Write(w, r, f, http.StatusOK, roadmap(m))
}

// table answers with the commitments that were asked for as a file that
// spreadsheets read.
func (c Config) table(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	which, err := asked(r)
	if err != nil {
		return err
	}
	all, err := c.App.Roadmap(r.Context(), which)
	if err != nil || page.FreshToday(w, r, f, all.Today) {
		return err
	}
	return page.WriteTable(w, "alliance", c.App.Now(), func(row func(...string)) error {
		row("id", "member", "name", "roles", "country", "commitment", "language", "sdgs", "countries", "made", "due", "until", "state", "percent", "reported", "evidence")
		for _, p := range all.Promises {
			var goals []string
			for _, n := range p.SDGs {
				goals = append(goals, strconv.Itoa(n))
			}
			reported := ""
			if len(p.Reports) > 0 {
				reported = p.Last().At.UTC().Format(time.RFC3339)
			}
			row(string(p.ID), p.By.Slug, p.By.Name, joined(p.By.Roles), p.By.Country, p.Text, p.Lang, strings.Join(goals, " "), strings.Join(p.Countries, " "),
				p.Made.UTC().Format(time.RFC3339), string(p.Due), string(p.Until), string(p.Stand), strconv.Itoa(p.Last().Percent), reported, p.Evidence())
		}
		return nil
	})
}

func joined(roles []alliance.Role) string {
	var out []string
	for _, r := range roles {
		out = append(out, string(r))
	}
	return strings.Join(out, " ")
}

// members answers with who belongs, and who belonged.
func (c Config) members(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	all, err := c.App.Roadmap(r.Context(), app.Which{})
	if err != nil || page.FreshToday(w, r, f, all.Today) {
		return err
	}
	return page.WriteTable(w, "alliance-members", c.App.Now(), func(row func(...string)) error {
		row("slug", "name", "roles", "country", "website", "since", "until", "summary", "language")
		for _, m := range all.Members {
			row(m.Slug, m.Name, joined(m.Roles), m.Country, m.Website, string(m.Since), string(m.Until), m.Summary, m.Lang)
		}
		return nil
	})
}

// feedLength is how many changes a feed holds.
const feedLength = 100

// feed tells what was committed and reported of late, for those who follow.
func (c Config) feed(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	which, err := asked(r)
	if err != nil {
		return err
	}
	all, err := c.App.Roadmap(r.Context(), which)
	if err != nil || page.FreshToday(w, r, f, all.Today) {
		return err
	}
	self := f.Site.Base + f.Prefix + "/alliance.atom"
	if q := query(which); q != "" {
		self += "?" + q
	}
	items := said(f, all.Promises)
	var b bytes.Buffer
	since := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) // of a feed in which nothing was said yet
	if err := export.AtomItems(&b, export.Feed{Base: f.Site.Base, Self: self, Title: f.T("alliance.title"), Lang: f.Code, Updated: since}, items); err != nil {
		return err
	}
	w.Header().Set("Content-Type", export.TypeAtom)
	_, _ = w.Write(b.Bytes()) // a client that went away needs no answer
	return nil
}

// said is what was said of commitments, the newest first.
func said(f *page.Frame, list []app.Promise) []export.Item {
	var out []export.Item
	for _, p := range list {
		link := f.Site.Base + f.Prefix + promisePath(p)
		out = append(out, export.Item{ID: "urn:stoa:commitment:" + string(p.ID), Title: f.Tell("alliance.feed.made", "Name", p.By.Name), Summary: p.Text, Link: link, Updated: p.Made})
		for n, rep := range p.Reports {
			out = append(out, export.Item{ID: "urn:stoa:commitment:" + string(p.ID) + ":" + strconv.Itoa(n+1),
				Title: f.Tell("alliance.feed.reported", "Name", p.By.Name, "State", f.T("alliance.state."+string(rep.State))), Summary: strings.TrimSpace(rep.Text + "\n\n" + p.Text), Link: link, Updated: rep.At})
		}
	}
	slices.SortStableFunc(out, func(a, b export.Item) int { return b.Updated.Compare(a.Updated) })
	return out[:min(len(out), feedLength)]
}

func promisePath(p app.Promise) string {
	return "/alliance/" + page.PathEscape(p.By.Slug) + "/commitments/" + string(p.ID)
}

// options are the values of a list with their names in words.
func options[T ~string](f *page.Frame, prefix string, list []T) []page.Option {
	var out []page.Option
	for _, v := range list {
		out = append(out, page.Option{Value: string(v), Label: f.T(prefix + string(v))})
	}
	return out
}

func roles(f *page.Frame) []page.Option { return options(f, "alliance.role.", alliance.Roles) }

func goals(f *page.Frame) []page.Option {
	var out []page.Option
	for n := 1; n <= 17; n++ {
		out = append(out, page.Option{Value: strconv.Itoa(n), Label: f.Number(n) + " · " + f.Goal(n)})
	}
	return out
}

// signs stand before the words of a state, so that its colour is never alone in
// saying it.
var signs = map[alliance.State]string{alliance.Planned: "○", alliance.Working: "…", alliance.Overdue: "!", alliance.Done: "✓", alliance.Dropped: "×"}

func roleWords(f *page.Frame, m alliance.Member) string {
	var out []string
	for _, r := range m.Roles {
		out = append(out, f.T("alliance.role."+string(r)))
	}
	return f.List(out)
}

func countryWords(f *page.Frame, codes []string) string {
	var out []string
	for _, c := range codes {
		out = append(out, f.Country(c))
	}
	return f.List(out)
}
