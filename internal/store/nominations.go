package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"stoa/internal/good"
	"stoa/internal/match"
	"stoa/internal/nominate"
)

// Nomination is a good somebody proposed. Email is private.
type Nomination struct {
	nominate.Nomination
	ID         good.ID
	Created    time.Time
	Doubts     []nominate.Doubt // why a person looks at it
	Email      string           // whom to answer; "" where nobody wants to hear
	Good       good.ID          // what became of it; "" while it waits or where it was dropped
	Settled    time.Time        // zero while it waits
	Settlement string           // "published", or what a person did and why
}

const nominationColumns = `id, created, settled, settlement, good, doc, doubts, email`

func readNomination(scan func(...any) error) (Nomination, error) {
	var n Nomination
	var created, settled int64
	var doc, doubts []byte
	if err := scan(&n.ID, &created, &settled, &n.Settlement, &n.Good, &doc, &doubts, &n.Email); err != nil {
		return n, err
	}
	n.Created, n.Settled = moment(created), moment(settled)
	if err := errors.Join(json.Unmarshal(doc, &n.Nomination), json.Unmarshal(doubts, &n.Doubts)); err != nil {
		return n, fmt.Errorf("decode nomination %s: %w", n.ID, err)
	}
	return n, nil
}

// Nomination returns one nomination; nil if there is none.
func (r reads) Nomination(ctx context.Context, id good.ID) (*Nomination, error) {
	return one(readNomination(r.q.QueryRowContext(ctx, Q(`SELECT `+nominationColumns+` FROM nominations WHERE id = $1`), id).Scan))
}

// Sift is which of the nominations that wait are meant.
type Sift int64

// The ways to sift.
const (
	All     Sift = -1
	Honest  Sift = 0
	Rubbish Sift = 1 // as nominate.Rubbish has it
)

// WaitingNominations returns up to limit nominations that need a person, the
// oldest first, from behind an id on.
func (r reads) WaitingNominations(ctx context.Context, sift Sift, after good.ID, limit int) ([]Nomination, error) {
	return r.nominations(ctx, Q(`SELECT `+nominationColumns+` FROM nominations WHERE settled = 0 AND id > $1 AND ($2 < CAST(0 AS BIGINT) OR rubbish = $2) ORDER BY id LIMIT $3`), after, int64(sift), limit)
}

// CountWaitingNominations is how many nominations need a person.
func (r reads) CountWaitingNominations(ctx context.Context) (honest, rubbish int, err error) {
	err = each(ctx, r.q, Q(`SELECT rubbish, count(*) FROM nominations WHERE settled = 0 GROUP BY rubbish`), nil, func(scan func(...any) error) error {
		var kind, n int
		if err := scan(&kind, &n); err != nil {
			return err
		}
		if kind == int(Rubbish) {
			rubbish = n
		} else {
			honest = n
		}
		return nil
	})
	return honest, rubbish, err
}

// Nominations returns nominations, settled ones too, by id from behind one on.
func (r reads) Nominations(ctx context.Context, after good.ID, limit int) ([]Nomination, error) {
	return r.nominations(ctx, Q(`SELECT `+nominationColumns+` FROM nominations WHERE id > $1 ORDER BY id LIMIT $2`), after, limit)
}

// NominationsOf returns the nominations that led to a good, oldest first.
func (r reads) NominationsOf(ctx context.Context, id good.ID) ([]Nomination, error) {
	return r.nominations(ctx, Q(`SELECT `+nominationColumns+` FROM nominations WHERE good = $1 AND good <> '' ORDER BY id`), id)
}

func (r reads) nominations(ctx context.Context, query string, args ...any) ([]Nomination, error) {
	var out []Nomination
	return out, each(ctx, r.q, query, args, func(scan func(...any) error) error {
		n, err := readNomination(scan)
		out = append(out, n)
		return err
	})
}

// NominationsBy returns the nominations that are to be answered to an address
// of a person, oldest first.
func (r reads) NominationsBy(ctx context.Context, person good.ID) ([]Nomination, error) {
	var out []Nomination
	err := each(ctx, r.q, Q(`SELECT `+nominationColumns+` FROM nominations WHERE email IN (SELECT address FROM emails WHERE person = $1) ORDER BY id`), []any{person}, func(scan func(...any) error) error {
		n, err := readNomination(scan)
		out = append(out, n)
		return err
	})
	return out, err
}

// fewTwins is how many others that have one thing in common are worth comparing.
const fewTwins = 40

// Beside returns, of nominations that wait, the others that wait and have
// something by which goods are known in common: a few for each such thing, the
// oldest.
func (r reads) Beside(ctx context.Context, ids []good.ID) (map[good.ID][]Nomination, error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	beside, all := map[good.ID][]string{}, []string{}
	err = each(ctx, r.q, Q(`SELECT k.nomination, string_agg(coalesce((SELECT string_agg(few.nomination, ',') FROM (SELECT o.nomination FROM nomination_keys o WHERE o.key = k.key AND o.nomination <> k.nomination ORDER BY o.nomination LIMIT $2) few), ''), ',')
		FROM nomination_keys k WHERE k.nomination IN (SELECT value FROM json_each($1)) GROUP BY k.nomination`), []any{string(list), fewTwins}, func(scan func(...any) error) error {
		var id good.ID
		var others string
		err := scan(&id, &others)
		named := strings.FieldsFunc(others, func(r rune) bool { return r == ',' })
		beside[id], all = named, append(all, named...)
		return err
	})
	if err != nil || len(all) == 0 {
		return nil, err
	}
	slices.Sort(all)
	if list, err = json.Marshal(slices.Compact(all)); err != nil {
		return nil, err
	}
	found, err := r.nominations(ctx, Q(`SELECT `+nominationColumns+` FROM nominations WHERE id IN (SELECT value FROM json_each($1)) ORDER BY id`), string(list))
	out := map[good.ID][]Nomination{}
	for id, others := range beside {
		for _, n := range found {
			if slices.Contains(others, string(n.ID)) {
				out[id] = append(out[id], n)
			}
		}
	}
	return out, err
}

// PutNomination writes a nomination, and by what it is known while it waits.
func (tx *Tx) PutNomination(ctx context.Context, n Nomination) error {
	doc, err := json.Marshal(n.Nomination)
	if err != nil {
		return err
	}
	doubts, err := json.Marshal(n.Doubts)
	if err != nil {
		return err
	}
	rubbish := Honest
	if nominate.Rubbish(n.Doubts) {
		rubbish = Rubbish
	}
	_, err = tx.q.ExecContext(ctx, Q(`INSERT INTO nominations (`+nominationColumns+`, rubbish) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (id) DO UPDATE SET settled = excluded.settled, settlement = excluded.settlement, good = excluded.good, doc = excluded.doc, doubts = excluded.doubts, email = excluded.email`),
		n.ID, millis(n.Created), millis(n.Settled), n.Settlement, n.Good, string(doc), string(doubts), n.Email, int64(rubbish))
	if err != nil {
		return err
	}
	if _, err := tx.q.ExecContext(ctx, Q(`DELETE FROM nomination_keys WHERE nomination = $1`), n.ID); err != nil || !n.Settled.IsZero() {
		return err
	}
	return tx.keyNomination(ctx, n)
}

func (tx *Tx) keyNomination(ctx context.Context, n Nomination) error {
	var rows [][]any
	for _, key := range match.Keys(good.Record{Facts: n.Facts()}) {
		rows = append(rows, []any{key, string(n.ID)})
	}
	return tx.insert(ctx, Q(`INSERT INTO nomination_keys (key, nomination) VALUES ($1, $2)`), rows)
}

// ForgetNominator erases the address to answer to of a nomination, or of every
// nomination that has this address.
func (tx *Tx) ForgetNominator(ctx context.Context, id good.ID, address string) error {
	_, err := tx.q.ExecContext(ctx, Q(`UPDATE nominations SET email = '' WHERE email <> '' AND (id = $1 OR email = $2)`), id, address)
	return err
}

// ForgetNominators erases up to limit addresses of nominations made before a
// time, and says how many there were.
func (tx *Tx) ForgetNominators(ctx context.Context, before time.Time, limit int) (int64, error) {
	res, err := tx.q.ExecContext(ctx, Q(`UPDATE nominations SET email = '' WHERE id IN (SELECT id FROM nominations WHERE email <> '' AND created < $1 LIMIT $2)`), millis(before), limit)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// Claim is a person's word that a good is theirs, and the proof once there is one.
type Claim struct {
	Good    good.ID
	Person  good.ID
	Token   string // what the proof must hold; known to the person alone until they place it
	Created time.Time
	Checked time.Time // zero until it was looked for
	Checks  int
	Proved  time.Time // zero until it was found
	Method  string    // by which it was proved: "file", "repository", "dns", "email", or "invited"
	Place   string    // where; a domain or an address
}

const claimColumns = `good, person, token, created, checked, checks, proved, method, place`

func readClaim(scan func(...any) error) (Claim, error) {
	var c Claim
	var created, checked, proved int64
	if err := scan(&c.Good, &c.Person, &c.Token, &created, &checked, &c.Checks, &proved, &c.Method, &c.Place); err != nil {
		return c, err
	}
	c.Created, c.Checked, c.Proved = moment(created), moment(checked), moment(proved)
	return c, nil
}

// Claim returns a person's claim of a good; nil if there is none.
func (r reads) Claim(ctx context.Context, id, person good.ID) (*Claim, error) {
	return one(readClaim(r.q.QueryRowContext(ctx, Q(`SELECT `+claimColumns+` FROM claims WHERE good = $1 AND person = $2`), id, person).Scan))
}

// ClaimsBy returns a person's claims.
func (r reads) ClaimsBy(ctx context.Context, person good.ID) ([]Claim, error) {
	return r.claims(ctx, Q(`SELECT `+claimColumns+` FROM claims WHERE person = $1 ORDER BY good`), person)
}

// ClaimsOf returns the claims of a good.
func (r reads) ClaimsOf(ctx context.Context, id good.ID) ([]Claim, error) {
	return r.claims(ctx, Q(`SELECT `+claimColumns+` FROM claims WHERE good = $1 ORDER BY created, person`), id)
}

func (r reads) claims(ctx context.Context, query string, args ...any) ([]Claim, error) {
	var out []Claim
	err := each(ctx, r.q, query, args, func(scan func(...any) error) error {
		c, err := readClaim(scan)
		out = append(out, c)
		return err
	})
	return out, err
}

// OwnersOf returns the persons whose claim of a good was proved.
func (r reads) OwnersOf(ctx context.Context, id good.ID) ([]good.ID, error) {
	var out []good.ID
	err := each(ctx, r.q, Q(`SELECT person FROM claims WHERE good = $1 AND proved <> 0 ORDER BY proved, person`), []any{id}, func(scan func(...any) error) error {
		var p good.ID
		err := scan(&p)
		out = append(out, p)
		return err
	})
	return out, err
}

// PutClaim writes a claim.
func (tx *Tx) PutClaim(ctx context.Context, c Claim) error {
	_, err := tx.q.ExecContext(ctx, Q(`INSERT INTO claims (`+claimColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (good, person) DO UPDATE SET token = excluded.token, checked = excluded.checked, checks = excluded.checks, proved = excluded.proved, method = excluded.method, place = excluded.place`),
		c.Good, c.Person, c.Token, millis(c.Created), millis(c.Checked), c.Checks, millis(c.Proved), c.Method, c.Place)
	return err
}

// DeleteClaim takes a person's claim of a good away.
func (tx *Tx) DeleteClaim(ctx context.Context, id, person good.ID) error {
	_, err := tx.q.ExecContext(ctx, Q(`DELETE FROM claims WHERE good = $1 AND person = $2`), id, person)
	return err
}
