package good

import (
	"encoding/binary"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// ID is the permanent, opaque identifier of a thing: 26 characters of
// Crockford's base 32, 48 bits of milliseconds and 80 bits of randomness, so
// that ids sort by the time they were given.
type ID string

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// NewID returns a fresh id for time t with randomness from r.
func NewID(t time.Time, r io.Reader) (ID, error) {
	var b [16]byte
	ms := uint64(t.UnixMilli())
	binary.BigEndian.PutUint16(b[0:], uint16(ms>>32))
	binary.BigEndian.PutUint32(b[2:], uint32(ms))
	if _, err := io.ReadFull(r, b[6:]); err != nil {
		return "", fmt.Errorf("new id: %w", err)
	}
	hi, lo := binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])
	var out [26]byte
	for i := 25; i >= 0; i-- {
		out[i] = crockford[lo&31]
		lo = lo>>5 | hi<<59
		hi >>= 5
	}
	return ID(out[:]), nil
}

// Valid says whether id has the form of an id.
func (id ID) Valid() bool {
	if len(id) != 26 || id[0] > '7' {
		return false
	}
	for i := range len(id) {
		if strings.IndexByte(crockford, id[i]) < 0 {
			return false
		}
	}
	return true
}

// Slugify makes an address of a name: lower case, letters and digits of any
// script joined by single hyphens, at most 80 bytes. It never returns "" for a
// name with at least one letter or digit.
func Slugify(name string) string {
	var b strings.Builder
	gap := false
	for _, r := range name {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r) {
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			if f, ok := fold[unicode.ToLower(r)]; ok {
				b.WriteString(f)
			} else {
				b.WriteRune(unicode.ToLower(r))
			}
		} else if r != '\'' && r != '’' {
			gap = true
		}
		if b.Len() >= 80 {
			break
		}
	}
	return b.String()
}

// FreeSlug is an address made of the first of names that gives one, that is
// not taken, nor the form of an id.
func FreeSlug(taken func(slug string) (bool, error), names ...string) (string, error) {
	base := "good"
	for _, name := range names {
		if s := Slugify(name); s != "" {
			base = s
			break
		}
	}
	for n := 1; ; n++ {
		slug := base
		if n > 1 {
			slug += "-" + strconv.Itoa(n)
		}
		if ID(slug).Valid() {
			continue
		}
		if is, err := taken(slug); err != nil || !is {
			return slug, err
		}
	}
}

// fold maps the Latin letters most met in names to plain ASCII, so that an
// address can be typed on any keyboard.
var fold = func() map[rune]string {
	m := map[rune]string{'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ł': "l", 'þ': "th", 'ð': "d", 'ı': "i"}
	for plain, letters := range map[string]string{"a": "àáâãäåāăą", "c": "çćčĉċ", "d": "ď", "e": "èéêëēĕėęě", "g": "ĝğġģ",
		"h": "ĥħ", "i": "ìíîïĩīĭį", "j": "ĵ", "k": "ķ", "l": "ĺļľ", "n": "ñńņň", "o": "òóôõöōŏő", "r": "ŕŗř",
		"s": "śŝşšș", "t": "ţťțŧ", "u": "ùúûüũūŭůűų", "w": "ŵ", "y": "ýÿŷ", "z": "źżž"} {
		for _, r := range letters {
			m[r] = plain
		}
	}
	return m
}()
