package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"stoa/internal/assess"
	"stoa/internal/good"
)

// The parts people have in an application.
const (
	PartOwner    = "owner"
	PartReviewer = "reviewer"
	PartExpert   = "expert"
	PartDecider  = "decider"
	PartAppealed = "appealed" // signed a decision that was appealed
)

func readApplication(scan func(...any) error) (*assess.Application, error) {
	var doc []byte
	var version int64
	if err := scan(&doc, &version); err != nil {
		return nil, err
	}
	var a assess.Application
	if err := json.Unmarshal(doc, &a); err != nil {
		return nil, fmt.Errorf("decode an application: %w", err)
	}
	a.Version = version
	return &a, nil
}

// Application returns one application.
func (r reads) Application(ctx context.Context, id good.ID) (*assess.Application, error) {
	a, err := readApplication(r.q.QueryRowContext(ctx, Q(`SELECT doc, version FROM applications WHERE id = $1`), id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, &good.Error{Kind: good.NotFound, Key: "assess.error.unknown"}
	}
	return a, err
}

// ApplicationsOf returns every application about a good, the newest first,
// challenges and drafts too.
func (r reads) ApplicationsOf(ctx context.Context, id good.ID) ([]*assess.Application, error) {
	var out []*assess.Application
	if id == "" {
		return nil, nil
	}
	return out, each(ctx, r.q, Q(`SELECT doc, version FROM applications WHERE good = $1 ORDER BY id DESC`), []any{id}, func(scan func(...any) error) error {
		a, err := readApplication(scan)
		out = append(out, a)
		return err
	})
}

// EachApplication hands over every application, by id.
func (r reads) EachApplication(ctx context.Context, f func(*assess.Application) error) error {
	for after := ""; ; {
		var page []*assess.Application
		err := each(ctx, r.q, Q(`SELECT doc, version FROM applications WHERE id > $1 ORDER BY id LIMIT $2`), []any{after, pageSize}, func(scan func(...any) error) error {
			a, err := readApplication(scan)
			page = append(page, a)
			return err
		})
		if err != nil {
			return err
		}
		for _, a := range page {
			if err := f(a); err != nil {
				return err
			}
			after = string(a.ID)
		}
		if len(page) < pageSize {
			return nil
		}
	}
}

// PutApplication writes an application, who has a part in it and what is due of
// it: a new one if its Version is 0, else a change of exactly that version.
func (tx *Tx) PutApplication(ctx context.Context, a *assess.Application, s assess.Settings) error {
	doc, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("encode an application: %w", err)
	}
	var ended int64
	if a.State.Over() {
		ended = millis(a.Since)
	}
	if a.Version == 0 {
		_, err = tx.q.ExecContext(ctx, Q(`INSERT INTO applications (id, good, kind, standard, name, state, since, opened, submitted, deadline, ended, version, doc)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1, $12)`),
			a.ID, a.Good, a.Kind, a.Standard, a.Name, a.State, millis(a.Since), millis(a.Opened), millis(a.Submitted), millis(a.Deadline), ended, string(doc))
	} else {
		var res sql.Result
		res, err = tx.q.ExecContext(ctx, Q(`UPDATE applications SET good = $1, kind = $2, standard = $3, name = $4, state = $5, since = $6, submitted = $7, deadline = $8,
			ended = $9, version = version + 1, doc = $10 WHERE id = $11 AND version = $12`),
			a.Good, a.Kind, a.Standard, a.Name, a.State, millis(a.Since), millis(a.Submitted), millis(a.Deadline), ended, string(doc), a.ID, a.Version)
		if err == nil {
			if n, rerr := res.RowsAffected(); rerr != nil || n != 1 {
				return errors.Join(rerr, changed())
			}
		}
	}
	if tx.db.dialect.unique(err) {
		return &good.Error{Kind: good.Conflict, Key: "assess.error.other", Args: map[string]any{"Name": a.Name}, Err: err}
	}
	if err != nil {
		return err
	}
	a.Version++
	if err := tx.putPeople(ctx, a); err != nil {
		return err
	}
	return tx.SetDue(ctx, a.ID, a.Dues(s))
}

func changed() error { return &good.Error{Kind: good.Conflict, Key: "assess.error.stale"} }

// putPeople makes the rows by which a person finds an application.
func (tx *Tx) putPeople(ctx context.Context, a *assess.Application) error {
	if _, err := tx.q.ExecContext(ctx, Q(`DELETE FROM application_people WHERE application = $1`), a.ID); err != nil {
		return err
	}
	over := 0
	if a.State.Over() {
		over = 1
	}
	var rows [][]any
	add := func(part string, person good.ID, since time.Time, done int) {
		if person != "" {
			rows = append(rows, []any{string(a.ID), part, string(person), millis(since), max(done, over)})
		}
	}
	for _, o := range a.Owners {
		add(PartOwner, o, a.Opened, 0)
	}
	for _, s := range a.Seats {
		done := 0
		if s.Done || a.State != assess.Queued && a.State != assess.Review {
			done = 1
		}
		add(PartReviewer, s.Person, s.Since, done)
	}
	for _, e := range a.Consulted() {
		open := slices.ContainsFunc(a.Consultations, func(c assess.Consultation) bool { return c.Expert.Person == e && c.Answered.IsZero() })
		done := 1
		if open {
			done = 0
		}
		add(PartExpert, e, a.Since, done)
	}
	part := PartDecider
	if a.Appeal != nil {
		part = PartAppealed
	}
	for _, d := range a.Decisions {
		if d.Second != nil && !d.Appeal {
			add(part, d.Proposed.Person, d.At, 1)
			add(part, d.Second.Person, d.Signed, 1)
		}
	}
	return tx.insert(ctx, Q(`INSERT INTO application_people (application, part, person, since, done) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`), rows)
}

// Applying returns everybody with an application of their own that is not over.
func (r reads) Applying(ctx context.Context) ([]good.ID, error) {
	over, err := json.Marshal(slices.DeleteFunc(slices.Clone(assess.States), func(s assess.State) bool { return !s.Over() }))
	if err != nil {
		return nil, err
	}
	var out []good.ID
	err = each(ctx, r.q, Q(`SELECT DISTINCT p.person FROM applications a JOIN application_people p ON p.application = a.id AND p.part = $1
		WHERE a.state NOT IN (SELECT value FROM json_each($2)) ORDER BY p.person`), []any{PartOwner, string(over)}, func(scan func(...any) error) error {
		var id good.ID
		err := scan(&id)
		out = append(out, id)
		return err
	})
	return out, err
}

// MoveApplications gives every application about a good, its public record and
// what volunteers found of it, to another.
func (tx *Tx) MoveApplications(ctx context.Context, from, into good.ID) error {
	settings, err := tx.Settings(ctx)
	if err != nil {
		return err
	}
	list, err := tx.ApplicationsOf(ctx, from)
	if err != nil {
		return err
	}
	for _, a := range list {
		a.Good = into
		if err := tx.PutApplication(ctx, a, settings.Settings); err != nil {
			return err
		}
	}
	records, err := tx.Assessments(ctx, from)
	if err != nil {
		return err
	}
	for _, r := range records {
		r.Good = into
		if err := tx.PutAssessment(ctx, r); err != nil {
			return err
		}
	}
	if _, err = tx.q.ExecContext(ctx, Q(`UPDATE community_reviews SET good = $1 WHERE good = $2`), into, from); err != nil {
		return err
	}
	// Both may be recognised until the same day: what is due of both is due once.
	if _, err = tx.q.ExecContext(ctx, Q(`INSERT INTO due (subject, key, kind, at, days) SELECT $1, key, kind, at, days FROM due WHERE subject = $2 ON CONFLICT DO NOTHING`), into, from); err != nil {
		return err
	}
	_, err = tx.q.ExecContext(ctx, Q(`DELETE FROM due WHERE subject = $1`), from)
	return err
}
