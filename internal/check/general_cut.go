package check

import (
	"html"
	"slices"
	"strings"

	"stoa/internal/lazy"
)

var (
	// markedUp is a link in the ways in which texts that are no Markdown have it.
	markedUp = lazy.New("`([^`<>]+?)\\s*<[^>`]+>`_{0,2}")
	// quoted is what such texts set as code or as a role.
	quoted = lazy.New("(?::\\w+:)?``?([^`]+)`{1,2}_{0,2}")
	// leftOver is a link without its address at the end.
	leftOver = lazy.New(`\s*\[[^\]]*\]\s*$`)
	// turns is a row of links before the first sentence.
	turns = lazy.New(`^(?:[^|.]*\|){2,}[^|.]*?[⬅←👈]\x{fe0f}?\s*`)
	// away is how a sentence begins that sends its reader somewhere, as its link is
	// lost where it is told elsewhere, or that tells of news, of who paid, or of the
	// name: none says what the good is.
	away = lazy.New(`(?i)^(?:read|learn|find out|see) more\b|^(?:(?:the )?(?:latest|recent|more|current) )?(?:news|updates?|announcements?)\b|^(?:this (?:project|software|work|application|tool|product|program|publication) )?(?:was|is|has been) (?:made possible|funded|supported) (?:by|through|with)\b|^this is the (?:source )?code (?:for|of|behind)\b|^the figure (?:above|below)\b|^an? live (?:version|demo|site)\b|^the name \S+ (?:is|was|comes|means|stands)\b|^\S+ is (?:a |the )?(?:swahili|latin|greek|sanskrit|hindi|arabic|spanish|french|yoruba|zulu|māori|maori|finnish|hebrew|japanese) (?:word )?(?:for|word)\b|^(?:read|learn|see|visit|please|go to|check out|check|click|join|refer to|take a look|have a look|start|full documentation|documentation|more (?:information|details|info)|you can (?:visit|find|read|try|see)|this (?:project|repo|repository|service) (?:depends on|requires)\b|there (?:are|is) (?:also )?(?:a few|several|some|many|two|three|no)\b|(?:to|for) (?:a |the |an )?(?:full |complete |more |further |detailed |additional )*(?:description|details|information|info|documentation|contributions?|issues|questions|instructions|learn more|more)\b)`)
	// hosts is a sentence that says that the tree is one, and no more.
	hosts = lazy.New(`(?i)^(?:this|the) (?:repo|repository|repositories|codebase|project) (?:hosts|contains|holds|houses|is home to|includes|provides) (?:all )?(?:the )?(?:(?:main|full|open|official) )?(?:source )?(?:source|code|code ?base|sources|files)(?: (?:of|for|behind) (?:the )?(?:\S+ ){0,4}\S+)?\.?$`)
	// notices are sentences about the state of something, not about what it is.
	notices = lazy.New(`(?i)\b(?:permanently closed|no longer (?:maintained|supported|available|developed|updated)|has (?:been )?(?:moved|archived|deprecated|discontinued)|(?:is|are) (?:now )?(?:deprecated|archived|unmaintained|discontinued)|considered (?:a|as) ["“]?developer preview|in (?:active|early|heavy) development|under (?:active|heavy|ongoing)? ?development|is a new version of|does not (?:\(yet\?\) |yet )?support|should read the|still in (?:beta|alpha)|runs (?:\w+ )?(?:two|three) sites|^(?:the|this) (?:\S+ ){1,4}(?:is|was|were) funded by|(?:is|are) provided ["“‘']?as[ -]is)\b`)
	// builtWith says of what a good is built, and no more.
	builtWith = lazy.New(`(?i)(?:^|[ /-])(?:python|django|flask|rails|ruby|laravel|php|react|angular|vue|node|nodejs|spring|java)(?:/\w+)*(?: \w+)? (?:web )?(?:application|app|site|website)\.?$`)
	// owned is where a text goes on to say whose it is.
	owned = lazy.New(`(?is)\s*\bcopyright (?:\(c\)|©|(?:19|20)\d\d).*`)
	// lists is how a sentence ends that says no more without the list behind it.
	lists = lazy.New(`(?i)[,;]?\s*\b(?:including|such as|namely|for example|like|e\.g\.)?\s*:$`)
	// stops is where one ends: its point is kept.
	stops = lazy.New(`([.!?。]["”')]?)\s+(\p{Lu}|["“¿¡\p{So}])`)
)

// fewWords is how many words a summary has at most that may say no more than
// what a good is built with.
const fewWords = 8

// cut is a summary without markup, without what sends its reader elsewhere, and
// without notices on something else; "" where nothing is left that says what it is.
func cut(s string) string {
	s = markedUp.ReplaceAllString(html.UnescapeString(s), "$1")
	s = quoted.ReplaceAllString(s, "$1")
	s = turns.ReplaceAllString(s, "")
	s = leftOver.ReplaceAllString(owned.ReplaceAllString(s, ""), "")
	var kept []string
	for i, part := range strings.Split(stops.ReplaceAllString(s, "$1\x00$2"), "\x00") {
		part = strings.TrimSpace(part)
		switch {
		case part == "" || away.MatchString(part) || hosts.MatchString(part):
		case notices.MatchString(part):
			if i == 0 {
				return "" // the paragraph is on that
			}
		default:
			kept = append(kept, part)
		}
	}
	if n := len(kept); n > 1 && strings.HasSuffix(kept[n-1], ":") {
		kept = kept[:n-1]
	}
	s = lists.ReplaceAllString(strings.Join(kept, " "), ".")
	if n := len(strings.Fields(s)); n <= fewWords && builtWith.MatchString(s) {
		return ""
	}
	return strings.TrimSpace(s)
}

var (
	// backwards is in a first sentence that speaks of what was said before it.
	backwards = lazy.New(`(?i)^(?:it|they|its|their|such|those)\b(?: \S+){0,3}? (?:also|then|too)\b|\b(?:that|these|those) (?:questions?|problems?|issues?|ideas?|gaps?|approach(?:es)?|needs?|situations?|reasons?|steps?|limitations?|challenges?)\b|\bthe (?:current|existing|old|previous) (?:system|process|tool|app|site|website|software|workflow)\b|\bmentioned above\b`)
	// denies says what something is not.
	denies = lazy.New(`(?i)(?:,| and| but) not (?:an?|the) |\b(?:is|are) not (?:an?|the|yet|meant|intended|affiliated) `)
	// asks is on what a good asks of those who use it.
	asks = lazy.New(`(?i)\b(?:require|requires|need|needs)\b[^.]{0,60}\b(?:address|account|permissions?|login|key|token)\b|\bask(?:s|ed)? (?:for|you)\b`)
)

// astray says whether the first sentence of a paragraph does not say what the good
// is to one who reads it alone.
func astray(s string) bool {
	first, _, _ := strings.Cut(stops.ReplaceAllString(s, "$1\x00$2"), "\x00")
	return backwards.MatchString(first) || denies.MatchString(first) || asks.MatchString(first)
}

// opensWith is what follows a name in a sentence that says what is so called.
var opensWith = lazy.New(`^,? (?:is (?:an?|the) |will |helps? |provides? |allows? |enables? |lets |aims? |est |es una? |permet |permite |ist ein)`)

// opening is the first sentence within a paragraph that begins with a word of the
// name and says what that is or does, with what follows it.
func opening(s, name string) string {
	parts := strings.Split(stops.ReplaceAllString(s, "$1\x00$2"), "\x00")
	for i, part := range parts {
		first, rest, _ := strings.Cut(part, " ")
		if len(first) > 4 && !sortsOfThing[strings.ToLower(first)] && strings.Contains(" "+plainWords(name)+" ", " "+strings.ToLower(first)+" ") && opensWith.MatchString(" "+rest) && !astray(part) && !besides.MatchString(part) {
			return strings.Join(parts[i:], " ")
		}
	}
	return ""
}

// madeOf are words that tell of no purpose beside those of a name.
var madeOf = byWord("a an the of for in and with written using based simple new implementation reference version code source repository project by my our its this is")

// circular says whether a short summary has no word but those of the name, of
// tools and of sorts of things.
func (g *general) circular(s string) bool {
	words := strings.Fields(plainWords(s))
	whole := strings.Join(g.called[min(g.owned, len(g.called)):], "")
	// "React pages for Wells" says at least what that is to.
	return len(words) <= fewWords && whole != "" && !slices.Contains(words, "for") && !slices.ContainsFunc(words, func(w string) bool {
		return !madeOf[w] && !sortsOfThing[w] && !slices.Contains(toolNames, w) && !strings.Contains(whole, w)
	})
}
