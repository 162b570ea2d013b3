package tlog

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"stoa/internal/good"
)

// Reader is a log that can be verified: a database or another instance.
type Reader interface {
	// Size returns how many entries the log says it holds.
	Size(ctx context.Context) (int64, error)
	// Checkpoints returns the signed checkpoints that are kept; the newest
	// covers every entry.
	Checkpoints(ctx context.Context) ([]string, error)
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
	Checkpoint  Checkpoint // the newest
	Checkpoints int        // how many hold
	Values      int        // disclosed values that match their commitments
	Erased      int        // values that have been erased
}

// Verify recomputes the whole log: every leaf from its entry and values, every
// stored hash, the root at every checkpoint and the checkpoints' signatures by
// verifier. The first thing that does not fit is the error, with its position.
func Verify(ctx context.Context, r Reader, verifier string) (Proven, error) {
	size, err := r.Size(ctx) // before the checkpoints: what comes meanwhile is no fault
	if err != nil {
		return Proven{}, fmt.Errorf("read the log's size: %w", err)
	}
	v := verification{r: r, own: r.Hashes(ctx), missing: map[erasure]bool{}}
	if err := v.open(ctx, verifier); err != nil {
		return v.proven, err
	}
	if c := v.proven.Checkpoint; c.Size < size {
		return v.proven, fmt.Errorf("the entries from position %d to %d are in no signed checkpoint: the newest checkpoint was dropped, or they were added by a stranger", c.Size, size-1)
	}
	if err := v.all(ctx); err != nil {
		return v.proven, err
	}
	for len(v.missing) > 0 {
		// A log that grows meanwhile may show what it erased before it shows
		// the entry that says so.
		done := v.edge.Size()
		if err := v.open(ctx, verifier); err != nil {
			return v.proven, err
		}
		if v.proven.Checkpoint.Size <= done {
			gone := slices.MinFunc(slices.Collect(maps.Keys(v.missing)), func(a, b erasure) int { return cmp.Compare(a.Position, b.Position) })
			return v.proven, fmt.Errorf("position %d: value %q is gone, and no entry says that it was erased", gone.Position, gone.Name)
		}
		if err := v.all(ctx); err != nil {
			return v.proven, err
		}
	}
	return v.proven, nil
}

// all recomputes the log up to its newest checkpoint.
func (v *verification) all(ctx context.Context) error {
	if err := v.signedRoots(); err != nil { // of the empty log
		return err
	}
	for v.edge.Size() < v.proven.Checkpoint.Size {
		if err := v.bundle(ctx); err != nil {
			return err
		}
	}
	return nil
}

// erasure names an erased value, as the entry value.erased does.
type erasure struct {
	Position int64
	Name     string
}

// verification is a log being recomputed.
type verification struct {
	r      Reader
	own    tlog.HashReader
	edge   Edge
	ahead  []Checkpoint // not yet reached, by size
	proven Proven

	missing map[erasure]bool // erased values whose erasing entry is still to come
}

// open reads the checkpoints and their signatures.
func (v *verification) open(ctx context.Context, verifier string) error {
	notes, err := v.r.Checkpoints(ctx)
	if err != nil {
		return fmt.Errorf("read the checkpoints: %w", err)
	}
	if len(notes) == 0 {
		return errors.New("the log has no signed checkpoint")
	}
	for _, n := range notes {
		c, err := OpenCheckpoint(n, verifier)
		if err != nil {
			return err
		}
		if v.edge.Size() == 0 || c.Size > v.edge.Size() {
			v.ahead = append(v.ahead, c)
		}
		if c.Size >= v.proven.Checkpoint.Size {
			v.proven.Checkpoint = c
		}
	}
	slices.SortStableFunc(v.ahead, func(a, b Checkpoint) int { return cmp.Compare(a.Size, b.Size) })
	return nil
}

// signedRoots compares the root so far with the checkpoints of this size.
func (v *verification) signedRoots() error {
	for len(v.ahead) > 0 && v.ahead[0].Size == v.edge.Size() {
		root, err := v.edge.Root()
		if err != nil {
			return err
		}
		if c := v.ahead[0]; root != c.Root {
			return fmt.Errorf("position %d: the checkpoint of size %d was signed over the root %v, but the entries up to there give %v: one of them was changed, added, dropped or moved",
				c.Size-1, c.Size, c.Root, root)
		}
		v.ahead = v.ahead[1:]
		v.proven.Checkpoints++
	}
	return nil
}

func (v *verification) bundle(ctx context.Context) error {
	first := v.edge.Size()
	limit := int(min(Bundle, v.proven.Checkpoint.Size-first))
	leaves, err := v.r.Leaves(ctx, first, limit)
	if err != nil {
		return fmt.Errorf("read the leaves from position %d: %w", first, err)
	}
	entries, err := v.r.Entries(ctx, first, limit)
	if err != nil {
		return fmt.Errorf("read the entries from position %d: %w", first, err)
	}
	var fresh []tlog.Hash
	for i := range limit {
		position := v.edge.Size()
		if i >= len(leaves) || i >= len(entries) {
			return fmt.Errorf("position %d: the entry was dropped: the checkpoint says there are %d", position, v.proven.Checkpoint.Size)
		}
		if err := v.entry(position, leaves[i], entries[i]); err != nil {
			return fmt.Errorf("position %d: %w", position, err)
		}
		hashes, err := v.edge.Append(leaves[i])
		if err != nil {
			return err
		}
		fresh = append(fresh, hashes...)
		if err := v.signedRoots(); err != nil {
			return err
		}
	}
	return v.compare(tlog.StoredHashIndex(0, first), fresh)
}

// compare holds the log's own hashes from the stored index on against those its
// leaves give.
func (v *verification) compare(at int64, fresh []tlog.Hash) error {
	ids := make([]int64, len(fresh))
	for i := range ids {
		ids[i] = at + int64(i)
	}
	held, err := v.own.ReadHashes(ids)
	if err != nil {
		return fmt.Errorf("read the log's hashes: %w", err)
	}
	for i, h := range held {
		if h != fresh[i] {
			level, n := tlog.SplitStoredHashIndex(ids[i])
			return fmt.Errorf("position %d: the log's own hash at level %d is not the one its entries give", n<<level, level)
		}
	}
	return nil
}

// entry checks that a leaf says what is disclosed of its entry.
func (v *verification) entry(position int64, raw []byte, e good.Entry) error {
	leaf, err := DecodeLeaf(raw)
	if err != nil {
		return err
	}
	if leaf.Position != position || e.Position != position {
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
			v.missing[erasure{position, val.Name}] = true
		case len(val.Salt) != SaltSize:
			return fmt.Errorf("value %q has lost its salt", val.Name)
		default:
			if sum := Commit(val.Salt, val.Data); !bytes.Equal(sum[:], c.Hash[:]) {
				return fmt.Errorf("value %q is not the one the log commits to", val.Name)
			}
			v.proven.Values++
		}
	}
	if e.Verb == good.ValueErased {
		delete(v.missing, erased(e))
	}
	return nil
}

// erased is what an entry says was erased.
func erased(e good.Entry) (x erasure) {
	for _, val := range e.Values {
		switch val.Name { // of another form, it names nothing and the value stays missing
		case "position":
			_ = json.Unmarshal(val.Data, &x.Position)
		case "name":
			_ = json.Unmarshal(val.Data, &x.Name)
		}
	}
	return x
}
