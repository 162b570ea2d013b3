package harvest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"stoa/internal/good"
)

// The files of another instance's dump that are read: what every source states,
// and the sources.
const (
	dumpRecords = "records.ndjson"
	dumpSources = "sources.ndjson"
)

// personElsewhere is the source of what persons stated on another instance:
// trusted above machines, not above the persons here.
const personElsewhere = "stoa-person"

// isDump says whether a folder is another instance's dump.
func isDump(fsys fs.FS) bool {
	for _, name := range []string{dumpRecords, dumpSources} {
		if info, err := fs.Stat(fsys, name); err != nil || !info.Mode().IsRegular() {
			return false
		}
	}
	return true
}

// dump reads a folder with another instance's dump. Every record keeps its
// source and its day, so that the same facts come of it here.
func dump(dir string) (*Input, error) {
	fsys := os.DirFS(dir)
	in := &Input{Format: Stoa, Count: -1}
	known := map[string]string{} // sources, as they are called here
	err := ndjson(fsys, dumpSources, func(_ int, raw []byte) error {
		var s good.Source
		if reason := decodeStrict(raw, &s); reason != "" || !anID.MatchString(s.ID) {
			return &good.Error{Kind: good.Invalid, Key: "error.import.sources", Err: errors.New(reason)}
		}
		here := elsewhere(s)
		known[s.ID] = here.ID
		in.Sources = append(in.Sources, here)
		return nil
	})
	if err != nil {
		return nil, err
	}
	in.Each = func(yield func(Candidate, error) bool) {
		stopped := errors.New("enough")
		err := ndjson(fsys, dumpRecords, func(line int, raw []byte) error {
			if !yield(readRecord(raw, line, known), nil) {
				return stopped
			}
			return nil
		})
		if err != nil && !errors.Is(err, stopped) {
			yield(Candidate{}, err)
		}
	}
	return in, nil
}

// elsewhere is a source as it is called and trusted on this instance. What
// another instance decided is told apart from what is decided here, and from
// what a third one decided.
func elsewhere(s good.Source) good.Source {
	s.Fields = nil // set by people there, for what they compare
	switch {
	case s.Person:
		s.ID, s.Person, s.Priority = personElsewhere, false, 95
	case s.ID == good.Here:
		s.ID, s.Priority = good.Here+"-elsewhere-"+good.Slugify(s.Issuer), 80
	}
	return s
}

func readRecord(raw []byte, line int, known map[string]string) Candidate {
	name := fmt.Sprintf("line %d", line)
	var r good.Record
	if len(raw) > MaxRecord {
		return broken(string(Stoa), name, "record-large", nil)
	}
	if reason := decodeStrict(raw, &r); reason != "" {
		return broken(string(Stoa), name, reason, raw)
	}
	source, declared := known[r.Source]
	if !declared {
		return broken(string(Stoa), name, "source-unknown: "+visible(r.Source), raw)
	}
	r.Source = source
	if st := r.Facts.Standing; r.Gone != "" && st != nil && (st.State == good.Recognised || st.State == good.RenewalDue) {
		lapsed := *st
		lapsed.State, lapsed.Last = good.Lapsed, r.Gone
		r.Facts.Standing = &lapsed
	}
	return ownForm(r.Source, r.ForeignID, name, r.Seen, r.Facts, raw)
}

// decodeStrict decodes one JSON object that may hold nothing unknown; it returns the
// reason why it is none.
func decodeStrict(raw []byte, into any) string {
	if reason := object(raw, &struct{}{}); reason != "" {
		return reason
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return "not-the-form: " + err.Error()
	}
	return ""
}

// ndjson calls each for every line of a file that is not empty. A line longer
// than a record may be is handed on cut, just too long.
func ndjson(fsys fs.FS, name string, each func(line int, raw []byte) error) error {
	f, err := fsys.Open(name)
	if err != nil {
		return fmt.Errorf("open %s: %w", name, err)
	}
	defer f.Close()
	b := bufio.NewReaderSize(f, 64<<10)
	for n := 1; ; n++ {
		raw, err := line(b)
		if raw = bytes.TrimSpace(raw); len(raw) > 0 {
			if err := each(n, raw); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
	}
}

// line reads up to the next line end, keeping at most one byte more than a
// record may have.
func line(b *bufio.Reader) ([]byte, error) {
	var out []byte
	for {
		part, err := b.ReadSlice('\n')
		if room := MaxRecord + 1 - len(out); room > 0 {
			out = append(out, part[:min(len(part), room)]...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return out, err
		}
	}
}
