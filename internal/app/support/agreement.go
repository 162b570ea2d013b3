package support

import (
	"cmp"
	"context"
	"slices"
	"time"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/support"
)

// AgreementInput is what an organisation says that it and a good agreed.
type AgreementInput struct {
	Body string // slug or id of the organisation here
	Good string // slug or id
	support.Deal
	Version int64 // of the agreement that is stated anew, as it was seen; 0 for any
}

// Agree has an organisation that proved a domain say what it and a good agreed.
// Whoever owns the good is told, and confirms or denies it.
func (a *App) Agree(ctx context.Context, who access.Who, in AgreementInput) (*support.Agreement, int64, error) {
	db := a.DB.Primary()
	body, actor, err := a.speakFor(ctx, db, who, in.Body)
	if err != nil {
		return nil, 0, err
	}
	g, err := named(ctx, db, "good", in.Good)
	if err != nil {
		return nil, 0, err
	}
	if err := in.Deal.Check(day(a.Now())); err != nil {
		return nil, 0, err
	}
	if err := support.CheckFit(in.Kind, g.Kinds); err != nil {
		return nil, 0, err
	}
	in.Deal.Good = g.ID
	out := &support.Agreement{Body: body.ID, Organisation: body.Name, Opened: a.Now().UTC()}
	position, err := a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		held, err := a.room(ctx, tx, body.ID, "")
		if err != nil {
			return err
		}
		stand := 0
		for _, h := range held {
			if h.State == support.Closed {
				continue
			}
			if stand++; h.Good == g.ID && h.Kind == in.Kind && slices.Equal(h.Countries, in.Countries) {
				return &good.Error{Kind: good.Conflict, Key: "reach.error.twice", Field: "good"}
			}
		}
		if stand >= support.MaxAgreements {
			return limited("reach.error.many", support.MaxAgreements, 0)
		}
		out.ID = tx.NewID()
		return a.stateAgreement(ctx, tx, out, in.Deal)
	})
	return out, position, err
}

// room are the agreements of an organisation that may state one: what it states
// asks other people, so that it states so many within a day and no more. Which
// it states anew counts once.
func (a *App) room(ctx context.Context, tx *store.Tx, body, anew good.ID) ([]support.Agreement, error) {
	held, err := tx.Agreements(ctx, store.SupportThat{Owner: body}, "", 10*support.MaxAgreements)
	n := 0
	for _, h := range held {
		if h.ID != anew && a.Now().Sub(h.Stated) < 24*time.Hour {
			n++
		}
	}
	if err == nil && n >= support.StatedADay {
		err = limited("reach.error.flood", support.StatedADay, 24*time.Hour)
	}
	return held, err
}

// ChangeAgreement states an agreement anew. The good and the organisation stay.
func (a *App) ChangeAgreement(ctx context.Context, who access.Who, id good.ID, in AgreementInput) (*support.Agreement, int64, error) {
	return a.onAgreement(ctx, who, id, access.OfferSupport, func(ctx context.Context, tx *store.Tx, g *support.Agreement) error {
		if err := in.Deal.Check(day(a.Now())); err != nil {
			return err
		}
		if err := seen(g, in.Version); in.Version != 0 && err != nil {
			return err
		}
		if in.Kind != g.Kind {
			about, err := tx.Good(ctx, g.Good)
			if err != nil {
				return err
			}
			if err := support.CheckFit(in.Kind, about.Kinds); err != nil {
				return err
			}
		}
		if _, err := a.room(ctx, tx, g.Body, g.ID); err != nil {
			return err
		}
		in.Deal.Good, g.Was = g.Good, "" // it names what it names now
		return a.stateAgreement(ctx, tx, g, in.Deal)
	})
}

// seen says whether an agreement is the version that somebody looked at.
func seen(g *support.Agreement, version int64) error {
	if g.Version != version {
		return &good.Error{Kind: good.Conflict, Key: "reach.error.changed"}
	}
	return nil
}

// stateAgreement writes what was agreed, says so in the journal and asks whoever
// owns the good: once a day, and again where they answered meanwhile.
func (a *App) stateAgreement(ctx context.Context, tx *store.Tx, g *support.Agreement, d support.Deal) error {
	was := cmp.Or(g.State, support.Claimed)
	if err := g.Say(d, a.Now()); err != nil {
		return err
	}
	if err := tx.PutAgreement(ctx, g); err != nil {
		return err
	}
	public := *g
	public.Text, public.Details, public.Version = "", nil, 0
	tx.Append(good.SupportAgreed, []good.ID{g.ID, g.Good, g.Body}, append(details(g.Details, "text", g.Text), value("agreement", public))...)
	owners, err := tx.OwnersOf(ctx, g.Good)
	if err != nil {
		return err
	}
	return a.toldOf(ctx, tx, "agreement-waiting", string(day(a.Now()))+"/"+string(was), g, owners)
}

// toldOf has people told of an agreement, once for what they are told and when.
func (a *App) toldOf(ctx context.Context, tx *store.Tx, kind, when string, g *support.Agreement, list []good.ID) error {
	about, err := tx.Good(ctx, g.Good)
	if err != nil {
		return err
	}
	return a.tell(ctx, tx, kind, string(g.ID)+"/"+when, "/support/agreements/"+string(g.ID), map[string]string{"Good": about.Name, "Name": g.Organisation}, list)
}

// TurnAgreement has whoever owns the good confirm or deny an agreement, or its
// organisation end it. version is the one that they looked at; whoever confirms
// says it, so that nobody confirms what was stated anew meanwhile, else 0 is any.
func (a *App) TurnAgreement(ctx context.Context, who access.Who, id good.ID, to support.State, reason string, version int64) (*support.Agreement, int64, error) {
	act := access.ConfirmAgreement
	if to == support.Closed {
		act = access.OfferSupport
	}
	return a.onAgreement(ctx, who, id, act, func(ctx context.Context, tx *store.Tx, g *support.Agreement) error {
		if err := seen(g, version); err != nil && (version != 0 || to == support.Confirmed) {
			return err
		}
		switch to {
		case support.Confirmed:
			bound, err := bound(ctx, tx, who.Person, g.Body)
			if err != nil {
				return err
			}
			if bound {
				return &good.Error{Kind: good.Forbidden, Key: "reach.error.loop"}
			}
			reason = ""
		case support.Denied, support.Closed:
			if err := support.CheckReason(&reason); err != nil {
				return err
			}
		default:
			return &good.Error{Kind: good.Invalid, Key: "help.error.choice", Field: "state"}
		}
		if err := a.turnAgreement(ctx, tx, g, to, reason); err != nil || to == support.Closed {
			return err
		}
		list, err := people(ctx, tx, g.Body)
		if err != nil {
			return err
		}
		return a.toldOf(ctx, tx, "agreement-"+string(to), a.Now().String(), g, list)
	})
}

// bound says whether somebody acts for an organisation, or for another together
// with one of its people: what it says they cannot confirm.
func bound(ctx context.Context, db interface {
	bodies
	Colleagues(ctx context.Context, person good.ID) ([]good.Member, error)
}, person, body good.ID) (bool, error) {
	members, err := people(ctx, db, body)
	if err != nil {
		return false, err
	}
	beside, err := db.Colleagues(ctx, person)
	return slices.Contains(members, person) || slices.ContainsFunc(beside, func(m good.Member) bool { return slices.Contains(members, m.Person) }), err
}

func (a *App) turnAgreement(ctx context.Context, tx *store.Tx, g *support.Agreement, to support.State, reason string) error {
	if err := g.May(to, a.Now()); err != nil {
		return err
	}
	step := support.Turned{State: to, At: a.Now().UTC()}
	g.Take(step, reason)
	if err := tx.PutAgreement(ctx, g); err != nil {
		return err
	}
	verb := good.SupportTurned
	switch to {
	case support.Confirmed:
		verb = good.SupportConfirmed
	case support.Denied:
		verb = good.SupportDenied
	}
	tx.Append(verb, []good.ID{g.ID, g.Good, g.Body}, append(texts("reason", reason), value("step", step))...)
	return nil
}

// onAgreement runs a verb on one agreement for whoever may do act to it.
func (a *App) onAgreement(ctx context.Context, who access.Who, id good.ID, act access.Act, do func(context.Context, *store.Tx, *support.Agreement) error) (*support.Agreement, int64, error) {
	if err := access.May(who, act); err != nil {
		return nil, 0, err
	}
	g, err := found(a.DB.Primary().Agreement(ctx, id))
	if err != nil {
		return nil, 0, err
	}
	theirs, err := concerned(ctx, a.DB.Primary(), g, act)
	if err != nil {
		return nil, 0, err
	}
	actor, err := access.As(who, act, owners(theirs))
	if err != nil {
		return nil, 0, err
	}
	position, err := a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		if g, err = found(tx.Agreement(ctx, id)); err != nil {
			return err
		}
		return do(ctx, tx, g)
	})
	return g, position, err
}

// concerned are those whose an agreement is: who owns the good for what is asked
// of them, its organisation for everything else.
func concerned(ctx context.Context, db interface {
	bodies
	OwnersOf(ctx context.Context, id good.ID) ([]good.ID, error)
}, g *support.Agreement, act access.Act) ([]good.ID, error) {
	if act == access.ConfirmAgreement {
		return db.OwnersOf(ctx, g.Good)
	}
	return people(ctx, db, g.Body)
}
