package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"stoa/internal/good"
)

// Seeking says which goods are meant of those that others report as recognised
// and that nobody here owns.
type Seeking struct {
	Which string // "" for all, "write": a contact and no letter yet, "none": no contact, "written"
	Text  string // in the slug; "" for any
	After good.ID
	Limit int
}

// contactsOf are the contacts of goods: what somebody wrote down here comes in
// place of what records and applications from elsewhere name.
const contactsOf = `SELECT foreign_id AS good, source, 0 AS sort, n, role, name, email FROM contacts WHERE source = 'by-hand'
	UNION ALL SELECT r.good, c.source, 1, c.n, c.role, c.name, c.email FROM contacts c JOIN records r ON r.source = c.source AND r.foreign_id = c.foreign_id
		WHERE NOT EXISTS (SELECT 1 FROM contacts h WHERE h.source = 'by-hand' AND h.foreign_id = r.good)
	UNION ALL SELECT a.good, c.source, 2, c.n, c.role, c.name, c.email FROM contacts c JOIN imported_applications i ON i.source = c.source AND i.foreign_id = c.foreign_id JOIN applications a ON a.id = i.application
		WHERE a.good <> '' AND NOT EXISTS (SELECT 1 FROM contacts h WHERE h.source = 'by-hand' AND h.foreign_id = a.good)`

// unowned are goods g that others report as recognised and that nobody here
// owns or applies for.
const unowned = `g.reported = 1 AND NOT EXISTS (SELECT 1 FROM claims c WHERE c.good = g.id AND c.proved <> 0)
	AND NOT EXISTS (SELECT 1 FROM applications a JOIN application_people o ON o.application = a.id AND o.part = 'owner' WHERE a.good = g.id AND a.kind <> 'challenge')`

const reachable = `EXISTS (SELECT 1 FROM (` + contactsOf + `) k WHERE k.good = g.id AND k.email LIKE '%_@_%')`

const written = `EXISTS (SELECT 1 FROM sought s WHERE s.good = g.id AND s.became <> 'dropped')`

// listed is a list as a statement takes it.
func listed[T ~string](list []T) string {
	doc, _ := json.Marshal(append([]T{}, list...)) // texts always can be
	return string(doc)
}

// SoughtGoods returns the ids of goods whose owners are sought, in order.
func (r reads) SoughtGoods(ctx context.Context, s Seeking) ([]good.ID, error) {
	var out []good.ID
	return out, each(ctx, r.q, Q(`SELECT g.id FROM goods g WHERE g.id > $1 AND `+unowned+` AND g.slug LIKE $2
		AND ($3 = '' OR $3 = 'none' AND NOT `+reachable+` OR $3 = 'write' AND `+reachable+` AND NOT `+written+` OR $3 = 'written' AND `+written+`) ORDER BY g.id LIMIT $4`),
		[]any{s.After, "%" + s.Text + "%", s.Which, s.Limit}, func(scan func(...any) error) error {
			var id good.ID
			err := scan(&id)
			out = append(out, id)
			return err
		})
}

// CountSought is how many goods have an owner to be sought: in all, by whether
// there is a contact nobody has written to, none, or a letter. IsSought says
// whether a good is one of them.
func (r reads) CountSought(ctx context.Context) (map[string]int, error) {
	var all, write, none, told int
	err := r.q.QueryRowContext(ctx, Q(`SELECT count(*), COALESCE(sum(CASE WHEN `+reachable+` AND NOT `+written+` THEN 1 ELSE 0 END), 0),
		COALESCE(sum(CASE WHEN `+reachable+` THEN 0 ELSE 1 END), 0), COALESCE(sum(CASE WHEN `+written+` THEN 1 ELSE 0 END), 0) FROM goods g WHERE `+unowned)).Scan(&all, &write, &none, &told)
	return map[string]int{"": all, "write": write, "none": none, "written": told}, err
}

// IsSought says whether others report a good as recognised and nobody here
// owns it or applies for it.
func (r reads) IsSought(ctx context.Context, id good.ID) (bool, error) {
	var n int
	err := r.q.QueryRowContext(ctx, Q(`SELECT count(*) FROM goods g WHERE g.id = $1 AND `+unowned), id).Scan(&n)
	return n > 0, err
}

// ContactsOf returns the private contacts of goods, the most trusted first.
func (r reads) ContactsOf(ctx context.Context, ids []good.ID) (map[good.ID][]good.Contact, error) {
	out := map[good.ID][]good.Contact{}
	return out, each(ctx, r.q, Q(`SELECT good, source, role, name, email FROM (`+contactsOf+`) k WHERE good IN (SELECT value FROM json_each($1)) ORDER BY good, sort, source, n`), []any{listed(ids)},
		func(scan func(...any) error) error {
			var c good.Contact
			err := scan(&c.Good, &c.Source, &c.Role, &c.Name, &c.Email)
			out[c.Good] = append(out[c.Good], c)
			return err
		})
}

// KeepersAt returns, by domain, one who looks after the organisation that has
// proved it: the organisation's name and the address of that person.
func (r reads) KeepersAt(ctx context.Context, domains []string) (map[string]good.Contact, error) {
	out := map[string]good.Contact{}
	return out, each(ctx, r.q, Q(`SELECT d.domain, o.name, e.address FROM domains d JOIN organisations o ON o.id = d.organisation JOIN memberships m ON m.organisation = o.id AND m.keeper = 1
		JOIN emails e ON e.person = m.person AND e.main = 1 WHERE d.verified > 0 AND d.domain IN (SELECT value FROM json_each($1)) ORDER BY d.domain, m.since DESC, m.person DESC`), []any{listed(domains)},
		func(scan func(...any) error) error {
			var domain string
			c := good.Contact{Source: good.ByDomain, Role: "organisation"}
			err := scan(&domain, &c.Name, &c.Email)
			out[domain] = c // the one who came first is the last read
			return err
		})
}

const soughtColumns = `s.id, s.good, s.mark, s.address, s.origin, s.lang, s.person, s.created, s.due, s.sent, s.opened`

// fate is what became of a letter s, with b what came back from its address.
const fate = `CASE WHEN EXISTS (SELECT 1 FROM claims c WHERE c.good = s.good AND c.proved >= s.created) THEN 'claimed' WHEN s.became <> '' THEN s.became
	WHEN b.address IS NOT NULL THEN 'bounced' WHEN s.opened <> 0 THEN 'opened' WHEN s.sent <> 0 THEN 'sent' ELSE 'waiting' END`

const soughtRows = soughtColumns + `, ` + fate + ` FROM sought s LEFT JOIN bounces b ON b.address = s.address AND s.address <> ''`

func readSought(scan func(...any) error) (s good.Sought, err error) {
	var created, due, sent, opened int64
	err = scan(&s.ID, &s.Good, &s.Mark, &s.Address, &s.Origin, &s.Lang, &s.Person, &created, &due, &sent, &opened, &s.Fate)
	s.Created, s.Due, s.Sent, s.Opened = moment(created), moment(due), moment(sent), moment(opened)
	return s, err
}

func (r reads) sought(ctx context.Context, query string, args ...any) ([]good.Sought, error) {
	var out []good.Sought
	return out, each(ctx, r.q, query, args, func(scan func(...any) error) error {
		s, err := readSought(scan)
		out = append(out, s)
		return err
	})
}

// Sought returns a letter to somebody who may own a good; nil if there is none.
func (r reads) Sought(ctx context.Context, id good.ID) (*good.Sought, error) {
	return one(readSought(r.q.QueryRowContext(ctx, Q(`SELECT `+soughtRows+` WHERE s.id = $1`), id).Scan))
}

// SoughtOf returns the letters about goods, the newest first.
func (r reads) SoughtOf(ctx context.Context, ids []good.ID) ([]good.Sought, error) {
	return r.sought(ctx, Q(`SELECT `+soughtRows+` WHERE s.good IN (SELECT value FROM json_each($1)) ORDER BY s.id DESC`), listed(ids))
}

// SoughtLetters returns letters with a fate, "" for any, that were made before
// another, the newest first.
func (r reads) SoughtLetters(ctx context.Context, became good.Fate, before good.ID, limit int) ([]good.Sought, error) {
	return r.sought(ctx, Q(`SELECT `+soughtRows+` WHERE ($1 = '' OR s.id < $1) AND ($2 = '' OR `+fate+` = $2) ORDER BY s.id DESC LIMIT $3`), before, became, limit)
}

// SoughtBy returns the letters that went to addresses.
func (r reads) SoughtBy(ctx context.Context, addresses []string) ([]good.Sought, error) {
	return r.sought(ctx, Q(`SELECT `+soughtRows+` WHERE s.address IN (SELECT value FROM json_each($1)) ORDER BY s.id DESC`), listed(addresses))
}

// CountSoughtLetters is how many letters there are of each fate.
func (r reads) CountSoughtLetters(ctx context.Context) (map[good.Fate]int, error) {
	out := map[good.Fate]int{}
	return out, each(ctx, r.q, Q(`SELECT `+fate+`, count(*) FROM sought s LEFT JOIN bounces b ON b.address = s.address AND s.address <> '' GROUP BY 1`), nil, func(scan func(...any) error) error {
		var f good.Fate
		var n int
		err := scan(&f, &n)
		out[f] = n
		return err
	})
}

// SoughtUntil is when the last letter that waits is due, and the last one to
// an address, by its mark; zero where there is none.
func (r reads) SoughtUntil(ctx context.Context, mark good.ID) (all, its time.Time, err error) {
	var a, m int64
	err = r.q.QueryRowContext(ctx, Q(`SELECT COALESCE((SELECT max(due) FROM sought WHERE sent = 0 AND became = ''), 0), COALESCE((SELECT max(due) FROM sought WHERE mark = $1 AND became <> 'dropped'), 0)`), mark).Scan(&a, &m)
	return moment(a), moment(m), err
}

// ContactsAt returns what records and the desk have of any of some addresses.
func (r reads) ContactsAt(ctx context.Context, addresses []string) ([]good.Contact, error) {
	var out []good.Contact
	return out, each(ctx, r.q, Q(`SELECT source, foreign_id, role, name, email FROM contacts WHERE lower(email) IN (SELECT value FROM json_each($1)) ORDER BY source, foreign_id, n`), []any{listed(addresses)}, func(scan func(...any) error) error {
		var c good.Contact
		err := scan(&c.Source, &c.ForeignID, &c.Role, &c.Name, &c.Email)
		out = append(out, c)
		return err
	})
}

// WasSought says whether a letter about a good went to an address, by its mark,
// or waits.
func (r reads) WasSought(ctx context.Context, id, mark good.ID) (bool, error) {
	var n int
	err := r.q.QueryRowContext(ctx, Q(`SELECT count(*) FROM sought WHERE good = $1 AND mark = $2 AND became <> 'dropped'`), id, mark).Scan(&n)
	return n > 0, err
}

// AddSought writes a letter, unless there is one about the good to that
// address that was not dropped; then it says false.
func (tx *Tx) AddSought(ctx context.Context, s good.Sought) (bool, error) {
	res, err := tx.q.ExecContext(ctx, Q(`INSERT INTO sought (id, good, mark, address, origin, lang, person, created, due, sent, opened, became) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, '')
		ON CONFLICT (good, mark) DO UPDATE SET id = excluded.id, address = excluded.address, origin = excluded.origin, lang = excluded.lang, person = excluded.person, created = excluded.created, due = excluded.due, became = ''
		WHERE sought.became = 'dropped'`), s.ID, s.Good, s.Mark, s.Address, s.Origin, s.Lang, s.Person, millis(s.Created), millis(s.Due))
	if err != nil {
		return false, fmt.Errorf("write a letter to an owner: %w", err)
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// SentSought notes that a letter was sent, and OpenSought that its link was
// followed: the first time alone.
func (tx *Tx) SentSought(ctx context.Context, id good.ID) error {
	_, err := tx.q.ExecContext(ctx, Q(`UPDATE sought SET sent = $1 WHERE id = $2 AND sent = 0`), millis(tx.now), id)
	return err
}

// OpenSought notes that the link of a letter was followed.
func (tx *Tx) OpenSought(ctx context.Context, id good.ID) error {
	_, err := tx.q.ExecContext(ctx, Q(`UPDATE sought SET opened = $1 WHERE id = $2 AND opened = 0`), millis(tx.now), id)
	return err
}

// EndSought notes what ended a letter.
func (tx *Tx) EndSought(ctx context.Context, id good.ID, became good.Fate) error {
	_, err := tx.q.ExecContext(ctx, Q(`UPDATE sought SET became = $1 WHERE id = $2 AND became = ''`), became, id)
	return err
}

// DropSought takes back every letter that waits, and says how many there were.
func (tx *Tx) DropSought(ctx context.Context) (int64, error) {
	res, err := tx.q.ExecContext(ctx, Q(`UPDATE sought SET became = 'dropped' WHERE sent = 0 AND became = ''`))
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// LeaveSought ends every letter to an address, by its mark, and forgets the
// address and the contacts that have it.
func (tx *Tx) LeaveSought(ctx context.Context, mark good.ID) error {
	_, err := tx.q.ExecContext(ctx, Q(`DELETE FROM contacts WHERE lower(email) IN (SELECT address FROM sought WHERE mark = $1 AND address <> '')`), mark)
	if err == nil {
		_, err = tx.q.ExecContext(ctx, Q(`UPDATE sought SET address = '', became = CASE WHEN became = '' THEN 'left' ELSE became END WHERE mark = $1`), mark)
	}
	return err
}

// ForgetContact forgets an address wherever it is that of somebody who may own
// a good.
func (tx *Tx) ForgetContact(ctx context.Context, address string) error {
	_, contacts := tx.q.ExecContext(ctx, Q(`DELETE FROM contacts WHERE lower(email) = $1`), address)
	_, letters := tx.q.ExecContext(ctx, Q(`UPDATE sought SET address = '', became = CASE WHEN sent = 0 AND became = '' THEN 'dropped' ELSE became END WHERE address = $1 AND address <> ''`), address)
	return errors.Join(contacts, letters)
}

// ForgetSought forgets up to limit addresses of letters made before a time,
// and says how many there were.
func (tx *Tx) ForgetSought(ctx context.Context, before time.Time, limit int) (int64, error) {
	res, err := tx.q.ExecContext(ctx, Q(`UPDATE sought SET address = '' WHERE id IN (SELECT id FROM sought WHERE address <> '' AND created < $1 LIMIT $2)`), millis(before), limit)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// ForgetWriter forgets who had letters written to owners.
func (tx *Tx) ForgetWriter(ctx context.Context, person good.ID) error {
	_, err := tx.q.ExecContext(ctx, Q(`UPDATE sought SET person = '' WHERE person = $1`), person)
	return err
}
