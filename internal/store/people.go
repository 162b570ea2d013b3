package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"stoa/internal/good"
)

// one turns "no such row" into nil.
func one[T any](v T, err error) (*T, error) {
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &v, nil
}

const personColumns = `p.id, p.pseudonym, p.version, p.created, p.doc`

func readPerson(scan func(...any) error) (p good.Person, err error) {
	var created int64
	var doc []byte
	if err := scan(&p.ID, &p.Pseudonym, &p.Version, &created, &doc); err != nil {
		return p, err
	}
	p.Created = moment(created)
	if err := json.Unmarshal(doc, &p); err != nil {
		return p, fmt.Errorf("decode a person: %w", err)
	}
	return p, nil
}

// Person returns a person; nil if there is none.
func (r reads) Person(ctx context.Context, id good.ID) (*good.Person, error) {
	return one(readPerson(r.q.QueryRowContext(ctx, Q(`SELECT `+personColumns+` FROM persons p WHERE p.id = $1`), id).Scan))
}

// PersonByPseudonym returns the person behind a pseudonym; nil if there is
// none, or none any more.
func (r reads) PersonByPseudonym(ctx context.Context, pseudonym string) (*good.Person, error) {
	return one(readPerson(r.q.QueryRowContext(ctx, Q(`SELECT `+personColumns+` FROM persons p WHERE p.pseudonym = $1`), pseudonym).Scan))
}

// PersonByEmail returns the person who has an address; nil if nobody has.
func (r reads) PersonByEmail(ctx context.Context, address string) (*good.Person, error) {
	return one(readPerson(r.q.QueryRowContext(ctx, Q(`SELECT `+personColumns+` FROM persons p JOIN emails e ON e.person = p.id WHERE e.address = $1`), address).Scan))
}

// People returns persons in the order in which they came, after an id.
func (r reads) People(ctx context.Context, after good.ID, limit int) ([]good.Person, error) {
	return r.people(ctx, Q(`SELECT `+personColumns+` FROM persons p WHERE p.id > $1 ORDER BY p.id LIMIT $2`), after, limit)
}

// Search narrows the list of people.
type Search struct {
	Text      string  // begins or is within a name, or is an id or pseudonym
	Addresses bool    // or is within an address
	Role      string  // "" for any, and for none
	After     good.ID // from behind whom on
	Limit     int
}

// FindPeople returns persons that a search is for, in the order in which they
// came.
func (r reads) FindPeople(ctx context.Context, s Search) ([]good.Person, error) {
	like, addresses := "%"+escapeLike.Replace(fold(s.Text))+"%", int64(0)
	if s.Addresses {
		addresses = 1
	}
	return r.people(ctx, Q(`SELECT `+personColumns+` FROM persons p WHERE p.id > $1
		AND ($2 = '' OR p.folded LIKE $3 ESCAPE '!' OR p.id = $2 OR p.pseudonym = $2
			OR $4 = CAST(1 AS BIGINT) AND p.id IN (SELECT person FROM emails WHERE address LIKE $3 ESCAPE '!'))
		AND ($5 = '' OR p.id IN (SELECT person FROM roles WHERE role = $5)) ORDER BY p.id LIMIT $6`), s.After, s.Text, like, addresses, s.Role, s.Limit)
}

// fold makes names alike that differ in case alone.
func fold(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// escapeLike keeps what is searched for from being read as a pattern.
var escapeLike = strings.NewReplacer("!", "!!", "%", "!%", "_", "!_")

// WithRole returns everybody who has a role, in the order in which they came.
func (r reads) WithRole(ctx context.Context, role string) ([]good.Person, error) {
	return r.people(ctx, Q(`SELECT `+personColumns+` FROM persons p JOIN roles o ON o.person = p.id WHERE o.role = $1 ORDER BY p.id`), role)
}

// PeopleOf returns persons by id or by pseudonym; those who are not there are
// missing.
func (r reads) PeopleOf(ctx context.Context, keys []string) ([]good.Person, error) {
	list, err := json.Marshal(keys)
	if err != nil {
		return nil, err
	}
	return r.people(ctx, Q(`SELECT `+personColumns+` FROM json_each($1) k JOIN persons p ON p.id = k.value OR p.pseudonym = k.value`), string(list))
}

func (r reads) people(ctx context.Context, query string, args ...any) ([]good.Person, error) {
	var out []good.Person
	err := each(ctx, r.q, query, args, func(scan func(...any) error) error {
		p, err := readPerson(scan)
		out = append(out, p)
		return err
	})
	return out, err
}

// PutPerson writes a person: a new one if the version is 0, else a change of
// exactly that version.
func (tx *Tx) PutPerson(ctx context.Context, p *good.Person) error {
	doc, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("encode a person: %w", err)
	}
	if p.Version == 0 {
		p.Created = tx.now
		_, err = tx.q.ExecContext(ctx, Q(`INSERT INTO persons (id, pseudonym, version, created, doc, folded) VALUES ($1, $2, 1, $3, $4, $5)`), p.ID, p.Pseudonym, millis(p.Created), string(doc), fold(p.Name))
	} else {
		err = tx.must(ctx, &good.Error{Kind: good.Conflict, Key: "people.error.changed"},
			Q(`UPDATE persons SET version = version + 1, doc = $1, folded = $2 WHERE id = $3 AND version = $4`), string(doc), fold(p.Name), p.ID, p.Version)
	}
	p.Version++
	return err
}

// must runs a statement that has to change a row, else it returns missing.
func (tx *Tx) must(ctx context.Context, missing error, query string, args ...any) error {
	res, err := tx.q.ExecContext(ctx, query, args...)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n > 0 {
		return err
	}
	return missing
}

// DeletePerson takes away all that is kept of a person.
func (tx *Tx) DeletePerson(ctx context.Context, id good.ID) error {
	if _, err := tx.q.ExecContext(ctx, Q(`DELETE FROM ceremonies WHERE about = $1 OR about IN (SELECT address FROM emails WHERE person = $1)`), id); err != nil {
		return err
	}
	if err := tx.ForgetInvitations(ctx, id); err != nil {
		return err
	}
	return tx.must(ctx, &good.Error{Kind: good.NotFound, Key: "people.error.nobody"}, Q(`DELETE FROM persons WHERE id = $1`), id)
}

// Emails returns the addresses of a person, the main one first.
func (r reads) Emails(ctx context.Context, person good.ID) ([]good.Email, error) {
	var out []good.Email
	err := each(ctx, r.q, Q(`SELECT address, person, verified, main FROM emails WHERE person = $1 ORDER BY main DESC, address`), []any{person}, func(scan func(...any) error) error {
		var e good.Email
		var verified, main int64
		err := scan(&e.Address, &e.Person, &verified, &main)
		e.Verified, e.Main = moment(verified), main != 0
		out = append(out, e)
		return err
	})
	return out, err
}

// MainEmails returns where messages to persons go, by id.
func (r reads) MainEmails(ctx context.Context, people []good.ID) (map[good.ID]string, error) {
	list, err := json.Marshal(people)
	if err != nil {
		return nil, err
	}
	out := map[good.ID]string{}
	err = each(ctx, r.q, Q(`SELECT e.person, e.address FROM json_each($1) k JOIN emails e ON e.person = k.value WHERE e.main <> 0`), []any{string(list)}, func(scan func(...any) error) error {
		var person good.ID
		var address string
		err := scan(&person, &address)
		out[person] = address
		return err
	})
	return out, err
}

// PutEmail writes an address; one that somebody else has is a Conflict. A main
// address takes the place of the one before.
func (tx *Tx) PutEmail(ctx context.Context, e good.Email) error {
	main := 0
	if e.Main {
		main = 1
		if _, err := tx.q.ExecContext(ctx, Q(`UPDATE emails SET main = 0 WHERE person = $1`), e.Person); err != nil {
			return err
		}
	}
	return tx.must(ctx, &good.Error{Kind: good.Conflict, Key: "people.error.address_taken", Field: "address"},
		Q(`INSERT INTO emails (address, person, verified, main) VALUES ($1, $2, $3, $4)
			ON CONFLICT (address) DO UPDATE SET verified = excluded.verified, main = excluded.main WHERE emails.person = excluded.person`), e.Address, e.Person, millis(e.Verified), main)
}

// DeleteEmail takes an address from a person.
func (tx *Tx) DeleteEmail(ctx context.Context, person good.ID, address string) error {
	return tx.must(ctx, &good.Error{Kind: good.NotFound, Key: "people.error.gone"}, Q(`DELETE FROM emails WHERE address = $1 AND person = $2`), address, person)
}

// Roles returns the roles of a person, in the order of their names.
func (r reads) Roles(ctx context.Context, person good.ID) ([]string, error) {
	var out []string
	err := each(ctx, r.q, Q(`SELECT role FROM roles WHERE person = $1 ORDER BY role`), []any{person}, func(scan func(...any) error) error {
		var role string
		err := scan(&role)
		out = append(out, role)
		return err
	})
	return out, err
}

// RolesOf returns the roles of some persons.
func (r reads) RolesOf(ctx context.Context, people []good.ID) (map[good.ID][]string, error) {
	list, err := json.Marshal(people)
	if err != nil {
		return nil, err
	}
	out := map[good.ID][]string{}
	return out, each(ctx, r.q, Q(`SELECT person, role FROM roles WHERE person IN (SELECT value FROM json_each($1)) ORDER BY person, role`), []any{string(list)}, func(scan func(...any) error) error {
		var person good.ID
		var role string
		err := scan(&person, &role)
		out[person] = append(out[person], role)
		return err
	})
}

// AllRoles returns the roles of everybody who has one.
func (r reads) AllRoles(ctx context.Context) (map[good.ID][]string, error) {
	out := map[good.ID][]string{}
	err := each(ctx, r.q, Q(`SELECT person, role FROM roles ORDER BY person, role`), nil, func(scan func(...any) error) error {
		var person good.ID
		var role string
		err := scan(&person, &role)
		out[person] = append(out[person], role)
		return err
	})
	return out, err
}

// PutRole gives a person a role. It says whether that is new.
func (tx *Tx) PutRole(ctx context.Context, person good.ID, role string) (bool, error) {
	res, err := tx.q.ExecContext(ctx, Q(`INSERT INTO roles (person, role, since) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`), person, role, millis(tx.now))
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// DeleteRole takes a role from a person. It says whether they had it.
func (tx *Tx) DeleteRole(ctx context.Context, person good.ID, role string) (bool, error) {
	res, err := tx.q.ExecContext(ctx, Q(`DELETE FROM roles WHERE person = $1 AND role = $2`), person, role)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}
