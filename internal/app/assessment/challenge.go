package assessment

import (
	"context"
	"slices"

	"stoa/internal/access"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/store"
)

// Doubt is what somebody holds against a recognition.
type Doubt struct {
	Good         string // slug or id
	Indicators   []string
	Text         string
	Links        []good.Link
	Confidential bool   // then two named roles alone know who it was
	Name         string // how to reach who is not signed in; kept private
	Contact      string
}

// Challenge doubts a recognition, with evidence. It is a review in small: the
// owner is asked, two reviewers look at the indicators that are doubted.
func (a *App) Challenge(ctx context.Context, who access.Who, in Doubt) (*assess.Application, int64, error) {
	actor, err := access.As(who, access.Challenge, access.Thing{})
	if err != nil {
		return nil, 0, err
	}
	if err := evidence(in.Text, in.Links); err != nil {
		return nil, 0, err
	}
	if len(in.Name) > good.MaxName || len(in.Contact) > good.MaxName {
		return nil, 0, &good.Error{Kind: good.Invalid, Key: "assess.error.long", Field: "contact", Args: map[string]any{"Max": good.MaxName}}
	}
	person := who.Person
	if in.Confidential {
		actor = good.Actor{Role: access.Anyone}
	}
	var app *assess.Application
	position, err := a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		g, err := findGood(ctx, tx, in.Good)
		if err != nil {
			return err
		}
		if app, err = a.doubted(ctx, tx, g); err != nil {
			return err
		}
		app.Confidential = in.Confidential
		s, err := a.enter(ctx, tx, app, person, actor, access.Thing{})
		if err != nil {
			return err
		}
		if unknown := slices.IndexFunc(in.Indicators, func(id string) bool { return !slices.Contains(judged(s.set), id) }); unknown >= 0 {
			return &good.Error{Kind: good.Invalid, Key: "assess.error.indicator", Field: "indicators", Args: map[string]any{"Indicator": in.Indicators[unknown]}}
		}
		was := *app
		doubted := slices.DeleteFunc(judged(s.set), func(id string) bool { return !slices.Contains(in.Indicators, id) }) // each once
		e, err := s.File(s.turn, doubted, in.Text, in.Links)
		if err != nil {
			return err
		}
		e.Values = append(e.Values, assess.Value{Name: "application", Value: assess.PublicApplication{Kind: app.Kind, Standard: app.Standard, Name: app.Name, Kinds: app.Goods, Scope: app.Scope}})
		if err := a.save(ctx, s, was, e); err != nil {
			return err
		}
		return tx.PutReporter(ctx, app.ID, store.Reporter{Person: person, Name: in.Name, Contact: in.Contact})
	})
	if err != nil {
		return nil, 0, err
	}
	return app, position, a.catchUp(ctx)
}

// doubted is a new challenge of what was recognised here last: its standard,
// its owners, what was found then.
func (a *App) doubted(ctx context.Context, tx *store.Tx, g *good.Good) (*assess.Application, error) {
	list, err := tx.ApplicationsOf(ctx, g.ID)
	if err != nil {
		return nil, err
	}
	now := tx.Now()
	app := &assess.Application{ID: tx.NewID(), Good: g.ID, Kind: assess.Challenge, Standard: DefaultStandard, Name: g.Name, Link: g.Website, Goods: g.Kinds,
		State: assess.Draft, Since: now, Opened: now}
	if set, err := a.standardOf(""); err == nil {
		app.Standard = set.Key()
	}
	for _, was := range list {
		if was.State == assess.Published && was.Kind != assess.Challenge && was.Decision().Outcome == assess.Recognised {
			app.Standard, app.Owners = was.Standard, was.Owners
			return app, nil
		}
	}
	if !slices.ContainsFunc(g.Recognitions, func(r good.Recognition) bool { return r.State == good.Recognised || r.State == good.RenewalDue }) {
		return nil, &good.Error{Kind: good.Conflict, Key: "assess.error.not_recognised", Args: map[string]any{"Name": g.Name}}
	}
	return app, nil
}

// Reporter tells who challenged, to the two roles that may know.
func (a *App) Reporter(ctx context.Context, who access.Who, id good.ID) (*Reporter, error) {
	if _, err := a.open(ctx, who, access.SeeConfidential, id); err != nil {
		return nil, err
	}
	settings, err := a.DB.Settings(ctx)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(settings.Settings.Confidential, who.Has) {
		return nil, &good.Error{Kind: good.Forbidden, Key: "error.access.forbidden", Args: map[string]any{"Act": string(access.SeeConfidential)}}
	}
	return a.DB.Reporter(ctx, id)
}
