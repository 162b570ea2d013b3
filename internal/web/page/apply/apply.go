// Package apply is the pages on which the owner of a good applies: a page for
// each indicator, what is missing always in sight, until it is handed in; and
// from then on what is asked back, suggested and decided.
package apply

import (
	"context"
	_ "embed"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/assessment"
	"stoa/internal/app/attachments"
	"stoa/internal/app/checks"
	"stoa/internal/assess"
	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/nominate"
	"stoa/internal/standard"
	"stoa/internal/web/page"
)

// Style is the style of these pages.
//
//go:embed apply.css
var Style []byte

// Views is what the pages read.
type Views interface {
	Application(ctx context.Context, who access.Who, id good.ID) (*assessment.Full, error)
	Mine(ctx context.Context, who access.Who) ([]assessment.Item, error)
	Prefilled(ctx context.Context, f *assessment.Full) (map[string]string, error)
	Version(key string) (*standard.Set, error)
	Known(ctx context.Context, slugOrID string) (*good.Good, error)
}

// Answers is what changes an application's answers.
type Answers interface {
	Start(ctx context.Context, who access.Who, in assessment.Start) (*assess.Application, error)
	Save(ctx context.Context, who access.Who, id good.ID, edits []assessment.Edit) ([]assessment.Saved, error)
	Settle(ctx context.Context, who access.Who, id, suggestion good.ID, accept bool) error
	RemoveOwner(ctx context.Context, who access.Who, id, person good.ID) (*assess.Application, error)
}

// Carrier is what carries answers out to one file and in from one.
type Carrier interface {
	WriteAnswers(ctx context.Context, who access.Who, id good.ID, lang string) ([]byte, error)
	ImportAnswers(ctx context.Context, who access.Who, id good.ID, f assessment.AnswersFile) (assessment.Imported, error)
}

// Steps is what moves an application on.
type Steps interface {
	Authorise(ctx context.Context, who access.Who, id good.ID, text string) (*assess.Application, error)
	Submit(ctx context.Context, who access.Who, id good.ID, version int64) (*assess.Application, int64, error)
	Withdraw(ctx context.Context, who access.Who, id good.ID, version int64, reason string) (*assess.Application, int64, error)
	Renew(ctx context.Context, who access.Who, slugOrID string) (*assess.Application, error)
}

// Replies is how an applicant answers.
type Replies interface {
	Reply(ctx context.Context, who access.Who, id good.ID, indicator, text string) (*assess.Application, int64, error)
	AskMore(ctx context.Context, who access.Who, id good.ID, reason string) (*assess.Application, int64, error)
	Appeal(ctx context.Context, who access.Who, id good.ID, text string, links []good.Link) (*assess.Application, int64, error)
}

// Files is what is attached to answers.
type Files interface {
	Attach(ctx context.Context, who access.Who, about good.ID, question, name string, r io.Reader) (attachments.Attachment, error)
	Detach(ctx context.Context, who access.Who, about good.ID, id string) error
}

// Checks is what has a machine look.
type Checks interface {
	Begin(ctx context.Context, who access.Who, in checks.Start) (*checks.Check, error)
	Wait(ctx context.Context, who access.Who, id good.ID) (*checks.Check, error)
	Cancel(ctx context.Context, who access.Who, id good.ID) (*checks.Check, error)
	Beside(ctx context.Context, who access.Who, application good.ID) (*checks.Sight, error)
	Dispute(ctx context.Context, who access.Who, application good.ID, probe, reason string) error
}

// Config is what the pages need.
type Config struct {
	Checks  Checks // nil where no machine looks
	Views   Views
	Answers Answers
	Carrier Carrier
	Steps   Steps
	Replies Replies
	Files   Files
	Tickets nominate.Tickets // that a form sent twice is one application
	Now     func() time.Time
	Rand    io.Reader
}

// Routes are the pages.
func Routes(c Config) []page.Route {
	route := func(pattern string, act access.Act, h page.Handler) page.Route {
		return page.Route{Pattern: pattern, Act: act, Handler: h}
	}
	out := []page.Route{
		route("GET /apply", access.Apply, c.index),
		route("GET /apply/new", access.Apply, c.begin),
		route("POST /apply/new", access.Apply, c.start),
		route("POST /apply/renew", access.Renew, c.renew),
		route("GET /apply/{application}", access.ReadApplication, c.whole),
		route("GET /apply/{application}/part/{indicator}", access.ReadApplication, c.part),
		route("POST /apply/{application}/part/{indicator}", access.EditApplication, c.save),
		route("GET /apply/{application}/check", access.ReadApplication, c.check),
		route("POST /apply/{application}/authority", access.EditApplication, c.authorise),
		route("POST /apply/{application}/submit", access.Submit, c.submit),
		route("POST /apply/{application}/withdraw", access.Withdraw, c.withdraw),
		route("POST /apply/{application}/reply", access.Clarify, c.reply),
		route("POST /apply/{application}/more", access.Clarify, c.more),
		route("POST /apply/{application}/appeal", access.Appeal, c.appeal),
		route("POST /apply/{application}/suggestion", access.EditApplication, c.settle),
		route("GET /apply/{application}/answers.yml", access.ReadApplication, c.export),
		route("POST /apply/{application}/answers", access.EditApplication, c.bring),
		route("POST /apply/{application}/leave", access.EditApplication, c.leave),
	}
	if c.Checks != nil {
		out = append(out, route("POST /apply/{application}/look", access.EditApplication, c.look),
			route("POST /apply/{application}/look/end", access.EditApplication, c.endLook),
			route("POST /apply/{application}/dispute", access.EditApplication, c.dispute))
	}
	return out
}

// listed is the page of one's applications.
type listed struct {
	*page.Frame
	Items []assessment.Item
}

// index answers GET /apply.
func (c Config) index(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	items, err := c.Views.Mine(r.Context(), f.Reader())
	if err != nil {
		return err
	}
	f.Work, f.Here, f.Title = true, "apply", f.T("apply.title")
	return page.Write(w, r, f, http.StatusOK, list(&listed{Frame: f, Items: items}))
}

// starting is the form an application begins with.
type starting struct {
	*page.Frame
	Form   page.Form
	Known  *good.Good // that it is about, where the reader chose one
	Ticket string
	Renew  string // slug of a good that is recognised here: it is renewed, not begun anew
}

func (s *starting) kinds() page.Field {
	d := page.Field{Name: "kind", Label: s.T("apply.new.kind")}
	for _, k := range good.Kinds {
		d.Options = append(d.Options, page.Option{Value: string(k), Label: s.Kind(k)})
	}
	return s.Form.Field(d)
}

// begin answers GET /apply/new.
func (c Config) begin(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	m := &starting{Frame: f}
	if key := r.URL.Query().Get("good"); key != "" {
		var err error
		if m.Known, err = c.Views.Known(r.Context(), key); err != nil {
			return err
		}
	}
	return c.showStart(w, r, http.StatusOK, m)
}

func (c Config) showStart(w http.ResponseWriter, r *http.Request, status int, m *starting) error {
	m.Work, m.Here, m.Title = true, "apply", m.T("apply.new")
	if m.Ticket == "" {
		var err error
		if m.Ticket, err = c.Tickets.Issue(c.Now(), c.Rand); err != nil {
			return err
		}
	}
	return page.Write(w, r, m.Frame, status, newPage(m))
}

// start answers POST /apply/new.
func (c Config) start(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, "good", "name", "link", "kind*", "ticket")
	if err != nil {
		return err
	}
	in := assessment.Start{Good: slug(v.Get("good")), Name: v.Get("name"), Link: v.Get("link")}
	for _, k := range v["kind"] {
		in.Kinds = append(in.Kinds, good.Kind(k))
	}
	if in.Name == "" && in.Good == "" && in.Link != "" { // only its address was pasted
		in.Name = checks.NameOf(in.Link)
	}
	m := &starting{Frame: f, Form: page.Form{Values: v}}
	var app *assess.Application
	if m.Ticket = v.Get("ticket"); m.Ticket != "" {
		in.ID, _, err = c.Tickets.Redeem(m.Ticket, c.Now())
	}
	if err == nil {
		app, err = c.Answers.Start(r.Context(), f.Reader(), in)
	}
	if in.Good != "" && good.KindOf(err) == good.NotFound { // said beside the field
		err = &good.Error{Kind: good.Invalid, Key: "apply.error.good", Field: "good"}
	}
	if err != nil && m.Form.Add(f, err) {
		if good.KindOf(err) == good.Conflict {
			m.Ticket = ""
		}
		if e := new(good.Error); errors.As(err, &e) && e.Key == "apply.error.recognised" {
			m.Renew = in.Good
		}
		return c.showStart(w, r, edge.Status(w.Header(), err), m)
	}
	if err != nil {
		return err
	}
	if in.Good == "" && in.Link != "" {
		c.lookAt(r, f, app.ID, in.Link)
	}
	return to(w, r, f, app.ID, "")
}

// slug is what names a good in what somebody wrote: its slug, or the address of
// its page.
func slug(s string) string {
	s = strings.TrimRight(strings.TrimSpace(s), "/")
	if _, after, ok := strings.Cut(s, "/goods/"); ok {
		s, _, _ = strings.Cut(after, "/")
		s, _, _ = strings.Cut(s, "?")
	}
	return s
}

// renew answers POST /apply/renew.
func (c Config) renew(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, "good")
	if err != nil {
		return err
	}
	app, err := c.Steps.Renew(r.Context(), f.Reader(), v.Get("good"))
	if err != nil {
		return err
	}
	return to(w, r, f, app.ID, "")
}

// to leads to a page of an application, after something was done.
func to(w http.ResponseWriter, r *http.Request, f *page.Frame, id good.ID, rest string) error {
	http.Redirect(w, r, string(f.Href("/apply/"+string(id)+rest)), http.StatusSeeOther)
	return nil
}
