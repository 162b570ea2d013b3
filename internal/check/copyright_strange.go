package check

import (
	"path"
	"slices"
	"strings"

	"stoa/internal/check/prose"
	"stoa/internal/lazy"
)

var (
	// yearBefore are the years and months that stand before a name in any form.
	yearBefore = lazy.New(`(?i)^(?:(?:[(\[]\s*)?(?:(?:\d{1,2}(?:st|nd|rd|th)?\s+)?(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?,?\s+)?(?:19|20)\d\d(?:\s*[-–—~/]\s*(?:(?:19|20)?\d\d|present|now))?(?:\s*[)\]])?|(?:(?:to|through|until|till|and)\s+|[&~+]\s*)(?:19|20)\d\d)[\s,;:]+`)
	// yearSpan is a span of years behind a name.
	yearSpan = lazy.New(`(?i)[\s,]+\(?(?:19|20)\d\d\s*[-–—~]\s*(?:(?:19|20)\d\d|present|now)?\)?[\s.,]*$`)
	// bracketed is a name of which the brackets of a form were kept.
	bracketed = lazy.New(`^\[([^\[\]]+)\]$`)
	// reservedElsewhere is how rights are reserved in other languages.
	reservedElsewhere = lazy.New(`(?i)[\s.,;。，、]*(?:保留所有权利|保留所有權利|版权所有|版權所有|all rights|все права|усі права|всі права|جميع الحقوق|wszelkie prawa|tüm hakları|alle rechten|hak cipta|모든 권리|無断転載).*$`)
	// asTerms is what follows a name by which it is licensed, in a word or two.
	asTerms = lazy.New(`(?i)[.,;|]\s*(?:the )?(?:mit|bsd|apache|isc|mpl|a?gpl\S*|lgpl\S*|cc\S*)(?:[ -][\d.]+)?(?: licen[sc]es?)?[\s.]*$`)
	// atFoot is what stands behind a name at the foot of a page.
	atFoot = lazy.New(`\s+[|·•]\s.*$|\.\s+(?:Made|Built|Powered|Designed|Developed|Hosted)\s.*$`)
	// nobody are words of which a holder consists who is not named.
	nobody = byWord("the its of a an all and or other others respective individual various many project author authors author(s) contributor contributors contributor(s) developer developers maintainer maintainers owner owners holder holders copyright open source team people community everyone myself me us anonymous unknown creator creators writer writers editor editors company organization organisation user users mit bsd apache license licence test tests testing example examples sample demo foo bar todo tbd none admin root person somebody someone everybody public domain student students software program code website site app name self private")
	// formWords are in forms that nobody filled in.
	formWords = lazy.New(`(?i)\b(?:your (?:full |company |own )?(?:name|company|organi[sz]ation)|(?:full|company|author'?s?|project|owner'?s?|organi[sz]ation|holder'?s?|first|last) name(?: here)?$|insert (?:your )?name|my (?:company|name|organi[sz]ation)|20xx|19xx|yyyy|xxxx|john doe)\b|__\w+__|\{\{|\{%|<%|\$\{|%\w+%|cookiecutter`)
	// mapmakers are named below their maps.
	mapmakers = lazy.New(`(?i)openstreetmap|\bmapbox\b|\bcarto\b|\bmaptiler\b|\bstamen\b|\besri\b|\bleaflet\b`)
	// ofLicences are makers of licences whose texts name them, beside those of ofLicence.
	ofLicences = lazy.New(`(?i)^(?:sam hocevar|lawrence (?:e\. )?rosen|the perl foundation|yoyodyne|python software foundation|x consortium|latex3 project|larry wall|beopen\.com|corporation for national research|stichting mathematisch|the open group|banlu kemiyatorn)\b`)
	// underTerms says under which terms of others a work is, as those want it said.
	underTerms = lazy.New(`(?i)\b(?:licensed|distributed|released|available|provided) under\b`)
)

// withoutYears is a name without the years before and behind it.
func withoutYears(s string) string {
	for before := ""; before != s; {
		before = s
		s = strings.TrimLeft(yearBefore.ReplaceAllString(s, ""), " ,;:.")
	}
	s = yearSpan.ReplaceAllString(s, "")
	if m := bracketed.FindStringSubmatch(s); m != nil {
		s = strings.TrimSpace(m[1])
	}
	return s
}

// withoutTail is a name without what stands behind it and is none of it.
func withoutTail(s string) string {
	return asTerms.ReplaceAllString(atFoot.ReplaceAllString(reservedElsewhere.ReplaceAllString(s, ""), ""), "")
}

// namesNobody says whether a holder is called by what anybody may be.
func namesNobody(s string) bool {
	return !slices.ContainsFunc(strings.Fields(strings.ToLower(s)), func(w string) bool { return !nobody[strings.Trim(w, ".,;:'’")] })
}

// ofTerms says whether a statement is in the text of terms, or below a picture,
// as their makers want it, and none of the work's.
func ofTerms(line, holder string, in writing) bool {
	at := underTerms.FindStringIndex(line)
	return in.licence && ofLicences.MatchString(holder) || in.front && mapmakers.MatchString(holder) ||
		at != nil && !marked([]byte(line[:at[0]]))
}

// carriedScripts are programs that tools put into a tree, and that name their makers.
var carriedScripts = lazy.New(`(?i)^(?:gradlew|mvnw)|jquery|bootstrap|\.min\.|analytics|modernizr|polyfill|font-?awesome|d3(?:\.v\d+)?\.js$`)

// aside says whether what a file tells of a holder is not told of the whole: what
// is written for readers tells of others' works, and what tools put there of theirs.
func (o *owner) aside(f *File) bool {
	const settings = 2 // how deep a folder of settings is no part of the whole
	return prose.Known(f.Ext) && !o.texts || carriedScripts.MatchString(f.Name) || f.Path[0] == '.' && f.Depth >= settings
}

// heads says whether a holder whom the heads of files name alone is that of the
// whole: most programs name it, and none of the others nearly as often, or it is
// called as the address is.
func (o *owner) heads(h *holder, others []*holder) bool {
	const few, rare = 2, 2
	if shareWord(o.called, h.display()) {
		return true
	}
	if slices.ContainsFunc(others, func(x *holder) bool { return rare*x.tally.count > h.tally.count }) {
		return false
	}
	return o.sources > 0 && 2*h.tally.count >= o.sources && (o.sources < few && !o.texts || h.tally.count >= few)
}

// travelled says whether a holder that no licence's text names is one of those whose
// lines stand in many trees of others, or even one that does is of what the tree was
// begun with, and the address is not called so.
func (o *owner) travelled(h *holder) bool {
	return ((!h.first || h.order >= ofFrontPage) && travellers.MatchString(h.display()) || begunWithTheirs.MatchString(h.display())) && !shareWord(o.called, h.display())
}

// partsTerms says whether a file is called after something that the whole only
// uses: LICENSE-FONT, LICENSE.pump. Names of licences, languages and of what the
// terms are for are none of that.
func (o *owner) partsTerms(name string) bool {
	stem := strings.ToLower(strings.TrimSuffix(name, path.Ext(name)))
	if ext := strings.TrimPrefix(strings.ToLower(path.Ext(name)), "."); ext != "" && !written["."+ext] {
		stem += "-" + ext
	}
	words := strings.FieldsFunc(stem, func(r rune) bool { return r == '-' || r == '_' || r == '.' || r == ' ' })
	if len(words) < 2 || !strings.HasPrefix(words[0], "licen") && words[0] != "copying" && words[0] != "copyright" {
		return false
	}
	return !slices.ContainsFunc(words[1:], func(w string) bool {
		return ownKinds[w] || len(w) <= 2 || slices.Contains(o.called, w) || nameOfTerms.MatchString(w)
	})
}

var (
	nameOfTerms = lazy.New(`^(?:mit|bsd|apache|a?l?gpl|mpl|epl|eupl|cc|cc0|by|ofl|odbl|odc|pddl|isc|zlib|bsl|busl|sspl|elv2|elastic|wtfpl|unlicense|artistic|cecill|osl|afl|ms|etalab|ogl|polyform|commercial|enterprise|community|lesser|lib)[\d.v]*$`)
	// ownKinds are what the terms of a part that is the good's own are for.
	ownKinds = byWord("code software source content contents data dataset docs doc documentation text texts media images model models weights header headers notice short full summary license licence agreement terms original additional main project eng en fr es de pt zh cn ru ar ja ko")
)
