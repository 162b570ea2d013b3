// Package messages is who hears of what, and how: notices that are derived
// from the journal and kept for each person, letters about them, webhooks to
// programs, and the secret feed of each person.
package messages

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"strconv"
	"time"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/notify"
	"stoa/internal/store"
)

// Queue puts tasks away within a transaction.
type Queue interface {
	Enqueue(ctx context.Context, tx *store.Tx, task good.Task) error
}

// Sender hands a letter to a mail server. An error with notify.ErrRefused in
// its chain says that the address takes none.
type Sender interface {
	Send(ctx context.Context, l notify.Letter) error
}

// Poster sends a message to a stranger's host and returns the answer's status.
type Poster interface {
	Post(ctx context.Context, address string, header map[string]string, body []byte) (status int, err error)
}

// Reach is how a person can be reached. Address is "" where they cannot.
type Reach struct {
	Address  string
	Language string
	Name     string
}

// Noun says who is concerned by the entries that it wrote.
type Noun struct {
	Verbs     []good.Verb
	Concerned func(ctx context.Context, e good.Entry) ([]good.Notice, error)
}

// App is the noun's verbs and views.
type App struct {
	DB    *store.DB
	Queue Queue
	Now   func() time.Time
	Rand  io.Reader
	Base  string // public address of the instance, without a slash at the end
	Name  string // of the instance, for letters
	Mail  Sender // nil: no letters are sent
	Post  Poster // nil: webhooks are not served
	Log   *slog.Logger
	// Reach finds out how to reach a person.
	Reach func(ctx context.Context, person good.ID) (Reach, error)
	Nouns []Noun
}

// Kinds of task.
const (
	TaskMail    = "mail"    // a letter about a notice
	TaskLetter  = "letter"  // a letter that stands by itself
	TaskWebhook = "webhook" // a message to a webhook
)

// kept is how long notices and the log of deliveries are kept.
const (
	keepNotices    = 2 * 365 * 24 * time.Hour
	keepDeliveries = 30 * 24 * time.Hour
	keepNominators = 2 * 365 * 24 * time.Hour // addresses of who nominated something, or was written to as an owner
)

func (a *App) log() *slog.Logger {
	if a.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return a.Log
}

// do runs a verb that leaves no trace in the journal.
func (a *App) do(ctx context.Context, fn func(context.Context, *store.Tx) error) error {
	_, err := a.DB.Do(ctx, good.Actor{}, fn)
	return err
}

// own returns an error unless who may see to what they hear of themselves.
func own(who access.Who, act access.Act) error {
	_, err := access.As(who, act, access.Own(who.Person))
	return err
}

// derived is an id made of what it stands for, so that it is the same however
// often it is made.
func derived(position int64, of ...string) good.ID {
	h := sha256.New()
	h.Write([]byte(strconv.FormatInt(position, 10)))
	for _, s := range of {
		h.Write([]byte{0})
		h.Write([]byte(s))
	}
	return good.ID(hex.EncodeToString(h.Sum(nil)[:16]))
}

// Wants says whether any noun has something to tell of a verb.
func (a *App) Wants(v good.Verb) bool {
	for _, n := range a.Nouns {
		for _, own := range n.Verbs {
			if own == v {
				return true
			}
		}
	}
	return false
}

// Hear derives the notices of an entry, and what writes them. It is a reader
// of the journal.
func (a *App) Hear(ctx context.Context, e good.Entry) (func(context.Context, *store.Tx) error, error) {
	var list []good.Notice
	for _, n := range a.Nouns {
		for _, v := range n.Verbs {
			if v != e.Verb {
				continue
			}
			some, err := n.Concerned(ctx, e)
			if err != nil {
				return nil, err
			}
			list = append(list, some...)
			break
		}
	}
	nominators, err := a.recognisedFor(ctx, e)
	if err != nil || len(list) == 0 {
		return nominators, err
	}
	return func(ctx context.Context, tx *store.Tx) error {
		for _, n := range list {
			if err := a.tell(ctx, tx, e.Position, e.Time, n); err != nil {
				return err
			}
		}
		if nominators != nil {
			return nominators(ctx, tx)
		}
		return nil
	}, nil
}

// tell keeps a notice and has a letter sent about it.
func (a *App) tell(ctx context.Context, tx *store.Tx, position int64, at time.Time, n good.Notice) error {
	if n.Person == "" {
		return nil
	}
	kept := store.Notice{Notice: n, ID: derived(position, string(n.Person), n.Kind, string(n.About)), Position: position, Created: at}
	fresh, err := tx.AddNotice(ctx, kept)
	if err != nil || !fresh || a.Mail == nil {
		return err
	}
	return a.Queue.Enqueue(ctx, tx, good.Task{Kind: TaskMail, Key: string(kept.ID)})
}

// Tell keeps a notice that comes of no entry of the journal, once for its key.
func (a *App) Tell(ctx context.Context, tx *store.Tx, key string, n good.Notice) error {
	n.About = good.ID(key)
	return a.tell(ctx, tx, -1, tx.Now(), n)
}

// Tick forgets what is old.
func (a *App) Tick(ctx context.Context, now time.Time) error {
	if err := a.do(ctx, func(ctx context.Context, tx *store.Tx) error { return tx.SweepInvitations(ctx) }); err != nil {
		return err
	}
	for _, forget := range []func(context.Context, *store.Tx) (int64, error){
		func(ctx context.Context, tx *store.Tx) (int64, error) {
			return tx.ForgetNotices(ctx, now.Add(-keepNotices), 200)
		},
		func(ctx context.Context, tx *store.Tx) (int64, error) {
			return tx.ForgetDeliveries(ctx, now.Add(-keepDeliveries), 200)
		},
		func(ctx context.Context, tx *store.Tx) (int64, error) {
			return tx.ForgetNominators(ctx, now.Add(-keepNominators), 200)
		},
		func(ctx context.Context, tx *store.Tx) (int64, error) {
			return tx.ForgetSought(ctx, now.Add(-keepNominators), 200)
		},
	} {
		for n := int64(1); n > 0; {
			err := a.do(ctx, func(ctx context.Context, tx *store.Tx) (err error) { n, err = forget(ctx, tx); return err })
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// Kept is all that is kept of what a person hears, for them to take away.
func (a *App) Kept(ctx context.Context, p good.Person) (any, error) {
	var out struct {
		Notices  []good.Notice   `json:"notices"`
		Letters  map[string]bool `json:"letters"`  // wanted or not, by kind
		Webhooks []string        `json:"webhooks"` // addresses
		keptAsOwner
	}
	for page := 0; ; page++ {
		list, err := a.DB.Primary().Notices(ctx, p.ID, page*1000, 1000)
		if err != nil {
			return nil, err
		}
		for _, n := range list {
			out.Notices = append(out.Notices, n.Notice)
		}
		if len(list) < 1000 {
			break
		}
	}
	var err error
	if out.Letters, err = a.DB.Primary().MailWishes(ctx, p.ID); err != nil {
		return nil, err
	}
	hooks, err := a.DB.Primary().Webhooks(ctx, p.ID)
	for _, w := range hooks {
		out.Webhooks = append(out.Webhooks, w.URL)
	}
	if err != nil {
		return nil, err
	}
	out.keptAsOwner, err = a.keptAsOwner(ctx, p.ID)
	return out, err
}

// Gone deletes all that is kept of what a person hears, when they are erased.
func (a *App) Gone(ctx context.Context, tx *store.Tx, p good.Person) error {
	emails, err := tx.Emails(ctx, p.ID)
	if err != nil {
		return err
	}
	var addresses []string
	for _, e := range emails {
		addresses = append(addresses, e.Address)
		if err := errors.Join(tx.ForgetNominator(ctx, "", e.Address), tx.ForgetContact(ctx, e.Address)); err != nil {
			return err
		}
	}
	if err := tx.ForgetWriter(ctx, p.ID); err != nil {
		return err
	}
	return tx.ForgetHearer(ctx, p.ID, addresses)
}
