package messages

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/notify"
	"stoa/internal/store"
)

// Bounds of webhooks.
const (
	maxWebhooks = 10 // of one person
	maxVerbs    = 100
	// oldSecretFor is how long the secret before the last one is good.
	oldSecretFor = 24 * time.Hour
	// failingFor is how long nothing may be delivered before a webhook is
	// turned off.
	failingFor = 5 * 24 * time.Hour
)

// waits are those after each failed attempt at a delivery.
var waits = []time.Duration{5 * time.Second, time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour}

// DeliveryAttempts is how often a delivery is tried.
var DeliveryAttempts = len(waits) + 1

// DeliveryWait is how long to wait after the n-th failed attempt.
func DeliveryWait(n int) time.Duration { return waits[min(max(n, 1), len(waits))-1] }

// theirs returns a webhook that who may see to.
func (a *App) theirs(ctx context.Context, who access.Who, id good.ID) (*store.Webhook, error) {
	if err := access.May(who, access.ManageWebhooks); err != nil {
		return nil, err
	}
	w, err := a.DB.Primary().Webhook(ctx, id)
	if err != nil {
		return nil, err
	}
	if w != nil {
		if _, err := access.As(who, access.ManageWebhooks, access.Own(w.Person)); err == nil {
			return w, nil
		}
	}
	return nil, &good.Error{Kind: good.NotFound, Key: "mail.error.webhook"} // another's is not there
}

// Webhooks lists the person's webhooks, without their secrets.
func (a *App) Webhooks(ctx context.Context, who access.Who) ([]store.Webhook, error) {
	if err := own(who, access.ManageWebhooks); err != nil {
		return nil, err
	}
	list, err := a.DB.Primary().Webhooks(ctx, who.Person)
	for i := range list {
		list[i] = bare(list[i])
	}
	return list, err
}

// bare is a webhook without its secrets, but for whether there are two.
func bare(w store.Webhook) store.Webhook {
	w.Secret, w.OldSecret = "", ""
	return w
}

// Webhook returns a webhook without its secrets, and its newest deliveries.
func (a *App) Webhook(ctx context.Context, who access.Who, id good.ID) (store.Webhook, []store.Delivery, error) {
	w, err := a.theirs(ctx, who, id)
	if err != nil {
		return store.Webhook{}, nil, err
	}
	list, err := a.DB.Primary().Deliveries(ctx, id, 100)
	return bare(*w), list, err
}

// verbForm is a verb, or a family of them: "good.renamed", "application.*".
var verbForm = regexp.MustCompile(`^[a-z]{1,40}\.([a-z-]{1,40}|\*)$`)

// Families are those of the journal's verbs that a webhook may want.
func Families() []string {
	return []string{"announcement", "application", "assessment", "call", "challenge", "clarification", "comment", "commitment", "consultation", "country", "deployment", "directory", "domain", "good", "listing", "localisation", "member", "opinion", "organisation",
		"person", "recipe", "recognition", "record", "renewal", "role", "seat", "source", "stage", "support", "value", "watch"}
}

// wants says whether a verb is among those named, or none is.
func wants(verbs []string, v good.Verb) bool {
	family, _, _ := strings.Cut(string(v), ".")
	return len(verbs) == 0 || slices.Contains(verbs, string(v)) || slices.Contains(verbs, family+".*")
}

// checkWebhook refuses an address or verbs that cannot be served.
func checkWebhook(address string, verbs []string) error {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || !good.WebAddress(address) || u.Fragment != "" {
		return &good.Error{Kind: good.Invalid, Key: "mail.error.webhook-url", Field: "url"}
	}
	if len(verbs) > maxVerbs {
		return &good.Error{Kind: good.Invalid, Key: "mail.error.verb", Field: "verbs", Args: map[string]any{"Verb": verbs[maxVerbs], "Form": "good.renamed"}}
	}
	for _, v := range verbs {
		if !verbForm.MatchString(v) {
			return &good.Error{Kind: good.Invalid, Key: "mail.error.verb", Field: "verbs", Args: map[string]any{"Verb": v, "Form": "good.renamed, application.*"}}
		}
	}
	return nil
}

// AddWebhook has entries of the journal, those of the verbs or all, sent to an
// https address. The secret with which the messages are signed is returned
// here and never again.
func (a *App) AddWebhook(ctx context.Context, who access.Who, address string, verbs []string) (w store.Webhook, secret string, err error) {
	if err := own(who, access.ManageWebhooks); err != nil {
		return w, "", err
	}
	if who.Person == "" {
		return w, "", &good.Error{Kind: good.Unauthenticated, Key: "error.access.unknown"}
	}
	if err := checkWebhook(address, verbs); err != nil {
		return w, "", err
	}
	if secret, err = notify.NewSecret(a.Rand); err != nil {
		return w, "", err
	}
	err = a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		have, err := tx.Webhooks(ctx, who.Person)
		if err != nil {
			return err
		}
		if len(have) >= maxWebhooks {
			return &good.Error{Kind: good.Limited, Key: "mail.error.webhooks", Field: "url", Args: map[string]any{"Max": maxWebhooks}}
		}
		w = store.Webhook{ID: tx.NewID(), Person: who.Person, URL: address, Verbs: verbs, Secret: secret, Created: tx.Now()}
		return tx.PutWebhook(ctx, &w)
	})
	return bare(w), secret, err
}

// change changes a webhook that who may see to.
func (a *App) change(ctx context.Context, who access.Who, id good.ID, fn func(*store.Tx, *store.Webhook) error) (store.Webhook, error) {
	if _, err := a.theirs(ctx, who, id); err != nil {
		return store.Webhook{}, err
	}
	var out store.Webhook
	err := a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		w, err := tx.Webhook(ctx, id)
		if err != nil {
			return err
		}
		if w == nil {
			return &good.Error{Kind: good.NotFound, Key: "mail.error.webhook"}
		}
		if err := fn(tx, w); err != nil {
			return err
		}
		out = bare(*w)
		return tx.PutWebhook(ctx, w)
	})
	return out, err
}

// SetWebhook changes the address and the verbs.
func (a *App) SetWebhook(ctx context.Context, who access.Who, id good.ID, address string, verbs []string) (store.Webhook, error) {
	if err := checkWebhook(address, verbs); err != nil {
		return store.Webhook{}, err
	}
	return a.change(ctx, who, id, func(_ *store.Tx, w *store.Webhook) error { w.URL, w.Verbs = address, verbs; return nil })
}

// RotateWebhook makes a new secret, which is returned here and never again. For
// a day messages are signed with the old one as well.
func (a *App) RotateWebhook(ctx context.Context, who access.Who, id good.ID) (store.Webhook, string, error) {
	secret, err := notify.NewSecret(a.Rand)
	if err != nil {
		return store.Webhook{}, "", err
	}
	w, err := a.change(ctx, who, id, func(tx *store.Tx, w *store.Webhook) error {
		w.OldSecret, w.OldUntil, w.Secret = w.Secret, tx.Now().Add(oldSecretFor), secret
		return nil
	})
	return w, secret, err
}

// TurnWebhook turns a webhook on or off. What happened while it was off is not
// sent.
func (a *App) TurnWebhook(ctx context.Context, who access.Who, id good.ID, on bool) (store.Webhook, error) {
	return a.change(ctx, who, id, func(tx *store.Tx, w *store.Webhook) error {
		w.Failing, w.Disabled, w.Reason = time.Time{}, time.Time{}, ""
		if !on {
			w.Disabled, w.Reason = tx.Now(), "person"
		}
		return nil
	})
}

// DropWebhook takes a webhook away, with the log of its deliveries.
func (a *App) DropWebhook(ctx context.Context, who access.Who, id good.ID) error {
	if _, err := a.theirs(ctx, who, id); err != nil {
		return err
	}
	return a.do(ctx, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteWebhook(ctx, id) })
}

// Replay sends a message once more, under the same id.
func (a *App) Replay(ctx context.Context, who access.Who, webhook, delivery good.ID) error {
	w, err := a.theirs(ctx, who, webhook)
	if err != nil {
		return err
	}
	if !w.Disabled.IsZero() {
		return &good.Error{Kind: good.Conflict, Key: "mail.error.webhook-off"}
	}
	d, err := a.DB.Primary().Delivery(ctx, delivery)
	if err != nil {
		return err
	}
	if d == nil || d.Webhook != webhook {
		return &good.Error{Kind: good.NotFound, Key: "mail.error.delivery"}
	}
	return a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		return a.Queue.Enqueue(ctx, tx, good.Task{Kind: TaskWebhook, Key: string(delivery) + "/" + strconv.FormatInt(tx.Now().UnixMilli(), 36), Args: taskOf(delivery, true)})
	})
}

// sending is what the task of a delivery is handed.
type sending struct {
	Delivery good.ID `json:"delivery"`
	Again    bool    `json:"again,omitempty"` // though it was delivered
}

func taskOf(id good.ID, again bool) json.RawMessage {
	b, _ := json.Marshal(sending{id, again}) // two plain fields
	return b
}

// Spreader sends entries of the journal to webhooks. It is a reader of the
// journal, for one goroutine.
type Spreader struct {
	*App
	live []store.Webhook
}

// Prepare finds out which webhooks there are.
func (s *Spreader) Prepare(ctx context.Context) (err error) {
	s.live, err = s.DB.Primary().LiveWebhooks(ctx)
	return err
}

// Wants says whether any webhook wants a verb.
func (s *Spreader) Wants(v good.Verb) bool {
	return slices.ContainsFunc(s.live, func(w store.Webhook) bool { return wants(w.Verbs, v) })
}

// Spread says which webhooks an entry goes to, and what writes that down.
func (s *Spreader) Spread(_ context.Context, e good.Entry) (func(context.Context, *store.Tx) error, error) {
	return func(ctx context.Context, tx *store.Tx) error {
		for _, w := range s.live {
			if !wants(w.Verbs, e.Verb) || w.Created.After(e.Time) || !about(w, e) {
				continue
			}
			now, err := tx.Webhook(ctx, w.ID)
			if err != nil {
				return err
			}
			if now == nil || !now.Disabled.IsZero() {
				continue
			}
			id := derived(e.Position, string(w.ID), "webhook")
			if err := tx.AddDelivery(ctx, store.Delivery{ID: id, Webhook: w.ID, Position: e.Position, Verb: e.Verb}); err != nil {
				return err
			}
			if err := s.Queue.Enqueue(ctx, tx, good.Task{Kind: TaskWebhook, Key: string(id), Args: taskOf(id, false)}); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

// Message is what a webhook is sent.
type Message struct {
	Type      good.Verb `json:"type"`
	Timestamp time.Time `json:"timestamp"`
	Data      struct {
		Position int64                      `json:"position"`
		Role     string                     `json:"role"`
		Subjects []good.ID                  `json:"subjects"`
		Values   map[string]json.RawMessage `json:"values"` // those that were not erased
		Log      string                     `json:"log"`    // where it can be proved
	} `json:"data"`
}

// message is an entry as it is sent. It is made anew for each attempt, so that
// what was erased meanwhile is not in it.
func (a *App) message(e good.Entry) ([]byte, error) {
	m := Message{Type: e.Verb, Timestamp: e.Time}
	m.Data.Position, m.Data.Role, m.Data.Subjects, m.Data.Log = e.Position, e.Actor.Role, e.Subjects, a.Base+"/log/checkpoint"
	m.Data.Values = map[string]json.RawMessage{}
	for _, v := range e.Values {
		if v.Erased == nil {
			m.Data.Values[v.Name] = v.Data
		}
	}
	return json.Marshal(m)
}

// DoWebhook sends a message to a webhook. It is a task.
func (a *App) DoWebhook(ctx context.Context, t good.Task) error {
	var s sending
	if err := json.Unmarshal(t.Args, &s); err != nil {
		return fmt.Errorf("read a delivery's task: %w", err)
	}
	d, err := a.DB.Primary().Delivery(ctx, s.Delivery)
	if err != nil || d == nil || !d.Delivered.IsZero() && !s.Again {
		return err
	}
	w, err := a.DB.Primary().Webhook(ctx, d.Webhook)
	if err != nil || w == nil || !w.Disabled.IsZero() || a.Post == nil {
		return err
	}
	body, header, err := a.signed(ctx, d, w)
	if err != nil || body == nil {
		return err
	}
	status, err := a.Post.Post(ctx, w.URL, header, body)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return a.tried(ctx, d, status, err)
}

// tried notes how an attempt ended and returns an error unless it is the last.
func (a *App) tried(ctx context.Context, d *store.Delivery, status int, failure error) error {
	done := failure == nil && status >= 200 && status < 300
	problem := ""
	if !done {
		problem = "mail.delivery.status"
		var e *good.Error
		if errors.As(failure, &e) {
			problem = e.Key
		}
	}
	off := false
	err := a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		off = false
		if err := tx.TryDelivery(ctx, d.ID, status, problem, done); err != nil {
			return err
		}
		w, err := tx.Webhook(ctx, d.Webhook)
		if err != nil || w == nil || done && w.Failing.IsZero() {
			return err
		}
		switch {
		case done:
			w.Failing = time.Time{}
		case w.Failing.IsZero():
			w.Failing = tx.Now()
		}
		if !done && w.Disabled.IsZero() && (status == http.StatusGone || tx.Now().Sub(w.Failing) > failingFor) {
			w.Disabled, w.Reason, off = tx.Now(), "failed", true
			host := ""
			if u, err := url.Parse(w.URL); err == nil {
				host = u.Host
			}
			n := good.Notice{Person: w.Person, Kind: "webhook-disabled", Args: map[string]string{"Host": host}, Path: "/account/webhooks/" + string(w.ID)}
			if err := a.Tell(ctx, tx, string(w.ID)+"@"+strconv.FormatInt(w.Version, 10), n); err != nil {
				return err
			}
		}
		return tx.PutWebhook(ctx, w)
	})
	if err != nil || done || off {
		return err
	}
	return fmt.Errorf("a webhook was not delivered: status %d: %w", status, errors.Join(failure, errUndelivered))
}

var errUndelivered = errors.New("the endpoint did not take it")
