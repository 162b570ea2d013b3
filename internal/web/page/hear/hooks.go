package hear

import (
	"net/http"
	"strings"

	"stoa/internal/app/messages"
	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/web/page"
)

const webhooks = "/account/webhooks"

// hookModel is what the pages of webhooks show.
type hookModel struct {
	*page.Frame
	*page.Form
	All    []messages.Webhook
	One    *messages.Webhook
	Log    []messages.Delivery
	Secret string // shown once
	Done   string
}

// families are what a webhook can want, in the journal's own words.
func families() (out []page.Option) {
	for _, f := range messages.Families() {
		out = append(out, page.Option{Value: f + ".*", Label: f + ".*"})
	}
	return out
}

// state is a webhook's state in words.
func (m *hookModel) state(w messages.Webhook) string {
	switch {
	case w.Disabled.IsZero():
		return m.T("mail.hook.on")
	case w.Reason == "failed":
		return m.T("mail.hook.failed")
	}
	return m.T("mail.hook.off")
}

// delivery is a delivery's state in words.
func (m *hookModel) delivery(d messages.Delivery) string {
	switch {
	case !d.Delivered.IsZero():
		return m.T("mail.hook.delivered")
	case d.Error != "":
		return m.Say(&good.Error{Key: d.Error, Args: map[string]any{"Host": host(m.One.URL)}})
	}
	return m.T("mail.hook.waiting")
}

func (p *Pages) hooks(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return p.writeHooks(w, r, f, http.StatusOK, &hookModel{Form: &page.Form{}})
}

func (p *Pages) writeHooks(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, m *hookModel) (err error) {
	f.Title, f.Unlisted, f.Work, f.Here, m.Frame = f.T("mail.hook.title"), true, true, "account", f
	edge.Private(w.Header())
	if r.URL.Query().Get("done") != "" {
		m.Done = f.T("mail.page.saved")
	}
	if m.One == nil {
		if m.All, err = p.Messages.Webhooks(r.Context(), f.Reader()); err != nil {
			return err
		}
		return page.Write(w, r, f, status, hooksView(m))
	}
	one, log, err := p.Messages.Webhook(r.Context(), f.Reader(), m.One.ID)
	if err != nil {
		return err
	}
	m.One, m.Log = &one, log
	return page.Write(w, r, f, status, hookView(m))
}

func (p *Pages) addHook(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	sent, err := page.Sent(r, "url", "verbs*")
	m := &hookModel{Form: &page.Form{Values: sent}}
	var hook messages.Webhook
	if err == nil {
		hook, m.Secret, err = p.Messages.AddWebhook(r.Context(), f.Reader(), strings.TrimSpace(sent.Get("url")), sent["verbs"])
	}
	if err != nil {
		if !mend(f, m.Form, err) {
			return err
		}
		return p.writeHooks(w, r, f, http.StatusUnprocessableEntity, m)
	}
	m.One, m.Form = &hook, &page.Form{}
	return p.writeHooks(w, r, f, http.StatusCreated, m)
}

func id(r *http.Request) good.ID { return good.ID(r.PathValue("id")) }

func (p *Pages) hook(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return p.writeHooks(w, r, f, http.StatusOK, &hookModel{Form: &page.Form{}, One: &messages.Webhook{ID: id(r)}})
}

func (p *Pages) setHook(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	sent, err := page.Sent(r, "url", "verbs*")
	if err == nil {
		_, err = p.Messages.SetWebhook(r.Context(), f.Reader(), id(r), strings.TrimSpace(sent.Get("url")), sent["verbs"])
	}
	m := &hookModel{Form: &page.Form{Values: sent}, One: &messages.Webhook{ID: id(r)}}
	if err != nil && mend(f, m.Form, err) {
		return p.writeHooks(w, r, f, http.StatusUnprocessableEntity, m)
	}
	return done(w, r, f, webhooks+"/"+string(id(r)), err)
}

func (p *Pages) rotateHook(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	if _, err := page.Sent(r); err != nil {
		return err
	}
	hook, secret, err := p.Messages.RotateWebhook(r.Context(), f.Reader(), id(r))
	if err != nil {
		return err
	}
	return p.writeHooks(w, r, f, http.StatusCreated, &hookModel{Form: &page.Form{}, One: &hook, Secret: secret})
}

func (p *Pages) turnHook(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	sent, err := page.Sent(r, "on")
	if err == nil {
		_, err = p.Messages.TurnWebhook(r.Context(), f.Reader(), id(r), sent.Get("on") == "yes")
	}
	return done(w, r, f, webhooks+"/"+string(id(r)), err)
}

func (p *Pages) testHook(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	_, err := page.Sent(r)
	if err == nil {
		_, err = p.Messages.TestWebhook(r.Context(), f.Reader(), id(r))
	}
	return done(w, r, f, webhooks+"/"+string(id(r)), err)
}

func (p *Pages) dropHook(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	if _, err := page.Sent(r); err != nil {
		return err
	}
	return done(w, r, f, webhooks, p.Messages.DropWebhook(r.Context(), f.Reader(), id(r)))
}

func (p *Pages) replay(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	sent, err := page.Sent(r, "which")
	if err == nil {
		err = p.Messages.Replay(r.Context(), f.Reader(), id(r), good.ID(sent.Get("which")))
	}
	return done(w, r, f, webhooks+"/"+string(id(r)), err)
}
