// Package advisory holds the advisory group: its seats, what it is asked, what
// it and the public say, and what came of it. All of it is public; who a person
// is shows only where they agreed.
package advisory

import (
	"context"
	"slices"
	"time"

	"stoa/internal/access"
	"stoa/internal/advise"
	"stoa/internal/good"
	"stoa/internal/store"
)

// App is the noun's verbs and views.
type App struct {
	DB  *store.DB
	Now func() time.Time
}

// today is the day on which seats sit and consultations are open, in UTC.
func today(t time.Time) good.Date { return good.Date(t.UTC().Format(time.DateOnly)) }

// Group is the advisory group as the public sees it.
type Group struct {
	Sitting       []advise.Seat // by constituency
	Former        []advise.Seat // the last to leave first
	Consultations []advise.Consultation
	Today         good.Date
}

// Group returns who sits, who sat, and what they were asked.
func (a *App) Group(ctx context.Context) (Group, error) {
	out := Group{Today: today(a.Now())}
	seats, err := a.DB.Seats(ctx)
	if err != nil {
		return out, err
	}
	for _, c := range advise.Constituencies {
		for _, s := range seats {
			if s.Constituency == c && s.Sits(out.Today) {
				out.Sitting = append(out.Sitting, s)
			}
		}
	}
	for _, s := range slices.Backward(seats) {
		if !s.Sits(out.Today) && (s.Until < out.Today || s.Ended != "") {
			out.Former = append(out.Former, s)
		}
	}
	out.Consultations, err = a.DB.Consultations(ctx)
	return out, err
}

// Said is an opinion with the seat that gave it.
type Said struct {
	advise.Opinion
	By advise.Seat `json:"by"`
}

// Record is everything said on one consultation.
type Record struct {
	advise.Consultation
	Opinions []Said
	Comments []advise.Comment
	Today    good.Date
}

// Waiting is how many comments have no answer yet.
func (r *Record) Waiting() int {
	n := 0
	for _, c := range r.Comments {
		if c.Answered.IsZero() {
			n++
		}
	}
	return n
}

// Record returns a consultation with all that was said on it.
func (a *App) Record(ctx context.Context, slug string) (Record, error) {
	out := Record{Today: today(a.Now())}
	var err error
	if out.Consultation, err = a.DB.Consultation(ctx, slug); err != nil {
		return out, err
	}
	seats, err := a.DB.Seats(ctx)
	if err != nil {
		return out, err
	}
	opinions, err := a.DB.Opinions(ctx, out.ID)
	if err != nil {
		return out, err
	}
	for _, o := range opinions {
		if i := slices.IndexFunc(seats, func(s advise.Seat) bool { return s.ID == o.Seat }); i >= 0 {
			out.Opinions = append(out.Opinions, Said{Opinion: o, By: seats[i]})
		}
	}
	out.Comments, err = a.DB.Comments(ctx, out.ID)
	return out, err
}

// SeatsOf returns the seats of one person.
func (a *App) SeatsOf(ctx context.Context, person good.ID) ([]advise.Seat, error) {
	return a.DB.SeatsOf(ctx, person)
}

// Kept is what is kept of a person here.
type Kept struct {
	Seats    []advise.Seat    `json:"seats,omitempty"`
	Comments []advise.Comment `json:"comments,omitempty"`
}

// Kept returns what is kept of a person, for them to take away.
func (a *App) Kept(ctx context.Context, p good.Person) (any, error) {
	var out Kept
	var err error
	if out.Seats, err = a.DB.SeatsOf(ctx, p.ID); err != nil {
		return nil, err
	}
	out.Comments, err = a.DB.CommentsBy(ctx, p.Pseudonym)
	return out, err
}

// subject makes ids the subjects of an entry.
func subject(ids ...good.ID) []good.ID { return ids }

// value names a value of an entry.
func value(name string, v any) store.NamedValue { return store.NamedValue{Name: name, Value: v} }

// named adds a person's name as a value of its own, so that it can be erased
// alone; without one nothing is added.
func named(values []store.NamedValue, name string) []store.NamedValue {
	if name == "" {
		return values
	}
	return append(values, value("name", name))
}

// do runs one verb of who.
func (a *App) do(ctx context.Context, who access.Who, act access.Act, thing access.Thing, fn func(context.Context, *store.Tx) error) (int64, error) {
	actor, err := access.As(who, act, thing)
	if err != nil {
		return 0, err
	}
	return a.DB.Do(ctx, actor, fn)
}
