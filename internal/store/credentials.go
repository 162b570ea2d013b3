package store

import (
	"context"
	"encoding/json"
	"time"

	"stoa/internal/access"
	"stoa/internal/good"
)

const sessionColumns = `id, person, device, way, created, seen, proved, expires`

func readSession(scan func(...any) error) (s access.Session, err error) {
	var created, seen, proved, expires int64
	err = scan(&s.ID, &s.Person, &s.Device, &s.Way, &created, &seen, &proved, &expires)
	s.Created, s.Seen, s.Proved, s.Expires = moment(created), moment(seen), moment(proved), moment(expires)
	return s, err
}

// Session returns the session with the hash of a secret; nil if there is none.
func (r reads) Session(ctx context.Context, hash []byte) (*access.Session, error) {
	return one(readSession(r.q.QueryRowContext(ctx, Q(`SELECT `+sessionColumns+` FROM sessions WHERE hash = $1`), hash).Scan))
}

// Sessions returns the sessions of a person, the last seen first.
func (r reads) Sessions(ctx context.Context, person good.ID) ([]access.Session, error) {
	var out []access.Session
	err := each(ctx, r.q, Q(`SELECT `+sessionColumns+` FROM sessions WHERE person = $1 ORDER BY seen DESC, id`), []any{person}, func(scan func(...any) error) error {
		s, err := readSession(scan)
		out = append(out, s)
		return err
	})
	return out, err
}

// AddSession writes a new session with the hash of its secret.
func (tx *Tx) AddSession(ctx context.Context, s access.Session, hash []byte) error {
	_, err := tx.q.ExecContext(ctx, Q(`INSERT INTO sessions (id, hash, person, device, way, created, seen, proved, expires) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`),
		s.ID, hash, s.Person, s.Device, s.Way, millis(s.Created), millis(s.Seen), millis(s.Proved), millis(s.Expires))
	return err
}

// SeeSession notes when a session was last seen.
func (tx *Tx) SeeSession(ctx context.Context, id good.ID, at time.Time) error {
	_, err := tx.q.ExecContext(ctx, Q(`UPDATE sessions SET seen = $1 WHERE id = $2`), millis(at), id)
	return err
}

// DeleteSession ends a session of a person.
func (tx *Tx) DeleteSession(ctx context.Context, person, id good.ID) error {
	return tx.must(ctx, &good.Error{Kind: good.NotFound, Key: "people.error.gone"}, Q(`DELETE FROM sessions WHERE id = $1 AND person = $2`), id, person)
}

// DeleteSessions ends all sessions of a person but one, which may be "".
func (tx *Tx) DeleteSessions(ctx context.Context, person, but good.ID) error {
	_, err := tx.q.ExecContext(ctx, Q(`DELETE FROM sessions WHERE person = $1 AND id <> $2`), person, but)
	return err
}

// Sweep takes away what has expired by itself.
func (tx *Tx) Sweep(ctx context.Context) error {
	for _, query := range []string{Q(`DELETE FROM sessions WHERE expires < $1`), Q(`DELETE FROM ceremonies WHERE expires < $1`)} {
		if _, err := tx.q.ExecContext(ctx, query, millis(tx.now)); err != nil {
			return err
		}
	}
	return nil
}

const tokenColumns = `id, person, name, scopes, created, used, expires`

func readToken(scan func(...any) error) (t access.Token, err error) {
	var created, used, expires int64
	var scopes []byte
	if err = scan(&t.ID, &t.Person, &t.Name, &scopes, &created, &used, &expires); err != nil {
		return t, err
	}
	t.Created, t.Used, t.Expires = moment(created), moment(used), moment(expires)
	return t, json.Unmarshal(scopes, &t.Scopes)
}

// Token returns the token with the hash of a secret; nil if there is none.
func (r reads) Token(ctx context.Context, hash []byte) (*access.Token, error) {
	return one(readToken(r.q.QueryRowContext(ctx, Q(`SELECT `+tokenColumns+` FROM tokens WHERE hash = $1`), hash).Scan))
}

// Tokens returns the tokens of a person, the newest first.
func (r reads) Tokens(ctx context.Context, person good.ID) ([]access.Token, error) {
	var out []access.Token
	err := each(ctx, r.q, Q(`SELECT `+tokenColumns+` FROM tokens WHERE person = $1 ORDER BY id DESC`), []any{person}, func(scan func(...any) error) error {
		t, err := readToken(scan)
		out = append(out, t)
		return err
	})
	return out, err
}

// AddToken writes a new token with the hash of its secret.
func (tx *Tx) AddToken(ctx context.Context, t access.Token, hash []byte) error {
	scopes, err := json.Marshal(t.Scopes)
	if err != nil {
		return err
	}
	_, err = tx.q.ExecContext(ctx, Q(`INSERT INTO tokens (id, hash, person, name, scopes, created, used, expires) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`),
		t.ID, hash, t.Person, t.Name, string(scopes), millis(t.Created), millis(t.Used), millis(t.Expires))
	return err
}

// UseToken notes when a token was last used.
func (tx *Tx) UseToken(ctx context.Context, id good.ID, at time.Time) error {
	_, err := tx.q.ExecContext(ctx, Q(`UPDATE tokens SET used = $1 WHERE id = $2`), millis(at), id)
	return err
}

// DeleteToken ends a token of a person.
func (tx *Tx) DeleteToken(ctx context.Context, person, id good.ID) error {
	return tx.must(ctx, &good.Error{Kind: good.NotFound, Key: "people.error.gone"}, Q(`DELETE FROM tokens WHERE id = $1 AND person = $2`), id, person)
}

const passkeyColumns = `id, person, name, doc, created, used`

func readPasskey(scan func(...any) error) (p access.Passkey, err error) {
	var created, used int64
	var doc []byte
	err = scan(&p.ID, &p.Person, &p.Name, &doc, &created, &used)
	p.Doc, p.Created, p.Used = doc, moment(created), moment(used)
	return p, err
}

// Passkey returns the passkey with an id; nil if there is none.
func (r reads) Passkey(ctx context.Context, id []byte) (*access.Passkey, error) {
	return one(readPasskey(r.q.QueryRowContext(ctx, Q(`SELECT `+passkeyColumns+` FROM passkeys WHERE id = $1`), id).Scan))
}

// Passkeys returns the passkeys of a person, the oldest first.
func (r reads) Passkeys(ctx context.Context, person good.ID) ([]access.Passkey, error) {
	var out []access.Passkey
	err := each(ctx, r.q, Q(`SELECT `+passkeyColumns+` FROM passkeys WHERE person = $1 ORDER BY created, id`), []any{person}, func(scan func(...any) error) error {
		p, err := readPasskey(scan)
		out = append(out, p)
		return err
	})
	return out, err
}

// PutPasskey writes a passkey; one that somebody has already is only renewed
// where it is their own.
func (tx *Tx) PutPasskey(ctx context.Context, p access.Passkey) error {
	return tx.must(ctx, &good.Error{Kind: good.Conflict, Key: "people.error.passkey_taken"}, Q(`INSERT INTO passkeys (id, person, name, doc, created, used) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (id) DO UPDATE SET doc = excluded.doc, used = excluded.used WHERE passkeys.person = excluded.person`),
		p.ID, p.Person, p.Name, string(p.Doc), millis(p.Created), millis(p.Used))
}

// DeletePasskey takes a passkey from a person.
func (tx *Tx) DeletePasskey(ctx context.Context, person good.ID, id []byte) error {
	return tx.must(ctx, &good.Error{Kind: good.NotFound, Key: "people.error.gone"}, Q(`DELETE FROM passkeys WHERE id = $1 AND person = $2`), id, person)
}

const identityColumns = `issuer, subject, person, label, created`

func readIdentity(scan func(...any) error) (i access.Identity, err error) {
	var created int64
	err = scan(&i.Issuer, &i.Subject, &i.Person, &i.Label, &created)
	i.Created = moment(created)
	return i, err
}

// Identity returns the person another site knows; nil if we do not know them.
func (r reads) Identity(ctx context.Context, issuer, subject string) (*access.Identity, error) {
	return one(readIdentity(r.q.QueryRowContext(ctx, Q(`SELECT `+identityColumns+` FROM identities WHERE issuer = $1 AND subject = $2`), issuer, subject).Scan))
}

// Identities returns the accounts elsewhere that a person signs in with.
func (r reads) Identities(ctx context.Context, person good.ID) ([]access.Identity, error) {
	var out []access.Identity
	err := each(ctx, r.q, Q(`SELECT `+identityColumns+` FROM identities WHERE person = $1 ORDER BY issuer, subject`), []any{person}, func(scan func(...any) error) error {
		i, err := readIdentity(scan)
		out = append(out, i)
		return err
	})
	return out, err
}

// PutIdentity links an account elsewhere to a person; one that is linked to
// somebody else is a Conflict.
func (tx *Tx) PutIdentity(ctx context.Context, i access.Identity) error {
	return tx.must(ctx, &good.Error{Kind: good.Conflict, Key: "people.error.identity_taken"}, Q(`INSERT INTO identities (issuer, subject, person, label, created) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (issuer, subject) DO UPDATE SET label = excluded.label WHERE identities.person = excluded.person`), i.Issuer, i.Subject, i.Person, i.Label, millis(i.Created))
}

// DeleteIdentity takes an account elsewhere from a person.
func (tx *Tx) DeleteIdentity(ctx context.Context, person good.ID, issuer, subject string) error {
	return tx.must(ctx, &good.Error{Kind: good.NotFound, Key: "people.error.gone"}, Q(`DELETE FROM identities WHERE issuer = $1 AND subject = $2 AND person = $3`), issuer, subject, person)
}

// AddCeremony writes what begins.
func (tx *Tx) AddCeremony(ctx context.Context, c access.Ceremony) error {
	_, err := tx.q.ExecContext(ctx, Q(`INSERT INTO ceremonies (hash, kind, about, doc, tries, created, expires) VALUES ($1, $2, $3, $4, $5, $6, $7)`),
		c.Hash, c.Kind, c.About, string(c.Doc), c.Tries, millis(c.Created), millis(c.Expires))
	return err
}

// Ceremony returns what is under way; nil if nothing is, or no more.
func (r reads) Ceremony(ctx context.Context, kind string, hash []byte) (*access.Ceremony, error) {
	var c access.Ceremony
	var created, expires int64
	var doc []byte
	err := r.q.QueryRowContext(ctx, Q(`SELECT hash, kind, about, doc, tries, created, expires FROM ceremonies WHERE kind = $1 AND hash = $2`), kind, hash).
		Scan(&c.Hash, &c.Kind, &c.About, &doc, &c.Tries, &created, &expires)
	c.Doc, c.Created, c.Expires = doc, moment(created), moment(expires)
	return one(c, err)
}

// EndCeremony takes away what is under way. It says whether it was there: of
// two that end it at once one does.
func (tx *Tx) EndCeremony(ctx context.Context, hash []byte) (bool, error) {
	res, err := tx.q.ExecContext(ctx, Q(`DELETE FROM ceremonies WHERE hash = $1`), hash)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// TryCeremony counts a try, and says whether there was one left of so many:
// those that come at once are counted one after the other.
func (tx *Tx) TryCeremony(ctx context.Context, hash []byte, most int) (bool, error) {
	res, err := tx.q.ExecContext(ctx, Q(`UPDATE ceremonies SET tries = tries + 1 WHERE hash = $1 AND tries < $2`), hash, most)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// CountCeremonies counts those of a kind about somebody that began since.
func (r reads) CountCeremonies(ctx context.Context, kind, about string, since time.Time) (n int, err error) {
	err = r.q.QueryRowContext(ctx, Q(`SELECT count(*) FROM ceremonies WHERE kind = $1 AND about = $2 AND created >= $3`), kind, about, millis(since)).Scan(&n)
	return n, err
}
