package needs

import (
	"cmp"
	"strings"

	"stoa/internal/export"
	"stoa/internal/need"
	"stoa/internal/web/page"
)

// aidKey is the last part of the address of an aid.
func aidKey(a need.Aid) string { return page.PathEscape(cmp.Or(a.Slug, string(a.ID))) }

// guessed is the language of a text: as it is known, else as it looks.
func guessed(text, in string) string {
	if in == "" {
		return page.Guess(text)
	}
	return in
}

// whyAid is one thing that speaks for an offer or a call, in words.
func whyAid(f *page.Frame, p need.Point) string {
	v := p.Value
	switch p.Code {
	case "kind":
		v = f.T("help.kind." + v)
	case "country", "call-country":
		v = f.Country(v)
	case "language":
		v = f.Language(v)
	case "good-deployment", "good-delivery", "good-said":
		v = p.Name
	case "call-sdg":
		v = value(f, need.AboutSDG, v)
	case "call-kind":
		v = value(f, need.AboutKind, v)
	}
	if strings.HasPrefix(p.Code, "call-") || p.Code == "theme" {
		return f.Tell("need.aid."+p.Code, "Value", v)
	}
	return f.Tell("help.why."+p.Code, "Value", cmp.Or(v, "–"))
}

// aidLines are who offers help and the open calls as a text document has them.
func (m *one) aidLines() []export.Line {
	var out []export.Line
	for _, part := range []struct {
		title string
		list  []need.Aid
	}{{m.T("need.aid.offers"), m.Aids.Offers}, {m.T("need.aid.calls"), m.Aids.Calls}} {
		if len(part.list) == 0 {
			continue
		}
		out = append(out, export.Line{Level: 2, Text: part.title})
		for _, a := range part.list {
			text, _ := a.Called(m.Code)
			out = append(out, export.Line{Level: 3, Text: text}, export.Line{Text: a.By})
			if !a.Until.IsZero() {
				out = append(out, export.Line{Item: true, Text: m.Tell("need.aid.until", "Date", m.Day(a.Until))})
			}
			for _, p := range a.Points {
				out = append(out, export.Line{Item: true, Text: whyAid(m.Frame, p)})
			}
		}
	}
	return out
}
