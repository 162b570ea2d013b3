package api

import (
	"context"
	"net/http"
	"net/url"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/access"
	"stoa/internal/app/messages"
	"stoa/internal/good"
)

// WebhookList are the webhooks of somebody.
type WebhookList struct {
	Items []WebhookItem `json:"items"`
}

// WebhookItem is an address to which entries of the journal are sent.
type WebhookItem struct {
	ID       string     `json:"id"`
	URL      string     `json:"url"`
	Verbs    []string   `json:"verbs" doc:"What it wants; none for everything."`
	Created  time.Time  `json:"created"`
	Failing  *time.Time `json:"failing,omitempty" doc:"Since when nothing was delivered."`
	Disabled *time.Time `json:"disabled,omitempty" doc:"Since when it is off."`
	Reason   string     `json:"reason,omitempty" enum:"failed,person" doc:"Why it is off."`
}

// WebhookRecord is a webhook with its newest deliveries.
type WebhookRecord struct {
	WebhookItem
	Deliveries []DeliveryItem `json:"deliveries" doc:"The newest 100, the newest first."`
}

// DeliveryItem is one message to one webhook.
type DeliveryItem struct {
	ID        string     `json:"id" doc:"The webhook-id of the message, the same for a repeat."`
	Position  *int64     `json:"position,omitempty" doc:"Of the entry; none for a test."`
	Verb      string     `json:"verb"`
	Created   time.Time  `json:"created"`
	Attempts  int        `json:"attempts"`
	Tried     *time.Time `json:"tried,omitempty"`
	Status    int        `json:"status,omitempty" doc:"Of the last answer."`
	Problem   string     `json:"problem,omitempty" doc:"Why the last attempt failed."`
	Delivered *time.Time `json:"delivered,omitempty"`
}

// WebhookForm is what a webhook is to be.
type WebhookForm struct {
	URL   string   `json:"url" format:"uri" maxLength:"2048" doc:"An https address that programs on the internet can reach."`
	Verbs []string `json:"verbs,omitempty" doc:"What it wants; none for everything." example:"[\"application.*\",\"good.renamed\"]"`
}

// WebhookMade is a webhook with its secret, shown this once.
type WebhookMade struct {
	WebhookItem
	Secret string `json:"secret" doc:"With which messages are signed by the scheme of Standard Webhooks."`
}

// WebhookTurn turns a webhook on or off.
type WebhookTurn struct {
	On bool `json:"on"`
}

// DeliveryMade is a message under way.
type DeliveryMade struct {
	ID string `json:"id" doc:"Its webhook-id."`
}

// hooks are the operations on webhooks.
func (f *face) hooks(d describer) []operation {
	in := func(name, text string) *huma.Param {
		p := param(name, "path", text, &huma.Schema{Type: "string"}, "01KB0ZZZZZZZZZZZZZZZZZZZZZ")
		p.Required = true
		return p
	}
	one := []*huma.Param{in("webhook", "Id of the webhook.")}
	hook := func(method, at, id, summary string, params []*huma.Param, takes, gives reflect.Type, created bool, h answer) operation {
		return d.call(call{act: access.ManageWebhooks, method: method, path: "/api/v1/me/webhooks" + at, id: id, tag: "messages", summary: summary, params: params,
			takes: takes, gives: gives, handle: h, created: created, statuses: []int{404, 409}})
	}
	form, item, made := reflect.TypeFor[WebhookForm](), reflect.TypeFor[WebhookItem](), reflect.TypeFor[WebhookMade]()
	return []operation{
		hook(http.MethodGet, "", "list-webhooks", "Your webhooks", nil, nil, reflect.TypeFor[WebhookList](), false, f.heard(f.webhooks)),
		hook(http.MethodPost, "", "add-webhook", "Add a webhook", nil, form, made, true, f.heard(f.addWebhook)),
		hook(http.MethodGet, "/{webhook}", "get-webhook", "A webhook and its newest deliveries", one, nil, reflect.TypeFor[WebhookRecord](), false, f.heard(f.webhook)),
		hook(http.MethodPut, "/{webhook}", "set-webhook", "Change a webhook", one, form, item, false, f.heard(f.setWebhook)),
		hook(http.MethodDelete, "/{webhook}", "drop-webhook", "Take a webhook away", one, nil, nil, false, f.heard(f.dropWebhook)),
		hook(http.MethodPost, "/{webhook}/secret", "rotate-webhook", "Make a new secret; for a day messages carry both signatures", one, nil, made, true, f.heard(f.rotateWebhook)),
		hook(http.MethodPost, "/{webhook}/turn", "turn-webhook", "Turn a webhook on or off", one, reflect.TypeFor[WebhookTurn](), item, false, f.heard(f.turnWebhook)),
		hook(http.MethodPost, "/{webhook}/test", "test-webhook", "Have a message sent that is about nothing", one, nil, reflect.TypeFor[DeliveryMade](), true, f.heard(f.testWebhook)),
		hook(http.MethodPost, "/{webhook}/deliveries/{delivery}/replay", "replay-delivery", "Send a message again, under the same id", append(one, in("delivery", "Id of the delivery.")), nil, nil, false, f.heard(f.replay)),
	}
}

func hookItem(h messages.Webhook) WebhookItem {
	return WebhookItem{ID: string(h.ID), URL: h.URL, Verbs: words(h.Verbs), Created: h.Created, Failing: when(h.Failing), Disabled: when(h.Disabled), Reason: h.Reason}
}

func (f *face) webhooks(w http.ResponseWriter, r *http.Request, m *messages.App) error {
	list, err := m.Webhooks(r.Context(), who(r))
	if err != nil {
		return err
	}
	doc := WebhookList{Items: []WebhookItem{}}
	for _, h := range list {
		doc.Items = append(doc.Items, hookItem(h))
	}
	return f.write(w, r, doc)
}

func (f *face) addWebhook(w http.ResponseWriter, r *http.Request, m *messages.App) error {
	in, err := received[WebhookForm](r)
	if err != nil {
		return err
	}
	h, secret, err := m.AddWebhook(r.Context(), who(r), in.URL, in.Verbs)
	if err != nil {
		return err
	}
	return f.made(w, r, WebhookMade{hookItem(h), secret})
}

func (f *face) webhook(w http.ResponseWriter, r *http.Request, m *messages.App) error {
	h, list, err := m.Webhook(r.Context(), who(r), webhook(r))
	if err != nil {
		return err
	}
	l, host := locale(r), h.URL
	if u, err := url.Parse(h.URL); err == nil {
		host = u.Host
	}
	doc := WebhookRecord{WebhookItem: hookItem(h), Deliveries: []DeliveryItem{}}
	for _, d := range list {
		item := DeliveryItem{ID: string(d.ID), Verb: string(d.Verb), Created: d.Created, Attempts: d.Attempts, Tried: when(d.Tried), Status: d.Status, Delivered: when(d.Delivered)}
		if d.Verb != messages.Probed {
			item.Position = &d.Position
		}
		if d.Error != "" {
			item.Problem = l.T(d.Error, "Host", host)
		}
		doc.Deliveries = append(doc.Deliveries, item)
	}
	return f.write(w, r, doc)
}

func (f *face) setWebhook(w http.ResponseWriter, r *http.Request, m *messages.App) error {
	in, err := received[WebhookForm](r)
	if err != nil {
		return err
	}
	return f.hooked(w, r, func(ctx context.Context) (messages.Webhook, error) {
		return m.SetWebhook(ctx, who(r), webhook(r), in.URL, in.Verbs)
	})
}

func (f *face) dropWebhook(w http.ResponseWriter, r *http.Request, m *messages.App) error {
	return done(w, m.DropWebhook(r.Context(), who(r), webhook(r)))
}

func (f *face) rotateWebhook(w http.ResponseWriter, r *http.Request, m *messages.App) error {
	h, secret, err := m.RotateWebhook(r.Context(), who(r), webhook(r))
	if err != nil {
		return err
	}
	return f.made(w, r, WebhookMade{hookItem(h), secret})
}

func (f *face) turnWebhook(w http.ResponseWriter, r *http.Request, m *messages.App) error {
	in, err := received[WebhookTurn](r)
	if err != nil {
		return err
	}
	return f.hooked(w, r, func(ctx context.Context) (messages.Webhook, error) {
		return m.TurnWebhook(ctx, who(r), webhook(r), in.On)
	})
}

func (f *face) testWebhook(w http.ResponseWriter, r *http.Request, m *messages.App) error {
	id, err := m.TestWebhook(r.Context(), who(r), webhook(r))
	if err != nil {
		return err
	}
	return f.made(w, r, DeliveryMade{string(id)})
}

func (f *face) replay(w http.ResponseWriter, r *http.Request, m *messages.App) error {
	return done(w, m.Replay(r.Context(), who(r), webhook(r), good.ID(r.PathValue("delivery"))))
}
