package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"
	"time"

	"stoa/internal/good"
)

// Attachment is a file that somebody attached to something.
type Attachment struct {
	ID       string  // 128 random bits: its address
	Hash     string  // of what is in it
	About    good.ID // what it is attached to
	Question string  // of that, which it answers
	Name     string  // as the person calls it
	Person   good.ID // who attached it
	Created  time.Time
	Size     int64
	Type     string
}

const attachmentColumns = `a.id, a.hash, a.about, a.question, a.name, a.person, a.created, b.size, b.type FROM attachments a JOIN blobs b ON b.hash = a.hash`

func readAttachment(scan func(...any) error) (a Attachment, err error) {
	var created int64
	err = scan(&a.ID, &a.Hash, &a.About, &a.Question, &a.Name, &a.Person, &created, &a.Size, &a.Type)
	a.Created = moment(created)
	return a, err
}

// AddAttachment notes an attachment whose file is kept and durable.
func (tx *Tx) AddAttachment(ctx context.Context, a Attachment) error {
	_, err := tx.q.ExecContext(ctx, Q(`INSERT INTO blobs (hash, size, type, created) VALUES ($1, $2, $3, $4) ON CONFLICT (hash) DO UPDATE SET created = excluded.created`), a.Hash, a.Size, a.Type, millis(tx.now))
	if err == nil {
		_, err = tx.q.ExecContext(ctx, Q(`INSERT INTO attachments (id, hash, about, question, name, person, created) VALUES ($1, $2, $3, $4, $5, $6, $7)`), a.ID, a.Hash, a.About, a.Question, a.Name, a.Person, millis(tx.now))
	}
	if err != nil {
		return fmt.Errorf("note an attachment: %w", err)
	}
	return nil
}

// Attachment returns an attachment; nil if there is none.
func (r reads) Attachment(ctx context.Context, id string) (*Attachment, error) {
	a, err := readAttachment(r.q.QueryRowContext(ctx, Q(`SELECT `+attachmentColumns+` WHERE a.id = $1`), id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &a, nil
}

// Attachments lists what is attached to something.
func (r reads) Attachments(ctx context.Context, about good.ID) ([]Attachment, error) {
	var out []Attachment
	err := each(ctx, r.q, Q(`SELECT `+attachmentColumns+` WHERE a.about = $1 ORDER BY a.created, a.id`), []any{about}, func(scan func(...any) error) error {
		a, err := readAttachment(scan)
		out = append(out, a)
		return err
	})
	return out, err
}

// Uploaded is how much a person has attached besides one file, in bytes; the
// same file twice is one.
func (r reads) Uploaded(ctx context.Context, person good.ID, but string) (size int64, err error) {
	err = r.q.QueryRowContext(ctx, Q(`SELECT CAST(coalesce(sum(size), 0) AS BIGINT) FROM blobs WHERE hash <> $2 AND hash IN (SELECT hash FROM attachments WHERE person = $1)`), person, but).Scan(&size)
	return size, err
}

// CarryAttachments attaches to another thing what is attached to one, to the
// questions that it has, too. The new addresses are no easier to guess.
func (tx *Tx) CarryAttachments(ctx context.Context, from, to good.ID, has func(question string) bool) error {
	list, err := tx.Attachments(ctx, from)
	if err != nil {
		return err
	}
	for _, a := range list {
		if !has(a.Question) {
			continue
		}
		sum := sha256.Sum256([]byte(a.ID + " " + string(to)))
		a.ID, a.About = strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:16])), to
		if err := tx.AddAttachment(ctx, a); err != nil {
			return err
		}
	}
	return nil
}

// DropAttachment takes an attachment away; its file is swept later.
func (tx *Tx) DropAttachment(ctx context.Context, id string) error {
	_, err := tx.q.ExecContext(ctx, Q(`DELETE FROM attachments WHERE id = $1`), id)
	return err
}

// DropBlob forgets a file that nothing is attached by and that was not put
// since a time, and says whether it is known no more.
func (tx *Tx) DropBlob(ctx context.Context, hash string, since time.Time) (bool, error) {
	_, err := tx.q.ExecContext(ctx, Q(`DELETE FROM blobs WHERE hash = $1 AND created < $2 AND NOT EXISTS (SELECT 1 FROM attachments a WHERE a.hash = blobs.hash)`), hash, millis(since))
	if err != nil {
		return false, err
	}
	var n int
	err = tx.q.QueryRowContext(ctx, Q(`SELECT count(*) FROM blobs WHERE hash = $1`), hash).Scan(&n)
	return n == 0, err
}
