package main

import (
	"strings"
	"time"

	"github.com/chromedp/chromedp"

	"stoa/internal/assess"
	"stoa/internal/good"
)

// answers are what the owner of the story says, by question; what is not here is
// answered by a sentence that fits everywhere.
var answers = map[string]string{
	"general.summary": "Midwives note births and referrals in it, with or without a connection; the district sees the same day where help is needed.",
	"owner.country":   "KE", "licence.licences": "Apache-2.0", "general.source": "https://clinic-book.org/source",
	"owner.all": "yes", "platform.closed": "no", "data.handles": "yes", "privacy.personal": "stored", "content.handled": "none", "harassment.interact": "no",
	"sdg.goals": "3", "general.kinds": "software",
}

// usual is said where nothing of its own is.
const usual = "Every release says it, with a page that shows how; see the link."

// nominates tells Stoa of a good, as anybody may, and returns where it stands.
func (a actor) nominates(name string) string {
	a.t.Helper()
	a.opens("/nominate")
	a.writes("#name", name)
	a.writes("#link", "https://clinic-book.org")
	a.chooses("#kind", "software")
	a.writes("#licence", "Apache-2.0")
	a.selects("#sdg", "3")
	a.writes("#why", "Forty clinics of two districts keep their births in it, and the ministry wants it in the others.")
	a.now = a.now.Add(time.Minute) // nobody fills a form in no time
	a.sends("/nominate")
	a.nomination = ask[string](a.screen, `location.pathname.split("/").pop()`)
	a.presses(`main a.btn[href*="/goods/"]`)
	return strings.TrimPrefix(ask[string](a.screen, "decodeURIComponent(location.pathname)"), a.prefix+"/goods/")
}

// claims shows that the good is theirs, by an address at its domain, and begins
// the application.
func (a actor) claims(slug string) {
	a.t.Helper()
	a.opens("/goods/" + slug)
	a.presses(`main a[href$="/claim"]`)
	a.sends("/claim")
	a.presses(`main a[href*="/apply/new"]`)
	a.presses(`form[action$="/apply/new"] button`)
	a.applied = good.ID(ask[string](a.screen, `location.pathname.split("/").pop()`))
	if !a.applied.Valid() {
		a.t.Fatalf("there is no application at %s", ask[string](a.screen, "location.href"))
	}
}

// field is a question of the form that waits for its answer.
type field struct {
	Question string
	Kind     string // "choice", "text", or "links" where addresses are asked for
	Selector string
}

// open are the questions of a page that must be answered and are not.
const open = `[...document.querySelectorAll("form[data-autosave] .ask")].filter(q => !q.querySelector("legend > .quiet, label.over > .quiet")).flatMap(q => {
	const many = [...q.querySelectorAll("input[type=radio], input[type=checkbox]")];
	if (many.length) return many.some(i => i.checked) ? [] : [{Question: q.dataset.question, Kind: "choice", Selector: '[data-question="' + q.dataset.question + '"]'}];
	const written = [...q.querySelectorAll("textarea, input.box")];
	const items = written.filter(w => w.name.startsWith("i."));
	return (items.length ? items : written.slice(0, 1)).filter(w => !w.value && !written.some(o => o.value && !items.length)).map(w =>
		({Question: q.dataset.question, Kind: w.name.startsWith("l.") ? "links" : "text", Selector: '[name="' + w.name + '"]'}));
})`

// fills answers what a page of the form asks, and what it asks then.
func (a actor) fills() {
	a.t.Helper()
	for range 4 {
		list := ask[[]field](a.screen, open)
		for _, f := range list {
			what, own := answers[f.Question]
			switch {
			case f.Kind == "choice":
				a.chooses(f.Selector, what)
			case f.Kind == "links" && !own:
				a.writes(f.Selector, "https://clinic-book.org/"+f.Question+" Where it is shown")
			case own:
				a.writes(f.Selector, what)
			default:
				a.writes(f.Selector, usual)
			}
		}
		if len(list) == 0 {
			return
		}
		a.presses(`form[data-autosave] .btn.line`)
		if a.has(".wrong") {
			a.t.Fatalf("%s is told: %s", a.name, ask[string](a.screen, `document.querySelector(".wrong").innerText`))
		}
	}
	a.t.Fatalf("%s has never answered enough: %s", a.name, a.reads())
}

// applies fills the form page by page, as its own links lead, and hands it in.
func (a actor) applies() {
	a.t.Helper()
	a.opens("/apply")
	a.presses(`main a[href*="/apply/` + string(a.applied) + `"]`)
	a.presses(`main .btns a[href*="/part/"]`)
	for range 30 {
		a.fills()
		a.presses(`form[data-autosave] button[name=next]`)
		if !strings.Contains(ask[string](a.screen, "location.pathname"), "/part/") {
			break
		}
	}
	a.handsIn()
}

// handsIn declares the authority and submits, on the page that names what lacks.
func (a actor) handsIn() {
	a.t.Helper()
	a.writes("#authority", "I lead its maintenance, for the Clinic Book Foundation.")
	a.sends("/authority")
	a.sends("/submit")
}

// answersBack answers what was asked about one indicator, and finds that no
// other one is open.
func (a actor) answersBack(indicator string) {
	a.t.Helper()
	a.opens("/apply/" + string(a.applied) + "/part/4")
	if a.has("form[data-autosave]") {
		a.t.Error("an indicator that nobody asked about can be changed")
	}
	a.opens("/apply/" + string(a.applied))
	a.presses(`article.back a[href*="/part/` + indicator + `"]`)
	a.writes(`[name="l.docs.links"]`, "https://clinic-book.org/manual The manual, at its new place")
	a.presses(`form[data-autosave] .btn.line`)
	a.opens("/apply/" + string(a.applied))
	a.writes("#reply-"+indicator, "The manual has moved; the link is right now.")
	a.sends("/reply")
}

// appeals asks people who did not decide.
func (a actor) appeals() {
	a.t.Helper()
	a.opens("/apply/" + string(a.applied))
	a.sees(refusal)
	a.writes("#grounds", "The privacy policy speaks of the good since March; page four names the law.")
	a.writes("#links", "https://clinic-book.org/privacy")
	a.sends("/appeal")
	a.is(assess.Appealed)
}

// renews finds the renewal that was opened, with everything filled in, and
// confirms it.
func (a actor) renews() {
	a.t.Helper()
	a.opens("/apply")
	a.presses(`main .rows li:first-child h2 a`)
	a.applied = good.ID(ask[string](a.screen, `location.pathname.split("/").pop()`))
	a.presses(`main .btns a.line`)
	if a.has(".gaps") {
		a.t.Errorf("the renewal asks anew for what is known: %s", a.reads())
	}
	a.handsIn()
	a.is(assess.Deciding)
}

// doubts challenges the recognition in confidence, with evidence.
func (a actor) doubts() {
	a.t.Helper()
	a.opens("/goods/" + a.slug)
	a.presses(`main a[href$="/challenge"]`)
	a.chooses("#indicators", "6")
	a.writes("#text", "The export of referrals has been broken since the last release.")
	a.writes("#links", "https://clinic-book.org/issues/12")
	a.do(chromedp.Click(chromedp.CSS("#confidential")))
	a.writes("#name", "A nurse")
	a.writes("#contact", "nurse@clinic.example")
	a.sends("/challenge")
	if text := a.reads(); strings.Contains(text, "A nurse") || strings.Contains(text, "nurse@") {
		a.t.Errorf("the page tells who doubts: %s", text)
	}
}
