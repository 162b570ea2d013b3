package support

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/support"
)

// RequestInput is what somebody asks for.
type RequestInput struct {
	Good string // slug or id, "" for none
	support.Ask
	Public  bool // everybody may read it
	Consent bool // it may be sent to whoever offers what fits
}

// Request has somebody ask for help. With their consent it reaches at once, and
// later, the offers that fit.
func (a *App) Request(ctx context.Context, who access.Who, in RequestInput) (*support.Request, int64, error) {
	actor, err := access.As(who, access.AskSupport, access.Own(who.Person))
	if err != nil {
		return nil, 0, err
	}
	r := &support.Request{Person: who.Person, Public: in.Public, Consent: in.Consent, State: support.Open, Opened: a.Now().UTC()}
	if r.Ask, err = a.ask(ctx, a.DB.Primary(), in, support.Ask{}); err != nil {
		return nil, 0, err
	}
	fits, err := a.suited(ctx, r)
	if err != nil {
		return nil, 0, err
	}
	position, err := a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		n, err := tx.RequestsSince(ctx, who.Person, a.Now().Add(-24*time.Hour).UnixMilli())
		if err != nil {
			return err
		}
		if n >= support.ADay {
			return limited("help.error.flood", support.ADay, 24*time.Hour)
		}
		r.ID = tx.NewID()
		if err := a.stateRequest(ctx, tx, r); err != nil {
			return err
		}
		return a.reach(ctx, tx, r, fits)
	})
	return r, position, err
}

// ask checks what is asked for, with the good it names. Whether the help is of
// use for it counts where one of the two is another than was asked for before.
func (a *App) ask(ctx context.Context, db goods, in RequestInput, was support.Ask) (support.Ask, error) {
	out := in.Ask
	out.Good = ""
	var kinds []good.Kind
	if strings.TrimSpace(in.Good) != "" {
		g, err := named(ctx, db, "good", in.Good)
		if err != nil {
			return out, err
		}
		out.Good, kinds = g.ID, g.Kinds
	}
	if err := out.Check(day(a.Now())); err != nil || out.Good == was.Good && out.Kind == was.Kind {
		return out, err
	}
	return out, support.CheckFit(out.Kind, kinds)
}

// subjects are what the journal says a request is about.
func subjects(r *support.Request) []good.ID {
	if r.Good == "" {
		return []good.ID{r.ID}
	}
	return []good.ID{r.ID, r.Good}
}

// stateRequest writes what is asked for; what everybody may read is said in the
// journal.
func (a *App) stateRequest(ctx context.Context, tx *store.Tx, r *support.Request) error {
	r.Changed, r.Reason = a.Now().UTC(), ""
	if err := tx.PutRequest(ctx, r); err != nil || !r.Public {
		return err
	}
	public := *r
	public.Title, public.Text, public.Organisation, public.Details, public.Version = "", "", "", nil, 0
	tx.Append(good.SupportRequested, subjects(r), append(details(r.Details, "title", r.Title, "text", r.Text, "organisation", r.Organisation), value("request", public))...)
	return nil
}

// ChangeRequest states a request anew. What everybody may read stays so.
func (a *App) ChangeRequest(ctx context.Context, who access.Who, id good.ID, in RequestInput) (*support.Request, int64, error) {
	next := func(r *support.Request) (err error) {
		r.Ask, err = a.ask(ctx, a.DB.Primary(), in, r.Ask)
		r.Consent = in.Consent
		return err
	}
	return a.onReaching(ctx, who, id, next, func(ctx context.Context, tx *store.Tx, r *support.Request) error {
		var err error
		if r.State == support.Closed || r.State == support.Hidden {
			return support.Turn(r.State, support.Open)
		}
		if r.Ask, err = a.ask(ctx, tx, in, r.Ask); err != nil {
			return err
		}
		r.Was = "" // it names what it names now
		r.Public, r.Consent = r.Public || in.Public, in.Consent
		return a.stateRequest(ctx, tx, r)
	})
}

// TurnRequest pauses a request, opens it again or closes it.
func (a *App) TurnRequest(ctx context.Context, who access.Who, id good.ID, to support.State) (*support.Request, int64, error) {
	next := func(r *support.Request) error { r.State = to; return nil }
	return a.onReaching(ctx, who, id, next, func(ctx context.Context, tx *store.Tx, r *support.Request) error {
		if err := support.Turn(r.State, to); err != nil {
			return err
		}
		return a.turnRequest(ctx, tx, r, support.Turned{State: to}, "")
	})
}

func (a *App) turnRequest(ctx context.Context, tx *store.Tx, r *support.Request, step support.Turned, reason string) error {
	step.At = a.Now().UTC()
	r.Take(step, reason)
	if err := tx.PutRequest(ctx, r); err != nil || !r.Public {
		return err
	}
	verb := good.SupportTurned
	if r.Done {
		verb, step.Indicator = good.SupportDelivered, r.Indicator
	}
	tx.Append(verb, subjects(r), append(texts("reason", reason), value("step", step))...)
	return nil
}

// theirs is a request that who may do act to, and as whom they do it.
func (a *App) theirs(ctx context.Context, who access.Who, id good.ID, act access.Act) (*support.Request, good.Actor, error) {
	if err := access.May(who, act); err != nil {
		return nil, good.Actor{}, err
	}
	r, err := found(a.DB.Primary().SupportRequest(ctx, id))
	if err != nil {
		return nil, good.Actor{}, err
	}
	actor, err := access.As(who, act, access.Own(r.Person))
	if err != nil && !r.Public { // that it is there is private, too
		_, err = found[support.Request](nil, nil)
	}
	return r, actor, err
}

// onRequest runs a verb on one request for whoever may do act to it.
func (a *App) onRequest(ctx context.Context, who access.Who, id good.ID, act access.Act, do func(context.Context, *store.Tx, *support.Request) error) (*support.Request, int64, error) {
	r, actor, err := a.theirs(ctx, who, id, act)
	if err != nil {
		return nil, 0, err
	}
	position, err := a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		if r, err = found(tx.SupportRequest(ctx, id)); err != nil {
			return err
		}
		return do(ctx, tx, r)
	})
	return r, position, err
}

// onReaching runs a verb of its people on one request, and has it reach the
// offers that fit it as next leaves it.
func (a *App) onReaching(ctx context.Context, who access.Who, id good.ID, next func(*support.Request) error, do func(context.Context, *store.Tx, *support.Request) error) (*support.Request, int64, error) {
	r, _, err := a.theirs(ctx, who, id, access.AskSupport)
	if err != nil {
		return nil, 0, err
	}
	will := *r
	if err := next(&will); err != nil {
		return nil, 0, err
	}
	fits, err := a.suited(ctx, &will)
	if err != nil {
		return nil, 0, err
	}
	return a.onRequest(ctx, who, id, access.AskSupport, func(ctx context.Context, tx *store.Tx, r *support.Request) error {
		if err := do(ctx, tx, r); err != nil {
			return err
		}
		return a.reach(ctx, tx, r, fits)
	})
}

// weighed is how many of the offers that fit are looked at closely.
const weighed = 100

// offersFor are up to n of the newest offers of what a request asks for, by kind
// and by indicator.
func offersFor(ctx context.Context, db reader, r *support.Request, n int) ([]support.Offer, error) {
	var list []support.Offer
	for _, that := range []store.SupportThat{{Kind: r.Kind, Country: r.Country}, {Indicator: r.Indicator, Country: r.Country}} {
		if that.Kind == "" && that.Indicator == "" {
			continue
		}
		some, err := db.Offers(ctx, that, "", n)
		if err != nil {
			return nil, err
		}
		list = append(list, some...)
	}
	return list, nil
}

// fitting are the offers that fit a request, the best first, with those
// offers.
func fitting(ctx context.Context, db reader, r *support.Request) ([]support.Match, map[good.ID]*support.Offer, error) {
	list, err := offersFor(ctx, db, r, 500)
	if err != nil {
		return nil, nil, err
	}
	var out []support.Match
	of := map[good.ID]*support.Offer{}
	for i := range list {
		if m, fits := support.Fit(&list[i], r, support.Standing{}); fits && of[m.Offer] == nil {
			out, of[m.Offer] = append(out, m), &list[i]
		}
	}
	support.Rank(out)
	out = out[:min(len(out), weighed)]
	for i, m := range out {
		s, err := standing(ctx, db, of[m.Offer].Body, of[m.Offer].Organisation)
		if err != nil {
			return nil, nil, err
		}
		out[i], _ = support.Fit(of[m.Offer], r, s)
	}
	support.Rank(out)
	return out, of, nil
}

// suited are the offers that a request is to reach, the best first. They are
// found before the transaction that lets it, for which nobody else then waits.
func (a *App) suited(ctx context.Context, r *support.Request) ([]good.ID, error) {
	if r.State != support.Open || !r.Consent {
		return nil, nil
	}
	fits, _, err := fitting(ctx, a.DB.Primary(), r)
	var out []good.ID
	for _, m := range fits {
		out = append(out, m.Offer)
	}
	return out, err
}

// late is how many of the newest offers are looked at for those that came since
// the others were found.
const late = 10

// reach has a request reach the offers that were found for it and still fit,
// once each, and those that came since, if its people consent.
func (a *App) reach(ctx context.Context, tx *store.Tx, r *support.Request, fits []good.ID) error {
	if r.State != support.Open || !r.Consent {
		return nil
	}
	came, err := offersFor(ctx, tx, r, late)
	if err != nil {
		return err
	}
	for _, o := range came {
		if !slices.Contains(fits, o.ID) {
			fits = append(fits, o.ID)
		}
	}
	talks, err := tx.TalksOf(ctx, r.ID)
	if err != nil {
		return err
	}
	for left := support.Reached - len(talks); left > 0 && len(fits) > 0; fits = fits[1:] {
		o, err := tx.Offer(ctx, fits[0])
		if err != nil {
			return err
		}
		if o == nil || slices.ContainsFunc(talks, func(t support.Talk) bool { return t.Offer == o.ID }) {
			continue
		}
		if _, still := support.Fit(o, r, support.Standing{}); !still {
			continue
		}
		if err := a.begin(ctx, tx, r, o, talks); err != nil {
			return err
		}
		left--
	}
	return nil
}

// begin lets a request reach an offer, if it did not yet: its people are told
// once. Nobody is asked for help by themselves.
func (a *App) begin(ctx context.Context, tx *store.Tx, r *support.Request, o *support.Offer, talks []support.Talk) error {
	if slices.ContainsFunc(talks, func(t support.Talk) bool { return t.Offer == o.ID }) {
		return nil
	}
	list, err := people(ctx, tx, o.Body)
	if err != nil || slices.Contains(list, r.Person) {
		return err
	}
	t := support.Talk{ID: tx.NewID(), Request: r.ID, Offer: o.ID, Step: support.Asked, Begun: a.Now().UTC(), Since: a.Now().UTC()}
	if err := tx.PutTalk(ctx, &t); err != nil {
		return err
	}
	return a.tell(ctx, tx, "support-asked", string(t.ID), "/support/talks/"+string(t.ID), map[string]string{"Name": o.Organisation, "Title": r.Title}, list)
}

// AskOffer has a request reach one offer that its people chose, whether it fits
// or not.
func (a *App) AskOffer(ctx context.Context, who access.Who, id, offer good.ID) (*support.Request, int64, error) {
	return a.onRequest(ctx, who, id, access.AskSupport, func(ctx context.Context, tx *store.Tx, r *support.Request) error {
		o, err := found(tx.Offer(ctx, offer))
		if err != nil {
			return err
		}
		if r.State != support.Open || o.State != support.Open {
			return &good.Error{Kind: good.Conflict, Key: "help.error.shut"}
		}
		talks, err := tx.TalksOf(ctx, r.ID)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(talks, func(t support.Talk) bool { return t.Offer == o.ID }) {
			return &good.Error{Kind: good.Conflict, Key: "help.error.asked"}
		}
		if list, err := people(ctx, tx, o.Body); err != nil || slices.Contains(list, who.Person) {
			return cmp.Or(err, error(&good.Error{Kind: good.Conflict, Key: "help.error.own"}))
		}
		if len(talks) >= 2*support.Reached {
			return limited("help.error.many", 2*support.Reached, 0)
		}
		return a.begin(ctx, tx, r, o, talks)
	})
}
