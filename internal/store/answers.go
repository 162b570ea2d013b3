package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"stoa/internal/good"
)

// StoredAnswer is the answer to one question: one row, which nobody changes
// without having seen it.
type StoredAnswer struct {
	Question string
	Version  int64
	Person   good.ID
	Time     time.Time
	Doc      json.RawMessage
}

// Answers returns every answer of an application, by question.
func (r reads) Answers(ctx context.Context, application good.ID) (map[string]StoredAnswer, error) {
	out := map[string]StoredAnswer{}
	return out, each(ctx, r.q, Q(`SELECT question, version, person, time, doc FROM answers WHERE application = $1`), []any{application}, func(scan func(...any) error) error {
		a, err := readAnswer(scan)
		out[a.Question] = a
		return err
	})
}

func readAnswer(scan func(...any) error) (StoredAnswer, error) {
	var a StoredAnswer
	var ms int64
	var doc []byte
	err := scan(&a.Question, &a.Version, &a.Person, &ms, &doc)
	a.Time, a.Doc = moment(ms), doc
	return a, err
}

// Answer returns one answer; its Version is 0 where there is none.
func (r reads) Answer(ctx context.Context, application good.ID, question string) (StoredAnswer, error) {
	a, err := readAnswer(r.q.QueryRowContext(ctx, Q(`SELECT question, version, person, time, doc FROM answers WHERE application = $1 AND question = $2`), application, question).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return StoredAnswer{Question: question}, nil
	}
	return a, err
}

// PutAnswers writes answers over whatever is there, each one version on.
func (tx *Tx) PutAnswers(ctx context.Context, application good.ID, list []StoredAnswer) error {
	rows := make([][]any, 0, len(list))
	for _, a := range list {
		rows = append(rows, []any{string(application), a.Question, a.Version + 1, string(a.Person), tx.now.UnixMilli(), string(a.Doc)})
	}
	return tx.insert(ctx, Q(`INSERT INTO answers (application, question, version, person, time, doc) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (application, question) DO UPDATE SET version = answers.version + 1, person = excluded.person, time = excluded.time, doc = excluded.doc`), rows)
}

// Suggestion is an answer that a reviewer suggests; the applicant's stays until
// they accept it.
type Suggestion struct {
	ID          good.ID
	Application good.ID
	Question    string
	Person      good.ID
	Time        time.Time
	Base        int64 // version of the answer it was made to
	Doc         json.RawMessage
	Reason      string
	Settled     time.Time // zero while open
	Settlement  string    // "accepted" or "declined"
}

const suggestionColumns = `id, application, question, person, time, base, doc, reason, settled, settlement`

func readSuggestion(scan func(...any) error) (Suggestion, error) {
	var s Suggestion
	var ms, settled int64
	var doc []byte
	err := scan(&s.ID, &s.Application, &s.Question, &s.Person, &ms, &s.Base, &doc, &s.Reason, &settled, &s.Settlement)
	s.Time, s.Settled, s.Doc = moment(ms), moment(settled), doc
	return s, err
}

// Suggestions returns every suggestion to an application, oldest first.
func (r reads) Suggestions(ctx context.Context, application good.ID) ([]Suggestion, error) {
	var out []Suggestion
	return out, each(ctx, r.q, Q(`SELECT `+suggestionColumns+` FROM suggestions WHERE application = $1 ORDER BY id`), []any{application}, func(scan func(...any) error) error {
		s, err := readSuggestion(scan)
		out = append(out, s)
		return err
	})
}

// PutSuggestion writes a suggestion.
func (tx *Tx) PutSuggestion(ctx context.Context, s Suggestion) error {
	_, err := tx.q.ExecContext(ctx, Q(`INSERT INTO suggestions (`+suggestionColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (id) DO UPDATE SET settled = excluded.settled, settlement = excluded.settlement`),
		s.ID, s.Application, s.Question, s.Person, millis(s.Time), s.Base, string(s.Doc), s.Reason, millis(s.Settled), s.Settlement)
	return err
}

// Suggestion returns one suggestion.
func (r reads) Suggestion(ctx context.Context, id good.ID) (Suggestion, error) {
	s, err := readSuggestion(r.q.QueryRowContext(ctx, Q(`SELECT `+suggestionColumns+` FROM suggestions WHERE id = $1`), id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		err = &good.Error{Kind: good.NotFound, Key: "assess.error.suggestion"}
	}
	return s, err
}
