package season

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"

	"stoa/internal/access"
	"stoa/internal/app/assessment"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/store"
)

// Found is something private that the program said it had kept: a verdict, or
// answers.
type Found struct {
	Application good.ID
	Round       int
	Person      good.ID
	Indicator   string
	assess.Finding
	Answers standard.Answers
}

func (s *Season) keep(f Found) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.found = append(s.found, f)
}

// Report is how a season went: how much of it there was, and how often each
// invariant was looked at.
type Report struct {
	Applications map[assess.Kind]int  `json:"applications"`
	States       map[assess.State]int `json:"states"` // of first applications, at the end
	Passed       map[assess.State]int `json:"passed"` // how often each state was passed
	Steps        int                  `json:"public_steps"`
	Appeals      int                  `json:"appeals"`
	Granted      int                  `json:"appeals_granted"`
	Clarified    int                  `json:"clarified"`
	Extended     int                  `json:"extended"`
	Lapsed       int                  `json:"lapsed"`
	Renewed      int                  `json:"renewed"`
	Reminded     int                  `json:"renewal_reminders"`
	Held         map[string]int       `json:"held"` // invariants, by how many times each was looked at
}

// check looks at everything that must hold.
type check struct {
	*Season
	db       *store.DB
	records  map[good.ID]assess.Record
	entries  map[int64]good.Entry
	declared []assess.Declared
	out      Report
}

// Check looks at everything that must hold at the end and returns how the
// season went. The first thing that does not hold is the error, which names the
// invariant.
func (s *Season) Check(ctx context.Context, db *store.DB) (Report, error) {
	c := &check{Season: s, db: db, records: map[good.ID]assess.Record{}, entries: map[int64]good.Entry{},
		out: Report{Applications: map[assess.Kind]int{}, States: map[assess.State]int{}, Passed: map[assess.State]int{}, Held: map[string]int{}}}
	err := db.EachAssessment(ctx, func(r assess.Record) error {
		c.records[r.Application] = r
		return nil
	})
	if err != nil {
		return c.out, err
	}
	if err := c.journal(ctx); err != nil {
		return c.out, err
	}
	var reviewers []good.ID
	for _, m := range s.Cast.by[access.Reviewer] {
		reviewers = append(reviewers, m.ID)
	}
	if c.declared, err = db.DeclaredConflicts(ctx, reviewers); err != nil {
		return c.out, err
	}
	apps := map[good.ID]*assess.Application{}
	err = db.EachApplication(ctx, func(app *assess.Application) error {
		apps[app.ID] = app
		return nil
	})
	if err != nil {
		return c.out, err
	}
	names := map[string]bool{}
	for _, app := range apps {
		c.count(app)
		if app.Kind == assess.First {
			names[app.Name] = true
		}
		for _, holds := range []func(context.Context, *assess.Application) error{c.ended, c.judged, c.signed, c.told, c.nothingDue, c.listed} {
			if err := holds(ctx, app); err != nil {
				return c.out, fmt.Errorf("%s (%s, %s, %s): %w", app.Name, app.ID, app.Kind, app.State, err)
			}
		}
	}
	for n := range s.N {
		if !names[nameOf(n)] {
			return c.out, fmt.Errorf("%s was begun and is not there", nameOf(n))
		}
	}
	return c.out, c.kept(ctx, apps)
}

func (c *check) holds(invariant string) { c.out.Held[invariant]++ }

func (c *check) count(app *assess.Application) {
	c.out.Applications[app.Kind]++
	if app.Kind == assess.First {
		c.out.States[app.State]++
	}
	r := c.records[app.ID]
	c.out.Steps += len(r.Path)
	c.out.Passed[assess.Draft]++
	was := assess.Draft
	for _, p := range r.Path {
		if p.To != was {
			c.out.Passed[p.To]++
			was = p.To
		}
		if p.Verb == good.ClarificationExtended {
			c.out.Extended++
		}
		if p.Verb == good.ApplicationDecided { // what leads to it is nobody's business
			c.out.Passed[assess.Proposed]++
		}
	}
	if app.Appeal != nil {
		c.out.Appeals++
		c.out.Passed[assess.AppealProposed]++
		if app.Decision().Outcome == assess.Recognised {
			c.out.Granted++
		}
	}
	if len(app.Clarifications) > 0 {
		c.out.Clarified++
	}
	if app.Kind == assess.Renewal && app.State == assess.Published {
		c.out.Renewed++
	}
}

// ended: every application is in a final state, or a renewal that nobody made,
// and came to what was meant to become of it.
func (c *check) ended(_ context.Context, app *assess.Application) error {
	fate := c.fate(Item{State: assessment.StateOf(app, 0)})
	switch {
	case app.Kind == assess.Renewal && app.State == assess.Draft && fate == Silent:
		c.holds("a renewal that nobody made is a draft")
		return nil
	case !app.State.Over():
		return fmt.Errorf("it is not over")
	}
	if want := assess.State(fate); app.Kind == assess.First && want != app.State && app.State != assess.Published {
		return fmt.Errorf("it was to be %s", want)
	}
	if app.State == assess.Published && app.Kind == assess.First {
		passes := fate == Passes || app.Appeal != nil && chance(app.Name, "granted", 2) == 0
		if d := app.Decision(); passes != (d.Outcome == assess.Recognised) {
			return fmt.Errorf("it was to be %s and was found %s", fate, d.Outcome)
		}
	}
	c.holds("in a final state, as it was to be")
	return nil
}

// judged: two people reviewed it who are neither its owners nor declared that
// they know them too well.
func (c *check) judged(_ context.Context, app *assess.Application) error {
	if app.State != assess.Published || app.Round == 0 {
		return nil
	}
	if app.Kind == assess.Renewal && len(app.Touched) == 0 {
		return nil // nothing changed: decided on what was found before
	}
	if len(app.Seats) != assess.Quorum || app.Seats[0].Person == app.Seats[1].Person {
		return fmt.Errorf("it was reviewed by %v", app.Seats)
	}
	for _, seat := range app.Seats {
		if app.Owned(seat.Person) || slices.ContainsFunc(c.declared, func(d assess.Declared) bool { return d.By == seat.Person && app.Owned(d.Person) }) {
			return fmt.Errorf("somebody with a conflict of interest reviewed it")
		}
	}
	c.holds("two reviewers, neither with a conflict of interest")
	return nil
}

// signed: two people who own nothing of it signed each decision, and an appeal
// went to two others.
func (c *check) signed(_ context.Context, app *assess.Application) error {
	var before []good.ID
	for _, d := range app.Decisions {
		if d.Second == nil || d.Second.Person == d.Proposed.Person || app.Owned(d.Second.Person) || app.Owned(d.Proposed.Person) {
			return fmt.Errorf("its decision is not signed by two others: %+v", d)
		}
		c.holds("two who sign, no owner among them")
		if d.Appeal {
			if slices.Contains(before, d.Second.Person) || slices.Contains(before, d.Proposed.Person) {
				return fmt.Errorf("who decided decided on the appeal")
			}
			c.holds("an appeal is decided by others")
		}
		before = append(before, d.Second.Person, d.Proposed.Person)
	}
	return nil
}

// told: the public record says where the application stands, step by step in
// time.
func (c *check) told(_ context.Context, app *assess.Application) error {
	r, told := c.records[app.ID]
	if app.Submitted.IsZero() && app.Kind != assess.Challenge {
		if told {
			return fmt.Errorf("it was never submitted, and something is told of it")
		}
		return nil
	}
	if !told || r.State != app.State {
		return fmt.Errorf("the record says %q", r.State)
	}
	for i, p := range r.Path {
		if i > 0 && p.At.Before(r.Path[i-1].At) {
			return fmt.Errorf("step %d is told to be before step %d", i+1, i)
		}
	}
	c.holds("the public record agrees")
	return nil
}

// nothingDue: of what is over nothing is due.
func (c *check) nothingDue(ctx context.Context, app *assess.Application) error {
	if !app.State.Over() {
		return nil
	}
	due, err := c.db.DueOf(ctx, app.ID)
	if err == nil && len(due) > 0 {
		err = fmt.Errorf("it is over, and %d things are due", len(due))
	}
	c.holds("nothing is due of what is over")
	return err
}

// listed: the good stands as the last that was decided about it says.
func (c *check) listed(ctx context.Context, app *assess.Application) error {
	if app.State != assess.Published || app.Kind != assess.First {
		return nil
	}
	g, err := c.db.Good(ctx, app.Good)
	if err != nil {
		return err
	}
	list, err := c.db.ApplicationsOf(ctx, app.Good)
	if err != nil {
		return err
	}
	want := map[bool]good.Stage{true: good.Recognised, false: good.NotEligible}[app.Decision().Outcome == assess.Recognised]
	lost := false
	for _, other := range list {
		switch {
		case other.Kind == assess.Challenge && other.State == assess.Published && other.Decision().Outcome == assess.NotEligible:
			lost = true
		case other.Kind == assess.Renewal && other.State == assess.Draft:
			want = good.Lapsed
		}
	}
	if lost {
		want = good.NotEligible
	}
	if g.Stage != want {
		return fmt.Errorf("the good is %s, not %s", g.Stage, want)
	}
	if want == good.Lapsed {
		c.out.Lapsed++
	}
	c.holds("the good stands as was decided")
	return nil
}

// journal reads the journal and looks that each reminder of a renewal was sent
// once.
func (c *check) journal(ctx context.Context) error {
	reminders := map[string]bool{}
	for next := int64(0); ; {
		entries, err := c.db.Entries(ctx, next, 1000)
		if err != nil || len(entries) == 0 {
			return err
		}
		for _, e := range entries {
			if e.Position != next {
				return fmt.Errorf("entry %d stands at %d", e.Position, next)
			}
			next++
			c.entries[e.Position] = good.Entry{Verb: e.Verb, Subjects: e.Subjects}
			if e.Verb != good.RenewalReminded {
				continue
			}
			key := string(e.Subjects[0])
			for _, v := range e.Values {
				key += string(v.Data)
			}
			if reminders[key] {
				return fmt.Errorf("an owner was reminded twice: %s", key)
			}
			reminders[key] = true
			c.out.Reminded++
			c.holds("a reminder is sent once")
		}
	}
}

// silent are the steps of which the journal tells nothing.
var silent = []string{"authorise", "propose", "reject"}

// kept: nothing that was acknowledged is lost.
func (c *check) kept(ctx context.Context, apps map[good.ID]*assess.Application) error {
	for _, a := range c.acks {
		app := apps[a.Application]
		if app == nil || app.Version < a.Version {
			return fmt.Errorf("%s of %s was acknowledged and is lost", a.Step, a.Application)
		}
		if slices.Contains(silent, a.Step) {
			c.holds("what was acknowledged is there")
			continue
		}
		if e := c.entries[a.Position]; len(e.Subjects) == 0 || e.Subjects[0] != a.Application && !slices.Contains(e.Subjects, app.Good) {
			return fmt.Errorf("%s of %s was acknowledged at %d, where there is %s of %v", a.Step, a.Application, a.Position, e.Verb, e.Subjects)
		}
		c.holds("what was acknowledged is at its position")
	}
	last := map[string]Found{}
	for _, f := range c.found {
		last[fmt.Sprint(f.Application, f.Round, f.Person, f.Indicator)] = f
	}
	verdicts := map[good.ID][]store.StoredVerdict{}
	for _, f := range last {
		if f.Answers != nil {
			if err := c.answered(ctx, f); err != nil {
				return err
			}
			continue
		}
		if verdicts[f.Application] == nil {
			list, err := c.db.Verdicts(ctx, f.Application)
			if err != nil {
				return err
			}
			verdicts[f.Application] = list
		}
		if !slices.ContainsFunc(verdicts[f.Application], func(v store.StoredVerdict) bool {
			return v.Round == f.Round && v.Person == f.Person && v.Indicator == f.Indicator && v.Finding == f.Finding
		}) {
			return fmt.Errorf("a verdict of %s on %s of %s was acknowledged and is lost", f.Person, f.Indicator, f.Application)
		}
		c.holds("a verdict that was acknowledged is there")
	}
	return nil
}

func (c *check) answered(ctx context.Context, f Found) error {
	stored, err := c.db.Answers(ctx, f.Application)
	if err != nil {
		return err
	}
	for q, a := range f.Answers {
		var held standard.Answer
		if err := json.NewDecoder(bytes.NewReader(stored[q].Doc)).Decode(&held); err != nil || !reflect.DeepEqual(held, a) {
			return fmt.Errorf("the answer to %s of %s was acknowledged and is lost: %v", q, f.Application, err)
		}
		c.holds("an answer that was acknowledged is there")
	}
	return nil
}
