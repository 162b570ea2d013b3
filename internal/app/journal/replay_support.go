package journal

import (
	"context"
	"errors"

	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/support"
)

// supporting are the verbs of help for goods.
var supporting = []good.Verb{good.SupportOffered, good.SupportRequested, good.SupportTurned, good.SupportDelivered, good.SupportReferred,
	good.SupportReached, good.SupportAgreed, good.SupportConfirmed, good.SupportDenied}

// Support is help for goods as the journal has it: what is offered, what is
// asked for in public, what adopters say, how far organisations reach and what
// they agreed with goods.
type Support struct {
	Offers     map[good.ID]support.Offer
	Requests   map[good.ID]support.Request
	References map[good.ID]support.Reference
	Reaches    map[good.ID]support.Reach // by organisation
	Agreements map[good.ID]support.Agreement
}

func newSupport() Support {
	return Support{map[good.ID]support.Offer{}, map[good.ID]support.Request{}, map[good.ID]support.Reference{}, map[good.ID]support.Reach{}, map[good.ID]support.Agreement{}}
}

// support is one step of the replay of help for goods.
func (s Support) support(e good.Entry) {
	id := e.Subjects[0]
	switch e.Verb {
	case good.SupportOffered:
		var o support.Offer
		if e.Value("offer", &o) {
			e.Value("title", &o.Title)
			e.Value("text", &o.Text)
			e.Value("details", &o.Details)
			s.Offers[id] = o
		}
	case good.SupportRequested:
		var r support.Request
		if e.Value("request", &r) {
			e.Value("title", &r.Title)
			e.Value("text", &r.Text)
			e.Value("organisation", &r.Organisation)
			e.Value("details", &r.Details)
			s.Requests[id] = r
		}
	case good.SupportReached:
		var r support.Reach
		if e.Value("reach", &r) {
			s.Reaches[id] = r
		}
	case good.SupportAgreed:
		var a support.Agreement
		if e.Value("agreement", &a) {
			e.Value("text", &a.Text)
			e.Value("details", &a.Details)
			s.Agreements[id] = a
		}
	case good.SupportTurned, good.SupportDelivered, good.SupportConfirmed, good.SupportDenied:
		var t support.Turned
		reason := ""
		e.Value("reason", &reason)
		if !e.Value("step", &t) {
			return
		}
		if o, ok := s.Offers[id]; ok {
			o.Take(t, reason)
			s.Offers[id] = o
		}
		if r, ok := s.Requests[id]; ok {
			r.Take(t, reason)
			s.Requests[id] = r
		}
		if a, ok := s.Agreements[id]; ok {
			a.Take(t, reason)
			s.Agreements[id] = a
		}
	case good.SupportReferred:
		var r support.Reference
		if e.Value("step", &r) {
			e.Value("text", &r.Text)
			e.Value("answer", &r.Answer)
			e.Value("organisation", &r.Organisation)
			s.References[id] = r
		}
	}
}

// liveSupport reads help for goods from the database, lock versions left out.
func liveSupport(ctx context.Context, db *store.DB) (Support, error) {
	out := newSupport()
	err := db.EachSupport(ctx, func(o support.Offer) {
		o.Version = 0
		out.Offers[o.ID] = o
	}, func(a support.Agreement) {
		a.Version = 0
		out.Agreements[a.ID] = a
	}, func(r support.Request) {
		r.Version = 0
		out.Requests[r.ID] = r
	})
	err = errors.Join(err, db.EachReach(ctx, func(r support.Reach) {
		r.Version = 0
		out.Reaches[r.Body] = r
	}))
	return out, errors.Join(err, db.EachReference(ctx, func(r support.Reference) { out.References[r.ID] = r }))
}

// putSupport makes what an erased entry was about what the journal still says.
func putSupport(ctx context.Context, tx *store.Tx, s Support, e good.Entry) error {
	id := e.Subjects[0]
	if r, ok := s.References[id]; ok {
		return tx.PutReference(ctx, &r)
	}
	if o, ok := s.Offers[id]; ok {
		held, err := tx.Offer(ctx, id)
		if err != nil || held == nil {
			return err
		}
		o.Version, o.Goods, o.Was = held.Version, held.Goods, held.Was // its subjects are no goods, so no merge was replayed
		return tx.PutOffer(ctx, &o)
	}
	if a, ok := s.Agreements[id]; ok {
		held, err := tx.Agreement(ctx, id)
		if err != nil || held == nil {
			return err
		}
		a.Version = held.Version
		return tx.PutAgreement(ctx, &a)
	}
	held, err := tx.SupportRequest(ctx, id)
	if err != nil || held == nil {
		return err
	}
	r := s.Requests[id]
	r.Version, r.Person = held.Version, held.Person
	return tx.PutRequest(ctx, &r)
}

// write writes help for goods. Who asks is private: it comes back from a backup
// alone.
func (s Support) write(ctx context.Context, tx *store.Tx) error {
	for _, o := range s.Offers {
		if err := tx.PutOffer(ctx, &o); err != nil {
			return err
		}
	}
	for _, r := range s.Requests {
		if err := tx.PutRequest(ctx, &r); err != nil {
			return err
		}
	}
	for _, a := range s.Agreements {
		if err := tx.PutAgreement(ctx, &a); err != nil {
			return err
		}
	}
	for _, r := range s.Reaches {
		if err := tx.PutReach(ctx, &r); err != nil {
			return err
		}
	}
	for _, r := range s.References {
		if err := tx.PutReference(ctx, &r); err != nil {
			return err
		}
	}
	return nil
}
