package store

import (
	"cmp"
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"stoa/internal/good"
	"stoa/internal/need"
)

// NeedsThat says which public needs are meant; the zero value, every one.
type NeedsThat struct {
	Country, Sector, Block, SDG, State string
}

// shortlisted begins the tags by which a need is found that has a good on its
// shortlist, public or not.
const shortlisted = "short/"

// tags are what a need must be listed under.
func (n NeedsThat) tags() (out []string) {
	for _, t := range [][2]string{{"country", n.Country}, {"sector", n.Sector}, {"block", n.Block}, {"sdg", n.SDG}, {"state", n.State}} {
		if t[1] != "" {
			out = append(out, t[0]+"/"+t[1])
		}
	}
	return out
}

// tagsOf are what a need is listed under: nothing, if it is not public.
func tagsOf(r *need.Record) (out []string) {
	if r.Visibility != need.Public || r.Outcome == need.Hidden {
		return nil
	}
	add := func(kind string, values ...string) {
		for _, v := range values {
			if v != "" {
				out = append(out, kind+"/"+v)
			}
		}
	}
	add("country", r.Country)
	add("sector", r.Sectors...)
	add("block", r.Blocks...)
	for _, n := range r.SDGs {
		add("sdg", strconv.Itoa(n))
	}
	if r.Outcome == "" {
		add("state", "open")
	} else {
		add("state", "closed")
	}
	return out
}

// from is where public needs are read and what holds of them, behind its first
// arguments: the tag asked for first leads, for it stands in the order of needs.
func (n NeedsThat) from(args []any) (string, []any) {
	tags := n.tags()
	if len(tags) == 0 {
		return `needs n WHERE visibility = 'public' AND outcome <> 'hidden'`, args
	}
	args = append(args, tags[0])
	where := `need_tags t JOIN needs n ON n.id = t.need WHERE t.tag = $` + strconv.Itoa(len(args))
	for _, t := range tags[1:] {
		args = append(args, t)
		where += ` AND EXISTS (SELECT 1 FROM need_tags o WHERE o.tag = $` + strconv.Itoa(len(args)) + ` AND o.need = t.need)`
	}
	return where, args
}

// PublicNeeds returns up to limit public needs, the newest first, before one;
// "" for the first.
func (r reads) PublicNeeds(ctx context.Context, that NeedsThat, before good.ID, limit int) ([]need.Record, error) {
	from, args := that.from([]any{int64(limit), string(cmp.Or(before, "~"))})
	by := "n.id"
	if len(that.tags()) > 0 {
		by = "t.need"
	}
	return docs[need.Record](ctx, r, `SELECT n.doc FROM `+from+` AND `+by+` < $2 ORDER BY `+by+` DESC LIMIT $1`, args...)
}

// CountNeeds counts public needs.
func (r reads) CountNeeds(ctx context.Context, that NeedsThat) (n int, err error) {
	from, args := that.from(nil)
	from = strings.Replace(from, ` JOIN needs n ON n.id = t.need`, ``, 1) // what is not public has none of these tags
	err = each(ctx, r.q, `SELECT count(*) FROM `+from, args, func(scan func(...any) error) error { return scan(&n) })
	return n, err
}

// Need returns one need with who keeps it; nil if there is none.
func (r reads) Need(ctx context.Context, id good.ID) (rec *need.Record, owner good.ID, err error) {
	err = each(ctx, r.q, Q(`SELECT owner, doc FROM needs WHERE id = $1`), []any{string(id)}, func(scan func(...any) error) error {
		var raw []byte
		if err := scan(&owner, &raw); err != nil {
			return err
		}
		rec = &need.Record{}
		return json.Unmarshal(raw, rec)
	})
	return rec, owner, err
}

// NeedsIn returns the needs with those ids that are there.
func (r reads) NeedsIn(ctx context.Context, ids []good.ID) ([]need.Record, error) {
	return docsIn[need.Record](ctx, r, Q(`SELECT doc FROM needs WHERE id IN (SELECT value FROM json_each($1))`), ids)
}

// NeedsOf returns the needs that a person keeps, the newest first.
func (r reads) NeedsOf(ctx context.Context, person good.ID) ([]need.Record, error) {
	return docs[need.Record](ctx, r, Q(`SELECT doc FROM needs WHERE owner = $1 AND owner <> '' ORDER BY id DESC`), string(person))
}

// NeedsSince counts what a person kept and answered since a time, in
// milliseconds.
func (r reads) NeedsSince(ctx context.Context, person good.ID, since int64) (kept, answered int, err error) {
	err = each(ctx, r.q, Q(`SELECT (SELECT count(*) FROM needs WHERE owner = $1 AND created >= $2), (SELECT count(*) FROM need_answers WHERE person = $1 AND created >= $2)`), []any{string(person), since},
		func(scan func(...any) error) error { return scan(&kept, &answered) })
	return kept, answered, err
}

// PutNeed writes a need of a person: a new one if its Version is 0, else a
// change of exactly that version. It sets Version.
func (tx *Tx) PutNeed(ctx context.Context, rec *need.Record, owner good.ID) error {
	was := rec.Version
	rec.Version++
	doc, err := json.Marshal(rec)
	if err != nil {
		return err
	}
	if err := tx.changed(ctx, Q(`INSERT INTO needs (id, owner, visibility, outcome, created, version, doc) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (id) DO UPDATE SET visibility = excluded.visibility, outcome = excluded.outcome, version = excluded.version, doc = excluded.doc WHERE needs.version = $8`),
		string(rec.ID), string(owner), string(rec.Visibility), string(rec.Outcome), millis(rec.Created), rec.Version, string(doc), was); err != nil {
		return err
	}
	if _, err := tx.q.ExecContext(ctx, Q(`DELETE FROM need_tags WHERE need = $1`), string(rec.ID)); err != nil {
		return err
	}
	tags := tagsOf(rec)
	for _, id := range rec.Shortlist {
		tags = append(tags, shortlisted+string(id))
	}
	for _, t := range tags {
		if _, err := tx.q.ExecContext(ctx, Q(`INSERT INTO need_tags (tag, need) VALUES ($1, $2)`), t, string(rec.ID)); err != nil {
			return err
		}
	}
	return nil
}

// NeedAnswers returns what was answered to a need, by whom, the oldest first.
func (r reads) NeedAnswers(ctx context.Context, id good.ID) (list []need.Answer, people []good.ID, err error) {
	err = each(ctx, r.q, Q(`SELECT person, doc FROM need_answers WHERE need = $1 ORDER BY id`), []any{string(id)}, func(scan func(...any) error) error {
		var person good.ID
		var raw []byte
		var a need.Answer
		if err := scan(&person, &raw); err != nil {
			return err
		}
		list, people = append(list, a), append(people, person)
		return json.Unmarshal(raw, &list[len(list)-1])
	})
	return list, people, err
}

// NeedAnswersOf returns what a person answered.
func (r reads) NeedAnswersOf(ctx context.Context, person good.ID) ([]need.Answer, error) {
	return docs[need.Answer](ctx, r, Q(`SELECT doc FROM need_answers WHERE person = $1 ORDER BY id`), string(person))
}

// PutNeedAnswer writes an answer of a person: a new one if its Version is 0,
// else a change of exactly that version. A second one to the same need is a
// Conflict.
func (tx *Tx) PutNeedAnswer(ctx context.Context, a *need.Answer, person good.ID) error {
	was := a.Version
	a.Version++
	doc, err := json.Marshal(a)
	if err != nil {
		return err
	}
	err = tx.changed(ctx, Q(`INSERT INTO need_answers (id, need, person, created, version, doc) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (id) DO UPDATE SET version = excluded.version, doc = excluded.doc WHERE need_answers.version = $7`), string(a.ID), string(a.Need), string(person), millis(a.At), a.Version, string(doc), was)
	if tx.db.dialect.unique(err) {
		return &good.Error{Kind: good.Conflict, Key: "need.error.twice", Field: "text"}
	}
	return err
}

// ForgetNeeds deletes what a person keeps and answered, and what was answered
// to it.
func (tx *Tx) ForgetNeeds(ctx context.Context, person good.ID) error {
	for _, q := range []string{
		Q(`DELETE FROM need_answers WHERE person = $1 OR need IN (SELECT id FROM needs WHERE owner = $1)`),
		Q(`DELETE FROM need_tags WHERE need IN (SELECT id FROM needs WHERE owner = $1)`),
		Q(`DELETE FROM needs WHERE owner = $1`),
	} {
		if _, err := tx.q.ExecContext(ctx, q, string(person)); err != nil {
			return err
		}
	}
	return nil
}
