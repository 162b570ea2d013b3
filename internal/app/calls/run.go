package calls

import (
	"context"
	"strings"

	"stoa/internal/access"
	"stoa/internal/call"
	"stoa/internal/good"
	"stoa/internal/store"
)

// MakePartner lets an organisation, by slug or id, run calls from today on, or
// says from today on that it does no more.
func (a *App) MakePartner(ctx context.Context, who access.Who, key string, partner bool, reason string) (call.Partner, int64, error) {
	var p call.Partner
	actor, err := access.As(who, access.ManagePartners, access.Thing{})
	if err != nil {
		return p, 0, err
	}
	if reason = strings.TrimSpace(reason); reason == "" {
		return p, 0, &good.Error{Kind: good.Invalid, Key: "error.reason.missing", Field: "reason"}
	}
	position, err := a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		b, err := tx.Body(ctx, key)
		if err != nil {
			return err
		}
		if b == nil {
			return &good.Error{Kind: good.Invalid, Key: "calls.error.organisation", Field: "organisation", Args: map[string]any{"Name": key}}
		}
		was, err := tx.Partner(ctx, b.ID)
		if err != nil {
			return err
		}
		day := today(tx.Now())
		if is := was != nil && was.Runs(day); is == partner {
			return &good.Error{Kind: good.Conflict, Key: "calls.error.partner-already", Field: "organisation", Args: map[string]any{"Name": b.Name}}
		}
		p = call.Partner{ID: b.ID, Slug: b.Slug, Name: b.Name, Since: day}
		if !partner {
			p.Since, p.Until = was.Since, day
		}
		tx.Append(good.CallPartnerStated, []good.ID{p.ID}, value("partner", p), value("reason", reason))
		return tx.PutPartner(ctx, p)
	})
	return p, position, err
}

// Begin begins the draft of a call of an organisation, by slug or id. Its
// address is made of its title.
func (a *App) Begin(ctx context.Context, who access.Who, partner string, c call.Call) (*call.Call, error) {
	now := a.Now()
	if err := a.words(&c); err != nil {
		return nil, err
	}
	_, err := a.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		b, err := tx.Body(ctx, partner)
		if err != nil {
			return err
		}
		if b == nil {
			return &good.Error{Kind: good.Invalid, Key: "calls.error.organisation", Field: "partner", Args: map[string]any{"Name": partner}}
		}
		c.ID, c.Partner, c.By, c.State, c.Version, c.At, c.Results, c.Reason, c.Changed = tx.NewID(), b.ID, b.Name, call.Draft, 0, 0, nil, "", now.UTC()
		t, err := thing(ctx, tx, &c)
		if err != nil {
			return err
		}
		if _, err := access.As(who, access.RunCall, t); err != nil {
			return err
		}
		if err := runs(ctx, tx, b.ID, today(now)); err != nil {
			return err
		}
		title, _ := c.Title.In(c.Lang)
		if c.Slug, err = good.FreeSlug(func(slug string) (bool, error) {
			_, err := tx.Call(ctx, slug)
			if good.KindOf(err) == good.NotFound {
				return false, nil
			}
			return true, err
		}, title, string(c.ID)); err != nil {
			return err
		}
		return tx.PutCall(ctx, &c)
	})
	return &c, err
}

// words cleans and checks what a partner wrote.
func (a *App) words(c *call.Call) error {
	c.Clean()
	if err := c.Check(); err != nil {
		return err
	}
	return a.sound(c)
}

// runs refuses an organisation that is no partner today.
func runs(ctx context.Context, tx *store.Tx, id good.ID, day good.Date) error {
	p, err := tx.Partner(ctx, id)
	if err == nil && (p == nil || !p.Runs(day)) {
		err = &good.Error{Kind: good.Forbidden, Key: "calls.error.no-partner"}
	}
	return err
}

// Change puts what a partner wrote in place of what was there. What is decided
// elsewhere, such as the state, stays as it is.
func (a *App) Change(ctx context.Context, who access.Who, key string, version int64, next call.Call) (*call.Call, int64, error) {
	if err := a.words(&next); err != nil {
		return nil, 0, err
	}
	return a.do(ctx, who, access.RunCall, key, version, func(_ context.Context, s *scene) (good.Verb, error) {
		was := s.Call
		next.ID, next.Slug, next.Partner, next.By, next.State, next.At, next.Results, next.Reason, next.Changed, next.Version = was.ID, was.Slug, was.Partner, was.By, was.State, was.At, was.Results, was.Reason, was.Changed, was.Version
		if err := was.MayChange(&next, s.now); err != nil {
			return "", err
		}
		*s.Call = next
		return good.CallStated, nil
	})
}

// Drop deletes a draft. What was announced is cancelled instead.
func (a *App) Drop(ctx context.Context, who access.Who, key string) error {
	_, _, err := a.do(ctx, who, access.RunCall, key, 0, func(ctx context.Context, s *scene) (good.Verb, error) {
		if s.State != call.Draft {
			return "", &good.Error{Kind: good.Conflict, Key: "calls.error.announced"}
		}
		return "", s.tx.DropCall(ctx, s.ID)
	})
	return err
}

// Announce makes a draft public. From then on it opens and closes by its clock.
func (a *App) Announce(ctx context.Context, who access.Who, key string, version int64) (*call.Call, int64, error) {
	return a.do(ctx, who, access.RunCall, key, version, func(ctx context.Context, s *scene) (good.Verb, error) {
		if err := runs(ctx, s.tx, s.Partner, today(s.now)); err != nil {
			return "", err
		}
		if err := s.Call.Announce(s.now); err != nil {
			return "", err
		}
		if err := s.save(ctx, good.CallStated); err != nil {
			return "", err
		}
		return "", turn(ctx, s.tx, s.Call, s.now)
	})
}

// Cancel gives an announced call up, with a public reason.
func (a *App) Cancel(ctx context.Context, who access.Who, key, reason string) (*call.Call, int64, error) {
	return a.do(ctx, who, access.RunCall, key, 0, func(_ context.Context, s *scene) (good.Verb, error) {
		return good.CallCancelled, s.Call.Cancel(strings.TrimSpace(reason))
	})
}

// Publish tells everybody who was chosen, and why; words are the partner's own.
func (a *App) Publish(ctx context.Context, who access.Who, key, words string) (*call.Call, int64, error) {
	return a.do(ctx, who, access.RunCall, key, 0, func(ctx context.Context, s *scene) (good.Verb, error) {
		entries, err := s.tx.CallEntries(ctx, s.ID)
		if err != nil {
			return "", err
		}
		return good.CallPublished, s.Call.Publish(entries, words, s.now.UTC())
	})
}
