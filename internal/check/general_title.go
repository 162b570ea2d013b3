package check

import (
	"html"
	"slices"
	"strings"
	"unicode"

	"stoa/internal/lazy"
)

// generic are headings that a front page may begin with and that are no name.
var generic = []string{"readme", "introduction", "overview", "about", "getting started", "table of contents", "contents", "description", "installation", "welcome", "documentation", "index", "note", "important", "notice", "quick start", "license", "setup", "what is this", "features", "usage", "screenshots", "build status", "development", "how to use", "contributing", "news", "model card", "summary", "support", "changelog", "change log", "release notes", "project overview", "background", "requirements", "prerequisites", "security", "security concerns", "disclaimer", "what is this repo", "docs", "purpose", "executive summary", "environment variables", "about this project", "about the project", "user guide", "sample data", "user manual", "developer guide", "disclaimers", "links", "packages", "devops metrics", "metrics", "badges", "status", "repository", "available scripts", "scripts", "tests", "testing", "structure", "repository structure", "project structure", "architecture", "deprecated", "archived", "code of conduct", "configuration", "maintainers", "authors", "contributors", "contact", "contacts", "roadmap", "faq", "changes", "community", "resources", "examples", "example", "demo", "demos", "quickstart", "get started", "build", "building", "running", "run", "deployment", "deploy", "environment", "results", "citation", "citing", "models", "training", "inference", "goals", "goal", "motivation", "team", "credits", "acknowledgements", "acknowledgments", "references", "history", "copyright", "warning", "attention", "update", "updates", "latest news", "what s new", "whats new", "announcement", "announcements", "specification evolution", "how it works", "tl dr", "tldr", "preface", "foreword", "abstract", "objective", "objectives", "about us", "who we are", "the project", "project", "the problem", "problem statement", "live demo", "preview", "tech stack", "technologies", "built with", "download", "downloads", "install", "licence", "help", "code", "data", "dataset", "datasets", "files", "general", "general information", "information", "info", "main", "master", "branches", "versions", "release", "releases", "dependencies", "local development", "local setup", "dev setup", "developer setup", "for developers", "for users", "end of life", "unmaintained", "no longer maintained", "moved", "this repository has moved", "repository", "this repository", "about this repository", "about the repository"}

var (
	versionAfter = lazy.New(`\s+v?\d+\.\d+(?:\.\d+)*(?:[-.]?(?:rc|alpha|beta|pre|dev)[-.]?\d*)?$`)
	quotedName   = lazy.New(`^\pL+ [“«„]([^“”«»„]{3,40})[”»“]$`)
	// scope is the name of a package behind that of the good, venue where a paper was shown.
	emoji       = lazy.New(`(?:^|\s):[a-z0-9_+-]+:(?:\s|$)`)
	scoped      = lazy.New(`^@[\w.-]+/[\w.-]+$`)
	scope       = lazy.New(`\s*[_*]*\(?[_*]*@[\w.-]+/[\w.-]+[_*]*\)[_*]*\s*$`)
	venue       = lazy.New(`\s*[(\[][^()\[\]]*\b(?:CVPR|ICCV|ECCV|NeurIPS|NIPS|ICML|ICLR|AAAI|SIGGRAPH|ACL|EMNLP|NAACL|INTERSPEECH|WACV|BMVC|3DV|TPAMI|KDD|IJCAI|MICCAI|CHI|ICRA|CoRL|COLM)\b[^()\[\]]*[)\]]`)
	aThing      = lazy.New(`^(?:(?:An?|Une?|Ein|Eine|Un|Una|Tracking|Using|How|Why|Official)\s+(?:\S+\s+){2,}|Research @)`)
	officialFor = lazy.New(`(?i)^(?:the )?official .* (?:for|of) `)
)

// inTongue is a mark of another language of the page, behind a name.
var inTongue = lazy.New(`(?i)\s*[(（\[][\s*_]*(?:(?:read (?:this )?in )?(?:english|chinese|french|spanish|portuguese|german|russian|japanese|korean|simplified chinese)(?: version| readme)?|en|中文(?:版|文档)?|英文(?:版)?|简体中文|繁體中文|日本語|한국어|français|español|português|deutsch|русский)[\s*_]*[)）\]]\s*$`)

// cutPicture cuts a name at a small picture within it: what follows is a
// status, or is set there to please.
func cutPicture(s string) (before, after string, found bool) {
	i := strings.IndexFunc(s, func(r rune) bool {
		return r >= 0x1f000 && r <= 0x1faff || r >= 0x2600 && r <= 0x27bf || r == 0x2b50 || r == 0x2b55
	})
	if i <= 0 || strings.TrimSpace(s[:i]) == "" {
		return s, "", false
	}
	return s[:i], s[i:], true
}

// calls says whether a heading calls one word again and again.
func calls(s string) bool {
	words := strings.Fields(plainWords(s))
	return len(words) > 1 && strings.Count(s, "!") > 0 && !slices.ContainsFunc(words, func(w string) bool { return w != words[0] })
}

// numbered is a number before a heading.
var numbered = lazy.New(`^\d+\.\s+`)

// frontTitle is the name in the heading of a front page; "" where it has none.
func frontTitle(s string) string {
	s = html.UnescapeString(s)
	if scoped.MatchString(s) {
		return s
	}
	s = bareTitle(emoji.ReplaceAllString(s, " "))
	whole := s
	s = venue.ReplaceAllString(scope.ReplaceAllString(s, ""), "")
	s = strings.TrimFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("().!+（）", r)
	})
	if before, _, found := cutPicture(s); found {
		s = strings.TrimRight(before, " -–—|:,")
	}
	s = inTongue.ReplaceAllString(s, "")
	for _, q := range []string{"“”", "„“", "«»", "»«", "「」"} { // what is quoted at the end keeps its end
		open, shut := string([]rune(q)[0]), string([]rune(q)[1])
		if i := strings.LastIndex(s, open); i >= 0 && !strings.Contains(s[i+len(open):], shut) && strings.Contains(whole, s+shut) {
			s += shut
		}
	}
	for _, before := range []string{"Welcome to the ", "Welcome to ", "Bienvenue sur ", "Bienvenue à ", "Bienvenido a ", "Bienvenidos a ", "Willkommen bei ", "About the ", "About ", "Introduction to ", "The "} {
		if rest, ok := strings.CutPrefix(s, before); ok && before != "The " {
			s = strings.TrimLeft(rest, "=>-<~*_# ")
		}
	}
	s = strings.TrimRight(s, "!?:. ")
	if before, _, entity := strings.Cut(s, "&"); entity && strings.TrimSpace(before) != "" && strings.HasSuffix(s, ";") || strings.HasSuffix(s, "&emsp") || strings.HasSuffix(s, "&nbsp") {
		s = strings.TrimSpace(before)
	}
	s = numbered.ReplaceAllString(s, "")
	for _, before := range []string{"Introduction of the ", "Introduction of ", "Introduction to "} {
		s = strings.TrimPrefix(s, before)
	}
	for _, after := range []string{" documentation", " Documentation", " code base", " codebase", " repository", " Repository", " repo"} {
		if rest, ok := strings.CutSuffix(s, after); ok && len(rest) > 2 {
			s = rest
		}
	}
	s = versionAfter.ReplaceAllString(shortTitle(s), "")
	if m := quotedName.FindStringSubmatch(s); m != nil {
		s = m[1]
	}
	if before, _, art := strings.Cut(s, "¯"); art {
		s = strings.TrimSpace(before)
	}
	if aThing.MatchString(s) {
		return "" // that says what it is
	}
	if calls(s) || strings.Count(s, "（") != strings.Count(s, "）") {
		return "" // a call, or half of what was written
	}
	if officialFor.MatchString(s) {
		return "" // that says what it is for
	}
	if before, after, aside := strings.Cut(s, " ("); aside && len([]rune(s)) > 60 {
		if !strings.HasSuffix(after, ")") || strings.Contains(after, " (") {
			return "" // cut there, it would be half a sentence
		}
		s = before
	}
	if slices.Contains(generic, plainWords(s)) || strings.HasPrefix(plainWords(s), "maintainers ") || len([]rune(s)) > 60 || strings.HasPrefix(strings.ToLower(s), "what is") || strings.HasPrefix(strings.ToLower(s), "how to") {
		return ""
	}
	return s
}

// isA is a name at the beginning of a text that goes on to say what it is the
// name of: so a page tells it whose heading is a picture.
var isA = lazy.New(`^((?:\p{Lu}[\pL\d.+-]*)(?: [\p{Lu}\d][\pL\d.+-]*){0,3}) (?:is (?:an?|the)|est (?:une?|la|le)|es (?:una?|la|el)|é (?:uma?|a|o)) `)

// rootOf is what tools add to the name of a whole that has parts, and madeFrom
// are names of what others begin with.
var (
	rootOf   = lazy.New(`(?i)[-_]+(?:root|monorepo|workspace|parent|repo)$`)
	madeFrom = lazy.New(`(?i)\b(?:template|starter|boilerplate|skeleton|seed|scaffold)\b`)
)

// toolName is the name that a manifest gives, without the scope of its tool.
func toolName(s string) string {
	s = rootOf.ReplaceAllString(s[strings.LastIndex(s, "/")+1:], "")
	if madeFrom.MatchString(s) {
		return "" // it was begun with, and is not called so
	}
	if slices.Contains([]string{"app", "root", "server", "client", "frontend", "backend", "monorepo", "website", "package", "parent", "source", "src", "code", "project", "web", "api", "core", "laravel", "skeleton", "starter", "template", "boilerplate", "my-app", "react-app", "vite-project", "react-template", "cms", "main", "module", "demo", "test", "example", "examples", "docs", "lib", "library", "plugin", "sdk", "service", "application", "workspace"}, strings.ToLower(s)) {
		return ""
	}
	return s
}

// shortTitle is the name before what a title says of it after a colon or a
// dash, as a citation has it.
func shortTitle(s string) string {
	for _, sep := range []string{" - ", " – ", " — ", ": ", " | ", " -- ", " · ", " • ", "：", "—"} {
		if name, _, found := strings.Cut(s, sep); found && len(name) > 2 {
			s = name
		}
	}
	return s
}
