package assessment

import (
	"context"
	"encoding/json"

	"stoa/internal/assess"
	"stoa/internal/call"
	"stoa/internal/good"
	"stoa/internal/nominate"
	"stoa/internal/standard"
	"stoa/internal/store"
)

// entered finds the entry in a call that an application is begun from, and
// begins it about the same good. What was begun from it already is app.
func (a *App) entered(ctx context.Context, tx *store.Tx, in *Start, person good.ID) (e *call.Entry, app *assess.Application, err error) {
	if in.Entry == "" {
		return nil, nil, nil
	}
	if err := tx.Hold(ctx, string(in.Entry)); err != nil {
		return nil, nil, err
	}
	e, err = tx.CallEntry(ctx, in.Entry)
	if err == nil && e.Owner != person {
		err = &good.Error{Kind: good.Forbidden, Key: "calls.error.not-yours"}
	}
	if err != nil {
		return nil, nil, err
	}
	if e.Application != "" {
		if app, err = tx.Application(ctx, e.Application); err != nil || !app.State.Over() {
			return e, app, err
		}
	}
	in.Good, in.Name, in.Link, in.Kinds = string(e.Good), e.Name, e.Link, e.Kinds
	return e, nil, nil
}

// handed are the answers that an entry in a call gives to a set: those to the
// same questions, and what its head says of the good.
func handed(set *standard.Set, e *call.Entry) (standard.Answers, error) {
	if e == nil {
		return nil, nil
	}
	n := nominate.Nomination{Name: e.Name, Link: e.Link}
	f := n.Facts()
	f.Kinds = e.Kinds
	for _, sdg := range e.SDGs {
		f.Goals = append(f.Goals, good.Goal{SDG: sdg})
	}
	out := prefilled(set, &good.Good{Facts: f})
	for id, raw := range e.Answers {
		var answer standard.Answer
		if err := json.Unmarshal(raw, &answer); err != nil {
			return nil, err
		}
		if _, asked := set.Question(id); asked && !answer.Empty() && set.Check(id, answer) == nil {
			out[id] = answer
		}
	}
	return out, nil
}

// handOver writes down that an entry became an application. In one that was
// begun before, what it left open is answered.
func (a *App) handOver(ctx context.Context, tx *store.Tx, e *call.Entry, app *assess.Application, person good.ID) error {
	if e == nil || e.Application == app.ID {
		return nil
	}
	set, err := a.standardOf(app.Standard)
	if err != nil {
		return err
	}
	given, err := handed(set, e)
	if err != nil {
		return err
	}
	stands, err := answersOf(ctx, tx, app.ID)
	if err != nil {
		return err
	}
	for id := range stands {
		delete(given, id)
	}
	rows, err := encodeAll(given, person)
	if err != nil {
		return err
	}
	if err := tx.PutAnswers(ctx, app.ID, rows); err != nil {
		return err
	}
	e.Application = app.ID
	return tx.PutEntry(ctx, e)
}

// fromCall says which answers of an application are still as they came from a
// call: by question, the title of the call.
func (a *App) fromCall(ctx context.Context, f *Full) (map[string]string, error) {
	e, err := a.DB.EntryOfApplication(ctx, f.ID)
	if err != nil || e == nil {
		return nil, err
	}
	c, err := a.DB.Call(ctx, string(e.Call))
	if err != nil {
		return nil, err
	}
	given, err := handed(f.Set, e)
	title, _ := c.Title.In(c.Lang)
	out := map[string]string{}
	for id, answer := range given {
		if held := f.Answers[id]; held.Version == 1 && same(held.Answer, answer) {
			out[id] = title
		}
	}
	return out, err
}
