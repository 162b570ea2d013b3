package api

import (
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/access"
	"stoa/internal/app/people"
	"stoa/internal/good"
)

// InvitationList are invitations.
type InvitationList struct {
	Items []InvitationItem `json:"items"`
}

// InvitationItem is one of them.
type InvitationItem struct {
	ID      string    `json:"id"`
	Kind    string    `json:"kind" enum:"organisation,good,application,board"`
	About   string    `json:"about" doc:"Id of what there is to join."`
	Name    string    `json:"name,omitempty" doc:"What it is called."`
	Address string    `json:"address" format:"email"`
	Keeper  bool      `json:"keeper,omitempty" doc:"Asked to look after the organisation, too."`
	By      string    `json:"by,omitempty" doc:"Who asks, where they agreed to be named."`
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires"`
	Became  string    `json:"became,omitempty" enum:"accepted,declined" doc:"What was answered; nothing while it waits."`
}

// InvitationForm asks somebody.
type InvitationForm struct {
	Address string `json:"address" format:"email"`
	Keeper  bool   `json:"keeper,omitempty" doc:"Of an organisation: they are to look after it, too."`
}

// InvitationAnswer accepts or declines.
type InvitationAnswer struct {
	Accept bool `json:"accept"`
}

// KeeperForm says whether a member looks after the organisation.
type KeeperForm struct {
	Keeper bool `json:"keeper"`
}

// inviting are the operations on invitations.
func (f *face) inviting(d describer) []operation {
	in := func(name, text string, example any) *huma.Param {
		p := param(name, "path", text, &huma.Schema{Type: "string"}, example)
		p.Required = true
		return p
	}
	kind := in("kind", "What there is to join: organisation, good or application.", "organisation")
	thing := []*huma.Param{kind, in("thing", "Its id, or slug.", "university-of-oslo")}
	one := in("invitation", "Id of the invitation.", "01KB0ZZZZZZZZZZZZZZZZZZZZZ")
	do := func(act access.Act, method, path, id, summary, text string, params []*huma.Param, takes, gives reflect.Type, h answer, statuses ...int) operation {
		return d.call(call{act: act, method: method, path: "/api/v1/" + path, id: id, tag: "people", summary: summary, text: text, params: params, takes: takes, gives: gives, handle: h,
			created: method == http.MethodPost && gives != nil, statuses: statuses})
	}
	list, item := reflect.TypeFor[InvitationList](), reflect.TypeFor[InvitationItem]()
	const at = "invitations/{kind}/{thing}"
	return []operation{
		do(access.Join, http.MethodGet, "me/invitations", "list-own-invitations", "What others ask you to join", "That went to any address you have shown to be yours.", nil, nil, list, f.invitations),
		do(access.Join, http.MethodPost, "me/invitations/{invitation}", "answer-invitation", "Accept an invitation, or decline it", "", []*huma.Param{one}, reflect.TypeFor[InvitationAnswer](), nil, f.answerInvitation, 404, 410),
		do(access.Invite, http.MethodGet, at, "list-invitations", "Whom you and others asked to join something", "Those that wait for an answer, and those that were answered of late.", thing, nil, list, f.circle, 404),
		do(access.Invite, http.MethodPost, at, "invite", "Ask somebody to join", "A letter goes to the address. The answer is the same whether anybody has it here or not.", thing, reflect.TypeFor[InvitationForm](), item, f.invite, 404, 409),
		do(access.Invite, http.MethodDelete, at+"/{invitation}", "take-invitation-back", "Take an invitation back", "", append(thing, one), nil, nil, f.takeBack, 404, 410),
	}
}

func invitationItem(i good.Invitation) InvitationItem {
	return InvitationItem{ID: string(i.ID), Kind: string(i.Kind), About: string(i.About), Address: i.Address, Keeper: i.Keeper, Created: i.Created, Expires: i.Expires, Became: i.Became}
}

func (f *face) invitations(w http.ResponseWriter, r *http.Request) error {
	list, err := f.cfg.People.Invitations(r.Context(), who(r))
	if err != nil {
		return err
	}
	doc := InvitationList{Items: []InvitationItem{}}
	for _, a := range list {
		item := invitationItem(a.Invitation)
		item.Name, item.By = a.Name, a.By
		doc.Items = append(doc.Items, item)
	}
	return f.write(w, r, doc)
}

func (f *face) answerInvitation(w http.ResponseWriter, r *http.Request) error {
	in, err := received[InvitationAnswer](r)
	if err != nil {
		return err
	}
	return done(w, f.cfg.People.Answer(r.Context(), who(r), good.ID(r.PathValue("invitation")), in.Accept))
}

func (f *face) circle(w http.ResponseWriter, r *http.Request) error {
	c, err := f.cfg.People.Circle(r.Context(), who(r), good.Invited(r.PathValue("kind")), r.PathValue("thing"))
	if err != nil {
		return err
	}
	return f.write(w, r, circleDocument(c))
}

func circleDocument(c people.Circle) InvitationList {
	doc := InvitationList{Items: []InvitationItem{}}
	for _, i := range c.Asked {
		item := invitationItem(i)
		item.Name = c.Name
		doc.Items = append(doc.Items, item)
	}
	return doc
}

func (f *face) invite(w http.ResponseWriter, r *http.Request) error {
	in, err := received[InvitationForm](r)
	if err != nil {
		return err
	}
	i, err := f.cfg.People.Invite(r.Context(), who(r), good.Invited(r.PathValue("kind")), r.PathValue("thing"), in.Address, in.Keeper, locale(r).Code)
	if err != nil {
		return err
	}
	return f.made(w, r, invitationItem(i))
}

func (f *face) takeBack(w http.ResponseWriter, r *http.Request) error {
	return done(w, f.cfg.People.TakeBack(r.Context(), who(r), good.Invited(r.PathValue("kind")), r.PathValue("thing"), good.ID(r.PathValue("invitation"))))
}
