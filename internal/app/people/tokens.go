package people

import (
	"context"
	"slices"
	"time"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/store"
)

// maxTokens is how many tokens a person may have at a time.
const maxTokens = 50

// tokenPrefix tells people, and programs that look for leaked secrets, what it
// is.
const tokenPrefix = "stoa_"

// MakeToken lets a program act for the person, within scopes, for some days.
// The secret is shown once and kept nowhere.
func (a *App) MakeToken(ctx context.Context, v access.Viewer, name string, scopes []string, days int) (secret string, t access.Token, err error) {
	if name = oneLine(name); name == "" || !plain(name) {
		return "", t, &good.Error{Kind: good.Invalid, Key: "people.error.token_name", Field: "name"}
	}
	hold := time.Duration(days) * 24 * time.Hour
	if days < 1 || hold > tokenFor {
		return "", t, &good.Error{Kind: good.Invalid, Key: "people.error.token_days", Field: "days", Args: map[string]any{"Max": int(tokenFor / (24 * time.Hour))}}
	}
	var chosen []string
	for _, s := range access.Scopes {
		if slices.Contains(scopes, string(s)) {
			chosen = append(chosen, string(s))
		}
	}
	for _, s := range scopes {
		if !slices.Contains(chosen, s) {
			return "", t, &good.Error{Kind: good.Invalid, Key: "people.error.scope", Field: "scopes", Args: map[string]any{"Scope": s}}
		}
	}
	if len(chosen) == 0 {
		return "", t, &good.Error{Kind: good.Invalid, Key: "people.error.scopes", Field: "scopes"}
	}
	if secret, err = access.NewSecret(a.Rand); err != nil {
		return "", t, err
	}
	secret = tokenPrefix + secret
	err = a.own(ctx, v, true, func(ctx context.Context, tx *store.Tx, p *good.Person) error {
		held, err := tx.Tokens(ctx, p.ID)
		if err != nil {
			return err
		}
		if len(held) >= maxTokens {
			return &good.Error{Kind: good.Limited, Key: "people.error.tokens", Args: map[string]any{"Max": maxTokens}}
		}
		if slices.ContainsFunc(held, func(h access.Token) bool { return h.Name == name && h.Expires.After(tx.Now()) }) { // sent twice, perhaps
			return &good.Error{Kind: good.Conflict, Key: "people.error.token_taken", Field: "name", Args: map[string]any{"Name": name}}
		}
		t = access.Token{ID: tx.NewID(), Person: p.ID, Name: name, Scopes: chosen, Created: tx.Now(), Expires: tx.Now().Add(hold)}
		return tx.AddToken(ctx, t, access.Hash(secret))
	})
	return secret, t, err
}

// EndToken ends one of the person's tokens.
func (a *App) EndToken(ctx context.Context, v access.Viewer, id good.ID) error {
	return a.own(ctx, v, false, func(ctx context.Context, tx *store.Tx, p *good.Person) error { return tx.DeleteToken(ctx, p.ID, id) })
}
