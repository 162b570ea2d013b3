package call

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"stoa/internal/good"
)

// Stage is one round of selection.
type Stage struct {
	Name   string      `json:"name"`
	Jurors int         `json:"jurors"`           // who score each entry
	Places int         `json:"places,omitempty"` // how many may go on; 0 for no bound
	Sheet  []Criterion `json:"sheet"`
}

// Criterion is one line of a scoring sheet.
type Criterion struct {
	ID     string `json:"id"`
	Label  string `json:"label"`
	Most   int    `json:"most"`   // points, from 0
	Weight int    `json:"weight"` // beside the others
}

func (s *Stage) clean() {
	s.Name = strings.Join(strings.Fields(s.Name), " ")
	for i := range s.Sheet {
		k := &s.Sheet[i]
		k.Label = strings.Join(strings.Fields(k.Label), " ")
		if k.ID == "" {
			k.ID = good.Slugify(k.Label)
		}
		k.Weight = max(k.Weight, 1)
	}
}

func (c *Call) stages() error {
	if len(c.Stages) > MaxStages {
		return invalid("many", "stages", map[string]any{"Max": MaxStages})
	}
	for _, s := range c.Stages {
		if err := line("stage", s.Name); err != nil {
			return err
		}
		if s.Jurors < 1 || s.Jurors > MaxJurors || s.Places < 0 {
			return invalid("jurors", "jurors", map[string]any{"Max": MaxJurors})
		}
		if len(s.Sheet) == 0 || len(s.Sheet) > MaxCriteria {
			return invalid("sheet", "sheet", map[string]any{"Max": MaxCriteria})
		}
		seen := map[string]bool{}
		for _, k := range s.Sheet {
			if err := line("sheet", k.Label); err != nil {
				return err
			}
			if seen[k.ID] || k.ID == "" || k.Most < 1 || k.Most > 100 || k.Weight < 1 || k.Weight > 100 {
				return invalid("criterion", "sheet", map[string]any{"Value": k.Label})
			}
			seen[k.ID] = true
		}
	}
	return nil
}

// Score is one juror's part in one entry at one stage. It is private; only what
// comes of all of them is told.
type Score struct {
	Call      good.ID        `json:"call"`
	Entry     good.ID        `json:"entry"`
	Stage     int            `json:"stage"`
	Juror     string         `json:"juror"` // pseudonym
	Person    good.ID        `json:"person,omitempty"`
	Given     time.Time      `json:"given"`
	Points    map[string]int `json:"points,omitempty"` // by criterion
	Comment   string         `json:"comment,omitempty"`
	Done      time.Time      `json:"done,omitzero"`
	Aside     string         `json:"aside,omitempty"` // why they stood aside
	Conflicts bool           `json:"conflicts,omitempty"`
}

// Waits says whether the juror still has to score.
func (s *Score) Waits() bool { return s.Done.IsZero() && s.Aside == "" }

// Give writes points on the sheet of a stage, all of them.
func (s *Score) Give(of Stage, points map[string]int, comment string, at time.Time) error {
	if s.Aside != "" {
		return conflict("aside", nil)
	}
	for _, k := range of.Sheet {
		n, given := points[k.ID]
		if !given || n < 0 || n > k.Most {
			return invalid("points", "p."+k.ID, map[string]any{"Criterion": k.Label, "Most": k.Most})
		}
	}
	if len(points) != len(of.Sheet) {
		return invalid("points-unknown", "", nil)
	}
	if len([]rune(comment)) > MaxReason {
		return invalid("long", "comment", map[string]any{"Max": MaxReason})
	}
	s.Points, s.Comment, s.Done = points, strings.TrimSpace(comment), at
	return nil
}

// StandAside ends a juror's part: they must not score this entry.
func (s *Score) StandAside(reason string) error {
	if err := reasoned("reason", reason); err != nil {
		return err
	}
	s.Aside, s.Points, s.Comment, s.Done = reason, nil, "", time.Time{}
	return nil
}

// Percent is how much of a sheet the points fill, 0 to 100, by weight.
func (s Stage) Percent(points map[string]int) float64 {
	var got, all float64
	for _, k := range s.Sheet {
		w := float64(k.Weight)
		got += w * float64(points[k.ID]) / float64(k.Most)
		all += w
	}
	if all == 0 {
		return 0
	}
	return 100 * got / all
}

// Standing is how an entry stands in a stage.
type Standing struct {
	Entry    good.ID `json:"entry"`
	Scored   int     `json:"scored"`   // jurors who are done
	Waiting  int     `json:"waiting"`  // who are not
	Raw      float64 `json:"raw"`      // mean of what they gave, in per cent
	Score    float64 `json:"score"`    // mean of what is left when each juror's manner is taken out
	Spread   float64 `json:"spread"`   // between the highest and the lowest of these
	Disagree bool    `json:"disagree"` // they are so far apart that people should talk
	Rank     int     `json:"rank"`
}

// apart is the spread, in points of a hundred, from which jurors disagree.
const apart = 25

// Standings are the entries of a stage by normalised score, the best first.
// Some jurors are strict and some mild, some use the whole sheet and some its
// middle: what each gave is moved and stretched so that all have the same mean
// and the same deviation, those of all that was given. Who scored one entry
// only, or all alike, says nothing of their manner: the first counts as it is,
// the second as the mean.
func Standings(of Stage, scores []Score, entries []good.ID) []Standing {
	by := map[string][]float64{}
	var all []float64
	for _, s := range scores {
		if !s.Done.IsZero() {
			p := of.Percent(s.Points)
			by[s.Juror], all = append(by[s.Juror], p), append(all, p)
		}
	}
	mean, deviation := moments(all)
	manner := func(s Score) float64 {
		x, given := of.Percent(s.Points), by[s.Juror]
		m, d := moments(given)
		switch {
		case len(given) < 2:
			return x
		case d == 0:
			return mean
		}
		return min(100, max(0, mean+deviation*(x-m)/d))
	}
	var out []Standing
	for _, id := range entries {
		st := Standing{Entry: id}
		low, high := math.Inf(1), math.Inf(-1)
		for _, s := range scores {
			switch {
			case s.Entry != id || s.Aside != "":
			case s.Done.IsZero():
				st.Waiting++
			default:
				n := manner(s)
				st.Scored, st.Raw, st.Score = st.Scored+1, st.Raw+of.Percent(s.Points), st.Score+n
				low, high = min(low, n), max(high, n)
			}
		}
		if st.Scored > 0 {
			st.Raw, st.Score, st.Spread = tenth(st.Raw/float64(st.Scored)), tenth(st.Score/float64(st.Scored)), tenth(high-low)
			st.Disagree = st.Scored > 1 && st.Spread >= apart
		}
		out = append(out, st)
	}
	slices.SortStableFunc(out, func(a, b Standing) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(b.Raw, a.Raw), cmp.Compare(a.Entry, b.Entry))
	})
	for i := range out {
		out[i].Rank = i + 1
		if i > 0 && out[i].Score == out[i-1].Score {
			out[i].Rank = out[i-1].Rank
		}
	}
	return out
}

func tenth(x float64) float64 { return math.Round(x*10) / 10 }

// moments are the mean and the standard deviation of numbers.
func moments(list []float64) (mean, deviation float64) {
	if len(list) == 0 {
		return 0, 0
	}
	for _, x := range list {
		mean += x
	}
	mean /= float64(len(list))
	for _, x := range list {
		deviation += (x - mean) * (x - mean)
	}
	return mean, math.Sqrt(deviation / float64(len(list)))
}

// Assign says which jurors score which entries besides those who do already:
// each entry gets as many as the stage wants, those with least to do first,
// nobody twice and nobody who must not. short are the entries for which too few
// are left.
func Assign(of Stage, entries []good.ID, have []Score, jurors []string, barred func(juror string, entry good.ID) bool) (give map[good.ID][]string, short []good.ID) {
	give = map[good.ID][]string{}
	load := map[string]int{}
	for _, s := range have {
		if s.Aside == "" {
			load[s.Juror]++
		}
	}
	for _, id := range entries {
		lacks, asked := of.Jurors, map[string]bool{}
		for _, s := range have {
			if s.Entry == id {
				if asked[s.Juror] = true; s.Aside == "" {
					lacks--
				}
			}
		}
		for ; lacks > 0; lacks-- {
			best := ""
			for _, j := range jurors {
				if !asked[j] && !barred(j, id) && (best == "" || load[j] < load[best]) {
					best = j
				}
			}
			if best == "" {
				short = append(short, id)
				break
			}
			asked[best] = true
			load[best]++
			give[id] = append(give[id], best)
		}
	}
	return give, short
}
