package catalog

import (
	"encoding/binary"
	"math"
)

// A term is one byte that says what it is, then its text.
const (
	nsAlias = 6 // the key of a whole alias or identifier; stems have their language, 1 to 5
	nsWord  = 7 // a folded word; only these have places
)

// The postings of a term: how many goods; how many bytes of goods follow; for
// each good the distance from the one before and its weight; then, for words,
// the places in each good: one place as p<<1|1, several as their bytes<<1 and
// distances.

// weightTable reads the weights of postings, which are kept on a scale of
// sixteenths of a doubling.
var weightTable = func() (out [256]float32) {
	for i := range out {
		out[i] = float32(math.Exp2(float64(i-64) / 16))
	}
	return out
}()

func packWeight(w float32) byte {
	return byte(min(max(math.Round(16*math.Log2(float64(w)))+64, 0), 255))
}

// postingWriter collects the postings of one term in the order of goods.
type postingWriter struct {
	df         int
	last       uint32
	docs, pos  []byte
	noPosition bool
}

// reset empties the writer for another term.
func (w *postingWriter) reset(noPosition bool) {
	*w = postingWriter{docs: w.docs[:0], pos: w.pos[:0], noPosition: noPosition}
}

func (w *postingWriter) add(doc uint32, weight byte, positions []uint32) {
	w.docs = append(binary.AppendUvarint(w.docs, uint64(doc-w.last)), weight)
	w.last = doc
	w.df++
	if !w.noPosition {
		w.pos = appendPositions(w.pos, positions)
	}
}

// addRaw is add with the places as they were read.
func (w *postingWriter) addRaw(doc uint32, weight byte, positions []byte) {
	w.docs = append(binary.AppendUvarint(w.docs, uint64(doc-w.last)), weight)
	w.last = doc
	w.df++
	w.pos = append(w.pos, positions...)
}

func appendPositions(b []byte, positions []uint32) []byte {
	if len(positions) == 1 {
		return binary.AppendUvarint(b, uint64(positions[0])<<1|1)
	}
	var tmp []byte
	last := uint32(0)
	for _, p := range positions {
		tmp = binary.AppendUvarint(tmp, uint64(p-last))
		last = p
	}
	return append(binary.AppendUvarint(b, uint64(len(tmp))<<1), tmp...)
}

// write appends the term's postings.
func (w *postingWriter) write(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(w.df))
	b = binary.AppendUvarint(b, uint64(len(w.docs)))
	return append(append(b, w.docs...), w.pos...)
}

// cursor walks a term's postings.
type cursor struct {
	left   int
	doc    uint32
	weight byte
	docs   []byte
	pos    []byte // from the current good's places on, once place was called
	behind int    // goods whose places are not yet passed
}

// cursorOf opens the postings of term t.
func (s *segment) cursorOf(t int) cursor {
	r := reader{s.postings.at(t)}
	df := int(r.uvarint())
	n := min(r.uvarint(), uint64(len(r.b)))
	return cursor{left: df, docs: r.b[:n], pos: r.b[n:]}
}

// df is how many goods have term t, deleted ones included.
func (s *segment) df(t int) int {
	v, _ := binary.Uvarint(s.postings.at(t))
	return int(v)
}

// next moves to the next good.
func (c *cursor) next() bool {
	if c.left == 0 || len(c.docs) < 2 {
		return false
	}
	c.left--
	// Most distances fit one byte; the general case is a call.
	if d := c.docs[0]; d < 0x80 {
		c.doc += uint32(d)
		c.weight = c.docs[1]
		c.docs = c.docs[2:]
	} else {
		v, n := binary.Uvarint(c.docs)
		if n <= 0 || n >= len(c.docs) {
			return false
		}
		c.doc += uint32(v)
		c.weight = c.docs[n]
		c.docs = c.docs[n+1:]
	}
	c.behind++
	return true
}

// rawPositions is the bytes of the current good's places.
func (c *cursor) rawPositions() []byte {
	for ; c.behind > 1; c.behind-- {
		c.pos = c.pos[positionsSize(c.pos):]
	}
	return c.pos[:positionsSize(c.pos)]
}

func positionsSize(b []byte) int {
	v, n := binary.Uvarint(b)
	if n <= 0 {
		return len(b)
	}
	if v&1 == 0 {
		n += int(min(v>>1, uint64(len(b)-n)))
	}
	return n
}

// positions appends the current good's places to to.
func (c *cursor) positions(to []uint32) []uint32 {
	r := reader{c.rawPositions()}
	v := r.uvarint()
	if v&1 == 1 {
		return append(to, uint32(v>>1))
	}
	last := uint32(0)
	for len(r.b) > 0 {
		last += uint32(r.uvarint())
		to = append(to, last)
	}
	return to
}
