// Package catalog is the read side: an immutable snapshot of all public goods
// that answers words, facets and orders without a database. It is made of
// sealed segments and of bitmaps of what was deleted from them; a change adds
// a small segment, and small segments are merged as they grow in number.
package catalog

import (
	"fmt"
	"iter"
	"runtime"
	"sync/atomic"

	"github.com/RoaringBitmap/roaring/v2"

	"stoa/internal/good"
)

// Snapshot is the catalogue as of one journal position. What it shows never
// changes, and it is safe for concurrent use.
type Snapshot struct {
	parts    []*part
	position int64
	live     int
	words    recent[*oneFound] // what common words found
}

// part is a segment with what was deleted from it.
type part struct {
	*segment
	dead *roaring.Bitmap // nil if nothing is
	live int
	leaves
}

// Position is the journal position the snapshot is as of.
func (s *Snapshot) Position() int64 { return s.position }

// Len is how many goods the snapshot shows.
func (s *Snapshot) Len() int { return s.live }

// Live holds the newest snapshot. The zero value holds an empty one.
type Live struct{ p atomic.Pointer[Snapshot] }

// empty is what Load returns before the first Store.
var empty = &Snapshot{position: -1}

// Load returns the newest snapshot, an empty one at position -1 if none was
// stored. It never returns nil.
func (l *Live) Load() *Snapshot {
	if s := l.p.Load(); s != nil {
		return s
	}
	return empty
}

// Store makes s the newest snapshot.
func (l *Live) Store(s *Snapshot) { l.p.Store(s) }

// buildSlice is how many goods are held in full while a snapshot is built.
const buildSlice = 8192

// Build makes a snapshot of goods in memory, each with an id of its own;
// removed and merged ones are left out. It fails when goods does.
func Build(goods iter.Seq2[*good.Good, error], position int64) (*Snapshot, error) {
	var parts []*part
	err := inSlices(goods, position, func(s *segment) error {
		parts = append(parts, whole(s))
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(parts) > 1 {
		s, _, err := mergeInMemory(parts, Mark{Position: position}, noBreath)
		if err != nil {
			return nil, err
		}
		parts = []*part{whole(s)}
	}
	return newSnapshot(parts, position), nil
}

// inSlices makes a segment of every so many goods and hands it to each.
func inSlices(goods iter.Seq2[*good.Good, error], position int64, each func(*segment) error) error {
	d := newDocument()
	slice := make([]*good.Good, 0, 64)
	flush := func() error {
		if len(slice) == 0 {
			return nil
		}
		s, err := writeGoods(slice, d, position)
		if err != nil {
			return err
		}
		clear(slice)
		slice = slice[:0]
		return each(s)
	}
	for g, err := range goods {
		if err != nil {
			return fmt.Errorf("build catalogue: %w", err)
		}
		if !shown(g) {
			continue
		}
		if slice = append(slice, g); len(slice) == buildSlice {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

// whole is a part of which nothing was deleted.
func whole(s *segment) *part { return &part{segment: s, live: s.n} }

func newSnapshot(parts []*part, position int64) *Snapshot {
	s := &Snapshot{parts: parts, position: position}
	for _, p := range parts {
		s.live += p.live
	}
	return s
}

// Apply returns the snapshot after a change: changed goods replace those with
// their id or join, those gone, removed or merged leave. The receiver stays as
// it is. The cost grows with the change; larger merges are left to Merge.
func (s *Snapshot) Apply(changed []*good.Good, gone []good.ID, position int64) (*Snapshot, error) {
	parts := append([]*part(nil), s.parts...)
	last := make(map[good.ID]*good.Good, len(changed))
	for _, g := range changed {
		last[g.ID] = g
	}
	for _, id := range gone {
		last[id] = nil
	}
	dead := make([]*roaring.Bitmap, len(parts))
	var add []*good.Good
	for _, id := range sortedIDs(last) {
		for i := len(parts) - 1; i >= 0; i-- {
			if n, ok := parts[i].find(id); ok && !parts[i].isDead(n) {
				if dead[i] == nil {
					dead[i] = roaring.New()
				}
				dead[i].Add(uint32(n))
				break
			}
		}
		if g := last[id]; g != nil && shown(g) {
			add = append(add, g)
		}
	}
	for i, d := range dead {
		if d != nil {
			parts[i] = parts[i].without(d)
		}
	}
	if len(add) > 0 {
		seg, err := writeGoods(add, newDocument(), position)
		if err != nil {
			return nil, err
		}
		parts = append(parts, &part{segment: seg, live: seg.n})
	}
	parts, err := compact(parts, position)
	if err != nil {
		return nil, err
	}
	runtime.KeepAlive(s)
	return newSnapshot(parts, position), nil
}

func sortedIDs(m map[good.ID]*good.Good) []good.ID {
	text := make(map[string]bool, len(m))
	for id := range m {
		text[string(id)] = true
	}
	out := make([]good.ID, 0, len(m))
	for _, id := range sortedKeys(text) {
		out = append(out, good.ID(id))
	}
	return out
}

// isDead says whether good i was deleted from the segment.
func (p *part) isDead(i int) bool { return p.dead != nil && p.dead.Contains(uint32(i)) }

// without is the part with more goods deleted, none of them before.
func (p *part) without(more *roaring.Bitmap) *part {
	out := &part{segment: p.segment, dead: more, live: p.live - int(more.GetCardinality())}
	if p.dead != nil {
		out.dead = roaring.Or(p.dead, more)
	}
	return out
}
