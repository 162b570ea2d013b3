package store

import (
	"context"
	"encoding/json"
	"fmt"

	"stoa/internal/good"
	"stoa/internal/guide"
)

// KeptGuide is a copy of a checklist with who keeps it: "" where its person was
// erased and an organisation goes on with it. It is private.
type KeptGuide struct {
	guide.Copy
	Owner good.ID
}

func (r reads) keptGuides(ctx context.Context, query string, args ...any) ([]KeptGuide, error) {
	var out []KeptGuide
	err := each(ctx, r.q, query, args, func(scan func(...any) error) error {
		var k KeptGuide
		var raw []byte
		if err := scan(&k.Owner, &raw); err != nil {
			return err
		}
		if err := json.Unmarshal(raw, &k.Copy); err != nil {
			return fmt.Errorf("decode a guide: %w", err)
		}
		out = append(out, k)
		return nil
	})
	return out, err
}

// Guide returns one copy; nil if there is none.
func (r reads) Guide(ctx context.Context, id good.ID) (*KeptGuide, error) {
	return first(r.keptGuides(ctx, Q(`SELECT owner, doc FROM guides WHERE id = $1`), id))
}

// Whose a copy is: it is of who keeps it, and where it is shared, of those who act
// for the organisation.
const (
	sharedGuide = `body IN (SELECT organisation FROM memberships WHERE person = $1)`
	keptGuide   = `owner = $1 AND (` + sharedGuide + ` OR NOT EXISTS (SELECT 1 FROM memberships m WHERE m.organisation = guides.body))`
)

// GuidesOf returns the copies that a person keeps and those that are shared with
// the organisations for which they act, the newest first.
func (r reads) GuidesOf(ctx context.Context, person good.ID) ([]KeptGuide, error) {
	return r.keptGuides(ctx, Q(`SELECT owner, doc FROM guides WHERE `+keptGuide+` OR `+sharedGuide+` ORDER BY id DESC`), person)
}

// CountGuides counts the copies that a person keeps.
func (r reads) CountGuides(ctx context.Context, person good.ID) (n int, err error) {
	err = r.q.QueryRowContext(ctx, Q(`SELECT count(*) FROM guides WHERE `+keptGuide), person).Scan(&n)
	return n, err
}

// PutGuide writes a copy: a new one if its Version is 0, else a change of exactly
// that version. It sets Version.
func (tx *Tx) PutGuide(ctx context.Context, k *KeptGuide) error {
	was := k.Version
	k.Version++
	doc, err := json.Marshal(k.Copy)
	if err != nil {
		return err
	}
	return tx.changed(ctx, Q(`INSERT INTO guides (id, owner, body, good, version, doc) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (id) DO UPDATE SET owner = excluded.owner, body = excluded.body, good = excluded.good, version = excluded.version, doc = excluded.doc WHERE guides.version = $7`),
		string(k.ID), string(k.Owner), string(k.Body), string(k.Good), k.Version, string(doc), was)
}

// DropGuide deletes a copy.
func (tx *Tx) DropGuide(ctx context.Context, id good.ID) error {
	_, err := tx.q.ExecContext(ctx, Q(`DELETE FROM guides WHERE id = $1`), id)
	return err
}

// ForgetGuides deletes what a person keeps; what they share with an organisation
// for which somebody else acts stays with that.
func (tx *Tx) ForgetGuides(ctx context.Context, person good.ID) error {
	if _, err := tx.q.ExecContext(ctx, Q(`UPDATE guides SET owner = '' WHERE owner = $1 AND body <> '' AND body IN (SELECT organisation FROM memberships WHERE person <> $1)`), person); err != nil {
		return err
	}
	_, err := tx.q.ExecContext(ctx, Q(`DELETE FROM guides WHERE owner = $1`), person)
	return err
}
