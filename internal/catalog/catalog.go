// Package catalog is the read side: an immutable snapshot of all public goods
// that answers words, facets and orders without a database. It is made of
// sealed segments and of bitmaps of what was deleted from them; a change adds
// a small segment, and small segments are merged as they grow in number.
package catalog

import (
	"fmt"
	"iter"
	"sync/atomic"

	"github.com/RoaringBitmap/roaring/v2"

	"stoa/internal/good"
)

// Snapshot is the catalogue as of one journal position. It never changes and
// is safe for concurrent use.
type Snapshot struct {
	parts    []*part
	position int64
	live     int
}

// part is a segment with what was deleted from it.
type part struct {
	*segment
	dead *roaring.Bitmap // nil if nothing is
	live int
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

// Build makes a snapshot of goods, each with an id of its own; removed and
// merged ones are left out. It fails when goods does.
func Build(goods iter.Seq2[*good.Good, error], position int64) (*Snapshot, error) {
	d := newDocument()
	var parts []*part
	slice := make([]*good.Good, 0, 64)
	flush := func() error {
		if len(slice) == 0 {
			return nil
		}
		seg, err := writeGoods(slice, d, position)
		if err != nil {
			return err
		}
		parts = append(parts, &part{segment: seg, live: seg.n})
		clear(slice)
		slice = slice[:0]
		return nil
	}
	for g, err := range goods {
		if err != nil {
			return nil, fmt.Errorf("build catalogue: %w", err)
		}
		if !shown(g) {
			continue
		}
		slice = append(slice, g)
		if len(slice) == buildSlice {
			if err := flush(); err != nil {
				return nil, err
			}
		}
	}
	if err := flush(); err != nil {
		return nil, err
	}
	if len(parts) > 1 {
		merged, err := mergeParts(parts, position)
		if err != nil {
			return nil, err
		}
		parts = []*part{merged}
	}
	return newSnapshot(parts, position), nil
}

func newSnapshot(parts []*part, position int64) *Snapshot {
	s := &Snapshot{parts: parts, position: position}
	for _, p := range parts {
		s.live += p.live
	}
	return s
}

// Apply returns the snapshot after a change: changed goods replace those with
// their id or join, those gone, removed or merged leave. The receiver stays as
// it is. The cost grows with the change, and now and then with a merge.
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

// tierRatio is how many times smaller than its neighbour a part stays before
// the two are merged: small enough that there are few parts, large enough
// that a good is rewritten seldom.
const tierRatio = 4

// compact merges parts from the newest on until each is well smaller than the
// one before, drops empty ones, and rewrites what is mostly deleted.
func compact(parts []*part, position int64) ([]*part, error) {
	out := parts[:0:0]
	for _, p := range parts {
		if p.live > 0 {
			out = append(out, p)
		}
	}
	for len(out) > 0 {
		n := len(out)
		from := n
		switch {
		case n > 1 && out[n-1].live*tierRatio >= out[n-2].live:
			from = n - 2
		case out[n-1].live*2 < out[n-1].n:
			from = n - 1
		}
		for i := range out[:n-1] {
			if out[i].live*2 < out[i].n {
				from = min(from, i)
			}
		}
		if from == n {
			break
		}
		merged, err := mergeParts(out[from:], position)
		if err != nil {
			return nil, err
		}
		out = append(out[:from:from], merged)
	}
	return out, nil
}
