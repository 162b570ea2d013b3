package page

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"stoa/internal/good"
	"stoa/internal/watch"
)

// Past tells entries of the journal in words.
type Past struct {
	*Frame
	Sources map[string]good.Source // by id
	About   good.ID                // the good whose past it is; "" for everybody's
}

// Source is the name of a source.
func (p Past) Source(id string) string {
	if s, ok := p.Sources[id]; ok && s.Name != "" {
		return s.Name
	}
	return id
}

// Happened is a journal entry in words.
func (p Past) Happened(e good.Entry) string {
	key := "web.past." + string(e.Verb)
	switch e.Verb {
	case good.RecordStated:
		var s struct{ Field, How string }
		if json.Unmarshal(value(e, "settled"), &s) == nil && p.Has("clash.past."+s.How) {
			whole, _, _ := strings.Cut(s.Field, "/")
			return p.Tell("clash.past."+s.How, "Field", p.Field(good.Field(whole)))
		}
		source, seen := stated(value(e, "record"))
		if source == "" {
			return p.T("web.past.record.erased")
		}
		if seen == "" {
			return p.Tell("web.past.record.undated", "Source", p.Source(source))
		}
		return p.Tell(key, "Source", p.Source(source), "Date", seen)
	case good.GoodRenamed:
		return p.Tell(key, "Slug", text(value(e, "slug")))
	case good.StageChanged:
		var c struct{ From, To good.Stage }
		if json.Unmarshal(value(e, "stage"), &c) != nil || c.To == "" {
			return p.T("web.past.stage.erased")
		}
		return p.Tell(key, "From", p.Stage(c.From), "To", p.Stage(c.To))
	case good.SourceDeclared:
		if source := declared(value(e, "source")); source != "" {
			return p.Tell("web.past.source.named", "Source", source)
		}
	case good.SignNoticed:
		var s watch.Sign
		if s.Apply(e); s.About != "" {
			return p.T(key, "Says", p.Says(s))
		}
		return p.T("web.past.watch.changed")
	case good.SupportRequested, good.SupportDelivered:
		if i := indicatorOf(e); i != "" {
			return p.Tell(key+".gap", "Indicator", i)
		}
	case good.GoodParted:
		if len(e.Subjects) > 1 && e.Subjects[1] == p.About {
			return p.T("web.past.good.parted.from")
		}
	case good.GoodKeptApart:
		if string(value(e, "apart")) == "false" {
			return p.T("web.past.good.kept-apart.open")
		}
	case good.GoodMerged:
		if len(e.Subjects) > 1 && e.Subjects[1] == p.About {
			return p.T("web.past.good.absorbed")
		}
	}
	if !p.Has(key) {
		return string(e.Verb)
	}
	return p.T(key)
}

// Reason is why it happened, in the words of whoever did it, or "".
func Reason(e good.Entry) string {
	if s := text(value(e, "reason")); s != "" {
		return s
	}
	var c struct{ Reason string }
	if json.Unmarshal(value(e, "stage"), &c) != nil {
		return ""
	}
	return c.Reason
}

// Who is the role that did it, in words.
func (f *Frame) Who(a good.Actor) string {
	if w := f.Word("web.actor." + a.Role); w != "" {
		return w
	}
	return a.Role
}

// Called is what a person is called: by name or, where they gave none, by a role
// of theirs and the end of their pseudonym, by which to tell them apart.
func (f *Frame) Called(name, pseudonym string, roles ...string) string {
	if name != "" {
		return name
	}
	role := f.T("people.nameless.somebody")
	for _, r := range roles {
		if w := f.Word("people.role." + r); w != "" {
			role = w
			break
		}
	}
	return f.Tell("people.nameless", "Role", role, "Mark", pseudonym[max(0, len(pseudonym)-4):])
}

// indicatorOf is the indicator with which help was asked for or delivered.
func indicatorOf(e good.Entry) string {
	var of struct{ Indicator string }
	for _, name := range []string{"request", "step"} {
		if e.Value(name, &of) && of.Indicator != "" {
			return of.Indicator
		}
	}
	return ""
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

// declared is the name of the source a value declares, or "".
func declared(data []byte) string {
	var s good.Source
	if json.Unmarshal(data, &s) != nil {
		return ""
	}
	return s.Name
}

// Day is the day of a moment, as the language writes it.
func (f *Frame) Day(t time.Time) string { return f.Date(good.Date(t.UTC().Format(time.DateOnly))) }

// bundle is how many entries one file of the log holds.
const bundle = 256

// Entry is the file of the public log that holds the leaf at position, by the
// tile layout of C2SP tlog-tiles; the last one is partial until it is full.
func (f *Frame) Entry(position int64) templ.SafeURL {
	n, size := position/bundle, f.Position+1
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
