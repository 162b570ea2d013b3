package support

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"stoa/internal/access"
	app "stoa/internal/app/support"
	"stoa/internal/export"
	"stoa/internal/good"
	"stoa/internal/support"
	"stoa/internal/web/page"
)

// agreed is what the list of agreements shows.
type agreed struct {
	*page.Frame
	Which app.Which
	app.Agreements
}

func (c Config) agreements(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	m := &agreed{Frame: f, Which: asked(r)}
	var err error
	if m.Agreements, err = c.App.Agreements(r.Context(), m.Which, app.PageLength); err != nil {
		return err
	}
	f.Title, f.Description, f.Work, f.Path = f.T("reach.deals"), f.T("reach.deals.lede"), true, at("/support/agreements", m.Which)
	if page.FreshToday(w, r, f, today(c)) {
		return nil
	}
	return page.Write(w, r, f, http.StatusOK, agreements(m))
}

// agreementFeed tells what was agreed last, for those who follow.
func (c Config) agreementFeed(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	which := asked(r)
	which.Before = ""
	list, err := c.App.Agreements(r.Context(), which, app.PageLength)
	if err != nil || page.FreshToday(w, r, f, today(c)) {
		return err
	}
	var items []export.Item
	for _, g := range list.Items {
		items = append(items, export.Item{ID: "urn:stoa:support:" + string(g.ID), Title: between(f, g, list.Names), Summary: f.T("help.kind."+g.Kind) + " · " + stands(f, g, list.Now), Link: f.Site.Base + f.Prefix + "/support/agreements/" + string(g.ID), Updated: spokenOf(g)})
	}
	var b bytes.Buffer
	since := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) // of a feed in which nothing was said yet
	if err := export.AtomItems(&b, export.Feed{Base: f.Site.Base, Self: f.Site.Base + f.Prefix + at("/support/agreements.atom", which), Title: f.T("reach.deals"), Lang: f.Code, Updated: since}, items); err != nil {
		return err
	}
	w.Header().Set("Content-Type", export.TypeAtom)
	_, _ = w.Write(b.Bytes()) // a client that went away needs no answer
	return nil
}

func spokenOf(g support.Agreement) time.Time {
	if g.Confirmed.After(g.Stated) {
		return g.Confirmed
	}
	return g.Stated
}

// between says between whom something was agreed.
func between(f *page.Frame, g support.Agreement, n app.Names) string {
	return f.Tell("reach.deal.of", "Name", g.Organisation, "Good", n.Name(g.Good))
}

// stands is the state of an agreement in words: who says so and when.
func stands(f *page.Frame, g support.Agreement, now time.Time) string {
	switch {
	case g.State == support.Confirmed && g.Over(good.Date(now.UTC().Format(time.DateOnly))):
		return f.T("reach.deal.over")
	case g.Due(now):
		return f.Tell("deploy.due", "Date", f.Day(g.Confirmed.Add(support.Lasts)))
	case g.State == support.Confirmed:
		return f.Tell("reach.deal.confirmed", "Date", f.Day(g.Confirmed))
	case g.State == support.Claimed:
		return f.Tell("reach.deal.claimed", "Date", f.Day(g.Stated))
	case g.State == support.Hidden:
		return f.T("help.state.hidden")
	}
	return f.T("reach.deal." + string(g.State))
}

// sign stands before the words of a state, so that its colour is never alone in
// saying it.
func sign(g support.Agreement, now time.Time) string {
	switch {
	case g.State == support.Confirmed && !g.Due(now):
		return "✓"
	case g.State == support.Claimed:
		return "○"
	case g.State == support.Denied:
		return "?"
	}
	return "!"
}

// deal is what the page of an agreement shows.
type deal struct {
	*page.Frame
	app.AgreementView
	forms
}

func (c Config) agreement(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.writeAgreement(w, r, f, http.StatusOK, "", nil)
}

func (c Config) writeAgreement(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, sent string, form *page.Form) error {
	v, err := c.App.ShowAgreement(r.Context(), f.Reader(), good.ID(r.PathValue("agreement")))
	if err != nil {
		return err
	}
	f.Path, f.Work, f.Title = "/support/agreements/"+string(v.ID), true, between(f, *v.Agreement, v.Names)
	f.Description = f.Title
	if status == http.StatusOK && page.FreshToday(w, r, f, today(c)) {
		return nil
	}
	return page.Write(w, r, f, status, agreement(&deal{f, v, forms{form, sent}}))
}

// dealFields are those of an agreement.
var dealFields = append(page.SentDetails(support.Details), "kind", "text", "countries", "since", "until", "link", "version")

func dealInput(v url.Values) app.AgreementInput {
	return app.AgreementInput{Body: v.Get("body"), Good: v.Get("good"), Deal: support.Deal{Kind: v.Get("kind"), Text: strings.TrimSpace(v.Get("text")), Countries: words(v.Get("countries")),
		Since: good.Date(strings.TrimSpace(v.Get("since"))), Until: good.Date(strings.TrimSpace(v.Get("until"))), Link: v.Get("link"), Details: page.ReadDetails(support.Details, v)}, Version: version(v)}
}

// version is the version that a form was of.
func version(v url.Values) int64 {
	n, _ := strconv.ParseInt(v.Get("version"), 10, 64)
	return n
}

// dealing is what the page on which an agreement is told of shows.
type dealing struct {
	offering
	Body, Good string
}

func (c Config) newAgreement(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.writeNewAgreement(w, r, f, http.StatusOK, nil)
}

func (c Config) writeNewAgreement(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, form *page.Form) error {
	m := &dealing{offering: offering{Frame: f, Form: form}, Body: r.URL.Query().Get("organisation"), Good: r.URL.Query().Get("good")}
	if err := c.bodies(r, &m.offering); err != nil {
		return err
	}
	f.Path, f.Title, f.Work, f.Unlisted = "/support/agreements/new", f.T("reach.deal.new"), true, true
	return page.Write(w, r, f, status, newDeal(m))
}

func (c Config) makeAgreement(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return act(w, r, f, "", append([]string{"body", "good"}, dealFields...), func(status int, _ string, form *page.Form) error {
		return c.writeNewAgreement(w, r, f, status, form)
	}, func(ctx context.Context, who access.Who, v url.Values) (string, error) {
		g, _, err := c.App.Agree(ctx, who, dealInput(v))
		if err != nil {
			return "", err
		}
		return "/support/agreements/" + string(g.ID), nil
	})
}

// onAgreement runs what a form on the page of an agreement asks for.
func (c Config) onAgreement(w http.ResponseWriter, r *http.Request, f *page.Frame, sent string, fields []string, do func(ctx context.Context, who access.Who, id good.ID, v url.Values) error) error {
	id := good.ID(r.PathValue("agreement"))
	return act(w, r, f, sent, fields, func(status int, sent string, form *page.Form) error {
		return c.writeAgreement(w, r, f, status, sent, form)
	}, func(ctx context.Context, who access.Who, v url.Values) (string, error) {
		return "/support/agreements/" + page.PathEscape(string(id)), do(ctx, who, id, v)
	})
}

func (c Config) changeAgreement(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.onAgreement(w, r, f, "change", dealFields, func(ctx context.Context, who access.Who, id good.ID, v url.Values) error {
		_, _, err := c.App.ChangeAgreement(ctx, who, id, dealInput(v))
		return err
	})
}

func (c Config) turnAgreement(to support.State) page.Handler {
	sent, fields := map[support.State]string{support.Confirmed: "confirm", support.Denied: "deny", support.Closed: "end"}[to], []string{"reason", "version"}
	return func(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
		return c.onAgreement(w, r, f, sent, fields, func(ctx context.Context, who access.Who, id good.ID, v url.Values) error {
			_, _, err := c.App.TurnAgreement(ctx, who, id, to, v.Get("reason"), version(v))
			return err
		})
	}
}

func (c Config) hideAgreement(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.onAgreement(w, r, f, "hide", []string{"reason", "hide"}, func(ctx context.Context, who access.Who, id good.ID, v url.Values) error {
		_, err := c.App.Hide(ctx, who, id, v.Get("hide") == "yes", v.Get("reason"))
		return err
	})
}
