package main

import (
	"strings"

	"stoa/internal/access"
	app "stoa/internal/app/countries"
	"stoa/internal/deploy"
	"stoa/internal/good"
)

// landed runs do with countries for whom a names, and prints what it answers as
// JSON.
func (a As) landed(env *Env, do func(*app.App, access.Who) (any, error)) error {
	db, err := env.Open()
	if err != nil {
		return err
	}
	defer db.Close()
	who, err := a.who(env, db)
	if err != nil {
		return err
	}
	library, err := env.Library()
	if err != nil {
		return err
	}
	out, err := do(&app.App{DB: db, Now: env.Now, Library: library}, who)
	if err != nil {
		return err
	}
	return printJSON(env.Stdout, out)
}

// CountryListCmd lists.
type CountryListCmd struct {
	Region string `help:"Only of this region: UN M49 code or the address of its name, like eastern-africa."`
}

// Run lists them.
func (c *CountryListCmd) Run(env *Env) error {
	return As{}.landed(env, func(a *app.App, _ access.Who) (any, error) {
		if c.Region != "" {
			return a.Region(env.Ctx, c.Region)
		}
		return a.All(env.Ctx)
	})
}

// CountryUseCmd prints one.
type CountryUseCmd struct {
	Country string `arg:"" help:"Code or name."`
}

// Run prints it.
func (c *CountryUseCmd) Run(env *Env) error {
	return As{}.landed(env, func(a *app.App, who access.Who) (any, error) { return a.Show(env.Ctx, access.Who{}, c.Country) })
}

// CountryCompareCmd compares.
type CountryCompareCmd struct {
	Country []string `arg:"" help:"Codes or names, two to four."`
}

// Run prints them.
func (c *CountryCompareCmd) Run(env *Env) error {
	return As{}.landed(env, func(a *app.App, _ access.Who) (any, error) { return a.Compare(env.Ctx, c.Country) })
}

// CountryDescribeCmd describes.
type CountryDescribeCmd struct {
	As
	Country string   `arg:"" help:"Code or name."`
	Text    []string `help:"language=text; repeat it for several languages."`
	SDG     []int    `name:"sdg" help:"Goals that come first."`
	Sector  []string `help:"Sectors that come first."`
	Office  []string `help:"Where to ask, role=address of a page; public. Roles: lead, technical, data-protection, training."`
	Link    []string `help:"Address, a space, and what it is."`
}

// Run says it.
func (c *CountryDescribeCmd) Run(env *Env) error {
	in := app.Description{Text: good.Text{}, SDGs: c.SDG, Sectors: c.Sector}
	for _, s := range c.Text {
		lang, text, _ := strings.Cut(s, "=")
		in.Text[lang] = text
	}
	for _, s := range c.Office {
		role, address, _ := strings.Cut(s, "=")
		in.Offices = append(in.Offices, deploy.Office{Role: role, URL: address})
	}
	for _, s := range c.Link {
		address, name, _ := strings.Cut(s, " ")
		in.Links = append(in.Links, good.Link{URL: address, Name: name})
	}
	return c.landed(env, func(a *app.App, who access.Who) (any, error) {
		l, _, err := a.Describe(env.Ctx, who, c.Country, in)
		return l, err
	})
}

// CountryChecklistCmd prints how ready a country says it is, or says it.
type CountryChecklistCmd struct {
	As
	Country string   `arg:"" help:"Code or name."`
	Answer  []string `help:"question=yes, =partly, =no, or = to take it back; after a space the address of what shows it, after another the day. The other answers stay."`
}

// Run prints or says it.
func (c *CountryChecklistCmd) Run(env *Env) error {
	var list []deploy.Ready
	for _, s := range c.Answer {
		question, rest, _ := strings.Cut(s, "=")
		answer, rest, _ := strings.Cut(rest, " ")
		evidence, date, _ := strings.Cut(strings.TrimSpace(rest), " ")
		list = append(list, deploy.Ready{Question: question, Answer: answer, Evidence: evidence, Date: good.Date(date)})
	}
	return c.landed(env, func(a *app.App, who access.Who) (any, error) {
		if len(list) > 0 {
			if _, _, err := a.AnswerSome(env.Ctx, who, c.Country, list); err != nil {
				return nil, err
			}
		}
		return a.Ready(env.Ctx, access.Who{}, c.Country)
	})
}
