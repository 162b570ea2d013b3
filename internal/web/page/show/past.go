package show

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"stoa/internal/good"
)

// happened is a journal entry in words.
func (m *model) happened(e good.Entry) string {
	key := "web.past." + string(e.Verb)
	switch e.Verb {
	case good.RecordStated:
		source, seen := stated(value(e, "record"))
		if source == "" {
			return m.T("web.past.record.erased")
		}
		if seen == "" {
			return m.Tell("web.past.record.undated", "Source", m.source(source))
		}
		return m.Tell(key, "Source", m.source(source), "Date", seen)
	case good.GoodRenamed:
		return m.Tell(key, "Slug", text(value(e, "slug")))
	case good.StageChanged:
		var c struct{ From, To good.Stage }
		if json.Unmarshal(value(e, "stage"), &c) != nil || c.To == "" {
			return m.T("web.past.stage.erased")
		}
		return m.Tell(key, "From", m.Stage(c.From), "To", m.Stage(c.To))
	case good.GoodMerged:
		if len(e.Subjects) > 1 && e.Subjects[1] == m.View.Good.ID {
			return m.T("web.past.good.absorbed")
		}
	}
	if !m.Has(key) {
		return string(e.Verb)
	}
	return m.T(key)
}

// reason is why it happened, in the words of whoever did it, or "".
func reason(e good.Entry) string {
	if s := text(value(e, "reason")); s != "" {
		return s
	}
	var c struct{ Reason string }
	if json.Unmarshal(value(e, "stage"), &c) != nil {
		return ""
	}
	return c.Reason
}

// who is the role that did it, in words.
func (m *model) who(a good.Actor) string {
	if w := m.Word("web.actor." + a.Role); w != "" {
		return w
	}
	return a.Role
}

func value(e good.Entry, name string) []byte {
	for _, v := range e.Values {
		if v.Name == name {
			return v.Data
		}
	}
	return nil
}

func text(data []byte) string {
	var s string
	if json.Unmarshal(data, &s) != nil {
		return ""
	}
	return s
}

// stated reads the source and day of a record without reading its facts, which
// can be large and come last.
func stated(data []byte) (source string, seen good.Date) {
	dec := json.NewDecoder(bytes.NewReader(data))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return "", ""
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil || name == "facts" {
			return source, seen
		}
		v, err := dec.Token()
		s, ok := v.(string)
		if err != nil || !ok {
			return source, seen
		}
		switch name {
		case "source":
			source = s
		case "seen":
			seen = good.Date(s)
		}
	}
	return source, seen
}

// bundle is how many entries one file of the log holds.
const bundle = 256

// entry is the file of the public log that holds the leaf at position, by the
// tile layout of C2SP tlog-tiles; the last one is partial until it is full.
func (m *model) entry(position int64) templ.SafeURL {
	n, size := position/bundle, m.Position+1
	path := "/log/tile/entries/" + tileIndex(n)
	if full := (n + 1) * bundle; full > size {
		path += ".p/" + strconv.FormatInt(max(size-n*bundle, position-n*bundle+1), 10)
	}
	return templ.SafeURL(path)
}

// tileIndex writes n in groups of three digits, all but the last with an x.
func tileIndex(n int64) string {
	s := strconv.FormatInt(n, 10)
	s = strings.Repeat("0", (3-len(s)%3)%3) + s
	var b strings.Builder
	for i := 0; i < len(s); i += 3 {
		if i+3 < len(s) {
			b.WriteByte('x')
			b.WriteString(s[i:i+3] + "/")
		} else {
			b.WriteString(s[i:])
		}
	}
	return b.String()
}
