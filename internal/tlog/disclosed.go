package tlog

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"stoa/internal/good"
)

// line is an entry with its values as it is disclosed: one JSON object a line.
// A value's data stands there as text, byte for byte what the log commits to.
type line struct {
	Position int64       `json:"position"`
	Time     time.Time   `json:"time"`
	Actor    good.Actor  `json:"actor"`
	Verb     good.Verb   `json:"verb"`
	Subjects []good.ID   `json:"subjects"`
	Values   []lineValue `json:"values"`
}

type lineValue struct {
	Name   string     `json:"name"`
	Salt   []byte     `json:"salt,omitempty"`
	Data   *string    `json:"data,omitempty"`
	Erased *time.Time `json:"erased,omitempty"`
}

// EncodeDisclosed writes what is disclosed of entries, one JSON object a line:
// with name, salt (base64) and data a reader can check each commitment of the
// leaf in the entry bundle; of an erased value only its name and when.
func EncodeDisclosed(entries []good.Entry) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	for _, e := range entries {
		l := line{Position: e.Position, Time: e.Time, Actor: e.Actor, Verb: e.Verb, Subjects: e.Subjects, Values: []lineValue{}}
		for _, v := range e.Values {
			out := lineValue{Name: v.Name, Salt: v.Salt, Erased: v.Erased}
			if v.Erased == nil {
				if !utf8.Valid(v.Data) {
					return nil, fmt.Errorf("value %q of entry %d is no text", v.Name, e.Position)
				}
				data := string(v.Data)
				out.Data = &data
			}
			l.Values = append(l.Values, out)
		}
		if err := enc.Encode(l); err != nil {
			return nil, err
		}
	}
	return b.Bytes(), nil
}

// DecodeDisclosed reads what EncodeDisclosed wrote, from a stranger.
func DecodeDisclosed(raw []byte) ([]good.Entry, error) {
	var out []good.Entry
	lines := bufio.NewScanner(bytes.NewReader(raw))
	lines.Buffer(nil, len(raw)+1)
	for lines.Scan() {
		if len(out) == Bundle {
			return nil, errors.New("disclosed entries: more than one bundle of them")
		}
		var l line
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return nil, fmt.Errorf("disclosed entries: line %d: %w", len(out)+1, err)
		}
		e := good.Entry{Position: l.Position, Time: l.Time.UTC(), Actor: l.Actor, Verb: l.Verb, Subjects: l.Subjects}
		for _, v := range l.Values {
			in := good.Value{Name: v.Name, Salt: v.Salt, Erased: v.Erased}
			if v.Data != nil {
				in.Data = []byte(*v.Data)
			}
			e.Values = append(e.Values, in)
		}
		out = append(out, e)
	}
	return out, lines.Err()
}
