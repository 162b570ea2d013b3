package messages

import (
	"context"
	"errors"
	"strings"
	"time"

	"stoa/internal/good"
	"stoa/internal/notify"
	"stoa/internal/store"
)

// TaskJoining is a letter to whoever asks to join the alliance: its key is the
// application and, behind slashes, what happened and how often they were asked.
const TaskJoining = "joining"

// DoJoining writes to whoever asks to join the alliance, in the language they
// asked in. Once there is nothing more to tell, the address is forgotten. It is
// a task.
func (a *App) DoJoining(ctx context.Context, t good.Task) error {
	id, rest, _ := strings.Cut(t.Key, "/")
	what, _, _ := strings.Cut(rest, "/")
	j, err := a.DB.Primary().Joining(ctx, good.ID(id))
	if err != nil || j == nil || j.Email == "" || a.Mail == nil {
		return err
	}
	back, err := a.DB.Primary().Bounce(ctx, j.Email)
	if err != nil {
		return err
	}
	if back == nil {
		if err := a.sendJoiner(ctx, j, what, t); err != nil && !errors.Is(err, notify.ErrRefused) {
			return err
		}
	}
	if j.State.Open() || what != string(j.State) { // of two letters the last one is still to go
		return nil
	}
	return a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		held, err := tx.Joining(ctx, j.ID)
		if err != nil || held == nil {
			return err
		}
		held.Email = ""
		return tx.PutJoining(ctx, held)
	})
}

func (a *App) sendJoiner(ctx context.Context, j *store.Joining, what string, t good.Task) error {
	in := locale(j.Lang)
	seal, err := a.seal(ctx)
	if err != nil {
		return err
	}
	l := a.letter(in, good.Notice{Kind: "join-" + what, Args: map[string]string{"Title": j.Name, "Instance": a.Name, "Until": j.Due.UTC().Format(time.DateOnly)}}, "")
	if what == "declined" {
		l.Body = append(l.Body, j.Reason)
	}
	if what == "asked" && len(j.Said) > 0 {
		l.Body = append(l.Body, j.Said[len(j.Said)-1].Text)
	}
	l.ID, l.To, l.Return = string(derived(-1, t.Kind, t.Key)), j.Email, returning(seal, a.Now(), j.ID, j.Email)
	l.Link, l.Why = a.Base+prefix(in)+"/join/"+string(j.ID), in.T("mail.why.letter", "Instance", a.Name)
	return a.Mail.Send(ctx, l)
}
