package messages

import (
	"context"
	"encoding/json"
	"strings"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/notify"
	"stoa/internal/store"
)

// listedForm is the form of the messages of the publiccode catalogue API.
const listedForm = "publiccode"

// Bounds of a secret that somebody chose.
const (
	minSecret = 16
	maxSecret = 256
)

// listedEvents are what that API calls what happens to a listing.
var listedEvents = map[good.Verb]string{good.ListingPosted: "create", good.ListingChanged: "update", good.ListingAnalysed: "update", good.ListingDropped: "delete"}

// listed is the listing that an entry is about, "software/{id}"; "" for none.
func listed(e good.Entry) string {
	if listedEvents[e.Verb] == "" || len(e.Subjects) == 0 {
		return ""
	}
	var l good.Listing
	if !e.Value("listing", &l) && !e.Value("kind", &l.Kind) {
		return ""
	}
	return string(l.Kind) + "/" + string(e.Subjects[0])
}

// about says whether a webhook is to hear of an entry that it wants by its verb.
func about(w store.Webhook, e good.Entry) bool {
	if w.Form != listedForm {
		return true
	}
	l := listed(e)
	return l == w.About || l != "" && strings.HasPrefix(l, w.About+"/")
}

// listedMessage is what a webhook of that API is sent, and the header that
// proves it where there is a secret.
func listedMessage(e good.Entry, secret string) (body []byte, header map[string]string, err error) {
	body, err = json.Marshal(struct {
		Event   string `json:"event"`
		Subject string `json:"subject"`
	}{listedEvents[e.Verb], "/" + listed(e)})
	return body, notify.SignPlain(body, secret), err
}

// AddListedHook has what happens to a kind of listing, "software", or to one,
// "software/{id}", sent to an https address in the form of the publiccode
// catalogue API, signed with the secret if there is one.
func (a *App) AddListedHook(ctx context.Context, who access.Who, of, address, secret string) (store.Webhook, error) {
	w := store.Webhook{}
	if err := own(who, access.ListenToListings); err != nil {
		return w, err
	}
	if who.Person == "" {
		return w, &good.Error{Kind: good.Unauthenticated, Key: "error.access.unknown"}
	}
	if err := checkListedHook(address, secret); err != nil {
		return w, err
	}
	err := a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		have, err := tx.Webhooks(ctx, who.Person)
		if err != nil {
			return err
		}
		if len(have) >= maxWebhooks {
			return &good.Error{Kind: good.Limited, Key: "mail.error.webhooks", Field: "url", Args: map[string]any{"Max": maxWebhooks}}
		}
		for _, h := range have {
			if h.Form == listedForm && h.About == of && h.URL == address {
				return &good.Error{Kind: good.Conflict, Key: "listed.error.taken", Field: "url", Args: map[string]any{"Field": "url", "Value": address}}
			}
		}
		w = store.Webhook{ID: tx.NewID(), Person: who.Person, URL: address, Verbs: []string{"listing.*"}, Secret: secret, Created: tx.Now(), Form: listedForm, About: of}
		return tx.PutWebhook(ctx, &w)
	})
	return bare(w), err
}

func checkListedHook(address, secret string) error {
	if err := checkWebhook(address, nil); err != nil {
		return err
	}
	if n := len(secret); n > 0 && n < minSecret || n > maxSecret {
		return &good.Error{Kind: good.Invalid, Key: "listed.error.secret", Field: "secret", Args: map[string]any{"Min": minSecret, "Max": maxSecret}}
	}
	return nil
}

// ListedHooks lists the person's webhooks of that form about a kind of listing
// or one, without their secrets.
func (a *App) ListedHooks(ctx context.Context, who access.Who, of string) ([]store.Webhook, error) {
	if err := own(who, access.ListenToListings); err != nil {
		return nil, err
	}
	list, err := a.DB.Primary().Webhooks(ctx, who.Person)
	var out []store.Webhook
	for _, w := range list {
		if w.Form == listedForm && w.About == of {
			out = append(out, bare(w))
		}
	}
	return out, err
}

// listedHook returns one of the person's webhooks of that form.
func (a *App) listedHook(ctx context.Context, who access.Who, id good.ID) (*store.Webhook, error) {
	if err := own(who, access.ListenToListings); err != nil {
		return nil, err
	}
	w, err := a.DB.Primary().Webhook(ctx, id)
	if err == nil && (w == nil || w.Form != listedForm || w.Person != who.Person) {
		err = &good.Error{Kind: good.NotFound, Key: "mail.error.webhook"} // another's is not there
	}
	return w, err
}

// ListedHook returns one of the person's webhooks of that form, without its
// secret.
func (a *App) ListedHook(ctx context.Context, who access.Who, id good.ID) (store.Webhook, error) {
	w, err := a.listedHook(ctx, who, id)
	if err != nil {
		return store.Webhook{}, err
	}
	return bare(*w), nil
}

// SetListedHook changes the address and, where one is given, the secret.
func (a *App) SetListedHook(ctx context.Context, who access.Who, id good.ID, address, secret string) (store.Webhook, error) {
	if _, err := a.listedHook(ctx, who, id); err != nil {
		return store.Webhook{}, err
	}
	if err := checkListedHook(address, secret); err != nil {
		return store.Webhook{}, err
	}
	var out store.Webhook
	err := a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		w, err := tx.Webhook(ctx, id)
		if err != nil || w == nil {
			return err
		}
		if w.URL = address; secret != "" {
			w.Secret = secret
		}
		out = bare(*w)
		return tx.PutWebhook(ctx, w)
	})
	return out, err
}

// DropListedHook takes one of the person's webhooks of that form away.
func (a *App) DropListedHook(ctx context.Context, who access.Who, id good.ID) error {
	if _, err := a.listedHook(ctx, who, id); err != nil {
		return err
	}
	return a.do(ctx, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteWebhook(ctx, id) })
}

// signed is what a delivery brings, with the headers that prove it.
func (a *App) signed(ctx context.Context, d *store.Delivery, w *store.Webhook) ([]byte, map[string]string, error) {
	if w.Form == listedForm && d.Verb != Probed {
		found, err := a.DB.Primary().Entries(ctx, d.Position, 1)
		if err != nil || len(found) == 0 || listed(found[0]) == "" {
			return nil, nil, err
		}
		return listedMessage(found[0], w.Secret)
	}
	body, err := a.bodyOf(ctx, d)
	if err != nil || body == nil {
		return nil, nil, err
	}
	old := w.OldSecret
	if a.Now().After(w.OldUntil) {
		old = ""
	}
	header, err := notify.Sign(string(d.ID), a.Now(), body, w.Secret, old)
	return body, header, err
}
