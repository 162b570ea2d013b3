package api

import (
	"context"
	"net/http"
	"reflect"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/access"
	"stoa/internal/app/messages"
	"stoa/internal/good"
)

// NoticeList is what somebody hears.
type NoticeList struct {
	Total  int          `json:"total"`
	Unseen int          `json:"unseen"`
	Items  []NoticeItem `json:"items" doc:"The newest first."`
	Next   string       `json:"next,omitempty"`
}

// NoticeItem is one notice, in the words of the reader's language.
type NoticeItem struct {
	ID      string     `json:"id"`
	Kind    string     `json:"kind" example:"clarification-asked"`
	Subject string     `json:"subject"`
	Body    string     `json:"body"`
	Page    string     `json:"page,omitempty" doc:"Where to read on or to act."`
	Created time.Time  `json:"created"`
	Seen    *time.Time `json:"seen,omitempty"`
}

// NoticeSeen says which notice was read.
type NoticeSeen struct {
	Notice string `json:"notice,omitempty" doc:"Id of the notice; all of them unless said."`
}

// LetterWishes are the letters that somebody wants.
type LetterWishes struct {
	Kinds []string `json:"kinds" doc:"Those of the optional kinds that are wanted; the others are left."`
}

// Letters are the letters somebody gets.
type Letters struct {
	Sent     bool            `json:"sent" doc:"This instance sends letters at all."`
	Address  string          `json:"address,omitempty" doc:"Where they go."`
	Optional map[string]bool `json:"optional" doc:"The kinds that can be left, and whether they are wanted. All others are always sent."`
	Returned *time.Time      `json:"returned,omitempty" doc:"Since when letters to the address come back; none are sent until the person says that it works again."`
	Feed     *time.Time      `json:"feed,omitempty" doc:"When the secret feed was made."`
}

// FeedMade is a secret feed, shown this once.
type FeedMade struct {
	Feed string `json:"feed" doc:"Address of the Atom feed; whoever has it can read the notices."`
}

// MailReturned says what became of a returned letter.
type MailReturned struct {
	Noted bool `json:"noted" doc:"No more letters are sent to the address it was for."`
}

// hearing are the operations on what people and programs hear.
func (f *face) hearing(d describer) []operation {
	me := func(act access.Act, method, at, id, summary, text string, takes, gives reflect.Type, h answer, statuses ...int) operation {
		return d.call(call{act: act, method: method, path: "/api/v1/me/" + at, id: id, tag: "messages", summary: summary, text: text, takes: takes, gives: gives, handle: h, statuses: statuses})
	}
	list := me(access.ReadAccount, http.MethodGet, "notices", "list-notices", "What concerns you", "In the language of the header Accept-Language.", nil, reflect.TypeFor[NoticeList](), f.heard(f.notices))
	list.doc.Parameters = []*huma.Param{param("page", "query", "Which page, from 1 on.", integer(1, 10_000, 1), 2)}
	from := param("recipient", "query", "Where the message came back to, if its header does not say so.", &huma.Schema{Type: "string", MaxLength: new(320)}, "bounces+0fr6…@stoa.example")
	returned := d.call(call{act: access.NoteBounce, method: http.MethodPost, path: "/api/v1/returned-mail", id: "hand-in-returned-mail", tag: "messages", summary: "Hand in a returned letter",
		text:  "For the mail server, with a token of the scope bounces. Only a report (RFC 3464) that came back to the sealed return path of a letter counts; where the address will never take letters, no more are sent to it.",
		media: "message/rfc822", params: []*huma.Param{from}, gives: reflect.TypeFor[MailReturned](), handle: f.heard(f.returned)})
	feed := me(access.Hear, http.MethodPost, "feed", "make-feed", "Make a secret feed", "In place of the one before.", nil, reflect.TypeFor[FeedMade](), f.heard(f.newFeed))
	return append([]operation{list, returned,
		me(access.Hear, http.MethodPost, "notices/seen", "see-notices", "Mark notices as read", "", reflect.TypeFor[NoticeSeen](), nil, f.heard(f.see)),
		me(access.ReadAccount, http.MethodGet, "letters", "get-letters", "Which letters you get", "", nil, reflect.TypeFor[Letters](), f.heard(f.letters)),
		me(access.Hear, http.MethodPut, "letters", "set-letters", "Choose your letters", "", reflect.TypeFor[LetterWishes](), nil, f.heard(f.setLetters)),
		me(access.Hear, http.MethodDelete, "letters/returned", "mend-letters", "Say that your address works again", "What you had to know and was not sent is sent now.", nil, nil, f.heard(f.mendLetters)),
		feed,
		me(access.Hear, http.MethodDelete, "feed", "end-feed", "End the secret feed", "", nil, nil, f.heard(f.endFeed)),
	}, f.hooks(d)...)
}

// heard hands the messages to a handler, where there are any.
func (f *face) heard(h func(w http.ResponseWriter, r *http.Request, m *messages.App) error) answer {
	return func(w http.ResponseWriter, r *http.Request) error {
		if f.cfg.Messages == nil {
			return &good.Error{Kind: good.NotFound, Key: "api.detail.path"}
		}
		return h(w, r, f.cfg.Messages)
	}
}

// when is a time that may be none.
func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func (f *face) notices(w http.ResponseWriter, r *http.Request, m *messages.App) error {
	v, err := parameters(r, "page")
	if err != nil {
		return err
	}
	bad := &badParameters{code: "invalid-parameter"}
	page := bad.number(v, "page", 1, 10_000)
	if len(bad.parts) > 0 {
		return bad
	}
	in, err := m.Inbox(r.Context(), who(r), page)
	if err != nil {
		return err
	}
	l := locale(r)
	doc := NoticeList{Total: in.All, Unseen: in.Unseen, Items: []NoticeItem{}}
	for _, n := range in.Notices {
		item := NoticeItem{ID: string(n.ID), Kind: n.Kind, Created: n.Created, Seen: when(n.Seen)}
		item.Subject, item.Body = messages.Words(l, n.Notice)
		if n.Path != "" {
			item.Page = f.base + n.Path
		}
		doc.Items = append(doc.Items, item)
	}
	if page*messages.PageSize < in.All {
		doc.Next = f.base + "/api/v1/me/notices?page=" + strconv.Itoa(page+1)
	}
	return f.write(w, r, doc)
}

func (f *face) see(w http.ResponseWriter, r *http.Request, m *messages.App) error {
	in, err := received[NoticeSeen](r)
	if err != nil {
		return err
	}
	return done(w, m.See(r.Context(), who(r), good.ID(in.Notice)))
}

func (f *face) letters(w http.ResponseWriter, r *http.Request, m *messages.App) error {
	in, err := m.Inbox(r.Context(), who(r), 1)
	if err != nil {
		return err
	}
	doc := Letters{Sent: in.Letters, Address: in.Address, Feed: when(in.Feed)}
	if in.Back != nil {
		doc.Returned = &in.Back.Since
	}
	if doc.Optional, err = m.Wishes(r.Context(), who(r)); err != nil {
		return err
	}
	return f.write(w, r, doc)
}

func (f *face) setLetters(w http.ResponseWriter, r *http.Request, m *messages.App) error {
	in, err := received[LetterWishes](r)
	if err != nil {
		return err
	}
	return done(w, m.SetWishes(r.Context(), who(r), in.Kinds))
}

func (f *face) mendLetters(w http.ResponseWriter, r *http.Request, m *messages.App) error {
	return done(w, m.TryAgain(r.Context(), who(r)))
}

func (f *face) returned(w http.ResponseWriter, r *http.Request, m *messages.App) error {
	v, err := parameters(r, "recipient")
	if err != nil {
		return err
	}
	noted, err := m.Bounced(r.Context(), who(r), r.Body, last(v, "recipient"))
	if err != nil {
		return err
	}
	return f.write(w, r, MailReturned{noted})
}

func (f *face) newFeed(w http.ResponseWriter, r *http.Request, m *messages.App) error {
	token, err := m.NewFeed(r.Context(), who(r))
	if err != nil {
		return err
	}
	return f.write(w, r, FeedMade{f.base + "/feeds/" + token})
}

func (f *face) endFeed(w http.ResponseWriter, r *http.Request, m *messages.App) error {
	return done(w, m.EndFeed(r.Context(), who(r)))
}

// webhook is the id of the webhook that is asked about.
func webhook(r *http.Request) good.ID { return good.ID(r.PathValue("webhook")) }

// hooked answers with a webhook as it is now.
func (f *face) hooked(w http.ResponseWriter, r *http.Request, do func(ctx context.Context) (messages.Webhook, error)) error {
	h, err := do(r.Context())
	if err != nil {
		return err
	}
	return f.write(w, r, hookItem(h))
}
