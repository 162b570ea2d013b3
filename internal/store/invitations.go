package store

import (
	"context"
	"time"

	"stoa/internal/good"
)

const invitationColumns = `id, kind, about, address, person, keeper, lang, created, expires, ended, became`

func readInvitation(scan func(...any) error) (i good.Invitation, err error) {
	var keeper, created, expires, ended int64
	err = scan(&i.ID, &i.Kind, &i.About, &i.Address, &i.Person, &keeper, &i.Lang, &created, &expires, &ended, &i.Became)
	i.Keeper, i.Created, i.Expires, i.Ended = keeper != 0, moment(created), moment(expires), moment(ended)
	return i, err
}

// Invitation returns an invitation, ended or not; nil if there is none.
func (r reads) Invitation(ctx context.Context, id good.ID) (*good.Invitation, error) {
	return one(readInvitation(r.q.QueryRowContext(ctx, Q(`SELECT `+invitationColumns+` FROM invitations WHERE id = $1`), id).Scan))
}

// InvitationsTo returns the invitations to something, the newest first.
func (r reads) InvitationsTo(ctx context.Context, kind good.Invited, about good.ID) ([]good.Invitation, error) {
	return r.invitations(ctx, Q(`SELECT `+invitationColumns+` FROM invitations WHERE about = $1 AND kind = $2 ORDER BY id DESC`), about, kind)
}

// InvitationsAt returns the invitations that went to any of some addresses,
// the newest first.
func (r reads) InvitationsAt(ctx context.Context, addresses []string) ([]good.Invitation, error) {
	return r.invitations(ctx, Q(`SELECT `+invitationColumns+` FROM invitations WHERE address IN (SELECT value FROM json_each($1)) ORDER BY id DESC`), listed(addresses))
}

// InvitationsBy returns the invitations of a person, made since, the newest
// first.
func (r reads) InvitationsBy(ctx context.Context, person good.ID, since time.Time) ([]good.Invitation, error) {
	return r.invitations(ctx, Q(`SELECT `+invitationColumns+` FROM invitations WHERE person = $1 AND created >= $2 ORDER BY id DESC`), person, millis(since))
}

func (r reads) invitations(ctx context.Context, query string, args ...any) ([]good.Invitation, error) {
	var out []good.Invitation
	err := each(ctx, r.q, query, args, func(scan func(...any) error) error {
		i, err := readInvitation(scan)
		out = append(out, i)
		return err
	})
	return out, err
}

// InvitedTo is what an invitation is to, by name; "" where that is gone.
func (r reads) InvitedTo(ctx context.Context, i good.Invitation) (string, error) {
	var name string
	var err error
	switch i.Kind {
	case good.ToOrganisation:
		b, failed := r.Body(ctx, string(i.About))
		if err = failed; b != nil {
			name = b.Name
		}
	case good.ToBoard:
		b, failed := r.SourcingBoard(ctx, string(i.About))
		if err = failed; b != nil {
			name = b.Name
		}
	case good.ToApplication:
		app, failed := r.Application(ctx, i.About)
		if err = failed; err == nil {
			name = app.Name
		}
	default:
		g, failed := r.Good(ctx, i.About)
		if err = failed; err == nil && g.Tombstone == nil {
			name = g.Name
		}
	}
	if good.KindOf(err) == good.NotFound {
		err = nil
	}
	return name, err
}

// AddInvitation writes a new invitation.
func (tx *Tx) AddInvitation(ctx context.Context, i good.Invitation) error {
	keeper := 0
	if i.Keeper {
		keeper = 1
	}
	_, err := tx.q.ExecContext(ctx, Q(`INSERT INTO invitations (`+invitationColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, '')`),
		i.ID, i.Kind, i.About, i.Address, i.Person, keeper, i.Lang, millis(i.Created), millis(i.Expires))
	return err
}

// EndInvitation notes what became of an invitation that waits: of two who end
// it at once one does, the other is told that it is over.
func (tx *Tx) EndInvitation(ctx context.Context, id good.ID, became string) error {
	return tx.must(ctx, &good.Error{Kind: good.Gone, Key: "invite.error.over"},
		Q(`UPDATE invitations SET ended = $1, became = $2 WHERE id = $3 AND ended = 0 AND expires > $1`), millis(tx.now), became, id)
}

// SweepInvitations takes away those whose time is over.
func (tx *Tx) SweepInvitations(ctx context.Context) error {
	_, err := tx.q.ExecContext(ctx, Q(`DELETE FROM invitations WHERE expires <= $1`), millis(tx.now))
	return err
}

// ForgetInvitations takes away what a person asked of others, and what they
// were asked at their addresses.
func (tx *Tx) ForgetInvitations(ctx context.Context, person good.ID) error {
	_, err := tx.q.ExecContext(ctx, Q(`DELETE FROM invitations WHERE person = $1 OR address IN (SELECT address FROM emails WHERE person = $1)`), person)
	return err
}
