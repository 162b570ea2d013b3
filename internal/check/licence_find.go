package check

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"stoa/internal/finding"
	"stoa/internal/vocab"
)

// Findings implements Probe.
func (l *licence) Findings(t *Target) []finding.Finding {
	l.described(t.Data)
	l.ofPages(t)
	l.sort()
	own := l.own()
	var out []finding.Finding
	out = append(out, l.text(t, own))
	out = append(out, l.declared(t)...)
	out = append(out, l.accepted(t, own)...)
	out = append(out, l.files(t, own), l.others(), l.names(own))
	return slices.DeleteFunc(out, func(f finding.Finding) bool { return f.Probe == "" })
}

// described takes what descriptions of data, and tables, say of their licence.
func (l *licence) described(sets []Dataset) {
	for _, d := range sets {
		for _, raw := range d.Licences {
			if slices.ContainsFunc(l.claims, func(c claim) bool { return d.Path != "" && c.at.Path == d.Path }) {
				break // it was read as a file
			}
			c := claim{raw: raw, form: "datapackage", at: d.at(), depth: strings.Count(d.Path, "/"), closed: closedName(raw)}
			if c.closed == nil {
				c.expression, c.known = readExpression(raw)
			}
			l.claims = append(l.claims, c)
		}
	}
}

// sort puts the text that decides first: that of the root before those below,
// the plain name before those with more to it, a licence's before a notice of
// one.
func (l *licence) sort() {
	depth := func(t licenceText) int {
		if strings.HasPrefix(t.path, "LICENSES/") || strings.HasPrefix(t.path, ".github/") || strings.HasPrefix(t.path, "docs/") {
			return 1
		}
		return 2 * strings.Count(t.path, "/")
	}
	slices.SortStableFunc(l.texts, func(a, b licenceText) int {
		if d := depth(a) - depth(b); d != 0 {
			return d
		}
		if (a.part == "") != (b.part == "") {
			if a.part == "" {
				return -1
			}
			return 1
		}
		if a.rank == b.rank && a.rank >= 30 { // of a folder of licences, first the one that most files name
			return l.named(b) - l.named(a)
		}
		return a.rank - b.rank
	})
	weak := func(c claim) int {
		switch {
		case c.form == "readme":
			return 1
		case c.idle:
			return 2
		}
		return 0
	}
	slices.SortStableFunc(l.claims, func(a, b claim) int { return cmp.Or(a.depth-b.depth, weak(a)-weak(b)) })
}

// named is how many own files name the licence of a text.
func (l *licence) named(t licenceText) int {
	n := 0
	for spdx, heads := range l.heads {
		if e, ok := readExpression(spdx); ok && related(e, expression{ids: t.ids}) {
			n += heads.count
		}
	}
	return n
}

// ownLicence is that of the whole: what licence the tree is under, by its texts or, where
// it has none, by what is declared.
type ownLicence struct {
	expression
	texts  []licenceText // that say so, the deciding one first
	vague  bool          // whether later versions may be used is said nowhere
	mixed  bool          // the text holds several licences, and which are of the whole is said nowhere
	unsure *licenceText  // one that may be of the whole or of a part
	closed *closed
	by     []claim // where there is no text: the declarations that say so
}

// top are the texts of the root, or where it has none those of the folders
// that stand for it.
func (l *licence) top() []licenceText {
	var out []licenceText
	for _, t := range l.texts {
		if !strings.Contains(t.path, "/") {
			out = append(out, t)
		}
	}
	if len(out) > 0 {
		return out
	}
	return l.kept()
}

// kept are the texts of folders that hold those of the whole.
func (l *licence) kept() (out []licenceText) {
	for _, t := range l.texts {
		if dir, _, _ := strings.Cut(strings.ToLower(t.path), "/"); strings.Count(t.path, "/") == 1 && slices.Contains(textFolders, dir) {
			out = append(out, t)
		}
	}
	return out
}

// meant are the texts of what a file only names, of the root or of such a
// folder: all of them, or where one may choose those that are there.
func (l *licence) meant(named licenceText) (out []licenceText) {
	for _, id := range named.ids {
		i := slices.IndexFunc(l.texts, func(t licenceText) bool {
			return !t.named && t.closed == nil && (strings.Count(t.path, "/") == 0 || slices.ContainsFunc(l.kept(), func(k licenceText) bool { return k.path == t.path })) &&
				slices.ContainsFunc(t.ids, func(x string) bool { return family(x) == family(id) })
		})
		switch {
		case i >= 0:
			out = append(out, l.texts[i])
		case !named.choice:
			return nil
		}
	}
	return out
}

// own finds the licence of the whole.
func (l *licence) own() ownLicence {
	top := l.top()
	if len(top) == 0 || !l.ofWhole(top) {
		o := l.ownByWord()
		if len(top) > 0 {
			o.unsure = &top[0]
		} else if i := slices.IndexFunc(l.texts, func(t licenceText) bool { return strings.Count(t.path, "/") == 1 && len(t.ids) > 0 }); i >= 0 {
			o.unsure = &l.texts[i]
		}
		return o
	}
	for len(top) > 1 && (top[0].stub || top[0].short && len(top[0].ids) == 0 && top[0].closed == nil) {
		top = top[1:]
	}
	first := top[0]
	o := ownLicence{texts: top[:1], closed: first.closed}
	for _, t := range top[1:] { // a rider stands beside the licence that it takes from
		if o.closed == nil && t.closed != nil && t.closed.id == "LicenseRef-Commons-Clause" {
			o.texts, o.closed = []licenceText{t, first}, t.closed
		}
	}
	if len(first.ids) == 0 {
		return o
	}
	parts := first.ids
	if len(parts) > 3 {
		parts = parts[:1] // what follows is of others' parts
	}
	o.expression = l.said(parts, first.choice, &o.vague)
	o.mixed = len(parts) > 1 && !first.choice && !first.named || first.summary && !first.named
	if first.named {
		if there := l.meant(first); there != nil {
			o.texts = there
			return o
		}
	}
	// A lesser licence of GNU comes as two texts, the greater one beside it.
	for _, t := range top[1:] {
		if len(t.ids) > 0 && strings.HasPrefix(t.ids[0], "LGPL-") && strings.HasPrefix(first.ids[0], "GPL-") && len(first.ids) == 1 {
			o.expression, o.texts = l.said(t.ids[:1], false, &o.vague), []licenceText{t, first}
			return o
		}
	}
	// Beside a plain LICENSE a COPYING with another text leaves open which is meant.
	o.mixed = o.mixed || slices.ContainsFunc(top[1:], func(t licenceText) bool {
		return t.rank < 10 && t.part == "" && !t.named && len(t.ids) > 0 && !related(o.expression, expression{ids: t.ids})
	})
	// Of several that are each named for a part none is that of the whole.
	o.mixed = o.mixed || first.part != "" && slices.ContainsFunc(top[1:], func(t licenceText) bool {
		return t.part != first.part && len(t.ids) > 0 && !related(o.expression, expression{ids: t.ids})
	})
	if first.part != "" || first.rank < 10 {
		return l.widened(o, top)
	}
	// LICENSE-MIT beside LICENSE-APACHE lets one choose, as is the custom.
	same := slices.DeleteFunc(slices.Clone(top), func(t licenceText) bool {
		return t.part != "" || len(t.ids) != 1 || t.closed != nil || t.rank < 10 || t.rank >= 30
	})
	if len(same) > 1 && len(same) < 4 {
		var all []expression
		for _, t := range same {
			all = append(all, l.said(t.ids, false, &o.vague))
		}
		o.expression, o.texts = joined("OR", all), same
	}
	return l.widened(o, top)
}

// widened is own by a declaration that speaks of all the texts there are:
// whether one may choose among them, only that can tell.
func (l *licence) widened(o ownLicence, top []licenceText) ownLicence {
	for _, c := range l.claims {
		if !c.known || len(c.ids) < 2 || c.depth > 0 || c.form == "readme" {
			continue
		}
		var texts []licenceText
		for _, id := range c.ids {
			i := slices.IndexFunc(top, func(t licenceText) bool {
				return slices.ContainsFunc(t.ids, func(x string) bool { return family(x) == family(id) })
			})
			if i < 0 {
				texts = nil
				break
			}
			texts = append(texts, top[i])
		}
		if texts != nil {
			o.expression, o.texts, o.mixed = c.expression, texts, false
			return o
		}
	}
	return o
}

// ofWhole says whether texts, of which none stands at the root, are those of the
// whole: a folder for documentation, or one with several, may hold those of parts.
func (l *licence) ofWhole(texts []licenceText) bool {
	dir, _, below := strings.Cut(texts[0].path, "/")
	if !below || dir == "LICENSES" || len(texts) == 1 && !strings.HasPrefix(strings.ToLower(dir), "doc") {
		return true
	}
	ids := expression{ids: texts[0].ids}
	return l.named(texts[0]) > 0 || slices.ContainsFunc(l.claims, func(c claim) bool { return c.depth == 0 && related(c.expression, ids) })
}

// ownByWord is own where there is no text: what is declared nearest to the
// root, if that is of one mind, or else what most files say of themselves.
func (l *licence) ownByWord() ownLicence {
	if len(l.claims) > 0 && l.claims[0].depth <= 1 {
		by := slices.DeleteFunc(slices.Clone(l.claims), func(c claim) bool {
			return c.depth > l.claims[0].depth || !c.known && c.closed == nil || c.idle && c.closed == nil
		})
		if len(by) == 0 || differs(by) != nil || by[0].depth > 0 && by[0].closed != nil || by[0].form == "readme" && by[0].doubt {
			return ownLicence{}
		}
		return ownLicence{expression: by[0].expression, closed: by[0].closed, by: by}
	}
	if id := l.commonest(); id != "" && !l.unread && 2*l.heads[id].count > l.silent {
		e, _ := readExpression(id)
		return ownLicence{expression: e}
	}
	return ownLicence{}
}

// commonest is the licence that most own files name.
func (l *licence) commonest() string {
	best, most := "", 0
	for _, id := range slices.Sorted(maps.Keys(l.heads)) {
		if n := l.heads[id].count; n > most {
			best, most = id, n
		}
	}
	return best
}

// said makes an expression of what the library calls licences. The text of a
// licence of GNU leaves open whether later versions may be used: what is
// declared tells, or what files say; else it is taken that they may not.
func (l *licence) said(ids []string, choice bool, vague *bool) expression {
	var all []expression
	for _, id := range ids {
		if versionOpen(id) {
			v := l.version(id)
			*vague = v == ""
			if v == "" {
				v = current(id)
			}
			id = v
		}
		all = append(all, expression{spdx: current(id), ids: []string{current(id)}})
	}
	word := "AND"
	if choice {
		word = "OR"
	}
	return joined(word, all)
}

// version is which of the two a licence of GNU is meant as, or "": a declaration
// tells only where it says so.
func (l *licence) version(id string) string {
	for _, c := range l.claims {
		for _, x := range c.ids {
			if family(x) == id && len(c.retired) == 0 && !c.open && c.depth <= 1 {
				return x
			}
		}
	}
	best, most := "", 0
	for _, head := range slices.Sorted(maps.Keys(l.heads)) {
		if family(head) == id && head != id && l.heads[head].count > most {
			best, most = head, l.heads[head].count
		}
	}
	if best == "" && slices.Contains(l.later, id+"-or-later") {
		return id + "-or-later"
	}
	if best == "" {
		best = l.deeper(id)
	}
	return best
}

// deeper is which of the two the manifests of the parts mean, where all that tell
// mean the same.
func (l *licence) deeper(id string) (said string) {
	for _, c := range l.claims {
		for _, x := range c.ids {
			switch {
			case family(x) != id || x == id || len(c.retired) > 0 || c.open || mayBeBrought.MatchString(c.at.Path):
			case said != "" && said != x:
				return ""
			default:
				said = x
			}
		}
	}
	return said
}

// current is the identifier of today.
func current(id string) string {
	if now, ok := vocab.FindLicence(id); ok {
		return now
	}
	return id
}
