package catalog

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"

	"stoa/internal/catalog/analysis"
)

// A segment is one flat run of bytes, the same in memory and in a file: a
// header, a table of sections and the sections, each beginning at a multiple
// of eight. All numbers are little-endian. Nothing in it is ever changed;
// deletions live beside it.
const (
	magic         = "STOASEG\x00"
	layoutVersion = 2
	headerSize    = 64 // then the table: offset and length of every section
)

// The sections. Columns have one value per good, in the segment's order.
const (
	secID        = iota // 16 bytes each, or text if idsAsText
	secIDOrder          // u32: goods sorted by id
	secUpdated          // i64: nanoseconds since 1970; noTime if unknown
	secDeployed         // u16: countries of deployment
	secNewest           // u32: goods, newest first
	secMost             // u32: goods, most deployed first
	secCardAt           // u32, one more: where each card begins
	secCards            // cards
	secForwardAt        // u32, one more: where each forward record begins
	secForward          // facet values by good
	secTermAt           // u32, one more: where each term begins
	secTerms            // terms, sorted
	secPostingAt        // u32, one more: where each term's postings begin
	secPostings         // postings
	secTypoAt           // u32, one more than buckets: where each bucket of typos begins
	secTypos            // u32: terms, in the bucket of each form with a letter left out
	secFacets           // first of five per dimension
)

// The five sections of a dimension.
const (
	facetValueAt  = iota // u32, one more
	facetValues          // texts, sorted
	facetCount           // u32: goods with the value
	facetBitmapAt        // u32, one more
	facetBitmaps         // RoaringBitmaps
	facetSections
)

const sectionCount = secFacets + facetSections*int(dimensions)

const noTime = -1 << 63

// idsAsText is the header flag of a segment with ids that are not 128 bits.
const idsAsText = 1

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// errSegment marks bytes that are no segment of this version.
var errSegment = errors.New("no usable segment")

// seal joins sections into a segment's bytes.
func seal(sections *[sectionCount][]byte, goods, listed int, position int64, flags uint32) []byte {
	at := headerSize + 16*sectionCount
	total := at
	for _, s := range sections {
		total += (len(s) + 7) &^ 7
	}
	b := make([]byte, total)
	copy(b, magic)
	le := binary.LittleEndian
	le.PutUint32(b[8:], layoutVersion)
	le.PutUint32(b[12:], analysis.Version)
	le.PutUint64(b[16:], uint64(position))
	le.PutUint32(b[24:], uint32(goods))
	le.PutUint32(b[28:], uint32(listed))
	le.PutUint32(b[32:], flags)
	le.PutUint32(b[36:], uint32(sectionCount))
	le.PutUint64(b[40:], uint64(total))
	for i, s := range sections {
		le.PutUint64(b[headerSize+16*i:], uint64(at))
		le.PutUint64(b[headerSize+16*i+8:], uint64(len(s)))
		copy(b[at:], s)
		at += (len(s) + 7) &^ 7
	}
	le.PutUint32(b[56:], crc32.Checksum(b[headerSize:], castagnoli))
	le.PutUint32(b[60:], crc32.Checksum(b[:60], castagnoli))
	return b
}

// sectionsOf checks header, table and, if asked, the checksum of a segment's
// bytes and returns its sections.
func sectionsOf(b []byte, verify bool) (sections [sectionCount][]byte, err error) {
	le := binary.LittleEndian
	switch {
	case len(b) < headerSize+16*sectionCount || string(b[:8]) != magic:
		return sections, fmt.Errorf("%w: no header", errSegment)
	case crc32.Checksum(b[:60], castagnoli) != le.Uint32(b[60:]):
		return sections, fmt.Errorf("%w: header is damaged", errSegment)
	case le.Uint32(b[8:]) != layoutVersion || le.Uint32(b[12:]) != analysis.Version || le.Uint32(b[36:]) != uint32(sectionCount):
		return sections, fmt.Errorf("%w: made by another version", errSegment)
	case le.Uint64(b[40:]) != uint64(len(b)):
		return sections, fmt.Errorf("%w: %d bytes, want %d", errSegment, len(b), le.Uint64(b[40:]))
	case verify && crc32.Checksum(b[headerSize:], castagnoli) != le.Uint32(b[56:]):
		return sections, fmt.Errorf("%w: checksum differs", errSegment)
	}
	for i := range sections {
		at, n := le.Uint64(b[headerSize+16*i:]), le.Uint64(b[headerSize+16*i+8:])
		if at > uint64(len(b)) || n > uint64(len(b))-at {
			return sections, fmt.Errorf("%w: section %d is outside", errSegment, i)
		}
		sections[i] = b[at : at+n : at+n]
	}
	return sections, nil
}

// u32s is a column of numbers.
type u32s []byte

func (c u32s) at(i int) uint32 { return binary.LittleEndian.Uint32(c[4*i:]) }
func (c u32s) len() int        { return len(c) / 4 }

func putU32s(v []uint32) []byte {
	b := make([]byte, 4*len(v))
	for i, x := range v {
		binary.LittleEndian.PutUint32(b[4*i:], x)
	}
	return b
}

// table is a list of byte strings: their bounds and their bytes.
type table struct {
	bounds u32s
	bytes  []byte
}

func (t table) at(i int) []byte { return t.bytes[t.bounds.at(i):t.bounds.at(i+1)] }
func (t table) len() int        { return max(t.bounds.len()-1, 0) }

// tableWriter collects the sections of a table.
type tableWriter struct {
	bounds []uint32
	bytes  []byte
}

func (w *tableWriter) add(b []byte) {
	w.begin()
	w.bytes = append(w.bytes, b...)
}

func (w *tableWriter) addString(s string) {
	w.begin()
	w.bytes = append(w.bytes, s...)
}

// begin opens the next item; the caller appends to bytes.
func (w *tableWriter) begin() {
	if len(w.bounds) == 0 {
		w.bounds = append(w.bounds, 0)
	} else {
		w.bounds = append(w.bounds, uint32(len(w.bytes)))
	}
}

// sections closes the table. Bounds hold 32 bits; larger tables are refused
// by the caller, which splits.
func (w *tableWriter) sections() (bounds, bytes []byte) {
	w.begin()
	return putU32s(w.bounds), w.bytes
}
