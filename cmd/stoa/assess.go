package main

import (
	"fmt"

	"stoa/internal/access"
	"stoa/internal/app/assessment"
	"stoa/internal/app/people"
	"stoa/internal/store"
)

// assessment is the noun of applications, reviews and decisions on a database.
func (e *Env) assessment(db *store.DB) (*assessment.App, error) {
	library, err := e.Library()
	if err != nil {
		return nil, err
	}
	return &assessment.App{DB: db, Library: library, Now: e.Now, Issuer: e.Name}, nil
}

// As is for whom the operator acts.
type As struct {
	As string `help:"Act for this person: id, pseudonym or e-mail address. Without it, as the operator." placeholder:"PERSON"`
}

// who is the person, or the operator.
func (a As) who(env *Env, db *store.DB) (access.Who, error) {
	if a.As == "" {
		return access.Machine(access.Operator), nil
	}
	return (&people.App{DB: db, Now: env.Now, Rand: env.Rand}).Act(env.Ctx, a.As)
}

// assessed runs do with the assessment of the instance, for whom a names, and
// prints what it answers as JSON.
func (a As) assessed(env *Env, do func(*assessment.App, access.Who) (any, error)) error {
	db, err := env.Open()
	if err != nil {
		return err
	}
	defer db.Close()
	app, err := env.assessment(db)
	if err != nil {
		return err
	}
	who, err := a.who(env, db)
	if err != nil {
		return err
	}
	out, err := do(app, who)
	if err != nil || out == nil {
		return err
	}
	if raw, ok := out.([]byte); ok {
		_, err := env.Stdout.Write(raw)
		return err
	}
	return printJSON(env.Stdout, out)
}

// stepNames are the names of all that can be done with one application.
func stepNames() string {
	out := ""
	for _, s := range assessment.Steps {
		out += fmt.Sprintf("\n  %-14s %s", s.Name, s.Summary)
	}
	return out
}
