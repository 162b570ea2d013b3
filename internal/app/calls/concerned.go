package calls

import (
	"context"

	"stoa/internal/access"
	"stoa/internal/call"
	"stoa/internal/good"
)

// Telling lists the verbs of which somebody should hear.
var Telling = []good.Verb{good.CallEntryAssigned, good.CallEntryRefused, good.CallPublished, good.CallCancelled}

// Concerned says who should hear of an entry of the journal: a juror of what
// they are to score, who entered of what became of it.
func (a *App) Concerned(ctx context.Context, e good.Entry) ([]good.Notice, error) {
	if e.Actor.Role == access.Importer || len(e.Subjects) == 0 {
		return nil, nil
	}
	c, err := a.DB.Primary().Call(ctx, string(e.Subjects[0]))
	if err != nil {
		return nil, err
	}
	title, _ := c.Title.In(c.Lang)
	notice := func(person good.ID, kind string, about good.ID, path string) good.Notice {
		return good.Notice{Person: person, Kind: kind, About: about, Args: map[string]string{"Call": title}, Path: path}
	}
	if e.Verb == good.CallEntryAssigned || e.Verb == good.CallEntryRefused {
		entry, err := a.DB.Primary().CallEntry(ctx, e.Subjects[1])
		if err != nil {
			return nil, err
		}
		if e.Verb == good.CallEntryRefused {
			return []good.Notice{notice(entry.Owner, "call-refused", entry.ID, "/entries/"+string(entry.ID))}, nil
		}
		var pseudonym string
		e.Value("juror", &pseudonym)
		jury, err := a.DB.Primary().Jurors(ctx, c.ID)
		for _, j := range jury {
			if j.Pseudonym == pseudonym {
				return []good.Notice{notice(j.Person, "call-assigned", entry.ID, "/entries/"+string(entry.ID)+"/score")}, nil
			}
		}
		return nil, err
	}
	kind := map[good.Verb]string{good.CallPublished: "call-results", good.CallCancelled: "call-cancelled"}[e.Verb]
	entries, err := a.DB.Primary().CallEntries(ctx, c.ID)
	var out []good.Notice
	for _, entry := range entries {
		if entry.Owner != "" && entry.State != call.Withdrawn && entry.State != call.Refused {
			out = append(out, notice(entry.Owner, kind, entry.ID, "/entries/"+string(entry.ID)))
		}
	}
	return out, err
}
