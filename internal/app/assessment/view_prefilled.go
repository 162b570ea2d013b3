package assessment

import (
	"context"
	"maps"
	"slices"
	"strings"

	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/standard"
)

// Prefilled says which answers of an application are still as they were taken
// over from what is known of the good: by question, the name of the source. An
// applicant is to look at them before they hand them in as their own.
func (a *App) Prefilled(ctx context.Context, f *Full) (map[string]string, error) {
	if f.Kind != assess.First {
		return nil, nil
	}
	called, err := a.fromCall(ctx, f)
	if err != nil || f.Good == nil {
		return called, err
	}
	sources, err := a.DB.Sources(ctx)
	if err != nil {
		return nil, err
	}
	taken, out := prefilled(f.Set, f.Good), map[string]string{}
	maps.Copy(out, called)
	for _, asked := range f.Asked {
		q := asked.Question
		held, ok := f.Answers[q.ID]
		if out[q.ID] != "" || !ok || held.Version != 1 || held.Answer.Empty() || !same(held.Answer, taken[q.ID]) {
			continue
		}
		field := q.Fact
		if field == "" || !same(held.Answer, known(q, f.Good)) {
			field = good.FieldAnswers
		}
		from, ok := f.Good.From[field]
		if !ok {
			for _, key := range slices.Sorted(maps.Keys(f.Good.From)) { // a list that was united names the source of each item
				if strings.HasPrefix(string(key), string(field)+"/") {
					from, ok = f.Good.From[key], true
					break
				}
			}
		}
		if s, known := sources[from.Source]; ok && known {
			out[q.ID] = s.Name
		}
	}
	return out, nil
}

// Version finds a version of a standard that can be applied against; "" is the
// current one of the standard of recognition.
func (a *App) Version(key string) (*standard.Set, error) { return a.standardOf(key) }
