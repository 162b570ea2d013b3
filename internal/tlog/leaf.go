// Package tlog is the journal's Merkle log: how an entry becomes a leaf, the
// tree of RFC 6962 over the leaves, proofs, tiles and signed checkpoints, on
// golang.org/x/mod/sumdb.
package tlog

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"stoa/internal/good"
)

// leafVersion is the first byte of every leaf of this encoding.
const leafVersion = 1

// SaltSize is the length in bytes of a value's salt.
const SaltSize = 32

// Leaf is what the log holds of an entry for ever: who by role and pseudonym
// did what to which subjects when, and a commitment to each value. It holds no
// text a person wrote.
type Leaf struct {
	Position int64
	Time     time.Time // UTC, milliseconds
	Actor    good.Actor
	Verb     good.Verb
	Subjects []good.ID
	Values   []Commitment
}

// Commitment binds a value without disclosing it.
type Commitment struct {
	Name string
	Hash [32]byte // SHA-256(salt ‖ data)
}

// Commit returns the commitment to a value.
func Commit(salt, data []byte) [32]byte {
	h := sha256.New()
	h.Write(salt)
	h.Write(data)
	return [32]byte(h.Sum(nil))
}

// LeafOf returns the leaf of an entry whose values all have salt and data.
func LeafOf(e good.Entry) Leaf {
	l := Leaf{Position: e.Position, Time: e.Time, Actor: e.Actor, Verb: e.Verb, Subjects: e.Subjects}
	for _, v := range e.Values {
		l.Values = append(l.Values, Commitment{Name: v.Name, Hash: Commit(v.Salt, v.Data)})
	}
	return l
}

// Encode is the leaf as bytes: the version byte 1; position and time (Unix
// milliseconds) as 8 bytes big-endian each; role, pseudonym and verb, each as a
// 2-byte length and UTF-8; a 2-byte count of subjects and the subjects likewise;
// a 2-byte count of values, each a name likewise and a 32-byte commitment.
// There is one encoding of each leaf.
func (l Leaf) Encode() ([]byte, error) {
	b := make([]byte, 0, 128)
	b = append(b, leafVersion)
	b = binary.BigEndian.AppendUint64(b, uint64(l.Position))
	b = binary.BigEndian.AppendUint64(b, uint64(l.Time.UnixMilli()))
	if len(l.Subjects) > 1<<16-1 || len(l.Values) > 1<<16-1 {
		return nil, errors.New("leaf: too many subjects or values")
	}
	var err error
	str := func(s string) {
		if len(s) > 1<<16-1 || !utf8.ValidString(s) {
			err = fmt.Errorf("leaf: a text of %d bytes is too long or no UTF-8", len(s))
			return
		}
		b = append(binary.BigEndian.AppendUint16(b, uint16(len(s))), s...)
	}
	str(l.Actor.Role)
	str(l.Actor.Pseudonym)
	str(string(l.Verb))
	b = binary.BigEndian.AppendUint16(b, uint16(len(l.Subjects)))
	for _, s := range l.Subjects {
		str(string(s))
	}
	b = binary.BigEndian.AppendUint16(b, uint16(len(l.Values)))
	for _, v := range l.Values {
		str(v.Name)
		b = append(b, v.Hash[:]...)
	}
	if len(b) > 1<<16-1 { // an entry bundle counts an entry's length in two bytes
		return nil, errors.New("leaf: longer than 65,535 bytes")
	}
	return b, err
}

// DecodeLeaf reads what Encode wrote, and nothing else.
func DecodeLeaf(b []byte) (Leaf, error) {
	d := decoder{b: b}
	if v := d.take(1); d.err == nil && v[0] != leafVersion {
		return Leaf{}, fmt.Errorf("leaf: version %d is unknown", v[0])
	}
	var l Leaf
	l.Position = int64(d.uint(8))
	l.Time = time.UnixMilli(int64(d.uint(8))).UTC()
	l.Actor.Role, l.Actor.Pseudonym, l.Verb = d.str(), d.str(), good.Verb(d.str())
	for n := d.uint(2); n > 0 && d.err == nil; n-- {
		l.Subjects = append(l.Subjects, good.ID(d.str()))
	}
	for n := d.uint(2); n > 0 && d.err == nil; n-- {
		c := Commitment{Name: d.str()}
		copy(c.Hash[:], d.take(32))
		l.Values = append(l.Values, c)
	}
	if d.err == nil && len(d.b) > 0 {
		d.err = errors.New("leaf: bytes after its end")
	}
	return l, d.err
}

type decoder struct {
	b   []byte
	err error
}

func (d *decoder) take(n int) []byte {
	if d.err != nil || len(d.b) < n {
		if d.err == nil {
			d.err = errors.New("leaf: cut short")
		}
		return make([]byte, n)
	}
	out := d.b[:n]
	d.b = d.b[n:]
	return out
}

func (d *decoder) uint(n int) uint64 {
	var x uint64
	for _, c := range d.take(n) {
		x = x<<8 | uint64(c)
	}
	return x
}

func (d *decoder) str() string {
	n := int(d.uint(2))
	if d.err == nil && len(d.b) < n {
		d.err = errors.New("leaf: cut short")
		return ""
	}
	s := string(d.take(n))
	if d.err == nil && !utf8.ValidString(s) {
		d.err = errors.New("leaf: text is no UTF-8")
	}
	return s
}
