package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"stoa/internal/good"
)

// Notice is a notice as it is kept.
type Notice struct {
	good.Notice
	ID       good.ID // of entry, person and kind: the same however often it is derived
	Position int64   // of the entry
	Created  time.Time
	Seen     time.Time // zero until the person has seen it
	Mailed   time.Time // zero until a letter about it was handed over
}

const noticeColumns = `id, person, kind, about, position, args, path, created, seen, mailed`

func readNotice(scan func(...any) error) (Notice, error) {
	var n Notice
	var args []byte
	var created, seen, mailed int64
	if err := scan(&n.ID, &n.Person, &n.Kind, &n.About, &n.Position, &args, &n.Path, &created, &seen, &mailed); err != nil {
		return n, err
	}
	n.Created, n.Seen, n.Mailed = moment(created), moment(seen), moment(mailed)
	if err := json.Unmarshal(args, &n.Args); err != nil {
		return n, fmt.Errorf("decode notice %s: %w", n.ID, err)
	}
	return n, nil
}

// AddNotice keeps a notice and says whether it is new.
func (tx *Tx) AddNotice(ctx context.Context, n Notice) (bool, error) {
	args, err := json.Marshal(n.Args)
	if err != nil {
		return false, fmt.Errorf("encode a notice: %w", err)
	}
	res, err := tx.q.ExecContext(ctx, Q(`INSERT INTO notices (id, person, kind, about, position, args, path, created, seen, mailed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0)
		ON CONFLICT (id) DO NOTHING`), n.ID, n.Person, n.Kind, n.About, n.Position, string(args), n.Path, millis(n.Created))
	if err != nil {
		return false, fmt.Errorf("keep a notice: %w", err)
	}
	k, err := res.RowsAffected()
	return k == 1, err
}

// Notice returns a notice, nil if there is none (any more).
func (r reads) Notice(ctx context.Context, id good.ID) (*Notice, error) {
	n, err := readNotice(r.q.QueryRowContext(ctx, Q(`SELECT `+noticeColumns+` FROM notices WHERE id = $1`), id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &n, nil
}

// Notices returns up to limit notices of a person, the newest first.
func (r reads) Notices(ctx context.Context, person good.ID, offset, limit int) ([]Notice, error) {
	var out []Notice
	err := each(ctx, r.q, Q(`SELECT `+noticeColumns+` FROM notices WHERE person = $1 ORDER BY created DESC, id DESC LIMIT $2 OFFSET $3`), []any{person, limit, offset},
		func(scan func(...any) error) error {
			n, err := readNotice(scan)
			out = append(out, n)
			return err
		})
	return out, err
}

// CountNotices is how many notices a person has, and has not seen.
func (r reads) CountNotices(ctx context.Context, person good.ID) (all, unseen int, err error) {
	err = r.q.QueryRowContext(ctx, Q(`SELECT (SELECT count(*) FROM notices WHERE person = $1), (SELECT count(*) FROM notices WHERE person = $1 AND seen = 0)`), person).Scan(&all, &unseen)
	return all, unseen, err
}

// SeeNotice marks a notice of a person as seen, every one where id is "".
func (tx *Tx) SeeNotice(ctx context.Context, person, id good.ID) error {
	_, err := tx.q.ExecContext(ctx, Q(`UPDATE notices SET seen = $1 WHERE person = $2 AND ($3 = '' OR id = $3) AND seen = 0`), millis(tx.now), person, id)
	return err
}

// MailedNotice notes that a letter about a notice was handed over.
func (tx *Tx) MailedNotice(ctx context.Context, id good.ID) error {
	_, err := tx.q.ExecContext(ctx, Q(`UPDATE notices SET mailed = $1 WHERE id = $2`), millis(tx.now), id)
	return err
}

// UnmailNotice notes that the letter about a notice did not arrive.
func (tx *Tx) UnmailNotice(ctx context.Context, id good.ID) error {
	_, err := tx.q.ExecContext(ctx, Q(`UPDATE notices SET mailed = 0 WHERE id = $1`), id)
	return err
}

// ForgetNotices deletes up to limit notices made before a time, and says how
// many there were.
func (tx *Tx) ForgetNotices(ctx context.Context, before time.Time, limit int) (int64, error) {
	res, err := tx.q.ExecContext(ctx, Q(`DELETE FROM notices WHERE id IN (SELECT id FROM notices WHERE created < $1 LIMIT $2)`), millis(before), limit)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// MailWishes says of which kinds a person wants letters or none, where they
// said so.
func (r reads) MailWishes(ctx context.Context, person good.ID) (map[string]bool, error) {
	out := map[string]bool{}
	err := each(ctx, r.q, Q(`SELECT kind, mail FROM mail_wishes WHERE person = $1`), []any{person}, func(scan func(...any) error) error {
		var kind string
		var mail int
		err := scan(&kind, &mail)
		out[kind] = mail != 0
		return err
	})
	return out, err
}

// SetMailWish keeps whether a person wants letters of a kind.
func (tx *Tx) SetMailWish(ctx context.Context, person good.ID, kind string, mail bool) error {
	wish := 0
	if mail {
		wish = 1
	}
	_, err := tx.q.ExecContext(ctx, Q(`INSERT INTO mail_wishes (person, kind, mail) VALUES ($1, $2, $3) ON CONFLICT (person, kind) DO UPDATE SET mail = excluded.mail`), person, kind, wish)
	return err
}

// Bounce is an address that letters came back from.
type Bounce struct {
	Since  time.Time
	Reason string
}

// Bounce returns what is known of an address, nil if nothing came back.
func (r reads) Bounce(ctx context.Context, address string) (*Bounce, error) {
	var b Bounce
	var since int64
	err := r.q.QueryRowContext(ctx, Q(`SELECT since, reason FROM bounces WHERE address = $1`), address).Scan(&since, &b.Reason)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	b.Since = moment(since)
	return &b, nil
}

// PutBounce notes that letters to an address came back.
func (tx *Tx) PutBounce(ctx context.Context, address, reason string) error {
	_, err := tx.q.ExecContext(ctx, Q(`INSERT INTO bounces (address, since, reason) VALUES ($1, $2, $3) ON CONFLICT (address) DO UPDATE SET reason = excluded.reason`), address, millis(tx.now), reason)
	return err
}

// DeleteBounce forgets that letters came back.
func (tx *Tx) DeleteBounce(ctx context.Context, address string) error {
	_, err := tx.q.ExecContext(ctx, Q(`DELETE FROM bounces WHERE address = $1`), address)
	return err
}

// PutFeed gives a person a secret link to their notices, by its hash, in place
// of the one they had; "" takes it away.
func (tx *Tx) PutFeed(ctx context.Context, person good.ID, hash string) error {
	if _, err := tx.q.ExecContext(ctx, Q(`DELETE FROM feeds WHERE person = $1`), person); err != nil || hash == "" {
		return err
	}
	_, err := tx.q.ExecContext(ctx, Q(`INSERT INTO feeds (person, token, created) VALUES ($1, $2, $3)`), person, hash, millis(tx.now))
	return err
}

// FeedOf returns whose secret link has a hash, "" if nobody's.
func (r reads) FeedOf(ctx context.Context, hash string) (person good.ID, err error) {
	err = r.q.QueryRowContext(ctx, Q(`SELECT person FROM feeds WHERE token = $1`), hash).Scan(&person)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return person, err
}

// FeedSince is when a person's secret link was made, zero if they have none.
func (r reads) FeedSince(ctx context.Context, person good.ID) (time.Time, error) {
	var ms int64
	err := r.q.QueryRowContext(ctx, Q(`SELECT created FROM feeds WHERE person = $1`), person).Scan(&ms)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	return moment(ms), err
}

// ForgetHearer deletes all that is kept of what a person hears. Their webhooks
// and what was delivered to them go too. addresses are those of the person.
func (tx *Tx) ForgetHearer(ctx context.Context, person good.ID, addresses []string) error {
	for _, statement := range []string{
		Q(`DELETE FROM notices WHERE person = $1`), Q(`DELETE FROM mail_wishes WHERE person = $1`), Q(`DELETE FROM feeds WHERE person = $1`),
		Q(`DELETE FROM deliveries WHERE webhook IN (SELECT id FROM webhooks WHERE person = $1)`), Q(`DELETE FROM webhooks WHERE person = $1`),
	} {
		if _, err := tx.q.ExecContext(ctx, statement, person); err != nil {
			return fmt.Errorf("forget what a person hears: %w", err)
		}
	}
	for _, a := range addresses {
		if err := tx.DeleteBounce(ctx, a); err != nil {
			return fmt.Errorf("forget what a person hears: %w", err)
		}
	}
	return nil
}
