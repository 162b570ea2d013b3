// Package duplicates finds goods that may be one, keeps a queue of them for
// people, and does what they decide: merge the two, keep them apart, or undo
// either.
package duplicates

import (
	"cmp"
	"context"
	"maps"
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

// lookup is what finds the duplicates of a good that is there.
type lookup interface {
	reader
	Good(ctx context.Context, id good.ID) (*good.Good, error)
	Records(ctx context.Context, id good.ID) ([]good.Record, error)
}

// Propose says which goods records may be about besides the one with id, the
// likeliest first; id is "" for a record that is new.
func (a *App) Propose(ctx context.Context, db reader, id good.ID, records []good.Record) ([]Proposal, error) {
	sources, err := db.Sources(ctx)
	if err != nil || len(records) == 0 {
		return nil, err
	}
	side := match.SideOf(records, sources)
	ids, err := db.NearKeys(ctx, match.NearKeys(side.Keys), mostByKey)
	if err != nil {
		return nil, err
	}
	if a.Live != nil {
		g := good.Merge(records, sources)
		g.ID = id
		ids = append(ids, a.Live.Load().Near(&g, mostNear)...)
	}
	slices.Sort(ids)
	ids = slices.DeleteFunc(slices.Compact(ids), func(o good.ID) bool { return o == id })
	of, err := db.RecordsOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	found := map[good.ID]match.Finding{}
	var alike []good.ID
	for _, o := range ids {
		if f := match.Compare(side, match.SideOf(of[o], sources)); f.Level > match.Other && len(of[o]) > 0 {
			found[o] = f
			alike = append(alike, o)
		}
	}
	goods, err := db.Goods(ctx, alike)
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
	var all []looked
	for _, id := range e.Subjects {
		l, err := a.look(ctx, a.DB.Primary(), id)
		if err != nil {
			return nil, err
		}
		all = append(all, l)
	}
	return func(ctx context.Context, tx *store.Tx) error { return write(ctx, tx, all) }, nil
}

func write(ctx context.Context, tx *store.Tx, all []looked) error {
	for _, l := range all {
		if err := l.write(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

// Begin goes through all goods: it writes the keys by which each is found as the
// rule makes them now, and then finds what each may be one with.
func (a *App) Begin(ctx context.Context) error {
	err := a.each(ctx, func(ctx context.Context, goods []*good.Good) error {
		_, err := a.DB.Do(ctx, machine, func(ctx context.Context, tx *store.Tx) error {
			for _, g := range goods {
				if err := rekey(ctx, tx, g); err != nil {
					return err
				}
			}
			return nil
		})
		return err
	})
	if err != nil {
		return err
	}
	pass := &recent{lookup: a.DB.Primary()}
	return a.each(ctx, func(ctx context.Context, goods []*good.Good) error {
		var all []looked
		for _, g := range goods {
			l, err := a.look(ctx, pass, g.ID)
			if err != nil {
				return err
			}
			all = append(all, l)
		}
		_, err := a.DB.Do(ctx, machine, func(ctx context.Context, tx *store.Tx) error { return write(ctx, tx, all) })
		return err
	})
}

// recent keeps what a pass over all goods reads again and again: sources, and
// the records of goods that many others are near to. What changes meanwhile is
// read after the pass.
type recent struct {
	lookup
	sources map[string]good.Source
	records map[good.ID][]good.Record
}

// mostRecent bounds the goods whose records are kept.
const mostRecent = 4000

// Sources implements reader.
func (r *recent) Sources(ctx context.Context) (map[string]good.Source, error) {
	var err error
	if r.sources == nil {
		r.sources, err = r.lookup.Sources(ctx)
	}
	return r.sources, err
}

// RecordsOf implements reader.
func (r *recent) RecordsOf(ctx context.Context, ids []good.ID) (map[good.ID][]good.Record, error) {
	out := map[good.ID][]good.Record{}
	var missing []good.ID
	for _, id := range ids {
		if known, ok := r.records[id]; ok {
			out[id] = known
		} else {
			missing = append(missing, id)
		}
	}
	if len(missing) == 0 {
		return out, nil
	}
	read, err := r.lookup.RecordsOf(ctx, missing)
	if r.records == nil || len(r.records) > mostRecent {
		r.records = map[good.ID][]good.Record{}
	}
	maps.Copy(r.records, read)
	maps.Copy(out, read)
	return out, err
}

// each hands over all goods, a few at a time, with a pause between.
func (a *App) each(ctx context.Context, fn func(context.Context, []*good.Good) error) error {
	for after := good.ID(""); ; {
		goods, err := a.DB.Primary().GoodsAfter(ctx, after, 200)
		if err != nil || len(goods) == 0 {
			return err
		}
		after = goods[len(goods)-1].ID
		for part := range slices.Chunk(goods, 8) {
			if err := fn(ctx, part); err != nil {
				return err
			}
			if a.Pause != nil {
				if err := a.Pause(ctx); err != nil {
					return err
				}
			}
		}
	}
}

var machine = good.Actor{Role: access.Importer}

// rekey writes the keys of a good where they are not what the rule makes.
func rekey(ctx context.Context, tx *store.Tx, g *good.Good) error {
	if g.Tombstone != nil && g.Tombstone.Into != "" {
		return nil
	}
	records, err := tx.Records(ctx, g.ID)
	if err != nil {
		return err
	}
	have, err := tx.KeysOfGood(ctx, g.ID)
	if want := match.KeysOf(records); err == nil && !slices.Equal(want, have) {
		return tx.SetMatchKeys(ctx, g.ID, want)
	}
	return err
}

// looked is what was found for one good.
type looked struct {
	id        good.ID
	proposals []Proposal
}

// look finds what a good may be one with. It reads alone.
func (a *App) look(ctx context.Context, db lookup, id good.ID) (looked, error) {
	g, err := db.Good(ctx, id)
	if good.KindOf(err) == good.NotFound || err == nil && g.Tombstone != nil {
		return looked{id: id}, nil // a subject that is no good, or none any more
	}
	if err != nil {
		return looked{}, err
	}
	records, err := db.Records(ctx, id)
	if err != nil {
		return looked{}, err
	}
	proposals, err := a.Propose(ctx, db, id, records)
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
