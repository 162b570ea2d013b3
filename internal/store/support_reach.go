package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"stoa/internal/good"
	"stoa/internal/support"
)

// Reach returns how far an organisation says that it reaches; nil if it says
// nothing.
func (r reads) Reach(ctx context.Context, body good.ID) (*support.Reach, error) {
	return first(docs[support.Reach](ctx, r, Q(`SELECT doc FROM support_reach WHERE body = $1`), body))
}

// Helped is what organisations offer, agreed and say of themselves, by kind of
// help and by country.
type Helped struct {
	Kinds, Countries map[string]bool // of what stands; the country "*" is anywhere
	Spans            []support.Span
}

// HelpOf returns it of each of these organisations.
func (r reads) HelpOf(ctx context.Context, bodies []good.ID) (map[good.ID]Helped, error) {
	if len(bodies) == 0 {
		return nil, nil
	}
	raw, err := json.Marshal(bodies)
	if err != nil {
		return nil, err
	}
	out := map[good.ID]Helped{}
	for _, b := range bodies {
		out[b] = Helped{Kinds: map[string]bool{}, Countries: map[string]bool{}}
	}
	err = each(ctx, r.q, Q(`SELECT DISTINCT t.owner, x.term FROM support_things t JOIN support_terms x ON x.thing = t.id
		WHERE t.owner IN (SELECT value FROM json_each($1)) AND t.public = 1 AND t.state IN ('open', 'claimed', 'confirmed') AND (x.term >= 'kind:' AND x.term < 'kind:~' OR x.term >= 'country:' AND x.term < 'country:~')`), []any{string(raw)}, func(scan func(...any) error) error {
		var b good.ID
		var term string
		if err := scan(&b, &term); err != nil {
			return err
		}
		if kind, ok := strings.CutPrefix(term, "kind:"); ok {
			out[b].Kinds[kind] = true
		} else {
			out[b].Countries[strings.TrimPrefix(term, "country:")] = true
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	reach, err := docs[support.Reach](ctx, r, Q(`SELECT doc FROM support_reach WHERE body IN (SELECT value FROM json_each($1))`), string(raw))
	for _, one := range reach {
		h := out[one.Body]
		h.Spans = one.Spans
		out[one.Body] = h
	}
	return out, err
}

// EachReach hands over how far every organisation reaches.
func (r reads) EachReach(ctx context.Context, f func(support.Reach)) error {
	all, err := docs[support.Reach](ctx, r, Q(`SELECT doc FROM support_reach ORDER BY body`))
	for _, one := range all {
		f(one)
	}
	return err
}

// PutReach writes how far an organisation reaches: for the first time if its
// Version is 0, else a change of exactly that version. It sets Version.
func (tx *Tx) PutReach(ctx context.Context, reach *support.Reach) error {
	reach.Version++
	doc, err := json.Marshal(reach)
	if err != nil {
		return err
	}
	if err := tx.changed(ctx, Q(`INSERT INTO support_reach (body, version, doc) VALUES ($1, $2, $3) ON CONFLICT (body) DO UPDATE SET version = excluded.version, doc = excluded.doc WHERE support_reach.version = $4`),
		string(reach.Body), reach.Version, string(doc), reach.Version-1); err != nil {
		return err
	}
	var terms []string
	for _, s := range reach.Spans {
		terms = append(terms, "country:"+s.Country)
	}
	return tx.putTerms(ctx, reach.Body, terms)
}

// Agreements returns up to limit agreements, the newest first, before one; ""
// for the first.
func (r reads) Agreements(ctx context.Context, that SupportThat, before good.ID, limit int) ([]support.Agreement, error) {
	cond, args := that.where(agreements, int64(limit), string(cmp.Or(before, "~")))
	return docs[support.Agreement](ctx, r, `SELECT t.doc FROM support_things t WHERE `+cond+` AND t.id < $2 ORDER BY t.id DESC LIMIT $1`, args...)
}

// Agreement returns one agreement; nil if there is none.
func (r reads) Agreement(ctx context.Context, id good.ID) (*support.Agreement, error) {
	return first(docs[support.Agreement](ctx, r, Q(`SELECT doc FROM support_things WHERE id = $1 AND face = 'agreement'`), id))
}

// PutAgreement writes an agreement: a new one if its Version is 0, else a
// change of exactly that version. It sets Version.
func (tx *Tx) PutAgreement(ctx context.Context, a *support.Agreement) error {
	terms := append(append(lands(a.Countries), "kind:"+a.Kind, "good:"+string(a.Good)), list("detail:", support.DetailTerms(a.Details))...)
	a.Version++
	return tx.putSupport(ctx, a.ID, agreements, a.Body, true, a.State, millis(a.Opened), a.Version, a, terms)
}

// Helping returns up to limit organisations that offer help, have an agreement
// with a good or say how far they reach, by slug, after one; "" for the first.
// Of a question only Kind, Country and Good count; of reach, Country alone.
func (r reads) Helping(ctx context.Context, that SupportThat, after string, limit int) ([]good.Body, error) {
	that = SupportThat{Kind: that.Kind, Country: that.Country, Good: that.Good}
	offered, args := that.where(offers, after, int64(limit))
	agreed, args := that.where(agreements, args...)
	query := `SELECT o.id, o.slug, o.name, o.created FROM organisations o WHERE o.slug > $1 AND (o.id IN (SELECT t.owner FROM support_things t WHERE ` + offered + `) OR o.id IN (SELECT t.owner FROM support_things t WHERE ` + agreed + `)`
	switch {
	case that.Kind+string(that.Good) != "": // of which reach says nothing
	case that.Country != "":
		args = append(args, "country:"+that.Country)
		query += fmt.Sprintf(` OR o.id IN (SELECT x.thing FROM support_terms x JOIN support_reach r ON r.body = x.thing WHERE x.term = $%d)`, len(args))
	default:
		query += ` OR o.id IN (SELECT x.thing FROM support_terms x JOIN support_reach r ON r.body = x.thing)`
	}
	var out []good.Body
	err := each(ctx, r.q, query+`) ORDER BY o.slug LIMIT $2`, args, func(scan func(...any) error) error {
		b, err := readBody(scan)
		out = append(out, b)
		return err
	})
	return out, err
}
