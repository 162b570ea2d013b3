package advisory

import (
	"context"
	"slices"
	"strings"

	"stoa/internal/access"
	"stoa/internal/advise"
	"stoa/internal/good"
	"stoa/internal/store"
)

// Appoint gives a seat for a term to the person with an address, and with it
// the advisor's role, and returns the seat.
func (a *App) Appoint(ctx context.Context, who access.Who, email string, s advise.Seat) (advise.Seat, int64, error) {
	if err := advise.CheckSeat(&s); err != nil {
		return s, 0, err
	}
	address, err := good.EmailAddress(email)
	if err != nil {
		return s, 0, &good.Error{Kind: good.Invalid, Key: "advisory.error.person", Field: "person", Err: err}
	}
	position, err := a.do(ctx, who, access.ManageGroup, access.Thing{}, func(ctx context.Context, tx *store.Tx) error {
		person, err := tx.PersonByEmail(ctx, address)
		if err != nil {
			return err
		}
		if person == nil {
			return &good.Error{Kind: good.Invalid, Key: "advisory.error.person", Field: "person"}
		}
		held, err := tx.SeatsOf(ctx, person.ID)
		if err != nil {
			return err
		}
		for _, h := range held {
			if h.Ended == "" && h.From <= s.Until && s.From <= h.Until {
				return &good.Error{Kind: good.Conflict, Key: "advisory.error.sits", Field: "person", Args: map[string]any{"Until": h.Until}}
			}
		}
		s.ID, s.Pseudonym, s.Version = tx.NewID(), person.Pseudonym, 0
		if err := state(ctx, tx, &s, person.ID, ""); err != nil {
			return err
		}
		granted, err := tx.PutRole(ctx, person.ID, access.Advisor)
		if granted {
			tx.Append(good.RoleGranted, subject(good.ID(person.Pseudonym)), value("role", access.Advisor), value("reason", string(s.Constituency)))
		}
		return err
	})
	return s, position, err
}

// EndSeat ends a seat before its term, by the secretariat or by its holder.
// The role stays: without a seat it gives no voice.
func (a *App) EndSeat(ctx context.Context, who access.Who, id good.ID, reason string) (int64, error) {
	if strings.TrimSpace(reason) == "" {
		return 0, &good.Error{Kind: good.Invalid, Key: "error.reason.missing", Field: "reason"}
	}
	return a.seat(ctx, who, id, access.ManageGroup, reason, func(s *advise.Seat) error {
		if s.Ended != "" {
			return &good.Error{Kind: good.Conflict, Key: "advisory.error.ended"}
		}
		s.Ended = reason
		return nil
	})
}

// Declare adds an interest to one's own seat. What was declared stays in the
// journal; an interest that has passed is withdrawn with Undeclare.
func (a *App) Declare(ctx context.Context, who access.Who, id good.ID, i advise.Interest) (int64, error) {
	i.Text = strings.TrimSpace(i.Text)
	if i.Text == "" || max(len([]rune(i.Text)), len(i.Organisation), len(i.Good)) > 500 {
		return 0, &good.Error{Kind: good.Invalid, Key: "advisory.error.interest-text", Field: "text", Args: map[string]any{"Max": 500}}
	}
	return a.seat(ctx, who, id, access.Opine, "", func(s *advise.Seat) error {
		if len(s.Interests) >= 100 {
			return &good.Error{Kind: good.Limited, Key: "advisory.error.interests", Args: map[string]any{"Max": 100}}
		}
		i.Declared = today(a.Now())
		s.Interests = append(s.Interests, i)
		return nil
	})
}

// Undeclare takes the n-th interest of one's own seat back.
func (a *App) Undeclare(ctx context.Context, who access.Who, id good.ID, n int) (int64, error) {
	return a.seat(ctx, who, id, access.Opine, "", func(s *advise.Seat) error {
		if n < 0 || n >= len(s.Interests) {
			return &good.Error{Kind: good.NotFound, Key: "advisory.error.no-interest"}
		}
		s.Interests = slices.Delete(s.Interests, n, n+1)
		return nil
	})
}

// seat changes one seat: by its holder, or by who may do act to anybody's.
func (a *App) seat(ctx context.Context, who access.Who, id good.ID, act access.Act, reason string, change func(*advise.Seat) error) (int64, error) {
	_, holder, err := a.DB.Seat(ctx, id)
	if err != nil {
		return 0, err
	}
	if act == access.Opine && holder != who.Person {
		return 0, &good.Error{Kind: good.Forbidden, Key: "advisory.error.no-seat"}
	}
	if holder == who.Person && who.Person != "" {
		act = access.Opine // who holds a seat may also give it up
	}
	return a.do(ctx, who, act, access.Thing{}, func(ctx context.Context, tx *store.Tx) error {
		s, person, err := tx.Seat(ctx, id)
		if err != nil {
			return err
		}
		if err := change(&s); err != nil {
			return err
		}
		return state(ctx, tx, &s, person, reason)
	})
}

// Forget takes a person's name out of seats and comments for good; what the
// seat and the person said stays. It is called when a person is erased.
func Forget(ctx context.Context, tx *store.Tx, p good.Person) error {
	seats, err := tx.SeatsOf(ctx, p.ID)
	if err != nil {
		return err
	}
	var ids []good.ID
	for _, s := range seats {
		s.Name, s.Interests = "", nil
		if err := tx.PutSeat(ctx, &s, ""); err != nil {
			return err
		}
		ids = append(ids, s.ID)
	}
	comments, err := tx.CommentsBy(ctx, p.Pseudonym)
	if err != nil {
		return err
	}
	for _, m := range comments {
		m.Name = ""
		if err := tx.PutComment(ctx, m); err != nil {
			return err
		}
		ids = append(ids, m.ID)
	}
	for _, id := range ids {
		if err := unname(ctx, tx, id); err != nil {
			return err
		}
	}
	return nil
}

// unname erases every name that the journal holds of a seat or comment, and
// every interest that was declared.
func unname(ctx context.Context, tx *store.Tx, id good.ID) error {
	history, err := tx.History(ctx, id, 1<<30)
	if err != nil {
		return err
	}
	for _, e := range history {
		for _, v := range e.Values {
			if v.Erased != nil || v.Name != "name" && v.Name != "interests" {
				continue
			}
			if err := tx.Erase(ctx, e.Position, v.Name); err != nil {
				return err
			}
			tx.Append(good.ValueErased, e.Subjects, value("position", e.Position), value("name", v.Name))
		}
	}
	return nil
}

// state writes a seat and says so in the journal, the name apart.
func state(ctx context.Context, tx *store.Tx, s *advise.Seat, person good.ID, reason string) error {
	if err := tx.PutSeat(ctx, s, person); err != nil {
		return err
	}
	public := *s
	public.Name, public.Interests = "", nil
	values := named([]store.NamedValue{value("seat", public)}, s.Name)
	if len(s.Interests) > 0 { // apart, since they can be erased with the person
		values = append(values, value("interests", s.Interests))
	}
	if reason != "" {
		values = append(values, value("reason", reason))
	}
	tx.Append(good.SeatStated, subject(s.ID), values...)
	return nil
}
