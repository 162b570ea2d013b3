package alliance

import (
	"cmp"
	"context"
	"errors"
	"strconv"
	"time"

	"stoa/internal/access"
	"stoa/internal/alliance"
	"stoa/internal/good"
	"stoa/internal/store"
)

// Input is an application to join as it comes in. ID is the one its form was
// given; where there is none, each call is an application of its own.
type Input struct {
	alliance.Joining
	Email string // to answer to; private
}

// Bounds of what waits, so that a flood cannot fill the queue.
const (
	mostOpen        = 2_000
	mostOpenOneself = 3 // to be answered to one address
)

// Join takes in an application to join the alliance. Anybody may make one; its
// id is what its maker alone knows. A form sent twice is one application.
func (a *App) Join(ctx context.Context, who access.Who, in Input) (alliance.Joining, error) {
	j := store.Joining{Joining: in.Joining, Person: who.Person}
	j.Said, j.Reason, j.Member, j.Settled, j.Reminded = nil, "", "", time.Time{}, false
	if err := alliance.CheckJoining(&j.Joining); err != nil {
		return j.Joining, err
	}
	var err error
	if j.Email, err = good.EmailAddress(in.Email); err != nil {
		return j.Joining, &good.Error{Kind: good.Invalid, Key: "nominate.error.email", Field: "email", Err: err}
	}
	_, err = a.do(ctx, who, access.JoinAlliance, access.Thing{}, func(ctx context.Context, tx *store.Tx) error {
		if j.ID != "" {
			if held, err := tx.Joining(ctx, j.ID); err != nil || held != nil {
				if held != nil {
					j = *held
				}
				return err
			}
		}
		all, same, err := tx.CountJoinings(ctx, j.Email)
		if err != nil {
			return err
		}
		if all >= mostOpen || same >= mostOpenOneself {
			return &good.Error{Kind: good.Limited, Key: "alliance.error.full"}
		}
		j.ID, j.Created, j.Due, j.State = cmp.Or(j.ID, tx.NewID()), tx.Now(), tx.Now().Add(alliance.AnswerWithin), alliance.Waiting
		if err := tx.PutJoining(ctx, &j); err != nil {
			return err
		}
		return errors.Join(a.write(ctx, tx, &j, "received"), a.tellDesk(ctx, tx, &j, "join-waiting"))
	})
	return j.Joining, err
}

// write has the applicant written to. The address is in no task, so that
// erasing it ends the letters.
func (a *App) write(ctx context.Context, tx *store.Tx, j *store.Joining, what string) error {
	if a.Tasks == nil || j.Email == "" {
		return nil
	}
	return a.Tasks.Enqueue(ctx, tx, good.Task{Kind: "joining", Key: string(j.ID) + "/" + what + "/" + strconv.Itoa(len(j.Said))})
}

// tellDesk tells the secretariat of an application.
func (a *App) tellDesk(ctx context.Context, tx *store.Tx, j *store.Joining, kind string) error {
	if a.Tell == nil || j.Rubbish {
		return nil
	}
	people, err := tx.WithRole(ctx, access.Secretariat)
	for _, p := range people {
		n := good.Notice{Person: p.ID, Kind: kind, Args: map[string]string{"Title": j.Name, "Until": string(day(j.Due))}, Path: "/desk/alliance/" + string(j.ID)}
		if err := a.Tell(ctx, tx, kind+"/"+string(j.ID)+"/"+strconv.Itoa(len(j.Said)), n); err != nil {
			return err
		}
	}
	return err
}

func joining(ctx context.Context, db interface {
	Joining(ctx context.Context, id good.ID) (*store.Joining, error)
}, id good.ID) (*store.Joining, error) {
	j, err := db.Joining(ctx, id)
	if err == nil && j == nil {
		err = &good.Error{Kind: good.NotFound, Key: "alliance.error.joining"}
	}
	return j, err
}

// Joined is an application as whoever holds its id may see it.
type Joined struct {
	alliance.Joining
	Heard bool   `json:"heard,omitempty"` // there is an address to answer to
	Slug  string `json:"slug,omitempty"`  // of the member it became
}

// Became is what became of an application to join.
func (a *App) Became(ctx context.Context, id good.ID) (Joined, error) {
	j, err := joining(ctx, a.DB.Primary(), id)
	if err != nil {
		return Joined{}, err
	}
	out := Joined{Joining: j.Joining, Heard: j.Email != ""}
	if j.Member != "" {
		m, err := member(ctx, a.DB.Primary(), string(j.Member))
		if err != nil {
			return out, err
		}
		out.Slug = m.Slug
	}
	return out, nil
}

// change changes one application.
func (a *App) change(ctx context.Context, who access.Who, act access.Act, id good.ID, fn func(context.Context, *store.Tx, *store.Joining) error) (alliance.Joining, int64, error) {
	var out alliance.Joining
	position, err := a.do(ctx, who, act, access.Thing{}, func(ctx context.Context, tx *store.Tx) error {
		j, err := joining(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := fn(ctx, tx, j); err != nil {
			return err
		}
		out = j.Joining
		return tx.PutJoining(ctx, j)
	})
	return out, position, err
}

// Reply answers what the secretariat asked, for whoever holds the id.
func (a *App) Reply(ctx context.Context, who access.Who, id good.ID, text string) (alliance.Joining, error) {
	j, _, err := a.change(ctx, who, access.JoinAlliance, id, func(ctx context.Context, tx *store.Tx, j *store.Joining) error {
		if err := j.Reply(text, tx.Now()); err != nil {
			return err
		}
		return a.tellDesk(ctx, tx, j, "join-waiting")
	})
	return j, err
}

// Withdraw takes an application back, for whoever holds the id. The address is
// forgotten.
func (a *App) Withdraw(ctx context.Context, who access.Who, id good.ID) (alliance.Joining, error) {
	j, _, err := a.change(ctx, who, access.JoinAlliance, id, func(_ context.Context, tx *store.Tx, j *store.Joining) error {
		j.Email, j.Person = "", ""
		return j.End(alliance.Withdrawn, "", tx.Now())
	})
	return j, err
}

// Queue is what waits for the secretariat, or for an answer, in the order of
// work.
func (a *App) Queue(ctx context.Context, who access.Who) ([]alliance.Joining, error) {
	if _, err := access.As(who, access.ManageAlliance, access.Thing{}); err != nil {
		return nil, err
	}
	list, err := a.DB.Primary().Joinings(ctx, true, "", mostOpen)
	var out []alliance.Joining
	for _, j := range list {
		out = append(out, j.Joining)
	}
	alliance.Order(out)
	return out, err
}

// Asking is one application as the secretariat sees it.
func (a *App) Asking(ctx context.Context, who access.Who, id good.ID) (Joined, error) {
	if _, err := access.As(who, access.ManageAlliance, access.Thing{}); err != nil {
		return Joined{}, err
	}
	return a.Became(ctx, id)
}

// Joinings hands over every application to join there ever was, the oldest
// first.
func (a *App) Joinings(ctx context.Context, who access.Who, each func(alliance.Joining)) error {
	if _, err := access.As(who, access.ManageAlliance, access.Thing{}); err != nil {
		return err
	}
	const slice = 1000
	for after := good.ID(""); ; {
		list, err := a.DB.Joinings(ctx, false, after, slice)
		if err != nil {
			return err
		}
		for _, j := range list {
			after = j.ID
			each(j.Joining)
		}
		if len(list) < slice {
			return nil
		}
	}
}

// What the secretariat can do with an application to join.
const (
	Ask     = "ask"
	Accept  = "accept"
	Decline = "decline"
)

// Settle asks the applicant something, accepts the application or declines it
// with a reason; the applicant reads it. Whoever is accepted belongs to the
// alliance at once.
func (a *App) Settle(ctx context.Context, who access.Who, id good.ID, how, text string) (Joined, int64, error) {
	_, position, err := a.change(ctx, who, access.ManageAlliance, id, func(ctx context.Context, tx *store.Tx, j *store.Joining) error {
		switch how {
		case Ask:
			if err := j.Ask(text, tx.Now()); err != nil {
				return err
			}
			return a.write(ctx, tx, j, "asked")
		case Decline:
			if err := j.End(alliance.Declined, text, tx.Now()); err != nil {
				return err
			}
			return a.write(ctx, tx, j, "declined")
		case Accept:
			return a.accept(ctx, tx, j, text)
		}
		return &good.Error{Kind: good.Invalid, Key: "alliance.error.how", Field: "how"}
	})
	if err != nil {
		return Joined{}, position, err
	}
	out, err := a.Asking(ctx, who, id)
	return out, position, err
}

func (a *App) accept(ctx context.Context, tx *store.Tx, j *store.Joining, text string) error {
	if err := j.End(alliance.Accepted, text, tx.Now()); err != nil {
		return err
	}
	e := Entry{Keeper: j.Email, Member: alliance.Member{Name: j.Name, Roles: []alliance.Role{j.Role}, Country: j.Country, Website: j.Website, Lang: j.Lang, Since: day(tx.Now())}}
	if err := a.admit(ctx, tx, &e, j.Person); err != nil {
		return err
	}
	j.Member = e.ID
	return a.write(ctx, tx, j, "accepted")
}

// keepJoiners is how long the address of a settled application is kept at most.
const keepJoiners = 180 * 24 * time.Hour

// Tick reminds the secretariat of what is late, closes what nobody answered,
// and forgets addresses.
func (a *App) Tick(ctx context.Context, now time.Time) error {
	list, err := a.DB.Primary().Joinings(ctx, true, "", mostOpen)
	if err != nil {
		return err
	}
	for _, j := range list {
		if !j.Late(now) || j.State == alliance.Waiting && j.Reminded {
			continue
		}
		_, err := a.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
			j, err := joining(ctx, tx, j.ID)
			if err != nil || !j.Late(now) {
				return err
			}
			if j.State == alliance.Waiting {
				j.Reminded = true
				err = a.tellDesk(ctx, tx, j, "join-late")
			} else if err = j.End(alliance.Closed, "", now); err == nil {
				err = a.write(ctx, tx, j, "closed")
			}
			return cmp.Or(err, tx.PutJoining(ctx, j))
		})
		if err != nil {
			return err
		}
	}
	for n := int64(1); n > 0; {
		_, err := a.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) (err error) {
			n, err = tx.ForgetJoiners(ctx, now.Add(-keepJoiners), 200)
			return err
		})
		if err != nil {
			return err
		}
	}
	return a.Remind(ctx, now)
}

// KeptJoining is an application to join that is a person's.
type KeptJoining struct {
	alliance.Joining
	Email string `json:"email,omitempty"`
}

// Kept returns what is kept of a person here, for them to take away.
func (a *App) Kept(ctx context.Context, p good.Person) (any, error) {
	list, err := a.DB.Primary().JoiningsBy(ctx, p.ID)
	var out []KeptJoining
	for _, j := range list {
		out = append(out, KeptJoining{j.Joining, j.Email})
	}
	return out, err
}

// Forget takes a person who is erased off their applications to join, which
// stay.
func Forget(ctx context.Context, tx *store.Tx, p good.Person) error {
	list, err := tx.JoiningsBy(ctx, p.ID)
	if err != nil {
		return err
	}
	for _, j := range list {
		j.Email, j.Person = "", ""
		if err := tx.PutJoining(ctx, &j); err != nil {
			return err
		}
	}
	return nil
}
