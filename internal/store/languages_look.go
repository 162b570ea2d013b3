package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"stoa/internal/good"
	"stoa/internal/l10n"
)

// LanguagesLook is a good in whose repository a machine reads how much speaks
// which language, and how that gets on.
type LanguagesLook struct {
	Good    good.ID
	Host    string    // that is asked
	Due     time.Time // when it is read next; zero: it is read no more
	Began   time.Time // since when somebody reads; zero: nobody does
	Looked  time.Time // when it was read last
	Commit  string    // that was read then
	Failed  time.Time // when the last reading failed; zero: it did not
	Failure json.RawMessage
	Seen    *l10n.Coverage // as the journal says it; nil before the first
}

const looksColumns = `good, host, due, began, looked, revision, failed, failure, doc`

func readLook(scan func(...any) error) (LanguagesLook, error) {
	var l LanguagesLook
	var due, began, looked, failed int64
	var failure, doc string
	if err := scan(&l.Good, &l.Host, &due, &began, &looked, &l.Commit, &failed, &failure, &doc); err != nil {
		return l, err
	}
	l.Due, l.Began, l.Looked, l.Failed = moment(due), moment(began), moment(looked), moment(failed)
	if failure != "" {
		l.Failure = []byte(failure)
	}
	if doc == "" {
		return l, nil
	}
	l.Seen = &l10n.Coverage{}
	if err := json.Unmarshal([]byte(doc), l.Seen); err != nil {
		return l, fmt.Errorf("decode what was seen of languages: %w", err)
	}
	return l, nil
}

// LanguagesLook returns how the reading of a good gets on; nil where it has none.
func (r reads) LanguagesLook(ctx context.Context, id good.ID) (*LanguagesLook, error) {
	return one(readLook(r.q.QueryRowContext(ctx, Q(`SELECT `+looksColumns+` FROM l10n_looks WHERE good = $1`), string(id)).Scan))
}

func (r reads) looks(ctx context.Context, query string, args ...any) ([]LanguagesLook, error) {
	var out []LanguagesLook
	return out, each(ctx, r.q, query, args, func(scan func(...any) error) error {
		l, err := readLook(scan)
		out = append(out, l)
		return err
	})
}

// ReadingLanguages returns up to limit goods that somebody reads now, the longest
// first.
func (r reads) ReadingLanguages(ctx context.Context, limit int) ([]LanguagesLook, error) {
	return r.looks(ctx, Q(`SELECT `+looksColumns+` FROM l10n_looks WHERE began > 0 ORDER BY began, good LIMIT $1`), limit)
}

// DueLanguages returns up to limit goods that nobody reads and that are due by
// now, the longest due first.
func (r reads) DueLanguages(ctx context.Context, now time.Time, limit int) ([]LanguagesLook, error) {
	return r.looks(ctx, Q(`SELECT `+looksColumns+` FROM l10n_looks WHERE began = 0 AND due > 0 AND due <= $1 ORDER BY due, good LIMIT $2`), millis(now), limit)
}

// LanguagesSeen returns what a machine saw of the languages of a good, with the
// commit and date of the last time; nil where it saw nothing yet.
func (r reads) LanguagesSeen(ctx context.Context, id good.ID) (*l10n.Coverage, error) {
	l, err := r.LanguagesLook(ctx, id)
	if err != nil || l == nil || l.Seen == nil {
		return nil, err
	}
	seen := *l.Seen
	if !l.Looked.IsZero() {
		seen.At, seen.Commit = l.Looked, l.Commit
	}
	return &seen, nil
}

// EachLanguagesSeen hands over what the journal says a machine saw of every
// good, by id.
func (r reads) EachLanguagesSeen(ctx context.Context, f func(l10n.Coverage) error) error {
	return everyDoc(ctx, r, Q(`SELECT doc FROM l10n_looks WHERE doc <> '' ORDER BY good`), f)
}

// PutLanguagesLook writes how the reading of a good gets on.
func (tx *Tx) PutLanguagesLook(ctx context.Context, l LanguagesLook) error {
	doc := ""
	if l.Seen != nil {
		raw, err := json.Marshal(l.Seen)
		if err != nil {
			return err
		}
		doc = string(raw)
	}
	_, err := tx.q.ExecContext(ctx, Q(`INSERT INTO l10n_looks (`+looksColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (good) DO UPDATE SET host = excluded.host, due = excluded.due, began = excluded.began, looked = excluded.looked,
		revision = excluded.revision, failed = excluded.failed, failure = excluded.failure, doc = excluded.doc`),
		string(l.Good), l.Host, millis(l.Due), millis(l.Began), millis(l.Looked), l.Commit, millis(l.Failed), string(l.Failure), doc)
	if err != nil {
		return fmt.Errorf("keep what is read of languages: %w", err)
	}
	return nil
}

// PutLanguagesSeen writes what the journal says a machine saw of a good; nil
// where it says nothing.
func (tx *Tx) PutLanguagesSeen(ctx context.Context, id good.ID, seen *l10n.Coverage) error {
	l, err := tx.LanguagesLook(ctx, id)
	if err != nil {
		return err
	}
	if l == nil {
		l = &LanguagesLook{Good: id}
	}
	if l.Seen = seen; seen == nil {
		l.Looked, l.Commit = time.Time{}, ""
	}
	return tx.PutLanguagesLook(ctx, *l)
}

// FreeLanguages frees the goods that somebody began to read before a time and
// never ended.
func (tx *Tx) FreeLanguages(ctx context.Context, before time.Time) error {
	_, err := tx.q.ExecContext(ctx, Q(`UPDATE l10n_looks SET began = 0 WHERE began > 0 AND began < $1`), millis(before))
	return err
}
