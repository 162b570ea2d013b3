package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"stoa/internal/good"
)

// Webhook is an address to which entries of the journal are sent.
type Webhook struct {
	ID        good.ID
	Person    good.ID // whose it is
	URL       string
	Verbs     []string // of the entries it wants, or families of them, "good.*"; none for all
	Secret    string
	OldSecret string    // with which messages are signed, too, until OldUntil
	OldUntil  time.Time // zero if there is no old secret
	Created   time.Time
	Failing   time.Time // since when nothing was delivered; zero if the last was
	Disabled  time.Time // zero while it is on
	Reason    string    // why it was turned off: "failed" or "person"
	Version   int64
	// Form is how messages are written: "" as Stoa does, "publiccode" as that
	// catalogue API does. Of the latter, About is what they tell of: a kind of
	// listing, "software", or one, "software/{id}".
	Form, About string
}

const webhookColumns = `id, person, url, verbs, secret, old_secret, old_until, created, failing, disabled, reason, version, form, about`

func readWebhook(scan func(...any) error) (Webhook, error) {
	var w Webhook
	var verbs []byte
	var until, created, failing, disabled int64
	if err := scan(&w.ID, &w.Person, &w.URL, &verbs, &w.Secret, &w.OldSecret, &until, &created, &failing, &disabled, &w.Reason, &w.Version, &w.Form, &w.About); err != nil {
		return w, err
	}
	w.OldUntil, w.Created, w.Failing, w.Disabled = moment(until), moment(created), moment(failing), moment(disabled)
	if err := json.Unmarshal(verbs, &w.Verbs); err != nil {
		return w, fmt.Errorf("decode webhook %s: %w", w.ID, err)
	}
	return w, nil
}

func (r reads) webhooks(ctx context.Context, query string, args ...any) ([]Webhook, error) {
	var out []Webhook
	err := each(ctx, r.q, query, args, func(scan func(...any) error) error {
		w, err := readWebhook(scan)
		out = append(out, w)
		return err
	})
	return out, err
}

// Webhooks lists the webhooks of a person, those turned off too.
func (r reads) Webhooks(ctx context.Context, person good.ID) ([]Webhook, error) {
	return r.webhooks(ctx, Q(`SELECT `+webhookColumns+` FROM webhooks WHERE person = $1 ORDER BY id`), person)
}

// LiveWebhooks lists every webhook that is on.
func (r reads) LiveWebhooks(ctx context.Context) ([]Webhook, error) {
	return r.webhooks(ctx, Q(`SELECT `+webhookColumns+` FROM webhooks WHERE disabled = 0 ORDER BY id`))
}

// Webhook returns a webhook; nil if there is none.
func (r reads) Webhook(ctx context.Context, id good.ID) (*Webhook, error) {
	list, err := r.webhooks(ctx, Q(`SELECT `+webhookColumns+` FROM webhooks WHERE id = $1`), id)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// PutWebhook writes a webhook: a new one if its Version is 0, else a change of
// exactly that version. It sets Version of w.
func (tx *Tx) PutWebhook(ctx context.Context, w *Webhook) error {
	if w.Verbs == nil {
		w.Verbs = []string{}
	}
	verbs, err := json.Marshal(w.Verbs)
	if err != nil {
		return fmt.Errorf("encode a webhook: %w", err)
	}
	var res sql.Result
	if w.Version == 0 {
		res, err = tx.q.ExecContext(ctx, Q(`INSERT INTO webhooks (id, person, url, verbs, secret, old_secret, old_until, created, failing, disabled, reason, version, form, about)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1, $12, $13)`),
			w.ID, w.Person, w.URL, string(verbs), w.Secret, w.OldSecret, millis(w.OldUntil), millis(w.Created), millis(w.Failing), millis(w.Disabled), w.Reason, w.Form, w.About)
	} else {
		res, err = tx.q.ExecContext(ctx, Q(`UPDATE webhooks SET url = $1, verbs = $2, secret = $3, old_secret = $4, old_until = $5, failing = $6, disabled = $7, reason = $8, version = version + 1
			WHERE id = $9 AND version = $10`),
			w.URL, string(verbs), w.Secret, w.OldSecret, millis(w.OldUntil), millis(w.Failing), millis(w.Disabled), w.Reason, w.ID, w.Version)
	}
	if err != nil {
		return fmt.Errorf("keep a webhook: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		w.Version++
		return err
	}
	return &good.Error{Kind: good.Conflict, Key: "mail.error.changed"}
}

// DeleteWebhook takes a webhook away, with what was delivered to it.
func (tx *Tx) DeleteWebhook(ctx context.Context, id good.ID) error {
	if _, err := tx.q.ExecContext(ctx, Q(`DELETE FROM deliveries WHERE webhook = $1`), id); err != nil {
		return err
	}
	_, err := tx.q.ExecContext(ctx, Q(`DELETE FROM webhooks WHERE id = $1`), id)
	return err
}

// Delivery is one message to one webhook.
type Delivery struct {
	ID        good.ID // the webhook-id: of entry and webhook, the same for a repeat
	Webhook   good.ID
	Position  int64
	Verb      good.Verb
	Created   time.Time
	Attempts  int
	Tried     time.Time // the last attempt
	Status    int       // of the last answer; 0 if there was none
	Error     string    // why the last attempt failed: a key of a sentence
	Delivered time.Time // zero until it was
}

const deliveryColumns = `id, webhook, position, verb, created, attempts, tried, status, error, delivered`

func readDelivery(scan func(...any) error) (Delivery, error) {
	var d Delivery
	var created, tried, delivered int64
	err := scan(&d.ID, &d.Webhook, &d.Position, &d.Verb, &created, &d.Attempts, &tried, &d.Status, &d.Error, &delivered)
	d.Created, d.Tried, d.Delivered = moment(created), moment(tried), moment(delivered)
	return d, err
}

// AddDelivery keeps that an entry is to be sent to a webhook, once.
func (tx *Tx) AddDelivery(ctx context.Context, d Delivery) error {
	_, err := tx.q.ExecContext(ctx, Q(`INSERT INTO deliveries (id, webhook, position, verb, created, attempts, tried, status, error, delivered) VALUES ($1, $2, $3, $4, $5, 0, 0, 0, '', 0)
		ON CONFLICT (id) DO NOTHING`), d.ID, d.Webhook, d.Position, d.Verb, millis(tx.now))
	return err
}

// Delivery returns a delivery; nil if there is none.
func (r reads) Delivery(ctx context.Context, id good.ID) (*Delivery, error) {
	d, err := readDelivery(r.q.QueryRowContext(ctx, Q(`SELECT `+deliveryColumns+` FROM deliveries WHERE id = $1`), id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &d, nil
}

// Deliveries returns up to limit deliveries of a webhook, the newest first.
func (r reads) Deliveries(ctx context.Context, webhook good.ID, limit int) ([]Delivery, error) {
	var out []Delivery
	err := each(ctx, r.q, Q(`SELECT `+deliveryColumns+` FROM deliveries WHERE webhook = $1 ORDER BY position DESC LIMIT $2`), []any{webhook, limit}, func(scan func(...any) error) error {
		d, err := readDelivery(scan)
		out = append(out, d)
		return err
	})
	return out, err
}

// TryDelivery notes an attempt.
func (tx *Tx) TryDelivery(ctx context.Context, id good.ID, status int, problem string, done bool) error {
	delivered := int64(0)
	if done {
		delivered = millis(tx.now)
	}
	_, err := tx.q.ExecContext(ctx, Q(`UPDATE deliveries SET attempts = attempts + 1, tried = $1, status = $2, error = $3, delivered = $4 WHERE id = $5`), millis(tx.now), status, problem, delivered, id)
	return err
}

// ForgetDeliveries deletes up to limit deliveries made before a time, and says
// how many there were.
func (tx *Tx) ForgetDeliveries(ctx context.Context, before time.Time, limit int) (int64, error) {
	res, err := tx.q.ExecContext(ctx, Q(`DELETE FROM deliveries WHERE id IN (SELECT id FROM deliveries WHERE created < $1 ORDER BY created LIMIT $2)`), millis(before), limit)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}
