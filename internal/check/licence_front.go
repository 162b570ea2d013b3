package check

import (
	"slices"
	"strings"

	"stoa/internal/lazy"
)

// mostSaid is how many licences the part of a front page may name: one that
// names more tells of others' work.
const mostSaid = 4

// ofParts are words by which a paragraph says that it speaks of a part of the
// whole, or that something else does.
var ofParts = lazy.New(`(?i)\b(?:portions?|parts? of|(?:source|code|program|documentation) files?|unless otherwise|except (?:where|for)|original(?:ly)?|third[- ]part(?:y|ies)|depend(?:s|ency|encies)|bundled?|includes?|entries|derived|based on|inspired|fork(?:ed)? (?:of|from)|artwork|icons?|images?|logos?|fonts?|photos?|datasets?|weights|checkpoints|(?:the |our )?documentation (?:is|are|in)|(?:the )?data (?:is|are|in))\b`)

// oneOf are words by which several licences are a choice.
var oneOf = lazy.New(`(?i)\b(?:at your (?:option|choice)|your choice|either|dual(?:ly)?[- ]licen[cs]ed|choose|whichever)\b`)

// readmeSays is what the part of a README that speaks of the licence names: the
// first paragraph that names any is of the whole, those behind it are of parts.
func readmeSays(part string) (c claim, ok bool) {
	if i := strings.Index(part, "SPDX-License-Identifier:"); i >= 0 {
		raw, _, _ := strings.Cut(part[i+len("SPDX-License-Identifier:"):], "\n")
		if e, known := readExpression(strings.Trim(strings.TrimSpace(raw), "*_`")); known {
			return claim{expression: e, raw: e.spdx, known: true, closed: closedID(e.ids)}, true
		}
	}
	spoke := false // of the licence, without a name that is known
	for _, block := range blocks(part) {
		listed := strings.Count(block, "\n|") > 1 // a table is of many things
		for _, m := range inHeads().Scan([]byte(block)).Match {
			if id := ownNames(m); id != "" && !m.IsURL && m.End-m.Start > 60 {
				if e, known := readExpression(id); known {
					return claim{expression: e, raw: e.spdx, known: true}, true
				}
			}
		}
		all, others := namings(block)
		said, words := opened(all), plain([]byte(block))
		chosen := len(said) > 0 && choosable(words) // what is not open need not be chosen
		if rider := ridden(all); rider != nil && !chosen {
			return claim{raw: rider.name, closed: rider, doubt: spoke || ofParts.MatchString(block)}, true
		}
		if len(all) > 0 && all[0].closed != nil && !chosen {
			if len(said) > 0 && oneOf.MatchString(block) {
				return c, false // maybe one of them may be chosen
			}
			return claim{raw: all[0].closed.name, closed: all[0].closed, doubt: spoke || ofParts.MatchString(block)}, true
		}
		if found := closedText(words, false); found != nil && len(said) == 0 {
			return claim{raw: found.name, closed: found, doubt: spoke || ofParts.MatchString(block)}, true
		}
		if len(said) > mostSaid {
			return c, false
		}
		if len(said) > 0 && !(len(noVersionCC.FindStringIndex(block)) > 0 && class(said[0].spdx) != "attribution" && !strings.HasPrefix(said[0].spdx, "CC-")) {
			word := "AND"
			if oneOf.MatchString(block) {
				word = "OR"
			}
			e := versioned(joined(word, said), part)
			return claim{expression: e, raw: e.spdx, known: true, doubt: spoke || listed || ofParts.MatchString(block)}, true
		}
		if noVersionCC.MatchString(block) {
			return c, false // which of them is not said
		}
		if held := heldInPart(block); held != nil && len(said) == 0 && !others {
			return claim{raw: held.name, closed: held, doubt: spoke || ofParts.MatchString(block)}, true
		}
		spoke = spoke || others || strings.Contains(words, "licen") && !strings.HasPrefix(block, "#") && len(strings.Fields(words)) > 3
	}
	return c, false
}

// heldInPart is what stands for a licence where a paragraph about it names none,
// and says that the work is for some uses only.
func heldInPart(block string) *closed {
	if !reserves(block) || notHeld.MatchString(plain([]byte(block))) {
		return nil
	}
	return closedID([]string{"LicenseRef-Non-Commercial"})
}

// notHeld are words by which a paragraph says the contrary, or also.
var notHeld = lazy.New(`\b(?:not|never|no longer|without) (?:\pL+ )?(?:prohibit\pL*|restrict\pL*|limit\pL*|forb\pL+|exclud\pL*)|\bno restrictions?\b`)

// unversioned is the licence of Creative Commons that holds uses back and that the
// part of a front page on the licence names, and no other, without its version: in
// none of them does it give more.
func unversioned(part string) string {
	names := noVersionCC.FindAllString(part, -1)
	if len(names) == 0 || ofParts.MatchString(part) {
		return ""
	}
	for _, s := range statements(part) {
		if class(s.spdx) != "non-commercial" && class(s.spdx) != "no-derivatives" {
			return ""
		}
	}
	for _, n := range names {
		if words := strings.Fields(plain([]byte(n))); !slices.Contains(words, "nc") && !slices.Contains(words, "nd") {
			return ""
		}
	}
	return strings.ToUpper(names[0])
}

// ridden is the condition of those that are put beside an open licence, and take
// from it, if one is named.
func ridden(all []naming) *closed {
	for _, n := range all {
		if n.closed != nil && n.closed.id == "LicenseRef-Commons-Clause" {
			return n.closed
		}
	}
	return nil
}

// versioned is a licence of GNU that a part of a front page names without saying
// whether later versions may be used, as the notice in that part has it.
func versioned(e expression, part string) expression {
	if !e.open || len(e.ids) != 1 {
		return e
	}
	for _, m := range inHeads().Scan([]byte(part)).Match {
		if id := ownNames(m); !m.IsURL && m.End-m.Start > 60 && family(id) == family(e.ids[0]) {
			if said, known := readExpression(id); known && !said.open && len(said.retired) == 0 {
				return said
			}
		}
	}
	return e
}

// onlyFor are words of front pages that hold uses back.
var onlyFor = lazy.New(`\b(?:(?:non ?commercial|academic) (?:\pL+ ){0,3}(?:use|uses|purposes?) only|only (?:be used |available |free )?for (?:\pL+ ){0,2}(?:non ?commercial|academic)|(?:not|cannot|prohibit\pL*) (?:\pL+ ){0,4}(?:for |of )?commercial (?:use|uses|purposes?)|commercial (?:use|usage|purposes?) (?:\pL+ ){0,3}(?:not|prohibited|forbidden|requires?)|free for (?:\pL+ ){0,2}non ?commercial)\b`)

// reserves says whether a sentence of a front page holds uses back.
func reserves(text string) bool {
	return slices.ContainsFunc(sentences(text), func(s string) bool { return onlyFor.MatchString(plain([]byte(s))) })
}

// differs is the first of declarations that has nothing to do with the first of
// all, which stands as near to the root; nil where there is none. ISC is what
// npm writes where nobody chose.
func differs(claims []claim) *claim {
	for i, c := range claims {
		first := &claims[0]
		if c.depth > first.depth || c.form == "forge" || c.idle {
			continue
		}
		if (c.closed == nil) != (first.closed == nil) || c.closed == nil && !related(c.expression, first.expression) {
			return &claims[i]
		}
	}
	return nil
}

// named is what a declaration names.
func (c claim) named() string {
	if c.closed != nil {
		return c.closed.name
	}
	return c.spdx
}

// granted is how a sentence of a front page begins that puts the whole under a
// licence where no heading speaks of it, and namedGrant what follows the good's
// name in one.
var (
	granted    = lazy.New(`(?i)^[\s>*_]*(?:licen[cs]e[*_]*\s*:|licen[cs]ed\s+under\b|(?:this|the)\s+(?:\S+\s+){0,2}?(?:project|software|repository|repo|work|code|codebase|source\s+code|application|app|library|package|program|tool|toolkit|plugin|module|extension|framework|website|dataset|data\s+set)\s+(?:is|are)\s+(?:\S+\s+){0,4}?(?:licen[cs]ed|released|distributed|available|published|provided|open[- ]sourced?|free\s+software)\b[^.]{0,80}?\bunder\b)`)
	namedGrant = lazy.New(`(?i)^[*_]*\s+is\s+(?:\S+\s+){0,4}?(?:licen[cs]ed|released|distributed|available|published|open[- ]sourced?|free\s+software)\b[^.]{0,80}?\bunder\b`)
)

// grantedIn is the sentence of a front page, with what follows in its paragraph,
// that puts the whole under a licence, and its line; "" where none does. What
// stands in a list or as code is of something else.
func grantedIn(text string) (grant string, line int) {
	name, code, n := "", false, 0
	for part := range strings.SplitAfterSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		from := n + 1
		n += strings.Count(part, "\n")
		fences := strings.Count(part, "```")
		quiet := code || fences > 0
		code = code != (fences%2 == 1)
		if quiet || listItem.MatchString(part) || strings.HasPrefix(part, "    ") || strings.HasPrefix(part, "\t") {
			continue
		}
		if heading, is := strings.CutPrefix(strings.TrimSpace(part), "#"); is && name == "" {
			name, _, _ = strings.Cut(strings.TrimLeft(heading, "# "), "\n")
		}
		at := 0
		for _, s := range sentences(part) {
			bare := strings.TrimLeft(s, " \t\r\n>*_")
			rest, own := strings.CutPrefix(bare, name)
			if (granted.MatchString(s) || own && name != "" && namedGrant.MatchString(rest)) && (strings.Contains(strings.ToLower(s), "licen") || len(spokenIn(s)) > 0) {
				lead := len(s) - len(strings.TrimLeft(s, "\r\n"))
				return part[at:], from + strings.Count(part[:at+lead], "\n")
			}
			at += len(s)
		}
	}
	return "", 0
}
