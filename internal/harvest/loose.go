package harvest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// texts is a list of strings that sources also write as one string, as null or
// as "" for an empty list.
type texts []string

// UnmarshalJSON implements json.Unmarshaler.
func (t *texts) UnmarshalJSON(b []byte) error {
	*t = nil
	switch b[0] {
	case 'n':
		return nil
	case '[':
		var raw []json.RawMessage
		if err := json.Unmarshal(b, &raw); err != nil {
			return err
		}
		for _, r := range raw {
			var s text
			if err := s.UnmarshalJSON(bytes.TrimSpace(r)); err != nil {
				return err
			}
			*t = append(*t, string(s))
		}
		return nil
	}
	var s text
	if err := s.UnmarshalJSON(b); err != nil {
		return err
	}
	if s != "" {
		*t = texts{string(s)}
	}
	return nil
}

// text is a string that sources also write as a number, true or null.
type text string

// UnmarshalJSON implements json.Unmarshaler.
func (t *text) UnmarshalJSON(b []byte) error {
	switch b[0] {
	case 'n':
		*t = ""
	case '"':
		var s string
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
		*t = text(s)
	case '{', '[':
		return fmt.Errorf("a text is wanted, not %.20s", b)
	default:
		*t = text(b)
	}
	return nil
}

// loose is an object that sources also write as "", null or an empty list.
type loose[T any] struct{ V T }

// UnmarshalJSON implements json.Unmarshaler.
func (l *loose[T]) UnmarshalJSON(b []byte) error {
	switch compact := strings.Join(strings.Fields(string(b[:min(len(b), 40)])), ""); compact {
	case `""`, "null", "[]", "{}":
		return nil
	}
	return json.Unmarshal(b, &l.V)
}
