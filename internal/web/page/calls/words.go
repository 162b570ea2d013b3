package calls

import (
	"math"
	"time"

	"stoa/internal/app/calls"
	"stoa/internal/call"
	"stoa/internal/good"
	"stoa/internal/nominate"
	"stoa/internal/web/page"
)

// of are the calls in one state.
func of(list []call.Call, s call.State) []call.Call {
	var out []call.Call
	for _, c := range list {
		if c.State == s {
			out = append(out, c)
		}
	}
	return out
}

// each is what f makes of each of a list.
func each[T, R any](list []T, f func(T) R) []R {
	out := make([]R, len(list))
	for i, v := range list {
		out[i] = f(v)
	}
	return out
}

// clock is a moment on the clocks of a call, as the language writes days.
func clock(f *page.Frame, c *call.Call, t time.Time) string {
	shown := c.On(t) // "2026-12-31 18:00:00 Africa/Nairobi"
	hour := shown[11:19]
	if hour[6:] == "00" {
		hour = hour[:5]
	}
	return f.Tell("calls.moment", "Day", f.Date(good.Date(shown[:10])), "Time", f.Numerals(hour), "Zone", c.Zone)
}

// embed is how another page shows the card of a call.
func embed(f *page.Frame, c *call.Call) string {
	return "<iframe src=\"" + f.Site.Base + f.Prefix + "/calls/" + page.PathEscape(c.Slug) + "/card\" title=\"" + page.Cut(c.Slug, 80) + "\" width=\"360\" height=\"220\" loading=\"lazy\"></iframe>"
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func link(address string) good.Link { return good.Link{URL: address} }

// round is a percentage as people read it.
func round(x float64) int { return int(math.Round(x)) }

// juror is who scored, by the name they have for those who run the call.
func juror(f *page.Frame, s calls.ScoreView) string {
	if s.Name != "" {
		return s.Name
	}
	return f.T("calls.juror.nameless")
}

// doubt is a reason to look at an entry, in words.
func (m *entering) doubt(d string) string {
	return m.T("nominate.doubt." + nominate.Doubt(d).Code())
}

func causes(f *page.Frame) []page.Option {
	return each(call.Causes, func(c string) page.Option { return page.Option{Value: c, Label: f.T("calls.cause." + c)} })
}

func partState(p calls.OwnPart) string {
	switch {
	case p.Aside:
		return "calls.score.aside"
	case p.Done:
		return "calls.score.done"
	}
	return "calls.score.waits"
}
