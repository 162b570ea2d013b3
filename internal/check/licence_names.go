package check

import (
	"path"
	"slices"
	"strings"

	"stoa/internal/finding"
	"stoa/internal/lazy"
	"stoa/internal/vocab"
)

// wantIdentifiers are the forms of manifests whose makers ask for identifiers of
// SPDX, and not for words.
var wantIdentifiers = []string{"npm", "composer", "cargo", "citation", "publiccode"}

// names says whether licences are named as they are today, in the manifests
// nearest to the root. One that asks for identifiers and has another name is
// wrong; of one that does not ask for them nothing is said.
func (l *licence) names(own ownLicence) finding.Finding {
	const id, deepest = "licence.names", 2
	claims := slices.DeleteFunc(slices.Clone(l.claims), func(c claim) bool {
		return c.form == "readme" || c.form == "r" || c.depth > deepest || mayBeBrought.MatchString(c.at.Path) || c.depth > 0 && path.Base(c.at.Path) == "bower.json" || path.Base(c.at.Path) == ".zenodo.json"
	})
	if len(claims) == 0 {
		return finding.Finding{}
	}
	nearest := deepest // of those that ask for identifiers
	for _, c := range claims {
		if slices.Contains(wantIdentifiers, c.form) {
			nearest = min(nearest, c.depth)
		}
	}
	var at []finding.Evidence
	open := false // something that is not as it should be, and maybe need not
	for _, c := range claims {
		wants := slices.Contains(wantIdentifiers, c.form)
		var f finding.Finding
		switch {
		case c.closed != nil:
			_, named := vocab.LicenceByID(c.raw)
			open = open || !named && !slices.Contains([]string{"UNLICENSED", "proprietary"}, c.raw) && !strings.HasPrefix(c.raw, "LicenseRef-")
			continue
		case !c.known && likeIdentifier.MatchString(c.raw):
			open = true
			continue
		case !c.known:
			f = mending(say(id, finding.NotMet, finding.Medium, finding.Say("check.licence.names.unknown", "File", c.at.Path, "Name", c.raw)), "check.licence.names.mend")
		case len(c.retired) > 0:
			f = mending(say(id, finding.NotMet, finding.Medium, finding.Say("check.licence.names.retired", "File", c.at.Path, "Name", c.retired[0], "Current", c.ids[0])), "check.licence.names.retired-mend", "Name", c.retired[0], "Current", c.ids[0])
		case c.loose != "":
			f = mending(say(id, finding.NotMet, finding.Medium, finding.Say("check.licence.names.loose", "File", c.at.Path, "Name", c.loose, "Current", c.spdx)), "check.licence.names.mend")
		case c.depth > 0 && !related(c.expression, own.expression) && (!wants || l.apart(path.Dir(c.at.Path))):
			continue // it may be somebody else's
		case strings.Contains(c.raw, "LicenseRef-") || strings.Contains(c.raw, "/") && !strings.Contains(c.raw, "://") || wants && !c.asWritten():
			open = true // of a name of its own, as Cargo once had it, or in small letters
			continue
		default:
			if len(at) < mostShown {
				at = append(at, c.at)
			}
			continue
		}
		if wants && c.depth == nearest && (c.depth == 0 || c.depth == 1 && (!c.known || related(c.expression, own.expression))) {
			f.Evidence = []finding.Evidence{c.at}
			return f
		}
		open = true
	}
	if open || len(at) == 0 {
		return finding.Finding{}
	}
	f := say(id, finding.Met, finding.High, finding.Say("check.licence.names.met"))
	f.Evidence = at
	return f
}

// asWritten says whether the names that are known are written as SPDX writes them.
func (c claim) asWritten() bool {
	return !slices.ContainsFunc(c.ids, func(id string) bool {
		return !strings.Contains(c.raw, id) && strings.Contains(strings.ToLower(c.raw), strings.ToLower(id))
	})
}

// mayBeBrought are names of folders whose packages others may have made, or which
// hold what is to be copied.
var mayBeBrought = lazy.New(`(?i)(?:^|/)(?:_?sass|libs?|library|libraries|assets|static|public|themes?|ext|templates?|examples?|samples?|demos?|tests?|__tests__)/`)

// apart says whether a folder has a licence's text of its own.
func (l *licence) apart(dir string) bool {
	return slices.ContainsFunc(l.texts, func(t licenceText) bool { return path.Dir(t.path) == dir })
}

// likeIdentifier is the form that identifiers of licences have, with a version
// at the end: one that is not known may be younger than the list.
var likeIdentifier = lazy.New(`^(?:LicenseRef-.+|[A-Z][A-Za-z]*(?:-[A-Za-z0-9]+)*-\d+(?:\.\d+)+)$`)
