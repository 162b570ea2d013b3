package main

import (
	"stoa/internal/access"
	"stoa/internal/alliance"
	app "stoa/internal/app/alliance"
	"stoa/internal/good"
	"stoa/internal/jobs"
)

// AllianceCmd looks after the alliance.
type AllianceCmd struct {
	Show   AllianceShowCmd   `cmd:"" help:"Print the alliance with its roadmap, or one member with all that it committed."`
	Admit  AllianceAdmitCmd  `cmd:"" help:"Enter a member."`
	Change AllianceChangeCmd `cmd:"" help:"Change what is said of a member, or say that it left."`
	Commit AllianceCommitCmd `cmd:"" help:"Enter what a member commits to."`
	Report AllianceReportCmd `cmd:"" help:"Say how a commitment gets on."`
}

// allied runs do with the alliance for whom a names, and prints what it answers
// as JSON.
func (a As) allied(env *Env, do func(*app.App, access.Who) (any, error)) error {
	db, err := env.Open()
	if err != nil {
		return err
	}
	defer db.Close()
	who, err := a.who(env, db)
	if err != nil {
		return err
	}
	queue, err := jobs.NewQueue(db, away)
	if err != nil {
		return err
	}
	out, err := do(&app.App{DB: db, Now: env.Now, Tasks: queue, Tell: env.telling(db, queue)}, who)
	if err != nil || out == nil {
		return err
	}
	return printJSON(env.Stdout, out)
}

func rolesNamed(names []string) []alliance.Role {
	var out []alliance.Role
	for _, n := range names {
		out = append(out, alliance.Role(n))
	}
	return out
}

// AllianceShowCmd prints.
type AllianceShowCmd struct {
	Member  string `arg:"" optional:"" help:"Slug or id of a member; the whole without it."`
	Role    string `enum:",member,pathfinder,partner" default:"" help:"Only commitments of members with this role."`
	Country string `help:"Only commitments of this country, or about it (ISO 3166-1 alpha-2)."`
	SDG     int    `name:"sdg" help:"Only commitments to this goal, 1 to 17."`
	State   string `enum:",planned,working,overdue,done,dropped" default:"" help:"Only commitments in this state."`
	Year    int    `help:"Only commitments due in this year."`
}

// Run prints the alliance or the member.
func (c *AllianceShowCmd) Run(env *Env) error {
	return As{}.allied(env, func(a *app.App, _ access.Who) (any, error) {
		if c.Member != "" {
			return a.Member(env.Ctx, access.Who{}, c.Member)
		}
		return a.Roadmap(env.Ctx, app.Which{Role: alliance.Role(c.Role), Country: c.Country, SDG: c.SDG, State: alliance.State(c.State), Year: c.Year})
	})
}

// AllianceAdmitCmd admits.
type AllianceAdmitCmd struct {
	As
	Name    string   `arg:"" help:"Name of the organisation or country."`
	Role    []string `required:"" help:"As what: member, pathfinder or partner; repeat it for several."`
	Country string   `help:"ISO 3166-1 alpha-2; a pathfinder needs it."`
	Website string   `help:"Its website."`
	Summary string   `help:"Who they are."`
	Lang    string   `default:"en" help:"Language of the summary."`
	Since   string   `help:"Since which day; today without it."`
	Keeper  string   `help:"E-mail address of whoever is asked to keep its commitments."`
}

// Run enters the member.
func (c *AllianceAdmitCmd) Run(env *Env) error {
	return c.allied(env, func(a *app.App, who access.Who) (any, error) {
		m, _, err := a.Admit(env.Ctx, who, app.Entry{Keeper: c.Keeper, Member: alliance.Member{Name: c.Name, Roles: rolesNamed(c.Role), Country: c.Country, Website: c.Website, Summary: c.Summary, Lang: c.Lang, Since: good.Date(c.Since)}})
		return m, err
	})
}

// AllianceChangeCmd changes.
type AllianceChangeCmd struct {
	As
	Member  string   `arg:"" help:"Slug or id of the member."`
	Website *string  `help:"Its website."`
	Summary *string  `help:"Who they are."`
	Lang    string   `help:"Language of the summary."`
	Role    []string `help:"As what it belongs from now on: member, pathfinder or partner."`
	Leaves  bool     `help:"It belongs to the alliance no more."`
	Reason  string   `help:"Why it leaves; public."`
}

// Run changes it.
func (c *AllianceChangeCmd) Run(env *Env) error {
	return c.allied(env, func(a *app.App, who access.Who) (any, error) {
		_, err := a.Change(env.Ctx, who, c.Member, app.Profile{Website: c.Website, Summary: c.Summary, Lang: c.Lang, Roles: rolesNamed(c.Role), Leaves: c.Leaves, Reason: c.Reason})
		return nil, err
	})
}

// AllianceCommitCmd commits.
type AllianceCommitCmd struct {
	As
	Member  string   `arg:"" help:"Slug or id of the member."`
	Text    string   `arg:"" help:"What it commits to."`
	Due     string   `required:"" help:"Last day, 2028-12-31."`
	SDG     []int    `name:"sdg" help:"Goals it serves, 1 to 17."`
	Country []string `help:"Countries it is about (ISO 3166-1 alpha-2)."`
	Lang    string   `default:"en" help:"Language of the text."`
}

// Run enters the commitment.
func (c *AllianceCommitCmd) Run(env *Env) error {
	return c.allied(env, func(a *app.App, who access.Who) (any, error) {
		out, _, err := a.Commit(env.Ctx, who, c.Member, alliance.Commitment{Text: c.Text, Lang: c.Lang, Due: good.Date(c.Due), SDGs: c.SDG, Countries: c.Country})
		return out, err
	})
}

// AllianceReportCmd reports.
type AllianceReportCmd struct {
	As
	Commitment string `arg:"" help:"Id of the commitment."`
	State      string `arg:"" enum:"planned,working,done,dropped" help:"How far it is: ${enum}."`
	Percent    int    `help:"How much is done, 0 to 100."`
	Text       string `help:"What happened; needed where it is dropped or its last day moves."`
	Evidence   string `help:"Address of what shows it; needed once it is done."`
	Due        string `help:"The new last day, where it moves."`
	Lang       string `default:"en" help:"Language of the text."`
}

// Run adds the report.
func (c *AllianceReportCmd) Run(env *Env) error {
	return c.allied(env, func(a *app.App, who access.Who) (any, error) {
		out, _, err := a.Report(env.Ctx, who, good.ID(c.Commitment), alliance.Report{State: alliance.State(c.State), Percent: c.Percent, Text: c.Text, Lang: c.Lang, Evidence: c.Evidence, Due: good.Date(c.Due)})
		return out, err
	})
}
