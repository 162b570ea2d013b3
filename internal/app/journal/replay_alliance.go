package journal

import (
	"context"
	"fmt"

	"stoa/internal/alliance"
	"stoa/internal/good"
	"stoa/internal/store"
)

// Alliance is what the journal says of the alliance, lock versions left out.
type Alliance struct {
	Members     map[good.ID]alliance.Member
	Commitments map[good.ID]alliance.Commitment
}

func newAlliance() Alliance {
	return Alliance{Members: map[good.ID]alliance.Member{}, Commitments: map[good.ID]alliance.Commitment{}}
}

// allied are the verbs of the alliance with how many subjects they have.
var allied = map[good.Verb]int{good.MemberStated: 1, good.CommitmentMade: 2, good.CommitmentReported: 2}

// ally is one step of the replay of the alliance.
func (a *Alliance) ally(e good.Entry) error {
	if len(e.Subjects) < allied[e.Verb] {
		return fmt.Errorf("%d subjects of %d", len(e.Subjects), allied[e.Verb])
	}
	id := e.Subjects[len(e.Subjects)-1]
	switch e.Verb {
	case good.MemberStated:
		var m alliance.Member
		if e.Value("member", &m) {
			e.Value("summary", &m.Summary)
			m.Version = 0
			a.Members[id] = m
		}
	case good.CommitmentMade:
		var c alliance.Commitment
		if e.Value("commitment", &c) {
			e.Value("text", &c.Text)
			a.Commitments[id] = c
		}
	case good.CommitmentReported:
		var r alliance.Report
		if c, stands := a.Commitments[id]; stands && e.Value("report", &r) {
			e.Value("text", &r.Text)
			c.Reports = append(c.Reports, r)
			a.Commitments[id] = c
		}
	}
	return nil
}

// liveAlliance reads the alliance from the database.
func liveAlliance(ctx context.Context, db interface {
	AllianceMembers(context.Context) ([]alliance.Member, error)
	Commitments(context.Context) ([]alliance.Commitment, error)
}) (Alliance, error) {
	out := newAlliance()
	members, err := db.AllianceMembers(ctx)
	if err != nil {
		return out, err
	}
	for _, m := range members {
		m.Version = 0
		out.Members[m.ID] = m
	}
	list, err := db.Commitments(ctx)
	for _, c := range list {
		c.Version = 0
		out.Commitments[c.ID] = c
	}
	return out, err
}

// putAlliance makes what an erased entry was about what the journal still says.
func putAlliance(ctx context.Context, tx *store.Tx, p *projections, e good.Entry) error {
	id := e.Subjects[len(e.Subjects)-1]
	if e.Verb == good.MemberStated {
		held, err := tx.AllianceMember(ctx, string(id))
		if err != nil {
			return err
		}
		m := p.Members[id]
		m.Version = held.Version
		return tx.PutAllianceMember(ctx, &m)
	}
	held, err := tx.Commitment(ctx, id)
	if err != nil {
		return err
	}
	c := p.Commitments[id]
	c.Version = held.Version
	return tx.PutCommitment(ctx, &c)
}

func (a Alliance) write(ctx context.Context, tx *store.Tx) error {
	for _, m := range a.Members {
		if err := tx.PutAllianceMember(ctx, &m); err != nil {
			return err
		}
	}
	for _, c := range a.Commitments {
		if err := tx.PutCommitment(ctx, &c); err != nil {
			return err
		}
	}
	return nil
}
