package journal

import (
	"context"
	"fmt"

	"stoa/internal/deploy"
	"stoa/internal/good"
	"stoa/internal/store"
)

// deployed are the verbs of goods in use.
var deployed = []good.Verb{good.DeploymentStated, good.DeploymentConfirmed, good.DeploymentDisputed, good.DeploymentSettled, good.DeploymentWithdrawn, good.DeploymentDue}

// deploy is one step of the replay of goods in use: what the rules let happen
// happens again.
func (p *projections) deploy(e good.Entry) error {
	if len(e.Subjects) < 2 {
		return fmt.Errorf("%d subjects of 2", len(e.Subjects))
	}
	id := e.Subjects[1]
	var w deploy.Word
	var s deploy.Settled
	if e.Verb == good.DeploymentStated {
		var r deploy.Record
		if e.Value("deployment", &r) {
			e.Value("place", &r.Place)
			e.Value("programme", &r.Programme)
			e.Value("details", &r.Details)
			r.Reason = p.Deployments[id].Reason
			p.Deployments[id] = r
		}
		return nil
	}
	r, stands := p.Deployments[id]
	if !stands {
		return nil
	}
	reason := ""
	erased := !e.Value("reason", &reason)
	if erased {
		reason = "-" // there was one: no step without it
	}
	var err error
	switch e.Verb {
	case good.DeploymentConfirmed:
		e.Value("step", &w)
		err = r.Confirm(w)
	case good.DeploymentDisputed:
		e.Value("step", &w)
		err = r.Deny(w, reason)
	case good.DeploymentSettled:
		e.Value("step", &s)
		err = r.Settle(s.Upheld, reason, s.At)
	case good.DeploymentWithdrawn:
		err = r.Withdraw(reason)
	case good.DeploymentDue:
		e.Value("step", &s)
		r.Age(s.At)
	}
	if err != nil {
		return err
	}
	if erased && r.Reason == reason {
		r.Reason = ""
	}
	p.Deployments[id] = r
	return nil
}

// liveDeployments reads goods in use from the database, lock versions left out.
func liveDeployments(ctx context.Context, db interface {
	EachDeployment(context.Context, func(deploy.Record) error) error
}) (map[good.ID]deploy.Record, error) {
	out := map[good.ID]deploy.Record{}
	err := db.EachDeployment(ctx, func(r deploy.Record) error {
		r.Version = 0
		out[r.ID] = r
		return nil
	})
	return out, err
}

// putDeployment makes what an erased entry was about what the journal still
// says.
func putDeployment(ctx context.Context, tx *store.Tx, p *projections, e good.Entry) error {
	id := e.Subjects[1]
	held, err := tx.Deployment(ctx, id)
	if err != nil || held == nil {
		return err
	}
	r := p.Deployments[id]
	r.Version = held.Version
	return tx.PutDeployment(ctx, &r)
}

func writeDeployments(ctx context.Context, tx *store.Tx, all map[good.ID]deploy.Record) error {
	for _, r := range all {
		if err := tx.PutDeployment(ctx, &r); err != nil {
			return err
		}
	}
	return nil
}
