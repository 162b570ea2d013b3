package check

import (
	"slices"
	"strings"

	"stoa/internal/finding"
	"stoa/internal/good"
	"stoa/internal/lazy"
	"stoa/internal/vocab"
)

// accepted says for each kind whether a licence of the whole, or of a part that
// names itself as such, is accepted.
func (l *licence) accepted(t *Target, own ownLicence) []finding.Finding {
	const id = "licence.accepted"
	var at []finding.Evidence
	sure := finding.High
	switch {
	case len(own.texts) > 0:
		at = []finding.Evidence{own.texts[0].evidence()}
		if own.texts[0].named || own.texts[0].percent < 75 {
			sure = finding.Medium
		}
	case len(own.by) > 0:
		at, sure = []finding.Evidence{own.by[0].at}, finding.Medium
	case len(own.ids) > 0:
		at, sure = l.heads[l.commonest()].at, finding.Medium
	}
	if own.closed != nil && len(at) > 0 {
		return []finding.Finding{notOpen(id, own.closed, at[0])}
	}
	if len(own.ids) == 0 && len(own.texts) == 0 && own.unsure == nil && l.someCC != "" && len(l.claims) == 0 {
		return l.refused(t)
	}
	if len(own.ids) == 0 || len(own.texts) == 0 && l.closedHeads() > 0 || len(own.texts) > 0 && (own.texts[0].limits || own.texts[0].named && l.gainsaid(own)) {
		return nil
	}
	var out []finding.Finding
	for _, k := range t.Kinds {
		list := t.accepted(k)
		f := say(id, finding.Met, sure, finding.Say("check.licence.accepted.met", "Licence", own.spdx, "Kind", string(k)))
		f.Evidence, f.Values = at, own.ids
		if own.allows(list) && l.heldBack(k, list, own) {
			continue // the front page says less of some of it
		}
		if !own.allows(list) {
			if (own.mixed || len(own.by) > 0) && slices.ContainsFunc(own.ids, func(id string) bool { return expression{ids: []string{id}}.allows(list) }) {
				continue // that may be the one for this kind
			}
			if part, of := l.part(k, list); part != nil {
				f.Why = finding.Say("check.licence.accepted.part", "File", part.path, "Licence", of, "Kind", string(k))
				f.Evidence, f.Values = []finding.Evidence{part.evidence()}, []string{of}
			} else if len(own.texts) > 0 && (own.texts[0].part != "" && !slices.Contains(partKinds[own.texts[0].part], k) || l.otherwise(own, list)) {
				continue // another licence is named that may be of what is of this kind
			} else if slices.ContainsFunc(own.ids, disputable) {
				continue
			} else {
				f = mending(say(id, finding.NotMet, sure, finding.Say("check.licence.accepted."+refusal(own), "Licence", own.spdx, "Kind", string(k))), "check.licence.accepted.mend", "Kind", string(k))
				f.Evidence = at
			}
		}
		out = append(out, f)
	}
	return out
}

// refused says of what the front page names without its version that no version
// of it is accepted.
func (l *licence) refused(t *Target) (out []finding.Finding) {
	why := "commercial"
	if strings.Contains(l.someCC, "ND") {
		why = "derivatives"
	}
	for _, k := range t.Kinds {
		if why == "commercial" && slices.ContainsFunc(t.accepted(k), func(id string) bool { return class(id) == "non-commercial" }) {
			continue // some version of it may be
		}
		f := mending(say("licence.accepted", finding.NotMet, finding.Medium, finding.Say("check.licence.accepted."+why, "Licence", l.someCC, "Kind", string(k))), "check.licence.accepted.mend", "Kind", string(k))
		f.Evidence = []finding.Evidence{l.someAt}
		out = append(out, f)
	}
	return out
}

// accepted are the licences accepted for a kind.
func (t *Target) accepted(k good.Kind) []string {
	if t.Accepted != nil {
		return t.Accepted[k]
	}
	var out []string
	for _, l := range vocab.Licences() {
		if l.Accepts(k) {
			out = append(out, l.ID)
		}
	}
	return out
}

// acceptedSomewhere says whether a licence of one file is accepted for the good,
// or for what such a file may be (a paper, a table, a program) without being for
// some uses only.
func (t *Target) acceptedSomewhere(e expression) bool {
	if slices.ContainsFunc(t.Kinds, func(k good.Kind) bool { return e.allows(t.accepted(k)) }) {
		return true
	}
	limited := slices.ContainsFunc(e.ids, func(id string) bool { return class(id) == "non-commercial" || class(id) == "no-derivatives" })
	return !limited && slices.ContainsFunc(good.Kinds, func(k good.Kind) bool {
		list := t.accepted(k)
		return len(list) > 0 && e.allows(list)
	})
}

// part is the text that names itself as that of the part of the whole that is of
// this kind, if it is under one of these, and which.
func (l *licence) part(k good.Kind, accepted []string) (*licenceText, string) {
	top := l.top()
	for i, t := range top {
		if t.closed != nil || len(t.ids) == 0 || !slices.Contains(partKinds[t.part], k) {
			continue
		}
		if id := current(t.ids[0]); (expression{ids: []string{id}}).allows(accepted) {
			return &top[i], id
		}
	}
	return nil, ""
}

// refusal is why a licence is accepted for nothing like this.
func refusal(own ownLicence) string {
	for _, id := range own.ids {
		switch class(id) {
		case "non-commercial":
			return "commercial"
		case "no-derivatives":
			return "derivatives"
		}
	}
	return "not"
}

// disputable says whether a licence that no list of the standard names may be
// accepted all the same: one that the Open Source Initiative has approved, or one
// that SPDX does not know, of which the name alone is at hand.
func disputable(id string) bool {
	id, _, _ = strings.Cut(id, " WITH ")
	l, _ := vocab.LicenceByID(id)
	return unlisted(id) || l.OSI && len(l.AcceptedFor) == 0
}

// unlisted says whether a licence has a name of its own alone.
func unlisted(id string) bool {
	id, _, _ = strings.Cut(id, " WITH ")
	_, known := vocab.LicenceByID(id)
	return !known
}

// otherwise says whether something near the root is put under a licence of these
// that has nothing to do with that of the text: data whose programs are under
// the licence that the text is of.
func (l *licence) otherwise(own ownLicence, list []string) bool {
	if slices.ContainsFunc(l.front, func(id string) bool {
		e := expression{spdx: id, ids: []string{id}}
		return !related(e, own.expression) && e.allows(list)
	}) {
		return true
	}
	return slices.ContainsFunc(l.claims, func(c claim) bool {
		return c.depth <= 1 && c.known && c.closed == nil && !related(c.expression, own.expression) && c.allows(list)
	})
}

// modelsOwn is where a front page speaks of a licence that its models alone are under.
var modelsOwn = lazy.New(`(?i)\bmodel[-_ ](?:weights? )?(?:licen[cs]e|agreement)\b|\b(?:model|weights|checkpoints?)\b[^.\n]{0,40} (?:is|are) (?:subject to|governed by) `)

// heldBack says whether the front page gives something of this kind less than
// the licence of the whole does: a licence that is accepted for nothing like it,
// or words by which some uses are held back.
func (l *licence) heldBack(k good.Kind, list []string, own ownLicence) bool {
	if l.reserved {
		return true
	}
	return k != good.Software && (l.frontClosed || slices.ContainsFunc(l.front, func(id string) bool {
		e := expression{spdx: id, ids: []string{id}}
		limited := class(id) == "non-commercial" || class(id) == "no-derivatives"
		return (limited || closedID(e.ids) != nil) && !related(e, own.expression) && !e.allows(list)
	}))
}
