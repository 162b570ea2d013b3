package main

import (
	"stoa/internal/access"
	"stoa/internal/advise"
	"stoa/internal/app/advisory"
	"stoa/internal/good"
)

// AdvisoryCmd looks after the advisory group.
type AdvisoryCmd struct {
	Show     AdvisoryShowCmd     `cmd:"" help:"Print the group, or one consultation with all that was said on it."`
	Appoint  AdvisoryAppointCmd  `cmd:"" help:"Give a seat to the person with an address."`
	End      AdvisoryEndCmd      `cmd:"" help:"End a seat before its term."`
	Interest AdvisoryInterestCmd `cmd:"" help:"Declare an interest of one's own seat."`
	Withdraw AdvisoryWithdrawCmd `cmd:"" help:"Withdraw an interest of one's own seat that has passed."`
	Consult  AdvisoryConsultCmd  `cmd:"" help:"Open a consultation."`
	Extend   AdvisoryExtendCmd   `cmd:"" help:"Give a consultation a later last day."`
	Opine    AdvisoryOpineCmd    `cmd:"" help:"Give the opinion of one's own seat."`
	Comment  AdvisoryCommentCmd  `cmd:"" help:"Comment on a consultation."`
	Answer   AdvisoryAnswerCmd   `cmd:"" help:"Answer a comment, once."`
	Conclude AdvisoryConcludeCmd `cmd:"" help:"End a consultation with its minutes."`
}

// advised runs do with the advisory group for whom a names, and prints what it
// answers as JSON.
func (a As) advised(env *Env, do func(*advisory.App, access.Who) (any, error)) error {
	db, err := env.Open()
	if err != nil {
		return err
	}
	defer db.Close()
	who, err := a.who(env, db)
	if err != nil {
		return err
	}
	out, err := do(&advisory.App{DB: db, Now: env.Now}, who)
	if err != nil || out == nil {
		return err
	}
	return printJSON(env.Stdout, out)
}

// AdvisoryShowCmd prints.
type AdvisoryShowCmd struct {
	Consultation string `arg:"" optional:"" help:"Slug of a consultation; the group without it."`
}

// Run prints the group or the consultation.
func (c *AdvisoryShowCmd) Run(env *Env) error {
	return As{}.advised(env, func(a *advisory.App, _ access.Who) (any, error) {
		if c.Consultation == "" {
			return a.Group(env.Ctx)
		}
		return a.Record(env.Ctx, c.Consultation)
	})
}

// AdvisoryAppointCmd gives a seat.
type AdvisoryAppointCmd struct {
	As
	Person       string `arg:"" help:"E-mail address of the account."`
	Constituency string `required:"" enum:"private-sector,open-source-business,academia,ngo,government,united-nations" help:"For whom the seat speaks: ${enum}."`
	Show         string `help:"Name to show, if the person agreed."`
	Organisation string `help:"Organisation of the person."`
	From         string `required:"" help:"First day of the term, 2026-01-31."`
	Until        string `required:"" help:"Last day of the term."`
}

// Run gives the seat.
func (c *AdvisoryAppointCmd) Run(env *Env) error {
	return c.advised(env, func(a *advisory.App, who access.Who) (any, error) {
		s, _, err := a.Appoint(env.Ctx, who, c.Person, advise.Seat{Constituency: advise.Constituency(c.Constituency), Name: c.Show, Organisation: c.Organisation,
			From: good.Date(c.From), Until: good.Date(c.Until)})
		return s, err
	})
}

// AdvisoryEndCmd ends a seat.
type AdvisoryEndCmd struct {
	As
	Seat   string `arg:"" help:"Id of the seat."`
	Reason string `required:"" help:"Why."`
}

// Run ends the seat.
func (c *AdvisoryEndCmd) Run(env *Env) error {
	return c.advised(env, func(a *advisory.App, who access.Who) (any, error) {
		_, err := a.EndSeat(env.Ctx, who, good.ID(c.Seat), c.Reason)
		return nil, err
	})
}

// AdvisoryInterestCmd declares an interest.
type AdvisoryInterestCmd struct {
	As
	Seat         string `arg:"" help:"Id of the seat."`
	Text         string `arg:"" help:"The interest."`
	Organisation string `help:"Slug of the organisation it is in."`
	Good         string `help:"Slug of the good it is in."`
}

// Run declares the interest.
func (c *AdvisoryInterestCmd) Run(env *Env) error {
	return c.advised(env, func(a *advisory.App, who access.Who) (any, error) {
		_, err := a.Declare(env.Ctx, who, good.ID(c.Seat), advise.Interest{Text: c.Text, Organisation: c.Organisation, Good: c.Good})
		return nil, err
	})
}

// AdvisoryWithdrawCmd withdraws an interest.
type AdvisoryWithdrawCmd struct {
	As
	Seat string `arg:"" help:"Id of the seat."`
	N    int    `arg:"" help:"Which of its interests, from 1 on."`
}

// Run withdraws the interest.
func (c *AdvisoryWithdrawCmd) Run(env *Env) error {
	return c.advised(env, func(a *advisory.App, who access.Who) (any, error) {
		_, err := a.Undeclare(env.Ctx, who, good.ID(c.Seat), c.N-1)
		return nil, err
	})
}

// AdvisoryConsultCmd opens a consultation.
type AdvisoryConsultCmd struct {
	As
	Subject      string   `required:"" enum:"standard,policy,appeal" help:"What it is about: ${enum}."`
	Ref          string   `required:"" help:"Which one: dpg@1.2.0, an address, or a good's slug."`
	Title        string   `required:"" help:"Heading."`
	Text         string   `required:"" help:"What is asked."`
	Lang         string   `default:"en" help:"Language of heading and text."`
	Public       bool     `help:"Everybody may comment."`
	Opens        string   `required:"" help:"First day."`
	Closes       string   `required:"" help:"Last day."`
	Good         []string `help:"Slugs of the goods it concerns."`
	Organisation []string `help:"Slugs of the organisations it concerns."`
}

// Run opens the consultation.
func (c *AdvisoryConsultCmd) Run(env *Env) error {
	return c.advised(env, func(a *advisory.App, who access.Who) (any, error) {
		out, _, err := a.Consult(env.Ctx, who, advise.Consultation{Subject: advise.SubjectKind(c.Subject), Ref: c.Ref, Title: c.Title, Text: c.Text, Lang: c.Lang,
			Public: c.Public, Opens: good.Date(c.Opens), Closes: good.Date(c.Closes), Goods: c.Good, Organisations: c.Organisation})
		return out, err
	})
}

// AdvisoryExtendCmd extends a consultation.
type AdvisoryExtendCmd struct {
	As
	Consultation string `arg:"" help:"Slug of the consultation."`
	Closes       string `arg:"" help:"The later last day."`
}

// Run extends the consultation.
func (c *AdvisoryExtendCmd) Run(env *Env) error {
	return c.advised(env, func(a *advisory.App, who access.Who) (any, error) {
		_, err := a.Extend(env.Ctx, who, c.Consultation, good.Date(c.Closes))
		return nil, err
	})
}

// AdvisoryOpineCmd gives an opinion.
type AdvisoryOpineCmd struct {
	As
	Consultation string `arg:"" help:"Slug of the consultation."`
	Position     string `arg:"" enum:"support,support-with-changes,oppose,abstain" help:"One of ${enum}."`
	Text         string `arg:"" optional:"" help:"Why."`
	Lang         string `default:"en" help:"Language of the text."`
}

// Run gives the opinion.
func (c *AdvisoryOpineCmd) Run(env *Env) error {
	return c.advised(env, func(a *advisory.App, who access.Who) (any, error) {
		_, err := a.Opine(env.Ctx, who, c.Consultation, advise.Opinion{Position: advise.Position(c.Position), Text: c.Text, Lang: c.Lang})
		return nil, err
	})
}

// AdvisoryCommentCmd comments.
type AdvisoryCommentCmd struct {
	As
	Consultation string `arg:"" help:"Slug of the consultation."`
	Text         string `arg:"" help:"The comment."`
	On           string `help:"Indicator or paragraph it is about."`
	Show         string `help:"Name to show."`
	Lang         string `default:"en" help:"Language of the text."`
}

// Run makes the comment.
func (c *AdvisoryCommentCmd) Run(env *Env) error {
	return c.advised(env, func(a *advisory.App, who access.Who) (any, error) {
		m, _, err := a.Comment(env.Ctx, who, c.Consultation, advise.Comment{On: c.On, Text: c.Text, Name: c.Show, Lang: c.Lang})
		return m, err
	})
}

// AdvisoryAnswerCmd answers.
type AdvisoryAnswerCmd struct {
	As
	Comment     string `arg:"" help:"Id of the comment."`
	Disposition string `arg:"" enum:"accepted,partly,declined,noted" help:"What becomes of it: ${enum}."`
	Text        string `arg:"" help:"The answer."`
}

// Run answers the comment.
func (c *AdvisoryAnswerCmd) Run(env *Env) error {
	return c.advised(env, func(a *advisory.App, who access.Who) (any, error) {
		_, err := a.Answer(env.Ctx, who, good.ID(c.Comment), advise.Disposition(c.Disposition), c.Text)
		return nil, err
	})
}

// AdvisoryConcludeCmd concludes.
type AdvisoryConcludeCmd struct {
	As
	Consultation string `arg:"" help:"Slug of the consultation."`
	Outcome      string `required:"" help:"What was decided."`
	Minutes      string `required:"" help:"The minutes."`
}

// Run ends the consultation.
func (c *AdvisoryConcludeCmd) Run(env *Env) error {
	return c.advised(env, func(a *advisory.App, who access.Who) (any, error) {
		_, err := a.Conclude(env.Ctx, who, c.Consultation, c.Minutes, c.Outcome)
		return nil, err
	})
}
