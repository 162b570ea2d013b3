package nominate

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"time"

	"stoa/internal/good"
)

// Tickets are handed out with each form and come back with what was filled in.
// A ticket says when the form was shown and which nomination it will become, so
// that a form sent twice is one nomination, and nobody can make one up.
type Tickets struct{ Key []byte }

// Lasts is how long a form may lie open.
const Lasts = 24 * time.Hour

const (
	chance   = 10 // bytes: those of an id
	seal     = 16 // bytes of the HMAC-SHA-256 that are kept
	allBytes = 8 + chance + seal
)

// Issue makes a ticket at a time, with chance from r.
func (t Tickets) Issue(now time.Time, r io.Reader) (string, error) {
	b := binary.BigEndian.AppendUint64(nil, uint64(now.UnixMilli()))
	b = append(b, make([]byte, chance)...)
	if _, err := io.ReadFull(r, b[8:]); err != nil {
		return "", fmt.Errorf("issue a ticket: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(append(b, t.seal(b)...)), nil
}

func (t Tickets) seal(b []byte) []byte {
	m := hmac.New(sha256.New, t.Key)
	m.Write([]byte("stoa nomination\n"))
	m.Write(b)
	return m.Sum(nil)[:seal]
}

// Redeem gives the id of the nomination a ticket is for and how long the form
// lay open. A ticket that is forged or too old is an error of kind Conflict: the
// form is to be shown again, with another ticket.
func (t Tickets) Redeem(ticket string, now time.Time) (id good.ID, took time.Duration, err error) {
	stale := &good.Error{Kind: good.Conflict, Key: "nominate.error.stale"}
	b, err := base64.RawURLEncoding.Strict().DecodeString(ticket)
	if err != nil || len(b) != allBytes || !hmac.Equal(b[8+chance:], t.seal(b[:8+chance])) {
		return "", 0, stale
	}
	at := time.UnixMilli(int64(binary.BigEndian.Uint64(b)))
	if took = now.Sub(at); took < 0 || took > Lasts {
		return "", 0, stale
	}
	id, err = good.NewID(at, bytes.NewReader(b[8:8+chance]))
	return id, max(took, 1), err
}
