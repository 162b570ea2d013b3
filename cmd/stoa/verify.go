package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"

	"stoa/cmd/say"
	"stoa/internal/app/journal"
	"stoa/internal/fence"
	"stoa/internal/good"
	"stoa/internal/mirror"
	"stoa/internal/tlog"
)

// VerifyCmd proves a journal.
type VerifyCmd struct {
	Of    string   `arg:"" optional:"" help:"Data directory, or address of an instance; this instance if left out." placeholder:"DIR|URL"`
	Key   string   `help:"The log's public key, where it is known from elsewhere; else the instance's own word is taken." placeholder:"NAME+HASH+KEY"`
	Since string   `help:"File with a checkpoint that was seen earlier: history may only have grown since." type:"existingfile" placeholder:"FILE"`
	Allow []string `help:"Networks besides the public Internet that may be reached, such as 10.0.0.0/8; this machine may, where the address names it." placeholder:"NETWORK"`
}

// Run recomputes the whole log and says what it proved.
func (c *VerifyCmd) Run(env *Env) error {
	if strings.HasPrefix(c.Of, "http://") || strings.HasPrefix(c.Of, "https://") {
		return c.remote(env)
	}
	here := *env
	if c.Of != "" {
		here.Data = c.Of
		if _, err := os.Stat(filepath.Join(c.Of, "stoa.db")); err == nil {
			here.Database = "" // the directory holds a database of its own
		}
	}
	db, err := here.OpenExisting()
	if err != nil {
		return err
	}
	defer db.Close()
	key, err := c.key(here.Data)
	if err != nil {
		return err
	}
	return c.prove(env, &journal.App{DB: db}, key)
}

// key is the public key to verify with: what the caller knows, else that in
// the data directory.
func (c *VerifyCmd) key(data string) (string, error) {
	if c.Key != "" {
		return c.Key, nil
	}
	key, err := tlog.LoadKey(data)
	if errors.Is(err, os.ErrNotExist) {
		return "", &good.Error{Kind: good.NotFound, Key: "error.log.no-key", Args: map[string]any{"Path": data}, Err: err}
	}
	if err != nil {
		return "", err
	}
	return key.Verifier, nil
}

// maxFetch is how large one answer of another instance may be.
const maxFetch = 256 << 20

func (c *VerifyCmd) remote(env *Env) error {
	policy := fence.Default
	policy.MaxBytes = maxFetch
	policy.Allow = fence.ThisMachine(c.Of)
	for _, n := range c.Allow {
		prefix, err := netip.ParsePrefix(n)
		if err != nil {
			return fmt.Errorf("--allow %s: %w", n, err)
		}
		policy.Allow = append(policy.Allow, prefix)
	}
	policy.Ports = fence.Ports(c.Of)
	log := mirror.New(c.Of, fence.New(policy))
	key := c.Key
	if key == "" {
		var err error
		if key, err = log.Verifier(env.Ctx); err != nil {
			return err
		}
	}
	return c.prove(env, log, key)
}

func (c *VerifyCmd) prove(env *Env, log tlog.Reader, key string) error {
	if c.Since != "" {
		raw, err := os.ReadFile(c.Since)
		if err != nil {
			return fmt.Errorf("read the earlier checkpoint: %w", err)
		}
		log = since{log, string(raw)}
	}
	p, err := tlog.Verify(env.Ctx, log, key)
	if err != nil {
		fmt.Fprintf(env.Stderr, "NOT PROVEN: %v\n", err)
		return say.ExitCode(1)
	}
	_, err = fmt.Fprintf(env.Stdout, "proven: %d entries, %d disclosed values, %d erased, %d signed checkpoints\nlog  %s\nroot %v\nkey  %s\n",
		p.Checkpoint.Size, p.Values, p.Erased, p.Checkpoints, p.Checkpoint.Origin, p.Checkpoint.Root, key)
	return err
}

// since is a log that must also fit a checkpoint it does not show.
type since struct {
	tlog.Reader
	note string
}

// Checkpoints implements tlog.Reader.
func (s since) Checkpoints(ctx context.Context) ([]string, error) {
	notes, err := s.Reader.Checkpoints(ctx)
	return append(notes, s.note), err
}
