package messages

import (
	"context"
	"errors"
	"strings"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/notify"
	"stoa/internal/store"
)

// TaskNominator is a letter to somebody who nominated a good and left an
// address: its key is the nomination and, behind a slash, what happened. The
// address is in no task, so that erasing it ends the letters.
const TaskNominator = "nominator"

// What happened to a nomination.
const (
	Thanked    = "thanks"     // it came in
	Sorted     = "sorted"     // a person decided about it
	Recognised = "recognised" // the good it led to was recognised
)

// DoNominator writes to who nominated a good, and tells the desk of what waits
// for it. It is a task.
func (a *App) DoNominator(ctx context.Context, t good.Task) error {
	id, what, _ := strings.Cut(t.Key, "/")
	n, err := a.DB.Primary().Nomination(ctx, good.ID(id))
	if err != nil || n == nil {
		return err
	}
	if what == Thanked {
		if err := a.tellDesk(ctx, n); err != nil {
			return err
		}
	}
	if n.Email == "" || a.Mail == nil { // erased meanwhile, or never given
		return nil
	}
	if back, err := a.DB.Primary().Bounce(ctx, n.Email); err != nil || back != nil {
		return err
	}
	l, err := a.toNominator(ctx, n, what, t)
	if err != nil {
		return err
	}
	if err := a.Mail.Send(ctx, l); err != nil && !errors.Is(err, notify.ErrRefused) {
		return err
	}
	if what == Recognised || n.Good == "" && !n.Settled.IsZero() { // nothing more is to be told
		return a.do(ctx, func(ctx context.Context, tx *store.Tx) error { return tx.ForgetNominator(ctx, n.ID, "") })
	}
	return nil
}

// toNominator is the letter about what happened to a nomination.
func (a *App) toNominator(ctx context.Context, n *store.Nomination, what string, t good.Task) (notify.Letter, error) {
	in := locale(n.Lang)
	args, path := map[string]string{"Good": n.Name}, "/nominate/"+string(n.ID)
	kind := "nomination-waiting"
	if n.Good != "" {
		g, err := a.DB.Primary().Good(ctx, n.Good)
		if err != nil {
			return notify.Letter{}, err
		}
		path, kind = "/goods/"+g.Slug, "nomination-public"
		if what == Recognised {
			args["Good"] = g.Name
		}
	}
	switch {
	case what == Recognised:
		kind = "nomination-recognised"
	case what == Sorted && n.Good == "":
		kind = "nomination-dropped"
	}
	seal, err := a.seal(ctx)
	if err != nil {
		return notify.Letter{}, err
	}
	l := a.letter(in, good.Notice{Kind: kind, Args: args}, "")
	l.ID, l.To, l.Link, l.Return = string(derived(-1, t.Kind, t.Key)), n.Email, a.Base+prefix(in)+path, returning(seal, a.Now(), n.ID, n.Email)
	l.Why, l.Leave = in.T("mail.why.nominator", "Instance", a.Name), in.T("mail.nomination.forget")
	l.LeaveAt = a.Base + prefix(in) + "/nominate/" + string(n.ID) + "/forget"
	return l, nil
}

// tellDesk tells those who sort nominations of a new one.
func (a *App) tellDesk(ctx context.Context, n *store.Nomination) error {
	people, err := a.DB.Primary().WithRole(ctx, access.Coordinator)
	if err != nil {
		return err
	}
	return a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, p := range people {
			path := "/nominate/" + string(n.ID)
			if n.Settled.IsZero() {
				path = "/desk/nominations/" + string(n.ID)
			}
			notice := good.Notice{Person: p.ID, Kind: "nominated", Args: map[string]string{"Good": n.Name}, Path: path}
			if err := a.Tell(ctx, tx, "nomination/"+string(n.ID), notice); err != nil {
				return err
			}
		}
		return nil
	})
}

// recognisedFor has everybody written to who nominated a good that an entry
// says was recognised.
func (a *App) recognisedFor(ctx context.Context, e good.Entry) (func(context.Context, *store.Tx) error, error) {
	if e.Verb != good.ApplicationPublished || len(e.Subjects) < 2 {
		return nil, nil
	}
	var p struct {
		Outcome string `json:"outcome"`
	}
	e.Value("published", &p) // of another form nothing is told
	if p.Outcome != "recognised" {
		return nil, nil
	}
	list, err := a.DB.Primary().NominationsOf(ctx, e.Subjects[1])
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx *store.Tx) error {
		for _, n := range list {
			if n.Email == "" {
				continue
			}
			if err := a.Queue.Enqueue(ctx, tx, good.Task{Kind: TaskNominator, Key: string(n.ID) + "/" + Recognised}); err != nil {
				return err
			}
		}
		return nil
	}, nil
}
