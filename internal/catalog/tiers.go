package catalog

import (
	"runtime"

	"github.com/RoaringBitmap/roaring/v2"
)

// Parts stand in tiers, the largest first. A change adds a part; small parts
// are merged at once, so that there are few; the others by Merge, beside the
// readers.
const (
	tierRatio = 4    // a part at most so many times larger than all after it is merged with them
	smallPart = 256  // goods that may be merged while a writer waits
	fileAt    = 4096 // goods in memory from which on they go to a file
)

// compact merges the newest parts while they are small and drops empty ones.
func compact(parts []*part, position int64) ([]*part, error) {
	out := parts[:0:0]
	for _, p := range parts {
		if p.live > 0 {
			out = append(out, p)
		}
	}
	for n := len(out); n > 1; n = len(out) {
		a, b := out[n-2], out[n-1]
		if a.keep != nil || b.keep != nil || a.merging.Load() || b.merging.Load() || a.n+b.n > smallPart || a.live > tierRatio*b.live {
			break
		}
		s, _, err := mergeInMemory([]*part{a, b}, Mark{Position: position}, noBreath)
		if err != nil {
			return nil, err
		}
		out = append(out[:n-2:n-2], whole(s))
	}
	return out, nil
}

// Merge is the merging of some parts of a snapshot into one, which may go on
// while the snapshot is read and changed.
type Merge struct {
	of    *Snapshot
	parts []*part
	files bool

	merged *segment
	moved  [][]uint32
}

// Want says which merge is wanted.
type Want int

// What may be wanted of Due.
const (
	Usual     Want = iota // what the tiers ask for
	Flushed               // everything in memory goes to a file
	Rewritten             // everything is written anew
)

// Due is the merge a snapshot wants, nil if none; files says whether segments
// are kept in files. Whoever applies changes must not do so meanwhile. Until
// the merge is joined or dropped, its parts stay as they are.
func (s *Snapshot) Due(files bool, want Want) *Merge {
	n := len(s.parts)
	from, after, pending, first := n, 0, 0, n
	for i := n - 1; i >= 0; i-- {
		p := s.parts[i]
		if i < n-1 && p.live <= tierRatio*after || p.live*2 < p.n {
			from = i
		}
		after += p.live
		if p.keep == nil {
			pending += p.n
			first = i
		}
	}
	toFile := files && (pending >= fileAt || want == Flushed && first < n || from < n && s.anyFile(from))
	if toFile {
		from = min(from, first)
	}
	if want == Rewritten {
		from, toFile = 0, files
	}
	if from >= n {
		return nil
	}
	m := &Merge{of: s, parts: s.parts[from:], files: toFile}
	for _, p := range m.parts {
		p.merging.Store(true)
	}
	return m
}

// anyFile says whether one of the parts from on is in a file.
func (s *Snapshot) anyFile(from int) bool {
	for _, p := range s.parts[from:] {
		if p.keep != nil {
			return true
		}
	}
	return false
}

// InFile says whether the merged segment goes to a file.
func (m *Merge) InFile() bool { return m.files }

// Run merges. root is the log's root at the position of the merge; breathe is
// called every few hundred goods, and its error ends the merge. folder is nil
// where segments stay in memory.
func (m *Merge) Run(folder *Folder, root [32]byte, breathe func() error) (err error) {
	at := Mark{m.of.position, root}
	if m.files {
		m.merged, m.moved, err = folder.merge(m.parts, at, breathe)
	} else {
		m.merged, m.moved, err = mergeInMemory(m.parts, at, breathe)
	}
	runtime.KeepAlive(m.of)
	return err
}

// Drop gives the parts free after a merge that failed.
func (m *Merge) Drop() {
	for _, p := range m.parts {
		p.merging.Store(false)
	}
}

// Join returns a snapshot with the merged part in the place of those it was
// made of. s is the snapshot that was merged or a later one of it: what was
// deleted meanwhile is deleted from the merged part, too.
func (s *Snapshot) Join(m *Merge) *Snapshot {
	now := make(map[*segment]*part, len(s.parts))
	for _, p := range s.parts {
		now[p.segment] = p
	}
	dead := roaring.New()
	for i, old := range m.parts {
		p, left := now[old.segment], false
		if p == nil {
			left = true // all of it was deleted
		}
		for k, to := range m.moved[i] {
			if to != nowhere && (left || p.isDead(k)) {
				dead.Add(to)
			}
		}
	}
	joined := &part{segment: m.merged, live: m.merged.n - int(dead.GetCardinality())}
	if !dead.IsEmpty() {
		joined.dead = dead
	}
	gone := make(map[*segment]bool, len(m.parts))
	for _, p := range m.parts {
		gone[p.segment] = true
	}
	var parts []*part
	placed := joined.live == 0
	for _, p := range s.parts {
		switch {
		case !gone[p.segment]:
			if !placed && p.live < joined.live {
				parts, placed = append(parts, joined), true
			}
			parts = append(parts, p)
		case !placed:
			parts, placed = append(parts, joined), true
		}
	}
	if !placed {
		parts = append(parts, joined)
	}
	return newSnapshot(parts, s.position)
}
