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
	var stated []good.Facts // newest first
	for _, e := range history {
		if f, ok := inPerson(e); ok {
			stated = append(stated, f)
		}
	}
	if len(stated) == 0 {
		return nil, 0, &good.Error{Kind: good.Invalid, Key: "error.undo.nothing", Args: map[string]any{"Name": g.Name}}
	}
	before := good.Facts{}
	if len(stated) > 1 {
		before = stated[1]
	}
	return a.Edit(ctx, actor, string(g.ID), g.Version, reason, func(f *good.Facts) error {
		*f = before
		return nil
	})
}

// inPerson is what an entry states in person, if it does.
func inPerson(e good.Entry) (good.Facts, bool) {
	if e.Verb != good.RecordStated {
		return good.Facts{}, false
	}
	for _, v := range e.Values {
		var r good.Record
		if v.Name == "record" && v.Erased == nil && json.Unmarshal(v.Data, &r) == nil && r.Source == PersonSource {
			return r.Facts, true
		}
	}
	return good.Facts{}, false
}
