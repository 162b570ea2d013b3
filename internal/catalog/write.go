package catalog

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"stoa/internal/catalog/analysis"
	"stoa/internal/good"
)

// row is what the columns hold of one good.
type row struct {
	id       good.ID
	listed   bool
	updated  int64
	deployed int
	values   [dimensions][]uint32 // sorted
}

// segmentWriter collects goods in their final order, then terms in theirs.
type segmentWriter struct {
	n, listed      int
	ids            []byte
	idText         []good.ID // instead of ids, once one is not 128 bits
	updated        []int64
	deployed       []uint16
	cards, forward tableWriter
	shape          forwardShape
	values         [dimensions][]string
	bitmaps        [dimensions][]*roaring.Bitmap
	terms, posts   tableWriter
	typos          []typo
}

// setValues names the values of a dimension, sorted; rows hold their numbers.
func (w *segmentWriter) setValues(d dimension, values []string) {
	w.values[d] = values
	w.bitmaps[d] = make([]*roaring.Bitmap, len(values))
	for i := range values {
		w.bitmaps[d][i] = roaring.New()
	}
}

// add appends a good; its card is appended by the caller after begin.
func (w *segmentWriter) add(r *row) {
	if r.listed {
		w.listed++
	}
	if packed, ok := packID(r.id); ok && w.idText == nil {
		w.ids = append(w.ids, packed[:]...)
	} else {
		if w.idText == nil {
			w.idText = make([]good.ID, 0, w.n+1)
			for i := range w.n {
				w.idText = append(w.idText, unpackID(w.ids[16*i:]))
			}
		}
		w.idText = append(w.idText, r.id)
	}
	w.updated = append(w.updated, r.updated)
	w.deployed = append(w.deployed, uint16(min(r.deployed, math.MaxUint16)))
	if w.n == 0 {
		w.shape = shapeOf(func(d dimension) int { return len(w.values[d]) })
	}
	w.forward.begin()
	w.forward.bytes = w.shape.append(w.forward.bytes, &r.values)
	for d, vals := range r.values {
		for _, v := range vals[:min(len(vals), maxForward)] {
			w.bitmaps[d][v].Add(uint32(w.n))
		}
	}
	w.n++
}

// addTerm appends a term; terms come sorted.
func (w *segmentWriter) addTerm(term string, p *postingWriter) {
	t := uint32(w.terms.next())
	w.terms.addString(term)
	w.posts.begin()
	w.posts.bytes = p.write(w.posts.bytes)
	if term[0] == nsWord && canMistype(term[1:]) {
		withoutOne(term[1:], func(h uint32) { w.typos = append(w.typos, typo{h, t}) })
	}
}

func (w *tableWriter) next() int { return len(w.bounds) }

// maxSection is the most bytes of one table.
const maxSection = math.MaxUint32

// seal closes the segment and opens it for reading.
func (w *segmentWriter) seal(position int64) (*segment, error) {
	var sec [sectionCount][]byte
	flags := uint32(0)
	sec[secID] = w.ids
	if w.idText != nil {
		flags |= idsAsText
		var t tableWriter
		for _, id := range w.idText {
			t.addString(string(id))
		}
		bounds, text := t.sections()
		sec[secID] = append(bounds, text...)
	}
	sec[secIDOrder] = w.order(w.compareID)
	sec[secUpdated] = make([]byte, 8*w.n)
	sec[secDeployed] = make([]byte, 2*w.n)
	for i := range w.n {
		binary.LittleEndian.PutUint64(sec[secUpdated][8*i:], uint64(w.updated[i]))
		binary.LittleEndian.PutUint16(sec[secDeployed][2*i:], w.deployed[i])
	}
	sec[secNewest] = w.order(func(a, b uint32) int { return cmp.Compare(w.updated[b], w.updated[a]) })
	sec[secMost] = w.order(func(a, b uint32) int { return cmp.Compare(w.deployed[b], w.deployed[a]) })
	sec[secCardAt], sec[secCards] = w.cards.sections()
	sec[secForwardAt], sec[secForward] = w.forward.sections()
	sec[secTermAt], sec[secTerms] = w.terms.sections()
	sec[secPostingAt], sec[secPostings] = w.posts.sections()
	for _, t := range []tableWriter{w.cards, w.forward, w.terms, w.posts} {
		if len(t.bytes) > maxSection {
			return nil, fmt.Errorf("%w: over 4 GB in one table", errSegment)
		}
	}
	sec[secTypoAt], sec[secTypos] = typoBuckets(w.typos)
	for d := range dimensions {
		if err := w.sealDimension(d, sec[secFacets+facetSections*int(d):]); err != nil {
			return nil, err
		}
	}
	return openSegment(seal(&sec, w.n, w.listed, position, flags), false)
}

func (w *segmentWriter) sealDimension(d dimension, sec [][]byte) error {
	var values, bitmaps tableWriter
	counts := make([]uint32, len(w.values[d]))
	for i, v := range w.values[d] {
		values.addString(v)
		b := w.bitmaps[d][i]
		b.RunOptimize()
		counts[i] = uint32(b.GetCardinality())
		raw, err := b.ToBytes()
		if err != nil {
			return fmt.Errorf("write facet: %w", err)
		}
		bitmaps.add(raw)
	}
	sec[facetValueAt], sec[facetValues] = values.sections()
	sec[facetCount] = putU32s(counts)
	sec[facetBitmapAt], sec[facetBitmaps] = bitmaps.sections()
	return nil
}

// order lists the goods by compare, equals in their own order.
func (w *segmentWriter) order(compare func(a, b uint32) int) []byte {
	out := make([]uint32, w.n)
	for i := range out {
		out[i] = uint32(i)
	}
	slices.SortStableFunc(out, compare)
	return putU32s(out)
}

func (w *segmentWriter) compareID(a, b uint32) int {
	if w.idText != nil {
		return cmp.Compare(w.idText[a], w.idText[b])
	}
	return strings.Compare(bytesAsString(w.ids[16*a:16*a+16]), bytesAsString(w.ids[16*b:16*b+16]))
}

// keyed is a good with what it is ordered by.
type keyed struct {
	g   *good.Good
	key string
}

func (a keyed) compare(b keyed) int {
	if la, lb := listedFirst(a.g), listedFirst(b.g); la != lb {
		if la {
			return -1
		}
		return 1
	}
	return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.g.Name, b.g.Name), cmp.Compare(a.g.ID, b.g.ID))
}

// writeGoods makes a segment of goods, which are shown and have ids of their own.
func writeGoods(goods []*good.Good, d *document, position int64) (*segment, error) {
	docs := make([]keyed, len(goods))
	for i, g := range goods {
		docs[i] = keyed{g, analysis.Key(g.Name)}
	}
	slices.SortFunc(docs, keyed.compare)
	var w segmentWriter
	values := make([][dimensions][]string, len(docs))
	var numbers [dimensions]map[string]uint32
	for d := range dimensions {
		numbers[d] = map[string]uint32{}
	}
	for i, k := range docs {
		values[i] = valuesOf(k.g)
		for d, vs := range values[i] {
			for _, v := range vs {
				numbers[d][v] = 0
			}
		}
	}
	for d := range dimensions {
		list := sortedKeys(numbers[d])
		for i, v := range list {
			numbers[d][v] = uint32(i)
		}
		w.setValues(d, list)
	}
	terms := map[string]*postingWriter{}
	for i, k := range docs {
		r := row{id: k.g.ID, listed: listedFirst(k.g), updated: when(k.g)}
		for d, vs := range values[i] {
			for _, v := range vs {
				r.values[d] = append(r.values[d], numbers[d][v])
			}
			slices.Sort(r.values[d])
		}
		card := k.g.Card()
		r.deployed = card.DeployedIn
		w.add(&r)
		w.cards.begin()
		w.cards.bytes = appendCard(w.cards.bytes, &card)
		for _, t := range d.read(k.g) {
			p := terms[t.term]
			if p == nil {
				p = &postingWriter{noPosition: t.term[0] != nsWord}
				terms[t.term] = p
			}
			p.add(uint32(i), packWeight(t.weight), t.positions)
		}
	}
	for _, t := range sortedKeys(terms) {
		w.addTerm(t, terms[t])
	}
	return w.seal(position)
}

// when is the time of a good's last change, else of its making.
func when(g *good.Good) int64 {
	t := g.Updated
	if t.IsZero() {
		t = g.Created
	}
	if t.IsZero() || t.Year() < 1700 || t.Year() > 2200 {
		return noTime
	}
	return t.UnixNano()
}
