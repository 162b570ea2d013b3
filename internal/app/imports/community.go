package imports

import (
	"bytes"
	"context"
	"encoding/json"
	"iter"
	"slices"
	"time"

	"stoa/internal/good"
	"stoa/internal/harvest"
	"stoa/internal/store"
)

// CommunityReview is what a volunteer found of a good, without who it was:
// advice to reviewers, no verdict.
type CommunityReview struct {
	Source   string                 `json:"source"`
	At       time.Time              `json:"at"`
	Took     time.Duration          `json:"took,omitempty"`
	Findings []harvest.CrowdFinding `json:"findings"`
}

// kept is the stored part of a review.
type kept struct {
	Took     time.Duration          `json:"took,omitempty"`
	Findings []harvest.CrowdFinding `json:"findings"`
}

// CommunityReviews returns what volunteers found of a good, oldest first.
func (a *App) CommunityReviews(ctx context.Context, id good.ID) ([]CommunityReview, error) {
	list, err := a.DB.CommunityReviews(ctx, id)
	if err != nil {
		return nil, err
	}
	out := make([]CommunityReview, 0, len(list))
	for _, c := range list {
		var k kept
		if err := json.Unmarshal(c.Doc, &k); err != nil {
			return nil, err
		}
		out = append(out, CommunityReview{Source: c.Source, At: c.At, Took: k.Took, Findings: k.Findings})
	}
	return out, nil
}

// Reviews takes in reviews that volunteers made elsewhere. Their handles lie
// apart from what they wrote. Running it again changes nothing, save that a
// review finds its good once that is known.
func (a *App) Reviews(ctx context.Context, actor good.Actor, list iter.Seq2[harvest.CrowdReview, error], o Options) (Taken, error) {
	t, err := a.taking(ctx, actor, o)
	if err != nil {
		return Taken{}, err
	}
	for c, err := range list {
		if err != nil {
			return t.done(err)
		}
		r, err := t.review(ctx, c)
		if err != nil {
			return t.done(err)
		}
		t.add(r)
	}
	return t.done(nil)
}

func (t *taking) review(ctx context.Context, c harvest.CrowdReview) (TakenRecord, error) {
	r := TakenRecord{Source: c.Source, ID: c.ForeignID, Outcome: outcome(c.Held, c.Repairs), Answers: len(c.Findings), Repairs: c.Repairs, Reasons: c.Reasons, Lost: c.Lost}
	if c.Held {
		r.unreadable, r.Answers = true, 0
		return r, nil
	}
	db := t.app.DB
	g, doubts, err := t.known(ctx, db, good.Record{Source: c.Source, ForeignID: c.ForeignID, Facts: good.Facts{Name: c.Name}})
	if err != nil {
		return r, err
	}
	r.Reasons = append(slices.Clip(r.Reasons), doubts...)
	row := store.CommunityReview{Source: c.Source, ForeignID: c.ForeignID, Name: c.Name, At: c.At}
	if g != nil {
		r.Good, row.Good = g.Slug, g.ID
	} else {
		r.Reasons = append(r.Reasons, "good-unknown: "+c.Name)
	}
	if row.Doc, err = json.Marshal(kept{c.Took, c.Findings}); err != nil {
		return r, err
	}
	before, err := db.CommunityReview(ctx, c.Source, c.ForeignID)
	if err != nil {
		return r, err
	}
	if row.Good == "" {
		row.Good = before.Good // found once, by an import or by a merge
	}
	if before.Source != "" && before.Good == row.Good && before.Name == row.Name && before.At.Equal(row.At) && bytes.Equal(before.Doc, row.Doc) {
		return r, nil
	}
	r.changed = true
	if t.o.DryRun {
		return r, nil
	}
	_, err = db.Do(ctx, t.actor, func(ctx context.Context, tx *store.Tx) error { return tx.PutCommunityReview(ctx, row, c.Handle) })
	return r, err
}
