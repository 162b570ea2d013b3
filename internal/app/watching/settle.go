package watching

import (
	"context"
	"strings"
	"unicode/utf8"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/watch"
)

// maxWords bounds what is said of a sign, in characters.
const maxWords = 2000

// words checks what somebody says of a sign.
func words(text, field string, needed bool) (string, error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "" && needed:
		return "", &good.Error{Kind: good.Invalid, Key: "sign.error.reason", Field: field}
	case utf8.RuneCountInString(text) > maxWords || !utf8.ValidString(text):
		return "", &good.Error{Kind: good.Invalid, Key: "assess.error.long", Field: field, Args: map[string]any{"Max": maxWords}}
	}
	return text, nil
}

// standing loads a sign that stands still, and checks who acts on it.
func (a *App) standing(ctx context.Context, who access.Who, act access.Act, id good.ID) (*store.Sign, good.Actor, error) {
	s, err := a.DB.Primary().Sign(ctx, id)
	if err != nil {
		return nil, good.Actor{}, err
	}
	actor, err := a.as(ctx, who, act, s.Good)
	if err == nil && !s.Open() {
		err = over()
	}
	return s, actor, err
}

func over() error { return &good.Error{Kind: good.Conflict, Key: "sign.error.over"} }

// change changes a sign that stands still, within the transaction that says so.
func (a *App) change(ctx context.Context, actor good.Actor, id good.ID, fn func(context.Context, *store.Tx, *store.Sign) error) error {
	_, err := a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		s, err := tx.Sign(ctx, id)
		if err != nil {
			return err
		}
		if !s.Open() {
			return over()
		}
		return fn(ctx, tx, s)
	})
	if err != nil {
		return err
	}
	return a.catchUp(ctx)
}

// Explain notes what an owner says of a sign, for everybody to read; without
// words it is taken back. The sign stands as before.
func (a *App) Explain(ctx context.Context, who access.Who, id good.ID, reason string) error {
	reason, err := words(reason, "reason", false)
	if err != nil {
		return err
	}
	_, actor, err := a.standing(ctx, who, access.Explain, id)
	if err != nil {
		return err
	}
	return a.change(ctx, actor, id, func(ctx context.Context, tx *store.Tx, s *store.Sign) error {
		if s.Known == reason {
			return nil
		}
		return tx.TellSign(ctx, s, good.SignExplained, store.NamedValue{Name: "reason", Value: reason})
	})
}

// Settle ends a sign: it is right as it is now, or somebody saw to it. Either
// way it stays in the good's history. Why is public.
func (a *App) Settle(ctx context.Context, who access.Who, id good.ID, how watch.End, reason string) error {
	if how != watch.Dismissed && how != watch.Mended {
		return &good.Error{Kind: good.Invalid, Key: "sign.error.how", Field: "decision"}
	}
	reason, err := words(reason, "reason", true)
	if err != nil {
		return err
	}
	_, actor, err := a.standing(ctx, who, access.SettleSign, id)
	if err != nil {
		return err
	}
	return a.end(ctx, actor, id, watch.Settled{How: how}, reason)
}

// end ends a sign. What is right as it is, and what a challenge looks into, is
// no sign again; what was mended is if it is seen again.
func (a *App) end(ctx context.Context, actor good.Actor, id good.ID, how watch.Settled, reason string) error {
	return a.change(ctx, actor, id, func(ctx context.Context, tx *store.Tx, s *store.Sign) error {
		if err := tx.TellSign(ctx, s, good.SignSettled, store.NamedValue{Name: "settled", Value: how}, store.NamedValue{Name: "reason", Value: reason}); err != nil {
			return err
		}
		w, err := tx.Watched(ctx, s.Good)
		if err != nil {
			return err
		}
		if w != nil && how.How != watch.Mended {
			w.Memory.Accept(s.Sign)
			if err := tx.PutWatched(ctx, *w); err != nil {
				return err
			}
		}
		return closeCase(ctx, tx, s)
	})
}

// Write sends words about a sign to those who own the good. They are for them
// alone; how many they are is returned.
func (a *App) Write(ctx context.Context, who access.Who, id good.ID, text string) (int, error) {
	text, err := words(text, "reason", true)
	if err != nil {
		return 0, err
	}
	s, _, err := a.standing(ctx, who, access.SettleSign, id)
	if err != nil {
		return 0, err
	}
	owners, err := a.owners(ctx, s.Good)
	if err != nil {
		return 0, err
	}
	if len(owners) == 0 || a.Tell == nil {
		return 0, &good.Error{Kind: good.Conflict, Key: "sign.error.nobody"}
	}
	g, err := a.DB.Good(ctx, s.Good)
	if err != nil {
		return 0, err
	}
	_, err = a.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		s, err := tx.Sign(ctx, id)
		if err != nil {
			return err
		}
		if !s.Open() {
			return over()
		}
		if tx.Now().Sub(s.Written) < soon {
			return &good.Error{Kind: good.Limited, Key: "sign.error.written"}
		}
		s.Written = tx.Now()
		for _, p := range owners {
			n := notice("watch-letter", g, s.Sign)
			n.Person, n.Args["Text"] = p, text
			if err := a.Tell(ctx, tx, string(s.ID)+"@"+s.Written.Format("20060102150405"), n); err != nil {
				return err
			}
		}
		return tx.PutSign(ctx, *s)
	})
	return len(owners), err
}

// Decision is what is done about a sign: "dismissed", "mended", "write" or
// "challenge".
type Decision struct {
	How        string
	Reason     string
	Indicators []string // that a challenge doubts
}

// Decided is what came of a decision.
type Decided struct {
	Written   int     `json:"written,omitempty"`   // owners who will hear of it
	Challenge good.ID `json:"challenge,omitempty"` // the application that looks into it
}

// The decisions beside the ends of a sign.
const (
	ToWrite     = "write"
	ToChallenge = "challenge"
)

// Decide does what was decided about a sign.
func (a *App) Decide(ctx context.Context, who access.Who, id good.ID, d Decision) (out Decided, err error) {
	switch d.How {
	case ToWrite:
		out.Written, err = a.Write(ctx, who, id, d.Reason)
	case ToChallenge:
		out.Challenge, err = a.Doubted(ctx, who, id, d.Indicators, d.Reason)
	default:
		err = a.Settle(ctx, who, id, watch.End(d.How), d.Reason)
	}
	return out, err
}

// Doubt is what is held against a recognition because of a sign.
type Doubt struct {
	Good       good.ID
	Indicators []string
	Text       string
	Links      []good.Link
}

// Doubted opens a challenge because of a sign, the review in small of the
// indicators that are named, and ends the sign with it.
func (a *App) Doubted(ctx context.Context, who access.Who, id good.ID, indicators []string, text string) (good.ID, error) {
	text, err := words(text, "reason", true)
	if err != nil {
		return "", err
	}
	s, actor, err := a.standing(ctx, who, access.SettleSign, id)
	if err != nil {
		return "", err
	}
	if a.Challenge == nil {
		return "", &good.Error{Kind: good.Invalid, Key: "sign.error.how", Field: "decision"}
	}
	in := Doubt{Good: s.Good, Indicators: indicators, Text: text}
	if good.WebAddress(s.About) {
		in.Links = []good.Link{{URL: s.About}}
	}
	app, err := a.Challenge(ctx, who, in)
	if err != nil {
		return "", err
	}
	return app, a.end(ctx, actor, id, watch.Settled{How: watch.Challenged, Challenge: app}, text)
}
