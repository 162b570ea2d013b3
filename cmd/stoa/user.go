package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"stoa/internal/access"
	"stoa/internal/app/advisory"
	"stoa/internal/app/alliance"
	"stoa/internal/app/calls"
	"stoa/internal/app/checks"
	"stoa/internal/app/communities"
	"stoa/internal/app/deployments"
	"stoa/internal/app/guides"
	"stoa/internal/app/messages"
	"stoa/internal/app/needs"
	"stoa/internal/app/nominations"
	"stoa/internal/app/people"
	"stoa/internal/app/sourcing"
	"stoa/internal/app/support"
	"stoa/internal/good"
	"stoa/internal/jobs"
	"stoa/internal/store"
)

// UserCmd looks after people.
type UserCmd struct {
	Add          UserAddCmd          `cmd:"" help:"Make an account for an e-mail address; print a link that signs in."`
	List         UserListCmd         `cmd:"" help:"List everybody with an account."`
	Role         UserRoleCmd         `cmd:"" help:"Give somebody a role, or take it."`
	Link         UserLinkCmd         `cmd:"" help:"Print a link that signs somebody in, once."`
	Token        UserTokenCmd        `cmd:"" help:"Make a token with which a program acts for somebody."`
	EndSessions  UserEndSessionsCmd  `cmd:"" name:"end-sessions" help:"End every session and token of somebody."`
	Show         UserShowCmd         `cmd:"" help:"Print somebody's account: addresses, ways in, sessions, tokens, organisations."`
	Profile      UserProfileCmd      `cmd:"" help:"Say something of somebody: name, language, expertise, absence."`
	Address      UserAddressCmd      `cmd:"" help:"Have messages go to one of somebody's addresses, or take it away."`
	End          UserEndCmd          `cmd:"" help:"End one session, token, passkey or account elsewhere of somebody."`
	Organisation UserOrganisationCmd `cmd:"" help:"Act for an organisation: found it, prove its domains, let others in."`
	Export       UserExportCmd       `cmd:"" help:"Print all that is kept of somebody, as JSON."`
	Erase        UserEraseCmd        `cmd:"" help:"Erase all that is kept of somebody, for ever; what they stated in public stays."`
}

// Help says how the first administrator comes to be.
func (UserCmd) Help() string {
	return "A new instance has no administrator. Make the first one here, beside a running server or before it starts:\n\n  " + firstAdministrator +
		"\n\nIt prints a link that signs in once."
}

// firstAdministrator is the command that makes one.
const firstAdministrator = "stoa user add you@example.org --name You --role administrator"

// sayFirst tells the operator where nobody is an administrator yet.
func sayFirst(env *Env, db *store.DB) error {
	list, err := db.WithRole(env.Ctx, access.Administrator)
	if err == nil && len(list) == 0 {
		env.Log.Warn("nobody is an administrator yet", "make one with", firstAdministrator)
	}
	return err
}

// At is where links lead that a command prints.
type At struct {
	BaseURL string `help:"Public address of the instance, for the link." env:"STOA_BASE_URL" default:"http://localhost:8080"`
}

// operating is who acts at the command line.
var operating = access.Machine(access.Operator)

// withPeople runs f with the people of the instance.
func (e *Env) withPeople(base string, f func(*people.App) error) error {
	db, err := e.Open()
	if err != nil {
		return err
	}
	app, err := e.people(db, base)
	if err == nil {
		err = f(app)
	}
	return errors.Join(err, db.Close())
}

// people are the verbs around accounts. The other nouns say what they keep of
// people, and forget it with them.
func (e *Env) people(db *store.DB, base string) (*people.App, error) {
	assessed, err := e.assessment(db)
	if err != nil {
		return nil, err
	}
	heard := &messages.App{DB: db, Now: e.Now}
	queue, err := jobs.NewQueue(db, away)
	if err != nil {
		return nil, err
	}
	seal, err := e.claiming()
	if err != nil {
		return nil, err
	}
	owned := &nominations.App{DB: db, Rand: e.Rand, Key: seal}
	return &people.App{DB: db, Now: e.Now, Rand: e.Rand, Base: strings.TrimRight(base, "/"), Log: e.Log, Tasks: queue,
		Joins: map[good.Invited]people.Joining{good.ToGood: owned.Join, good.ToApplication: assessed.Join, good.ToBoard: (&sourcing.App{DB: db}).Join},
		Kept: map[string]func(context.Context, good.Person) (any, error){"applications": assessed.Kept, "messages": heard.Kept, "advisory": (&advisory.App{DB: db, Now: e.Now}).Kept,
			"calls": (&calls.App{DB: db, Now: e.Now}).Kept, "nominations": owned.Kept, "joinings": (&alliance.App{DB: db}).Kept, "boards": (&sourcing.App{DB: db}).Kept, "disputes": (&checks.App{DB: db}).Kept, "deployments": (&deployments.App{DB: db}).Kept, "spreadsheets": (&deployments.App{DB: db}).KeptSheets, "support": (&support.App{DB: db}).Kept, "needs": (&needs.App{DB: db}).Kept, "guides": e.guides(db).Kept, "communities": (&communities.App{DB: db}).Kept},
		Gone: []func(context.Context, *store.Tx, good.Person) error{assessed.Gone, heard.Gone, advisory.Forget, calls.Forget, nominations.Forget, checks.Forget, alliance.Forget, sourcing.Gone, (&support.App{DB: db, Now: e.Now}).Gone, deployments.Forget, needs.Forget, guides.Forget, communities.Forget}}, nil
}

// UserAddCmd makes an account.
type UserAddCmd struct {
	At
	Email    string   `arg:"" help:"E-mail address."`
	Name     string   `help:"What the person wishes to be called."`
	Language string   `help:"Language of messages." enum:"en,ar,zh,fr,ru,es" default:"en"`
	Role     []string `help:"Role to give, one or more of ${roles}."`
}

// Run makes the account, gives it its roles and prints a link.
func (c *UserAddCmd) Run(env *Env) error {
	return env.withPeople(c.BaseURL, func(app *people.App) error {
		for _, role := range c.Role { // before anything is made
			if !strings.Contains(" "+strings.Join(access.Granted, " ")+" ", " "+role+" ") {
				return &good.Error{Kind: good.Invalid, Key: "people.error.role", Field: "role", Args: map[string]any{"Role": role}}
			}
		}
		p, err := app.Add(env.Ctx, operating, c.Email, c.Name, c.Language)
		if err != nil {
			return err
		}
		for _, role := range c.Role {
			if _, err := app.Grant(env.Ctx, operating, string(p.ID), role, "added at the command line"); err != nil {
				return err
			}
		}
		return printLink(env, app, string(p.ID))
	})
}

// printLink prints a link that signs a person in.
func printLink(env *Env, app *people.App, person string) error {
	link, err := app.PrintLink(env.Ctx, operating, person)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(env.Stdout, link)
	return err
}

// UserLinkCmd prints a link.
type UserLinkCmd struct {
	At
	Person string `arg:"" help:"E-mail address, id or pseudonym."`
}

// Run prints the link.
func (c *UserLinkCmd) Run(env *Env) error {
	return env.withPeople(c.BaseURL, func(app *people.App) error { return printLink(env, app, c.Person) })
}

// UserListCmd lists people.
type UserListCmd struct {
	Role   string `help:"Only those with this role."`
	Search string `help:"Only those of whose name or address this is a part, or whose id or pseudonym it is." placeholder:"TEXT"`
}

// Run lists people: id, pseudonym, address, name and roles, separated by tabs.
func (c *UserListCmd) Run(env *Env) error {
	return env.withPeople("", func(app *people.App) error {
		for after := good.ID(""); ; {
			list, err := app.Find(env.Ctx, operating, people.Search{Text: c.Search, Role: c.Role, After: after, Limit: 500})
			if err != nil || len(list) == 0 {
				return err
			}
			for _, p := range list {
				after = p.ID
				if _, err := fmt.Fprintf(env.Stdout, "%s\t%s\t%s\t%s\t%s\n", p.ID, p.Pseudonym, p.Address, p.Name, strings.Join(p.Roles, " ")); err != nil {
					return err
				}
			}
		}
	})
}

// UserRoleCmd gives and takes roles.
type UserRoleCmd struct {
	Person string `arg:"" help:"E-mail address, id or pseudonym."`
	Role   string `arg:"" help:"One of ${roles}."`
	Revoke bool   `help:"Take the role instead."`
	Reason string `required:"" help:"Why; it is public."`
}

// Run gives the role, or takes it.
func (c *UserRoleCmd) Run(env *Env) error {
	return env.withPeople("", func(app *people.App) error {
		change := app.Grant
		if c.Revoke {
			change = app.Revoke
		}
		position, err := change(env.Ctx, operating, c.Person, c.Role, c.Reason)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(env.Stdout, "journal %d\n", position)
		return err
	})
}

// UserTokenCmd makes tokens.
type UserTokenCmd struct {
	Person string   `arg:"" help:"E-mail address, id or pseudonym."`
	Name   string   `required:"" help:"By which the person knows the token."`
	Scope  []string `required:"" help:"What it may do, one or more of ${scopes}."`
	Days   int      `help:"How long it lasts." default:"90"`
}

// Run makes the token and prints it, this once.
func (c *UserTokenCmd) Run(env *Env) error {
	return env.withPeople("", func(app *people.App) error {
		who, err := app.Act(env.Ctx, c.Person)
		if err != nil {
			return err
		}
		secret, _, err := app.MakeToken(env.Ctx, access.Viewer{Who: who}, c.Name, c.Scope, c.Days)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(env.Stdout, secret)
		return err
	})
}

// UserEndSessionsCmd ends sessions and tokens.
type UserEndSessionsCmd struct {
	Person string `arg:"" help:"E-mail address, id or pseudonym."`
}

// Run ends them.
func (c *UserEndSessionsCmd) Run(env *Env) error {
	return env.withPeople("", func(app *people.App) error { return app.EndAll(env.Ctx, operating, c.Person) })
}

// UserExportCmd prints what is kept of a person.
type UserExportCmd struct {
	Person string `arg:"" help:"E-mail address, id or pseudonym."`
}

// Run prints it.
func (c *UserExportCmd) Run(env *Env) error {
	return env.withPeople("", func(app *people.App) error {
		all, err := app.Export(env.Ctx, operating, c.Person)
		if err != nil {
			return err
		}
		e := json.NewEncoder(env.Stdout)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		return e.Encode(all)
	})
}

// UserEraseCmd erases a person.
type UserEraseCmd struct {
	Person string `arg:"" help:"E-mail address, id or pseudonym."`
	Yes    bool   `required:"" help:"I am sure."`
}

// Run erases the person.
func (c *UserEraseCmd) Run(env *Env) error {
	return env.withPeople("", func(app *people.App) error {
		position, err := app.Erase(env.Ctx, access.Viewer{Who: operating}, c.Person)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(env.Stdout, "erased\tjournal %d\n", position)
		return err
	})
}

// scopeNames are the scopes there are, for the help.
func scopeNames() string {
	var out []string
	for _, s := range access.Scopes {
		out = append(out, string(s))
	}
	return strings.Join(out, ", ")
}
