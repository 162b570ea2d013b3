package store

import (
	"context"
	"encoding/json"
	"fmt"

	"stoa/internal/good"
	"stoa/internal/support"
)

// Talk returns one conversation; nil if there is none.
func (r reads) Talk(ctx context.Context, id good.ID) (*support.Talk, error) {
	return first(docs[support.Talk](ctx, r, Q(`SELECT doc FROM support_talks WHERE id = $1`), id))
}

// TalksOf returns the conversations about a request, the oldest first.
func (r reads) TalksOf(ctx context.Context, request good.ID) ([]support.Talk, error) {
	return docs[support.Talk](ctx, r, Q(`SELECT doc FROM support_talks WHERE request = $1 ORDER BY id`), request)
}

// TalksWith returns the newest conversations of an organisation's offers.
func (r reads) TalksWith(ctx context.Context, body good.ID, limit int) ([]support.Talk, error) {
	return docs[support.Talk](ctx, r, Q(`SELECT k.doc FROM support_talks k JOIN support_things t ON t.id = k.offer WHERE t.owner = $1 AND t.face = 'offer' ORDER BY k.id DESC LIMIT $2`), body, limit)
}

// TalksBy returns the newest conversations about what somebody asked for.
func (r reads) TalksBy(ctx context.Context, person good.ID, limit int) ([]support.Talk, error) {
	return docs[support.Talk](ctx, r, Q(`SELECT k.doc FROM support_talks k JOIN support_things t ON t.id = k.request WHERE t.owner = $1 AND t.face = 'request' ORDER BY k.id DESC LIMIT $2`), person, limit)
}

// BusyWith counts the pieces of work that an organisation agreed to or has
// under way.
func (r reads) BusyWith(ctx context.Context, body good.ID) (n int, err error) {
	err = r.q.QueryRowContext(ctx, Q(`SELECT count(*) FROM support_talks k JOIN support_things t ON t.id = k.offer WHERE t.owner = $1 AND t.face = 'offer' AND k.step IN ('agreed', 'working')`), string(body)).Scan(&n)
	return n, err
}

// DeliveredFor returns the goods for which an organisation delivered what was
// asked of it.
func (r reads) DeliveredFor(ctx context.Context, body good.ID) ([]good.ID, error) {
	var out []good.ID
	err := each(ctx, r.q, Q(`SELECT DISTINCT x.term FROM support_talks k JOIN support_things t ON t.id = k.offer JOIN support_terms x ON x.thing = k.request
		WHERE t.owner = $1 AND t.face = 'offer' AND k.step = 'delivered' AND x.term >= 'good:' AND x.term < 'good:~' ORDER BY x.term`), []any{body}, func(scan func(...any) error) error {
		var term string
		err := scan(&term)
		out = append(out, good.ID(term[len("good:"):]))
		return err
	})
	return out, err
}

// PutTalk writes a conversation: a new one if its Version is 0, else a change
// of exactly that version. It sets Version. A second one between a request and
// an offer is a Conflict.
func (tx *Tx) PutTalk(ctx context.Context, t *support.Talk) error {
	was := t.Version
	t.Version++
	doc, err := json.Marshal(t)
	if err != nil {
		return err
	}
	err = tx.changed(ctx, Q(`INSERT INTO support_talks (id, request, offer, step, version, doc) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (id) DO UPDATE SET step = excluded.step, version = excluded.version, doc = excluded.doc WHERE support_talks.version = $7`),
		string(t.ID), string(t.Request), string(t.Offer), string(t.Step), t.Version, string(doc), was)
	if tx.db.dialect.unique(err) {
		return &good.Error{Kind: good.Conflict, Key: "help.error.asked"}
	}
	return err
}

// SupportNotes returns what was said in a conversation, the oldest first.
func (r reads) SupportNotes(ctx context.Context, talk good.ID) ([]support.Note, error) {
	return r.notes(ctx, Q(`SELECT doc, person FROM support_notes WHERE talk = $1 ORDER BY id`), talk)
}

// SupportNotesBy returns what somebody said in conversations.
func (r reads) SupportNotesBy(ctx context.Context, person good.ID) ([]support.Note, error) {
	return r.notes(ctx, Q(`SELECT doc, person FROM support_notes WHERE person = $1 ORDER BY id`), person)
}

func (r reads) notes(ctx context.Context, query string, args ...any) ([]support.Note, error) {
	var out []support.Note
	err := each(ctx, r.q, query, args, func(scan func(...any) error) error {
		var raw []byte
		var n support.Note
		if err := scan(&raw, &n.Person); err != nil {
			return err
		}
		if err := json.Unmarshal(raw, &n); err != nil {
			return fmt.Errorf("decode a message: %w", err)
		}
		out = append(out, n)
		return nil
	})
	return out, err
}

// SupportNotesSince counts what somebody said in conversations since a time.
func (r reads) SupportNotesSince(ctx context.Context, person good.ID, since int64) (n int, err error) {
	err = r.q.QueryRowContext(ctx, Q(`SELECT count(*) FROM support_notes WHERE person = $1 AND made >= $2`), string(person), since).Scan(&n)
	return n, err
}

// PutSupportNote writes a message.
func (tx *Tx) PutSupportNote(ctx context.Context, talk good.ID, n support.Note) error {
	doc, err := json.Marshal(n)
	if err != nil {
		return err
	}
	_, err = tx.q.ExecContext(ctx, Q(`INSERT INTO support_notes (id, talk, person, made, doc) VALUES ($1, $2, $3, $4, $5)`), string(n.ID), string(talk), string(n.Person), millis(n.At), string(doc))
	return err
}

// Reference returns what was said of a conversation's work; nil for nothing.
func (r reads) Reference(ctx context.Context, id good.ID) (*support.Reference, error) {
	return first(docs[support.Reference](ctx, r, Q(`SELECT doc FROM support_references WHERE id = $1`), id))
}

// ReferencesOf returns what was said of an organisation's work, the newest
// first.
func (r reads) ReferencesOf(ctx context.Context, body good.ID, limit int) ([]support.Reference, error) {
	return docs[support.Reference](ctx, r, Q(`SELECT doc FROM support_references WHERE body = $1 ORDER BY id DESC LIMIT $2`), body, limit)
}

// CountReferences counts what was said of an organisation's work.
func (r reads) CountReferences(ctx context.Context, body good.ID) (n int, err error) {
	err = r.q.QueryRowContext(ctx, Q(`SELECT count(*) FROM support_references WHERE body = $1`), string(body)).Scan(&n)
	return n, err
}

// EachReference hands over every reference, by id.
func (r reads) EachReference(ctx context.Context, f func(support.Reference)) error {
	all, err := docs[support.Reference](ctx, r, Q(`SELECT doc FROM support_references ORDER BY id`))
	for _, one := range all {
		f(one)
	}
	return err
}

// PutReference writes a reference.
func (tx *Tx) PutReference(ctx context.Context, ref *support.Reference) error {
	doc, err := json.Marshal(ref)
	if err != nil {
		return err
	}
	_, err = tx.q.ExecContext(ctx, Q(`INSERT INTO support_references (id, offer, body, doc) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO UPDATE SET doc = excluded.doc`),
		string(ref.ID), string(ref.Offer), string(ref.Body), string(doc))
	return err
}

// ReportedOffer is an offer that people reported, and what they say of it. It is
// private.
type ReportedOffer struct {
	Offer   good.ID
	Reasons []string
}

// ReportOffer notes that somebody reports an offer; their last word counts.
func (tx *Tx) ReportOffer(ctx context.Context, offer, person good.ID, made int64, reason string) error {
	_, err := tx.q.ExecContext(ctx, Q(`INSERT INTO support_reports (offer, person, made, reason) VALUES ($1, $2, $3, $4) ON CONFLICT (offer, person) DO UPDATE SET made = excluded.made, reason = excluded.reason`),
		string(offer), string(person), made, reason)
	return err
}

// SettleReports forgets the reports of an offer.
func (tx *Tx) SettleReports(ctx context.Context, offer good.ID) error {
	_, err := tx.q.ExecContext(ctx, Q(`DELETE FROM support_reports WHERE offer = $1`), string(offer))
	return err
}

// ReportedOffers returns the offers that were reported, the one that waits
// longest first.
func (r reads) ReportedOffers(ctx context.Context, limit int) ([]ReportedOffer, error) {
	var out []ReportedOffer
	at := map[good.ID]int{}
	err := each(ctx, r.q, Q(`SELECT offer, reason FROM support_reports ORDER BY made, offer LIMIT $1`), []any{limit}, func(scan func(...any) error) error {
		var id good.ID
		var reason string
		if err := scan(&id, &reason); err != nil {
			return err
		}
		n, ok := at[id]
		if !ok {
			n, at[id] = len(out), len(out)
			out = append(out, ReportedOffer{Offer: id})
		}
		out[n].Reasons = append(out[n].Reasons, reason)
		return nil
	})
	return out, err
}

// ForgetSupport deletes what somebody said and reported in private, with the
// requests that nobody else may read; public ones stay, of nobody.
func (tx *Tx) ForgetSupport(ctx context.Context, person good.ID) error {
	for _, query := range []string{
		Q(`DELETE FROM support_notes WHERE person = $1 OR talk IN (SELECT k.id FROM support_talks k JOIN support_things t ON t.id = k.request WHERE t.owner = $1 AND t.face = 'request' AND t.public = 0)`),
		Q(`DELETE FROM support_talks WHERE request IN (SELECT id FROM support_things WHERE owner = $1 AND face = 'request' AND public = 0)`),
		Q(`DELETE FROM support_terms WHERE thing IN (SELECT id FROM support_things WHERE owner = $1 AND face = 'request' AND public = 0)`),
		Q(`DELETE FROM support_things WHERE owner = $1 AND face = 'request' AND public = 0`),
		Q(`UPDATE support_things SET owner = '' WHERE owner = $1 AND face = 'request'`),
		Q(`DELETE FROM support_reports WHERE person = $1`),
	} {
		if _, err := tx.q.ExecContext(ctx, query, string(person)); err != nil {
			return err
		}
	}
	return nil
}
