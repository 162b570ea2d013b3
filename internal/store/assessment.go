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

func readAssessment(scan func(...any) error) (assess.Record, error) {
	var doc []byte
	var r assess.Record
	if err := scan(&doc); err != nil {
		return r, err
	}
	if err := json.Unmarshal(doc, &r); err != nil {
		return r, fmt.Errorf("decode the record of an application: %w", err)
	}
	return r, nil
}

// Assessment returns the public record of an application; nil if nothing
// public has happened to it.
func (r reads) Assessment(ctx context.Context, application good.ID) (*assess.Record, error) {
	rec, err := readAssessment(r.q.QueryRowContext(ctx, Q(`SELECT doc FROM application_records WHERE application = $1`), application).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return &rec, err
}

// Assessments returns the public records of a good's applications, the newest
// first.
func (r reads) Assessments(ctx context.Context, id good.ID) ([]assess.Record, error) {
	var out []assess.Record
	return out, each(ctx, r.q, Q(`SELECT doc FROM application_records WHERE good = $1 ORDER BY submitted DESC, application DESC`), []any{id}, func(scan func(...any) error) error {
		rec, err := readAssessment(scan)
		out = append(out, rec)
		return err
	})
}

// EachAssessment hands over every public record, by application.
func (r reads) EachAssessment(ctx context.Context, f func(assess.Record) error) error {
	return each(ctx, r.q, Q(`SELECT doc FROM application_records ORDER BY application`), nil, func(scan func(...any) error) error {
		rec, err := readAssessment(scan)
		if err != nil {
			return err
		}
		return f(rec)
	})
}

// PutAssessment writes the public record of an application.
func (tx *Tx) PutAssessment(ctx context.Context, rec assess.Record) error {
	doc, err := json.Marshal(rec)
	if err != nil {
		return fmt.Errorf("encode the record of an application: %w", err)
	}
	_, err = tx.q.ExecContext(ctx, Q(`INSERT INTO application_records (application, good, submitted, doc) VALUES ($1, $2, $3, $4)
		ON CONFLICT (application) DO UPDATE SET good = excluded.good, submitted = excluded.submitted, doc = excluded.doc`), rec.Application, rec.Good, millis(rec.Submitted), string(doc))
	return err
}

// Tell appends what happened to an application to the journal and takes it
// into the application's public record.
func (tx *Tx) Tell(ctx context.Context, a *assess.Application, e assess.Event) error {
	if e.Verb == "" {
		return nil
	}
	subjects := []good.ID{a.ID}
	if a.Good != "" {
		subjects = append(subjects, a.Good)
	}
	values := make([]NamedValue, 0, len(e.Values))
	for _, v := range e.Values {
		values = append(values, NamedValue(v))
	}
	tx.Append(e.Verb, subjects, values...)
	if tx.err != nil {
		return tx.err
	}
	rec, err := tx.Assessment(ctx, a.ID)
	if err != nil {
		return err
	}
	if rec == nil {
		rec = &assess.Record{}
	}
	rec.Apply(tx.entries[len(tx.entries)-1])
	return tx.PutAssessment(ctx, *rec)
}

// Spent is how long one state lasted, of one kind of application, in the month
// ("2006-01") in which it ended.
type Spent struct {
	Kind   assess.Kind
	Month  string
	State  assess.State
	Lasted []Lasted // by hours
}

// Lasted is how many took so many whole hours.
type Lasted struct{ Hours, Count int }

// readLasted reads counts by hours, {"12":3}, as they are kept: there are
// thousands to read for a page, so without reflection.
func readLasted(doc []byte) ([]Lasted, error) {
	var out []Lasted
	hours, n := -1, -1
	for _, c := range doc {
		switch {
		case c >= '0' && c <= '9' && n < 1<<40:
			n = max(n, 0)*10 + int(c-'0')
		case c == ':' && n >= 0:
			hours, n = n, -1
		case (c == ',' || c == '}') && hours >= 0 && n >= 0:
			out = append(out, Lasted{hours, n})
			hours, n = -1, -1
		case c != '{' && c != '}' && c != '"' && c != ' ':
			return nil, fmt.Errorf("how long states lasted is unreadable: %.100q", doc)
		}
	}
	slices.SortFunc(out, func(a, b Lasted) int { return a.Hours - b.Hours })
	return out, nil
}

// AddSpent counts one more state that ended.
func (tx *Tx) AddSpent(ctx context.Context, kind assess.Kind, state assess.State, from, to time.Time) error {
	month := to.UTC().Format("2006-01")
	hours := map[int]int{}
	var doc []byte
	// What is there is written over itself, so that whoever counts next waits.
	err := tx.q.QueryRowContext(ctx, Q(`INSERT INTO state_times (kind, month, state, doc) VALUES ($1, $2, $3, '{}') ON CONFLICT (kind, month, state) DO UPDATE SET doc = state_times.doc RETURNING doc`), kind, month, state).Scan(&doc)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(doc, &hours); err != nil {
		return err
	}
	hours[max(0, int(to.Sub(from)/time.Hour))]++
	if doc, err = json.Marshal(hours); err != nil {
		return err
	}
	_, err = tx.q.ExecContext(ctx, Q(`UPDATE state_times SET doc = $4 WHERE kind = $1 AND month = $2 AND state = $3`), kind, month, state, string(doc))
	return err
}

// Spent returns how long states lasted that ended in a month or after it.
func (r reads) Spent(ctx context.Context, since string) ([]Spent, error) {
	var out []Spent
	return out, each(ctx, r.q, Q(`SELECT kind, month, state, doc FROM state_times WHERE month >= $1 ORDER BY kind, month, state`), []any{since}, func(scan func(...any) error) error {
		var s Spent
		var doc sql.RawBytes
		if err := scan(&s.Kind, &s.Month, &s.State, &doc); err != nil {
			return err
		}
		var err error
		s.Lasted, err = readLasted(doc)
		out = append(out, s)
		return err
	})
}

// SetDue makes what is due of a subject this and nothing else.
func (tx *Tx) SetDue(ctx context.Context, subject good.ID, due []assess.Due) error {
	if _, err := tx.q.ExecContext(ctx, Q(`DELETE FROM due WHERE subject = $1`), subject); err != nil {
		return err
	}
	rows := make([][]any, 0, len(due))
	for _, d := range due {
		rows = append(rows, []any{string(d.Subject), d.Key, string(d.Kind), millis(d.At), d.Days})
	}
	return tx.insert(ctx, Q(`INSERT INTO due (subject, key, kind, at, days) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`), rows)
}

const dueColumns = `subject, key, kind, at, days`

func (r reads) due(ctx context.Context, query string, args ...any) ([]assess.Due, error) {
	var out []assess.Due
	return out, each(ctx, r.q, query, args, func(scan func(...any) error) error {
		var d assess.Due
		var at int64
		err := scan(&d.Subject, &d.Key, &d.Kind, &at, &d.Days)
		d.At = moment(at)
		out = append(out, d)
		return err
	})
}

// Due returns up to limit of what is due by now, the longest due first.
func (r reads) Due(ctx context.Context, now time.Time, limit int) ([]assess.Due, error) {
	return r.due(ctx, Q(`SELECT `+dueColumns+` FROM due WHERE at <= $1 ORDER BY at, subject, key LIMIT $2`), millis(now), limit)
}

// DueOf returns what is still due of a subject.
func (r reads) DueOf(ctx context.Context, subject good.ID) ([]assess.Due, error) {
	return r.due(ctx, Q(`SELECT `+dueColumns+` FROM due WHERE subject = $1 ORDER BY at, key`), subject)
}

// TakeDue takes one thing off what is due; false where somebody else did.
func (tx *Tx) TakeDue(ctx context.Context, d assess.Due) (bool, error) {
	res, err := tx.q.ExecContext(ctx, Q(`DELETE FROM due WHERE subject = $1 AND key = $2`), d.Subject, d.Key)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

// PutOffDue makes what is due of one kind of a subject due at a later time;
// what is due later than that stays.
func (tx *Tx) PutOffDue(ctx context.Context, subject good.ID, kind assess.DueKind, at time.Time) error {
	_, err := tx.q.ExecContext(ctx, Q(`UPDATE due SET at = $1 WHERE subject = $2 AND kind = $3 AND at < $4`), millis(at), subject, kind, millis(at))
	return err
}

// SettingsVersion is one version of the settings: who set them, when and why.
type SettingsVersion struct {
	Version  int64           `json:"version"` // 0 for what holds before anybody changed anything
	Time     time.Time       `json:"time,omitzero"`
	By       good.Actor      `json:"by"`
	Reason   string          `json:"reason"`
	Settings assess.Settings `json:"settings"`
}

func readSettings(scan func(...any) error) (SettingsVersion, error) {
	var v SettingsVersion
	var ms int64
	var doc []byte
	if err := scan(&v.Version, &ms, &v.By.Role, &v.By.Pseudonym, &v.Reason, &doc); err != nil {
		return v, err
	}
	v.Time = moment(ms)
	v.Settings = assess.Defaults() // what an older version did not know
	return v, json.Unmarshal(doc, &v.Settings)
}

// Settings returns the settings in force; version 0 where nobody set any.
func (r reads) Settings(ctx context.Context) (SettingsVersion, error) {
	v, err := readSettings(r.q.QueryRowContext(ctx, Q(`SELECT version, time, role, pseudonym, reason, doc FROM assessment_settings ORDER BY version DESC LIMIT 1`)).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return SettingsVersion{Settings: assess.Defaults()}, nil
	}
	return v, err
}

// SettingsHistory returns every version of the settings, the newest first.
func (r reads) SettingsHistory(ctx context.Context) ([]SettingsVersion, error) {
	var out []SettingsVersion
	return out, each(ctx, r.q, Q(`SELECT version, time, role, pseudonym, reason, doc FROM assessment_settings ORDER BY version DESC`), nil, func(scan func(...any) error) error {
		v, err := readSettings(scan)
		out = append(out, v)
		return err
	})
}

// PutSettings writes the version after the given one; a Conflict where that is
// not the newest.
func (tx *Tx) PutSettings(ctx context.Context, after int64, reason string, s assess.Settings) error {
	doc, err := json.Marshal(s)
	if err != nil {
		return err
	}
	_, err = tx.q.ExecContext(ctx, Q(`INSERT INTO assessment_settings (version, time, role, pseudonym, reason, doc) VALUES ($1, $2, $3, $4, $5, $6)`),
		after+1, tx.now.UnixMilli(), tx.actor.Role, tx.actor.Pseudonym, reason, string(doc))
	if tx.db.dialect.unique(err) {
		return changed()
	}
	return err
}

// Announcement is what the secretariat says to many.
type Announcement struct {
	ID     good.ID     `json:"id"`
	Time   time.Time   `json:"time"`
	Person good.ID     `json:"-"`
	Title  good.Text   `json:"title"`
	Body   good.Text   `json:"body"`
	To     []string    `json:"to,omitempty"` // roles; none: everybody with an application or a role
	Kind   assess.Kind `json:"kind,omitempty"`
}

// PutAnnouncement adds an announcement.
func (tx *Tx) PutAnnouncement(ctx context.Context, a Announcement) error {
	doc, err := json.Marshal(a)
	if err != nil {
		return err
	}
	_, err = tx.q.ExecContext(ctx, Q(`INSERT INTO announcements (id, time, person, doc) VALUES ($1, $2, $3, $4)`), a.ID, millis(a.Time), a.Person, string(doc))
	return err
}

// Announcements returns the newest announcements.
func (r reads) Announcements(ctx context.Context, limit int) ([]Announcement, error) {
	var out []Announcement
	return out, each(ctx, r.q, Q(`SELECT person, doc FROM announcements ORDER BY id DESC LIMIT $1`), []any{limit}, func(scan func(...any) error) error {
		var a Announcement
		var person good.ID
		var doc []byte
		if err := scan(&person, &doc); err != nil {
			return err
		}
		err := json.Unmarshal(doc, &a)
		a.Person = person
		out = append(out, a)
		return err
	})
}
