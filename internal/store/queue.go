package store

import (
	"context"
	"encoding/json"
	"time"

	"stoa/internal/assess"
	"stoa/internal/good"
)

// QueueItem is what a list shows of an application.
type QueueItem struct {
	ID        good.ID
	Good      good.ID
	Kind      assess.Kind
	Standard  string
	Name      string
	State     assess.State
	Since     time.Time
	Submitted time.Time
	Deadline  time.Time
	Version   int64
	People    map[string][]good.ID // by part
}

// QueueFilter narrows a list of applications.
type QueueFilter struct {
	States   []assess.State // none: all that are not over, but no drafts
	Kind     assess.Kind
	Person   good.ID   // who has a part in it
	Part     string    // which; "" for any
	Undone   bool      // where that part is still to be done
	LateAt   time.Time // only those whose deadline was before
	Before   time.Time // only those in their state since before
	Deadline bool      // by deadline instead of by age
	Offset   int
	Limit    int // 0 means 50
}

// The parts of the statements by which lists are read. Where states are looked
// for in a way that no index serves, a list is read in its order and no further
// than it is long, and not sorted whole first.
const (
	queueColumns = `a.id, a.good, a.kind, a.standard, a.name, a.state, a.since, a.submitted, a.deadline, a.version`
	// states looked for by an index, and in a way that none serves
	queueState = `state IN (SELECT value FROM json_each($1))`
	queueAny   = `state || '' IN (SELECT value FROM json_each($1))`
	queueWhere = ` AND ($2 = '' OR kind = $2) AND ($3 = CAST(0 AS BIGINT) OR deadline > 0 AND deadline < $3) AND ($4 = CAST(0 AS BIGINT) OR since < $4)`
	queueMine  = ` AND id IN (SELECT application FROM application_people WHERE person = $5 AND ($6 = '' OR part = $6) AND ($7 = CAST(0 AS BIGINT) OR done = 0))`
	fromQueue  = ` FROM applications a WHERE a.id IN (SELECT id FROM applications WHERE `
	bySince    = ` ORDER BY since, id LIMIT $5 OFFSET $6) ORDER BY a.since, a.id`
	myBySince  = ` ORDER BY since, id LIMIT $8 OFFSET $9) ORDER BY a.since, a.id`
	// by deadline, those without one last
	byLine = ` ORDER BY CASE WHEN deadline = 0 THEN 9223372036854775807 ELSE deadline END, id LIMIT $5 OFFSET $6)
		ORDER BY CASE WHEN a.deadline = 0 THEN 9223372036854775807 ELSE a.deadline END, a.id`
	myByLine = ` ORDER BY CASE WHEN deadline = 0 THEN 9223372036854775807 ELSE deadline END, id LIMIT $8 OFFSET $9)
		ORDER BY CASE WHEN a.deadline = 0 THEN 9223372036854775807 ELSE a.deadline END, a.id`
)

// Applications lists applications, the oldest or the most pressing first, with who has
// a part in each, and how many there are in all: three statements, however
// long the list.
func (r reads) Applications(ctx context.Context, f QueueFilter) (list []QueueItem, total int, err error) {
	states := f.States
	if len(states) == 0 {
		for _, s := range assess.States {
			if !s.Over() && s != assess.Draft {
				states = append(states, s)
			}
		}
	}
	doc, err := json.Marshal(states)
	if err != nil {
		return nil, 0, err
	}
	if f.Limit == 0 {
		f.Limit = 50
	}
	args := []any{string(doc), string(f.Kind), millis(f.LateAt), millis(f.Before)}
	var undone int64
	if f.Undone {
		undone = 1
	}
	query, count := Q(`SELECT `+queueColumns+fromQueue+queueAny+queueWhere+bySince), Q(`SELECT count(*) FROM applications WHERE `+queueState+queueWhere)
	if f.Person != "" {
		args = append(args, string(f.Person), f.Part, undone)
		query, count = Q(`SELECT `+queueColumns+fromQueue+queueState+queueWhere+queueMine+myBySince), Q(`SELECT count(*) FROM applications WHERE `+queueState+queueWhere+queueMine)
	}
	switch {
	case f.Deadline && f.Person != "":
		query = Q(`SELECT ` + queueColumns + fromQueue + queueState + queueWhere + queueMine + myByLine)
	case f.Deadline:
		query = Q(`SELECT ` + queueColumns + fromQueue + queueAny + queueWhere + byLine)
	}
	if err := r.q.QueryRowContext(ctx, count, args...).Scan(&total); err != nil {
		return nil, 0, err
	}
	err = each(ctx, r.q, query, append(args, f.Limit, f.Offset), func(scan func(...any) error) error {
		var i QueueItem
		var since, submitted, deadline int64
		err := scan(&i.ID, &i.Good, &i.Kind, &i.Standard, &i.Name, &i.State, &since, &submitted, &deadline, &i.Version)
		i.Since, i.Submitted, i.Deadline = moment(since), moment(submitted), moment(deadline)
		list = append(list, i)
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	return list, total, r.withPeople(ctx, list)
}

func (r reads) withPeople(ctx context.Context, list []QueueItem) error {
	at := make(map[good.ID]*QueueItem, len(list))
	ids := make([]good.ID, len(list))
	for i := range list {
		ids[i] = list[i].ID
		at[list[i].ID] = &list[i]
		list[i].People = map[string][]good.ID{}
	}
	doc, err := json.Marshal(ids)
	if err != nil {
		return err
	}
	return each(ctx, r.q, Q(`SELECT application, part, person FROM application_people WHERE application IN (SELECT value FROM json_each($1)) ORDER BY application, part, since, person`), []any{string(doc)}, func(scan func(...any) error) error {
		var application, person good.ID
		var part string
		err := scan(&application, &part, &person)
		if i := at[application]; i != nil {
			i.People[part] = append(i.People[part], person)
		}
		return err
	})
}

// StateCount is how many applications of a kind are in a state, how many of
// them are late, and since when the oldest is.
type StateCount struct {
	State  assess.State `json:"state"`
	Kind   assess.Kind  `json:"kind"`
	Count  int          `json:"count"`
	Late   int          `json:"late"`
	Oldest time.Time    `json:"oldest"`
}

// Board counts every application, by state and kind.
func (r reads) Board(ctx context.Context, now time.Time) ([]StateCount, error) {
	var out []StateCount
	return out, each(ctx, r.q, Q(`SELECT state, kind, count(*), SUM(CASE WHEN deadline > 0 AND deadline < $1 THEN 1 ELSE 0 END), MIN(since) FROM applications GROUP BY state, kind ORDER BY state, kind`),
		[]any{millis(now)}, func(scan func(...any) error) error {
			var c StateCount
			var oldest int64
			err := scan(&c.State, &c.Kind, &c.Count, &c.Late, &oldest)
			c.Oldest = moment(oldest)
			out = append(out, c)
			return err
		})
}

// DraftsOf counts the applications of a person, renewals aside, that are not
// handed in.
func (r reads) DraftsOf(ctx context.Context, person good.ID) (int, error) {
	var n int
	err := r.q.QueryRowContext(ctx, Q(`SELECT count(*) FROM application_people p JOIN applications a ON a.id = p.application
		WHERE p.person = $1 AND p.part = 'owner' AND a.state = 'draft' AND a.kind = 'first'`), person).Scan(&n)
	return n, err
}

// Mine lists the applications in which a person has a part, the newest first.
func (r reads) Mine(ctx context.Context, person good.ID, part string, limit int) ([]QueueItem, error) {
	var out []QueueItem
	return out, each(ctx, r.q, Q(`SELECT `+queueColumns+` FROM application_people p JOIN applications a ON a.id = p.application
		WHERE p.person = $1 AND p.part = $2 ORDER BY p.application DESC LIMIT $3`), []any{person, part, limit}, func(scan func(...any) error) error {
		var i QueueItem
		var since, submitted, deadline int64
		err := scan(&i.ID, &i.Good, &i.Kind, &i.Standard, &i.Name, &i.State, &since, &submitted, &deadline, &i.Version)
		i.Since, i.Submitted, i.Deadline = moment(since), moment(submitted), moment(deadline)
		out = append(out, i)
		return err
	})
}
