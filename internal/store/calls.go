package store

import (
	"context"
	"encoding/json"
	"time"

	"stoa/internal/assess"
	"stoa/internal/call"
	"stoa/internal/good"
)

// Partners returns every organisation that runs calls, or did, by id.
func (r reads) Partners(ctx context.Context) ([]call.Partner, error) {
	return docs[call.Partner](ctx, r, Q(`SELECT doc FROM call_partners ORDER BY id`))
}

// Partner returns one of them; nil if there is none.
func (r reads) Partner(ctx context.Context, id good.ID) (*call.Partner, error) {
	return first(docs[call.Partner](ctx, r, Q(`SELECT doc FROM call_partners WHERE id = $1`), id))
}

// PutPartner writes a partner.
func (tx *Tx) PutPartner(ctx context.Context, p call.Partner) error {
	return tx.doc(ctx, Q(`INSERT INTO call_partners (id, doc) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET doc = excluded.doc`), p, string(p.ID))
}

// doc runs a write whose last value is a document.
func (tx *Tx) doc(ctx context.Context, query string, v any, args ...any) error {
	doc, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = tx.q.ExecContext(ctx, query, append(args, string(doc))...)
	return err
}

// Calls returns every call, the newest first, drafts too.
func (r reads) Calls(ctx context.Context) ([]call.Call, error) {
	return docs[call.Call](ctx, r, Q(`SELECT doc FROM calls ORDER BY id DESC`))
}

// OpenCalls returns those that are open, the newest first.
func (r reads) OpenCalls(ctx context.Context) ([]call.Call, error) {
	return docs[call.Call](ctx, r, Q(`SELECT doc FROM calls WHERE state = $1 ORDER BY id DESC`), string(call.Open))
}

// Call returns the call of a slug or id.
func (r reads) Call(ctx context.Context, key string) (*call.Call, error) {
	c, err := first(docs[call.Call](ctx, r, Q(`SELECT doc FROM calls WHERE id = $1 OR slug = $1`), key))
	if err == nil && c == nil {
		err = &good.Error{Kind: good.NotFound, Key: "calls.error.unknown", Args: map[string]any{"Name": key}}
	}
	return c, err
}

// DueCalls are the ids of calls that their clock has opened or closed by now,
// though nobody has written it down.
func (r reads) DueCalls(ctx context.Context, now time.Time) ([]good.ID, error) {
	var out []good.ID
	err := each(ctx, r.q, Q(`SELECT id FROM calls WHERE state = 'announced' AND opens <= $1 OR state = 'open' AND closes <= $1 ORDER BY id`), []any{millis(now)}, func(scan func(...any) error) error {
		var id good.ID
		err := scan(&id)
		out = append(out, id)
		return err
	})
	return out, err
}

// PutCall writes a call: a new one if its Version is 0, else a change of
// exactly that version. It sets Version.
func (tx *Tx) PutCall(ctx context.Context, c *call.Call) error {
	was := c.Version
	c.Version++
	doc, err := json.Marshal(c)
	if err != nil {
		return err
	}
	err = tx.changed(ctx, Q(`INSERT INTO calls (id, slug, partner, state, opens, closes, version, doc) VALUES ($1, $2, $3, $4, $5, $6, 1, $7)
		ON CONFLICT (id) DO UPDATE SET slug = excluded.slug, state = excluded.state, opens = excluded.opens, closes = excluded.closes, version = calls.version + 1, doc = excluded.doc WHERE calls.version = $8`),
		string(c.ID), c.Slug, string(c.Partner), string(c.State), millis(c.From), millis(c.Until), string(doc), was)
	if tx.db.dialect.unique(err) {
		return &good.Error{Kind: good.Conflict, Key: "calls.error.slug", Field: "slug", Args: map[string]any{"Name": c.Slug}}
	}
	return err
}

// DropCall deletes a draft with its jurors.
func (tx *Tx) DropCall(ctx context.Context, id good.ID) error {
	if _, err := tx.q.ExecContext(ctx, Q(`DELETE FROM call_jurors WHERE call = $1`), id); err != nil {
		return err
	}
	_, err := tx.q.ExecContext(ctx, Q(`DELETE FROM calls WHERE id = $1 AND state = 'draft'`), id)
	return err
}

// CallEntries returns what was entered in a call, the oldest first.
func (r reads) CallEntries(ctx context.Context, of good.ID) ([]*call.Entry, error) {
	return docs[*call.Entry](ctx, r, Q(`SELECT doc FROM call_entries WHERE call = $1 ORDER BY id`), of)
}

// EntriesOf returns what a person entered in any call, the newest first.
func (r reads) EntriesOf(ctx context.Context, person good.ID) ([]*call.Entry, error) {
	return docs[*call.Entry](ctx, r, Q(`SELECT doc FROM call_entries WHERE person = $1 ORDER BY id DESC`), person)
}

// EntriesBy returns entries by id, in one read.
func (r reads) EntriesBy(ctx context.Context, ids []good.ID) (map[good.ID]*call.Entry, error) {
	list, err := byIDs[*call.Entry](ctx, r, Q(`SELECT doc FROM call_entries WHERE id IN (SELECT value FROM json_each($1))`), ids)
	out := make(map[good.ID]*call.Entry, len(list))
	for _, e := range list {
		out[e.ID] = e
	}
	return out, err
}

// CallsBy returns calls by id, in one read.
func (r reads) CallsBy(ctx context.Context, ids []good.ID) (map[good.ID]*call.Call, error) {
	list, err := byIDs[*call.Call](ctx, r, Q(`SELECT doc FROM calls WHERE id IN (SELECT value FROM json_each($1))`), ids)
	out := make(map[good.ID]*call.Call, len(list))
	for _, c := range list {
		out[c.ID] = c
	}
	return out, err
}

func byIDs[T any](ctx context.Context, r reads, query string, ids []good.ID) ([]T, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	return docs[T](ctx, r, query, string(list))
}

// HandedOver returns the applications that entries of a call became, in one
// read.
func (r reads) HandedOver(ctx context.Context, of good.ID) (map[good.ID]assess.Application, error) {
	list, err := docs[assess.Application](ctx, r, Q(`SELECT a.doc FROM applications a JOIN call_entries e ON e.application = a.id WHERE e.call = $1 AND e.application <> ''`), of)
	out := make(map[good.ID]assess.Application, len(list))
	for _, a := range list {
		out[a.ID] = a
	}
	return out, err
}

// CallEntry returns one entry.
func (r reads) CallEntry(ctx context.Context, id good.ID) (*call.Entry, error) {
	e, err := first(docs[*call.Entry](ctx, r, Q(`SELECT doc FROM call_entries WHERE id = $1`), id))
	if err == nil && e == nil {
		return nil, &good.Error{Kind: good.NotFound, Key: "calls.error.entry"}
	}
	if err != nil {
		return nil, err
	}
	return *e, nil
}

// EntryOfApplication returns the entry that was handed over to an application;
// nil if there is none.
func (r reads) EntryOfApplication(ctx context.Context, application good.ID) (*call.Entry, error) {
	e, err := first(docs[*call.Entry](ctx, r, Q(`SELECT doc FROM call_entries WHERE application = $1`), application))
	if err != nil || e == nil {
		return nil, err
	}
	return *e, nil
}

// PutEntry writes an entry: a new one if its Version is 0, else a change of
// exactly that version. It sets Version.
func (tx *Tx) PutEntry(ctx context.Context, e *call.Entry) error {
	was := e.Version
	e.Version++
	doc, err := json.Marshal(e)
	if err != nil {
		return err
	}
	return tx.changed(ctx, Q(`INSERT INTO call_entries (id, call, person, good, application, version, doc) VALUES ($1, $2, $3, $4, $5, 1, $6)
		ON CONFLICT (id) DO UPDATE SET person = excluded.person, good = excluded.good, application = excluded.application, version = call_entries.version + 1, doc = excluded.doc WHERE call_entries.version = $7`),
		string(e.ID), string(e.Call), string(e.Owner), string(e.Good), string(e.Application), string(doc), was)
}

// CallJuror is somebody who scores entries of a call.
type CallJuror struct {
	Call      good.ID
	Pseudonym string
	Person    good.ID
}

// Jurors returns who scores entries of a call, by pseudonym.
func (r reads) Jurors(ctx context.Context, of good.ID) ([]CallJuror, error) {
	return r.jurors(ctx, Q(`SELECT call, juror, person FROM call_jurors WHERE call = $1 ORDER BY juror`), of)
}

// JurorAt returns where a person is a juror.
func (r reads) JurorAt(ctx context.Context, person good.ID) ([]CallJuror, error) {
	return r.jurors(ctx, Q(`SELECT call, juror, person FROM call_jurors WHERE person = $1 ORDER BY call`), person)
}

func (r reads) jurors(ctx context.Context, query string, args ...any) ([]CallJuror, error) {
	var out []CallJuror
	err := each(ctx, r.q, query, args, func(scan func(...any) error) error {
		var j CallJuror
		err := scan(&j.Call, &j.Pseudonym, &j.Person)
		out = append(out, j)
		return err
	})
	return out, err
}

// PutJuror makes somebody a juror of a call.
func (tx *Tx) PutJuror(ctx context.Context, j CallJuror) error {
	_, err := tx.q.ExecContext(ctx, Q(`INSERT INTO call_jurors (call, juror, person) VALUES ($1, $2, $3) ON CONFLICT (call, juror) DO UPDATE SET person = excluded.person`), j.Call, j.Pseudonym, j.Person)
	return err
}

// DropJuror takes somebody out of a jury, and away what they have not scored.
func (tx *Tx) DropJuror(ctx context.Context, of good.ID, juror string) error {
	if _, err := tx.q.ExecContext(ctx, Q(`DELETE FROM call_jurors WHERE call = $1 AND juror = $2`), of, juror); err != nil {
		return err
	}
	scores, err := tx.Scores(ctx, of)
	if err != nil {
		return err
	}
	for _, s := range scores {
		if s.Juror == juror && s.Waits() {
			if _, err := tx.q.ExecContext(ctx, Q(`DELETE FROM call_scores WHERE entry = $1 AND stage = $2 AND juror = $3`), s.Entry, s.Stage, s.Juror); err != nil {
				return err
			}
		}
	}
	return nil
}

// Scores returns all that jurors were given to score in a call.
func (r reads) Scores(ctx context.Context, of good.ID) ([]call.Score, error) {
	return docs[call.Score](ctx, r, Q(`SELECT doc FROM call_scores WHERE call = $1 ORDER BY entry, stage, juror`), of)
}

// ScoresOf returns what one person was given to score, in any call.
func (r reads) ScoresOf(ctx context.Context, person good.ID) ([]call.Score, error) {
	return docs[call.Score](ctx, r, Q(`SELECT doc FROM call_scores WHERE person = $1 ORDER BY entry, stage`), person)
}

// PutScore writes one juror's part in one entry.
func (tx *Tx) PutScore(ctx context.Context, s call.Score) error {
	return tx.doc(ctx, Q(`INSERT INTO call_scores (entry, stage, juror, call, person, doc) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (entry, stage, juror) DO UPDATE SET person = excluded.person, doc = excluded.doc`), s, string(s.Entry), s.Stage, s.Juror, string(s.Call), string(s.Person))
}
