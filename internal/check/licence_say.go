package check

import (
	"maps"
	"slices"
	"strings"

	"stoa/internal/finding"
	"stoa/internal/good"
)

// say makes a finding.
func say(probe string, state finding.State, sure finding.Confidence, why finding.Text) finding.Finding {
	return finding.Finding{Probe: probe, State: state, Confidence: sure, Why: why}
}

// mending adds what is to be done.
func mending(f finding.Finding, key string, pairs ...any) finding.Finding {
	text := finding.Say(key, pairs...)
	f.Mend = &text
	return f
}

func (t licenceText) evidence() finding.Evidence {
	return finding.Evidence{Path: t.path, Line: t.line, SHA256: t.sha}
}

// notOpen says of a licence that is taken for open what it holds back.
func notOpen(probe string, c *closed, at finding.Evidence) finding.Finding {
	f := say(probe, finding.NotMet, finding.High, finding.Say("check.closed."+c.why, "Licence", c.name, "File", at.Path))
	f.Evidence = []finding.Evidence{at}
	return mending(f, "check.closed.mend")
}

// byNotice says whether goods of these kinds are put under a licence by a notice
// that names it, as its givers ask: a text beside it is good, and no need.
func byNotice(kinds []good.Kind) bool {
	return !slices.ContainsFunc(kinds, func(k good.Kind) bool { return k != good.Data && k != good.Content })
}

// text says whether the licence's text is there.
func (l *licence) text(t *Target, own ownLicence) finding.Finding {
	const id = "licence.text"
	if len(own.texts) == 0 {
		if hidden := l.hintedAt(t, own); hidden != "" {
			f := mending(say(id, finding.NotObservable, finding.Low, finding.Say("check.licence.text.apart", "File", hidden)), "check.licence.text.mend")
			f.Evidence = []finding.Evidence{{Path: hidden}}
			return f
		}
		if f, ok := l.onPage(t); ok {
			return f
		}
		sure, key := finding.High, "check.licence.text.none"
		if len(l.claims) > 0 || len(l.heads) > 0 {
			sure, key = finding.Medium, "check.licence.text.missing"
		}
		if len(l.claims) > 0 && l.claims[0].known && byNotice(t.Kinds) {
			return mending(say(id, finding.NotObservable, finding.Low, finding.Say(key)), "check.licence.text.mend")
		}
		return mending(say(id, finding.NotMet, sure, finding.Say(key)), "check.licence.text.mend")
	}
	first := own.texts[0]
	if own.closed != nil {
		if i := slices.IndexFunc(l.top(), func(x licenceText) bool { return x.part != "" && x.closed == nil && len(x.ids) > 0 }); i >= 0 {
			f := say(id, finding.NotObservable, finding.Low, finding.Say("check.licence.text.several", "File", l.top()[i].path, "Licence", own.closed.name))
			f.Evidence = []finding.Evidence{l.top()[i].evidence(), first.evidence()} // each may be of a part
			return f
		}
		return notOpen(id, own.closed, first.evidence())
	}
	var f finding.Finding
	switch {
	case len(own.ids) == 0 && (first.stub || first.short):
		f = mending(say(id, finding.NotMet, finding.Medium, finding.Say("check.licence.text.missing")), "check.licence.text.mend")
	case len(own.ids) == 0:
		f = mending(say(id, finding.NotObservable, finding.Low, finding.Say("check.licence.text.unknown", "File", first.path)), "check.licence.text.mend")
	case first.limits:
		f = say(id, finding.NotObservable, finding.Low, finding.Say("check.licence.text.limits", "File", first.path, "Licence", own.spdx))
	case first.notice, own.mixed:
		f = mending(say(id, finding.NotObservable, finding.Low, finding.Say("check.licence.text.several", "File", first.path, "Licence", own.spdx)), "check.licence.text.mend")
		if first.notice {
			f.Why = finding.Say("check.licence.text.named", "File", first.path, "Licence", own.spdx)
		}
	case first.named:
		f = mending(say(id, finding.NotMet, finding.Medium, finding.Say("check.licence.text.named", "File", first.path, "Licence", own.spdx)), "check.licence.text.mend")
		f.Values = own.ids
	case first.percent < 75:
		f = say(id, finding.Met, finding.Medium, finding.Say("check.licence.text.partly", "File", first.path, "Licence", own.spdx))
		f.Values = own.ids
	case own.vague:
		f = mending(say(id, finding.Met, finding.High, finding.Say("check.licence.text.vague", "File", first.path, "Licence", family(own.ids[0]))), "check.licence.text.vague-mend", "Only", family(own.ids[0])+"-only", "Later", family(own.ids[0])+"-or-later")
		f.Values = own.ids
	default:
		files := make([]string, len(own.texts))
		for i, x := range own.texts {
			files[i] = x.path
		}
		f = say(id, finding.Met, finding.High, finding.Say("check.licence.text.met", "Files", files, "Licence", own.spdx))
		f.Values = own.ids
	}
	if f.State == finding.NotMet {
		if l.hintedAt(t, own) != "" {
			f.State, f.Confidence, f.Values = finding.NotObservable, finding.Low, nil
		}
	}
	for _, x := range own.texts {
		f.Evidence = append(f.Evidence, x.evidence())
	}
	return f
}

// declared says what is declared, and whether it agrees with the texts. Only
// what stands at the root, or nearest to it, speaks of the whole.
func (l *licence) declared(t *Target) []finding.Finding {
	const id = "licence.declared"
	own := l.own()
	top := append(l.speaking(own), ofForge(t)...)
	if len(top) == 0 {
		return []finding.Finding{mending(say(id, finding.NotObservable, finding.Low, finding.Say("check.licence.declared.none")), "check.licence.declared.mend", "File", "publiccode.yml")}
	}
	var files []string
	f := say(id, finding.Met, finding.High, finding.Say("check.licence.declared.met"))
	switch top[0].form {
	case "readme", "forge":
		f.Confidence = finding.Medium
	case "page":
		f.Confidence = sureOfPage(t, top[0])
	}
	var clash []claim
	for _, c := range top {
		if c.closed != nil && len(files) > 0 && own.closed == nil {
			f.State, f.Confidence = finding.NotObservable, finding.Low // another says that it is open
			clash = append(clash, c)
			break
		}
		if i := slices.IndexFunc(top, func(o claim) bool { return o.closed == nil && o.depth == c.depth && o.form != "forge" }); c.closed != nil && i >= 0 && own.closed == nil {
			f.State, f.Confidence = finding.NotObservable, finding.Low
			f.Why = finding.Say("check.licence.declared.differ", "First", c.where(), "One", c.named(), "Second", top[i].where(), "Other", top[i].named())
			f.Evidence = []finding.Evidence{c.at, top[i].at}
			if len(own.ids) > 0 {
				clash = append(clash, c)
			}
			break
		}
		if c.closed != nil {
			f = notOpen(id, c.closed, c.at)
			if len(own.ids) > 0 && own.closed == nil {
				clash = append(clash, c)
				f.Confidence = finding.Medium // the text says another thing
				if c.form == "readme" {       // prose, of which a person knows what it is of
					f = say(id, finding.NotObservable, finding.Low, finding.Say("check.licence.declared.none"))
				}
			}
			break
		}
		files = append(files, c.where())
		if len(f.Evidence) < mostShown {
			f.Evidence = append(f.Evidence, c.at)
		}
		if own.closed != nil || len(own.texts) > 0 && len(own.ids) > 0 && !l.fits(c.expression) {
			clash = append(clash, c)
		}
	}
	if f.State != finding.NotMet && top[0].closed == nil {
		f.Why = finding.Say("check.licence.declared.met", "Files", files[:min(len(files), mostShown)], "Licence", top[0].spdx)
		if other := differs(top); other != nil {
			f.State, f.Confidence = finding.NotObservable, finding.Low
			f.Why = finding.Say("check.licence.declared.differ", "First", top[0].where(), "One", top[0].named(), "Second", other.where(), "Other", other.named())
		}
		if f.State == finding.Met && (slices.ContainsFunc(top[0].ids, unlisted) || top[0].form == "readme" && l.reserved && !slices.ContainsFunc(top[0].ids, holdsBack)) {
			f = say(id, finding.NotObservable, finding.Low, finding.Say("check.licence.declared.none")) // a person has to read what it gives
		}
		if top[0].form != "forge" && f.State == finding.Met { // it does not tell whether later versions may be used
			f.Values = top[0].ids
		}
	}
	if len(own.texts) == 0 || len(own.ids) == 0 && own.closed == nil {
		return []finding.Finding{f}
	}
	return append([]finding.Finding{f}, l.agreement(own, top, clash, f.Evidence)...)
}

// speaking are the declarations that speak of the whole: those at the root, or
// one folder below where no text says another thing and they agree.
func (l *licence) speaking(own ownLicence) []claim {
	top := slices.DeleteFunc(slices.Clone(l.claims), func(c claim) bool {
		return c.depth > l.claims[0].depth || c.depth > 1 || !c.known && c.closed == nil ||
			c.idle && (own.closed != nil || len(own.texts) > 0 && len(own.ids) > 0 && !related(c.expression, own.expression)) ||
			c.doubt && (len(own.texts) == 0 || (own.closed != nil || len(own.ids) > 0) && ((c.closed != nil) != (own.closed != nil) || c.closed == nil && !related(c.expression, own.expression)))
	})
	if len(top) == 0 || top[0].depth == 0 {
		return top
	}
	if len(own.texts) > 0 {
		return slices.DeleteFunc(top, func(c claim) bool {
			return c.closed == nil && (own.closed != nil || len(own.ids) == 0 || !l.fits(c.expression)) || c.closed != nil && own.closed == nil
		})
	}
	for _, c := range top[1:] {
		if (c.closed == nil) != (top[0].closed == nil) || c.closed == nil && !related(c.expression, top[0].expression) {
			return nil
		}
	}
	return top
}

// fits says whether a declaration names some licence whose text is there.
func (l *licence) fits(e expression) bool {
	for _, t := range append(l.top(), l.kept()...) {
		if related(e, expression{ids: t.ids}) || related(e, expression{ids: t.beside}) {
			return true
		}
	}
	return slices.ContainsFunc(l.reuse, func(c claim) bool { return related(c.expression, e) })
}

// others says what is carried along of others' work.
func (l *licence) others() finding.Finding {
	const id = "licence.carried"
	if len(l.closed) > 0 {
		name := slices.Sorted(maps.Keys(l.closed))[0]
		f := say(id, finding.NotMet, finding.Medium, finding.Say("check.licence.carried.closed", "Count", l.closed[name].count, "Licence", name))
		f.Evidence = l.closed[name].at
		return mending(f, "check.licence.carried.mend")
	}
	if len(l.carried) == 0 {
		return finding.Finding{}
	}
	ids := slices.SortedFunc(maps.Keys(l.carried), func(a, b string) int {
		if d := l.carried[b].count - l.carried[a].count; d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	total := 0
	for _, c := range l.carried {
		total += c.count
	}
	f := say(id, finding.Met, finding.Medium, finding.Say("check.licence.carried.met", "Count", total, "Licences", ids[:min(len(ids), 8)]))
	f.Evidence = l.carried[ids[0]].at
	return f
}
