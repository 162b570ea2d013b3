package api

import (
	"context"
	"net/http"

	"stoa/internal/access"
	app "stoa/internal/app/support"
	"stoa/internal/good"
	"stoa/internal/support"
)

// helps runs a verb on help for goods with what was sent.
func helps[T any](f *face, r *http.Request, do func(ctx context.Context, a *app.App, who access.Who, doc T) error) error {
	doc, err := received[T](r)
	if err != nil {
		return err
	}
	return f.helped(r, func(ctx context.Context, a *app.App, who access.Who) error { return do(ctx, a, who, doc) })
}

func (o OfferForm) input() app.OfferInput {
	return app.OfferInput{Body: o.Body, Goods: o.Goods, Terms: support.Terms{Title: o.Title, Text: o.Text, Kinds: o.Kinds, Countries: o.Countries, Languages: o.Languages, Capacity: o.Capacity, Price: o.Price, Indicators: o.Indicators, Details: o.Details}}
}

func (q RequestForm) input() app.RequestInput {
	return app.RequestInput{Good: q.Good, Public: q.Public, Consent: q.Consent, Ask: support.Ask{Title: q.Title, Text: q.Text, Kind: q.Kind, Country: q.Country, Languages: q.Languages, By: q.By, Budget: q.Budget, Indicator: q.Indicator, Organisation: q.Organisation, Details: q.Details}}
}

func (f *face) makeOffer(w http.ResponseWriter, r *http.Request) error {
	return helps(f, r, func(ctx context.Context, a *app.App, who access.Who, doc OfferForm) error {
		o, _, err := a.Offer(ctx, who, doc.input())
		if err != nil {
			return err
		}
		return f.answerOffer(w, r, f.made, o.ID, nil)
	})
}

func (f *face) changeOffer(w http.ResponseWriter, r *http.Request) error {
	return helps(f, r, func(ctx context.Context, a *app.App, who access.Who, doc OfferForm) error {
		_, _, err := a.ChangeOffer(ctx, who, named(r, "offer"), doc.input())
		return f.answerOffer(w, r, f.write, named(r, "offer"), err)
	})
}

func (f *face) turnOffer(w http.ResponseWriter, r *http.Request) error {
	return helps(f, r, func(ctx context.Context, a *app.App, who access.Who, doc SupportStateForm) error {
		_, _, err := a.TurnOffer(ctx, who, named(r, "offer"), support.State(doc.State))
		return f.answerOffer(w, r, f.write, named(r, "offer"), err)
	})
}

func (f *face) askOffer(w http.ResponseWriter, r *http.Request) error {
	return helps(f, r, func(ctx context.Context, a *app.App, who access.Who, doc AskForm) error {
		_, _, err := a.AskOffer(ctx, who, good.ID(doc.Request), named(r, "offer"))
		return f.answerAsk(w, r, f.write, who, good.ID(doc.Request), err)
	})
}

func (f *face) reportOffer(w http.ResponseWriter, r *http.Request) error {
	return helps(f, r, func(ctx context.Context, a *app.App, who access.Who, doc ReasonForm) error {
		_, _, err := a.Report(ctx, who, named(r, "offer"), doc.Reason)
		return f.answerOffer(w, r, f.write, named(r, "offer"), err)
	})
}

func (f *face) makeRequest(w http.ResponseWriter, r *http.Request) error {
	return helps(f, r, func(ctx context.Context, a *app.App, who access.Who, doc RequestForm) error {
		q, _, err := a.Request(ctx, who, doc.input())
		if err != nil {
			return err
		}
		return f.answerAsk(w, r, f.made, who, q.ID, nil)
	})
}

func (f *face) changeRequest(w http.ResponseWriter, r *http.Request) error {
	return helps(f, r, func(ctx context.Context, a *app.App, who access.Who, doc RequestForm) error {
		_, _, err := a.ChangeRequest(ctx, who, named(r, "request"), doc.input())
		return f.answerAsk(w, r, f.write, who, named(r, "request"), err)
	})
}

func (f *face) turnRequest(w http.ResponseWriter, r *http.Request) error {
	return helps(f, r, func(ctx context.Context, a *app.App, who access.Who, doc SupportStateForm) error {
		_, _, err := a.TurnRequest(ctx, who, named(r, "request"), support.State(doc.State))
		return f.answerAsk(w, r, f.write, who, named(r, "request"), err)
	})
}

func (f *face) answerRequest(w http.ResponseWriter, r *http.Request) error {
	return helps(f, r, func(ctx context.Context, a *app.App, who access.Who, doc HelpForm) error {
		t, _, err := a.Answer(ctx, who, named(r, "request"), good.ID(doc.Offer), doc.Text)
		if err != nil {
			return err
		}
		return f.answerTalk(w, r, t.ID, nil)
	})
}

func (f *face) ownSupport(w http.ResponseWriter, r *http.Request) error {
	return f.helped(r, func(ctx context.Context, a *app.App, who access.Who) error {
		mine, err := a.Own(ctx, who)
		if err != nil {
			return err
		}
		doc := OwnSupport{Offers: append([]support.Offer{}, mine.Offers...), Requests: append([]support.Request{}, mine.Requests...), Talks: []TalkDocument{}}
		for _, t := range mine.Talks {
			doc.Talks = append(doc.Talks, talking(t))
		}
		return f.write(w, r, doc)
	})
}

func talking(v app.TalkView) TalkDocument {
	return TalkDocument{Talk: v.Talk, Title: v.Request.Title, With: v.Offer.Organisation, Side: v.Side, Next: append([]support.Step{}, v.May...), Messages: append([]support.Note{}, v.Notes...), Reference: v.Reference}
}

func (f *face) talk(w http.ResponseWriter, r *http.Request) error {
	return f.answerTalk(w, r, named(r, "talk"), nil)
}

// answerTalk writes a conversation as one of its sides sees it.
func (f *face) answerTalk(w http.ResponseWriter, r *http.Request, id good.ID, err error) error {
	if err != nil {
		return err
	}
	return f.helped(r, func(ctx context.Context, a *app.App, who access.Who) error {
		v, err := a.ShowTalk(ctx, who, id)
		if err != nil {
			return err
		}
		return f.write(w, r, talking(v))
	})
}

func (f *face) say(w http.ResponseWriter, r *http.Request) error {
	return helps(f, r, func(ctx context.Context, a *app.App, who access.Who, doc MessageForm) error {
		_, _, err := a.Say(ctx, who, named(r, "talk"), doc.Text)
		return f.answerTalk(w, r, named(r, "talk"), err)
	})
}

func (f *face) stepTalk(w http.ResponseWriter, r *http.Request) error {
	return helps(f, r, func(ctx context.Context, a *app.App, who access.Who, doc StepForm) error {
		_, _, err := a.Step(ctx, who, named(r, "talk"), support.Step(doc.Step), doc.Reason)
		return f.answerTalk(w, r, named(r, "talk"), err)
	})
}

func (f *face) refer(w http.ResponseWriter, r *http.Request) error {
	return helps(f, r, func(ctx context.Context, a *app.App, who access.Who, doc MessageForm) error {
		_, _, err := a.Refer(ctx, who, named(r, "talk"), doc.Text)
		return f.answerTalk(w, r, named(r, "talk"), err)
	})
}

func (f *face) reply(w http.ResponseWriter, r *http.Request) error {
	return helps(f, r, func(ctx context.Context, a *app.App, who access.Who, doc MessageForm) error {
		_, _, err := a.Reply(ctx, who, named(r, "talk"), doc.Text)
		return f.answerTalk(w, r, named(r, "talk"), err)
	})
}

func (f *face) reportedOffers(w http.ResponseWriter, r *http.Request) error {
	return f.helped(r, func(ctx context.Context, a *app.App, who access.Who) error {
		list, err := a.Reports(ctx, who)
		if err != nil {
			return err
		}
		doc := ReportList{Items: []ReportedOffer{}}
		for _, o := range list {
			doc.Items = append(doc.Items, ReportedOffer{Offer: *o.Offer, Reasons: o.Reasons})
		}
		return f.write(w, r, doc)
	})
}

func (f *face) hideOffer(w http.ResponseWriter, r *http.Request) error {
	return helps(f, r, func(ctx context.Context, a *app.App, who access.Who, doc HideForm) error {
		_, err := a.Hide(ctx, who, named(r, "offer"), doc.Hide, doc.Reason)
		return f.answerOffer(w, r, f.write, named(r, "offer"), err)
	})
}

func (f *face) hideRequest(w http.ResponseWriter, r *http.Request) error {
	return helps(f, r, func(ctx context.Context, a *app.App, who access.Who, doc HideForm) error {
		_, err := a.Hide(ctx, who, named(r, "request"), doc.Hide, doc.Reason)
		return f.answerAsk(w, r, f.write, who, named(r, "request"), err)
	})
}

func (f *face) dismissReports(w http.ResponseWriter, r *http.Request) error {
	return f.helped(r, func(ctx context.Context, a *app.App, who access.Who) error {
		_, _, err := a.Dismiss(ctx, who, named(r, "offer"))
		return f.answerOffer(w, r, f.write, named(r, "offer"), err)
	})
}
