package catalog

import (
	"hash/crc32"
	"io"
)

// sink takes the sections of a segment one after the other, in memory or into
// a file, and notes where each is. Header and table are written last, into the
// room left for them.
type sink struct {
	file     io.Writer // nil: everything stays in bytes
	bytes    []byte
	at       uint64 // written so far, room for the header included
	open     int
	sections [sectionCount]section
	err      error
}

// spillAt is how many bytes are written to a file at a time.
const spillAt = 1 << 20

// newSink begins a segment of about size bytes.
func newSink(file io.Writer, size int) *sink {
	s := &sink{file: file, open: -1}
	if file != nil {
		size = 2 * spillAt
	}
	s.bytes = make([]byte, bodyAt, bodyAt+size)
	s.at = uint64(bodyAt)
	return s
}

// begin opens a section; what is written next belongs to it.
func (s *sink) begin(i int) {
	s.open = i
	s.sections[i].at = s.at
}

func (s *sink) write(b []byte) {
	sec := &s.sections[s.open]
	sec.n += uint64(len(b))
	sec.sum = crc32.Update(sec.sum, castagnoli, b)
	s.at += uint64(len(b))
	s.bytes = append(s.bytes, b...)
	if s.file != nil && len(s.bytes) >= spillAt {
		s.spill()
	}
}

// end closes the section; the zeros up to the next one count for its checksum.
func (s *sink) end() {
	n := s.sections[s.open].n
	s.write(make([]byte, padded(n)-n))
	s.sections[s.open].n = n
	s.open = -1
}

// put is a whole section.
func (s *sink) put(i int, b []byte) {
	s.begin(i)
	s.write(b)
	s.end()
}

func (s *sink) spill() {
	if s.err == nil {
		_, s.err = s.file.Write(s.bytes)
	}
	s.bytes = s.bytes[:0]
}

// tableWriter collects the sections of a table. With a sink, which must be in
// the section of its bytes, they do not stay in memory.
type tableWriter struct {
	bounds  []uint32
	bytes   []byte
	spilled uint64
	to      *sink
}

// next is the number of the next item.
func (w *tableWriter) next() int { return len(w.bounds) }

// len is how many bytes the table has so far.
func (w *tableWriter) len() uint64 { return w.spilled + uint64(len(w.bytes)) }

func (w *tableWriter) add(b []byte) {
	w.begin()
	w.bytes = append(w.bytes, b...)
}

func (w *tableWriter) addString(s string) {
	w.begin()
	w.bytes = append(w.bytes, s...)
}

// begin opens the next item; the caller appends to bytes. Bounds hold 32 bits:
// seal refuses larger tables.
func (w *tableWriter) begin() {
	if w.to != nil && len(w.bytes) >= spillAt/16 {
		w.flush()
	}
	w.bounds = append(w.bounds, uint32(w.len()))
}

// flush hands what was collected to the sink.
func (w *tableWriter) flush() {
	w.to.write(w.bytes)
	w.spilled += uint64(len(w.bytes))
	w.bytes = w.bytes[:0]
}

// sections closes a table that stayed in memory.
func (w *tableWriter) sections() (bounds, bytes []byte) {
	w.bounds = append(w.bounds, uint32(w.len()))
	return putU32s(w.bounds), w.bytes
}

// put writes the table's two sections; where its bytes went to the sink
// already, their section is closed.
func (w *tableWriter) put(s *sink, bounds, bytes int) {
	if w.to == nil {
		s.begin(bytes)
		w.to = s
	}
	w.flush()
	s.end()
	w.bounds = append(w.bounds, uint32(w.len()))
	s.put(bounds, putU32s(w.bounds))
}
