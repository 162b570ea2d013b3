package check

import (
	"slices"
	"strings"

	"stoa/internal/lazy"
)

// Headings that hold a word of the address and are no name: what is told of the
// good, what leads to it, and what a frame that somebody began with left behind.
var (
	// tellsOf is how a heading begins that is about the good, or is of a part.
	tellsOf = lazy.New(`(?i)^(?:(?:running|installing|using|building|deploying|developing|contributing to|setting up|configuring|testing|compiling|downloading|updating|upgrading|migrating|looking for|working (?:with|on)|working|starting|launching|set up|setup|install|build|run|deploy|use|update|upgrade|download|try|join|support|follow|cite|citing)\s|getting started|get started|(?:thanks?|thank you|hello|hi|hey|dear)\b|what'?s new\b|what’s new\b|(?:an? )?(?:overview|outline|list|table|summary|description|usage|installation|features|structure|history|documentation|demo|screenshots?) (?:of|for|on)\b|(?:final|capstone|course|semester|group|team|class|term|diploma|bachelor'?s?|master'?s?|graduation|graduate|school|university|hackathon) (?:project|assignment|thesis|submission|work)\b)`)
	// worksOf is how one begins that says what of something lies here.
	worksOf = lazy.New(`(?i)^(?:the |this is the |official |an? |unofficial |some |all )*(?:(?:source|python|pytorch|tensorflow|keras|jax|matlab|r|julia|supplementary|supporting|replication|reproduction|reproducibility|companion|accompanying|official|training|analysis|demo|sample|example|evaluation|inference)[ -])*(?:(?:codes?|data|datasets?|scripts?|materials?|files?|repository|repo|implementations?|reimplementation|notebooks?|software|models?|package|experiments?|analys[ei]s|supplement|appendix|resources?|slides|examples?|exercises?|solutions?|assignments?|website|homepage|home page)(?:,? and |, | & |/|\s)*)+ (?:of|for|from|to|accompanying|associated with|behind|used in|related to)\b`)
	// ofCourse is the part of a course, or a work for one.
	ofCourse = lazy.New(`(?i)^(?:project|assignment|homework|hw|lab|exercise|task|week|day|chapter|part|module|lesson|unit|milestone|sprint|phase|step|session|lecture|problem set|pset|challenge|level|tp|team|group|equipo|grupo|groupe)\s*(?:#|no\.? ?|n° ?|[-–—:])?\s*\d+\b|\b(?:final|capstone|course|semester|hackathon) (?:project|assignment)\b`)
	// sentenceOf has the word by which a sentence says what something is or does.
	sentenceOf = lazy.New(`(?i)\s(?:is|are|was|were|has|have|est|sont|ist|sind|son|é|são|является)\s`)
	// restOf is how one ends that is about the good.
	restOf = lazy.New(`(?i)\s(?:change ?logs?|installation(?: (?:guide|instructions?|manual|steps))?|set-?up(?: (?:guide|instructions?))?|instructions?|quick ?start|getting started|usage|overview|introduction|roadmap|release notes|readme(?:\.md)?|contributing|contribution guide(?:lines)?|troubleshooting|faq|tutorials?|features|screenshots?|tl;?dr|news)$`)
	// begunWith are headings of frames with which something is begun.
	begunWith = lazy.New(`(?i)^(?:getting started with (?:create react app|.* vite)|(?:react|vue|svelte|solid|preact|lit|next\.?js|nuxt|angular|electron|tauri|expo)(?: \d+)?(?: ?[+&/,] ?| and | with )(?:typescript|vite|ts|react|redux|tailwind(?:css)?|electron|rust|firebase).*|(?:turborepo|next\.?js|nuxt|astro|remix|svelte|sveltekit|vue|react|expo|gatsby|hugo|jekyll|nx|vite|laravel|django|flask|rails|express|nest|nestjs|node|angular|spring boot|flutter|ionic|hardhat|foundry|truffle|scaffold-eth|t3|supabase|payload|strapi|vitepress|docusaurus|eleventy|electron|phoenix|symfony|codeigniter(?: 4)?|wordpress|gatsby)(?: ?\d+)? ?(?:(?:rest|native|minimal|typescript|javascript|ts|js|web|basic|simple|commerce|static|smart contract) ){0,2}(?:starter|starter kit|boilerplate|template|app|application|project|framework|application starter|sample|example|blank|rest api|api|skeleton|quickstart)s?|(?:sample|basic|simple|minimal) (?:hardhat|next\.?js|react|expo|nuxt|vue|django|flask|express|node\.?js|spring boot) .*|create[ -](?:react|next|t3|vue|svelte|expo)[ -]?(?:app)?.*|your expo app|sv|create-svelte|laravel|foundry|symfony|codeigniter|next\.?js|vite|astro|nuxt|remix|docusaurus|website|this website is built using docusaurus.*)$`)
	// formerly is a bracket with another name that the good has or had.
	formerly = lazy.New(`(?i)\s*[(（\[](?:(?:formerly|previously|former|earlier|once|originally|aka|a\.k\.a\.?|fka|f\.k\.a\.?|also|ex|was|or|wip|work in progress|in progress|beta|alpha|preview|draft|experimental|unofficial|official|new|old|legacy|stable)\b|ex-)[^()（）\[\]]*[)）\]]`)
	// squared is what stands in square brackets behind a name.
	squared = lazy.New(`(?:\s+\[[^\[\]]*\])+\s*$`)
	// shortcode is a small picture that is written by its name, beside a word.
	shortcode = lazy.New(`(?:^|\s):[a-z][a-z0-9_+-]+:|:[a-z][a-z0-9_+-]+:(?:\s|$)`)
	// explained is what a name is, after a comma.
	explained = lazy.New(`^(\S.{2,40}?),\s+(?:an?|the|for|une?|la|le|el|una|ein|eine|um|uma|your|our)\s+\p{Ll}.*$`)
	// replaced is a picture that is put in where the text is shown.
	replaced = lazy.New(`\|[a-z][\w-]*\|`)
	// readmeOf is a heading that says of itself what it is.
	readmeOf = lazy.New(`(?i)[\s–—-]+readme(?:\.md)?$`)
)

// bare is a heading without what stands beside a name: small pictures, square
// brackets, other names that it had, and what is told of it behind a comma.
func bareTitle(s string) string {
	s = replaced.ReplaceAllString(shortcode.ReplaceAllString(s, " "), " ")
	if cut := strings.TrimSpace(squared.ReplaceAllString(s, "")); cut != "" {
		s = cut
	}
	s = formerly.ReplaceAllString(s, "")
	s = readmeOf.ReplaceAllString(s, "")
	if m := explained.FindStringSubmatch(s); m != nil && !strings.Contains(m[1], ",") {
		s = m[1]
	}
	return strings.TrimSpace(s)
}

// strange says whether a heading is no name though it may share words with the
// address. A word that the address has as well is a part of a name all the same:
// of building-blocks they are called Building Blocks.
func (g *general) strange(title, name string) bool {
	own := g.called[min(g.owned, len(g.called)):]
	if fit(name, own) == fitsSame || g.borne(name) == fitsSame {
		return false
	}
	has := func(s string) bool {
		first, _, _ := strings.Cut(plainWords(s), " ")
		return slices.Contains(own, first)
	}
	for _, s := range []string{title, name} {
		s = strings.TrimSpace(s)
		if begunWith.MatchString(strings.TrimSuffix(strings.TrimPrefix(s, "Welcome to "), "!")) || ofCourse.MatchString(s) {
			return true
		}
		if m := tellsOf.FindString(s); m != "" && !has(m) || worksOf.MatchString(s) {
			return true
		}
	}
	if m := restOf.FindString(name); m != "" && !has(m) {
		return true
	}
	return sentenceOf.MatchString(name+" ") || strings.ContainsAny(name, "[]{}“”\"") && strings.Count(name, "“") != strings.Count(name, "”") || onlyTools(name, own)
}

// onlyTools says whether a name has none but those of tools, where the address
// has words of its own beside them.
func onlyTools(name string, own []string) bool {
	words := strings.Fields(plainWords(name))
	return !slices.ContainsFunc(words, func(w string) bool { return !slices.Contains(toolNames, w) && !sortsOfThing[w] }) &&
		slices.ContainsFunc(own, func(w string) bool { return !slices.Contains(words, w) && !sortsOfThing[w] })
}
