// Package l10n is what translating a good is made of: the sentences of the
// files that programs keep them in, how many of them a language has, and the
// rules by which people translate and review them.
package l10n

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"stoa/internal/good"
)

// State is how far the translation of one unit is.
type State string

// The states.
const (
	New        State = "new"        // nothing is there
	Doubtful   State = "doubtful"   // something is there that is not to be relied on
	Translated State = "translated" // a person stands for it
	Reviewed   State = "reviewed"   // and another one, too
)

// Origin is who wrote a translation.
type Origin string

// The origins. What a machine wrote stays marked as that.
const (
	Person  Origin = "person"
	Machine Origin = "machine"
)

// Unit is a text to translate, with its translation.
type Unit struct {
	N      int    `json:"n"`             // from 1, by which it is named within its task
	Key    string `json:"key,omitempty"` // as its file names it; of gettext, the context
	Source string `json:"source"`
	Form   int    `json:"form,omitempty"` // which plural form, from 1; 0 where there are none
	One    string `json:"one,omitempty"`  // of plural forms, the source for one thing
	Many   string `json:"many,omitempty"` // and for more
	Note   string `json:"note,omitempty"` // of who wrote the source
	Target string `json:"target,omitempty"`
	State  State  `json:"state"`
	Origin Origin `json:"origin,omitempty"` // of the target
}

// File is what stands in one file.
type File struct {
	Format   Format
	Language string // that the file says its targets, or its only texts, are in; "" where it does not say
	Pairs    bool   // it holds sources with their targets; else Source is all there is
	Units    []Unit
}

// Format is a form of files that hold sentences.
type Format string

// The forms.
const (
	PO         Format = "po"         // gettext
	XLIFF      Format = "xliff"      // 1.2 and 2.0
	ARB        Format = "arb"        // application resource bundle
	JSON       Format = "json"       // flat, nested, as i18next has it
	Android    Format = "android"    // strings.xml
	Strings    Format = "strings"    // Apple's old form
	XCStrings  Format = "xcstrings"  // Apple's new one: every language in one file
	Fluent     Format = "fluent"     // .ftl
	Properties Format = "properties" // of Java
	YAML       Format = "yaml"       // of Rails: read for what it holds, not written
	Plain      Format = "text"       // one text a paragraph
)

// Bounds of one file.
const (
	MaxBytes = 4 << 20
	MaxUnits = 50_000
	MaxText  = 20_000 // characters of a source or a target
)

var readers = map[Format]func(string) (*File, error){
	PO: readPO, XLIFF: readXLIFF, ARB: readJSON, JSON: readJSON, Android: readAndroid, Strings: readStrings,
	Fluent: readFluent, Properties: readProperties, YAML: readYAML, Plain: readPlain,
}

// Read reads a file of sentences. What cannot be read whole is refused.
func Read(f Format, data []byte) (*File, error) {
	read := readers[f]
	if f == XCStrings {
		read = readXCStrings
	}
	if read == nil {
		return nil, wrong("l10n.error.format")
	}
	if len(data) > MaxBytes {
		return nil, &good.Error{Kind: good.Invalid, Key: "l10n.error.large", Field: "file", Args: map[string]any{"Max": MaxBytes >> 20}}
	}
	text, err := decode(f, data)
	if err != nil {
		return nil, err
	}
	out, err := read(text)
	if err != nil {
		return nil, err
	}
	out.Format = f
	if len(out.Units) > MaxUnits {
		return nil, tooMany(MaxUnits)
	}
	for i := range out.Units {
		u := &out.Units[i]
		u.N = i + 1
		if u.State == "" || u.Target == "" {
			u.State = New
		}
		if u.Target != "" && u.Origin == "" {
			u.Origin = Person
		}
		if u.Target == "" {
			u.Origin = ""
		}
		for _, s := range []string{u.Source, u.Target, u.Key, u.Note} {
			if err := CheckText(s); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

func tooMany(most int) error {
	return &good.Error{Kind: good.Invalid, Key: "l10n.error.units", Field: "file", Args: map[string]any{"Max": most}}
}

// decode makes text of bytes: UTF-8, or UTF-16 that says so.
func decode(f Format, data []byte) (string, error) {
	for mark, order := range map[string]binary.ByteOrder{"\xff\xfe": binary.LittleEndian, "\xfe\xff": binary.BigEndian} {
		if !bytes.HasPrefix(data, []byte(mark)) {
			continue
		}
		if len(data)%2 != 0 {
			return "", wrong("l10n.error.encoding")
		}
		units := make([]uint16, 0, len(data)/2)
		for i := 2; i+1 < len(data); i += 2 {
			units = append(units, order.Uint16(data[i:]))
		}
		data = []byte(string(utf16.Decode(units)))
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) {
		if f != Properties || bytes.IndexByte(data, 0) >= 0 {
			return "", wrong("l10n.error.encoding")
		}
		latin := make([]rune, len(data)) // as Java reads them
		for i, b := range data {
			latin[i] = rune(b)
		}
		data = []byte(string(latin))
	}
	if bytes.IndexByte(data, 0) >= 0 {
		return "", wrong("l10n.error.encoding")
	}
	return strings.ReplaceAll(string(data), "\r\n", "\n"), nil
}

// CheckText says what is wrong with one text: characters that nobody sees and
// that turn others around, or that no file can hold.
func CheckText(s string) error {
	switch {
	case !utf8.ValidString(s):
		return wrong("l10n.error.encoding")
	case utf8.RuneCountInString(s) > MaxText:
		return &good.Error{Kind: good.Invalid, Key: "l10n.error.long", Args: map[string]any{"Max": MaxText}}
	case strings.ContainsFunc(s, func(r rune) bool {
		return r < 0x20 && r != '\n' && r != '\t' && r != '\r' || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r == 0xfffe || r == 0xffff
	}):
		return wrong("l10n.error.hidden")
	}
	depth := 0 // isolates end where they began
	for _, r := range s {
		switch r {
		case 0x2066, 0x2067, 0x2068:
			depth++
		case 0x2069:
			depth--
		}
		if depth < 0 {
			break
		}
	}
	if depth != 0 {
		return wrong("l10n.error.hidden")
	}
	return nil
}

// Words counts the words of a text; where words are written without spaces
// between them, each character is one.
func Words(s string) (n int) {
	within := false
	for _, r := range s {
		switch {
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar):
			if unicode.IsLetter(r) {
				n++
			}
			within = false
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			if !within {
				n++
			}
			within = true
		case r != '\'' && r != '’' && r != '-':
			within = false
		}
	}
	return n
}

func wrong(key string) error { return &good.Error{Kind: good.Invalid, Key: key, Field: "file"} }
