package call

import (
	"encoding/json"
	"strings"
	"time"

	"stoa/internal/good"
)

// clockForm is how a moment is written on the clocks of a zone.
const clockForm = "2006-01-02T15:04:05"

// zone finds a time zone by its name in the time zone database.
func zone(name string) (*time.Location, error) {
	bad := invalid("zone", "zone", map[string]any{"Value": name})
	if name == "" || len(name) > 64 || name == "Local" || strings.ContainsAny(name, `\ `) || strings.HasPrefix(name, "/") || strings.Contains(name, "..") {
		return nil, bad
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, bad
	}
	return loc, nil
}

// Moment is when the clocks of a zone show a time, "2026-12-01T09:00" with or
// without seconds. A time that clocks leap over is refused; of one that they
// show twice late says which is meant.
func Moment(zoneName, clock, field string, late bool) (time.Time, error) {
	loc, err := zone(zoneName)
	if err != nil {
		return time.Time{}, err
	}
	if len(clock) == len("2026-12-01T09:00") {
		clock += ":00"
	}
	t, err := time.ParseInLocation(clockForm, clock, loc)
	if err != nil || t.Year() < 2000 || t.Year() > 2200 {
		return time.Time{}, invalid("time", field, map[string]any{"Value": clock})
	}
	if t.Format(clockForm) != clock {
		return time.Time{}, invalid("gap", field, map[string]any{"Value": strings.Replace(clock, "T", " ", 1), "Zone": zoneName})
	}
	for _, shift := range []time.Duration{-2 * time.Hour, -time.Hour, -30 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour} {
		if twin := t.Add(shift); twin.Format(clockForm) == clock && twin.After(t) == late {
			t = twin
		}
	}
	return t.UTC(), nil
}

// moments reads the two times of a call, where they are given.
func (c *Call) moments() (err error) {
	c.From, c.Until = time.Time{}, time.Time{}
	if c.Zone == "" && c.Opens == "" && c.Closes == "" {
		return nil
	}
	if _, err := zone(c.Zone); err != nil {
		return err
	}
	full := func(clock *string, into *time.Time, field string, late bool) error {
		if *clock == "" {
			return nil
		}
		if *into, err = Moment(c.Zone, *clock, field, late); err == nil && len(*clock) == len("2026-12-01T09:00") {
			*clock += ":00"
		}
		return err
	}
	if err := full(&c.Opens, &c.From, "opens", false); err != nil {
		return err
	}
	if err := full(&c.Closes, &c.Until, "closes", true); err != nil {
		return err
	}
	if c.From.IsZero() || c.Until.IsZero() {
		return nil
	}
	if !c.From.Before(c.Until) {
		return invalid("order", "closes", nil)
	}
	if c.Until.Sub(c.From) > MaxDays*24*time.Hour {
		return invalid("days", "closes", map[string]any{"Max": MaxDays})
	}
	return nil
}

// Now is the state of the call as its own clock has it at a moment, whether or
// not the hourly tick has written it down.
func (c *Call) Now(now time.Time) State {
	s := c.State
	if s == Announced && !now.Before(c.From) {
		s = Open
	}
	if s == Open && !now.Before(c.Until) {
		s = Closed
	}
	return s
}

// MayEnter says why nobody can enter at a moment, nil if people can.
func (c *Call) MayEnter(now time.Time) error {
	switch c.Now(now) {
	case Open:
		return nil
	case Announced:
		return conflict("not-yet", map[string]any{"Opens": c.On(c.From)})
	case Closed, Judged, Published:
		return conflict("late", map[string]any{"Closes": c.Closing(), "Now": c.On(now)})
	}
	return conflict("not-open", nil)
}

// On is a moment on the clocks of the call, "2026-12-31 23:59:59 Africa/Nairobi".
func (c *Call) On(t time.Time) string {
	loc, err := zone(c.Zone)
	if err != nil {
		loc = time.UTC
	}
	return t.In(loc).Format("2006-01-02 15:04:05") + " " + loc.String()
}

// Closing is when the call closes, on its own clocks.
func (c *Call) Closing() string { return c.On(c.Until) }

// Boundary is how long it takes from now until the clock changes the call; 0
// where it never will.
func (c *Call) Boundary(now time.Time) time.Duration {
	switch c.Now(now) {
	case Announced:
		return c.From.Sub(now)
	case Open:
		return c.Until.Sub(now)
	}
	return 0
}

// Turn makes of the call what its clock says, one step at a time: the state it
// is in now, false where it is there already.
func (c *Call) Turn(now time.Time) (State, bool) {
	next := c.Now(now)
	if next == Closed && c.State == Announced { // it opened in between
		next = Open
	}
	if next == c.State {
		return next, false
	}
	c.State = next
	return next, true
}

// Announce makes a draft public.
func (c *Call) Announce(now time.Time) error {
	if c.State != Draft {
		return conflict("announced", nil)
	}
	if err := c.Ready(now); err != nil {
		return err
	}
	c.State = Announced
	return nil
}

// Cancel gives a call up.
func (c *Call) Cancel(reason string) error {
	if c.State == Draft || c.State.Over() {
		return conflict("over", nil)
	}
	if err := reasoned("reason", reason); err != nil {
		return err
	}
	c.State, c.Reason = Cancelled, reason
	return nil
}

// reasoned refuses a reason that is missing or too long.
func reasoned(field, s string) error {
	if strings.TrimSpace(s) == "" {
		return &good.Error{Kind: good.Invalid, Key: "error.reason.missing", Field: field}
	}
	if len([]rune(s)) > MaxReason {
		return invalid("long", field, map[string]any{"Max": MaxReason})
	}
	return nil
}

// MaxReason is how long a reason may be, in characters.
const MaxReason = 5_000

func equal(a, b Call) bool {
	x, err := json.Marshal(a)
	if err != nil {
		return false
	}
	y, err := json.Marshal(b)
	return err == nil && string(x) == string(y)
}
