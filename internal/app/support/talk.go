package support

import (
	"context"
	"slices"
	"time"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/support"
)

// sides are the persons of a conversation.
type sides struct {
	seeker  good.ID
	helpers []good.ID
}

// of is for which side a person speaks; "" for neither.
func (s sides) of(person good.ID) support.Side {
	switch {
	case person == "":
		return ""
	case person == s.seeker:
		return support.Seeker
	case slices.Contains(s.helpers, person):
		return support.Helper
	}
	return ""
}

// on are the persons of a side.
func (s sides) on(side support.Side) []good.ID {
	if side == support.Seeker {
		return []good.ID{s.seeker}
	}
	return slices.Clone(s.helpers)
}

// conversation is one with what it is about.
type conversation struct {
	*support.Talk
	request *support.Request
	offer   *support.Offer
	sides
}

func converse(ctx context.Context, db reader, id good.ID) (c conversation, err error) {
	if c.Talk, err = found(db.Talk(ctx, id)); err != nil {
		return c, err
	}
	if c.request, err = found(db.SupportRequest(ctx, c.Request)); err != nil {
		return c, err
	}
	if c.offer, err = found(db.Offer(ctx, c.Offer)); err != nil {
		return c, err
	}
	c.seeker = c.request.Person
	c.helpers, err = people(ctx, db, c.offer.Body)
	return c, err
}

// onTalk runs a verb in one conversation for whoever is a side of it. To
// everybody else it is not there.
func (a *App) onTalk(ctx context.Context, who access.Who, id good.ID, do func(context.Context, *store.Tx, *conversation, support.Side) error) (*support.Talk, int64, error) {
	if err := access.May(who, access.TalkSupport); err != nil {
		return nil, 0, err
	}
	c, err := converse(ctx, a.DB.Primary(), id)
	if err == nil && c.of(who.Person) == "" {
		_, err = found[support.Talk](nil, nil)
	}
	if err != nil {
		return nil, 0, err
	}
	actor, err := access.As(who, access.TalkSupport, access.Own(who.Person))
	if err != nil {
		return nil, 0, err
	}
	position, err := a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		if c, err = converse(ctx, tx, id); err != nil {
			return err
		}
		return do(ctx, tx, &c, c.of(who.Person))
	})
	return c.Talk, position, err
}

// news tells the other side of a conversation.
func (a *App) news(ctx context.Context, tx *store.Tx, c *conversation, from support.Side, kind, key string) error {
	return a.tell(ctx, tx, kind, string(c.ID)+"/"+key, "/support/talks/"+string(c.ID), map[string]string{"Name": c.offer.Organisation, "Title": c.request.Title}, c.on(from.Other()))
}

// Say has a side say something. The first word of the helper is their answer.
func (a *App) Say(ctx context.Context, who access.Who, id good.ID, text string) (*support.Talk, int64, error) {
	return a.onTalk(ctx, who, id, func(ctx context.Context, tx *store.Tx, c *conversation, side support.Side) error {
		if c.Step == support.Ended {
			return &good.Error{Kind: good.Conflict, Key: "help.error.over"}
		}
		return a.say(ctx, tx, c, side, who.Person, text)
	})
}

func (a *App) say(ctx context.Context, tx *store.Tx, c *conversation, side support.Side, person good.ID, text string) error {
	now := a.Now().UTC()
	if err := support.CheckNote(&text); err != nil {
		return err
	}
	n, err := tx.SupportNotesSince(ctx, person, now.Add(-time.Hour).UnixMilli())
	if err != nil {
		return err
	}
	if n >= support.AnHour {
		return limited("help.error.talkative", support.AnHour, time.Hour)
	}
	if err := tx.PutSupportNote(ctx, c.ID, support.Note{ID: tx.NewID(), Side: side, Person: person, Text: text, At: now}); err != nil {
		return err
	}
	if c.Step == support.Asked && side == support.Helper {
		if err := c.Turn(side, support.Answered, "", now); err != nil {
			return err
		}
		if err := tx.PutTalk(ctx, c.Talk); err != nil {
			return err
		}
		return a.news(ctx, tx, c, side, "support-answered", "")
	}
	return a.news(ctx, tx, c, side, "support-said", string(side)+now.Format("2006-01-02T15")) // once an hour
}

// Answer has somebody who offers help answer a request that everybody may read,
// whether it reached them or not.
func (a *App) Answer(ctx context.Context, who access.Who, request, offer good.ID, text string) (*support.Talk, int64, error) {
	if err := access.May(who, access.OfferSupport); err != nil {
		return nil, 0, err
	}
	var out *support.Talk
	_, position, err := a.onOffer(ctx, who, offer, access.OfferSupport, func(ctx context.Context, tx *store.Tx, o *support.Offer) error {
		r, err := found(tx.SupportRequest(ctx, request))
		if err != nil {
			return err
		}
		talks, err := tx.TalksOf(ctx, r.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(talks, func(t support.Talk) bool { return t.Offer == o.ID })
		switch {
		case i < 0 && !r.Public:
			_, err := found[support.Request](nil, nil)
			return err
		case r.State != support.Open || o.State != support.Open:
			return &good.Error{Kind: good.Conflict, Key: "help.error.shut"}
		case r.Person == who.Person:
			return &good.Error{Kind: good.Conflict, Key: "help.error.own"}
		case i >= 0 && talks[i].Step != support.Asked:
			return &good.Error{Kind: good.Conflict, Key: "help.error.asked"}
		case i < 0 && len(talks) >= 2*support.Reached:
			return limited("help.error.many", 2*support.Reached, 0)
		}
		now := a.Now().UTC()
		out = &support.Talk{Request: r.ID, Offer: o.ID, Step: support.Asked, Begun: now, Since: now}
		if i >= 0 {
			out = &talks[i]
		} else {
			out.ID = tx.NewID()
		}
		c := &conversation{Talk: out, request: r, offer: o, sides: sides{seeker: r.Person}}
		return a.say(ctx, tx, c, support.Helper, who.Person, text)
	})
	return out, position, err
}

// Step takes a conversation a step on: agreed, working, delivered, ended. What
// both say was delivered closes the request.
func (a *App) Step(ctx context.Context, who access.Who, id good.ID, to support.Step, reason string) (*support.Talk, int64, error) {
	return a.onTalk(ctx, who, id, func(ctx context.Context, tx *store.Tx, c *conversation, side support.Side) error {
		if to == support.Answered || to == support.Asked { // that is a matter of words
			return &good.Error{Kind: good.Conflict, Key: "help.error.turn", Field: "step"}
		}
		if err := c.Turn(side, to, reason, a.Now()); err != nil {
			return err
		}
		if err := tx.PutTalk(ctx, c.Talk); err != nil {
			return err
		}
		if c.Talk.Step == support.Delivered && c.request.State != support.Closed && c.request.State != support.Hidden {
			if err := a.turnRequest(ctx, tx, c.request, support.Turned{State: support.Closed, Helper: c.offer.Organisation}, ""); err != nil {
				return err
			}
		}
		return a.news(ctx, tx, c, side, "support-turned", string(to)+string(c.Claimed))
	})
}

// Refer has the adopter say in public how the help was, once it is delivered.
func (a *App) Refer(ctx context.Context, who access.Who, id good.ID, text string) (*support.Talk, int64, error) {
	return a.onTalk(ctx, who, id, func(ctx context.Context, tx *store.Tx, c *conversation, side support.Side) error {
		if side != support.Seeker || c.Talk.Step != support.Delivered {
			return &good.Error{Kind: good.Conflict, Key: "help.error.undelivered"}
		}
		if err := support.CheckNote(&text); err != nil {
			return err
		}
		had, err := tx.Reference(ctx, c.ID)
		if err != nil {
			return err
		}
		if had != nil {
			return &good.Error{Kind: good.Conflict, Key: "help.error.referred"}
		}
		r := &support.Reference{ID: c.ID, Offer: c.offer.ID, Body: c.offer.Body, Good: c.request.Good, Kind: c.request.Kind, Country: c.request.Country, Organisation: c.request.Organisation, Text: text, At: a.Now().UTC()}
		if err := refer(ctx, tx, r); err != nil {
			return err
		}
		return a.news(ctx, tx, c, side, "support-referred", "")
	})
}

// Reply has the helper answer in public what the adopter said, once.
func (a *App) Reply(ctx context.Context, who access.Who, id good.ID, text string) (*support.Talk, int64, error) {
	return a.onTalk(ctx, who, id, func(ctx context.Context, tx *store.Tx, c *conversation, side support.Side) error {
		r, err := tx.Reference(ctx, c.ID)
		if err != nil {
			return err
		}
		if side != support.Helper || r == nil {
			return &good.Error{Kind: good.Conflict, Key: "help.error.unreferred"}
		}
		if err := r.Reply(text, a.Now()); err != nil {
			return err
		}
		return refer(ctx, tx, r)
	})
}

// refer writes a reference and says so in the journal, each text by itself.
func refer(ctx context.Context, tx *store.Tx, r *support.Reference) error {
	if err := tx.PutReference(ctx, r); err != nil {
		return err
	}
	public := *r
	public.Text, public.Answer, public.Organisation = "", "", ""
	about := []good.ID{r.ID, r.Offer}
	if r.Good != "" {
		about = append(about, r.Good)
	}
	tx.Append(good.SupportReferred, about, append(texts("text", r.Text, "answer", r.Answer, "organisation", r.Organisation), value("step", public))...)
	return nil
}
