package support

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"stoa/internal/access"
	app "stoa/internal/app/support"
	"stoa/internal/good"
	"stoa/internal/support"
	"stoa/internal/web/page"
)

// organisations are the pages of those that help, and of what they agreed with
// goods.
func (c Config) organisations() []page.Route {
	return []page.Route{
		{Pattern: "GET /support/organisations", Act: access.Public, Handler: c.helpers},
		{Pattern: "GET /support/organisations/{organisation}", Act: access.Public, Handler: c.helper},
		{Pattern: "POST /support/organisations/{organisation}/reach", Act: access.OfferSupport, Handler: c.reach},
		{Pattern: "GET /support/agreements", Act: access.Public, Handler: c.agreements},
		{Pattern: "GET /support/agreements.atom", Act: access.Public, Handler: c.agreementFeed},
		{Pattern: "GET /support/agreements/new", Act: access.OfferSupport, Handler: c.newAgreement},
		{Pattern: "POST /support/agreements", Act: access.OfferSupport, Handler: c.makeAgreement},
		{Pattern: "GET /support/agreements/{agreement}", Act: access.Public, Handler: c.agreement},
		{Pattern: "POST /support/agreements/{agreement}", Act: access.OfferSupport, Handler: c.changeAgreement},
		{Pattern: "POST /support/agreements/{agreement}/confirm", Act: access.ConfirmAgreement, Handler: c.turnAgreement(support.Confirmed)},
		{Pattern: "POST /support/agreements/{agreement}/deny", Act: access.ConfirmAgreement, Handler: c.turnAgreement(support.Denied)},
		{Pattern: "POST /support/agreements/{agreement}/end", Act: access.OfferSupport, Handler: c.turnAgreement(support.Closed)},
		{Pattern: "POST /support/agreements/{agreement}/hide", Act: access.ModerateSupport, Handler: c.hideAgreement},
	}
}

// helping is what the list of organisations shows.
type helping struct {
	*page.Frame
	Which app.Which
	app.Organisations
}

func (c Config) helpers(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	m := &helping{Frame: f, Which: asked(r)}
	m.Which.Before = ""
	var err error
	if m.Organisations, err = c.App.Organisations(r.Context(), m.Which, r.URL.Query().Get("after"), app.PageLength); err != nil {
		return err
	}
	f.Title, f.Description, f.Work, f.Path = f.T("reach.title"), f.T("reach.lede"), true, at("/support/organisations", m.Which)
	if page.FreshToday(w, r, f, today(c)) {
		return nil
	}
	return page.Write(w, r, f, http.StatusOK, helpers(m))
}

func today(c Config) good.Date { return good.Date(c.App.Now().UTC().Format("2006-01-02")) }

// behind is the address of the next page.
func (m *helping) behind() string {
	to := at("/support/organisations", m.Which)
	if strings.Contains(to, "?") {
		return to + "&after=" + url.QueryEscape(m.Next)
	}
	return to + "?after=" + url.QueryEscape(m.Next)
}

// house is what the page of an organisation shows.
type house struct {
	*page.Frame
	app.OrganisationView
	forms
}

func (c Config) helper(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.writeHelper(w, r, f, http.StatusOK, "", nil)
}

func (c Config) writeHelper(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, sent string, form *page.Form) error {
	v, err := c.App.ShowOrganisation(r.Context(), f.Reader(), r.PathValue("organisation"))
	if err != nil {
		return err
	}
	f.Path, f.Work, f.Title = "/support/organisations/"+v.Slug, true, v.Name
	f.Description = f.Tell("reach.about", "Name", v.Name)
	if status == http.StatusOK && page.FreshToday(w, r, f, today(c)) {
		return nil
	}
	return page.Write(w, r, f, status, helper(&house{f, v, forms{form, sent}}))
}

// reach says whom an organisation reaches in a country, or takes that back.
func (c Config) reach(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	key := r.PathValue("organisation")
	return act(w, r, f, "reach", []string{"country", "unit", "number", "date", "source", "drop"}, func(status int, sent string, form *page.Form) error {
		return c.writeHelper(w, r, f, status, sent, form)
	}, func(ctx context.Context, who access.Who, v url.Values) (string, error) {
		number, err := strconv.ParseInt(strings.TrimSpace(v.Get("number")), 10, 64)
		if err != nil && v.Get("drop") == "" {
			return "", &good.Error{Kind: good.Invalid, Key: "deploy.error.whole", Field: "number"}
		}
		spans := []support.Span{{Country: v.Get("country"), Unit: v.Get("unit"), Number: number, Date: good.Date(strings.TrimSpace(v.Get("date"))), Source: v.Get("source")}}
		in := app.ReachInput{Body: key, Say: spans}
		if v.Get("drop") != "" {
			in = app.ReachInput{Body: key, Drop: spans}
		}
		_, _, err = c.App.Reach(ctx, who, in)
		return "/support/organisations/" + page.PathEscape(key) + "#reach", err
	})
}
