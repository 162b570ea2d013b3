package main

import (
	"testing"

	"github.com/chromedp/chromedp"

	"stoa/internal/good"
	"stoa/internal/l10n"
	"stoa/internal/testkit"
)

// TestACommunityTranslatesAGood follows two people on phones without scripts, in
// three languages: one asks for a translation, takes it and translates it; the
// other sends it back, and then finds it good. So it goes with texts of the
// good, and with its own name.
func TestACommunityTranslatesAGood(t *testing.T) {
	for lang, into := range map[string]string{"en": "sw", "fr": "fr", "ar": "ar"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			s := begins(t, lang, testkit.Screen{Width: 360, Height: 780, Phone: true, Patience: longest})
			s.slug = "dhis2"
			s.hasGoods()
			amina, yusuf := s.sits("amina", false, true), s.sits("yusuf", false, true)
			amina.address, yusuf.address = "amina@example.org", "yusuf@example.org"
			amina.enters()
			yusuf.enters()
			amina.defines("district", into, "<wilaya>")
			amina.asks(into, false)
			task := amina.translates("<1> {name}", "<2>")
			yusuf.returns(task, "Shorter.")
			amina.opens("/localisation/" + task)
			amina.sees("Shorter.")
			amina.translates("<1> {name}", "<3>")
			yusuf.approves(task)
			amina.asks(into, true)
			yusuf.approves(amina.translates("DHIS2 "+into, "Health data: "+into))
			yusuf.opens("/goods/" + s.slug + "/languages")
			yusuf.sees("DHIS2 " + into)
			yusuf.sees("<wilaya>")
			yusuf.opens("/goods/" + s.slug)
			if into == lang {
				yusuf.sees("DHIS2 " + into)
			}
			got, err := s.db.LocalisationTask(t.Context(), good.ID(task))
			if err != nil || got.State != l10n.Done || got.Reviewer == got.Translator || got.Language != into {
				t.Errorf("%+v %v", got, err)
			}
			units, err := s.db.Units(t.Context(), good.ID(task), 0, 10)
			if err != nil || len(units) != 2 || units[1].Target != "<3>" || units[1].State != l10n.Reviewed || units[1].Origin != l10n.Person {
				t.Errorf("%+v %v", units, err)
			}
		})
	}
}

// defines puts a word into the glossary.
func (a actor) defines(word, language, translation string) {
	a.t.Helper()
	a.opens("/goods/" + a.slug + "/languages")
	a.writes("input[name=word]", word)
	a.writes("input[name=language]", language)
	a.writes("input[name=translation]", translation)
	a.sends("/glossary")
	a.sees(translation)
}

// asks asks for a translation of two texts, or of the good's own name.
func (a actor) asks(into string, about bool) {
	a.t.Helper()
	a.opens("/localisation/new?good=" + a.slug)
	a.writes("input[name=language]", "Klingonese")
	a.sends("/localisation")
	a.sees("Klingonese")
	a.writes("input[name=language]", into)
	if about {
		a.do(chromedp.Click(chromedp.CSS("input[name=what][value=about]")))
	} else {
		a.writes("input[name=name]", "Texts of the app")
		a.writes("textarea[name=text]", "Dear {name}\n\nThe district")
	}
	a.sends("/localisation")
	a.sees(a.lang.T("l10n.state.open"))
	a.sends("/claim")
}

// translates writes two texts and hands them in; it answers with the task's id.
func (a actor) translates(first, second string) string {
	a.t.Helper()
	a.writes("textarea[name=t1]", first)
	a.writes("textarea[name=t2]", second)
	a.sends("/units")
	a.sees(a.lang.T("l10n.hand-in.hint"))
	a.sends("/hand-in")
	a.sees(a.lang.T("l10n.state.in-review"))
	return ask[string](a.screen, "location.pathname.split('/').pop()")
}

// returns sends a translation back.
func (a actor) returns(task, note string) {
	a.t.Helper()
	a.opens("/localisation/" + task)
	a.do(chromedp.Click(chromedp.CSS("input[name=fits][value=no]")))
	a.writes("textarea[name=note]", note)
	a.sends("/review")
	a.sees(note)
}

// approves finds a translation good.
func (a actor) approves(task string) {
	a.t.Helper()
	a.opens("/localisation/" + task)
	a.do(chromedp.Click(chromedp.CSS("input[name=fits][value=yes]")))
	a.sends("/review")
	a.sees(a.lang.T("l10n.state.done"))
}
