package assess

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"stoa/internal/good"
)

// DueKind is what the clock will do.
type DueKind string

// What is due of an application.
const (
	DueReminder DueKind = "reminder" // the applicant is reminded
	DueLate     DueKind = "late"     // those who should have acted are reminded, once
	DueClose    DueKind = "close"    // nobody answered
	DuePublish  DueKind = "publish"
)

// What is due of a recognition.
const (
	DueRenewalReminder DueKind = "renewal-reminder"
	DueRenewalOpens    DueKind = "renewal-opens"
	DueLapse           DueKind = "lapse"
)

// Due is something that will be due: once, known by its key.
type Due struct {
	Subject good.ID
	Kind    DueKind
	At      time.Time
	Key     string
	Days    int // before the end, of a reminder
}

// Dues lists what the clock still has to do about an application.
func (a *Application) Dues(s Settings) []Due {
	if a.Deadline.IsZero() || a.State.Over() {
		return nil
	}
	var out []Due
	add := func(kind DueKind, at time.Time, days int) {
		d := Due{Subject: a.ID, Kind: kind, At: at, Days: days, Key: fmt.Sprintf("%s/%s/%d/%d", a.State, kind, a.Deadline.Unix(), days)}
		if !slices.Contains(a.Done, d.Key) {
			out = append(out, d)
		}
	}
	switch {
	case a.State.WithApplicant():
		for _, days := range s.ApplicantReminders {
			if at := a.Deadline.Add(-time.Duration(days) * day); at.After(a.Since) {
				add(DueReminder, at, days)
			}
		}
		add(DueClose, a.Deadline, 0)
	case a.State == Decided:
		add(DuePublish, a.Deadline, 0)
	default:
		add(DueLate, a.Deadline, 0)
	}
	return out
}

// Remind notes that a reminder went out. One that comes only once the deadline
// has passed, for the clock jumped or nothing ran, moves the deadline: nothing
// is closed of which nobody heard.
func (a *Application) Remind(t Turn, d Due) Event {
	a.Done = append(a.Done, d.Key)
	if d.Kind == DueReminder && !t.At.Before(a.Deadline) {
		a.Deadline, d.Days = t.At.Add(time.Duration(t.Settings.Grace)*day), t.Settings.Grace
		for _, next := range a.Dues(t.Settings) {
			if next.Kind == DueReminder { // this one was it
				a.Done = append(a.Done, next.Key)
			}
		}
	}
	return Event{Verb: good.ApplicationReminded, Values: []Value{{"reminder", PublicReminder{State: a.State, Days: d.Days, Late: d.Kind == DueLate}}}}
}

// Held is what the clock needs to know of a good that was recognised
// here: how long that lasts.
type Held struct {
	Good     good.ID
	Standing good.Standing
}

// Dues lists what the clock will do about a recognition that begins now.
func (h Held) Dues(s Settings) []Due {
	if h.Standing.Until == "" || !h.Standing.Decided {
		return nil
	}
	end := Midnight(h.Standing.Until)
	due := func(kind DueKind, days int) Due {
		return Due{Subject: h.Good, Kind: kind, At: end.Add(-time.Duration(days) * day), Days: days, Key: h.key(kind, days)}
	}
	var out []Due
	for _, days := range s.RenewalReminders {
		out = append(out, due(DueRenewalReminder, days))
	}
	lapse := due(DueLapse, 0)
	lapse.At = end.Add(day) // the last day still counts
	return append(out, due(DueRenewalOpens, s.RenewalOpens), lapse)
}

// RenewalOpensAt is when the renewal of what holds until a day opens.
func (s Settings) RenewalOpensAt(until good.Date) time.Time {
	return Midnight(until).Add(-time.Duration(s.RenewalOpens) * day)
}

func (h Held) key(kind DueKind, days int) string {
	return fmt.Sprintf("%s/%s/%d", kind, h.Standing.Until, days)
}

// Has says whether d is due of this very recognition: of two goods made one,
// that which ends first is over.
func (h Held) Has(d Due) bool { return d.Key == h.key(d.Kind, d.Days) }

// Latest keeps, of the reminders that are due at once, the most pressing one of
// each subject: several would tell nobody anything.
func Latest(due []Due) (send, skip []Due) {
	last := map[good.ID]Due{}
	for _, d := range due {
		if d.Kind != DueRenewalReminder && d.Kind != DueReminder {
			continue
		}
		if held, ok := last[d.Subject]; !ok || d.Days < held.Days {
			last[d.Subject] = d
		}
	}
	for _, d := range due {
		if held, ok := last[d.Subject]; ok && (d.Kind == DueRenewalReminder || d.Kind == DueReminder) && held.Key != d.Key {
			skip = append(skip, d)
			continue
		}
		send = append(send, d)
	}
	slices.SortStableFunc(send, func(x, y Due) int { return cmp.Or(x.At.Compare(y.At), cmp.Compare(x.Key, y.Key)) })
	return send, skip
}

// DateOf is the day of a time.
func DateOf(t time.Time) good.Date { return good.Date(t.UTC().Format(time.DateOnly)) }

// Midnight is when a day begins; zero for what is no whole date.
func Midnight(d good.Date) time.Time {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return time.Time{}
	}
	return t
}

// AwayUntil is until when somebody is away who said so of themselves, or whose
// profile says so; what is past is no absence. Until further notice counts as
// a year.
func AwayUntil(said good.Absence, profile, now time.Time) time.Time {
	until := profile
	if said.On(DateOf(now)) {
		end := Midnight(said.Until)
		if end.IsZero() {
			end = now.AddDate(1, 0, 0)
		}
		if end.After(until) {
			until = end
		}
	}
	return until
}

// plusMonths is the same day some months later; where that month is too short,
// its last day.
func plusMonths(d good.Date, months int) good.Date {
	t := Midnight(d)
	end := t.AddDate(0, months, 0)
	if end.Day() != t.Day() {
		end = end.AddDate(0, 0, -end.Day())
	}
	return DateOf(end)
}
