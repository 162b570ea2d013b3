package catalog

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"sync"

	"stoa/internal/catalog/analysis"
	"stoa/internal/good"
)

// A segment is one flat run of bytes, the same in memory and in a file: a
// header, a table of sections and the sections, each beginning at a multiple
// of eight. All numbers are little-endian. Nothing in it is ever changed;
// deletions live beside it.
const (
	magic         = "STOASEG\x00"
	layoutVersion = 5
	headerSize    = 96
	sectionSize   = 24 // of an entry of the table: offset, length, checksum
	bodyAt        = headerSize + sectionSize*sectionCount
)

// Where the fields of the header are.
const (
	atLayout     = 8  // u32
	atAnalysis   = 12 // u32: analysis.Version
	atVocabulary = 16 // u32: vocabulary()
	atFlags      = 20 // u32
	atPosition   = 24 // i64: the journal's position it is as of
	atRoot       = 32 // 32 bytes: the log's root there, zero in memory
	atGoods      = 64 // u32
	atListed     = 68 // u32
	atSections   = 72 // u32
	atHeaderSum  = 76 // u32: checksum of header and table, read with zeros here
	atTotal      = 80 // u64: bytes of the whole segment
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
	secParty            // u32: the one organisation of each good; noParty or manyParties
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

// errOtherWords marks a segment whose words were cut by another version: it
// can be read, and finds nearly what it should.
var errOtherWords = errors.New("made with other words")

// vocabulary is a checksum of the lists that are in a segment's bytes: change
// one, and the segment says something else.
var vocabulary = sync.OnceValue(func() uint32 {
	return crc32.Checksum(fmt.Append(nil, analysis.Vocabulary(), good.Stages, good.Kinds, good.Facets, facetOf), castagnoli)
})

// Mark is a position of the journal and the log's root after that entry.
type Mark struct {
	Position int64
	Root     [32]byte
}

// section is where a section is.
type section struct {
	at, n uint64
	sum   uint32
}

// header is what a segment says of itself.
type header struct {
	Mark
	flags         uint32
	goods, listed int
	total         uint64
	sections      [sectionCount]section
	sum           uint32
}

// encode writes header and table.
func (h *header) encode() []byte {
	b := make([]byte, bodyAt)
	copy(b, magic)
	le := binary.LittleEndian
	le.PutUint32(b[atLayout:], layoutVersion)
	le.PutUint32(b[atAnalysis:], analysis.Version)
	le.PutUint32(b[atVocabulary:], vocabulary())
	le.PutUint32(b[atFlags:], h.flags)
	le.PutUint64(b[atPosition:], uint64(h.Position))
	copy(b[atRoot:], h.Root[:])
	le.PutUint32(b[atGoods:], uint32(h.goods))
	le.PutUint32(b[atListed:], uint32(h.listed))
	le.PutUint32(b[atSections:], uint32(sectionCount))
	le.PutUint64(b[atTotal:], h.total)
	for i, s := range h.sections {
		e := b[headerSize+sectionSize*i:]
		le.PutUint64(e, s.at)
		le.PutUint64(e[8:], s.n)
		le.PutUint32(e[16:], s.sum)
	}
	le.PutUint32(b[atHeaderSum:], crc32.Checksum(b, castagnoli))
	return b
}

// readHeader reads what encode wrote from the beginning of a segment of size
// bytes. errOtherWords comes with a header that can be used.
func readHeader(b []byte, size uint64) (h header, err error) {
	le := binary.LittleEndian
	switch {
	case len(b) < bodyAt || string(b[:len(magic)]) != magic:
		return h, fmt.Errorf("%w: no header", errSegment)
	case le.Uint32(b[atLayout:]) != layoutVersion || le.Uint32(b[atSections:]) != uint32(sectionCount):
		return h, fmt.Errorf("%w: made by another version", errSegment)
	}
	sum := bytes.Clone(b[:bodyAt])
	clear(sum[atHeaderSum : atHeaderSum+4])
	if h.sum = le.Uint32(b[atHeaderSum:]); crc32.Checksum(sum, castagnoli) != h.sum {
		return h, fmt.Errorf("%w: header is damaged", errSegment)
	}
	if h.total = le.Uint64(b[atTotal:]); h.total != size {
		return h, fmt.Errorf("%w: %d bytes, want %d", errSegment, size, h.total)
	}
	h.flags, h.Position = le.Uint32(b[atFlags:]), int64(le.Uint64(b[atPosition:]))
	h.goods, h.listed = int(le.Uint32(b[atGoods:])), int(le.Uint32(b[atListed:]))
	copy(h.Root[:], b[atRoot:])
	for i := range h.sections {
		e := b[headerSize+sectionSize*i:]
		s := section{le.Uint64(e), le.Uint64(e[8:]), le.Uint32(e[16:])}
		if s.at < uint64(bodyAt) || s.at > size || s.n > size-s.at || padded(s.n) > size-s.at {
			return h, fmt.Errorf("%w: section %d is outside", errSegment, i)
		}
		h.sections[i] = s
	}
	if le.Uint32(b[atAnalysis:]) != analysis.Version || le.Uint32(b[atVocabulary:]) != vocabulary() {
		return h, fmt.Errorf("%w: %w", errSegment, errOtherWords)
	}
	return h, nil
}

// padded is a length up to the next multiple of eight.
func padded(n uint64) uint64 { return (n + 7) &^ 7 }

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
