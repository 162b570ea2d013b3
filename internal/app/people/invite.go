package people

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/store"
)

// Queue puts tasks away within a transaction.
type Queue interface {
	Enqueue(ctx context.Context, tx *store.Tx, task good.Task) error
}

// Joining lets a person into what another invites to, unless that other may
// not say so any more.
type Joining func(ctx context.Context, tx *store.Tx, by access.Who, about good.ID, person access.Who) error

// Bounds of invitations.
const (
	invitedFor    = 14 * 24 * time.Hour // how long one can be answered
	maxInvited    = 50                  // that wait, to one thing
	maxInvitedDay = 20                  // by one person
)

// Circle is what people do something together for, with who was asked to join
// and has not accepted.
type Circle struct {
	Kind  good.Invited
	About good.ID
	Name  string
	Path  string            // where on this instance it is looked after
	Asked []good.Invitation // those that wait, and what was answered of late
}

// Asked is an invitation as whom it went to sees it.
type Asked struct {
	good.Invitation
	Name string // of what they are asked to join
	By   string // who asks, where they agreed to be named
}

// Circle shows what somebody may invite others to, found by id or slug, and
// whom they asked of late.
func (a *App) Circle(ctx context.Context, who access.Who, kind good.Invited, key string) (Circle, error) {
	if _, err := access.As(who, access.Invite, access.Thing{}); err != nil {
		return Circle{}, err
	}
	c, err := a.circle(ctx, who, kind, key)
	if err != nil {
		return c, err
	}
	c.Path = good.Invitation{Kind: kind, About: c.About}.Path()
	list, err := a.DB.Primary().InvitationsTo(ctx, kind, c.About)
	for _, i := range list {
		if i.Waits(a.Now()) || i.Became != "revoked" && a.Now().Before(i.Expires) {
			c.Asked = append(c.Asked, i)
		}
	}
	return c, err
}

// circle finds what somebody invites to, and refuses who may not.
func (a *App) circle(ctx context.Context, who access.Who, kind good.Invited, key string) (Circle, error) {
	c := Circle{Kind: kind}
	switch kind {
	case good.ToOrganisation:
		b, _, err := a.body(ctx, who, key, true)
		c.About, c.Name = b.ID, b.Name
		return c, err
	case good.ToGood:
		g, err := a.good(ctx, key)
		if err != nil {
			return c, err
		}
		owners, err := a.DB.Primary().OwnersOf(ctx, g.ID)
		if err != nil {
			return c, err
		}
		c.About, c.Name = g.ID, g.Name
		_, err = access.As(who, access.Apply, access.Thing{Owners: owners})
		return c, err
	case good.ToBoard:
		b, err := a.DB.Primary().SourcingBoard(ctx, key)
		if err != nil || b == nil {
			return c, cmp.Or[error](err, &good.Error{Kind: good.NotFound, Key: "people.error.gone"})
		}
		leads, _, err := a.DB.Primary().BoardPeople(ctx, b.ID)
		if err != nil {
			return c, err
		}
		c.About, c.Name = b.ID, b.Name
		_, err = access.As(who, access.LeadBoard, access.Thing{Owners: leads})
		return c, err
	case good.ToApplication:
		app, err := a.DB.Primary().Application(ctx, good.ID(key))
		if err != nil {
			return c, err
		}
		c.About, c.Name = app.ID, app.Name
		_, err = access.As(who, access.EditApplication, access.Thing{Owners: app.Owners})
		return c, err
	}
	return c, &good.Error{Kind: good.NotFound, Key: "people.error.gone"}
}

// good finds a good by id or slug; a tombstone is none.
func (a *App) good(ctx context.Context, key string) (g *good.Good, err error) {
	if id := good.ID(key); id.Valid() {
		g, err = a.DB.Primary().Good(ctx, id)
	} else {
		g, _, err = a.DB.Primary().GoodBySlug(ctx, key)
	}
	if err == nil && g.Tombstone != nil {
		err = &good.Error{Kind: good.Gone, Key: "error.good.gone", Args: map[string]any{"Name": g.Name}}
	}
	return g, err
}

// Invite asks whoever has an address to join something. What it answers is the
// same whether anybody here has that address or not. Asked twice it is one
// invitation.
func (a *App) Invite(ctx context.Context, who access.Who, kind good.Invited, key, address string, keeper bool, lang string) (good.Invitation, error) {
	c, err := a.Circle(ctx, who, kind, key)
	if err != nil {
		return good.Invitation{}, err
	}
	i := good.Invitation{Kind: kind, About: c.About, Person: who.Person, Keeper: keeper && kind == good.ToOrganisation, Lang: language(lang)}
	if i.Address, err = good.EmailAddress(address); err != nil {
		return i, err
	}
	if err := a.askable(ctx, i); err != nil {
		return i, err
	}
	return i, a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.Hold(ctx, string(who.Person)); err != nil { // one may ask for many at once
			return err
		}
		held, err := again(ctx, tx, i)
		if err != nil {
			return err
		}
		if held != nil {
			i = *held
			return nil
		}
		i.ID, i.Created, i.Expires = tx.NewID(), tx.Now(), tx.Now().Add(invitedFor)
		if err := tx.AddInvitation(ctx, i); err != nil || a.Tasks == nil {
			return err
		}
		return a.Tasks.Enqueue(ctx, tx, good.Task{Kind: "invitation", Key: string(i.ID)})
	})
}

// askable refuses to ask oneself, or whom the keeper of an organisation sees
// among its members. More it does not tell: whose an address is, is theirs.
func (a *App) askable(ctx context.Context, i good.Invitation) error {
	own, err := a.DB.Primary().Emails(ctx, i.Person)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(own, func(e good.Email) bool { return e.Address == i.Address }) {
		return &good.Error{Kind: good.Invalid, Key: "invite.error.self", Field: "address"}
	}
	if i.Kind != good.ToOrganisation {
		return nil
	}
	members, err := a.DB.Primary().Members(ctx, i.About)
	if err != nil {
		return err
	}
	ids := make([]good.ID, len(members))
	for n, m := range members {
		ids[n] = m.Person
	}
	shown, err := a.DB.Primary().MainEmails(ctx, ids)
	for _, address := range shown {
		if address == i.Address {
			return &good.Error{Kind: good.Conflict, Key: "invite.error.member", Field: "address"}
		}
	}
	return err
}

// again is the invitation that waits for the same answer already; an error
// where the answer was no, or where somebody asks too many.
func again(ctx context.Context, tx *store.Tx, i good.Invitation) (*good.Invitation, error) {
	list, err := tx.InvitationsTo(ctx, i.Kind, i.About)
	if err != nil {
		return nil, err
	}
	waiting := 0
	for _, held := range list {
		waits := held.Waits(tx.Now())
		switch {
		case held.Address == i.Address && waits:
			return &held, nil
		case held.Address == i.Address && held.Became == "declined" && tx.Now().Before(held.Expires):
			return nil, &good.Error{Kind: good.Conflict, Key: "invite.error.declined", Field: "address"}
		case waits:
			waiting++
		}
	}
	if waiting >= maxInvited {
		return nil, &good.Error{Kind: good.Limited, Key: "invite.error.waiting", Field: "address", Args: map[string]any{"Max": maxInvited}}
	}
	today, err := tx.InvitationsBy(ctx, i.Person, tx.Now().Add(-24*time.Hour))
	if err == nil && len(today) >= maxInvitedDay {
		err = &good.Error{Kind: good.Limited, Key: "invite.error.day", Field: "address", Args: map[string]any{"Max": maxInvitedDay}}
	}
	return nil, err
}

// TakeBack ends an invitation: its letter, if it is not on its way yet, is
// not sent, and nobody can accept it any more.
func (a *App) TakeBack(ctx context.Context, who access.Who, kind good.Invited, key string, id good.ID) error {
	c, err := a.Circle(ctx, who, kind, key)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(c.Asked, func(i good.Invitation) bool { return i.ID == id }) {
		return &good.Error{Kind: good.NotFound, Key: "people.error.gone"}
	}
	return a.do(ctx, func(ctx context.Context, tx *store.Tx) error { return tx.EndInvitation(ctx, id, "revoked") })
}

// Invitations are those that wait for a person's answer: that went to any
// address they have shown to be theirs.
func (a *App) Invitations(ctx context.Context, who access.Who) ([]Asked, error) {
	if _, err := access.As(who, access.Join, access.Thing{}); err != nil {
		return nil, err
	}
	list, err := a.invitations(ctx, who.Person)
	if err != nil {
		return nil, err
	}
	var out []Asked
	for _, i := range list {
		if !i.Waits(a.Now()) || i.Kind == good.ToClaim { // which is answered by claiming it
			continue
		}
		one, err := a.asked(ctx, i)
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

// invitations are all that went to a person's verified addresses.
func (a *App) invitations(ctx context.Context, person good.ID) ([]good.Invitation, error) {
	emails, err := a.DB.Primary().Emails(ctx, person)
	if err != nil {
		return nil, err
	}
	var addresses []string
	for _, e := range emails {
		if !e.Verified.IsZero() {
			addresses = append(addresses, e.Address)
		}
	}
	return a.DB.Primary().InvitationsAt(ctx, addresses)
}

// asked names what an invitation is to, and who asks.
func (a *App) asked(ctx context.Context, i good.Invitation) (Asked, error) {
	out := Asked{Invitation: i}
	by, err := a.DB.Primary().Person(ctx, i.Person)
	if err != nil {
		return out, err
	}
	if by != nil && by.Named {
		out.By = by.Name
	}
	out.Name, err = a.DB.Primary().InvitedTo(ctx, i)
	return out, err
}

// Answer accepts an invitation, or declines it. Only whoever has the address
// it went to can: a link that is forwarded opens nothing.
func (a *App) Answer(ctx context.Context, who access.Who, id good.ID, accept bool) error {
	if _, err := access.As(who, access.Join, access.Thing{}); err != nil {
		return err
	}
	list, err := a.invitations(ctx, who.Person)
	if err != nil {
		return err
	}
	n := slices.IndexFunc(list, func(i good.Invitation) bool { return i.ID == id && i.Kind != good.ToClaim })
	if n < 0 {
		return &good.Error{Kind: good.NotFound, Key: "invite.error.none"}
	}
	i := list[n]
	if !accept {
		return a.do(ctx, func(ctx context.Context, tx *store.Tx) error { return a.end(ctx, tx, id, "declined") })
	}
	by, err := a.viewer(ctx, i.Person, nil)
	if err != nil {
		return err
	}
	if i.Person == "" { // the instance itself asks, as whoever joined the alliance
		by.Who = access.Machine(access.Operator)
	}
	err = a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := a.end(ctx, tx, id, "accepted"); err != nil {
			return err
		}
		if i.Kind == good.ToOrganisation {
			return joinBody(ctx, tx, by.Who, i, who.Person)
		}
		join := a.Joins[i.Kind]
		if join == nil {
			return &good.Error{Kind: good.NotFound, Key: "people.error.gone"}
		}
		return join(ctx, tx, by.Who, i.About, who)
	})
	var e *good.Error
	if errors.As(err, &e) && (e.Kind == good.NotFound || strings.HasPrefix(e.Key, "error.access.")) { // who asked may not any more, or it is gone
		return &good.Error{Kind: good.Gone, Key: "invite.error.over", Err: err}
	}
	if err != nil {
		return err
	}
	return a.catchUp(ctx)
}

// end notes what somebody answered, and has it told to who asked.
func (a *App) end(ctx context.Context, tx *store.Tx, id good.ID, became string) error {
	if err := tx.EndInvitation(ctx, id, became); err != nil || a.Tasks == nil {
		return err
	}
	return a.Tasks.Enqueue(ctx, tx, good.Task{Kind: "invitation-answer", Key: string(id)})
}

// joinBody makes somebody a member of an organisation, at the word of one who
// looks after it now.
func joinBody(ctx context.Context, tx *store.Tx, by access.Who, i good.Invitation, person good.ID) error {
	members, err := tx.Members(ctx, i.About)
	if err != nil {
		return err
	}
	var keepers access.Thing
	for _, m := range members {
		if m.Keeper {
			keepers.Owners = append(keepers.Owners, m.Person)
		}
		if m.Person == person { // is there: what else they do there was not asked
			return nil
		}
	}
	if _, err := access.As(by, access.ManageOrganisation, keepers); err != nil {
		return err
	}
	return tx.PutMember(ctx, good.Member{Body: i.About, Person: person, Keeper: i.Keeper, Since: tx.Now()})
}
