// Package account is the pages on which people look after their account: what
// they say of themselves, their ways in, sessions, tokens, the organisations
// they act for, and their data.
package account

import (
	"context"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/people"
	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/web/page"
)

// Style is the style of these pages.
//
//go:embed account.css
var Style []byte

// Pages are the pages. Sites are those that vouch for people, by name, with
// what they are called; Keys says whether passkeys can be had.
type Pages struct {
	People *people.App
	Sites  [][2]string
	Keys   bool
	Heard  func(ctx context.Context, person good.ID) (unseen int, back bool, err error) // what waits for a person, and whether letters come back; nil for nothing
}

// Routes are the pages and what each is for.
func (p *Pages) Routes() []page.Route {
	routes := []page.Route{
		{Pattern: "GET /account", Act: access.ReadAccount, Handler: p.show("profile")},
		{Pattern: "GET /account/signin", Act: access.ReadAccount, Handler: p.show("signin")},
		{Pattern: "GET /account/tokens", Act: access.ReadAccount, Handler: p.show("tokens")},
		{Pattern: "GET /account/organisations", Act: access.ReadAccount, Handler: p.show("organisations")},
		{Pattern: "GET /account/data", Act: access.ReadAccount, Handler: p.show("data")},
		{Pattern: "GET /account/export", Act: access.Account, Handler: p.export},
		{Pattern: "GET /account/address", Act: access.Account, Handler: p.lookAtAddress},
		{Pattern: "POST /account/tokens", Act: access.Account, Handler: p.makeToken},
		{Pattern: "POST /account/erase", Act: access.Account, Handler: p.erase},
	}
	for pattern, d := range p.deeds() {
		routes = append(routes, page.Route{Pattern: "POST " + pattern, Act: access.Account, Handler: p.deed(d)})
	}
	return slices.Concat(routes, p.bodyRoutes(), p.inviteRoutes())
}

// deed is one thing a form has done: its fields, and the page it belongs to.
type deed struct {
	tab    string
	fields []string
	do     func(ctx context.Context, v access.Viewer, sent url.Values, f *page.Frame) error
	done   string // the sentence that says so, people.done.…
}

// deeds are what the forms do, by address.
func (p *Pages) deeds() map[string]deed {
	a := p.People
	return map[string]deed{
		"/account": {"profile", []string{"version", "name", "language", "named", "expertise", "from", "until"}, func(ctx context.Context, v access.Viewer, s url.Values, _ *page.Frame) error {
			return a.SetProfile(ctx, v, profile(s))
		}, "saved"},
		"/account/addresses": {"signin", []string{"address"}, func(ctx context.Context, v access.Viewer, s url.Values, f *page.Frame) error {
			return a.AskAddress(ctx, v, s.Get("address"), f.Code)
		}, "asked"},
		"/account/addresses/main": {"signin", []string{"which"}, func(ctx context.Context, v access.Viewer, s url.Values, _ *page.Frame) error {
			return a.MakeMain(ctx, v, s.Get("which"))
		}, "saved"},
		"/account/addresses/drop": {"signin", []string{"which"}, func(ctx context.Context, v access.Viewer, s url.Values, _ *page.Frame) error {
			return a.DropAddress(ctx, v, s.Get("which"))
		}, "removed"},
		"/account/address": {"signin", []string{"t"}, func(ctx context.Context, v access.Viewer, s url.Values, _ *page.Frame) error {
			return a.ProveAddress(ctx, v, s.Get("t"))
		}, "address"},
		"/account/passkeys/drop": {"signin", []string{"which"}, func(ctx context.Context, v access.Viewer, s url.Values, _ *page.Frame) error {
			id, err := base64.RawURLEncoding.DecodeString(s.Get("which"))
			if err != nil {
				return &good.Error{Kind: good.NotFound, Key: "people.error.gone"}
			}
			return a.DropKey(ctx, v, id)
		}, "removed"},
		"/account/identities/drop": {"signin", []string{"issuer", "subject"}, func(ctx context.Context, v access.Viewer, s url.Values, _ *page.Frame) error {
			return a.Unlink(ctx, v, s.Get("issuer"), s.Get("subject"))
		}, "removed"},
		"/account/sessions/end": {"signin", []string{"which"}, func(ctx context.Context, v access.Viewer, s url.Values, _ *page.Frame) error {
			return a.EndSession(ctx, v, good.ID(s.Get("which")))
		}, "ended"},
		"/account/sessions/others": {"signin", nil, func(ctx context.Context, v access.Viewer, _ url.Values, _ *page.Frame) error {
			return a.EndOthers(ctx, v)
		}, "ended"},
		"/account/tokens/end": {"tokens", []string{"which"}, func(ctx context.Context, v access.Viewer, s url.Values, _ *page.Frame) error {
			return a.EndToken(ctx, v, good.ID(s.Get("which")))
		}, "ended"},
		"/account/organisations": {"organisations", []string{"name"}, func(ctx context.Context, v access.Viewer, s url.Values, _ *page.Frame) error {
			_, err := a.Found(ctx, v, s.Get("name"))
			return err
		}, "saved"},
	}
}

// profile is what was sent about oneself.
func profile(s url.Values) people.Profile {
	var version int64
	for _, r := range s.Get("version") {
		if r < '0' || r > '9' || version > 1<<40 {
			version = 0
			break
		}
		version = version*10 + int64(r-'0')
	}
	return people.Profile{Version: version, Name: s.Get("name"), Language: s.Get("language"), Named: s.Get("named") != "",
		Expertise: strings.Split(strings.ReplaceAll(s.Get("expertise"), "\r", ""), "\n"), Away: good.Absence{From: good.Date(s.Get("from")), Until: good.Date(s.Get("until"))}}
}

// done are the sentences a page may begin with.
var done = []string{"saved", "asked", "removed", "ended", "address", "passkey", "linked", "proved", "declined"}

// model is what the pages show.
type model struct {
	*page.Frame
	*page.Form
	people.Account
	Tab      string
	Done     string // a sentence
	Sites    [][2]string
	Keys     bool
	Mail     bool
	Unseen   int     // notices not read
	Back     bool    // letters come back
	Session  good.ID // the one in use
	Secret   string  // of a token just made
	Now      time.Time
	Pending  string // an address or domain about to be proved
	PendingT string
	Body     *people.BodyView
	Asked    []people.Asked // invitations that wait for the reader
	Circle   *people.Circle // what the reader invites to
}

// me is who is signed in.
func me(r *http.Request) access.Viewer {
	if v := edge.ViewerOf(r); v != nil {
		return *v
	}
	return access.Viewer{} // the pages' acts admit nobody without a name
}

// show shows one of the pages.
func (p *Pages) show(tab string) page.Handler {
	return func(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
		said := ""
		if d := r.URL.Query().Get("done"); slices.Contains(done, d) {
			said = f.T("people.done." + d)
		}
		return p.write(w, r, f, http.StatusOK, &model{Tab: tab, Done: said, Form: &page.Form{}})
	}
}

// write makes a page of the account as it is now.
func (p *Pages) write(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, m *model) error {
	v := me(r)
	var err error
	if m.Account, err = p.People.Account(r.Context(), v.Who, v.Person); err != nil {
		return err
	}
	if m.Asked, err = p.People.Invitations(r.Context(), v.Who); err != nil {
		return err
	}
	if p.Heard != nil {
		if m.Unseen, m.Back, err = p.Heard(r.Context(), v.Person); err != nil {
			return err
		}
	}
	m.Frame, m.Sites, m.Keys, m.Mail, m.Session, m.Now = f, p.Sites, p.Keys, p.People.Mail != nil, v.Session, p.People.Now()
	f.Title, f.Here, f.Work = f.T(page.TabLabel(m.Tab)), "account", true
	edge.Private(w.Header())
	return page.Write(w, r, f, status, view(m))
}

// deed has a form's work done, and leads back; what is wrong is said where it
// was written.
func (p *Pages) deed(d deed) page.Handler {
	return func(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
		sent, err := page.Sent(r, d.fields...)
		if err == nil {
			err = d.do(r.Context(), me(r), sent, f)
		}
		if err != nil {
			return p.wrong(w, r, f, &model{Tab: d.tab, Form: &page.Form{Values: sent}}, err)
		}
		http.Redirect(w, r, f.Prefix+page.TabPath(d.tab)+"?done="+d.done, http.StatusSeeOther)
		return nil
	}
}

// wrong shows a page again with what is wrong on top, or asks for a fresh
// proof of who reads.
func (p *Pages) wrong(w http.ResponseWriter, r *http.Request, f *page.Frame, m *model, err error) error {
	if stale(err) {
		http.Redirect(w, r, f.Prefix+"/signin?again=1&next="+url.QueryEscape(f.Prefix+page.TabPath(m.Tab)), http.StatusSeeOther)
		return nil
	}
	status := http.StatusUnprocessableEntity
	switch good.KindOf(err) {
	case good.Conflict:
		status = http.StatusConflict
	case good.NotFound, good.Gone, good.Forbidden: // somebody was faster, or it is another's: say so on the page
		var e *good.Error
		if !errors.As(err, &e) || e.Key == "error.access.forbidden" {
			return err
		}
		status = map[good.ErrorKind]int{good.NotFound: http.StatusNotFound, good.Gone: http.StatusGone, good.Forbidden: http.StatusForbidden}[e.Kind]
		err = &good.Error{Kind: good.Conflict, Key: e.Key, Args: e.Args}
	}
	if !m.Add(f, err) {
		return err
	}
	return p.write(w, r, f, status, m)
}

// stale says whether the person has to prove who they are once more.
func stale(err error) bool {
	var e *good.Error
	return errors.As(err, &e) && e.Key == "people.error.prove"
}

// makeToken makes a token and shows its secret, this once.
func (p *Pages) makeToken(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	sent, err := page.Sent(r, "name", "days", "scopes*")
	m := &model{Tab: "tokens", Form: &page.Form{Values: sent}}
	if err == nil {
		days := map[string]int{"7": 7, "30": 30, "90": 90, "365": 365}[sent.Get("days")]
		m.Secret, _, err = p.People.MakeToken(r.Context(), me(r), sent.Get("name"), sent["scopes"], days)
	}
	if err != nil {
		return p.wrong(w, r, f, m, err)
	}
	m.Form = &page.Form{}
	return p.write(w, r, f, http.StatusCreated, m)
}

// lookAtAddress asks whether an address is to become the person's.
func (p *Pages) lookAtAddress(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	w.Header().Set("Referrer-Policy", "no-referrer") // the address holds a secret
	m := &model{Tab: "signin", Form: &page.Form{}, PendingT: r.URL.Query().Get("t")}
	var err error
	if m.Pending, err = p.People.LookAtAddress(r.Context(), me(r), m.PendingT); err != nil {
		return p.wrong(w, r, f, m, err)
	}
	return p.write(w, r, f, http.StatusOK, m)
}

// export hands over all that is kept of the person.
func (p *Pages) export(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v := me(r)
	all, err := p.People.Export(r.Context(), v.Who, string(v.Person))
	if err != nil {
		return err
	}
	body, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	edge.Private(w.Header())
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", `attachment; filename="stoa-account.json"`)
	_, _ = w.Write(body) // a client that went away needs no answer
	return nil
}

// erase ends the account for ever.
func (p *Pages) erase(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	sent, err := page.Sent(r, "sure")
	m := &model{Tab: "data", Form: &page.Form{Values: sent}}
	if err == nil && sent.Get("sure") == "" {
		err = &good.Error{Kind: good.Invalid, Key: "people.error.sure", Field: "sure"}
	}
	if err == nil {
		v := me(r)
		_, err = p.People.Erase(r.Context(), v, string(v.Person))
	}
	if err != nil {
		return p.wrong(w, r, f, m, err)
	}
	w.Header().Set("Clear-Site-Data", `"cache", "cookies"`)
	http.Redirect(w, r, f.Prefix+"/", http.StatusSeeOther)
	return nil
}

func key(id []byte) string { return base64.RawURLEncoding.EncodeToString(id) }

// lines are the expertise, one a line.
func lines(list []string) string { return strings.Join(list, "\n") }

// main is where messages to the person go.
func (m *model) main() string {
	for _, e := range m.Emails {
		if e.Main {
			return e.Address
		}
	}
	return ""
}
