package main

import (
	"encoding/json"
	"fmt"

	"stoa/internal/access"
	"stoa/internal/app/assessment"
	"stoa/internal/assess"
	"stoa/internal/good"
)

// ReviewCmd looks after reviews and decisions.
type ReviewCmd struct {
	Queue      ReviewQueueCmd      `cmd:"" help:"List applications by age or deadline."`
	Board      ReviewBoardCmd      `cmd:"" help:"Count applications by state and kind."`
	Reviewers  ReviewReviewersCmd  `cmd:"" help:"List reviewers with what they have to do."`
	Candidates ReviewCandidatesCmd `cmd:"" help:"List who may be given an application, and who not, and why."`
	Step       ApplicationStepCmd  `cmd:"" help:"Do one thing with an application."`
	Conflict   ReviewConflictCmd   `cmd:"" help:"Declare a conflict of interest."`
	Profile    ReviewProfileCmd    `cmd:"" help:"Say what a reviewer knows, and until when they are away."`
	Challenge  ReviewChallengeCmd  `cmd:"" help:"Doubt a recognition, with evidence."`
	Reassign   ReviewReassignCmd   `cmd:"" help:"Give somebody's reviews to others."`
	Remind     ReviewRemindCmd     `cmd:"" help:"Remind those who should act on applications."`
	Settings   ReviewSettingsCmd   `cmd:"" help:"Print the settings, or put new ones in force."`
	Announce   ReviewAnnounceCmd   `cmd:"" help:"Say something to many people at once."`
	Statistics ReviewStatisticsCmd `cmd:"" help:"Print how many applications are where, and how long states last."`
	Record     ReviewRecordCmd     `cmd:"" help:"Print the public record of a good."`
	Tick       ReviewTickCmd       `cmd:"" help:"Do what is due: reminders, renewals, lapses. The server does it every hour."`
}

// ReviewQueueCmd lists.
type ReviewQueueCmd struct {
	As
	State    []string `help:"States; all that are not over by default."`
	Kind     string   `help:"first, renewal or challenge."`
	Person   string   `help:"Id of somebody with a part in them."`
	Part     string   `help:"Which part: owner, reviewer, expert, decider."`
	Late     bool     `help:"Only what is past its deadline."`
	Stuck    bool     `help:"Only what has been in one state for too long."`
	Deadline bool     `help:"By deadline instead of by age."`
	Limit    int      `help:"How many." default:"50"`
	Offset   int      `help:"How many to leave out."`
}

// Run lists applications.
func (c *ReviewQueueCmd) Run(env *Env) error {
	return c.assessed(env, func(a *assessment.App, who access.Who) (any, error) {
		f := assessment.Filter{Kind: assess.Kind(c.Kind), Person: good.ID(c.Person), Part: c.Part, Deadline: c.Deadline, Limit: c.Limit, Offset: c.Offset}
		for _, s := range c.State {
			f.States = append(f.States, assess.State(s))
		}
		if c.Late {
			return a.Late(env.Ctx, who, c.Limit, c.Offset)
		}
		if c.Stuck {
			return a.Stuck(env.Ctx, who, c.Limit, c.Offset)
		}
		return a.Queue(env.Ctx, who, f)
	})
}

// ReviewBoardCmd counts.
type ReviewBoardCmd struct{ As }

// Run prints the board.
func (c *ReviewBoardCmd) Run(env *Env) error {
	return c.assessed(env, func(a *assessment.App, who access.Who) (any, error) { return a.Board(env.Ctx, who) })
}

// ReviewReviewersCmd lists reviewers.
type ReviewReviewersCmd struct{ As }

// Run prints the reviewers.
func (c *ReviewReviewersCmd) Run(env *Env) error {
	return c.assessed(env, func(a *assessment.App, who access.Who) (any, error) { return a.Reviewers(env.Ctx, who) })
}

// ReviewCandidatesCmd lists candidates.
type ReviewCandidatesCmd struct {
	As
	ID string `arg:"" help:"Id of the application."`
}

// Run prints who may be given the application.
func (c *ReviewCandidatesCmd) Run(env *Env) error {
	return c.assessed(env, func(a *assessment.App, who access.Who) (any, error) {
		fit, unfit, err := a.Candidates(env.Ctx, who, good.ID(c.ID))
		return map[string]any{"fit": fit, "unfit": unfit}, err
	})
}

// ReviewConflictCmd declares.
type ReviewConflictCmd struct {
	As
	Person       string `help:"Id of the person it is with."`
	Good         string `help:"Id of the good it is with."`
	Organisation string `help:"Slug of the organisation it is with."`
	Reason       string `required:"" help:"Why."`
}

// Run declares the conflict.
func (c *ReviewConflictCmd) Run(env *Env) error {
	return c.assessed(env, func(a *assessment.App, who access.Who) (any, error) {
		return nil, a.Declare(env.Ctx, who, assess.Declared{Person: good.ID(c.Person), Good: good.ID(c.Good), Organisation: c.Organisation, Reason: c.Reason})
	})
}

// ReviewProfileCmd sets a profile.
type ReviewProfileCmd struct {
	As
	Person     string   `help:"Id of the reviewer; oneself by default."`
	Kinds      []string `help:"Kinds of good they know."`
	Indicators []string `help:"Indicators they know best."`
	Away       string   `help:"Day until which they are away: 2027-05-31."`
}

// Run writes the profile.
func (c *ReviewProfileCmd) Run(env *Env) error {
	return c.assessed(env, func(a *assessment.App, who access.Who) (any, error) {
		p := assessment.Profile{Person: good.ID(c.Person), Knows: c.Indicators, Away: assess.Midnight(good.Date(c.Away))}
		if p.Person == "" {
			p.Person = who.Person
		}
		held, err := a.ProfileOf(env.Ctx, who, p.Person)
		if err != nil {
			return nil, err
		}
		p.Version = held.Version
		if c.Away != "" && p.Away.IsZero() {
			return nil, fmt.Errorf("%q is no day; write it as 2027-05-31", c.Away)
		}
		for _, k := range c.Kinds {
			p.Kinds = append(p.Kinds, good.Kind(k))
		}
		return nil, a.SetProfile(env.Ctx, who, p)
	})
}

// ReviewChallengeCmd challenges.
type ReviewChallengeCmd struct {
	As
	Good         string   `arg:"" help:"Slug or id of the good."`
	Indicators   []string `required:"" help:"Indicators that are doubted."`
	Text         string   `required:"" help:"Why."`
	Links        []string `help:"Addresses of evidence."`
	Confidential bool     `help:"Two roles alone know who it was."`
	Contact      string   `help:"How to reach whoever doubts; kept private."`
}

// Run files the challenge.
func (c *ReviewChallengeCmd) Run(env *Env) error {
	return c.assessed(env, func(a *assessment.App, who access.Who) (any, error) {
		in := assessment.Doubt{Good: c.Good, Indicators: c.Indicators, Text: c.Text, Confidential: c.Confidential, Contact: c.Contact}
		for _, l := range c.Links {
			in.Links = append(in.Links, good.Link{URL: l})
		}
		app, position, err := a.Challenge(env.Ctx, who, in)
		if err != nil {
			return nil, err
		}
		return assessment.StateOf(app, position), nil
	})
}

// ReviewRemindCmd reminds.
type ReviewRemindCmd struct {
	As
	ID []string `arg:"" help:"Ids of the applications."`
}

// Run reminds.
func (c *ReviewRemindCmd) Run(env *Env) error {
	return c.assessed(env, func(a *assessment.App, who access.Who) (any, error) {
		n, err := a.RemindAll(env.Ctx, who, ids(c.ID))
		return map[string]int{"reminded": n}, err
	})
}

// ReviewReassignCmd reassigns.
type ReviewReassignCmd struct {
	As
	Person string   `arg:"" help:"Id of the reviewer."`
	ID     []string `arg:"" help:"Ids of the applications."`
}

// Run gives the reviews to others.
func (c *ReviewReassignCmd) Run(env *Env) error {
	return c.assessed(env, func(a *assessment.App, who access.Who) (any, error) {
		n, err := a.Reassign(env.Ctx, who, good.ID(c.Person), ids(c.ID))
		return map[string]int{"reassigned": n}, err
	})
}

func ids(of []string) []good.ID {
	out := make([]good.ID, len(of))
	for i, id := range of {
		out[i] = good.ID(id)
	}
	return out
}

// ReviewSettingsCmd shows or sets.
type ReviewSettingsCmd struct {
	As
	Set     string `help:"New settings as JSON; what it leaves out stays." placeholder:"JSON"`
	Reason  string `help:"Why they change."`
	History bool   `help:"Print every version."`
}

// Run prints the settings in force.
func (c *ReviewSettingsCmd) Run(env *Env) error {
	return c.assessed(env, func(a *assessment.App, who access.Who) (any, error) {
		held, err := a.Settings(env.Ctx)
		if err != nil {
			return nil, err
		}
		if c.Set != "" {
			next := held.Settings
			if err := json.Unmarshal([]byte(c.Set), &next); err != nil {
				return nil, fmt.Errorf("read the settings: %w", err)
			}
			if err := a.SetSettings(env.Ctx, who, held.Version, next, c.Reason); err != nil {
				return nil, err
			}
			return a.Settings(env.Ctx)
		}
		if c.History {
			return a.SettingsHistory(env.Ctx, who)
		}
		return held, nil
	})
}

// ReviewAnnounceCmd announces.
type ReviewAnnounceCmd struct {
	As
	Title string   `required:"" help:"In English; other languages on the desk's page."`
	Body  string   `required:"" help:"What is said."`
	To    []string `help:"Roles; everybody by default."`
}

// Run announces.
func (c *ReviewAnnounceCmd) Run(env *Env) error {
	return c.assessed(env, func(a *assessment.App, who access.Who) (any, error) {
		id, err := a.Announce(env.Ctx, who, assessment.Announcement{Title: good.Text{"en": c.Title}, Body: good.Text{"en": c.Body}, To: c.To})
		return map[string]good.ID{"announcement": id}, err
	})
}

// ReviewStatisticsCmd prints figures.
type ReviewStatisticsCmd struct{ As }

// Run prints the figures.
func (c *ReviewStatisticsCmd) Run(env *Env) error {
	return c.assessed(env, func(a *assessment.App, _ access.Who) (any, error) { return a.Statistics(env.Ctx) })
}

// ReviewRecordCmd prints a record.
type ReviewRecordCmd struct {
	As
	Good string `arg:"" help:"Slug or id of the good."`
}

// Run prints the record.
func (c *ReviewRecordCmd) Run(env *Env) error {
	return c.assessed(env, func(a *assessment.App, _ access.Who) (any, error) {
		_, r, err := a.RecordOf(env.Ctx, c.Good)
		return r, err
	})
}

// ReviewTickCmd ticks.
type ReviewTickCmd struct{ As }

// Run does what is due.
func (c *ReviewTickCmd) Run(env *Env) error {
	return c.assessed(env, func(a *assessment.App, _ access.Who) (any, error) { return a.Tick(env.Ctx, env.Now()) })
}
