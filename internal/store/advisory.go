package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"stoa/internal/advise"
	"stoa/internal/good"
)

// docs reads a column of JSON documents.
func docs[T any](ctx context.Context, r reads, query string, args ...any) ([]T, error) {
	var out []T
	err := each(ctx, r.q, query, args, func(scan func(...any) error) error {
		var raw []byte
		var v T
		if err := scan(&raw); err != nil {
			return err
		}
		if err := json.Unmarshal(raw, &v); err != nil {
			return fmt.Errorf("decode a document: %w", err)
		}
		out = append(out, v)
		return nil
	})
	return out, err
}

// docsIn reads the documents of ids, which the query takes as one list.
func docsIn[T any](ctx context.Context, r reads, query string, ids []good.ID) ([]T, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	return docs[T](ctx, r, query, string(list))
}

// Seats returns every seat of the advisory group there ever was, by id.
func (r reads) Seats(ctx context.Context) ([]advise.Seat, error) {
	return docs[advise.Seat](ctx, r, Q(`SELECT doc FROM seats ORDER BY id`))
}

// SeatsOf returns the seats that one person holds or held, by id.
func (r reads) SeatsOf(ctx context.Context, person good.ID) ([]advise.Seat, error) {
	return docs[advise.Seat](ctx, r, Q(`SELECT doc FROM seats WHERE person = $1 ORDER BY id`), person)
}

// Seat returns one seat and who holds it.
func (r reads) Seat(ctx context.Context, id good.ID) (s advise.Seat, person good.ID, err error) {
	var raw []byte
	err = r.q.QueryRowContext(ctx, Q(`SELECT doc, person FROM seats WHERE id = $1`), id).Scan(&raw, &person)
	if errors.Is(err, sql.ErrNoRows) {
		return s, "", &good.Error{Kind: good.NotFound, Key: "advisory.error.seat", Args: map[string]any{"Seat": string(id)}}
	}
	if err != nil {
		return s, "", err
	}
	return s, person, json.Unmarshal(raw, &s)
}

// PutSeat writes a seat: a new one if its Version is 0, else a change of
// exactly that version. It sets Version.
func (tx *Tx) PutSeat(ctx context.Context, s *advise.Seat, person good.ID) error {
	was := s.Version
	s.Version++
	doc, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return tx.changed(ctx, Q(`INSERT INTO seats (id, person, version, doc) VALUES ($1, $2, 1, $3)
		ON CONFLICT (id) DO UPDATE SET person = excluded.person, version = seats.version + 1, doc = excluded.doc WHERE seats.version = $4`), string(s.ID), string(person), string(doc), was)
}

// changed runs a write of one version of one row; nothing written means that
// somebody was faster.
func (tx *Tx) changed(ctx context.Context, query string, args ...any) error {
	res, err := tx.q.ExecContext(ctx, query, args...)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return &good.Error{Kind: good.Conflict, Key: "advisory.error.changed"}
}

// Consultations returns every consultation, the newest first.
func (r reads) Consultations(ctx context.Context) ([]advise.Consultation, error) {
	return docs[advise.Consultation](ctx, r, Q(`SELECT doc FROM consultations ORDER BY id DESC`))
}

// Consultation returns the consultation at an address.
func (r reads) Consultation(ctx context.Context, slug string) (advise.Consultation, error) {
	found, err := docs[advise.Consultation](ctx, r, Q(`SELECT doc FROM consultations WHERE slug = $1`), slug)
	if err == nil && len(found) == 0 {
		return advise.Consultation{}, &good.Error{Kind: good.NotFound, Key: "advisory.error.consultation", Args: map[string]any{"Name": slug}}
	}
	if err != nil {
		return advise.Consultation{}, err
	}
	return found[0], nil
}

// PutConsultation writes a consultation: a new one if its Version is 0, else a
// change of exactly that version. It sets Version.
func (tx *Tx) PutConsultation(ctx context.Context, c *advise.Consultation) error {
	was := c.Version
	c.Version++
	doc, err := json.Marshal(c)
	if err != nil {
		return err
	}
	err = tx.changed(ctx, Q(`INSERT INTO consultations (id, slug, version, doc) VALUES ($1, $2, 1, $3)
		ON CONFLICT (id) DO UPDATE SET version = consultations.version + 1, doc = excluded.doc WHERE consultations.version = $4`), string(c.ID), c.Slug, string(doc), was)
	if tx.db.dialect.unique(err) {
		return &good.Error{Kind: good.Conflict, Key: "advisory.error.slug", Field: "slug", Args: map[string]any{"Name": c.Slug}}
	}
	return err
}

// Opinions returns what seats say on a consultation now, by seat.
func (r reads) Opinions(ctx context.Context, consultation good.ID) ([]advise.Opinion, error) {
	return docs[advise.Opinion](ctx, r, Q(`SELECT doc FROM opinions WHERE consultation = $1 ORDER BY seat`), consultation)
}

// PutOpinion writes what a seat says, in place of what it said before.
func (tx *Tx) PutOpinion(ctx context.Context, o advise.Opinion) error {
	doc, err := json.Marshal(o)
	if err != nil {
		return err
	}
	_, err = tx.q.ExecContext(ctx, Q(`INSERT INTO opinions (consultation, seat, doc) VALUES ($1, $2, $3)
		ON CONFLICT (consultation, seat) DO UPDATE SET doc = excluded.doc`), string(o.Consultation), string(o.Seat), string(doc))
	return err
}

// Comments returns the public's comments on a consultation, the oldest first.
func (r reads) Comments(ctx context.Context, consultation good.ID) ([]advise.Comment, error) {
	return docs[advise.Comment](ctx, r, Q(`SELECT doc FROM comments WHERE consultation = $1 ORDER BY id`), consultation)
}

// CommentsBy returns what one person said on any consultation, by id.
func (r reads) CommentsBy(ctx context.Context, pseudonym string) ([]advise.Comment, error) {
	return docs[advise.Comment](ctx, r, Q(`SELECT doc FROM comments WHERE author = $1 ORDER BY id`), pseudonym)
}

// Comment returns one comment.
func (r reads) Comment(ctx context.Context, id good.ID) (advise.Comment, error) {
	found, err := docs[advise.Comment](ctx, r, Q(`SELECT doc FROM comments WHERE id = $1`), id)
	if err == nil && len(found) == 0 {
		return advise.Comment{}, &good.Error{Kind: good.NotFound, Key: "advisory.error.comment"}
	}
	if err != nil {
		return advise.Comment{}, err
	}
	return found[0], nil
}

// PutComment writes a comment, new or answered.
func (tx *Tx) PutComment(ctx context.Context, c advise.Comment) error {
	doc, err := json.Marshal(c)
	if err != nil {
		return err
	}
	_, err = tx.q.ExecContext(ctx, Q(`INSERT INTO comments (id, consultation, author, doc) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO UPDATE SET doc = excluded.doc`), string(c.ID), string(c.Consultation), c.Pseudonym, string(doc))
	return err
}

// ForgetOpinion takes an opinion away of which every statement was erased.
func (tx *Tx) ForgetOpinion(ctx context.Context, consultation, seat good.ID) error {
	_, err := tx.q.ExecContext(ctx, Q(`DELETE FROM opinions WHERE consultation = $1 AND seat = $2`), string(consultation), string(seat))
	return err
}

// ForgetComment takes a comment away whose text was erased.
func (tx *Tx) ForgetComment(ctx context.Context, id good.ID) error {
	_, err := tx.q.ExecContext(ctx, Q(`DELETE FROM comments WHERE id = $1`), string(id))
	return err
}
