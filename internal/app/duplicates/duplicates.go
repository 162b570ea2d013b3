// Package duplicates finds goods that may be one, keeps a queue of them for
// people, and does what they decide: merge the two, keep them apart, or undo
// either.
package duplicates

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"stoa/internal/access"
	"stoa/internal/catalog"
	"stoa/internal/good"
	"stoa/internal/match"
	"stoa/internal/nominate"
	"stoa/internal/store"
)

// App is the noun's verbs and views.
type App struct {
	DB *store.DB
	// Live is searched for goods that share rare words; nil where there is no
	// catalogue: then what shares a key alone is found.
	Live *catalog.Live
	// Pause is called between goods when all are gone through; nil for none.
	Pause func(context.Context) error
	// CatchUp makes the snapshot show what was just committed; nil where no
	// snapshot is served.
	CatchUp func(context.Context) error
}

// Follower is the name under which the journal is read for duplicates. Where the
// rule has changed all goods are gone through anew.
var Follower = "duplicates " + strconv.Itoa(match.Edition)

// Bounds of what is looked at for one good.
const (
	mostNear  = 24 // by words
	mostByKey = 40 // goods with one key; what more have tells nothing
	mostShown = 8  // proposals for one good
)

// Proposal is a good that another, or a new record, may be one with.
type Proposal struct {
	Good *good.Good
	match.Finding
}

type reader interface {
	NearKeys(ctx context.Context, keys []string, most int) ([]good.ID, error)
	RecordsOf(ctx context.Context, ids []good.ID) (map[good.ID][]good.Record, error)
	Goods(ctx context.Context, ids []good.ID) (map[good.ID]*good.Good, error)
	Sources(ctx context.Context) (map[string]good.Source, error)
}

// Propose says which goods records may be about besides the one with id, the
// likeliest first; id is "" for a record that is new.
func (a *App) Propose(ctx context.Context, db reader, id good.ID, records []good.Record) ([]Proposal, error) {
	if len(records) == 0 {
		return nil, nil
	}
	k, err := knowing(ctx, db)
	if err != nil {
		return nil, err
	}
	g := good.Merge(records, k.sources)
	g.ID = id
	return a.propose(ctx, k, &g, match.SideOf(records, k.sources))
}

// propose says which goods g, of which side is known, may be one with.
func (a *App) propose(ctx context.Context, k *known, g *good.Good, side match.Side) ([]Proposal, error) {
	ids, err := k.db.NearKeys(ctx, match.NearKeys(side.Keys), mostByKey)
	if err != nil {
		return nil, err
	}
	if a.Live != nil {
		ids = append(ids, a.Live.Load().Near(g, mostNear)...)
	}
	slices.Sort(ids)
	ids = slices.DeleteFunc(slices.Compact(ids), func(o good.ID) bool { return o == g.ID })
	sides, err := k.of(ctx, ids)
	if err != nil {
		return nil, err
	}
	found := map[good.ID]match.Finding{}
	var alike []good.ID
	for _, o := range ids {
		other, ok := sides[o]
		if !ok {
			continue
		}
		if f := match.Compare(side, other); f.Level > match.Other {
			found[o] = f
			alike = append(alike, o)
		}
	}
	goods, err := k.db.Goods(ctx, alike)
	if err != nil {
		return nil, err
	}
	var out []Proposal
	for _, o := range alike {
		if g := goods[o]; g != nil && g.Tombstone == nil {
			out = append(out, Proposal{g, found[o]})
		}
	}
	slices.SortFunc(out, func(x, y Proposal) int {
		return cmp.Or(cmp.Compare(y.Level, x.Level), cmp.Compare(y.Score, x.Score), cmp.Compare(x.Good.ID, y.Good.ID))
	})
	return out[:min(len(out), mostShown)], nil
}

// Wants says which entries of the journal change what a good may be one with.
func Wants(v good.Verb) bool {
	switch v {
	case good.RecordStated, good.RecordMoved, good.GoodMerged, good.GoodParted, good.GoodRestored, good.GoodRemoved, good.ValueErased:
		return true
	}
	return false
}

// Read finds what the goods of an entry may be one with.
func (a *App) Read(ctx context.Context, e good.Entry) (func(context.Context, *store.Tx) error, error) {
	db := a.DB.Primary()
	k, err := knowing(ctx, db)
	if err != nil {
		return nil, err
	}
	goods, err := db.Goods(ctx, e.Subjects)
	if err != nil {
		return nil, err
	}
	var all []looked
	for _, id := range e.Subjects {
		l, err := a.look(ctx, k, id, goods[id])
		if err != nil {
			return nil, err
		}
		all = append(all, l)
	}
	return func(ctx context.Context, tx *store.Tx) error { return write(ctx, tx, all) }, nil
}

var machine = good.Actor{Role: access.Importer}

// looked is what was found for one good.
type looked struct {
	id        good.ID
	proposals []Proposal
}

// look finds what g, the good with id, may be one with. It reads alone.
func (a *App) look(ctx context.Context, k *known, id good.ID, g *good.Good) (looked, error) {
	if g == nil || g.Tombstone != nil {
		return looked{id: id}, nil // a subject that is no good, or none any more
	}
	sides, err := k.of(ctx, []good.ID{id})
	if err != nil || len(sides) == 0 {
		return looked{id: id}, err
	}
	proposals, err := a.propose(ctx, k, g, sides[id])
	return looked{id, proposals}, err
}

// write keeps what was found, and merges what is surely one.
func (l looked) write(ctx context.Context, tx *store.Tx) error {
	pairs, err := tx.PairsOf(ctx, l.id)
	if err != nil {
		return err
	}
	proposed := map[good.ID]bool{}
	for _, p := range l.proposals {
		goods, err := tx.Goods(ctx, []good.ID{l.id, p.Good.ID}) // meanwhile one may have gone
		if err != nil {
			return err
		}
		p.Good = goods[p.Good.ID]
		if g := goods[l.id]; g == nil || g.Tombstone != nil || p.Good == nil || p.Good.Tombstone != nil {
			continue
		}
		proposed[p.Good.ID] = true
		merged, err := propose(ctx, tx, goods[l.id], p)
		if err != nil || merged {
			return err // the entry of the merge is read in its turn
		}
	}
	for _, p := range pairs {
		if !proposed[otherOf(p, l.id)] {
			if err := tx.DropPair(ctx, p.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// otherOf is the good of a pair that id is not.
func otherOf(p match.Pair, id good.ID) good.ID {
	if p.One == id {
		return p.Other
	}
	return p.One
}

// propose writes one pair and merges it where that is sure and nobody but
// machines spoke of either.
func propose(ctx context.Context, tx *store.Tx, g *good.Good, p Proposal) (merged bool, err error) {
	pair, err := tx.PairOf(ctx, g.ID, p.Good.ID)
	if err != nil || pair.State != match.Open {
		return false, err
	}
	pair.Score, pair.Sure, pair.Reasons = p.Score, p.Level == match.Same, p.Reasons
	if err := tx.PutPair(ctx, pair); err != nil || !pair.Sure || pair.Judged {
		return false, err
	}
	for _, of := range []*good.Good{g, p.Good} {
		if free, err := untouched(ctx, tx, of); err != nil || !free {
			return false, err
		}
	}
	tx.ActAs(machine)
	from, into := g, p.Good
	if stays(from, into) {
		from, into = into, from
	}
	return true, merge(ctx, tx, from, into, wordsOf(p.Reasons), false)
}

// stays says whether a should stay and b go: what is recognised stays, then
// what came first.
func stays(a, b *good.Good) bool {
	recognised := func(g *good.Good) int {
		switch g.Stage {
		case good.Recognised, good.RenewalDue:
			return 0
		case good.Lapsed:
			return 1
		}
		return 2
	}
	return cmp.Or(cmp.Compare(recognised(a), recognised(b)), a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID)) < 0
}

// untouched says whether no person has spoken of a good, as nominator, editor or
// by deciding that a record is a good of its own, and nothing was decided of it
// here.
func untouched(ctx context.Context, tx *store.Tx, g *good.Good) (bool, error) {
	sources, err := tx.Sources(ctx)
	if err != nil {
		return false, err
	}
	records, err := tx.Records(ctx, g.ID)
	if err != nil {
		return false, err
	}
	for _, r := range records {
		if st := r.Facts.Standing; sources[r.Source].Person || r.Source == nominate.Source || r.Source == good.Here || st != nil && st.Decided {
			return false, nil
		}
		c, err := tx.CaseFor(ctx, r.Source, r.ForeignID)
		if err != nil || c != nil && c.Settlement != "" {
			return false, err
		}
	}
	owners, err := tx.OwnersOf(ctx, g.ID)
	return len(owners) == 0, err
}

// wordsOf are reasons as a tombstone names them, in any language.
func wordsOf(reasons []match.Reason) string {
	out := make([]string, 0, len(reasons))
	for _, r := range reasons {
		out = append(out, string(r.Code)+": "+r.Value)
	}
	return strings.Join(out, "; ")
}

// merge makes from one with into and states that anew.
func merge(ctx context.Context, tx *store.Tx, from, into *good.Good, reason string, person bool) error {
	if err := tx.MergeGood(ctx, from, into.ID, reason, person); err != nil {
		return err
	}
	sources, err := tx.Sources(ctx)
	if err != nil {
		return err
	}
	if err := tx.Restate(ctx, into, sources); err != nil {
		return err
	}
	return tx.PutGood(ctx, into)
}
