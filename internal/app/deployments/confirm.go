package deployments

import (
	"context"
	"slices"

	"stoa/internal/access"
	"stoa/internal/deploy"
	"stoa/internal/good"
	"stoa/internal/store"
)

// move runs a verb on one deployment for whoever may do act to it. first is the
// side for which they are asked to speak, "" for any.
func (a *App) move(ctx context.Context, who access.Who, id good.ID, act access.Act, first deploy.Side, do func(context.Context, *store.Tx, *deploy.Record, as) error) (*deploy.Record, int64, error) {
	r, err := record(ctx, a.DB.Primary(), id)
	if err != nil {
		return nil, 0, err
	}
	s, err := speak(ctx, a.DB.Primary(), r)
	if err != nil {
		return nil, 0, err
	}
	says, err := a.side(who, act, s, first)
	if err != nil {
		return nil, 0, err
	}
	position, err := a.DB.Do(ctx, says.actor, func(ctx context.Context, tx *store.Tx) error {
		if r, err = record(ctx, tx, id); err != nil {
			return err
		}
		return do(ctx, tx, r, says)
	})
	return r, position, err
}

// step writes what became of a deployment and says so in the journal.
func step(ctx context.Context, tx *store.Tx, r *deploy.Record, verb good.Verb, w any, reason string) error {
	if err := tx.PutDeployment(ctx, r); err != nil {
		return err
	}
	values := []store.NamedValue{value("step", w)}
	if reason != "" {
		values = append(values, value("reason", reason))
	}
	tx.Append(verb, []good.ID{r.Good, r.ID}, values...)
	return nil
}

// other is the side that is to confirm.
func other(r *deploy.Record) deploy.Side {
	if r.Stated.By == deploy.Maintainer {
		return deploy.Adopter
	}
	return deploy.Maintainer
}

// loops says that a person belongs to those whose word a confirmation would
// confirm.
func loops(ctx context.Context, db reader, r *deploy.Record, s speakers, person good.ID) error {
	same, err := beside(ctx, db, s.of(r.Stated.By))
	if err == nil && slices.Contains(same, person) {
		err = &good.Error{Kind: good.Forbidden, Key: "deploy.error.own"}
	}
	return err
}

// Confirm has the other side say the same: whoever belongs to the side that
// said it cannot.
func (a *App) Confirm(ctx context.Context, who access.Who, id good.ID) (*deploy.Record, int64, error) {
	r, err := record(ctx, a.DB.Primary(), id)
	if err != nil {
		return nil, 0, err
	}
	if who.Person != "" {
		s, err := speak(ctx, a.DB.Primary(), r)
		if err != nil {
			return nil, 0, err
		}
		if err := loops(ctx, a.DB.Primary(), r, s, who.Person); err != nil {
			return nil, 0, err
		}
	}
	return a.move(ctx, who, id, access.ConfirmDeployment, other(r), func(ctx context.Context, tx *store.Tx, r *deploy.Record, says as) error {
		if err := r.Confirm(says.Word); err != nil {
			return err
		}
		return step(ctx, tx, r, good.DeploymentConfirmed, says.Word, "")
	})
}

// Dispute has somebody who is concerned say that it is not so, and why.
func (a *App) Dispute(ctx context.Context, who access.Who, id good.ID, reason string) (*deploy.Record, int64, error) {
	return a.move(ctx, who, id, access.DisputeDeployment, "", func(ctx context.Context, tx *store.Tx, r *deploy.Record, says as) error {
		if err := r.Deny(says.Word, reason); err != nil {
			return err
		}
		s, err := speak(ctx, tx, r)
		if err != nil {
			return err
		}
		if err := step(ctx, tx, r, good.DeploymentDisputed, says.Word, r.Reason); err != nil {
			return err
		}
		return a.tell(ctx, tx, r, "deployment-disputed", says.At, slices.DeleteFunc(s.all(), func(p good.ID) bool { return p == who.Person }))
	})
}

// Settle ends a dispute: where it is upheld the deployment is withdrawn.
func (a *App) Settle(ctx context.Context, who access.Who, id good.ID, upheld bool, reason string) (*deploy.Record, int64, error) {
	return a.move(ctx, who, id, access.SettleDeployment, "", func(ctx context.Context, tx *store.Tx, r *deploy.Record, says as) error {
		if err := r.Settle(upheld, reason, says.At); err != nil {
			return err
		}
		return step(ctx, tx, r, good.DeploymentSettled, deploy.Settled{Upheld: upheld, At: says.At}, r.Reason)
	})
}

// Withdraw ends a deployment that is said no more. Only the side that said it,
// or the secretariat, can.
func (a *App) Withdraw(ctx context.Context, who access.Who, id good.ID, reason string) (*deploy.Record, int64, error) {
	return a.move(ctx, who, id, access.KeepDeployment, "", func(ctx context.Context, tx *store.Tx, r *deploy.Record, says as) error {
		if says.By != deploy.Desk && says.By != r.Stated.By {
			return &good.Error{Kind: good.Forbidden, Key: "deploy.error.theirs"}
		}
		if err := r.Withdraw(reason); err != nil {
			return err
		}
		return step(ctx, tx, r, good.DeploymentWithdrawn, says.Word, r.Reason)
	})
}
