package assessment

import (
	"context"
	"slices"

	"stoa/internal/access"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/store"
)

// Suggested is a suggestion as a page shows it.
type Suggested struct {
	store.Suggestion
	Answer standard.Answer
}

// Full is one application with everything a page about it needs, as the viewer
// may see it.
type Full struct {
	*assess.Application
	Set         *standard.Set
	Asked       []standard.Asked // in order, as the answers stand
	Answers     map[string]Saved // by question
	Gaps        []standard.Gap
	Suggestions []Suggested        // to the owners and those who review
	Verdicts    []Verdict          // of finished rounds, and the viewer's own
	Advice      []Verdict          // of the community
	Notes       []Note             // to those who review
	People      map[good.ID]Person // who is named in it; their names as far as the viewer may know
	Good        *good.Good         // nil while it is no good of the registry
	Record      *assess.Record     // what is public of it; nil before submission
	Settings    assess.Settings
	May         map[access.Act]bool // what the viewer may do, leave given
	Conflicts   []assess.Reason     // why the viewer must not judge
	Owner       bool                // the viewer is the applicant
	Part        string              // PartExpert or PartAdvice where answers were left out that the viewer need not know
}

// PartAdvice is the part of whoever advises as the community: they see what is
// public.
const PartAdvice = "advice"

// maySee says whether somebody who may not read an application whole may see
// what is public of it: who advises on it, who sits in the advisory group, and
// a reviewer who must not judge what waits for reviewers, and is told why.
func maySee(who access.Who, app *assess.Application, thing access.Thing) bool {
	if app == nil || app.Kind == assess.Challenge || app.Submitted.IsZero() {
		return false
	}
	for _, act := range []access.Act{access.Advise, access.Opine} {
		if _, err := access.As(who, act, thing); err == nil {
			return true
		}
	}
	return app.State == assess.Queued && access.May(who, access.ClaimReview) == nil
}

// narrow leaves out the questions that the viewer need not know, with their
// answers.
func (f *Full) narrow(keep func(standard.Question) bool) {
	f.Asked = slices.DeleteFunc(f.Asked, func(q standard.Asked) bool { return !keep(q.Question) })
	for id := range f.Answers {
		if q, ok := f.Set.Question(id); !ok || !keep(q) {
			delete(f.Answers, id)
		}
	}
}

// acts are what a page about an application may offer.
var acts = []access.Act{access.EditApplication, access.Submit, access.Withdraw, access.Clarify, access.Appeal, access.Screen, access.ClaimReview,
	access.Assign, access.Review, access.Advise, access.Consult, access.AnswerConsult, access.ReadNotes, access.Extend, access.Consolidate,
	access.Decide, access.DecideAppeal, access.Publish, access.SeeConfidential}

// read loads an application for somebody who may read it.
func (a *App) read(ctx context.Context, who access.Who, id good.ID) (*assess.Application, *standard.Set, error) {
	app, thing, err := a.readable(ctx, who, id)
	if err != nil {
		return nil, nil, err
	}
	if actor, err := access.As(who, access.ReadApplication, thing); err == nil && actor.Role == access.Expert { // who was asked about a part does not read the whole
		return nil, nil, &good.Error{Kind: good.Forbidden, Key: "error.access.forbidden", Args: map[string]any{"Act": string(access.ReadApplication)}}
	}
	set, ok := a.Library.Find(app.Standard)
	if !ok {
		return nil, nil, &good.Error{Kind: good.NotFound, Key: "assess.error.standard", Args: map[string]any{"Standard": app.Standard}}
	}
	return app, set, nil
}

func (a *App) readable(ctx context.Context, who access.Who, id good.ID) (*assess.Application, access.Thing, error) {
	app, err := a.DB.Application(ctx, id)
	if err != nil {
		return nil, access.Thing{}, err
	}
	thing, err := a.thing(ctx, a.DB, who, app)
	if err != nil {
		return nil, thing, err
	}
	act := access.ReadApplication
	if app.Kind == assess.Challenge { // whoever challenges must not be read by all
		act = access.SeeDesk
		if app.Owned(who.Person) {
			act = access.ReadApplication
		}
	}
	_, err = access.As(who, act, thing)
	if err != nil && app.State == assess.Queued {
		if _, may := access.As(who, access.ClaimReview, thing); may == nil {
			err = nil // a reviewer looks before they claim
		}
	}
	return app, thing, err
}

// Application is everything a page about an application needs, in a fixed
// number of reads.
func (a *App) Application(ctx context.Context, who access.Who, id good.ID) (*Full, error) {
	app, thing, err := a.readable(ctx, who, id)
	advises := err != nil && maySee(who, app, thing)
	if err != nil && !advises {
		return nil, err
	}
	set, ok := a.Library.Find(app.Standard)
	if !ok {
		return nil, &good.Error{Kind: good.NotFound, Key: "assess.error.standard", Args: map[string]any{"Standard": app.Standard}}
	}
	f := &Full{Application: app, Set: set, Owner: app.Owned(who.Person), May: map[access.Act]bool{}}
	for _, act := range acts {
		_, err := access.As(who, act, thing)
		f.May[act] = err == nil
	}
	if len(thing.Conflicted) > 0 {
		found, err := a.conflicts(ctx, a.DB, app, []good.ID{who.Person})
		if err != nil {
			return nil, err
		}
		f.Conflicts = found[who.Person]
	}
	if err := a.fill(ctx, f); err != nil {
		return nil, err
	}
	if _, err := access.As(who, access.ReadApplication, thing); err != nil { // who looks only sees that there are files
		f.close()
	}
	staff := f.May[access.ReadNotes] || f.May[access.Assign] || f.May[access.Review]
	switch actor, err := access.As(who, access.ReadApplication, thing); {
	case advises:
		f.Part, f.Authority = PartAdvice, nil
		f.narrow(func(q standard.Question) bool { return q.Public })
	case err == nil && actor.Role == access.Expert && !staff:
		f.Part = PartExpert
		asked := app.AskedOf(who.Person)
		f.narrow(func(q standard.Question) bool { return slices.Contains(asked, q.Indicator) })
	}
	if err := a.judgements(ctx, who, f, staff); err != nil {
		return nil, err
	}
	f.redact(who, staff)
	return f, a.name(ctx, f, staff)
}

// fill reads what was answered and what is known of the good.
func (a *App) fill(ctx context.Context, f *Full) error {
	stored, err := a.DB.Answers(ctx, f.ID)
	if err != nil {
		return err
	}
	answers := standard.Answers{}
	f.Answers = make(map[string]Saved, len(stored))
	for id, s := range stored {
		saved, err := savedOf(s)
		if err != nil {
			return err
		}
		f.Answers[id] = saved
		if !saved.Answer.Empty() {
			answers[id] = saved.Answer
		}
	}
	list, err := a.DB.Attachments(ctx, f.ID)
	if err != nil {
		return err
	}
	for id, saved := range filed(list) {
		f.Answers[id], answers[id] = saved, saved.Answer
	}
	f.Asked = f.Set.Asked(f.Goods, answers)
	if f.State.WithApplicant() {
		f.Gaps = f.Set.Gaps(f.Goods, answers)
	}
	if f.Application.Good != "" {
		if f.Good, err = a.DB.Good(ctx, f.Application.Good); err != nil {
			return err
		}
	}
	settings, err := a.DB.Settings(ctx)
	if err != nil {
		return err
	}
	f.Settings = settings.Settings
	f.Record, err = a.DB.Assessment(ctx, f.ID)
	return err
}

// judgements reads what people found, as far as the viewer may see it: nobody
// but its author sees a verdict before the round is over.
func (a *App) judgements(ctx context.Context, who access.Who, f *Full, staff bool) error {
	if !staff && !f.Owner {
		return nil
	}
	list, err := a.DB.Suggestions(ctx, f.ID)
	if err != nil {
		return err
	}
	for _, s := range list {
		saved, err := savedOf(store.StoredAnswer{Doc: s.Doc})
		if err != nil {
			return err
		}
		f.Suggestions = append(f.Suggestions, Suggested{s, saved.Answer})
	}
	if !staff {
		return nil
	}
	verdicts, err := a.DB.Verdicts(ctx, f.ID)
	if err != nil {
		return err
	}
	for _, v := range verdicts {
		switch {
		case v.Round == 0:
			f.Advice = append(f.Advice, v)
		case v.Person == who.Person || v.Round < f.Round || f.BothIn():
			f.Verdicts = append(f.Verdicts, v)
		}
	}
	if f.May[access.ReadNotes] {
		f.Notes, err = a.DB.Notes(ctx, f.ID)
	}
	return err
}

// redact takes away what the viewer must not see.
func (f *Full) redact(who access.Who, staff bool) {
	if staff {
		return
	}
	app := *f.Application // the caller's alone
	app.Disputed, app.Done = nil, nil
	app.Seats = slices.Clone(app.Seats)
	for i := range app.Seats {
		app.Seats[i].Done = false
	}
	if f.Decision() == nil {
		app.Findings, app.Decisions = nil, nil
	} else if p := f.Proposal(); p != nil {
		app.Decisions = app.Decisions[:len(app.Decisions)-1]
	}
	app.Consultations = nil
	for _, c := range f.Consultations {
		if c.Expert.Person == who.Person && who.Person != "" {
			app.Consultations = append(app.Consultations, c)
		}
	}
	if app.Confidential && app.Doubt != nil {
		app.Doubt = &assess.Statement{At: app.Doubt.At}
	}
	f.Application = &app
}

// name finds out who the people in f are.
func (a *App) name(ctx context.Context, f *Full, staff bool) error {
	ids := slices.Clone(f.Owners)
	for _, s := range f.Seats {
		ids = append(ids, s.Person)
	}
	for _, c := range f.Consultations {
		ids = append(ids, c.Expert.Person, c.By.Person)
	}
	for _, d := range f.Decisions {
		ids = append(ids, d.Proposed.Person)
		if d.Second != nil {
			ids = append(ids, d.Second.Person)
		}
	}
	for _, v := range append(slices.Clone(f.Verdicts), f.Advice...) {
		ids = append(ids, v.Person)
	}
	for _, n := range f.Notes {
		ids = append(ids, n.Person)
	}
	for _, s := range f.Suggestions {
		ids = append(ids, s.Person)
	}
	for _, s := range f.Answers {
		ids = append(ids, s.Person)
	}
	slices.Sort(ids)
	people, err := persons(ctx, a.DB, slices.DeleteFunc(slices.Compact(ids), func(id good.ID) bool { return id == "" }))
	if err != nil {
		return err
	}
	for id, p := range people {
		if !staff && !p.Named && (f.Part == PartAdvice || !slices.Contains(f.Owners, id)) {
			p.Name, p.Organisations, p.Roles = "", nil, nil
			people[id] = p
		}
	}
	f.People = people
	return nil
}
