package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"stoa/internal/assess"
	"stoa/internal/good"
)

// StoredVerdict is what one reviewer finds of one indicator in one round.
type StoredVerdict struct {
	Round     int
	Person    good.ID
	Indicator string
	assess.Finding
	Version int64
	Time    time.Time
}

// Verdicts returns every verdict on an application.
func (r reads) Verdicts(ctx context.Context, application good.ID) ([]StoredVerdict, error) {
	var out []StoredVerdict
	return out, each(ctx, r.q, Q(`SELECT round, person, indicator, verdict, reason, version, time FROM verdicts WHERE application = $1 ORDER BY round, person, indicator`),
		[]any{application}, func(scan func(...any) error) error {
			var v StoredVerdict
			var ms int64
			err := scan(&v.Round, &v.Person, &v.Indicator, &v.Verdict, &v.Reason, &v.Version, &ms)
			v.Time = moment(ms)
			out = append(out, v)
			return err
		})
}

// PutVerdict writes a verdict: version is that which its author saw, 0 for a
// first one.
func (tx *Tx) PutVerdict(ctx context.Context, application good.ID, v StoredVerdict) error {
	res, err := tx.q.ExecContext(ctx, Q(`INSERT INTO verdicts (application, round, person, indicator, verdict, reason, version, time) VALUES ($1, $2, $3, $4, $5, $6, 1, $7)
		ON CONFLICT (application, round, person, indicator) DO UPDATE SET verdict = excluded.verdict, reason = excluded.reason, version = verdicts.version + 1, time = excluded.time
		WHERE verdicts.version = $8`), application, v.Round, v.Person, v.Indicator, v.Verdict, v.Reason, tx.now.UnixMilli(), v.Version)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return changed()
}

// Note is what a reviewer notes for those who review.
type Note struct {
	ID        good.ID
	Indicator string // "" for the whole
	Person    good.ID
	Time      time.Time
	Text      string
}

// Notes returns the notes on an application, oldest first.
func (r reads) Notes(ctx context.Context, application good.ID) ([]Note, error) {
	var out []Note
	return out, each(ctx, r.q, Q(`SELECT id, indicator, person, time, text FROM review_notes WHERE application = $1 ORDER BY id`), []any{application}, func(scan func(...any) error) error {
		var n Note
		var ms int64
		err := scan(&n.ID, &n.Indicator, &n.Person, &ms, &n.Text)
		n.Time = moment(ms)
		out = append(out, n)
		return err
	})
}

// PutNote adds a note.
func (tx *Tx) PutNote(ctx context.Context, application good.ID, n Note) error {
	_, err := tx.q.ExecContext(ctx, Q(`INSERT INTO review_notes (id, application, indicator, person, time, text) VALUES ($1, $2, $3, $4, $5, $6)`),
		n.ID, application, n.Indicator, n.Person, tx.now.UnixMilli(), n.Text)
	return err
}

// PutConflict adds a declared conflict of interest.
func (tx *Tx) PutConflict(ctx context.Context, d assess.Declared) error {
	_, err := tx.q.ExecContext(ctx, Q(`INSERT INTO conflicts (id, person, other, good, organisation, reason, time) VALUES ($1, $2, $3, $4, $5, $6, $7)`),
		tx.NewID(), d.By, d.Person, d.Good, d.Organisation, d.Reason, tx.now.UnixMilli())
	return err
}

// DeclaredConflicts returns what people declared, those of the given persons.
func (r reads) DeclaredConflicts(ctx context.Context, people []good.ID) ([]assess.Declared, error) {
	list, err := json.Marshal(people)
	if err != nil {
		return nil, err
	}
	var out []assess.Declared
	return out, each(ctx, r.q, Q(`SELECT person, other, good, organisation, reason FROM conflicts WHERE person IN (SELECT value FROM json_each($1)) ORDER BY id`), []any{string(list)}, func(scan func(...any) error) error {
		var d assess.Declared
		err := scan(&d.By, &d.Person, &d.Good, &d.Organisation, &d.Reason)
		out = append(out, d)
		return err
	})
}

// Entangled returns who must not judge what some people want decided about a
// good, as earlier applications and challenges tell, and why.
func (r reads) Entangled(ctx context.Context, owners []good.ID, id good.ID) (map[good.ID][]assess.ConflictCause, error) {
	list, err := json.Marshal(owners)
	if err != nil {
		return nil, err
	}
	out := map[good.ID][]assess.ConflictCause{}
	return out, each(ctx, r.q, Q(`SELECT d.person, 'quarrel' FROM application_people o JOIN application_people d ON d.application = o.application AND d.part = 'appealed'
			WHERE o.part = 'owner' AND o.person IN (SELECT value FROM json_each($1))
		UNION SELECT c.person, 'reported' FROM application_people o JOIN challenge_reporters c ON c.application = o.application
			WHERE o.part = 'owner' AND c.person <> '' AND o.person IN (SELECT value FROM json_each($1))
		UNION SELECT c.person, 'reported' FROM applications a JOIN challenge_reporters c ON c.application = a.id WHERE a.good = $2 AND a.good <> '' AND c.person <> ''
		UNION SELECT p.person, 'contributor' FROM applications a JOIN application_people p ON p.application = a.id AND p.part = 'owner' WHERE a.good = $2 AND a.good <> ''`),
		[]any{string(list), id}, func(scan func(...any) error) error {
			var person good.ID
			var cause assess.ConflictCause
			err := scan(&person, &cause)
			out[person] = append(out[person], cause)
			return err
		})
}

// ReviewerProfile is what a reviewer, or the secretariat for them, sets.
type ReviewerProfile struct {
	Person  good.ID     `json:"-"`
	Kinds   []good.Kind `json:"kinds,omitempty"`
	Knows   []string    `json:"indicators,omitempty"`
	Away    time.Time   `json:"away,omitzero"` // until when
	Version int64       `json:"-"`
}

// ReviewerProfiles returns every profile there is.
func (r reads) ReviewerProfiles(ctx context.Context) (map[good.ID]ReviewerProfile, error) {
	out := map[good.ID]ReviewerProfile{}
	return out, each(ctx, r.q, Q(`SELECT person, version, doc FROM reviewers`), nil, func(scan func(...any) error) error {
		var p ReviewerProfile
		var person good.ID
		var version int64
		var doc []byte
		if err := scan(&person, &version, &doc); err != nil {
			return err
		}
		err := json.Unmarshal(doc, &p)
		p.Person, p.Version = person, version
		out[person] = p
		return err
	})
}

// PutReviewerProfile writes a profile over the version of it that was seen, 0
// for none; a Conflict where there is another by now.
func (tx *Tx) PutReviewerProfile(ctx context.Context, p ReviewerProfile) error {
	doc, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return tx.must(ctx, &good.Error{Kind: good.Conflict, Key: "people.error.changed"},
		Q(`INSERT INTO reviewers (person, version, doc) VALUES ($1, 1, $2) ON CONFLICT (person) DO UPDATE SET version = reviewers.version + 1, doc = excluded.doc WHERE reviewers.version = $3`), p.Person, string(doc), p.Version)
}

// Load is what a reviewer has to do.
type Load struct {
	Open int
	Last time.Time // when they were last given something
}

// Loads returns what some people have to do, of those who ever had a seat.
func (r reads) Loads(ctx context.Context, people []good.ID) (map[good.ID]Load, error) {
	list, err := json.Marshal(people)
	if err != nil {
		return nil, err
	}
	out := map[good.ID]Load{}
	return out, each(ctx, r.q, Q(`SELECT k.value, (SELECT count(*) FROM application_people p WHERE p.person = k.value AND p.part = 'reviewer' AND p.done = 0),
		COALESCE((SELECT MAX(p.since) FROM application_people p WHERE p.person = k.value AND p.part = 'reviewer'), 0) FROM json_each($1) k`), []any{string(list)}, func(scan func(...any) error) error {
		var person good.ID
		var l Load
		var last int64
		err := scan(&person, &l.Open, &last)
		l.Last = moment(last)
		out[person] = l
		return err
	})
}

// LoadOf is how many seats a person has that they have not finished.
func (r reads) LoadOf(ctx context.Context, person good.ID) (int, error) {
	var n int
	err := r.q.QueryRowContext(ctx, Q(`SELECT count(*) FROM application_people WHERE person = $1 AND part = 'reviewer' AND done = 0`), person).Scan(&n)
	return n, err
}

// SeatedAt lists the applications in which a person's seat is not finished.
func (r reads) SeatedAt(ctx context.Context, person good.ID) ([]good.ID, error) {
	var out []good.ID
	return out, each(ctx, r.q, Q(`SELECT application FROM application_people WHERE person = $1 AND part = 'reviewer' AND done = 0 ORDER BY application`), []any{person}, func(scan func(...any) error) error {
		var id good.ID
		err := scan(&id)
		out = append(out, id)
		return err
	})
}

// Seated lists whose seats are not finished.
func (r reads) Seated(ctx context.Context) (map[good.ID][]good.ID, error) {
	out := map[good.ID][]good.ID{}
	return out, each(ctx, r.q, Q(`SELECT person, application FROM application_people WHERE part = 'reviewer' AND done = 0 ORDER BY person, application`), nil, func(scan func(...any) error) error {
		var person, application good.ID
		err := scan(&person, &application)
		out[person] = append(out[person], application)
		return err
	})
}

// Reporter is who challenged a recognition.
type Reporter struct {
	Person  good.ID
	Name    string
	Contact string
	Time    time.Time
}

// PutReporter notes who challenged.
func (tx *Tx) PutReporter(ctx context.Context, application good.ID, p Reporter) error {
	_, err := tx.q.ExecContext(ctx, Q(`INSERT INTO challenge_reporters (application, person, name, contact, time) VALUES ($1, $2, $3, $4, $5)`), application, p.Person, p.Name, p.Contact, tx.now.UnixMilli())
	return err
}

// Reporter returns who challenged; nil where that is not known.
func (r reads) Reporter(ctx context.Context, application good.ID) (*Reporter, error) {
	var p Reporter
	var ms int64
	err := r.q.QueryRowContext(ctx, Q(`SELECT person, name, contact, time FROM challenge_reporters WHERE application = $1`), application).Scan(&p.Person, &p.Name, &p.Contact, &ms)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	p.Time = moment(ms)
	return &p, err
}

// ForgetJudge takes away what names a person around reviews: what they
// declared, what they know, and how to reach them about a challenge.
func (tx *Tx) ForgetJudge(ctx context.Context, person good.ID) error {
	for _, statement := range []string{
		Q(`DELETE FROM conflicts WHERE person = $1 OR other = $1`),
		Q(`DELETE FROM reviewers WHERE person = $1`),
		Q(`UPDATE challenge_reporters SET person = '', name = '', contact = '' WHERE person = $1`),
	} {
		if _, err := tx.q.ExecContext(ctx, statement, person); err != nil {
			return err
		}
	}
	return nil
}
