package journal

import (
	"context"
	"strings"

	"stoa/internal/good"
	"stoa/internal/match"
	"stoa/internal/store"
)

func pairKey(a, b good.ID) string {
	p := match.PairOf(a, b)
	return string(p.One + " " + p.Other)
}

// pair is one step of the replay of what people decided about goods that look
// like one.
func (p *Projections) pair(e good.Entry) {
	if len(e.Subjects) < 2 {
		return
	}
	from, into := e.Subjects[0], e.Subjects[1]
	switch e.Verb {
	case good.GoodKeptApart:
		p.Pairs[pairKey(from, into)] = match.Open
		var apart bool
		if e.Value("apart", &apart) && apart {
			p.Pairs[pairKey(from, into)] = match.Apart
		}
	case good.GoodMerged:
		p.inherit(from, into)
		var decided bool
		if _, judged := p.Pairs[pairKey(from, into)]; judged || e.Value("decided", &decided) && decided {
			p.Pairs[pairKey(from, into)] = match.Merged
		}
	case good.GoodParted:
		if g := p.Goods[from]; g != nil && g.Tombstone != nil {
			p.Pairs[pairKey(from, g.Tombstone.Into)] = match.Open
		}
	}
}

// inherit keeps the good that stays apart from what the one that goes was kept
// apart from.
func (p *Projections) inherit(old, into good.ID) {
	for key, state := range p.Pairs {
		one, other, _ := strings.Cut(key, " ")
		third := good.ID(one)
		switch {
		case state != match.Apart:
			continue
		case third == old:
			third = good.ID(other)
		case good.ID(other) != old:
			continue
		}
		if _, judged := p.Pairs[pairKey(into, third)]; third != into && !judged {
			p.Pairs[pairKey(into, third)] = match.Apart
		}
	}
}

func (p *projections) merge(e good.Entry) {
	from, into := e.Subjects[0], e.Subjects[1]
	var moved []good.Record
	for key, r := range p.Records {
		if r.Good == from {
			moved = append(moved, r)
			r.Good = into
			p.Records[key] = r
		}
	}
	for id, r := range p.Applications {
		if r.Good == from {
			r.Good = into
			p.Applications[id] = r
		}
	}
	p.moveDeployments(e, into)
	p.follow(e, into)
	p.Goods[from].Name = good.Merge(moved, p.Sources).Name
	p.Goods[from].Tombstone = tombstone(e, into)
}

func tombstone(e good.Entry, into good.ID) *good.Tombstone {
	t := &good.Tombstone{At: e.Time, By: e.Actor.Role, Into: into}
	e.Value("reason", &t.Reason)
	return t
}

// part is one step of the replay of a merge undone.
func (p *projections) part(e good.Entry) {
	from := e.Subjects[0]
	var records []string
	e.Value("records", &records)
	for _, key := range records {
		if r, ok := p.Records[key]; ok {
			r.Good = from
			p.Records[key] = r
		}
	}
	var applications []good.ID
	e.Value("applications", &applications)
	for _, id := range applications {
		if r, ok := p.Applications[id]; ok {
			r.Good = from
			p.Applications[id] = r
		}
	}
	p.moveDeployments(e, from)
	p.follow(e, from)
	p.Goods[from].Tombstone = nil
}

// moveDeployments is the part of a merge, or of its undoing, about goods in use.
func (p *projections) moveDeployments(e good.Entry, to good.ID) {
	var list []good.ID
	e.Value("deployments", &list)
	for _, id := range list {
		if r, ok := p.Deployments[id]; ok {
			r.Move(to)
			p.Deployments[id] = r
		}
	}
}

// follow is the part of a merge, or of its undoing, about help for goods and
// what is translated.
func (p *projections) follow(e good.Entry, to good.ID) {
	var f good.Followers
	e.Value("followed", &f)
	for _, x := range f.Support {
		if o, ok := p.Offers[x.Thing]; ok {
			o.Move(x.Good, to)
			p.Offers[x.Thing] = o
		}
		if r, ok := p.Requests[x.Thing]; ok {
			r.Move(to)
			p.Requests[x.Thing] = r
		}
		if a, ok := p.Agreements[x.Thing]; ok {
			a.Move(to)
			p.Agreements[x.Thing] = a
		}
	}
	for _, x := range f.Tasks {
		if t, ok := p.Tasks[x.Thing]; ok {
			t.Move(to)
			p.Tasks[x.Thing] = t
		}
	}
	p.moveRecipes(f.Recipes, to)
	for _, x := range f.Terms {
		if t, ok := p.Words[x.Thing]; ok {
			t.Move(to)
			p.Words[x.Thing] = t
		}
	}
}

// judged reads from the database what people decided.
func judged(ctx context.Context, db interface {
	EachJudged(context.Context, func(match.Pair) error) error
}) (map[string]match.State, error) {
	out := map[string]match.State{}
	return out, db.EachJudged(ctx, func(p match.Pair) error {
		out[pairKey(p.One, p.Other)] = p.State
		return nil
	})
}

// putPairs writes what people decided into a database that knows nothing of it.
func (p *Projections) putPairs(ctx context.Context, tx *store.Tx) error {
	for key, state := range p.Pairs {
		one, other, _ := strings.Cut(key, " ")
		pair := match.PairOf(good.ID(one), good.ID(other))
		pair.State, pair.Judged = state, true
		if state != match.Open {
			pair.Decided = tx.Now()
		}
		if err := tx.PutPair(ctx, pair); err != nil {
			return err
		}
	}
	return nil
}
