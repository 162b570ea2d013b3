package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"

	"stoa/internal/good"
	"stoa/internal/l10n"
)

// TasksThat says which localisation tasks are meant; the zero value, every one.
type TasksThat struct {
	Good     good.ID
	Language string
	State    l10n.Standing
}

// LocalisationTask returns one task; nil if there is none.
func (r reads) LocalisationTask(ctx context.Context, id good.ID) (*l10n.Task, error) {
	return first(docs[l10n.Task](ctx, r, Q(`SELECT doc FROM l10n_tasks WHERE id = $1`), id))
}

// LocalisationTasks returns up to limit tasks, the newest first, before one; ""
// for the first.
func (r reads) LocalisationTasks(ctx context.Context, that TasksThat, before good.ID, limit int) ([]l10n.Task, error) {
	return docs[l10n.Task](ctx, r, Q(`SELECT doc FROM l10n_tasks WHERE id < $1 AND ($2 = '' OR good = $2) AND ($3 = '' OR language = $3) AND ($4 = '' OR state = $4) ORDER BY id DESC LIMIT $5`),
		string(cmp.Or(before, "~")), string(that.Good), that.Language, string(that.State), limit)
}

// OpenLocalisations counts the tasks that go on still: those a person opened,
// and those of a good.
func (r reads) OpenLocalisations(ctx context.Context, opener string, id good.ID) (mine, its int, err error) {
	err = each(ctx, r.q, Q(`SELECT COUNT(CASE WHEN opener = $1 THEN 1 END), COUNT(CASE WHEN good = $2 THEN 1 END) FROM l10n_tasks WHERE state IN ('open', 'claimed', 'in-review') AND (opener = $1 OR good = $2)`),
		[]any{opener, string(id)}, func(scan func(...any) error) error { return scan(&mine, &its) })
	return mine, its, err
}

// EachLocalisation hands over every task, by id.
func (r reads) EachLocalisation(ctx context.Context, f func(l10n.Task) error) error {
	return everyDoc(ctx, r, Q(`SELECT doc FROM l10n_tasks ORDER BY id`), f)
}

func everyDoc[T any](ctx context.Context, r reads, query string, f func(T) error) error {
	return each(ctx, r.q, query, nil, func(scan func(...any) error) error {
		var raw []byte
		var v T
		if err := scan(&raw); err != nil {
			return err
		}
		if err := json.Unmarshal(raw, &v); err != nil {
			return fmt.Errorf("decode a document: %w", err)
		}
		return f(v)
	})
}

// PutLocalisationTask writes a task: a new one if its Version is 0, else a
// change of exactly that version. It sets Version.
func (tx *Tx) PutLocalisationTask(ctx context.Context, t *l10n.Task) error {
	was := t.Version
	t.Version++
	doc, err := json.Marshal(t)
	if err != nil {
		return err
	}
	return tx.changed(ctx, Q(`INSERT INTO l10n_tasks (id, good, language, state, opener, version, doc) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (id) DO UPDATE SET good = excluded.good, state = excluded.state, opener = excluded.opener, version = excluded.version, doc = excluded.doc WHERE l10n_tasks.version = $8`),
		string(t.ID), string(t.Good), t.Language, string(t.State), t.Opener, t.Version, string(doc), was)
}

// Units returns up to limit units of a task behind a number, in order.
func (r reads) Units(ctx context.Context, task good.ID, after, limit int) ([]l10n.Unit, error) {
	return docs[l10n.Unit](ctx, r, Q(`SELECT doc FROM l10n_units WHERE task = $1 AND n > $2 ORDER BY n LIMIT $3`), task, after, limit)
}

// PutUnits writes units of a task.
func (tx *Tx) PutUnits(ctx context.Context, task good.ID, units []l10n.Unit) error {
	for _, u := range units {
		doc, err := json.Marshal(u)
		if err != nil {
			return err
		}
		if _, err := tx.q.ExecContext(ctx, Q(`INSERT INTO l10n_units (task, n, doc) VALUES ($1, $2, $3) ON CONFLICT (task, n) DO UPDATE SET doc = excluded.doc`), string(task), u.N, string(doc)); err != nil {
			return err
		}
	}
	return nil
}

// Terms returns the words of a good, by language and word.
func (r reads) Terms(ctx context.Context, id good.ID) ([]l10n.Term, error) {
	return docs[l10n.Term](ctx, r, Q(`SELECT doc FROM l10n_terms WHERE good = $1 ORDER BY same`), id)
}

// Term returns one word; nil if there is none.
func (r reads) Term(ctx context.Context, id good.ID) (*l10n.Term, error) {
	return first(docs[l10n.Term](ctx, r, Q(`SELECT doc FROM l10n_terms WHERE id = $1`), id))
}

// EachTerm hands over every word, by id.
func (r reads) EachTerm(ctx context.Context, f func(l10n.Term) error) error {
	return everyDoc(ctx, r, Q(`SELECT doc FROM l10n_terms ORDER BY id`), f)
}

// PutTerm writes a word.
func (tx *Tx) PutTerm(ctx context.Context, t l10n.Term) error {
	doc, err := json.Marshal(t)
	if err != nil {
		return err
	}
	_, err = tx.q.ExecContext(ctx, Q(`INSERT INTO l10n_terms (id, good, same, doc) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO UPDATE SET good = excluded.good, same = excluded.same, doc = excluded.doc`), string(t.ID), string(t.Good), t.Key(), string(doc))
	return err
}

// DropTerm takes a word away.
func (tx *Tx) DropTerm(ctx context.Context, id good.ID) error {
	_, err := tx.q.ExecContext(ctx, Q(`DELETE FROM l10n_terms WHERE id = $1`), string(id))
	return err
}

// Coverage returns how much of a good speaks which language; nil if nobody said.
func (r reads) Coverage(ctx context.Context, id good.ID) (*l10n.Coverage, error) {
	return first(docs[l10n.Coverage](ctx, r, Q(`SELECT doc FROM l10n_coverage WHERE good = $1`), id))
}

// EachCoverage hands over what is known of every good, by id.
func (r reads) EachCoverage(ctx context.Context, f func(l10n.Coverage) error) error {
	return everyDoc(ctx, r, Q(`SELECT doc FROM l10n_coverage ORDER BY good`), f)
}

// PutCoverage writes how much of a good speaks which language.
func (tx *Tx) PutCoverage(ctx context.Context, c l10n.Coverage) error {
	doc, err := json.Marshal(c)
	if err != nil {
		return err
	}
	_, err = tx.q.ExecContext(ctx, Q(`INSERT INTO l10n_coverage (good, doc) VALUES ($1, $2) ON CONFLICT (good) DO UPDATE SET doc = excluded.doc`), string(c.Good), string(doc))
	return err
}

// TextsOf returns a good's own name and description in the languages in which
// people said them.
func (r reads) TextsOf(ctx context.Context, id good.ID) ([]l10n.Texts, error) {
	return docs[l10n.Texts](ctx, r, Q(`SELECT doc FROM l10n_texts WHERE good = $1 ORDER BY language`), id)
}

// EachTexts hands over those of every good.
func (r reads) EachTexts(ctx context.Context, f func(l10n.Texts) error) error {
	return everyDoc(ctx, r, Q(`SELECT doc FROM l10n_texts ORDER BY good, language`), f)
}

// PutTexts writes a good's own name and description in a language; without a
// name they are taken away.
func (tx *Tx) PutTexts(ctx context.Context, t l10n.Texts) error {
	if t.Name == "" {
		_, err := tx.q.ExecContext(ctx, Q(`DELETE FROM l10n_texts WHERE good = $1 AND language = $2`), string(t.Good), t.Language)
		return err
	}
	doc, err := json.Marshal(t)
	if err != nil {
		return err
	}
	_, err = tx.q.ExecContext(ctx, Q(`INSERT INTO l10n_texts (good, language, doc) VALUES ($1, $2, $3) ON CONFLICT (good, language) DO UPDATE SET doc = excluded.doc`), string(t.Good), t.Language, string(doc))
	return err
}
