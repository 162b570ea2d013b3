package api

import (
	"context"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/access"
	"stoa/internal/app/people"
	"stoa/internal/edge"
	"stoa/internal/good"
)

// Me is who asks.
type Me struct {
	ID        string   `json:"id"`
	Pseudonym string   `json:"pseudonym" doc:"By which the public journal knows the person."`
	Name      string   `json:"name,omitempty"`
	Named     bool     `json:"named" doc:"Agreed to be named beside what they do in public."`
	Language  string   `json:"language" enum:"en,ar,zh,fr,ru,es"`
	Roles     []string `json:"roles"`
	Addresses []string `json:"addresses" doc:"E-mail addresses, first the one where messages go."`
	Scopes    []string `json:"scopes,omitempty" doc:"What the token in use may do."`
	Version   int64    `json:"version"`
}

// MeProfile is what a person says of themselves.
type MeProfile struct {
	Version   int64    `json:"version" doc:"Of the profile that is changed."`
	Name      string   `json:"name,omitempty" maxLength:"100"`
	Language  string   `json:"language" enum:"en,ar,zh,fr,ru,es"`
	Named     bool     `json:"named,omitempty"`
	Expertise []string `json:"expertise,omitempty" maxItems:"12"`
	AwayFrom  string   `json:"away_from,omitempty" format:"date"`
	AwayUntil string   `json:"away_until,omitempty" format:"date"`
}

// SessionList are the devices a person is signed in on.
type SessionList struct {
	Items []SessionItem `json:"items"`
}

// SessionItem is one of them.
type SessionItem struct {
	ID      string    `json:"id"`
	Device  string    `json:"device"`
	Way     string    `json:"way" enum:"mail,passkey,issuer,github,hand"`
	Created time.Time `json:"created"`
	Seen    time.Time `json:"seen"`
	Expires time.Time `json:"expires"`
	Current bool      `json:"current"`
}

// TokenList are the tokens of a person.
type TokenList struct {
	Items []TokenItem `json:"items"`
}

// TokenItem is one of them. Its secret is kept nowhere.
type TokenItem struct {
	ID      string     `json:"id"`
	Name    string     `json:"name"`
	Scopes  []string   `json:"scopes"`
	Created time.Time  `json:"created"`
	Used    *time.Time `json:"used,omitempty"`
	Expires time.Time  `json:"expires"`
}

// TokenWish asks for a token.
type TokenWish struct {
	Name   string   `json:"name" minLength:"1" maxLength:"100"`
	Scopes []string `json:"scopes" minItems:"1"`
	Days   int      `json:"days" minimum:"1" maximum:"366"`
}

// TokenMade is a token with its secret, shown this once.
type TokenMade struct {
	TokenItem
	Token string `json:"token" doc:"For the header Authorization: Bearer …"`
}

// PersonList are people as administrators see them.
type PersonList struct {
	Items []PersonItem `json:"items"`
	Next  string       `json:"next,omitempty"`
}

// PersonItem is one of them.
type PersonItem struct {
	ID        string   `json:"id"`
	Pseudonym string   `json:"pseudonym"`
	Name      string   `json:"name,omitempty"`
	Address   string   `json:"address,omitempty"`
	Roles     []string `json:"roles"`
}

// RoleReason says why a role is given or taken; it is public.
type RoleReason struct {
	Reason string `json:"reason" minLength:"1"`
}

// accounts are the operations around people.
func (f *face) accounts(d describer) []operation {
	in := func(name, text string) *huma.Param {
		p := param(name, "path", text, &huma.Schema{Type: "string"}, nil)
		p.Required = true
		return p
	}
	one, whose, role := []*huma.Param{in("id", "Id.")}, in("person", "Id, pseudonym or e-mail address."), in("role", "Role: community, reviewer, expert, coordinator, secretariat, administrator or advisor.")
	reason := reflect.TypeFor[RoleReason]()
	return []operation{
		d.call(call{act: access.ReadAccount, method: http.MethodGet, path: "/api/v1/me", id: "get-me", tag: "people", summary: "Who you are", gives: reflect.TypeFor[Me](), handle: f.me}),
		d.call(call{act: access.Account, method: http.MethodPut, path: "/api/v1/me/profile", id: "put-profile", tag: "people", summary: "Say something of yourself", text: "Never by a token.",
			takes: reflect.TypeFor[MeProfile](), handle: f.setProfile, statuses: []int{409}}),
		d.call(call{act: access.Account, method: http.MethodGet, path: "/api/v1/me/export", id: "export-me", tag: "people", summary: "All that is kept of you", text: "Never by a token.", gives: reflect.TypeFor[map[string]any](), handle: f.exportMe}),
		d.call(call{act: access.Account, method: http.MethodDelete, path: "/api/v1/me", id: "erase-me", tag: "people", summary: "Erase your account for ever", text: "Never by a token. What you stated in public stays, under a pseudonym of nobody.", handle: f.eraseMe}),
		d.call(call{act: access.ReadAccount, method: http.MethodGet, path: "/api/v1/me/sessions", id: "list-sessions", tag: "people", summary: "Where you are signed in", gives: reflect.TypeFor[SessionList](), handle: f.sessions}),
		d.call(call{act: access.Account, method: http.MethodDelete, path: "/api/v1/me/sessions/{id}", id: "end-session", tag: "people", summary: "End a session", params: one, handle: f.endSession, statuses: []int{404}}),
		d.call(call{act: access.ReadAccount, method: http.MethodGet, path: "/api/v1/me/tokens", id: "list-tokens", tag: "people", summary: "Your tokens", gives: reflect.TypeFor[TokenList](), handle: f.tokens}),
		d.call(call{act: access.Account, method: http.MethodPost, path: "/api/v1/me/tokens", id: "make-token", tag: "people", summary: "Make a token", text: "Never by a token.", takes: reflect.TypeFor[TokenWish](), gives: reflect.TypeFor[TokenMade](), created: true, handle: f.makeToken, statuses: []int{409}}),
		d.call(call{act: access.Account, method: http.MethodDelete, path: "/api/v1/me/tokens/{id}", id: "end-token", tag: "people", summary: "End a token", params: one, handle: f.endToken, statuses: []int{404}}),
		d.call(call{act: access.SeePeople, method: http.MethodGet, path: "/api/v1/people", id: "list-people", tag: "people", summary: "People with an account", text: "Addresses are told to administrators alone.",
			params: []*huma.Param{param("q", "query", "Is in the name, is the id or pseudonym or, for administrators, is in an address.", &huma.Schema{Type: "string"}, "ada"), param("role", "query", "Only those with this role.", &huma.Schema{Type: "string"}, "reviewer"), param("after", "query", "Begin behind this id.", &huma.Schema{Type: "string"}, nil), param("limit", "query", "How many.", integer(1, 500, 100), 10)}, gives: reflect.TypeFor[PersonList](), handle: f.people}),
		d.call(call{act: access.ManageRoles, method: http.MethodPut, path: "/api/v1/people/{person}/roles/{role}", id: "grant-role", tag: "people", summary: "Give somebody a role", params: []*huma.Param{whose, role}, takes: reason, handle: f.changeRole((*people.App).Grant), statuses: []int{404}}),
		d.call(call{act: access.ManageRoles, method: http.MethodDelete, path: "/api/v1/people/{person}/roles/{role}", id: "revoke-role", tag: "people", summary: "Take a role from somebody", params: []*huma.Param{whose, role}, takes: reason, handle: f.changeRole((*people.App).Revoke), statuses: []int{404}}),
		d.call(call{act: access.ManagePeople, method: http.MethodDelete, path: "/api/v1/people/{person}/sessions", id: "end-sessions", tag: "people", summary: "End every session and token of somebody", params: []*huma.Param{whose}, handle: f.endAll, statuses: []int{404}}),
	}
}

// done answers that something was done and there is nothing to say.
func done(w http.ResponseWriter, err error) error {
	if err == nil {
		w.WriteHeader(http.StatusNoContent)
	}
	return err
}

// viewer is who asks; the acts of these operations admit nobody without a name.
func viewer(r *http.Request) access.Viewer {
	if v := edge.ViewerOf(r); v != nil {
		return *v
	}
	return access.Viewer{}
}

func (f *face) me(w http.ResponseWriter, r *http.Request) error {
	v := viewer(r)
	acc, err := f.cfg.People.Account(r.Context(), v.Who, v.Person)
	if err != nil {
		return err
	}
	doc := Me{ID: string(acc.Person.ID), Pseudonym: acc.Person.Pseudonym, Name: acc.Person.Name, Named: acc.Person.Named, Language: acc.Person.Language,
		Roles: words(acc.Roles), Addresses: []string{}, Scopes: v.Scopes, Version: acc.Person.Version}
	for _, e := range acc.Emails {
		doc.Addresses = append(doc.Addresses, e.Address)
	}
	return f.write(w, r, doc)
}

func (f *face) setProfile(w http.ResponseWriter, r *http.Request) error {
	in, err := received[MeProfile](r)
	if err != nil {
		return err
	}
	return done(w, f.cfg.People.SetProfile(r.Context(), viewer(r), people.Profile{Version: in.Version, Name: in.Name, Language: in.Language, Named: in.Named,
		Expertise: in.Expertise, Away: good.Absence{From: good.Date(in.AwayFrom), Until: good.Date(in.AwayUntil)}}))
}

func (f *face) exportMe(w http.ResponseWriter, r *http.Request) error {
	v := viewer(r)
	all, err := f.cfg.People.Export(r.Context(), v.Who, string(v.Person))
	if err != nil {
		return err
	}
	return f.write(w, r, all)
}

func (f *face) eraseMe(w http.ResponseWriter, r *http.Request) error {
	v := viewer(r)
	_, err := f.cfg.People.Erase(r.Context(), v, string(v.Person))
	return done(w, err)
}

func (f *face) sessions(w http.ResponseWriter, r *http.Request) error {
	v := viewer(r)
	acc, err := f.cfg.People.Account(r.Context(), v.Who, v.Person)
	if err != nil {
		return err
	}
	doc := SessionList{Items: []SessionItem{}}
	for _, s := range acc.Sessions {
		doc.Items = append(doc.Items, SessionItem{string(s.ID), s.Device, string(s.Way), s.Created, s.Seen, s.Expires, s.ID == v.Session})
	}
	return f.write(w, r, doc)
}

func (f *face) endSession(w http.ResponseWriter, r *http.Request) error {
	return done(w, f.cfg.People.EndSession(r.Context(), viewer(r), good.ID(r.PathValue("id"))))
}

func tokenItem(t access.Token) TokenItem {
	item := TokenItem{ID: string(t.ID), Name: t.Name, Scopes: words(t.Scopes), Created: t.Created, Expires: t.Expires}
	if !t.Used.IsZero() {
		item.Used = &t.Used
	}
	return item
}

func (f *face) tokens(w http.ResponseWriter, r *http.Request) error {
	v := viewer(r)
	acc, err := f.cfg.People.Account(r.Context(), v.Who, v.Person)
	if err != nil {
		return err
	}
	doc := TokenList{Items: []TokenItem{}}
	for _, t := range acc.Tokens {
		doc.Items = append(doc.Items, tokenItem(t))
	}
	return f.write(w, r, doc)
}

func (f *face) makeToken(w http.ResponseWriter, r *http.Request) error {
	in, err := received[TokenWish](r)
	if err != nil {
		return err
	}
	secret, t, err := f.cfg.People.MakeToken(r.Context(), viewer(r), in.Name, in.Scopes, in.Days)
	if err != nil {
		return err
	}
	return f.made(w, r, TokenMade{tokenItem(t), secret})
}

func (f *face) endToken(w http.ResponseWriter, r *http.Request) error {
	return done(w, f.cfg.People.EndToken(r.Context(), viewer(r), good.ID(r.PathValue("id"))))
}

func (f *face) people(w http.ResponseWriter, r *http.Request) error {
	v, err := parameters(r, "q", "role", "after", "limit")
	if err != nil {
		return err
	}
	bad := &badParameters{code: "invalid-parameter"}
	limit := bad.number(v, "limit", 100, 500)
	if len(bad.parts) > 0 {
		return bad
	}
	list, err := f.cfg.People.Find(r.Context(), who(r), people.Search{Text: last(v, "q"), Role: last(v, "role"), After: good.ID(last(v, "after")), Limit: limit})
	if err != nil {
		return err
	}
	doc := PersonList{Items: []PersonItem{}}
	for _, p := range list {
		doc.Items = append(doc.Items, PersonItem{string(p.ID), p.Pseudonym, p.Name, p.Address, words(p.Roles)})
	}
	if len(list) == limit {
		next := url.Values{"after": {string(list[limit-1].ID)}, "limit": {strconv.Itoa(limit)}}
		for _, name := range []string{"q", "role"} {
			if s := last(v, name); s != "" {
				next.Set(name, s)
			}
		}
		doc.Next = f.base + "/api/v1/people?" + next.Encode()
	}
	return f.write(w, r, doc)
}

// roleChange gives a role or takes it.
type roleChange func(a *people.App, ctx context.Context, who access.Who, key, role, reason string) (int64, error)

func (f *face) changeRole(change roleChange) answer {
	return func(w http.ResponseWriter, r *http.Request) error {
		in, err := received[RoleReason](r)
		if err != nil {
			return err
		}
		_, err = change(f.cfg.People, r.Context(), who(r), r.PathValue("person"), r.PathValue("role"), in.Reason)
		return done(w, err)
	}
}

func (f *face) endAll(w http.ResponseWriter, r *http.Request) error {
	return done(w, f.cfg.People.EndAll(r.Context(), who(r), r.PathValue("person")))
}
