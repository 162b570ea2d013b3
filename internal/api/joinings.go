package api

import (
	"context"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/access"
	"stoa/internal/alliance"
	app "stoa/internal/app/alliance"
	"stoa/internal/good"
)

// JoiningForm is an application to join the alliance.
type JoiningForm struct {
	Role    string `json:"role" enum:"member,pathfinder,partner"`
	Name    string `json:"name" maxLength:"200" doc:"Of the organisation or country."`
	Country string `json:"country,omitempty" doc:"ISO 3166-1 alpha-2; a pathfinder needs it."`
	Website string `json:"website,omitempty"`
	Why     string `json:"why" maxLength:"2000" doc:"Why they want to join; read by the secretariat alone."`
	Offer   string `json:"offer" maxLength:"2000" doc:"What they would commit to; read by the secretariat alone."`
	Lang    string `json:"lang,omitempty" doc:"BCP 47 tag of these texts, and of the letters." example:"en"`
	Email   string `json:"email" format:"email" doc:"To answer to; private."`
}

// JoiningDecision is what the secretariat does with an application to join.
type JoiningDecision struct {
	How    string `json:"how" enum:"ask,accept,decline"`
	Reason string `json:"reason,omitempty" maxLength:"2000" doc:"The question, or why; the applicant reads it. Needed unless it is accepted."`
}

// JoiningReply answers a question.
type JoiningReply struct {
	Text string `json:"text" maxLength:"2000"`
}

// JoiningQueue is what waits.
type JoiningQueue struct {
	Items []alliance.Joining `json:"items" doc:"In the order of work."`
}

// joining are the operations on applications to join the alliance.
func (f *face) joining(d describer) []operation {
	id := param("id", "path", "Id of the application; its maker alone knows it, and the secretariat.", &huma.Schema{Type: "string"}, "01KB0ZZZZZZZZZZZZZZZZZZZZZ")
	id.Required = true
	one := []*huma.Param{id}
	return []operation{
		d.call(call{act: access.JoinAlliance, method: http.MethodPost, path: "/api/v1/joinings", id: "join", tag: "alliance", summary: "Ask to join the alliance",
			text: "Anyone may. The secretariat answers within 30 days; the id leads to what became of it.", takes: reflect.TypeFor[JoiningForm](), gives: reflect.TypeFor[alliance.Joining](), handle: f.join, created: true, anyoneMay: true, statuses: []int{409}}),
		d.call(call{act: access.ManageAlliance, method: http.MethodGet, path: "/api/v1/joinings", id: "list-joinings", tag: "alliance", summary: "Applications to join that wait", gives: reflect.TypeFor[JoiningQueue](), handle: f.joinings}),
		d.call(call{act: access.JoinAlliance, method: http.MethodGet, path: "/api/v1/joinings/{id}", id: "get-joining", tag: "alliance", summary: "What became of an application to join", params: one, gives: reflect.TypeFor[app.Joined](), handle: f.joined, statuses: []int{404}, anyoneMay: true}),
		d.call(call{act: access.JoinAlliance, method: http.MethodDelete, path: "/api/v1/joinings/{id}", id: "withdraw-joining", tag: "alliance", summary: "Take an application to join back", params: one, handle: f.withdrawJoining, statuses: []int{404, 409}, anyoneMay: true}),
		d.call(call{act: access.JoinAlliance, method: http.MethodPost, path: "/api/v1/joinings/{id}/reply", id: "reply-joining", tag: "alliance", summary: "Answer what the secretariat asked", params: one, takes: reflect.TypeFor[JoiningReply](), handle: f.replyJoining, statuses: []int{404, 409}, anyoneMay: true}),
		d.call(call{act: access.ManageAlliance, method: http.MethodPost, path: "/api/v1/joinings/{id}/decision", id: "settle-joining", tag: "alliance", summary: "Ask back, accept or decline", text: "Whoever is accepted belongs to the alliance at once.",
			params: one, takes: reflect.TypeFor[JoiningDecision](), gives: reflect.TypeFor[app.Joined](), handle: f.settleJoining, statuses: []int{404, 409}}),
	}
}

func (f *face) join(w http.ResponseWriter, r *http.Request) error {
	if f.cfg.Quota != nil {
		if err := f.cfg.Quota(r); err != nil {
			return err
		}
	}
	return entered(f, w, r, func(ctx context.Context, a *app.App, who access.Who, in JoiningForm) (alliance.Joining, error) {
		return a.Join(ctx, who, app.Input{Email: in.Email, Joining: alliance.Joining{Role: alliance.Role(in.Role), Name: in.Name, Country: in.Country, Website: in.Website, Why: in.Why, Offer: in.Offer, Lang: in.Lang}})
	})
}

func (f *face) joinings(w http.ResponseWriter, r *http.Request) error {
	return f.allied(r, func(ctx context.Context, a *app.App, who access.Who) error {
		list, err := a.Queue(ctx, who)
		if err != nil {
			return err
		}
		return f.write(w, r, JoiningQueue{some(list)})
	})
}

func (f *face) joined(w http.ResponseWriter, r *http.Request) error {
	return f.allied(r, func(ctx context.Context, a *app.App, _ access.Who) error {
		j, err := a.Became(ctx, good.ID(r.PathValue("id")))
		if err != nil {
			return err
		}
		return f.write(w, r, j)
	})
}

func (f *face) withdrawJoining(w http.ResponseWriter, r *http.Request) error {
	return f.allied(r, func(ctx context.Context, a *app.App, who access.Who) error {
		_, err := a.Withdraw(ctx, who, good.ID(r.PathValue("id")))
		return done(w, err)
	})
}

func (f *face) replyJoining(w http.ResponseWriter, r *http.Request) error {
	in, err := received[JoiningReply](r)
	if err != nil {
		return err
	}
	return f.allied(r, func(ctx context.Context, a *app.App, who access.Who) error {
		_, err := a.Reply(ctx, who, good.ID(r.PathValue("id")), in.Text)
		return done(w, err)
	})
}

func (f *face) settleJoining(w http.ResponseWriter, r *http.Request) error {
	in, err := received[JoiningDecision](r)
	if err != nil {
		return err
	}
	return f.allied(r, func(ctx context.Context, a *app.App, who access.Who) error {
		j, _, err := a.Settle(ctx, who, good.ID(r.PathValue("id")), in.How, in.Reason)
		if err != nil {
			return err
		}
		return f.write(w, r, j)
	})
}
