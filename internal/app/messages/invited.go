package messages

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"stoa/internal/good"
	"stoa/internal/notify"
	"stoa/internal/store"
)

// TaskInvitation is a letter of invitation: its key is the invitation. The
// address is in no task, so that taking the invitation back ends the letter.
const TaskInvitation = "invitation"

// lettersADay is how many letters of invitation one address gets within a day,
// whoever asks: a mailbox is not to be flooded by many who each ask a little.
const lettersADay = 5

// DoInvitation tells whoever has the address of an invitation: a person here
// as of everything else they hear, anybody else by a letter that they can have
// ended for ever. It is a task.
func (a *App) DoInvitation(ctx context.Context, t good.Task) error {
	i, err := a.DB.Primary().Invitation(ctx, good.ID(t.Key))
	if err != nil || i == nil || !i.Waits(a.Now()) {
		return err // taken back meanwhile
	}
	name, err := a.DB.Primary().InvitedTo(ctx, *i)
	if err != nil || name == "" {
		return err
	}
	n := good.Notice{Kind: "invited", Path: "/account/invitations", Args: map[string]string{"Good": name, "Until": i.Expires.Format(time.DateOnly)}}
	if i.Kind == good.ToClaim {
		n.Kind, n.Path = "asked-to-claim", i.Path()
	}
	p, err := a.DB.Primary().PersonByEmail(ctx, i.Address)
	if err != nil {
		return err
	}
	if p != nil {
		n.Person = p.ID
		return a.do(ctx, func(ctx context.Context, tx *store.Tx) error { return a.Tell(ctx, tx, "invitation/"+t.Key, n) })
	}
	seal, err := a.seal(ctx)
	if err != nil {
		return err
	}
	may, err := a.mayWrite(ctx, seal, i.Address)
	if err != nil || !may {
		return err
	}
	in := locale(i.Lang)
	l := a.letter(in, n, "")
	if i.Kind != good.ToClaim {
		l.Body = append(l.Body, in.T("mail.invited.stranger"))
	}
	l.Why = in.T("mail.why.letter", "Instance", a.Name)
	l.Link = a.Base + prefix(in) + n.Path
	return a.toAddress(ctx, seal, t, i, l)
}

// TaskAnswered tells who invited somebody what they answered: its key is the
// invitation.
const TaskAnswered = "invitation-answer"

// DoAnswered tells it. Who it was is said by the page that they asked from, not
// by the notice. It is a task.
func (a *App) DoAnswered(ctx context.Context, t good.Task) error {
	i, err := a.DB.Primary().Invitation(ctx, good.ID(t.Key))
	if err != nil || i == nil || i.Became != "accepted" && i.Became != "declined" {
		return err
	}
	name, err := a.DB.Primary().InvitedTo(ctx, *i)
	if err != nil || name == "" {
		return err
	}
	n := good.Notice{Person: i.Person, Kind: "invitation-" + i.Became, Args: map[string]string{"Good": name}, Path: "/account/invite/" + string(i.Kind) + "/" + string(i.About)}
	return a.do(ctx, func(ctx context.Context, tx *store.Tx) error { return a.Tell(ctx, tx, TaskAnswered+"/"+t.Key, n) })
}

// mayWrite says whether an address that is nobody's here gets a letter: it
// takes letters, did not have them ended, and had not many today.
func (a *App) mayWrite(ctx context.Context, seal []byte, address string) (bool, error) {
	if a.Mail == nil {
		return false, nil
	}
	if back, err := a.DB.Primary().Bounce(ctx, address); err != nil || back != nil {
		return false, err
	}
	if wanted, err := a.wanted(ctx, stranger(seal, address), "invited"); err != nil || !wanted {
		return false, err
	}
	list, err := a.DB.Primary().InvitationsAt(ctx, []string{address})
	today := 0
	for _, i := range list {
		if a.Now().Sub(i.Created) < day {
			today++
		}
	}
	return today <= lettersADay, err
}

// toAddress sends a letter to the address of an invitation.
func (a *App) toAddress(ctx context.Context, seal []byte, t good.Task, i *good.Invitation, l notify.Letter) error {
	in := locale(i.Lang)
	l.ID, l.To, l.Return = string(derived(-1, t.Kind, t.Key)), i.Address, returning(seal, a.Now(), i.ID, i.Address)
	l.Leave, l.LeaveAt = in.T("mail.leave"), a.Base+prefix(in)+"/unsubscribe/"+leave(seal, stranger(seal, i.Address), "invited")
	err := a.Mail.Send(ctx, l)
	if errors.Is(err, notify.ErrRefused) {
		return a.do(ctx, func(ctx context.Context, tx *store.Tx) error { return tx.PutBounce(ctx, i.Address, "smtp") })
	}
	return err
}

// stranger stands for an address that is nobody's here, where it is kept that
// it wants no letters: of it alone the address cannot be told.
func stranger(seal []byte, address string) good.ID {
	mac := hmac.New(sha256.New, seal)
	mac.Write([]byte("stranger " + address))
	return good.ID(hex.EncodeToString(mac.Sum(nil)[:16]))
}
