package calls

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"stoa/internal/access"
	"stoa/internal/call"
	"stoa/internal/good"
	"stoa/internal/standard"
)

// Shown is a call as everybody reads it.
type Shown struct {
	call.Call
	Set     *standard.Set      `json:"-"`
	Slugs   map[good.ID]string `json:"-"` // of the goods that results name
	Partner call.Partner       `json:"partner"`
}

// List are the calls that were announced: those that are open first, by when
// they close, then those to come, then what is over, the newest first.
func (a *App) List(ctx context.Context) ([]call.Call, error) {
	all, err := a.DB.Calls(ctx)
	if err != nil {
		return nil, err
	}
	now := a.Now()
	out := slices.DeleteFunc(all, func(c call.Call) bool { return c.State == call.Draft })
	for i := range out {
		out[i].State = out[i].Now(now)
	}
	place := func(c call.Call) int {
		return max(0, slices.Index([]call.State{call.Open, call.Announced, call.Closed, call.Judged, call.Published, call.Cancelled}, c.State))
	}
	slices.SortStableFunc(out, func(x, y call.Call) int {
		if px, py := place(x), place(y); px != py {
			return cmp.Compare(px, py)
		}
		if x.State == call.Open || x.State == call.Announced {
			return x.Until.Compare(y.Until)
		}
		return y.Until.Compare(x.Until)
	})
	return out, nil
}

// Next is how long it takes until the clock changes one of the calls; 0 where
// it never will.
func Next(list []call.Call, now time.Time) time.Duration {
	var next time.Duration
	for _, c := range list {
		if d := c.Boundary(now); d > 0 && (next == 0 || d < next) {
			next = d
		}
	}
	return next
}

// Call is one call that was announced, by slug or id.
func (a *App) Call(ctx context.Context, key string) (*Shown, error) {
	c, err := a.DB.Call(ctx, key)
	if err != nil {
		return nil, err
	}
	if err := shown(c); err != nil {
		return nil, err
	}
	c.State = c.Now(a.Now())
	out := &Shown{Call: *c, Set: a.Set(c), Slugs: map[good.ID]string{}}
	if p, err := a.DB.Partner(ctx, c.Partner); err != nil {
		return nil, err
	} else if p != nil {
		out.Partner = *p
	}
	if c.Results == nil {
		return out, nil
	}
	var ids []good.ID
	for _, r := range slices.Concat(c.Results.Cohort, c.Results.Others) {
		ids = append(ids, r.Good)
	}
	goods, err := a.DB.Goods(ctx, ids)
	for id, g := range goods {
		if g.Tombstone == nil {
			out.Slugs[id] = g.Slug
		}
	}
	return out, err
}

// Partners are the organisations that run calls, or did.
func (a *App) Partners(ctx context.Context) ([]call.Partner, error) { return a.DB.Partners(ctx) }

// Running is what somebody runs: the organisations they act for that are
// partners, and the calls of these.
type Running struct {
	Partners []call.Partner `json:"partners"`
	Calls    []call.Call    `json:"calls"`
}

// Running says what somebody runs. The operator runs all.
func (a *App) Running(ctx context.Context, who access.Who) (Running, error) {
	var out Running
	if err := access.May(who, access.RunCall); err != nil {
		return out, err
	}
	partners, err := a.DB.Partners(ctx)
	if err != nil {
		return out, err
	}
	bodies, err := a.DB.BodiesOf(ctx, who.Person)
	if err != nil {
		return out, err
	}
	mine := func(id good.ID) bool {
		return who.Has(access.Operator) || slices.ContainsFunc(bodies, func(b good.Body) bool { return b.ID == id })
	}
	for _, p := range partners {
		if mine(p.ID) && p.Runs(today(a.Now())) {
			out.Partners = append(out.Partners, p)
		}
	}
	all, err := a.DB.Calls(ctx)
	for _, c := range all {
		if mine(c.Partner) {
			c.State = c.Now(a.Now())
			out.Calls = append(out.Calls, c)
		}
	}
	return out, err
}

// Whole is a call as its partner sees it.
type Whole struct {
	call.Call
	Set       *standard.Set           `json:"-"`
	Runs      bool                    `json:"-"` // the reader may change it
	Entries   []*call.Entry           `json:"entries"`
	Standings []call.Standing         `json:"standings"` // of the stage under way
	Jury      []JurorView             `json:"jury"`
	Scores    map[good.ID][]ScoreView `json:"scores,omitempty"` // by entry, of every stage
	Figures   call.Figures            `json:"figures"`
}

// Standing is how one entry stands in the stage under way.
func (w *Whole) Standing(entry good.ID) call.Standing {
	for _, s := range w.Standings {
		if s.Entry == entry {
			return s
		}
	}
	return call.Standing{Entry: entry}
}

// Entry is one of the entries; nil where there is none of that id.
func (w *Whole) Entry(id good.ID) *call.Entry {
	for _, e := range w.Entries {
		if e.ID == id {
			return e
		}
	}
	return nil
}

// JurorView is a juror with what they have to do in the stage under way.
type JurorView struct {
	Pseudonym string `json:"juror"`
	Name      string `json:"name,omitempty"`
	Given     int    `json:"given"`
	Done      int    `json:"done"`
}

// ScoreView is what one juror gave, by name where they have one.
type ScoreView struct {
	Juror   string         `json:"juror"`
	Name    string         `json:"name,omitempty"`
	Stage   int            `json:"stage"`
	Points  map[string]int `json:"points,omitempty"`
	Percent float64        `json:"percent,omitempty"`
	Comment string         `json:"comment,omitempty"`
	Done    bool           `json:"done"`
	Aside   string         `json:"aside,omitempty"`
}

// Whole is one call with what was entered and how it stands, for its partner.
func (a *App) Whole(ctx context.Context, who access.Who, key string) (*Whole, error) {
	c, err := a.DB.Call(ctx, key)
	if err != nil {
		return nil, err
	}
	t, err := thing(ctx, a.DB, c)
	if err != nil {
		return nil, err
	}
	if _, err := access.As(who, access.SeeEntries, t); err != nil {
		return nil, err
	}
	_, denied := access.As(who, access.RunCall, t)
	c.State = c.Now(a.Now())
	out := &Whole{Call: *c, Set: a.Set(c), Runs: denied == nil, Scores: map[good.ID][]ScoreView{}}
	if out.Entries, err = a.DB.CallEntries(ctx, c.ID); err != nil {
		return nil, err
	}
	for _, e := range out.Entries {
		e.Owner = ""
	}
	all, err := a.DB.Scores(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	if len(c.Stages) > 0 {
		at := inStage(all, c.At)
		in := standing(out.Entries)
		if c.State == call.Judged || c.State == call.Published { // how it was decided
			in = nil
			for _, e := range out.Entries {
				if e.Stage == c.At && len(e.Outcomes) > c.At {
					in = append(in, e.ID)
				}
			}
		}
		out.Standings = call.Standings(c.Stages[c.At], at, in)
	}
	if err := a.jury(ctx, out, all); err != nil {
		return nil, err
	}
	out.Figures, err = a.figures(ctx, c, out.Entries)
	return out, err
}

// jury adds who scores, and what each gave.
func (a *App) jury(ctx context.Context, out *Whole, all []call.Score) error {
	jury, err := a.DB.Jurors(ctx, out.ID)
	if err != nil {
		return err
	}
	keys := []string{}
	for _, j := range jury {
		keys = append(keys, string(j.Person))
	}
	for _, s := range all {
		keys = append(keys, s.Juror)
	}
	people, err := a.DB.PeopleOf(ctx, keys)
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, p := range people {
		names[p.Pseudonym] = p.Name
	}
	for _, j := range jury {
		v := JurorView{Pseudonym: j.Pseudonym, Name: names[j.Pseudonym]}
		for _, s := range inStage(all, out.At) {
			if s.Juror == j.Pseudonym && s.Aside == "" {
				if v.Given++; !s.Done.IsZero() {
					v.Done++
				}
			}
		}
		out.Jury = append(out.Jury, v)
	}
	for _, s := range all {
		v := scoreView(out.Call, s)
		v.Name = names[s.Juror]
		out.Scores[s.Entry] = append(out.Scores[s.Entry], v)
	}
	return nil
}

func scoreView(c call.Call, s call.Score) ScoreView {
	v := ScoreView{Juror: s.Juror, Stage: s.Stage, Points: s.Points, Comment: s.Comment, Done: !s.Done.IsZero(), Aside: s.Aside}
	if v.Done && s.Stage < len(c.Stages) {
		v.Percent = c.Stages[s.Stage].Percent(s.Points)
	}
	return v
}

// EntryView is one entry as its reader may see it.
type EntryView struct {
	*call.Entry
	Of     call.Call        `json:"-"`
	Set    *standard.Set    `json:"-"`
	Given  standard.Answers `json:"-"`
	Mine   bool             `json:"-"` // the reader entered it
	Slug   string           `json:"slug,omitempty"`
	Twins  []Twin           `json:"twins,omitempty"`
	Scores []ScoreView      `json:"scores,omitempty"`
	Amends bool             `json:"-"` // the reader may still change it
}

// Twin is another entry about the same good, for the partner.
type Twin struct {
	ID    good.ID         `json:"id"`
	Name  string          `json:"name"`
	Sent  time.Time       `json:"sent"`
	State call.EntryState `json:"state"`
}

// Entry is one entry, for who entered it and for the partner.
func (a *App) Entry(ctx context.Context, who access.Who, id good.ID) (*EntryView, error) {
	e, err := a.DB.CallEntry(ctx, id)
	if err != nil {
		return nil, err
	}
	c, err := a.DB.Call(ctx, string(e.Call))
	if err != nil {
		return nil, err
	}
	if _, err := access.As(who, access.ReadEntry, access.Own(e.Owner)); err == nil {
		e.Doubts = nil // what made the partner look twice is the partner's
		v, err := a.entryView(ctx, c, e)
		if err != nil {
			return nil, err
		}
		v.Mine, v.Amends = true, e.State == call.Entered && c.MayEnter(a.Now()) == nil
		v.Entry.Twins = nil
		if v.State = told(c, e); c.State != call.Published && e.State != call.Refused {
			v.Stage, v.Outcomes, v.Reason = 0, nil, ""
		}
		return v, nil
	}
	w, err := a.Whole(ctx, who, string(c.ID))
	if err != nil {
		return nil, err
	}
	v, err := a.entryView(ctx, c, e)
	if err != nil {
		return nil, err
	}
	v.Scores = w.Scores[id]
	for _, o := range w.Entries {
		if slices.Contains(e.Twins, o.ID) {
			v.Twins = append(v.Twins, Twin{o.ID, o.Name, o.Sent, o.State})
		}
	}
	return v, nil
}

func (a *App) entryView(ctx context.Context, c *call.Call, e *call.Entry) (*EntryView, error) {
	c.State = c.Now(a.Now())
	e.Owner = ""
	v := &EntryView{Entry: e, Of: *c, Set: a.Set(c), Given: standard.Answers{}}
	for id, raw := range e.Answers {
		var answer standard.Answer
		if err := json.Unmarshal(raw, &answer); err != nil {
			return nil, err
		}
		v.Given[id] = answer
	}
	if e.Good == "" {
		return v, nil
	}
	g, err := a.DB.Good(ctx, e.Good)
	if err == nil && g.Tombstone == nil {
		v.Slug = g.Slug
	}
	return v, err
}
