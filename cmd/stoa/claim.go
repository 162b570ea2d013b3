package main

import (
	"net"

	"stoa/internal/access"
	"stoa/internal/app/nominations"
	"stoa/internal/fence"
	"stoa/internal/tlog"
)

// ClaimCmd is how a person makes a good theirs.
type ClaimCmd struct {
	Show    ClaimShowCmd    `cmd:"" help:"Begin a claim, or show it: what to put up where."`
	Prove   ClaimProveCmd   `cmd:"" help:"Look for the proof; where it is found the good is theirs."`
	Release ClaimReleaseCmd `cmd:"" help:"Give a good up, or take the claim back."`
}

// claims runs do with the nominations for the person.
func (c For) claims(env *Env, do func(*nominations.App, access.Who) (any, error)) error {
	db, err := env.Open()
	if err != nil {
		return err
	}
	defer db.Close()
	who, err := As{c.Person}.who(env, db)
	if err != nil {
		return err
	}
	seal, err := env.claiming()
	if err != nil {
		return err
	}
	out, err := do(&nominations.App{DB: db, Rand: env.Rand, Key: seal, Proof: proofs{fence.New(fence.Proofs), net.DefaultResolver}}, who)
	if err != nil || out == nil {
		return err
	}
	return printJSON(env.Stdout, out)
}

// claiming is what seals the words that proofs of claims must hold.
func (e *Env) claiming() ([]byte, error) {
	key, err := tlog.LoadOrCreateKey(e.Data, e.Rand)
	if err != nil {
		return nil, err
	}
	return key.Secret("claims")
}

// Claimed is a good that a person claims.
type Claimed struct {
	For
	Good string `arg:"" help:"Slug or id of the good."`
}

// claimed is a claim as it is printed.
func claimed(c *nominations.Claim, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	out := map[string]any{"good": c.Good.Slug, "word": c.Token, "places": c.Places, "owners": c.Owners}
	if !c.Proved.IsZero() {
		out["proved"], out["method"], out["place"] = c.Proved, c.Method, c.Place
	}
	return out, nil
}

// ClaimShowCmd shows.
type ClaimShowCmd struct{ Claimed }

// Run prints the claim.
func (c *ClaimShowCmd) Run(env *Env) error {
	return c.claims(env, func(a *nominations.App, who access.Who) (any, error) { return claimed(a.Begin(env.Ctx, who, c.Good)) })
}

// ClaimProveCmd proves.
type ClaimProveCmd struct{ Claimed }

// Run looks for the proof and prints the claim as it is then.
func (c *ClaimProveCmd) Run(env *Env) error {
	return c.claims(env, func(a *nominations.App, who access.Who) (any, error) {
		if _, _, err := a.Prove(env.Ctx, who, c.Good); err != nil {
			return nil, err
		}
		return claimed(a.ClaimOf(env.Ctx, who, c.Good))
	})
}

// ClaimReleaseCmd releases.
type ClaimReleaseCmd struct{ Claimed }

// Run gives the good up.
func (c *ClaimReleaseCmd) Run(env *Env) error {
	return c.claims(env, func(a *nominations.App, who access.Who) (any, error) { return nil, a.Release(env.Ctx, who, c.Good) })
}
