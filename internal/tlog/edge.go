package tlog

import (
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// Edge is the right edge of a log's tree: of all that came before, just what
// is needed to add leaves and to know the root. It takes a few hundred bytes
// at any size.
type Edge struct {
	size int64
	last [63]tlog.Hash // by level: the newest whole subtree
}

// EdgeIDs are the stored hashes that the edge of a log of that size is made of.
func EdgeIDs(size int64) []int64 {
	var ids []int64
	for level := 0; size>>level > 0; level++ {
		if size>>level&1 == 1 {
			ids = append(ids, tlog.StoredHashIndex(level, size>>level-1))
		}
	}
	return ids
}

// NewEdge reads the edge of a log of that size.
func NewEdge(size int64, r tlog.HashReader) (*Edge, error) {
	e := &Edge{size: size}
	ids := EdgeIDs(size)
	hashes, err := r.ReadHashes(ids)
	if err != nil {
		return nil, fmt.Errorf("read the log's edge at %d: %w", size, err)
	}
	for i, id := range ids {
		level, _ := tlog.SplitStoredHashIndex(id)
		e.last[level] = hashes[i]
	}
	return e, nil
}

// Size is how many leaves there are.
func (e *Edge) Size() int64 { return e.size }

// Append adds a leaf and returns the hashes to store for it, which stand from
// tlog.StoredHashIndex(0, its position) on.
func (e *Edge) Append(leaf []byte) ([]tlog.Hash, error) {
	hashes, err := tlog.StoredHashes(e.size, leaf, e)
	if err != nil {
		return nil, fmt.Errorf("leaf %d: %w", e.size, err)
	}
	copy(e.last[:], hashes)
	e.size++
	return hashes, nil
}

// Root is the hash of the whole tree.
func (e *Edge) Root() (tlog.Hash, error) { return tlog.TreeHash(e.size, e) }

// ReadHashes implements tlog.HashReader for the hashes of the edge alone.
func (e *Edge) ReadHashes(ids []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(ids))
	for i, id := range ids {
		level, n := tlog.SplitStoredHashIndex(id)
		if n != e.size>>level-1 {
			return nil, errors.New("a hash that is not on the log's edge")
		}
		out[i] = e.last[level]
	}
	return out, nil
}
