package catalog

import (
	"encoding/binary"
	"math/bits"

	"github.com/RoaringBitmap/roaring/v2"
)

// A forward record holds a good's values for counting: how many organisations
// (one byte) and their numbers, where they are several, then the numbers of all
// other values. One organisation stands in a column of its own. The values of
// the other dimensions are numbered through, so that counting them all is one
// loop without a branch per dimension. Numbers take two bytes, or four where
// two are too few.

// maxForward is the most values a good has in one dimension.
const maxForward = 255

// forwardShape says how a segment's forward records are read.
type forwardShape struct {
	partyWidth, width int
	first             [dimensions + 1]uint32 // the number of each dimension's first value
}

// shapeOf is the shape for dimensions with so many values.
func shapeOf(values func(dimension) int) forwardShape {
	s := forwardShape{partyWidth: widthOf(values(dimParty))}
	n := 0
	for d := dimParty + 1; d < dimensions; d++ {
		s.first[d] = uint32(n)
		n += values(d)
	}
	s.first[dimensions] = uint32(n)
	s.width = widthOf(n)
	return s
}

// widthOf is the bytes of a number below n.
func widthOf(n int) int {
	if n <= 1<<16 {
		return 2
	}
	return 4
}

// What the column of organisations says of goods that have none or several; of
// these the forward record tells.
const (
	noParty     = ^uint32(0)
	manyParties = noParty - 1
)

// partyOf is the column's word for a good with these organisations.
func partyOf(values []uint32) uint32 {
	switch len(values) {
	case 0:
		return noParty
	case 1:
		return values[0]
	}
	return manyParties
}

// append writes a good's values, each dimension sorted.
func (s *forwardShape) append(b []byte, values *[dimensions][]uint32) []byte {
	var parties []uint32
	if partyOf(values[dimParty]) == manyParties {
		parties = values[dimParty][:min(len(values[dimParty]), maxForward)]
	}
	b = append(b, byte(len(parties)))
	for _, v := range parties {
		b = appendNumber(b, v, s.partyWidth)
	}
	for d := dimParty + 1; d < dimensions; d++ {
		for _, v := range values[d][:min(len(values[d]), maxForward)] {
			b = appendNumber(b, v+s.first[d], s.width)
		}
	}
	return b
}

func appendNumber(b []byte, v uint32, width int) []byte {
	if width == 2 {
		return binary.LittleEndian.AppendUint16(b, uint16(v))
	}
	return binary.LittleEndian.AppendUint32(b, v)
}

func number(b []byte, width int) uint32 {
	if width == 2 {
		return uint32(binary.LittleEndian.Uint16(b))
	}
	return binary.LittleEndian.Uint32(b)
}

// eachValue gives every value of good i, dimension after dimension, sorted.
func (s *segment) eachValue(i int, value func(dimension, uint32)) {
	if one := s.party.at(i); one < manyParties {
		value(dimParty, one)
	}
	b := s.forward.at(i)
	n := int(b[0])
	b = b[1:]
	for ; n > 0; n-- {
		value(dimParty, number(b, s.shape.partyWidth))
		b = b[s.shape.partyWidth:]
	}
	for d := dimParty + 1; len(b) >= s.shape.width; b = b[s.shape.width:] {
		v := number(b, s.shape.width)
		for v >= s.shape.first[d+1] {
			d++
		}
		value(d, v-s.shape.first[d])
	}
}

// countAhead is how many records are looked up before they are read: their
// places in memory are fetched side by side then, rather than one after the other.
const countAhead = 128

// countForward adds by to the count of every value of the chosen goods up to
// dimension last; those of organisations if they are wanted.
func (s *segment) countForward(chosen *roaring.Bitmap, c *counts, last dimension, by uint32) {
	var docs [countAhead]uint32
	var records [countAhead][]byte
	it := chosen.ManyIterator()
	le := binary.LittleEndian
	end := s.shape.first[last+1]
	for n := it.NextMany(docs[:]); n > 0; n = it.NextMany(docs[:]) {
		if c.parties != nil {
			s.countParties(docs[:n], c, by)
		}
		for i, doc := range docs[:n] {
			b := s.forward.at(int(doc))
			records[i] = b[1+int(b[0])*s.shape.partyWidth:]
		}
		if s.shape.width == 2 {
			for _, b := range records[:n] {
				for ; len(b) > 1; b = b[2:] {
					v := le.Uint16(b)
					if uint32(v) >= end {
						break
					}
					c.others[v] += by
				}
			}
			continue
		}
		for _, b := range records[:n] {
			for ; len(b) > 3; b = b[4:] {
				v := le.Uint32(b)
				if v >= end {
					break
				}
				c.others[v] += by
			}
		}
	}
}

// countColumn adds by to the count of every organisation of the goods that words hold flat.
func (s *segment) countColumn(words []uint64, c *counts, by uint32) {
	parties := c.parties
	for i, w := range words {
		if w == 0 {
			continue
		}
		for column := s.party[4*64*i:]; w != 0; w &= w - 1 {
			at := bits.TrailingZeros64(w)
			switch v := binary.LittleEndian.Uint32(column[4*at:]); {
			case v == noParty:
			case v == manyParties:
				s.eachParty(64*i+at, func(v uint32) { c.party(v, by) })
			case c.met == nil:
				parties[v] += by
			default:
				c.party(v, by)
			}
		}
	}
}

// party adds by to the count of an organisation.
func (c *counts) party(v, by uint32) {
	if c.met != nil && c.parties[v] == 0 {
		c.met = append(c.met, v)
	}
	c.parties[v] += by
}

// eachParty gives the organisations of a good that has several.
func (s *segment) eachParty(doc int, party func(uint32)) {
	b := s.forward.at(doc)
	for b = b[1 : 1+int(b[0])*s.shape.partyWidth]; len(b) > 1; b = b[s.shape.partyWidth:] {
		party(number(b, s.shape.partyWidth))
	}
}

// countParties adds by to the count of every organisation of some goods.
func (s *segment) countParties(docs []uint32, c *counts, by uint32) {
	for _, doc := range docs {
		switch v := s.party.at(int(doc)); v {
		case noParty:
		case manyParties:
			s.eachParty(int(doc), func(v uint32) { c.party(v, by) })
		default:
			c.party(v, by)
		}
	}
}
