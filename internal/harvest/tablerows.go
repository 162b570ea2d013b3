package harvest

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// row is one row of a table. broken is the reason why it is none, or "".
type row struct {
	number int // from 1, as a spreadsheet counts; of a CSV file, the line it begins on
	cells  []string
	broken string
}

// rowReader reads a table row by row, io.EOF after the last.
type rowReader interface {
	next() (row, error)
	day(cell string) string // the cell as a day, where the table writes days in a way of its own
	close() error
}

// openRows opens a workbook or a file of separated values, whatever its name.
func openRows(path string, m *mapping) (rowReader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, notFound(path, err)
	}
	head := make([]byte, 8)
	n, err := io.ReadFull(f, head)
	if head = head[:n]; err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, errors.Join(fmt.Errorf("read %s: %w", path, err), f.Close())
	}
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		_ = f.Close()
		return openWorkbook(path, m.Sheet)
	case bytes.HasPrefix(head, []byte("\xD0\xCF\x11\xE0")): // an old workbook, or one with a password
		_ = f.Close()
		return nil, broke("error.import.workbook", map[string]any{"Path": path})
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, errors.Join(fmt.Errorf("read %s: %w", path, err), f.Close())
	}
	rows, err := newSeparated(f, m)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	rows.file = f
	return rows, nil
}

// separated reads values separated by commas, semicolons or tabs.
type separated struct {
	file   io.Closer
	budget *budget
	r      *csv.Reader
	count  int
	ahead  *row // read to see whether anything follows
	end    error
}

// newSeparated finds out by which character the columns are separated: the one
// under which the most of the mapping's columns are there.
func newSeparated(r io.Reader, m *mapping) (*separated, error) {
	fallback := encoding.Nop.NewDecoder()
	if m.Encoding != "" {
		known, err := htmlindex.Get(m.Encoding)
		if err != nil {
			return nil, wrongMapping("encoding", m.Encoding)
		}
		fallback = known.NewDecoder()
	}
	b := &budget{r: transform.NewReader(r, unicode.BOMOverride(fallback))}
	br := bufio.NewReaderSize(b, 64<<10)
	b.left = MaxRecord
	head, err := br.Peek(64 << 10)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return nil, fmt.Errorf("read the beginning: %w", err)
	}
	s := &separated{budget: b, r: csv.NewReader(br)}
	s.r.FieldsPerRecord = -1
	s.r.Comma = separator(head, m)
	return s, nil
}

// separator is the character between the columns of what head begins.
func separator(head []byte, m *mapping) rune {
	wanted := []string{folded(m.ID), folded(m.Seen.Column)}
	for name := range m.Columns {
		wanted = append(wanted, folded(name))
	}
	best, most := ',', 0
	for _, comma := range []rune{',', ';', '\t'} {
		r := csv.NewReader(bytes.NewReader(head))
		r.Comma, r.FieldsPerRecord = comma, -1
		var names []string
		for range m.Header {
			names, _ = r.Read() // what is broken has none of the columns
		}
		found := 0
		for _, name := range names {
			if n := folded(name); n != "" && slices.Contains(wanted, n) {
				found++
			}
		}
		if found > most {
			best, most = comma, found
		}
	}
	return best
}

// next returns the next row. A row whose quotes are broken is said to be so;
// one whose quotes never close ends the table.
func (s *separated) next() (row, error) {
	if s.ahead != nil {
		r := *s.ahead
		s.ahead = nil
		return r, nil
	}
	if s.end != nil {
		return row{}, s.end
	}
	r, spans, err := s.read()
	if err != nil || r.broken == "" {
		return r, err
	}
	after, _, err := s.read()
	switch {
	case errors.Is(err, io.EOF) && spans:
		s.end = broke("error.import.quote-open", map[string]any{"Row": r.number})
		return row{}, s.end
	case err != nil:
		s.end = err
	default:
		s.ahead = &after
	}
	return r, nil
}

// read reads one row; spans says whether a broken one went over several lines.
func (s *separated) read() (r row, spans bool, err error) {
	s.count++
	s.budget.left = MaxRecord
	cells, err := s.r.Read()
	var pe *csv.ParseError
	switch {
	case errors.Is(err, io.EOF):
		return row{}, false, io.EOF
	case errors.Is(err, errBudget):
		return row{}, false, broke("error.import.record-large", map[string]any{"Record": s.count, "Max": MaxRecord >> 20})
	case errors.As(err, &pe):
		return row{number: pe.StartLine, cells: cells, broken: "row-broken"}, pe.Line > pe.StartLine, nil
	case err != nil:
		return row{}, false, fmt.Errorf("read row %d: %w", s.count, err)
	}
	line, _ := s.r.FieldPos(0)
	return row{number: line, cells: cells}, false, nil
}

func (s *separated) day(cell string) string { return cell }

func (s *separated) close() error {
	if s.file == nil {
		return nil
	}
	return s.file.Close()
}

var errBudget = errors.New("a row without an end")

// budget reads no more than it is allowed to, so that a quote that never closes
// does not take in the whole file.
type budget struct {
	r    io.Reader
	left int
}

// Read implements io.Reader.
func (b *budget) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errBudget
	}
	n, err := b.r.Read(p)
	b.left -= n
	return n, err
}

// validCells says whether every cell is UTF-8 text.
func validCells(cells []string) bool {
	return !slices.ContainsFunc(cells, func(c string) bool { return !utf8.ValidString(c) })
}
