package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"stoa/internal/good"
)

// Imported says which application came of one made elsewhere, and of which
// bytes; its Application is empty where none did.
type Imported struct {
	Application good.ID
	Hash        string // of the record as it came
}

// ImportedApplication finds what came of an application made elsewhere.
func (r reads) ImportedApplication(ctx context.Context, source, foreignID string) (i Imported, err error) {
	err = r.q.QueryRowContext(ctx, Q(`SELECT application, hash FROM imported_applications WHERE source = $1 AND foreign_id = $2`), source, foreignID).Scan(&i.Application, &i.Hash)
	if errors.Is(err, sql.ErrNoRows) {
		return i, nil
	}
	return i, err
}

// PutImportedApplication notes what came of an application made elsewhere.
func (tx *Tx) PutImportedApplication(ctx context.Context, source, foreignID string, i Imported) error {
	_, err := tx.q.ExecContext(ctx, Q(`INSERT INTO imported_applications (source, foreign_id, application, hash) VALUES ($1, $2, $3, $4)
		ON CONFLICT (source, foreign_id) DO UPDATE SET application = excluded.application, hash = excluded.hash`), source, foreignID, i.Application, i.Hash)
	return err
}

// DropAnswers takes the answers of an application away, for others to take
// their place.
func (tx *Tx) DropAnswers(ctx context.Context, application good.ID) error {
	_, err := tx.q.ExecContext(ctx, Q(`DELETE FROM answers WHERE application = $1`), application)
	return err
}

// CommunityReview is what a volunteer found of a good elsewhere. Who it was is
// kept apart.
type CommunityReview struct {
	Source    string
	ForeignID string
	Good      good.ID // "" where it is not known here
	Name      string  // of the good, as the review has it
	At        time.Time
	Doc       json.RawMessage // findings by indicator
}

const reviewColumns = `source, foreign_id, good, name, at, doc`

func readCommunityReview(scan func(...any) error) (CommunityReview, error) {
	var c CommunityReview
	var at int64
	var doc []byte
	err := scan(&c.Source, &c.ForeignID, &c.Good, &c.Name, &at, &doc)
	c.At, c.Doc = moment(at), doc
	return c, err
}

// CommunityReview returns one review; its Source is empty where there is none.
func (r reads) CommunityReview(ctx context.Context, source, foreignID string) (CommunityReview, error) {
	c, err := readCommunityReview(r.q.QueryRowContext(ctx, Q(`SELECT `+reviewColumns+` FROM community_reviews WHERE source = $1 AND foreign_id = $2`), source, foreignID).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return CommunityReview{}, nil
	}
	return c, err
}

// CommunityReviews returns what volunteers found of a good, oldest first.
func (r reads) CommunityReviews(ctx context.Context, id good.ID) ([]CommunityReview, error) {
	var out []CommunityReview
	if id == "" {
		return nil, nil
	}
	return out, each(ctx, r.q, Q(`SELECT `+reviewColumns+` FROM community_reviews WHERE good = $1 ORDER BY at, foreign_id`), []any{id}, func(scan func(...any) error) error {
		c, err := readCommunityReview(scan)
		out = append(out, c)
		return err
	})
}

// PutCommunityReview writes a review, and apart from it who wrote it.
func (tx *Tx) PutCommunityReview(ctx context.Context, c CommunityReview, handle string) error {
	_, err := tx.q.ExecContext(ctx, Q(`INSERT INTO community_reviews (source, foreign_id, good, name, at, doc) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (source, foreign_id) DO UPDATE SET good = excluded.good, name = excluded.name, at = excluded.at, doc = excluded.doc`),
		c.Source, c.ForeignID, c.Good, c.Name, millis(c.At), string(c.Doc))
	if err != nil {
		return fmt.Errorf("write a community review: %w", err)
	}
	_, err = tx.q.ExecContext(ctx, Q(`INSERT INTO community_reviewers (source, foreign_id, handle) VALUES ($1, $2, $3)
		ON CONFLICT (source, foreign_id) DO UPDATE SET handle = excluded.handle`), c.Source, c.ForeignID, handle)
	return err
}
