package communities

import (
	"cmp"
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/community"
	"stoa/internal/good"
	"stoa/internal/store"
)

// Task is the kind of the task that has those who belong to a community told of
// a meeting.
const Task = "community-meeting"

// Of what they are told: the kinds of the letters.
const (
	kindMet       = "community-meeting"
	kindMoved     = "community-moved"
	kindCancelled = "community-cancelled"
)

const (
	settle = 10 * time.Minute // what a keeper corrects within it is told once
	slice  = 100              // how many are told in one transaction
)

// Queue takes tasks that are done after a transaction.
type Queue interface {
	Enqueue(ctx context.Context, tx *store.Tx, task good.Task) error
}

type task struct {
	Meeting good.ID `json:"meeting"`
	What    string  `json:"what"`
	By      good.ID `json:"by"` // who knows already
}

// turned says what those who were told of a meeting have to hear of it now; ""
// for nothing.
func turned(was, is community.Meeting) string {
	switch {
	case is.Cancelled && !was.Cancelled:
		return kindCancelled
	case !is.Cancelled && was.Cancelled:
		return kindMet
	case !is.Cancelled && !is.Start.Equal(was.Start):
		return kindMoved
	}
	return ""
}

// announce has all who belong to a community told of a meeting that lies ahead,
// a little later: what is corrected at once is told as it is then.
func (a *App) announce(ctx context.Context, tx *store.Tx, who access.Who, what string, m community.Meeting) error {
	if a.Queue == nil || what == "" || m.Start.Before(tx.Now()) {
		return nil
	}
	args, err := json.Marshal(task{m.ID, what, who.Person})
	if err != nil {
		return err
	}
	at := tx.Now().Truncate(settle).Add(settle)
	return a.Queue.Enqueue(ctx, tx, good.Task{Kind: Task, Key: what + "/" + string(m.ID) + "/" + strconv.FormatInt(at.Unix(), 36), Args: args, At: at})
}

// Do tells all who belong to a community of a meeting as it is now, each person
// once for the task, in slices. What was moved and then cancelled is told as
// cancelled alone.
func (a *App) Do(ctx context.Context, t good.Task) error {
	var in task
	if err := json.Unmarshal(t.Args, &in); err != nil {
		return err
	}
	for after, more := good.ID(""), a.Tell != nil; more; {
		err := a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
			more = false
			m, err := tx.Meeting(ctx, in.Meeting)
			if err != nil || m == nil || m.Cancelled != (in.What == kindCancelled) {
				return err
			}
			c, err := tx.Community(ctx, string(m.Community))
			if err != nil || c == nil || c.Hidden != "" {
				return err
			}
			told, err := tx.CommunityTold(ctx, c.ID, after, slice)
			if err != nil {
				return err
			}
			if len(told) == slice {
				after, more = told[slice-1], true
			}
			for _, p := range told {
				if p == in.By {
					continue
				}
				if err := a.Tell(ctx, tx, t.Key, notice(*c, *m, in.What, p)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// notice is what a person is told of a meeting.
func notice(c community.Community, m community.Meeting, what string, p good.ID) good.Notice {
	day, hour, _ := strings.Cut(m.Local, "T")
	return good.Notice{Person: p, Kind: what, Path: "/communities/" + c.Slug, Args: map[string]string{"Name": cmp.Or(c.Name[c.Lang], c.Slug), "Title": m.Title, "Until": day, "Hour": hour, "Zone": m.Zone}}
}
