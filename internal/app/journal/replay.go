package journal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"

	"stoa/internal/good"
)

// Projections are the public state that the journal alone determines: goods
// (without their lock version), the addresses that lead to them, records and
// sources. What is private, such as contacts and cases, comes back from a
// backup alone.
type Projections struct {
	Goods   map[good.ID]*good.Good
	Slugs   map[string]good.ID
	Records map[string]good.Record
	Sources map[string]good.Source
}

// Hash is a canonical hash of the projections.
func (p Projections) Hash() ([32]byte, error) {
	h := sha256.New()
	err := json.NewEncoder(h).Encode(p) // map keys are written in order
	return [32]byte(h.Sum(nil)), err
}

// Replay rebuilds the projections from the journal.
func (a *App) Replay(ctx context.Context) (Projections, error) {
	p := Projections{Goods: map[good.ID]*good.Good{}, Slugs: map[string]good.ID{}, Records: map[string]good.Record{}, Sources: map[string]good.Source{}}
	for next := int64(0); ; {
		entries, err := a.DB.Entries(ctx, next, 1000)
		if err != nil {
			return p, err
		}
		if len(entries) == 0 {
			break
		}
		for _, e := range entries {
			if err := p.apply(e); err != nil {
				return p, fmt.Errorf("replay entry %d (%s): %w", e.Position, e.Verb, err)
			}
			next = e.Position + 1
		}
	}
	p.finish()
	return p, nil
}

func (p *Projections) apply(e good.Entry) error {
	for _, id := range e.Subjects {
		if g := p.Goods[id]; g != nil {
			g.Updated, g.Position = e.Time, e.Position
		}
	}
	switch e.Verb {
	case good.SourceDeclared:
		var s good.Source
		if value(e, "source", &s) {
			p.Sources[s.ID] = s
		}
	case good.GoodCreated:
		g := &good.Good{ID: e.Subjects[0], Created: e.Time, Updated: e.Time, Position: e.Position}
		p.Goods[g.ID] = g
		p.slug(g, e)
	case good.GoodRenamed:
		p.slug(p.Goods[e.Subjects[0]], e)
	case good.RecordStated:
		if r, ok := recordOf(e); ok {
			r.Good = e.Subjects[0]
			p.Records[r.Key()] = r
		}
	case good.RecordMoved:
		return p.move(e)
	case good.GoodMerged:
		p.merge(e)
	case good.GoodRemoved:
		p.Goods[e.Subjects[0]].Tombstone = tombstone(e, "")
	case good.GoodRestored:
		p.Goods[e.Subjects[0]].Tombstone = nil
	case good.StageChanged, good.ValueErased: // derived from the records and sources
	default:
		return fmt.Errorf("verb %q is unknown to this program", e.Verb)
	}
	return nil
}

func (p *Projections) slug(g *good.Good, e good.Entry) {
	if value(e, "slug", &g.Slug) {
		p.Slugs[g.Slug] = g.ID
	}
}

func (p *Projections) move(e good.Entry) error {
	var key string
	if value(e, "record", &key) {
		r, ok := p.Records[key]
		if !ok {
			return fmt.Errorf("record %s was never stated", key)
		}
		r.Good = e.Subjects[len(e.Subjects)-1]
		p.Records[key] = r
	}
	return nil
}

func (p *Projections) merge(e good.Entry) {
	from, into := e.Subjects[0], e.Subjects[1]
	var moved []good.Record
	for key, r := range p.Records {
		if r.Good == from {
			moved = append(moved, r)
			r.Good = into
			p.Records[key] = r
		}
	}
	p.Goods[from].Name = good.Merge(moved, p.Sources).Name
	p.Goods[from].Tombstone = tombstone(e, into)
}

func tombstone(e good.Entry, into good.ID) *good.Tombstone {
	t := &good.Tombstone{At: e.Time, By: e.Actor.Role, Into: into}
	value(e, "reason", &t.Reason)
	return t
}

// finish derives every good from its records.
func (p *Projections) finish() {
	of := map[good.ID][]good.Record{}
	for _, key := range slices.Sorted(maps.Keys(p.Records)) {
		r := p.Records[key]
		of[r.Good] = append(of[r.Good], r)
	}
	for id, g := range p.Goods {
		next := g.Restate(of[id], p.Sources)
		next.Version = 0
		p.Goods[id] = &next
	}
}

// Live reads the same projections from the database.
func (a *App) Live(ctx context.Context) (Projections, error) {
	p := Projections{Goods: map[good.ID]*good.Good{}, Records: map[string]good.Record{}}
	for g, err := range a.DB.EachGood(ctx) {
		if err != nil {
			return p, err
		}
		g.Version = 0
		p.Goods[g.ID] = g
		records, err := a.DB.Records(ctx, g.ID)
		if err != nil {
			return p, err
		}
		for _, r := range records {
			p.Records[r.Key()] = r
		}
	}
	var err error
	if p.Sources, err = a.DB.Sources(ctx); err != nil {
		return p, err
	}
	p.Slugs, err = a.DB.Slugs(ctx)
	return p, err
}

// Differences writes what differs between two projections, for a person to
// look into.
func (p Projections) Differences(w io.Writer, other Projections) error {
	a, err := json.MarshalIndent(p, "", " ")
	if err != nil {
		return err
	}
	b, err := json.MarshalIndent(other, "", " ")
	if err != nil {
		return err
	}
	la, lb := bytes.Split(a, []byte("\n")), bytes.Split(b, []byte("\n"))
	for i := range min(len(la), len(lb)) {
		if !bytes.Equal(la[i], lb[i]) {
			_, err := fmt.Fprintf(w, "line %d: %s | %s\n", i, la[i], lb[i])
			return err
		}
	}
	return nil
}

// Compare replays the journal and says where what it gives differs from what
// the database holds; "" where it does not.
func (a *App) Compare(ctx context.Context) (string, error) {
	replayed, err := a.Replay(ctx)
	if err != nil {
		return "", err
	}
	live, err := a.Live(ctx)
	if err != nil {
		return "", err
	}
	x, err := replayed.Hash()
	if err != nil {
		return "", err
	}
	if y, err := live.Hash(); err != nil || x == y {
		return "", err
	}
	var b bytes.Buffer
	err = replayed.Differences(&b, live)
	return b.String(), err
}
