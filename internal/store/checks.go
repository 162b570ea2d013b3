package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"stoa/internal/good"
)

// StoredCheck is a machine's look at an address.
type StoredCheck struct {
	ID          good.ID
	Application good.ID // "" for nobody's but who holds the id
	Target      string
	Kinds       []good.Kind
	State       string
	Step        string // what it is at
	Count       int    // how much of that is done
	Created     time.Time
	Ended       time.Time       // zero while it goes on
	Failure     json.RawMessage // the sentence that says why there is no report
	Report      json.RawMessage
}

const checkColumns = `id, application, target, kinds, state, step, count, created, ended, failure, report`

func readCheck(scan func(...any) error) (StoredCheck, error) {
	var c StoredCheck
	var kinds, failure, report string
	var created, ended int64
	err := scan(&c.ID, &c.Application, &c.Target, &kinds, &c.State, &c.Step, &c.Count, &created, &ended, &failure, &report)
	for k := range strings.SplitSeq(kinds, ",") {
		if k != "" {
			c.Kinds = append(c.Kinds, good.Kind(k))
		}
	}
	c.Created, c.Ended, c.Failure, c.Report = moment(created), moment(ended), []byte(failure), []byte(report)
	return c, err
}

// StoredCheck returns one check; an error of kind NotFound if there is none.
func (r reads) StoredCheck(ctx context.Context, id good.ID) (StoredCheck, error) {
	c, err := readCheck(r.q.QueryRowContext(ctx, Q(`SELECT `+checkColumns+` FROM checks WHERE id = $1`), id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return c, &good.Error{Kind: good.NotFound, Key: "assess.error.check"}
	}
	return c, err
}

// ChecksOf returns up to limit checks of an application, the newest first.
func (r reads) ChecksOf(ctx context.Context, application good.ID, limit int) ([]StoredCheck, error) {
	var out []StoredCheck
	return out, each(ctx, r.q, Q(`SELECT `+checkColumns+` FROM checks WHERE application = $1 ORDER BY id DESC LIMIT $2`), []any{application, limit}, func(scan func(...any) error) error {
		c, err := readCheck(scan)
		out = append(out, c)
		return err
	})
}

// OpenChecks is how many checks have not ended, and how many of them are of no
// application.
func (r reads) OpenChecks(ctx context.Context) (n, strange int, err error) {
	return n, strange, r.q.QueryRowContext(ctx, Q(`SELECT count(*), coalesce(sum(CASE WHEN application = '' THEN 1 ELSE 0 END), 0) FROM checks WHERE ended = 0`)).Scan(&n, &strange)
}

// ChecksSince is how many checks of a person's own applications were begun since
// a time.
func (r reads) ChecksSince(ctx context.Context, person good.ID, since time.Time) (n int, err error) {
	return n, r.q.QueryRowContext(ctx, Q(`SELECT count(*) FROM checks WHERE created > $1 AND application IN (SELECT application FROM application_people WHERE person = $2 AND part = 'owner')`), millis(since), person).Scan(&n)
}

// AddCheck writes a new check.
func (tx *Tx) AddCheck(ctx context.Context, c StoredCheck) error {
	kinds := make([]string, len(c.Kinds))
	for i, k := range c.Kinds {
		kinds[i] = string(k)
	}
	_, err := tx.q.ExecContext(ctx, Q(`INSERT INTO checks (id, application, target, kinds, state, created) VALUES ($1, $2, $3, $4, $5, $6)`),
		c.ID, c.Application, c.Target, strings.Join(kinds, ","), c.State, millis(tx.now))
	if err != nil {
		return fmt.Errorf("keep a check: %w", err)
	}
	return nil
}

// MoveCheck says how far a check is, and whether it goes on still.
func (tx *Tx) MoveCheck(ctx context.Context, id good.ID, state, step string, count int) (goesOn bool, err error) {
	res, err := tx.q.ExecContext(ctx, Q(`UPDATE checks SET state = $1, step = $2, count = $3 WHERE id = $4 AND ended = 0`), state, step, count, id)
	if err != nil {
		return false, fmt.Errorf("move a check on: %w", err)
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// EndCheck ends a check, unless it has ended; it says whether it did.
func (tx *Tx) EndCheck(ctx context.Context, id good.ID, state string, failure, report json.RawMessage) (bool, error) {
	res, err := tx.q.ExecContext(ctx, Q(`UPDATE checks SET state = $1, ended = $2, failure = $3, report = $4 WHERE id = $5 AND ended = 0`),
		state, millis(tx.now), string(failure), string(report), id)
	if err != nil {
		return false, fmt.Errorf("end a check: %w", err)
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// LapseChecks ends the checks that began before a time and never ended.
func (tx *Tx) LapseChecks(ctx context.Context, before time.Time, state string, failure json.RawMessage) error {
	_, err := tx.q.ExecContext(ctx, Q(`UPDATE checks SET state = $1, ended = $2, failure = $3 WHERE ended = 0 AND created < $4`), state, millis(tx.now), string(failure), millis(before))
	return err
}

// ForgetChecks deletes up to limit checks of no application that ended before
// a time, and says how many there were.
func (tx *Tx) ForgetChecks(ctx context.Context, before time.Time, limit int) (int64, error) {
	res, err := tx.q.ExecContext(ctx, Q(`DELETE FROM checks WHERE id IN (SELECT id FROM checks WHERE application = '' AND ended > 0 AND ended < $1 ORDER BY ended LIMIT $2)`), millis(before), limit)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// Dispute is what an applicant holds against what a probe found.
type Dispute struct {
	Application good.ID
	Probe       string
	Person      good.ID
	Time        time.Time
	Reason      string
}

const disputeColumns = `application, probe, person, time, reason`

func (r reads) disputes(ctx context.Context, query string, args ...any) ([]Dispute, error) {
	var out []Dispute
	return out, each(ctx, r.q, query, args, func(scan func(...any) error) error {
		var d Dispute
		var ms int64
		err := scan(&d.Application, &d.Probe, &d.Person, &ms, &d.Reason)
		d.Time = moment(ms)
		out = append(out, d)
		return err
	})
}

// Disputes returns what was held against findings of an application.
func (r reads) Disputes(ctx context.Context, application good.ID) ([]Dispute, error) {
	return r.disputes(ctx, Q(`SELECT `+disputeColumns+` FROM disputes WHERE application = $1 ORDER BY probe`), application)
}

// DisputesBy returns what a person held against findings.
func (r reads) DisputesBy(ctx context.Context, person good.ID) ([]Dispute, error) {
	return r.disputes(ctx, Q(`SELECT `+disputeColumns+` FROM disputes WHERE person = $1 ORDER BY application, probe`), person)
}

// PutDispute writes a dispute over the one there was; without a reason it is
// taken back.
func (tx *Tx) PutDispute(ctx context.Context, d Dispute) error {
	if d.Reason == "" {
		_, err := tx.q.ExecContext(ctx, Q(`DELETE FROM disputes WHERE application = $1 AND probe = $2`), d.Application, d.Probe)
		return err
	}
	_, err := tx.q.ExecContext(ctx, Q(`INSERT INTO disputes (application, probe, person, time, reason) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (application, probe) DO UPDATE SET person = excluded.person, time = excluded.time, reason = excluded.reason`), d.Application, d.Probe, d.Person, millis(tx.now), d.Reason)
	return err
}

// ForgetDisputes deletes what a person held against findings.
func (tx *Tx) ForgetDisputes(ctx context.Context, person good.ID) error {
	_, err := tx.q.ExecContext(ctx, Q(`DELETE FROM disputes WHERE person = $1`), person)
	return err
}
