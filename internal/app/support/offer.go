package support

import (
	"context"
	"strings"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/support"
)

// OfferInput is what an organisation offers.
type OfferInput struct {
	Body  string   // slug or id of the organisation here
	Goods []string // slugs or ids of the goods that its people know
	support.Terms
}

// Offer has an organisation offer help. It must have proved a domain, so that
// nobody offers in another's name.
func (a *App) Offer(ctx context.Context, who access.Who, in OfferInput) (*support.Offer, int64, error) {
	db := a.DB.Primary()
	body, actor, err := a.speakFor(ctx, db, who, in.Body)
	if err != nil {
		return nil, 0, err
	}
	o := &support.Offer{Body: body.ID, Organisation: body.Name, Website: body.website, State: support.Open, Opened: a.Now().UTC()}
	if o.Terms, err = terms(ctx, db, in); err != nil {
		return nil, 0, err
	}
	position, err := a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		held, err := tx.Offers(ctx, store.SupportThat{Owner: body.ID}, "", 10*support.MaxOffers)
		if err != nil {
			return err
		}
		open := 0
		for _, h := range held {
			if h.State == support.Open || h.State == support.Paused {
				open++
			}
			if h.State != support.Closed && good.Slugify(h.Title) == good.Slugify(o.Title) {
				return &good.Error{Kind: good.Conflict, Key: "help.error.twice", Field: "title"}
			}
		}
		if open >= support.MaxOffers {
			return limited("help.error.offers", support.MaxOffers, 0)
		}
		o.ID = tx.NewID()
		if err := stateOffer(ctx, tx, o, a); err != nil {
			return err
		}
		return a.bring(ctx, tx, o)
	})
	return o, position, err
}

// house is an organisation that proved a domain.
type house struct {
	*good.Body
	website string // on that domain
}

// speakFor finds the organisation that somebody named by slug or id, and as whom
// they speak for it. It must have proved a domain.
func (a *App) speakFor(ctx context.Context, db bodies, who access.Who, key string) (out house, actor good.Actor, err error) {
	if err := access.May(who, access.OfferSupport); err != nil {
		return out, actor, err
	}
	out.Body, err = db.Body(ctx, strings.TrimSpace(key))
	if err != nil && good.KindOf(err) != good.NotFound {
		return out, actor, err
	}
	if out.Body == nil {
		return out, actor, &good.Error{Kind: good.Invalid, Key: "help.error.body", Field: "body"}
	}
	if actor, err = a.offering(ctx, db, who, out.ID); err != nil {
		return out, actor, err
	}
	domains, err := proved(ctx, db, out.ID)
	if err != nil {
		return out, actor, err
	}
	if len(domains) == 0 {
		return out, actor, &good.Error{Kind: good.Invalid, Key: "deploy.error.unproved", Field: "body", Args: map[string]any{"Name": out.Name}}
	}
	out.website = "https://" + domains[0]
	return out, actor, good.CheckText("body", out.Name, good.MaxName)
}

// offering finds as whom somebody speaks for an organisation.
func (a *App) offering(ctx context.Context, db bodies, who access.Who, body good.ID) (good.Actor, error) {
	list, err := people(ctx, db, body)
	if err != nil {
		return good.Actor{}, err
	}
	return access.As(who, access.OfferSupport, owners(list))
}

// terms checks what is offered, with the goods it names.
func terms(ctx context.Context, db goods, in OfferInput) (support.Terms, error) {
	t := in.Terms
	t.Goods = nil
	for _, key := range in.Goods {
		if strings.TrimSpace(key) == "" {
			continue
		}
		g, err := named(ctx, db, "goods", key)
		if err != nil {
			return t, err
		}
		t.Goods = append(t.Goods, g.ID)
	}
	return t, t.Check()
}

// stateOffer writes what is offered and says so in the journal.
func stateOffer(ctx context.Context, tx *store.Tx, o *support.Offer, a *App) error {
	o.Changed, o.Reason = a.Now().UTC(), ""
	if err := tx.PutOffer(ctx, o); err != nil {
		return err
	}
	public := *o
	public.Title, public.Text, public.Details, public.Version = "", "", nil, 0
	tx.Append(good.SupportOffered, []good.ID{o.ID, o.Body}, append(details(o.Details, "title", o.Title, "text", o.Text), value("offer", public))...)
	return nil
}

// ChangeOffer states an offer anew. The organisation stays.
func (a *App) ChangeOffer(ctx context.Context, who access.Who, id good.ID, in OfferInput) (*support.Offer, int64, error) {
	return a.onOffer(ctx, who, id, access.OfferSupport, func(ctx context.Context, tx *store.Tx, o *support.Offer) error {
		var err error
		if o.State == support.Closed || o.State == support.Hidden {
			return support.Turn(o.State, support.Open)
		}
		if o.Terms, err = terms(ctx, tx, in); err != nil {
			return err
		}
		o.Was = nil // it names the goods that there are now
		if err := stateOffer(ctx, tx, o, a); err != nil || o.State != support.Open {
			return err
		}
		return a.bring(ctx, tx, o)
	})
}

// TurnOffer pauses an offer, opens it again or closes it.
func (a *App) TurnOffer(ctx context.Context, who access.Who, id good.ID, to support.State) (*support.Offer, int64, error) {
	return a.onOffer(ctx, who, id, access.OfferSupport, func(ctx context.Context, tx *store.Tx, o *support.Offer) error {
		if err := support.Turn(o.State, to); err != nil {
			return err
		}
		if err := a.turnOffer(ctx, tx, o, to, ""); err != nil || to != support.Open {
			return err
		}
		return a.bring(ctx, tx, o)
	})
}

func (a *App) turnOffer(ctx context.Context, tx *store.Tx, o *support.Offer, to support.State, reason string) error {
	step := support.Turned{State: to, At: a.Now().UTC()}
	o.Take(step, reason)
	if err := tx.PutOffer(ctx, o); err != nil {
		return err
	}
	tx.Append(good.SupportTurned, []good.ID{o.ID, o.Body}, append(texts("reason", reason), value("step", step))...)
	return nil
}

// onOffer runs a verb on one offer for whoever may do act to it.
func (a *App) onOffer(ctx context.Context, who access.Who, id good.ID, act access.Act, do func(context.Context, *store.Tx, *support.Offer) error) (*support.Offer, int64, error) {
	if err := access.May(who, act); err != nil {
		return nil, 0, err
	}
	o, err := found(a.DB.Primary().Offer(ctx, id))
	if err != nil {
		return nil, 0, err
	}
	list, err := people(ctx, a.DB.Primary(), o.Body)
	if err != nil {
		return nil, 0, err
	}
	actor, err := access.As(who, act, owners(list))
	if err != nil {
		return nil, 0, err
	}
	position, err := a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		if o, err = found(tx.Offer(ctx, id)); err != nil {
			return err
		}
		return do(ctx, tx, o)
	})
	return o, position, err
}

// bring has the requests that wait for such an offer reach it, once each.
func (a *App) bring(ctx context.Context, tx *store.Tx, o *support.Offer) error {
	waiting, err := tx.Requests(ctx, store.SupportThat{Waiting: true, Kinds: o.Kinds}, "", 200)
	if err != nil {
		return err
	}
	for _, i := range o.Indicators {
		more, err := tx.Requests(ctx, store.SupportThat{Waiting: true, Indicator: i}, "", 100)
		if err != nil {
			return err
		}
		waiting = append(waiting, more...)
	}
	for _, r := range waiting {
		if _, fits := support.Fit(o, &r, support.Standing{}); !fits {
			continue
		}
		talks, err := tx.TalksOf(ctx, r.ID)
		if err != nil {
			return err
		}
		if len(talks) < support.Reached {
			if err := a.begin(ctx, tx, &r, o, talks); err != nil {
				return err
			}
		}
	}
	return nil
}
