package main

import (
	"strings"

	"stoa/internal/assess"
)

// What those at the desk write in the story.
const (
	refusal = "The privacy policy is that of the foundation and says nothing of the good."
	manual  = "The link to the manual leads nowhere."
	expert  = "Fields about health are encrypted with a key of each clinic; that is sound."
)

// at is a page of the application at the desk.
func (a actor) at(rest string) string { return "/desk/applications/" + string(a.applied) + rest }

// screens looks at the application first, and lets it in.
func (a actor) screens() {
	a.t.Helper()
	a.opens("/desk")
	a.presses(`#queue ~ .rows h3 a`)
	a.chooses(`[id="verdict-1-screen"]`, "pass")
	a.chooses(`[id="verdict-2-screen"]`, "pass")
	a.chooses(`[id="decision-screen"]`, "accept")
	a.sends("/screen")
	a.is(assess.Queued)
}

// takes takes a seat by the button beside the application.
func (a actor) takes() {
	a.t.Helper()
	a.opens("/desk")
	a.sends(string(a.applied) + "/claim")
}

// declines gives the seat back again, for a conflict of interest.
func (a actor) declines() {
	a.t.Helper()
	a.opens(a.at(""))
	a.unfolds(`details:has(form[action$="/conflict"])`)
	a.writes(`[id="reason-conflict"]`, "My sister works for the foundation.")
	a.sends("/conflict")
	a.opens(a.at(""))
	if a.has(`form[action$="/claim"]`) {
		a.t.Errorf("%s is offered the seat again", a.name)
	}
}

// judges finds something of every indicator that is open, one leading to the
// next, and ends the round.
func (a actor) judges(special map[string]assess.Finding) {
	a.t.Helper()
	a.opens("/desk")
	a.presses(`#mine ~ .rows h3 a`)
	open := ask[[]string](a.screen, `[...document.querySelectorAll('form[action$="/verdict"] input[name=indicator]')].map(i => i.value)`)
	for _, id := range open {
		f, ok := special[id]
		if !ok {
			f = assess.Finding{Verdict: assess.Pass, Reason: "The evidence shows it."}
		}
		a.chooses(`[id="verdict-verdict-`+id+`"]`, string(f.Verdict))
		if f.Reason != "" {
			a.writes(`[id="reason-verdict-`+id+`"]`, f.Reason)
		}
		a.presses(`form[action$="/verdict"]:has(input[name=indicator][value="` + id + `"]) button`)
	}
	if len(open) == 0 || len(open) < len(special) {
		a.t.Fatalf("%s has %v to judge", a.name, open)
	}
	a.sends("/finish")
}

// consults asks an expert about one indicator.
func (a actor) consults(indicator, who string) {
	a.t.Helper()
	a.opens(a.at(""))
	a.presses(`main a[href$="?on=` + indicator + `"]`)
	a.selects(`[id="expert-consult-`+indicator+`"]`, ask[string](a.screen, `[...document.querySelectorAll('[id="expert-consult-`+indicator+`"] option')].find(o => o.textContent.includes("`+who+`")).value`))
	a.writes(`[id="question-consult-`+indicator+`"]`, "Is what they say of encryption sound?")
	a.sends("/consult")
}

// opines answers as the expert, who sees the one indicator and no other.
func (a actor) opines(indicator string) {
	a.t.Helper()
	a.opens("/desk")
	a.presses(`#asked ~ .rows h3 a`)
	if shown := ask[[]string](a.screen, `[...document.querySelectorAll("section.ind")].map(s => s.id)`); strings.Join(shown, " ") != "i-"+indicator {
		a.t.Errorf("the expert sees %v", shown)
	}
	a.writes(`[id^="opinion-opinion"]`, expert)
	a.chooses(`[id^="verdict-opinion"]`, "pass")
	a.sends("/opinion")
}

// settles says what holds where the two differ.
func (a actor) settles(indicator string) {
	a.t.Helper()
	a.is(assess.Consolidation)
	a.opens(a.at(""))
	a.chooses(`[id="verdict-`+indicator+`-consolidate"]`, "pass")
	a.writes(`[id="reason-`+indicator+`-consolidate"]`, "The map tiles can come from any server; the guide shows it.")
	a.sends("/consolidate")
}

// proposes signs a decision first.
func (a actor) proposes(outcome assess.Outcome, findings map[string]assess.Finding) {
	a.t.Helper()
	a.opens(a.at(""))
	for id, f := range findings {
		a.unfolds(`details.ruling:has([id="verdict-` + id + `-propose"])`)
		a.chooses(`[id="verdict-`+id+`-propose"]`, string(f.Verdict))
		a.writes(`[id="reason-`+id+`-propose"]`, f.Reason)
	}
	a.chooses(`[id="outcome-propose"]`, string(outcome))
	a.sends("/propose")
	if a.has(`form[action$="/confirm"]`) {
		a.t.Errorf("%s signed first and is offered to sign second", a.name)
	}
}

// confirms signs second.
func (a actor) confirms() {
	a.t.Helper()
	a.opens(a.at(""))
	a.sends("/confirm")
	a.is(assess.Decided)
}

// publishes makes the decision count.
func (a actor) publishes() {
	a.t.Helper()
	a.opens(a.at(""))
	a.sends("/publish")
	a.is(assess.Published)
}
