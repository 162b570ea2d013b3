package support

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"stoa/internal/access"
	app "stoa/internal/app/support"
	"stoa/internal/good"
	"stoa/internal/support"
	"stoa/internal/web/page"
)

// offerModel is what the page of an offer shows.
type offerModel struct {
	*page.Frame
	app.OfferView
	forms
}

// known lists the goods that the organisation knows, the proved ones first.
func (m *offerModel) known() []good.ID {
	var out []good.ID
	for _, p := range []support.Proof{support.ByDeployment, support.ByDelivery, support.Said} {
		for id := range m.Names {
			if m.Knows(m.OfferView.Offer, id) == p {
				out = append(out, id)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b good.ID) int {
		rank := func(id good.ID) int {
			return slices.Index([]support.Proof{support.ByDeployment, support.ByDelivery, support.Said}, m.Knows(m.OfferView.Offer, id))
		}
		if d := rank(a) - rank(b); d != 0 {
			return d
		}
		if m.Names.Name(a) < m.Names.Name(b) {
			return -1
		}
		return 1
	})
	return out
}

func (c Config) offer(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.writeOffer(w, r, f, http.StatusOK, "", nil)
}

func (c Config) writeOffer(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, sent string, form *page.Form) error {
	v, err := c.App.ShowOffer(r.Context(), f.Reader(), good.ID(r.PathValue("offer")))
	if err != nil {
		return err
	}
	f.Path, f.Work, f.Title = "/support/offers/"+string(v.ID), true, v.Title+" · "+v.Organisation
	f.Description = f.Title
	if status == http.StatusOK && page.FreshToday(w, r, f, v.Today) {
		return nil
	}
	return page.Write(w, r, f, status, offered(&offerModel{f, v, forms{form, sent}}))
}

// offerFields are those of an offer.
var offerFields = append(page.SentDetails(support.Details), "title", "text", "kinds*", "countries", "languages", "goods", "capacity", "price", "indicators")

func offerInput(v url.Values) app.OfferInput {
	return app.OfferInput{Body: v.Get("body"), Goods: words(v.Get("goods")), Terms: support.Terms{Title: v.Get("title"), Text: v.Get("text"), Kinds: v["kinds"], Countries: words(v.Get("countries")), Languages: words(v.Get("languages")),
		Capacity: whole(v.Get("capacity")), Price: v.Get("price"), Indicators: page.Words(v.Get("indicators")), Details: page.ReadDetails(support.Details, v)}}
}

// offering is what the page on which help is offered shows.
type offering struct {
	*page.Frame
	Form   *page.Form
	Bodies []page.Option
}

func (c Config) newOffer(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.writeNewOffer(w, r, f, http.StatusOK, nil)
}

func (c Config) writeNewOffer(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, form *page.Form) error {
	m := &offering{Frame: f, Form: form}
	if err := c.bodies(r, m); err != nil {
		return err
	}
	f.Path, f.Title, f.Work, f.Unlisted = "/support/offers/new", f.T("help.offer.new"), true, true
	return page.Write(w, r, f, status, offer(m))
}

// bodies adds the organisations for which the reader may speak.
func (c Config) bodies(r *http.Request, m *offering) error {
	mine, err := c.App.Own(r.Context(), m.Reader())
	for _, b := range mine.Bodies {
		m.Bodies = append(m.Bodies, page.Option{Value: b.Slug, Label: b.Name})
	}
	return err
}

func (c Config) makeOffer(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return act(w, r, f, "", append([]string{"body"}, offerFields...), func(status int, _ string, form *page.Form) error {
		return c.writeNewOffer(w, r, f, status, form)
	}, func(ctx context.Context, who access.Who, v url.Values) (string, error) {
		o, _, err := c.App.Offer(ctx, who, offerInput(v))
		if err != nil {
			return "", err
		}
		return "/support/offers/" + string(o.ID), nil
	})
}

// onOffer runs what a form on the page of an offer asks for.
func (c Config) onOffer(w http.ResponseWriter, r *http.Request, f *page.Frame, sent string, fields []string, do func(ctx context.Context, who access.Who, id good.ID, v url.Values) error) error {
	id := good.ID(r.PathValue("offer"))
	return act(w, r, f, sent, fields, func(status int, sent string, form *page.Form) error {
		return c.writeOffer(w, r, f, status, sent, form)
	}, func(ctx context.Context, who access.Who, v url.Values) (string, error) {
		return "/support/offers/" + page.PathEscape(string(id)), do(ctx, who, id, v)
	})
}

func (c Config) changeOffer(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.onOffer(w, r, f, "change", offerFields, func(ctx context.Context, who access.Who, id good.ID, v url.Values) error {
		_, _, err := c.App.ChangeOffer(ctx, who, id, offerInput(v))
		return err
	})
}

func (c Config) turnOffer(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.onOffer(w, r, f, "state", []string{"state"}, func(ctx context.Context, who access.Who, id good.ID, v url.Values) error {
		_, _, err := c.App.TurnOffer(ctx, who, id, support.State(v.Get("state")))
		return err
	})
}

func (c Config) ask(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.onOffer(w, r, f, "ask", []string{"request"}, func(ctx context.Context, who access.Who, id good.ID, v url.Values) error {
		_, _, err := c.App.AskOffer(ctx, who, good.ID(v.Get("request")), id)
		return err
	})
}

func (c Config) report(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.onOffer(w, r, f, "report", []string{"reason"}, func(ctx context.Context, who access.Who, id good.ID, v url.Values) error {
		_, _, err := c.App.Report(ctx, who, id, v.Get("reason"))
		return err
	})
}

func (c Config) hideOffer(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.onOffer(w, r, f, "hide", []string{"reason", "hide"}, func(ctx context.Context, who access.Who, id good.ID, v url.Values) error {
		_, err := c.App.Hide(ctx, who, id, v.Get("hide") == "yes", v.Get("reason"))
		return err
	})
}

func (c Config) dismiss(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.onOffer(w, r, f, "dismiss", nil, func(ctx context.Context, who access.Who, id good.ID, _ url.Values) error {
		_, _, err := c.App.Dismiss(ctx, who, id)
		return err
	})
}
