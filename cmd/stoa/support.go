package main

import (
	"context"

	"stoa/internal/access"
	app "stoa/internal/app/support"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/support"
	"stoa/internal/web/page"
	supportpage "stoa/internal/web/page/support"
)

// support is help for goods of an instance, whose people hear of it by tell.
func (c *ServeCmd) support(env *Env, db *store.DB) *app.App {
	help := &app.App{DB: db, Now: env.Now}
	if c.heard != nil {
		help.Tell = c.heard.Tell
	}
	return help
}

// supportPages are the pages of it.
func (c *ServeCmd) supportPages(env *Env, db *store.DB) []page.Route {
	return supportpage.Routes(supportpage.Config{App: c.support(env, db)})
}

// SupportCmd looks after help for goods.
type SupportCmd struct {
	Offers   SupportOffersCmd   `cmd:"" help:"List help that is offered, the newest first."`
	Requests SupportRequestsCmd `cmd:"" help:"List help that is asked for, the newest first."`
	Mine     SupportMineCmd     `cmd:"" help:"Print your offers, requests and conversations."`
	Show     SupportShowCmd     `cmd:"" help:"Print an offer, a request or a conversation."`
	Offer    SupportOfferCmd    `cmd:"" help:"Offer help for an organisation that proved a domain, or state an offer anew."`
	Request  SupportRequestCmd  `cmd:"" help:"Ask for help, or state a request anew."`
	Turn     SupportTurnCmd     `cmd:"" help:"Pause, open or close an offer or a request."`
	Ask      SupportAskCmd      `cmd:"" help:"Have a request of yours reach an offer."`
	Answer   SupportAnswerCmd   `cmd:"" help:"Answer a request with an offer of yours."`
	Say      SupportSayCmd      `cmd:"" help:"Say something in a conversation."`
	Step     SupportStepCmd     `cmd:"" help:"Take a conversation a step on: agreed, working, delivered, ended."`
	Refer    SupportReferCmd    `cmd:"" help:"Say in public how help was that is delivered."`
	Reply    SupportReplyCmd    `cmd:"" help:"Answer in public what was said of your help."`
	Report   SupportReportCmd   `cmd:"" help:"Report an offer as spam or false."`
	Reports  SupportReportsCmd  `cmd:"" help:"List the offers that were reported."`
	Hide     SupportHideCmd     `cmd:"" help:"Take an offer, a request or an agreement off the lists, or show it again."`
	Dismiss  SupportDismissCmd  `cmd:"" help:"Dismiss what was reported of an offer."`

	Organisations SupportOrganisationsCmd `cmd:"" help:"List organisations that offer help, have agreements with goods or say whom they reach."`
	Organisation  SupportOrganisationCmd  `cmd:"" help:"Print one organisation that helps."`
	Reach         SupportReachCmd         `cmd:"" help:"Say whom an organisation that proved a domain reaches in a country."`
	Agreements    SupportAgreementsCmd    `cmd:"" help:"List agreements of organisations with goods, the newest first."`
	Agree         SupportAgreeCmd         `cmd:"" help:"Tell of an agreement of an organisation with a good, or state one anew."`
	Confirm       SupportConfirmCmd       `cmd:"" help:"Confirm an agreement with a good of yours."`
	Deny          SupportDenyCmd          `cmd:"" help:"Say that an agreement with a good of yours is not so."`
	End           SupportEndCmd           `cmd:"" help:"End an agreement of your organisation."`
}

// helped runs do with help for goods for whom a names, and prints what it
// answers as JSON.
func (a As) helped(env *Env, do func(context.Context, *app.App, access.Who) (any, error)) error {
	db, err := env.Open()
	if err != nil {
		return err
	}
	defer db.Close()
	who, err := a.who(env, db)
	if err != nil {
		return err
	}
	out, err := do(env.Ctx, &app.App{DB: db, Now: env.Now}, who)
	if err != nil || out == nil {
		return err
	}
	return printJSON(env.Stdout, out)
}

// WhichHelp says which offers or requests are meant.
type WhichHelp struct {
	Kind      string `help:"Only of this kind of help."`
	Country   string `help:"Only for this country (ISO 3166-1 alpha-2)."`
	Language  string `help:"Only in this language."`
	Good      string `help:"Only for this good (slug or id)."`
	Indicator string `help:"Only for this indicator."`
	For       string `enum:",software,data,ai,standard,content" default:"" help:"Only of use for goods of this kind."`
	Detail    string `help:"Only with this option of one kind of help: channel_type:ussd."`
	Every     bool   `help:"Paused and closed ones, too."`
	Before    string `help:"Begin behind this id."`
	Limit     int    `default:"30" help:"How many."`
}

func (w WhichHelp) which() app.Which {
	return app.Which{Kind: w.Kind, Country: w.Country, Language: w.Language, Good: w.Good, Indicator: w.Indicator, For: good.Kind(w.For), Detail: w.Detail, Every: w.Every, Before: good.ID(w.Before)}
}

// SupportOffersCmd lists offers.
type SupportOffersCmd struct{ WhichHelp }

// Run lists them.
func (c *SupportOffersCmd) Run(env *Env) error {
	return As{}.helped(env, func(ctx context.Context, a *app.App, _ access.Who) (any, error) {
		list, err := a.Offers(ctx, c.which(), max(1, c.Limit))
		return map[string]any{"total": list.Total, "kinds": list.Kinds, "items": list.Offers, "next": list.Next}, err
	})
}

// SupportRequestsCmd lists requests.
type SupportRequestsCmd struct{ WhichHelp }

// Run lists them.
func (c *SupportRequestsCmd) Run(env *Env) error {
	return As{}.helped(env, func(ctx context.Context, a *app.App, _ access.Who) (any, error) {
		list, err := a.Requests(ctx, c.which(), max(1, c.Limit))
		return map[string]any{"total": list.Total, "kinds": list.Kinds, "items": list.Requests, "next": list.Next}, err
	})
}

// SupportMineCmd prints one's own.
type SupportMineCmd struct{ As }

// Run prints it.
func (c *SupportMineCmd) Run(env *Env) error {
	return c.helped(env, func(ctx context.Context, a *app.App, who access.Who) (any, error) { return a.Own(ctx, who) })
}

// SupportShowCmd prints one thing.
type SupportShowCmd struct {
	As
	ID string `arg:"" help:"Id of the offer, request, agreement or conversation."`
}

// Run prints it.
func (c *SupportShowCmd) Run(env *Env) error {
	return c.helped(env, func(ctx context.Context, a *app.App, who access.Who) (any, error) {
		if v, err := a.ShowOffer(ctx, who, good.ID(c.ID)); good.KindOf(err) != good.NotFound {
			return v, err
		}
		if v, err := a.ShowRequest(ctx, who, good.ID(c.ID)); good.KindOf(err) != good.NotFound {
			return v, err
		}
		if v, err := a.ShowAgreement(ctx, who, good.ID(c.ID)); good.KindOf(err) != good.NotFound {
			return v.Agreement, err
		}
		return a.ShowTalk(ctx, who, good.ID(c.ID))
	})
}

// SupportOfferCmd offers.
type SupportOfferCmd struct {
	As
	Title     string   `arg:"" help:"What is offered, in a few words."`
	Change    string   `help:"Id of the offer that is stated anew."`
	Body      string   `help:"Slug or id of the organisation that offers."`
	Text      string   `help:"What is offered, in more words."`
	Kind      []string `help:"Kinds of help."`
	Country   []string `help:"Countries; anywhere without."`
	Language  []string `help:"Languages."`
	Good      []string `help:"Goods that its people know (slug or id)."`
	Capacity  int      `help:"Pieces of work at once."`
	Price     string   `enum:",free,cost,fixed,time,subscription,arranged" default:"" help:"How it is paid for: free, at cost, a fixed price, by time, by subscription, as arranged."`
	Indicator []string `help:"Indicators that it helps to meet."`
	Detail    []string `help:"What is said of one kind of help alone, name=value: channel_type=ussd, 'channel_price=0.5 KES', zero_domains=learn.example.org."`
}

// Run offers.
func (c *SupportOfferCmd) Run(env *Env) error {
	in := app.OfferInput{Body: c.Body, Goods: c.Good, Terms: support.Terms{Title: c.Title, Text: c.Text, Kinds: c.Kind, Countries: c.Country, Languages: c.Language, Capacity: c.Capacity, Price: c.Price, Indicators: c.Indicator, Details: details(c.Detail)}}
	return c.helped(env, func(ctx context.Context, a *app.App, who access.Who) (any, error) {
		if c.Change != "" {
			o, _, err := a.ChangeOffer(ctx, who, good.ID(c.Change), in)
			return o, err
		}
		o, _, err := a.Offer(ctx, who, in)
		return o, err
	})
}

// SupportRequestCmd asks.
type SupportRequestCmd struct {
	As
	Title        string   `arg:"" help:"What is needed, in a few words."`
	Change       string   `help:"Id of the request that is stated anew."`
	Text         string   `help:"What is needed, in more words."`
	Kind         string   `help:"Kind of help; not needed with --indicator."`
	Good         string   `help:"Good for which (slug or id)."`
	Country      string   `help:"Country (ISO 3166-1 alpha-2)."`
	Language     []string `help:"Languages."`
	By           string   `help:"Day by which it is needed, like 2027-06-30."`
	Budget       string   `enum:",none,small,medium,large" default:"" help:"Nothing, less than 10,000, less than 100,000, or more US dollars: ${enum}."`
	Indicator    string   `help:"Indicator that is to be met."`
	Organisation string   `help:"For which organisation."`
	Detail       []string `help:"What is wished of one kind of help alone, name=value: channel_type=ussd."`
	Public       bool     `help:"Everybody may read it; that stays."`
	Consent      bool     `help:"It may be sent to organisations whose offers fit, once each."`
}

// Run asks.
func (c *SupportRequestCmd) Run(env *Env) error {
	in := app.RequestInput{Good: c.Good, Public: c.Public, Consent: c.Consent, Ask: support.Ask{Title: c.Title, Text: c.Text, Kind: c.Kind, Country: c.Country, Languages: c.Language, By: good.Date(c.By), Budget: c.Budget, Indicator: c.Indicator, Organisation: c.Organisation, Details: details(c.Detail)}}
	return c.helped(env, func(ctx context.Context, a *app.App, who access.Who) (any, error) {
		if c.Change != "" {
			r, _, err := a.ChangeRequest(ctx, who, good.ID(c.Change), in)
			return r, err
		}
		r, _, err := a.Request(ctx, who, in)
		return r, err
	})
}

// SupportTurnCmd pauses, opens and closes.
type SupportTurnCmd struct {
	As
	ID    string `arg:"" help:"Id of the offer or request."`
	State string `arg:"" help:"open, paused or closed."`
}

// Run turns it.
func (c *SupportTurnCmd) Run(env *Env) error {
	return c.helped(env, func(ctx context.Context, a *app.App, who access.Who) (any, error) {
		if o, _, err := a.TurnOffer(ctx, who, good.ID(c.ID), support.State(c.State)); good.KindOf(err) != good.NotFound {
			return o, err
		}
		r, _, err := a.TurnRequest(ctx, who, good.ID(c.ID), support.State(c.State))
		return r, err
	})
}

// SupportAskCmd asks an offer.
type SupportAskCmd struct {
	As
	Request string `arg:"" help:"Id of your request."`
	Offer   string `arg:"" help:"Id of the offer."`
}

// Run asks.
func (c *SupportAskCmd) Run(env *Env) error {
	return c.helped(env, func(ctx context.Context, a *app.App, who access.Who) (any, error) {
		r, _, err := a.AskOffer(ctx, who, good.ID(c.Request), good.ID(c.Offer))
		return r, err
	})
}

// SupportAnswerCmd answers.
type SupportAnswerCmd struct {
	As
	Request string `arg:"" help:"Id of the request."`
	Offer   string `arg:"" help:"Id of your offer."`
	Text    string `arg:"" help:"What you say."`
}

// Run answers.
func (c *SupportAnswerCmd) Run(env *Env) error {
	return c.helped(env, func(ctx context.Context, a *app.App, who access.Who) (any, error) {
		t, _, err := a.Answer(ctx, who, good.ID(c.Request), good.ID(c.Offer), c.Text)
		return t, err
	})
}

// Talked is something said in, or of, a conversation.
type Talked struct {
	As
	Talk string `arg:"" help:"Id of the conversation."`
	Text string `arg:"" help:"What you say."`
}

// run says it by a verb.
func (c *Talked) run(env *Env, verb func(a *app.App) func(context.Context, access.Who, good.ID, string) (*support.Talk, int64, error)) error {
	return c.helped(env, func(ctx context.Context, a *app.App, who access.Who) (any, error) {
		t, _, err := verb(a)(ctx, who, good.ID(c.Talk), c.Text)
		return t, err
	})
}

// SupportSayCmd says something.
type SupportSayCmd struct{ Talked }

// Run says it.
func (c *SupportSayCmd) Run(env *Env) error {
	return c.run(env, func(a *app.App) func(context.Context, access.Who, good.ID, string) (*support.Talk, int64, error) {
		return a.Say
	})
}

// SupportReferCmd says how help was.
type SupportReferCmd struct{ Talked }

// Run says it.
func (c *SupportReferCmd) Run(env *Env) error {
	return c.run(env, func(a *app.App) func(context.Context, access.Who, good.ID, string) (*support.Talk, int64, error) {
		return a.Refer
	})
}

// SupportReplyCmd answers that.
type SupportReplyCmd struct{ Talked }

// Run answers.
func (c *SupportReplyCmd) Run(env *Env) error {
	return c.run(env, func(a *app.App) func(context.Context, access.Who, good.ID, string) (*support.Talk, int64, error) {
		return a.Reply
	})
}

// SupportStepCmd takes a conversation on.
type SupportStepCmd struct {
	As
	Talk   string `arg:"" help:"Id of the conversation."`
	Step   string `arg:"" help:"agreed, working, delivered or ended."`
	Reason string `help:"Of the end."`
}

// Run takes it on.
func (c *SupportStepCmd) Run(env *Env) error {
	return c.helped(env, func(ctx context.Context, a *app.App, who access.Who) (any, error) {
		t, _, err := a.Step(ctx, who, good.ID(c.Talk), support.Step(c.Step), c.Reason)
		return t, err
	})
}

// SupportReportCmd reports.
type SupportReportCmd struct {
	As
	Offer  string `arg:"" help:"Id of the offer."`
	Reason string `arg:"" help:"Why; the secretariat alone reads it."`
}

// Run reports it.
func (c *SupportReportCmd) Run(env *Env) error {
	return c.helped(env, func(ctx context.Context, a *app.App, who access.Who) (any, error) {
		_, _, err := a.Report(ctx, who, good.ID(c.Offer), c.Reason)
		return nil, err
	})
}

// SupportReportsCmd lists what was reported.
type SupportReportsCmd struct{ As }

// Run lists it.
func (c *SupportReportsCmd) Run(env *Env) error {
	return c.helped(env, func(ctx context.Context, a *app.App, who access.Who) (any, error) { return a.Reports(ctx, who) })
}

// SupportHideCmd hides and shows.
type SupportHideCmd struct {
	As
	ID     string `arg:"" help:"Id of the offer, request or agreement."`
	Reason string `arg:"" help:"Why; public."`
	Show   bool   `help:"Show it again."`
}

// Run hides it.
func (c *SupportHideCmd) Run(env *Env) error {
	return c.helped(env, func(ctx context.Context, a *app.App, who access.Who) (any, error) {
		_, err := a.Hide(ctx, who, good.ID(c.ID), !c.Show, c.Reason)
		return nil, err
	})
}

// SupportDismissCmd dismisses reports.
type SupportDismissCmd struct {
	As
	Offer string `arg:"" help:"Id of the offer."`
}

// Run dismisses them.
func (c *SupportDismissCmd) Run(env *Env) error {
	return c.helped(env, func(ctx context.Context, a *app.App, who access.Who) (any, error) {
		_, _, err := a.Dismiss(ctx, who, good.ID(c.Offer))
		return nil, err
	})
}
