package main

import (
	"errors"
	"fmt"
	"os"

	"stoa/cmd/say"
	"stoa/internal/access"
	"stoa/internal/app/messages"
	"stoa/internal/good"
	"stoa/internal/i18n"
)

// MailCmd is what a mail server has done.
type MailCmd struct {
	Bounced MailBouncedCmd `cmd:"" help:"Take in a returned letter from standard input, as a mail server's alias hands it over."`
}

// MailBouncedCmd takes in a returned letter.
type MailBouncedCmd struct {
	Recipient string `help:"Where it came back to, if the message does not say so itself." env:"ORIGINAL_RECIPIENT"`
}

// tryLater asks the mail server to keep the message and come again
// (EX_TEMPFAIL of sysexits).
const tryLater = say.ExitCode(75)

// Run notes an address that takes no letters. What is no report, or none of
// ours, is left alone and no failure: the mail server must not answer a returned
// letter with another.
func (c *MailBouncedCmd) Run(env *Env) error {
	db, err := env.Open()
	if err != nil {
		fmt.Fprintf(env.Stderr, "stoa: %v\n", err)
		return tryLater
	}
	defer db.Close()
	app := &messages.App{DB: db, Now: env.Now, Rand: env.Rand}
	noted, err := app.Bounced(env.Ctx, access.Machine(access.Operator), os.Stdin, c.Recipient)
	var e *good.Error
	switch {
	case errors.As(err, &e) && e.Kind == good.Invalid:
		kv := []any{}
		for k, v := range e.Args {
			kv = append(kv, k, v)
		}
		_, err = fmt.Fprintln(env.Stdout, "ignored:", i18n.All()[0].T(e.Key, kv...))
		return err
	case err != nil:
		fmt.Fprintf(env.Stderr, "stoa: %v\n", err)
		return tryLater
	case noted:
		_, err = fmt.Fprintln(env.Stdout, "noted: no more letters are sent there")
		return err
	}
	_, err = fmt.Fprintln(env.Stdout, "left alone: the address may take letters later")
	return err
}
