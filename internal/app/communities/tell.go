package communities

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
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
	aDay   = 40               // changes of meetings of one community that are told in a day
)

// Queue takes tasks that are done after a transaction.
type Queue interface {
	Enqueue(ctx context.Context, tx *store.Tx, task good.Task) error
}

type task struct {
	Meetings []good.ID `json:"meetings"` // that were changed together: the first that lies ahead is told
	What     string    `json:"what"`
	By       good.ID   `json:"by"` // who knows already
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

// announce has all who belong to a community told of meetings, a little later:
// what is corrected at once is told as it is then. Of what changes too often in a
// day nobody is told any more.
func (a *App) announce(ctx context.Context, tx *store.Tx, who access.Who, what string, list ...community.Meeting) error {
	if a.Queue == nil || what == "" || list[len(list)-1].Start.Before(tx.Now()) {
		return nil
	}
	events, err := tx.CommunityEvents(ctx, list[0].Community, 2*aDay)
	if err != nil {
		return err
	}
	today := slices.DeleteFunc(events, func(e community.Event) bool { return e.What != community.Met || e.At.Before(tx.Now().Add(-day)) })
	if len(today) >= aDay {
		return nil
	}
	t := task{What: what, By: who.Person}
	for _, m := range list {
		t.Meetings = append(t.Meetings, m.ID)
	}
	args, err := json.Marshal(t)
	if err != nil {
		return err
	}
	at := tx.Now().Truncate(settle).Add(settle)
	return a.Queue.Enqueue(ctx, tx, good.Task{Kind: Task, Key: what + "/" + string(list[0].ID) + "/" + strconv.FormatInt(at.Unix(), 36), Args: args, At: at})
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
		var told []good.ID
		err := a.do(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			told, err = a.some(ctx, tx, t.Key, in, after)
			return err
		})
		if err != nil {
			return err
		}
		if more = len(told) == slice; more {
			after = told[slice-1]
		}
	}
	return nil
}

// some tells a slice of the people, those after one, and returns them.
func (a *App) some(ctx context.Context, tx *store.Tx, key string, in task, after good.ID) ([]good.ID, error) {
	var m *community.Meeting
	for _, id := range in.Meetings {
		next, err := tx.Meeting(ctx, id)
		if err != nil {
			return nil, err
		}
		if next != nil && next.Cancelled == (in.What == kindCancelled) && next.Start.After(tx.Now()) {
			m = next
			break
		}
	}
	if m == nil {
		return nil, nil
	}
	c, err := tx.Community(ctx, string(m.Community))
	if err != nil || c == nil || c.Hidden != "" {
		return nil, err
	}
	told, err := tx.CommunityTold(ctx, c.ID, after, slice)
	if err != nil {
		return nil, err
	}
	for _, p := range told {
		if p == in.By {
			continue
		}
		if err := a.Tell(ctx, tx, key, notice(*c, *m, in.What, p)); err != nil {
			return nil, err
		}
	}
	return told, nil
}

// notice is what a person is told of a meeting.
func notice(c community.Community, m community.Meeting, what string, p good.ID) good.Notice {
	day, hour, _ := strings.Cut(m.Local, "T")
	return good.Notice{Person: p, Kind: what, Path: "/communities/" + c.Slug, Args: map[string]string{"Name": cmp.Or(c.Name[c.Lang], c.Slug), "Title": m.Title, "Until": day, "Hour": hour, "Zone": m.Zone}}
}
