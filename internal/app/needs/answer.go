package needs

import (
	"context"
	"time"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/need"
	"stoa/internal/store"
)

// Answer says for an organisation of one's own, named by slug or id or the only
// one there is, that it can help. Whoever keeps the need is told; nobody else.
func (a *App) Answer(ctx context.Context, who access.Who, id good.ID, body, text string) (*need.Answer, error) {
	if _, err := access.As(who, access.AnswerNeed, access.Thing{}); err != nil {
		return nil, err
	}
	out := &need.Answer{Need: id, Text: text, State: need.Offered}
	if err := out.Check(); err != nil {
		return nil, err
	}
	return out, a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		s, err := find(ctx, tx, who, id)
		if err != nil {
			return err
		}
		switch {
		case s.Open() != nil:
			return s.Open()
		case !s.Wanted:
			return &good.Error{Kind: good.Conflict, Key: "need.error.unwanted"}
		case s.owner == who.Person:
			return &good.Error{Kind: good.Forbidden, Key: "need.error.own"}
		}
		b, err := speaker(ctx, tx, who, body)
		if err != nil {
			return err
		}
		_, today, err := tx.NeedsSince(ctx, who.Person, tx.Now().Add(-24*time.Hour).UnixMilli())
		if err != nil {
			return err
		}
		if today >= answeredADay {
			return &good.Error{Kind: good.Limited, Key: "need.error.flood", Args: map[string]any{"Max": answeredADay}}
		}
		out.ID, out.At, out.Body, out.Name = tx.NewID(), tx.Now(), b.ID, b.Name
		if err := tx.PutNeedAnswer(ctx, out, who.Person); err != nil {
			return err
		}
		return a.tell(ctx, tx, "need-answered", s, out, s.owner)
	})
}

// speaker is the organisation for which who answers.
func speaker(ctx context.Context, tx *store.Tx, who access.Who, body string) (good.Body, error) {
	held, err := tx.BodiesOf(ctx, who.Person)
	if err != nil {
		return good.Body{}, err
	}
	for _, b := range held {
		if body == string(b.ID) || body == b.Slug || body == "" && len(held) == 1 {
			return b, nil
		}
	}
	return good.Body{}, &good.Error{Kind: good.Invalid, Key: "need.error.body", Field: "body"}
}

func (a *App) tell(ctx context.Context, tx *store.Tx, kind string, s sight, answer *need.Answer, person good.ID) error {
	if a.Tell == nil || person == "" {
		return nil
	}
	return a.Tell(ctx, tx, kind+"/"+string(answer.ID), good.Notice{Person: person, Kind: kind, About: s.ID, Args: map[string]string{"Need": s.Title, "Name": answer.Name}, Path: "/needs/" + string(s.ID)})
}

// Decide accepts or declines an answer to a need that who keeps. What is
// accepted everybody sees who sees the need.
func (a *App) Decide(ctx context.Context, who access.Who, id, answer good.ID, accept bool) (*need.Answer, error) {
	var out *need.Answer
	return out, a.do(ctx, func(ctx context.Context, tx *store.Tx) error {
		s, err := find(ctx, tx, who, id)
		if err != nil {
			return err
		}
		if _, err := access.As(who, access.KeepNeed, kept(s.owner)); err != nil {
			return err
		}
		list, people, err := tx.NeedAnswers(ctx, id)
		if err != nil {
			return err
		}
		for i := range list {
			if list[i].ID != answer {
				continue
			}
			out = &list[i]
			if err := out.Decide(accept, tx.Now()); err != nil {
				return err
			}
			if err := tx.PutNeedAnswer(ctx, out, people[i]); err != nil {
				return err
			}
			kind := "need-declined"
			if accept {
				kind = "need-accepted"
			}
			return a.tell(ctx, tx, kind, s, out, people[i])
		}
		return &good.Error{Kind: good.NotFound, Key: "need.error.noanswer"}
	})
}
