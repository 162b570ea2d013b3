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

// Harvested is a source that is read by itself, and how that gets on.
type Harvested struct {
	good.Harvest
	Version  int64           // grows by one when it is set; optimistic lock
	Due      time.Time       // when it is read next; zero: when somebody asks
	Step     int64           // grows by one whenever a run commits something
	Progress json.RawMessage // where its run stands; of app/imports/runs alone
	Holder   string          // who reads it now; "" for nobody
	Held     time.Time       // until when it is theirs
}

const harvestColumns = `doc, version, due, step, progress, holder, held`

func readHarvest(scan func(...any) error) (Harvested, error) {
	var h Harvested
	var doc, progress string
	var due, held int64
	if err := scan(&doc, &h.Version, &due, &h.Step, &progress, &h.Holder, &held); err != nil {
		return h, err
	}
	h.Due, h.Held, h.Progress = moment(due), moment(held), []byte(progress)
	return h, json.Unmarshal([]byte(doc), &h.Harvest)
}

func (r reads) harvests(ctx context.Context, query string, args ...any) ([]Harvested, error) {
	var out []Harvested
	return out, each(ctx, r.q, query, args, func(scan func(...any) error) error {
		h, err := readHarvest(scan)
		out = append(out, h)
		return err
	})
}

// Harvests returns every source that is read by itself.
func (r reads) Harvests(ctx context.Context) ([]Harvested, error) {
	return r.harvests(ctx, Q(`SELECT `+harvestColumns+` FROM harvests ORDER BY source`))
}

// DueHarvests returns the sources that are due by now and that nobody reads,
// the longest due first.
func (r reads) DueHarvests(ctx context.Context, now time.Time) ([]Harvested, error) {
	return r.harvests(ctx, Q(`SELECT `+harvestColumns+` FROM harvests WHERE due > 0 AND due <= $1 AND paused = 0 AND held <= $1 ORDER BY due, source`), millis(now))
}

// Harvest returns how a source is read; an error of kind NotFound where it is not.
func (r reads) Harvest(ctx context.Context, source string) (*Harvested, error) {
	h, err := readHarvest(r.q.QueryRowContext(ctx, Q(`SELECT `+harvestColumns+` FROM harvests WHERE source = $1`), source).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, &good.Error{Kind: good.NotFound, Key: "harvest.error.unknown", Args: map[string]any{"Source": source}}
	}
	return &h, err
}

// moved is a conflict unless a statement changed a row.
func moved(res sql.Result, err error, key string) error {
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err == nil && n == 0 {
		return &good.Error{Kind: good.Conflict, Key: key}
	}
	return err
}

// PutHarvest says how a source is read, where it is still as at version, 0 for a
// new one.
func (tx *Tx) PutHarvest(ctx context.Context, h good.Harvest, version int64, due time.Time) error {
	doc, err := json.Marshal(h)
	if err != nil {
		return fmt.Errorf("encode a harvest: %w", err)
	}
	paused := 0
	if h.Paused {
		paused = 1
	}
	if version == 0 {
		res, err := tx.q.ExecContext(ctx, Q(`INSERT INTO harvests (source, doc, version, paused, due, step, progress, holder, held) VALUES ($1, $2, 1, $3, $4, 0, '{}', '', 0) ON CONFLICT DO NOTHING`),
			h.Source, string(doc), paused, millis(due))
		return moved(res, err, "harvest.error.exists")
	}
	res, err := tx.q.ExecContext(ctx, Q(`UPDATE harvests SET doc = $1, version = version + 1, paused = $2, due = $3 WHERE source = $4 AND version = $5`),
		string(doc), paused, millis(due), h.Source, version)
	return moved(res, err, "harvest.error.changed")
}

// HurryHarvest makes a source due.
func (tx *Tx) HurryHarvest(ctx context.Context, source string, due time.Time) error {
	_, err := tx.q.ExecContext(ctx, Q(`UPDATE harvests SET due = $1 WHERE source = $2`), millis(due), source)
	return err
}

// HoldHarvest gives a source to a holder until a time, where nobody else has it
// by now or over says that it is taken from them.
func (tx *Tx) HoldHarvest(ctx context.Context, source, holder string, until time.Time, over bool) error {
	free := tx.now
	if over {
		free = until.AddDate(100, 0, 0)
	}
	res, err := tx.q.ExecContext(ctx, Q(`UPDATE harvests SET holder = $1, held = $2 WHERE source = $3 AND (holder = $1 OR held <= $4)`), holder, millis(until), source, millis(free))
	return moved(res, err, "harvest.error.running")
}

// LeaveHarvest gives a source back, due at a time.
func (tx *Tx) LeaveHarvest(ctx context.Context, source, holder string, due time.Time) error {
	_, err := tx.q.ExecContext(ctx, Q(`UPDATE harvests SET holder = '', held = 0, due = $1 WHERE source = $2 AND holder = $3`), millis(due), source, holder)
	return err
}

// StepHarvest notes where the run of a source stands now. It is a conflict where
// somebody else noted something meanwhile, or has the source.
func (tx *Tx) StepHarvest(ctx context.Context, source, holder string, step int64, progress json.RawMessage, until time.Time) error {
	res, err := tx.q.ExecContext(ctx, Q(`UPDATE harvests SET step = step + 1, progress = $1, held = $2 WHERE source = $3 AND holder = $4 AND step = $5`),
		string(progress), millis(until), source, holder, step)
	return moved(res, err, "harvest.error.running")
}

// FreeHarvest takes a source from whoever reads it: they find out at their next step.
func (tx *Tx) FreeHarvest(ctx context.Context, source string) error {
	_, err := tx.q.ExecContext(ctx, Q(`UPDATE harvests SET holder = '', held = 0 WHERE source = $1`), source)
	return err
}

// RestartHarvest is FreeHarvest with another progress.
func (tx *Tx) RestartHarvest(ctx context.Context, source string, progress json.RawMessage) error {
	_, err := tx.q.ExecContext(ctx, Q(`UPDATE harvests SET holder = '', held = 0, step = step + 1, progress = $1 WHERE source = $2`), string(progress), source)
	return err
}

// Seen is what was seen of one record of a source last.
type Seen struct {
	ID   string
	Mark string // stands for what it said; "" for a record from before the source was read by itself
	Pass int    // the reading that saw it
	Page int    // of that reading
	Gone bool
}

// SeenOf returns what was seen of records, by their ids.
func (r reads) SeenOf(ctx context.Context, source string, ids []string) (map[string]Seen, error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	out := make(map[string]Seen, len(ids))
	return out, each(ctx, r.q, Q(`SELECT foreign_id, mark, pass, page, gone FROM harvested WHERE source = $1 AND foreign_id IN (SELECT value FROM json_each($2))`),
		[]any{source, string(list)}, func(scan func(...any) error) error {
			var s Seen
			var gone int
			err := scan(&s.ID, &s.Mark, &s.Pass, &s.Page, &gone)
			s.Gone = gone == 1
			out[s.ID] = s
			return err
		})
}

// PutSeen writes what was seen of records.
func (tx *Tx) PutSeen(ctx context.Context, source string, list []Seen) error {
	rows := make([][]any, len(list))
	for i, s := range list {
		gone := 0
		if s.Gone {
			gone = 1
		}
		rows[i] = []any{source, s.ID, s.Mark, s.Pass, s.Page, gone}
	}
	return tx.insert(ctx, Q(`INSERT INTO harvested (source, foreign_id, mark, pass, page, gone) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (source, foreign_id) DO UPDATE SET mark = excluded.mark, pass = excluded.pass, page = excluded.page, gone = excluded.gone`), rows)
}

// Missed returns up to limit records of a source that a reading did not see and
// that are not known to be gone, in the order of their ids.
func (r reads) Missed(ctx context.Context, source string, pass int, after string, limit int) ([]Seen, error) {
	var out []Seen
	return out, each(ctx, r.q, Q(`SELECT r.foreign_id, COALESCE(h.mark, ''), COALESCE(h.pass, 0) FROM records r LEFT JOIN harvested h ON h.source = r.source AND h.foreign_id = r.foreign_id
		WHERE r.source = $1 AND r.foreign_id > $2 AND COALESCE(h.pass, 0) < $3 AND COALESCE(h.gone, 0) = 0 ORDER BY r.foreign_id LIMIT $4`),
		[]any{source, after, pass, limit}, func(scan func(...any) error) error {
			var s Seen
			err := scan(&s.ID, &s.Mark, &s.Pass)
			out = append(out, s)
			return err
		})
}

// CountMissed is how many records Missed would return, and how many are listed
// as far as is known.
func (r reads) CountMissed(ctx context.Context, source string, pass int) (missed, known int, err error) {
	err = r.q.QueryRowContext(ctx, Q(`SELECT COALESCE(SUM(CASE WHEN COALESCE(h.pass, 0) < $1 THEN 1 ELSE 0 END), 0), count(*) FROM records r LEFT JOIN harvested h ON h.source = r.source AND h.foreign_id = r.foreign_id
		WHERE r.source = $2 AND COALESCE(h.gone, 0) = 0`), pass, source).Scan(&missed, &known)
	return missed, known, err
}

// PutRun writes a run that has ended.
func (tx *Tx) PutRun(ctx context.Context, run good.Run) error {
	doc, err := json.Marshal(run)
	if err != nil {
		return fmt.Errorf("encode a run: %w", err)
	}
	_, err = tx.q.ExecContext(ctx, Q(`INSERT INTO harvest_runs (source, n, ended, doc) VALUES ($1, $2, $3, $4)`), run.Source, run.N, millis(run.Ended), string(doc))
	return err
}

// Runs returns up to limit runs of a source that ended before its n-th, 0 for
// all, the newest first.
func (r reads) Runs(ctx context.Context, source string, n, limit int) ([]good.Run, error) {
	if n == 0 {
		n = 1 << 31
	}
	var out []good.Run
	return out, r.eachRun(ctx, Q(`SELECT doc FROM harvest_runs WHERE source = $1 AND n < $2 ORDER BY n DESC LIMIT $3`), []any{source, n, limit}, func(run good.Run) error {
		out = append(out, run)
		return nil
	})
}

// LastRuns returns the last run of every source.
func (r reads) LastRuns(ctx context.Context) (map[string]good.Run, error) {
	out := map[string]good.Run{}
	return out, r.eachRun(ctx, Q(`SELECT doc FROM harvest_runs r WHERE n = (SELECT MAX(n) FROM harvest_runs WHERE source = r.source)`), nil, func(run good.Run) error {
		out[run.Source] = run
		return nil
	})
}

// EachRun goes through every run that ended.
func (r reads) EachRun(ctx context.Context, f func(good.Run) error) error {
	return r.eachRun(ctx, Q(`SELECT doc FROM harvest_runs ORDER BY source, n`), nil, f)
}

func (r reads) eachRun(ctx context.Context, query string, args []any, f func(good.Run) error) error {
	return each(ctx, r.q, query, args, func(scan func(...any) error) error {
		var doc string
		var run good.Run
		if err := scan(&doc); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(doc), &run); err != nil {
			return err
		}
		return f(run)
	})
}

// PutFaults adds records of a run that could not be read, from the n-th on.
func (tx *Tx) PutFaults(ctx context.Context, source string, run, n int, list []good.RunFault) error {
	var rows [][]any
	for i, f := range list {
		doc, err := json.Marshal(f)
		if err != nil {
			return err
		}
		rows = append(rows, []any{source, run, n + i, string(doc)})
	}
	return tx.insert(ctx, Q(`INSERT INTO harvest_faults (source, run, n, doc) VALUES ($1, $2, $3, $4)`), rows)
}

// ForgetFaults deletes the faults of a source's runs before the n-th.
func (tx *Tx) ForgetFaults(ctx context.Context, source string, n int) error {
	_, err := tx.q.ExecContext(ctx, Q(`DELETE FROM harvest_faults WHERE source = $1 AND run < $2`), source, n)
	return err
}

// Faults returns up to limit records of a run that could not be read.
func (r reads) Faults(ctx context.Context, source string, run, limit int) ([]good.RunFault, error) {
	var out []good.RunFault
	return out, each(ctx, r.q, Q(`SELECT doc FROM harvest_faults WHERE source = $1 AND run = $2 ORDER BY n LIMIT $3`), []any{source, run, limit}, func(scan func(...any) error) error {
		var doc string
		var f good.RunFault
		if err := scan(&doc); err != nil {
			return err
		}
		err := json.Unmarshal([]byte(doc), &f)
		out = append(out, f)
		return err
	})
}
