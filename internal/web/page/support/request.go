package support

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"stoa/internal/access"
	app "stoa/internal/app/support"
	"stoa/internal/good"
	"stoa/internal/support"
	"stoa/internal/web/page"
)

// requestModel is what the page of a request shows.
type requestModel struct {
	*page.Frame
	app.RequestView
	forms
}

func (c Config) request(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.writeRequest(w, r, f, http.StatusOK, "", nil)
}

func (c Config) writeRequest(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, sent string, form *page.Form) error {
	v, err := c.App.ShowRequest(r.Context(), f.Reader(), good.ID(r.PathValue("request")))
	if err != nil {
		return err
	}
	f.Path, f.Work, f.Title, f.Unlisted = "/support/requests/"+string(v.ID), true, v.Title, !v.Public
	f.Description = f.Title
	if status == http.StatusOK && v.Public && page.FreshToday(w, r, f, v.Today) {
		return nil
	}
	return page.Write(w, r, f, status, requested(&requestModel{f, v, forms{form, sent}}))
}

// requestFields are those of a request.
var requestFields = append(page.SentDetails(support.Details), "title", "text", "kind", "good", "country", "languages", "by", "budget", "indicator", "organisation", "public", "consent")

func requestInput(v url.Values) app.RequestInput {
	return app.RequestInput{Good: v.Get("good"), Public: v.Get("public") == "yes", Consent: v.Get("consent") == "yes", Ask: support.Ask{Title: v.Get("title"), Text: v.Get("text"), Kind: v.Get("kind"), Country: v.Get("country"), Languages: words(v.Get("languages")),
		By: good.Date(strings.TrimSpace(v.Get("by"))), Budget: v.Get("budget"), Indicator: v.Get("indicator"), Organisation: v.Get("organisation"), Details: page.ReadDetails(support.Details, v)}}
}

// asking is what the page on which help is asked for shows. It begins with what
// the address says: a gap of a good leads here in one step. One that only its people see is
// nobody else's until they say so.
type asking struct {
	*page.Frame
	Form *page.Form
	app.RequestInput
	Kinds []good.Kind // of the good
}

// unseen takes from a sentence what sets its values apart: in a title that
// somebody writes such signs are refused.
var unseen = strings.NewReplacer("\u2068", "", "\u2069", "")

func (c Config) newRequest(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v := r.URL.Query()
	m := &asking{Frame: f, RequestInput: app.RequestInput{Good: v.Get("good"), Public: v.Get("indicator") == "" || v.Get("public") == "yes", Consent: true, Ask: support.Ask{Kind: v.Get("kind"), Country: v.Get("country"), Indicator: v.Get("indicator")}}}
	if m.Indicator != "" {
		m.Ask.Title = unseen.Replace(f.T("help.gap", "Indicator", good.Short(m.Indicator)))
	}
	return c.writeNewRequest(w, r, f, http.StatusOK, m)
}

func (c Config) writeNewRequest(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, m *asking) error {
	g, err := c.App.About(r.Context(), m.RequestInput.Good)
	if err != nil {
		return err
	}
	if g != nil {
		m.Kinds, m.RequestInput.Good = g.Kinds, g.Slug
	}
	f.Path, f.Title, f.Work, f.Unlisted = "/support/requests/new", f.T("help.request.new"), true, true
	return page.Write(w, r, f, status, request(m))
}

func (c Config) makeRequest(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return act(w, r, f, "", requestFields, func(status int, _ string, form *page.Form) error {
		return c.writeNewRequest(w, r, f, status, &asking{Frame: f, Form: form, RequestInput: requestInput(form.Values)})
	}, func(ctx context.Context, who access.Who, v url.Values) (string, error) {
		q, _, err := c.App.Request(ctx, who, requestInput(v))
		if err != nil {
			return "", err
		}
		return "/support/requests/" + string(q.ID), nil
	})
}

// onRequest runs what a form on the page of a request asks for.
func (c Config) onRequest(w http.ResponseWriter, r *http.Request, f *page.Frame, sent string, fields []string, do func(ctx context.Context, who access.Who, id good.ID, v url.Values) (string, error)) error {
	id := good.ID(r.PathValue("request"))
	return act(w, r, f, sent, fields, func(status int, sent string, form *page.Form) error {
		return c.writeRequest(w, r, f, status, sent, form)
	}, func(ctx context.Context, who access.Who, v url.Values) (string, error) {
		to, err := do(ctx, who, id, v)
		if to == "" {
			to = "/support/requests/" + page.PathEscape(string(id))
		}
		return to, err
	})
}

func (c Config) changeRequest(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.onRequest(w, r, f, "change", requestFields, func(ctx context.Context, who access.Who, id good.ID, v url.Values) (string, error) {
		_, _, err := c.App.ChangeRequest(ctx, who, id, requestInput(v))
		return "", err
	})
}

func (c Config) turnRequest(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.onRequest(w, r, f, "state", []string{"state"}, func(ctx context.Context, who access.Who, id good.ID, v url.Values) (string, error) {
		_, _, err := c.App.TurnRequest(ctx, who, id, support.State(v.Get("state")))
		return "", err
	})
}

func (c Config) answer(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.onRequest(w, r, f, "answer", []string{"offer", "text"}, func(ctx context.Context, who access.Who, id good.ID, v url.Values) (string, error) {
		t, _, err := c.App.Answer(ctx, who, id, good.ID(v.Get("offer")), v.Get("text"))
		if err != nil {
			return "", err
		}
		return "/support/talks/" + string(t.ID), nil
	})
}

func (c Config) hideRequest(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.onRequest(w, r, f, "hide", []string{"reason", "hide"}, func(ctx context.Context, who access.Who, id good.ID, v url.Values) (string, error) {
		_, err := c.App.Hide(ctx, who, id, v.Get("hide") == "yes", v.Get("reason"))
		return "", err
	})
}

// talkModel is what the page of a conversation shows.
type talkModel struct {
	*page.Frame
	app.TalkView
	forms
}

func (c Config) talk(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.writeTalk(w, r, f, http.StatusOK, "", nil)
}

func (c Config) writeTalk(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, sent string, form *page.Form) error {
	v, err := c.App.ShowTalk(r.Context(), f.Reader(), good.ID(r.PathValue("talk")))
	if err != nil {
		return err
	}
	f.Path, f.Work, f.Title, f.Unlisted = "/support/talks/"+string(v.ID), true, v.Request.Title+" · "+v.Offer.Organisation, true
	return page.Write(w, r, f, status, talk(&talkModel{f, v, forms{form, sent}}))
}

// onTalk runs what a form on the page of a conversation asks for.
func (c Config) onTalk(w http.ResponseWriter, r *http.Request, f *page.Frame, sent string, fields []string, do func(ctx context.Context, who access.Who, id good.ID, v url.Values) error) error {
	id := good.ID(r.PathValue("talk"))
	return act(w, r, f, sent, fields, func(status int, sent string, form *page.Form) error {
		return c.writeTalk(w, r, f, status, sent, form)
	}, func(ctx context.Context, who access.Who, v url.Values) (string, error) {
		return "/support/talks/" + page.PathEscape(string(id)), do(ctx, who, id, v)
	})
}

func (c Config) say(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.onTalk(w, r, f, "say", []string{"text"}, func(ctx context.Context, who access.Who, id good.ID, v url.Values) error {
		_, _, err := c.App.Say(ctx, who, id, v.Get("text"))
		return err
	})
}

func (c Config) step(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.onTalk(w, r, f, "step", []string{"step", "reason"}, func(ctx context.Context, who access.Who, id good.ID, v url.Values) error {
		_, _, err := c.App.Step(ctx, who, id, support.Step(v.Get("step")), v.Get("reason"))
		return err
	})
}

func (c Config) refer(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.onTalk(w, r, f, "reference", []string{"text"}, func(ctx context.Context, who access.Who, id good.ID, v url.Values) error {
		_, _, err := c.App.Refer(ctx, who, id, v.Get("text"))
		return err
	})
}

func (c Config) reply(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.onTalk(w, r, f, "reply", []string{"text"}, func(ctx context.Context, who access.Who, id good.ID, v url.Values) error {
		_, _, err := c.App.Reply(ctx, who, id, v.Get("text"))
		return err
	})
}
