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

// The faces of support.
const (
	offers     = "offer"
	requests   = "request"
	agreements = "agreement"
)

// SupportThat says which offers or requests are meant; the zero value, every
// one that stands and that everybody may read.
type SupportThat struct {
	Owner     good.ID // of this organisation or person alone, whatever their state
	Body      good.ID // of this organisation alone, as everybody may read it: of agreements, all but hidden ones
	Every     bool    // in every state
	Waiting   bool    // that may be sent to others, public or not
	Kind      string
	Kinds     []string // one of these
	Country   string   // of offers and agreements: or for anywhere
	Language  string
	Good      good.ID
	Indicator string
	Detail    string // chosen, as "channel_type:ussd"
}

// where are the conditions of a question and their values.
func (s SupportThat) where(face string, args ...any) (string, []any) {
	cond := ""
	add := func(c string, v ...any) {
		for _, one := range v {
			args = append(args, one)
			c = strings.Replace(c, "$?", fmt.Sprintf("$%d", len(args)), 1)
		}
		cond += cmp.Or(map[bool]string{true: " AND "}[cond != ""]) + c
	}
	add("t.face = $?", face)
	switch {
	case s.Owner != "":
		add("t.owner = $?", string(s.Owner))
	case s.Waiting:
		add("t.state = $? AND EXISTS (SELECT 1 FROM support_terms x WHERE x.thing = t.id AND x.term = 'consent:')", string(support.Open))
	case s.Every:
		add("t.public = 1")
	case s.Body != "" && face == agreements:
		add("t.public = 1 AND t.state <> $?", string(support.Hidden))
	case face == agreements:
		add("t.state IN ($?, $?)", string(support.Claimed), string(support.Confirmed))
	default:
		add("t.public = 1 AND t.state = $?", string(support.Open))
	}
	if s.Body != "" {
		add("t.owner = $?", string(s.Body))
	}
	first := "t.id IN (SELECT x.thing FROM support_terms x WHERE x.term IN (%s))" // what says most finds them, the rest is asked of each
	for _, term := range []struct{ name, value string }{{"good", string(s.Good)}, {"indicator", s.Indicator}, {"detail", s.Detail}, {"country", s.Country}, {"kind", s.Kind}, {"language", s.Language}} {
		if term.value == "" {
			continue
		}
		anywhere := ""
		if term.name == "country" && face != requests {
			anywhere = ", 'country:*'"
		}
		add(fmt.Sprintf(first, "$?"+anywhere), term.name+":"+term.value)
		first = "EXISTS (SELECT 1 FROM support_terms x WHERE x.thing = t.id AND x.term IN (%s))"
	}
	if len(s.Kinds) > 0 {
		var terms []any
		for _, k := range s.Kinds {
			terms = append(terms, "kind:"+k)
		}
		add("EXISTS (SELECT 1 FROM support_terms x WHERE x.thing = t.id AND x.term IN ("+strings.TrimSuffix(strings.Repeat("$?, ", len(terms)), ", ")+"))", terms...)
	}
	return cond, args
}

// SupportCounts says how many offers or requests fit, and how many of them are
// about each thing that begins with prefix, such as "kind:".
func (r reads) SupportCounts(ctx context.Context, face string, that SupportThat, prefix string) (total int, by map[string]int, err error) {
	cond, args := that.where(face)
	if err := r.q.QueryRowContext(ctx, `SELECT count(*) FROM support_things t WHERE `+cond, args...).Scan(&total); err != nil {
		return 0, nil, err
	}
	cond, args = that.where(face, prefix, prefix+"~")
	by = map[string]int{}
	err = each(ctx, r.q, `SELECT y.term, count(*) FROM support_things t JOIN support_terms y ON y.thing = t.id WHERE `+cond+` AND y.term >= $1 AND y.term < $2 GROUP BY y.term ORDER BY y.term`, args, func(scan func(...any) error) error {
		var term string
		var n int
		err := scan(&term, &n)
		by[strings.TrimPrefix(term, prefix)] = n
		return err
	})
	return total, by, err
}

// Offers returns up to limit offers, the newest first, before one; "" for the
// first.
func (r reads) Offers(ctx context.Context, that SupportThat, before good.ID, limit int) ([]support.Offer, error) {
	cond, args := that.where(offers, int64(limit), string(cmp.Or(before, "~")))
	return docs[support.Offer](ctx, r, `SELECT t.doc FROM support_things t WHERE `+cond+` AND t.id < $2 ORDER BY t.id DESC LIMIT $1`, args...)
}

// OffersWith returns up to limit offers that stand and have any of some terms,
// such as "good:" and an id or "country:KE", the newest first.
func (r reads) OffersWith(ctx context.Context, terms []string, limit int) ([]support.Offer, error) {
	list, err := json.Marshal(append([]string{}, terms...))
	if err != nil {
		return nil, err
	}
	return docs[support.Offer](ctx, r, Q(`SELECT t.doc FROM support_things t WHERE t.id IN (SELECT x.thing FROM support_terms x WHERE x.term IN (SELECT value FROM json_each($1)))
		AND t.face = 'offer' AND t.public = 1 AND t.state = 'open' ORDER BY t.id DESC LIMIT $2`), string(list), limit)
}

// Offer returns one offer; nil if there is none.
func (r reads) Offer(ctx context.Context, id good.ID) (*support.Offer, error) {
	return first(docs[support.Offer](ctx, r, Q(`SELECT doc FROM support_things WHERE id = $1 AND face = 'offer'`), id))
}

// Requests returns up to limit requests, the newest first, before one; "" for
// the first.
func (r reads) Requests(ctx context.Context, that SupportThat, before good.ID, limit int) ([]support.Request, error) {
	cond, args := that.where(requests, int64(limit), string(cmp.Or(before, "~")))
	return r.asked(ctx, `SELECT t.doc, t.owner FROM support_things t WHERE `+cond+` AND t.id < $2 ORDER BY t.id DESC LIMIT $1`, args...)
}

// SupportRequest returns one request; nil if there is none.
func (r reads) SupportRequest(ctx context.Context, id good.ID) (*support.Request, error) {
	return first(r.asked(ctx, Q(`SELECT doc, owner FROM support_things WHERE id = $1 AND face = 'request'`), id))
}

// asked reads requests with who asks.
func (r reads) asked(ctx context.Context, query string, args ...any) ([]support.Request, error) {
	var out []support.Request
	err := each(ctx, r.q, query, args, func(scan func(...any) error) error {
		var raw []byte
		var one support.Request
		if err := scan(&raw, &one.Person); err != nil {
			return err
		}
		if err := json.Unmarshal(raw, &one); err != nil {
			return fmt.Errorf("decode a request: %w", err)
		}
		out = append(out, one)
		return nil
	})
	return out, err
}

// EachSupport hands over every offer, every agreement and every public request,
// by id.
func (r reads) EachSupport(ctx context.Context, offer func(support.Offer), agreement func(support.Agreement), request func(support.Request)) error {
	return each(ctx, r.q, Q(`SELECT face, doc FROM support_things WHERE public = 1 ORDER BY id`), nil, func(scan func(...any) error) error {
		var face string
		var raw []byte
		if err := scan(&face, &raw); err != nil {
			return err
		}
		switch face {
		case offers:
			return handed(raw, offer)
		case agreements:
			return handed(raw, agreement)
		}
		return handed(raw, request)
	})
}

// handed hands over what lies in a document.
func handed[T any](raw []byte, f func(T)) error {
	var one T
	if err := json.Unmarshal(raw, &one); err != nil {
		return fmt.Errorf("decode help for goods: %w", err)
	}
	f(one)
	return nil
}

// RequestsSince counts what somebody asked for since a time.
func (r reads) RequestsSince(ctx context.Context, person good.ID, since int64) (n int, err error) {
	err = r.q.QueryRowContext(ctx, Q(`SELECT count(*) FROM support_things WHERE owner = $1 AND face = 'request' AND opened >= $2`), string(person), since).Scan(&n)
	return n, err
}

// PutOffer writes an offer: a new one if its Version is 0, else a change of
// exactly that version. It sets Version.
func (tx *Tx) PutOffer(ctx context.Context, o *support.Offer) error {
	terms := list("kind:", o.Kinds)
	terms = append(terms, lands(o.Countries)...)
	terms = append(append(terms, list("language:", o.Languages)...), append(list("good:", o.Goods), list("indicator:", o.Indicators)...)...)
	terms = append(terms, list("detail:", support.DetailTerms(o.Details))...)
	o.Version++
	return tx.putSupport(ctx, o.ID, offers, o.Body, true, o.State, millis(o.Opened), o.Version, o, terms)
}

// PutRequest writes a request: a new one if its Version is 0, else a change of
// exactly that version. It sets Version.
func (tx *Tx) PutRequest(ctx context.Context, r *support.Request) error {
	var terms []string
	for name, value := range map[string]string{"kind:": r.Kind, "country:": r.Country, "good:": string(r.Good), "indicator:": r.Indicator} {
		if value != "" {
			terms = append(terms, name+value)
		}
	}
	if r.Consent {
		terms = append(terms, "consent:")
	}
	terms = append(terms, list("detail:", support.DetailTerms(r.Details))...)
	r.Version++
	return tx.putSupport(ctx, r.ID, requests, r.Person, r.Public, r.State, millis(r.Opened), r.Version, r, append(terms, list("language:", r.Languages)...))
}

// lands are the terms of countries; none: anywhere.
func lands(codes []string) []string {
	if len(codes) == 0 {
		return []string{"country:*"}
	}
	return list("country:", codes)
}

func list[T ~string](name string, values []T) (out []string) {
	for _, v := range values {
		out = append(out, name+string(v))
	}
	return out
}

func (tx *Tx) putSupport(ctx context.Context, id good.ID, face string, owner good.ID, public bool, state support.State, opened, version int64, v any, terms []string) error {
	doc, err := json.Marshal(v)
	if err != nil {
		return err
	}
	seen := 0
	if public {
		seen = 1
	}
	if err := tx.changed(ctx, Q(`INSERT INTO support_things (id, face, owner, public, state, opened, version, doc) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (id) DO UPDATE SET owner = excluded.owner, public = excluded.public, state = excluded.state, version = excluded.version, doc = excluded.doc WHERE support_things.version = $9`),
		string(id), face, string(owner), seen, string(state), opened, version, string(doc), version-1); err != nil {
		return err
	}
	return tx.putTerms(ctx, id, terms)
}

// putTerms makes terms those by which a thing is found.
func (tx *Tx) putTerms(ctx context.Context, id good.ID, terms []string) error {
	if _, err := tx.q.ExecContext(ctx, Q(`DELETE FROM support_terms WHERE thing = $1`), string(id)); err != nil {
		return err
	}
	for _, t := range terms {
		if _, err := tx.q.ExecContext(ctx, Q(`INSERT INTO support_terms (term, thing) VALUES ($1, $2) ON CONFLICT DO NOTHING`), t, string(id)); err != nil {
			return err
		}
	}
	return nil
}
