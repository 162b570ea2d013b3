package check

import (
	"maps"
	"slices"

	"stoa/internal/finding"
)

// files says what own files name as their licence. A few among many may have
// come from elsewhere: they say nothing of the rest.
func (l *licence) files(t *Target, own ownLicence) finding.Finding {
	const id = "licence.files"
	total, odd, ours, unsure, rights, reserved, names := 0, 0, 0, 0, 0, "", []string(nil)
	fine := own.closed == nil && t.acceptedSomewhere(own.expression)
	l.heard(t, own)
	for _, spdx := range slices.Sorted(maps.Keys(l.heads)) {
		n := l.heads[spdx].count
		total += n
		e, ok := readExpression(spdx)
		if ok && fine && len(own.ids) > 0 && related(e, own.expression) {
			ours += n
			continue
		}
		c := closedName(spdx)
		switch {
		case c != nil && c.why == "rights" && len(own.ids) > 0: // who starts a file for a compiler that asks for a tag
			rights, reserved = rights+n, spdx
		case c != nil || ok && slices.ContainsFunc(e.ids, holdsBack) && !t.acceptedSomewhere(e):
			names, odd = append(names, spdx), odd+n
		case !ok || slices.ContainsFunc(e.ids, disputable):
			unsure += n
		case closedID(e.ids) != nil || !t.acceptedSomewhere(e):
			names, odd = append(names, spdx), odd+n
		}
	}
	if rights > 0 && 2*rights > total {
		names, odd = append(names, reserved), odd+rights
	} else {
		unsure += rights
	}
	few := func(n int) bool { return n < 3 && 5*n < total+l.silent }
	switch {
	case total == 0 && len(l.reuse) > 0:
		if odd := l.oddReuse(t); odd != nil {
			f := mending(say(id, finding.NotMet, finding.Medium, finding.Say("check.licence.files.odd", "Count", 1, "Licence", odd.spdx)), "check.licence.files.mend")
			f.Evidence = []finding.Evidence{odd.at}
			return f
		}
		f := say(id, finding.Met, finding.Medium, finding.Say("check.licence.files.reuse", "File", l.reuse[0].at.Path))
		f.Evidence = []finding.Evidence{l.reuse[0].at}
		return f
	case odd == 0 && l.prose[unknownLicence] != nil && 5*l.prose[unknownLicence].count > total:
		return say(id, finding.NotObservable, finding.Low, finding.Say("check.licence.files.none"))
	case odd == 0 && unsure > 0:
		return say(id, finding.NotObservable, finding.Low, finding.Say("check.licence.files.none"))
	case total == 0 || few(total) || odd > 0 && few(odd) && (odd == 1 || l.closedHeads() == 0) || odd == 0 && len(own.ids) > 0 && 2*ours < total:
		return say(id, finding.NotObservable, finding.Low, finding.Say("check.licence.files.none"))
	case odd > 0 && odd < ours && !slices.ContainsFunc(names, holdsBack): // open, and only not accepted: maybe somebody else's
		return say(id, finding.NotObservable, finding.Low, finding.Say("check.licence.files.none"))
	case odd > 0:
		first := l.heads[names[0]]
		name := names[0]
		if c := closedName(name); c != nil {
			name = c.name
		}
		f := say(id, finding.NotMet, finding.Medium, finding.Say("check.licence.files.odd", "Count", first.count, "Licence", name))
		f.Evidence = first.at
		return mending(f, "check.licence.files.mend")
	}
	best := l.commonest()
	f := say(id, finding.Met, finding.High, finding.Say("check.licence.files.met", "Count", total, "Licence", best))
	f.Evidence = l.heads[best].at
	return f
}

// oddReuse is the first of the annotations that holds uses of files back; all the
// tree's count, whatever stands in that of the root.
func (l *licence) oddReuse(t *Target) *claim {
	for i, c := range l.reuse {
		if (closedID(c.ids) != nil || slices.ContainsFunc(c.ids, holdsBack)) && !t.acceptedSomewhere(c.expression) {
			return &l.reuse[i]
		}
	}
	return nil
}

// closedHeads is how many own files name a licence that is not open.
func (l *licence) closedHeads() (n int) {
	for spdx, said := range l.heads {
		if closedName(spdx) != nil {
			n += said.count
		}
	}
	return n
}

// heard takes what heads say in words of their own, where it is the licence of
// the whole or holds uses back: what else they say is mostly of others' work.
func (l *licence) heard(t *Target, own ownLicence) {
	for spdx, said := range l.prose {
		e, _ := readExpression(spdx)
		limits := holdsBack(spdx) || slices.ContainsFunc(e.ids, holdsBack)
		if !(limits && said.count > 1) && !related(e, own.expression) {
			continue
		}
		if had := l.heads[spdx]; had != nil {
			said = &tally{had.count + said.count, append(slices.Clone(had.at), said.at...)}
			said.at = said.at[:min(len(said.at), mostShown)]
		}
		l.heads[spdx] = said
	}
}
