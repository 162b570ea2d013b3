package api

import (
	"context"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/access"
	app "stoa/internal/app/support"
	"stoa/internal/good"
	"stoa/internal/support"
	"stoa/internal/vocab"
)

// OfferList is a page of offers of help.
type OfferList struct {
	Total int             `json:"total" doc:"How many stand that fit."`
	Kinds map[string]int  `json:"kinds" doc:"How many of each kind, whichever kind was asked for."`
	Items []support.Offer `json:"items" doc:"The newest first."`
	Next  string          `json:"next,omitempty" doc:"Address of the next page."`
}

// RequestList is a page of requests for help.
type RequestList struct {
	Total int               `json:"total" doc:"How many are open and public that fit."`
	Kinds map[string]int    `json:"kinds" doc:"How many of each kind, whichever kind was asked for."`
	Items []support.Request `json:"items" doc:"The newest first."`
	Next  string            `json:"next,omitempty" doc:"Address of the next page."`
}

// OfferDocument is one offer with what is known of it.
type OfferDocument struct {
	support.Offer
	Known      map[string]support.Proof `json:"known" doc:"Why it can be believed that its people know a good, by the good's id: a confirmed deployment, work delivered here, or their own word."`
	References []support.Reference      `json:"references" doc:"What adopters say of work that was delivered."`
}

// RequestDocument is one request, with the offers that fit for who asks.
type RequestDocument struct {
	support.Request
	Fits  []support.Match `json:"fits" doc:"Offers that fit, the best first, with what speaks for each and what is missing. For who asks alone."`
	Talks []support.Talk  `json:"talks" doc:"The conversations about it that you are a side of."`
}

// TalkDocument is one conversation, for its sides.
type TalkDocument struct {
	support.Talk
	Title     string             `json:"title" doc:"Of the request."`
	With      string             `json:"with" doc:"The organisation that offers."`
	Side      support.Side       `json:"side" doc:"Yours."`
	Next      []support.Step     `json:"next" doc:"To which steps you may take it."`
	Messages  []support.Note     `json:"messages"`
	Reference *support.Reference `json:"reference,omitempty"`
}

// OwnSupport is what is one's own.
type OwnSupport struct {
	Offers   []support.Offer   `json:"offers"`
	Requests []support.Request `json:"requests"`
	Talks    []TalkDocument    `json:"talks"`
}

// OfferForm is what an organisation offers.
type OfferForm struct {
	Body       string            `json:"body,omitempty" doc:"Slug or id of your organisation, which proved a domain. It stays."`
	Title      string            `json:"title" maxLength:"120"`
	Text       string            `json:"text,omitempty" maxLength:"4000"`
	Kinds      []string          `json:"kinds" doc:"Kinds of help." example:"[\"channel\"]"`
	Countries  []string          `json:"countries,omitempty" doc:"ISO 3166-1 alpha-2; anywhere without."`
	Languages  []string          `json:"languages,omitempty" doc:"BCP 47."`
	Goods      []string          `json:"goods,omitempty" doc:"Slugs or ids of goods that its people know."`
	Capacity   int               `json:"capacity,omitempty" minimum:"0" doc:"Pieces of work at once."`
	Price      string            `json:"price,omitempty" enum:"free,cost,fixed,time,subscription,arranged"`
	Indicators []string          `json:"indicators,omitempty" doc:"That it helps to meet." example:"[\"9a\"]"`
	Details    map[string]string `json:"details,omitempty" doc:"What is said of one kind of help alone, by name, such as channel_type, channel_price, zero_domains or audit_method; docs/support.md lists them. Values of a list are parted by spaces."`
}

// RequestForm is what somebody asks for.
type RequestForm struct {
	Title        string            `json:"title" maxLength:"120"`
	Text         string            `json:"text,omitempty" maxLength:"4000"`
	Kind         string            `json:"kind,omitempty" doc:"Kind of help; not needed with an indicator." example:"channel"`
	Good         string            `json:"good,omitempty" doc:"Slug or id."`
	Country      string            `json:"country,omitempty" doc:"ISO 3166-1 alpha-2." example:"KE"`
	Languages    []string          `json:"languages,omitempty" doc:"BCP 47."`
	By           good.Date         `json:"by,omitempty" doc:"A day by which it is needed." example:"2027-06-30"`
	Budget       string            `json:"budget,omitempty" enum:"none,small,medium,large" doc:"Nothing, less than 10,000, less than 100,000, or more US dollars."`
	Indicator    string            `json:"indicator,omitempty" doc:"That is to be met." example:"9a"`
	Organisation string            `json:"organisation,omitempty" maxLength:"200" doc:"For which you ask."`
	Details      map[string]string `json:"details,omitempty" doc:"What is wished of one kind of help alone, by name; docs/support.md lists them."`
	Public       bool              `json:"public,omitempty" doc:"Everybody may read it; that stays."`
	Consent      bool              `json:"consent,omitempty" doc:"It may be sent, once each, to organisations whose offers fit."`
}

// SupportStateForm says whether an offer or a request stands.
type SupportStateForm struct {
	State string `json:"state" enum:"open,paused,closed"`
}

// AskForm says which request is to reach an offer.
type AskForm struct {
	Request string `json:"request" doc:"Id of your request."`
}

// HelpForm answers a request.
type HelpForm struct {
	Offer string `json:"offer" doc:"Id of your offer."`
	Text  string `json:"text" maxLength:"4000"`
}

// MessageForm is something said.
type MessageForm struct {
	Text string `json:"text" maxLength:"4000"`
}

// StepForm takes a conversation a step on.
type StepForm struct {
	Step   string `json:"step" enum:"agreed,working,delivered,ended"`
	Reason string `json:"reason,omitempty" maxLength:"1000" doc:"Of the end."`
}

// HideForm takes something off the lists, or shows it again.
type HideForm struct {
	Hide   bool   `json:"hide,omitempty"`
	Reason string `json:"reason" maxLength:"1000" doc:"Public."`
}

// ReportList is what was reported.
type ReportList struct {
	Items []ReportedOffer `json:"items" doc:"The one that waits longest first."`
}

// ReportedOffer is an offer and what people say of it.
type ReportedOffer struct {
	Offer   support.Offer `json:"offer"`
	Reasons []string      `json:"reasons"`
}

// helping are the operations on help for goods.
func (f *face) helping(d describer) []operation {
	id := func(name, text string) *huma.Param {
		p := param(name, "path", text, &huma.Schema{Type: "string"}, "01KB0ZZZZZZZZZZZZZZZZZZZZZ")
		p.Required = true
		return p
	}
	of := func(name, text string, s *huma.Schema) *huma.Param { return param(name, "query", text, s, nil) }
	words := &huma.Schema{Type: "string"}
	var kinds []any
	for _, k := range vocab.SupportKinds() {
		kinds = append(kinds, k.Code)
	}
	which := []*huma.Param{of("kind", "Kind of help.", &huma.Schema{Type: "string", Enum: kinds}), of("country", "ISO 3166-1 alpha-2; offers for anywhere fit, too.", words), of("language", "BCP 47.", words),
		of("good", "Slug or id.", words), of("indicator", "Of a standard.", words), of("for", "Help of use for goods of this kind.", &huma.Schema{Type: "string", Enum: anys(good.Kinds)}),
		of("detail", "An option of what is said of one kind of help alone: channel_type:ussd.", words), of("before", "Begin behind this id.", words), of("limit", "How many.", integer(1, 200, app.PageLength))}
	offer, request, talk := id("offer", "Id of the offer."), id("request", "Id of the request."), id("talk", "Id of the conversation.")
	const at = "/api/v1/support/"
	anOffer, aRequest, aTalk := reflect.TypeFor[OfferDocument](), reflect.TypeFor[RequestDocument](), reflect.TypeFor[TalkDocument]()
	do := func(act access.Act, method, path, name, summary, text string, p *huma.Param, takes, gives reflect.Type, h answer) operation {
		c := call{act: act, method: method, path: at + path, id: name, tag: "support", summary: summary, text: text, takes: takes, gives: gives, handle: h, statuses: []int{404, 409}}
		if p != nil {
			c.params = []*huma.Param{p}
		}
		c.created = p == nil && method == http.MethodPost
		return d.call(c)
	}
	return []operation{
		d.read("list-offers", at+"offers", "support", "Help that is offered", "What stands and fits every filter.", which, f.offers, d.of(reflect.TypeFor[OfferList]()), 404),
		d.read("list-support-requests", at+"requests", "support", "Help that is asked for", "What is open, public and fits every filter.", which, f.requests, d.of(reflect.TypeFor[RequestList]()), 404),
		d.read("get-offer", at+"offers/{offer}", "support", "One offer", "", []*huma.Param{offer}, f.offer, d.of(anOffer), 404),
		d.read("get-support-request", at+"requests/{request}", "support", "One request", "", []*huma.Param{request}, f.request, d.of(aRequest), 404),
		do(access.OfferSupport, "POST", "offers", "make-offer", "Offer help", "For an organisation of yours that proved a domain.", nil, reflect.TypeFor[OfferForm](), anOffer, f.makeOffer),
		do(access.OfferSupport, "PUT", "offers/{offer}", "change-offer", "State an offer anew", "", offer, reflect.TypeFor[OfferForm](), anOffer, f.changeOffer),
		do(access.OfferSupport, "POST", "offers/{offer}/state", "turn-offer", "Pause, open or close an offer", "", offer, reflect.TypeFor[SupportStateForm](), anOffer, f.turnOffer),
		do(access.AskSupport, "POST", "offers/{offer}/ask", "ask-offer", "Have a request of yours reach an offer", "Once.", offer, reflect.TypeFor[AskForm](), aRequest, f.askOffer),
		do(access.ReportSupport, "POST", "offers/{offer}/report", "report-offer", "Report an offer", "As spam or false; the secretariat alone reads it.", offer, reflect.TypeFor[ReasonForm](), anOffer, f.reportOffer),
		do(access.AskSupport, "POST", "requests", "make-support-request", "Ask for help", "With your consent it reaches the offers that fit, now and later, once each.", nil, reflect.TypeFor[RequestForm](), aRequest, f.makeRequest),
		do(access.AskSupport, "PUT", "requests/{request}", "change-support-request", "State a request anew", "", request, reflect.TypeFor[RequestForm](), aRequest, f.changeRequest),
		do(access.AskSupport, "POST", "requests/{request}/state", "turn-support-request", "Pause, open or close a request", "", request, reflect.TypeFor[SupportStateForm](), aRequest, f.turnRequest),
		do(access.OfferSupport, "POST", "requests/{request}/answer", "answer-support-request", "Answer a request", "That opens a conversation, or goes on with the one there is.", request, reflect.TypeFor[HelpForm](), aTalk, f.answerRequest),
		do(access.TalkSupport, "GET", "mine", "get-own-support", "Your offers, requests and conversations", "", nil, nil, reflect.TypeFor[OwnSupport](), f.ownSupport),
		do(access.TalkSupport, "GET", "talks/{talk}", "get-talk", "One conversation", "For its sides alone.", talk, nil, aTalk, f.talk),
		do(access.TalkSupport, "POST", "talks/{talk}/messages", "say-in-talk", "Say something", "", talk, reflect.TypeFor[MessageForm](), aTalk, f.say),
		do(access.TalkSupport, "POST", "talks/{talk}/step", "step-talk", "Take it a step on", "Delivered it is once both sides said so.", talk, reflect.TypeFor[StepForm](), aTalk, f.stepTalk),
		do(access.TalkSupport, "POST", "talks/{talk}/reference", "refer-talk", "Say in public how it was", "As who was helped, once it is delivered.", talk, reflect.TypeFor[MessageForm](), aTalk, f.refer),
		do(access.TalkSupport, "POST", "talks/{talk}/reply", "reply-talk", "Answer that in public", "As who helped, once.", talk, reflect.TypeFor[MessageForm](), aTalk, f.reply),
		do(access.ModerateSupport, "GET", "reports", "list-reported-offers", "Offers that were reported", "", nil, nil, reflect.TypeFor[ReportList](), f.reportedOffers),
		do(access.ModerateSupport, "POST", "offers/{offer}/hide", "hide-offer", "Take an offer off the lists, or show it again", "", offer, reflect.TypeFor[HideForm](), anOffer, f.hideOffer),
		do(access.ModerateSupport, "POST", "requests/{request}/hide", "hide-support-request", "Take a request off the lists, or show it again", "", request, reflect.TypeFor[HideForm](), aRequest, f.hideRequest),
		do(access.ModerateSupport, "POST", "offers/{offer}/dismiss", "dismiss-reports", "Dismiss what was reported of an offer", "", offer, nil, anOffer, f.dismissReports),
	}
}

// helped runs do with what is known of help for goods; without it there is
// nothing.
func (f *face) helped(r *http.Request, do func(ctx context.Context, a *app.App, who access.Who) error) error {
	if f.cfg.Support == nil {
		return &good.Error{Kind: good.NotFound, Key: "help.error.unknown"}
	}
	return do(r.Context(), f.cfg.Support, who(r))
}

// named is the id that a path names.
func named(r *http.Request, what string) good.ID { return good.ID(r.PathValue(what)) }

// asFar reads which offers or requests are looked at.
func (f *face) asFar(r *http.Request) (app.Which, int, func(good.ID) string, error) {
	v, err := parameters(r, "kind", "country", "language", "good", "indicator", "for", "detail", "before", "limit")
	if err != nil {
		return app.Which{}, 0, nil, err
	}
	bad := &badParameters{code: "invalid-parameter"}
	limit := bad.number(v, "limit", app.PageLength, 200)
	if len(bad.parts) > 0 {
		return app.Which{}, 0, nil, bad
	}
	next := func(id good.ID) string {
		if id == "" {
			return ""
		}
		v.Set("before", string(id))
		return f.base + r.URL.Path + "?" + v.Encode()
	}
	return app.Which{Kind: last(v, "kind"), Country: last(v, "country"), Language: last(v, "language"), Good: last(v, "good"), Indicator: last(v, "indicator"), For: good.Kind(last(v, "for")), Detail: last(v, "detail"), Before: good.ID(last(v, "before"))}, max(1, limit), next, nil
}

func (f *face) offers(w http.ResponseWriter, r *http.Request) error {
	which, limit, next, err := f.asFar(r)
	if err != nil {
		return err
	}
	return f.helped(r, func(ctx context.Context, a *app.App, _ access.Who) error {
		list, err := a.Offers(ctx, which, limit)
		if err != nil {
			return err
		}
		return f.write(w, r, OfferList{Total: list.Total, Kinds: list.Kinds, Items: append([]support.Offer{}, list.Offers...), Next: next(list.Next)})
	})
}

func (f *face) requests(w http.ResponseWriter, r *http.Request) error {
	which, limit, next, err := f.asFar(r)
	if err != nil {
		return err
	}
	return f.helped(r, func(ctx context.Context, a *app.App, _ access.Who) error {
		list, err := a.Requests(ctx, which, limit)
		if err != nil {
			return err
		}
		return f.write(w, r, RequestList{Total: list.Total, Kinds: list.Kinds, Items: append([]support.Request{}, list.Requests...), Next: next(list.Next)})
	})
}

func (f *face) offer(w http.ResponseWriter, r *http.Request) error {
	if err := onlyKnown(r); err != nil {
		return err
	}
	return f.answerOffer(w, r, f.write, named(r, "offer"), nil)
}

// answerOffer writes an offer as everybody sees it.
func (f *face) answerOffer(w http.ResponseWriter, r *http.Request, write func(http.ResponseWriter, *http.Request, any) error, id good.ID, err error) error {
	if err != nil {
		return err
	}
	return f.helped(r, func(ctx context.Context, a *app.App, _ access.Who) error {
		v, err := a.ShowOffer(ctx, access.Who{}, id)
		if err != nil {
			return err
		}
		doc := OfferDocument{Offer: *v.Offer, Known: map[string]support.Proof{}, References: append([]support.Reference{}, v.References...)}
		for id := range v.Names {
			if p := v.Knows(v.Offer, id); p != "" {
				doc.Known[string(id)] = p
			}
		}
		return write(w, r, doc)
	})
}

func (f *face) request(w http.ResponseWriter, r *http.Request) error {
	if err := onlyKnown(r); err != nil {
		return err
	}
	return f.answerAsk(w, r, f.write, access.Who{}, named(r, "request"), nil)
}

// answerAsk writes a request as somebody sees it.
func (f *face) answerAsk(w http.ResponseWriter, r *http.Request, write func(http.ResponseWriter, *http.Request, any) error, who access.Who, id good.ID, err error) error {
	if err != nil {
		return err
	}
	return f.helped(r, func(ctx context.Context, a *app.App, _ access.Who) error {
		v, err := a.ShowRequest(ctx, who, id)
		if err != nil {
			return err
		}
		doc := RequestDocument{Request: *v.Request, Fits: []support.Match{}, Talks: []support.Talk{}}
		for _, m := range v.Fits {
			doc.Fits = append(doc.Fits, m.Match)
		}
		for _, m := range append(v.Fits, v.Talks...) {
			if m.Talk != nil {
				doc.Talks = append(doc.Talks, *m.Talk)
			}
		}
		return write(w, r, doc)
	})
}
