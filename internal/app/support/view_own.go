package support

import (
	"cmp"
	"context"
	"slices"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/support"
)

// TalkView is one conversation as one of its sides sees it.
type TalkView struct {
	support.Talk
	Request   support.Request
	Offer     support.Offer
	Side      support.Side // of the reader
	Notes     []support.Note
	May       []support.Step // to which the reader may take it
	Reference *support.Reference
	Names     Names
}

// ShowTalk returns one conversation to whoever is a side of it.
func (a *App) ShowTalk(ctx context.Context, who access.Who, id good.ID) (out TalkView, err error) {
	if err := access.May(who, access.TalkSupport); err != nil {
		return out, err
	}
	c, err := converse(ctx, a.DB, id)
	if err == nil && c.of(who.Person) == "" {
		_, err = found[support.Talk](nil, nil)
	}
	if err != nil {
		return out, err
	}
	out = TalkView{Talk: *c.Talk, Request: *c.request, Offer: *c.offer, Side: c.of(who.Person)}
	out.May = slices.DeleteFunc(c.May(out.Side), func(s support.Step) bool { return s == support.Answered })
	if out.Notes, err = a.DB.SupportNotes(ctx, id); err != nil {
		return out, err
	}
	if out.Reference, err = a.DB.Reference(ctx, id); err != nil {
		return out, err
	}
	out.Names, err = a.names(ctx, []good.ID{c.request.Good})
	return out, err
}

// Mine is what somebody asked for, offers, and talks about.
type Mine struct {
	Requests []support.Request
	Bodies   []good.Body
	Offers   []support.Offer
	Talks    []TalkView // the newest first, without what was said
}

// talksShown is how many conversations somebody sees of each side.
const talksShown = 100

// Own returns what is somebody's own.
func (a *App) Own(ctx context.Context, who access.Who) (out Mine, err error) {
	if err := access.May(who, access.TalkSupport); err != nil {
		return out, err
	}
	if out.Requests, err = a.DB.Requests(ctx, store.SupportThat{Owner: who.Person}, "", 200); err != nil {
		return out, err
	}
	talks, err := a.DB.TalksBy(ctx, who.Person, talksShown)
	if err != nil {
		return out, err
	}
	if out.Bodies, err = a.DB.BodiesOf(ctx, who.Person); err != nil {
		return out, err
	}
	for _, b := range out.Bodies {
		some, err := a.DB.Offers(ctx, store.SupportThat{Owner: b.ID}, "", 200)
		if err != nil {
			return out, err
		}
		with, err := a.DB.TalksWith(ctx, b.ID, talksShown)
		if err != nil {
			return out, err
		}
		out.Offers, talks = append(out.Offers, some...), append(talks, with...)
	}
	slices.SortFunc(talks, func(a, b support.Talk) int { return cmp.Compare(b.ID, a.ID) })
	for _, t := range slices.CompactFunc(talks, func(a, b support.Talk) bool { return a.ID == b.ID }) {
		c, err := converse(ctx, a.DB, t.ID)
		if err != nil {
			return out, err
		}
		out.Talks = append(out.Talks, TalkView{Talk: t, Request: *c.request, Offer: *c.offer, Side: c.of(who.Person)})
	}
	return out, nil
}

// Reported is an offer that people reported, for the secretariat.
type Reported struct {
	Offer   *support.Offer
	Reasons []string
}

// Reports returns the offers that were reported.
func (a *App) Reports(ctx context.Context, who access.Who) ([]Reported, error) {
	if _, err := access.As(who, access.ModerateSupport, access.Thing{}); err != nil {
		return nil, err
	}
	list, err := a.DB.ReportedOffers(ctx, 1_000)
	if err != nil {
		return nil, err
	}
	var out []Reported
	for _, r := range list {
		o, err := found(a.DB.Offer(ctx, r.Offer))
		if err != nil {
			return nil, err
		}
		out = append(out, Reported{o, r.Reasons})
	}
	return out, nil
}
