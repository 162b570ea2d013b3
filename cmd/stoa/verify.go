package main

import (
	"fmt"
	"net/netip"
	"strings"

	"stoa/internal/app/journal"
	"stoa/internal/fence"
	"stoa/internal/mirror"
	"stoa/internal/tlog"
)

// VerifyCmd proves a journal.
type VerifyCmd struct {
	Of    string   `arg:"" optional:"" help:"Data directory, or address of an instance; the database of this instance if left out." placeholder:"DIR|URL"`
	Key   string   `help:"The log's public key, where it is known from elsewhere; else the instance's own word is taken." placeholder:"NAME+HASH+KEY"`
	Allow []string `help:"Networks besides the public Internet that may be reached, such as 127.0.0.0/8." placeholder:"NETWORK"`
}

// Run recomputes the whole log and says what it proved.
func (c *VerifyCmd) Run(env *Env) error {
	if strings.HasPrefix(c.Of, "http://") || strings.HasPrefix(c.Of, "https://") {
		return c.remote(env)
	}
	here := *env
	if c.Of != "" {
		here.Data, here.Database = c.Of, ""
	}
	db, err := here.OpenExisting()
	if err != nil {
		return err
	}
	defer db.Close()
	key, err := tlog.LoadOrCreateKey(here.Data, here.Rand)
	if err != nil {
		return err
	}
	return c.prove(env, &journal.App{DB: db, Key: key}, key.Verifier)
}

func (c *VerifyCmd) remote(env *Env) error {
	policy := fence.Default
	policy.MaxBytes = 64 << 20
	for _, n := range c.Allow {
		prefix, err := netip.ParsePrefix(n)
		if err != nil {
			return fmt.Errorf("--allow %s: %w", n, err)
		}
		policy.Allow = append(policy.Allow, prefix)
	}
	if len(policy.Allow) > 0 {
		policy.Ports = ports(c.Of)
	}
	log := mirror.New(c.Of, fence.New(policy))
	own, err := log.Verifier(env.Ctx)
	if err != nil {
		return err
	}
	return c.prove(env, log, own)
}

func (c *VerifyCmd) prove(env *Env, log tlog.Reader, own string) error {
	if c.Key != "" {
		own = c.Key
	}
	p, err := tlog.Verify(env.Ctx, log, own)
	if err != nil {
		fmt.Fprintf(env.Stderr, "NOT PROVEN: %v\n", err)
		return exitCode(1)
	}
	_, err = fmt.Fprintf(env.Stdout, "proven: %d entries, %d disclosed values, %d erased\nlog  %s\nroot %v\nkey  %s\n",
		p.Checkpoint.Size, p.Values, p.Erased, p.Checkpoint.Origin, p.Checkpoint.Root, own)
	return err
}
