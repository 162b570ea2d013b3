package advisory

import (
	"slices"
	"strconv"
	"strings"

	"stoa/internal/advise"
	"stoa/internal/good"
	"stoa/internal/web/page"
)

// field fills a field of the form that was sent; fields of the other forms on
// the page stay as they are.
func (m *record) field(which string, d page.Field) page.Field {
	return only(m.Which, which, m.On).Field(d)
}

// only is the form that was sent, if that is the one asked for.
func only(sent, which string, on *page.Form) *page.Form {
	if sent == which {
		return on
	}
	return nil
}

// held is what the reader's seat said before.
func (m *record) held() (h struct{ position, text string }) {
	if m.Mine != nil {
		h.position, h.text = string(m.Mine.Position), m.Mine.Text
	}
	return h
}

// of are the seats of one constituency.
func of(seats []advise.Seat, c advise.Constituency) []advise.Seat {
	return slices.DeleteFunc(slices.Clone(seats), func(s advise.Seat) bool { return s.Constituency != c })
}

// state names where a consultation stands on a day.
func state(c *advise.Consultation, today good.Date) string {
	switch {
	case !c.Concluded.IsZero():
		return "concluded"
	case today < c.Opens:
		return "coming"
	case c.Open(today):
		return "open"
	}
	return "closed"
}

// subjectPath is where what a consultation is about can be read here; "" where
// it cannot.
func subjectPath(c *advise.Consultation) string {
	switch id, version, ok := strings.Cut(c.Ref, "@"); {
	case c.Subject == advise.OnStandard && ok:
		return "/standards/" + page.PathEscape(id) + "/" + page.PathEscape(version)
	case c.Subject == advise.OnAppeal:
		return "/goods/" + page.PathEscape(c.Ref)
	}
	return ""
}

func place(n int) string { return strconv.Itoa(n) }

// options are the values of a list with their names in words.
func options[T ~string](f *page.Frame, prefix string, list []T) []page.Option {
	var out []page.Option
	for _, v := range list {
		out = append(out, page.Option{Value: string(v), Label: f.T(prefix + string(v))})
	}
	return out
}

func constituencies(f *page.Frame) []page.Option {
	return options(f, "advisory.constituency.", advise.Constituencies)
}

func subjects(f *page.Frame) []page.Option {
	return options(f, "advisory.subject.", advise.SubjectKinds)
}

func positions(f *page.Frame) []page.Option {
	return options(f, "advisory.position.", advise.Positions)
}

func dispositions(f *page.Frame) []page.Option {
	return options(f, "advisory.disposition.", advise.Dispositions)
}
