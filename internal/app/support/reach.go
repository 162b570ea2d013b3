package support

import (
	"context"
	"strings"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/support"
)

// ReachInput is what changes of how far an organisation reaches.
type ReachInput struct {
	Body string         // slug or id of the organisation here
	Say  []support.Span // each in the place of what was said of its country and unit
	Drop []support.Span // of which country and unit nothing is said any more
}

// Reach has an organisation that proved a domain say how far it reaches.
func (a *App) Reach(ctx context.Context, who access.Who, in ReachInput) (*support.Reach, int64, error) {
	body, actor, err := a.speakFor(ctx, a.DB.Primary(), who, in.Body)
	if err != nil {
		return nil, 0, err
	}
	for i := range in.Say {
		if err := in.Say[i].Check(day(a.Now())); err != nil {
			return nil, 0, err
		}
	}
	if len(in.Say)+len(in.Drop) == 0 {
		return nil, 0, &good.Error{Kind: good.Invalid, Key: "help.error.empty", Field: "country"}
	}
	var out *support.Reach
	position, err := a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		if out, err = tx.Reach(ctx, body.ID); err != nil {
			return err
		}
		if out == nil {
			out = &support.Reach{Body: body.ID}
		}
		for _, s := range in.Drop {
			if !out.Drop(strings.ToUpper(strings.TrimSpace(s.Country)), s.Unit) {
				return &good.Error{Kind: good.Conflict, Key: "help.error.same"}
			}
		}
		for _, s := range in.Say {
			if err := out.Say(s); err != nil {
				return err
			}
		}
		out.Organisation, out.Changed = body.Name, a.Now().UTC()
		if err := tx.PutReach(ctx, out); err != nil {
			return err
		}
		public := *out
		public.Version = 0
		tx.Append(good.SupportReached, []good.ID{body.ID}, value("reach", public))
		return nil
	})
	return out, position, err
}
