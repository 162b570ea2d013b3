package support

import (
	"context"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/support"
)

// Report has somebody say that an offer is spam or false. The secretariat alone
// reads it; what the same person says again replaces it.
func (a *App) Report(ctx context.Context, who access.Who, id good.ID, reason string) (*support.Offer, int64, error) {
	return a.onOffer(ctx, who, id, access.ReportSupport, func(ctx context.Context, tx *store.Tx, o *support.Offer) error {
		if err := support.CheckReason(&reason); err != nil {
			return err
		}
		if err := support.Turn(o.State, support.Closed); err != nil {
			return err
		}
		return tx.ReportOffer(ctx, o.ID, who.Person, a.Now().UnixMilli(), reason)
	})
}

// Hide has the secretariat take an offer, a request or an agreement off the
// lists, or show it again, and say why. What people reported of it is settled by that.
func (a *App) Hide(ctx context.Context, who access.Who, id good.ID, hide bool, reason string) (int64, error) {
	if err := access.May(who, access.ModerateSupport); err != nil {
		return 0, err
	}
	to := support.Open
	if hide {
		to = support.Hidden
	}
	check := func(state support.State) error {
		if (state == support.Hidden) == hide || state == support.Closed {
			return &good.Error{Kind: good.Conflict, Key: "help.error.same"}
		}
		return support.CheckReason(&reason)
	}
	o, err := a.DB.Primary().Offer(ctx, id)
	if err != nil {
		return 0, err
	}
	if o == nil {
		if g, err := a.DB.Primary().Agreement(ctx, id); err != nil || g != nil {
			return a.hideAgreement(ctx, who, id, hide, reason)
		}
		_, position, err := a.onRequest(ctx, who, id, access.ModerateSupport, func(ctx context.Context, tx *store.Tx, r *support.Request) error {
			if err := check(r.State); err != nil {
				return err
			}
			if !r.Public {
				_, err := found[support.Request](nil, nil)
				return err
			}
			if err := a.turnRequest(ctx, tx, r, support.Turned{State: to}, reason); err != nil {
				return err
			}
			return a.tell(ctx, tx, "support-hidden", string(r.ID)+r.Changed.String(), "/support/requests/"+string(r.ID), map[string]string{"Title": r.Title, "Reason": reason}, []good.ID{r.Person})
		})
		return position, err
	}
	_, position, err := a.onOffer(ctx, who, id, access.ModerateSupport, func(ctx context.Context, tx *store.Tx, o *support.Offer) error {
		if err := check(o.State); err != nil {
			return err
		}
		if err := tx.SettleReports(ctx, o.ID); err != nil {
			return err
		}
		if err := a.turnOffer(ctx, tx, o, to, reason); err != nil {
			return err
		}
		list, err := people(ctx, tx, o.Body)
		if err != nil {
			return err
		}
		return a.tell(ctx, tx, "support-hidden", string(o.ID)+o.Changed.String(), "/support/offers/"+string(o.ID), map[string]string{"Title": o.Title, "Reason": reason}, list)
	})
	return position, err
}

func (a *App) hideAgreement(ctx context.Context, who access.Who, id good.ID, hide bool, reason string) (int64, error) {
	_, position, err := a.onAgreement(ctx, who, id, access.ModerateSupport, func(ctx context.Context, tx *store.Tx, g *support.Agreement) error {
		to := support.Hidden
		if !hide {
			to = support.Claimed // whoever owns the good is to say so again
		}
		if (g.State == support.Hidden) == hide {
			return &good.Error{Kind: good.Conflict, Key: "help.error.same"}
		}
		if err := support.CheckReason(&reason); err != nil {
			return err
		}
		if err := a.turnAgreement(ctx, tx, g, to, reason); err != nil {
			return err
		}
		list, err := people(ctx, tx, g.Body)
		if err != nil {
			return err
		}
		return a.tell(ctx, tx, "support-hidden", string(g.ID)+a.Now().String(), "/support/agreements/"+string(g.ID), map[string]string{"Title": g.Organisation, "Reason": reason}, list)
	})
	return position, err
}

// Dismiss has the secretariat settle what was reported of an offer, which
// stands.
func (a *App) Dismiss(ctx context.Context, who access.Who, id good.ID) (*support.Offer, int64, error) {
	return a.onOffer(ctx, who, id, access.ModerateSupport, func(ctx context.Context, tx *store.Tx, o *support.Offer) error {
		return tx.SettleReports(ctx, o.ID)
	})
}

// Kept returns what is kept of a person here: what they asked for and said.
func (a *App) Kept(ctx context.Context, p good.Person) (any, error) {
	db := a.DB.Primary()
	asked, err := db.Requests(ctx, store.SupportThat{Owner: p.ID}, "", 10_000)
	if err != nil {
		return nil, err
	}
	said, err := db.SupportNotesBy(ctx, p.ID)
	if len(asked)+len(said) == 0 {
		return nil, err
	}
	return map[string]any{"requests": asked, "messages": said}, err
}

// Gone closes what a person who is erased asked for and takes what they said in
// private away; what everybody could read stays, of nobody.
func (a *App) Gone(ctx context.Context, tx *store.Tx, p good.Person) error {
	asked, err := tx.Requests(ctx, store.SupportThat{Owner: p.ID}, "", 10_000)
	if err != nil {
		return err
	}
	for _, r := range asked {
		if r.Public && r.State != support.Closed {
			if err := a.turnRequest(ctx, tx, &r, support.Turned{State: support.Closed}, ""); err != nil {
				return err
			}
		}
	}
	return tx.ForgetSupport(ctx, p.ID)
}
