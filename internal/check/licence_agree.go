package check

import (
	"slices"
	"strings"

	"stoa/internal/finding"
	"stoa/internal/lazy"
)

// agreement says whether what is declared nearest to the root agrees with the
// text: clash are the declarations that do not, and at is where they stand.
func (l *licence) agreement(own ownLicence, top, clash []claim, at []finding.Evidence) []finding.Finding {
	a := say("licence.agreement", finding.Met, finding.High, finding.Say("check.licence.agreement.met"))
	a.Evidence = at
	if own.closed != nil && top[0].closed != nil && top[0].closed.id != own.closed.id && !(top[0].closed.why == "rights" && own.closed.why == "rights") {
		return nil // whether the two mean the same, a person has to say
	}
	if len(clash) > 0 && (!own.plain() || clash[0].form == "readme" && l.tellsOf(own)) || len(clash) == 0 && l.other(own) {
		return nil
	}
	if len(clash) > 0 {
		c := clash[0]
		holds := own.spdx
		if own.closed != nil {
			holds = own.closed.name
		}
		a = mending(say("licence.agreement", finding.NotMet, finding.Medium, finding.Say("check.licence.agreement.clash", "File", c.where(), "Declared", c.named(), "Text", own.texts[0].path, "Licence", holds)), "check.licence.agreement.mend")
		a.Contradicts = true
		a.Evidence = []finding.Evidence{c.at, own.texts[0].evidence()}
		if !l.contradicts(c, top, own) { // a person reads it
			a.State, a.Confidence, a.Contradicts = finding.NotObservable, finding.Low, false
		}
	}
	return []finding.Finding{a}
}

// families are words that names of licences have which are no identifiers.
var families = lazy.New(`\b(?:bsd|mit|apache|[al]?gpl|mpl|epl|eupl|isc|cc|creative commons|public domain)`)

// tellsOf says whether the front page names the licence of the text beside
// others: it tells of which part each is.
func (l *licence) tellsOf(own ownLicence) bool {
	return len(l.front) > 0 && related(expression{ids: l.front}, own.expression)
}

// plain says whether it is beyond doubt what the text is.
func (o ownLicence) plain() bool {
	first := o.texts[0]
	return o.closed != nil || !first.named && !first.limits && !o.mixed && (first.percent >= 75 || first.percent == 0)
}

// other says whether a manifest of the root names a family of licences of which
// that of the whole is none.
func (l *licence) other(own ownLicence) bool {
	return slices.ContainsFunc(l.claims, func(c claim) bool {
		if c.depth > 0 || c.known || c.closed != nil || c.form == "readme" {
			return false
		}
		named := families.FindString(plain([]byte(c.raw)))
		return named != "" && !slices.ContainsFunc(own.ids, func(id string) bool {
			words := plain([]byte(id))
			return strings.Contains(words, named) || named == "creative commons" && strings.HasPrefix(words, "cc") || named == "public domain" && (words == "cc0 1 0" || words == "unlicense")
		})
	})
}

// gainsaid says whether a declaration of the root names another licence.
func (l *licence) gainsaid(own ownLicence) bool {
	return slices.ContainsFunc(l.claims, func(c claim) bool {
		return c.depth == 0 && (c.closed != nil || c.known) && (c.closed != nil || !related(c.expression, own.expression))
	})
}

// ofContent begins the names of licences that are made for other work than
// programs.
var ofContent = []string{"CC", "ODbL", "ODC", "PDDL", "GFDL", "OGL", "OFL", "CDLA", "W3C"}

// kin says whether one licence is a variant of the other, or is read beside it:
// what differs is for a person to weigh. The lesser licences of GNU are added to
// the greater ones, whose text alone a tree may hold.
func kin(a, b string) bool {
	x, y := family(a), family(b)
	return strings.HasPrefix(x, y+"-") || strings.HasPrefix(y, x+"-") || strings.HasPrefix(x, "LicenseRef-") || strings.HasPrefix(y, "LicenseRef-") ||
		strings.TrimPrefix(x, "L") == strings.TrimPrefix(y, "L")
}

// contradicts says whether a declaration that names another licence than the
// text leaves no other reading. Prose may speak of a part, of what comes later
// or of licensing itself; of several texts, or of several licences in one
// manifest, each may be a part's; and a licence of content beside one of programs
// mostly is that of the other part.
func (l *licence) contradicts(c claim, top []claim, own ownLicence) bool {
	manifests := slices.DeleteFunc(slices.Clone(top), func(c claim) bool { return c.form == "readme" })
	if c.form == "readme" || c.depth > 0 || len(l.top()) > 1 || len(own.texts) != 1 || differs(manifests) != nil || c.closed == nil && len(c.ids) != 1 {
		return false
	}
	if c.closed != nil || own.closed != nil {
		return true
	}
	content := func(id string) bool {
		return slices.ContainsFunc(ofContent, func(p string) bool { return strings.HasPrefix(id, p) })
	}
	return len(own.ids) == 1 && len(own.texts[0].beside) == 0 && !kin(c.ids[0], own.ids[0]) && content(c.ids[0]) == content(own.ids[0])
}
