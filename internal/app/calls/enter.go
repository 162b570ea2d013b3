package calls

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"stoa/internal/access"
	"stoa/internal/call"
	"stoa/internal/good"
	"stoa/internal/match"
	"stoa/internal/nominate"
	"stoa/internal/standard"
	"stoa/internal/store"
)

// Input is an entry as it comes in. ID is the one its form was given; where
// there is none, each is an entry of its own.
type Input struct {
	ID       good.ID
	Name     string
	Link     string
	Kinds    []good.Kind
	SDGs     []int
	Country  string
	Lang     string
	Named    bool // may be told of though not chosen
	Answers  standard.Answers
	Distinct bool // the entrant has seen that the same is entered already
	Filled   nominate.Filled
}

// Bounds of what can be entered, so that a flood cannot bury a call.
const (
	mostOfOne = 20     // in one call
	mostOfAll = 10_000 // in one call
)

// entry is what an input says.
func (in Input) entry() (*call.Entry, error) {
	e := &call.Entry{ID: in.ID, Name: in.Name, Link: in.Link, Kinds: in.Kinds, SDGs: in.SDGs, Country: in.Country, Lang: in.Lang, Named: in.Named, State: call.Entered, Answers: map[string]json.RawMessage{}}
	e.Clean()
	for id, answer := range in.Answers {
		if answer.Empty() {
			continue
		}
		raw, err := json.Marshal(answer)
		if err != nil {
			return nil, err
		}
		e.Answers[id] = raw
	}
	return e, nil
}

// Wrong is everything that keeps an input from being an entry of a call.
func (a *App) Wrong(c *call.Call, in Input) []error {
	e, err := in.entry()
	if err != nil {
		return []error{err}
	}
	set, out := a.Set(c), c.Mistakes(e)
	if len(in.Lang) > 35 {
		out = append(out, &good.Error{Kind: good.Invalid, Key: "calls.error.language", Field: "lang"})
	}
	for id := range e.Answers {
		if _, asked := set.Question(id); !asked {
			out = append(out, &good.Error{Kind: good.Invalid, Key: "standard.answer.unknown-question", Field: id, Args: map[string]any{"Question": id}})
		}
	}
	for _, g := range set.Gaps(e.Kinds, in.Answers) {
		if g.Key != "standard.gap.must" && g.Key != "standard.gap.licence" { // whether it is met is for the assessment to say
			out = append(out, &good.Error{Kind: good.Invalid, Key: g.Key, Field: g.Question, Args: g.Args})
		}
	}
	return out
}

// Enter hands an entry in: at the very second at which it was sent, whatever
// the hourly tick has written down. A form sent twice is one entry.
func (a *App) Enter(ctx context.Context, who access.Who, key string, in Input) (*call.Entry, int64, error) {
	arrived := a.Now()
	actor, err := access.As(who, access.Enter, access.Thing{})
	if err != nil {
		return nil, 0, err
	}
	var e *call.Entry
	position, err := a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		c, err := held(ctx, tx, key)
		if err != nil {
			return err
		}
		if in.ID != "" {
			sent, err := tx.CallEntry(ctx, in.ID)
			if err == nil && sent.Owner != who.Person {
				return &good.Error{Kind: good.Conflict, Key: "nominate.error.stale"}
			}
			if good.KindOf(err) != good.NotFound {
				e = sent
				return err
			}
		}
		if err := shown(c); err != nil {
			return err
		}
		if err := c.MayEnter(arrived); err != nil {
			return err
		}
		if wrong := a.Wrong(c, in); len(wrong) > 0 {
			return wrong[0]
		}
		if e, err = in.entry(); err != nil {
			return err
		}
		if e.ID == "" {
			e.ID = tx.NewID()
		}
		e.Call, e.Owner, e.Pseudonym, e.Sent = c.ID, who.Person, who.Pseudonym, arrived.UTC()
		if err := beside(ctx, tx, e, in.Distinct); err != nil {
			return err
		}
		e.Doubts = doubts(e, in)
		tx.Append(good.CallEntered, []good.ID{c.ID, e.ID})
		return tx.PutEntry(ctx, e)
	})
	return e, position, err
}

// shown hides drafts from those who are no partner.
func shown(c *call.Call) error {
	if c.State == call.Draft {
		return &good.Error{Kind: good.NotFound, Key: "calls.error.unknown", Args: map[string]any{"Name": c.Slug}}
	}
	return nil
}

// beside finds what an entry is about, and what else was entered about it.
func beside(ctx context.Context, tx *store.Tx, e *call.Entry, distinct bool) error {
	said := sideOf(e)
	about, err := known(ctx, tx, said)
	if err != nil {
		return err
	}
	e.Good = about
	list, err := tx.CallEntries(ctx, e.Call)
	if err != nil {
		return err
	}
	mine, profiles := 0, []match.Profile{}
	byID := map[good.ID]*call.Entry{}
	for _, o := range list {
		if o.ID == e.ID || o.State == call.Withdrawn || o.State == call.Refused {
			continue
		}
		if o.Owner == e.Owner {
			mine++
		}
		byID[o.ID] = o
		profiles = append(profiles, match.Profile{ID: o.ID, Side: sideOf(o)})
	}
	if mine >= mostOfOne || len(list) >= mostOfAll {
		return &good.Error{Kind: good.Limited, Key: "calls.error.full"}
	}
	same, alike := match.Resolve(said, profiles)
	twins := slices.Concat(same, alike)
	for id, o := range byID {
		if e.Good != "" && o.Good == e.Good && !slices.Contains(twins, id) {
			twins = append(twins, id)
		}
	}
	slices.Sort(twins)
	fresh := slices.DeleteFunc(slices.Clone(twins), func(id good.ID) bool { return slices.Contains(e.Twins, id) })
	for _, id := range fresh {
		if byID[id].Owner == e.Owner && slices.Contains(same, id) {
			return &good.Error{Kind: good.Conflict, Key: "calls.error.twice", Field: "link", Args: map[string]any{"Name": byID[id].Name}}
		}
	}
	if len(fresh) > 0 && !distinct {
		return &good.Error{Kind: good.Conflict, Key: "calls.error.twin", Field: "distinct"}
	}
	e.Twins = twins
	for _, id := range fresh { // the other is shown so, too
		o := byID[id]
		o.Twins = append(o.Twins, e.ID)
		if err := tx.PutEntry(ctx, o); err != nil {
			return err
		}
	}
	return nil
}

// sideOf is what an entry says of its good, to be held against others.
func sideOf(e *call.Entry) match.Side {
	n := nominate.Nomination{Name: e.Name, Link: e.Link}
	return match.SideOf([]good.Record{{Source: nominate.Source, Facts: n.Facts()}}, nil)
}

// known is the one good that an entry is about; "" for none or several.
func known(ctx context.Context, tx *store.Tx, said match.Side) (good.ID, error) {
	matches, err := tx.MatchKeys(ctx, match.LookupKeys(said.Keys))
	if err != nil || len(matches) == 0 {
		return "", err
	}
	sources, err := tx.Sources(ctx)
	if err != nil {
		return "", err
	}
	var profiles []match.Profile
	seen := map[good.ID]bool{}
	for _, ids := range matches {
		for _, id := range ids {
			if seen[id] {
				continue
			}
			seen[id] = true
			records, err := tx.Records(ctx, id)
			if err != nil {
				return "", err
			}
			profiles = append(profiles, match.Profile{ID: id, Side: match.SideOf(records, sources)})
		}
	}
	about, _ := match.Resolve(said, profiles)
	if len(about) != 1 {
		return "", nil
	}
	g, err := tx.Good(ctx, about[0])
	if err != nil || g.Tombstone != nil {
		return "", err
	}
	return g.ID, nil
}

// doubts are reasons why the partner should look at an entry first: those that
// no honest entry raises by chance.
func doubts(e *call.Entry, in Input) []string {
	var words strings.Builder
	for _, a := range in.Answers {
		words.WriteString(a.Text + "\n")
	}
	n := nominate.Nomination{Name: e.Name, Link: e.Link, Why: words.String()}
	var out []string
	for _, d := range n.Doubts(in.Filled) {
		if nominate.Rubbish([]nominate.Doubt{d}) {
			out = append(out, string(d))
		}
	}
	return out
}

// onEntry runs one step on one entry of who may act on it: as who entered it,
// or for the partner.
func (a *App) onEntry(ctx context.Context, who access.Who, act access.Act, id good.ID, step func(context.Context, *scene, *call.Entry) (good.Verb, error)) (*call.Entry, int64, error) {
	now := a.Now()
	var e *call.Entry
	position, err := a.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		found, err := tx.CallEntry(ctx, id)
		if err != nil {
			return err
		}
		c, err := held(ctx, tx, string(found.Call))
		if err != nil {
			return err
		}
		if e, err = tx.CallEntry(ctx, id); err != nil {
			return err
		}
		t := access.Own(e.Owner)
		if act == access.RunCall {
			if t, err = thing(ctx, tx, c); err != nil {
				return err
			}
		}
		actor, err := access.As(who, act, t)
		if err != nil {
			return err
		}
		if err := turn(ctx, tx, c, now); err != nil {
			return err
		}
		tx.ActAs(actor)
		verb, err := step(ctx, &scene{Call: c, tx: tx, now: now}, e)
		if err != nil {
			return err
		}
		tx.Append(verb, []good.ID{c.ID, e.ID})
		return tx.PutEntry(ctx, e)
	})
	return e, position, err
}

// Amend changes an entry while its call is open. version, where not 0, is that
// of the entry as who saw it.
func (a *App) Amend(ctx context.Context, who access.Who, id good.ID, version int64, in Input) (*call.Entry, int64, error) {
	return a.onEntry(ctx, who, access.EditEntry, id, func(ctx context.Context, s *scene, e *call.Entry) (good.Verb, error) {
		if version != 0 && version != e.Version {
			return "", &good.Error{Kind: good.Conflict, Key: "advisory.error.changed"}
		}
		if e.State != call.Entered {
			return "", &good.Error{Kind: good.Conflict, Key: "calls.error.entry-over"}
		}
		if err := s.MayEnter(s.now); err != nil {
			return "", err
		}
		if wrong := a.Wrong(s.Call, in); len(wrong) > 0 {
			return "", wrong[0]
		}
		next, err := in.entry()
		if err != nil {
			return "", err
		}
		e.Name, e.Link, e.Kinds, e.SDGs, e.Country, e.Lang, e.Named, e.Answers, e.Changed = next.Name, next.Link, next.Kinds, next.SDGs, next.Country, next.Lang, next.Named, next.Answers, s.now.UTC()
		e.Doubts = doubts(e, in)
		return good.CallEntryChanged, beside(ctx, s.tx, e, in.Distinct)
	})
}

// Withdraw takes an entry back.
func (a *App) Withdraw(ctx context.Context, who access.Who, id good.ID) (*call.Entry, int64, error) {
	return a.onEntry(ctx, who, access.EditEntry, id, func(_ context.Context, s *scene, e *call.Entry) (good.Verb, error) {
		return good.CallEntryWithdrawn, e.Withdraw(s.Call)
	})
}

// Refuse takes an entry out of the call, as its partner: a duplicate, one that
// is not eligible, or spam.
func (a *App) Refuse(ctx context.Context, who access.Who, id good.ID, cause, reason string) (*call.Entry, int64, error) {
	return a.onEntry(ctx, who, access.RunCall, id, func(_ context.Context, s *scene, e *call.Entry) (good.Verb, error) {
		return good.CallEntryRefused, e.Refuse(s.Call, cause, strings.TrimSpace(reason))
	})
}
