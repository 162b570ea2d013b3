package harvest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"stoa/internal/good"
)

// records splits a JSON array into its elements without holding more than one
// of them. What it yields is balanced, no more: parse says whether it is JSON.
type records struct {
	r     *bufio.Reader
	buf   bytes.Buffer
	begun bool
	inner bool // the array stands inside something: more may follow it
	count int
}

func newRecords(r io.Reader) *records {
	br := bufio.NewReaderSize(r, 64<<10)
	if b, _ := br.Peek(3); bytes.Equal(b, []byte("\xEF\xBB\xBF")) {
		_, _ = br.Discard(3)
	}
	return &records{r: br}
}

func broke(key string, args map[string]any) error {
	return &good.Error{Kind: good.Invalid, Key: key, Args: args}
}

// next returns the next element, valid until the following call, or io.EOF
// after a properly closed array.
func (s *records) next() ([]byte, error) {
	c, err := s.byte()
	if err != nil {
		return nil, s.cut(err)
	}
	switch {
	case !s.begun && c == '[':
		s.begun = true
		if c, err = s.byte(); err != nil {
			return nil, s.cut(err)
		}
		if c == ']' {
			return nil, s.close()
		}
	case !s.begun:
		return nil, broke("error.import.not-a-list", nil)
	case c == ']':
		return nil, s.close()
	case c == ',':
		if c, err = s.byte(); err != nil {
			return nil, s.cut(err)
		}
	default:
		return nil, broke("error.import.syntax", map[string]any{"Record": s.count})
	}
	s.count++
	return s.element(c)
}

// close makes sure nothing follows the array.
func (s *records) close() error {
	if s.inner {
		return io.EOF
	}
	if _, err := s.byte(); err == nil {
		return broke("error.import.trailing", nil)
	} else if !errors.Is(err, io.EOF) {
		return err
	}
	return io.EOF
}

func (s *records) cut(err error) error {
	if !errors.Is(err, io.EOF) {
		return fmt.Errorf("read record %d: %w", s.count, err)
	}
	if !s.begun {
		return broke("error.import.empty", nil)
	}
	return broke("error.import.cut", map[string]any{"Record": s.count})
}

// members reads one object whose members may be large lists: each is called
// with every element of a list and with every other value, by key.
func (s *records) members(each func(key string, value []byte) error) error {
	c, err := s.byte()
	if err != nil {
		return s.cut(err)
	}
	if c != '{' {
		return broke("error.import.not-an-object", nil)
	}
	s.begun = true
	for first := true; ; first = false {
		if c, err = s.byte(); err != nil {
			return s.cut(err)
		}
		if c == '}' {
			s.inner = false
			if err := s.close(); !errors.Is(err, io.EOF) {
				return err
			}
			return nil
		}
		if !first {
			if c != ',' {
				return broke("error.import.syntax", map[string]any{"Record": s.count})
			}
			if c, err = s.byte(); err != nil {
				return s.cut(err)
			}
		}
		if err := s.member(c, each); err != nil {
			return err
		}
	}
}

// member reads one key, which begins with c, and its value.
func (s *records) member(c byte, each func(key string, value []byte) error) error {
	raw, err := s.element(c)
	if err != nil {
		return err
	}
	var key string
	if json.Unmarshal(raw, &key) != nil {
		return broke("error.import.syntax", map[string]any{"Record": s.count})
	}
	if c, err = s.byte(); err != nil {
		return s.cut(err)
	}
	if c != ':' {
		return broke("error.import.syntax", map[string]any{"Record": s.count})
	}
	if c, err = s.byte(); err != nil {
		return s.cut(err)
	}
	if c != '[' {
		if raw, err = s.element(c); err != nil {
			return err
		}
		return each(key, raw)
	}
	if err := s.r.UnreadByte(); err != nil {
		return err
	}
	s.begun, s.inner, s.count = false, true, 0
	for {
		raw, err := s.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := each(key, raw); err != nil {
			return err
		}
	}
}

// byte returns the next byte that is not white space.
func (s *records) byte() (byte, error) {
	for {
		c, err := s.r.ReadByte()
		if err != nil || (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
			return c, err
		}
	}
}

// element reads one value that begins with c.
func (s *records) element(c byte) ([]byte, error) {
	s.buf.Reset()
	depth, inString, escaped := 0, false, false
	for {
		if s.buf.Len() >= MaxRecord {
			return nil, broke("error.import.record-large", map[string]any{"Record": s.count, "Max": MaxRecord >> 20})
		}
		switch {
		case inString:
			switch {
			case escaped:
				escaped = false
			case c == '\\':
				escaped = true
			case c == '"':
				inString = false
			}
		case c == '"':
			inString = true
		case c == '{' || c == '[':
			if depth++; depth > MaxDepth {
				return nil, broke("error.import.deep", map[string]any{"Record": s.count, "Max": MaxDepth})
			}
		case (c == '}' || c == ']' || c == ',') && depth == 0:
			if err := s.r.UnreadByte(); err != nil {
				return nil, err
			}
			return s.buf.Bytes(), nil
		case c == '}' || c == ']':
			depth--
		}
		s.buf.WriteByte(c)
		if depth == 0 && !inString && (c == '}' || c == ']' || c == '"') {
			return s.buf.Bytes(), nil
		}
		var err error
		if c, err = s.r.ReadByte(); err != nil {
			return nil, s.cut(err)
		}
	}
}

// object parses one record strictly and returns why it cannot be one, as a
// reason's code, or "".
func object(raw []byte, into any) (reason string) {
	switch {
	case len(bytes.TrimSpace(raw)) == 0:
		return "empty-file"
	case !utf8.Valid(raw):
		return "not-utf-8"
	}
	if raw = bytes.TrimSpace(raw); raw[0] != '{' {
		return "not-an-object"
	}
	if key, deep, err := check(raw); err != nil {
		return "not-json"
	} else if deep {
		return "nested-too-deep"
	} else if key != "" {
		return "key-twice: " + key
	}
	if err := json.Unmarshal(raw, into); err != nil {
		var te *json.UnmarshalTypeError
		if errors.As(err, &te) {
			return "wrong-type: " + te.Field
		}
		return "wrong-type" // JSON it is, but a text stands where a list belongs or the like
	}
	return ""
}

// check walks raw for a key given twice in one object, nesting beyond MaxDepth
// and anything that is not one JSON value.
func check(raw []byte) (twice string, deep bool, err error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	type level struct {
		keys map[string]bool // nil in an array
		key  bool            // the next token is a key
	}
	var stack []level
	for first := true; first || len(stack) > 0; first = false {
		tok, err := dec.Token()
		if err != nil {
			return "", false, err
		}
		top := len(stack) - 1
		if top >= 0 && stack[top].key {
			if k, ok := tok.(string); ok {
				if stack[top].keys[k] {
					return k, false, nil
				}
				stack[top].keys[k] = true
				stack[top].key = false
				continue
			}
		}
		if top >= 0 && stack[top].keys != nil {
			stack[top].key = true
		}
		switch tok {
		case json.Delim('{'):
			stack = append(stack, level{keys: map[string]bool{}, key: true})
		case json.Delim('['):
			stack = append(stack, level{})
		case json.Delim('}'), json.Delim(']'):
			stack = stack[:top]
		}
		if len(stack) > MaxDepth {
			return "", true, nil
		}
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return "", false, errors.New("something follows the record")
	}
	return "", false, nil
}
