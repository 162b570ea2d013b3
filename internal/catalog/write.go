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

// segmentWriter writes a segment into a sink: the goods in their final order,
// first what add takes of each, then their cards, then the terms in theirs.
type segmentWriter struct {
	to             *sink
	n, listed      int
	ids            []byte
	idText         []good.ID // instead of ids, once one is not 128 bits
	updated        []int64
	deployed       []uint16
	parties        []uint32
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

// beginGoods opens the goods; the values are set.
func (w *segmentWriter) beginGoods() {
	w.shape = shapeOf(func(d dimension) int { return len(w.values[d]) })
	w.to.begin(secForward)
	w.forward.to = w.to
}

// beginCards ends the goods and opens their cards.
func (w *segmentWriter) beginCards() {
	w.forward.put(w.to, secForwardAt, secForward)
	w.to.begin(secCards)
	w.cards.to = w.to
}

// beginTerms ends the cards and opens the terms.
func (w *segmentWriter) beginTerms() {
	w.cards.put(w.to, secCardAt, secCards)
	w.to.begin(secPostings)
	w.posts.to = w.to
}

// add appends a good.
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
	w.parties = append(w.parties, partyOf(r.values[dimParty]))
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

// maxSection is the most bytes of one table.
const maxSection = math.MaxUint32

// seal writes what is left and the header.
func (w *segmentWriter) seal(at Mark) ([]byte, error) {
	w.posts.put(w.to, secPostingAt, secPostings)
	w.terms.put(w.to, secTermAt, secTerms)
	for _, t := range []*tableWriter{&w.cards, &w.forward, &w.terms, &w.posts} {
		if t.len() > maxSection {
			return nil, fmt.Errorf("%w: over 4 GB in one table", errSegment)
		}
	}
	typoAt, typos := typoBuckets(w.typos)
	w.to.put(secTypoAt, typoAt)
	w.to.put(secTypos, typos)
	w.to.put(secParty, putU32s(w.parties))
	h := header{Mark: at, goods: w.n, listed: w.listed}
	if w.idText != nil {
		h.flags |= idsAsText
		var t tableWriter
		for _, id := range w.idText {
			t.addString(string(id))
		}
		bounds, text := t.sections()
		w.ids = append(bounds, text...)
	}
	w.to.put(secID, w.ids)
	w.to.put(secIDOrder, w.order(w.compareID))
	updated, deployed := make([]byte, 8*w.n), make([]byte, 2*w.n)
	for i := range w.n {
		binary.LittleEndian.PutUint64(updated[8*i:], uint64(w.updated[i]))
		binary.LittleEndian.PutUint16(deployed[2*i:], w.deployed[i])
	}
	w.to.put(secUpdated, updated)
	w.to.put(secDeployed, deployed)
	w.to.put(secNewest, w.order(func(a, b uint32) int { return cmp.Compare(w.updated[b], w.updated[a]) }))
	w.to.put(secMost, w.order(func(a, b uint32) int { return cmp.Compare(w.deployed[b], w.deployed[a]) }))
	for d := range dimensions {
		if err := w.putDimension(d); err != nil {
			return nil, err
		}
	}
	h.sections, h.total = w.to.sections, w.to.at
	return h.encode(), w.to.err
}

// sealMemory ends a segment in memory and opens it.
func (w *segmentWriter) sealMemory(at Mark) (*segment, error) {
	head, err := w.seal(at)
	if err != nil {
		return nil, err
	}
	copy(w.to.bytes, head)
	return openSegment(w.to.bytes, true)
}

func (w *segmentWriter) putDimension(d dimension) error {
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
	first := secFacets + facetSections*int(d)
	values.put(w.to, first+facetValueAt, first+facetValues)
	w.to.put(first+facetCount, putU32s(counts))
	bitmaps.put(w.to, first+facetBitmapAt, first+facetBitmaps)
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
	w := segmentWriter{to: newSink(nil, 0)}
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
	w.beginGoods()
	cards := make([]good.Card, len(docs))
	for i, k := range docs {
		cards[i] = k.g.Card()
		r := row{id: k.g.ID, listed: listedFirst(k.g), updated: when(k.g), deployed: cards[i].DeployedIn}
		for d, vs := range values[i] {
			for _, v := range vs {
				r.values[d] = append(r.values[d], numbers[d][v])
			}
			slices.Sort(r.values[d])
		}
		w.add(&r)
	}
	w.beginCards()
	for i := range cards {
		w.cards.begin()
		w.cards.bytes = appendCard(w.cards.bytes, &cards[i])
	}
	w.beginTerms()
	terms := termsOf(docs, d)
	for _, t := range sortedKeys(terms) {
		w.addTerm(t, terms[t])
	}
	return w.sealMemory(Mark{Position: position})
}

// termsOf reads the goods' texts.
func termsOf(docs []keyed, d *document) map[string]*postingWriter {
	terms := map[string]*postingWriter{}
	for i, k := range docs {
		for _, t := range d.read(k.g) {
			p := terms[t.term]
			if p == nil {
				p = &postingWriter{noPosition: t.term[0] != nsWord}
				terms[t.term] = p
			}
			p.add(uint32(i), packWeight(t.weight), t.positions)
		}
	}
	return terms
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
