// Package communities is the pages of communities of practice.
package communities

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"stoa/internal/access"
	app "stoa/internal/app/communities"
	"stoa/internal/community"
	"stoa/internal/export"
	"stoa/internal/good"
	"stoa/internal/web/page"
)

// Config is what the pages need.
type Config struct{ App *app.App }

// Routes are the pages.
func Routes(c Config) []page.Route {
	return []page.Route{
		{Pattern: "GET /communities", Act: access.ReadCommunity, Handler: c.list},
		{Pattern: "POST /communities", Act: access.FoundCommunity, Handler: c.found},
		{Pattern: "GET /communities/new", Act: access.FoundCommunity, Handler: c.begin},
		{Pattern: "GET /communities/{community}", Act: access.ReadCommunity, Handler: c.show},
		{Pattern: "GET /communities/{community}/feed.atom", Act: access.ReadCommunity, Handler: c.feed},
		{Pattern: "GET /communities/{community}/meetings.ics", Act: access.ReadCommunity, Handler: c.calendar},
		{Pattern: "POST /communities/{community}", Act: access.KeepCommunity, Handler: c.change},
		{Pattern: "POST /communities/{community}/join", Act: access.JoinCommunity, Handler: c.join},
		{Pattern: "POST /communities/{community}/leave", Act: access.JoinCommunity, Handler: c.leave},
		{Pattern: "POST /communities/{community}/members", Act: access.KeepCommunity, Handler: c.member},
		{Pattern: "POST /communities/{community}/meetings", Act: access.KeepCommunity, Handler: c.meet},
		{Pattern: "POST /communities/{community}/meetings/{meeting}", Act: access.KeepCommunity, Handler: c.meeting},
		{Pattern: "POST /communities/{community}/hide", Act: access.HideCommunity, Handler: c.hide},
	}
}

// model is what the list shows.
type model struct {
	*page.Frame
	app.List
}

func (c Config) list(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v := r.URL.Query()
	list, err := c.App.List(r.Context(), f.Reader(), v.Get("good"), v.Get("after"), app.PageLength)
	if err != nil {
		return err
	}
	f.Path, f.Title, f.Description, f.Work = "/communities", f.T("community.title"), f.T("community.lede"), true
	if list.About != nil {
		f.Query, f.Unlisted = "good="+url.QueryEscape(list.About.Slug), true
	}
	return page.Write(w, r, f, http.StatusOK, all(&model{f, list}))
}

// next is the address of the next page.
func (m *model) next() string {
	v := url.Values{"after": {m.Next}}
	if m.About != nil {
		v.Set("good", m.About.Slug)
	}
	return "/communities?" + v.Encode()
}

// one is a community as a page shows it, or a new one.
type one struct {
	*page.Frame
	*app.View
	Form *page.Form // that was sent, with what is wrong
	Sent string     // which form that was
}

// field is a field of one of the forms of the page, as it was sent if it was.
func (m *one) field(form string, d page.Field) page.Field {
	if m.Sent == form {
		return m.Form.Field(d)
	}
	d.ID = d.Name + "-" + form
	return d
}

// version is the version of which a form is: as it was sent if it was.
func (m *one) version(form string, now int64) string {
	if m.Sent == form {
		return m.Form.Version(now)
	}
	return strconv.FormatInt(now, 10)
}

// said are the fields of what a community is for.
var said = func() []string {
	out := []string{"lang", "sdgs*", "goods", "needs", "boards", "link", "version"}
	for _, l := range community.Languages {
		out = append(out, "name-"+l, "purpose-"+l)
	}
	return out
}()

// input reads what is said of a community.
func input(v url.Values) app.Input {
	in := app.Input{Community: community.Community{Lang: v.Get("lang"), Name: good.Text{}, Purpose: good.Text{}, Link: v.Get("link")}, Goods: page.Words(v.Get("goods")), Needs: page.Words(v.Get("needs")), Boards: page.Words(v.Get("boards"))}
	for _, l := range community.Languages {
		in.Name[l], in.Purpose[l] = v.Get("name-"+l), v.Get("purpose-"+l)
	}
	for _, s := range v["sdgs"] {
		n, _ := strconv.Atoi(s)
		in.SDGs = append(in.SDGs, n)
	}
	in.Version, _ = strconv.ParseInt(v.Get("version"), 10, 64)
	return in
}

// beside has a mistake in a name or purpose said beside the field of the language
// in which it is, or in which most is said.
func beside(err error, v url.Values) error {
	var e *good.Error
	if !errors.As(err, &e) || e.Field != "name" && e.Field != "purpose" {
		return err
	}
	lang := v.Get("lang")
	for _, l := range community.Languages {
		said := map[string]string{"name": "A", "purpose": "A"}
		said[e.Field] = v.Get(e.Field + "-" + l)
		one := community.Community{Lang: l, Name: good.Text{l: said["name"]}, Purpose: good.Text{l: said["purpose"]}}
		if said[e.Field] != "" && one.Check() != nil {
			lang = l
			break
		}
	}
	there := *e
	there.Field += "-" + lang
	return &there
}

func (c Config) begin(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	if err := c.App.MayFound(r.Context(), f.Reader()); err != nil {
		return err
	}
	return c.writeNew(w, r, f, http.StatusOK, nil)
}

func (c Config) writeNew(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, form *page.Form) error {
	f.Path, f.Title, f.Work, f.Unlisted = "/communities/new", f.T("community.found"), true, true
	return page.Write(w, r, f, status, begin(&one{Frame: f, View: &app.View{Community: community.Community{Lang: f.Code}}, Form: form, Sent: "found"}))
}

func (c Config) found(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, said...)
	if err != nil {
		return err
	}
	made, err := c.App.Found(r.Context(), f.Reader(), input(v))
	if err == nil {
		http.Redirect(w, r, string(f.Href("/communities/"+made.Slug)), http.StatusSeeOther)
		return nil
	}
	form := &page.Form{Values: v}
	if err = beside(err, v); !form.Add(f, err) {
		return err
	}
	return c.writeNew(w, r, f, page.Status(w, err), form)
}

func (c Config) show(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.write(w, r, f, http.StatusOK, "", nil)
}

func (c Config) write(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, sent string, form *page.Form) error {
	v, err := c.App.Show(r.Context(), f.Reader(), r.PathValue("community"))
	if err != nil {
		return err
	}
	m := &one{f, v, form, sent}
	f.Path, f.Work, f.Unlisted = "/communities/"+v.Slug, true, v.Hidden != ""
	f.Title, _ = v.Name.In(f.Code)
	purpose, _ := v.Purpose.In(f.Code)
	f.Description = page.Cut(purpose, 160)
	return page.Write(w, r, f, status, whole(m))
}

// act runs what a form of the page asks for, and comes back to it.
func (c Config) act(w http.ResponseWriter, r *http.Request, f *page.Frame, sent string, fields []string, do func(ctx context.Context, who access.Who, key string, v url.Values) error) error {
	v, err := page.Sent(r, fields...)
	if err != nil {
		return err
	}
	key := r.PathValue("community")
	if err = do(r.Context(), f.Reader(), key, v); err == nil {
		to := "/communities/" + page.PathEscape(key)
		if _, err := c.App.Follow(r.Context(), f.Reader(), key); good.KindOf(err) == good.NotFound { // who left what is hidden
			to = "/communities"
		}
		http.Redirect(w, r, string(f.Href(to)), http.StatusSeeOther)
		return nil
	}
	form := &page.Form{Values: v}
	if err = beside(err, v); !form.Add(f, err) {
		return err
	}
	if sent == "member" && v.Has("body") {
		sent = "away"
	}
	return c.write(w, r, f, page.Status(w, err), sent, form)
}

func (c Config) change(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.act(w, r, f, "change", said, func(ctx context.Context, who access.Who, key string, v url.Values) error {
		_, err := c.App.Change(ctx, who, key, input(v))
		return err
	})
}

func (c Config) join(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.act(w, r, f, "join", []string{"body", "named"}, func(ctx context.Context, who access.Who, key string, v url.Values) error {
		return c.App.Join(ctx, who, key, v.Get("body"), v.Get("named") == "yes")
	})
}

func (c Config) leave(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.act(w, r, f, "leave", []string{"body"}, func(ctx context.Context, who access.Who, key string, v url.Values) error {
		return c.App.Leave(ctx, who, key, v.Get("body"))
	})
}

func (c Config) member(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.act(w, r, f, "member", []string{"member", "body", "how"}, func(ctx context.Context, who access.Who, key string, v url.Values) error {
		how := v.Get("how")
		if v.Get("body") != "" {
			how = app.SendAway
		}
		return c.App.Member(ctx, who, key, v.Get("member"), v.Get("body"), how)
	})
}

// met reads what is said of a meeting.
func met(v url.Values) community.Meeting {
	m := community.Meeting{Title: v.Get("title"), Text: v.Get("text"), Zone: strings.TrimSpace(v.Get("zone")), Local: v.Get("local"), Link: v.Get("link"), Notes: v.Get("notes"), Cancelled: v.Get("cancelled") == "yes"}
	m.Minutes, _ = strconv.Atoi(v.Get("minutes"))
	m.Version, _ = strconv.ParseInt(v.Get("version"), 10, 64)
	return m
}

var meets = []string{"title", "text", "zone", "local", "minutes", "link"}

func (c Config) meet(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.act(w, r, f, "meet", append([]string{"repeat", "times"}, meets...), func(ctx context.Context, who access.Who, key string, v url.Values) error {
		times, _ := strconv.Atoi(v.Get("times"))
		repeat := v.Get("repeat")
		if repeat == "once" {
			repeat = community.Once
		}
		_, err := c.App.Meet(ctx, who, key, app.Plan{Meeting: met(v), Repeat: repeat, Times: times})
		return err
	})
}

func (c Config) meeting(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	id := good.ID(r.PathValue("meeting"))
	return c.act(w, r, f, string(id), append([]string{"notes", "cancelled", "version"}, meets...), func(ctx context.Context, who access.Who, key string, v url.Values) error {
		_, err := c.App.Meeting(ctx, who, key, id, met(v))
		return err
	})
}

func (c Config) hide(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.act(w, r, f, "hide", []string{"hide", "reason"}, func(ctx context.Context, who access.Who, key string, v url.Values) error {
		return c.App.Hide(ctx, who, key, v.Get("hide") == "yes", v.Get("reason"))
	})
}

// feed tells what happens to a community, for those who follow.
func (c Config) feed(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := c.App.Follow(r.Context(), f.Reader(), r.PathValue("community"))
	if err != nil {
		return err
	}
	name, _ := v.Name.In(f.Code)
	at := f.Site.Base + f.Prefix + "/communities/" + v.Slug
	var items []export.Item
	for _, e := range v.Events {
		items = append(items, export.Item{ID: "urn:stoa:community:" + string(e.ID), Title: happened(f, e), Summary: name, Link: at, Updated: e.At})
	}
	var b bytes.Buffer
	if err := export.AtomItems(&b, export.Feed{Base: f.Site.Base, Self: at + "/feed.atom", Title: name, Lang: f.Code, Updated: v.Changed}, items); err != nil {
		return err
	}
	w.Header().Set("Content-Type", export.TypeAtom)
	_, _ = w.Write(b.Bytes()) // a client that went away needs no answer
	return nil
}

// calendar is when a community meets and met, for calendars.
func (c Config) calendar(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := c.App.Follow(r.Context(), f.Reader(), r.PathValue("community"))
	if err != nil {
		return err
	}
	name, _ := v.Name.In(f.Code)
	host := page.Host(f.Site.Base)
	var list []export.Occasion
	for _, some := range [][]community.Meeting{v.Ahead, v.Past} {
		for _, m := range some {
			text := m.Text
			for _, s := range []string{m.Link, m.Notes} {
				if s != "" {
					text = strings.TrimSpace(text + "\n" + s)
				}
			}
			list = append(list, export.Occasion{ID: "meeting-" + string(m.ID) + "@" + host, Title: name + ": " + m.Title, Summary: text, Link: f.Site.Base + f.Prefix + "/communities/" + v.Slug,
				From: m.Start, Until: m.End(), Changed: m.Changed, Version: int(m.Version), Cancelled: m.Cancelled})
		}
	}
	var b bytes.Buffer
	if err := export.Calendar(&b, name, f.Code, list); err != nil {
		return err
	}
	w.Header().Set("Content-Type", export.TypeCalendar)
	w.Header().Set("Content-Disposition", `attachment; filename="`+v.Slug+`.ics"`)
	_, _ = w.Write(b.Bytes()) // as above
	return nil
}

// happened is what happened, in words.
func happened(f *page.Frame, e community.Event) string {
	what := e.Text
	if e.What == community.Altered {
		var parts []string
		for _, p := range strings.Fields(e.Text) {
			parts = append(parts, f.T("community."+p))
		}
		what = f.List(parts)
	}
	return f.Tell("community.happened."+string(e.What), "What", what)
}

// when is a meeting on the clocks of its zone.
func when(f *page.Frame, m community.Meeting) string {
	day, hour, _ := strings.Cut(m.Local, "T")
	return f.Tell("calls.moment", "Day", f.Date(good.Date(day)), "Time", f.Numerals(hour), "Zone", m.Zone)
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
