package assessment

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/store"
)

// PublicRecord is the whole path of a good, as everybody may read it.
type PublicRecord struct {
	Applications []assess.Record   // the newest first
	Names        map[string]string // pseudonym → name, of those who agreed to be named
}

// Record is the public record of a good: three reads.
func (a *App) Record(ctx context.Context, id good.ID) (PublicRecord, error) {
	list, err := a.DB.Assessments(ctx, id)
	if err != nil {
		return PublicRecord{}, err
	}
	known := map[string]bool{}
	for _, r := range list {
		for _, p := range r.Path {
			known[p.By.Pseudonym] = true
		}
		for _, d := range r.Decisions {
			for _, by := range d.By {
				known[by.Pseudonym] = true
			}
		}
	}
	delete(known, "")
	out := PublicRecord{Applications: list, Names: map[string]string{}}
	if len(known) == 0 {
		return out, nil
	}
	people, err := a.DB.Acting(ctx, slices.Sorted(maps.Keys(known)))
	for _, p := range people {
		if p.Named {
			out.Names[p.Pseudonym] = p.Name
		}
	}
	return out, err
}

// StageTime is how long a state lasted: of so many that ended, half took no
// longer than Median, nine of ten no longer than Ninety.
type StageTime struct {
	Kind   assess.Kind  `json:"kind"`
	Month  string       `json:"month,omitempty"` // "2006-01" in which it ended; "" for all of the time looked at
	State  assess.State `json:"state"`
	Count  int          `json:"count"`
	Median int          `json:"median_hours"`
	Ninety int          `json:"p90_hours"`
}

// Statistics are the figures of the whole, public.
type Statistics struct {
	At     time.Time    `json:"at"`
	States []StateCount `json:"states"`
	Times  []StageTime  `json:"times"`  // by kind, state and month
	Whole  []StageTime  `json:"whole"`  // by kind and state
	Oldest []Item       `json:"oldest"` // waiting the longest
	Months int          `json:"months"`
}

// statisticsMonths is how far back the figures go.
const statisticsMonths = 24

// Statistics counts what is in each state and how long states last: five
// reads. Drafts are nobody's business, and a challenge's good is not named.
func (a *App) Statistics(ctx context.Context) (Statistics, error) {
	now := a.Now()
	out := Statistics{At: now, Months: statisticsMonths}
	states, err := a.DB.Board(ctx, now)
	if err != nil {
		return out, err
	}
	out.States = slices.DeleteFunc(states, func(c StateCount) bool { return c.State == assess.Draft })
	spent, err := a.DB.Spent(ctx, now.AddDate(0, -statisticsMonths, 0).UTC().Format("2006-01"))
	if err != nil {
		return out, err
	}
	type group struct {
		kind  assess.Kind
		state assess.State
	}
	whole := map[group][]int{} // by hours
	for _, s := range spent {
		out.Times = append(out.Times, stageTime(s.Kind, s.Month, s.State, s.Lasted))
		g := group{s.Kind, s.State}
		hours := whole[g]
		for _, l := range s.Lasted {
			l.Hours = min(l.Hours, longest)
			if more := l.Hours + 1 - len(hours); more > 0 {
				hours = append(hours, make([]int, more)...)
			}
			hours[l.Hours] += l.Count
		}
		whole[g] = hours
	}
	for g, hours := range whole {
		var lasted []store.Lasted
		for h, n := range hours {
			if n > 0 {
				lasted = append(lasted, store.Lasted{Hours: h, Count: n})
			}
		}
		out.Whole = append(out.Whole, stageTime(g.kind, "", g.state, lasted))
	}
	slices.SortFunc(out.States, func(x, y StateCount) int { return along(x.Kind, x.State, y.Kind, y.State) })
	for _, times := range [][]StageTime{out.Times, out.Whole} {
		slices.SortStableFunc(times, func(x, y StageTime) int { return along(x.Kind, x.State, y.Kind, y.State) })
	}
	out.Oldest, _, err = a.DB.Applications(ctx, Filter{Limit: 10})
	for i := range out.Oldest {
		out.Oldest[i].People = nil
		if out.Oldest[i].Kind == assess.Challenge {
			out.Oldest[i].Name = ""
		}
	}
	return out, err
}

// longest is the hours of a century: nothing is told to last longer.
const longest = 876_600

// along orders by kind, then along the way an application goes.
func along(kind assess.Kind, state assess.State, then assess.Kind, there assess.State) int {
	if kind != then {
		return cmp.Compare(slices.Index(assess.Kinds, kind), slices.Index(assess.Kinds, then))
	}
	return cmp.Compare(slices.Index(assess.States, state), slices.Index(assess.States, there))
}

// stageTime sums up counts, by hours. Quantiles are by nearest rank.
func stageTime(kind assess.Kind, month string, state assess.State, lasted []store.Lasted) StageTime {
	t := StageTime{Kind: kind, Month: month, State: state}
	for _, l := range lasted {
		t.Count += l.Count
	}
	rank := func(percent int) int { return (t.Count*percent + 99) / 100 }
	seen := 0
	for _, l := range lasted {
		if seen < rank(50) && seen+l.Count >= rank(50) {
			t.Median = l.Hours
		}
		if seen < rank(90) && seen+l.Count >= rank(90) {
			t.Ninety = l.Hours
		}
		seen += l.Count
	}
	return t
}
