package catalog

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"sort"
	"strings"
	"sync/atomic"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"stoa/internal/good"
)

// dimension is one list of values per good: the facets, and what else goods
// are compared by.
type dimension int

// The dimensions, the ones with most values first: a forward record need be
// read no further than the dimension wanted.
const (
	dimParty dimension = iota
	dimCountry
	dimDevelopedIn
	dimLanguage
	dimLicence
	dimSector
	dimSDG
	dimKind
	dimStage
	dimYear
	dimCollection
	dimensions
)

// facetOf names the dimensions that are facets.
var facetOf = [dimensions]good.Facet{dimParty: good.FacetParty, dimKind: good.FacetKind, dimStage: good.FacetStage, dimSDG: good.FacetSDG,
	dimCountry: good.FacetCountry, dimDevelopedIn: good.FacetDevelopedIn, dimLicence: good.FacetLicence, dimLanguage: good.FacetLanguage, dimYear: good.FacetYear,
	dimSector: good.FacetSector, dimCollection: good.FacetCollection}

// dimensionOf finds a facet's dimension.
func dimensionOf(f good.Facet) (dimension, bool) {
	for d, have := range facetOf {
		if have == f && f != "" {
			return dimension(d), true
		}
	}
	return 0, false
}

// segment is a sealed part of the index. Goods stand in the order of an
// unsorted list: recognised ones first, then by name; their place there is
// their number.
type segment struct {
	header
	data    []byte
	keep    *mapped // of a segment in a file: it stays mapped as long as this is held
	file    string  // its name in the folder; "" in memory
	merging atomic.Bool
	n       int // goods

	ids      []byte
	idText   table
	idOrder  u32s
	updated  []byte
	deployed []byte
	newest   u32s
	most     u32s
	party    u32s
	cards    table
	forward  table
	shape    forwardShape
	terms    table
	postings table
	typoAt   u32s
	typos    u32s
	dims     [dimensions]dimSegment
	words    recent[*oneWord] // what common single words found, whoever is deleted

	lessens lessens
}

// dimSegment is one dimension of a segment.
type dimSegment struct {
	values  table
	counts  u32s
	bitmaps table
	open    []*roaring.Bitmap // of dimensions with few values, opened once
	flat    []flat            // beside them, where counting is quicker so
	effort  effort
}

// fewValues is up to how many values a dimension's bitmaps are kept open.
const fewValues = 2048

// openSegment reads a segment from its bytes, which must not change any more;
// checked says that they are known to be whole. errOtherWords comes with a
// segment that can be used.
func openSegment(data []byte, checked bool) (*segment, error) {
	h, words := readHeader(data, uint64(len(data)))
	if words != nil && !errors.Is(words, errOtherWords) {
		return nil, words
	}
	if !checked {
		for i, sec := range h.sections {
			if crc32.Checksum(data[sec.at:sec.at+padded(sec.n)], castagnoli) != sec.sum {
				return nil, fmt.Errorf("%w: section %d is damaged", errSegment, i)
			}
		}
	}
	s := &segment{header: h, data: data, n: h.goods}
	if err := s.open(); err != nil {
		return nil, err
	}
	return s, words
}

// open finds the sections.
func (s *segment) open() error {
	var sec [sectionCount][]byte
	for i, x := range s.sections {
		sec[i] = s.data[x.at : x.at+x.n : x.at+x.n]
	}
	s.ids, s.idOrder, s.updated, s.deployed, s.newest, s.most = sec[secID], sec[secIDOrder], sec[secUpdated], sec[secDeployed], sec[secNewest], sec[secMost]
	s.cards, s.forward = table{sec[secCardAt], sec[secCards]}, table{sec[secForwardAt], sec[secForward]}
	s.terms, s.postings = table{sec[secTermAt], sec[secTerms]}, table{sec[secPostingAt], sec[secPostings]}
	s.typoAt, s.typos, s.party = sec[secTypoAt], sec[secTypos], sec[secParty]
	if s.flags&idsAsText != 0 {
		n := 4 * (s.n + 1)
		if len(s.ids) < n {
			return fmt.Errorf("%w: ids", errSegment)
		}
		s.idText = table{s.ids[:n], s.ids[n:]}
	}
	for d := range s.dims {
		at := secFacets + facetSections*d
		ds := &s.dims[d]
		*ds = dimSegment{values: table{sec[at+facetValueAt], sec[at+facetValues]}, counts: sec[at+facetCount],
			bitmaps: table{sec[at+facetBitmapAt], sec[at+facetBitmaps]}}
		if n := ds.values.len(); n <= fewValues {
			ds.open = make([]*roaring.Bitmap, n)
			for v := range n {
				var err error
				if ds.open[v], err = bitmapFrom(ds.bitmaps.at(v)); err != nil {
					return err
				}
			}
			ds.weigh(s.n)
		}
	}
	s.shape = shapeOf(func(d dimension) int { return s.dims[d].values.len() })
	return nil
}

// bitmapFrom reads a bitmap in place; it must not be changed.
func bitmapFrom(b []byte) (*roaring.Bitmap, error) {
	out := roaring.New()
	if _, err := out.FromBuffer(b); err != nil {
		return nil, fmt.Errorf("%w: %w", errSegment, err)
	}
	return out, nil
}

// find is the number of a value.
func (d *dimSegment) find(value string) (int, bool) {
	n := d.values.len()
	i := sort.Search(n, func(i int) bool { return bytesAsString(d.values.at(i)) >= value })
	return i, i < n && bytesAsString(d.values.at(i)) == value
}

// bitmap is the goods with a value, nil if there is none. It must not be changed.
func (d *dimSegment) bitmap(value string) *roaring.Bitmap {
	i, ok := d.find(value)
	if !ok {
		return nil
	}
	if d.open != nil {
		return d.open[i]
	}
	b, err := bitmapFrom(d.bitmaps.at(i))
	if err != nil {
		return nil
	}
	return b
}

// term finds a term's number; without one, the number of the next.
func (s *segment) term(t string) (int, bool) {
	lo, hi := 0, s.terms.len()
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		switch c := strings.Compare(bytesAsString(s.terms.at(mid)), t); {
		case c == 0:
			return mid, true
		case c < 0:
			lo = mid + 1
		default:
			hi = mid
		}
	}
	return lo, false
}

// id is the id of good i.
func (s *segment) id(i int) good.ID {
	if s.flags&idsAsText != 0 {
		return good.ID(s.idText.at(i))
	}
	return unpackID(s.ids[16*i:])
}

// find is the number of the good with an id.
func (s *segment) find(id good.ID) (int, bool) {
	if s.flags&idsAsText == 0 {
		packed, ok := packID(id)
		if !ok {
			return 0, false
		}
		k := sort.Search(s.n, func(k int) bool {
			i := int(s.idOrder.at(k))
			return bytes.Compare(s.ids[16*i:16*i+16], packed[:]) >= 0
		})
		if k < s.n && bytes.Equal(s.ids[16*s.idOrder.at(k):16*s.idOrder.at(k)+16], packed[:]) {
			return int(s.idOrder.at(k)), true
		}
		return 0, false
	}
	k := sort.Search(s.n, func(k int) bool { return s.id(int(s.idOrder.at(k))) >= id })
	if k < s.n && s.id(int(s.idOrder.at(k))) == id {
		return int(s.idOrder.at(k)), true
	}
	return 0, false
}

// updatedAt is when good i last changed, in nanoseconds; noTime if unknown.
func (s *segment) updatedAt(i int) int64 { return int64(binary.LittleEndian.Uint64(s.updated[8*i:])) }

// deployedIn is in how many countries good i is in use.
func (s *segment) deployedIn(i int) int {
	return int(binary.LittleEndian.Uint16(s.deployed[2*i:]))
}

func (s *segment) timeOf(i int) time.Time {
	if ns := s.updatedAt(i); ns != noTime {
		return time.Unix(0, ns).UTC()
	}
	return time.Time{}
}

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

var crockfordOf = func() (out [256]byte) {
	for i := range crockford {
		out[crockford[i]] = byte(i)
	}
	return out
}()

// packID writes an id in 128 bits that sort as the id does.
func packID(id good.ID) (out [16]byte, ok bool) {
	if !id.Valid() {
		return out, false
	}
	var hi, lo uint64
	for i := range len(id) {
		hi = hi<<5 | lo>>59
		lo = lo<<5 | uint64(crockfordOf[id[i]])
	}
	binary.BigEndian.PutUint64(out[:8], hi)
	binary.BigEndian.PutUint64(out[8:], lo)
	return out, true
}

func unpackID(b []byte) good.ID {
	var out [26]byte
	hi, lo := binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:])
	for i := 25; i >= 0; i-- {
		out[i] = crockford[lo&31]
		lo = lo>>5 | hi<<59
		hi >>= 5
	}
	return good.ID(out[:])
}
