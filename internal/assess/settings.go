package assess

import (
	"slices"
	"time"

	"stoa/internal/good"
)

// Settings are the rules that an instance sets for itself. They are data with
// a history; times are in days.
type Settings struct {
	Screening     int `json:"screening"`     // to screen
	Returned      int `json:"returned"`      // to mend what screening returned; then it is closed
	Queue         int `json:"queue"`         // to find reviewers
	Review        int `json:"review"`        // to review
	Consolidation int `json:"consolidation"` // to settle where reviewers differ
	Clarification int `json:"clarification"` // to answer; then it is closed
	Extension     int `json:"extension"`     // more time, each time it is granted
	Extensions    int `json:"extensions"`    // how often it is granted in one state
	Rounds        int `json:"rounds"`        // of clarification
	Decision      int `json:"decision"`      // to propose, and as long to confirm
	Appeal        int `json:"appeal"`        // in which an appeal can be made
	AppealWork    int `json:"appeal_work"`   // to decide on an appeal
	Hold          int `json:"hold"`          // until a recognition is published by itself
	Stuck         int `json:"stuck"`         // in one state is called stuck

	ApplicantReminders []int `json:"applicant_reminders"` // days before a deadline of the applicant
	RenewalReminders   []int `json:"renewal_reminders"`   // days before a recognition ends
	RenewalOpens       int   `json:"renewal_opens"`       // days before it ends
	Months             int   `json:"months"`              // a recognition lasts
	Grace              int   `json:"grace"`               // between the last reminder and lapsing or closing, however late the reminder was
	Load               int   `json:"load"`                // applications a reviewer is given at a time
	Uploads            int   `json:"uploads"`             // megabytes one person may attach, over all they work on

	// The watch over what is recognised.
	Watch      int `json:"watch"`       // between two short looks at a good; 0: nothing is watched
	WatchWhole int `json:"watch_whole"` // between two looks at all of it
	WatchTries int `json:"watch_tries"` // how often a place has to be found dead, on different days, before it counts
	WatchStays int `json:"watch_stays"` // for which a sign stands before it is a case

	// Confidential are the two roles that may know who challenged in confidence.
	Confidential []string             `json:"confidential"`
	Texts        map[string]good.Text `json:"texts,omitempty"` // the instance's own words, by place
}

// Defaults are the settings of an instance that has set none.
func Defaults() Settings {
	return Settings{Screening: 7, Returned: 60, Queue: 7, Review: 21, Consolidation: 7, Clarification: 30, Extension: 30, Extensions: 2, Rounds: 4,
		Decision: 7, Appeal: 30, AppealWork: 30, Hold: 3, Stuck: 60,
		ApplicantReminders: []int{14, 3}, RenewalReminders: []int{90, 60, 30, 7}, RenewalOpens: 60, Months: 12, Grace: 7, Load: 12, Uploads: 500,
		Watch: 30, WatchWhole: 90, WatchTries: 3, WatchStays: 30,
		Confidential: []string{"secretariat", "administrator"}}
}

// maxDays bounds every length of time that is set.
const maxDays = 1000

// maxUploads bounds what one person may attach, in megabytes.
const maxUploads = 100_000

// Check refuses settings by which nobody could work.
func (s Settings) Check() error {
	for name, days := range map[string]int{"screening": s.Screening, "returned": s.Returned, "queue": s.Queue, "review": s.Review,
		"consolidation": s.Consolidation, "clarification": s.Clarification, "extension": s.Extension, "decision": s.Decision, "appeal": s.Appeal,
		"appeal_work": s.AppealWork, "stuck": s.Stuck, "renewal_opens": s.RenewalOpens, "rounds": s.Rounds, "load": s.Load, "months": s.Months,
		"watch_whole": s.WatchWhole, "watch_tries": s.WatchTries, "watch_stays": s.WatchStays} {
		if days < 1 || days > maxDays {
			return invalid(name, "setting", map[string]any{"Name": name, "Max": maxDays})
		}
	}
	for name, days := range map[string]int{"extensions": s.Extensions, "hold": s.Hold, "grace": s.Grace, "watch": s.Watch} {
		if days < 0 || days > maxDays {
			return invalid(name, "setting", map[string]any{"Name": name, "Max": maxDays})
		}
	}
	if s.Uploads < 1 || s.Uploads > maxUploads {
		return invalid("uploads", "setting", map[string]any{"Name": "uploads", "Max": maxUploads})
	}
	for name, list := range map[string][]int{"applicant_reminders": s.ApplicantReminders, "renewal_reminders": s.RenewalReminders} {
		if len(list) == 0 || len(list) > 10 || slices.ContainsFunc(list, func(d int) bool { return d < 1 || d > maxDays }) {
			return invalid(name, "setting", map[string]any{"Name": name, "Max": maxDays})
		}
	}
	if len(s.Confidential) != 2 || s.Confidential[0] == "" || s.Confidential[0] == s.Confidential[1] {
		return invalid("confidential", "setting_roles", nil)
	}
	for place, text := range s.Texts {
		if place == "" || len(text) > 20 || slices.ContainsFunc([]string{"en", "ar", "zh", "fr", "ru", "es"}, func(l string) bool { return len(text[l]) > good.MaxSummary }) {
			return invalid("texts", "setting_text", map[string]any{"Name": place})
		}
	}
	return nil
}

const day = 24 * time.Hour

// deadline is when whoever has to act in a's state should have, counted from
// at; zero where nobody is waited for.
func (s Settings) deadline(a *Application, at time.Time) time.Time {
	days := map[State]int{Screening: s.Screening, Returned: s.Returned, Queued: s.Queue, Review: s.Review, Consolidation: s.Consolidation,
		Clarification: s.Clarification, Deciding: s.Decision, Proposed: s.Decision, Appealed: s.AppealWork, AppealProposed: s.Decision}
	n, waits := days[a.State]
	if a.State == Decided {
		n, waits = s.Hold, true
		if a.mayAppeal() {
			n = s.Appeal
		}
	}
	if !waits {
		return time.Time{}
	}
	return at.Add(time.Duration(n) * day)
}
