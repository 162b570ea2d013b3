package tlog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"stoa/internal/good"
)

// Reader is a log that can be verified: a database or another instance.
type Reader interface {
	// SignedCheckpoint returns the log's newest signed checkpoint.
	SignedCheckpoint(ctx context.Context) (string, error)
	// Leaves returns the leaves from position on, at most limit and, unless at
	// the end, at least one.
	Leaves(ctx context.Context, from int64, limit int) ([][]byte, error)
	// Entries returns what is disclosed of the entries from position on.
	Entries(ctx context.Context, from int64, limit int) ([]good.Entry, error)
	// Hashes reads the log's own stored hashes.
	Hashes(ctx context.Context) tlog.HashReader
}

// Proven is what a verification has proven.
type Proven struct {
	Checkpoint Checkpoint
	Values     int // disclosed values that match their commitments
	Erased     int // values that have been erased
}

// Verify recomputes the whole log: every leaf from its entry and values, every
// stored hash, the root and the checkpoint's signature by verifier. The first
// thing that does not fit is the error, with its position.
func Verify(ctx context.Context, r Reader, verifier string) (Proven, error) {
	signed, err := r.SignedCheckpoint(ctx)
	if err != nil {
		return Proven{}, fmt.Errorf("read the checkpoint: %w", err)
	}
	c, err := OpenCheckpoint(signed, verifier)
	if err != nil {
		return Proven{}, err
	}
	v := verification{r: r, own: r.Hashes(ctx), proven: Proven{Checkpoint: c}}
	for v.next < c.Size {
		if err := v.bundle(ctx); err != nil {
			return v.proven, err
		}
	}
	root, err := tlog.TreeHash(c.Size, &v)
	if err != nil {
		return v.proven, fmt.Errorf("compute the root: %w", err)
	}
	if root != c.Root {
		return v.proven, fmt.Errorf("the checkpoint of size %d was signed over the root %v, but the entries give %v: an entry was changed, dropped or moved", c.Size, c.Root, root)
	}
	return v.proven, nil
}

// verification is a log being recomputed; it reads its own fresh hashes, of
// which only those on the right edge are needed again.
type verification struct {
	r      Reader
	own    tlog.HashReader
	fresh  []tlog.Hash
	next   int64
	proven Proven
}

// ReadHashes implements tlog.HashReader over the recomputed hashes.
func (v *verification) ReadHashes(ids []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(ids))
	for i, id := range ids {
		if id >= int64(len(v.fresh)) {
			return nil, errors.New("a hash beyond the log")
		}
		out[i] = v.fresh[id]
	}
	return out, nil
}

func (v *verification) bundle(ctx context.Context) error {
	limit := int(min(Bundle, v.proven.Checkpoint.Size-v.next))
	leaves, err := v.r.Leaves(ctx, v.next, limit)
	if err != nil {
		return fmt.Errorf("read the leaves from position %d: %w", v.next, err)
	}
	entries, err := v.r.Entries(ctx, v.next, limit)
	if err != nil {
		return fmt.Errorf("read the entries from position %d: %w", v.next, err)
	}
	if len(leaves) != limit || len(entries) != limit {
		return fmt.Errorf("the checkpoint says %d entries, but from position %d on %d leaves and %d entries of %d are there: some were dropped",
			v.proven.Checkpoint.Size, v.next, len(leaves), len(entries), limit)
	}
	from := len(v.fresh)
	for i, leaf := range leaves {
		if err := v.entry(leaf, entries[i]); err != nil {
			return fmt.Errorf("position %d: %w", v.next, err)
		}
		hashes, err := tlog.StoredHashes(v.next, leaf, v)
		if err != nil {
			return fmt.Errorf("position %d: %w", v.next, err)
		}
		v.fresh = append(v.fresh, hashes...)
		v.next++
	}
	ids := make([]int64, len(v.fresh)-from)
	for i := range ids {
		ids[i] = int64(from + i)
	}
	held, err := v.own.ReadHashes(ids)
	if err != nil {
		return fmt.Errorf("read the log's hashes: %w", err)
	}
	for i, h := range held {
		if h != v.fresh[from+i] {
			level, n := tlog.SplitStoredHashIndex(ids[i])
			return fmt.Errorf("position %d: the log's own hash at level %d is not the one its entries give", n<<level, level)
		}
	}
	return nil
}

// entry checks that a leaf says what is disclosed of its entry.
func (v *verification) entry(raw []byte, e good.Entry) error {
	leaf, err := DecodeLeaf(raw)
	if err != nil {
		return err
	}
	if leaf.Position != v.next || e.Position != v.next {
		return fmt.Errorf("the leaf says position %d and the entry %d: an entry was moved or dropped", leaf.Position, e.Position)
	}
	if !leaf.Time.Equal(e.Time) || leaf.Actor != e.Actor || leaf.Verb != e.Verb || !slices.Equal(leaf.Subjects, e.Subjects) {
		return errors.New("the entry differs from its leaf in the log")
	}
	if len(leaf.Values) != len(e.Values) {
		return errors.New("the entry has not the values its leaf commits to")
	}
	for i, c := range leaf.Values {
		val := e.Values[i]
		switch {
		case val.Name != c.Name:
			return fmt.Errorf("value %q stands where %q was", val.Name, c.Name)
		case val.Erased != nil && len(val.Data) == 0 && len(val.Salt) == 0:
			v.proven.Erased++
		case len(val.Salt) != SaltSize:
			return fmt.Errorf("value %q has lost its salt", val.Name)
		default:
			if sum := Commit(val.Salt, val.Data); !bytes.Equal(sum[:], c.Hash[:]) {
				return fmt.Errorf("value %q is not the one the log commits to", val.Name)
			}
			v.proven.Values++
		}
	}
	return nil
}
