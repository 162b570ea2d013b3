package main

import (
	"strings"

	"stoa/internal/access"
	app "stoa/internal/app/communities"
	"stoa/internal/community"
	"stoa/internal/good"
	"stoa/internal/jobs"
	"stoa/internal/store"
	"stoa/internal/web/page"
	communitypage "stoa/internal/web/page/communities"
)

// communities are the communities of practice of an instance, whose people hear
// of meetings.
func (c *ServeCmd) communities(env *Env, db *store.DB) *app.App {
	all := &app.App{DB: db, Now: env.Now}
	if c.heard != nil {
		all.Tell, all.Queue = c.heard.Tell, c.queue
	}
	return all
}

// communityPages are the pages of them.
func (c *ServeCmd) communityPages(env *Env, db *store.DB) []page.Route {
	return communitypage.Routes(communitypage.Config{App: c.communities(env, db)})
}

// CommunityCmd looks after communities of practice.
type CommunityCmd struct {
	List    CommunityListCmd    `cmd:"" help:"List the communities, and those to which a person belongs."`
	Show    CommunityShowCmd    `cmd:"" help:"Print one community."`
	Found   CommunityFoundCmd   `cmd:"" help:"Found a community."`
	Change  CommunityChangeCmd  `cmd:"" help:"Say anew, as a whole, what a community is for."`
	Join    CommunityJoinCmd    `cmd:"" help:"Join a community, or change whether you are named."`
	Leave   CommunityLeaveCmd   `cmd:"" help:"Leave a community."`
	Member  CommunityMemberCmd  `cmd:"" help:"Make a member a keeper or none, or take them out."`
	Meet    CommunityMeetCmd    `cmd:"" help:"Announce a meeting, or several."`
	Meeting CommunityMeetingCmd `cmd:"" help:"Say anew, as a whole, when and where a meeting takes place."`
	Hide    CommunityHideCmd    `cmd:"" help:"Take a community off the lists, or put it on them again."`
}

// gathered runs do with the communities for whom a names, and prints what it
// answers as JSON.
func (a As) gathered(env *Env, do func(*app.App, access.Who) (any, error)) error {
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
	out, err := do(&app.App{DB: db, Now: env.Now, Queue: queue}, who)
	if err != nil || out == nil {
		return err
	}
	return printJSON(env.Stdout, out)
}

// CommunityListCmd lists.
type CommunityListCmd struct {
	As
	Good  string `help:"Only those about this good (slug or id)."`
	After string `help:"Begin behind this slug."`
	Limit int    `default:"50" help:"How many."`
}

// Run prints them.
func (c *CommunityListCmd) Run(env *Env) error {
	return c.gathered(env, func(a *app.App, who access.Who) (any, error) {
		list, err := a.List(env.Ctx, who, c.Good, c.After, max(1, c.Limit))
		return map[string]any{"total": list.Total, "items": list.Communities, "mine": list.Mine, "next": list.Next}, err
	})
}

// OfCommunity is one community.
type OfCommunity struct {
	As
	ID string `arg:"" name:"community" help:"Slug or id of the community."`
}

// CommunityShowCmd prints one.
type CommunityShowCmd struct{ OfCommunity }

// Run prints it.
func (c *CommunityShowCmd) Run(env *Env) error {
	return c.gathered(env, func(a *app.App, who access.Who) (any, error) {
		v, err := a.Show(env.Ctx, who, c.ID)
		if err != nil {
			return nil, err
		}
		bodies := []map[string]string{}
		for _, b := range v.Bodies {
			bodies = append(bodies, map[string]string{"slug": b.Slug, "name": b.Name})
		}
		return map[string]any{"community": v.Community, "people": v.People, "members": v.Members, "organisations": bodies, "meetings": v.Ahead, "past_meetings": v.Past, "history": v.Events}, nil
	})
}

// CommunityFlags are what is said of a community.
type CommunityFlags struct {
	Purpose string   `required:"" help:"What it is for."`
	Lang    string   `enum:"en,ar,zh,fr,ru,es" default:"en" help:"Language in which most is said: ${enum}."`
	NameIn  []string `help:"Name in a further language: fr=Naissances." placeholder:"LANGUAGE=NAME"`
	ForIn   []string `help:"What it is for, in a further language." placeholder:"LANGUAGE=TEXT"`
	SDG     []int    `name:"sdg" help:"Goals, 1 to 17."`
	Good    []string `help:"Goods (slug or id)."`
	Need    []string `help:"Public needs (id)."`
	Board   []string `help:"Public boards (slug or id)."`
	Link    string   `help:"Where it talks elsewhere."`
}

func (c CommunityFlags) input(name string) app.Input {
	in := app.Input{Community: community.Community{Lang: c.Lang, Name: good.Text{}, Purpose: good.Text{c.Lang: c.Purpose}, SDGs: c.SDG, Link: c.Link}, Goods: c.Good, Needs: c.Need, Boards: c.Board}
	for _, s := range c.NameIn {
		lang, text, _ := strings.Cut(s, "=")
		in.Name[lang] = text
	}
	for _, s := range c.ForIn {
		lang, text, _ := strings.Cut(s, "=")
		in.Purpose[lang] = text
	}
	in.Name[c.Lang] = name
	return in
}

// CommunityFoundCmd founds.
type CommunityFoundCmd struct {
	As
	CommunityFlags
	Name string `arg:"" help:"What it is called."`
}

// Run founds it.
func (c *CommunityFoundCmd) Run(env *Env) error {
	return c.gathered(env, func(a *app.App, who access.Who) (any, error) { return a.Found(env.Ctx, who, c.input(c.Name)) })
}

// CommunityChangeCmd changes.
type CommunityChangeCmd struct {
	OfCommunity
	CommunityFlags
	Name string `arg:"" help:"What it is called."`
}

// Run changes it.
func (c *CommunityChangeCmd) Run(env *Env) error {
	return c.gathered(env, func(a *app.App, who access.Who) (any, error) {
		return a.Change(env.Ctx, who, c.ID, c.input(c.Name))
	})
}

// CommunityJoinCmd joins.
type CommunityJoinCmd struct {
	OfCommunity
	Body  string `help:"Slug or id of an organisation for which you act; without one you join yourself."`
	Named bool   `help:"You agree to be named in public."`
}

// Run joins it.
func (c *CommunityJoinCmd) Run(env *Env) error {
	return c.gathered(env, func(a *app.App, who access.Who) (any, error) {
		return nil, a.Join(env.Ctx, who, c.ID, c.Body, c.Named)
	})
}

// CommunityLeaveCmd leaves.
type CommunityLeaveCmd struct {
	OfCommunity
	Body string `help:"Slug or id of an organisation for which you act, that leaves."`
}

// Run leaves it.
func (c *CommunityLeaveCmd) Run(env *Env) error {
	return c.gathered(env, func(a *app.App, who access.Who) (any, error) { return nil, a.Leave(env.Ctx, who, c.ID, c.Body) })
}

// CommunityMemberCmd keeps members.
type CommunityMemberCmd struct {
	OfCommunity
	Member       string `arg:"" help:"Pseudonym of the member, or slug or id of an organisation."`
	How          string `arg:"" enum:"keeper,member,away" help:"What they become: ${enum}."`
	Organisation bool   `help:"The member is an organisation, to take out."`
}

// Run does it.
func (c *CommunityMemberCmd) Run(env *Env) error {
	return c.gathered(env, func(a *app.App, who access.Who) (any, error) {
		if c.Organisation {
			return nil, a.Member(env.Ctx, who, c.ID, "", c.Member, c.How)
		}
		return nil, a.Member(env.Ctx, who, c.ID, c.Member, "", c.How)
	})
}

// MeetingFlags are when and where.
type MeetingFlags struct {
	Title   string `arg:"" help:"What it is about."`
	Local   string `arg:"" help:"When, on the clocks of the zone: 2027-01-12T09:00."`
	Zone    string `required:"" help:"Time zone, such as Africa/Nairobi."`
	Minutes int    `default:"60" help:"How long."`
	Link    string `help:"Where it takes place."`
	Text    string `help:"More about it."`
}

func (m MeetingFlags) meeting() community.Meeting {
	return community.Meeting{Title: m.Title, Local: m.Local, Zone: m.Zone, Minutes: m.Minutes, Link: m.Link, Text: m.Text}
}

// CommunityMeetCmd announces.
type CommunityMeetCmd struct {
	OfCommunity
	MeetingFlags
	Repeat string `enum:",weekly,monthly" default:"" help:"How often; monthly is on the same weekday."`
	Times  int    `default:"1" help:"How many times in all."`
}

// Run announces it.
func (c *CommunityMeetCmd) Run(env *Env) error {
	return c.gathered(env, func(a *app.App, who access.Who) (any, error) {
		return a.Meet(env.Ctx, who, c.ID, app.Plan{Meeting: c.meeting(), Repeat: c.Repeat, Times: c.Times})
	})
}

// CommunityMeetingCmd changes a meeting.
type CommunityMeetingCmd struct {
	OfCommunity
	Meeting string `arg:"" help:"Id of the meeting."`
	MeetingFlags
	Notes     string `help:"Address of what was written down."`
	Cancelled bool   `help:"It does not take place."`
}

// Run changes it.
func (c *CommunityMeetingCmd) Run(env *Env) error {
	return c.gathered(env, func(a *app.App, who access.Who) (any, error) {
		m := c.meeting()
		m.Notes, m.Cancelled = c.Notes, c.Cancelled
		return a.Meeting(env.Ctx, who, c.ID, good.ID(c.Meeting), m)
	})
}

// CommunityHideCmd hides.
type CommunityHideCmd struct {
	OfCommunity
	Reason string `required:"" help:"Why; everybody reads it."`
	Show   bool   `help:"Put it on the lists again."`
}

// Run hides it, or shows it again.
func (c *CommunityHideCmd) Run(env *Env) error {
	return c.gathered(env, func(a *app.App, who access.Who) (any, error) {
		return nil, a.Hide(env.Ctx, who, c.ID, !c.Show, c.Reason)
	})
}
