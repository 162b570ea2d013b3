package listings

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"stoa/internal/good"
)

// newID is a new UUID, as the API has them, in the order of time; a random one
// without a time.
func (a *App) newID(at time.Time) (good.ID, error) {
	var b [16]byte
	if _, err := io.ReadFull(a.Rand, b[:]); err != nil {
		return "", fmt.Errorf("new id: %w", err)
	}
	if at.IsZero() {
		return uuid(b), nil
	}
	return uuidOf(at, b), nil
}

// uuid writes 16 bytes as a UUID of version 4 (RFC 9562, 5.4).
func uuid(b [16]byte) good.ID {
	b[6] = b[6]&0x0f | 0x40
	return written(b)
}

// uuidOf writes the time and then 10 bytes as a UUID of version 7 (RFC 9562,
// 5.7): what comes together is written in one place of an index.
func uuidOf(at time.Time, b [16]byte) good.ID {
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(at.UnixMilli())<<16)
	copy(b[:6], ms[:6])
	b[6] = b[6]&0x0f | 0x70
	return written(b)
}

// written is how a UUID is written.
func written(b [16]byte) good.ID {
	b[8] = b[8]&0x3f | 0x80
	x := hex.EncodeToString(b[:])
	return good.ID(x[:8] + "-" + x[8:12] + "-" + x[12:16] + "-" + x[16:20] + "-" + x[20:])
}
