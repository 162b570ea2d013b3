package harvest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"stoa/internal/good"
)

// Table is a spreadsheet (.xlsx) or a file of separated values (.csv), with a
// mapping that says what its columns mean.
const Table Format = "table"

// isTable says whether a file's name is that of a table.
func isTable(name string) bool {
	return slices.Contains([]string{".csv", ".tsv", ".xlsx", ".xlsm"}, strings.ToLower(ext(name)))
}

func ext(name string) string { return filepath.Ext(name) }

// OpenTable opens the table at path by the mapping at mappingPath, or by the
// one that lies next to it where mappingPath is "". What is wrong with the
// mapping, or does not fit the table, is an error of kind Invalid before any
// row is read.
func OpenTable(path, mappingPath string) (*Input, error) {
	if !exists(path) {
		return nil, notFound(path, os.ErrNotExist)
	}
	if mappingPath == "" {
		found, err := mappingOf(path)
		if err != nil {
			return nil, err
		}
		mappingPath = found
	}
	m, err := readMapping(mappingPath)
	if err != nil {
		return nil, err
	}
	rows, err := openRows(path, m)
	if err != nil {
		return nil, err
	}
	_, err = newTableReader(m, rows)
	if err = errors.Join(err, rows.close()); err != nil {
		return nil, err
	}
	in := &Input{Format: Table, Sources: []good.Source{m.source()}, Complete: m.Complete, AsOf: m.Seen.Day, Count: -1}
	if in.AsOf == "" {
		in.AsOf = DayIn(path)
	}
	in.Each = func(yield func(Candidate, error) bool) {
		rows, err := openRows(path, m)
		if err != nil {
			yield(Candidate{}, err)
			return
		}
		defer rows.close()
		t, err := newTableReader(m, rows)
		if err != nil {
			yield(Candidate{}, err)
			return
		}
		t.each(yield)
	}
	return in, nil
}

// source is the source a mapping declares.
func (m *mapping) source() good.Source {
	s := m.Source
	return good.Source{ID: s.ID, Name: s.Name, URL: s.URL, Issuer: s.Issuer, Licence: s.Licence, Priority: s.Priority}
}

// tableReader turns rows into candidates.
type tableReader struct {
	m       *mapping
	rows    rowReader
	header  []string       // the columns' names, each once
	at      map[string]int // place by folded name
	steps   []step         // what becomes of which column, in the order of the table
	id      int
	seen    int // -1 where no column says the day
	already map[string]bool
}

// step is one rule at work on one column.
type step struct {
	rule
	column int
	url    int // column of the address, or -1
}

// folded is how the name of a column is compared.
func folded(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(visible(strings.ToValidUTF8(s, ""))), " "))
}

// newTableReader reads the header and finds the mapping's columns in it.
func newTableReader(m *mapping, rows rowReader) (*tableReader, error) {
	var head []string
	for n := 1; n <= m.Header; n++ {
		r, err := rows.next()
		if errors.Is(err, io.EOF) {
			return nil, broke("error.import.empty", nil)
		}
		if err != nil {
			return nil, err
		}
		head = r.cells
	}
	t := &tableReader{m: m, rows: rows, at: map[string]int{}, seen: -1, already: map[string]bool{}}
	twice := map[string]bool{}
	for i, name := range head {
		key := folded(name)
		if _, have := t.at[key]; have {
			twice[key] = true
			name = fmt.Sprintf("%s (%d)", name, i+1)
		} else {
			t.at[key] = i
		}
		t.header = append(t.header, strings.TrimSpace(visible(strings.ToValidUTF8(name, ""))))
	}
	var missing, ambiguous []string
	find := func(name string) int {
		if name == "" {
			return -1
		}
		i, have := t.at[folded(name)]
		switch {
		case !have || folded(name) == "":
			missing = append(missing, name)
		case twice[folded(name)]:
			ambiguous = append(ambiguous, name)
		}
		return i
	}
	t.id = find(m.ID)
	t.seen = find(m.Seen.Column)
	for name, rs := range m.Columns {
		i := find(name)
		for _, r := range rs {
			t.steps = append(t.steps, step{rule: r, column: i, url: find(r.URL)})
		}
	}
	list := func(names []string) string {
		slices.Sort(names)
		return strings.Join(slices.Compact(names), ", ")
	}
	if len(missing) > 0 {
		return nil, broke("error.import.columns-missing", map[string]any{"Columns": visible(list(missing)), "Header": new(mend).show(strings.Join(t.header, ", "))})
	}
	if len(ambiguous) > 0 {
		return nil, broke("error.import.columns-twice", map[string]any{"Columns": visible(list(ambiguous))})
	}
	slices.SortStableFunc(t.steps, func(a, b step) int { return a.column - b.column })
	return t, nil
}

// each yields a candidate for every row that is not empty.
func (t *tableReader) each(yield func(Candidate, error) bool) {
	for {
		r, err := t.rows.next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			yield(Candidate{}, err)
			return
		}
		if r.broken == "" && !slices.ContainsFunc(r.cells, func(c string) bool { return strings.TrimSpace(c) != "" }) {
			continue
		}
		if !yield(t.candidate(r), nil) {
			return
		}
	}
}

// candidate is one row made clean.
func (t *tableReader) candidate(r row) Candidate {
	source, place := t.m.Source.ID, fmt.Sprintf("row-%d", r.number)
	raw := t.raw(r.cells)
	switch {
	case r.broken != "":
		return broken(source, place, r.broken, raw)
	case len(raw) > MaxRecord:
		return broken(source, place, "record-large", nil)
	case !validCells(r.cells):
		return broken(source, place, "not-utf-8", raw)
	}
	w := &tableRow{mend: &mend{}, m: t.m, days: t.rows.day}
	if n := len(t.header); len(r.cells) > n && strings.TrimSpace(strings.Join(r.cells[n:], "")) != "" {
		w.hold("row-long", fmt.Sprintf("%d > %d", len(r.cells), n))
	}
	cell := func(i int) string {
		if i < 0 || i >= len(r.cells) {
			return ""
		}
		return w.cell(t.header[i], r.cells[i])
	}
	w.know(t.steps, cell)
	for _, c := range t.m.Constants {
		w.take(string(c.Field), c, c.Value, "")
	}
	for _, s := range t.steps {
		w.take(t.header[s.column], s.rule, cell(s.column), cell(s.url))
	}
	id := w.id(text(cell(t.id)))
	switch {
	case id == "":
		if !slices.ContainsFunc(w.reasons, func(s string) bool { return strings.HasPrefix(s, "id-odd") }) {
			w.hold("id-missing", "")
		}
		id = place
	case t.already[id]:
		w.hold("id-twice", id)
		id = place
	default:
		t.already[id] = true
	}
	c := w.finish(source, id, w.settled(), raw)
	if day := cell(t.seen); day != "" {
		c.Seen = w.day(day)
		c.Held, c.Reasons = w.held, w.reasons
	}
	return c
}

// raw is the row as it came: what stands under which name.
func (t *tableReader) raw(cells []string) []byte {
	row := make(map[string]string, len(cells))
	for i, c := range cells {
		if c == "" {
			continue
		}
		name := fmt.Sprintf("(%d)", i+1)
		if i < len(t.header) && t.header[i] != "" {
			name = t.header[i]
		}
		row[name] = c
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(row) // texts by texts: it cannot fail
	return bytes.TrimSpace(b.Bytes())
}
