package main

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"path/filepath"
	"slices"
	"time"

	"stoa/internal/api"
	"stoa/internal/app/advisory"
	"stoa/internal/app/assessment"
	"stoa/internal/app/attachments"
	"stoa/internal/app/calls"
	"stoa/internal/app/messages"
	"stoa/internal/app/nominations"
	"stoa/internal/app/people"
	"stoa/internal/app/watching"
	"stoa/internal/blob"
	"stoa/internal/fence"
	"stoa/internal/good"
	"stoa/internal/jobs"
	"stoa/internal/notify"
	"stoa/internal/store"
	"stoa/internal/web/page"
	applypage "stoa/internal/web/page/apply"
	deploymentpage "stoa/internal/web/page/deployments"
	"stoa/internal/web/page/hear"
	languagespage "stoa/internal/web/page/languages"
)

// MailFlags say how letters are sent.
type MailFlags struct {
	SMTP    string `name:"smtp" help:"Mail server, smtps://user:password@host:465 or smtp://user:password@host:587; without one no letters are sent." env:"STOA_SMTP" secret:"" placeholder:"URL"`
	From    string `name:"mail-from" help:"Who letters are from." env:"STOA_MAIL_FROM" placeholder:"ADDRESS"`
	ReplyTo string `name:"mail-reply-to" help:"Where answers to letters go." env:"STOA_MAIL_REPLY_TO" placeholder:"ADDRESS"`
	Bounce  string `name:"mail-bounce" help:"Where letters go back to that cannot be delivered." env:"STOA_MAIL_BOUNCE" placeholder:"ADDRESS"`
}

// sender is the way to the mail server; nil where none is named.
func (f MailFlags) sender() (messages.Sender, error) {
	if f.SMTP == "" {
		return nil, nil
	}
	s, err := notify.NewSMTP(f.SMTP, f.From, f.ReplyTo, f.Bounce)
	if err != nil {
		return nil, err
	}
	return s, nil
}

// HookFlags say where webhooks may go.
type HookFlags struct {
	Networks []string `name:"webhook-networks" help:"Private networks that webhooks may reach as well, 10.1.0.0/16; none unless named." env:"STOA_WEBHOOK_NETWORKS" placeholder:"CIDR"`
	Ports    []uint16 `name:"webhook-ports" help:"Ports that webhooks may reach." env:"STOA_WEBHOOK_PORTS" default:"443,8443"`
}

// policy bounds what is sent to strangers' hosts.
func (f HookFlags) policy() (fence.Policy, error) {
	p := fence.Policy{MaxBytes: 1 << 20, MaxTime: 20 * time.Second, UserAgent: "Stoa-Webhooks", Ports: f.Ports}
	for _, n := range f.Networks {
		network, err := netip.ParsePrefix(n)
		if err != nil {
			return p, fmt.Errorf("--webhook-networks: %w; write it like 10.1.0.0/16", err)
		}
		p.Allow = append(p.Allow, network.Masked())
	}
	return p, nil
}

// messages are what people and programs hear, and the queue in which it waits.
func (c *ServeCmd) messages(env *Env, db *store.DB, base string) (*messages.App, *jobs.Queue, error) {
	mail, err := c.MailFlags.sender()
	if err != nil {
		return nil, nil, err
	}
	u, err := url.Parse(base)
	if err != nil {
		return nil, nil, fmt.Errorf("the public address %s: %w", base, err)
	}
	queue, err := jobs.NewQueue(db, away)
	if err != nil {
		return nil, nil, err
	}
	assessed, err := env.assessment(db)
	if err != nil {
		return nil, nil, err
	}
	nouns := []messages.Noun{
		{Verbs: assessment.Telling, Concerned: assessed.Concerned},
		{Verbs: people.Telling, Concerned: (&people.App{DB: db}).Concerned},
		{Verbs: advisory.Telling, Concerned: (&advisory.App{DB: db}).Concerned},
		{Verbs: calls.Telling, Concerned: (&calls.App{DB: db}).Concerned},
		{Verbs: watching.Telling, Concerned: (&watching.App{DB: db}).Concerned},
		{Verbs: nominations.Telling, Concerned: (&nominations.App{DB: db}).Concerned},
	}
	hooks, err := c.policy()
	if err != nil {
		return nil, nil, err
	}
	heard := &messages.App{DB: db, Queue: queue, Now: env.Now, Rand: env.Rand, Base: base, Name: u.Host, Mail: mail, Post: fence.New(hooks), Log: env.Log, Reach: reach(db), Nouns: nouns}
	if c.files, err = c.attachments(env, db); err != nil {
		return nil, nil, err
	}
	if c.checks, err = env.checks(db, queue, c.CheckFlags); err != nil {
		return nil, nil, err
	}
	c.queue, c.heard, c.hearing = queue, heard, heardPages(heard, c.files)
	if mail != nil {
		c.mail = letters{heard}
	}
	return heard, queue, nil
}

// reach finds where a person's messages go.
func reach(db *store.DB) func(context.Context, good.ID) (messages.Reach, error) {
	return func(ctx context.Context, id good.ID) (messages.Reach, error) {
		p, err := db.Primary().Person(ctx, id)
		if err != nil || p == nil {
			return messages.Reach{}, err
		}
		main, err := db.Primary().MainEmails(ctx, []good.ID{id})
		return messages.Reach{Address: main[id], Language: p.Language, Name: p.Name}, err
	}
}

// letters sends the letters of accounts.
type letters struct{ app *messages.App }

// Send implements people.Mailer.
func (l letters) Send(ctx context.Context, letter people.Letter) error {
	return l.app.Send(ctx, messages.Letter{To: letter.To, Language: letter.Language, Kind: letter.Kind, Link: letter.Link, Args: letter.Args, Until: l.app.Now().Add(people.LinkFor)})
}

// mailWait is how long to wait after the n-th time that the mail server failed:
// an hour's outage costs minutes more.
func mailWait(n int) time.Duration { return min(time.Duration(n*n)*5*time.Second, 10*time.Minute) }

// letterWait is the same for what is worth nothing after minutes.
func letterWait(n int) time.Duration { return min(time.Duration(n)*5*time.Second, time.Minute) }

// chores have the messages done by themselves.
func chores(cfg *jobs.Config, m *messages.App) {
	spread := &messages.Spreader{App: m}
	cfg.Doers = map[string]jobs.Doer{
		messages.TaskMail:       {Do: m.DoMail, Attempts: 500, Wait: mailWait}, // three days
		messages.TaskNominator:  {Do: m.DoNominator, Attempts: 500, Wait: mailWait},
		messages.TaskJoining:    {Do: m.DoJoining, Attempts: 500, Wait: mailWait},
		messages.TaskInvitation: {Do: m.DoInvitation, Attempts: 500, Wait: mailWait},
		messages.TaskAnswered:   {Do: m.DoAnswered, Attempts: 100, Wait: mailWait},
		messages.TaskSought:     {Do: m.DoSought, Attempts: 500, Wait: mailWait},
		messages.TaskLetter:     {Do: m.DoLetter, Attempts: 100, Wait: letterWait, Private: true},
		messages.TaskWebhook:    {Do: m.DoWebhook, Attempts: messages.DeliveryAttempts, Wait: messages.DeliveryWait},
	}
	cfg.Readers = []jobs.Reader{
		{Name: "notices", Wants: m.Wants, Read: m.Hear},
		{Name: "webhooks", Prepare: spread.Prepare, Wants: spread.Wants, Read: spread.Spread},
	}
	cfg.Ticks = append(cfg.Ticks, jobs.Tick{Name: "forget messages", Every: 24 * time.Hour, Do: m.Tick})
}

// FileFlags say where attachments are kept.
type FileFlags struct {
	S3 string `name:"s3" help:"Bucket for attachments, https://key:secret@host/bucket; without one they are in the data directory." env:"STOA_S3" secret:"" placeholder:"URL"`
}

// attachments are the files that people attach to what they write.
func (f FileFlags) attachments(env *Env, db *store.DB) (*attachments.App, error) {
	dir := filepath.Join(env.Data, "blobs")
	vault := &blob.Vault{Keeper: blob.Dir{Path: dir, Now: env.Now}, Temp: dir}
	if f.S3 != "" {
		s, err := blob.NewS3(f.S3)
		if err != nil {
			return nil, err
		}
		vault.Keeper = s
	}
	assessed, err := env.assessment(db)
	if err != nil {
		return nil, err
	}
	return &attachments.App{DB: db, Vault: vault, Rand: env.Rand, Subject: assessed}, nil
}

// heardPages are the pages of what people hear and of what they attach.
func heardPages(m *messages.App, a *attachments.App) []page.Route {
	return slices.Concat((&hear.Pages{Messages: m}).Routes(), (&hear.Files{Attachments: a}).Routes())
}

// large says which requests may bring a file.
func large(r *http.Request) int64 {
	if applypage.Uploads(r) {
		return applypage.MaxUpload
	}
	if deploymentpage.Uploads(r) {
		return deploymentpage.MaxUpload
	}
	if languagespage.Uploads(r) {
		return languagespage.MaxUpload
	}
	return api.Large(r)
}
