// Package hear is the pages on which people see what concerns them, choose how
// they hear of it, leave letters by one click, and look after their webhooks.
package hear

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/messages"
	"stoa/internal/edge"
	"stoa/internal/export"
	"stoa/internal/good"
	"stoa/internal/web/page"
)

// Pages are the pages.
type Pages struct{ Messages *messages.App }

// Routes are the pages and what each is for.
func (p *Pages) Routes() []page.Route {
	return []page.Route{
		{Pattern: "GET /account/notifications", Act: access.ReadAccount, Handler: p.inbox},
		{Pattern: "POST /account/notifications/seen", Act: access.Hear, Handler: p.seen},
		{Pattern: "POST /account/notifications/letters", Act: access.Hear, Handler: p.letters},
		{Pattern: "POST /account/notifications/again", Act: access.Hear, Handler: p.again},
		{Pattern: "POST /account/notifications/feed", Act: access.Hear, Handler: p.newFeed},
		{Pattern: "POST /account/notifications/feed/end", Act: access.Hear, Handler: p.endFeed},
		{Pattern: "GET /feeds/{token}", Act: access.Public, Handler: p.feed},
		{Pattern: "GET /unsubscribe/{token}", Act: access.Public, Handler: p.leaving},
		{Pattern: "POST /unsubscribe/{token}", Act: access.Public, Handler: p.leave},
		{Pattern: "GET /letters/{token}", Act: access.Public, Handler: p.open},
		{Pattern: "POST /letters/{token}", Act: access.Public, Handler: p.reply},
		{Pattern: "GET /account/webhooks", Act: access.ManageWebhooks, Handler: p.hooks},
		{Pattern: "POST /account/webhooks", Act: access.ManageWebhooks, Handler: p.addHook},
		{Pattern: "GET /account/webhooks/{id}", Act: access.ManageWebhooks, Handler: p.hook},
		{Pattern: "POST /account/webhooks/{id}", Act: access.ManageWebhooks, Handler: p.setHook},
		{Pattern: "POST /account/webhooks/{id}/secret", Act: access.ManageWebhooks, Handler: p.rotateHook},
		{Pattern: "POST /account/webhooks/{id}/turn", Act: access.ManageWebhooks, Handler: p.turnHook},
		{Pattern: "POST /account/webhooks/{id}/test", Act: access.ManageWebhooks, Handler: p.testHook},
		{Pattern: "POST /account/webhooks/{id}/drop", Act: access.ManageWebhooks, Handler: p.dropHook},
		{Pattern: "POST /account/webhooks/{id}/replay", Act: access.ManageWebhooks, Handler: p.replay},
	}
}

const notifications = "/account/notifications"

// model is what the page of notifications shows.
type model struct {
	*page.Frame
	*page.Form
	In     messages.Inbox
	Wishes map[string]bool
	Number int    // of the page
	Secret string // address of a new feed, shown once
	Done   string
}

// pages is how many pages of notices there are.
func (m *model) pages() int { return (m.In.All + messages.PageSize - 1) / messages.PageSize }

// options are the kinds of letter that can be chosen, in words.
func (m *model) options() (out []page.Option, chosen []string) {
	for _, kind := range messages.Optional() {
		out = append(out, page.Option{Value: kind, Label: example(m.Frame, kind)})
		if m.Wishes[kind] {
			chosen = append(chosen, kind)
		}
	}
	return out, chosen
}

// example is the line of a letter of a kind, about some project.
func example(f *page.Frame, kind string) string {
	some := f.T("mail.page.example")
	subject, _ := messages.Words(f.Locale, good.Notice{Kind: kind, Args: map[string]string{"Good": some, "Title": "…", "Standard": "…", "Subject": "…", "Until": "…", "Indicator": "…", "Issuer": "…", "Instance": "…"}})
	return subject
}

func (p *Pages) inbox(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	m := &model{Number: 1}
	if s := r.URL.Query().Get("page"); s != "" {
		var err error
		if m.Number, err = strconv.Atoi(s); err != nil || m.Number < 1 || m.Number > 10_000 {
			return &good.Error{Kind: good.Invalid, Key: "error.query.number", Field: "page", Args: map[string]any{"Field": "page", "Value": s}}
		}
	}
	if r.URL.Query().Get("done") != "" {
		m.Done = f.T("mail.page.saved")
	}
	return p.write(w, r, f, http.StatusOK, m)
}

func (p *Pages) write(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, m *model) (err error) {
	f.Title, f.Unlisted, f.Work, f.Here, m.Frame = f.T("mail.page.notices"), true, true, "account", f
	edge.Private(w.Header())
	if m.In, err = p.Messages.Inbox(r.Context(), f.Reader(), m.Number); err != nil {
		return err
	}
	if m.Wishes, err = p.Messages.Wishes(r.Context(), f.Reader()); err != nil {
		return err
	}
	return page.Write(w, r, f, status, inbox(m))
}

// done leads back to a page after a form was sent.
func done(w http.ResponseWriter, r *http.Request, f *page.Frame, to string, err error) error {
	if err == nil {
		http.Redirect(w, r, f.Prefix+to+"?done=1", http.StatusSeeOther)
	}
	return err
}

func (p *Pages) seen(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	sent, err := page.Sent(r, "which")
	if err != nil {
		return err
	}
	return done(w, r, f, notifications, p.Messages.See(r.Context(), f.Reader(), good.ID(sent.Get("which"))))
}

func (p *Pages) letters(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	sent, err := page.Sent(r, "mail*")
	if err != nil {
		return err
	}
	return done(w, r, f, notifications, p.Messages.SetWishes(r.Context(), f.Reader(), sent["mail"]))
}

func (p *Pages) again(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	if _, err := page.Sent(r); err != nil {
		return err
	}
	return done(w, r, f, notifications, p.Messages.TryAgain(r.Context(), f.Reader()))
}

func (p *Pages) newFeed(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	if _, err := page.Sent(r); err != nil {
		return err
	}
	token, err := p.Messages.NewFeed(r.Context(), f.Reader())
	if err != nil {
		return err
	}
	return p.write(w, r, f, http.StatusCreated, &model{Number: 1, Secret: f.Site.Base + "/feeds/" + token})
}

func (p *Pages) endFeed(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	if _, err := page.Sent(r); err != nil {
		return err
	}
	return done(w, r, f, notifications, p.Messages.EndFeed(r.Context(), f.Reader()))
}

// feed is what a secret link leads to, in the language of its person.
func (p *Pages) feed(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	edge.Private(w.Header())
	w.Header().Set("Referrer-Policy", "no-referrer") // the address is a secret
	w.Header().Set("X-Robots-Tag", "noindex")
	list, lang, err := p.Messages.Feed(r.Context(), r.PathValue("token"))
	if err != nil {
		return err
	}
	in := f.Tongue
	for _, t := range f.Site.Tongues {
		if t.Code == lang {
			in = t
		}
	}
	var items []export.Item
	for _, n := range list {
		subject, body := messages.Words(in.Locale, n.Notice)
		items = append(items, export.Item{ID: "urn:stoa:notice:" + string(n.ID), Title: subject, Summary: body, Link: f.Site.Base + in.Prefix + n.Path, Updated: n.Created})
	}
	var b bytes.Buffer
	if err := export.AtomItems(&b, export.Feed{Base: f.Site.Base, Self: f.Site.Base + "/feeds/" + r.PathValue("token"), Title: in.T("mail.page.notices"), Lang: in.Code,
		Updated: p.Messages.Now().Truncate(24 * time.Hour)}, items); err != nil {
		return err
	}
	w.Header().Set("Content-Type", export.TypeAtom)
	_, _ = w.Write(b.Bytes()) // a client that went away needs no answer
	return nil
}

// leaveModel is what the page shows that ends letters.
type leaveModel struct {
	*page.Frame
	Token, Kind string
	Left        bool
}

func (p *Pages) leaving(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	edge.Private(w.Header())
	_, kind, err := p.Messages.Leaving(r.Context(), r.PathValue("token"))
	if err != nil {
		return err
	}
	f.Title, f.Unlisted, f.Work = f.T("mail.leave"), true, true
	return page.Write(w, r, f, http.StatusOK, leaveView(&leaveModel{Frame: f, Token: r.PathValue("token"), Kind: kind}))
}

// leave ends letters of a kind: by the page's button, or by a mail program's
// one click (RFC 8058), which sends no cookie and follows no redirect.
func (p *Pages) leave(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	edge.Private(w.Header())
	kind, err := p.Messages.Leave(r.Context(), r.PathValue("token"))
	if err != nil {
		return err
	}
	f.Title, f.Unlisted, f.Work = f.T("mail.leave"), true, true
	return page.Write(w, r, f, http.StatusOK, leaveView(&leaveModel{Frame: f, Kind: kind, Left: true}))
}

// mend notes on a form what a person can mend, and says whether that is so.
func mend(f *page.Frame, form *page.Form, err error) bool {
	var e *good.Error
	return errors.As(err, &e) && form.Add(f, err)
}

func host(address string) string {
	if u, err := url.Parse(address); err == nil {
		return strings.TrimPrefix(u.Host, "www.")
	}
	return address
}
