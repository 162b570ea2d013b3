package catalog

import (
	"encoding/binary"
	"slices"
	"sort"
	"unsafe"

	"stoa/internal/good"
)

// A card is kept as its name, flags and the rest of what a list shows; id,
// time and number of countries are columns.

const slugIsName = 1 // the slug is the name's

// unlisted stands for a kind or stage this version has no number for; the
// text follows.
const unlisted = 255

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendListed[T ~string](b []byte, list []T, v T) []byte {
	if i := slices.Index(list, v); i >= 0 {
		return append(b, byte(i))
	}
	return appendString(append(b, unlisted), string(v))
}

// appendCard writes a good's card.
func appendCard(b []byte, c *good.Card) []byte {
	b = appendString(b, c.Name)
	if c.Slug == good.Slugify(c.Name) {
		b = append(b, slugIsName)
	} else {
		b = appendString(append(b, 0), c.Slug)
	}
	b = appendListed(b, good.Stages, c.Stage)
	b = binary.AppendUvarint(b, uint64(len(c.Kinds)))
	for _, k := range c.Kinds {
		b = appendListed(b, good.Kinds, k)
	}
	b = binary.AppendUvarint(b, uint64(len(c.SDGs)))
	for _, n := range c.SDGs {
		b = binary.AppendVarint(b, int64(n))
	}
	b = binary.AppendUvarint(b, uint64(len(c.Licences)))
	for _, l := range c.Licences {
		b = appendString(b, l)
	}
	b = appendString(b, c.Owner)
	b = binary.AppendVarint(b, c.Position)
	langs := make([]string, 0, len(c.Summary))
	for l := range c.Summary {
		langs = append(langs, l)
	}
	sort.Strings(langs)
	b = binary.AppendUvarint(b, uint64(len(langs)))
	for _, l := range langs {
		b = appendString(appendString(b, l), c.Summary[l])
	}
	return b
}

// reader reads what the append functions wrote. Bytes that end too early read
// as zeros.
type reader struct{ b []byte }

func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.b = nil
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *reader) varint() int64 {
	v, n := binary.Varint(r.b)
	if n <= 0 {
		r.b = nil
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *reader) bytes() []byte {
	n := min(r.uvarint(), uint64(len(r.b)))
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *reader) byte() byte {
	if len(r.b) == 0 {
		return 0
	}
	c := r.b[0]
	r.b = r.b[1:]
	return c
}

func readListed[T ~string](r *reader, list []T) T {
	if i := r.byte(); int(i) < len(list) {
		return list[i]
	}
	return T(r.bytes())
}

// count reads how many items follow; each takes a byte at least.
func (r *reader) count() int { return int(min(r.uvarint(), uint64(len(r.b)))) }

// nameOf is the name of good i, in the segment's own bytes.
func (s *segment) nameOf(i int) string {
	r := reader{s.cards.at(i)}
	return bytesAsString(r.bytes())
}

// card is the card of good i.
func (s *segment) card(i int) good.Card {
	r := reader{s.cards.at(i)}
	c := good.Card{ID: s.id(i), Name: string(r.bytes()), Updated: s.timeOf(i), DeployedIn: s.deployedIn(i)}
	if r.byte() == slugIsName {
		c.Slug = good.Slugify(c.Name)
	} else {
		c.Slug = string(r.bytes())
	}
	c.Stage = readListed(&r, good.Stages)
	for n := r.count(); n > 0; n-- {
		c.Kinds = append(c.Kinds, readListed(&r, good.Kinds))
	}
	for n := r.count(); n > 0; n-- {
		c.SDGs = append(c.SDGs, int(r.varint()))
	}
	for n := r.count(); n > 0; n-- {
		c.Licences = append(c.Licences, string(r.bytes()))
	}
	c.Owner = string(r.bytes())
	c.Position = r.varint()
	if n := r.count(); n > 0 {
		c.Summary = make(good.Text, n)
		for ; n > 0; n-- {
			lang := string(r.bytes())
			c.Summary[lang] = string(r.bytes())
		}
	}
	return c
}

// bytesAsString reads bytes of a segment, which never change, as a string
// without a copy. The string must not outlive the search.
func bytesAsString(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
