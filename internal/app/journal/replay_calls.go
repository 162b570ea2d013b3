package journal

import (
	"context"
	"fmt"

	"stoa/internal/call"
	"stoa/internal/good"
	"stoa/internal/store"
)

// Sourcing is what the journal says of open calls and of who may run them, lock
// versions left out. What was entered and scored is private.
type Sourcing struct {
	Partners map[good.ID]call.Partner
	Calls    map[good.ID]call.Call
}

func newSourcing() Sourcing {
	return Sourcing{Partners: map[good.ID]call.Partner{}, Calls: map[good.ID]call.Call{}}
}

// sourcing are the verbs of open calls with how many subjects they have.
var sourcing = map[good.Verb]int{good.CallPartnerStated: 1, good.CallStated: 1, good.CallOpened: 1, good.CallClosed: 1, good.CallCancelled: 1, good.CallDecided: 1, good.CallPublished: 1,
	good.CallEntered: 2, good.CallEntryChanged: 2, good.CallEntryWithdrawn: 2, good.CallEntryRefused: 2, good.CallEntryAssigned: 2}

// source is one step of the replay of open calls.
func (s *Sourcing) source(e good.Entry) error {
	if len(e.Subjects) < sourcing[e.Verb] {
		return fmt.Errorf("%d subjects of %d", len(e.Subjects), sourcing[e.Verb])
	}
	var p call.Partner
	if e.Value("partner", &p) {
		s.Partners[p.ID] = p
	}
	var c call.Call
	if e.Value("call", &c) {
		c.Version = 0
		s.Calls[c.ID] = c
	}
	return nil
}

// liveSourcing reads open calls from the database; drafts are nobody's business.
func liveSourcing(ctx context.Context, db interface {
	Partners(ctx context.Context) ([]call.Partner, error)
	Calls(ctx context.Context) ([]call.Call, error)
}) (Sourcing, error) {
	out := newSourcing()
	partners, err := db.Partners(ctx)
	if err != nil {
		return out, err
	}
	for _, p := range partners {
		out.Partners[p.ID] = p
	}
	calls, err := db.Calls(ctx)
	for _, c := range calls {
		if c.Version = 0; c.State != call.Draft {
			out.Calls[c.ID] = c
		}
	}
	return out, err
}

func (s Sourcing) write(ctx context.Context, tx *store.Tx) error {
	for _, p := range s.Partners {
		if err := tx.PutPartner(ctx, p); err != nil {
			return err
		}
	}
	for _, c := range s.Calls {
		if err := tx.PutCall(ctx, &c); err != nil {
			return err
		}
	}
	return nil
}
