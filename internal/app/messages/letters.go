package messages

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"stoa/internal/good"
	"stoa/internal/i18n"
	"stoa/internal/notify"
	"stoa/internal/store"
)

// Letter is a letter that stands by itself and cannot be left: to an address
// rather than to a person, such as a link that signs in.
type Letter struct {
	To       string            `json:"to"`
	Language string            `json:"language"`
	Kind     string            `json:"kind"` // the words mail.<kind>.subject, .body and .act
	Link     string            `json:"link"` // full address; may be a secret
	Args     map[string]string `json:"args,omitempty"`
	Until    time.Time         `json:"until"` // when it is worth nothing any more
}

// Write has a letter sent, within the transaction that it is about. Of two
// with one key the second is not.
func (a *App) Write(ctx context.Context, tx *store.Tx, key string, l Letter) error {
	if a.Mail == nil {
		return &good.Error{Kind: good.Forbidden, Key: "mail.error.none"}
	}
	args, err := json.Marshal(l)
	if err != nil {
		return fmt.Errorf("write a letter: %w", err)
	}
	return a.Queue.Enqueue(ctx, tx, good.Task{Kind: TaskLetter, Key: key, Args: args})
}

// Send has a letter sent, in a transaction of its own.
func (a *App) Send(ctx context.Context, l Letter) error {
	return a.do(ctx, func(ctx context.Context, tx *store.Tx) error { return a.Write(ctx, tx, string(tx.NewID()), l) })
}

// DoLetter sends a letter. It is a task.
func (a *App) DoLetter(ctx context.Context, t good.Task) error {
	var l Letter
	if err := json.Unmarshal(t.Args, &l); err != nil {
		return fmt.Errorf("read a letter: %w", err)
	}
	if a.Mail == nil || l.To == "" || !l.Until.IsZero() && a.Now().After(l.Until) { // worth nothing, or given up and forgotten
		return nil
	}
	in := locale(l.Language)
	out := a.letter(in, good.Notice{Kind: l.Kind, Args: l.Args}, "")
	out.ID, out.To, out.Link, out.Why = string(derived(-1, t.Kind, t.Key)), l.To, l.Link, in.T("mail.why.letter", "Instance", a.Name)
	if err := a.Mail.Send(ctx, out); err != nil && !errors.Is(err, notify.ErrRefused) {
		return err
	}
	return nil // an address that takes no letters was somebody's slip
}

// DoMail sends a letter about a notice. It is a task.
func (a *App) DoMail(ctx context.Context, t good.Task) error {
	key, _, _ := strings.Cut(t.Key, "/") // what follows tells a second time from the first
	n, err := a.DB.Primary().Notice(ctx, good.ID(key))
	if err != nil || n == nil || a.Mail == nil || !n.Mailed.IsZero() || !n.Seen.IsZero() {
		return err // forgotten, sent, or read meanwhile
	}
	to, err := a.Reach(ctx, n.Person)
	if err != nil || to.Address == "" {
		return err
	}
	wanted, err := a.wanted(ctx, n.Person, n.Kind)
	if err != nil || !wanted {
		return err
	}
	if back, err := a.DB.Primary().Bounce(ctx, to.Address); err != nil || back != nil {
		return err // the page tells them
	}
	in := locale(to.Language)
	l := a.letter(in, n.Notice, to.Name)
	l.ID, l.To = string(n.ID), to.Address
	if n.Path != "" {
		l.Link = a.Base + prefix(in) + n.Path
	}
	l.Why = in.T("mail.why.essential", "Instance", a.Name)
	seal, err := a.seal(ctx)
	if err != nil {
		return err
	}
	l.Return = returning(seal, a.Now(), n.Person, to.Address)
	if !Essential(n.Kind) {
		l.Why, l.Leave = in.T("mail.why.optional", "Instance", a.Name), in.T("mail.leave")
		l.LeaveAt = a.Base + prefix(in) + "/unsubscribe/" + leave(seal, n.Person, n.Kind)
	}
	err = a.Mail.Send(ctx, l)
	if errors.Is(err, notify.ErrRefused) {
		a.log().WarnContext(ctx, "an address takes no letters", "notice", n.ID)
		return a.do(ctx, func(ctx context.Context, tx *store.Tx) error { return tx.PutBounce(ctx, to.Address, "smtp") })
	}
	if err != nil {
		return err
	}
	// A kill here costs one repeat, under the same Message-ID.
	return a.do(ctx, func(ctx context.Context, tx *store.Tx) error { return tx.MailedNotice(ctx, n.ID) })
}

// letter puts a notice into words.
func (a *App) letter(in *i18n.Locale, n good.Notice, name string) notify.Letter {
	subject, body := Words(in, n)
	l := notify.Letter{Lang: in.Code, Dir: in.Dir, Subject: subject, Body: strings.Split(body, "\n\n"), Act: in.T("mail.act")}
	if key := "mail." + n.Kind + ".act"; in.Has(key) {
		l.Act = in.T(key)
	}
	if name != "" {
		l.Hello = in.T("mail.hello", "Name", in.Apart(name))
	}
	return l
}

// Words are a notice in words: what it is, in a line, and what it says, in
// paragraphs with an empty line between them.
func Words(in *i18n.Locale, n good.Notice) (subject, body string) {
	values := n.Values()
	says := -1 // the sentence that another one of ours is told in
	for i := 1; i < len(values); i += 2 {
		if s, ok := values[i].(string); ok {
			if values[i-1] == "Says" && in.Has(s) {
				says = i
				continue
			}
			if key := "people.role." + s; values[i-1] == "Role" && in.Has(key) {
				s = in.T(key)
			}
			values[i] = in.Apart(s)
		}
	}
	if says > 0 {
		values[says] = in.T(values[says].(string), values...)
	}
	return in.T("mail."+n.Kind+".subject", values...), in.T("mail."+n.Kind+".body", values...)
}

func locale(code string) *i18n.Locale {
	if l, ok := i18n.Get(code); ok {
		return l
	}
	return i18n.All()[0]
}

// prefix is that of the addresses in a language.
func prefix(l *i18n.Locale) string {
	if l.Code == "en" {
		return ""
	}
	return "/" + l.Code
}
