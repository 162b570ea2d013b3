package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"stoa/internal/good"
)

// Task is a task as it is kept. What is to be done lies here, so that it is in
// every copy of the database; the job queue only says when.
type Task struct {
	good.Task
	ID       good.ID
	Created  time.Time
	Attempts int
	Error    string    // of the last attempt; for the operator
	Ended    time.Time // zero while it is open
	Failed   bool      // it ended without being done
}

const taskColumns = `id, kind, key, args, at, created, attempts, error, ended, failed`

func readTask(scan func(...any) error) (Task, error) {
	var t Task
	var args string
	var at, created, ended, failed int64
	err := scan(&t.ID, &t.Kind, &t.Key, &args, &at, &created, &t.Attempts, &t.Error, &ended, &failed)
	t.Args, t.At, t.Created, t.Ended, t.Failed = []byte(args), moment(at), moment(created), moment(ended), failed != 0
	return t, err
}

// moment is a stored time; 0 is no time.
func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// millis is a time as it is stored.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// AddTask keeps a task and returns its id, or "" where one of its kind and key
// is known already.
func (tx *Tx) AddTask(ctx context.Context, t good.Task) (good.ID, error) {
	if t.Kind == "" || t.Key == "" {
		return "", fmt.Errorf("a task without a kind or a key")
	}
	args := string(t.Args)
	if args == "" {
		args = "{}"
	}
	id := tx.NewID()
	res, err := tx.q.ExecContext(ctx, Q(`INSERT INTO tasks (id, kind, key, args, at, created, attempts, error, ended, failed) VALUES ($1, $2, $3, $4, $5, $6, 0, '', 0, 0)
		ON CONFLICT (kind, key) DO NOTHING`), id, t.Kind, t.Key, args, millis(t.At), millis(tx.now))
	if err != nil {
		return "", fmt.Errorf("keep a task: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return "", err
	}
	return id, nil
}

// Task returns a task; an error of kind NotFound if there is none.
func (r reads) Task(ctx context.Context, id good.ID) (Task, error) {
	t, err := readTask(r.q.QueryRowContext(ctx, Q(`SELECT `+taskColumns+` FROM tasks WHERE id = $1`), id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return t, &good.Error{Kind: good.NotFound, Key: "error.task.unknown", Args: map[string]any{"ID": string(id)}}
	}
	return t, err
}

// OpenTasks returns up to limit open tasks after an id, in order.
func (r reads) OpenTasks(ctx context.Context, after good.ID, limit int) ([]Task, error) {
	return r.tasks(ctx, Q(`SELECT `+taskColumns+` FROM tasks WHERE ended = 0 AND id > $1 ORDER BY id LIMIT $2`), after, limit)
}

// FailedTasks returns up to limit tasks that were given up, the newest first.
func (r reads) FailedTasks(ctx context.Context, limit int) ([]Task, error) {
	return r.tasks(ctx, Q(`SELECT `+taskColumns+` FROM tasks WHERE ended > 0 AND failed = 1 ORDER BY ended DESC, id LIMIT $1`), limit)
}

func (r reads) tasks(ctx context.Context, query string, args ...any) ([]Task, error) {
	var out []Task
	err := each(ctx, r.q, query, args, func(scan func(...any) error) error {
		t, err := readTask(scan)
		out = append(out, t)
		return err
	})
	return out, err
}

// TaskFigures are how many tasks are open and given up, and when the oldest
// open one was made (zero if none is open).
func (r reads) TaskFigures(ctx context.Context) (open, failed int64, oldest time.Time, err error) {
	var ms int64
	err = r.q.QueryRowContext(ctx, Q(`SELECT (SELECT count(*) FROM tasks WHERE ended = 0), (SELECT count(*) FROM tasks WHERE ended > 0 AND failed = 1),
		coalesce((SELECT created FROM tasks WHERE ended = 0 ORDER BY id LIMIT 1), 0)`)).Scan(&open, &failed, &ms)
	return open, failed, moment(ms), err
}

// EndTask says that a task is done. What it was handed is forgotten: it may
// name a person or hold a link that is theirs alone.
func (tx *Tx) EndTask(ctx context.Context, id good.ID) error {
	_, err := tx.q.ExecContext(ctx, Q(`UPDATE tasks SET ended = $1, failed = 0, error = '', args = '{}', attempts = attempts + 1 WHERE id = $2 AND ended = 0`), millis(tx.now), id)
	return err
}

// NoteTask says that an attempt failed, and why; with last, that there will be
// no other; with forget, that what it was handed is forgotten with that.
func (tx *Tx) NoteTask(ctx context.Context, id good.ID, reason string, last, forget bool) error {
	ended, failed, keep := int64(0), 0, int64(1)
	if last {
		ended, failed = millis(tx.now), 1
	}
	if last && forget {
		keep = 0
	}
	_, err := tx.q.ExecContext(ctx, Q(`UPDATE tasks SET attempts = attempts + 1, error = $1, ended = $2, failed = $3, args = CASE WHEN $4 = CAST(1 AS BIGINT) THEN args ELSE '{}' END WHERE id = $5 AND ended = 0`), reason, ended, failed, keep, id)
	return err
}

// ReopenTask opens a task again that was given up.
func (tx *Tx) ReopenTask(ctx context.Context, id good.ID) error {
	res, err := tx.q.ExecContext(ctx, Q(`UPDATE tasks SET ended = 0, failed = 0, at = 0 WHERE id = $1 AND failed = 1`), id)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n > 0 {
		return err
	}
	return &good.Error{Kind: good.NotFound, Key: "error.task.unknown", Args: map[string]any{"ID": string(id)}}
}

// ForgetTasks deletes up to limit tasks that ended before a time, and says how
// many there were.
func (tx *Tx) ForgetTasks(ctx context.Context, before time.Time, limit int) (int64, error) {
	res, err := tx.q.ExecContext(ctx, Q(`DELETE FROM tasks WHERE id IN (SELECT id FROM tasks WHERE ended > 0 AND ended < $1 ORDER BY ended LIMIT $2)`), millis(before), limit)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// Cursor is the position up to which a reader of the journal has done its
// work; known is false for one that never began.
func (r reads) Cursor(ctx context.Context, name string) (position int64, known bool, err error) {
	err = r.q.QueryRowContext(ctx, Q(`SELECT position FROM cursors WHERE name = $1`), name).Scan(&position)
	if errors.Is(err, sql.ErrNoRows) {
		return -1, false, nil
	}
	return position, err == nil, err
}

// StartCursor sets where a reader of the journal begins, unless it is known.
func (tx *Tx) StartCursor(ctx context.Context, name string, position int64) error {
	_, err := tx.q.ExecContext(ctx, Q(`INSERT INTO cursors (name, position) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`), name, position)
	return err
}

// MoveCursor moves a reader on; a Conflict if another node was faster.
func (tx *Tx) MoveCursor(ctx context.Context, name string, from, to int64) error {
	res, err := tx.q.ExecContext(ctx, Q(`UPDATE cursors SET position = $1 WHERE name = $2 AND position = $3`), to, name, from)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return &good.Error{Kind: good.Conflict, Key: "error.task.cursor"}
}

// Heads returns up to limit entries from position on without their values.
func (r reads) Heads(ctx context.Context, from int64, limit int) ([]good.Entry, error) {
	return r.entries(ctx, Q(`SELECT position, time, role, pseudonym, verb, subjects FROM journal WHERE position >= $1 ORDER BY position LIMIT $2`), from, limit)
}

// Secret returns the secret of a name, nil if there is none yet.
func (r reads) Secret(ctx context.Context, name string) ([]byte, error) {
	var value []byte
	err := r.q.QueryRowContext(ctx, Q(`SELECT value FROM secrets WHERE name = $1`), name).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return value, err
}

// PutSecret keeps a secret unless there is one of that name, which stays.
func (tx *Tx) PutSecret(ctx context.Context, name string, value []byte) error {
	_, err := tx.q.ExecContext(ctx, Q(`INSERT INTO secrets (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`), name, value)
	return err
}

// Queue is the pool that writes, for the job queue alone.
func (db *DB) Queue() *sql.DB { return db.w }
