package api

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"slices"

	"stoa/internal/good"
)

// cursor says where the next page of a list begins: after the good last, which
// stood at offset-1 when the journal stood at position.
type cursor struct {
	offset   int
	position int64
	last     good.ID
}

const (
	cursorForm   = 1 // first byte; another form gets another number
	cursorSum    = 8 // bytes of checksum
	cursorMaxLen = 120
)

// encode writes c for the question q, to which alone it belongs.
func (c cursor) encode(q good.Query) string {
	b := []byte{cursorForm}
	b = binary.AppendUvarint(b, uint64(c.offset))
	b = binary.AppendVarint(b, c.position)
	b = append(b, c.last...)
	return base64.RawURLEncoding.EncodeToString(append(b, cursorCheck(b, q)...))
}

// decodeCursor reads what encode wrote for the same question; ok is false for
// everything else.
func decodeCursor(s string, q good.Query) (c cursor, ok bool) {
	if len(s) > cursorMaxLen {
		return cursor{}, false
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil || len(b) < 1+cursorSum || b[0] != cursorForm {
		return cursor{}, false
	}
	b, sum := b[:len(b)-cursorSum], b[len(b)-cursorSum:]
	if subtle.ConstantTimeCompare(sum, cursorCheck(b, q)) != 1 {
		return cursor{}, false
	}
	offset, n := binary.Uvarint(b[1:])
	if n <= 0 || offset == 0 || offset > good.MaxOffset {
		return cursor{}, false
	}
	position, m := binary.Varint(b[1+n:])
	if m <= 0 {
		return cursor{}, false
	}
	c = cursor{offset: int(offset), position: position, last: good.ID(b[1+n+m:])}
	return c, c.last.Valid()
}

// cursorCheck binds a cursor to its question. It guards against mistakes, not
// against malice: a forged cursor shows a page that could be asked for anyway.
func cursorCheck(b []byte, q good.Query) []byte {
	q.Offset, q.Limit = 0, 0
	h := sha256.New()
	h.Write(b)
	h.Write([]byte("\x00" + q.Lang + "\x00" + q.Values().Encode()))
	return h.Sum(nil)[:cursorSum]
}

// reach is how far a good may have moved between two pages to be found again.
const reach = 50

// from answers q from c on. Where the registry changed since the page before,
// it goes on after the good that page ended with, wherever that stands now, so
// that nothing is shown twice or left out for changes elsewhere.
func (f *face) from(ctx context.Context, q good.Query, c cursor) (good.Query, good.Results, error) {
	q.Offset = c.offset
	res, err := f.cfg.Goods.Search(ctx, q)
	if err != nil || res.Position == c.position {
		return q, res, err
	}
	around := q
	around.Offset, around.Limit = max(0, c.offset-1-reach), 2*reach
	near, err := f.cfg.Goods.Search(ctx, around)
	if err != nil {
		return q, res, err
	}
	i := slices.IndexFunc(near.Cards, func(card good.Card) bool { return card.ID == c.last })
	if i < 0 || around.Offset+i+1 == c.offset {
		return q, res, nil
	}
	q.Offset = around.Offset + i + 1
	res, err = f.cfg.Goods.Search(ctx, q)
	return q, res, err
}
