package localisation

import (
	"context"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/l10n"
	"stoa/internal/store"
)

// mostTerms is how many words the glossary of a good has.
const mostTerms = 2000

// SayTerm says how a word of a good is said in a language; the same word again
// replaces what was said.
func (a *App) SayTerm(ctx context.Context, who access.Who, key string, t l10n.Term) (*l10n.Term, int64, error) {
	actor, err := access.As(who, access.KeepGlossary, access.Thing{})
	if err != nil {
		return nil, 0, err
	}
	g, err := find(ctx, a.DB.Primary(), key)
	if err != nil {
		return nil, 0, err
	}
	t.Good = g.ID
	if err := l10n.CheckTerm(&t); err != nil {
		return nil, 0, err
	}
	position, err := a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		list, err := tx.Terms(ctx, g.ID)
		if err != nil {
			return err
		}
		same := t.Among(list)
		if same == nil && len(list) >= mostTerms {
			return &good.Error{Kind: good.Limited, Key: "l10n.error.many"}
		}
		if t.ID = tx.NewID(); same != nil {
			t.ID = same.ID
		}
		t.By, t.At = who.Pseudonym, tx.Now()
		tx.Append(good.TermStated, []good.ID{g.ID, t.ID}, value("term", t))
		return tx.PutTerm(ctx, t)
	})
	return &t, position, err
}

// DropTerm takes a word off the glossary of a good.
func (a *App) DropTerm(ctx context.Context, who access.Who, key string, id good.ID) (int64, error) {
	g, err := find(ctx, a.DB.Primary(), key)
	if err != nil {
		return 0, err
	}
	t, err := a.DB.Primary().Term(ctx, id)
	if err != nil {
		return 0, err
	}
	if t == nil || t.Good != g.ID {
		return 0, &good.Error{Kind: good.NotFound, Key: "l10n.error.term"}
	}
	thing, err := keepers(ctx, a.DB.Primary(), g.ID, t.By)
	if err != nil {
		return 0, err
	}
	actor, err := access.As(who, access.KeepLocalisation, thing)
	if err != nil {
		return 0, err
	}
	return a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		tx.Append(good.TermDropped, []good.ID{g.ID, id})
		return tx.DropTerm(ctx, id)
	})
}

// Cover says how much of a good speaks which language: as a person states it,
// or as it was read at an address.
func (a *App) Cover(ctx context.Context, who access.Who, key string, c l10n.Coverage) (*l10n.Coverage, int64, error) {
	g, err := find(ctx, a.DB.Primary(), key)
	if err != nil {
		return nil, 0, err
	}
	thing, err := keepers(ctx, a.DB.Primary(), g.ID)
	if err != nil {
		return nil, 0, err
	}
	actor, err := access.As(who, access.KeepLocalisation, thing)
	if err != nil {
		return nil, 0, err
	}
	if err := l10n.CheckShares(c.Shares); err != nil {
		return nil, 0, err
	}
	if c.Source != "" && !good.WebAddress(c.Source) {
		return nil, 0, &good.Error{Kind: good.Invalid, Key: "l10n.error.address", Field: "source"}
	}
	if c.Shares == nil {
		c.Shares = []l10n.Share{}
	}
	position, err := a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		c.Good, c.At = g.ID, tx.Now()
		tx.Append(good.LocalisationCovered, []good.ID{g.ID}, value("coverage", c))
		return tx.PutCoverage(ctx, c)
	})
	return &c, position, err
}
