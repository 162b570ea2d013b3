package goods

import (
	"context"
	"encoding/json"

	"stoa/internal/good"
)

// Undo takes back the newest statement in person about a good by a new entry:
// what persons had stated before it holds again. Undoing twice takes back the
// undoing.
func (a *App) Undo(ctx context.Context, actor good.Actor, slugOrID, reason string) (*good.Good, int64, error) {
	g, err := a.Good(ctx, slugOrID)
	if err != nil {
		return nil, 0, err
	}
	history, err := a.DB.History(ctx, g.ID, 10_000)
	if err != nil {
		return nil, 0, err
	}
	var stated []good.Record // newest first
	for _, e := range history {
		if r, ok := inPerson(e); ok && r.ForeignID == string(g.ID) {
			stated = append(stated, r)
		}
	}
	if len(stated) == 0 {
		return nil, 0, &good.Error{Kind: good.Invalid, Key: "error.undo.nothing", Args: map[string]any{"Name": g.Name}}
	}
	var before good.Record
	if len(stated) > 1 {
		before = stated[1]
	}
	return a.restateInPerson(ctx, actor, string(g.ID), g.Version, reason, func(r good.Record, _ good.Facts) (good.Record, error) {
		r.Facts, r.Over = before.Facts, before.Over // what was a conflict then is one again
		return r, nil
	})
}

// inPerson is what an entry states in person, if it does.
func inPerson(e good.Entry) (good.Record, bool) {
	if e.Verb != good.RecordStated {
		return good.Record{}, false
	}
	for _, v := range e.Values {
		var r good.Record
		if v.Name == "record" && v.Erased == nil && json.Unmarshal(v.Data, &r) == nil && r.Source == PersonSource {
			return r, true
		}
	}
	return good.Record{}, false
}
