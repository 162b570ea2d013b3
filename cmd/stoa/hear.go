package main

import (
	"strings"

	"stoa/internal/access"
	"stoa/internal/app/messages"
	"stoa/internal/good"
	"stoa/internal/i18n"
	"stoa/internal/jobs"
)

// For is the person whose things a command is about.
type For struct {
	Person string `arg:"" help:"E-mail address, id or pseudonym of the person."`
}

// heard runs do with the messages of the instance, for the person, and prints
// what it answers as JSON.
func (c For) heard(env *Env, base string, do func(*messages.App, access.Who) (any, error)) error {
	db, err := env.Open()
	if err != nil {
		return err
	}
	defer db.Close()
	who, err := As{c.Person}.who(env, db)
	if err != nil {
		return err
	}
	queue, err := jobs.NewQueue(db, away)
	if err != nil {
		return err
	}
	out, err := do(&messages.App{DB: db, Queue: queue, Now: env.Now, Rand: env.Rand, Base: strings.TrimRight(base, "/"), Reach: reach(db)}, who)
	if err != nil || out == nil {
		return err
	}
	return printJSON(env.Stdout, out)
}

// NoticeCmd is what a person hears, and how.
type NoticeCmd struct {
	List    NoticeListCmd    `cmd:"" help:"Print what concerns a person, the newest first."`
	See     NoticeSeeCmd     `cmd:"" help:"Mark a notice as read, or all of them."`
	Letters NoticeLettersCmd `cmd:"" help:"Print which letters a person gets, or choose them."`
	Mend    NoticeMendCmd    `cmd:"" help:"Say that a person's address takes letters again."`
	Feed    NoticeFeedCmd    `cmd:"" help:"Make the secret feed of a person, or end it."`
}

// NoticeListCmd lists.
type NoticeListCmd struct {
	For
	Page int `help:"Which page, of 50 each." default:"1"`
}

// heardNotice is a notice in words.
type heardNotice struct {
	messages.Notice
	Subject string
	Body    string
}

// Run prints the notices in English.
func (c *NoticeListCmd) Run(env *Env) error {
	return c.heard(env, "", func(a *messages.App, who access.Who) (any, error) {
		in, err := a.Inbox(env.Ctx, who, c.Page)
		if err != nil {
			return nil, err
		}
		list := []heardNotice{}
		for _, n := range in.Notices {
			subject, body := messages.Words(i18n.All()[0], n.Notice)
			list = append(list, heardNotice{n, subject, body})
		}
		return map[string]any{"total": in.All, "unseen": in.Unseen, "notices": list}, nil
	})
}

// NoticeSeeCmd marks as read.
type NoticeSeeCmd struct {
	For
	ID string `arg:"" optional:"" help:"Id of the notice; all of them without it."`
}

// Run marks them.
func (c *NoticeSeeCmd) Run(env *Env) error {
	return c.heard(env, "", func(a *messages.App, who access.Who) (any, error) {
		return nil, a.See(env.Ctx, who, good.ID(c.ID))
	})
}

// NoticeLettersCmd shows or chooses letters.
type NoticeLettersCmd struct {
	For
	Want []string `help:"Kinds that are wanted; every other that can be left is."`
	None bool     `help:"Leave every kind that can be left."`
}

// Run prints the choice, or makes it first.
func (c *NoticeLettersCmd) Run(env *Env) error {
	return c.heard(env, "", func(a *messages.App, who access.Who) (any, error) {
		if len(c.Want) > 0 || c.None {
			if err := a.SetWishes(env.Ctx, who, c.Want); err != nil {
				return nil, err
			}
		}
		return a.Wishes(env.Ctx, who)
	})
}

// NoticeMendCmd mends.
type NoticeMendCmd struct{ For }

// Run forgets that letters came back.
func (c *NoticeMendCmd) Run(env *Env) error {
	return c.heard(env, "", func(a *messages.App, who access.Who) (any, error) { return nil, a.TryAgain(env.Ctx, who) })
}

// NoticeFeedCmd makes or ends a feed.
type NoticeFeedCmd struct {
	At
	For
	End bool `help:"End it instead."`
}

// Run prints the address of the feed, this once.
func (c *NoticeFeedCmd) Run(env *Env) error {
	return c.heard(env, c.BaseURL, func(a *messages.App, who access.Who) (any, error) {
		if c.End {
			return nil, a.EndFeed(env.Ctx, who)
		}
		token, err := a.NewFeed(env.Ctx, who)
		return map[string]string{"feed": a.Base + "/feeds/" + token}, err
	})
}

// WebhookCmd looks after webhooks.
type WebhookCmd struct {
	List   WebhookListCmd   `cmd:"" help:"Print a person's webhooks."`
	Show   WebhookShowCmd   `cmd:"" help:"Print a webhook and its newest deliveries."`
	Add    WebhookAddCmd    `cmd:"" help:"Have entries of the journal sent to an https address; print its secret, this once."`
	Set    WebhookSetCmd    `cmd:"" help:"Change where a webhook sends and what it wants."`
	Secret WebhookSecretCmd `cmd:"" help:"Make a new secret; for a day messages are signed with both."`
	Turn   WebhookTurnCmd   `cmd:"" help:"Turn a webhook on or off."`
	Test   WebhookTestCmd   `cmd:"" help:"Have a message sent that is about nothing."`
	Replay WebhookReplayCmd `cmd:"" help:"Send a message again, under the same id."`
	Remove WebhookRemoveCmd `cmd:"" help:"Take a webhook away, with its log."`
}

// Hook is one webhook of a person.
type Hook struct {
	For
	ID string `arg:"" help:"Id of the webhook."`
}

func (c Hook) id() good.ID { return good.ID(strings.ToUpper(c.ID)) }

// secretly is a webhook with its secret.
func secretly(w messages.Webhook, secret string, err error) (any, error) {
	w.Secret = secret
	return w, err
}

// WebhookListCmd lists.
type WebhookListCmd struct{ For }

// Run prints them.
func (c *WebhookListCmd) Run(env *Env) error {
	return c.heard(env, "", func(a *messages.App, who access.Who) (any, error) { return a.Webhooks(env.Ctx, who) })
}

// WebhookShowCmd shows one.
type WebhookShowCmd struct{ Hook }

// Run prints it with its deliveries.
func (c *WebhookShowCmd) Run(env *Env) error {
	return c.heard(env, "", func(a *messages.App, who access.Who) (any, error) {
		w, list, err := a.Webhook(env.Ctx, who, c.id())
		return map[string]any{"webhook": w, "deliveries": list}, err
	})
}

// WebhookAddCmd adds one.
type WebhookAddCmd struct {
	For
	URL  string   `arg:"" help:"An https address that this instance can reach."`
	Verb []string `help:"What it wants: good.renamed, application.*; everything by default."`
}

// Run adds it and prints its secret.
func (c *WebhookAddCmd) Run(env *Env) error {
	return c.heard(env, "", func(a *messages.App, who access.Who) (any, error) {
		return secretly(a.AddWebhook(env.Ctx, who, c.URL, c.Verb))
	})
}

// WebhookSetCmd changes one.
type WebhookSetCmd struct {
	Hook
	URL  string   `arg:"" help:"An https address that this instance can reach."`
	Verb []string `help:"What it wants; everything by default."`
}

// Run changes it.
func (c *WebhookSetCmd) Run(env *Env) error {
	return c.heard(env, "", func(a *messages.App, who access.Who) (any, error) {
		return a.SetWebhook(env.Ctx, who, c.id(), c.URL, c.Verb)
	})
}

// WebhookSecretCmd makes a new secret.
type WebhookSecretCmd struct{ Hook }

// Run prints it.
func (c *WebhookSecretCmd) Run(env *Env) error {
	return c.heard(env, "", func(a *messages.App, who access.Who) (any, error) {
		return secretly(a.RotateWebhook(env.Ctx, who, c.id()))
	})
}

// WebhookTurnCmd turns.
type WebhookTurnCmd struct {
	Hook
	To string `arg:"" enum:"on,off" help:"on or off."`
}

// Run turns it.
func (c *WebhookTurnCmd) Run(env *Env) error {
	return c.heard(env, "", func(a *messages.App, who access.Who) (any, error) {
		return a.TurnWebhook(env.Ctx, who, c.id(), c.To == "on")
	})
}

// WebhookTestCmd tests.
type WebhookTestCmd struct{ Hook }

// Run has a message sent by the server.
func (c *WebhookTestCmd) Run(env *Env) error {
	return c.heard(env, "", func(a *messages.App, who access.Who) (any, error) {
		id, err := a.TestWebhook(env.Ctx, who, c.id())
		return map[string]good.ID{"delivery": id}, err
	})
}

// WebhookReplayCmd replays.
type WebhookReplayCmd struct {
	Hook
	Delivery string `arg:"" help:"Id of the delivery."`
}

// Run has the message sent again by the server.
func (c *WebhookReplayCmd) Run(env *Env) error {
	return c.heard(env, "", func(a *messages.App, who access.Who) (any, error) {
		return nil, a.Replay(env.Ctx, who, c.id(), good.ID(c.Delivery))
	})
}

// WebhookRemoveCmd removes.
type WebhookRemoveCmd struct{ Hook }

// Run removes it.
func (c *WebhookRemoveCmd) Run(env *Env) error {
	return c.heard(env, "", func(a *messages.App, who access.Who) (any, error) { return nil, a.DropWebhook(env.Ctx, who, c.id()) })
}
