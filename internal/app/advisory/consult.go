package advisory

import (
	"context"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/advise"
	"stoa/internal/good"
	"stoa/internal/store"
)

// Consult opens a consultation and returns it; its address is made of its
// title where none is given.
func (a *App) Consult(ctx context.Context, who access.Who, c advise.Consultation) (advise.Consultation, int64, error) {
	c.Minutes, c.Outcome, c.Concluded, c.Version = "", "", time.Time{}, 0
	if c.Slug = good.Slugify(c.Slug); c.Slug == "" {
		c.Slug = good.Slugify(c.Title)
	}
	if err := advise.CheckConsultation(&c); err != nil {
		return c, 0, err
	}
	position, err := a.do(ctx, who, access.ManageGroup, access.Thing{}, func(ctx context.Context, tx *store.Tx) error {
		c.ID, c.Version = tx.NewID(), 0
		if err := tx.PutConsultation(ctx, &c); err != nil {
			return err
		}
		tx.Append(good.ConsultationStated, subject(c.ID), value("consultation", c))
		return nil
	})
	return c, position, err
}

// Extend gives a consultation that is not concluded a later last day.
func (a *App) Extend(ctx context.Context, who access.Who, slug string, closes good.Date) (int64, error) {
	return a.change(ctx, who, slug, good.ConsultationStated, func(_ context.Context, _ *store.Tx, c *advise.Consultation) error {
		if !c.Concluded.IsZero() {
			return &good.Error{Kind: good.Conflict, Key: "advisory.error.concluded"}
		}
		if closes <= c.Closes {
			return &good.Error{Kind: good.Invalid, Key: "advisory.error.closes", Field: "closes"}
		}
		c.Closes = closes
		return advise.CheckConsultation(c)
	})
}

// Conclude ends a consultation with its minutes and what came of it.
func (a *App) Conclude(ctx context.Context, who access.Who, slug, minutes, outcome string) (int64, error) {
	return a.change(ctx, who, slug, good.ConsultationConcluded, func(ctx context.Context, tx *store.Tx, c *advise.Consultation) error {
		comments, err := tx.Comments(ctx, c.ID)
		if err != nil {
			return err
		}
		return advise.Conclude(c, comments, minutes, outcome, tx.Now())
	})
}

func (a *App) change(ctx context.Context, who access.Who, slug string, verb good.Verb, do func(context.Context, *store.Tx, *advise.Consultation) error) (int64, error) {
	return a.do(ctx, who, access.ManageGroup, access.Thing{}, func(ctx context.Context, tx *store.Tx) error {
		c, err := tx.Consultation(ctx, slug)
		if err != nil {
			return err
		}
		if err := do(ctx, tx, &c); err != nil {
			return err
		}
		if err := tx.PutConsultation(ctx, &c); err != nil {
			return err
		}
		tx.Append(verb, subject(c.ID), value("consultation", c))
		return nil
	})
}

// Opine gives the opinion of one's own seat, in place of what it said before.
func (a *App) Opine(ctx context.Context, who access.Who, slug string, o advise.Opinion) (int64, error) {
	o.Text = strings.TrimSpace(o.Text)
	if err := advise.CheckOpinion(&o); err != nil {
		return 0, err
	}
	return a.do(ctx, who, access.Opine, access.Thing{}, func(ctx context.Context, tx *store.Tx) error {
		c, err := tx.Consultation(ctx, slug)
		if err != nil {
			return err
		}
		seats, err := tx.SeatsOf(ctx, who.Person)
		if err != nil {
			return err
		}
		var seat advise.Seat // the zero seat sits never
		for _, s := range seats {
			if s.Sits(today(tx.Now())) {
				seat = s
			}
		}
		if err := advise.MayAdvise(&seat, &c, today(tx.Now())); err != nil {
			return err
		}
		o.Consultation, o.Seat, o.At = c.ID, seat.ID, tx.Now()
		if err := tx.PutOpinion(ctx, o); err != nil {
			return err
		}
		tx.Append(good.OpinionGiven, subject(c.ID, seat.ID), value("opinion", o))
		return nil
	})
}

// Comment makes a comment of the public. name is shown; "" keeps the author
// behind a pseudonym.
func (a *App) Comment(ctx context.Context, who access.Who, slug string, m advise.Comment) (advise.Comment, int64, error) {
	m.Text, m.On, m.Name = strings.TrimSpace(m.Text), strings.TrimSpace(m.On), strings.TrimSpace(m.Name)
	m.Disposition, m.Answer, m.Answered = "", "", time.Time{}
	if err := advise.CheckComment(&m); err != nil {
		return m, 0, err
	}
	position, err := a.do(ctx, who, access.CommentDraft, access.Thing{}, func(ctx context.Context, tx *store.Tx) error {
		c, err := tx.Consultation(ctx, slug)
		if err != nil {
			return err
		}
		if err := advise.MayComment(&c, today(tx.Now())); err != nil {
			return err
		}
		held, err := tx.Comments(ctx, c.ID)
		if err != nil {
			return err
		}
		for _, h := range held { // a form sent twice is one comment
			if h.Pseudonym == who.Pseudonym && h.Text == m.Text && h.On == m.On {
				return &good.Error{Kind: good.Conflict, Key: "advisory.error.twice", Field: "text"}
			}
		}
		m.ID, m.Consultation, m.Pseudonym, m.At = tx.NewID(), c.ID, who.Pseudonym, tx.Now()
		if err := tx.PutComment(ctx, m); err != nil {
			return err
		}
		public := m
		public.Name = ""
		tx.Append(good.CommentMade, subject(c.ID, m.ID), named([]store.NamedValue{value("comment", public)}, m.Name)...)
		return nil
	})
	return m, position, err
}

// Answer answers one comment, once.
func (a *App) Answer(ctx context.Context, who access.Who, comment good.ID, d advise.Disposition, text string) (int64, error) {
	return a.do(ctx, who, access.AnswerComment, access.Thing{}, func(ctx context.Context, tx *store.Tx) error {
		m, err := tx.Comment(ctx, comment)
		if err != nil {
			return err
		}
		if err := advise.AnswerComment(&m, d, strings.TrimSpace(text), tx.Now()); err != nil {
			return err
		}
		if err := tx.PutComment(ctx, m); err != nil {
			return err
		}
		tx.Append(good.CommentAnswered, subject(m.Consultation, m.ID), value("answer", Answered{d, m.Answer}))
		return nil
	})
}

// Answered is the answer to a comment as the journal has it.
type Answered struct {
	Disposition advise.Disposition `json:"disposition"`
	Answer      string             `json:"answer"`
}
