package check

import (
	"path"
	"slices"
	"strings"

	"stoa/internal/finding"
	"stoa/internal/lazy"
)

var (
	// step is a number before a heading: "3. Start the app", "Step 2: Configuration".
	step = lazy.New(`(?i)^(?:step|étape|paso|schritt)?\s*\d{1,2}(?:\.\d)?\s*[.):–—-]+\s+`)
	// settingOthers is in headings on how something else is set: the tools of those who develop.
	settingOthers = lazy.New(`(?i)\b(?:git|github|editors?|ide|intellij|vs ?code|eclipse|eslint|prettier|babel|webpack|dns|tests?|testing|ci|travis|hardware|system|browser|models?|training|experiments?|network|router|wi-?fi)\b`)
)

// headed are the papers that a heading names. Steps are counted on a page, and
// are of what documentation tells all the same; and a heading of the front page may
// hold what tells of a matter within it.
func (p *papers) headed(heading string, top bool) []*paper {
	out := p.know.speak(heading, false, top)
	if bare := heading; strings.ContainsAny(heading[:min(len(heading), 10)], "0123456789") {
		bare = step.ReplaceAllString(heading, "")
		for _, of := range p.know.speak(bare, false, top) {
			if strings.HasPrefix(of.ID, "docs.") && !slices.Contains(out, of) {
				out = append(out, of)
			}
		}
	}
	if !top || len(heading) > 80 || !slices.ContainsFunc([]string{"onfig", "CONFIG", "nv", "NV", "ariable", "配置", "环境"}, func(w string) bool { return strings.Contains(heading, w) }) || settingOthers.MatchString(heading) {
		return out
	}
	for _, of := range p.know.papers {
		if of.holds != nil && !slices.Contains(out, of) && of.holds.MatchString(heading) {
			out = append(out, of)
		}
	}
	return out
}

// setOut is a file of settings that is there to be copied and filled in.
var setOut = lazy.New(`^(?:\.env|env|config(?:uration)?|(?:local|app|application|database|docker|site)?[._-]?(?:settings|config|secrets|env)|application|database|secrets)[\w.-]*[._-](?:example|sample|template|dist)(?:\.[a-z]+)?$|^\.?(?:example|sample|template)[._-](?:env|config|settings)(?:\.[a-z]+)?$`)

// worked are folders of examples.
var worked = byWord("example examples sample samples exemples ejemplos beispiele")

// lies notes what tells by where it lies, and how it is called, that a paper is
// there, though it is no text: settings to be filled in, and examples of a standard.
func (p *papers) lies(e *Entry) {
	if e.Depth <= 2 && setOut.MatchString(e.Name) && !isAside(e.Path) {
		p.saw("docs.configure", hit{at: finding.Evidence{Path: e.Path}, how: finding.Say("probe.file", "Path", e.Path), sure: finding.Medium, rank: 40 + e.Depth})
	}
	if !p.standard || e.Depth == 0 || e.Depth > 5 || programs[e.Ext] || e.Name[0] == '.' {
		return
	}
	for i, d := range strings.Split(strings.ToLower(path.Dir(e.Path)), "/") {
		if i < 3 && worked[d] {
			p.saw("docs.examples", hit{at: finding.Evidence{Path: e.Path}, how: finding.Say("probe.file", "Path", e.Path), sure: finding.Medium, rank: 50 + e.Depth})
			return
		}
	}
}

// ofForgeOrRoot says whether a file lies where a forge looks for those on the whole.
func ofForgeOrRoot(name string) bool {
	switch strings.ToLower(path.Dir(name)) {
	case ".", "/", ".github", "docs", ".gitlab", ".forgejo":
		return true
	}
	return false
}

// lacks says whether a file named for a paper does not say what one has to. In
// other folders than those for papers on the whole, a text on security may be on how
// something is kept safe: it has to say how to report.
func (of *paper) lacks(f *File) bool {
	if !f.Binary && (strings.HasPrefix(of.ID, "law.") && licenceTerms.Match(f.Text) || passed(of, f)) {
		return true
	}
	if of.must == nil || f.Binary {
		return false
	}
	must := of.must
	if of.ID == "practice.security" && f.Depth > 0 && !strings.HasPrefix(f.Path, ".") {
		must = of.tells
	}
	return !must.Match(f.Text)
}
