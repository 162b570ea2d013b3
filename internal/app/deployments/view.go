package deployments

import (
	"cmp"
	"context"
	"slices"

	"stoa/internal/access"
	"stoa/internal/deploy"
	"stoa/internal/good"
	"stoa/internal/store"
)

// Which says which deployments are looked at; the zero value, every one.
type Which struct {
	Good         string // slug or id
	Country      string // ISO 3166-1 alpha-2
	Organisation string // address of its name
	Stage        deploy.Stage
	State        deploy.State // or deploy.Standing
	Programme    string       // address of its name
	Since        string       // the year in which it began
	Before       good.ID      // begin behind this one
}

// Use is a deployment with its good.
type Use struct {
	deploy.Record
	Slug string // of the good
	Name string
}

// Counted is how many deployments there are of something.
type Counted[T any] struct {
	Of T
	N  int
}

// List is a page of deployments, the newest first.
type List struct {
	Good    *good.Good // the one that was asked for
	Uses    []Use
	Next    good.ID // before which the next page begins; "" at the end
	Total   int     // that fit
	Counts  int     // of those, confirmed and running
	ByStage []Counted[deploy.Stage]
	ByState []Counted[deploy.State]
	Today   good.Date
}

// PageLength is how many deployments a page shows.
const PageLength = 50

// question is what the store is asked.
func (a *App) question(ctx context.Context, w Which) (store.DeploymentsThat, *good.Good, error) {
	that := store.DeploymentsThat{Country: w.Country, Organisation: w.Organisation, Stage: w.Stage, State: w.State, Programme: w.Programme, Since: w.Since}
	bad := func(field, value string) error {
		return &good.Error{Kind: good.Invalid, Key: "deploy.error.filter", Field: field, Args: map[string]any{"Field": field, "Value": value}}
	}
	switch {
	case w.Stage != "" && !slices.Contains(deploy.Stages, w.Stage):
		return that, nil, bad("stage", string(w.Stage))
	case w.State != "" && !slices.Contains(deploy.Sought, w.State):
		return that, nil, bad("state", string(w.State))
	case w.Since != "" && (len(w.Since) != 4 || !deploy.Day(good.Date(w.Since))):
		return that, nil, bad("since", w.Since)
	case w.Programme != "" && good.Slugify(w.Programme) != w.Programme:
		return that, nil, bad("programme", w.Programme)
	case w.Before != "" && !w.Before.Valid():
		return that, nil, bad("before", string(w.Before))
	}
	if w.Good == "" {
		return that, nil, nil
	}
	g, err := find(ctx, a.DB, w.Good)
	if err != nil {
		return that, nil, err
	}
	that.Good = g.ID
	return that, g, nil
}

// List returns a page of the deployments that fit, and how many there are.
func (a *App) List(ctx context.Context, w Which, limit int) (List, error) {
	out := List{Today: day(a.Now())}
	that, g, err := a.question(ctx, w)
	if err != nil {
		return out, err
	}
	out.Good = g
	list, err := a.DB.Deployments(ctx, that, w.Before, limit+1)
	if err != nil {
		return out, err
	}
	if len(list) > limit {
		list = list[:limit]
		out.Next = list[limit-1].ID
	}
	if out.Uses, err = a.uses(ctx, list); err != nil {
		return out, err
	}
	tallies, err := a.DB.Tallies(ctx, that)
	stages, states := map[deploy.Stage]int{}, map[deploy.State]int{}
	for _, t := range tallies {
		stages[t.Stage] += t.N
		states[t.State] += t.N
		out.Total += t.N
		if t.State == deploy.Confirmed && t.Stage != deploy.Retired {
			out.Counts += t.N
		}
	}
	out.ByStage, out.ByState = counted(deploy.Stages, stages), counted(deploy.States, states)
	return out, err
}

func counted[T comparable](order []T, n map[T]int) []Counted[T] {
	var out []Counted[T]
	for _, v := range order {
		if n[v] > 0 {
			out = append(out, Counted[T]{v, n[v]})
		}
	}
	return out
}

// uses puts the names of the goods to deployments.
func (a *App) uses(ctx context.Context, list []deploy.Record) ([]Use, error) {
	var ids []good.ID
	for _, r := range list {
		ids = append(ids, r.Good)
	}
	slices.Sort(ids)
	goods, err := a.DB.Goods(ctx, slices.Compact(ids))
	var out []Use
	for _, r := range list {
		u := Use{Record: r, Slug: string(r.Good)}
		if g := goods[r.Good]; g != nil {
			u.Slug, u.Name = g.Slug, g.Name
		}
		u.Name = cmp.Or(u.Name, u.Slug)
		out = append(out, u)
	}
	return out, err
}

// Each hands over every deployment that fits, the newest first, for a file.
func (a *App) Each(ctx context.Context, w Which, f func(Use) error) error {
	that, _, err := a.question(ctx, w)
	if err != nil {
		return err
	}
	for before := w.Before; ; {
		list, err := a.DB.Deployments(ctx, that, before, 500)
		if err != nil || len(list) == 0 {
			return err
		}
		uses, err := a.uses(ctx, list)
		if err != nil {
			return err
		}
		for _, u := range uses {
			if err := f(u); err != nil {
				return err
			}
		}
		before = list[len(list)-1].ID
	}
}

// View is one deployment as somebody sees it.
type View struct {
	Use
	Kinds    []good.Kind      // of the good
	Works    []*good.Good     // other goods it works with
	History  []good.Entry     // newest first
	Contacts []deploy.Contact // for those who may keep it alone
	Today    good.Date
	// What the reader may do.
	Keeps, Ends, Confirms, Disputes, Settles bool
}

// historyShown bounds how much of the past a page shows.
const historyShown = 100

// Show returns one deployment, as who sees it.
func (a *App) Show(ctx context.Context, who access.Who, id good.ID) (View, error) {
	out := View{Today: day(a.Now())}
	r, err := record(ctx, a.DB, id)
	if err != nil {
		return out, err
	}
	uses, err := a.uses(ctx, []deploy.Record{*r})
	if err != nil {
		return out, err
	}
	out.Use = uses[0]
	goods, err := a.DB.Goods(ctx, append(slices.Clone(r.Integrations), r.Good))
	if err != nil {
		return out, err
	}
	if g := goods[r.Good]; g != nil {
		out.Kinds = g.Kinds
	}
	inside, err := absorbed(ctx, a.DB, r)
	if err != nil {
		return out, err
	}
	for _, g := range r.Integrations {
		if goods[g] != nil && !slices.Contains(inside, g) {
			out.Works = append(out.Works, goods[g])
		}
	}
	if out.History, err = a.DB.History(ctx, r.ID, historyShown); err != nil || who.Anonymous() {
		return out, err
	}
	return out, a.may(ctx, who, r, &out)
}

// may says what who may do with a deployment, and whom to ask about it.
func (a *App) may(ctx context.Context, who access.Who, r *deploy.Record, out *View) error {
	s, err := speak(ctx, a.DB, r)
	if err != nil || r.State == deploy.Withdrawn {
		return err
	}
	says, no := a.side(who, access.KeepDeployment, s, r.Stated.By)
	out.Keeps = no == nil
	out.Ends = out.Keeps && (says.By == deploy.Desk || says.By == r.Stated.By)
	_, no = a.side(who, access.DisputeDeployment, s, "")
	out.Disputes = no == nil && r.Dispute == nil
	_, no = a.side(who, access.SettleDeployment, s, "")
	out.Settles = no == nil && r.Dispute != nil
	says, no = a.side(who, access.ConfirmDeployment, s, other(r))
	if no == nil && loops(ctx, a.DB, r, s, who.Person) == nil {
		then := *r
		out.Confirms = then.Confirm(says.Word) == nil
	}
	if out.Keeps {
		out.Contacts, err = a.DB.DeploymentContacts(ctx, r.ID)
	}
	return err
}

// Speaks says for which organisations of theirs, and as what, somebody could
// claim that a good is in use: whoever owns it, and whoever acts for an
// organisation.
func (a *App) Speaks(ctx context.Context, who access.Who, slug string) (g *good.Good, owns bool, bodies []good.Body, err error) {
	if slug != "" {
		if g, err = find(ctx, a.DB, slug); err != nil {
			return nil, false, nil, err
		}
		owners, err := a.DB.OwnersOf(ctx, g.ID)
		if err != nil {
			return g, false, nil, err
		}
		owns = slices.Contains(owners, who.Person)
	}
	if who.Person != "" {
		bodies, err = a.DB.BodiesOf(ctx, who.Person)
	}
	return g, owns, bodies, err
}
