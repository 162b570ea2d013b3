package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"stoa/internal/good"
	"stoa/internal/watch"
)

// Watched is a good that is looked at again, and how that gets on.
type Watched struct {
	Good    good.ID
	Host    string    // that is asked first
	Due     time.Time // when it is looked at next; zero: it is not watched
	Whole   time.Time // when all of it is
	Began   time.Time // since when somebody looks; zero: nobody does
	Looked  time.Time // when something was seen last
	Read    time.Time // when all of it was
	Told    time.Time // of the entry of the journal that says so
	Failed  time.Time // when the last look failed; zero: it did not
	Failure json.RawMessage
	Memory  watch.Memory
}

const watchedColumns = `good, host, due, whole, began, looked, read, told, failed, failure, doc`

func readWatched(scan func(...any) error) (Watched, error) {
	var w Watched
	var at [7]int64
	var failure, doc string
	if err := scan(&w.Good, &w.Host, &at[0], &at[1], &at[2], &at[3], &at[4], &at[5], &at[6], &failure, &doc); err != nil {
		return w, err
	}
	for i, t := range []*time.Time{&w.Due, &w.Whole, &w.Began, &w.Looked, &w.Read, &w.Told, &w.Failed} {
		*t = moment(at[i])
	}
	w.Failure = []byte(failure)
	var err error
	w.Memory, err = watch.Read([]byte(doc))
	return w, err
}

// Watched returns how the watch of a good gets on; nil where it has none.
func (r reads) Watched(ctx context.Context, id good.ID) (*Watched, error) {
	return one(readWatched(r.q.QueryRowContext(ctx, Q(`SELECT `+watchedColumns+` FROM watched WHERE good = $1`), id).Scan))
}

func (r reads) watched(ctx context.Context, query string, args ...any) ([]Watched, error) {
	var out []Watched
	return out, each(ctx, r.q, query, args, func(scan func(...any) error) error {
		w, err := readWatched(scan)
		out = append(out, w)
		return err
	})
}

// Watching returns up to limit goods that somebody looks at now, the longest first.
func (r reads) Watching(ctx context.Context, limit int) ([]Watched, error) {
	return r.watched(ctx, Q(`SELECT `+watchedColumns+` FROM watched WHERE began > 0 ORDER BY began, good LIMIT $1`), limit)
}

// DueWatched returns up to limit goods that nobody looks at and that are due by
// now, the longest due first.
func (r reads) DueWatched(ctx context.Context, now time.Time, limit int) ([]Watched, error) {
	return r.watched(ctx, Q(`SELECT `+watchedColumns+` FROM watched WHERE began = 0 AND due > 0 AND due <= $1 ORDER BY due, good LIMIT $2`), millis(now), limit)
}

// NextWatched returns up to limit goods in the order in which they are looked
// at next.
func (r reads) NextWatched(ctx context.Context, limit int) ([]Watched, error) {
	return r.watched(ctx, Q(`SELECT `+watchedColumns+` FROM watched WHERE began = 0 AND due > 0 ORDER BY due, good LIMIT $1`), limit)
}

// LastWatched returns up to limit goods that were looked at, the last first.
func (r reads) LastWatched(ctx context.Context, limit int) ([]Watched, error) {
	return r.watched(ctx, Q(`SELECT `+watchedColumns+` FROM watched WHERE looked > 0 ORDER BY looked DESC, good LIMIT $1`), limit)
}

// FailedWatched returns up to limit goods whose last look failed, the last first.
func (r reads) FailedWatched(ctx context.Context, limit int) ([]Watched, error) {
	return r.watched(ctx, Q(`SELECT `+watchedColumns+` FROM watched WHERE failed > 0 ORDER BY failed DESC, good LIMIT $1`), limit)
}

// WatchCounts are how many goods are watched, and where they are.
type WatchCounts struct {
	Watched int `json:"watched"`
	Due     int `json:"due"`
	Running int `json:"running"`
	Failed  int `json:"failed"` // whose last look did
	Open    int `json:"open"`   // signs that stand
	Cases   int `json:"cases"`  // of them
}

// CountWatched counts.
func (r reads) CountWatched(ctx context.Context, now time.Time) (c WatchCounts, err error) {
	err = r.q.QueryRowContext(ctx, Q(`SELECT (SELECT count(*) FROM watched WHERE due > 0), (SELECT count(*) FROM watched WHERE began = 0 AND due > 0 AND due <= $1),
		(SELECT count(*) FROM watched WHERE began > 0), (SELECT count(*) FROM watched WHERE failed > 0),
		(SELECT count(*) FROM signs WHERE ended = 0), (SELECT count(*) FROM signs WHERE ended = 0 AND stayed > 0)`), millis(now)).
		Scan(&c.Watched, &c.Due, &c.Running, &c.Failed, &c.Open, &c.Cases)
	return c, err
}

// UntoldWatched returns up to limit goods that were looked at since the journal
// last said so.
func (r reads) UntoldWatched(ctx context.Context, limit int) ([]Watched, error) {
	return r.watched(ctx, Q(`SELECT `+watchedColumns+` FROM watched WHERE looked > told ORDER BY looked, good LIMIT $1`), limit)
}

// EachLooked hands over when the journal last said of a good that it was looked at.
func (r reads) EachLooked(ctx context.Context, f func(good.ID, time.Time) error) error {
	return each(ctx, r.q, Q(`SELECT good, told FROM watched WHERE told > 0 ORDER BY good`), nil, func(scan func(...any) error) error {
		var id good.ID
		var told int64
		if err := scan(&id, &told); err != nil {
			return err
		}
		return f(id, moment(told))
	})
}

// PutWatched writes how the watch of a good gets on.
func (tx *Tx) PutWatched(ctx context.Context, w Watched) error {
	doc, err := json.Marshal(w.Memory)
	if err != nil {
		return err
	}
	_, err = tx.q.ExecContext(ctx, Q(`INSERT INTO watched (`+watchedColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (good) DO UPDATE SET host = excluded.host, due = excluded.due, whole = excluded.whole, began = excluded.began, looked = excluded.looked,
		read = excluded.read, told = excluded.told, failed = excluded.failed, failure = excluded.failure, doc = excluded.doc`),
		w.Good, w.Host, millis(w.Due), millis(w.Whole), millis(w.Began), millis(w.Looked), millis(w.Read), millis(w.Told), millis(w.Failed), string(w.Failure), string(doc))
	if err != nil {
		return fmt.Errorf("keep what is watched: %w", err)
	}
	return nil
}

// FreeWatched frees the goods that somebody began to look at before a time and
// never ended.
func (tx *Tx) FreeWatched(ctx context.Context, before time.Time) error {
	_, err := tx.q.ExecContext(ctx, Q(`UPDATE watched SET began = 0 WHERE began > 0 AND began < $1`), millis(before))
	return err
}

// Sign is a sign with what is not public of it.
type Sign struct {
	watch.Sign
	Written time.Time // when its owners were written to last
}

func readSign(scan func(...any) error) (Sign, error) {
	var s Sign
	var written int64
	var doc []byte
	if err := scan(&written, &doc); err != nil {
		return s, err
	}
	s.Written = moment(written)
	if err := json.Unmarshal(doc, &s.Sign); err != nil {
		return s, fmt.Errorf("decode a sign: %w", err)
	}
	return s, nil
}

// Sign returns one sign; an error of kind NotFound if there is none.
func (r reads) Sign(ctx context.Context, id good.ID) (*Sign, error) {
	s, err := one(readSign(r.q.QueryRowContext(ctx, Q(`SELECT written, doc FROM signs WHERE id = $1`), id).Scan))
	if err == nil && s == nil {
		err = &good.Error{Kind: good.NotFound, Key: "sign.error.sign"}
	}
	return s, err
}

func (r reads) signs(ctx context.Context, query string, args ...any) ([]Sign, error) {
	var out []Sign
	return out, each(ctx, r.q, query, args, func(scan func(...any) error) error {
		s, err := readSign(scan)
		out = append(out, s)
		return err
	})
}

// SignsOf returns the signs of a good, the newest first.
func (r reads) SignsOf(ctx context.Context, id good.ID) ([]Sign, error) {
	return r.signs(ctx, Q(`SELECT written, doc FROM signs WHERE good = $1 ORDER BY noticed DESC, id DESC`), id)
}

// OpenSigns returns up to limit signs that stand, cases first, the oldest first.
func (r reads) OpenSigns(ctx context.Context, limit int) ([]Sign, error) {
	return r.signs(ctx, Q(`SELECT written, doc FROM signs WHERE ended = 0 ORDER BY CASE WHEN stayed > 0 THEN 0 ELSE 1 END, noticed, id LIMIT $1`), limit)
}

// StayingSigns returns up to limit signs of watched goods that were noticed by a
// time, stand still, and are no case yet.
func (r reads) StayingSigns(ctx context.Context, by time.Time, limit int) ([]Sign, error) {
	return r.signs(ctx, Q(`SELECT s.written, s.doc FROM signs s JOIN watched w ON w.good = s.good
		WHERE s.ended = 0 AND s.stayed = 0 AND s.noticed <= $1 AND w.due > 0 ORDER BY s.noticed, s.id LIMIT $2`), millis(by), limit)
}

// EachSign hands over every sign, by id.
func (r reads) EachSign(ctx context.Context, f func(watch.Sign) error) error {
	return each(ctx, r.q, Q(`SELECT written, doc FROM signs ORDER BY id`), nil, func(scan func(...any) error) error {
		s, err := readSign(scan)
		if err != nil {
			return err
		}
		return f(s.Sign)
	})
}

// PutSign writes a sign.
func (tx *Tx) PutSign(ctx context.Context, s Sign) error {
	doc, err := json.Marshal(s.Sign)
	if err != nil {
		return err
	}
	_, err = tx.q.ExecContext(ctx, Q(`INSERT INTO signs (id, good, noticed, stayed, ended, written, doc) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (id) DO UPDATE SET stayed = excluded.stayed, ended = excluded.ended, written = excluded.written, doc = excluded.doc`),
		s.ID, s.Good, millis(s.Noticed), millis(s.Stayed), millis(s.Ended), millis(s.Written), string(doc))
	if err != nil {
		return fmt.Errorf("keep a sign: %w", err)
	}
	return nil
}

// TellSign appends what happened to a sign to the journal and takes it into the
// sign.
func (tx *Tx) TellSign(ctx context.Context, s *Sign, verb good.Verb, values ...NamedValue) error {
	tx.Append(verb, []good.ID{s.Good, s.ID}, values...)
	if tx.err != nil {
		return tx.err
	}
	if len(tx.entries) == 0 {
		return errors.New("nothing was appended")
	}
	s.Apply(tx.entries[len(tx.entries)-1])
	return tx.PutSign(ctx, *s)
}
