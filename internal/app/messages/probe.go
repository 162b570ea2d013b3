package messages

import (
	"context"
	"encoding/json"
	"time"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/store"
)

// Probed is the type of a message that is about nothing: it shows whether an
// endpoint hears and verifies. No entry of the journal has it.
const Probed good.Verb = "webhook.test"

// TestWebhook has a message about nothing sent to a webhook and returns its
// id; how it went stands in the log of deliveries.
func (a *App) TestWebhook(ctx context.Context, who access.Who, id good.ID) (delivery good.ID, err error) {
	w, err := a.theirs(ctx, who, id)
	if err != nil {
		return "", err
	}
	if !w.Disabled.IsZero() {
		return "", &good.Error{Kind: good.Conflict, Key: "mail.error.webhook-off"}
	}
	at, err := a.DB.Primary().Position(ctx) // where it stands in the log of deliveries
	if err != nil {
		return "", err
	}
	return delivery, a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		delivery = tx.NewID()
		if err := tx.AddDelivery(ctx, store.Delivery{ID: delivery, Webhook: id, Position: at, Verb: Probed}); err != nil {
			return err
		}
		return a.Queue.Enqueue(ctx, tx, good.Task{Kind: TaskWebhook, Key: string(delivery), Args: taskOf(delivery, false)})
	})
}

// bodyOf is what a delivery brings; nil where there is nothing to bring any
// more.
func (a *App) bodyOf(ctx context.Context, d *store.Delivery) ([]byte, error) {
	if d.Verb == Probed {
		return json.Marshal(struct {
			Type      good.Verb `json:"type"`
			Timestamp time.Time `json:"timestamp"`
			Data      struct{}  `json:"data"`
		}{Type: d.Verb, Timestamp: d.Created})
	}
	found, err := a.DB.Primary().Entries(ctx, d.Position, 1)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return a.message(found[0])
}
